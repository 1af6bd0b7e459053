//! What every format of pipelines says of a finding: who and why in a sentence, which policies, where they stand.

use super::words::{pattern, quoted, subject};
use crate::document::{Finding, Report, Verdict};

/// A place in the user's files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place<'a> {
    /// The file, below what was checked.
    pub(super) path: &'a str,
    /// The line, where it is known.
    pub(super) line: Option<usize>,
}

impl<'a> Place<'a> {
    fn of(path: &'a str, line: usize) -> Self {
        Self { path, line: Some(line).filter(|line| *line > 0) }
    }

    /// Where a policy stands.
    pub(super) fn of_policy(report: &'a Report, id: &str) -> Option<Self> {
        let policy = report.policies.iter().find(|policy| policy.id == id && !policy.path.is_empty())?;
        Some(Self::of(&policy.path, policy.line))
    }

    /// Where to look for a finding that names no policy: the statement that it is about, the settings for other tenants,
    /// or whatever was read first.
    pub(super) fn of_no_policy(report: &'a Report, verdict: &'a Verdict) -> Option<Self> {
        if let Some(statement) = &verdict.statement {
            return Some(Self::of(&statement.path, statement.line));
        }
        let about = |name: &str| {
            let of = |resource: &String| resource.to_lowercase().contains(name);
            report.inputs.iter().find(|input| input.resource.as_ref().is_some_and(of))
        };
        let read = || report.inputs.iter().find(|input| input.status == "read" && input.objects > 0);
        let input = about("crosstenantaccesspolicy").or_else(read).or_else(|| report.inputs.first())?;
        Some(Self::of(&input.path, 1))
    }
}

/// Every policy that a finding names, each once: what it is about, what makes it so, what its evidence rests on.
pub(super) fn named(finding: &Finding) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    let steps = finding.evidence.steps.iter().flat_map(|step| &step.policies);
    let exits = finding.evidence.exits.iter().flat_map(|exit| &exit.policies);
    let because = finding.because_of.iter().flatten();
    let held = finding.held.iter().map(|held| &held.policy);
    for id in finding.policies.iter().chain(because).chain(held).chain(steps).chain(exits) {
        if !found.contains(&id.as_str()) {
            found.push(id);
        }
    }
    found
}

/// The titles of its patterns, each with its id; a pattern that is not known is its id.
pub(super) fn causes(finding: &Finding) -> Vec<String> {
    finding.cause.iter().map(|id| titled(id)).collect()
}

/// A pattern in words.
pub(super) fn titled(id: &str) -> String {
    pattern(id).map_or_else(|| id.to_owned(), |cause| format!("{} ({id})", cause.title))
}

/// The cures of its patterns.
pub(super) fn cures(finding: &Finding) -> Vec<&'static str> {
    finding.cause.iter().filter_map(|id| pattern(id)).map(|cause| cause.cure).collect()
}

/// A policy by name and id.
pub(super) fn policy(report: &Report, id: &str) -> String {
    let name = quoted(report, id);
    if report.policy_name(id) == id { name } else { format!("{name} ({id})") }
}

/// A finding in one line, which names its causes, its policies and what it depends on.
pub(super) fn sentence(report: &Report, finding: &Finding) -> String {
    let mut text = subject(report, finding);
    let mut add = |label: &str, parts: &[String]| {
        if !parts.is_empty() {
            text += &format!(". {label}: {}", parts.join(", "));
        }
    };
    add("Why", &causes(finding));
    let policies: Vec<String> = finding.policies.iter().map(|id| policy(report, id)).collect();
    add("Policies", &policies);
    let cures: Vec<String> =
        cures(finding).iter().map(|cure| cure.trim_end_matches('.').to_owned()).collect();
    add("Cure", &cures);
    add("Only if", &finding.depends_on);
    text + "."
}
