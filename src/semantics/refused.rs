//! Combinations that the service refuses (CA-80 … CA-91): a tenant cannot hold them enabled.

use crate::model::{Control, ExternalTenants, Guests, Operator, Policy, UserAction};

/// The first reason why the service would not accept a policy.
pub fn refused(policy: &Policy) -> Option<(&'static str, &'static str)> {
    let controls = policy.controls();
    let has = |wanted: fn(&Control) -> bool| controls.iter().any(wanted);
    let strength = has(|c| matches!(c, Control::Strength(_)));
    if strength && has(|c| *c == Control::Mfa) {
        return Some(("CA-80", "`mfa` and an authentication strength in one policy"));
    }
    if has(|c| *c == Control::Block) && controls.len() > 1 {
        return Some(("CA-83", "`block` together with another control"));
    }
    if has(|c| *c == Control::PasswordChange)
        && let Some(why) = password_change(policy)
    {
        return Some(("CA-81", why));
    }
    if policy.mixed_subjects {
        return Some(("CA-84", "users together with workload identities"));
    }
    let device_action = policy.applications.actions.known.contains(&UserAction::RegisterDevice);
    if device_action && has(|c| !matches!(c, Control::Mfa | Control::Strength(_) | Control::Unread(_))) {
        return Some(("CA-85", "registering a device takes no control but MFA or a strength"));
    }
    if policy.disables_cae {
        return Some((
            "CA-88",
            "continuous access evaluation can only be disabled for all resources without conditions",
        ));
    }
    let scopes = [&policy.users.include.guests, &policy.users.exclude.guests];
    if scopes.into_iter().flatten().any(tenants_without_kinds) {
        return Some(("CA-90", "external tenants without a guest type"));
    }
    if policy.filters_and_states {
        return Some(("CA-91", "a device filter together with a device state condition"));
    }
    None
}

fn tenants_without_kinds(guests: &Guests) -> bool {
    guests.kinds.is_empty() && guests.tenants != ExternalTenants::All
}

/// A password change needs user risk on all resources, and nothing else.
fn password_change(policy: &Policy) -> Option<&'static str> {
    let conditions = &policy.conditions;
    let applications = &policy.applications;
    let all =
        applications.include.known.iter().any(|id| id.as_str() == "all") && applications.exclude.is_empty();
    let operator = policy.grant.as_ref().map(|grant| &grant.operator);
    if !all {
        Some("a password change has to target all resources without exclusions")
    } else if conditions.user_risk.is_empty() {
        Some("a password change needs a user risk condition")
    } else if conditions.platforms.is_some()
        || conditions.locations.is_some()
        || !conditions.sign_in_risk.is_empty()
        || conditions.insider_risk.is_some()
        || conditions.flows.is_some()
    {
        Some("a password change allows no condition but user risk")
    } else if policy.controls().len() > 1 && operator == Some(&Operator::Or) {
        Some("a password change has to be combined with AND")
    } else {
        None
    }
}
