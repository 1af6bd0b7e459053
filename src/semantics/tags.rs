//! The numbering of labels: rules first, then policies, each with a twin.
//!
//! A claim about two sign-ins, or about one that is judged twice, has a rule or policy in it twice. Where its meaning is left open,
//! it is open twice: what it does to one says nothing of what it does to the other. So in one of the two it has its twin's label.

use super::RuleId;
use crate::logic::Tag;

/// The first number that is a policy's.
pub(super) const POLICIES: usize = 10_000;

/// What is added for the twin of a rule, and of a policy.
const TWIN_RULE: usize = 5_000;
const TWIN_POLICY: usize = 1 << 30;

/// The label in the second of two places.
pub(super) fn twin(tag: Tag) -> Tag {
    let number = tag.0 as usize;
    let added = if number < POLICIES { TWIN_RULE } else { TWIN_POLICY };
    Tag(u32::try_from(number + added).unwrap_or(u32::MAX))
}

/// The label of a label or of its twin.
pub(super) fn plain(tag: Tag) -> usize {
    let number = tag.0 as usize;
    match number {
        TWIN_POLICY.. => number - TWIN_POLICY,
        TWIN_RULE..POLICIES => number - TWIN_RULE,
        _ => number,
    }
}

pub(super) fn of_rule(rule: RuleId) -> Tag {
    Tag(rule as u32)
}

pub(super) fn of_policy(policy: usize) -> Tag {
    Tag(u32::try_from(POLICIES + policy).unwrap_or(u32::MAX))
}
