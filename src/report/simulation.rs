//! A simulated sign-in: `tenantproof.simulation/1`, and as text.

use serde_json::{Value, json};

use super::view::evidence;
use crate::check::{Outcome, Simulation};

fn name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Granted => "granted",
        Outcome::Blocked => "blocked",
        Outcome::Depends => "depends",
    }
}

/// As JSON.
pub fn simulation_json(simulation: &Simulation) -> Value {
    let code = if simulation.outcome == Outcome::Granted { None } else { simulation.evidence.code };
    let policies: Vec<Value> = simulation
        .policies
        .iter()
        .map(|p| {
            json!({"id": p.id, "displayName": p.name, "applies": p.applies, "analysisReasons": p.reasons.join(","),
                   "satisfied": p.satisfied})
        })
        .collect();
    json!({
        "schema": "tenantproof.simulation/1",
        "outcome": name(simulation.outcome),
        "code": code,
        "evidence": evidence(&simulation.evidence),
        "proved": {"home": simulation.proved_home, "resource": simulation.proved_here},
        "policies": policies,
        "rules": simulation.rules,
        "dependsOn": simulation.depends_on,
    })
}

/// As text.
pub fn simulation_text(simulation: &Simulation) -> String {
    let mut text = match (simulation.outcome, simulation.evidence.code) {
        (Outcome::Blocked, Some(code)) => format!("blocked (AADSTS{code})\n"),
        (Outcome::Depends, _) => {
            format!("depends on {}\n  under one reading:\n", simulation.depends_on.join(", "))
        }
        (outcome, _) => format!("{}\n", name(outcome)),
    };
    text += "\nSteps\n";
    for step in &simulation.evidence.steps {
        text += &format!("  {} → {}: {}\n", step.from, step.to, step.step);
    }
    for exit in &simulation.evidence.exits {
        text += &format!("  closed: {} → {} ({})\n", exit.step, exit.to, exit.labels.rules.join(", "));
    }
    text += "\nPolicies\n";
    for policy in &simulation.policies {
        let what = match (policy.applies, policy.satisfied) {
            (true, Some(true)) => "applies, satisfied".to_owned(),
            (true, _) => "applies, not satisfied".to_owned(),
            (false, _) => format!("does not apply ({})", policy.reasons.join(", ")),
        };
        text += &format!("  {}: {what}\n", policy.name);
    }
    text
}
