//! Cross-tenant access: effective settings, trust and the inbound gate (XT-20 to XT-28).

use super::applies::in_suite;
use super::homes::{given, lets_in, lets_out_directly};
use super::scenario::{Kind, Path, Scenario, Target, flag, id, items, text};
use super::{Evidence, Oracle};
use serde_json::Value;
use std::collections::BTreeSet;

const DEFAULT: &str = "crossTenantAccessPolicy/default.json";
const PARTNERS: &str = "crossTenantAccessPolicy/partners.json";
/// My Apps, App Access Panel, My Profile, My Sign-Ins (XT-26).
const SELF_SERVICE: [&str; 4] = [
    "2793995e-0a7d-40d7-bd35-6968ba142197",
    "0000000c-0000-0000-c000-000000000000",
    "8c59ead7-d703-4a27-9e55-c96a0054c8d2",
    "19db86c3-b2b9-44cc-b339-36da233a3be2",
];

fn default_settings(o: &Oracle) -> &Value {
    o.object(DEFAULT).unwrap_or_else(|| panic!("oracle: without {DEFAULT} the gate is unknown"))
}

fn partner<'a>(o: &'a Oracle, s: &Scenario) -> Option<&'a Value> {
    partner_for(o, s.home_tenant.as_ref()?)
}

fn partner_for<'a>(o: &'a Oracle, tenant: &str) -> Option<&'a Value> {
    o.objects(PARTNERS).into_iter().find(|p| text(&p["tenantId"]).as_deref() == Some(tenant))
}

/// A top-level property as it holds for another tenant (XT-20).
pub(crate) fn effective_for<'a>(o: &'a Oracle, tenant: &str, property: &str) -> &'a Value {
    match partner_for(o, tenant) {
        Some(p) if !p[property].is_null() => &p[property],
        _ => &default_settings(o)[property],
    }
}

/// A top-level property: the partner's, or else the default's (XT-20). People without a home tenant have no partner.
fn effective<'a>(o: &'a Oracle, s: &Scenario, property: &str) -> &'a Value {
    match partner(o, s) {
        Some(p) if s.entra() && !p[property].is_null() => &p[property],
        _ => &default_settings(o)[property],
    }
}

/// One flag of the effective inbound trust.
fn inbound_trust(o: &Oracle, s: &Scenario, name: &str) -> bool {
    let general = flag(&default_settings(o)["inboundTrust"][name], false);
    match partner(o, s) {
        Some(p) if !p["inboundTrust"].is_null() => {
            let inherited = general && o.reading_is("PARTNER_PARTIAL_NULL", "inherit per flag");
            flag(&p["inboundTrust"][name], inherited)
        }
        Some(_) => general,
        None => general && !(name == "isMfaAccepted" && o.without == Some(Evidence::ForeignMfa)),
    }
}

/// MFA done at home counts here (XT-22, EXT-29).
pub(crate) fn trusts_mfa(o: &Oracle, s: &Scenario) -> bool {
    s.entra() && (s.kind == Kind::ServiceProvider || inbound_trust(o, s, "isMfaAccepted"))
}

/// The device has what the control asks for, in a tenant whose word counts (CA-69, CA-53, EXT-20).
pub(crate) fn device_ok(o: &Oracle, s: &Scenario, compliance: bool) -> bool {
    let Some(device) = &s.device else { return false };
    let has = if compliance { device.compliant } else { device.hybrid };
    if !has || s.flow == "devicecodeflow" {
        return false;
    }
    // A device that gets in by the word of a tenant that is left out is compliant over there, and not here.
    let over_there = || {
        let with = Oracle { without: None, ..o.clone() };
        o.without == Some(Evidence::ForeignDevice) && claim_accepted(&with, s, compliance)
    };
    let here = || compliance && o.reading_is("GUEST_DEVICE_IN_R", "possible") && !over_there();
    if s.local() || here() {
        return true;
    }
    claim_accepted(o, s, compliance)
}

/// Claims about compliance, or else about joining, of the home's devices are accepted.
fn claim_accepted(o: &Oracle, s: &Scenario, compliance: bool) -> bool {
    let name = if compliance { "isCompliantDeviceAccepted" } else { "isHybridAzureADJoinedDeviceAccepted" };
    let left_out = o.without == Some(Evidence::ForeignDevice) && partner(o, s).is_none();
    s.entra()
        && !left_out
        && (inbound_trust(o, s, name)
            || o.reading_is("DEVICE_TRUST_SIDE", "H")
            || (s.kind == Kind::ServiceProvider && o.yes("SERVICE_PROVIDER_DEVICE")))
}

/// Any claim about the home's devices is accepted (CA-52).
pub(crate) fn trusts_devices(o: &Oracle, s: &Scenario) -> bool {
    let flags = [claim_accepted(o, s, true), claim_accepted(o, s, false)];
    if o.yes("DEVICE_TRUST_ANY") { flags.contains(&true) } else { !flags.contains(&false) }
}

/// Whether both tenants let the person through (XT-23).
pub(crate) fn gate_open(o: &Oracle, s: &Scenario) -> bool {
    !refused_by_home(o, s) && !refused_inbound(o, s) && !refused_in_reverse(o, s)
}

/// There is a gate to pass (XT-23, XT-28).
fn gated(o: &Oracle, s: &Scenario) -> bool {
    match () {
        () if s.local() => false,
        () if !s.entra() => o.reading_is("XTAP_APPLIES_TO_NON_ENTRA", "applies"),
        () => s.path() != Path::Delegated || o.yes("SERVICE_PROVIDER_GATE"),
    }
}

