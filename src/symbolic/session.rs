//! One conversation with the solver.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use z3::ast::Bool;
use z3::{Params, SatResult, Solver};

use crate::logic::{Assignment, Formula, Node, Store, Var};

/// How far the solver may go for one question.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    /// Steps of the solver; deterministic.
    pub steps: Option<u32>,
    /// Milliseconds.
    pub milliseconds: Option<u32>,
}

/// What is assumed of a variable: that it does not have this value. All but one of a domain's values excluded fix it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Literal {
    /// The variable.
    pub var: Var,
    /// The value that it does not have.
    pub not: u16,
}

/// The answer to one question.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Satisfiable, by this valuation of the variables asked for.
    Sat(Assignment),
    /// Unsatisfiable under these of the assumptions.
    Unsat(BTreeSet<Literal>),
    /// The solver gave up.
    Unknown(String),
}

/// A solver with what was asserted so far. Z3's context belongs to the thread, so a session stays on one.
pub struct Session<'d> {
    solver: Solver,
    domain: &'d dyn Fn(Var) -> usize,
    symbols: BTreeMap<Var, Vec<Bool>>,
    // In order, since the order in which terms are given up is seen by the solver of the next session.
    memo: BTreeMap<Formula, Bool>,
    denials: BTreeMap<Literal, Bool>,
    indicators: u32,
}

impl<'d> Session<'d> {
    /// A new session; `domain` gives the number of values of a variable.
    pub fn new(domain: &'d dyn Fn(Var) -> usize, limits: Limits) -> Self {
        let solver = Solver::new_for_logic("QF_FD").unwrap_or_default();
        let mut params = Params::new();
        params.set_u32("random_seed", 0);
        // Models are read value by value: making them small first would cost as much as finding them.
        params.set_bool("model.compact", false);
        if let Some(steps) = limits.steps {
            params.set_u32("rlimit", steps);
        }
        if let Some(milliseconds) = limits.milliseconds {
            params.set_u32("timeout", milliseconds);
        }
        solver.set_params(&params);
        Self {
            solver,
            domain,
            symbols: BTreeMap::new(),
            memo: BTreeMap::new(),
            denials: BTreeMap::new(),
            indicators: 0,
        }
    }

    /// One Boolean for each value of the variable, exactly one of them true; a variable with two values needs only one.
    fn symbols(&mut self, var: Var) -> Vec<Bool> {
        if let Some(known) = self.symbols.get(&var) {
            return known.clone();
        }
        let size = (self.domain)(var).max(1);
        let made: Vec<Bool> = if size == 2 {
            let yes = Bool::new_const(format!("v{}", var.0));
            vec![yes.not(), yes]
        } else {
            let values: Vec<_> =
                (0..size).map(|value| Bool::new_const(format!("v{}={value}", var.0))).collect();
            let weighted: Vec<(&Bool, i32)> = values.iter().map(|value| (value, 1)).collect();
            self.solver.assert(Bool::pb_eq(&weighted, 1));
            values
        };
        self.symbols.insert(var, made.clone());
        made
    }

    fn symbol(&mut self, var: Var, value: u16) -> Bool {
        let symbols = self.symbols(var);
        symbols.get(usize::from(value)).cloned().unwrap_or_else(|| Bool::from_bool(false))
    }

    /// The term of a literal, in a form that the solver takes as an assumption.
    fn denial(&mut self, literal: Literal) -> Bool {
        if let Some(known) = self.denials.get(&literal) {
            return known.clone();
        }
        let term = match self.symbols(literal.var).as_slice() {
            [first, second] => {
                if literal.not == 0 {
                    second.clone()
                } else {
                    first.clone()
                }
            }
            _ => self.symbol(literal.var, literal.not).not(),
        };
        self.denials.insert(literal, term.clone());
        term
    }

    /// The solver's term of a formula; labels say nothing to the solver.
    fn encode(&mut self, store: &Store, f: Formula) -> Bool {
        if let Some(known) = self.memo.get(&f) {
            return known.clone();
        }
        let term = match store.node(f) {
            Node::Const(value) => Bool::from_bool(*value),
            Node::Atom(var, value) => self.symbol(*var, *value),
            Node::Not(inner) => self.encode(store, *inner).not(),
            Node::Tagged(_, inner) => self.encode(store, *inner),
            Node::And(parts) => {
                let parts: Vec<_> = parts.iter().map(|part| self.encode(store, *part)).collect();
                Bool::and(&parts)
            }
            Node::Or(parts) => {
                let parts: Vec<_> = parts.iter().map(|part| self.encode(store, *part)).collect();
                Bool::or(&parts)
            }
        };
        self.memo.insert(f, term.clone());
        term
    }

