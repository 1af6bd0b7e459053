//! All counterexamples of a property: find, generalise, exclude, ask again until there are no more.
//!
//! What is not known is universally quantified in the first phase: a counterexample found there needs none of it. The
//! quantifier is resolved by counterexamples again: a scenario is proposed; if some value of the unknowns lets it pass,
//! the question is asked again with that value added. The second phase looks for what is left, which needs unknowns.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::analysis::{Analysis, Options};
use super::verdict::{Beyond, Enumeration, EnumerationStatus, Range, Stratum};
use crate::counterexample::Disagreement;
use crate::logic::{Assignment, Formula, Store, Substitution, Var};
use crate::property::Question;
use crate::scenario::Cube;
use crate::symbolic::{Answer, Literal, Probe, Session, Switch};

/// More proposals than this in one phase means that the quantifier is not resolved in reasonable time.
const PROPOSALS: usize = 4000;

/// So many counterexamples that need unknowns are listed for one range, unless the user says how many. Where an export
/// lacks much, they are legion and each says the same: what to add to it.
const CONDITIONAL: usize = 24;

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
    literals: BTreeSet<Literal>,
}

impl Found {
    /// A set of scenarios that was found otherwise.
    pub(super) fn of(cube: Cube, needs: Cube, seed: Assignment) -> Self {
        Self { cube, needs, seed, stratum: 0, literals: BTreeSet::new() }
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
}

/// How a search went.
enum Search {
    Found(Assignment),
    Exhausted,
    GaveUp(String),
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
        Self { analysis, options, question, domain, store, given, unknown }
    }

    fn session(&self) -> Session<'a> {
        Session::new(self.domain, self.options.limits)
    }

    /// A probe in which a set of literals is contradictory iff everybody of the set whom `range` is about violates.
    fn checker(&mut self, range: Formula) -> Probe<'a> {
        let mut probe = Probe::new(self.domain, self.options.limits);
        let holds = self.store.not(self.question.violation);
        probe.assert(&self.store, range);
        probe.assert(&self.store, holds);
        probe
    }

    /// Lists one range.
    pub(super) fn list(&mut self, range: Range, limit: Option<usize>) -> Result<Listing, Disagreement> {
        let excluded = self.analysis.excluded_memberships();
        let mut in_range = Vec::new();
        for (var, value) in &excluded {
            in_range.push(self.store.atom(*var, *value));
        }
        let mut in_range = self.store.or(in_range);
        if range == Range::Main {
            in_range = self.store.not(in_range);
        }
        let mut run = Run::new(self, in_range);
        run.all(self, limit);
        if let Some(disagreement) = run.disagreement {
            return Err(disagreement);
        }
        let found = if run.stopped.is_none() { self.irredundant(run.found) } else { run.found };
        let account = account(range, &found, run.strata, run.beyond, run.status);
        Ok(Listing { found, account, stopped: run.stopped })
    }

    /// Whether somebody violates whatever the unknowns are, with at most so many memberships; `None` where the solver gives
    /// up.
    pub(super) fn anybody(&mut self, memberships: usize) -> Option<bool> {
        let all = self.analysis.memberships();
        let everywhere = self.store.constant(true);
        let mut run = Run::new(self, everywhere);
        let bound = run.every.at_most(&all, memberships);
        match run.unconditional(self, &bound) {
            Search::Found(seed) => {
                let literals: Vec<Literal> =
                    self.given.iter().flat_map(|var| self.literals(*var, seed.get(*var))).collect();
                matches!(run.confirm.check(&[], &literals, &[]), Answer::Unsat(_)).then_some(true)
            }
            Search::Exhausted => Some(false),
            Search::GaveUp(_) => None,
        }
    }

    pub(super) fn literals(&self, var: Var, value: u16) -> Vec<Literal> {
        let size = (self.domain)(var);
        (0..size)
            .filter_map(|other| u16::try_from(other).ok())
            .filter(|other| *other != value)
            .map(|not| Literal { var, not })
            .collect()
    }

    fn cube(&self, literals: &BTreeSet<Literal>, unknown: bool) -> Cube {
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
    fn firm_premise(&mut self) -> Formula {
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

    /// The sign-ins that a finding speaks of.
    fn covered(&self, literals: &BTreeSet<Literal>) -> BTreeSet<Literal> {
        scenario_part(literals, self.question)
    }

    /// Drops cubes that the others cover, those with most literals first. A cube that needs unknowns covers none that does
    /// not need the same.
    fn irredundant(&mut self, mut found: Vec<Found>) -> Vec<Found> {
        found.sort_by_key(|f| std::cmp::Reverse((f.needs.len(), f.cube.len())));
        let mut at = 0;
        while at < found.len() && found.len() > 1 {
            let mut session = self.session();
            session.assert(&self.store, self.question.consistent);
            let Some(this) = found.get(at).cloned() else { break };
            for (other_at, other) in found.iter().enumerate() {
                if other_at != at && (other.needs.is_empty() || other.needs == this.needs) {
                    session.exclude(&self.covered(&other.literals));
                }
            }
            let literals: Vec<_> = self.covered(&this.literals).into_iter().collect();
            if let Answer::Unsat(_) = session.check(&[], &literals, &[]) {
                found.remove(at);
            } else {
                at += 1;
            }
        }
        found
    }
}

fn scenario_part(literals: &BTreeSet<Literal>, question: &Question) -> BTreeSet<Literal> {
    literals.iter().copied().filter(|literal| !question.unknowns.contains_key(&literal.var)).collect()
}

/// One range being listed.
struct Run<'a> {
    found: Vec<Found>,
    strata: Vec<Stratum>,
    beyond: Beyond,
    status: EnumerationStatus,
    stopped: Option<String>,
    /// Counterexamples that need unknowns were left out.
    cut: bool,
    /// The solvers contradict each other.
    disagreement: Option<Disagreement>,
    /// Violation of everybody who can be: what needs no unknown is found outright.
    outright: Probe<'a>,
    /// Violation of everybody whom the premise is about.
    checker: Probe<'a>,
    /// The same, asked once for each finding: what the probes made of it is right.
    confirm: Session<'a>,
    /// Violation for some value of the unknowns.
    some: Session<'a>,
    some_range: Switch,
    /// The premise holds under the first and under the last readings alike: what is found then needs unknowns for being
    /// refused, not for being let in.
    some_firm: Switch,
    /// Violation for all values of the unknowns that were proposed against it.
    every: Session<'a>,
    every_range: Switch,
}

