//! Small random tenants, scenarios and readings for the differential tests, drawn from small pools so that they interact.
//!
//! Everything generated has a known meaning under fixed readings: no `AllTrusted`, no unknown applications, and no enabled policy that the service refuses (CA-80 ff.).

use crate::generate_filters::{
    application_filter, device, device_states, devices_condition, service_principals,
};
use crate::oracle::{KEYS, Readings, normalise};
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(crate) const R_TENANT: &str = "10000000-0000-4000-8000-000000000000";
pub(crate) const HOMES: [&str; 3] = [
    "11111111-1111-4111-8111-111111111111",
    "22222222-2222-4222-8222-222222222222",
    "33333333-3333-4333-8333-333333333333",
];
const MSA_TENANT: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";
pub(crate) const GROUPS: [&str; 3] = [
    "aaaaaaaa-0000-4000-8000-000000000001",
    "aaaaaaaa-0000-4000-8000-000000000002",
    "aaaaaaaa-0000-4000-8000-000000000003",
];
pub(crate) const ROLES: [&str; 2] =
    ["62e90394-69f5-4237-9190-012177145e10", "fe930be7-5e62-47db-91af-98c3a49a38b1"];
pub(crate) const USERS: [&str; 3] = [
    "bbbbbbbb-0000-4000-8000-000000000001",
    "bbbbbbbb-0000-4000-8000-000000000002",
    "bbbbbbbb-0000-4000-8000-000000000003",
];
/// Exchange (in Office 365), Azure service management and the legacy directory (in no suite).
pub(crate) const APPS: [&str; 3] = [
    "00000002-0000-0ff1-ce00-000000000000",
    "797f4846-ba00-4fd7-ba43-dac1f8f63013",
    "00000002-0000-0000-c000-000000000000",
];
const TEAMS: &str = "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe";
const AZURE_PORTAL: &str = "c44b4083-3bb0-49c1-b47d-974e53cbdf3c";
const SUITES: [&str; 2] = ["Office365", "MicrosoftAdminPortals"];
pub(crate) const SELF_SERVICE: [&str; 4] = [
    "2793995e-0a7d-40d7-bd35-6968ba142197",
    "0000000c-0000-0000-c000-000000000000",
    "8c59ead7-d703-4a27-9e55-c96a0054c8d2",
    "19db86c3-b2b9-44cc-b339-36da233a3be2",
];
/// Outer range, inner range, mixed v6 and v4, country, and one that does not exist.
pub(crate) const LOCATIONS: [&str; 5] = [
    "cccccccc-0000-4000-8000-000000000001",
    "cccccccc-0000-4000-8000-000000000002",
    "cccccccc-0000-4000-8000-000000000003",
    "cccccccc-0000-4000-8000-000000000004",
    "cccccccc-0000-4000-8000-000000000005",
];
/// An address range and a country of the homes.
pub(crate) const LOCATIONS_AT_HOME: [&str; 2] =
    ["c0c0c0c0-0000-4000-8000-000000000001", "c0c0c0c0-0000-4000-8000-000000000002"];
const ADDRESSES: [&str; 6] =
    ["203.0.113.5", "203.0.113.200", "198.51.100.7", "2001:db8:1::7", "2001:db8:2::1", "192.0.2.1"];
pub(crate) const STRENGTHS: [&str; 5] = [
    "00000000-0000-0000-0000-000000000002",
    "00000000-0000-0000-0000-000000000003",
    "00000000-0000-0000-0000-000000000004",
    "dddddddd-0000-4000-8000-000000000001",
    "dddddddd-0000-4000-8000-000000000002",
];
const COMBINATIONS: [&str; 14] = [
    "password",
    "sms",
    "fido2",
    "windowsHelloForBusiness",
    "deviceBasedPush",
    "qrCodePin",
    "x509CertificateSingleFactor",
    "x509CertificateMultiFactor",
    "temporaryAccessPassOneTime",
    "federatedMultiFactor",
    "federatedSingleFactor,sms",
    "password,sms",
    "password,softwareOath",
    "password,microsoftAuthenticatorPush",
];
const EXTERNAL_KINDS: [&str; 6] = [
    "internalGuest",
    "b2bCollaborationGuest",
    "b2bCollaborationMember",
    "b2bDirectConnectUser",
    "otherExternalUser",
    "serviceProvider",
];
pub(crate) const REGISTER: &str = "urn:user:registersecurityinfo";
const EAM: &str = "externalAuthenticationMethod";

/// One reading for every switch that the oracle consults.
pub(crate) fn readings() -> impl Strategy<Value = Readings> {
    vec(any::<prop::sample::Index>(), KEYS.len()).prop_map(|picks| {
        let chosen = KEYS.iter().zip(picks);
        chosen.map(|((key, all), pick)| (key.to_string(), normalise(all[pick.index(all.len())]))).collect()
    })
}

