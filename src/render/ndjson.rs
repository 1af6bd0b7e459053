//! NDJSON: a record a line, for log pipelines and line tools.

use serde_json::{Value, json};

use crate::document::Report;

/// The report as lines: the run, then each verdict followed by its findings.
pub fn ndjson(report: &Report) -> String {
    let mut run = json!(report);
    remove(&mut run, "verdicts");
    let mut lines = vec![record("run", None, run)];
    for verdict in &report.verdicts {
        let mut own = json!(verdict);
        remove(&mut own, "counterexamples");
        lines.push(record("verdict", None, own));
        let findings = verdict.counterexamples.iter();
        lines.extend(findings.map(|one| record("finding", Some(&verdict.property), json!(one))));
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}

fn remove(value: &mut Value, key: &str) {
    if let Some(fields) = value.as_object_mut() {
        fields.shift_remove(key);
    }
}

/// What sort of record it is stands first.
fn record(kind: &str, property: Option<&str>, value: Value) -> Value {
    let mut record = json!({"record": kind});
    if let (Some(fields), Value::Object(own)) = (record.as_object_mut(), value) {
        fields.extend(property.map(|id| ("property".to_owned(), json!(id))));
        fields.extend(own);
    }
    record
}
