//! What a verdict takes from the solver, as questions that somebody else can ask again.

use super::analysis::Analysis;
use super::decide::Decider;
use super::enumerate::{Enumerator, Found, Listing};
use super::verdict::{Beyond, EnumerationStatus, Range};
use crate::logic::{Formula, Store, Var};
use crate::proof::{Domain, Problem};
use crate::property::Question;

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

impl Obligation {
    fn of(
        analysis: &Analysis,
        question: &Question,
        store: &Store,
        claim: String,
        unsatisfiable: bool,
        asserted: &[(String, Formula)],
    ) -> Self {
        let problem = Problem::of(store, asserted, &|var| named(analysis, question, var));
        Self { claim, unsatisfiable, problem }
    }
}

/// A variable as the report names it; the instance of an unknown with the number of its sign-in.
fn named(analysis: &Analysis, question: &Question, var: Var) -> Domain {
    if let Some(dimension) = analysis.space.dimension(var) {
        return Domain { name: dimension.key.name(), values: dimension.values.clone() };
    }
    let original = question.unknowns.get(&var).copied().unwrap_or(var);
    let unknown = analysis.meaning.unknowns.get(original);
    let (mut name, values) = match unknown {
        Some(unknown) if unknown.part.is_empty() => (unknown.key.clone(), unknown.values.clone()),
        Some(unknown) => (format!("{} [{}]", unknown.key, unknown.part), unknown.values.clone()),
        None => (format!("variable {}", var.0), vec!["it".into()]),
    };
    if original != var {
        name += &format!(" @{}", var.0);
    }
    Domain { name, values }
}

impl Decider<'_> {
    /// Somebody is concerned, or nobody is; somebody violates, or nobody does.
    pub(super) fn obliged(&self, claim: &str, unsatisfiable: bool, formula: Formula) -> Vec<Obligation> {
        if !self.options.evidence {
            return Vec::new();
        }
        let store = &self.analysis.meaning.store;
        let asserted = [(claim.to_owned(), formula)];
        vec![Obligation::of(self.analysis, self.question, store, claim.to_owned(), unsatisfiable, &asserted)]
    }
}

impl Enumerator<'_> {
    /// What the list of one range rests on: every sign-in of each set violates, and there are none beside these sets and others.
    pub(super) fn obligations(
        &mut self,
        range: Range,
        listing: &Listing,
        others: &[Found],
    ) -> Vec<Obligation> {
        if !self.options.evidence {
            return Vec::new();
        }
        let mut all: Vec<Obligation> = self.sets(range, &listing.found).into_iter().collect();
        all.extend(self.nothing_else(range, listing, others));
        all
    }

    /// In each set, with what it needs of the unknowns, everybody whom the premise is about violates.
    fn sets(&mut self, range: Range, found: &[Found]) -> Option<Obligation> {
        if found.is_empty() {
            return None;
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
        Some(Obligation::of(self.analysis, self.question, &self.store, claim, true, &asserted))
    }

    /// Nobody else violates: at all, or with so many memberships.
    fn nothing_else(&mut self, range: Range, listing: &Listing, others: &[Found]) -> Option<Obligation> {
        let account = &listing.account;
        let most = match (account.status, account.beyond) {
            (EnumerationStatus::Complete, Beyond::None) => None,
            (EnumerationStatus::Complete | EnumerationStatus::UpTo, _) => {
                Some(self.options.memberships.min(self.analysis.memberships().len()))
            }
            (EnumerationStatus::Truncated | EnumerationStatus::Stopped, _) => return None,
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
        Some(Obligation::of(self.analysis, self.question, &self.store, claim, true, &asserted))
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
