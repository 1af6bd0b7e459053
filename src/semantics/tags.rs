//! The numbering of labels: rules first, then policies.

use super::RuleId;
use crate::logic::Tag;

/// The first number that is a policy's.
pub(super) const POLICIES: usize = 10_000;

pub(super) fn of_rule(rule: RuleId) -> Tag {
    Tag(rule as u32)
}

pub(super) fn of_policy(policy: usize) -> Tag {
    Tag(u32::try_from(POLICIES + policy).unwrap_or(u32::MAX))
}
