//! OSCAL assessment results, version 1.1.2: a finding for each property, an observation for each finding of the report.

use serde_json::{Value, json};
use uuid::Uuid;

use super::record::{named, sentence};
use crate::document::{Finding, Report, Verdict};

/// Names of the project's own properties are told apart from NIST's by it.
const NAMESPACE: &str = env!("CARGO_PKG_REPOSITORY");

/// The report as OSCAL assessment results.
pub fn oscal(report: &Report) -> String {
    let about = Names::of(report);
    // What was assessed has the date of the rules: with the clock's, equal inputs would give unequal reports.
    let when = format!("{}T00:00:00Z", report.as_of);
    let plan = about.id("plan");
    let observations: Vec<Value> = report
        .findings()
        .map(|(verdict, finding)| observation(report, &about, verdict, finding, &when))
        .collect();
    let concluded = report.verdicts.iter().filter(|verdict| verdict.verdict != "skipped");
    let findings: Vec<Value> = concluded.map(|verdict| concluding(&about, verdict)).collect();
    let skipped: Vec<&str> = report
        .verdicts
        .iter()
        .filter(|verdict| verdict.verdict == "skipped")
        .map(|verdict| verdict.property.as_str())
        .collect();
    let mut result = json!({
        "uuid": about.id("result"),
        "title": format!("Sign-in properties of {}", words(report.tenant_name())),
        "description": "Every sign-in that the configuration allows was considered; a property that is satisfied holds for all of them.",
        "start": when,
        "reviewed-controls": {"control-selections": [{"description": "The properties of tenantproof.", "include-all": {}}]},
    });
    if let Some(fields) = result.as_object_mut() {
        // OSCAL knows no empty lists.
        fields.extend(
            (!observations.is_empty()).then(|| ("observations".to_owned(), Value::Array(observations))),
        );
        fields.extend((!findings.is_empty()).then(|| ("findings".to_owned(), Value::Array(findings))));
        fields.extend(
            (!skipped.is_empty())
                .then(|| ("remarks".to_owned(), json!(format!("Not asked: {}.", skipped.join(", "))))),
        );
    }
    let document = json!({"assessment-results": {
        "uuid": about.id("document"),
        "metadata": {
            "title": format!("tenantproof: {}", words(report.tenant_name())),
            "last-modified": when,
            "version": words(&report.tool.version),
            "oscal-version": "1.1.2",
        },
        "import-ap": {"href": format!("#{plan}")},
        "results": [result],
        "back-matter": {"resources": [{
            "uuid": plan,
            "title": "The properties of tenantproof",
            "description": "The questions that are asked of a configuration; `tenantproof properties` prints them.",
        }]},
    }});
    serde_json::to_string_pretty(&document).unwrap_or_default()
}

/// Ids that follow from the report: the same for the same.
struct Names(Uuid);

impl Names {
    fn of(report: &Report) -> Self {
        let inputs: String = report.inputs.iter().map(|input| input.sha256.as_str()).collect();
        let text = format!("{NAMESPACE}/{}/{}/{inputs}", report.tool.version, report.as_of);
        Self(Uuid::new_v5(&Uuid::NAMESPACE_URL, text.as_bytes()))
    }

    fn id(&self, name: &str) -> String {
        Uuid::new_v5(&self.0, name.as_bytes()).to_string()
    }
}

fn observation(report: &Report, about: &Names, verdict: &Verdict, finding: &Finding, when: &str) -> Value {
    let one = |name: &str, value: &str| prop(name, value);
    let mut props = vec![one("finding", &finding.id), one("property", &verdict.property)];
    props.extend([one("severity", &finding.severity), one("range", &finding.range)]);
    props.extend(finding.cause.iter().map(|id| one("cause", id)));
    props.extend(named(finding).into_iter().map(|id| one("policy", id)));
    props.extend(finding.depends_on.iter().map(|key| one("depends-on", key)));
    props.extend(finding.evidence.code.map(|code| one("error-code", &format!("AADSTS{code}"))));
    props.push(one("scenarios", &finding.scenarios));
    let mut observed = json!({
        "uuid": about.id(&finding.id),
        "title": words(&finding.id),
        "description": words(&sentence(report, finding)),
        "props": props,
        "methods": ["TEST"],
        "types": ["finding"],
        "collected": when,
    });
    let walk: Vec<Value> = finding
        .evidence
        .steps
        .iter()
        .map(|step| format!("{} → {}: {}", step.from, step.to, step.step))
        .chain(finding.evidence.exits.iter().map(|exit| format!("closed: {} → {}", exit.step, exit.to)))
        .map(|said| json!({"description": words(&said)}))
        .collect();
    if let (false, Some(fields)) = (walk.is_empty(), observed.as_object_mut()) {
        fields.insert("relevant-evidence".into(), Value::Array(walk));
    }
    observed
}

/// A property as a finding: satisfied only if it holds. What is not known is not satisfied.
fn concluding(about: &Names, verdict: &Verdict) -> Value {
    let (state, reason) = match verdict.verdict.as_str() {
        "holds" => ("satisfied", "pass"),
        "violated" => ("not-satisfied", "fail"),
        _ => ("not-satisfied", "other"),
    };
    let question = if verdict.question.is_empty() { &verdict.property } else { &verdict.question };
    let mut status = json!({"state": state, "reason": reason});
    let why = verdict.reason.clone().unwrap_or_default();
    let why = if verdict.conditional { format!("Homes have to do their part. {why}") } else { why };
    if let (false, Some(fields)) = (why.trim().is_empty(), status.as_object_mut()) {
        fields.insert("remarks".into(), json!(words(&why)));
    }
    let mut found = json!({
        "uuid": about.id(&verdict.property),
        "title": words(&verdict.property),
        "description": words(question),
        "props": [prop("verdict", &verdict.verdict)],
        "target": {"type": "objective-id", "target-id": token(&verdict.property), "status": status},
    });
    let related = verdict.counterexamples.iter();
    let related: Vec<Value> =
        related.map(|finding| json!({"observation-uuid": about.id(&finding.id)})).collect();
    if let (false, Some(fields)) = (related.is_empty(), found.as_object_mut()) {
        fields.insert("related-observations".into(), Value::Array(related));
    }
    found
}

fn prop(name: &str, value: &str) -> Value {
    json!({"name": name, "ns": NAMESPACE, "value": words(value)})
}

/// Texts of OSCAL are neither empty nor begin or end with a blank.
fn words(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() { "(none)".to_owned() } else { text.to_owned() }
}

/// A name as OSCAL has them: letters, digits, and three signs.
fn token(text: &str) -> String {
    let mut token: String =
        text.chars().map(|c| if c.is_ascii_alphanumeric() || "_.-".contains(c) { c } else { '_' }).collect();
    if !token.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        token.insert(0, '_');
    }
    token
}
