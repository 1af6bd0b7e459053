//! Sets by the dimensions that findings are told apart by: for each combination of values that one holds somebody violates.
//!
//! A set begins with everything and is cut down towards a sign-in that violates. A combination is looked for that none of the
//! people found so far makes violate; then somebody who does. Where there is nobody, one of its values leaves the set.

use std::collections::{BTreeSet, HashMap};

use super::enumerate::Enumerator;
use crate::logic::{Assignment, Formula, Substitution, Var};
use crate::symbolic::{Answer, Literal, Probe};

/// More people than these mean that a set is not worth its proof: the sign-in alone is one.
const PEOPLE: usize = 2000;

/// What was made of a sign-in that violates.
pub(super) struct Projected {
    /// The set, by what it leaves out, with what is needed of the unknowns.
    pub(super) literals: BTreeSet<Literal>,
    /// For each combination of the set one of these is true: that somebody with it violates.
    pub(super) people: Vec<Formula>,
}

impl Enumerator<'_> {
    /// The set around a sign-in of those who violate in a range, as long as the unknowns are as `needs` says.
    pub(super) fn projected(
        &mut self,
        seed: &Assignment,
        needs: &BTreeSet<Literal>,
        violating: Formula,
    ) -> Projected {
        let mut somebody = Probe::new(self.domain, self.options.limits);
        somebody.assert(&self.store, violating);
        let (own, others): (Vec<Var>, Vec<Var>) = self.given.iter().partition(|var| self.is_projected(**var));
        let mut cut =
            Cut { own: &own, others: &others, needs, out: BTreeSet::new(), people: Vec::new(), violating };
        let mut open = Probe::new(self.domain, self.options.limits);
        cut.found(self, &mut open, seed);
        while cut.people.len() < PEOPLE {
            let wanted: Vec<Var> = own.iter().chain(&self.unknown).copied().collect();
            let at = match open.check(&cut.inside(), &wanted) {
                Answer::Sat(at) => at,
                Answer::Unsat(_) => return cut.done(),
                Answer::Unknown(_) => break,
            };
            let given = |vars: &[Var]| -> Vec<Literal> {
                vars.iter().flat_map(|var| self.literals(*var, at.get(*var))).collect()
            };
            let asked: Vec<Literal> = [given(&own), given(&self.unknown)].concat();
            match somebody.check(&asked, &others) {
                Answer::Sat(found) => cut.found(self, &mut open, &found),
                Answer::Unsat(core) => {
                    let differs = |var: &&Var| {
                        at.get(**var) != seed.get(**var) && core.iter().any(|literal| literal.var == **var)
                    };
                    let Some(var) = own.iter().find(differs) else { break };
                    cut.out.insert(Literal { var: *var, not: at.get(*var) });
                }
                Answer::Unknown(_) => break,
            }
        }
        // The sign-in alone, as far as findings are told apart.
        cut.out = own.iter().flat_map(|var| self.literals(*var, seed.get(*var))).collect();
        cut.people.truncate(1);
        cut.done()
    }
}

/// A set on its way.
struct Cut<'c> {
    own: &'c [Var],
    others: &'c [Var],
    needs: &'c BTreeSet<Literal>,
    out: BTreeSet<Literal>,
    people: Vec<Formula>,
    violating: Formula,
}

impl Cut<'_> {
    /// Somebody who violates: from now on combinations are looked for that they do not make violate.
    fn found(&mut self, enumerator: &mut Enumerator, open: &mut Probe, at: &Assignment) {
        let fixed: HashMap<Var, Substitution> =
            self.others.iter().map(|var| (*var, Substitution::Value(at.get(*var)))).collect();
        let violates = enumerator.store.reduce(self.violating, &fixed);
        let passes = enumerator.store.not(violates);
        open.assert(&enumerator.store, passes);
        self.people.push(violates);
    }

    fn inside(&self) -> Vec<Literal> {
        self.out.iter().chain(self.needs).copied().collect()
    }

    fn done(self) -> Projected {
        debug_assert!(self.out.iter().all(|literal| self.own.contains(&literal.var)));
        Projected { literals: self.inside().into_iter().collect(), people: self.people }
    }
}
