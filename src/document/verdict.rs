//! A verdict as data.

use serde::{Deserialize, Serialize};

use super::finding::Finding;

/// The conclusion on one property.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    /// The id of the property.
    pub property: String,
    /// What it asks.
    #[serde(default)]
    pub question: String,
    /// `holds`, `violated`, `vacuous`, `undetermined` or `skipped`.
    pub verdict: String,
    /// It rests on `contract`.
    pub conditional: bool,
    /// `any`, or `directory` where it rests on who is in what there.
    pub scope: String,
    /// What would be concluded about people in anything that is consistent.
    pub unrestricted: String,
    /// How many sign-ins it ranges over.
    #[serde(default)]
    pub scenarios: String,
    /// The kinds of people that it is about.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// What they sign in to.
    #[serde(default)]
    pub targets: Vec<String>,
    /// Why nothing is concluded.
    pub reason: Option<String>,
    /// What was found.
    pub counterexamples: Vec<Finding>,
    /// How the listing of each range ended.
    pub enumeration: Vec<Enumeration>,
    /// What the proof rests on.
    pub core: Core,
    /// What homes that were not given must do.
    pub contract: Vec<Contract>,
    /// What of the evidence it rests on.
    pub certificate: Option<Certificate>,
    /// What curing it would cause.
    #[serde(default)]
    pub duals: Vec<Dual>,
    /// Who answers for what is left out of a statement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waivers: Option<Vec<Waiver>>,
    /// Where a statement stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<Stated>,
    /// All that the proof can rest on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Why>,
}

/// How the listing of one range ended.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Enumeration {
    /// `main` or `exclusion`.
    pub range: String,
    /// `complete`, `upTo`, `truncated` or `stopped`.
    pub status: String,
    /// How many are listed.
    pub cubes: usize,
    /// How many sign-ins they hold together.
    pub scenarios: String,
    /// The same as a part of all.
    pub share: f64,
    /// The bound of the last stratum looked at.
    pub memberships: usize,
    /// `none`, `some` or `unknown`.
    pub beyond: String,
    /// Stratum by stratum.
    pub strata: Vec<Stratum>,
}

/// One stratum of a listing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stratum {
    /// At most so many memberships.
    pub memberships: usize,
    /// So many were first found there.
    pub cubes: usize,
    /// How it ended.
    pub status: String,
}

/// What a proof rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Core {
    /// Rules by id.
    pub rules: Vec<String>,
    /// Policies by id.
    pub policies: Vec<String>,
    /// Settings by name.
    pub settings: Vec<String>,
}

/// What a home that was not given must do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contract {
    /// Which home; `*` is any.
    pub home: String,
    /// In words.
    pub needs: String,
    /// Sets of methods, one of which has to be allowed.
    pub any_of: Vec<Vec<String>>,
}

/// A file of the evidence.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// Where it lies.
    pub path: String,
    /// Its hash.
    pub sha256: String,
}

/// A cure, and what it would cause.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dual {
    /// The pattern that it cures.
    pub cause: String,
    /// Its name.
    pub change: String,
    /// In words.
    pub cure: String,
    /// The policies that it changes.
    pub policies: Vec<String>,
    /// So many of the counterexamples shown are none then.
    pub gone: usize,
    /// Of so many.
    pub of: usize,
    /// What is worse then.
    pub opens: Vec<Opened>,
}

/// A verdict that a cure makes worse.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// The property.
    pub property: String,
    /// The verdict now.
    pub from: String,
    /// The verdict then.
    pub to: String,
    /// The patterns of what is found then.
    pub cause: Vec<String>,
}

/// An exception to a statement, with who answers for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiver {
    /// Who.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// Until when.
    pub expires: String,
    /// The file.
    pub path: String,
    /// The line.
    pub line: usize,
    /// `applied`, `unused` or `expired`.
    pub status: String,
}

/// Where a statement stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stated {
    /// The file.
    pub path: String,
    /// The line.
    pub line: usize,
}

/// All that a proof can rest on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// The least sets, the smallest first.
    pub bases: Vec<Basis>,
    /// There are no others.
    pub all: bool,
    /// Whatever stands in one of them.
    pub parts: Vec<Part>,
}

/// A least set that makes a property hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basis {
    /// Policies by id.
    pub policies: Vec<String>,
    /// Settings by name.
    pub settings: Vec<String>,
}

impl Basis {
    /// Nothing is needed.
    pub fn is_empty(&self) -> bool {
        self.policies.is_empty() && self.settings.is_empty()
    }
}

/// A policy or a setting that stands in a least set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The policy by id, if it is one.
    pub policy: Option<String>,
    /// The setting, if it is one.
    pub setting: Option<String>,
    /// In so many of the sets.
    pub bases: usize,
    /// Some change of it alone can break the property.
    pub breaks: bool,
    /// The verdict with that policy disabled.
    pub disabled: Option<String>,
}
