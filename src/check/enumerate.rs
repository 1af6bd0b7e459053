//! All counterexamples of a property: find, generalise, exclude, ask again until there are no more.
//!
//! What is not known is universally quantified in the first phase: a counterexample found there needs none of it. The
//! quantifier is resolved by counterexamples again: a scenario is proposed; if some value of the unknowns lets it pass,
//! the question is asked again with that value added. The second phase looks for what is left, which needs unknowns.

use std::collections::{BTreeSet, HashMap};

use super::analysis::{Analysis, Options};
use super::generalise::Generaliser;
use super::strata::{Proposal, Run};
use super::verdict::{Enumeration, Range};
use crate::counterexample::Disagreement;
use crate::logic::{Assignment, Formula, Store, Substitution, Var};
use crate::property::Question;
use crate::scenario::Cube;
use crate::symbolic::{Answer, Conversation, Literal, Switch, Tandem, Topic};

/// One generalised counterexample: a set of scenarios, all of which violate if the unknowns are as needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// The scenarios.
    pub(super) cube: Cube,
    /// What is needed of the unknowns.
    pub(super) needs: Cube,
    /// One member with values of all unknowns.
    pub(super) seed: Assignment,
    /// The stratum in which it was found.
    pub(super) stratum: usize,
    pub(super) literals: BTreeSet<Literal>,
    /// Where findings are told apart by some dimensions only: for each combination of the set one of these is true, that somebody
    /// with it violates.
    pub(super) people: Vec<Formula>,
}

impl Found {
    /// A set of scenarios that was found otherwise.
    pub(super) fn of(cube: Cube, needs: Cube, seed: Assignment) -> Self {
        Self { cube, needs, seed, stratum: 0, literals: BTreeSet::new(), people: Vec::new() }
    }
}

/// What the enumeration of one range gave.
pub(super) struct Listing {
    pub(super) found: Vec<Found>,
    pub(super) account: Enumeration,
    /// Why it stopped early, if it did.
    pub(super) stopped: Option<String>,
}

/// The enumerator of one property.
pub(super) struct Enumerator<'a> {
    pub(super) analysis: &'a Analysis,
    pub(super) options: &'a Options,
    pub(super) question: &'a Question,
    pub(super) domain: &'a dyn Fn(Var) -> usize,
    pub(super) store: Store,
    pub(super) given: Vec<Var>,
    pub(super) unknown: Vec<Var>,
    /// All that is asked of Z3 about the property is asked in one conversation: what the questions share is prepared once.
    conversation: Conversation<'a>,
}

impl<'a> Enumerator<'a> {
    pub(super) fn new(
        analysis: &'a Analysis,
        options: &'a Options,
        question: &'a Question,
        domain: &'a dyn Fn(Var) -> usize,
    ) -> Self {
        let store = analysis.meaning.store.clone();
        let support = store.support(question.violation);
        let given = support.iter().copied().filter(|var| question.free.contains(var)).collect();
        let unknown = question.unknowns.keys().copied().collect();
        let conversation = Conversation::new(domain, options.limits);
        Self { analysis, options, question, domain, store, given, unknown, conversation }
    }

