//! The report as JSON: `tenantproof.report/1`.

use std::collections::BTreeMap;

use num_bigint::BigUint;
use serde_json::{Map, Value, json};

use super::terminal::nobody;
use crate::check::{
    Analysis, Beyond, CounterexampleView, Dual, Enumeration, EnumerationStatus, Finding, Named, Options,
    Upcoming, Verdict, VerdictKind, Why,
};
use crate::counterexample::{Evidence, EvidenceKind};
use crate::ingest::{Ingested, InputStatus};
use crate::property::Kind;
use crate::semantics::{SEMANTICS_DATE, SWITCHES};

/// What a report is made of.
pub struct Inputs<'a> {
    /// What was read.
    pub ingested: &'a Ingested,
    /// How it was understood.
    pub analysis: &'a Analysis,
    /// With which options.
    pub options: &'a Options,
    /// The verdicts.
    pub verdicts: &'a [Verdict],
    /// Changes to come.
    pub upcoming: &'a [Upcoming],
}

/// The whole report.
pub fn report(inputs: &Inputs) -> Value {
    let files: Vec<Value> = inputs
        .ingested
        .files
        .iter()
        .map(|file| {
            let (status, why) = match &file.status {
                InputStatus::Read => ("read", Value::Null),
                InputStatus::Ignored(why) => ("ignored", json!(why)),
            };
            let resource = if file.resource.is_empty() { Value::Null } else { json!(file.resource) };
            json!({"path": file.path, "sha256": file.sha256, "resource": resource, "objects": file.objects,
                   "status": status, "why": why})
        })
        .collect();
    let mut assumptions = Map::new();
    for switch in SWITCHES {
        assumptions.insert(switch.key.into(), json!(inputs.options.assumptions.name(switch)));
    }
    for (key, said) in inputs.options.assumptions.all_said() {
        assumptions.insert(key.clone(), json!(if said { "yes" } else { "no" }));
    }
    let facts = inputs.options.facts.iter();
    let facts: Vec<Value> = facts
        .map(|fact| {
            json!({"assume": fact.assume, "value": fact.value, "author": fact.author, "reason": fact.reason})
        })
        .collect();
    let unmodelled: Vec<Value> = inputs
        .ingested
        .unmodelled
        .iter()
        .map(|u| {
            json!({"path": u.path, "pointer": u.pointer, "what": u.what, "effect": u.effect.name(), "why": u.why})
        })
        .collect();
    json!({
        "schema": "tenantproof.report/1",
        "tool": {
            "name": "tenantproof", "version": env!("CARGO_PKG_VERSION"), "semanticsDate": SEMANTICS_DATE.to_string(),
            "solver": {"name": "z3", "version": crate::symbolic::version()},
        },
        "inputs": files,
        "assumptions": assumptions,
        "facts": facts,
        "asOf": inputs.options.assumptions.day.to_string(),
        "upcoming": inputs.upcoming.iter().map(upcoming).collect::<Vec<_>>(),
        "project": inputs.options.project,
        "enabled": inputs.analysis.enabled,
        "breakGlass": inputs.analysis.tenant.emergency.iter().map(|id| id.as_str()).collect::<Vec<_>>(),
        "space": space(inputs.verdicts),
        "system": {"states": inputs.analysis.system.states(), "transitions": inputs.analysis.system.transitions()},
        "policies": policies(inputs),
        "verdicts": inputs.verdicts.iter().map(verdict).collect::<Vec<_>>(),
        "unmodelled": unmodelled,
    })
}

fn upcoming(upcoming: &Upcoming) -> Value {
    let flips = upcoming.flips.iter();
    let flips: Vec<Value> =
        flips.map(|flip| json!({"property": flip.property, "from": flip.from, "to": flip.to})).collect();
    let change = upcoming.change;
    json!({"date": change.since().to_string(), "rule": change.rule(), "what": change.title(), "flips": flips})
}

/// The largest space that any of the properties ranges over.
fn space(verdicts: &[Verdict]) -> Value {
    let Some(largest) = verdicts.iter().max_by_key(|verdict| &verdict.space.scenarios) else {
        return json!({"dimensions": [], "scenarios": "0"});
    };
    let dimensions = largest.space.dimensions.iter();
    let dimensions: Vec<Value> =
        dimensions.map(|(name, values)| json!({"name": name, "values": values})).collect();
    json!({"dimensions": dimensions, "scenarios": largest.space.scenarios.to_string()})
}

