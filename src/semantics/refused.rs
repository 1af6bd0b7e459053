//! Combinations that the service refuses, or that do nothing (CA-80 … CA-95).

use std::collections::BTreeSet;

use super::references::dangling;
use crate::model::{
    Control, FilterMode, Guests, LocationKind, LocationRef, Operator, Platform, Policy, PolicyState, Tenant,
    UserAction,
};

/// Something about one policy, or about several, that the service would not have accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The rule.
    pub rule: &'static str,
    /// What is wrong.
    pub what: String,
    /// The policies, by position in the tenant.
    pub policies: Vec<usize>,
}

/// Why the service would not accept a policy as enabled: then nobody knows what it would do.
pub fn refused(policy: &Policy) -> Vec<(&'static str, &'static str)> {
    let mut found = Vec::new();
    let controls = policy.controls();
    let has = |wanted: fn(&Control) -> bool| controls.iter().any(wanted);
    let strength = has(|c| matches!(c, Control::Strength(_)));
    if strength && has(|c| *c == Control::Mfa) {
        found.push(("CA-80", "`mfa` and an authentication strength in one policy"));
    }
    if has(|c| *c == Control::Block) && has(|c| *c != Control::Block) {
        found.push(("CA-83", "`block` together with another control"));
    }
    if has(|c| *c == Control::PasswordChange)
        && let Some(why) = password_change(policy)
    {
        found.push(("CA-81", why));
    }
    if policy.mixed_subjects {
        found.push(("CA-84", "users together with workload identities"));
    }
    let device_action = policy.applications.actions.known.contains(&UserAction::RegisterDevice);
    if device_action && has(|c| !matches!(c, Control::Mfa | Control::Strength(_) | Control::Unread(_))) {
        found.push(("CA-85", "registering a device takes no control but MFA or a strength"));
    }
    if policy.disables_cae {
        found.push((
            "CA-88",
            "continuous access evaluation can only be disabled for all resources without conditions",
        ));
    }
    let scopes = [&policy.users.include.guests, &policy.users.exclude.guests];
    if scopes.into_iter().flatten().any(tenants_without_kinds) {
        found.push(("CA-90", "external tenants without a guest type"));
    }
    if policy.filters_and_states {
        found.push(("CA-91", "a device filter together with a device state condition"));
    }
    found
}

/// Everything in a tenant that the service refuses or that cannot work, in the order of policies.
pub fn refusals(tenant: &Tenant) -> Vec<Refused> {
    let mut found = Vec::new();
    for (index, policy) in tenant.policies.iter().enumerate() {
        let mut add =
            |rule, what: &str| found.push(Refused { rule, what: what.into(), policies: vec![index] });
        if policy.session.no_resilience && policy.state == PolicyState::ReportOnly {
            add("CA-89", "resilience defaults are disabled by a policy that is only reported");
        }
        if policy.state != PolicyState::Enabled {
            continue;
        }
        for (rule, what) in refused(policy) {
            add(rule, what);
        }
        if let Some(what) = risk_remediation(policy) {
            add("CA-82", what);
        }
        if let Some(what) = client_controls(policy) {
            add("CA-86", what);
        }
        if policy.session.persistent_browser && !all_resources(policy) {
            add("CA-87", "a persistent browser session has to target all resources");
        }
        let gone: BTreeSet<_> = dangling(tenant, policy).into_iter().collect();
        for gone in gone.into_iter().filter(|gone| gone.keeps_object) {
            let what = format!(
                "{} {} is used here and does not exist; the service does not delete one in use",
                gone.kind, gone.id
            );
            add("CA-92", &what);
        }
    }
    let enabled: Vec<usize> = (0..)
        .zip(&tenant.policies)
        .filter(|(_, policy)| policy.state == PolicyState::Enabled)
        .map(|(index, _)| index)
        .collect();
    if tenant.security_defaults == Some(true) && !enabled.is_empty() {
        let what = "policies are enabled while security defaults are on; the service wants one or the other";
        found.push(Refused { rule: "CA-93", what: what.into(), policies: enabled });
    }
    found.extend(limits(tenant));
    found
}

