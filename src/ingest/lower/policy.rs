//! `conditionalAccessPolicy` (CA-1 … CA-14).

use std::collections::BTreeSet;

use super::super::cursor::{Notes, Object};
use super::grant::{lower_grant, lower_session};
use super::{listed, owned};
use crate::model::{
    Applications, ClientApp, Conditions, ExternalTenants, Flow, GuestScope, Guests, Id, InsiderRisk, Listed,
    LocationRef, Locations, Platform, Platforms, Policy, PolicyState, Resource, RiskLevel, UserAction,
    UserKind, UserRef, Users,
};

const RESOURCE: Resource = Resource::ConditionalAccessPolicy;
const APPLIES: &str = "whether the policy applies";

/// One policy.
pub(in crate::ingest) fn lower_policy(object: &Object, notes: &mut Notes) -> Policy {
    let id = object.text("id", notes).map(str::to_owned);
    let id = id.unwrap_or_else(|| format!("{}#{}", object.place.path, object.place.pointer));
    let name = object.text("displayName", notes).unwrap_or(&id).to_owned();
    let state = state(object, notes);
    let mut policy = Policy {
        id,
        name,
        state,
        users: Users::default(),
        applications: Applications::default(),
        conditions: Conditions::default(),
        grant: None,
        unread_scope: Vec::new(),
        unread_grant: Vec::new(),
        unread_session: Vec::new(),
        workload: false,
        disables_cae: false,
        filters_and_states: false,
        mixed_subjects: false,
    };
    if let Some(conditions) = object.object("conditions", notes) {
        conditions_into(&mut policy, &conditions, notes);
    }
    if let Some(grant) = object.object("grantControls", notes) {
        lower_grant(&mut policy, &grant, notes);
    }
    if let Some(session) = object.object("sessionControls", notes) {
        lower_session(&mut policy, &session, notes);
    }
    policy.unread_scope.extend(object.rest(RESOURCE, "", APPLIES, notes));
    policy
}

fn state(object: &Object, notes: &mut Notes) -> PolicyState {
    if object.get("deletedDateTime").is_some() {
        let _ = object.get("state");
        return PolicyState::Deleted;
    }
    let Some(text) = object.text("state", notes) else {
        let place = object.place.child("state");
        return PolicyState::Unread(notes.unread(
            &place,
            "no `state`",
            "whether the policy is enabled is free",
        ));
    };
    match text.to_lowercase().as_str() {
        "enabled" => PolicyState::Enabled,
        "disabled" => PolicyState::Disabled,
        "enabledforreportingbutnotenforced" => PolicyState::ReportOnly,
        _ => {
            let place = object.place.child("state");
            let why = "a state that is not known; whether the policy is enabled is free";
            PolicyState::Unread(notes.unread(&place, format!("state `{text}`"), why))
        }
    }
}

fn conditions_into(policy: &mut Policy, object: &Object, notes: &mut Notes) {
    if let Some(users) = object.object("users", notes) {
        policy.users = lower_users(&users, notes);
        policy.unread_scope.extend(users.rest(RESOURCE, "conditions/users", APPLIES, notes));
    }
    if let Some(applications) = object.object("applications", notes) {
        policy.applications = lower_applications(&applications, notes);
        policy.unread_scope.extend(applications.rest(RESOURCE, "conditions/applications", APPLIES, notes));
    }
    subjects(policy, object, notes);
    let conditions = Conditions {
        clients: clients(object, notes),
        platforms: platforms(policy, object, notes),
        locations: locations(policy, object, notes),
        sign_in_risk: listed(
            owned(object.strings("signInRiskLevels", notes)),
            "risk level",
            RiskLevel::parse,
            notes,
        ),
        user_risk: listed(
            owned(object.strings("userRiskLevels", notes)),
            "risk level",
            RiskLevel::parse,
            notes,
        ),
        insider_risk: object.get("insiderRiskLevels").map(|_| {
            listed(object.flags("insiderRiskLevels", notes), "insider risk level", InsiderRisk::parse, notes)
        }),
        flows: flows(policy, object, notes),
    };
    policy.conditions = conditions;
    devices(policy, object, notes);
    for key in ["servicePrincipalRiskLevels"] {
        for (text, place) in object.strings(key, notes) {
            let what = format!("`{key}` with `{text}`");
            policy.unread_scope.push(notes.unread(&place, what, format!("{APPLIES} to people is free")));
        }
    }
    policy.unread_scope.extend(object.rest(RESOURCE, "conditions", APPLIES, notes));
}