    pub(super) fn tandem(&self) -> Tandem<'a> {
        Tandem::on(self.topic(), self.domain, self.options.limits)
    }

    pub(super) fn topic(&self) -> Topic<'a> {
        self.conversation.topic()
    }

    /// Lists one range, without what other findings hold.
    pub(super) fn list(
        &mut self,
        range: Range,
        limit: Option<usize>,
        others: &[Found],
        generaliser: &mut Generaliser<'a>,
    ) -> Result<Listing, Disagreement> {
        let in_range = self.in_range(range);
        let mut run = Run::new(self, in_range);
        for other in others {
            run.pass_over(self, &other.literals, !other.needs.is_empty());
        }
        run.all(self, generaliser, limit)?;
        let found = if run.stopped.is_none() { self.irredundant(run.found, others) } else { run.found };
        let memberships = run.strata.last().map_or(0, |stratum| stratum.memberships);
        let account = Enumeration {
            range,
            status: run.status,
            cubes: found.len(),
            scenarios: num_bigint::BigUint::ZERO,
            memberships,
            beyond: run.beyond,
            strata: run.strata,
        };
        Ok(Listing { found, account, stopped: run.stopped })
    }

    /// A counterexample of a range that needs nothing unknown.
    pub(super) fn sure(
        &mut self,
        range: Range,
        generaliser: &mut Generaliser<'a>,
    ) -> Result<Option<Found>, Disagreement> {
        let in_range = self.in_range(range);
        Run::new(self, in_range).sure(self, generaliser)
    }

    /// The sign-ins of a range.
    pub(super) fn in_range(&mut self, range: Range) -> Formula {
        let excluded = self.analysis.excluded_memberships();
        let inside: Vec<_> = excluded.iter().map(|(var, value)| self.store.atom(*var, *value)).collect();
        let inside = self.store.or(inside);
        if range == Range::Main { self.store.not(inside) } else { inside }
    }

    /// Whether somebody violates whatever the unknowns are, with at most so many memberships; `None` where the solver gives
    /// up.
    pub(super) fn anybody(&mut self, memberships: usize) -> Option<bool> {
        let all = self.analysis.memberships();
        let everywhere = self.store.constant(true);
        let mut run = Run::new(self, everywhere);
        let mut generaliser = Generaliser::new(self);
        let bound = run.bound(&all, memberships);
        match run.unconditional(self, &mut generaliser, &bound) {
            Proposal::Found(seed) => generaliser.is_certain(&self.scenario(&seed)).then_some(true),
            Proposal::Exhausted => Some(false),
            Proposal::GaveUp(_) => None,
        }
    }

    /// The literals of a scenario, which leave nothing of it open.
    pub(super) fn scenario(&self, at: &Assignment) -> Vec<Literal> {
        self.given.iter().flat_map(|var| self.literals(*var, at.get(*var))).collect()
    }

    pub(super) fn literals(&self, var: Var, value: u16) -> Vec<Literal> {
        let size = (self.domain)(var);
        (0..size)
            .filter_map(|other| u16::try_from(other).ok())
            .filter(|other| *other != value)
            .map(|not| Literal { var, not })
            .collect()
    }

    pub(super) fn cube(&self, literals: &BTreeSet<Literal>, unknown: bool) -> Cube {
        let mut cube = Cube::default();
        for literal in literals {
            if self.question.unknowns.contains_key(&literal.var) != unknown {
                continue;
            }
            let size = (self.domain)(literal.var);
            let values = cube
                .0
                .entry(literal.var)
                .or_insert_with(|| (0..size).filter_map(|v| u16::try_from(v).ok()).collect());
            values.remove(&literal.not);
        }
        cube
    }

    /// The premise under the first readings of everything unknown, and under the last.
    pub(super) fn firm_premise(&mut self) -> Formula {
        let vars = self.store.support(self.question.premise);
        let unknown: Vec<Var> =
            vars.into_iter().filter(|var| !self.analysis.space.all().iter().any(|d| d.var == *var)).collect();
        let premise = self.question.premise;
        let fixed = [false, true].map(|last| {
            let value = |var: &Var| {
                let size = (self.domain)(*var).saturating_sub(1);
                Substitution::Value(if last { u16::try_from(size).unwrap_or(0) } else { 0 })
            };
            let map: HashMap<Var, Substitution> = unknown.iter().map(|var| (*var, value(var))).collect();
            self.store.reduce(premise, &map)
        });
        self.store.and(fixed)
    }

    /// The sign-ins that a finding speaks of: on the dimensions that findings are told apart by.
    pub(super) fn covered(&self, literals: &BTreeSet<Literal>) -> BTreeSet<Literal> {
        let known = |literal: &&Literal| !self.question.unknowns.contains_key(&literal.var);
        literals.iter().filter(known).filter(|literal| self.is_projected(literal.var)).copied().collect()
    }

    /// Whether findings are told apart by a dimension.
    pub(super) fn is_projected(&self, var: Var) -> bool {
        self.analysis.space.dimension(var).is_none_or(|dimension| self.options.projects(&dimension.key))
    }

    /// Drops cubes whose people are in others of the range or listed before it, those with most literals first. A cube that needs
    /// unknowns covers none that does not need the same.
    fn irredundant(&self, mut found: Vec<Found>, listed: &[Found]) -> Vec<Found> {
        found.sort_by_key(|f| std::cmp::Reverse((f.needs.len(), f.cube.len())));
        let mut tandem = self.tandem();
        tandem.assert(&self.store, self.question.premise);
        let needs_and_switch =
            |other: &Found| (other.needs.clone(), tandem.exclude_under(&self.covered(&other.literals)));
        let before: Vec<_> = listed.iter().map(needs_and_switch).collect();
        let mut left: Vec<(Found, Switch)> = Vec::new();
        for one in found {
            let switch = tandem.exclude_under(&self.covered(&one.literals));
            left.push((one, switch));
        }
        let mut at = 0;
        while let Some((this, _)) = left.get(at) {
            let own = left.iter().enumerate().filter(|(place, _)| *place != at);
            let own = own.map(|(_, (other, switch))| (&other.needs, switch));
            let all = before.iter().map(|(needs, switch)| (needs, switch)).chain(own);
            let covering = all.filter(|(needs, _)| needs.is_empty() || **needs == this.needs);
            let others: Vec<&Switch> = covering.map(|(_, switch)| switch).collect();
            let literals: Vec<_> = self.covered(&this.literals).into_iter().collect();
            if !others.is_empty() && matches!(tandem.check(&others, &literals, &[]), Answer::Unsat(_)) {
                left.remove(at);
            } else {
                at += 1;
            }
        }
        left.into_iter().map(|(one, _)| one).collect()
    }
}
