//! What is asked about beside what the configuration names.

use std::collections::BTreeSet;

use super::Id;

/// People, places and applications that a question names, whether a policy names them or not: a space has to tell them
/// apart, or the question could not be put.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mentioned {
    /// Users, by object id.
    pub users: BTreeSet<Id>,
    /// Groups.
    pub groups: BTreeSet<Id>,
    /// Role templates.
    pub roles: BTreeSet<Id>,
    /// Applications, and the names of suites.
    pub applications: BTreeSet<Id>,
    /// Authentication contexts.
    pub contexts: BTreeSet<Id>,
    /// Home tenants.
    pub tenants: BTreeSet<Id>,
    /// Named locations.
    pub locations: BTreeSet<Id>,
}

impl Mentioned {
    /// Takes over what another question names.
    pub fn extend(&mut self, other: &Self) {
        let pairs = [
            (&mut self.users, &other.users),
            (&mut self.groups, &other.groups),
            (&mut self.roles, &other.roles),
            (&mut self.applications, &other.applications),
            (&mut self.contexts, &other.contexts),
            (&mut self.tenants, &other.tenants),
            (&mut self.locations, &other.locations),
        ];
        for (own, more) in pairs {
            own.extend(more.iter().cloned());
        }
    }
}
