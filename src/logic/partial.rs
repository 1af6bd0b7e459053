//! Evaluation where some variables are not known: true, false, or neither. Compiled once for many valuations.

use std::collections::BTreeMap;

use super::formula::{Formula, Node, Store, Var};

/// What is known of a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Possible {
    /// It has this value.
    One(u16),
    /// Any value but the first.
    NotFirst,
    /// One of these, by bits; of a variable with no more than 32 values.
    In(u32),
    /// Anything.
    Any,
}

impl Possible {
    /// Whether it has a value, where that is known.
    fn is(self, value: u16) -> Option<bool> {
        let bit = 1_u32.checked_shl(u32::from(value)).unwrap_or(0);
        match self {
            Self::One(one) => Some(one == value),
            Self::NotFirst if value == 0 => Some(false),
            Self::In(set) if set & bit == 0 => Some(false),
            Self::In(set) if set == bit => Some(true),
            Self::NotFirst | Self::In(_) | Self::Any => None,
        }
    }
}

/// The nodes below some formulas, children before parents.
#[derive(Clone, Debug)]
pub struct Partial {
    order: Vec<Step>,
    size: usize,
}

/// One node with its place.
#[derive(Clone, Debug)]
struct Step {
    at: usize,
    node: Node,
    /// For a disjunction the values of one variable among its parts, by bits: together they may be all that are left.
    unions: Vec<(Var, u32)>,
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
            let node = store.node(Formula(u32::try_from(at).ok()?)).clone();
            let unions = if let Node::Or(parts) = &node { unions(store, parts) } else { Vec::new() };
            Some(Step { at, node, unions })
        });
        Self { order: order.collect(), size: store.len() }
    }

    /// The values of all prepared formulas.
    pub fn run(&self, known: &dyn Fn(Var) -> Possible) -> Values {
        let mut values = Values(vec![None; self.size]);
        for Step { at, node, unions } in &self.order {
            let value = match node {
                Node::Const(value) => Some(*value),
                Node::Atom(var, value) => known(*var).is(*value),
                Node::Not(inner) => values.of(*inner).map(|value| !value),
                Node::Tagged(_, inner) => values.of(*inner),
                Node::And(parts) => values.decided(parts, false),
                Node::Or(parts) => values.decided(parts, true).or_else(|| covers(unions, known)),
            };
            if let Some(slot) = values.0.get_mut(*at) {
                *slot = value;
            }
        }
        values
    }
}

/// The values that each variable has among the parts of a disjunction, where they are several.
fn unions(store: &Store, parts: &[Formula]) -> Vec<(Var, u32)> {
    let mut sets: BTreeMap<Var, u32> = BTreeMap::new();
    for part in parts {
        if let Node::Atom(var, value) = store.node(*part) {
            *sets.entry(*var).or_default() |= 1_u32.checked_shl(u32::from(*value)).unwrap_or(0);
        }
    }
    sets.into_iter().filter(|(_, set)| set.count_ones() > 1).collect()
}

/// True where a disjunction holds every value that a variable can have.
fn covers(unions: &[(Var, u32)], known: &dyn Fn(Var) -> Possible) -> Option<bool> {
    let covers = |(var, set): &(Var, u32)| matches!(known(*var), Possible::In(left) if left & !set == 0);
    unions.iter().any(covers).then_some(true)
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