/// A tenant as virtual files, complete enough that nothing about it is unknown.
pub(crate) fn tenant() -> impl Strategy<Value = BTreeMap<String, Value>> {
    let customs = vec(vec(select(&COMBINATIONS[..]), 1..=3), 0..=2);
    (
        prop_oneof![1 => vec(policy(), 0..=1), 4 => vec(policy(), 2..=4)],
        customs,
        any::<bool>(),
        cross_tenant_default(),
        vec(partner(), 0..=2),
        methods_policy(),
        prop::bool::weighted(0.06),
        prop::bool::weighted(0.85),
        (named_locations(), prop::bool::weighted(0.9)),
    )
        .prop_map(|(policies, customs, embed, default, partners, methods, defaults_on, groups, (locations, located))| {
            let strengths = numbered_strengths(customs);
            let policies = policies.into_iter().enumerate().map(|(i, p)| finished(p, i, &strengths, embed));
            let partners: Vec<Value> = partners
                .into_iter()
                .zip(HOMES)
                .map(|(mut p, home)| {
                    p["tenantId"] = json!(home);
                    p
                })
                .collect();
            let known = GROUPS.iter().filter(|_| groups).map(|g| {
                json!({"id": g, "displayName": g, "groupTypes": [], "securityEnabled": true, "mailEnabled": false})
            });
            let locations = if located { locations } else { Vec::new() };
            BTreeMap::from([
                ("conditionalAccessPolicies.json".into(), page("identity/conditionalAccess/policies", policies)),
                ("namedLocations.json".into(), page("identity/conditionalAccess/namedLocations", locations)),
                ("authenticationStrengthPolicies.json".into(), page("policies/authenticationStrengthPolicies", strengths)),
                ("authenticationMethodsPolicy.json".into(), methods),
                ("crossTenantAccessPolicy/default.json".into(), default),
                (
                    "crossTenantAccessPolicy/partners.json".into(),
                    page("policies/crossTenantAccessPolicy/partners", partners),
                ),
                (
                    "identitySecurityDefaultsEnforcementPolicy.json".into(),
                    json!({"@odata.context": context("policies/identitySecurityDefaultsEnforcementPolicy/$entity"),
                           "id": "00000000-0000-0000-0000-000000000005", "isEnabled": defaults_on}),
                ),
                (
                    "organization.json".into(),
                    page("organization", [json!({"id": R_TENANT, "displayName": "Resource", "verifiedDomains": []})]),
                ),
                ("groups.json".into(), page("groups", known)),
                ("servicePrincipals.json".into(), page("servicePrincipals", service_principals(&[&APPS[..], &[TEAMS, AZURE_PORTAL]].concat()))),
            ])
        })
}

pub(crate) fn context(what: &str) -> String {
    format!("https://graph.microsoft.com/v1.0/$metadata#{what}")
}

pub(crate) fn page(what: &str, objects: impl IntoIterator<Item = Value>) -> Value {
    json!({"@odata.context": context(what), "value": objects.into_iter().collect::<Vec<_>>()})
}

fn numbered_strengths(customs: Vec<Vec<&'static str>>) -> Vec<Value> {
    let single =
        |combo: &&str| ["password", "sms", "qrCodePin", "x509CertificateSingleFactor"].contains(combo);
    let numbered = customs.into_iter().zip(&STRENGTHS[3..]);
    numbered
        .map(|(combos, id)| {
            let satisfies = if combos.iter().any(single) { "none" } else { "mfa" };
            json!({"id": id, "displayName": id, "policyType": "custom", "requirementsSatisfied": satisfies,
                   "allowedCombinations": combos, "combinationConfigurations": []})
        })
        .collect()
}

/// Gives a policy its id and replaces a custom strength that this tenant does not have.
fn finished(mut policy: Value, number: usize, strengths: &[Value], embed: bool) -> Value {
    policy["id"] = json!(format!("eeeeeeee-0000-4000-8000-00000000000{number}"));
    policy["displayName"] = json!(format!("policy {number}"));
    let strength = policy["grantControls"]["authenticationStrength"]["id"].as_str().map(str::to_owned);
    if let Some(id) = strength {
        let custom = strengths.iter().find(|s| s["id"] == id.as_str());
        policy["grantControls"]["authenticationStrength"] = match custom {
            Some(s) if embed => s.clone(),
            None if id.starts_with('d') => json!({"id": STRENGTHS[0]}),
            _ => json!({"id": id}),
        };
    }
    policy
}

fn one_of(values: Vec<Value>) -> impl Strategy<Value = Value> {
    select(values)
}

