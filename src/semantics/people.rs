//! What the directory says about who is in what (CA-22, CA-23).

use std::collections::BTreeSet;

use super::RuleId;
use super::assumption::{Assumptions, find};
use super::context::Cx;
use super::meaning::Meaning;
use crate::logic::{Formula, Store, Var};
use crate::model::{Around, Id, Tenant, UserKind};
use crate::scenario::{Alike, Key, People, Space};

/// What an object is whose user type is null.
const UNTYPED: &str = "NULL_USERTYPE";
const AS_GUEST: &str = "as Guest";
/// Whoever is of one of these kinds has an object with user type Guest.
const TYPED_GUESTS: [UserKind; 2] = [UserKind::InternalGuest, UserKind::CollaborationGuest];

/// **EXT-2** — where it is fixed what a user type of null means, people of the directory are that.
pub fn settle(tenant: &mut Tenant, assumptions: &Assumptions) {
    if let Some(reading) = assumptions.get(UNTYPED) {
        let guest = find(UNTYPED).is_some_and(|switch| switch.readings.get(reading) == Some(&AS_GUEST));
        for user in tenant.directory.users.values_mut() {
            if std::mem::take(&mut user.untyped) {
                user.kinds.retain(|kind| TYPED_GUESTS.contains(kind) == guest);
            }
        }
    }
}

/// **CA-22**, **CA-23** — what follows from being somebody, or from being in a group, as far as the input lists members. It
/// holds for everybody, whether the lists are complete or not.
pub(super) fn known_memberships(cx: &mut Cx) -> Formula {
    let mut parts = Vec::new();
    let memberships = cx.tenant.directory.memberships();
    let dimensions: Vec<_> = cx.space.all().to_vec();
    for dimension in &dimensions {
        match &dimension.key {
            Key::Group(id) => {
                let inside = cx.f.atom(dimension.var, 1);
                implied(cx, inside, memberships.around(id), &mut parts);
            }
            Key::UserId => {
                for (at, name) in (0u16..).zip(&dimension.values).skip(1) {
                    let id = Id::new(name);
                    let is = cx.f.atom(dimension.var, at);
                    implied(cx, is, memberships.around(&id), &mut parts);
                    let Some(user) = cx.tenant.directory.users.get(&id) else {
                        if cx.tenant.emergency.contains(&id) {
                            // An account that is declared and otherwise unknown is what such accounts are.
                            let member = cx.is(&Key::Kind, UserKind::Member.name());
                            parts.push(cx.f.implies(is, member));
                        }
                        continue;
                    };
                    let kinds: Vec<&str> = user.kinds.iter().map(|kind| kind.name()).collect();
                    let kind = cx.is_one_of(&Key::Kind, &kinds);
                    let provider =
                        user.provider.map(|provider| cx.is(&Key::IdentityProvider, provider.name()));
                    for known in provider.into_iter().chain([kind]) {
                        parts.push(cx.f.implies(is, known));
                    }
                }
            }
            _ => {}
        }
    }
    cx.and(parts)
}

/// **EXT-2** — whoever is named here and has a user type of null is a guest, or is not, as that is read.
pub(super) fn typed(cx: &mut Cx) -> Formula {
    let mut parts = Vec::new();
    let guest = cx.is_one_of(&Key::Kind, &TYPED_GUESTS.map(UserKind::name));
    for (id, _) in cx.tenant.directory.users.iter().filter(|(_, user)| user.untyped) {
        if cx.space.value(&Key::UserId, id.as_str()).is_none() {
            continue;
        }
        let is = cx.is(&Key::UserId, id.as_str());
        let as_guest = cx.reading(UNTYPED, AS_GUEST);
        let there = cx.f.implies(guest, as_guest);
        let back = cx.f.implies(as_guest, guest);
        let same = cx.and([there, back]);
        let known = cx.f.implies(is, same);
        parts.push(cx.by(RuleId::Ext2, known));
    }
    cx.and(parts)
}

/// Whoever is a member is in the groups around and holds their roles, but for those that can be laid down.
fn implied(cx: &mut Cx, member: Formula, around: Around, parts: &mut Vec<Formula>) {
    let Around { groups, roles, eligible, .. } = around;
    let lasting = roles.into_iter().filter(|role| !eligible.contains(role)).map(Key::Role);
    for key in groups.into_iter().map(Key::Group).chain(lasting) {
        if cx.space.var(&key).is_some() {
            let inside = cx.flag(&key);
            parts.push(cx.f.implies(member, inside));
        }
    }
}

