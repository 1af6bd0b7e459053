//! Sentences in which names stand: what is in the dictionary, and what looks like an id, an address, a mailbox or a quoted name.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use regex::{Captures, Regex};

use super::pseudonym::{Pseudonyms, Sort, is_address};

/// Shorter names are found in any word; they stay where they are within a sentence.
const SHORTEST: usize = 3;

/// An expression of this file, which is an expression.
fn expression(text: &str) -> Option<Regex> {
    Regex::new(text).ok()
}

static MAILBOX: LazyLock<Option<Regex>> =
    LazyLock::new(|| expression(r"[^\s@“”`'(),;]+@[^\s@“”`'(),;]+\.[^\s@“”`'(),;.]+"));
static GUID: LazyLock<Option<Regex>> =
    LazyLock::new(|| expression(r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}"));
static ADDRESS: LazyLock<Option<Regex>> =
    LazyLock::new(|| expression(r"[0-9A-Fa-f]*[.:][0-9A-Fa-f.:]*[0-9A-Fa-f](?:/[0-9]+)?"));
static QUOTED: LazyLock<Option<Regex>> = LazyLock::new(|| expression("“([^”]*)”|`([^`]*)`"));
static MADE: LazyLock<Option<Regex>> =
    LazyLock::new(|| expression("^(?:id|name|text|address|domain|folder|file)-[0-9a-f]{12}"));
/// A key of Graph, or several behind one another.
static KEY: LazyLock<Option<Regex>> =
    LazyLock::new(|| expression(r"^@?[a-z][0-9A-Za-z]*(?:[./@][0-9A-Za-z]+)*$"));

/// What sentences are gone through with.
pub(super) struct Prose<'a> {
    names: Pseudonyms<'a>,
    found: Option<AhoCorasick>,
    pseudonyms: Vec<&'a str>,
}

impl<'a> Prose<'a> {
    pub(super) fn new(names: Pseudonyms<'a>, dictionary: &'a BTreeMap<String, String>) -> Self {
        let long = || dictionary.iter().filter(|(name, _)| name.chars().count() >= SHORTEST);
        let found = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .ascii_case_insensitive(true)
            .build(long().map(|(name, _)| name))
            .ok();
        Self { names, found, pseudonyms: long().map(|(_, pseudonym)| pseudonym.as_str()).collect() }
    }

    /// The sentence with pseudonyms.
    pub(super) fn redacted(&self, text: &str) -> String {
        let text = self.known(text);
        let text = replaced(&MAILBOX, &text, |own| self.names.of(Sort::Name, own));
        let text = replaced(&GUID, &text, |own| self.names.of(Sort::Id, own));
        let text = replaced(&ADDRESS, &text, |own| {
            if is_address(own) { self.names.of(Sort::Address, own) } else { own.to_owned() }
        });
        replaced(&QUOTED, &text, |own| self.quoted(own))
    }

    /// Names of the dictionary, where they are whole words.
    fn known(&self, text: &str) -> String {
        let Some(found) = &self.found else { return text.to_owned() };
        let (mut redacted, mut from) = (String::new(), 0);
        for at in found.find_iter(text) {
            let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            let before = text.get(..at.start()).unwrap_or_default().chars().next_back();
            let after = text.get(at.end()..).unwrap_or_default().chars().next();
            if word(before) || word(after) {
                continue;
            }
            redacted += text.get(from..at.start()).unwrap_or_default();
            redacted += self.pseudonyms.get(at.pattern().as_usize()).copied().unwrap_or_default();
            from = at.end();
        }
        redacted + text.get(from..).unwrap_or_default()
    }

    /// What stands in quotation marks: a key of Graph stays, a pseudonym too, and anything else is a name.
    fn quoted(&self, own: &str) -> String {
        let inner = own.trim_matches(['“', '”', '`']);
        let is = |what: &LazyLock<Option<Regex>>| what.as_ref().is_some_and(|what| what.is_match(inner));
        let (open, close) = if own.starts_with('“') { ("“", "”") } else { ("`", "`") };
        if is(&MADE) || (open == "`" && is(&KEY)) {
            return own.to_owned();
        }
        format!("{open}{}{close}", self.names.of(Sort::Name, inner))
    }
}

fn replaced(what: &LazyLock<Option<Regex>>, text: &str, by: impl Fn(&str) -> String) -> String {
    let Some(what) = what.as_ref() else { return text.to_owned() };
    what.replace_all(text, |found: &Captures| by(found.get(0).map_or("", |own| own.as_str()))).into_owned()
}
