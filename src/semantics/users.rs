//! Whom a policy is for (CA-20 … CA-26).

use super::RuleId;
use super::context::Cx;
use super::person::{Person, kind};
use crate::logic::Formula;
use crate::model::{ExternalTenants, GuestScope, Guests, Id, IdentityProvider, Policy, UserKind, UserRef};
use crate::scenario::{Key, SHARED_CHANNELS, TargetValue};

/// The tenant id of Microsoft accounts.
const MSA_TENANT: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

/// **CA-20** — included and not excluded; exclusion wins.
pub(super) fn matches(cx: &mut Cx, policy: &Policy, person: &Person) -> Formula {
    let mut include = scope(cx, &policy.users.include, person);
    if policy.users.include.is_empty() {
        include = cx.by(RuleId::Ca66, include);
    }
    let exclude = scope(cx, &policy.users.exclude, person);
    let not_excluded = cx.not(exclude);
    let both = cx.and([include, not_excluded]);
    cx.by(RuleId::Ca20, both)
}

/// One side: the union of its lists. Empty lists match nobody (for the included, that is **CA-66**).
fn scope(cx: &mut Cx, scope: &GuestScope, person: &Person) -> Formula {
    let mut parts = Vec::new();
    for user in &scope.users {
        parts.push(match user {
            UserRef::All => all_users(cx),
            UserRef::None => cx.no(),
            UserRef::GuestsOrExternalUsers => legacy_guests(cx),
            UserRef::Id(id) => one_user(cx, id),
            UserRef::Unread(unread) => cx.unread(unread),
        });
    }
    for id in &scope.groups {
        parts.push(group(cx, id));
    }
    for id in &scope.roles {
        let role = cx.flag(&Key::Role(id.clone()));
        parts.push(cx.by(RuleId::Ca23, role));
    }
    if let Some(list) = &scope.guests {
        parts.push(guests(cx, list, person));
    }
    cx.or(parts)
}

/// **CA-21** — `All` reaches every object of the directory; whether it reaches people without one is open.
fn all_users(cx: &mut Cx) -> Formula {
    let with_object = cx.is_one_of(
        &Key::Kind,
        &["member", "internalGuest", "b2bCollaborationGuest", "b2bCollaborationMember"],
    );
    let objectless = cx.is_one_of(&Key::Kind, &["b2bDirectConnectUser", "serviceProvider"]);
    let covers = cx.reading("ALL_USERS_COVERS_OBJECTLESS", "yes");
    let objectless = cx.and([objectless, covers]);
    let other = kind(cx, UserKind::OtherExternal);
    let covers = cx.reading("ALL_USERS_OTHER_EXTERNAL", "yes");
    let owns_object = has_known_object(cx);
    let reached = cx.or([covers, owns_object]);
    let other = cx.and([other, reached]);
    let all = cx.or([with_object, objectless, other]);
    cx.by(RuleId::Ca21, all)
}

/// Somebody with an object id or a group here has an object here. Ids that cross-tenant settings name are those of the
/// home tenant and show nothing.
fn has_known_object(cx: &mut Cx) -> Formula {
    let dimensions: Vec<_> = cx.space.all().to_vec();
    let mut parts = Vec::new();
    for dimension in dimensions {
        match &dimension.key {
            Key::UserId => {
                for (at, name) in (0u16..).zip(&dimension.values).skip(1) {
                    if !cx.space.may_be_id_at_home(&Id::new(name)) {
                        parts.push(cx.f.atom(dimension.var, at));
                    }
                }
            }
            Key::Group(id) if !cx.space.is_home_side(id) => parts.push(cx.f.atom(dimension.var, 1)),
            _ => {}
        }
    }
    cx.or(parts)
}

/// One person; **CA-66** — somebody who does not exist any more is nobody.
fn one_user(cx: &mut Cx, id: &Id) -> Formula {
    if cx.tenant.user_dangles(id) {
        let nobody = cx.no();
        return cx.by(RuleId::Ca66, nobody);
    }
    cx.is(&Key::UserId, id.as_str())
}

/// **CA-22** — membership in a group; **CA-66** — a group that does not exist any more has no members.
fn group(cx: &mut Cx, id: &Id) -> Formula {
    if cx.tenant.group_dangles(id) {
        let nobody = cx.no();
        return cx.by(RuleId::Ca66, nobody);
    }
    let member = cx.flag(&Key::Group(id.clone()));
    cx.by(RuleId::Ca22, member)
}

