//! **Which of many tenants are homes of each other's guests.**
//!
//! * **In:** what each tenant is, and which others its cross-tenant settings name.
//! * **Out:** for each tenant the others whose configuration its sign-ins depend on.
//! * **Never:** a verdict, or all pairs: only who is named is looked at.

use std::collections::BTreeMap;

use petgraph::Direction;
use petgraph::graphmap::DiGraphMap;

use crate::model::{Id, Tenant};

/// Who a tenant is, and whom it names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Member {
    /// Its tenant id, where the organization was exported.
    pub id: Option<Id>,
    /// The tenants that it has partner settings for.
    pub partners: Vec<Id>,
}

impl From<&Tenant> for Member {
    fn from(tenant: &Tenant) -> Self {
        let id = tenant.organization.as_ref().map(|organization| organization.id.clone());
        Self { id, partners: tenant.partners.keys().cloned().collect() }
    }
}

/// Edges from a tenant to those that its settings name, by their places among the members.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    edges: DiGraphMap<usize, ()>,
    ids: Vec<Option<Id>>,
}

impl Trust {
    /// The graph of some tenants. One that is among them twice is nobody's home: which of the two would be open.
    pub fn of(members: &[Member]) -> Self {
        let mut places: BTreeMap<&Id, Option<usize>> = BTreeMap::new();
        for (at, member) in members.iter().enumerate() {
            if let Some(id) = &member.id {
                places.entry(id).and_modify(|place| *place = None).or_insert(Some(at));
            }
        }
        let mut edges = DiGraphMap::new();
        for (at, member) in members.iter().enumerate() {
            edges.add_node(at);
            let named = member.partners.iter().filter_map(|id| places.get(id).copied().flatten());
            for home in
                named.filter(|home| *home != at && members.get(*home).map(|one| &one.id) != Some(&member.id))
            {
                edges.add_edge(at, home, ());
            }
        }
        Self { edges, ids: members.iter().map(|member| member.id.clone()).collect() }
    }

    /// The homes of a tenant, each with its id, by place.
    pub fn homes(&self, at: usize) -> Vec<(usize, Id)> {
        let mut homes: Vec<usize> = self.edges.neighbors_directed(at, Direction::Outgoing).collect();
        homes.sort_unstable();
        let named = |home: usize| Some((home, self.ids.get(home)?.clone()?));
        homes.into_iter().filter_map(named).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(id: &str, partners: &[&str]) -> Member {
        Member { id: Some(Id::new(id)), partners: partners.iter().map(|id| Id::new(id)).collect() }
    }

    #[test]
    fn homes_are_who_is_named_and_known_once() {
        let a = member("a", &["b", "c", "nobody", "twice"]);
        let all = [a, member("b", &["a"]), member("c", &[]), member("twice", &[]), member("twice", &["a"])];
        let trust = Trust::of(&all);
        assert_eq!(trust.homes(0), [(1, Id::new("b")), (2, Id::new("c"))]);
        assert_eq!(trust.homes(1), [(0, Id::new("a"))]);
        assert_eq!(trust.homes(2), []);
        assert_eq!(trust.homes(4), [(0, Id::new("a"))]);
        assert_eq!(Trust::of(&[Member::default(), member("a", &["a"])]).homes(1), []);
    }
}