pub(crate) fn some(pool: &'static [&'static str], most: usize) -> impl Strategy<Value = Vec<&'static str>> {
    subsequence(pool, 0..=most.min(pool.len()))
}

fn policy() -> impl Strategy<Value = Value> {
    let state = prop_oneof![
        8 => Just("enabled"),
        1 => Just("enabledForReportingButNotEnforced"),
        1 => Just("disabled"),
    ];
    let everybody = json!({"guestOrExternalUserTypes": EXTERNAL_KINDS.join(","), "externalTenants": null});
    let wide = one_of(vec![
        json!({"includeUsers": ["All"]}),
        json!({"includeUsers": ["All"], "includeGuestsOrExternalUsers": everybody}),
        json!({"includeGuestsOrExternalUsers": everybody}),
    ]);
    let body = prop_oneof![
        10 => (wide, grant()).prop_map(|(u, g)| assemble(u, targets(&["All"], &[]), no_conditions(), g)),
        18 => (users(), applications(), conditions(), grant()).prop_map(|(u, a, c, g)| assemble(u, a, c, g)),
        3 => (users(), conditions(), grant()).prop_map(|(u, c, g)| assemble(u, action(REGISTER), c, g)),
        1 => (users(), prop_oneof![Just(json!(null)), strength(), Just(json!("mfa"))]).prop_map(|(u, s)| {
            assemble(u, action("urn:user:registerdevice"), no_conditions(), plain_grant(&s))
        }),
        1 => (remediation(), conditions(), users()).prop_map(|(grant, conditions, mut users)| {
            // Whether local people meet these controls is unknown, so only guests from outside are asked.
            for list in ["includeUsers", "includeGroups", "includeRoles"] {
                users[list] = json!([]);
            }
            users["includeGuestsOrExternalUsers"] =
                json!({"guestOrExternalUserTypes": "b2bCollaborationGuest", "externalTenants": null});
            assemble(users, targets(&["All"], &[]), conditions, grant)
        }),
        1 => users().prop_map(|u| {
            let mut conditions = no_conditions();
            conditions["userRiskLevels"] = json!(["high"]);
            let grant = json!({"operator": "AND", "builtInControls": ["mfa", "passwordChange"]});
            assemble(u, targets(&["All"], &[]), conditions, grant)
        }),
    ];
    (state, body).prop_map(|(state, mut policy)| {
        policy["state"] = json!(state);
        policy
    })
}

pub(crate) fn plain_grant(strength: &Value) -> Value {
    match strength {
        Value::Object(_) => {
            json!({"operator": "OR", "builtInControls": [], "authenticationStrength": strength})
        }
        _ => json!({"operator": "OR", "builtInControls": ["mfa"], "authenticationStrength": null}),
    }
}

pub(crate) fn assemble(users: Value, applications: Value, mut conditions: Value, mut grant: Value) -> Value {
    conditions["users"] = users;
    conditions["applications"] = applications;
    conditions["servicePrincipalRiskLevels"] = json!([]);
    conditions["clientApplications"] = Value::Null;
    if let Some(grant) = grant.as_object_mut() {
        for list in ["builtInControls", "customAuthenticationFactors", "termsOfUse"] {
            grant.entry(list).or_insert(json!([]));
        }
        grant.entry("authenticationStrength").or_insert(Value::Null);
    }
    json!({"conditions": conditions, "grantControls": grant, "sessionControls": null})
}

fn users() -> impl Strategy<Value = Value> {
    let include = prop_oneof![
        20 => Just(json!({"includeUsers": ["All"]})),
        12 => guests().prop_map(|g| json!({"includeGuestsOrExternalUsers": g})),
        1 => Just(json!({"includeUsers": ["GuestsOrExternalUsers"]})),
        1 => Just(json!({"includeUsers": ["None"]})),
        1 => some(&USERS, 2).prop_map(|u| json!({"includeUsers": u})),
        2 => some(&GROUPS, 2).prop_map(|g| json!({"includeGroups": g})),
        1 => some(&ROLES, 2).prop_map(|r| json!({"includeRoles": r})),
    ];
    let exclude = prop_oneof![
        14 => Just(json!({})),
        1 => guests().prop_map(|g| json!({"excludeGuestsOrExternalUsers": g})),
        1 => Just(json!({"excludeUsers": ["GuestsOrExternalUsers"]})),
        1 => some(&USERS, 1).prop_map(|u| json!({"excludeUsers": u})),
        1 => some(&GROUPS, 2).prop_map(|g| json!({"excludeGroups": g})),
        1 => some(&ROLES, 1).prop_map(|r| json!({"excludeRoles": r})),
    ];
    (include, exclude).prop_map(|(include, exclude)| {
        let mut users = json!({"includeGuestsOrExternalUsers": null, "excludeGuestsOrExternalUsers": null});
        for side in ["include", "exclude"] {
            for list in ["Users", "Groups", "Roles"] {
                users[format!("{side}{list}")] = json!([]);
            }
        }
        for part in [include, exclude] {
            for (key, value) in part.as_object().into_iter().flatten() {
                users[key.as_str()] = value.clone();
            }
        }
        users
    })
}

