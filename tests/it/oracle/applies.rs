//! Which policies apply to a sign-in (CA-20 to CA-56).

use super::Oracle;
use super::access::{direct_connect_open, ids_of_homes};
use super::filter::{application_matches, device_is_seen, device_matches};
use super::homes::ids_over_there;
use super::scenario::{Kind, Scenario, Target, flag, id, items, kind, text, texts};
use serde_json::Value;
use std::net::IpAddr;

pub(crate) const REGISTER: &str = "urn:user:registersecurityinfo";
const MSA_TENANT: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";
const OFFICE_365: [&str; 3] = [
    "00000002-0000-0ff1-ce00-000000000000",
    "00000003-0000-0ff1-ce00-000000000000",
    "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe",
];
const IN_NO_SUITE: [&str; 3] = [
    "00000003-0000-0000-c000-000000000000",
    "00000002-0000-0000-c000-000000000000",
    "797f4846-ba00-4fd7-ba43-dac1f8f63013",
];

/// The portal, the command line and PowerShell.
pub(crate) const AZURE_TOOLS: [&str; 3] = [
    "c44b4083-3bb0-49c1-b47d-974e53cbdf3c",
    "04b07795-8ddb-461a-bbee-02f9e1bf7b46",
    "1950a258-227b-4e31-a9cf-717495945fc2",
];

/// Assignments and conditions all match (CA-40).
pub(crate) fn applies(o: &Oracle, policy: &Value, s: &Scenario) -> bool {
    target_matches(o, policy, s) && matches_but_for_target(o, policy, s)
}

/// Everything but the target matches.
pub(crate) fn matches_but_for_target(o: &Oracle, policy: &Value, s: &Scenario) -> bool {
    let c = &policy["conditions"];
    for unmodelled in ["clientApplications", "times", "agentIdRiskLevels"] {
        assert!(
            c[unmodelled].is_null(),
            "oracle: condition {unmodelled} of policy {} is unknown",
            id(policy)
        );
    }
    let users = &c["users"];
    (listed(o, users, "include", s) && !listed(o, users, "exclude", s))
        && client_matches(o, &c["clientAppTypes"], s)
        && platform_matches(o, &c["platforms"], s)
        && location_matches(o, &c["locations"], s)
        && risk_matches(&c["signInRiskLevels"], &s.sign_in_risk)
        && risk_matches(&c["userRiskLevels"], &s.user_risk)
        && insider_matches(&c["insiderRiskLevels"], s)
        && flow_matches(&c["authenticationFlows"], s)
        && device_matches(o, &c["devices"], s)
        && states_match(o, &c["deviceStates"], s)
}

/// One side of the user assignment: the union of its lists (CA-20).
fn listed(o: &Oracle, users: &Value, side: &str, s: &Scenario) -> bool {
    let by_user = texts(&users[format!("{side}Users")]).iter().any(|u| match u.as_str() {
        "all" => reached_by_all(o, s),
        "none" => false,
        "guestsorexternalusers" => reached_by_legacy_keyword(o, s),
        user => s.user.as_deref() == Some(user),
    });
    let exists = o.known_groups();
    let by_group = texts(&users[format!("{side}Groups")])
        .iter()
        .any(|g| s.groups.contains(g) && exists.as_ref().is_none_or(|all| all.contains(g)));
    let roles = texts(&users[format!("{side}Roles")]);
    let by_role = roles.iter().any(|r| s.roles.contains(r));
    let guests = &users[format!("{side}GuestsOrExternalUsers")];
    by_user || by_group || by_role || (!guests.is_null() && guests_match(o, guests, s))
}

fn reached_by_all(o: &Oracle, s: &Scenario) -> bool {
    match s.kind {
        Kind::DirectConnect | Kind::ServiceProvider => o.yes("ALL_USERS_COVERS_OBJECTLESS"),
        Kind::OtherExternal => o.yes("ALL_USERS_OTHER_EXTERNAL") || has_object(o, s),
        _ => true,
    }
}

/// The scenario names an object of this tenant: an id that cross-tenant settings do not claim for a home tenant.
fn has_object(o: &Oracle, s: &Scenario) -> bool {
    let (users, groups, there) = (ids_of_homes(o, "group"), ids_of_homes(o, "user"), ids_over_there(o));
    let own_group = |id: &String| !groups.contains(id) && !there.contains(id);
    s.user.iter().any(|id| !users.contains(id)) || s.groups.iter().any(own_group)
}

fn reached_by_legacy_keyword(o: &Oracle, s: &Scenario) -> bool {
    if o.reading_is("LEGACY_GUEST_KEYWORD", "all six types") {
        s.kind != Kind::Member
    } else {
        matches!(s.kind, Kind::InternalGuest | Kind::CollaborationGuest)
    }
}

