//! When a policy applies (CA-40 … CA-56).

use super::RuleId;
use super::aspect::Aspect;
use super::context::Cx;
use super::filters::{device_filter, device_states};
use super::person::Person;
use super::position::{inside_by_position, refused};
use crate::logic::Formula;
use crate::model::{
    Id, Listed, LocationKind, LocationRef, Locations, Platforms, Policy, PolicyState, Resource,
};
use crate::scenario::Key;

/// **CA-2** — only an enabled policy is enforced.
pub(super) fn enforced(cx: &mut Cx, policy: &Policy) -> Formula {
    let on = match &policy.state {
        PolicyState::Enabled => cx.yes(),
        PolicyState::Disabled | PolicyState::ReportOnly | PolicyState::Deleted => cx.no(),
        PolicyState::Unread(unread) => cx.unread(unread),
    };
    cx.by(RuleId::Ca2, on)
}

/// All conditions of a policy but users and target, each with its aspect.
pub(super) fn matches(cx: &mut Cx, policy: &Policy, person: &Person) -> Vec<(Aspect, Formula)> {
    let conditions = &policy.conditions;
    let mut parts = Vec::new();
    let clients = match &conditions.clients {
        Some(clients) => clients_match(cx, clients),
        None => {
            let every = cx.yes();
            cx.by(RuleId::Ca43, every)
        }
    };
    parts.push((Aspect::ClientApps, clients));
    if let Some(platforms) = &conditions.platforms {
        parts.push((Aspect::DevicePlatform, platform(cx, platforms)));
    }
    if let Some(locations) = &conditions.locations {
        parts.push((Aspect::Location, location(cx, locations)));
    }
    let risks = [
        (Aspect::SignInRisk, &conditions.sign_in_risk, Key::SignInRisk),
        (Aspect::UserRisk, &conditions.user_risk, Key::UserRisk),
    ];
    for (aspect, levels, key) in risks {
        if !levels.is_empty() {
            parts.push((aspect, risk(cx, levels, &key)));
        }
    }
    if let Some(levels) = &conditions.insider_risk {
        parts.push((Aspect::InsiderRisk, insider_risk(cx, levels, person)));
    }
    if let Some(flows) = &conditions.flows {
        let listed = one_of(cx, flows, &Key::Flow, |flow| flow.name());
        parts.push((Aspect::AuthenticationFlow, cx.by(RuleId::Ca54, listed)));
    }
    if let Some(filter) = &conditions.device_filter {
        parts.push((Aspect::Devices, device_filter(cx, filter, person)));
    }
    if let Some(states) = &conditions.device_states {
        parts.push((Aspect::Devices, device_states(cx, states, person)));
    }
    parts
}

/// A listed value, or one that was not understood and so may match.
fn one_of<T: Copy>(cx: &mut Cx, list: &Listed<T>, key: &Key, name: impl Fn(T) -> &'static str) -> Formula {
    let mut parts: Vec<_> = list.known.iter().map(|value| cx.is(key, name(*value))).collect();
    parts.extend(list.unread.iter().map(|unread| cx.unread(unread)).collect::<Vec<_>>());
    cx.or(parts)
}

/// **CA-43** — the client is listed; what an empty list means is open.
fn clients_match(cx: &mut Cx, list: &Listed<crate::model::ClientApp>) -> Formula {
    let matches = if list.is_empty() {
        let all = cx.reading("CLIENTAPPS_EMPTY", "all four");
        let modern = cx.is_one_of(&Key::Client, &["browser", "mobileAppsAndDesktopClients"]);
        cx.or([all, modern])
    } else {
        one_of(cx, list, &Key::Client, |client| client.name())
    };
    cx.by(RuleId::Ca43, matches)
}

/// **CA-41** — the platform is included and not excluded; the unknown platform is reached by `all` only.
fn platform(cx: &mut Cx, platforms: &Platforms) -> Formula {
    let include = if platforms.include_all {
        cx.yes()
    } else if platforms.include.is_empty() {
        cx.reading("EMPTY_INCLUDE", "matches all")
    } else {
        one_of(cx, &platforms.include, &Key::Platform, |p| p.name())
    };
    let exclude = one_of(cx, &platforms.exclude, &Key::Platform, |p| p.name());
    let not_excluded = cx.not(exclude);
    let both = cx.and([include, not_excluded]);
    cx.by(RuleId::Ca41, both)
}