fn guests() -> impl Strategy<Value = Value> {
    let types = prop_oneof![
        2 => Just(EXTERNAL_KINDS.to_vec()),
        1 => subsequence(&EXTERNAL_KINDS[..], 2..=5),
        1 => Just(vec!["b2bCollaborationGuest"]),
    ];
    let tenants = prop_oneof![
        3 => Just(Value::Null),
        2 => Just(json!({"@odata.type": "#microsoft.graph.conditionalAccessAllExternalTenants", "membershipKind": "all"})),
        2 => subsequence(&[HOMES[0], HOMES[1], HOMES[2], MSA_TENANT][..], 1..=3).prop_map(|members| json!({
            "@odata.type": "#microsoft.graph.conditionalAccessEnumeratedExternalTenants",
            "membershipKind": "enumerated", "members": members})),
    ];
    (types, tenants).prop_map(
        |(types, tenants)| json!({"guestOrExternalUserTypes": types.join(","), "externalTenants": tenants}),
    )
}

pub(crate) fn targets(include: &[&str], exclude: &[&str]) -> Value {
    json!({"includeApplications": include, "excludeApplications": exclude, "includeUserActions": [],
           "includeAuthenticationContextClassReferences": [], "applicationFilter": null})
}

pub(crate) fn action(name: &str) -> Value {
    let mut value = targets(&[], &[]);
    value["includeUserActions"] = json!([name]);
    value
}

fn applications() -> impl Strategy<Value = Value> {
    let excluded = subsequence(&[APPS[0], APPS[1], APPS[2], SUITES[0], SUITES[1]][..], 1..=2);
    prop_oneof![
        32 => Just(targets(&["All"], &[])),
        6 => excluded.prop_map(|e| targets(&["All"], &e)),
        2 => subsequence(&APPS[..], 0..=2).prop_map(|a| targets(&a, &[])),
        1 => Just(targets(&["Office365"], &[APPS[0]])),
        1 => select(&SUITES[..]).prop_map(|s| targets(&[s], &[])),
        1 => Just(targets(&["None"], &[])),
        2 => (application_filter(), any::<bool>()).prop_map(|(filter, all)| {
            let mut value = targets(if all { &["All"] } else { &[] }, &[]);
            value["applicationFilter"] = filter;
            value
        }),
        1 => Just({
            let mut value = targets(&[], &[]);
            value["includeAuthenticationContextClassReferences"] = json!(["c1"]);
            value
        }),
    ]
}

pub(crate) fn no_conditions() -> Value {
    json!({"clientAppTypes": ["all"], "platforms": null, "locations": null, "signInRiskLevels": [],
           "userRiskLevels": [], "insiderRiskLevels": null, "authenticationFlows": null, "devices": null,
           "deviceStates": null})
}

/// Mostly nothing; otherwise one or two conditions.
fn conditions() -> impl Strategy<Value = Value> {
    let clients = [
        json!([]),
        json!(["browser", "mobileAppsAndDesktopClients"]),
        json!(["exchangeActiveSync", "other"]),
        json!(["other"]),
        json!(["browser"]),
    ];
    let platforms = [
        json!({"includePlatforms": ["all"], "excludePlatforms": ["iOS", "android"]}),
        json!({"includePlatforms": ["windows", "macOS"], "excludePlatforms": []}),
        json!({"includePlatforms": [], "excludePlatforms": ["windows"]}),
        json!({}),
    ];
    let flows = vec!["deviceCodeFlow", "deviceCodeFlow,authenticationTransfer"];
    let location_lists = (some(&LOCATIONS, 2), some(&LOCATIONS, 2), any::<bool>());
    let one = prop_oneof![
        4 => one_of(clients.to_vec()).prop_map(|c| ("clientAppTypes", c)),
        3 => one_of(platforms.to_vec()).prop_map(|p| ("platforms", p)),
        5 => location_lists.prop_map(|(include, exclude, all)| {
            let include = if all { vec!["All"] } else { include };
            ("locations", json!({"includeLocations": include, "excludeLocations": exclude}))
        }),
        3 => subsequence(&["low", "medium", "high"][..], 1..=2).prop_map(|r| ("signInRiskLevels", json!(r))),
        2 => subsequence(&["none", "medium", "high"][..], 1..=2).prop_map(|r| ("userRiskLevels", json!(r))),
        1 => select(&["minor", "moderate,elevated"][..]).prop_map(|r| ("insiderRiskLevels", json!(r))),
        2 => select(flows).prop_map(|f| ("authenticationFlows", json!({"transferMethods": f}))),
        4 => devices_condition().prop_map(|d| ("devices", d)),
        1 => device_states().prop_map(|d| ("deviceStates", d)),
    ];
    let how_many = prop_oneof![14 => Just(0_usize), 5 => Just(1), 1 => Just(2)];
    (how_many, vec(one, 2)).prop_map(|(how_many, parts)| {
        let mut value = no_conditions();
        for (key, part) in parts.into_iter().take(how_many) {
            value[key] = part;
        }
        if !value["devices"].is_null() {
            // The service refuses both together (CA-91).
            value["deviceStates"] = Value::Null;
        }
        value
    })
}