fn guests_match(o: &Oracle, guests: &Value, s: &Scenario) -> bool {
    let types = texts(&guests["guestOrExternalUserTypes"]);
    let ways = [Some(s.kind), s.also.filter(|also| also_counts(o, *also, s))];
    let named = types.iter().any(|t| t != "none" && ways.contains(&Some(kind(t))));
    if s.kind == Kind::Member || !named {
        return false;
    }
    let tenants = &guests["externalTenants"];
    if tenants.is_null() || text(&tenants["membershipKind"]).as_deref() == Some("all") {
        return true;
    }
    let members = texts(&tenants["members"]);
    if s.entra() {
        return s.home_tenant.as_ref().is_some_and(|home| members.contains(home));
    }
    if s.local() {
        return o.yes("ENUM_INTERNAL_GUEST");
    }
    o.reading_is("ENUM_MATCHES_NON_ENTRA", "matches always")
        || (o.reading_is("ENUM_MATCHES_NON_ENTRA", "MSA by that id")
            && s.provider == "msa"
            && members.iter().any(|m| m == MSA_TENANT))
}

/// Whether the second way counts (CA-27, EXT-4).
fn also_counts(o: &Oracle, also: Kind, s: &Scenario) -> bool {
    match (also, s.kind) {
        (Kind::DirectConnect, _) => {
            let Target::Application(app) = &s.target else { return false };
            s.entra() && OFFICE_365[1..].contains(&app.as_str()) && direct_connect_open(o, s)
        }
        (_, Kind::DirectConnect) => true,
        (_, Kind::ServiceProvider) => o.reading_is("SP_WITH_OBJECT", "both"),
        _ => false,
    }
}

pub(crate) fn target_matches(o: &Oracle, policy: &Value, s: &Scenario) -> bool {
    let a = &policy["conditions"]["applications"];
    match &s.target {
        Target::Application(app) if app == "baselinescopes" => baseline_matches(o, a, s),
        Target::Application(app) => {
            let filter = application_matches(o, &a["applicationFilter"], &s.target);
            (names_application(&a["includeApplications"], app) || filter == Some((true, true)))
                && !(names_application(&a["excludeApplications"], app) || filter == Some((true, false)))
        }
        Target::UserAction(action) => {
            texts(&a["includeUserActions"]).contains(action)
                || (action == REGISTER && includes_all(policy) && o.yes("ALL_COVERS_REGISTRATION"))
        }
        Target::Context(context) => {
            texts(&a["includeAuthenticationContextClassReferences"]).contains(context)
                || (includes_all(policy) && o.yes("CONTEXT_PLUS_ALL"))
        }
    }
}

/// A request for nothing but baseline scopes (CA-34, CA-35).
fn baseline_matches(o: &Oracle, a: &Value, s: &Scenario) -> bool {
    if o.reading_is("BASELINE", "enforced") {
        let directory = Target::Application("00000002-0000-0000-c000-000000000000".into());
        let asked = Scenario { target: directory, ..s.clone() };
        return target_matches(o, &serde_json::json!({"conditions": {"applications": a}}), &asked);
    }
    let filter = &a["applicationFilter"];
    let leaves_out =
        !texts(&a["excludeApplications"]).is_empty() || text(&filter["mode"]).as_deref() == Some("exclude");
    texts(&a["includeApplications"]).iter().any(|app| app == "all") && !leaves_out
}

/// The policy includes `All` applications.
pub(crate) fn includes_all(policy: &Value) -> bool {
    texts(&policy["conditions"]["applications"]["includeApplications"]).iter().any(|a| a == "all")
}

/// The policy lists the registration page.
pub(crate) fn lists_registration(policy: &Value) -> bool {
    texts(&policy["conditions"]["applications"]["includeUserActions"]).iter().any(|a| a == REGISTER)
}

/// A policy on `All` that leaves the target application out by name.
pub(crate) fn excludes_target(o: &Oracle, policy: &Value, s: &Scenario) -> bool {
    matches!(s.target, Target::Application(_)) && includes_all(policy) && !target_matches(o, policy, s)
}

fn names_application(list: &Value, app: &str) -> bool {
    texts(list).iter().any(|entry| match entry.as_str() {
        "all" => true,
        "none" => false,
        "office365" | "microsoftadminportals" => in_suite(entry, app),
        // Azure's management interface stands for its portal and its tools (CA-32).
        "797f4846-ba00-4fd7-ba43-dac1f8f63013" if AZURE_TOOLS.contains(&app) => true,
        other => other == app && app != "all",
    })
}

/// Whether an application (or the keyword itself) belongs to a suite.
///
/// # Panics
/// If that is not known.
pub(crate) fn in_suite(suite: &str, app: &str) -> bool {
    let keyword = ["all", "office365", "microsoftadminportals", "baselinescopes"].contains(&app);
    if app == AZURE_TOOLS[0] {
        return suite == "microsoftadminportals";
    }
    let known =
        keyword || OFFICE_365.contains(&app) || IN_NO_SUITE.contains(&app) || AZURE_TOOLS.contains(&app);
    assert!(known, "oracle: it is unknown whether {app} is in {suite}");
    app == suite || (suite == "office365" && OFFICE_365.contains(&app))
}

