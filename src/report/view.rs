//! What a run concluded, as the document that all formats show.

use std::collections::BTreeMap;

use num_bigint::BigUint;
use serde_json::{Map, json};

use crate::check::{
    Analysis, Beyond, CounterexampleView, Dual, Enumeration, EnumerationStatus, Finding, Named, Options,
    Upcoming, Verdict, VerdictKind, Waived, Why,
};
use crate::counterexample::{Evidence, EvidenceKind};
use crate::document;
use crate::ingest::{Ingested, InputFile, InputStatus};
use crate::property::Kind;
use crate::semantics::{SEMANTICS_DATE, SWITCHES};
use crate::system::{System, steps};

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
pub fn report(inputs: &Inputs) -> document::Report {
    let (ingested, options, system) = (inputs.ingested, inputs.options, &inputs.analysis.system);
    let facts = options.facts.iter().map(|fact| document::Fact {
        assume: fact.assume.clone(),
        value: fact.value.clone(),
        author: fact.author.clone(),
        reason: fact.reason.clone(),
    });
    let unmodelled = ingested.unmodelled.iter().map(|u| document::Unmodelled {
        path: u.path.clone(),
        pointer: u.pointer.clone(),
        what: u.what.clone(),
        effect: u.effect.name().into(),
        why: u.why.clone(),
    });
    let organization = inputs.analysis.tenant.organization.as_ref();
    document::Report {
        schema: document::SCHEMA.into(),
        tool: tool(),
        tenant: document::Named {
            id: organization.map(|o| o.id.to_string()),
            display_name: organization.map(|o| o.name.clone()),
        },
        inputs: ingested.files.iter().map(input).collect(),
        assumptions: assumptions(options),
        facts: facts.collect(),
        as_of: options.assumptions.day.to_string(),
        upcoming: inputs.upcoming.iter().map(upcoming).collect(),
        project: options.project.clone(),
        enabled: inputs.analysis.enabled.clone(),
        break_glass: inputs.analysis.tenant.emergency.iter().map(ToString::to_string).collect(),
        space: space(inputs.verdicts),
        system: graph(system),
        policies: policies(inputs),
        verdicts: inputs.verdicts.iter().map(verdict).collect(),
        unmodelled: unmodelled.collect(),
        baseline: None,
    }
}

/// The sign-in state graph as data.
pub fn graph(system: &System) -> document::System {
    let edges = steps(system).into_iter();
    document::System {
        states: system.states(),
        transitions: system.transitions(),
        graph: edges.map(|((from, to), steps)| document::Edge { from, to, steps }).collect(),
    }
}

fn tool() -> document::Tool {
    document::Tool {
        name: "tenantproof".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        semantics_date: SEMANTICS_DATE.to_string(),
        solver: document::Solver { name: "z3".into(), version: crate::symbolic::version() },
    }
}

fn input(file: &InputFile) -> document::Input {
    let (status, why) = match &file.status {
        InputStatus::Read => ("read", None),
        InputStatus::Ignored(why) => ("ignored", Some(why.clone())),
    };
    document::Input {
        path: file.path.clone(),
        sha256: file.sha256.clone(),
        resource: (!file.resource.is_empty()).then(|| file.resource.clone()),
        objects: file.objects,
        status: status.into(),
        why,
    }
}

fn assumptions(options: &Options) -> Map<String, serde_json::Value> {
    let mut found = Map::new();
    for switch in SWITCHES {
        found.insert(switch.key.into(), json!(options.assumptions.name(switch)));
    }
    for (key, said) in options.assumptions.all_said() {
        found.insert(key.clone(), json!(if said { "yes" } else { "no" }));
    }
    found
}

fn upcoming(upcoming: &Upcoming) -> document::Upcoming {
    let flips = upcoming.flips.iter().map(|flip| document::Flip {
        property: flip.property.clone(),
        from: flip.from.into(),
        to: flip.to.into(),
    });
    let change = upcoming.change;
    document::Upcoming {
        date: change.since().to_string(),
        rule: change.rule().into(),
        what: change.title().into(),
        flips: flips.collect(),
    }
}

/// The largest space that any of the properties ranges over.
fn space(verdicts: &[Verdict]) -> document::Space {
    let Some(largest) = verdicts.iter().max_by_key(|verdict| &verdict.space.scenarios) else {
        return document::Space { dimensions: Vec::new(), scenarios: "0".into() };
    };
    let dimensions = largest.space.dimensions.iter();
    let dimensions =
        dimensions.map(|(name, values)| document::Dimension { name: name.clone(), values: values.clone() });
    document::Space { dimensions: dimensions.collect(), scenarios: largest.space.scenarios.to_string() }
}

