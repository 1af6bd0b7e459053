//! Places in a contract file, also of characters within a text that stands there.

use serde_saphyr::{Location, Spanned};

use super::mistake::Position;

/// A place as the reader of YAML tells it.
pub(super) fn position(at: Location) -> Position {
    let number = |n: u64| usize::try_from(n).unwrap_or(0);
    Position { line: number(at.line()), column: number(at.column()) }
}

/// Where a character of a text stands in the file. The text is looked for as it is, behind where it begins; where it is
/// written otherwise (folded over lines, with escapes), its beginning is what can be told.
pub(super) fn within(file: &str, text: &Spanned<String>, offset: usize) -> Position {
    let start = position(text.defined);
    let lines: Vec<&str> = file.lines().collect();
    let before: usize = text.value.chars().take(offset).filter(|c| *c == '\n').count();
    let begun = text.value.chars().take(offset).collect::<String>();
    let column = begun.rsplit('\n').next().unwrap_or_default().chars().count();
    let Some(wanted) = text.value.lines().nth(before) else { return start };
    let first = start.line.saturating_sub(1);
    for (line, content) in lines.iter().enumerate().skip(first).take(before + 2) {
        let from = if line == first { start.column.saturating_sub(1) } else { 0 };
        let rest: String = content.chars().skip(from).collect();
        if let Some(at) = rest.find(wanted.trim_end()) {
            let indent = rest.get(..at).map_or(0, |skipped| skipped.chars().count());
            return Position { line: line + 1, column: from + indent + column + 1 };
        }
    }
    start
}
