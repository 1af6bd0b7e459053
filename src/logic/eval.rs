//! Concrete evaluation, and which labelled parts decided the value.

use std::collections::BTreeSet;

use super::formula::{Assignment, Formula, Node, Store, Tag};

/// Evaluation of many formulas under one assignment; remembers what it has seen.
#[derive(Debug)]
pub struct Evaluation<'a> {
    store: &'a Store,
    assignment: &'a Assignment,
    known: Vec<Option<bool>>,
}

impl<'a> Evaluation<'a> {
    /// An evaluation of formulas of `store` under `assignment`.
    pub fn new(store: &'a Store, assignment: &'a Assignment) -> Self {
        Self { store, assignment, known: vec![None; store.len()] }
    }

    /// The value of `f`.
    pub fn value(&mut self, f: Formula) -> bool {
        if let Some(Some(value)) = self.known.get(f.0 as usize) {
            return *value;
        }
        let store = self.store;
        let value = match store.node(f) {
            Node::Const(value) => *value,
            Node::Atom(var, value) => self.assignment.get(*var) == *value,
            Node::Not(inner) => !self.value(*inner),
            Node::Tagged(_, inner) => self.value(*inner),
            Node::And(parts) => parts.iter().all(|part| self.value(*part)),
            Node::Or(parts) => parts.iter().any(|part| self.value(*part)),
        };
        if let Some(slot) = self.known.get_mut(f.0 as usize) {
            *slot = Some(value);
        }
        value
    }

    /// The labels on the parts that decided the value of `f`: all parts of a true conjunction or a false disjunction,
    /// the false parts of a false conjunction, the first true part of a true disjunction.
    pub fn explain(&mut self, f: Formula, into: &mut BTreeSet<Tag>) {
        let mut seen = rustc_hash::FxHashSet::default();
        self.explain_once(f, into, &mut seen);
    }

    fn explain_once(
        &mut self,
        f: Formula,
        into: &mut BTreeSet<Tag>,
        seen: &mut rustc_hash::FxHashSet<Formula>,
    ) {
        if !seen.insert(f) {
            return;
        }
        let value = self.value(f);
        let store = self.store;
        match store.node(f) {
            Node::Const(_) | Node::Atom(..) => {}
            Node::Not(inner) => self.explain_once(*inner, into, seen),
            Node::Tagged(tag, inner) => {
                into.insert(*tag);
                self.explain_once(*inner, into, seen);
            }
            Node::And(parts) => {
                for part in parts {
                    if value || !self.value(*part) {
                        self.explain_once(*part, into, seen);
                    }
                }
            }
            Node::Or(parts) => {
                for part in parts {
                    if !value {
                        self.explain_once(*part, into, seen);
                    } else if self.value(*part) {
                        self.explain_once(*part, into, seen);
                        break;
                    }
                }
            }
        }
    }
}

impl Store {
    /// The value of one formula under an assignment.
    pub fn eval(&self, f: Formula, assignment: &Assignment) -> bool {
        Evaluation::new(self, assignment).value(f)
    }
}
