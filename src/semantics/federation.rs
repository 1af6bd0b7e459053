//! Federated domains: who signs in with another provider, and whose MFA counts (FED-1 … FED-6, STR-61).

use super::RuleId;
use super::context::Cx;
use crate::logic::Formula;
use crate::model::{Domain, FederatedBehavior, Id, Method, ProviderMfa, RolloutFeature, Tenant};
use crate::scenario::Key;

/// A tenant whose domains are known, with the formula of having the account there.
fn accounts<'t>(cx: &mut Cx<'t>) -> Vec<(Formula, Option<&'t Id>, &'t Tenant)> {
    if cx.home.is_some() {
        // Seen from a home, the account is one of its own.
        let everybody = cx.yes();
        let id = cx.home.map(|(id, _)| id);
        return [(everybody, id, cx.tenant)]
            .into_iter()
            .filter(|(.., own)| !own.domains.is_empty())
            .collect();
    }
    let here = cx.tenant;
    let mut found = Vec::new();
    if !here.domains.is_empty() {
        found.push((cx.is(&Key::IdentityProvider, "internal"), None, here));
    }
    for (id, home) in here.homes.iter().filter(|(_, home)| !home.domains.is_empty()) {
        let entra = cx.is(&Key::IdentityProvider, "entra");
        let there = cx.is(&Key::HomeTenant, id.as_str());
        found.push((cx.and([entra, there]), Some(id), home));
    }
    found
}

/// A tenant whose domains were not exported, with the formula of having the account there. Asked about everybody, that is something
/// not known of the tenant; about one sign-in, its scenario says.
fn unlisted<'t>(cx: &mut Cx<'t>) -> Vec<(Formula, String, &'t Tenant)> {
    if !cx.space.is_about_everybody() {
        return Vec::new();
    }
    if let Some((id, _)) = cx.home {
        let everybody = cx.yes();
        let of = [(everybody, format!("home/{id}/"), cx.tenant)];
        return of.into_iter().filter(|(.., own)| own.domains.is_empty()).collect();
    }
    let here = cx.tenant;
    let mut found = Vec::new();
    if here.domains.is_empty() {
        found.push((cx.is(&Key::IdentityProvider, "internal"), String::new(), here));
    }
    for (id, home) in here.homes.iter().filter(|(_, home)| home.domains.is_empty()) {
        let entra = cx.is(&Key::IdentityProvider, "entra");
        let there = cx.is(&Key::HomeTenant, id.as_str());
        found.push((cx.and([entra, there]), format!("home/{id}/"), home));
    }
    found
}

/// The account is in this domain.
fn inside(cx: &mut Cx, domain: &Domain) -> Formula {
    let named = cx.is(&Key::Domain, domain.id.as_str());
    let federated = match domain.federated {
        Some(federated) => cx.constant(federated),
        None => cx.free(&format!("input:domain/{}", domain.id), "", false),
    };
    cx.and([named, federated])
}

/// **FED-6** — a staged rollout that is on concerns the person.
fn rolled_out(cx: &mut Cx, tenant: &Tenant, feature: RolloutFeature) -> Formula {
    let mut parts = Vec::new();
    for rollout in tenant.rollouts.iter().filter(|rollout| rollout.feature == feature) {
        let mut whom: Vec<Formula> =
            rollout.groups.iter().map(|id| cx.flag(&Key::Group(id.clone()))).collect();
        whom.push(cx.constant(rollout.everybody));
        let listed = cx.or(whom);
        let free: Vec<Formula> = rollout.unread.iter().map(|unread| cx.unread(unread)).collect();
        parts.push(if free.is_empty() { listed } else { cx.and(free) });
    }
    let any = cx.or(parts);
    cx.when(RuleId::Fed6, any)
}

/// **FED-2**, **FED-3** — how MFA of the provider of the person's account is treated. Where the tenant of the account is not
/// given, or its domains were not exported, the scenario says.
pub(super) fn behaves(cx: &mut Cx, behavior: FederatedBehavior) -> Formula {
    let (mut ways, mut known) = (Vec::new(), Vec::new());
    for (account, _, tenant) in accounts(cx) {
        known.push(account);
        let in_cloud = rolled_out(cx, tenant, RolloutFeature::CloudMfa);
        let not_in_cloud = cx.not(in_cloud);
        let mut by_domain = Vec::new();
        let mut federated = Vec::new();
        for domain in tenant.domains.values().filter(|domain| domain.federated != Some(false)) {
            let inside = inside(cx, domain);
            federated.push(inside);
            let treated = treated(cx, domain, behavior);
            by_domain.push(cx.and([inside, treated]));
        }
        let own = cx.or(by_domain);
        let own = cx.and([not_in_cloud, own]);
        let federated = cx.or(federated);
        let moved = cx.and([in_cloud, federated]);
        let moved = if behavior == FederatedBehavior::Reject { moved } else { cx.no() };
        let either = cx.or([own, moved]);
        ways.push(cx.and([account, either]));
    }
    for (account, whose, _) in unlisted(cx) {
        known.push(account);
        let values = FederatedBehavior::ALL.iter().map(|value| value.name().to_owned()).collect::<Vec<_>>();
        let key = format!("input:{whose}internalDomainFederation");
        let var = cx.unknowns.variable(&key, "behavior", &values, false);
        let treated = cx.f.atom(var, behavior as u16);
        ways.push(cx.and([account, treated]));
    }
    let known = cx.or(known);
    let unknown = cx.not(known);
    let stated = cx.is(&Key::FederatedBehavior, behavior.name());
    ways.push(cx.and([unknown, stated]));
    cx.or(ways)
}

