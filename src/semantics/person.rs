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
    Person { local, entra, other_provider, direct, delegated, collaboration }
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
    cx.and(parts)
}

fn equivalent(cx: &mut Cx, a: Formula, b: Formula) -> Formula {
    let there = cx.f.implies(a, b);
    let back = cx.f.implies(b, a);
    cx.and([there, back])
}
