//! What the directory says about who is in what (CA-22, CA-23).

use std::collections::BTreeSet;

use super::RuleId;
use super::context::Cx;
use super::meaning::Meaning;
use crate::logic::{Formula, Store, Var};
use crate::model::{Around, Id, UserKind};
use crate::scenario::{Key, People, Space};

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

/// Whoever is a member is in the groups around and holds their roles, but for those that can be laid down.
fn implied(cx: &mut Cx, member: Formula, around: Around, parts: &mut Vec<Formula>) {
    let Around { groups, roles, eligible } = around;
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
    if people.determined.is_empty() {
        return None;
    }
    let store = &mut meaning.store;
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
        let mut ways = Vec::new();
        for alike in people.alike.iter().filter(|alike| with_object && alike.kinds.contains(&kind)) {
            let values = alike.values.iter().filter(|(var, _)| tells(var));
            let values: Vec<Formula> =
                values.map(|(var, values)| store.member(*var, values.iter().copied())).collect();
            ways.push(store.and(values));
        }
        let occurs = people.listed && people.alike.iter().any(|alike| alike.kinds == BTreeSet::from([kind]));
        if !occurs {
            ways.push(nothing(store, space, people, kind));
        }
        let some = store.or(ways);
        parts.push(store.implies(is, some));
    }
    let all = store.and(parts);
    Some(RuleId::Ca22.on(store, all))
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
