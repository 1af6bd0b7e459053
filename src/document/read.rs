//! A report that was written earlier, read back.

use super::{Report, SCHEMA};

/// What is wrong with a file that should be a report.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAReport {
    /// Not this shape.
    #[error(
        "line {line}: this is no report: {why}; give a file that `tenantproof check --format json` wrote"
    )]
    Shape {
        /// Where.
        line: usize,
        /// What.
        why: String,
    },
    /// Another version.
    #[error("`{0}` at /schema is not {SCHEMA}; write the report again")]
    Version(String),
}

impl Report {
    /// Reads what `check --format json` wrote.
    ///
    /// # Errors
    ///
    /// What is wrong with it, and what to do.
    pub fn read(bytes: &[u8]) -> Result<Self, NotAReport> {
        let report: Self = serde_json::from_slice(bytes)
            .map_err(|e| NotAReport::Shape { line: e.line(), why: e.to_string() })?;
        if report.schema == SCHEMA { Ok(report) } else { Err(NotAReport::Version(report.schema)) }
    }

    /// All findings, each with the verdict that lists it.
    pub fn findings(&self) -> impl Iterator<Item = (&super::Verdict, &super::Finding)> {
        self.verdicts.iter().flat_map(|verdict| verdict.counterexamples.iter().map(move |one| (verdict, one)))
    }

    /// The display name of a policy, or its id.
    pub fn policy_name<'a>(&'a self, id: &'a str) -> &'a str {
        let policy = self.policies.iter().find(|policy| policy.id == id);
        policy.map_or(id, |policy| &policy.display_name)
    }

    /// What the tenant is called.
    pub fn tenant_name(&self) -> &str {
        self.tenant.display_name.as_deref().unwrap_or("this tenant")
    }
}
