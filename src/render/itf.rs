//! ITF: the informal trace format of Apalache (its ADR-015), for tools that show and replay traces.
//!
//! One trace a line: each line is a whole trace for tools that take one, and none is lost where there are many.

use serde_json::{Value, json};

use super::record::sentence;
use crate::document::{Finding, Report, Verdict};

/// The state of a finding that is not about a sign-in.
const NONE: &str = "NoSignIn";
/// What a state consists of, each with its type.
const VARIABLES: [(&str, &str); 5] = [
    ("state", "Str"),
    ("step", "Str"),
    ("rules", "Set(Str)"),
    ("policies", "Set(Str)"),
    ("closed", "Set(Str)"),
];

/// A trace for each finding.
pub fn itf(report: &Report) -> String {
    report.findings().map(|(verdict, finding)| format!("{}\n", trace(report, verdict, finding))).collect()
}

fn trace(report: &Report, verdict: &Verdict, finding: &Finding) -> Value {
    let types: serde_json::Map<String, Value> =
        VARIABLES.iter().map(|(name, kind)| ((*name).to_owned(), json!(kind))).collect();
    json!({
        "#meta": {
            "format": "ITF",
            "format-description": "https://apalache-mc.org/docs/adr/015adr-trace.html",
            "description": sentence(report, finding),
            "source": format!("{} {}", report.tool.name, report.tool.version),
            "status": verdict.verdict,
            "varTypes": types,
            "finding": finding.id,
            "property": verdict.property,
            "severity": finding.severity,
            // Readers take nothing but text here.
            "cause": finding.cause.join(", "),
            "policies": finding.policies.join(", "),
            "dependsOn": finding.depends_on.join(", "),
            "cube": json!(finding.cube).to_string(),
            "code": finding.evidence.code.map(|code| code.to_string()).unwrap_or_default(),
        },
        "vars": VARIABLES.map(|(name, _)| name),
        "states": states(finding),
    })
}

/// The states that were reached, each with the step that led there; the last one with the ways on that are closed.
fn states(finding: &Finding) -> Vec<Value> {
    let evidence = &finding.evidence;
    let start = evidence.steps.first().map_or(NONE, |step| &step.from);
    let closed: Vec<String> =
        evidence.exits.iter().map(|exit| format!("{} → {}", exit.step, exit.to)).collect();
    let last = evidence.steps.len();
    let none: &[String] = &[];
    let reached = evidence.steps.iter().map(|step| (&*step.to, &*step.step, &*step.rules, &*step.policies));
    let state = |(index, (state, step, rules, policies)): (usize, (&str, &str, &[String], &[String]))| {
        json!({
            "#meta": {"index": index},
            "state": state,
            "step": step,
            "rules": {"#set": rules},
            "policies": {"#set": policies},
            "closed": {"#set": if index == last { closed.as_slice() } else { none }},
        })
    };
    (0..).zip(std::iter::once((start, "", none, none)).chain(reached)).map(state).collect()
}
