//! A set of scenarios, given by the values that some dimensions may take.

use std::collections::{BTreeMap, BTreeSet};

use crate::logic::{Assignment, Var};

/// For each constrained variable the values it may have; a variable that is not named may have any.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Cube(pub BTreeMap<Var, BTreeSet<u16>>);

impl Cube {
    /// How many variables it constrains.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it constrains nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a valuation is a member.
    pub fn holds(&self, assignment: &Assignment) -> bool {
        self.0.iter().all(|(var, values)| values.contains(&assignment.get(*var)))
    }

    /// The values that a variable may have, if it is constrained.
    pub fn allows(&self, var: Var, value: u16) -> bool {
        self.0.get(&var).is_none_or(|values| values.contains(&value))
    }
}
