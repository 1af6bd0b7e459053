//! The people of the directory, where the input holds them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Id, IdentityProvider, UserKind};

/// A user object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// What the person can be (EXT-2); one kind where the export says enough.
    pub kinds: BTreeSet<UserKind>,
    /// The user type was exported as null: of the kinds, those of guests are one reading of that and the others the other.
    pub untyped: bool,
    /// Where the credentials live (EXT-5); `None` where the export does not say.
    pub provider: Option<IdentityProvider>,
}

/// Who is directly in a group, or holds a role, as far as the input lists them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Members {
    /// Object ids of people, groups and other things.
    pub ids: BTreeSet<Id>,
    /// The list may have been cut off: an expanded list ends at 20, and a page may have a next one.
    pub cut: bool,
}

/// Users, and who is directly in which group and role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directory {
    /// By object id.
    pub users: BTreeMap<Id, User>,
    /// Members that are said to be users, listed as such or not.
    pub people: BTreeSet<Id>,
    /// Members that are neither people nor groups: devices, service principals, contacts.
    pub things: BTreeSet<Id>,
    /// Direct members of each group whose members the input lists.
    pub members: BTreeMap<Id, Members>,
    /// Who holds a directory role actively and tenant-wide, by role template (CA-23).
    pub roles: BTreeMap<Id, Members>,
    /// Who can activate a role tenant-wide, or holds it for a time, by role template.
    pub eligible: BTreeMap<Id, Members>,
    /// Who holds a role in a part of the tenant only, or can activate it, by role template: to policies they hold none (CA-23).
    pub in_part: BTreeMap<Id, Members>,
    /// Somebody holds a role of which the export does not say which.
    pub unclear_roles: bool,
}

impl User {
    /// What the person is, where that is known.
    pub fn kind(&self) -> Option<UserKind> {
        self.kinds.first().copied().filter(|_| self.kinds.len() == 1)
    }
}

impl Directory {
    /// All lists of members and holders.
    pub fn lists(&self) -> impl Iterator<Item = &Members> {
        self.members
            .values()
            .chain(self.roles.values())
            .chain(self.eligible.values())
            .chain(self.in_part.values())
    }

    /// An object of which it was said what it is, and that is no group.
    pub fn is_no_group(&self, id: &Id) -> bool {
        self.users.contains_key(id) || self.people.contains(id) || self.things.contains(id)
    }

    /// The lists turned around.
    pub fn memberships(&self) -> Memberships {
        Memberships {
            groups: turned(&self.members),
            roles: turned(&self.roles),
            eligible: turned(&self.eligible),
            in_part: turned(&self.in_part),
        }
    }
}

fn turned(lists: &BTreeMap<Id, Members>) -> BTreeMap<Id, Vec<Id>> {
    let mut found: BTreeMap<Id, Vec<Id>> = BTreeMap::new();
    for (container, members) in lists {
        for id in &members.ids {
            found.entry(id.clone()).or_default().push(container.clone());
        }
    }
    found
}

/// For each object what it is directly in, and what it holds.
#[derive(Clone, Debug)]
pub struct Memberships {
    groups: BTreeMap<Id, Vec<Id>>,
    roles: BTreeMap<Id, Vec<Id>>,
    eligible: BTreeMap<Id, Vec<Id>>,
    in_part: BTreeMap<Id, Vec<Id>>,
}

/// What somebody, or a group, is in and holds, directly or through groups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Around {
    /// Nested ones included (CA-22).
    pub groups: BTreeSet<Id>,
    /// Held now (CA-23).
    pub roles: BTreeSet<Id>,
    /// Roles that can be activated, or are held for a time.
    pub eligible: BTreeSet<Id>,
    /// Roles held in a part of the tenant only, or that can be activated.
    pub in_part: BTreeSet<Id>,
}

impl Memberships {
    /// What is around an object.
    pub fn around(&self, id: &Id) -> Around {
        let mut groups = BTreeSet::new();
        let mut open = vec![id];
        while let Some(at) = open.pop() {
            let containers = self.groups.get(at).into_iter().flatten();
            open.extend(containers.filter(|group| groups.insert((*group).clone())));
        }
        let held = |by: &BTreeMap<Id, Vec<Id>>| {
            let holders = groups.iter().chain([id]);
            holders.flat_map(|holder| by.get(holder).into_iter().flatten().cloned()).collect()
        };
        Around {
            roles: held(&self.roles),
            eligible: held(&self.eligible),
            in_part: held(&self.in_part),
            groups,
        }
    }
}
