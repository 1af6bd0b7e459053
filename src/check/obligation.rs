//! What a verdict takes from the solver, as questions that somebody else can ask again.

use std::collections::BTreeMap;

use super::analysis::{Analysis, Options};
use super::enumerate::{Enumerator, Found, Listing};
use super::verdict::{Beyond, EnumerationStatus, Range};
use crate::logic::{Formula, Store, Var};
use crate::proof::{Domain, Problem};
use crate::property::Question;
use crate::scenario::{Space, Unknowns};

/// One answer of the solver that a verdict rests on.
#[derive(Clone, Debug)]
pub struct Obligation {
    /// What the answer says, in words.
    pub claim: String,
    /// It has no solution; otherwise it has one.
    pub unsatisfiable: bool,
    /// The question.
    pub problem: Problem,
}

/// What variables are called.
#[derive(Clone, Copy)]
pub(super) struct Names<'a> {
    pub(super) space: &'a Space,
    pub(super) unknowns: &'a Unknowns,
    /// Those that stand for an unknown in one of several sign-ins.
    pub(super) instances: &'a BTreeMap<Var, Var>,
}

impl<'a> Names<'a> {
    /// Of a question about people.
    pub(super) fn of(analysis: &'a Analysis, question: &'a Question) -> Self {
        Self { space: &analysis.space, unknowns: &analysis.meaning.unknowns, instances: &question.unknowns }
    }

    /// A variable as the report names it; the instance of an unknown with the number of its sign-in.
    fn domain(&self, var: Var) -> Domain {
        if let Some(dimension) = self.space.dimension(var) {
            return Domain { name: dimension.key.name(), values: dimension.values.clone() };
        }
        let original = self.instances.get(&var).copied().unwrap_or(var);
        let (mut name, values) = match self.unknowns.get(original) {
            Some(unknown) if unknown.part.is_empty() => (unknown.key.clone(), unknown.values.clone()),
            Some(unknown) => (format!("{} [{}]", unknown.key, unknown.part), unknown.values.clone()),
            None => (format!("variable {}", var.0), vec!["it".into()]),
        };
        if original != var {
            name += &format!(" @{}", var.0);
        }
        Domain { name, values }
    }
}

/// The answers that a verdict rests on, in the order in which they were given. Nothing is kept where nobody asks for it.
#[derive(Clone, Debug)]
pub(super) struct Ledger {
    keeps: bool,
    all: Vec<Obligation>,
}

impl Ledger {
    pub(super) fn new(options: &Options) -> Self {
        Self { keeps: options.evidence, all: Vec::new() }
    }

    /// Whether somebody wants to know.
    pub(super) fn keeps(&self) -> bool {
        self.keeps
    }

    /// Everything asserted together has no solution, or has one.
    pub(super) fn note(
        &mut self,
        names: Names,
        store: &Store,
        claim: String,
        unsatisfiable: bool,
        asserted: &[(String, Formula)],
    ) {
        if self.keeps {
            let problem = Problem::of(store, asserted, &|var| names.domain(var));
            self.all.push(Obligation { claim, unsatisfiable, problem });
        }
    }

    /// The same of one formula, which says what is claimed.
    pub(super) fn note_one(
        &mut self,
        names: Names,
        store: &Store,
        claim: &str,
        unsat: bool,
        formula: Formula,
    ) {
        self.note(names, store, claim.to_owned(), unsat, &[(claim.to_owned(), formula)]);
    }

    pub(super) fn add(&mut self, others: Vec<Obligation>) {
        self.all.extend(others);
    }

    pub(super) fn into_all(self) -> Vec<Obligation> {
        self.all
    }
}

