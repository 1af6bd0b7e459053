//! One tenant of many, as a line of JSON: what is asked, and what is answered.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::Report;

/// The schema of lines.
pub const LINE: &str = "tenantproof.batch/1";

/// A tenant of a manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// What it is called; the path where nothing is said.
    #[serde(default)]
    pub id: String,
    /// Where its export lies.
    pub tenant: PathBuf,
    /// Exports of homes, by tenant id or verified domain.
    #[serde(default)]
    pub homes: BTreeMap<String, PathBuf>,
    /// Words of a command line.
    #[serde(default)]
    pub options: Vec<String>,
}

/// What was concluded about one tenant of many.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    /// [`LINE`].
    pub schema: String,
    /// What the tenant is called in the manifest.
    pub id: String,
    /// Where its export lies.
    pub tenant: String,
    /// Names input, options and program: equal keys, equal conclusions. `None` where the input could not be read.
    pub key: Option<String>,
    /// The exit code that `check` would end with.
    pub exit: u8,
    /// What went wrong, where nothing was concluded.
    pub error: Option<String>,
    /// The home tenants whose configuration was taken in, by tenant id.
    pub homes: BTreeSet<String>,
    /// One entry a property.
    pub verdicts: Vec<Brief>,
    /// Against an earlier run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Drift>,
    /// Everything, where it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<Report>,
}

/// A verdict in short.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Brief {
    /// The id of the property.
    pub property: String,
    /// `holds`, `violated`, `vacuous`, `undetermined` or `skipped`.
    pub verdict: String,
    /// It rests on what homes that were not given must do.
    pub conditional: bool,
    /// The patterns of all findings.
    pub causes: BTreeSet<String>,
    /// The policies of all findings.
    pub policies: BTreeSet<String>,
    /// What is not known and matters.
    pub depends_on: BTreeSet<String>,
    /// The ids of the findings.
    pub findings: BTreeSet<String>,
}

/// What has changed since an earlier run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drift {
    /// Findings that were not there.
    pub new: BTreeSet<String>,
    /// Findings that are not there any more.
    pub gone: BTreeSet<String>,
    /// Verdicts that are other ones.
    pub verdicts: Vec<Turned>,
}

/// A verdict that is another one than it was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turned {
    /// The id of the property.
    pub property: String,
    /// What it was; `None` where it was not asked for.
    pub from: Option<String>,
    /// What it is; `None` where it is not asked for.
    pub to: Option<String>,
}

impl Line {
    /// What a report says, in short.
    pub fn tell(&mut self, report: &Report) {
        self.verdicts = report
            .verdicts
            .iter()
            .map(|verdict| {
                let all = || verdict.counterexamples.iter();
                Brief {
                    property: verdict.property.clone(),
                    verdict: verdict.verdict.clone(),
                    conditional: verdict.conditional,
                    causes: all().flat_map(|one| one.cause.iter().cloned()).collect(),
                    policies: all().flat_map(|one| one.policies.iter().cloned()).collect(),
                    depends_on: all().flat_map(|one| one.depends_on.iter().cloned()).collect(),
                    findings: all().map(|one| one.id.clone()).collect(),
                }
            })
            .collect();
    }

    /// What has changed since an earlier line of the same tenant. Where one of them concluded nothing, nothing is compared.
    pub fn drift(&self, earlier: &Self) -> Option<Drift> {
        if self.error.is_some() || earlier.error.is_some() {
            return None;
        }
        let findings = |of: &Self| -> BTreeSet<String> {
            of.verdicts.iter().flat_map(|verdict| verdict.findings.iter().cloned()).collect()
        };
        let (now, then) = (findings(self), findings(earlier));
        let verdict = |of: &Self, property: &str| {
            of.verdicts.iter().find(|one| one.property == property).map(|one| one.verdict.clone())
        };
        let all = self.verdicts.iter().chain(&earlier.verdicts);
        let properties: BTreeSet<&str> = all.map(|one| one.property.as_str()).collect();
        let turned = properties.into_iter().map(|property| {
            let (from, to) = (verdict(earlier, property), verdict(self, property));
            Turned { property: property.to_owned(), from, to }
        });
        Some(Drift {
            new: now.difference(&then).cloned().collect(),
            gone: then.difference(&now).cloned().collect(),
            verdicts: turned.filter(|one| one.from != one.to).collect(),
        })
    }
}
