//! From a file to a contract: every shape and every word is understood, or everything that is wrong is said.

use std::sync::Arc;

use serde_saphyr::{Location, Spanned, UserMessageFormatter};

use super::cel;
use super::claim;
use super::facts::{fact, mention};
use super::mistake::{Mistake, Mistakes, Position, hint};
use super::names::Names;
use super::place::{position, within};
use super::plain;
use super::predicate::Predicate;
use super::statement::{Contract, Statement};
use super::variables::variable;
use super::yaml::{Entry, File, To, Under, Who, Words};
use crate::model::{Mentioned, Tenant};
use crate::scenario::Key;

/// The verdicts that a statement may expect.
const VERDICTS: [&str; 4] = ["holds", "violated", "vacuous", "undetermined"];

/// Reads a contract for a tenant. `path` is how mistakes name the file.
pub fn read(path: &str, text: &str, tenant: &Tenant) -> Result<Contract, Mistakes> {
    let of_form = |at, message| Mistake { path: path.into(), at, message };
    let unplain = plain::refused(text);
    if !unplain.is_empty() {
        return Err(Mistakes(unplain.into_iter().map(|(at, message)| of_form(at, message)).collect()));
    }
    let file: File = serde_saphyr::from_str(text).map_err(|error| {
        let at = error.location().map(position).unwrap_or_default();
        Mistakes(vec![of_form(at, misshapen(error.without_snippet()))])
    })?;
    let mut reader = Reader { path, text, names: Names::of(tenant), mistakes: Vec::new() };
    let contract = reader.contract(&file);
    reader.mistakes.sort();
    if reader.mistakes.is_empty() { Ok(contract) } else { Err(Mistakes(reader.mistakes)) }
}

/// What is wrong with the form of a file. The place stands before it.
fn misshapen(error: &serde_saphyr::Error) -> String {
    let said = error.render_with_formatter(&UserMessageFormatter);
    let said = said.rsplit_once(" at line ").map_or(said.as_str(), |(said, _)| said);
    let no_text = ["integer", "floating point", "boolean"].map(|sort| format!("invalid type: {sort}"));
    let quotes = no_text.iter().any(|sort| said.starts_with(sort));
    let quotes = if quotes { "; a text that looks like one is put in quotes" } else { "" };
    format!("{said}{quotes}; docs/contracts.md has the form of the file")
}

/// A file being read.
pub(super) struct Reader<'a> {
    pub(super) path: &'a str,
    text: &'a str,
    pub(super) names: Names<'a>,
    mistakes: Vec<Mistake>,
}

