//! `conditionalAccessPolicy` (CA-1 … CA-14).

use std::collections::BTreeSet;

use super::super::cursor::{Notes, Object, Place};
use super::filter::{application_filter, device_filter};
use super::grant::{lower_grant, lower_session};
use super::{listed, owned};
use crate::model::{
    Applications, ClientApp, Conditions, DeviceStates, ExternalTenants, Flow, GuestScope, Guests, Id,
    InsiderRisk, Listed, LocationRef, Locations, Platform, Platforms, Policy, PolicyState, Resource,
    RiskLevel, SessionControls, Unread, UserAction, UserKind, UserRef, Users,
};

const RESOURCE: Resource = Resource::ConditionalAccessPolicy;
/// The id under which exports name the trusted addresses of the legacy MFA settings.
const MFA_TRUSTED_IPS: &str = "00000000-0000-0000-0000-000000000000";
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
        session: SessionControls::default(),
        unread_scope: Vec::new(),
        unread_grant: Vec::new(),
        unread_session: Vec::new(),
        workload: false,
        workloads: None,
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
    // A key of the policy itself may be about whom it reaches or about what it demands.
    let rest = object.rest(RESOURCE, "", "whether the policy applies and what it demands", notes);
    policy.unread_scope.extend(rest.iter().cloned());
    policy.unread_grant.extend(rest);
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
    if object.get("state#before").is_some() {
        let place = object.place.child("state");
        let why = "the key stands twice with different values; whether the policy is enabled is free";
        return PolicyState::Unread(notes.unread(&place, format!("state `{text}`, and another"), why));
    }
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
        if let Some(filter) = applications.object("applicationFilter", notes) {
            match application_filter(&filter, notes) {
                None => {}
                Some(Ok(filter)) => policy.applications.filter = Some(filter),
                Some(Err(unread)) => policy.unread_scope.push(unread),
            }
            let section = "conditions/applications/applicationFilter";
            policy.unread_scope.extend(filter.rest(RESOURCE, section, APPLIES, notes));
        }
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
        device_filter: None,
        device_states: None,
    };
    policy.conditions = conditions;
    devices(policy, object, notes);
    let key = "servicePrincipalRiskLevels";
    let levels = owned(object.strings(key, notes));
    if let Some(workloads) = &mut policy.workloads {
        workloads.risk = listed(levels, "risk level", RiskLevel::parse, notes);
    } else {
        for (text, place) in levels {
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
            .map(|(text, place)| user_ref(text, place, notes))
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

fn user_ref(text: &str, place: &Place, notes: &mut Notes) -> UserRef {
    match text.trim().to_lowercase().as_str() {
        "all" => UserRef::All,
        "none" => UserRef::None,
        "guestsorexternalusers" => UserRef::GuestsOrExternalUsers,
        _ if is_keyword(text) => {
            let why = "a keyword that is not known; whom it means is free";
            UserRef::Unread(notes.unread(place, format!("users `{text}`"), why))
        }
        _ => UserRef::Id(Id::new(text)),
    }
}

fn lower_guests(users: &Object, key: &str, notes: &mut Notes) -> Option<Guests> {
    let object = users.object(key, notes)?;
    let types = object.flags("guestOrExternalUserTypes", notes);
    let types = types.into_iter().filter(|(text, _)| !text.eq_ignore_ascii_case("none"));
    let parse = |text: &str| UserKind::parse(text).filter(|kind| *kind != UserKind::Member);
    let kinds = listed(types, "guest type", parse, notes);
    let named = object.object("externalTenants", notes);
    let names_tenants = named.as_ref().is_some_and(|tenants| !tenants.all_empty());
    let tenants = named.map_or(ExternalTenants::All, |tenants| external_tenants(&tenants, notes));
    let unread = object.rest(RESOURCE, "conditions/users/guests", "which guests it names", notes);
    Some(Guests { kinds, tenants, names_tenants, unread })
}

fn external_tenants(object: &Object, notes: &mut Notes) -> ExternalTenants {
    let kind = object.text("membershipKind", notes).map(str::to_lowercase);
    let members: BTreeSet<Id> = ids(object, "members", notes).into_iter().collect();
    let unread =
        object.rest(RESOURCE, "conditions/users/guests/externalTenants", "whose guests it names", notes);
    if let Some(unread) = unread.into_iter().next() {
        return ExternalTenants::Unread(unread);
    }
    let type_name =
        object.get("@odata.type").and_then(|(name, _)| name.as_str()).unwrap_or_default().to_lowercase();
    let (typed_all, typed_list) =
        (type_name.ends_with("allexternaltenants"), type_name.ends_with("enumeratedexternaltenants"));
    match kind.as_deref() {
        Some("all") if !typed_list && members.is_empty() => ExternalTenants::All,
        Some("enumerated") if !typed_all => ExternalTenants::Enumerated(members),
        None if typed_list || (!typed_all && !members.is_empty()) => ExternalTenants::Enumerated(members),
        None if members.is_empty() && (typed_all || object.is_empty()) => ExternalTenants::All,
        other => {
            let what = format!("membership kind `{}`", other.unwrap_or("null"));
            let place = object.place.child("membershipKind");
            ExternalTenants::Unread(notes.unread(&place, what, "whose guests are named is free"))
        }
    }
}

fn lower_applications(object: &Object, notes: &mut Notes) -> Applications {
    Applications {
        include: applications(object, "includeApplications", notes),
        exclude: applications(object, "excludeApplications", notes),
        actions: listed(
            owned(object.strings("includeUserActions", notes)),
            "user action",
            UserAction::parse,
            notes,
        ),
        contexts: ids(object, "includeAuthenticationContextClassReferences", notes),
        filter: None,
    }
}

/// Application ids and the keywords that are known.
fn applications(object: &Object, key: &str, notes: &mut Notes) -> Listed<Id> {
    let known = |text: &str| {
        let id = Id::new(text);
        let keyword = ["all", "none", "office365", "microsoftadminportals"].contains(&id.as_str());
        (keyword || !is_keyword(text)).then_some(id)
    };
    listed(owned(object.strings(key, notes)), "application", known, notes)
}

/// A word like those that Graph uses for sets of things, and so no id: letters, perhaps with digits after them.
fn is_keyword(text: &str) -> bool {
    let text = text.trim();
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric())
        && !(text.len() == 32 && text.chars().all(|c| c.is_ascii_hexdigit()))
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
        let own = policy.workloads.get_or_insert_default();
        if key == "clientApplications" {
            own.include = ids(&part, "includeServicePrincipals", notes);
            own.exclude = ids(&part, "excludeServicePrincipals", notes);
            if let Some(filter) = part.object("servicePrincipalFilter", notes) {
                match application_filter(&filter, notes) {
                    None => {}
                    Some(Ok(filter)) => own.filter = Some(filter),
                    Some(Err(_)) => own.unread = true,
                }
                own.unread |= !filter.unused().is_empty();
            }
        }
        let unused = part.unused();
        let unused = unused.iter().map(|place| place.pointer.rsplit('/').next().unwrap_or_default());
        let set = |name: &&str| {
            part.get(name).is_some_and(|(value, _)| value.as_array().is_none_or(|list| !list.is_empty()))
        };
        let others: Vec<&str> = unused.filter(set).collect();
        own.others |= !others.is_empty() || own.unread;
        own.unread |= key == "clientApplications" && others.iter().any(|name| !is_about_agents(name));
        let reason = "names workload identities or agents, not people";
        notes.irrelevant(&part.place, format!("`{key}`"), reason);
    }
    let risk = object.get("agentIdRiskLevels").map(|(value, _)| value);
    if risk.is_some_and(|value| *value != "" && value.as_array().is_none_or(|list| !list.is_empty())) {
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

/// A part of `clientApplications` that is about agents and about no other service principal.
fn is_about_agents(name: &str) -> bool {
    name.to_ascii_lowercase().contains("agent")
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
            .map(|(text, place)| match text.trim().to_lowercase().as_str() {
                "all" => LocationRef::All,
                "alltrusted" => LocationRef::AllTrusted,
                MFA_TRUSTED_IPS => LocationRef::LegacyTrustedIps,
                _ if is_keyword(text) => {
                    let why = "a keyword that is not known; where it is is free";
                    LocationRef::Unread(notes.unread(place, format!("locations `{text}`"), why))
                }
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

/// Device filters, the older device lists and states, and the `times` of old exports (CA-4), which nobody can read.
fn devices(policy: &mut Policy, conditions: &Object, notes: &mut Notes) {
    let mut states = Vec::new();
    if let Some(devices) = conditions.object("devices", notes) {
        if let Some(filter) = devices.object("deviceFilter", notes) {
            match device_filter(&filter, notes) {
                None => {}
                Some(Ok(filter)) => policy.conditions.device_filter = Some(filter),
                Some(Err(unread)) => policy.unread_scope.push(unread),
            }
            let section = "conditions/devices/deviceFilter";
            policy.unread_scope.extend(filter.rest(RESOURCE, section, APPLIES, notes));
        }
        for (include, exclude) in
            [("includeDevices", "excludeDevices"), ("includeDeviceStates", "excludeDeviceStates")]
        {
            states.extend(device_states(&devices, include, exclude, &mut policy.unread_scope, notes));
        }
        policy.unread_scope.extend(devices.rest(RESOURCE, "conditions/devices", APPLIES, notes));
    }
    if let Some(old) = conditions.object("deviceStates", notes) {
        states.extend(device_states(&old, "includeStates", "excludeStates", &mut policy.unread_scope, notes));
        policy.unread_scope.extend(old.rest(RESOURCE, "conditions/deviceStates", APPLIES, notes));
    }
    policy.conditions.device_states = states.into_iter().reduce(|a, b| DeviceStates {
        exclude_compliant: a.exclude_compliant || b.exclude_compliant,
        exclude_hybrid: a.exclude_hybrid || b.exclude_hybrid,
    });
    policy.filters_and_states =
        policy.conditions.device_filter.is_some() && policy.conditions.device_states.is_some();
    if let Some(times) = conditions.object("times", notes)
        && !times.is_empty()
        && !times.all_empty()
    {
        let why = format!("not evaluated; {APPLIES} is free");
        policy.unread_scope.push(notes.unread(&times.place, "time condition", why));
    }
}

/// A pair of device lists: `All` is the only value to include, `Compliant` and `DomainJoined` those to exclude.
fn device_states(
    object: &Object,
    include: &str,
    exclude: &str,
    unread: &mut Vec<Unread>,
    notes: &mut Notes,
) -> Option<DeviceStates> {
    let (included, excluded) = (object.strings(include, notes), object.strings(exclude, notes));
    if included.is_empty() && excluded.is_empty() {
        return None;
    }
    let mut states = DeviceStates::default();
    let mut strange: Vec<_> =
        included.into_iter().filter(|(text, _)| !text.eq_ignore_ascii_case("all")).collect();
    for (text, place) in excluded {
        match text.to_lowercase().as_str() {
            "compliant" => states.exclude_compliant = true,
            "domainjoined" => states.exclude_hybrid = true,
            _ => strange.push((text, place)),
        }
    }
    for (text, place) in strange {
        let why = format!("a value that is not known; {APPLIES} is free");
        unread.push(notes.unread(&place, format!("device state `{text}`"), why));
    }
    Some(states)
}
