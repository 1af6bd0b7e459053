//! An earlier report, read back as far as a later one is compared with it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// What of a report matters to a later one.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Earlier {
    /// `tenantproof.report/1`.
    pub schema: String,
    /// What wrote it.
    pub tool: Tool,
    /// The day whose rules applied.
    pub as_of: String,
    /// Open questions with their readings.
    pub assumptions: BTreeMap<String, String>,
    /// Policies taken as enabled.
    pub enabled: Vec<String>,
    /// Emergency accounts.
    pub break_glass: Vec<String>,
    /// What the run told apart.
    pub space: ToldApart,
    /// The verdicts.
    pub verdicts: Vec<Decided>,
}

/// What a run told apart.
#[derive(Debug, Deserialize)]
pub struct ToldApart {
    /// Its dimensions.
    pub dimensions: Vec<Values>,
}

/// A dimension with its values by name.
#[derive(Debug, Deserialize)]
pub struct Values {
    /// The dimension.
    pub name: String,
    /// Its values.
    pub values: Vec<String>,
}

/// What wrote a report.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tool {
    /// Its version.
    pub version: String,
    /// The day as of which its rules were read.
    pub semantics_date: String,
}

/// One verdict.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Decided {
    /// The property.
    pub property: String,
    /// Its verdict.
    pub verdict: String,
    /// It rests on a contract.
    pub conditional: bool,
    /// What was listed.
    pub counterexamples: Vec<Listed>,
    /// How the listing of each range ended.
    pub enumeration: Vec<Ended>,
    /// What became of waivers.
    #[serde(default)]
    pub waivers: Vec<Ended>,
}

/// One finding.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Listed {
    /// The id.
    pub id: String,
    /// The sign-ins, by the dimensions that matter.
    #[serde(default)]
    pub cube: BTreeMap<String, Vec<String>>,
    /// What it needs of the unknown.
    #[serde(default)]
    pub depends_on: Vec<String>,
    /// What it says of policies, where it is about those.
    #[serde(default)]
    pub what: Option<String>,
}

/// An enumeration or a waiver, by how it ended.
#[derive(Debug, Deserialize)]
pub struct Ended {
    /// How.
    pub status: String,
    /// Up to how many memberships, for an enumeration.
    #[serde(default)]
    pub memberships: usize,
}

impl Earlier {
    /// Reads a report that `check --format json` wrote.
    ///
    /// # Errors
    ///
    /// What is wrong with it, and what to do.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        let earlier: Self = serde_json::from_slice(bytes).map_err(|e| {
            format!("this is no report: {e}; give a file that `tenantproof check --format json` wrote")
        })?;
        if earlier.schema == "tenantproof.report/1" {
            return Ok(earlier);
        }
        Err(format!("`{}` at /schema is not tenantproof.report/1; write the report again", earlier.schema))
    }

    /// The same of a report that is not written yet.
    ///
    /// # Errors
    ///
    /// Where that is no report.
    pub fn of(report: &Value) -> Result<Self, String> {
        Self::deserialize(report).map_err(|e| e.to_string())
    }
}