impl Reader<'_> {
    pub(super) fn mistake(&mut self, at: Location, message: impl Into<String>) {
        self.mistake_at(position(at), message);
    }

    fn mistake_at(&mut self, at: Position, message: impl Into<String>) {
        self.mistakes.push(Mistake { path: self.path.to_owned(), at, message: message.into() });
    }

    fn contract(&mut self, file: &File) -> Contract {
        if file.contracts.value != 1 {
            let message =
                format!("contracts of version {} are not known; this version reads 1", file.contracts.value);
            self.mistake(file.contracts.referenced, message);
        }
        let mut statements: Vec<Statement> = Vec::new();
        for entry in &file.statements {
            let statement = self.statement(entry);
            if statements.iter().any(|other| other.id == statement.id) {
                let message =
                    format!("there are two statements `{}`; each has an id of its own", statement.id);
                self.mistake(entry.id.referenced, message);
            }
            statements.push(statement);
        }
        for entry in &file.waivers {
            self.waiver(entry, &mut statements);
        }
        Contract { statements: statements.into_iter().map(Arc::new).collect() }
    }

    fn statement(&mut self, entry: &Entry) -> Statement {
        let id = entry.id.value.trim().to_owned();
        let fits = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if id.is_empty() || !id.chars().all(fits) {
            self.mistake(
                entry.id.referenced,
                format!("`{id}` is no id: use letters, digits, `-`, `_` and `.`"),
            );
        }
        let mut parts = self.who(&entry.who);
        parts.extend(entry.to.as_ref().map(|to| self.to(to)));
        parts.extend(self.under(&entry.under));
        parts.extend(entry.when.as_ref().map(|when| self.cel(when)));
        let (must, needs) = self.claim(entry, &mut parts);
        let about = Predicate::All(parts);
        let mut mentioned = Mentioned::default();
        mention(&about, &mut mentioned);
        let expect = entry.expect.as_ref().map_or("holds", |expect| expect.value.trim());
        if let Some(own) = &entry.expect
            && !VERDICTS.contains(&expect)
        {
            let hint = hint(expect, VERDICTS.into_iter());
            let all = VERDICTS.join(", ");
            self.mistake(own.referenced, format!("`{expect}` is no verdict; they are {all}{hint}"));
        }
        let description = entry.description.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let text = description.map_or_else(|| claim::in_words(must, entry), str::to_owned);
        Statement {
            text,
            id,
            path: self.path.to_owned(),
            at: position(entry.id.referenced),
            must,
            about,
            needs,
            mentioned,
            expect: expect.to_owned(),
            waivers: Vec::new(),
        }
    }

    fn who(&mut self, who: &Who) -> Vec<Predicate> {
        let fields = [
            ("user.identityProvider", &who.identity_provider),
            ("user.homeTenant", &who.home),
            ("user.id", &who.user),
            ("user.groups", &who.group),
            ("user.roles", &who.role),
            ("credentials.firstFactor", &who.first_factor),
        ];
        let mut parts: Vec<_> = who.kind.iter().map(|kinds| self.kinds(kinds)).collect();
        for (name, words) in fields {
            parts.extend(words.as_ref().map(|words| self.words(name, words)));
        }
        parts
    }

    /// Kinds of people, and `external` for everybody but members.
    fn kinds(&mut self, kinds: &Spanned<Words>) -> Predicate {
        let each = |reader: &mut Self, at: Location, text: &str| {
            if text.trim().eq_ignore_ascii_case("external") {
                return Predicate::one_of(&Key::Kind, ["member".to_owned()]).negated();
            }
            reader.named("user.kind", at, text)
        };
        self.each(&kinds.value, kinds.referenced, each)
    }

    fn under(&mut self, under: &Under) -> Vec<Predicate> {
        let fields = [
            ("conditions.clientAppType", &under.client_app_type),
            ("conditions.platform", &under.platform),
            ("conditions.namedLocations", &under.location),
            ("conditions.signInRiskLevel", &under.sign_in_risk_level),
            ("conditions.userRiskLevel", &under.user_risk_level),
            ("conditions.insiderRiskLevel", &under.insider_risk_level),
            ("conditions.authenticationFlow", &under.authentication_flow),
        ];
        let mut parts = Vec::new();
        for (name, words) in fields {
            parts.extend(words.as_ref().map(|words| self.words(name, words)));
        }
        parts
    }

    fn to(&mut self, to: &Spanned<To>) -> Predicate {
        let target = match &to.value {
            To::Applications(Words::One(text)) if text.trim().eq_ignore_ascii_case("all") => {
                return Predicate::Constant(true);
            }
            To::Applications(words) => {
                let named = |reader: &mut Self, at: Location, text: &str| {
                    reader.named("target.application", at, text)
                };
                return self.each(words, to.referenced, named);
            }
            To::Other(target) => target,
        };
        let action = target.user_action.as_ref().map(|text| ("target.userAction", text));
        let context =
            target.authentication_context.as_ref().map(|text| ("target.authenticationContext", text));
        match (action, context) {
            (Some((name, text)), None) | (None, Some((name, text))) => {
                self.named(name, text.referenced, &text.value)
            }
            _ => {
                self.mistake(
                    to.referenced,
                    "a statement has one target: say either `userAction` or `authenticationContext`",
                );
                Predicate::Constant(false)
            }
        }
    }

    fn words(&mut self, name: &str, words: &Spanned<Words>) -> Predicate {
        self.each(&words.value, words.referenced, |reader, at, text| reader.named(name, at, text))
    }

    fn each(
        &mut self,
        words: &Words,
        at: Location,
        read: impl Fn(&mut Self, Location, &str) -> Predicate,
    ) -> Predicate {
        match words {
            Words::One(text) => read(self, at, text),
            Words::Several(list) if list.is_empty() => {
                self.mistake(at, "an empty list means no sign-in; leave the key out for all of them");
                Predicate::Constant(false)
            }
            Words::Several(list) => {
                Predicate::Any(list.iter().map(|word| read(self, word.referenced, &word.value)).collect())
            }
        }
    }

    /// A dimension has the value, or holds the member, that a text names.
    fn named(&mut self, name: &str, at: Location, text: &str) -> Predicate {
        let Some(variable) = variable(name) else { return Predicate::Constant(false) };
        fact(variable, text, &self.names).unwrap_or_else(|message| {
            self.mistake(at, message);
            Predicate::Constant(false)
        })
    }

    /// A predicate in CEL, with mistakes at their places in the file.
    pub(super) fn cel(&mut self, text: &Spanned<String>) -> Predicate {
        match cel::predicate(&text.value, &self.names) {
            Ok(predicate) => predicate,
            Err(refused) => {
                for one in refused {
                    let at = within(self.text, text, one.offset);
                    self.mistake_at(at, one.message);
                }
                Predicate::Constant(false)
            }
        }
    }
}
