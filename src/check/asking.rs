//! What a policy asks for, and of whom: questions about a single policy that causes are told by.

use crate::model::{Control, ExternalTenants, Guests, Policy, UserRef};

/// The policy asks for MFA or a strength.
pub(super) fn demands(policy: &Policy) -> bool {
    policy.controls().iter().any(|control| matches!(control, Control::Mfa | Control::Strength(_)))
}

/// It asks for something, and not only that nobody gets in.
pub(super) fn asks(policy: &Policy) -> bool {
    policy.controls().iter().any(|control| *control != Control::Block)
}

pub(super) fn asks_for_device(policy: &Policy) -> bool {
    policy.controls().iter().any(|c| matches!(c, Control::CompliantDevice | Control::HybridDevice))
}

pub(super) fn excludes_guests(policy: &Policy, kind: &str) -> bool {
    let exclude = &policy.users.exclude;
    exclude.users.contains(&UserRef::GuestsOrExternalUsers)
        || exclude.guests.as_ref().is_some_and(|g| names(g, kind))
}

/// The policy is for people of chosen home tenants.
pub(super) fn enumerates(policy: &Policy) -> bool {
    let guests = policy.users.include.guests.as_ref();
    guests.is_some_and(|guests| matches!(guests.tenants, ExternalTenants::Enumerated(_)))
}

/// The policy is for some external kinds, and not for this one.
pub(super) fn names_guests(policy: &Policy, kind: &str) -> bool {
    policy.users.include.guests.as_ref().is_some_and(|guests| !names(guests, kind))
}

fn names(guests: &Guests, kind: &str) -> bool {
    guests.kinds.known.iter().any(|known| known.name() == kind)
}
