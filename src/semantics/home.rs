//! Homes: what a given one is configured to do, and what one that is not given may do.

use std::collections::HashMap;

use super::RuleId;
use super::context::Cx;
use super::grant::{View, asks_for_proof, fixed};
use super::methods::{allowed, needs_no_configuration, self_service, text_message_sign_in};
use super::person::classify;
use super::policies::{Applied, applied};
use super::proof::{Methods, here_before, here_registered, ingredients};
use super::registration::{Surroundings, certified_prove, driven_by_risk, replaced_strengths, satisfied};
use super::trust::{default_permits, self_service as self_service_pages, toward};
use super::visible::{Round, seen};
use crate::logic::{Formula, Substitution, Var};
use crate::model::{B2bSetting, Control, CrossTenantConfig, Policy, Resource, Tenant, UserAction};
use crate::scenario::Key;

/// What homes do, for whoever signs in.
pub(super) struct Homes {
    /// The methods that the home's policy allows the person.
    pub(super) allowed: Methods,
    /// The methods that the home lets people register themselves.
    pub(super) self_service: Methods,
    /// Text messages may be a first factor there.
    pub(super) text_sign_in: Formula,
    /// The home lets the person out to this tenant and the target.
    pub(super) outbound: Formula,
    /// The home lets people out to the self-service applications too, which registering here needs.
    pub(super) pages: Formula,
    /// The home lets the person out over direct connect.
    pub(super) connects: Formula,
    /// Where direct connect needs the reverse pair too, the home lets this tenant's people in.
    pub(super) reverse: Formula,
    /// The home lets the person register.
    pub(super) registration: Formula,
}

impl Homes {
    /// Of somebody who has no home elsewhere.
    fn none(cx: &mut Cx) -> Self {
        let never = cx.no();
        let none = Methods::of(|_| never);
        Self {
            allowed: none.clone(),
            self_service: none,
            text_sign_in: never,
            outbound: never,
            pages: never,
            connects: never,
            reverse: never,
            registration: never,
        }
    }
}

/// What homes do: the given ones as they are configured, the others as the scenario says.
pub(super) fn homes(cx: &mut Cx) -> Homes {
    let given = given(cx);
    let elsewhere = {
        let any = cx.or(given.iter().map(|(from_there, _)| *from_there).collect::<Vec<_>>());
        cx.not(any)
    };
    let join = |cx: &mut Cx, stated: Formula, of: &dyn Fn(&Homes, &mut Cx) -> Formula| {
        let mut ways = vec![cx.and([elsewhere, stated])];
        for (from_there, home) in &given {
            let own = of(home, cx);
            ways.push(cx.and([*from_there, own]));
        }
        cx.or(ways)
    };
    let allowed = Methods::of(|method| {
        if needs_no_configuration(method) {
            return cx.yes();
        }
        let stated = cx.flag(&Key::HomeAllows(method));
        join(cx, stated, &|home, cx| home.allowed.at(cx, method))
    });
    let self_service = Methods::of(|method| {
        let stated = cx.yes();
        join(cx, stated, &|home, cx| home.self_service.at(cx, method))
    });
    let stated = cx.yes();
    let text_sign_in = join(cx, stated, &|home, _| home.text_sign_in);
    let stated = cx.flag(&Key::HomeOutbound);
    let outbound = join(cx, stated, &|home, _| home.outbound);
    let stated = cx.yes();
    let pages = join(cx, stated, &|home, _| home.pages);
    let connects = join(cx, stated, &|home, _| home.connects);
    let reverse = join(cx, stated, &|home, _| home.reverse);
    let stated = cx.flag(&Key::HomeRegistration);
    let registration = join(cx, stated, &|home, _| home.registration);
    Homes { allowed, self_service, text_sign_in, outbound, pages, connects, reverse, registration }
}

