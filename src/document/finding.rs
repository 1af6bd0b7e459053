//! A finding as data: sign-ins that violate a property, or something about policies or a service principal.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::scenario::Scenario;

/// Sign-ins by the dimensions that matter, with their values.
pub type Cube = BTreeMap<String, Vec<String>>;

/// One finding.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// Stable: same tenant and cause, same id.
    pub id: String,
    /// Pattern ids.
    pub cause: Vec<String>,
    /// `main`, or `exclusion` where it needs membership in something excluded by name.
    pub range: String,
    /// `critical`, `high`, `medium`, `low` or `info`.
    pub severity: String,
    /// In words, for what is about policies or a service principal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what: Option<String>,
    /// The sign-ins.
    pub cube: Cube,
    /// The kinds of people in it, whether or not `cube` says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
    /// What they sign in to, likewise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<String>,
    /// One complete member, where there is one.
    pub scenario: Option<Scenario>,
    /// Its walk.
    pub evidence: Evidence,
    /// The rules that decided.
    pub rules: Vec<String>,
    /// The policies that decided.
    pub policies: Vec<String>,
    /// The policies that make it so, for what is about policies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because_of: Option<Vec<String>>,
    /// What is not known and would have to be as assumed.
    pub depends_on: Vec<String>,
    /// How many sign-ins it holds.
    pub scenarios: String,
    /// The same as a part of all that the property ranges over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
    /// How many users of the directory can be in it.
    pub affected_users: Option<usize>,
    /// The same for other groups or roles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alike: Option<Vec<Cube>>,
    /// The other sign-in of an evasion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<Held>,
}

/// How the shown sign-in goes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// `trace`, `deadEnd`, or `core` where there is no sign-in to show.
    pub kind: String,
    /// The steps taken.
    pub steps: Vec<Step>,
    /// The ways on that are closed.
    pub exits: Vec<Exit>,
    /// The AADSTS number that is seen first.
    pub code: Option<u32>,
}

/// A step taken.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// From this state.
    pub from: String,
    /// What happens.
    pub step: String,
    /// To that state.
    pub to: String,
    /// The rules that made it possible.
    pub rules: Vec<String>,
    /// The policies that did.
    pub policies: Vec<String>,
}

/// A way on that is closed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Exit {
    /// What would happen.
    pub step: String,
    /// It would lead there.
    pub to: String,
    /// The rules that close it.
    pub blocked_by: Vec<String>,
    /// The policies that do.
    pub policies: Vec<String>,
}

/// The sign-in that is held to what an evasion sheds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// The sign-in.
    pub scenario: Scenario,
    /// The policy that holds it.
    pub policy: String,
    /// In what it differs, with what it has there.
    pub differs: BTreeMap<String, String>,
}