fn lower_users(object: &Object, notes: &mut Notes) -> Users {
    let side = |prefix: &str, notes: &mut Notes| GuestScope {
        users: object
            .strings(&format!("{prefix}Users"), notes)
            .iter()
            .map(|(text, _)| user_ref(text))
            .collect(),
        groups: ids(object, &format!("{prefix}Groups"), notes),
        roles: ids(object, &format!("{prefix}Roles"), notes),
        guests: lower_guests(object, &format!("{prefix}GuestsOrExternalUsers"), notes),
    };
    Users { include: side("include", notes), exclude: side("exclude", notes) }
}

fn ids(object: &Object, key: &str, notes: &mut Notes) -> Vec<Id> {
    object.strings(key, notes).iter().map(|(text, _)| Id::new(text)).collect()
}

fn user_ref(text: &str) -> UserRef {
    match text.trim().to_lowercase().as_str() {
        "all" => UserRef::All,
        "none" => UserRef::None,
        "guestsorexternalusers" => UserRef::GuestsOrExternalUsers,
        _ => UserRef::Id(Id::new(text)),
    }
}

fn lower_guests(users: &Object, key: &str, notes: &mut Notes) -> Option<Guests> {
    let object = users.object(key, notes)?;
    let types = object.flags("guestOrExternalUserTypes", notes);
    let types = types.into_iter().filter(|(text, _)| !text.eq_ignore_ascii_case("none"));
    let parse = |text: &str| UserKind::parse(text).filter(|kind| *kind != UserKind::Member);
    let kinds = listed(types, "guest type", parse, notes);
    let tenants = match object.object("externalTenants", notes) {
        None => ExternalTenants::All,
        Some(tenants) => external_tenants(&tenants, notes),
    };
    let unread = object.rest(RESOURCE, "conditions/users/guests", "which guests it names", notes);
    Some(Guests { kinds, tenants, unread })
}

fn external_tenants(object: &Object, notes: &mut Notes) -> ExternalTenants {
    let kind = object.text("membershipKind", notes).map(str::to_lowercase);
    let members: BTreeSet<Id> = ids(object, "members", notes).into_iter().collect();
    let unread =
        object.rest(RESOURCE, "conditions/users/guests/externalTenants", "whose guests it names", notes);
    if let Some(unread) = unread.into_iter().next() {
        return ExternalTenants::Unread(unread);
    }
    match kind.as_deref() {
        Some("all") => ExternalTenants::All,
        Some("enumerated") => ExternalTenants::Enumerated(members),
        None if !members.is_empty() => ExternalTenants::Enumerated(members),
        None if object.is_empty() => ExternalTenants::All,
        other => {
            let what = format!("membership kind `{}`", other.unwrap_or("null"));
            let place = object.place.child("membershipKind");
            ExternalTenants::Unread(notes.unread(&place, what, "whose guests are named is free"))
        }
    }
}

fn lower_applications(object: &Object, notes: &mut Notes) -> Applications {
    Applications {
        include: ids(object, "includeApplications", notes),
        exclude: ids(object, "excludeApplications", notes),
        actions: listed(
            owned(object.strings("includeUserActions", notes)),
            "user action",
            UserAction::parse,
            notes,
        ),
        contexts: ids(object, "includeAuthenticationContextClassReferences", notes),
    }
}

/// Workload identities and agents as subjects (CA-12, CA-63, CA-84): a policy for them does not reach people.
fn subjects(policy: &mut Policy, object: &Object, notes: &mut Notes) {
    let include = &policy.users.include;
    let names_people = include.users.iter().any(|user| *user != UserRef::None)
        || !include.groups.is_empty()
        || !include.roles.is_empty()
        || include.guests.is_some();
    let mut workload = false;
    for key in ["clientApplications", "agents", "agentContext"] {
        let Some(part) = object.object(key, notes) else {
            continue;
        };
        if part.is_empty() || part.all_empty() {
            continue;
        }
        workload = true;
        let reason = "names workload identities or agents, not people";
        notes.irrelevant(&part.place, format!("`{key}`"), reason);
    }
    if object.get("agentIdRiskLevels").is_some() {
        workload = true;
        let place = object.place.child("agentIdRiskLevels");
        notes.irrelevant(&place, "`agentIdRiskLevels`", "the risk of agents; people have none");
    }
    policy.mixed_subjects = workload && names_people;
    policy.workload = workload && !names_people;
    if policy.mixed_subjects {
        let what = "people beside workload identities or agents";
        policy.unread_scope.push(notes.unread(&object.place, what, format!("{APPLIES} to people is free")));
    }
}

