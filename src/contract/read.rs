//! From a file to a contract: every shape and every word is understood, or everything that is wrong is said.

use std::sync::Arc;

use serde_saphyr::{Location, Spanned};

use super::cel;
use super::facts::{fact, mention};
use super::mistake::{Mistake, Mistakes, Position, hint};
use super::names::Names;
use super::place::{position, within};
use super::predicate::Predicate;
use super::statement::{Contract, Must, Statement};
use super::variables::variable;
use super::yaml::{Entry, File, MustEntry, To, Under, Who, Words};
use crate::model::{Control, Mentioned, Tenant};
use crate::scenario::Key;

/// The verdicts that a statement may expect.
const VERDICTS: [&str; 4] = ["holds", "violated", "vacuous", "undetermined"];

/// Reads a contract for a tenant. `path` is how mistakes name the file.
pub fn read(path: &str, text: &str, tenant: &Tenant) -> Result<Contract, Mistakes> {
    let file: File = serde_saphyr::from_str(text).map_err(|error| {
        let at = error.location().map(position).unwrap_or_default();
        let message = format!("{}; docs/contracts.md has the form of the file", error.without_snippet());
        Mistakes(vec![Mistake { path: path.into(), at, message }])
    })?;
    let mut reader = Reader { path, text, names: Names::of(tenant), mistakes: Vec::new() };
    let contract = reader.contract(&file);
    reader.mistakes.sort();
    if reader.mistakes.is_empty() { Ok(contract) } else { Err(Mistakes(reader.mistakes)) }
}

/// A file being read.
pub(super) struct Reader<'a> {
    pub(super) path: &'a str,
    text: &'a str,
    names: Names<'a>,
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
        let text = description.map_or_else(|| in_words(must, entry), str::to_owned);
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
        self.each(kinds, each)
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
            To::Applications(Words::One(text)) => {
                return self.named("target.application", to.referenced, text);
            }
            To::Applications(Words::Several(list)) => {
                let parts =
                    list.iter().map(|word| self.named("target.application", word.referenced, &word.value));
                return Predicate::Any(parts.collect());
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
                self.mistake(to.referenced, "say either `userAction` or `authenticationContext`");
                Predicate::Constant(false)
            }
        }
    }

    fn words(&mut self, name: &str, words: &Spanned<Words>) -> Predicate {
        self.each(words, |reader, at, text| reader.named(name, at, text))
    }

    fn each(
        &mut self,
        words: &Spanned<Words>,
        read: impl Fn(&mut Self, Location, &str) -> Predicate,
    ) -> Predicate {
        match &words.value {
            Words::One(text) => read(self, words.referenced, text),
            Words::Several(list) if list.is_empty() => {
                self.mistake(words.referenced, "an empty list means nobody; leave the key out for everybody");
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

    fn claim(&mut self, entry: &Entry, parts: &mut Vec<Predicate>) -> (Must, Vec<Control>) {
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
                            Ok(controls) => needs.extend(controls),
                            Err(message) => self.mistake(word.referenced, message),
                        }
                    }
                    (Must::Need, needs)
                }
            },
            _ => {
                let id = &entry.id.value;
                let message = format!("the statement `{id}` has to have either `must` or `never`");
                self.mistake(entry.id.referenced, message);
                (Must::Reach, Vec::new())
            }
        }
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

/// A statement without a description, in words.
fn in_words(must: Must, entry: &Entry) -> String {
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