fn verdict(verdict: &Verdict) -> Value {
    let severity = verdict.property.severity;
    let all = &verdict.space.counted;
    let mut counterexamples: Vec<Value> =
        verdict.counterexamples().iter().map(|c| counterexample(c, severity, all)).collect();
    counterexamples.extend(verdict.findings().iter().map(|found| finding(found, severity)));
    let mut view = json!({
        "property": verdict.property.id,
        "verdict": verdict.name(),
        "conditional": false,
        "scope": verdict.scope.name(),
        "unrestricted": verdict.unrestricted.unwrap_or(verdict.name()),
        "reason": null,
        "counterexamples": counterexamples,
        "enumeration": verdict.enumeration().iter().map(|e| enumeration(e, all)).collect::<Vec<_>>(),
        "core": {"rules": [], "policies": [], "settings": []},
        "contract": [],
        "certificate": null,
    });
    let Some(object) = view.as_object_mut() else {
        return view;
    };
    let duals: Vec<Value> = verdict.duals.iter().map(dual).collect();
    object.insert("duals".into(), json!(duals));
    if let Some(statement) = &verdict.property.statement {
        let waivers = statement.waivers.iter().zip(&verdict.waivers).map(|(waiver, became)| {
            json!({"owner": waiver.owner, "reason": waiver.reason, "expires": waiver.expires.to_string(),
                   "path": waiver.path, "line": waiver.at.line, "status": became.name()})
        });
        object.insert("waivers".into(), waivers.collect());
        object.insert("statement".into(), json!({"path": statement.path, "line": statement.at.line}));
    }
    match &verdict.kind {
        VerdictKind::Holds(holding) => {
            let core = json!({"rules": holding.core.rules, "policies": holding.core.policies, "settings": holding.settings});
            object.insert("core".into(), core);
            object.insert("conditional".into(), json!(!holding.contract.is_empty()));
            let contract: Vec<Value> = holding
                .contract
                .iter()
                .map(|c| json!({"home": c.home, "needs": c.needs, "anyOf": c.any_of}))
                .collect();
            object.insert("contract".into(), json!(contract));
            holding.why.iter().for_each(|found| drop(object.insert("why".into(), why(found))));
        }
        VerdictKind::Skipped(reason) => drop(object.insert("reason".into(), json!(reason))),
        VerdictKind::Vacuous(_) if verdict.property.kind == Kind::Workload => {
            let reason = "the tenant has no service principal of its own";
            object.insert("reason".into(), json!(reason));
        }
        VerdictKind::Vacuous(core) => {
            let settings: Vec<String> = Vec::new();
            object.insert(
                "core".into(),
                json!({"rules": core.rules, "policies": core.policies, "settings": settings}),
            );
            let reason = format!(
                "nobody is concerned: {}",
                match core.policies.as_slice() {
                    [] => nobody(verdict),
                    policies => format!("the policies {} leave nobody", policies.join(", ")),
                }
            );
            object.insert("reason".into(), json!(reason));
        }
        VerdictKind::Undetermined { reason, .. } => drop(object.insert("reason".into(), json!(reason))),
        VerdictKind::Inspected { reason, .. } => drop(object.insert("reason".into(), json!(reason))),
        VerdictKind::Violated { .. } => {}
    }
    view
}

fn why(why: &Why) -> Value {
    let bases = why.bases.iter().map(|basis| json!({"policies": basis.policies, "settings": basis.settings}));
    let parts = why.parts.iter().map(|part| {
        let (policy, setting) = match &part.of {
            Named::Policy(id) => (Some(id.as_str()), None),
            Named::Setting(setting) => (None, Some(*setting)),
        };
        json!({"policy": policy, "setting": setting, "bases": part.sets, "breaks": part.breaks, "disabled": part.disabled})
    });
    json!({"bases": bases.collect::<Vec<_>>(), "all": why.all, "parts": parts.collect::<Vec<_>>()})
}

/// The policies that can act, each with what holds because of it.
fn policies(inputs: &Inputs) -> Value {
    let rests = |id: &str| -> Vec<&str> {
        let on = |verdict: &&Verdict| match &verdict.kind {
            VerdictKind::Holds(holding) => holding.core.policies.iter().any(|policy| policy == id),
            _ => false,
        };
        inputs.verdicts.iter().filter(on).map(|verdict| verdict.property.id.as_str()).collect()
    };
    let acting = inputs.analysis.tenant.policies.iter().filter(|policy| policy.may_be_enabled());
    acting.map(|p| json!({"id": p.id, "displayName": p.name, "holds": rests(&p.id)})).collect()
}

