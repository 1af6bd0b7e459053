//! From a name and a text to a fact of sign-ins, and from facts to what they mention.

use super::mistake::hint;
use super::names::Names;
use super::predicate::{Fact, Predicate, Suite};
use super::variables::{Holds, Thing, Variable, Vocabulary};
use crate::model::{Id, Mentioned, Method};
use crate::scenario::Key;

/// The sign-ins in which a dimension has the value, or holds the member, that a text names.
pub(super) fn fact(variable: &Variable, text: &str, names: &Names) -> Result<Predicate, String> {
    match variable.holds {
        Holds::Word(vocabulary, _) => word(variable, vocabulary, text),
        Holds::Flag => Err(format!("{} is true or false, and no text", variable.name)),
        Holds::Methods => match (Method::parse(text), variable.of_method) {
            (Some(method), Some(key)) => Ok(is(key(method), "true")),
            _ => Err(unknown(variable.name, text, Method::ALL.iter().map(|method| method.name()))),
        },
        Holds::One(thing) | Holds::Set(thing) => of_thing(variable, thing, text, names),
    }
}

/// The sign-ins in which a dimension has no value.
pub(super) fn nothing(variable: &Variable) -> Result<Predicate, String> {
    match variable.holds {
        Holds::Word(_, Some(none)) => Ok(is((variable.key)(), none)),
        Holds::One(Thing::Tenant) => Ok(is(Key::HomeTenant, "none")),
        _ => Err(format!(
            "{} is never null; compare it with a value, or leave the comparison out",
            variable.name
        )),
    }
}

/// The sign-ins in which a yes-or-no dimension is yes.
pub(super) fn flag(variable: &Variable) -> Option<Predicate> {
    (variable.holds == Holds::Flag).then(|| is((variable.key)(), "true"))
}

fn word(variable: &Variable, vocabulary: Vocabulary, text: &str) -> Result<Predicate, String> {
    let words = vocabulary.words();
    let known = words.iter().find(|word| word.eq_ignore_ascii_case(text.trim()));
    let known = known.map(|word| is((variable.key)(), word));
    known.ok_or_else(|| {
        let message = unknown(variable.name, text, words.into_iter());
        match (text.trim().to_lowercase().as_str(), variable.holds) {
            ("all", _) => format!("{message}; leave {} out to speak of all", variable.name),
            ("null" | "none", Holds::Word(_, Some(_))) => {
                format!("{message}; `{} == null` in a predicate is that there is none", variable.name)
            }
            _ => message,
        }
    })
}

fn unknown<'a>(name: &str, text: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    let all = known.clone().collect::<Vec<_>>().join(", ");
    format!("`{text}` is no value of {name}, which has {all}{}", hint(text, known))
}

fn of_thing(variable: &Variable, thing: Thing, text: &str, names: &Names) -> Result<Predicate, String> {
    let trimmed = text.trim();
    match (thing, trimmed.to_lowercase().as_str()) {
        (Thing::Application, "office365") => return Ok(Predicate::Fact(Fact::InSuite(Suite::Office365))),
        (Thing::Application, "microsoftadminportals") => {
            return Ok(Predicate::Fact(Fact::InSuite(Suite::AdminPortals)));
        }
        (Thing::Application, "all" | "none") => {
            return Err(format!(
                "`{trimmed}` is no application: leave {} out to speak of all of them",
                variable.name
            ));
        }
        (Thing::Application, "baselinescopes") => return Ok(is(Key::Target, BASELINE)),
        (Thing::Tenant, word @ ("none" | "other")) => return Ok(is(Key::HomeTenant, word)),
        _ => {}
    }
    let id = names.id(thing, text)?;
    Ok(match thing {
        Thing::User => is(Key::UserId, id.as_str()),
        Thing::Group => is(Key::Group(id), "true"),
        Thing::Role => is(Key::Role(id), "true"),
        Thing::Application | Thing::UserAction => is(Key::Target, id.as_str()),
        Thing::Context => is(Key::Target, &format!("{CONTEXT}{id}")),
        Thing::Location => Predicate::Fact(Fact::Inside(id)),
        Thing::Tenant => is(Key::HomeTenant, id.as_str()),
    })
}

/// Whatever is asked for baseline scopes only, as the dimension of targets calls it.
const BASELINE: &str = "baselineScopes";

/// How the dimension of targets calls authentication contexts.
const CONTEXT: &str = "authenticationContext ";

fn is(key: Key, value: &str) -> Predicate {
    Predicate::Fact(Fact::Is(key, value.to_owned()))
}

/// Adds what a predicate mentions.
pub(super) fn mention(predicate: &Predicate, found: &mut Mentioned) {
    for fact in predicate.facts() {
        match fact {
            Fact::InSuite(Suite::Office365) => drop(found.applications.insert(Id::new("Office365"))),
            Fact::InSuite(Suite::AdminPortals) => {
                found.applications.insert(Id::new("MicrosoftAdminPortals"));
            }
            Fact::Inside(id) => drop(found.locations.insert(id.clone())),
            Fact::Is(Key::UserId, id) => drop(found.users.insert(Id::new(id))),
            Fact::Is(Key::Group(id), _) => drop(found.groups.insert(id.clone())),
            Fact::Is(Key::Role(id), _) => drop(found.roles.insert(id.clone())),
            Fact::Is(Key::HomeTenant, id) if !["none", "other"].contains(&id.as_str()) => {
                found.tenants.insert(Id::new(id));
            }
            Fact::Is(Key::Target, name) if !name.starts_with("urn:user:") => {
                match name.strip_prefix(CONTEXT) {
                    Some(id) => found.contexts.insert(Id::new(id)),
                    None => found.applications.insert(Id::new(name)),
                };
            }
            Fact::Is(..) => {}
        }
    }
}