/// **CA-24** — the legacy keyword is all six external kinds of all tenants; the narrower reading is open.
fn legacy_guests(cx: &mut Cx) -> Formula {
    let member = kind(cx, UserKind::Member);
    let external = cx.not(member);
    let guests = cx.is_one_of(&Key::Kind, &["internalGuest", "b2bCollaborationGuest"]);
    let wide = cx.reading("LEGACY_GUEST_KEYWORD", "all six types");
    let narrow = cx.not(wide);
    let wide = cx.and([wide, external]);
    let narrow = cx.and([narrow, guests]);
    let either = cx.or([wide, narrow]);
    cx.by(RuleId::Ca24, either)
}

/// **CA-25** — the kind is listed, and the home is among the tenants.
fn guests(cx: &mut Cx, guests: &Guests, person: &Person) -> Formula {
    if !guests.unread.is_empty() {
        let free: Vec<_> = guests.unread.iter().map(|unread| cx.unread(unread)).collect();
        let free = cx.and(free);
        return cx.by(RuleId::Ca25, free);
    }
    let mut kinds: Vec<Formula> = guests.kinds.known.iter().map(|k| known_as(cx, *k, person)).collect();
    kinds.extend(guests.kinds.unread.iter().map(|unread| cx.unread(unread)).collect::<Vec<_>>());
    let kinds = cx.or(kinds);
    let kinds = cx.by(RuleId::Ext2, kinds);
    let homes = match &guests.tenants {
        ExternalTenants::All => cx.yes(),
        ExternalTenants::Unread(unread) => cx.unread(unread),
        ExternalTenants::Enumerated(members) => {
            let names: Vec<&str> = members.iter().map(Id::as_str).collect();
            let listed = cx.is_one_of(&Key::HomeTenant, &names);
            let listed = cx.and([person.entra, listed]);
            let homeless = without_home(cx, members.contains(&Id::new(MSA_TENANT)), person);
            cx.or([listed, homeless])
        }
    };
    let both = cx.and([kinds, homes]);
    cx.by(RuleId::Ca25, both)
}

/// The person is of a kind, or known as one in a second way. **CA-27** — somebody who collaborates is reached as a
/// direct-connect user where shared channels are, if direct connect is open to them; somebody over direct connect is reached
/// as the guest that they are too. **EXT-4** — whether a service provider's person is reached as a guest is open.
fn known_as(cx: &mut Cx, wanted: UserKind, person: &Person) -> Formula {
    let first = kind(cx, wanted);
    if cx.space.var(&Key::AlsoKind).is_none() {
        return first;
    }
    let also = cx.is(&Key::AlsoKind, wanted.name());
    let second = if wanted == UserKind::DirectConnect {
        let channels = channels(cx);
        let eligible = cx.and([also, channels, person.entra, person.connected]);
        cx.when(RuleId::Ca27, eligible)
    } else {
        let direct = kind(cx, UserKind::DirectConnect);
        let over_channel = cx.and([also, direct]);
        let over_channel = cx.when(RuleId::Ca27, over_channel);
        let provider = kind(cx, UserKind::ServiceProvider);
        let both = cx.reading("SP_WITH_OBJECT", "both");
        let delegated = cx.and([also, provider, both]);
        let delegated = cx.when(RuleId::Ext4, delegated);
        cx.or([over_channel, delegated])
    };
    cx.or([first, second])
}

/// The sign-in is to where shared channels are; the space has these applications as targets of their own.
fn channels(cx: &mut Cx) -> Formula {
    let targets = (0u16..).zip(cx.space.targets());
    let here = targets.filter(|(_, target)| {
        matches!(target, TargetValue::Application(id) if SHARED_CHANNELS.contains(&id.as_str()))
    });
    let here = here.map(|(at, _)| at).collect();
    cx.at(&Key::Target, here)
}

/// **CA-26** — enumerated tenants are about people with a home tenant; what they do to others is open.
fn without_home(cx: &mut Cx, lists_msa: bool, person: &Person) -> Formula {
    let internal = cx.reading("ENUM_INTERNAL_GUEST", "yes");
    let internal = cx.and([person.local, internal]);
    let always = cx.reading("ENUM_MATCHES_NON_ENTRA", "matches always");
    let always = cx.and([person.other_provider, always]);
    let by_id = cx.reading("ENUM_MATCHES_NON_ENTRA", "MSA by that id");
    let msa = cx.is(&Key::IdentityProvider, IdentityProvider::Msa.name());
    let listed = cx.constant(lists_msa);
    let by_id = cx.and([by_id, msa, listed]);
    let any = cx.or([internal, always, by_id]);
    cx.by(RuleId::Ca26, any)
}
