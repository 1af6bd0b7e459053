//! Names and ids of what the tenant has: which thing a text of a contract means.

use std::collections::{BTreeMap, BTreeSet};

use super::mistake::hint;
use super::roles::BUILT_IN_ROLES;
use super::variables::Thing;
use crate::model::{ExternalTenants, Id, LocationRef, Policy, Resource, Tenant, UserAction, UserRef};

/// What is known of one sort of thing.
#[derive(Default)]
struct Known {
    /// Display names by id; empty where a thing is known by its id only.
    names: BTreeMap<Id, String>,
    /// All of them are among these: another id is a mistake.
    whole: bool,
    /// The export has names for this sort of thing at all.
    named: bool,
}

/// The names of one tenant.
pub(super) struct Names<'a> {
    pub(super) tenant: &'a Tenant,
}

impl<'a> Names<'a> {
    pub(super) fn of(tenant: &'a Tenant) -> Self {
        Self { tenant }
    }

    /// The id of a thing that is named by id or by unique display name.
    pub(super) fn id(&self, thing: Thing, text: &str) -> Result<Id, String> {
        let known = self.known(thing);
        let what = thing.name();
        if thing == Thing::Application {
            self.is_no_object(text)?;
        }
        if let Some(id) = find(&known.names, what, text)? {
            return Ok(id);
        }
        let ids = known.names.keys().map(Id::as_str);
        let names = known.names.values().map(String::as_str).filter(|name| !name.is_empty());
        let hint = hint(text, names.chain(ids));
        if known.whole {
            let hint =
                if hint.is_empty() { "; write its name or its id as the export has it" } else { &hint };
            return Err(format!("there is no {what} `{text}` among those exported{hint}"));
        }
        if is_uuid(text) {
            return Ok(Id::new(text));
        }
        let why = if known.named { "has that name" } else { "has names for them" };
        Err(format!("no {what} `{text}`: nothing in the input {why}; give the id{hint}"))
    }

    /// Applications go by their application ids: by the id of an object here, nothing would be meant.
    fn is_no_object(&self, text: &str) -> Result<(), String> {
        let id = Id::new(text);
        let own = self.tenant.applications.iter().find(|(_, own)| own.object.as_ref() == Some(&id));
        own.map_or(Ok(()), |(application, own)| {
            let name = &own.name;
            Err(format!("`{text}` is the object id of `{name}`; give its application id: {application}"))
        })
    }