fn strength() -> impl Strategy<Value = Value> {
    select(&STRENGTHS[..]).prop_map(|id| json!({"id": id}))
}

fn grant() -> impl Strategy<Value = Value> {
    let operator = || select(&["AND", "OR"][..]);
    let device = || select(&["compliantDevice", "domainJoinedDevice"][..]);
    prop_oneof![
        6 => operator().prop_map(|o| json!({"operator": o, "builtInControls": ["mfa"]})),
        10 => (operator(), strength()).prop_map(|(o, s)| json!({"operator": o, "authenticationStrength": s})),
        3 => (operator(), device()).prop_map(|(o, d)| json!({"operator": o, "builtInControls": ["mfa", d]})),
        2 => (operator(), device(), strength()).prop_map(|(o, d, s)| {
            json!({"operator": o, "builtInControls": [d], "authenticationStrength": s})
        }),
        1 => Just(json!({"operator": "OR", "builtInControls": ["compliantDevice", "domainJoinedDevice"]})),
        2 => Just(json!({"operator": "OR", "builtInControls": ["block"]})),
        1 => operator().prop_map(|o| json!({"operator": o, "termsOfUse": ["terms-1", "terms-2"]})),
        1 => operator().prop_map(|o| json!({"operator": o, "builtInControls": ["mfa"], "termsOfUse": ["terms-1"]})),
        1 => Just(json!({"operator": "OR", "builtInControls": ["approvedApplication"]})),
        1 => operator().prop_map(|o| json!({"operator": o, "builtInControls": ["mfa", "approvedApplication"]})),
        1 => operator().prop_map(|o| json!({"operator": o, "customAuthenticationFactors": ["factor-1"]})),
        1 => (operator(), strength()).prop_map(|(o, s)| {
            json!({"operator": o, "customAuthenticationFactors": ["factor-1"], "authenticationStrength": s})
        }),
        1 => Just(Value::Null),
    ]
}

fn remediation() -> impl Strategy<Value = Value> {
    let control = select(&["riskRemediation", "compliantApplication"][..]);
    (control, any::<bool>()).prop_map(|(control, alternative)| {
        if alternative {
            json!({"operator": "OR", "builtInControls": ["compliantDevice", control]})
        } else {
            json!({"operator": "AND", "builtInControls": [control], "authenticationStrength": {"id": STRENGTHS[0]}})
        }
    })
}

pub(crate) fn target_list(kind: &'static str, access: &'static str, targets: Vec<&'static str>) -> Value {
    let targets: Vec<Value> = targets.into_iter().map(|t| json!({"target": t, "targetType": kind})).collect();
    json!({"accessType": access, "targets": targets})
}

pub(crate) fn whole_setting(access: &'static str) -> Value {
    json!({"usersAndGroups": target_list("user", access, vec!["AllUsers"]),
           "applications": target_list("application", access, vec!["AllApplications"])})
}

/// An inbound setting; only a partner's may name people (XT-11).
fn inbound(names_people: bool) -> impl Strategy<Value = Value> {
    let people = if names_people {
        prop_oneof![
            3 => Just(target_list("user", "allowed", vec!["AllUsers"])),
            1 => some(&USERS, 2).prop_map(|u| target_list("user", "allowed", u)),
            1 => some(&GROUPS, 2).prop_map(|g| target_list("group", "blocked", g)),
        ]
        .boxed()
    } else {
        Just(target_list("user", "allowed", vec!["AllUsers"])).boxed()
    };
    let applications = (
        select(&["allowed", "allowed", "blocked"][..]),
        subsequence(&[APPS[0], APPS[1], "Office365"][..], 0..=2),
        prop_oneof![Just(SELF_SERVICE.to_vec()), some(&SELF_SERVICE, 4)],
    )
        .prop_map(|(access, mut apps, pages)| {
            // Nobody knows which of the pages are in the suite, so beside it all of them are named.
            apps.extend(if apps.contains(&"Office365") { SELF_SERVICE.to_vec() } else { pages });
            target_list("application", access, apps)
        });
    prop_oneof![
        10 => Just(whole_setting("allowed")),
        1 => Just(whole_setting("blocked")),
        3 => (people, applications).prop_map(|(p, a)| json!({"usersAndGroups": p, "applications": a})),
    ]
}