/// Each given home, with the formula of coming from there.
fn given(cx: &mut Cx) -> Vec<(Formula, Homes)> {
    let resource = cx.tenant;
    let mut before = resource.policies.len();
    let mut found = Vec::new();
    for (id, home) in &resource.homes {
        let there = cx.is(&Key::HomeTenant, id.as_str());
        let entra = cx.is(&Key::IdentityProvider, "entra");
        let from_there = cx.and([entra, there]);
        let policies = before;
        let own = cx.at_home(id, home, policies, |cx| {
            let allowed = Methods::of(|method| {
                let own = allowed(cx, method);
                as_member(cx, own)
            });
            let [outbound, connects, reverse] = outbound(cx, resource);
            Homes {
                allowed,
                self_service: Methods::of(|method| self_service(cx, method)),
                text_sign_in: text_message_sign_in(cx),
                outbound,
                pages: pages(cx, resource),
                connects,
                reverse,
                registration: registration(cx, home),
            }
        });
        before += home.policies.len();
        found.push((from_there, own));
    }
    found
}

/// **XT-20**, **XT-23** — the home's settings for this tenant, else its default; and, for direct connect, the reverse.
fn outbound(cx: &mut Cx, resource: &Tenant) -> [Formula; 3] {
    let direct = cx.is(&Key::Kind, "b2bDirectConnectUser");
    let collaboration = cx.not(direct);
    let collaborates =
        own(cx, resource, |config| config.collaboration_outbound.as_ref(), "b2bCollaborationOutbound", true);
    let connects = own(
        cx,
        resource,
        |config| config.direct_connect_outbound.as_ref(),
        "b2bDirectConnectOutbound",
        false,
    );
    let reverse =
        own(cx, resource, |config| config.direct_connect_inbound.as_ref(), "b2bDirectConnectInbound", false);
    let collaborates = cx.and([collaboration, collaborates]);
    let needed = cx.reading("DC_REVERSE", "yes");
    let both_ways = cx.f.implies(needed, reverse);
    let over_channels = cx.and([direct, connects, both_ways]);
    let out = cx.or([collaborates, over_channels]);
    [cx.by(RuleId::Xt23, out), connects, reverse]
}

/// **XT-26** — the self-service applications are on the home's outbound list, where it has one.
fn pages(cx: &mut Cx, resource: &Tenant) -> Formula {
    let tenant = cx.tenant;
    let partner = resource.organization.as_ref().and_then(|own| tenant.partners.get(&own.id));
    let own = partner.filter(|partner| partner.collaboration_outbound.is_some());
    let config = own.or(tenant.cross_tenant_default.as_ref());
    self_service_pages(cx, config, |config| config.collaboration_outbound.as_ref())
}

/// A setting of the home for this tenant. Where this tenant's id is not known, it may be any partner, or none.
fn own(
    cx: &mut Cx,
    resource: &Tenant,
    setting: fn(&CrossTenantConfig) -> Option<&B2bSetting>,
    name: &str,
    open: bool,
) -> Formula {
    let default = default_permits(cx, setting, name, open);
    let partners = &cx.tenant.partners;
    match &resource.organization {
        _ if partners.is_empty() => default,
        Some(organization) => toward(cx, partners.get(&organization.id), setting, name, default),
        None => {
            let one = cx.free_as_named("input:organization", name);
            let other = cx.not(one);
            let mut all = vec![default];
            for partner in partners.values() {
                all.push(toward(cx, Some(partner), setting, name, default));
            }
            let (every, some) = (cx.and(all.clone()), cx.or(all));
            let some = cx.and([one, some]);
            let every = cx.and([other, every]);
            cx.or([some, every])
        }
    }
}

