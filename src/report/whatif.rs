//! Answers to What-If requests in Graph's shape: the policies as the input has them, with what they do.

use serde_json::{Value, json};

use crate::check::PolicyAnswer;
use crate::ingest::Ingested;

const CONTEXT: &str =
    "https://graph.microsoft.com/v1.0/$metadata#Collection(microsoft.graph.whatIfAnalysisResult)";

/// One response; with `applied_only` the policies that apply.
pub fn whatif_json(ingested: &Ingested, answers: &[PolicyAnswer], applied_only: bool) -> Value {
    let shown = answers.iter().filter(|answer| answer.applies || !applied_only);
    let value: Vec<Value> = shown
        .map(|answer| {
            let mut policy = ingested.policies.get(answer.index).cloned().unwrap_or_else(|| json!({}));
            if let Some(map) = policy.as_object_mut() {
                map.insert("policyApplies".into(), answer.applies.into());
                map.insert("analysisReasons".into(), answer.reasons.join(",").into());
                if !answer.depends_on.is_empty() {
                    map.insert("dependsOn".into(), json!(answer.depends_on));
                }
            }
            policy
        })
        .collect();
    json!({"@odata.context": CONTEXT, "value": value})
}

/// Responses on one line each. The policies are written once and only what the answer adds is put to each of them.
#[derive(Debug)]
pub struct WhatIfLines(Vec<String>);

impl WhatIfLines {
    /// Ready for the policies of a tenant.
    pub fn new(ingested: &Ingested) -> Self {
        let texts = ingested.policies.iter().map(|policy| {
            let mut text = policy.to_string();
            // Without the closing brace; a comma where something stands before what is added.
            text.pop();
            if text.len() > 1 {
                text.push(',');
            }
            text
        });
        Self(texts.collect())
    }

    /// Adds one response with its end of line.
    pub fn add(&self, answers: &[PolicyAnswer], applied_only: bool, into: &mut String) {
        into.push_str(&format!("{{\"@odata.context\":\"{CONTEXT}\",\"value\":["));
        let shown = answers.iter().filter(|answer| answer.applies || !applied_only);
        for (at, answer) in shown.enumerate() {
            if at > 0 {
                into.push(',');
            }
            into.push_str(self.0.get(answer.index).map_or("{", String::as_str));
            into.push_str(if answer.applies { "\"policyApplies\":true" } else { "\"policyApplies\":false" });
            into.push_str(",\"analysisReasons\":\"");
            for (at, reason) in answer.reasons.iter().enumerate() {
                into.push_str(if at > 0 { "," } else { "" });
                into.push_str(reason);
            }
            into.push('"');
            if !answer.depends_on.is_empty() {
                into.push_str(",\"dependsOn\":");
                // A list of texts is always JSON.
                into.push_str(&serde_json::to_string(&answer.depends_on).unwrap_or_default());
            }
            into.push('}');
        }
        into.push_str("]}\n");
    }
}

/// One response for people.
pub fn whatif_text(ingested: &Ingested, answers: &[PolicyAnswer], applied_only: bool) -> String {
    let mut text = String::new();
    for answer in answers.iter().filter(|answer| answer.applies || !applied_only) {
        let policy = ingested.tenant.policies.get(answer.index);
        let name = policy.map_or("", |policy| policy.name.as_str());
        let what = if answer.applies {
            "applies".to_owned()
        } else {
            format!("does not apply ({})", answer.reasons.join(", "))
        };
        text += &format!("{name}: {what}\n");
        if !answer.depends_on.is_empty() {
            text += &format!("  not known: {}\n", answer.depends_on.join(", "));
        }
    }
    text
}
