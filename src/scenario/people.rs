//! The people of a directory, as far as the space tells them apart.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::dimension::Key;
use super::mentions::{ADMINISTRATOR, PRIVILEGED, PRIVILEGED_IN_PART};
use super::space::Space;
use crate::logic::Var;
use crate::model::{Around, Id, Resource, Tenant, User, UserKind};

/// People whom the space does not tell apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alike {
    /// What they can be.
    pub kinds: BTreeSet<UserKind>,
    /// Which of them is a matter of what a user type of null means.
    pub untyped: bool,
    /// For the dimensions on which the directory says something the values that they can have there.
    pub values: BTreeMap<Var, BTreeSet<u16>>,
    /// How many they are.
    pub count: usize,
    /// Who they are, where that was asked for.
    pub ids: Arc<[Id]>,
}

/// What the directory says about people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct People {
    /// Everybody.
    pub alike: Vec<Alike>,
    /// The memberships of which the directory says for everybody whether they have them.
    pub determined: BTreeSet<Var>,
    /// The users were exported: nobody else has an object here.
    pub listed: bool,
}

/// What the space tells of somebody: kinds, whether the type is open, values.
type Signature = (BTreeSet<UserKind>, bool, BTreeMap<Var, BTreeSet<u16>>);

impl Space {
    /// The people of the directory; `named`: with their ids.
    pub fn people(&self, tenant: &Tenant, named: bool) -> People {
        let listed = tenant.present.contains(&Resource::User);
        let mut determined = BTreeSet::new();
        for dimension in self.all() {
            let known = match &dimension.key {
                Key::UserId => listed && dimension.values.len() > 1,
                Key::Group(id) => tenant.group_is_whole(id),
                Key::Role(id) if id.as_str() == PRIVILEGED_IN_PART => tenant.in_part_is_whole(&PRIVILEGED),
                Key::Role(id) => tenant.role_is_whole(id) && !stands_for_any(tenant, id),
                _ => false,
            };
            if known {
                determined.insert(dimension.var);
            }
        }
        let memberships = tenant.directory.memberships();
        let mut alike: BTreeMap<Signature, (usize, Vec<Id>)> = BTreeMap::new();
        for id in tenant.people() {
            let user = tenant.directory.users.get(id);
            let values = self.values_of(id, user, &determined, &memberships.around(id));
            let kinds =
                user.map_or_else(|| UserKind::ALL.iter().copied().collect(), |user| user.kinds.clone());
            let untyped = user.is_some_and(|user| user.untyped);
            let (count, ids) = alike.entry((kinds, untyped, values)).or_default();
            *count += 1;
            ids.extend(named.then(|| id.clone()));
        }
        let alike = alike.into_iter().map(|((kinds, untyped, values), (count, ids))| {
            let ids = ids.into();
            Alike { kinds, untyped, values, count, ids }
        });
        People { alike: alike.collect(), determined, listed }
    }

    fn values_of(
        &self,
        id: &Id,
        user: Option<&User>,
        determined: &BTreeSet<Var>,
        around: &Around,
    ) -> BTreeMap<Var, BTreeSet<u16>> {
        let kind = user.and_then(User::kind);
        let mut values = BTreeMap::new();
        for dimension in self.all() {
            let only = |name: Option<&str>| {
                let at = dimension.values.iter().position(|value| Some(value.as_str()) == name);
                at.and_then(|at| u16::try_from(at).ok()).map(|at| BTreeSet::from([at]))
            };
            // A role that is active now and can be activated is not always.
            let member = |inside: bool, possible: bool| match (inside, determined.contains(&dimension.var)) {
                _ if possible => None,
                (true, _) => Some(BTreeSet::from([1])),
                (false, true) => Some(BTreeSet::from([0])),
                (false, false) => None,
            };
            let own = match &dimension.key {
                Key::Kind => user.map(|user| {
                    let at = |kind: &UserKind| dimension.values.iter().position(|value| value == kind.name());
                    user.kinds.iter().filter_map(at).filter_map(|at| u16::try_from(at).ok()).collect()
                }),
                Key::IdentityProvider => only(user.and_then(|user| user.provider).map(|p| p.name())),
                Key::UserId => {
                    only(Some(id.as_str())).or_else(|| Some(self.anonymous(&dimension.values, kind)))
                }
                Key::Group(id) => member(around.groups.contains(id), false),
                Key::Role(id) if id.as_str() == PRIVILEGED_IN_PART => {
                    member(PRIVILEGED.iter().any(|role| around.in_part.contains(&Id::new(role))), false)
                }
                Key::Role(id) => member(around.roles.contains(id), around.eligible.contains(id)),
                _ => None,
            };
            values.extend(own.map(|own| (dimension.var, own)));
        }
        values
    }

    /// The ids that somebody whom nothing names here can have: somebody from elsewhere may be named by the id at home.
    pub fn anonymous(&self, ids: &[String], kind: Option<UserKind>) -> BTreeSet<u16> {
        let local = matches!(kind, Some(UserKind::Member | UserKind::InternalGuest));
        let at_home =
            |(at, id): (u16, &String)| (!local && self.may_be_id_at_home(&Id::new(id))).then_some(at);
        (0u16..).zip(ids).filter_map(at_home).chain([0]).collect()
    }
}

/// Under security defaults one role stands for all of them.
fn stands_for_any(tenant: &Tenant, role: &Id) -> bool {
    let defaults = tenant.security_defaults != Some(false) || !tenant.security_defaults_unread.is_empty();
    defaults && role.as_str() == ADMINISTRATOR
}
