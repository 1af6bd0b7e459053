//! A report whose text does what it shows: what steers a terminal, turns the direction of a line or is not seen becomes an escape.

use serde_json::{Map, Value};
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

use super::Report;

/// Letters and marks that have no shape of their own. Their categories do not give them away.
const UNSEEN: &[char] = &['\u{34f}', '\u{115f}', '\u{1160}', '\u{17b4}', '\u{17b5}', '\u{3164}', '\u{ffa0}'];

/// A character that is not shown as itself.
fn is_unseen(c: char) -> bool {
    use GeneralCategory::{
        Control, Format, LineSeparator, ParagraphSeparator, PrivateUse, Surrogate, Unassigned,
    };
    let steers = [Control, Format, LineSeparator, ParagraphSeparator, PrivateUse, Surrogate, Unassigned];
    steers.contains(&c.general_category()) || UNSEEN.contains(&c)
}

/// A text with `\u{202e}` for each character that steers or is not seen. Two texts stay two: what looks like such an
/// escape already has its backslash written as one.
pub fn inert_text(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let like_escape = c == '\\' && text.get(at..).is_some_and(|rest| rest.starts_with("\\u{"));
        if like_escape || is_unseen(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

impl Report {
    /// The report with every text and every key of it inert. Formats other than JSON show this one; each then only quotes
    /// what its own syntax reads.
    ///
    /// # Errors
    ///
    /// What came out is no report, which would be a fault of the program.
    pub fn inert(&self) -> Result<Self, serde_json::Error> {
        self.with_texts(&|text| inert_text(text))
    }

    /// The report with each text and each key of a map replaced.
    pub(super) fn with_texts(&self, change: &dyn Fn(&str) -> String) -> Result<Self, serde_json::Error> {
        let mut value = serde_json::to_value(self)?;
        texts(&mut value, change);
        serde_json::from_value(value)
    }
}

/// Replaces each text and each key. Names of fields have nothing to replace.
pub(super) fn texts(value: &mut Value, change: &dyn Fn(&str) -> String) {
    match value {
        Value::String(text) => *text = change(text),
        Value::Array(items) => items.iter_mut().for_each(|item| texts(item, change)),
        Value::Object(fields) => {
            let mut changed = Map::new();
            for (key, mut field) in std::mem::take(fields) {
                texts(&mut field, change);
                changed.insert(change(&key), field);
            }
            *fields = changed;
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
