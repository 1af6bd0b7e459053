//! Who signs in: kinds, identity providers, what fits together (EXT-1, EXT-2, EXT-9).

use super::RuleId;
use super::context::Cx;
use super::people::known_memberships;
use crate::logic::Formula;
use crate::model::{Id, UserKind};
use crate::scenario::Key;

/// The classes of people that other rules tell apart; each formula says that the person is one.
#[derive(Clone, Copy, Debug)]
pub struct Person {
    /// Credentials live in the resource tenant.
    pub local: Formula,
    /// Credentials live in another Entra tenant.
    pub entra: Formula,
    /// Credentials live with another identity provider.
    pub other_provider: Formula,
    /// Comes in over direct connect.
    pub direct: Formula,
    /// Comes in as a service provider.
    pub delegated: Formula,
    /// Comes in over collaboration.
    pub collaboration: Formula,
    /// Direct connect is open between this tenant and the person's home.
    pub connected: Formula,
}

/// The person has this kind.
pub(super) fn kind(cx: &mut Cx, kind: UserKind) -> Formula {
    cx.is(&Key::Kind, kind.name())
}

/// **EXT-2** — where the credentials live decides the way of the sign-in; the kind decides the path.
pub(super) fn classify(cx: &mut Cx) -> Person {
    let local = cx.is(&Key::IdentityProvider, "internal");
    let entra = cx.is(&Key::IdentityProvider, "entra");
    let neither = cx.or([local, entra]);
    let neither = cx.not(neither);
    let other_provider = cx.when(RuleId::Ext9, neither);
    let member = kind(cx, UserKind::Member);
    let by_rule = cx.yes();
    let by_rule = cx.by(RuleId::Ext2, by_rule);
    let known = cx.or([member, by_rule]);
    let local = cx.and([local, known]);
    let direct = kind(cx, UserKind::DirectConnect);
    let direct = cx.and([entra, direct]);
    let delegated = kind(cx, UserKind::ServiceProvider);
    let delegated = cx.and([entra, delegated]);
    let elsewhere = cx.or([local, direct, delegated]);
    let collaboration = cx.not(elsewhere);
    let connected = cx.no();
    Person { local, entra, other_provider, direct, delegated, collaboration, connected }
}

/// **EXT-2** as a constraint: kind, identity provider, home and memberships of one person fit together. It bounds the
/// space of `check`; a scenario given by hand is taken as stated.
pub(super) fn consistent(cx: &mut Cx) -> Formula {
    let local_kind = cx.is_one_of(&Key::Kind, &["member", "internalGuest"]);
    let internal = cx.is(&Key::IdentityProvider, "internal");
    let entra = cx.is(&Key::IdentityProvider, "entra");
    let no_home = cx.is(&Key::HomeTenant, "none");
    let entra_kind = cx.is_one_of(&Key::Kind, &["b2bDirectConnectUser", "serviceProvider"]);
    let direct = kind(cx, UserKind::DirectConnect);
    let mut parts = vec![equivalent(cx, local_kind, internal), cx.f.implies(entra_kind, entra)];
    let has_home = cx.not(no_home);
    parts.push(equivalent(cx, entra, has_home));
    if let Some(providers) = cx.tenant.service_providers() {
        let names: Vec<&str> = providers.iter().map(Id::as_str).collect();
        let home = cx.is_one_of(&Key::HomeTenant, &names);
        let provider = kind(cx, UserKind::ServiceProvider);
        parts.push(cx.f.implies(provider, home));
    }
    let dimensions: Vec<_> = cx.space.all().to_vec();
    for dimension in dimensions {
        if dimension.key == Key::AlsoKind {
            let collaborates = cx.is_one_of(&Key::Kind, &["b2bCollaborationGuest", "b2bCollaborationMember"]);
            let over_channels = cx.is(&Key::AlsoKind, UserKind::DirectConnect.name());
            let as_guest = cx.is_one_of(&Key::AlsoKind, &["b2bCollaborationGuest", "b2bCollaborationMember"]);
            parts.push(cx.f.implies(over_channels, collaborates));
            parts.push(cx.f.implies(as_guest, entra_kind));
            continue;
        }
        let without_object = match &dimension.key {
            Key::UserId => entra_kind,
            Key::Group(id) if !cx.space.is_home_side(id) => entra_kind,
            Key::Role(_) => direct,
            key if key.is_of_device() => cx.is(&Key::DeviceTrust, "none"),
            _ => continue,
        };
        let first = cx.f.atom(dimension.var, 0);
        parts.push(cx.f.implies(without_object, first));
    }
    parts.push(known_memberships(cx));
    parts.push(at_home(cx));
    parts.push(super::federation::fits(cx));
    cx.and(parts)
}

/// Who is something at a given home is from there.
fn at_home(cx: &mut Cx) -> Formula {
    let mut parts = Vec::new();
    let dimensions: Vec<_> = cx.space.all().to_vec();
    let given: Vec<Id> = cx.space.homes().iter().cloned().collect();
    for dimension in dimensions {
        let mut belongs = |cx: &mut Cx, something: Formula, homes: &[Id]| {
            let names: Vec<&str> = homes.iter().map(Id::as_str).collect();
            let from_there = cx.is_one_of(&Key::HomeTenant, &names);
            parts.push(cx.f.implies(something, from_there));
        };
        let homes_of = |cx: &Cx, id: &Id| -> Option<Vec<Id>> {
            cx.space.homes_of(id).map(|homes| homes.iter().cloned().collect())
        };
        match &dimension.key {
            Key::Group(id) => {
                if let Some(homes) = homes_of(cx, id) {
                    let inside = cx.f.atom(dimension.var, 1);
                    belongs(cx, inside, &homes);
                }
            }
            Key::HomeUserId => {
                for (at, name) in (0u16..).zip(&dimension.values).skip(1) {
                    let homes = homes_of(cx, &Id::new(name)).unwrap_or_default();
                    let is = cx.f.atom(dimension.var, at);
                    belongs(cx, is, &homes);
                }
            }
            Key::HomeRole(_) => {
                let holds = cx.f.atom(dimension.var, 1);
                belongs(cx, holds, &given);
            }
            _ => {}
        }
    }
    cx.and(parts)
}

fn equivalent(cx: &mut Cx, a: Formula, b: Formula) -> Formula {
    let there = cx.f.implies(a, b);
    let back = cx.f.implies(b, a);
    cx.and([there, back])
}
