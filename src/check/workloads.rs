//! Service principals that no policy restricts (BYP-35).
//!
//! A policy for workload identities can only refuse, by place and risk, so a service principal is restricted if somewhere it is
//! refused: *for every resource and whatever is not known there is a place from which no token is to be had.* The solver
//! proposes a resource and a reading of what is not known; a place that is refused then answers for it, until no proposal is
//! left or no place answers.

use std::collections::{BTreeMap, BTreeSet};

use num_bigint::BigUint;

use super::analysis::{Analysis, Options};
use super::cores::settings;
use super::decide::gave_up;
use super::facts::depends;
use super::obligation::{Ledger, Obligation};
use super::restricted::{Asker, Outcome};
use super::verdict::{Finding, Holding, Size, Verdict, VerdictKind};
use super::view::identity;
use crate::counterexample::{Disagreement, Labels, labels};
use crate::logic::Formula;
use crate::model::{Policy, PrincipalType, Resource, ServicePrincipal, Tenant, Users};
use crate::property::Subject;
use crate::scenario::{Key, Space};
use crate::semantics::{Gated, gate_principals};

/// The verdict on the service principals of the tenant's own.
pub(super) fn decide(
    analysis: &Analysis,
    options: &Options,
    property: &Subject,
) -> Result<Verdict, Disagreement> {
    let (kind, space, obligations) = inspect(analysis, options, &property.id)?;
    let verdict = Verdict::about_anybody(property, kind, space);
    Ok(Verdict { obligations, ..verdict })
}

/// Looks at every one.
fn inspect(
    analysis: &Analysis,
    options: &Options,
    property: &str,
) -> Result<(VerdictKind, Size, Vec<Obligation>), Disagreement> {
    let tenant = &analysis.tenant;
    let none = Size::default();
    if !tenant.present.contains(&Resource::ServicePrincipal) {
        let reason = "the input holds no service principals; export servicePrincipal";
        return Ok((VerdictKind::Skipped(reason), none, Vec::new()));
    }
    let space = places(tenant);
    let gated = gate_principals(tenant, &space, &options.assumptions, options.flipped);
    let mut asker = Asker::new(&space, gated.store, gated.unknowns, options);
    let mut answers: BTreeMap<(Formula, Formula), Outcome> = BTreeMap::new();
    let (mut findings, mut restricted, mut tags) = (Vec::new(), Vec::new(), BTreeSet::new());
    let mut reason = None;
    for principal in &gated.all {
        let asked = (principal.own, principal.refused);
        let outcome = match answers.get(&asked) {
            Some(outcome) => outcome,
            // Those alike have one formula.
            None => {
                asker.about(&principal.id.to_string());
                let outcome = asker.ask(principal.own, principal.refused)?;
                answers.entry(asked).or_insert(outcome)
            }
        };
        match outcome {
            Outcome::Elsewhere => {}
            Outcome::Restricted(because) => {
                restricted.push(principal.id.to_string());
                tags.extend(because.iter().copied());
            }
            Outcome::GaveUp(why) => reason = Some(gave_up(why)),
            Outcome::Unrestricted { targets, unknown, because } => {
                let because_of = labels(because, tenant);
                let keys = asker.keys(unknown);
                findings.extend(finding(property, tenant, &asker, principal, targets, keys, because_of));
            }
        }
    }
    let known: Vec<String> =
        restricted.iter().cloned().chain(findings.iter().flat_map(Finding::principal)).collect();
    let size = size(&space, known);
    let obligations = std::mem::replace(&mut asker.ledger, Ledger::new(options)).into_all();
    if findings.is_empty() && reason.is_none() {
        if restricted.is_empty() {
            return Ok((VerdictKind::Vacuous(Labels::default()), none, obligations));
        }
        let core = labels(&tags, tenant);
        let settings = settings(&core);
        let kind = VerdictKind::Holds(Holding { core, settings, contract: Vec::new(), why: None });
        return Ok((kind, size, obligations));
    }
    let keys: Vec<&str> = findings.iter().flat_map(Finding::depends_on).map(String::as_str).collect();
    if !keys.is_empty() && findings.iter().all(|finding| !finding.depends_on().is_empty()) {
        reason.get_or_insert_with(|| depends(keys));
    }
    Ok((VerdictKind::Inspected { findings, reason }, size, obligations))
}

/// The resources and places that the policies for workload identities tell apart.
fn places(tenant: &Tenant) -> Space {
    let policies = tenant.workload_policies();
    // Whom they are for is no matter of the space, and without that they name what policies for people name.
    let policies =
        policies.map(|(_, policy)| Policy { workload: false, users: Users::default(), ..policy.clone() });
    Space::of(&Tenant {
        policies: policies.collect(),
        locations: tenant.locations.clone(),
        applications: tenant.applications.clone(),
        present: tenant.present.clone(),
        security_defaults: Some(false),
        ..Tenant::default()
    })
}

/// The dimensions of the question.
fn size(space: &Space, principals: Vec<String>) -> Size {
    let matters = |key: &Key| matches!(key, Key::Target | Key::Address | Key::Country | Key::Network(_));
    let dimensions = space.all().iter().filter(|dimension| matters(&dimension.key));
    let own = dimensions.map(|dimension| (dimension.key.name(), dimension.values.clone()));
    let all: Vec<_> = std::iter::once((Finding::PRINCIPAL.to_owned(), principals)).chain(own).collect();
    let count: BigUint = all.iter().map(|(_, values)| BigUint::from(values.len())).product();
    Size { dimensions: all, counted: count.clone(), scenarios: count, ..Size::default() }
}

fn finding(
    property: &str,
    tenant: &Tenant,
    asker: &Asker,
    gated: &Gated,
    targets: &[u16],
    depends: Vec<String>,
    because_of: Labels,
) -> Option<Finding> {
    let principal = tenant.principals.get(&gated.id)?;
    let everything = asker.is_everything(targets);
    let names = asker.names(targets);
    let why = why(principal, asker.is_impossible(gated.reachable), everything.then_some(&names));
    let mut cube = BTreeMap::from([(Finding::PRINCIPAL.to_owned(), vec![gated.id.to_string()])]);
    if !everything {
        cube.insert(Key::Target.name(), names);
    }
    Some(Finding {
        id: identity(property, &cube, &depends),
        causes: vec!["BYP-35"],
        policies: Vec::new(),
        what: format!("“{}” ({}): {why}", principal.name, gated.id),
        because_of,
        witness: None,
        cube,
        depends,
    })
}

fn why(principal: &ServicePrincipal, out_of_reach: bool, everything: Option<&Vec<String>>) -> String {
    match (principal.principal_type, out_of_reach, everything) {
        (Some(PrincipalType::ManagedIdentity), ..) => "no policy reaches a managed identity".to_owned(),
        (_, true, _) => "no policy reaches an application that is for several tenants".to_owned(),
        (.., Some(_)) => "no enforced policy refuses it a token anywhere".to_owned(),
        _ => "no enforced policy refuses it a token for some resources".to_owned(),
    }
}
