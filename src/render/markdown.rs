//! Markdown: a step summary or a comment on a pull request. The table of verdicts, then every finding.

use std::fmt::Write;

use super::record::{causes, cures, policy};
use super::words::{endings, percent, subject};
use crate::document::{Finding, Report, Verdict};

/// The report as GitHub flavoured Markdown.
pub fn markdown(report: &Report) -> String {
    let acting = report.policies.iter().filter(|policy| policy.acts).count();
    let mut text = format!("## tenantproof: {}\n\n", plain(report.tenant_name()));
    let _ = writeln!(
        text,
        "{} policies, {acting} of them enforced; rules as of {}\n",
        report.policies.len(),
        plain(&report.as_of)
    );
    text += "| | property | verdict | found | question |\n|---|---|---|---|---|\n";
    for verdict in &report.verdicts {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} |",
            mark(&verdict.verdict),
            plain(&verdict.property),
            plain(&said(verdict)),
            found(verdict),
            plain(&verdict.question)
        );
    }
    if let Some(since) = &report.baseline {
        let (new, gone, unchanged) = (since.new.len(), since.gone.len(), since.unchanged.len());
        let _ = writeln!(text, "\nSince the baseline: {new} new, {gone} gone, {unchanged} unchanged");
    }
    for verdict in report.verdicts.iter().filter(|verdict| !verdict.counterexamples.is_empty()) {
        let _ = writeln!(text, "\n### {}: {}\n", plain(&verdict.property), plain(&said(verdict)));
        for finding in &verdict.counterexamples {
            text += &item(report, finding);
        }
        for ending in endings(verdict) {
            let _ = writeln!(text, "\n{}", plain(&ending));
        }
    }
    text
}

/// A verdict in a few words.
fn said(verdict: &Verdict) -> String {
    match verdict.verdict.as_str() {
        "holds" if verdict.conditional => "holds if homes do their part".to_owned(),
        "vacuous" => "says nothing".to_owned(),
        other => other.to_owned(),
    }
}

fn found(verdict: &Verdict) -> String {
    match verdict.counterexamples.len() {
        0 => String::new(),
        some => some.to_string(),
    }
}

fn mark(verdict: &str) -> &'static str {
    match verdict {
        "holds" => "✅",
        "violated" => "❌",
        "undetermined" => "❔",
        _ => "➖",
    }
}

/// A finding as one item of a list, with a line for each thing to be said of it.
fn item(report: &Report, finding: &Finding) -> String {
    let mut text = format!("- **{}** ({})\n", plain(&subject(report, finding)), plain(&finding.severity));
    let mut add = |label: &str, parts: Vec<String>| {
        if !parts.is_empty() {
            let parts: Vec<String> = parts.iter().map(|part| plain(part)).collect();
            let _ = writeln!(text, "  - {label}: {}", parts.join(", "));
        }
    };
    add("Why", causes(finding));
    add("Policies", finding.policies.iter().map(|id| policy(report, id)).collect());
    let because = finding.because_of.iter().flatten();
    add("Because of", because.map(|id| policy(report, id)).collect());
    if let Some(end) = finding.evidence.steps.last() {
        let code = finding.evidence.code.map(|code| format!(" (AADSTS{code})")).unwrap_or_default();
        add("Ends", vec![format!("{}: {}{code}", end.to, end.step)]);
    }
    add("Cure", cures(finding).into_iter().map(str::to_owned).collect());
    add("Only if", finding.depends_on.clone());
    let share = finding.share.map_or_else(String::new, |share| format!(" ({} of all)", percent(share)));
    add("Sign-ins", vec![format!("{}{share}", finding.scenarios)]);
    add("Id", vec![finding.id.clone()]);
    text
}

/// A text that is nothing but text: every sign that Markdown may read is escaped. What mentions people or issues is
/// found after that, in what is shown, but not within code; so those two signs are code.
pub(super) fn plain(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '@' | '#' => escaped.extend(['`', c, '`']),
            '\n' | '\r' => escaped.push(' '),
            c if c.is_ascii_punctuation() && !matches!(c, ',' | ';' | '%' | '"' | '\'' | '/' | '?') => {
                escaped.extend(['\\', c]);
            }
            c => escaped.push(c),
        }
    }
    escaped
}
