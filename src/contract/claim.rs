//! What a statement claims of the sign-ins that it describes.

use super::predicate::Predicate;
use super::read::Reader;
use super::statement::Must;
use super::yaml::{Entry, MustEntry};
use crate::model::Control;

impl Reader<'_> {
    /// Its claim; what must never be so is a part of what it describes.
    pub(super) fn claim(&mut self, entry: &Entry, parts: &mut Vec<Predicate>) -> (Must, Vec<Control>) {
        match (&entry.must, &entry.never) {
            (None, Some(never)) => {
                parts.push(self.cel(never));
                (Must::Never, Vec::new())
            }
            (Some(must), None) => match &must.value {
                MustEntry::Plain(text) if text == "reach" => (Must::Reach, Vec::new()),
                MustEntry::Plain(text) if text == "beBlocked" => (Must::BeBlocked, Vec::new()),
                MustEntry::Plain(text) => {
                    let message = format!("`{text}` is no claim: say reach, beBlocked, or `need: …`");
                    self.mistake(must.referenced, message);
                    (Must::Reach, Vec::new())
                }
                MustEntry::Need(need) => {
                    let one = need.need.iter();
                    let words: Vec<_> = one.chain(need.need_one_of.iter().flatten()).collect();
                    if words.is_empty() || (need.need.is_some() && need.need_one_of.is_some()) {
                        self.mistake(must.referenced, "say either `need: …` or `needOneOf: […]`");
                    }
                    let mut needs = Vec::new();
                    for word in words {
                        match self.names.control(&word.value) {
                            Ok(control) => needs.push(control),
                            Err(message) => self.mistake(word.referenced, message),
                        }
                    }
                    (Must::Need, needs)
                }
            },
            _ => {
                let id = &entry.id.value;
                let message = format!(
                    "the statement `{id}` has to have either `must` or `never`; write one of the two"
                );
                self.mistake(entry.id.referenced, message);
                (Must::Reach, Vec::new())
            }
        }
    }
}

/// A statement without a description, in words.
pub(super) fn in_words(must: Must, entry: &Entry) -> String {
    match must {
        Must::Reach => "Does everybody whom it describes get in?".into(),
        Must::BeBlocked => "Is everybody refused whom it describes?".into(),
        Must::Never => "Does no sign-in get in that it describes?".into(),
        Must::Need => {
            let needs = match entry.must.as_ref().map(|must| &must.value) {
                Some(MustEntry::Need(need)) => {
                    let words = need.need.iter().chain(need.need_one_of.iter().flatten());
                    words.map(|word| word.value.trim().to_owned()).collect::<Vec<_>>().join(" or ")
                }
                _ => String::new(),
            };
            format!("Does nobody whom it describes get in without {needs}?")
        }
    }
}