/// **CA-95** — more than the service takes.
fn limits(tenant: &Tenant) -> Vec<Refused> {
    let mut found = Vec::new();
    let mut add = |what: String| found.push(Refused { rule: "CA-95", what, policies: Vec::new() });
    let policies = tenant.policies.iter().filter(|policy| policy.state != PolicyState::Deleted).count();
    let custom =
        tenant.strengths.keys().filter(|id| !id.as_str().starts_with("00000000-0000-0000-0000-")).count();
    let passkeys = tenant.methods.iter().flat_map(|methods| methods.configs.values().flatten());
    let passkey_profiles = passkeys.map(|config| config.passkey_profiles).max().unwrap_or_default();
    for (count, limit, things) in [
        (policies, 240, "policies"),
        (tenant.locations.len(), 195, "named locations"),
        (custom, 15, "custom authentication strengths"),
        (tenant.agreements.len(), 40, "terms of use"),
        (tenant.contexts.len(), 99, "authentication contexts"),
        (passkey_profiles, 10, "passkey profiles"),
    ] {
        if count > limit {
            add(format!("{count} {things}; a tenant takes {limit}"));
        }
    }
    for strength in tenant.strengths.values() {
        for (issuers, oids) in
            strength.certificates.iter().filter(|(issuers, oids)| *issuers > 5 || *oids > 5)
        {
            let name = &strength.name;
            add(format!(
                "{issuers} issuers and {oids} OIDs for certificates in strength {name}; it takes 5 of each"
            ));
        }
    }
    for location in tenant.locations.values() {
        let LocationKind::Ip { ranges, .. } = &location.kind else { continue };
        if ranges.len() > 2000 {
            add(format!("{} ranges in location {}; one takes 2000", ranges.len(), location.id));
        }
        for wide in ranges.iter().filter(|range| range.prefix_len() <= 8) {
            add(format!("range {wide} in location {}; a range has to be smaller than /8", location.id));
        }
    }
    found
}

fn tenants_without_kinds(guests: &Guests) -> bool {
    guests.kinds.is_empty() && guests.names_tenants
}

fn all_resources(policy: &Policy) -> bool {
    let filter = policy.applications.filter.as_ref();
    super::targets::includes_all(&policy.applications)
        && policy.applications.exclude.is_empty()
        && filter.is_none_or(|filter| filter.mode == FilterMode::Include)
}

/// A password change needs user risk on all resources, and nothing else.
fn password_change(policy: &Policy) -> Option<&'static str> {
    let conditions = &policy.conditions;
    let operator = policy.grant.as_ref().map(|grant| &grant.operator);
    if !all_resources(policy) {
        Some("a password change has to target all resources without exclusions")
    } else if conditions.user_risk.is_empty() {
        Some("a password change needs a user risk condition")
    } else if conditions.platforms.as_ref().is_some_and(|set| !set.include_all || !set.exclude.is_empty())
        || conditions.locations.as_ref().is_some_and(|set| {
            set.include.iter().any(|one| *one != LocationRef::All) || !set.exclude.is_empty()
        })
        || conditions.clients.as_ref().is_some_and(|clients| !clients.is_empty())
        || conditions.device_filter.is_some()
        || conditions.device_states.is_some()
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

/// Risk remediation goes with a strength, by AND, and without a password change.
fn risk_remediation(policy: &Policy) -> Option<&'static str> {
    let has = |wanted: fn(&Control) -> bool| policy.controls().iter().any(wanted);
    if !has(|c| matches!(c, Control::RiskRemediation(_))) {
        return None;
    }
    let operator = policy.grant.as_ref().map(|grant| &grant.operator);
    if has(|c| *c == Control::PasswordChange) {
        Some("risk remediation together with a password change")
    } else if !has(|c| matches!(c, Control::Strength(_))) || operator == Some(&Operator::Or) {
        Some("risk remediation has to be combined with a strength by AND")
    } else {
        None
    }
}

/// The controls over client applications cannot be met on platforms that have none of these clients.
fn client_controls(policy: &Policy) -> Option<&'static str> {
    let grant = policy.grant.as_ref()?;
    let demanded = grant.operator == Operator::And || grant.controls.len() == 1;
    let reaches = |platforms: &[Platform]| match &policy.conditions.platforms {
        None => true,
        Some(set) => platforms.iter().any(|platform| {
            (set.include_all || set.include.known.contains(platform)) && !set.exclude.known.contains(platform)
        }),
    };
    let desktops = [Platform::Windows, Platform::MacOs, Platform::Linux, Platform::WindowsPhone];
    let has = |wanted: fn(&Control) -> bool| demanded && grant.controls.iter().any(wanted);
    if has(|c| *c == Control::ApprovedApplication) && reaches(&desktops) {
        Some("an approved client application is demanded on platforms other than iOS and Android")
    } else if has(|c| matches!(c, Control::CompliantApplication(_)))
        && reaches(&[Platform::MacOs, Platform::Linux])
    {
        Some("app protection is demanded on macOS or Linux, which have no protected clients")
    } else {
        None
    }
}