/// **CA-22** — the person has memberships that somebody of this kind in the directory has. Of a kind that does not occur
/// there is who is in nothing. `None` where the directory determines no membership.
pub fn occurring(meaning: &mut Meaning, space: &Space, people: &People) -> Option<Formula> {
    (!people.determined.is_empty()).then(|| among(&mut meaning.store, space, people, None))
}

/// **EXT-2** — the same, with a user type of null as it is read; `None` also where nobody has one.
pub fn occurring_typed(meaning: &mut Meaning, space: &Space, people: &People) -> Option<Formula> {
    let untyped = people.alike.iter().any(|alike| alike.untyped) && !people.determined.is_empty();
    let switch = find(UNTYPED).filter(|_| untyped)?;
    let values: Vec<String> = switch.readings.iter().map(|reading| (*reading).to_owned()).collect();
    let at = switch.readings.iter().position(|reading| *reading == AS_GUEST)?;
    let var = meaning.unknowns.variable(UNTYPED, "", &values, false);
    let as_guest = meaning.store.atom(var, u16::try_from(at).ok()?);
    let all = among(&mut meaning.store, space, people, Some(as_guest));
    Some(RuleId::Ext2.on(&mut meaning.store, all))
}

/// Memberships as they occur. Without `as_guest` a person whose user type is null can be of either kind.
fn among(store: &mut Store, space: &Space, people: &People, as_guest: Option<Formula>) -> Formula {
    let id = space.var(&Key::UserId);
    // Whoever is on a list is known by id, whether or not everybody is.
    let tells = |var: &Var| people.determined.contains(var) || Some(*var) == id;
    let mut parts = Vec::new();
    for kind in UserKind::ALL.iter().copied() {
        let is = match (space.var(&Key::Kind), space.value(&Key::Kind, kind.name())) {
            (Some(var), Some(value)) => store.atom(var, value),
            _ => continue,
        };
        let with_object = !matches!(kind, UserKind::DirectConnect | UserKind::ServiceProvider);
        // How a user type of null has to be read for somebody who has one to be of this kind.
        let read = as_guest.map(|guest| if TYPED_GUESTS.contains(&kind) { guest } else { store.not(guest) });
        let mut ways = Vec::new();
        for alike in people.alike.iter().filter(|alike| with_object && alike.kinds.contains(&kind)) {
            let values = alike.values.iter().filter(|(var, _)| tells(var));
            let values: Vec<Formula> =
                values.map(|(var, values)| store.member(*var, values.iter().copied())).collect();
            let read = read.filter(|_| alike.untyped);
            ways.push(store.and(values.into_iter().chain(read).collect::<Vec<_>>()));
        }
        if !occurs(people, kind, false) {
            let nobody = nothing(store, space, people, kind);
            let present = read.filter(|_| occurs(people, kind, true));
            let absent = present.map(|present| store.not(present));
            ways.push(store.and([nobody].into_iter().chain(absent).collect::<Vec<_>>()));
        }
        let some = store.or(ways);
        parts.push(store.implies(is, some));
    }
    let all = store.and(parts);
    RuleId::Ca22.on(store, all)
}

/// Everybody is listed, and somebody is of this kind and no other; with `untyped`, given what a user type of null means.
/// External people of the remaining kind need no object, so there are always others.
fn occurs(people: &People, kind: UserKind, untyped: bool) -> bool {
    let only = |alike: &Alike| {
        let mut kinds = alike.kinds.clone();
        kinds.retain(|other| !untyped || TYPED_GUESTS.contains(other) == TYPED_GUESTS.contains(&kind));
        alike.untyped == untyped && kinds == BTreeSet::from([kind])
    };
    people.listed && kind != UserKind::OtherExternal && people.alike.iter().any(only)
}

/// In no group of which the members are known, with no such role, and nobody named. Roles of service providers are given
/// elsewhere.
fn nothing(store: &mut Store, space: &Space, people: &People, kind: UserKind) -> Formula {
    let mut parts = Vec::new();
    for dimension in space.all().iter().filter(|dimension| people.determined.contains(&dimension.var)) {
        match &dimension.key {
            Key::UserId => {
                let ids = space.anonymous(&dimension.values, Some(kind));
                parts.push(store.member(dimension.var, ids));
            }
            Key::Role(_) if kind == UserKind::ServiceProvider => {}
            _ => parts.push(store.atom(dimension.var, 0)),
        }
    }
    store.and(parts)
}
