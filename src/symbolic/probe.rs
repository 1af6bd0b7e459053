//! Thousands of small questions about one formula: the same conversation as a [`Session`](super::Session), with a solver that
//! only propagates and backtracks. Preparing a question costs Z3 more than answering it; here there is nothing to prepare.
//!
//! What is found with a probe is a proposal. Whoever builds a verdict on it asks a session once more.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::{Duration, Instant};

use batsat::{Callbacks, Lit, Solver, SolverInterface, SolverOpts, lbool};
use rustc_hash::FxHashMap;

use super::session::{Answer, Limits, Literal};
use crate::logic::{Assignment, Formula, Node, Store, Var};

/// Domains up to this size get a clause for each pair of values that exclude each other, larger ones a chain.
const PAIRS: usize = 6;

/// Steps after which whoever went ahead leaves the question to the other solver: what there is, is mostly found by then.
const AHEAD: u32 = 2000;

/// Steps after which a search is given up for good.
const PATIENT: u32 = 20_000;

/// A solver with what was asserted so far.
pub struct Probe<'d> {
    solver: Solver<Budget>,
    domain: &'d dyn Fn(Var) -> usize,
    limits: Limits,
    symbols: BTreeMap<Var, Vec<Lit>>,
    memo: FxHashMap<Formula, Lit>,
    always: Lit,
}

/// What is left of the limits for the question at hand.
#[derive(Default)]
struct Budget {
    until: Cell<Option<Instant>>,
    steps: Cell<Option<u32>>,
}

impl Callbacks for Budget {
    fn stop(&self) -> bool {
        if let Some(left) = self.steps.get() {
            self.steps.set(Some(left.saturating_sub(1)));
        }
        self.steps.get() == Some(0) || self.until.get().is_some_and(|until| Instant::now() > until)
    }
}

/// The limits with no more than so many steps.
fn within(limits: Limits, steps: u32) -> Limits {
    Limits { steps: Some(limits.steps.map_or(steps, |own| own.min(steps))), ..limits }
}

impl<'d> Probe<'d> {
    /// A new one; `domain` gives the number of values of a variable. A step is a decision.
    pub fn new(domain: &'d dyn Fn(Var) -> usize, limits: Limits) -> Self {
        let mut solver = Solver::new(SolverOpts::default(), Budget::default());
        let always = Lit::new(solver.new_var_default(), true);
        solver.add_clause_reuse(&mut vec![always]);
        Self { solver, domain, limits, symbols: BTreeMap::new(), memo: FxHashMap::default(), always }
    }

    /// One that goes ahead of a session.
    pub(super) fn ahead(domain: &'d dyn Fn(Var) -> usize, limits: Limits) -> Self {
        Self::new(domain, within(limits, AHEAD))
    }

    /// One that goes on for long.
    pub(super) fn patient(domain: &'d dyn Fn(Var) -> usize, limits: Limits) -> Self {
        Self::new(domain, within(limits, PATIENT))
    }

    /// A literal that is decided, `likely` first.
    fn decided(&mut self, likely: bool) -> Lit {
        let first = if likely { lbool::TRUE } else { lbool::FALSE };
        Lit::new(self.solver.new_var(first, true), true)
    }

    /// A literal that follows from others: nothing is decided about it.
    fn derived(&mut self) -> Lit {
        Lit::new(self.solver.new_var(lbool::UNDEF, false), true)
    }

    fn clause(&mut self, literals: impl IntoIterator<Item = Lit>) {
        let mut clause: Vec<Lit> = literals.into_iter().collect();
        self.solver.add_clause_reuse(&mut clause);
    }

    /// One literal for each value, exactly one of them true; a variable with two values needs only one. The first value is
    /// tried first: proposals are then as plain as can be.
    fn symbols(&mut self, var: Var) -> Vec<Lit> {
        if let Some(known) = self.symbols.get(&var) {
            return known.clone();
        }
        let made = match (self.domain)(var) {
            0 | 1 => vec![self.always],
            2 => {
                let yes = self.decided(false);
                vec![!yes, yes]
            }
            size => {
                let values: Vec<Lit> = (0..size).map(|value| self.decided(value == 0)).collect();
                self.clause(values.iter().copied());
                self.at_most_one(&values);
                values
            }
        };
        self.symbols.insert(var, made.clone());
        made
    }

    fn at_most_one(&mut self, values: &[Lit]) {
        if values.len() <= PAIRS {
            for (at, first) in values.iter().enumerate() {
                for second in values.iter().skip(at + 1) {
                    self.clause([!*first, !*second]);
                }
            }
            return;
        }
        // Each link says that one of the values so far is true.
        let mut link: Option<Lit> = None;
        for value in values {
            let next = self.derived();
            self.clause([!*value, next]);
            if let Some(before) = link {
                self.clause([!before, next]);
                self.clause([!before, !*value]);
            }
            link = Some(next);
        }
    }

    fn symbol(&mut self, var: Var, value: u16) -> Lit {
        let never = !self.always;
        self.symbols(var).get(usize::from(value)).copied().unwrap_or(never)
    }

    /// A literal that is true exactly where the formula is.
    fn encode(&mut self, store: &Store, f: Formula) -> Lit {
        if let Some(known) = self.memo.get(&f) {
            return *known;
        }
        let made = match store.node(f) {
            Node::Const(true) => self.always,
            Node::Const(false) => !self.always,
            Node::Atom(var, value) => self.symbol(*var, *value),
            Node::Not(inner) => !self.encode(store, *inner),
            Node::Tagged(_, inner) => self.encode(store, *inner),
            Node::And(parts) => {
                let parts: Vec<Lit> = parts.iter().map(|part| self.encode(store, *part)).collect();
                self.conjunction(&parts)
            }
            Node::Or(parts) => {
                let parts: Vec<Lit> = parts.iter().map(|part| !self.encode(store, *part)).collect();
                !self.conjunction(&parts)
            }
        };
        self.memo.insert(f, made);
        made
    }

