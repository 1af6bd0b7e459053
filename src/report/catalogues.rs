//! What the tool knows: rules, properties, open questions.

use serde_json::{Value, json};

use crate::property::CATALOGUE;
use crate::semantics::{Assumptions, RuleId, SWITCHES};

/// The rules as data; `specs` gives the specification files that name a rule.
pub fn rules(specs: &dyn Fn(&str) -> Vec<String>) -> Value {
    let rules: Vec<Value> = RuleId::ALL
        .iter()
        .map(|id| {
            let rule = id.rule();
            json!({"id": rule.id, "title": rule.title, "status": "modelled", "source": rule.source,
                   "reading": rule.confidence, "specs": specs(rule.id)})
        })
        .collect();
    json!({"rules": rules})
}

/// The properties as data.
pub fn properties() -> Value {
    let all: Vec<Value> = CATALOGUE
        .iter()
        .map(|p| json!({"id": p.id, "question": p.question, "kind": format!("{:?}", p.kind), "severity": p.severity}))
        .collect();
    json!({"properties": all})
}

/// The open questions as data, with the readings in force.
pub fn assumptions(fixed: &Assumptions) -> Value {
    let all: Vec<Value> = SWITCHES
        .iter()
        .map(|switch| {
            json!({"key": switch.key, "id": switch.id, "question": switch.question, "readings": switch.readings,
                   "likely": switch.readings.get(switch.likely), "value": fixed.name(switch),
                   "hasEffect": switch.modelled})
        })
        .collect();
    json!({"assumptions": all})
}