fn trust_flags(defaults: bool) -> impl Strategy<Value = Value> {
    let share = if defaults { 0.35 } else { 0.5 };
    let one = move || weighted(0.75, prop::bool::weighted(share));
    (one(), one(), one()).prop_map(|(mfa, compliant, hybrid)| {
        json!({"isMfaAccepted": mfa, "isCompliantDeviceAccepted": compliant,
               "isHybridAzureADJoinedDeviceAccepted": hybrid})
    })
}

pub(crate) fn maybe(share: f64, strategy: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    weighted(share, strategy).prop_map(Option::unwrap_or_default)
}

pub(crate) fn direct_connect() -> impl Strategy<Value = Value> {
    prop_oneof![2 => Just(whole_setting("allowed")), 1 => Just(whole_setting("blocked"))]
}

fn cross_tenant_default() -> impl Strategy<Value = Value> {
    let settings = (
        maybe(0.8, inbound(false)),
        maybe(0.7, direct_connect()),
        maybe(0.7, direct_connect()),
        maybe(0.8, trust_flags(true)),
    );
    settings.prop_map(|(collaboration, direct_in, direct_out, trust)| {
        json!({"@odata.context": context("policies/crossTenantAccessPolicy/default/$entity"),
               "isServiceDefault": false, "inboundTrust": trust,
               "b2bCollaborationInbound": collaboration, "b2bCollaborationOutbound": null,
               "b2bDirectConnectInbound": direct_in, "b2bDirectConnectOutbound": direct_out})
    })
}

fn partner() -> impl Strategy<Value = Value> {
    let settings = (
        maybe(0.5, inbound(true)),
        maybe(0.4, direct_connect()),
        maybe(0.4, direct_connect()),
        maybe(0.7, trust_flags(false)),
        weighted(0.3, any::<bool>()),
    );
    settings.prop_map(|(collaboration, direct_in, direct_out, trust, provider)| {
        json!({"isServiceProvider": provider, "inboundTrust": trust,
               "b2bCollaborationInbound": collaboration, "b2bCollaborationOutbound": null,
               "b2bDirectConnectInbound": direct_in, "b2bDirectConnectOutbound": direct_out})
    })
}

fn named_locations() -> impl Strategy<Value = Vec<Value>> {
    let v4 = |cidr: &str| json!({"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": cidr});
    let v6 = |cidr: &str| json!({"@odata.type": "#microsoft.graph.iPv6CidrRange", "cidrAddress": cidr});
    (any::<bool>(), any::<bool>()).prop_map(move |(trusted, unknown)| {
        let ip = |id: &str, trusted: bool, ranges: Vec<Value>| {
            json!({"@odata.type": "#microsoft.graph.ipNamedLocation", "id": id, "displayName": id,
                   "isTrusted": trusted, "ipRanges": ranges})
        };
        vec![
            ip(LOCATIONS[0], false, vec![v4("203.0.113.0/24")]),
            ip(LOCATIONS[1], trusted, vec![v4("203.0.113.128/25")]),
            ip(LOCATIONS[2], trusted, vec![v6("2001:db8:1::/48"), v4("198.51.100.0/24")]),
            json!({"@odata.type": "#microsoft.graph.countryNamedLocation", "id": LOCATIONS[3],
                   "displayName": "country", "countriesAndRegions": ["DE", "AT"],
                   "countryLookupMethod": "clientIpAddress", "includeUnknownCountriesAndRegions": unknown}),
        ]
    })
}

fn configuration(kind: &'static str, id: &'static str, extra: Value) -> impl Strategy<Value = Option<Value>> {
    let include = prop_oneof![10 => Just(vec!["all_users"]), 4 => some(&GROUPS, 2), 1 => some(&USERS, 2)];
    let exclude = prop_oneof![10 => Just(vec![]), 2 => some(&GROUPS, 1), 1 => some(&USERS, 1)];
    let modes = select(&["any", "any", "push", "deviceBasedPush"][..]);
    let parts = (prop::bool::weighted(0.75), include, exclude, modes, any::<bool>());
    weighted(0.9, parts).prop_map(move |parts| {
        let (enabled, include, exclude, mode, switch) = parts?;
        let mut value = json!({"@odata.type": format!("#microsoft.graph.{kind}AuthenticationMethodConfiguration"),
            "id": id, "state": if enabled { "enabled" } else { "disabled" }, "includeTargets": [], "excludeTargets": []});
        if kind == "external" {
            value["@odata.type"] = json!("#microsoft.graph.externalAuthenticationMethodConfiguration");
        }
        for (key, list) in [("includeTargets", include), ("excludeTargets", exclude)] {
            let targets = list.into_iter().map(|id| {
                let kind_of = if USERS.contains(&id) { "user" } else { "group" };
                let mut target = json!({"targetType": kind_of, "id": id});
                if kind == "microsoftAuthenticator" && key == "includeTargets" {
                    target["authenticationMode"] = json!(mode);
                }
                target
            });
            value[key] = targets.collect();
        }
        for (key, choices) in extra.as_object().into_iter().flatten() {
            value[key.as_str()] = choices[usize::from(switch)].clone();
        }
        Some(value)
    })
}

