//! The people of the directory, where the input holds them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Id, IdentityProvider, UserKind};

/// A user object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// What the person is (EXT-2); `None` where that is open (no user type).
    pub kind: Option<UserKind>,
    /// Where the credentials live (EXT-5); `None` where the export does not say.
    pub provider: Option<IdentityProvider>,
}

/// Users, and who is directly in which group and role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directory {
    /// By object id.
    pub users: BTreeMap<Id, User>,
    /// Direct members of each group whose members the input lists.
    pub members: BTreeMap<Id, BTreeSet<Id>>,
    /// Who holds a directory role actively and tenant-wide, by role template (CA-23).
    pub roles: BTreeMap<Id, BTreeSet<Id>>,
}

impl Directory {
    /// The groups that somebody is in, nested ones included (CA-22).
    pub fn groups_of(&self, person: &Id) -> BTreeSet<Id> {
        let mut found = BTreeSet::new();
        let mut inside = vec![person.clone()];
        while let Some(member) = inside.pop() {
            for (group, members) in &self.members {
                if members.contains(&member) && found.insert(group.clone()) {
                    inside.push(group.clone());
                }
            }
        }
        found
    }

    /// The roles that somebody holds, also as a member of a group that holds them.
    pub fn roles_of(&self, person: &Id) -> BTreeSet<Id> {
        let groups = self.groups_of(person);
        let holds = |holders: &BTreeSet<Id>| {
            holders.contains(person) || groups.iter().any(|group| holders.contains(group))
        };
        self.roles.iter().filter(|(_, holders)| holds(holders)).map(|(role, _)| role.clone()).collect()
    }
}