    /// Asserts a formula.
    pub fn assert(&mut self, store: &Store, f: Formula) {
        let term = self.encode(store, f);
        self.solver.assert(&term);
    }

    /// Asserts that not all of these literals hold: a cube is excluded.
    pub fn exclude(&mut self, cube: &BTreeSet<Literal>) {
        let terms: Vec<_> = cube.iter().map(|literal| self.symbol(literal.var, literal.not)).collect();
        self.solver.assert(Bool::or(&terms));
    }

    /// The same while the returned term is assumed.
    pub(super) fn exclude_under(&mut self, cube: &BTreeSet<Literal>) -> Bool {
        let terms: Vec<_> = cube.iter().map(|literal| self.symbol(literal.var, literal.not)).collect();
        self.switch(&Bool::or(&terms))
    }

    /// A term that, while it is assumed, lets at most `limit` of the variables have a value other than 0.
    pub(super) fn at_most(&mut self, vars: &[Var], limit: usize) -> Bool {
        let others: Vec<Bool> = vars.iter().map(|var| self.symbol(*var, 0).not()).collect();
        let weighted: Vec<(&Bool, i32)> = others.iter().map(|term| (term, 1)).collect();
        let limit = i32::try_from(limit).unwrap_or(i32::MAX);
        let bound = Bool::pb_le(&weighted, limit);
        self.switch(&bound)
    }

    /// A term that, while it is assumed, asserts a formula.
    pub(super) fn under(&mut self, store: &Store, f: Formula) -> Bool {
        let term = self.encode(store, f);
        self.switch(&term)
    }

    fn switch(&mut self, term: &Bool) -> Bool {
        let indicator = self.indicator();
        self.solver.assert(indicator.implies(term));
        indicator
    }

    /// A term of its own.
    pub(super) fn indicator(&mut self) -> Bool {
        self.indicators += 1;
        Bool::new_const(format!("switch{}", self.indicators))
    }

    /// Asserts a formula wherever the term is assumed.
    pub(super) fn assert_where(&mut self, on: &Bool, store: &Store, f: Formula) {
        let term = self.encode(store, f);
        self.solver.assert(on.implies(&term));
    }

    /// Excludes a cube wherever the term is assumed.
    pub(super) fn exclude_where(&mut self, on: &Bool, cube: &BTreeSet<Literal>) {
        let mut terms: Vec<_> = cube.iter().map(|literal| self.symbol(literal.var, literal.not)).collect();
        terms.push(on.not());
        self.solver.assert(Bool::or(&terms));
    }

    /// Asks under assumptions. The valuation covers the variables of `wanted`.
    pub fn check(&mut self, assumed: &[Literal], wanted: &[Var]) -> Answer {
        self.check_under(&[], assumed, wanted)
    }

    /// The same with switches on.
    pub(super) fn check_under(&mut self, switches: &[Bool], assumed: &[Literal], wanted: &[Var]) -> Answer {
        let mut terms = switches.to_vec();
        let mut back: HashMap<Bool, Literal> = HashMap::new();
        for literal in assumed {
            let term = self.denial(*literal);
            back.insert(term.clone(), *literal);
            terms.push(term);
        }
        for var in wanted {
            self.symbols(*var);
        }
        match self.solver.check_assumptions(&terms) {
            SatResult::Unsat => {
                let core = self.solver.get_unsat_core();
                Answer::Unsat(core.iter().filter_map(|term| back.get(term).copied()).collect())
            }
            SatResult::Unknown => {
                Answer::Unknown(self.solver.get_reason_unknown().unwrap_or_else(|| "no reason given".into()))
            }
            SatResult::Sat if wanted.is_empty() => Answer::Sat(Assignment::default()),
            SatResult::Sat => match self.solver.get_model() {
                Some(model) => Answer::Sat(self.decode(&model, wanted)),
                None => Answer::Unknown("satisfiable, but without a model".into()),
            },
        }
    }

    /// Each variable is evaluated through the solver's interface; no text is parsed.
    fn decode(&mut self, model: &z3::Model, wanted: &[Var]) -> Assignment {
        let mut at = Assignment::default();
        for var in wanted {
            let symbols = self.symbols(*var);
            let holds =
                |term: &Bool| model.eval(term, true).and_then(|value| value.as_bool()).unwrap_or(false);
            let value = symbols.iter().position(holds).unwrap_or(0);
            at.set(*var, u16::try_from(value).unwrap_or(0));
        }
        at
    }
}

/// The version of the linked Z3.
pub fn version() -> String {
    z3::full_version().to_owned()
}
