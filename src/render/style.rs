//! How text looks on a terminal.

/// How the text may look.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// With colours.
    pub color: bool,
    /// Columns; the summary keeps to them.
    pub width: usize,
}

impl Style {
    /// Text without colours, on a page of a hundred columns.
    pub const PLAIN: Self = Self { color: false, width: 100 };

    fn paint(self, code: &str, text: &str) -> String {
        if self.color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    pub(super) fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }

    pub(super) fn mark(self, verdict: &str) -> String {
        match verdict {
            "holds" => self.paint("32", "✔"),
            "violated" => self.paint("31", "✘"),
            "undetermined" => self.paint("33", "?"),
            _ => "–".into(),
        }
    }

    /// Text in lines of the width, each behind the indent; `first` stands before the first one.
    pub(super) fn wrapped(self, first: &str, indent: &str, text: &str) -> String {
        let options = textwrap::Options::new(self.width)
            .initial_indent(first)
            .subsequent_indent(indent)
            .break_words(false);
        textwrap::fill(text, options) + "\n"
    }
}
