//! Whom each exclusion of a policy leaves out: people whom the policy would meet without it (CA-20, CA-40).

use super::RuleId;
use super::assumption::Assumptions;
use super::context::Cx;
use super::meaning::anybody;
use super::person::Person;
use super::policies::applied;
use crate::logic::{Formula, Store};
use crate::model::{FilterMode, GuestScope, LocationRef, Policy, PolicyState, Tenant, UserRef};
use crate::scenario::{Space, Unknowns};

/// One exclusion of one policy.
#[derive(Clone, Debug)]
pub struct Exclusion {
    /// The position of the policy.
    pub policy: usize,
    /// What is excluded: what sort of thing, and its name or id.
    pub what: (&'static str, String),
    /// Somebody whom the policy meets without it, and not with it.
    pub leaves_out: Formula,
}

/// The exclusions of all enforced policies about people.
#[derive(Clone, Debug)]
pub struct Exclusions {
    /// All formulas.
    pub store: Store,
    /// All variables that no sign-in states.
    pub unknowns: Unknowns,
    /// In the order of the policies.
    pub all: Vec<Exclusion>,
}

/// Says of every exclusion whom it leaves out.
pub fn exclusions(
    tenant: &Tenant,
    space: &Space,
    assumptions: &Assumptions,
    flipped: Option<RuleId>,
) -> Exclusions {
    let mut cx = super::context(tenant, space, assumptions, flipped);
    let (person, anybody) = anybody(&mut cx);
    // Where it is not known whom a policy meets, nothing can be said about its exclusions.
    let enforced = |policy: &Policy| {
        policy.state == PolicyState::Enabled && !policy.workload && policy.unread_scope.is_empty()
    };
    let mut all = Vec::new();
    for (index, policy) in tenant.policies.iter().enumerate().filter(|(_, policy)| enforced(policy)) {
        let fewer = without_each(policy);
        if fewer.is_empty() {
            continue;
        }
        let with = meets(&mut cx, index, policy, &person);
        let not_with = cx.not(with);
        for (what, without) in fewer {
            let without = meets(&mut cx, index, &without, &person);
            let leaves_out = cx.and([anybody, without, not_with]);
            all.push(Exclusion { policy: index, what, leaves_out });
        }
    }
    Exclusions { store: std::mem::take(&mut cx.f), unknowns: std::mem::take(&mut cx.unknowns), all }
}

fn meets(cx: &mut Cx, index: usize, policy: &Policy, person: &Person) -> Formula {
    let applies = applied(cx, index, policy, person).applies;
    cx.f.strip(applies)
}

/// What is excluded, and the policy without that.
type Fewer = ((&'static str, String), Policy);

/// The policy without each one of its exclusions.
fn without_each(policy: &Policy) -> Vec<Fewer> {
    let mut all: Vec<Fewer> = Vec::new();
    let mut add = |kind: &'static str, name: String, change: &dyn Fn(&mut Policy)| {
        let mut fewer = policy.clone();
        change(&mut fewer);
        // What is named twice is left out by either, and said once.
        if all.iter().all(|((known, called), _)| *known != kind || *called != name) {
            all.push(((kind, name), fewer));
        }
    };
    let GuestScope { users, groups, roles, guests } = &policy.users.exclude;
    for (at, user) in users.iter().enumerate() {
        let name = match user {
            UserRef::Id(id) => id.to_string(),
            UserRef::GuestsOrExternalUsers => "GuestsOrExternalUsers".into(),
            // What is not understood may be anybody.
            UserRef::All | UserRef::None | UserRef::Unread(_) => continue,
        };
        add("user", name, &|fewer| drop(fewer.users.exclude.users.remove(at)));
    }
    for (at, group) in groups.iter().enumerate() {
        add("group", group.to_string(), &|fewer| drop(fewer.users.exclude.groups.remove(at)));
    }
    for (at, role) in roles.iter().enumerate() {
        add("role", role.to_string(), &|fewer| drop(fewer.users.exclude.roles.remove(at)));
    }
    if let Some(guests) = guests {
        let kinds: Vec<_> = guests.kinds.known.iter().map(|kind| kind.name()).collect();
        add("guests", kinds.join(", "), &|fewer| fewer.users.exclude.guests = None);
    }
    for (at, application) in policy.applications.exclude.known.iter().enumerate() {
        let change = |fewer: &mut Policy| drop(fewer.applications.exclude.known.remove(at));
        add("application", application.to_string(), &change);
    }
    if policy.applications.filter.as_ref().is_some_and(|filter| filter.mode == FilterMode::Exclude) {
        add("filter for applications", String::new(), &|fewer| fewer.applications.filter = None);
    }
    let platforms = policy.conditions.platforms.iter().flat_map(|platforms| &platforms.exclude.known);
    for (at, platform) in platforms.enumerate() {
        let change = |fewer: &mut Policy| {
            if let Some(platforms) = &mut fewer.conditions.platforms {
                platforms.exclude.known.remove(at);
            }
        };
        add("platform", platform.name().to_owned(), &change);
    }
    let locations = policy.conditions.locations.iter().flat_map(|locations| &locations.exclude);
    for (at, location) in locations.enumerate() {
        let name = match location {
            LocationRef::All => "All".into(),
            LocationRef::AllTrusted => "AllTrusted".into(),
            LocationRef::LegacyTrustedIps => "MFA trusted IPs".into(),
            LocationRef::Id(id) => id.to_string(),
            LocationRef::Unread(_) => continue,
        };
        let change = |fewer: &mut Policy| {
            if let Some(locations) = &mut fewer.conditions.locations {
                locations.exclude.remove(at);
            }
        };
        add("location", name, &change);
    }
    if policy.conditions.device_filter.as_ref().is_some_and(|filter| filter.mode == FilterMode::Exclude) {
        add("filter for devices", String::new(), &|fewer| fewer.conditions.device_filter = None);
    }
    all
}
