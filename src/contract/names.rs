//! Names and ids of what the tenant has: which thing a text of a contract means.

use std::collections::{BTreeMap, BTreeSet};

use super::mistake::hint;
use super::roles::BUILT_IN_ROLES;
use super::variables::Thing;
use crate::model::{
    Control, ExternalTenants, Id, LocationRef, Policy, Resource, Strength, StrengthRef, Tenant, Unread,
    UserAction, UserRef, built_in_combinations,
};

/// The built-in strengths.
const BUILT_IN: [&str; 3] = [
    "00000000-0000-0000-0000-000000000002",
    "00000000-0000-0000-0000-000000000003",
    "00000000-0000-0000-0000-000000000004",
];

/// Grant controls by Graph's names, as far as a sign-in shows whether they were met.
const CONTROLS: [&str; 8] = [
    "mfa",
    "compliantDevice",
    "domainJoinedDevice",
    "approvedApplication",
    "compliantApplication",
    "passwordChange",
    "riskRemediation",
    "termsOfUse",
];

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
    tenant: &'a Tenant,
}

impl<'a> Names<'a> {
    pub(super) fn of(tenant: &'a Tenant) -> Self {
        Self { tenant }
    }

    /// The id of a thing that is named by id or by unique display name.
    pub(super) fn id(&self, thing: Thing, text: &str) -> Result<Id, String> {
        let known = self.known(thing);
        let what = thing.name();
        find(&known.names, what, text)?.map_or_else(
            || {
                let ids = known.names.keys().map(Id::as_str);
                let names = known.names.values().map(String::as_str).filter(|name| !name.is_empty());
                let hint = hint(text, names.chain(ids));
                if known.whole {
                    return Err(format!("there is no {what} `{text}` among those exported{hint}"));
                }
                if is_uuid(text) {
                    return Ok(Id::new(text));
                }
                let why = if known.named { "has that name" } else { "has names for them" };
                Err(format!("no {what} `{text}`: nothing in the input {why}; give the id{hint}"))
            },
            Ok,
        )
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

    /// The controls that a word of `need` stands for: one of them has to be met.
    pub(super) fn control(&self, text: &str) -> Result<Vec<Control>, String> {
        let same = |name: &&&str| name.eq_ignore_ascii_case(text.trim());
        if let Some(name) = CONTROLS.iter().find(same) {
            return Ok(self.built_in_control(name));
        }
        if text.trim().eq_ignore_ascii_case("block") {
            return Err("`block` is nothing that can be met; say `must: beBlocked`".into());
        }
        let strengths = self.strengths();
        let names = strengths.iter().map(|(id, (name, _))| (id.clone(), name.clone())).collect();
        match find(&names, "authentication strength", text)? {
            Some(id) => {
                Ok(strengths.get(&id).map(|(_, own)| Control::Strength(own.clone())).into_iter().collect())
            }
            None => {
                let hint = hint(text, CONTROLS.iter().copied().chain(names.values().map(String::as_str)));
                let controls = CONTROLS.join(", ");
                Err(format!(
                    "`{text}` is neither a grant control ({controls}) nor an authentication strength of the tenant{hint}"
                ))
            }
        }
    }

    /// Whether a client application is protected, or a risk was remediated, is no part of a sign-in: what policies leave open
    /// about it is what is compared with.
    fn built_in_control(&self, name: &str) -> Vec<Control> {
        let asked = |wanted: fn(&Control) -> bool, otherwise: fn(Unread) -> Control| -> Vec<Control> {
            let all = self.tenant.policies.iter().flat_map(Policy::controls);
            let asked: Vec<Control> = all.filter(|control| wanted(control)).cloned().collect();
            let nobody = || vec![otherwise(Unread(format!("input:{name}")))];
            if asked.is_empty() { nobody() } else { asked }
        };
        match name {
            "mfa" => vec![Control::Mfa],
            "compliantDevice" => vec![Control::CompliantDevice],
            "domainJoinedDevice" => vec![Control::HybridDevice],
            "approvedApplication" => vec![Control::ApprovedApplication],
            "passwordChange" => vec![Control::PasswordChange],
            "termsOfUse" => vec![Control::TermsOfUse(Id::new(name))],
            "compliantApplication" => asked(
                |control| matches!(control, Control::CompliantApplication(_)),
                Control::CompliantApplication,
            ),
            _ => asked(|control| matches!(control, Control::RiskRemediation(_)), Control::RiskRemediation),
        }
    }

    /// Strengths by id, with their names and how policies refer to them.
    fn strengths(&self) -> BTreeMap<Id, (String, StrengthRef)> {
        let mut found = BTreeMap::new();
        for id in BUILT_IN.map(Id::new) {
            if let Some((name, _, _)) = built_in_combinations(&id) {
                let unread = Unread(format!("input:authenticationStrengthPolicy/{id}"));
                let place = (String::new(), String::new());
                let unresolved = StrengthRef::Unresolved { id: id.clone(), unread, place };
                found.insert(id, (name.to_owned(), unresolved));
            }
        }
        let name = |strength: &Strength| (strength.name.clone(), StrengthRef::Known(strength.clone()));
        for control in self.tenant.policies.iter().flat_map(Policy::controls) {
            let Control::Strength(reference) = control else { continue };
            let own = match reference {
                StrengthRef::Known(strength) => name(strength),
                StrengthRef::Unresolved { .. } if found.contains_key(reference.id()) => continue,
                StrengthRef::Unresolved { .. } => (String::new(), reference.clone()),
            };
            found.insert(reference.id().clone(), own);
        }
        found.extend(self.tenant.strengths.iter().map(|(id, own)| (id.clone(), name(own))));
        found
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
fn find(names: &BTreeMap<Id, String>, what: &str, text: &str) -> Result<Option<Id>, String> {
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