pub(crate) fn methods_policy() -> impl Strategy<Value = Value> {
    let configurations = (
        configuration("fido2", "Fido2", json!({})),
        configuration(
            "microsoftAuthenticator",
            "MicrosoftAuthenticator",
            json!({"isSoftwareOathEnabled": [false, true]}),
        ),
        configuration("sms", "Sms", json!({})),
        configuration("voice", "Voice", json!({})),
        configuration("softwareOath", "SoftwareOath", json!({})),
        configuration("hardwareOath", "HardwareOath", json!({})),
        configuration("temporaryAccessPass", "TemporaryAccessPass", json!({"isUsableOnce": [false, true]})),
        prop_oneof![
            1 => configuration("x509Certificate", "X509Certificate", json!({})),
            3 => configuration("x509Certificate", "X509Certificate", json!({"state": ["disabled", "disabled"]})),
        ],
        configuration("qrCodePin", "QRCodePin", json!({})),
        configuration("email", "Email", json!({"allowExternalIdToUseEmailOtp": ["default", "disabled"]})),
        configuration("external", "ffffffff-0000-4000-8000-000000000001", json!({})),
    );
    let migration =
        select(&["migrationComplete", "migrationComplete", "migrationInProgress", "preMigration"][..]);
    (migration, configurations).prop_map(|(migration, c)| {
        let all = [c.0, c.1, c.2, c.3, c.4, c.5, c.6, c.7, c.8, c.9, c.10];
        let all: Vec<Value> = all.into_iter().flatten().collect();
        json!({"@odata.context": context("policies/authenticationMethodsPolicy/$entity"),
               "id": "authenticationMethodsPolicy", "policyMigrationState": migration,
               "authenticationMethodConfigurations": all})
    })
}

/// A fully filled scenario of INTERFACE §5.
pub(crate) fn scenario() -> impl Strategy<Value = Value> {
    (user(), target(), scenario_conditions(), credentials(), home()).prop_map(
        |(user, target, conditions, mut credentials, home)| {
            if user["identityProvider"] == "internal" {
                // Credentials of local people live in the resource tenant alone.
                credentials["registeredHome"] = json!([]);
            }
            json!({"user": user, "target": target, "conditions": conditions, "credentials": credentials, "home": home})
        },
    )
}

fn user() -> impl Strategy<Value = Value> {
    let collaboration = || {
        select(vec![
            "b2bCollaborationGuest",
            "b2bCollaborationGuest",
            "b2bCollaborationMember",
            "otherExternalUser",
        ])
    };
    let others = || select(vec!["msa", "emailOtp", "google", "facebook", "samlWsFed"]);
    let who = prop_oneof![
        5 => Just(("member", "internal")),
        2 => Just(("internalGuest", "internal")),
        8 => collaboration().prop_map(|kind| (kind, "entra")),
        2 => Just(("b2bDirectConnectUser", "entra")),
        2 => Just(("serviceProvider", "entra")),
        4 => (collaboration(), others()),
        1 => select(vec![("member", "entra"), ("b2bCollaborationMember", "internal"), ("internalGuest", "entra"),
                         ("b2bDirectConnectUser", "google"), ("serviceProvider", "msa")]),
    ];
    (
        who,
        weighted(0.95, select(&HOMES[..])),
        some(&GROUPS, 2),
        some(&ROLES, 1),
        weighted(0.5, select(&USERS[..])),
        weighted(0.2, any::<bool>()),
    )
        .prop_map(|((kind, provider), home, groups, roles, id, also)| {
            let home = home.filter(|_| provider == "entra");
            // Who collaborates may be known over direct connect too, and the other way round (CA-27, EXT-4).
            let also = also.and_then(|member| match kind {
                "b2bCollaborationGuest" | "b2bCollaborationMember" => Some("b2bDirectConnectUser"),
                "b2bDirectConnectUser" | "serviceProvider" if member => Some("b2bCollaborationMember"),
                "b2bDirectConnectUser" | "serviceProvider" => Some("b2bCollaborationGuest"),
                _ => None,
            });
            json!({"id": id, "kind": kind, "alsoKind": also, "identityProvider": provider, "homeTenant": home,
                   "groups": groups, "roles": roles})
        })
}

