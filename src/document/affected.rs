//! Somebody of the directory who can be in a finding.

use serde::Serialize;

/// One user and one finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Affected<'a> {
    /// The object id.
    pub user: &'a str,
    /// The id of the property.
    pub property: &'a str,
    /// `violated` or `undetermined`.
    pub verdict: &'a str,
    /// The id of the finding.
    pub finding: &'a str,
    /// `main` or `exclusion`.
    pub range: &'a str,
    /// Pattern ids.
    pub cause: Vec<&'a str>,
    /// What is not known and would have to be as assumed.
    #[serde(rename = "dependsOn")]
    pub depends_on: &'a [String],
}
