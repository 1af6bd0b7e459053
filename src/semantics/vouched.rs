//! Vouched that a question may leave out: who gets in with it, and would not without?

use super::assumption::Assumptions;
use super::context::Cx;
use super::meaning::{Meaning, build};
use crate::model::Tenant;
use crate::scenario::Space;

/// What a tenant takes somebody else's word for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Vouched {
    /// MFA that the identity provider of a domain of a home tenant asserts (FED-10).
    FederatedMfa,
    /// MFA of home tenants that have no partner entry (XT-22).
    ForeignMfa,
    /// Device claims of home tenants that have no partner entry (XT-22).
    ForeignDevice,
    /// What was proved at home with a method that this tenant does not allow the person (STR-32).
    WeakHomeMethod,
}

/// The same tenant where this evidence does not count. The meanings share formulas and unknowns; the new one holds them, and
/// [`Meaning::share`] gives them back.
pub fn interpret_without(
    meaning: &mut Meaning,
    tenant: &Tenant,
    space: &Space,
    assumptions: &Assumptions,
    vouched: Vouched,
) -> Meaning {
    build(Cx {
        f: std::mem::take(&mut meaning.store),
        space,
        tenant,
        unknowns: meaning.unknowns.clone(),
        assumptions,
        home: None,
        flipped: meaning.flipped,
        without: Some(vouched),
    })
}

impl Meaning {
    /// Takes formulas and unknowns over from a meaning that was built on this one.
    pub fn share(&mut self, other: Self) {
        self.store = other.store;
        self.unknowns = other.unknowns;
    }
}