fn target() -> impl Strategy<Value = Value> {
    let applications =
        vec!["All", APPS[0], APPS[1], APPS[2], SUITES[0], SUITES[1], TEAMS, AZURE_PORTAL, "baselineScopes"];
    prop_oneof![
        20 => select(applications).prop_map(|a| json!({"application": a})),
        3 => Just(json!({"userAction": REGISTER})),
        1 => Just(json!({"userAction": "urn:user:registerdevice"})),
        1 => select(vec!["c1", "c2"]).prop_map(|c| json!({"authenticationContext": c})),
    ]
}

fn scenario_conditions() -> impl Strategy<Value = Value> {
    let client = prop_oneof![
        6 => Just("browser"),
        3 => Just("mobileAppsAndDesktopClients"),
        1 => Just("exchangeActiveSync"),
        1 => Just("other"),
    ];
    let platform = select(vec!["windows", "iOS", "android", "macOS", "linux", "unknown"]);
    let flow = select(vec!["none", "none", "none", "deviceCodeFlow", "authenticationTransfer"]);
    let listed = prop_oneof![4 => Just(vec![]), 1 => some(&LOCATIONS, 2)];
    let risk = || select(vec!["none", "none", "none", "low", "medium", "high"]);
    let insider = weighted(0.3, select(vec!["minor", "moderate", "elevated"]));
    let device = weighted(0.6, device());
    let place = (weighted(0.7, select(&ADDRESSES[..])), weighted(0.6, select(vec!["DE", "US"])), listed);
    (client, platform, flow, place, risk(), risk(), insider, device).prop_map(
        |(client, platform, flow, (address, country, listed), sign_in, user, insider, device)| {
            json!({"clientAppType": client, "platform": platform, "ipAddress": address, "country": country,
                   "namedLocations": listed, "signInRiskLevel": sign_in, "userRiskLevel": user,
                   "insiderRiskLevel": insider, "authenticationFlow": flow, "device": device})
        },
    )
}

/// Methods that somebody may have registered.
const HELD: [&str; 11] = [
    "sms",
    "voice",
    "microsoftAuthenticatorPush",
    "softwareOath",
    "hardwareOath",
    "fido2",
    "windowsHelloForBusiness",
    "deviceBasedPush",
    "x509CertificateMultiFactor",
    "x509CertificateSingleFactor",
    EAM,
];

fn credentials() -> impl Strategy<Value = Value> {
    let first = prop_oneof![
        6 => Just("password"),
        3 => Just("windowsHelloForBusiness"),
        2 => Just("fido2"),
        2 => Just("federated"),
        3 => select(vec!["deviceBasedPush", "temporaryAccessPassOneTime", "temporaryAccessPassMultiUse", "qrCodePin",
                         "x509CertificateMultiFactor", "x509CertificateSingleFactor", "sms"]),
    ];
    let claim = prop_oneof![
        4 => Just(vec![]),
        2 => subsequence(&HELD[..], 1..=2),
        1 => Just(vec!["temporaryAccessPassOneTime"]),
    ];
    let can_register = prop_oneof![
        2 => Just(vec!["*"]),
        1 => Just(vec![]),
        2 => subsequence(vec!["sms", "microsoftAuthenticatorPush", "softwareOath", "fido2", EAM], 1..=2),
    ];
    let registered = || prop_oneof![1 => Just(vec![]), 1 => subsequence(&HELD[..], 1..=3)];
    (first, claim, registered(), registered(), can_register, prop::bool::weighted(0.8), prop::bool::weighted(0.85))
        .prop_map(|(first, claim, home, resource, can_register, terms, interactive)| {
            json!({"firstFactor": first, "mfaClaim": claim, "registeredHome": home, "registeredResource": resource,
                   "canRegister": can_register, "acceptsTerms": terms, "interactive": interactive})
        })
}

fn home() -> impl Strategy<Value = Value> {
    let allowed =
        prop_oneof![2 => Just(json!("*")), 1 => subsequence(&HELD[..], 0..=6).prop_map(|m| json!(m))];
    let behavior = select(vec![
        None,
        Some("acceptIfMfaDoneByFederatedIdp"),
        Some("enforceMfaByFederatedIdp"),
        Some("rejectMfaByFederatedIdp"),
    ]);
    (allowed, prop::bool::weighted(0.9), behavior, any::<bool>(), prop::bool::weighted(0.75)).prop_map(
        |(allowed, outbound, behavior, asserted, registration)| {
            json!({"allowedMethods": allowed, "outboundAllowed": outbound, "federatedIdpMfaBehavior": behavior,
                   "federatedMfaAsserted": asserted, "registrationAllowed": registration})
        },
    )
}