    fn conjunction(&mut self, parts: &[Lit]) -> Lit {
        let all = self.derived();
        for part in parts {
            self.clause([!all, *part]);
        }
        self.clause(parts.iter().map(|part| !*part).chain([all]));
        all
    }

    /// Asserts a formula.
    pub fn assert(&mut self, store: &Store, f: Formula) {
        let holds = self.encode(store, f);
        self.clause([holds]);
    }

    /// Asserts that not all of these literals hold.
    pub fn exclude(&mut self, cube: &BTreeSet<Literal>) {
        let terms: Vec<Lit> = cube.iter().map(|literal| self.symbol(literal.var, literal.not)).collect();
        self.clause(terms);
    }

    /// The same while the returned literal is assumed.
    pub(super) fn exclude_under(&mut self, cube: &BTreeSet<Literal>) -> Lit {
        let switch = self.derived();
        let terms: Vec<Lit> = cube.iter().map(|literal| self.symbol(literal.var, literal.not)).collect();
        self.clause(terms.into_iter().chain([!switch]));
        switch
    }

    /// A literal that, while it is assumed, asserts a formula.
    pub(super) fn under(&mut self, store: &Store, f: Formula) -> Lit {
        let holds = self.encode(store, f);
        let switch = self.derived();
        self.clause([!switch, holds]);
        switch
    }

    /// A literal that, while it is assumed, lets at most `limit` of the variables have a value other than 0.
    pub(super) fn at_most(&mut self, vars: &[Var], limit: usize) -> Lit {
        // After each variable: for each number up to one too many, whether at least so many were counted.
        let mut counted: Vec<Lit> = vec![!self.always; limit + 1];
        for var in vars {
            let other = !self.symbol(*var, 0);
            let next: Vec<Lit> = counted.iter().map(|_| self.derived()).collect();
            let mut fewer = self.always;
            for (before, after) in counted.iter().zip(&next) {
                self.clause([!*before, *after]);
                self.clause([!fewer, !other, *after]);
                fewer = *before;
            }
            counted = next;
        }
        let switch = self.derived();
        if let Some(too_many) = counted.last() {
            self.clause([!switch, !*too_many]);
        }
        switch
    }

    /// Asks under assumptions. The valuation covers the variables of `wanted`.
    pub fn check(&mut self, assumed: &[Literal], wanted: &[Var]) -> Answer {
        self.check_under(&[], assumed, wanted)
    }

    /// The same with switches on.
    pub(super) fn check_under(&mut self, switches: &[Lit], assumed: &[Literal], wanted: &[Var]) -> Answer {
        let (mut terms, back) = self.assumptions(assumed);
        terms.extend(switches);
        for var in wanted {
            self.symbols(*var);
        }
        let until = |milliseconds| Instant::now() + Duration::from_millis(u64::from(milliseconds));
        let budget = self.solver.cb();
        budget.until.set(self.limits.milliseconds.map(until));
        budget.steps.set(self.limits.steps);
        let answer = self.solver.solve_limited(&terms);
        if answer == lbool::TRUE {
            return Answer::Sat(self.decode(wanted));
        }
        if answer == lbool::FALSE {
            // The core is a clause: that not all of these assumptions hold.
            let core = self.solver.unsat_core().iter();
            let core = core.filter_map(|term| back.get(&!*term)).flatten().copied().collect();
            return Answer::Unsat(core);
        }
        Answer::Unknown("the limit of one question".into())
    }

    /// The same with patience, after another solver found that there is an answer.
    pub(super) fn finish(&mut self, switches: &[Lit], assumed: &[Literal], wanted: &[Var]) -> Answer {
        let limits = self.limits;
        self.limits = within(Limits { steps: None, ..limits }, PATIENT);
        let answer = self.check_under(switches, assumed, wanted);
        self.limits = limits;
        answer
    }

    /// What is assumed, each term with the literals that it stands for: all but one value of a variable excluded is one term.
    fn assumptions(&mut self, assumed: &[Literal]) -> (Vec<Lit>, HashMap<Lit, Vec<Literal>>) {
        let mut terms = Vec::new();
        let mut back = HashMap::new();
        for alike in assumed.chunk_by(|one, next| one.var == next.var) {
            let Some(var) = alike.first().map(|literal| literal.var) else { continue };
            let size = (self.domain)(var);
            let left = || (0..size).filter_map(|value| u16::try_from(value).ok());
            let mut left = left().filter(|value| alike.iter().all(|literal| literal.not != *value));
            let fixed = left.next().filter(|_| left.next().is_none());
            match fixed {
                Some(value) => {
                    let term = self.symbol(var, value);
                    terms.push(term);
                    back.entry(term).or_insert_with(Vec::new).extend(alike);
                }
                None => {
                    for literal in alike {
                        let term = !self.symbol(var, literal.not);
                        terms.push(term);
                        back.entry(term).or_insert_with(Vec::new).push(*literal);
                    }
                }
            }
        }
        (terms, back)
    }

    fn decode(&mut self, wanted: &[Var]) -> Assignment {
        let mut at = Assignment::default();
        for var in wanted {
            let symbols = self.symbols(*var);
            let holds = |term: &Lit| self.solver.value_lit(*term) == lbool::TRUE;
            let value = symbols.iter().position(holds).unwrap_or(0);
            at.set(*var, u16::try_from(value).unwrap_or(0));
        }
        at
    }
}