fn verdict(verdict: &Verdict) -> document::Verdict {
    let severity = verdict.property.severity;
    let all = &verdict.space.counted;
    let shown = verdict.counterexamples().iter().map(|c| counterexample(c, severity, all));
    let statement = verdict.property.statement.as_ref();
    let waivers = statement.map(|statement| {
        let waivers = statement.waivers.iter().zip(&verdict.waivers);
        let waivers = waivers.map(|(waiver, became): (_, &Waived)| document::Waiver {
            owner: waiver.owner.clone(),
            reason: waiver.reason.clone(),
            expires: waiver.expires.to_string(),
            path: waiver.path.clone(),
            line: waiver.at.line,
            status: became.name().into(),
        });
        waivers.collect()
    });
    let mut view = document::Verdict {
        property: verdict.property.id.clone(),
        question: verdict.property.question.clone(),
        verdict: verdict.name().into(),
        scope: verdict.scope.name().into(),
        unrestricted: verdict.unrestricted.unwrap_or(verdict.name()).into(),
        scenarios: verdict.space.scenarios.to_string(),
        kinds: verdict.space.kinds.clone(),
        targets: verdict.space.targets.clone(),
        reason: reason(verdict),
        counterexamples: shown
            .chain(verdict.findings().iter().map(|found| finding(found, severity)))
            .collect(),
        enumeration: verdict.enumeration().iter().map(|e| enumeration(e, all)).collect(),
        duals: verdict.duals.iter().map(dual).collect(),
        waivers,
        statement: statement
            .map(|statement| document::Stated { path: statement.path.clone(), line: statement.at.line }),
        ..document::Verdict::default()
    };
    match &verdict.kind {
        VerdictKind::Holds(holding) => {
            view.core = document::Core {
                rules: owned(&holding.core.rules),
                policies: holding.core.policies.clone(),
                settings: holding.settings.clone(),
            };
            view.conditional = !holding.contract.is_empty();
            let contract = holding.contract.iter().map(|c| document::Contract {
                home: c.home.clone(),
                needs: c.needs.clone(),
                any_of: c.any_of.iter().map(|set| owned(set)).collect(),
            });
            view.contract = contract.collect();
            view.why = holding.why.as_ref().map(why);
        }
        VerdictKind::Vacuous(core) if verdict.property.kind != Kind::Workload => {
            view.core.rules = owned(&core.rules);
            view.core.policies = core.policies.clone();
        }
        _ => {}
    }
    view
}

/// Why a verdict concludes nothing.
fn reason(verdict: &Verdict) -> Option<String> {
    match &verdict.kind {
        VerdictKind::Skipped(reason) => Some((*reason).to_owned()),
        VerdictKind::Vacuous(_) if verdict.property.kind == Kind::Workload => {
            Some("the tenant has no service principal of its own".into())
        }
        VerdictKind::Vacuous(core) => {
            let why = match core.policies.as_slice() {
                [] => nobody(verdict),
                policies => format!("the policies {} leave nobody", policies.join(", ")),
            };
            Some(format!("nobody is concerned: {why}"))
        }
        VerdictKind::Undetermined { reason, .. } => Some(reason.clone()),
        VerdictKind::Inspected { reason, .. } => reason.clone(),
        VerdictKind::Holds(_) | VerdictKind::Violated { .. } => None,
    }
}

/// Why something is about nobody, where no policy has to do with it.
fn nobody(verdict: &Verdict) -> String {
    match (&verdict.property.statement, verdict.excluding.as_slice()) {
        (None, _) => "the settings let nobody of this kind in".to_owned(),
        (Some(_), []) => "what the statement asks for is true of no sign-in".to_owned(),
        (Some(_), names) => {
            format!("what the statement says of {} is true of no sign-in", names.join(" and "))
        }
    }
}