fn client_matches(o: &Oracle, types: &Value, s: &Scenario) -> bool {
    let types = texts(types);
    assert!(!types.iter().any(|t| t == "eassupported"), "oracle: easSupported is not modelled");
    if types.is_empty() {
        let modern = s.client == "browser" || s.client == "mobileappsanddesktopclients";
        return modern || o.reading_is("CLIENTAPPS_EMPTY", "all four");
    }
    types.iter().any(|t| *t == "all" || *t == s.client)
}

/// An include and an exclude list over one kind of thing (CA-41, CA-46, OQ-57).
fn lists_match(o: &Oracle, include: &[String], exclude: &[String], hits: impl Fn(&str) -> bool) -> bool {
    let included = if include.is_empty() {
        o.reading_is("EMPTY_INCLUDE", "matches all")
    } else {
        include.iter().any(|entry| hits(entry))
    };
    included && !exclude.iter().any(|entry| hits(entry))
}

fn platform_matches(o: &Oracle, platforms: &Value, s: &Scenario) -> bool {
    if platforms.is_null() {
        return true;
    }
    let hits = |entry: &str| entry == "all" || (entry == s.platform && s.platform != "unknown");
    lists_match(o, &texts(&platforms["includePlatforms"]), &texts(&platforms["excludePlatforms"]), hits)
}

fn location_matches(o: &Oracle, locations: &Value, s: &Scenario) -> bool {
    if locations.is_null() {
        return true;
    }
    let hits = |entry: &str| match entry {
        "all" => true,
        "alltrusted" => in_anything_trusted(o, s),
        location => {
            let known = o.objects("namedLocations.json");
            known.into_iter().find(|l| id(l) == location).is_some_and(|l| in_location(l, s))
        }
    };
    assert!(o.files.contains_key("namedLocations.json"), "oracle: named locations are unknown");
    lists_match(o, &texts(&locations["includeLocations"]), &texts(&locations["excludeLocations"]), hits)
}

/// In a named location that is marked as trusted.
fn in_trusted_location(o: &Oracle, s: &Scenario) -> bool {
    let all = o.objects("namedLocations.json");
    all.into_iter().any(|l| flag(&l["isTrusted"], false) && in_location(l, s))
}

fn in_anything_trusted(o: &Oracle, s: &Scenario) -> bool {
    let trusted = in_trusted_location(o, s);
    assert!(trusted, "oracle: AllTrusted depends on the legacy MFA trusted IPs, which are unknown");
    trusted
}

pub(crate) fn in_location(location: &Value, s: &Scenario) -> bool {
    let named = s.named_locations.contains(&id(location));
    if location.get("countriesAndRegions").is_some() {
        return named
            || match &s.country {
                Some(country) => texts(&location["countriesAndRegions"]).contains(country),
                None => flag(&location["includeUnknownCountriesAndRegions"], false),
            };
    }
    if location.get("ipRanges").is_some() && s.named_locations.is_empty() {
        let ranges = items(&location["ipRanges"]);
        return s.address.is_some_and(|a| {
            ranges.iter().any(|r| in_range(&text(&r["cidrAddress"]).unwrap_or_default(), a))
        });
    }
    named
}

fn in_range(cidr: &str, address: IpAddr) -> bool {
    let parsed = cidr
        .split_once('/')
        .and_then(|(base, length)| Some((base.parse::<IpAddr>().ok()?, length.parse::<u32>().ok()?)));
    match (parsed, address) {
        (Some((IpAddr::V4(base), length)), IpAddr::V4(a)) => {
            (u32::from(base) ^ u32::from(a)).leading_zeros() >= length
        }
        (Some((IpAddr::V6(base), length)), IpAddr::V6(a)) => {
            (u128::from(base) ^ u128::from(a)).leading_zeros() >= length
        }
        (Some(_), _) => false,
        (None, _) => panic!("oracle: {cidr:?} is no address range"),
    }
}

/// Device states: what is listed is left out (CA-4).
fn states_match(o: &Oracle, states: &Value, s: &Scenario) -> bool {
    let seen = s.device.as_ref().filter(|_| device_is_seen(o, s));
    let out = texts(&states["excludeStates"]);
    !seen.is_some_and(|device| {
        (device.compliant && out.iter().any(|state| state == "compliant"))
            || (device.hybrid && out.iter().any(|state| state == "domainjoined"))
    })
}

fn risk_matches(levels: &Value, risk: &str) -> bool {
    let levels = texts(levels);
    levels.is_empty() || levels.iter().any(|l| l == risk)
}

fn insider_matches(levels: &Value, s: &Scenario) -> bool {
    levels.is_null()
        || (s.local() && s.insider_risk.as_ref().is_some_and(|level| texts(levels).contains(level)))
}

fn flow_matches(flows: &Value, s: &Scenario) -> bool {
    flows.is_null() || (s.flow != "none" && texts(&flows["transferMethods"]).contains(&s.flow))
}
