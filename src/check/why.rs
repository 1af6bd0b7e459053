//! Why a property holds: every least set of policies and settings that its proof can rest on, and which single one breaks it.
//!
//! The rules stay as they are: nobody can change those, and what a policy asks for: what is opened is to whom and when it applies. Sets are found as those of a minimal unsatisfiable subset usually are: among the
//! sets about which nothing is known yet a large one is looked at; it is made smaller until it is least if it suffices, and larger until
//! nothing can be added if it does not; either way all the sets that the answer speaks about are done with.

use std::collections::{BTreeMap, BTreeSet};

use super::analysis::Analysis;
use super::cores::{Openable, Opener, Set, setting};
use super::decide::{Decider, outline};
use crate::logic::{Tag, Var};
use crate::model::PolicyState;
use crate::property::Kind;
use crate::semantics::{Label, label};
use crate::symbolic::{Answer, Limits, Literal, Probe};

/// More least sets than these are not looked for.
const SETS: usize = 24;
/// Nor is more than this asked for one property.
const QUESTIONS: usize = 3000;

/// What a proof can rest on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Why {
    /// The least sets, the smallest first.
    pub bases: Vec<Basis>,
    /// There are no others.
    pub all: bool,
    /// Whatever stands in some set.
    pub parts: Vec<Part>,
}

/// A least set of policies and settings that makes the property hold whatever the conditions of other policies are, and other settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Basis {
    /// Ids of policies.
    pub policies: Vec<String>,
    /// Settings by their places.
    pub settings: Vec<String>,
}

impl Basis {
    /// Nothing is needed.
    pub fn is_empty(&self) -> bool {
        self.policies.is_empty() && self.settings.is_empty()
    }
}

/// What becomes of the property without a policy or a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The policy, by id, or the setting.
    pub of: Named,
    /// In how many of the sets it stands.
    pub sets: usize,
    /// Some change of it alone breaks the property.
    pub breaks: bool,
    /// The verdict with the policy disabled.
    pub disabled: Option<&'static str>,
}

/// A policy or a setting.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Named {
    /// By id.
    Policy(String),
    /// By its place.
    Setting(&'static str),
}

impl Decider<'_> {
    /// What the proof that there is no violation can rest on.
    pub(super) fn why(&self, domain: &dyn Fn(Var) -> usize) -> Why {
        let last = self.question.unknowns.keys().map(|var| var.0 + 1).max().unwrap_or(0);
        let first_free = last.max(self.analysis.meaning.unknowns.end());
        let (store, formula) = (self.analysis.meaning.store.clone(), self.question.labelled);
        let mut opener = Opener { store, options: self.options, formula, domain, first_free };
        let rules = opener.labels();
        let mut elements: BTreeMap<Named, BTreeSet<Tag>> = BTreeMap::new();
        for (named, tag) in rules.iter().filter_map(|tag| Some((self.named_element(*tag)?, *tag))) {
            elements.entry(named).or_default().insert(tag);
        }
        let (names, tags): (Vec<Named>, Vec<BTreeSet<Tag>>) = elements.into_iter().unzip();
        let widened = |var: Var| if var.0 >= first_free { 2 } else { domain(var) };
        let openable =
            Openable::new(&mut opener.store, formula, &tags, first_free, &widened, self.options.limits);
        let mut search = Search::new(openable, &widened, self.options.limits);
        let (found, mut all) = search.run();
        let breaking: Vec<bool> = (0..names.len()).map(|at| search.breaks(at)).collect();
        let of = |at: &usize| tags.get(*at).into_iter().flatten().copied();
        let elements: BTreeSet<Tag> = tags.iter().flatten().copied().collect();
        let others: BTreeSet<Tag> = rules.difference(&elements).copied().collect();
        let mut sets: Vec<Set> = Vec::new();
        for set in found {
            // The solver that looked for them is not the one that has the last word.
            let kept = others.iter().copied().chain(set.iter().flat_map(of)).collect();
            if opener.suffices(&kept) {
                sets.push(set);
            } else {
                all = false;
            }
        }
        sets.sort_by_cached_key(|set| (set.len(), set.clone()));
        let parts = names.iter().enumerate().map(|(at, of)| Part {
            of: of.clone(),
            sets: sets.iter().filter(|set| set.contains(&at)).count(),
            breaks: breaking.get(at).copied().unwrap_or(false),
            disabled: None,
        });
        let mut parts: Vec<Part> = parts.filter(|part| part.sets > 0).collect();
        for part in &mut parts {
            if let Named::Policy(id) = &part.of {
                part.disabled = Some(self.without(id));
            }
        }
        // What nothing else makes up for comes first, then what most sets need.
        parts.sort_by_cached_key(|part| (!part.breaks, std::cmp::Reverse(part.sets), part.of.clone()));
        Why { bases: sets.iter().map(|set| basis(set, &names)).collect(), all, parts }
    }

    /// The policy or setting that a label is about.
    fn named_element(&self, tag: Tag) -> Option<Named> {
        match label(tag)? {
            Label::Rule(rule) => setting(rule.rule().id).map(Named::Setting),
            Label::Policy(at) => self.analysis.tenant.policy_at(at).map(|p| Named::Policy(p.id.clone())),
        }
    }

    /// The verdict with a policy disabled.
    fn without(&self, id: &str) -> &'static str {
        let mut tenant = self.analysis.tenant.clone();
        for policy in tenant.policies.iter_mut().filter(|policy| policy.id == id) {
            policy.state = PolicyState::Disabled;
        }
        let mut changed = Analysis::of(tenant, self.analysis.enabled.clone(), self.options, None);
        if let (Some(statement), Kind::Claim(_)) = (&self.property.statement, self.property.kind) {
            changed = changed.about(self.options, statement);
        }
        let scope = self.analysis.scope();
        outline(&mut changed, self.options, self.claim, scope).unwrap_or("undetermined")
    }
}

