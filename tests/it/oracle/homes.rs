//! Home tenants of which the configuration is given: what they allow, whom they let out, when they let somebody register, and
//! what their domains say of a federated first factor (XT-20 to XT-24, AMP-10, SM-69, FED-2 to FED-6).
//!
//! At home the person is a member, so a home is another [`Oracle`] that is asked about a member.

use super::Oracle;
use super::access::{admits, effective_for};
use super::applies::{REGISTER, includes_all, lists_registration, matches_but_for_target};
use super::controls::{Demand, Member, Proofs, Setting, State, Step};
use super::methods::{Methods, allowed_in_resource};
use super::scenario::{Kind, Path, Scenario, Target, flag, id, items, text};
use super::search::Closed;
use serde_json::Value;
use std::collections::BTreeSet;

/// The home of the person, if its configuration is given.
pub(crate) fn given<'a>(o: &'a Oracle, s: &Scenario) -> Option<&'a Oracle> {
    let tenant = s.home_tenant.as_ref().filter(|_| s.entra())?;
    o.homes.get(tenant)
}

/// The scenario with what is known of the tenant of the credentials in place of what the scenario says of it.
pub(crate) fn settled(o: &Oracle, mut s: Scenario) -> Scenario {
    let home = given(o, &s);
    let own = if s.local() { Some(o) } else { home };
    if let Some(own) = own
        && let Some(domain) = domain_of(own, &s)
    {
        match behavior(own, domain, &s) {
            Some(behavior) => s.federated_behavior = behavior,
            None => {
                s.federated_behavior = "acceptifmfadonebyfederatedidp".into();
                s.federated_mfa = false;
            }
        }
    }
    if let Some(home) = home {
        s.home_allowed = allowed_in_resource(home, &over_there(&s));
        s.home_outbound = lets_out(o, home, &s);
        s.home_registration = true;
    }
    s
}

/// The person under the id that they have at home.
fn over_there(s: &Scenario) -> Scenario {
    Scenario { user: s.home_user.clone(), roles: s.home_roles.clone(), ..s.clone() }
}

/// The home's own settings for this tenant (XT-20, XT-23, XT-24).
fn lets_out(o: &Oracle, home: &Oracle, s: &Scenario) -> bool {
    let here = o.object("organization.json").map(id).unwrap_or_default();
    let direct = s.path() == Path::DirectConnect;
    let name = if direct { "b2bDirectConnectOutbound" } else { "b2bCollaborationOutbound" };
    let s = &over_there(s);
    admits(home, s, effective_for(home, &here, name), !direct)
}

/// A home that is given lets the person out over direct connect, too (CA-27, XT-24).
pub(crate) fn lets_out_directly(o: &Oracle, s: &Scenario) -> bool {
    let here = o.object("organization.json").map(id).unwrap_or_default();
    given(o, s).is_none_or(|home| {
        admits(home, &over_there(s), effective_for(home, &here, "b2bDirectConnectOutbound"), false)
    })
}

/// The home's own settings let this tenant's people in over direct connect (XT-24).
pub(crate) fn lets_in(o: &Oracle, s: &Scenario) -> bool {
    let here = o.object("organization.json").map(id).unwrap_or_default();
    given(o, s).is_none_or(|home| {
        admits(home, &over_there(s), effective_for(home, &here, "b2bDirectConnectInbound"), false)
    })
}

/// The verified domain of the person's account; none if the export has no domains.
fn domain_of<'a>(own: &'a Oracle, s: &Scenario) -> Option<&'a Value> {
    let all = own.objects("domains.json");
    let default = all.iter().copied().find(|domain| flag(&domain["isDefault"], false));
    match &s.domain {
        Some(name) => all.into_iter().find(|domain| id(domain) == *name),
        None => default.or(all.first().copied()),
    }
}