fn dual(dual: &Dual) -> Value {
    let opens = dual.opens.iter();
    let opens: Vec<Value> = opens
        .map(|one| json!({"property": one.property, "from": one.from, "to": one.to, "cause": one.causes}))
        .collect();
    let (gone, of) = dual.gone;
    json!({"cause": dual.cause, "change": dual.change, "cure": dual.cure, "policies": dual.policies, "gone": gone, "of": of, "opens": opens})
}

fn counterexample(c: &CounterexampleView, severity: &str, all: &BigUint) -> Value {
    let labels = c.evidence.labels();
    let mut view = json!({
        "id": c.id,
        "cause": c.causes.iter().map(|cause| cause.id).collect::<Vec<_>>(),
        "range": c.range.name(),
        "severity": severity,
        "cube": c.cube,
        "scenario": c.scenario,
        "evidence": evidence(&c.evidence),
        "rules": labels.rules,
        "policies": labels.policies,
        "dependsOn": c.depends_on,
        "scenarios": c.scenarios.to_string(),
        "share": share(&c.scenarios, all),
        "affectedUsers": c.affected_users,
        "alike": c.alike,
    });
    if let (Some(held), Value::Object(object)) = (&c.held, &mut view) {
        let differs: BTreeMap<&str, &str> =
            held.differs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let other = json!({"scenario": held.scenario, "policy": held.policy, "differs": differs});
        object.insert("held".into(), other);
    }
    view
}

/// Something about policies or a service principal: the keys of a counterexample, with `what` it is in words.
fn finding(f: &Finding, severity: &str) -> Value {
    let nothing = json!({"kind": "core", "steps": [], "exits": [], "code": null});
    let witness = f.witness.as_ref();
    json!({
        "id": f.id,
        "cause": f.causes,
        "range": "main",
        "severity": severity,
        "what": f.what,
        "cube": f.cube,
        "scenario": witness.map(|witness| &witness.scenario),
        "evidence": witness.map_or(nothing, |witness| evidence(&witness.evidence)),
        "rules": f.because_of.rules,
        "policies": f.policies,
        "becauseOf": f.because_of.policies,
        "dependsOn": f.depends_on(),
        "scenarios": if witness.is_some() { "1" } else { "0" },
        "affectedUsers": null,
    })
}

/// The evidence of one scenario.
pub(super) fn evidence(evidence: &Evidence) -> Value {
    let steps: Vec<Value> = evidence
        .steps
        .iter()
        .map(|s| {
            json!({"from": s.from, "step": s.step, "to": s.to, "rules": s.labels.rules, "policies": s.labels.policies})
        })
        .collect();
    let exits: Vec<Value> = evidence
        .exits
        .iter()
        .map(|e| json!({"step": e.step, "to": e.to, "blockedBy": e.labels.rules, "policies": e.labels.policies}))
        .collect();
    let kind = match evidence.kind {
        EvidenceKind::Trace => "trace",
        EvidenceKind::DeadEnd => "deadEnd",
    };
    json!({"kind": kind, "steps": steps, "exits": exits, "code": evidence.code})
}

fn status(status: EnumerationStatus) -> &'static str {
    match status {
        EnumerationStatus::Complete => "complete",
        EnumerationStatus::UpTo => "upTo",
        EnumerationStatus::Truncated => "truncated",
        EnumerationStatus::Stopped => "stopped",
    }
}

/// A part of a whole with six digits; of nothing it is nothing.
fn share(part: &BigUint, whole: &BigUint) -> Value {
    if *part == BigUint::ZERO || *whole == BigUint::ZERO {
        return json!(0.0);
    }
    let (mut scaled, mut exponent) = (part.clone(), 0);
    while &scaled / whole < BigUint::from(100_000_u32) {
        scaled *= 10_u32;
        exponent += 1;
    }
    json!(format!("{}e-{exponent}", scaled / whole).parse::<f64>().unwrap_or(0.0))
}

fn enumeration(e: &Enumeration, all: &BigUint) -> Value {
    let strata: Vec<Value> = e
        .strata
        .iter()
        .map(|s| json!({"memberships": s.memberships, "cubes": s.cubes, "status": status(s.status)}))
        .collect();
    let beyond = match e.beyond {
        Beyond::None => "none",
        Beyond::Some => "some",
        Beyond::Unknown => "unknown",
    };
    json!({
        "range": e.range.name(), "status": status(e.status), "cubes": e.cubes, "scenarios": e.scenarios.to_string(),
        "share": share(&e.scenarios, all), "memberships": e.memberships, "beyond": beyond, "strata": strata,
    })
}