fn owned(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

fn why(why: &Why) -> document::Why {
    let bases = why
        .bases
        .iter()
        .map(|basis| document::Basis { policies: basis.policies.clone(), settings: basis.settings.clone() });
    let parts = why.parts.iter().map(|part| {
        let (policy, setting) = match &part.of {
            Named::Policy(id) => (Some(id.clone()), None),
            Named::Setting(setting) => (None, Some((*setting).to_owned())),
        };
        document::Part {
            policy,
            setting,
            bases: part.sets,
            breaks: part.breaks,
            disabled: part.disabled.map(str::to_owned),
        }
    });
    document::Why { bases: bases.collect(), all: why.all, parts: parts.collect() }
}

/// All policies, each with where it stands and what holds because of it.
fn policies(inputs: &Inputs) -> Vec<document::Policy> {
    let rests = |id: &str| -> Vec<String> {
        let on = |verdict: &&Verdict| match &verdict.kind {
            VerdictKind::Holds(holding) => holding.core.policies.iter().any(|policy| policy == id),
            _ => false,
        };
        inputs.verdicts.iter().filter(on).map(|verdict| verdict.property.id.clone()).collect()
    };
    let policies = inputs.analysis.tenant.policies.iter();
    let policies = policies.map(|policy| {
        let place = inputs.ingested.places.get(&policy.id);
        document::Policy {
            id: policy.id.clone(),
            display_name: policy.name.clone(),
            state: policy.state.name().into(),
            acts: policy.may_be_enabled(),
            path: place.map(|place| place.path.clone()).unwrap_or_default(),
            pointer: place.map(|place| place.pointer.clone()).unwrap_or_default(),
            line: place.map(|place| place.line).unwrap_or_default(),
            holds: rests(&policy.id),
        }
    });
    policies.collect()
}

fn dual(dual: &Dual) -> document::Dual {
    let opens = dual.opens.iter().map(|one| document::Opened {
        property: one.property.into(),
        from: one.from.into(),
        to: one.to.into(),
        cause: one.causes.iter().map(|id| (*id).to_owned()).collect(),
    });
    let (gone, of) = dual.gone;
    document::Dual {
        cause: dual.cause.into(),
        change: dual.change.clone(),
        cure: dual.cure.into(),
        policies: dual.policies.clone(),
        gone,
        of,
        opens: opens.collect(),
    }
}

fn counterexample(c: &CounterexampleView, severity: &str, all: &BigUint) -> document::Finding {
    let labels = c.evidence.labels();
    document::Finding {
        id: c.id.clone(),
        cause: c.causes.iter().map(|cause| cause.id.to_owned()).collect(),
        range: c.range.name().into(),
        severity: severity.into(),
        cube: c.cube.clone(),
        kinds: c.kinds.clone(),
        targets: c.targets.clone(),
        scenario: Some(c.scenario.clone()),
        evidence: evidence(&c.evidence),
        rules: owned(&labels.rules),
        policies: labels.policies,
        depends_on: c.depends_on.clone(),
        scenarios: c.scenarios.to_string(),
        share: Some(share(&c.scenarios, all)),
        affected_users: c.affected_users,
        alike: Some(c.alike.clone()),
        held: c.held.as_ref().map(|held| document::Held {
            scenario: held.scenario.clone(),
            policy: held.policy.clone(),
            differs: held.differs.iter().cloned().collect::<BTreeMap<_, _>>(),
        }),
        ..document::Finding::default()
    }
}

/// Something about policies or a service principal, with `what` it is in words.
fn finding(f: &Finding, severity: &str) -> document::Finding {
    let nothing = document::Evidence { kind: "core".into(), ..document::Evidence::default() };
    let witness = f.witness.as_ref();
    document::Finding {
        id: f.id.clone(),
        cause: owned(&f.causes),
        range: "main".into(),
        severity: severity.into(),
        what: Some(f.what.clone()),
        cube: f.cube.clone(),
        scenario: witness.map(|witness| witness.scenario.clone()),
        evidence: witness.map_or(nothing, |witness| evidence(&witness.evidence)),
        rules: owned(&f.because_of.rules),
        policies: f.policies.clone(),
        because_of: Some(f.because_of.policies.clone()),
        depends_on: f.depends_on().to_vec(),
        scenarios: if witness.is_some() { "1" } else { "0" }.into(),
        ..document::Finding::default()
    }
}

/// The evidence of one scenario.
pub(super) fn evidence(evidence: &Evidence) -> document::Evidence {
    let steps = evidence.steps.iter().map(|s| document::Step {
        from: s.from.clone(),
        step: s.step.clone(),
        to: s.to.clone(),
        rules: owned(&s.labels.rules),
        policies: s.labels.policies.clone(),
    });
    let exits = evidence.exits.iter().map(|e| document::Exit {
        step: e.step.clone(),
        to: e.to.clone(),
        blocked_by: owned(&e.labels.rules),
        policies: e.labels.policies.clone(),
    });
    let kind = match evidence.kind {
        EvidenceKind::Trace => "trace",
        EvidenceKind::DeadEnd => "deadEnd",
    };
    document::Evidence {
        kind: kind.into(),
        steps: steps.collect(),
        exits: exits.collect(),
        code: evidence.code,
    }
}

fn status(status: EnumerationStatus) -> String {
    match status {
        EnumerationStatus::Complete => "complete",
        EnumerationStatus::UpTo => "upTo",
        EnumerationStatus::Truncated => "truncated",
        EnumerationStatus::Stopped => "stopped",
    }
    .to_owned()
}

/// A part of a whole with six digits; of nothing it is nothing.
fn share(part: &BigUint, whole: &BigUint) -> f64 {
    if *part == BigUint::ZERO || *whole == BigUint::ZERO {
        return 0.0;
    }
    let (mut scaled, mut exponent) = (part.clone(), 0);
    while &scaled / whole < BigUint::from(100_000_u32) {
        scaled *= 10_u32;
        exponent += 1;
    }
    format!("{}e-{exponent}", scaled / whole).parse::<f64>().unwrap_or(0.0)
}

fn enumeration(e: &Enumeration, all: &BigUint) -> document::Enumeration {
    let strata = e.strata.iter().map(|s| document::Stratum {
        memberships: s.memberships,
        cubes: s.cubes,
        status: status(s.status),
    });
    let beyond = match e.beyond {
        Beyond::None => "none",
        Beyond::Some => "some",
        Beyond::Unknown => "unknown",
    };
    document::Enumeration {
        range: e.range.name().into(),
        status: status(e.status),
        cubes: e.cubes,
        scenarios: e.scenarios.to_string(),
        share: share(&e.scenarios, all),
        memberships: e.memberships,
        beyond: beyond.into(),
        strata: strata.collect(),
    }
}
