//! A walk in names: rules and policies instead of labels.

use std::collections::BTreeSet;

use crate::explicit::Walk;
use crate::logic::Tag;
use crate::model::Tenant;
use crate::semantics::{Label, label};

/// Whether the evidence is a path or the lack of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EvidenceKind {
    /// A path to access.
    Trace,
    /// No path.
    DeadEnd,
}

/// Rules and policies that labels stand for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels {
    /// Rule ids, in the order of the reference.
    pub rules: Vec<&'static str>,
    /// Policy ids, in the tenant's order.
    pub policies: Vec<String>,
}

/// One step in names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepView {
    /// From this state.
    pub from: String,
    /// What happens.
    pub step: String,
    /// To that state.
    pub to: String,
    /// What made it possible.
    pub labels: Labels,
}

/// One closed way on in names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExitView {
    /// What would happen.
    pub step: String,
    /// It would lead there.
    pub to: String,
    /// What closes it.
    pub labels: Labels,
}

/// The evidence for one scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Path or dead end.
    pub kind: EvidenceKind,
    /// The steps taken.
    pub steps: Vec<StepView>,
    /// The ways on that are closed.
    pub exits: Vec<ExitView>,
    /// The code that is seen first.
    pub code: Option<u32>,
}

impl Evidence {
    /// Everything that any step or exit rests on.
    pub fn labels(&self) -> Labels {
        let mut all = Labels::default();
        for part in self.steps.iter().map(|s| &s.labels).chain(self.exits.iter().map(|e| &e.labels)) {
            all.rules.extend(&part.rules);
            all.policies.extend(part.policies.iter().cloned());
        }
        all.rules = in_order(&all.rules);
        let mut seen = BTreeSet::new();
        all.policies.retain(|id| seen.insert(id.clone()));
        all
    }
}

fn in_order(rules: &[&'static str]) -> Vec<&'static str> {
    let wanted: BTreeSet<&str> = rules.iter().copied().collect();
    crate::semantics::RuleId::ALL.iter().map(|rule| rule.rule().id).filter(|id| wanted.contains(id)).collect()
}

/// Labels in names.
pub fn labels(tags: &BTreeSet<Tag>, tenant: &Tenant) -> Labels {
    let mut found = Labels::default();
    for tag in tags {
        match label(*tag) {
            Some(Label::Rule(rule)) => found.rules.push(rule.rule().id),
            Some(Label::Policy(at)) => {
                found.policies.extend(tenant.policy_at(at).map(|policy| policy.id.clone()))
            }
            None => {}
        }
    }
    found.rules = in_order(&found.rules);
    let mut seen = BTreeSet::new();
    found.policies.retain(|id| seen.insert(id.clone()));
    found
}

/// A walk in names.
pub fn of_walk(walk: &Walk, tenant: &Tenant) -> Evidence {
    let steps = walk.steps.iter().map(|step| StepView {
        from: step.from.name(),
        step: step.step.to_owned(),
        to: step.to.name(),
        labels: labels(&step.tags, tenant),
    });
    let exits = walk.exits.iter().map(|exit| ExitView {
        step: exit.step.to_owned(),
        to: exit.to.name(),
        labels: labels(&exit.tags, tenant),
    });
    Evidence {
        kind: if walk.granted() { EvidenceKind::Trace } else { EvidenceKind::DeadEnd },
        steps: steps.collect(),
        exits: exits.collect(),
        code: walk.code(),
    }
}