impl<'a> Run<'a> {
    fn new(enumerator: &mut Enumerator<'a>, in_range: Formula) -> Self {
        let violation = enumerator.question.violation;
        let outright = enumerator.checker(enumerator.question.consistent);
        let checker = enumerator.checker(enumerator.question.premise);
        let mut confirm = enumerator.session();
        let passes = enumerator.store.not(violation);
        confirm.assert(&enumerator.store, enumerator.question.premise);
        confirm.assert(&enumerator.store, passes);
        let mut some = enumerator.session();
        some.assert(&enumerator.store, violation);
        let some_range = some.under(&enumerator.store, in_range);
        let firm = enumerator.firm_premise();
        let some_firm = some.under(&enumerator.store, firm);
        let mut every = enumerator.session();
        every.assert(&enumerator.store, violation);
        let every_range = every.under(&enumerator.store, in_range);
        Self {
            found: Vec::new(),
            strata: Vec::new(),
            beyond: Beyond::None,
            status: EnumerationStatus::Complete,
            stopped: None,
            cut: false,
            disagreement: None,
            outright,
            checker,
            confirm,
            some,
            some_range,
            some_firm,
            every,
            every_range,
        }
    }

    fn all(&mut self, enumerator: &mut Enumerator<'a>, limit: Option<usize>) {
        let memberships = enumerator.analysis.memberships();
        let last = enumerator.options.memberships.min(memberships.len());
        for stratum in 0..=last {
            let before = self.found.len();
            let done = self.stratum(enumerator, &memberships, stratum, limit);
            let status = match done {
                Done::All if self.cut => EnumerationStatus::Truncated,
                Done::All => EnumerationStatus::Complete,
                Done::Limit => EnumerationStatus::Truncated,
                Done::GaveUp => EnumerationStatus::Stopped,
            };
            self.strata.push(Stratum { memberships: stratum, cubes: self.found.len() - before, status });
            if status != EnumerationStatus::Complete {
                self.status = status;
                self.beyond = Beyond::Unknown;
            }
            // What needs no unknown is still looked for in the next strata.
            if status != EnumerationStatus::Complete && !self.cut {
                return;
            }
        }
        if self.cut {
            return;
        }
        self.look_beyond(enumerator, &memberships, last);
    }

