//! The report as a document: everything a run concluded, as plain data that every format shows.
//!
//! * **In:** what `report` says of verdicts, or a file that `check --format json` wrote.
//! * **Out:** [`Report`], `tenantproof.report/1`, in this order of keys.
//! * **Never:** a conclusion. What is here was decided before; what shows it adds nothing but words of the catalogues.

mod affected;
mod finding;
mod inert;
mod kept;
mod line;
mod prose;
mod pseudonym;
mod read;
mod redact;
mod verdict;

pub use affected::Affected;
pub use finding::{Cube, Evidence, Exit, Finding, Held, Step};
pub use inert::inert_text;
pub use kept::Concluded;
pub use line::{Brief, Drift, Entry, LINE, Line, Turned};
pub use read::NotAReport;
pub use redact::Redacted;
pub use verdict::{
    Basis, Certificate, Contract, Core, Dual, Enumeration, Opened, Part, Stated, Stratum, Verdict, Waiver,
    Why,
};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The schema of reports.
pub const SCHEMA: &str = "tenantproof.report/1";

/// A whole report.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: String,
    /// What wrote it.
    pub tool: Tool,
    /// Whose configuration it is.
    #[serde(default)]
    pub tenant: Named,
    /// One entry a file.
    pub inputs: Vec<Input>,
    /// Each open question with its reading; `open` where all are covered.
    pub assumptions: Map<String, Value>,
    /// The facts that fixed some, each with who says so.
    pub facts: Vec<Fact>,
    /// The day whose rules are in force.
    pub as_of: String,
    /// Changes dated later.
    pub upcoming: Vec<Upcoming>,
    /// The dimensions that tell findings apart; empty: all.
    pub project: Vec<String>,
    /// Ids of policies that were taken as enabled.
    pub enabled: Vec<String>,
    /// Ids of emergency accounts.
    pub break_glass: Vec<String>,
    /// The largest space that any property ranges over.
    pub space: Space,
    /// The sign-in state graph.
    pub system: System,
    /// All policies.
    pub policies: Vec<Policy>,
    /// One entry a property.
    pub verdicts: Vec<Verdict>,
    /// What was seen and not understood.
    pub unmodelled: Vec<Unmodelled>,
    /// Against an earlier report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<Baseline>,
}

/// What wrote a report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tool {
    /// `tenantproof`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The day as of which its rules were read.
    pub semantics_date: String,
    /// The solver.
    pub solver: Solver,
}

/// The solver of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Solver {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// A tenant by what the export says of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Named {
    /// Its id, where the organization was exported.
    pub id: Option<String>,
    /// Its name, likewise.
    pub display_name: Option<String>,
}

/// One file of the input.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// Its path below the tenant.
    pub path: String,
    /// Its hash.
    pub sha256: String,
    /// What was recognised in it.
    pub resource: Option<String>,
    /// How many objects of that.
    pub objects: usize,
    /// `read` or `ignored`.
    pub status: String,
    /// Why, where it was ignored.
    pub why: Option<String>,
}

/// Somebody's word on an open question.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// The question.
    pub assume: String,
    /// The reading.
    pub value: String,
    /// Who says so.
    pub author: String,
    /// Why.
    pub reason: String,
}

/// A change dated later than the day whose rules are in force.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upcoming {
    /// Its day.
    pub date: String,
    /// Its rule.
    pub rule: String,
    /// What it is.
    pub what: String,
    /// The verdicts that are others from then on.
    pub flips: Vec<Flip>,
}

/// A verdict that a change turns into another one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flip {
    /// The property.
    pub property: String,
    /// The verdict now.
    pub from: String,
    /// The verdict then.
    pub to: String,
}

/// What a property ranges over.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Space {
    /// In which ways sign-ins differ.
    pub dimensions: Vec<Dimension>,
    /// How many there are; as text, since it outgrows numbers.
    pub scenarios: String,
}

/// A way in which sign-ins differ.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dimension {
    /// Its name.
    pub name: String,
    /// Its values.
    pub values: Vec<String>,
}

/// The sign-in state graph of the tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct System {
    /// How many states.
    pub states: usize,
    /// How many steps between them.
    pub transitions: usize,
    /// The steps, each pair of states with the steps that lead from one to the other.
    #[serde(default)]
    pub graph: Vec<Edge>,
}

/// The steps from one state to another one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edge {
    /// From this state.
    pub from: String,
    /// To that one.
    pub to: String,
    /// What happens.
    pub steps: Vec<String>,
}

/// A policy of the tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Policy {
    /// Its id.
    pub id: String,
    /// Its display name.
    pub display_name: String,
    /// Its state, as Graph names it.
    #[serde(default)]
    pub state: String,
    /// It can act: its state is `enabled`, it was taken as enabled, or its state is not understood.
    #[serde(default)]
    pub acts: bool,
    /// The file that it stands in.
    #[serde(default)]
    pub path: String,
    /// Where in that file, as a JSON pointer.
    #[serde(default)]
    pub pointer: String,
    /// The line on which it begins; 0 where that is not known.
    #[serde(default)]
    pub line: usize,
    /// The properties whose proof names it.
    pub holds: Vec<String>,
}

/// Something that was seen and not understood.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unmodelled {
    /// The file.
    pub path: String,
    /// Where in it.
    pub pointer: String,
    /// What was found.
    pub what: String,
    /// `symbolic` or `irrelevant`.
    pub effect: String,
    /// What that means.
    pub why: String,
}

/// What differs from an earlier report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Baseline {
    /// Ids of findings that were not there.
    pub new: Vec<String>,
    /// Ids that are no longer found.
    pub gone: Vec<String>,
    /// Ids that are not listed now, where not everything is listed.
    pub not_listed: Vec<String>,
    /// Ids that are found both times.
    pub unchanged: Vec<String>,
    /// Ids of findings that are part of one that was there.
    pub narrower: Vec<String>,
    /// Verdicts that are others now.
    pub verdicts: Vec<Changed>,
    /// In what else the two runs differ.
    pub differs: Vec<String>,
}

/// A verdict that is another one than earlier.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// The property.
    pub property: String,
    /// The verdict then.
    pub from: String,
    /// The verdict now.
    pub to: String,
    /// Whether that is worse.
    pub worse: bool,
}
