//! The YAML of a contract means what it looks like. What changes the meaning of a text unseen, or leaves a key without one, is
//! refused here with its place, before shapes and words are looked at.
//!
//! The reader of YAML passes over all of this: `when: !a` is to it the text `a` with a tag, and `where:` a key left out, so a
//! statement would say the opposite, or a waiver be for everything.

use std::borrow::Cow;

use serde_saphyr::granit_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Span, Tag};

use super::mistake::Position;

/// Keys of which a blank may mean that there is nothing, with what says so.
const NOTHING: &[(&str, &str)] = &[
    ("home", "`home: none` is who has no home tenant"),
    ("insiderRiskLevel", "`when: conditions.insiderRiskLevel == null` is who has no level"),
    ("statements", "`statements: []` is a contract that says nothing"),
];

/// What is not plain in a file, in its order.
pub(super) fn refused(text: &str) -> Vec<(Position, String)> {
    let mut reader = Reader::default();
    for event in Parser::new_from_str(text) {
        match event {
            Ok((event, span)) if reader.is_key() && is_no_text(&event) => {
                reader
                    .refuse(span.start, "this key is no text; write it out, without `*`, brackets or braces");
                break;
            }
            Ok((event, span)) => reader.event(&event, span),
            Err(error) => {
                reader.refuse(*error.marker(), unreadable(text, &error));
                break;
            }
        }
    }
    reader.refused
}

/// Whether a YAML file is meant as a contract: it has the key `contracts` at its top, in whatever form. What is no YAML may have
/// been meant so where it has the word.
pub fn is_contract(text: &str) -> bool {
    let mut reader = Reader::default();
    for event in Parser::new_from_str(text) {
        let Ok((event, span)) = event else { return text.contains("contracts") };
        reader.event(&event, span);
        if let [Open::Map(keys, _)] = reader.open.as_slice()
            && keys.iter().any(|key| key == "contracts")
        {
            return true;
        }
    }
    false
}

/// The text is no YAML. Mostly that is a predicate without the quotes that it needs.
fn unreadable(text: &str, error: &ScanError) -> String {
    let line = text.lines().nth(error.marker().line().saturating_sub(1)).unwrap_or_default();
    let value = line.split_once(": ").map_or("", |(_, value)| value.trim_start());
    let quotes = value.starts_with(['!', '"', '\'']);
    let hint = if quotes {
        "; put an expression that begins with `!` or `\"` in single quotes, or in a block (`|-`)"
    } else {
        ""
    };
    format!("this is no YAML: {}{hint}", error.info())
}

/// A node that is no text where it stands.
fn is_no_text(event: &Event) -> bool {
    matches!(event, Event::Alias(_) | Event::SequenceStart(..) | Event::MappingStart(..))
}

/// A map or a list that is not at its end.
enum Open {
    /// Its keys so far, and the one whose value comes next.
    Map(Vec<String>, Option<String>),
    /// The key that it is the value of.
    List(String),
}

#[derive(Default)]
struct Reader {
    open: Vec<Open>,
    documents: usize,
    refused: Vec<(Position, String)>,
}

impl Reader {
    fn refuse(&mut self, at: Marker, message: impl Into<String>) {
        let at = Position { line: at.line(), column: at.col() + 1 };
        self.refused.push((at, message.into()));
    }

    fn event(&mut self, event: &Event, span: Span) {
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents == 2 {
                    let message = "a second document begins here; put each contract in a file of its own";
                    self.refuse(span.start, message);
                }
            }
            Event::StreamEnd if self.documents == 0 => self.empty(span),
            Event::Scalar(value, style, _, tag) => {
                self.tagged(tag.as_ref(), span);
                self.scalar(value, *style == ScalarStyle::Plain && tag.is_none(), span);
            }
            Event::SequenceStart(_, _, tag) => {
                self.tagged(tag.as_ref(), span);
                let name = self.name();
                self.open.push(Open::List(name));
            }
            Event::MappingStart(_, _, tag) => {
                self.tagged(tag.as_ref(), span);
                self.open.push(Open::Map(Vec::new(), None));
            }
            Event::SequenceEnd | Event::MappingEnd => {
                self.open.pop();
                self.ended();
            }
            Event::Alias(_) => self.ended(),
            _ => {}
        }
    }

    fn empty(&mut self, span: Span) {
        self.refuse(span.start, "the file is empty; a contract begins with `contracts: 1`");
    }

    fn tagged(&mut self, tag: Option<&Cow<Tag>>, span: Span) {
        let Some(tag) = tag else { return };
        let message = format!(
            "`{}` is a tag of YAML here and no part of the text behind it; put the whole text in single quotes",
            tag.original()
        );
        self.refuse(span.tag_start().unwrap_or(span.start), message);
    }

    fn scalar(&mut self, value: &str, plain: bool, span: Span) {
        if let Some(Open::Map(keys, next @ None)) = self.open.last_mut() {
            let twice = keys.iter().any(|key| key == value);
            keys.push(value.to_owned());
            *next = Some(value.to_owned());
            if twice {
                self.refuse(span.start, format!("the key `{value}` stands here twice; keep one of the two"));
            }
            return;
        }
        if plain && ["", "~", "null", "Null", "NULL"].contains(&value) {
            self.blank(span);
        }
        self.ended();
    }

    /// A value that is none.
    fn blank(&mut self, span: Span) {
        if self.open.is_empty() {
            return self.empty(span);
        }
        let name = self.name();
        let message = match self.open.last() {
            Some(Open::List(_)) => format!("an entry of `{name}` is blank; write it, or take it out"),
            _ => {
                let nothing = NOTHING.iter().find(|(key, _)| *key == name);
                let nothing = nothing.map(|(_, instead)| format!("; {instead}")).unwrap_or_default();
                format!("`{name}` has no value; write one, or leave the key out{nothing}")
            }
        };
        self.refuse(span.start, message);
    }

    /// What comes next is a key.
    fn is_key(&self) -> bool {
        matches!(self.open.last(), Some(Open::Map(_, None)))
    }

    /// The key that the next value belongs to.
    fn name(&self) -> String {
        match self.open.last() {
            Some(Open::Map(_, Some(key))) => key.clone(),
            Some(Open::List(name)) => name.clone(),
            Some(Open::Map(_, None)) | None => String::new(),
        }
    }

    /// A value is at its end: what follows in a map is a key.
    fn ended(&mut self) {
        if let Some(Open::Map(_, next)) = self.open.last_mut() {
            *next = None;
        }
    }
}
