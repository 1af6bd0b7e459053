//! Waivers: read, and tied to the statement that they are for.

use super::facts::mention;
use super::mistake::hint;
use super::place::position;
use super::predicate::Predicate;
use super::read::Reader;
use super::statement::{Statement, Waiver};
use super::yaml::WaiverEntry;

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
            let hint = if hint.is_empty() { "; a waiver names the id of one" } else { &hint };
            let message = format!("there is no statement `{wanted}` in this file{hint}");
            return self.mistake(entry.statement.referenced, message);
        };
        if let Some(key) = about.keys().into_iter().find(|key| statement.settles(key)) {
            let at = entry.about.as_ref().map_or(entry.statement.referenced, |about| about.referenced);
            let message = format!(
                "a waiver of `{wanted}` cannot speak of {}, which is chosen on the way or taken at its best there; waive by \
                 person, target or place, or let the statement speak of it",
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
