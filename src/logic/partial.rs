//! Evaluation where some variables are not known: true, false, or neither. Compiled once for many valuations.

use super::formula::{Formula, Node, Store, Var};

/// What is known of a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Possible {
    /// It has this value.
    One(u16),
    /// Any value but the first.
    NotFirst,
    /// Anything.
    Any,
}

/// The nodes below some formulas, children before parents.
#[derive(Clone, Debug)]
pub struct Partial {
    order: Vec<(usize, Node)>,
    size: usize,
}

impl Partial {
    /// Prepares the evaluation of these formulas.
    pub fn of(store: &Store, roots: impl IntoIterator<Item = Formula>) -> Self {
        let mut wanted = vec![false; store.len()];
        let mut stack: Vec<Formula> = roots.into_iter().collect();
        while let Some(f) = stack.pop() {
            let Some(slot) = wanted.get_mut(f.0 as usize) else { continue };
            if std::mem::replace(slot, true) {
                continue;
            }
            match store.node(f) {
                Node::Const(_) | Node::Atom(..) => {}
                Node::Not(inner) | Node::Tagged(_, inner) => stack.push(*inner),
                Node::And(parts) | Node::Or(parts) => stack.extend(parts.iter().copied()),
            }
        }
        // A node is made after its parts, so the order of making is one in which parts come first.
        let numbered = wanted.iter().enumerate().filter(|(_, wanted)| **wanted);
        let order = numbered.filter_map(|(at, _)| {
            let f = Formula(u32::try_from(at).ok()?);
            Some((at, store.node(f).clone()))
        });
        Self { order: order.collect(), size: store.len() }
    }

    /// The values of all prepared formulas.
    pub fn run(&self, known: &dyn Fn(Var) -> Possible) -> Values {
        let mut values = Values(vec![None; self.size]);
        for (at, node) in &self.order {
            let value = match node {
                Node::Const(value) => Some(*value),
                Node::Atom(var, value) => match known(*var) {
                    Possible::One(one) => Some(one == *value),
                    Possible::NotFirst if *value == 0 => Some(false),
                    Possible::NotFirst | Possible::Any => None,
                },
                Node::Not(inner) => values.of(*inner).map(|value| !value),
                Node::Tagged(_, inner) => values.of(*inner),
                Node::And(parts) => values.decided(parts, false),
                Node::Or(parts) => values.decided(parts, true),
            };
            if let Some(slot) = values.0.get_mut(*at) {
                *slot = value;
            }
        }
        values
    }
}

/// What a [`Partial`] found.
#[derive(Clone, Debug)]
pub struct Values(Vec<Option<bool>>);

impl Values {
    /// The value of a prepared formula; `None` where it hangs on what is not known.
    pub fn of(&self, f: Formula) -> Option<bool> {
        self.0.get(f.0 as usize).copied().flatten()
    }

    /// `decisive` if one part is that, the opposite if all parts are, else unknown.
    fn decided(&self, parts: &[Formula], decisive: bool) -> Option<bool> {
        let mut result = Some(!decisive);
        for part in parts {
            match self.of(*part) {
                Some(value) if value == decisive => return Some(decisive),
                Some(_) => {}
                None => result = None,
            }
        }
        result
    }
}