    fn known(&self, thing: Thing) -> Known {
        let tenant = self.tenant;
        let scopes =
            || tenant.policies.iter().flat_map(|policy| [&policy.users.include, &policy.users.exclude]);
        let bare = |ids: BTreeSet<Id>| ids.into_iter().map(|id| (id, String::new()));
        match thing {
            Thing::Group => {
                let ids = scopes().flat_map(|scope| scope.groups.iter().cloned()).collect();
                let mut names: BTreeMap<Id, String> = bare(ids).collect();
                let whole = tenant.present.contains(&Resource::Group);
                names.retain(|_, _| !whole);
                names.extend(tenant.groups.clone());
                Known { names, whole, named: whole }
            }
            Thing::Role => {
                let ids = scopes().flat_map(|scope| scope.roles.iter().cloned());
                let ids = ids.chain(tenant.directory.roles.keys().cloned()).collect();
                let mut names: BTreeMap<Id, String> = bare(ids).collect();
                names.extend(BUILT_IN_ROLES.iter().map(|(name, id)| (Id::new(id), (*name).to_owned())));
                Known { names, whole: false, named: true }
            }
            Thing::User => {
                let named = scopes().flat_map(|scope| &scope.users).filter_map(|user| match user {
                    UserRef::Id(id) => Some(id.clone()),
                    _ => None,
                });
                let people = tenant.people().into_iter().cloned();
                let ids: BTreeSet<Id> = named.chain(people).chain(tenant.emergency.iter().cloned()).collect();
                let whole = tenant.present.contains(&Resource::User);
                let there = ids.into_iter().filter(|id| !tenant.user_dangles(id)).collect();
                Known { names: bare(there).collect(), whole, named: false }
            }
            Thing::Application => {
                let lists = tenant.policies.iter().map(|policy| &policy.applications);
                let ids =
                    lists.flat_map(|list| list.include.known.iter().chain(&list.exclude.known).cloned());
                let keywords = ["all", "none", "office365", "microsoftadminportals"];
                let ids = ids.filter(|id| !keywords.contains(&id.as_str())).collect();
                let mut names: BTreeMap<Id, String> = bare(ids).collect();
                names.extend(tenant.applications.iter().map(|(id, own)| (id.clone(), own.name.clone())));
                Known { names, whole: false, named: tenant.present.contains(&Resource::ServicePrincipal) }
            }
            Thing::UserAction => {
                let short = |action: &UserAction| action.name().trim_start_matches("urn:user:").to_owned();
                let names = UserAction::ALL.iter().map(|action| (Id::new(action.name()), short(action)));
                Known { names: names.collect(), whole: true, named: true }
            }
            Thing::Context => {
                let ids =
                    tenant.policies.iter().flat_map(|policy| policy.applications.contexts.iter().cloned());
                let mut ids: BTreeSet<Id> = ids.chain(tenant.contexts.iter().cloned()).collect();
                // The service has contexts c1 to c99.
                ids.extend((1..100).map(|n| Id::new(&format!("c{n}"))));
                Known { names: bare(ids).collect(), whole: true, named: false }
            }
            Thing::Location => {
                let named: BTreeSet<Id> = tenant.policies.iter().flat_map(locations).collect();
                let whole = tenant.present.contains(&Resource::NamedLocation);
                let mut names: BTreeMap<Id, String> = bare(named).collect();
                names.retain(|_, _| !whole);
                names.extend(tenant.locations.iter().map(|(id, own)| (id.clone(), own.name.clone())));
                Known { names, whole, named: whole }
            }
            Thing::Tenant => {
                let guests = scopes().filter_map(|scope| scope.guests.as_ref());
                let listed = guests.flat_map(|guests| match &guests.tenants {
                    ExternalTenants::Enumerated(ids) => ids.clone(),
                    ExternalTenants::All | ExternalTenants::Unread(_) => BTreeSet::new(),
                });
                let ids: BTreeSet<Id> = listed.chain(tenant.partners.keys().cloned()).collect();
                let homes = tenant.homes.iter().map(|(id, home)| {
                    let name = home.organization.as_ref().map(|own| own.name.clone());
                    (id.clone(), name.unwrap_or_default())
                });
                Known { names: bare(ids).chain(homes).collect(), whole: false, named: false }
            }
        }
    }
}

/// The named locations of a policy.
fn locations(policy: &Policy) -> Vec<Id> {
    let lists = policy.conditions.locations.iter().flat_map(|own| own.include.iter().chain(&own.exclude));
    lists
        .filter_map(|location| match location {
            LocationRef::Id(id) => Some(id.clone()),
            _ => None,
        })
        .collect()
}

/// By id first, then by display name; two things of one name cannot be told apart by it.
pub(super) fn find(names: &BTreeMap<Id, String>, what: &str, text: &str) -> Result<Option<Id>, String> {
    let id = Id::new(text);
    if names.contains_key(&id) {
        return Ok(Some(id));
    }
    let name = text.trim();
    let same = |(_, other): &(&Id, &String)| !name.is_empty() && other.trim().eq_ignore_ascii_case(name);
    let found: Vec<&Id> = names.iter().filter(same).map(|(id, _)| id).collect();
    match found.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some((*one).clone())),
        several => {
            let ids: Vec<&str> = several.iter().map(|id| id.as_str()).collect();
            Err(format!("`{text}` is the name of {} {what}s; give an id: {}", ids.len(), ids.join(", ")))
        }
    }
}

/// 8-4-4-4-12 hexadecimal digits.
fn is_uuid(text: &str) -> bool {
    let parts: Vec<&str> = text.trim().split('-').collect();
    let sizes: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let digits = parts.iter().all(|part| part.chars().all(|c| c.is_ascii_hexdigit()));
    digits && sizes == [8, 4, 4, 4, 12]
}
