//! A search in two solvers: a [`Probe`] goes ahead, and Z3 has the last word on there being nothing.

use std::collections::BTreeSet;

use batsat::Lit;
use z3::ast::Bool;

use super::probe::Probe;
use super::session::{Answer, Limits, Literal};
use super::topic::{Conversation, Topic};
use crate::logic::{Formula, Store, Var};

/// The same assertions in both solvers.
pub struct Tandem<'d> {
    ahead: Probe<'d>,
    last: Topic<'d>,
}

/// Something that holds only in the questions that assume it.
#[derive(Clone)]
pub struct Switch(Lit, Bool);

impl<'d> Tandem<'d> {
    /// A new one; `domain` gives the number of values of a variable.
    pub fn new(domain: &'d dyn Fn(Var) -> usize, limits: Limits) -> Self {
        Self::on(Conversation::new(domain, limits).topic(), domain, limits)
    }

    /// One that asks Z3 in a conversation that goes on already.
    pub fn on(topic: Topic<'d>, domain: &'d dyn Fn(Var) -> usize, limits: Limits) -> Self {
        Self { ahead: Probe::ahead(domain, limits), last: topic }
    }

    /// One whose probe goes on for long before it leaves a question to the session.
    pub fn patient(domain: &'d dyn Fn(Var) -> usize, limits: Limits) -> Self {
        let last = Conversation::new(domain, limits).topic();
        Self { ahead: Probe::patient(domain, limits), last }
    }

    /// Asserts a formula.
    pub fn assert(&mut self, store: &Store, f: Formula) {
        self.ahead.assert(store, f);
        self.last.assert(store, f);
    }

    /// Asserts that not all of these literals hold: a cube is excluded.
    pub fn exclude(&mut self, cube: &BTreeSet<Literal>) {
        self.ahead.exclude(cube);
        self.last.exclude(cube);
    }

    /// A switch that excludes a cube.
    pub fn exclude_under(&mut self, cube: &BTreeSet<Literal>) -> Switch {
        Switch(self.ahead.exclude_under(cube), self.last.exclude_under(cube))
    }

    /// A switch that asserts a formula.
    pub fn under(&mut self, store: &Store, f: Formula) -> Switch {
        Switch(self.ahead.under(store, f), self.last.under(store, f))
    }

    /// A switch that lets at most `limit` of the variables have a value other than 0.
    pub fn at_most(&mut self, vars: &[Var], limit: usize) -> Switch {
        Switch(self.ahead.at_most(vars, limit), self.last.at_most(vars, limit))
    }

    /// Asks under assumptions. A valuation is a proposal, to be confirmed by whoever builds on it; a contradiction is certain.
    /// Both are the probe's as far as it finds them: which of many Z3 names differs from one release of Z3 to the next.
    pub fn check(&mut self, switches: &[&Switch], assumed: &[Literal], wanted: &[Var]) -> Answer {
        let on: Vec<Lit> = switches.iter().map(|switch| switch.0).collect();
        let terms: Vec<Bool> = switches.iter().map(|switch| switch.1.clone()).collect();
        match self.ahead.check_under(&on, assumed, wanted) {
            Answer::Sat(proposal) => return Answer::Sat(proposal),
            Answer::Unsat(core) => {
                let least: Vec<Literal> = core.iter().copied().collect();
                if let Answer::Unsat(_) = self.last.check_under(&terms, &least, &[]) {
                    return Answer::Unsat(core);
                }
            }
            Answer::Unknown(_) => {}
        }
        match self.last.check_under(&terms, assumed, wanted) {
            Answer::Sat(found) => match self.ahead.finish(&on, assumed, wanted) {
                Answer::Sat(proposal) => Answer::Sat(proposal),
                _ => Answer::Sat(found),
            },
            answer => answer,
        }
    }
}
