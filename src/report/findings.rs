//! Findings about policies and service principals, in words.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::terminal::policy_name;
use crate::check::{Finding, Verdict};
use crate::model::Tenant;
use crate::semantics::{BYPASSES, LOCKOUTS};

/// All verdicts about policies: one line for each that found nothing, the findings of the others.
pub(super) fn hygiene(verdicts: &[&Verdict], tenant: &Tenant) -> String {
    let mut text = String::new();
    for verdict in verdicts {
        let mark = match verdict.name() {
            "violated" => "✘ found ",
            "undetermined" => "? perhaps",
            _ => "✔ nothing",
        };
        let _ = writeln!(text, "{mark} {}: {}", verdict.property.id, verdict.property.question);
        for finding in verdict.findings() {
            text += &line(finding, tenant);
        }
    }
    text
}

/// So many service principals are listed; JSON has all of them.
const LISTED: usize = 20;

/// The service principals that nothing restricts.
pub(super) fn of_principals(findings: &[Finding], reason: Option<&str>, tenant: &Tenant) -> String {
    let mut text = reason.map(|reason| format!("  {reason}\n")).unwrap_or_default();
    for finding in findings.iter().take(LISTED) {
        text += &line(finding, tenant);
    }
    if findings.len() > LISTED {
        let more = findings.len() - LISTED;
        let _ = writeln!(text, "    … and {more} more (--format json lists them)");
    }
    let causes: BTreeSet<&str> = findings.iter().flat_map(|finding| &finding.causes).copied().collect();
    text + &cures(&causes)
}

/// What each pattern is, and what helps.
fn cures(causes: &BTreeSet<&str>) -> String {
    let mut text = String::new();
    for cause in LOCKOUTS.iter().chain(BYPASSES).filter(|cause| causes.contains(cause.id)) {
        let _ = writeln!(text, "    Why:   {} ({})\n    Cure:  {}", cause.title, cause.id, cause.cure);
    }
    text
}

fn line(finding: &Finding, tenant: &Tenant) -> String {
    let names: Vec<_> = finding.policies.iter().map(|id| policy_name(tenant, id)).collect();
    let whose = match names.as_slice() {
        [] => String::new(),
        [one] => format!("{one}: "),
        [first, others @ ..] => format!("{first} and {} more: ", others.len()),
    };
    let rules =
        if finding.causes.is_empty() { String::new() } else { format!(" ({})", finding.causes.join(", ")) };
    let because: Vec<_> =
        finding.because_of.policies.iter().filter(|id| !finding.policies.contains(id)).collect();
    let because: Vec<_> = because.into_iter().map(|id| policy_name(tenant, id)).collect();
    let because =
        if because.is_empty() { String::new() } else { format!(", because of {}", because.join(", ")) };
    let mut text = format!("    {whose}{}{rules}{because}\n", finding.what);
    if !finding.depends_on().is_empty() {
        let _ = writeln!(text, "      Only if: {}", finding.depends_on().join(", "));
    }
    text
}

/// One finding in full.
pub fn finding_in_full(finding: &Finding, tenant: &Tenant) -> String {
    let causes = finding.causes.iter().copied().collect();
    let mut text = format!("{}\n\n{}{}", finding.id, line(finding, tenant), cures(&causes));
    if !finding.because_of.rules.is_empty() {
        let _ = writeln!(text, "\nRules\n  {}", finding.because_of.rules.join(", "));
    }
    if let Some(witness) = &finding.witness {
        text += "\nSteps of such a sign-in, as the policies are\n";
        for step in &witness.evidence.steps {
            let _ = writeln!(text, "  {} → {}: {}", step.from, step.to, step.step);
        }
        let scenario = serde_json::to_string_pretty(&witness.scenario).unwrap_or_default();
        let _ = writeln!(text, "\nThe sign-in (give it to `tenantproof simulate`)\n{scenario}");
    }
    text
}
