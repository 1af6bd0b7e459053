//! Findings about the policies themselves, in words.

use std::fmt::Write;

use super::terminal::policy_name;
use crate::check::{Finding, Verdict};
use crate::model::Tenant;

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
    let mut text = format!("{}\n\n{}", finding.id, line(finding, tenant));
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