    /// One more question without a bound. If only people with more memberships violate, one of the least such is shown.
    fn look_beyond(&mut self, enumerator: &mut Enumerator<'a>, memberships: &[Var], last: usize) {
        match self.some.check(&[&self.some_range], &[], &[]) {
            Answer::Unsat(_) => return,
            Answer::Sat(_) => self.beyond = Beyond::Some,
            Answer::Unknown(reason) => {
                self.beyond = Beyond::Unknown;
                self.stopped = Some(reason);
                self.status = EnumerationStatus::Stopped;
                return;
            }
        }
        self.status = EnumerationStatus::UpTo;
        let mut stratum = last + 1;
        while self.found.is_empty() && stratum <= memberships.len() {
            let _ = self.stratum(enumerator, memberships, stratum, Some(1));
            if !self.found.is_empty() {
                let status = EnumerationStatus::Truncated;
                self.strata.push(Stratum { memberships: stratum, cubes: self.found.len(), status });
            }
            stratum += 1;
        }
    }

    fn stratum(
        &mut self,
        enumerator: &mut Enumerator<'a>,
        memberships: &[Var],
        stratum: usize,
        limit: Option<usize>,
    ) -> Done {
        let every_bound = self.every.at_most(memberships, stratum);
        let some_bound = self.some.at_most(memberships, stratum);
        loop {
            if limit.is_some_and(|limit| self.found.len() >= limit) {
                return Done::Limit;
            }
            match self.unconditional(enumerator, &every_bound) {
                Search::Found(seed) => {
                    if !self.keep(enumerator, &seed, false, stratum) {
                        return Done::GaveUp;
                    }
                }
                Search::Exhausted => break,
                Search::GaveUp(reason) => {
                    self.stopped = Some(reason);
                    return Done::GaveUp;
                }
            }
        }
        for firm in [true, false] {
            match self.conditional(enumerator, &some_bound, firm, stratum, limit) {
                Done::All => {}
                other => return other,
            }
        }
        Done::All
    }

    /// Scenarios that violate for some value of the unknowns.
    fn conditional(
        &mut self,
        enumerator: &Enumerator<'a>,
        bound: &Switch,
        firm: bool,
        stratum: usize,
        limit: Option<usize>,
    ) -> Done {
        let wanted: Vec<Var> = enumerator.given.iter().chain(&enumerator.unknown).copied().collect();
        loop {
            if limit.is_some_and(|limit| self.found.len() >= limit) {
                return Done::Limit;
            }
            let conditional = self.found.iter().filter(|found| !found.needs.is_empty()).count();
            if limit.is_none() && conditional >= CONDITIONAL {
                self.cut = true;
                return Done::All;
            }
            let answer = if firm {
                self.some.check(&[&self.some_range, &self.some_firm, bound], &[], &wanted)
            } else {
                self.some.check(&[&self.some_range, bound], &[], &wanted)
            };
            match answer {
                Answer::Sat(seed) => {
                    if !self.keep(enumerator, &seed, true, stratum) {
                        return Done::GaveUp;
                    }
                }
                Answer::Unsat(_) => return Done::All,
                Answer::Unknown(reason) => {
                    self.stopped = Some(reason);
                    return Done::GaveUp;
                }
            }
        }
    }