/// What a federated domain makes of MFA at its identity provider; none for a managed one.
fn behavior(own: &Oracle, domain: &Value, s: &Scenario) -> Option<String> {
    if text(&domain["authenticationType"]).as_deref() != Some("federated") {
        return None;
    }
    if rolled_out(own, s) {
        return Some("rejectmfabyfederatedidp".into());
    }
    let federation = federation(own, domain);
    let set = text(&federation["federatedIdpMfaBehavior"]);
    Some(set.unwrap_or_else(|| match federation["supportsMfa"].as_bool() {
        Some(true) => "enforcemfabyfederatedidp".into(),
        Some(false) => "acceptifmfadonebyfederatedidp".into(),
        None => panic!("oracle: whether the provider of {} does MFA is unknown", id(domain)),
    }))
}

/// The federation of a domain: in its object, in a page that names it, or in a folder of its name.
fn federation<'a>(own: &'a Oracle, domain: &'a Value) -> &'a Value {
    if let Some(inside) = items(&domain["federationConfiguration"]).first() {
        return inside;
    }
    let name = id(domain);
    let of_domain = |path: &str, content: &Value| {
        let context = text(&content["@odata.context"]).unwrap_or_default();
        context.contains(&format!("#domains('{name}')/federationconfiguration"))
            || path.to_lowercase().split('/').rev().skip(1).any(|folder| folder == name)
    };
    let found = own.files.iter().find(|(path, content)| of_domain(path, content));
    let (path, _) = found.unwrap_or_else(|| panic!("oracle: the federation of {name} is unknown"));
    own.object(path).unwrap_or(&Value::Null)
}

/// MFA is done in the cloud for the person, whatever the identity provider would do (FED-6).
fn rolled_out(own: &Oracle, s: &Scenario) -> bool {
    moved(own, s, &["multifactorauthentication"])
}

/// A staged rollout of one of these features concerns the person.
fn moved(own: &Oracle, s: &Scenario, features: &[&str]) -> bool {
    own.objects("featureRolloutPolicies.json").into_iter().any(|rollout| {
        let reaches = items(&rollout["appliesTo"]).iter().any(|target| s.groups.contains(&id(target)));
        text(&rollout["feature"]).is_some_and(|feature| features.contains(&feature.as_str()))
            && flag(&rollout["isEnabled"], false)
            && (reaches || flag(&rollout["isAppliedToOrganization"], false))
    })
}

