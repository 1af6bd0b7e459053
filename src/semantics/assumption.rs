//! Open questions fixed by the user.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use thiserror::Error;

use super::dates::{Change, SEMANTICS_DATE};
use super::switches::{SWITCHES, Switch};

/// What no export holds, and can be said instead: `input:` and what it is, perhaps with whose it is behind it.
const SAYABLE: [&str; 4] = [
    "input:telephonyProvider",
    "input:legacyMfaTrustedIps",
    "input:approvedApplication",
    "input:supportsMfa/",
];

/// Which readings are fixed; a switch that is not named covers all of its readings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumptions {
    /// The day whose rules are in force.
    pub day: Date,
    readings: BTreeMap<&'static str, usize>,
    /// The keys that were named, not taken from a profile.
    named: BTreeSet<&'static str>,
    /// What no export holds and somebody said.
    said: BTreeMap<String, bool>,
}

/// An assumption that cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AssumptionError {
    /// Not `KEY=VALUE`.
    #[error("`{0}` is not of the form KEY=VALUE; `tenantproof assumptions` lists the keys")]
    Form(String),
    /// No such key.
    #[error("there is no open question `{0}`; `tenantproof assumptions` lists the keys")]
    Key(String),
    /// Two readings of one question.
    #[error("{0} is given twice with different readings; keep one")]
    Twice(&'static str),
    /// Neither yes nor no.
    #[error("{key} is `{value}`; say yes or no")]
    Said {
        /// The key.
        key: String,
        /// What was given.
        value: String,
    },
    /// Yes and no.
    #[error("{0} is given twice, as yes and as no; keep one")]
    SaidTwice(String),
    /// No such reading.
    #[error("`{value}` is no reading of {key}; its readings are: {readings}")]
    Reading {
        /// The key.
        key: &'static str,
        /// What was given.
        value: String,
        /// What could be given.
        readings: String,
    },
}

impl Default for Assumptions {
    fn default() -> Self {
        Self { day: SEMANTICS_DATE, readings: BTreeMap::new(), named: BTreeSet::new(), said: BTreeMap::new() }
    }
}

impl Assumptions {
    /// Whether a change is in force.
    pub fn since(&self, change: Change) -> bool {
        change.since() <= self.day
    }

    /// Every question fixed to its likely reading.
    pub fn likely() -> Self {
        let readings = SWITCHES.iter().map(|switch| (switch.key, switch.likely)).collect();
        Self { readings, ..Self::default() }
    }

    /// Fixes one question; compared without regard to case, blanks and punctuation.
    pub fn assume(&mut self, text: &str) -> Result<(), AssumptionError> {
        let (key, value) = text.split_once('=').ok_or_else(|| AssumptionError::Form(text.to_owned()))?;
        if is_sayable(key.trim()) {
            return self.say(key.trim(), value.trim());
        }
        let switch = find(key).ok_or_else(|| AssumptionError::Key(key.trim().to_owned()))?;
        let reading = reading(switch, value).ok_or_else(|| AssumptionError::Reading {
            key: switch.key,
            value: value.trim().to_owned(),
            readings: switch.readings.join(" / "),
        })?;
        let before = self.readings.insert(switch.key, reading);
        if !self.named.insert(switch.key) && before != Some(reading) {
            return Err(AssumptionError::Twice(switch.key));
        }
        Ok(())
    }

    /// Fixes something that no export holds.
    fn say(&mut self, key: &str, value: &str) -> Result<(), AssumptionError> {
        let said = match value.to_lowercase().as_str() {
            "yes" | "true" => true,
            "no" | "false" => false,
            _ => return Err(AssumptionError::Said { key: key.to_owned(), value: value.to_owned() }),
        };
        match self.said.insert(key.to_owned(), said) {
            Some(before) if before != said => Err(AssumptionError::SaidTwice(key.to_owned())),
            _ => Ok(()),
        }
    }

    /// What somebody said of something that no export holds.
    pub fn said(&self, key: &str) -> Option<bool> {
        self.said.get(key).copied()
    }

    /// All of it.
    pub fn all_said(&self) -> impl Iterator<Item = (&String, bool)> {
        self.said.iter().map(|(key, said)| (key, *said))
    }

    /// The fixed reading of a key, by position.
    pub fn get(&self, key: &str) -> Option<usize> {
        self.readings.get(key).copied()
    }

    /// The fixed reading of a switch by name, or `open`.
    pub fn name(&self, switch: &Switch) -> &'static str {
        self.get(switch.key).and_then(|at| switch.readings.get(at)).copied().unwrap_or("open")
    }
}

/// Whether the key is of something that no export holds, here or at a given home.
fn is_sayable(key: &str) -> bool {
    let at_home = key.strip_prefix("input:home/").and_then(|rest| rest.split_once('/'));
    let own = at_home.map_or_else(|| key.to_owned(), |(_, rest)| format!("input:{rest}"));
    SAYABLE.iter().any(|known| own.starts_with(known))
}

/// The switch with this key. Rules name it as it is, thousands of times; people name it as they like.
pub(super) fn find(key: &str) -> Option<&'static Switch> {
    let exactly = SWITCHES.iter().find(|switch| switch.key == key);
    exactly.or_else(|| SWITCHES.iter().find(|switch| plain(switch.key) == plain(key)))
}

fn reading(switch: &Switch, value: &str) -> Option<usize> {
    switch.readings.iter().position(|reading| plain(reading) == plain(value))
}

fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The reading that evidence is shown under, where the outcome does not depend on it: the likely one, and a session that
/// does not begin again.
pub fn plain_reading(key: &str) -> u16 {
    let Some(switch) = SWITCHES.iter().find(|switch| switch.key == key) else {
        return 0;
    };
    let reading = match key {
        "RESTART" => switch.readings.iter().position(|reading| *reading == "no").unwrap_or(0),
        _ => switch.likely,
    };
    u16::try_from(reading).unwrap_or(0)
}