    /// A scenario that violates whatever the unknowns are.
    fn unconditional(&mut self, enumerator: &mut Enumerator<'a>, bound: &Switch) -> Search {
        for _ in 0..PROPOSALS {
            let proposal = match self.every.check(&[&self.every_range, bound], &[], &enumerator.given) {
                Answer::Sat(proposal) => proposal,
                Answer::Unsat(_) => return Search::Exhausted,
                Answer::Unknown(reason) => return Search::GaveUp(reason),
            };
            let literals: Vec<Literal> = enumerator
                .given
                .iter()
                .flat_map(|var| enumerator.literals(*var, proposal.get(*var)))
                .collect();
            match self.outright.check(&literals, &enumerator.unknown) {
                Answer::Unsat(_) => return Search::Found(self.completed(enumerator, proposal, &literals)),
                Answer::Sat(lets_pass) => {
                    let map: HashMap<Var, Substitution> = enumerator
                        .unknown
                        .iter()
                        .map(|var| (*var, Substitution::Value(lets_pass.get(*var))))
                        .collect();
                    let instance = enumerator.store.reduce(enumerator.question.violation, &map);
                    self.every.assert(&enumerator.store, instance);
                }
                Answer::Unknown(reason) => return Search::GaveUp(reason),
            }
        }
        Search::GaveUp(format!(
            "more than {PROPOSALS} proposals were made to find what depends on nothing unknown"
        ))
    }

    /// The proposal with values of the unknowns under which there is such a person.
    fn completed(
        &mut self,
        enumerator: &Enumerator<'a>,
        proposal: Assignment,
        literals: &[Literal],
    ) -> Assignment {
        if enumerator.store.eval(enumerator.question.violation, &proposal) {
            return proposal;
        }
        let wanted: Vec<Var> = enumerator.given.iter().chain(&enumerator.unknown).copied().collect();
        match self.some.check(&[], literals, &wanted) {
            Answer::Sat(seed) => seed,
            Answer::Unsat(_) | Answer::Unknown(_) => proposal,
        }
    }

    fn keep(
        &mut self,
        enumerator: &Enumerator<'a>,
        seed: &Assignment,
        unknowns: bool,
        stratum: usize,
    ) -> bool {
        let Some(literals) = enumerator.generalise((&mut self.outright, &mut self.checker), seed, unknowns)
        else {
            self.stopped = Some("the solver gave up while generalising a counterexample".into());
            return false;
        };
        let all: Vec<Literal> = literals.iter().copied().collect();
        match self.confirm.check(&[], &all, &[]) {
            Answer::Unsat(_) => {}
            Answer::Sat(_) => {
                let (symbolic, explicit) =
                    ("a set of sign-ins in which some get through", "a set in which nobody does");
                self.disagreement =
                    Some(Disagreement { symbolic: symbolic.into(), explicit: explicit.into() });
                return false;
            }
            Answer::Unknown(reason) => {
                self.stopped = Some(reason);
                return false;
            }
        }
        let scenarios = enumerator.covered(&literals);
        let needs = enumerator.cube(&literals, true);
        if needs.len() == 1 {
            // Where one fact decides, other single facts may decide the same scenarios: each is worth knowing.
            let needed =
                literals.iter().filter(|literal| enumerator.question.unknowns.contains_key(&literal.var));
            let with_needs = scenarios.iter().chain(needed).copied().collect();
            self.some.exclude(&with_needs);
        } else {
            self.some.exclude(&scenarios);
        }
        // What was found to need unknowns may hold scenarios that need none: those are still looked for.
        if !unknowns {
            self.every.exclude(&scenarios);
        }
        self.found.push(Found {
            cube: enumerator.cube(&literals, false),
            needs: enumerator.cube(&literals, true),
            seed: seed.clone(),
            stratum,
            literals,
        });
        true
    }
}

enum Done {
    All,
    Limit,
    GaveUp,
}

/// The account, with the cubes of each stratum counted after redundant ones were dropped.
fn account(
    range: Range,
    found: &[Found],
    mut strata: Vec<Stratum>,
    beyond: Beyond,
    status: EnumerationStatus,
) -> Enumeration {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for one in found {
        *counts.entry(one.stratum).or_default() += 1;
    }
    for stratum in &mut strata {
        stratum.cubes = counts.get(&stratum.memberships).copied().unwrap_or(0);
    }
    let memberships = strata.last().map_or(0, |stratum| stratum.memberships);
    let scenarios = num_bigint::BigUint::ZERO;
    Enumeration { range, status, cubes: found.len(), scenarios, memberships, beyond, strata }
}