/// The home's outbound settings refuse.
pub(crate) fn refused_by_home(o: &Oracle, s: &Scenario) -> bool {
    s.entra() && gated(o, s) && !s.home_outbound
}

/// This tenant's inbound settings refuse.
pub(crate) fn refused_inbound(o: &Oracle, s: &Scenario) -> bool {
    let direct = s.entra() && s.path() == Path::DirectConnect;
    let (name, unset) =
        if direct { ("b2bDirectConnectInbound", false) } else { ("b2bCollaborationInbound", true) };
    gated(o, s) && !admits(o, s, effective(o, s, name), unset)
}

/// The reverse pair of direct connect refuses, where it counts (XT-24).
pub(crate) fn refused_in_reverse(o: &Oracle, s: &Scenario) -> bool {
    s.entra()
        && s.path() == Path::DirectConnect
        && o.yes("DC_REVERSE")
        && !(admits(o, s, effective(o, s, "b2bDirectConnectOutbound"), false) && lets_in(o, s))
}

/// The settings that are known let the person come over direct connect (XT-24).
pub(crate) fn direct_connect_open(o: &Oracle, s: &Scenario) -> bool {
    let here = |name: &str| admits(o, s, effective(o, s, name), false);
    here("b2bDirectConnectInbound")
        && lets_out_directly(o, s)
        && (!o.yes("DC_REVERSE") || (here("b2bDirectConnectOutbound") && lets_in(o, s)))
}

/// The users, or groups, that inbound or outbound settings name: they may live in a home tenant.
pub(crate) fn ids_of_homes(o: &Oracle, other: &str) -> BTreeSet<String> {
    let settings = ["b2bCollaborationInbound", "b2bDirectConnectInbound", "b2bDirectConnectOutbound"];
    let holders = o.object(DEFAULT).into_iter().chain(o.objects(PARTNERS));
    let parts = holders.flat_map(|holder| settings.map(|name| &holder[name]["usersAndGroups"]["targets"]));
    let named = parts.flat_map(|targets| items(targets));
    let meant = named.filter(|t| text(&t["targetType"]).as_deref() != Some(other));
    meant.filter_map(|t| text(&t["target"])).collect()
}

/// One inbound or outbound setting; `unset` is what a setting means that is null in the default too.
pub(crate) fn admits(o: &Oracle, s: &Scenario, setting: &Value, unset: bool) -> bool {
    if setting.is_null() {
        return unset;
    }
    part_admits(&setting["usersAndGroups"], |target, kind| {
        // What a tenant says of another's people names them as they are there.
        let own = [&s.user, &s.home_user].into_iter().any(|id| id.as_deref() == Some(target));
        let member = s.groups.iter().any(|g| g == target);
        target == "allusers" || (kind != "group" && own) || (kind != "user" && member)
    }) && application_ok(o, s, &setting["applications"])
}

fn application_ok(o: &Oracle, s: &Scenario, part: &Value) -> bool {
    match &s.target {
        Target::Application(app) => part_admits(part, |target, _| admits_application(target, app)),
        Target::UserAction(_) | Target::Context(_) if restricted(part) => o.yes("GATE_TARGET"),
        Target::UserAction(_) | Target::Context(_) => {
            part_admits(part, |target, _| target == "allapplications")
        }
    }
}

fn admits_application(target: &str, app: &str) -> bool {
    match target {
        "allapplications" => true,
        "office365" => in_suite("office365", app),
        "allmicrosoftapps" => panic!("oracle: AllMicrosoftApps is not modelled"),
        other => other == app,
    }
}

/// `ok` of XT-23; a part that is missing admits everything.
fn part_admits(part: &Value, hits: impl Fn(&str, &str) -> bool) -> bool {
    let hit = |t: &Value| {
        let kind = text(&t["targetType"]).unwrap_or_default();
        text(&t["target"]).is_some_and(|target| hits(&target, &kind))
    };
    let listed = items(&part["targets"]).iter().any(|t| hit(t));
    match text(&part["accessType"]).as_deref() {
        None => true,
        Some("allowed") => listed,
        Some("blocked") => !listed,
        Some(other) => panic!("oracle: unknown accessType {other:?}"),
    }
}

/// Only some applications are named, in whichever direction.
fn restricted(part: &Value) -> bool {
    let everything = |t: &&Value| text(&t["target"]).as_deref() == Some("allapplications");
    !part["accessType"].is_null() && !items(&part["targets"]).iter().any(everything)
}

/// Whether the applications that registration in R needs are reachable (XT-26, REG-33).
pub(crate) fn registration_pages_open(o: &Oracle, s: &Scenario) -> bool {
    if s.local() || (!s.entra() && o.reading_is("XTAP_APPLIES_TO_NON_ENTRA", "doesn't")) {
        return true;
    }
    let mut parts = vec![&effective(o, s, "b2bCollaborationInbound")["applications"]];
    if let Some(home) = given(o, s) {
        // They have to be on the home's outbound list too.
        let here = o.object("organization.json").map(id).unwrap_or_default();
        parts.push(&effective_for(home, &here, "b2bCollaborationOutbound")["applications"]);
    }
    // The pages are in no suite: XT-26 wants them listed one by one.
    let hits = |target: &str, page: &str| target == "allapplications" || target == page;
    let open = SELF_SERVICE
        .iter()
        .filter(|page| parts.iter().all(|part| part_admits(part, |target, _| hits(target, page))))
        .count();
    match open {
        0 => false,
        4 => true,
        _ => o.yes("XT26_PARTIAL"),
    }
}
