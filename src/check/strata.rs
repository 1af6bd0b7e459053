//! The search in one range, by the number of memberships that people need: proposals, and what excludes them.

use std::collections::{BTreeSet, HashMap};

use super::enumerate::{Enumerator, Found};
use super::generalise::Generaliser;
use super::verdict::{Beyond, EnumerationStatus, Stratum};
use crate::counterexample::Disagreement;
use crate::logic::{Assignment, Formula, Substitution, Var};
use crate::symbolic::{Answer, Literal, Switch, Tandem};

/// More proposals than this in one phase means that the quantifier is not resolved in reasonable time.
const PROPOSALS: usize = 4000;

/// So many counterexamples that need unknowns are listed for one range, unless the user says how many. Where an export
/// lacks much, they are legion and each says the same: what to add to it.
const CONDITIONAL: usize = 24;

/// How a search went.
pub(super) enum Proposal {
    Found(Assignment),
    Exhausted,
    GaveUp(String),
}

/// One range being listed.
pub(super) struct Run<'a> {
    pub(super) found: Vec<Found>,
    pub(super) strata: Vec<Stratum>,
    pub(super) beyond: Beyond,
    pub(super) status: EnumerationStatus,
    pub(super) stopped: Option<String>,
    /// Violation in the range.
    violating: Formula,
    /// Counterexamples that need unknowns were left out.
    cut: bool,
    /// Violation for some value of the unknowns.
    some: Tandem<'a>,
    some_range: Switch,
    /// The premise holds under the first and under the last readings alike: what is found then needs unknowns for being
    /// refused, not for being let in.
    some_firm: Switch,
    /// Violation for all values of the unknowns that were proposed against it.
    every: Tandem<'a>,
    every_range: Switch,
}

enum Done {
    All,
    Limit,
    GaveUp,
}

impl<'a> Run<'a> {
    pub(super) fn new(enumerator: &mut Enumerator<'a>, in_range: Formula) -> Self {
        let violation = enumerator.question.violation;
        let firm = enumerator.firm_premise();
        let violating = enumerator.store.and([violation, in_range]);
        let mut some = enumerator.tandem();
        some.assert(&enumerator.store, violation);
        let some_range = some.under(&enumerator.store, in_range);
        let some_firm = some.under(&enumerator.store, firm);
        let mut every = enumerator.tandem();
        every.assert(&enumerator.store, violation);
        let every_range = every.under(&enumerator.store, in_range);
        Self {
            found: Vec::new(),
            strata: Vec::new(),
            beyond: Beyond::None,
            status: EnumerationStatus::Complete,
            stopped: None,
            violating,
            cut: false,
            some,
            some_range,
            some_firm,
            every,
            every_range,
        }
    }