impl Enumerator<'_> {
    /// What the list of one range rests on: every sign-in of each set violates, and there are none beside these sets and others.
    pub(super) fn oblige(&mut self, range: Range, listing: &Listing, others: &[Found], ledger: &mut Ledger) {
        if ledger.keeps() {
            self.sets(range, &listing.found, ledger);
            self.nothing_else(range, listing, others, ledger);
        }
    }

    /// In each set, with what it needs of the unknowns, everybody whom the premise is about violates.
    fn sets(&mut self, range: Range, found: &[Found], ledger: &mut Ledger) {
        if found.is_empty() {
            return;
        }
        if !self.options.project.is_empty() {
            return found.iter().for_each(|one| self.projected_set(range, one, ledger));
        }
        let mut sets = Vec::new();
        for one in found {
            let inside: Vec<Formula> =
                one.literals.iter().map(|literal| self.store.atom(literal.var, literal.not)).collect();
            let outside = self.store.or(inside);
            sets.push(self.store.not(outside));
        }
        let some = self.store.or(sets);
        let passes = self.store.not(self.question.violation);
        let asserted = [
            ("whom the property is about".to_owned(), self.question.premise),
            ("a sign-in of one of the sets".to_owned(), some),
            ("it does not violate".to_owned(), passes),
        ];
        let claim =
            format!("every sign-in of each of the {} sets of range {} violates", found.len(), range.name());
        ledger.note(Names::of(self.analysis, self.question), &self.store, claim, true, &asserted);
    }

    /// For each combination of values of a set somebody violates.
    fn projected_set(&mut self, range: Range, one: &Found, ledger: &mut Ledger) {
        let inside: Vec<Formula> =
            one.literals.iter().map(|literal| self.store.atom(literal.var, literal.not)).collect();
        let outside = self.store.or(inside);
        let inside = self.store.not(outside);
        let mut asserted = vec![("a combination of values of the set".to_owned(), inside)];
        for violates in &one.people {
            asserted.push(("this one of them does not violate".to_owned(), self.store.not(*violates)));
        }
        let claim = format!("for each combination of a set of range {} somebody violates", range.name());
        ledger.note(Names::of(self.analysis, self.question), &self.store, claim, true, &asserted);
    }

    /// Nobody else violates: at all, or with so many memberships.
    fn nothing_else(&mut self, range: Range, listing: &Listing, others: &[Found], ledger: &mut Ledger) {
        let account = &listing.account;
        let most = match (account.status, account.beyond) {
            (EnumerationStatus::Complete, Beyond::None) => None,
            (EnumerationStatus::Complete | EnumerationStatus::UpTo, _) => {
                Some(self.options.memberships.min(self.analysis.memberships().len()))
            }
            (EnumerationStatus::Truncated | EnumerationStatus::Stopped, _) => return,
        };
        let in_range = self.in_range(range);
        let mut asserted = vec![
            ("somebody violates".to_owned(), self.question.violation),
            (format!("of range {}", range.name()), in_range),
        ];
        for one in listing.found.iter().chain(others) {
            let covered =
                if one.needs.len() == 1 { one.literals.clone() } else { self.covered(&one.literals) };
            let outside: Vec<Formula> =
                covered.iter().map(|literal| self.store.atom(literal.var, literal.not)).collect();
            asserted.push(("not of this set".to_owned(), self.store.or(outside)));
        }
        let mut claim = format!("nobody else of range {} violates", range.name());
        if let Some(most) = most {
            asserted.push((format!("at most {most} memberships"), self.at_most(most)));
            claim += &format!(" with at most {most} memberships");
        }
        ledger.note(Names::of(self.analysis, self.question), &self.store, claim, true, &asserted);
    }

    /// No more than so many memberships.
    fn at_most(&mut self, most: usize) -> Formula {
        // For each number, whether there are so many among the first ones; none are always there.
        let mut least = vec![self.store.constant(true)];
        for var in self.analysis.memberships() {
            let outside = self.store.atom(var, 0);
            let member = self.store.not(outside);
            let mut next = vec![self.store.constant(true)];
            for count in 1..=most + 1 {
                let before = least.get(count).copied().unwrap_or_else(|| self.store.constant(false));
                let one_less = least.get(count - 1).copied().unwrap_or_else(|| self.store.constant(false));
                let with_this = self.store.and([one_less, member]);
                next.push(self.store.or([before, with_this]));
            }
            least = next;
        }
        let more = least.get(most + 1).copied().unwrap_or_else(|| self.store.constant(false));
        self.store.not(more)
    }
}