/// What is set for the domain; nothing set leaves it to the older flag, which no export of Graph has.
fn treated(cx: &mut Cx, domain: &Domain, behavior: FederatedBehavior) -> Formula {
    let treated = match &domain.mfa {
        ProviderMfa::Known(known) => cx.constant(*known == behavior),
        ProviderMfa::Unset(supports) => {
            let enforces = match supports {
                Some(supports) => cx.constant(*supports),
                None => cx.free(&format!("input:supportsMfa/{}", domain.id), "", false),
            };
            match behavior {
                FederatedBehavior::Enforce => enforces,
                FederatedBehavior::Accept => cx.not(enforces),
                FederatedBehavior::Reject => cx.no(),
            }
        }
        ProviderMfa::Unread(unread) => {
            let values =
                FederatedBehavior::ALL.iter().map(|value| value.name().to_owned()).collect::<Vec<_>>();
            let var = cx.unknowns.variable(&cx.key_of(&unread.0), "behavior", &values, false);
            cx.f.atom(var, behavior as u16)
        }
    };
    cx.by(RuleId::Fed3, treated)
}

/// The provider of the account has a say at all: the domain is federated, or nobody knows.
pub(super) fn has_provider(cx: &mut Cx) -> Formula {
    let (mut federated, mut known) = (Vec::new(), Vec::new());
    for (account, _, tenant) in accounts(cx) {
        known.push(account);
        for domain in tenant.domains.values().filter(|domain| domain.federated != Some(false)) {
            let inside = inside(cx, domain);
            federated.push(cx.and([account, inside]));
        }
    }
    let known = cx.or(known);
    federated.push(cx.not(known));
    cx.or(federated)
}

/// The person can begin so: with the provider where the domain is federated; with the password where it is not, or where a
/// staged rollout moved the person to the cloud.
pub(super) fn can_begin(cx: &mut Cx) -> Formula {
    let with_provider = cx.is(&Key::FirstFactor, "federated");
    let password = cx.first_factor(Method::Password);
    let provider = has_provider(cx);
    let mut parts = vec![cx.f.implies(with_provider, provider)];
    for (account, whose, tenant) in unlisted(cx) {
        let federated = match tenant.may_be_federated() {
            Some(federated) => cx.constant(federated),
            None => {
                let values = ["false".to_owned(), "true".to_owned()];
                let var = cx.unknowns.variable(&format!("input:{whose}domain"), "", &values, false);
                cx.f.atom(var, 1)
            }
        };
        let concerned = cx.and([account, with_provider]);
        parts.push(cx.f.implies(concerned, federated));
    }
    for (account, _, tenant) in accounts(cx) {
        let moved = rolled_out(cx, tenant, RolloutFeature::CloudSignIn);
        let federated: Vec<Formula> = tenant.domains.values().map(|domain| inside(cx, domain)).collect();
        let federated = cx.or(federated);
        let own = cx.not(federated);
        let cloud = cx.or([own, moved]);
        let concerned = cx.and([account, password]);
        parts.push(cx.f.implies(concerned, cloud));
    }
    cx.and(parts)
}

/// An account is in a domain of the tenant that it belongs to.
pub(super) fn fits(cx: &mut Cx) -> Formula {
    if cx.space.var(&Key::Domain).is_none() {
        return cx.yes();
    }
    let mut parts = Vec::new();
    let mut known = Vec::new();
    for (account, id, _) in accounts(cx) {
        known.push(account);
        let Some((federated, managed)) = cx.space.domains_of(id) else { continue };
        let names: Vec<&str> = federated.iter().map(Id::as_str).chain(managed.then_some("managed")).collect();
        let own = cx.is_one_of(&Key::Domain, &names);
        parts.push(cx.f.implies(account, own));
    }
    let known = cx.or(known);
    let unknown = cx.not(known);
    let none = cx.is(&Key::Domain, "managed");
    parts.push(cx.f.implies(unknown, none));
    cx.and(parts)
}