fn basis(set: &Set, names: &[Named]) -> Basis {
    let mut basis = Basis::default();
    for name in set.iter().filter_map(|at| names.get(*at)) {
        match name {
            Named::Policy(id) => basis.policies.push(id.clone()),
            Named::Setting(setting) => basis.settings.push((*setting).to_owned()),
        }
    }
    basis
}

/// What is known of sets of elements.
struct Search<'d> {
    formula: Openable<'d>,
    /// The sets that nothing is known of.
    open: Probe<'d>,
    asked: usize,
}

impl<'d> Search<'d> {
    fn new(formula: Openable<'d>, domain: &'d dyn Fn(Var) -> usize, limits: Limits) -> Self {
        Self { formula, open: Probe::new(domain, limits), asked: 0 }
    }

    /// The least sets that suffice, and whether these are all.
    fn run(&mut self) -> (Vec<Set>, bool) {
        let mut found = Vec::new();
        while self.asked < QUESTIONS && found.len() < SETS {
            let set: Set = match self.open.check(&[], &self.formula.vars) {
                Answer::Sat(at) => (0..self.len()).filter(|i| at.get(self.var(*i)) == 0).collect(),
                Answer::Unsat(_) => return (found, true),
                Answer::Unknown(_) => return (found, false),
            };
            if let Some(smaller) = self.suffices(&set) {
                let least = self.shrink(smaller);
                // Nothing that holds all of these.
                self.open.exclude(&least.iter().map(|at| Literal { var: self.var(*at), not: 1 }).collect());
                found.push(least);
            } else {
                let most = self.grow(set);
                // Nothing within these.
                let outside = (0..self.len()).filter(|at| !most.contains(at));
                self.open.exclude(&outside.map(|at| Literal { var: self.var(at), not: 0 }).collect());
            }
        }
        (found, false)
    }

    fn var(&self, at: usize) -> Var {
        self.formula.vars.get(at).copied().unwrap_or(Var(0))
    }

    fn len(&self) -> usize {
        self.formula.vars.len()
    }

    /// A part of the set that suffices already, if the set does.
    fn suffices(&mut self, set: &Set) -> Option<Set> {
        self.asked += 1;
        self.formula.suffices(set)
    }

    fn shrink(&mut self, mut set: Set) -> Set {
        for at in set.clone() {
            let mut fewer = set.clone();
            if fewer.remove(&at)
                && let Some(smaller) = self.suffices(&fewer)
            {
                set = smaller;
            }
        }
        set
    }

    fn grow(&mut self, mut set: Set) -> Set {
        for at in 0..self.len() {
            if set.insert(at) && self.suffices(&set).is_some() {
                set.remove(&at);
            }
        }
        set
    }

    /// With everything but this one as it is, there is no proof.
    fn breaks(&mut self, at: usize) -> bool {
        let others = (0..self.len()).filter(|other| *other != at).collect();
        self.suffices(&others).is_none()
    }
}
