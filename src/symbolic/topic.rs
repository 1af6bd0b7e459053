//! Several lines of questions to one [`Session`]: what is asserted in one says nothing in the others, and what they share is
//! prepared once.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use z3::ast::Bool;

use super::session::{Answer, Limits, Literal, Session};
use crate::logic::{Formula, Store, Var};

/// A session that several lines of questions use.
pub struct Conversation<'d>(Rc<RefCell<Session<'d>>>);

/// One line of questions.
pub struct Topic<'d> {
    session: Rc<RefCell<Session<'d>>>,
    /// Assumed in each question of this line and in no other.
    on: Bool,
}

impl<'d> Conversation<'d> {
    /// A new one; `domain` gives the number of values of a variable.
    pub fn new(domain: &'d dyn Fn(Var) -> usize, limits: Limits) -> Self {
        Self(Rc::new(RefCell::new(Session::new(domain, limits))))
    }

    /// A new line of questions.
    pub fn topic(&self) -> Topic<'d> {
        let on = self.0.borrow_mut().indicator();
        Topic { session: Rc::clone(&self.0), on }
    }
}

impl Topic<'_> {
    /// Asserts a formula.
    pub fn assert(&mut self, store: &Store, f: Formula) {
        self.session.borrow_mut().assert_where(&self.on, store, f);
    }

    /// Asserts that not all of these literals hold: a cube is excluded.
    pub fn exclude(&mut self, cube: &BTreeSet<Literal>) {
        self.session.borrow_mut().exclude_where(&self.on, cube);
    }

    /// A term that, while it is assumed, excludes a cube.
    pub(super) fn exclude_under(&mut self, cube: &BTreeSet<Literal>) -> Bool {
        self.session.borrow_mut().exclude_under(cube)
    }

    /// A term that, while it is assumed, asserts a formula.
    pub(super) fn under(&mut self, store: &Store, f: Formula) -> Bool {
        self.session.borrow_mut().under(store, f)
    }

    /// A term that, while it is assumed, lets at most `limit` of the variables have a value other than 0.
    pub(super) fn at_most(&mut self, vars: &[Var], limit: usize) -> Bool {
        self.session.borrow_mut().at_most(vars, limit)
    }

    /// Asks under assumptions. The valuation covers the variables of `wanted`.
    pub fn check(&mut self, assumed: &[Literal], wanted: &[Var]) -> Answer {
        self.check_under(&[], assumed, wanted)
    }

    /// The same with switches on.
    pub(super) fn check_under(&mut self, switches: &[Bool], assumed: &[Literal], wanted: &[Var]) -> Answer {
        let mut on = switches.to_vec();
        on.push(self.on.clone());
        self.session.borrow_mut().check_under(&on, assumed, wanted)
    }
}