    pub(super) fn all(
        &mut self,
        enumerator: &mut Enumerator<'a>,
        generaliser: &mut Generaliser<'a>,
        limit: Option<usize>,
    ) -> Result<(), Disagreement> {
        let memberships = enumerator.analysis.memberships();
        let last = enumerator.options.memberships.min(memberships.len());
        for stratum in 0..=last {
            let before = self.found.len();
            let done = self.stratum(enumerator, generaliser, &memberships, stratum, limit)?;
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
                return Ok(());
            }
        }
        if self.cut {
            return Ok(());
        }
        self.look_beyond(enumerator, generaliser, &memberships, last)
    }

    /// One more question without a bound. If only people with more memberships violate, one of the least such is shown.
    fn look_beyond(
        &mut self,
        enumerator: &mut Enumerator<'a>,
        generaliser: &mut Generaliser<'a>,
        memberships: &[Var],
        last: usize,
    ) -> Result<(), Disagreement> {
        match self.some.check(&[&self.some_range], &[], &[]) {
            Answer::Unsat(_) => return Ok(()),
            Answer::Sat(_) => self.beyond = Beyond::Some,
            Answer::Unknown(reason) => {
                self.beyond = Beyond::Unknown;
                self.stopped = Some(reason);
                self.status = EnumerationStatus::Stopped;
                return Ok(());
            }
        }
        self.status = EnumerationStatus::UpTo;
        let mut stratum = last + 1;
        while self.found.is_empty() && stratum <= memberships.len() {
            let _ = self.stratum(enumerator, generaliser, memberships, stratum, Some(1))?;
            if !self.found.is_empty() {
                let status = EnumerationStatus::Truncated;
                self.strata.push(Stratum { memberships: stratum, cubes: self.found.len(), status });
            }
            stratum += 1;
        }
        Ok(())
    }

    /// A switch that bounds the memberships of what is looked for without unknowns.
    pub(super) fn bound(&mut self, memberships: &[Var], limit: usize) -> Switch {
        self.every.at_most(memberships, limit)
    }

    fn stratum(
        &mut self,
        enumerator: &mut Enumerator<'a>,
        generaliser: &mut Generaliser<'a>,
        memberships: &[Var],
        stratum: usize,
        limit: Option<usize>,
    ) -> Result<Done, Disagreement> {
        let every_bound = self.bound(memberships, stratum);
        let some_bound = self.some.at_most(memberships, stratum);
        loop {
            if limit.is_some_and(|limit| self.found.len() >= limit) {
                return Ok(Done::Limit);
            }
            match self.unconditional(enumerator, generaliser, &every_bound) {
                Proposal::Found(seed) => {
                    if !self.keep(enumerator, generaliser, &seed, false, stratum)? {
                        return Ok(Done::GaveUp);
                    }
                }
                Proposal::Exhausted => break,
                Proposal::GaveUp(reason) => {
                    self.stopped = Some(reason);
                    return Ok(Done::GaveUp);
                }
            }
        }
        for firm in [true, false] {
            match self.conditional(enumerator, generaliser, &some_bound, firm, stratum, limit)? {
                Done::All => {}
                other => return Ok(other),
            }
        }
        Ok(Done::All)
    }

    /// Scenarios that violate for some value of the unknowns.
    fn conditional(
        &mut self,
        enumerator: &mut Enumerator<'a>,
        generaliser: &mut Generaliser<'a>,
        bound: &Switch,
        firm: bool,
        stratum: usize,
        limit: Option<usize>,
    ) -> Result<Done, Disagreement> {
        let wanted: Vec<Var> = enumerator.given.iter().chain(&enumerator.unknown).copied().collect();
        loop {
            if limit.is_some_and(|limit| self.found.len() >= limit) {
                return Ok(Done::Limit);
            }
            let conditional = self.found.iter().filter(|found| !found.needs.is_empty()).count();
            if limit.is_none() && conditional >= CONDITIONAL {
                self.cut = true;
                return Ok(Done::All);
            }
            let mut switches = vec![&self.some_range, bound];
            switches.extend(firm.then_some(&self.some_firm));
            match self.some.check(&switches, &[], &wanted) {
                Answer::Sat(seed) => {
                    if !self.keep(enumerator, generaliser, &seed, true, stratum)? {
                        return Ok(Done::GaveUp);
                    }
                }
                Answer::Unsat(_) => return Ok(Done::All),
                Answer::Unknown(reason) => {
                    self.stopped = Some(reason);
                    return Ok(Done::GaveUp);
                }
            }
        }
    }

    /// A counterexample that needs nothing unknown, if there is one.
    pub(super) fn sure(
        &mut self,
        enumerator: &mut Enumerator<'a>,
        generaliser: &mut Generaliser<'a>,
    ) -> Result<Option<Found>, Disagreement> {
        let memberships = enumerator.analysis.memberships();
        let bound = self.bound(&memberships, memberships.len());
        match self.unconditional(enumerator, generaliser, &bound) {
            Proposal::Found(seed) => {
                self.keep(enumerator, generaliser, &seed, false, memberships.len())?;
            }
            Proposal::Exhausted => {}
            Proposal::GaveUp(reason) => self.stopped = Some(reason),
        }
        Ok(self.found.pop())
    }

    /// A scenario that violates whatever the unknowns are.
    pub(super) fn unconditional(
        &mut self,
        enumerator: &mut Enumerator<'a>,
        generaliser: &mut Generaliser<'a>,
        bound: &Switch,
    ) -> Proposal {
        for _ in 0..PROPOSALS {
            let proposal = match self.every.check(&[&self.every_range, bound], &[], &enumerator.given) {
                Answer::Sat(proposal) => proposal,
                Answer::Unsat(_) => return Proposal::Exhausted,
                Answer::Unknown(reason) => return Proposal::GaveUp(reason),
            };
            match generaliser.passing(enumerator, &proposal) {
                Answer::Unsat(_) => return Proposal::Found(generaliser.completed(enumerator, proposal)),
                Answer::Sat(lets_pass) => {
                    let map: HashMap<Var, Substitution> = enumerator
                        .unknown
                        .iter()
                        .map(|var| (*var, Substitution::Value(lets_pass.get(*var))))
                        .collect();
                    let instance = enumerator.store.reduce(enumerator.question.violation, &map);
                    self.every.assert(&enumerator.store, instance);
                }
                Answer::Unknown(reason) => return Proposal::GaveUp(reason),
            }
        }
        Proposal::GaveUp(format!(
            "more than {PROPOSALS} proposals were made to find what depends on nothing unknown"
        ))
    }

    /// Excludes what a finding holds from everything that is looked for.
    pub(super) fn pass_over(
        &mut self,
        enumerator: &Enumerator<'a>,
        literals: &BTreeSet<Literal>,
        unknowns: bool,
    ) {
        let scenarios = enumerator.covered(literals);
        if enumerator.cube(literals, true).len() == 1 {
            // Where one fact decides, other single facts may decide the same scenarios: each is worth knowing.
            let is_needed = |literal: &&Literal| enumerator.question.unknowns.contains_key(&literal.var);
            let needed = literals.iter().filter(is_needed);
            self.some.exclude(&scenarios.iter().chain(needed).copied().collect());
        } else {
            self.some.exclude(&scenarios);
        }
        // What was found to need unknowns may hold scenarios that need none: those are still looked for.
        if !unknowns {
            self.every.exclude(&scenarios);
        }
    }

    fn keep(
        &mut self,
        enumerator: &mut Enumerator<'a>,
        generaliser: &mut Generaliser<'a>,
        seed: &Assignment,
        unknowns: bool,
        stratum: usize,
    ) -> Result<bool, Disagreement> {
        let mut literals = match generaliser.generalise(enumerator, seed, unknowns)? {
            Ok(literals) => literals,
            Err(reason) => {
                self.stopped = Some(reason);
                return Ok(false);
            }
        };
        let mut people = Vec::new();
        if !enumerator.options.project.is_empty() {
            literals.retain(|literal| enumerator.question.unknowns.contains_key(&literal.var));
            let projected = enumerator.projected(seed, &literals, self.violating);
            (literals, people) = (projected.literals, projected.people);
        }
        self.pass_over(enumerator, &literals, unknowns);
        let needs = enumerator.cube(&literals, true);
        self.found.push(Found {
            cube: enumerator.cube(&literals, false),
            needs,
            seed: seed.clone(),
            stratum,
            literals,
            people,
        });
        Ok(true)
    }
}