/// **CA-46** — the sign-in is inside an included and no excluded location.
pub(super) fn location(cx: &mut Cx, locations: &Locations) -> Formula {
    let include = if locations.include.is_empty() {
        cx.reading("EMPTY_INCLUDE", "matches all")
    } else {
        inside_any(cx, &locations.include)
    };
    let exclude = inside_any(cx, &locations.exclude);
    let not_excluded = cx.not(exclude);
    let both = cx.and([include, not_excluded]);
    let both = cx.by(RuleId::Ca46, both);
    // Where the phone has to be asked and cannot be, nobody can say that the policy is not for the person.
    let refused = refused(cx, locations);
    cx.or([both, refused])
}

fn inside_any(cx: &mut Cx, list: &[LocationRef]) -> Formula {
    let mut parts = Vec::new();
    for reference in list {
        parts.push(match reference {
            LocationRef::All => cx.yes(),
            LocationRef::AllTrusted => trusted(cx),
            LocationRef::LegacyTrustedIps => legacy_trusted(cx),
            LocationRef::Id(id) => inside(cx, id),
            LocationRef::Unread(unread) => cx.unread(unread),
        });
    }
    cx.or(parts)
}

/// **CA-47** — every location marked trusted, and the legacy list of trusted addresses, which no export holds.
fn trusted(cx: &mut Cx) -> Formula {
    let ids: Vec<Id> = cx.tenant.trusted_locations().cloned().collect();
    let mut parts: Vec<_> = ids.iter().map(|id| cx.at(&Key::Address, cx.space.addresses_in(id))).collect();
    parts.push(legacy_trusted(cx));
    if !cx.tenant.present.contains(&Resource::NamedLocation) {
        parts.push(cx.free("input:namedLocation", "trusted", true));
    }
    let any = cx.or(parts);
    cx.by(RuleId::Ca47, any)
}

/// **CA-47** — the addresses of the legacy MFA settings, which a policy may also name by themselves.
fn legacy_trusted(cx: &mut Cx) -> Formula {
    let inside = cx.free("input:legacyMfaTrustedIps", "", true);
    cx.by(RuleId::Ca47, inside)
}

/// Inside one named location; one that was deleted has nobody inside (**CA-66**).
pub(super) fn inside(cx: &mut Cx, id: &Id) -> Formula {
    if let Some(location) = cx.tenant.locations.get(id) {
        return match location.kind.clone() {
            LocationKind::Ip { .. } => cx.at(&Key::Address, cx.space.addresses_in(id)),
            LocationKind::Country { by_position, include_unknown, .. } => {
                let inside = cx.at(&Key::Country, cx.space.countries_in(id));
                if by_position { inside_by_position(cx, inside, include_unknown) } else { inside }
            }
            LocationKind::CompliantNetwork => cx.flag(&Key::Network(id.clone())),
            LocationKind::Unread(unread) => cx.unread(&unread),
        };
    }
    if cx.tenant.present.contains(&Resource::NamedLocation) {
        let nobody = cx.no();
        return cx.by(RuleId::Ca66, nobody);
    }
    cx.free(&format!("input:namedLocation/{id}"), "", true)
}

/// **CA-55** — the risk is one of the listed levels.
fn risk(cx: &mut Cx, levels: &Listed<crate::model::RiskLevel>, key: &Key) -> Formula {
    let listed = one_of(cx, levels, key, |level| level.name());
    cx.by(RuleId::Ca55, listed)
}

/// **CA-56** — insider risk exists for people of the tenant only.
fn insider_risk(cx: &mut Cx, levels: &Listed<crate::model::InsiderRisk>, person: &Person) -> Formula {
    let listed = one_of(cx, levels, &Key::InsiderRisk, |level| level.name());
    let both = cx.and([person.local, listed]);
    cx.by(RuleId::Ca56, both)
}