/// Ids that the configurations of given homes name: they are objects over there.
pub(crate) fn ids_over_there(o: &Oracle) -> BTreeSet<String> {
    fn collect(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::String(word) => {
                found.insert(word.to_lowercase());
            }
            Value::Array(list) => list.iter().for_each(|one| collect(one, found)),
            Value::Object(map) => map.values().for_each(|one| collect(one, found)),
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    for home in o.homes.values() {
        home.files.values().for_each(|content| collect(content, &mut found));
    }
    found
}

/// The person on the registration page at home.
fn at_home(o: &Oracle, s: &Scenario) -> Scenario {
    let mut own = Scenario {
        user: s.home_user.clone(),
        roles: s.home_roles.clone(),
        kind: Kind::Member,
        also: None,
        provider: "internal".into(),
        home_tenant: None,
        // The flow is that of the sign-in here; nobody gets to the page at home by one.
        flow: "none".into(),
        target: Target::UserAction(REGISTER.into()),
        ..s.clone()
    };
    if !o.yes("HOME_SEES") {
        own.address = None;
        own.country = None;
        own.named_locations.clear();
        own.device = None;
        own.sign_in_risk = "none".into();
        own.user_risk = "none".into();
    }
    own
}

/// What keeps the person from registering at home with what is proved there so far (SM-69).
pub(crate) fn registration_closed(
    o: &Oracle,
    home: &Oracle,
    s: &Scenario,
    state: &State,
) -> BTreeSet<Closed> {
    let own = at_home(o, s);
    let seen = State { resource: state.home, registered_resource: state.registered_home, ..*state };
    let proofs = Proofs::of(home, &own, Setting::Local, &seen);
    let enabled = home.enabled_policies();
    let demands = |keep: &dyn Fn(&Value) -> bool| -> Vec<Demand> {
        let kept = enabled.iter().filter(|policy| keep(policy) && matches_but_for_target(home, policy, &own));
        kept.map(|policy| Demand::read(home, policy)).collect()
    };
    let page = demands(&lists_registration);
    let covers = o.yes("ALL_COVERS_REGISTRATION");
    let mut all = demands(&|policy| covers && includes_all(policy));
    let replaced = page.iter().any(|d| d.strength.is_some());
    for demand in &mut all {
        demand.replaced = replaced && !demand.on_page;
    }
    // Registering is how the proof that policies on everything want comes about, or it is not.
    let boots = o.yes("USER_ACTION_BOOT");
    let all_met = |d: &Demand| {
        if d.block {
            return false;
        }
        let members = d.members(home, &own, &proofs, replaced);
        let ok = |m: &Member| m.carried && (m.ok || (boots && m.step == Step::Proof));
        d.met(home, &own, &proofs, replaced) || (!members.is_empty() && d.holds(members.iter().map(ok)))
    };
    let refused = !page.iter().all(|d| d.met(home, &own, &proofs, false)) || !all.iter().all(all_met);
    let asks_for_risk =
        page.iter().chain(&all).any(|d| d.on_sign_in_risk && d.lacks_proof(home, &own, &proofs));
    let certificate = CERTIFICATES.iter().any(|mode| s.home_allowed.contains(mode)) && o.yes("CBA_SCOPED");
    let reasons = [
        (Closed::Risk, asks_for_risk),
        (Closed::Policy, refused),
        (Closed::Proof, certificate && !proofs.mfa),
    ];
    let own = reasons.into_iter().filter(|(_, closed)| *closed).map(|(reason, _)| reason);
    own.chain(closed_anywhere(o, s, state)).collect()
}

/// What keeps the person from registering at any home, given or not: a method or a certificate that is not proved (REG-2,
/// REG-22), and a risk that homes see (REG-23).
pub(crate) fn closed_anywhere(o: &Oracle, s: &Scenario, state: &State) -> BTreeSet<Closed> {
    let own = at_home(o, s);
    let seen = State { resource: state.home, registered_resource: state.registered_home, ..*state };
    let mfa = Proofs::of(o, &own, Setting::Local, &seen).mfa;
    let held = s.registered_home.and(s.home_allowed);
    let certified = o.yes("CBA_SCOPED") && CERTIFICATES.iter().any(|mode| held.contains(mode));
    let risky = own.sign_in_risk != "none" && o.reading_is("RISK_REGISTRATION", "broad");
    let owes = (certified || !capable(held).is_empty()) && !mfa;
    let reasons = [(Closed::Risk, risky), (Closed::Proof, owes)];
    reasons.into_iter().filter(|(_, closed)| *closed).map(|(reason, _)| reason).collect()
}

const CERTIFICATES: [&str; 2] = ["x509CertificateMultiFactor", "x509CertificateSingleFactor"];

/// What a person can do MFA with.
fn capable(methods: Methods) -> Methods {
    methods.without(Methods::of(&["password", "email", "qrCodePin", "x509CertificateSingleFactor"]))
}

/// The person has a password in the cloud: not where the domain's identity provider has it (SM-22), unless a staged rollout
/// moved the person (FED-6).
pub(crate) fn has_password(o: &Oracle, s: &Scenario) -> bool {
    let own = if s.local() { Some(o) } else { given(o, s) };
    match own.and_then(|own| Some((own, domain_of(own, s)?))) {
        None => !s.federated(),
        Some((own, domain)) => {
            let features = ["passwordhashsync", "passthroughauthentication"];
            text(&domain["authenticationType"]).as_deref() != Some("federated") || moved(own, s, &features)
        }
    }
}

/// A home by its tenant id; it may be given by one of its verified domains.
pub(crate) fn tenant_id(name: &str, home: &Oracle) -> String {
    let organization = home.object("organization.json");
    let domains = organization.map(|own| items(&own["verifiedDomains"])).unwrap_or_default();
    let named = domains.iter().any(|domain| text(&domain["name"]) == Some(name.to_lowercase()));
    let listed = home.objects("domains.json").into_iter().any(|domain| id(domain) == name.to_lowercase());
    if named || listed { organization.map(id).unwrap_or_default() } else { name.to_lowercase() }
}
