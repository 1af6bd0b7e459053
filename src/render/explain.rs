//! One finding as a story: who, what they see step by step, where it ends, why, and what helps.

use std::fmt::Write;

use super::scenes::scene;
use super::terminal::about;
use super::words::{all_quoted, pattern, people, rule_title};
use crate::document::{Finding, Report};

/// One finding in full.
pub fn explanation(finding: &Finding, report: &Report) -> String {
    let mut text = format!("{}\n\n", finding.id);
    if finding.what.is_some() {
        text += &about(finding, report);
    } else {
        let _ = writeln!(text, "Who\n  {}", people(report, &finding.cube));
    }
    let patterns: Vec<_> = finding.cause.iter().filter_map(|id| pattern(id)).collect();
    if !patterns.is_empty() {
        text += "\nWhy\n";
        for cause in &patterns {
            let _ = writeln!(text, "  {}: {}", cause.id, cause.title);
        }
    }
    if !finding.evidence.steps.is_empty() {
        text += "\nWhat happens, to one of them\n";
        for (number, step) in (1..).zip(&finding.evidence.steps) {
            let scene = scene(&step.from);
            let _ = writeln!(text, "  {number}. {} {}", scene.place, scene.seen);
            let _ = writeln!(
                text,
                "     {}: {} → {}  [{}]",
                step.step,
                step.from,
                step.to,
                step.rules.join(", ")
            );
        }
        if let Some(code) = finding.evidence.code {
            let _ = writeln!(text, "  They see AADSTS{code}.");
        }
    }
    if !finding.evidence.exits.is_empty() {
        text += "\nClosed ways on\n";
        for exit in &finding.evidence.exits {
            let by = if exit.policies.is_empty() {
                String::new()
            } else {
                format!(" by {}", all_quoted(report, &exit.policies))
            };
            let rules = exit.blocked_by.join(", ");
            let _ = writeln!(text, "  {} → {}: closed{by}  [{rules}]", exit.step, exit.to);
        }
    }
    if !patterns.is_empty() {
        text += "\nCure\n";
        for cause in &patterns {
            let _ = writeln!(text, "  {}", cause.cure);
        }
    }
    if !finding.depends_on.is_empty() {
        let _ = writeln!(text, "\nOnly if\n  {}", finding.depends_on.join("\n  "));
    }
    if finding.evidence.kind == "core" && !finding.rules.is_empty() {
        text += "\nRules\n";
        for rule in &finding.rules {
            let _ = writeln!(text, "  {rule}: {}", rule_title(rule));
        }
    }
    if let Some(scenario) = &finding.scenario {
        let scenario = serde_json::to_string_pretty(scenario).unwrap_or_default();
        let _ = writeln!(text, "\nOne such sign-in (give it to `tenantproof simulate`)\n{scenario}");
    }
    text
}
