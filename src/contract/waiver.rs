//! Waivers: read, and tied to the statement that they are for.

use std::collections::BTreeSet;

use super::facts::mention;
use super::mistake::hint;
use super::place::position;
use super::predicate::Predicate;
use super::read::Reader;
use super::statement::{Must, Statement, Waiver};
use super::yaml::WaiverEntry;
use crate::scenario::Key;

impl Reader<'_> {
    /// Adds a waiver to its statement.
    pub(super) fn waiver(&mut self, entry: &WaiverEntry, statements: &mut [Statement]) {
        for (name, text) in [("owner", &entry.owner), ("reason", &entry.reason)] {
            if text.value.trim().is_empty() {
                self.mistake(text.referenced, format!("the {name} of a waiver is empty; say who, and why"));
            }
        }
        let expires = entry.expires.value.trim().parse();
        if expires.is_err() {
            let message = format!("`{}` is no day; write it like 2027-03-31", entry.expires.value);
            self.mistake(entry.expires.referenced, message);
        }
        let about = entry.about.as_ref().map_or(Predicate::Constant(true), |about| self.cel(about));
        let wanted = entry.statement.value.trim();
        let Some(statement) = statements.iter_mut().find(|statement| statement.id == wanted) else {
            let hint = hint(wanted, statements.iter().map(|statement| statement.id.as_str()));
            let message = format!("there is no statement `{wanted}` in this file{hint}");
            return self.mistake(entry.statement.referenced, message);
        };
        if let Some(key) = chosen(statement, &about) {
            let at = entry.about.as_ref().map_or(entry.statement.referenced, |about| about.referenced);
            let message = format!(
                "{} is chosen by whoever must reach; a waiver of `{wanted}` cannot speak of it unless the statement does",
                key.name()
            );
            return self.mistake(at, message);
        }
        let Ok(expires) = expires else { return };
        mention(&about, &mut statement.mentioned);
        statement.waivers.push(Waiver {
            path: self.path.to_owned(),
            at: position(entry.statement.referenced),
            owner: entry.owner.value.trim().to_owned(),
            reason: entry.reason.value.trim().to_owned(),
            expires,
            about,
        });
    }
}

/// What a waiver says of something that people choose on the way: as given, it would make another question of the statement.
fn chosen(statement: &Statement, about: &Predicate) -> Option<Key> {
    let own = statement.given();
    let alone = Statement { about: about.clone(), waivers: Vec::new(), ..statement.clone() };
    let said: BTreeSet<Key> = alone.given();
    let picked = |key: &Key| matches!(key, Key::Client | Key::Flow | Key::DeviceTrust) || key.is_of_device();
    let picked = said.into_iter().find(|key| picked(key) && !own.contains(key));
    picked.filter(|_| statement.must == Must::Reach)
}
