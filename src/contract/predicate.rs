//! Sets of sign-ins, as contracts describe them.

use std::collections::BTreeSet;

use crate::model::Id;
use crate::scenario::Key;

/// One thing that can be so or not of a sign-in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fact {
    /// A dimension has this value, by name.
    Is(Key, String),
    /// What is asked for is an application of a suite.
    InSuite(Suite),
    /// The sign-in comes from inside a named location.
    Inside(Id),
}

/// A suite that stands for several applications.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Suite {
    /// `Office365`.
    Office365,
    /// `MicrosoftAdminPortals`.
    AdminPortals,
}

/// A set of sign-ins: a finite combination of facts, so that it becomes a formula as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Predicate {
    /// All sign-ins, or none.
    Constant(bool),
    /// Those of which a fact is so.
    Fact(Fact),
    /// All others.
    Not(Box<Predicate>),
    /// Those in each.
    All(Vec<Predicate>),
    /// Those in one at least.
    Any(Vec<Predicate>),
}

impl Predicate {
    /// A dimension has one of these values.
    pub(super) fn one_of(key: &Key, values: impl IntoIterator<Item = String>) -> Self {
        Self::Any(values.into_iter().map(|value| Self::Fact(Fact::Is(key.clone(), value))).collect())
    }

    /// All other sign-ins.
    pub(super) fn negated(self) -> Self {
        Self::Not(Box::new(self))
    }

    /// Both are so, or neither is.
    pub(super) fn same(a: Self, b: Self) -> Self {
        let both = Self::All(vec![a.clone(), b.clone()]);
        let neither = Self::All(vec![a.negated(), b.negated()]);
        Self::Any(vec![both, neither])
    }

    /// Every fact that it speaks of.
    pub fn facts(&self) -> BTreeSet<&Fact> {
        match self {
            Self::Constant(_) => BTreeSet::new(),
            Self::Fact(fact) => BTreeSet::from([fact]),
            Self::Not(part) => part.facts(),
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::facts).collect(),
        }
    }

    /// The dimensions behind them. Where a sign-in comes from is told by address, country and network.
    pub fn keys(&self) -> BTreeSet<Key> {
        let of = |fact: &Fact| match fact {
            Fact::Is(key, _) => vec![key.clone()],
            Fact::InSuite(_) => vec![Key::Target],
            Fact::Inside(id) => vec![Key::Address, Key::Country, Key::Network(id.clone())],
        };
        self.facts().into_iter().flat_map(of).collect()
    }
}
