//! The people of the directory, where the input holds them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Id, IdentityProvider, UserKind};

/// A user object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// What the person can be (EXT-2); one kind where the export says enough.
    pub kinds: BTreeSet<UserKind>,
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
        self.members.values().chain(self.roles.values()).chain(self.eligible.values())
    }

    /// An object of which it was said what it is, and that is no group.
    pub fn is_no_group(&self, id: &Id) -> bool {
        self.users.contains_key(id) || self.people.contains(id) || self.things.contains(id)
    }

    /// The groups that somebody, or a group, is in, nested ones included (CA-22).
    pub fn groups_of(&self, member: &Id) -> BTreeSet<Id> {
        let mut found = BTreeSet::new();
        let mut inside = vec![member.clone()];
        while let Some(member) = inside.pop() {
            for (group, members) in &self.members {
                if members.ids.contains(&member) && found.insert(group.clone()) {
                    inside.push(group.clone());
                }
            }
        }
        found
    }

    /// Whether somebody who is in these groups can activate a role.
    pub fn can_activate(&self, role: &Id, member: &Id, groups: &BTreeSet<Id>) -> bool {
        let list = self.eligible.get(role);
        list.is_some_and(|list| list.ids.contains(member) || !list.ids.is_disjoint(groups))
    }

    /// The roles that somebody, or a group, holds, also as a member of a group that holds them.
    pub fn roles_of(&self, member: &Id) -> BTreeSet<Id> {
        let groups = self.groups_of(member);
        let holds = |holders: &Members| {
            holders.ids.contains(member) || groups.iter().any(|group| holders.ids.contains(group))
        };
        self.roles.iter().filter(|(_, holders)| holds(holders)).map(|(role, _)| role.clone()).collect()
    }
}
