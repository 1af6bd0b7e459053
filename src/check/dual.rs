//! Lockout and bypass are duals: what the cure of one would cause of the other, found by deciding the cured configuration.

use std::collections::{BTreeMap, BTreeSet};

use super::analysis::{Analysis, Options, Scope};
use super::cures::{self, Cure};
use super::decide::{decide, outline};
use super::persist::violate;
use super::verdict::{CounterexampleView, Verdict, VerdictKind};
use crate::counterexample::Disagreement;
use crate::model::UserKind;
use crate::parallel::{available, each};
use crate::property::{CATALOGUE, Claim, Kind, Property, Who};

/// A cure of a pattern, and what it would cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dual {
    /// The pattern.
    pub cause: &'static str,
    /// The cure, by name.
    pub change: String,
    /// The same in words.
    pub cure: &'static str,
    /// The policies that it changes.
    pub policies: Vec<String>,
    /// How many of the counterexamples with this pattern are none then, and how many there are.
    pub gone: (usize, usize),
    /// What is worse then.
    pub opens: Vec<Opened>,
}

/// A property of the other side that is worse in the cured configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The property.
    pub property: &'static str,
    /// The verdict now.
    pub from: &'static str,
    /// The verdict then.
    pub to: &'static str,
    /// The patterns of what is found then.
    pub causes: BTreeSet<&'static str>,
}

/// So many counterexamples of what a cure opens are looked at for their patterns.
const LOOKED_AT: usize = 2;

/// Finds the duals of all violated verdicts. Patterns of counterexamples that need something unknown are left out: what is not
/// known is to be told, and not to be cured.
pub fn duals(analysis: &Analysis, options: &Options, verdicts: &mut [Verdict]) -> Result<(), Disagreement> {
    let mut work: BTreeMap<(Cure, BTreeSet<String>, BTreeSet<UserKind>, bool), Vec<(usize, &'static str)>> =
        BTreeMap::new();
    for (at, verdict) in verdicts.iter().enumerate() {
        let Some(lockout) = side(verdict.property.kind) else { continue };
        for cause in causes(verdict) {
            let shown = || with_cause(verdict, cause);
            let policies = shown().flat_map(demanding).collect();
            let kinds =
                shown().filter_map(|one| UserKind::parse(&one.scenario.user.kind)).collect::<BTreeSet<_>>();
            for cure in cures::of(cause) {
                let key = (*cure, BTreeSet::clone(&policies), kinds.clone(), lockout);
                work.entry(key).or_default().push((at, cause));
            }
        }
    }
    let names: BTreeMap<String, &'static str> =
        verdicts.iter().map(|verdict| (verdict.property.id.clone(), verdict.name())).collect();
    let work: Vec<_> = work.into_iter().rev().collect();
    let shared: &[Verdict] = verdicts;
    let weighed = each(available(), &work, |((cure, policies, kinds, lockout), places)| {
        let mut tenant = analysis.tenant.clone();
        let Some(changed) = cure.apply(&mut tenant, policies, kinds) else { return Ok(Vec::new()) };
        let then = Analysis::of(tenant, analysis.enabled.clone(), options, None);
        let mut found = Vec::new();
        for (at, cause) in places {
            let Some(verdict) = shared.get(*at) else { continue };
            let shown: Vec<_> = with_cause(verdict, cause).collect();
            let now = violate(&mut then.clone(), options, verdict, &shown);
            let gone = (now.iter().filter(|violates| **violates == Some(false)).count(), shown.len());
            let policies = changed.clone();
            let (cause, change, words) = (*cause, cure.name(), cure.words());
            let dual = Dual { cause, change, cure: words, policies, gone, opens: Vec::new() };
            found.push((*at, *cure, dual));
        }
        // What cures nothing by itself is not weighed.
        if found.iter().any(|(_, _, dual)| dual.gone.0 > 0) {
            let opens = opened(analysis, &then, options, &names, *lockout)?;
            for (_, _, dual) in found.iter_mut().filter(|(_, _, dual)| dual.gone.0 > 0) {
                dual.opens.clone_from(&opens);
            }
        }
        Ok(found)
    });
    let mut done = Vec::new();
    for found in weighed {
        done.extend(found?);
    }
    done.sort_by(|(at, cure, dual), (other_at, other_cure, other)| {
        (at, dual.cause, cure).cmp(&(other_at, other.cause, other_cure))
    });
    for (at, _, dual) in done {
        if let Some(verdict) = verdicts.get_mut(at) {
            verdict.duals.push(dual);
        }
    }
    Ok(())
}

/// Whether a property is about lockouts; `None` where it is about neither them nor bypasses.
fn side(kind: Kind) -> Option<bool> {
    match kind {
        Kind::Claim(Claim::Lockout(_)) => Some(true),
        Kind::Claim(Claim::Bypass(_)) => Some(false),
        _ => None,
    }
}

fn certain(verdict: &Verdict) -> impl Iterator<Item = &CounterexampleView> {
    let all = match &verdict.kind {
        VerdictKind::Violated { counterexamples, .. } => counterexamples.as_slice(),
        _ => &[],
    };
    all.iter().filter(|one| one.depends_on.is_empty())
}

fn with_cause<'a>(verdict: &'a Verdict, cause: &'static str) -> impl Iterator<Item = &'a CounterexampleView> {
    certain(verdict).filter(move |one| one.causes.iter().any(|own| own.id == cause))
}

fn causes(verdict: &Verdict) -> BTreeSet<&'static str> {
    certain(verdict).flat_map(|one| one.causes.iter().map(|cause| cause.id)).collect()
}

/// The policies behind the closed exits of a dead end.
fn demanding(one: &CounterexampleView) -> Vec<String> {
    one.evidence.exits.iter().flat_map(|exit| exit.labels.policies.clone()).collect()
}

/// What is worse on the other side in the cured tenant.
fn opened(
    analysis: &Analysis,
    then: &Analysis,
    options: &Options,
    names: &BTreeMap<String, &'static str>,
    lockout: bool,
) -> Result<Vec<Opened>, Disagreement> {
    let mut opens = Vec::new();
    for property in CATALOGUE.iter().filter(|property| side(property.kind) == Some(!lockout)) {
        let Kind::Claim(claim) = property.kind else { continue };
        if claim == Claim::Lockout(Who::BreakGlass) && analysis.tenant.emergency.is_empty() {
            continue;
        }
        let from = match names.get(property.id) {
            Some(name) => name,
            None => {
                outline(&mut analysis.clone(), options, claim, Scope::Directory).unwrap_or("undetermined")
            }
        };
        if from == "violated" {
            continue;
        }
        let to = outline(&mut then.clone(), options, claim, Scope::Directory).unwrap_or("undetermined");
        if badness(to) > badness(from) {
            opens.push(Opened { property: property.id, from, to, causes: found(then, options, property)? });
        }
    }
    Ok(opens)
}

fn found(
    then: &Analysis,
    options: &Options,
    property: &'static Property,
) -> Result<BTreeSet<&'static str>, Disagreement> {
    let few = Options { max_counterexamples: Some(LOOKED_AT), ..options.clone() };
    let verdict = decide(&mut then.clone(), &few, property)?;
    Ok(verdict.counterexamples().iter().flat_map(|one| one.causes.iter().map(|cause| cause.id)).collect())
}

fn badness(verdict: &str) -> u8 {
    match verdict {
        "violated" => 2,
        "undetermined" => 1,
        _ => 0,
    }
}