/// **SM-69**, **CA-105** — registering at home is an affair of the home: its own policies on the registration page decide,
/// about a member of it. Whether they see the address, the device and the risk of the sign-in here is open.
fn registration(cx: &mut Cx, home: &Tenant) -> Formula {
    let person = classify(cx);
    let never = cx.no();
    let homes = Homes::none(cx);
    let parts = ingredients(cx, never, homes);
    let held = fixed(cx, &person, never);
    let policies: Vec<(&Policy, Applied)> = home
        .policies
        .iter()
        .enumerate()
        .filter(|(_, policy)| policy.may_be_enabled())
        .map(|(index, policy)| (policy, applied(cx, index, policy, &person)))
        .collect();
    let first = here_before(cx, &person, &parts);
    let here = here_registered(cx, &person, &parts, &first);
    let nothing = Methods::of(|_| never);
    let proved = Round { here: &here, home: &nothing, just_now: None, may_ask: never };
    let seen = seen(cx, &person, &parts, &proved);
    let around =
        Surroundings { person: &person, parts: &parts, policies: &policies, fixed: &held, seen: &seen };
    let replaced = replaced_strengths(cx, &around);
    let boot = cx.reading("USER_ACTION_BOOT", "yes");
    let mut demands = vec![certified_prove(cx, &person, &parts.allowed, seen.mfa)];
    for (policy, applied) in &policies {
        let mut met = vec![satisfied(cx, &around, policy, View::Full)];
        if !policy.applications.actions.known.contains(&UserAction::RegisterSecurityInfo) {
            if policy.controls().iter().any(|c| matches!(c, Control::Strength(_))) {
                let without = satisfied(cx, &around, policy, View::StrengthsMet);
                met.push(cx.and([replaced, without]));
            }
            if asks_for_proof(policy) {
                let without = satisfied(cx, &around, policy, View::ProofsMet);
                met.push(cx.and([boot, without]));
            }
        }
        let met = cx.or(met);
        let demand = cx.f.implies(applied.applies, met);
        demands.push(cx.of_policy(applied.index, demand));
    }
    if !home.present.contains(&Resource::ConditionalAccessPolicy) {
        // An export without any policy says nothing about what policies demand.
        demands.push(cx.free("input:conditionalAccessPolicy", "page", true));
    }
    let risk = driven_by_risk(cx, &around);
    let risk = cx.by(RuleId::Reg23, risk);
    demands.push(cx.not(risk));
    let open = cx.and(demands);
    let open = cx.by(RuleId::Sm69, open);
    as_member(cx, open)
}

/// The sign-in as the home sees it: a member of it on the registration page.
fn as_member(cx: &mut Cx, f: Formula) -> Formula {
    let mut map: HashMap<Var, Substitution> = HashMap::new();
    let (mut unseen, mut place) = (HashMap::new(), Vec::new());
    for dimension in cx.space.all() {
        let value = |name: &str| {
            let at = cx.space.value(&dimension.key, name).unwrap_or(0);
            Substitution::Value(at)
        };
        let other = |key: &Key| cx.space.var(key).map_or(Substitution::Value(0), Substitution::Var);
        let new = match &dimension.key {
            Key::Kind => value("member"),
            Key::IdentityProvider => value("internal"),
            Key::HomeTenant | Key::AlsoKind | Key::Flow | Key::UserId => Substitution::Value(0),
            Key::Target => value(UserAction::RegisterSecurityInfo.name()),
            Key::Role(id) => other(&Key::HomeRole(id.clone())),
            Key::RegisteredResource(method) => other(&Key::RegisteredHome(*method)),
            Key::Address
            | Key::Country
            | Key::Network(_)
            | Key::SignInRisk
            | Key::UserRisk
            | Key::InsiderRisk
            | Key::DeviceTrust => {
                place.push(dimension.var);
                continue;
            }
            key if key.is_of_device() => {
                place.push(dimension.var);
                continue;
            }
            _ => continue,
        };
        map.insert(dimension.var, new);
    }
    let places = ["/legacyMfaTrustedIps", "/namedLocation"];
    let own = cx.unknowns.iter().filter(|unknown| places.iter().any(|name| unknown.key.contains(name)));
    place.extend(own.filter(|unknown| unknown.key.starts_with("input:home/")).map(|unknown| unknown.var));
    unseen.extend(place.into_iter().map(|var| (var, Substitution::Value(0))));
    let sees = cx.reading("HOME_SEES", "yes");
    let blind = cx.not(sees);
    let seen = cx.f.substitute(f, &map);
    let unseen = cx.f.substitute(seen, &unseen);
    let seen = cx.and([sees, seen]);
    let unseen = cx.and([blind, unseen]);
    cx.or([seen, unseen])
}