fn clients(object: &Object, notes: &mut Notes) -> Option<Listed<ClientApp>> {
    let texts = object.strings("clientAppTypes", notes);
    if texts.iter().any(|(text, _)| text.eq_ignore_ascii_case("all")) {
        return None;
    }
    Some(listed(owned(texts), "client app type", ClientApp::parse, notes))
}

fn platforms(policy: &mut Policy, conditions: &Object, notes: &mut Notes) -> Option<Platforms> {
    let object = conditions.object("platforms", notes)?;
    let parse = |text: &str| Platform::parse(text).filter(|platform| *platform != Platform::Unknown);
    let split = |key: &str, notes: &mut Notes| {
        let (all, named): (Vec<_>, Vec<_>) = owned(object.strings(key, notes))
            .into_iter()
            .partition(|(text, _)| text.eq_ignore_ascii_case("all"));
        (!all.is_empty(), listed(named, "platform", parse, notes))
    };
    let (include_all, include) = split("includePlatforms", notes);
    let (exclude_all, mut exclude) = split("excludePlatforms", notes);
    if exclude_all {
        exclude.known = Platform::ALL.to_vec();
    }
    policy.unread_scope.extend(object.rest(RESOURCE, "conditions/platforms", APPLIES, notes));
    Some(Platforms { include_all, include, exclude })
}

fn locations(policy: &mut Policy, conditions: &Object, notes: &mut Notes) -> Option<Locations> {
    let object = conditions.object("locations", notes)?;
    let refs = |key: &str, notes: &mut Notes| {
        let texts = object.strings(key, notes);
        texts
            .iter()
            .map(|(text, _)| match text.to_lowercase().as_str() {
                "all" => LocationRef::All,
                "alltrusted" => LocationRef::AllTrusted,
                _ => LocationRef::Id(Id::new(text)),
            })
            .collect::<Vec<_>>()
    };
    let (include, exclude) = (refs("includeLocations", notes), refs("excludeLocations", notes));
    policy.unread_scope.extend(object.rest(RESOURCE, "conditions/locations", APPLIES, notes));
    Some(Locations { include, exclude })
}

fn flows(policy: &mut Policy, conditions: &Object, notes: &mut Notes) -> Option<Listed<Flow>> {
    let object = conditions.object("authenticationFlows", notes)?;
    let parse = |text: &str| Flow::parse(text).filter(|flow| *flow != Flow::None);
    let mut flows = listed(object.flags("transferMethods", notes), "transfer method", parse, notes);
    policy.unread_scope.extend(object.rest(RESOURCE, "conditions/authenticationFlows", APPLIES, notes));
    if flows.is_empty() {
        let why = "a flow condition without a flow; whether it matches is free";
        flows.unread.push(notes.unread(&object.place, "no transfer method", why));
    }
    Some(flows)
}

/// Device filters and the older device conditions: their rules are not evaluated, so a set one leaves it free whether the
/// policy applies.
fn devices(policy: &mut Policy, conditions: &Object, notes: &mut Notes) {
    let filter = conditions.object("devices", notes).is_some_and(|d| d.get("deviceFilter").is_some());
    let states = conditions.object("deviceStates", notes).is_some_and(|d| !d.is_empty() && !d.all_empty());
    policy.filters_and_states = filter && states;
    for (key, label) in [("devices", "device condition"), ("deviceStates", "device state condition")] {
        let Some(object) = conditions.object(key, notes) else {
            continue;
        };
        if !object.is_empty() && !object.all_empty() {
            let why = format!("not evaluated; {APPLIES} is free");
            let filter = object.get("deviceFilter").map(|(_, place)| place);
            let place = filter.unwrap_or_else(|| object.place.clone());
            policy.unread_scope.push(notes.unread(&place, label, why));
        }
    }
    if let Some(times) = conditions.object("times", notes)
        && !times.is_empty()
        && !times.all_empty()
    {
        let why = format!("not evaluated; {APPLIES} is free");
        policy.unread_scope.push(notes.unread(&times.place, "time condition", why));
    }
}
