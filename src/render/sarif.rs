//! SARIF 2.1.0: the form in which code hosts take findings, each at the line of the policy that it names.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::record::{Place, named, sentence};
use super::words::Side;
use crate::document::{Finding, Report, Verdict};
use crate::property::CATALOGUE;

/// The name of the folder that was checked: paths are below it, wherever it lies.
const BASE: &str = "TENANT";
/// Everything that a segment of a path does not hold as it is.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The report as SARIF.
pub fn sarif(report: &Report) -> String {
    let rules = rules(report);
    let index: BTreeMap<&str, usize> =
        rules.iter().enumerate().map(|(at, (id, _))| (id.as_str(), at)).collect();
    let results: Vec<Value> = report
        .findings()
        .map(|(verdict, finding)| result(report, verdict, finding, index.get(verdict.property.as_str())))
        .collect();
    let verdicts = report.verdicts.iter().map(|verdict| {
        let (conditional, scope) = (verdict.conditional, &verdict.scope);
        (
            verdict.property.clone(),
            json!({"verdict": verdict.verdict, "conditional": conditional, "scope": scope}),
        )
    });
    let verdicts: serde_json::Map<String, Value> = verdicts.collect();
    let artifacts = report.inputs.iter().map(|input| {
        json!({"location": {"uri": uri(&input.path), "uriBaseId": BASE}, "hashes": {"sha-256": input.sha256}})
    });
    let about = "What was checked; every path is below it.";
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": report.tool.name,
                "version": report.tool.version,
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules.iter().map(|(_, rule)| rule).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": {BASE: {"description": {"text": about}}},
            "artifacts": artifacts.collect::<Vec<_>>(),
            "results": results,
            "properties": {"asOf": report.as_of, "tenant": report.tenant, "verdicts": verdicts},
        }],
    });
    serde_json::to_string_pretty(&log).unwrap_or_default()
}

/// A rule for each property of the catalogue, then one for each statement of a contract.
fn rules(report: &Report) -> Vec<(String, Value)> {
    let known = CATALOGUE.iter().map(|property| (property.id, property.question, property.severity));
    let stated =
        report.verdicts.iter().filter(|verdict| CATALOGUE.iter().all(|own| own.id != verdict.property));
    let stated = stated.map(|verdict| {
        let severity = verdict.counterexamples.first().map_or("medium", |finding| finding.severity.as_str());
        (verdict.property.as_str(), verdict.question.as_str(), severity)
    });
    let rule = |(id, question, severity): (&str, &str, &str)| {
        let question = if question.is_empty() { id } else { question };
        let security = ![Side::Policies, Side::Decision].contains(&Side::of(id));
        let mut properties = json!({"tags": if security { vec!["security"] } else { vec![] }});
        if let (true, Some(fields)) = (security, properties.as_object_mut()) {
            fields.insert("security-severity".into(), json!(score(severity)));
        }
        let rule = json!({
            "id": id,
            "shortDescription": {"text": question},
            "fullDescription": {"text": question},
            "help": {"text": format!("{question} `tenantproof explain` tells a finding as a story; docs/properties.md has the property.")},
            "defaultConfiguration": {"level": level(severity)},
            "properties": properties,
        });
        (id.to_owned(), rule)
    };
    known.chain(stated).map(rule).collect()
}

fn result(report: &Report, verdict: &Verdict, finding: &Finding, rule: Option<&usize>) -> Value {
    let fallback = Place::of_no_policy(report, verdict);
    let mut locations: Vec<Value> = named(finding)
        .into_iter()
        .filter_map(|id| Some(location(Place::of_policy(report, id)?, report.policy_name(id))))
        .collect();
    if locations.is_empty() {
        locations.extend(fallback.map(|place| location(place, &verdict.property)));
    }
    let level = if finding.depends_on.is_empty() { level(&finding.severity) } else { "note" };
    let mut properties = json!(finding);
    if let Some(fields) = properties.as_object_mut() {
        // The steps are the code flow.
        fields.remove("evidence");
        fields.insert("code".into(), json!(finding.evidence.code));
    }
    let mut result = json!({
        "ruleId": verdict.property,
        "level": level,
        "message": {"text": sentence(report, finding)},
        "locations": locations,
        // The second one is what GitHub tells alerts apart by; made from lines, it would change with the file.
        "partialFingerprints": {"tenantproof/v1": finding.id, "primaryLocationLineHash": finding.id},
        "properties": properties,
    });
    if let Some(fields) = result.as_object_mut() {
        fields.extend(rule.map(|at| ("ruleIndex".to_owned(), json!(at))));
        let flow = flow(report, finding, fallback);
        if !flow.is_empty() {
            fields.insert("codeFlows".into(), json!([{"threadFlows": [{"locations": flow}]}]));
        }
        fields.extend(since(report, &finding.id).map(|state| ("baselineState".to_owned(), json!(state))));
    }
    result
}

/// The steps of the evidence, then the ways on that are closed.
fn flow(report: &Report, finding: &Finding, fallback: Option<Place>) -> Vec<Value> {
    let place =
        |policies: &[String]| policies.iter().find_map(|id| Place::of_policy(report, id)).or(fallback);
    let steps = finding.evidence.steps.iter().map(|step| {
        let said = format!("{} → {}: {} [{}]", step.from, step.to, step.step, step.rules.join(", "));
        (said, place(&step.policies), "important")
    });
    let exits = finding.evidence.exits.iter().map(|exit| {
        let said = format!("closed: {} → {} [{}]", exit.step, exit.to, exit.blocked_by.join(", "));
        (said, place(&exit.policies), "essential")
    });
    let entry = |(order, (said, place, importance)): (usize, (String, Option<Place>, &str))| {
        let at = place.map_or_else(|| json!({"message": {"text": said}}), |place| location(place, &said));
        json!({"location": at, "executionOrder": order, "importance": importance})
    };
    (1..).zip(steps.chain(exits)).map(entry).collect()
}

fn location(place: Place, said: &str) -> Value {
    let mut physical = json!({"artifactLocation": {"uri": uri(place.path), "uriBaseId": BASE}});
    if let (Some(line), Some(fields)) = (place.line, physical.as_object_mut()) {
        fields.insert("region".into(), json!({"startLine": line}));
    }
    json!({"physicalLocation": physical, "message": {"text": said}})
}

/// A path as a relative reference that leads nowhere but below its base: no scheme, no root, no step upwards.
fn uri(path: &str) -> String {
    let segments = path.split('/').filter(|segment| !segment.is_empty()).map(|segment| match segment {
        // Readers undo one escape before they look for dots.
        "." => "%252E".to_owned(),
        ".." => "%252E%252E".to_owned(),
        name => utf8_percent_encode(name, SEGMENT).to_string(),
    });
    segments.collect::<Vec<_>>().join("/")
}

fn level(severity: &str) -> &'static str {
    match severity {
        "critical" | "high" => "error",
        "medium" => "warning",
        _ => "note",
    }
}

/// The number by which GitHub sorts security alerts, in the middle of its class.
fn score(severity: &str) -> &'static str {
    match severity {
        "critical" => "9.5",
        "high" => "8.0",
        "medium" => "5.5",
        _ => "2.0",
    }
}

/// What became of a finding since the baseline.
fn since(report: &Report, id: &str) -> Option<&'static str> {
    let baseline = report.baseline.as_ref()?;
    let within = |ids: &[String]| ids.iter().any(|own| own == id);
    match () {
        () if within(&baseline.new) => Some("new"),
        () if within(&baseline.unchanged) => Some("unchanged"),
        () if within(&baseline.narrower) => Some("updated"),
        () => None,
    }
}
