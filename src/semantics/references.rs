//! References of policies to objects that do not exist (CA-66, CA-92). An id dangles only inside a type of which the input
//! holds something; otherwise it is not known.

use crate::model::{Control, GuestScope, Id, LocationRef, Policy, Resource, StrengthRef, Tenant, UserRef};

/// A reference to nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dangling {
    /// What should be there.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// Where the policy names it, by the path of the key.
    pub place: &'static str,
    /// The service refuses to delete such an object while a policy names it.
    pub keeps_object: bool,
}

/// The references of a policy to nothing, in the order of the policy's parts.
pub fn dangling(tenant: &Tenant, policy: &Policy) -> Vec<Dangling> {
    let mut found = Vec::new();
    let mut add = |kind, id: &Id, place, keeps_object| {
        found.push(Dangling { kind, id: id.to_string(), place, keeps_object });
    };
    let has = |resource| tenant.present.contains(&resource);
    let places = [
        (&policy.users.include, "users/includeGroups", "users/includeUsers"),
        (&policy.users.exclude, "users/excludeGroups", "users/excludeUsers"),
    ];
    for (scope, groups, users) in places {
        for id in scope.groups.iter().filter(|id| tenant.group_dangles(id)) {
            add("group", id, groups, false);
        }
        for id in user_ids(scope).filter(|id| tenant.user_dangles(id)) {
            add("user", id, users, false);
        }
    }
    if let Some(locations) = policy.conditions.locations.as_ref().filter(|_| has(Resource::NamedLocation)) {
        let sides = [
            (&locations.include, "locations/includeLocations"),
            (&locations.exclude, "locations/excludeLocations"),
        ];
        for (list, place) in sides {
            for reference in list {
                if let LocationRef::Id(id) = reference
                    && !tenant.locations.contains_key(id)
                {
                    add("named location", id, place, true);
                }
            }
        }
    }
    for id in policy.applications.contexts.iter().filter(|id| !tenant.contexts.contains(id)) {
        if has(Resource::AuthenticationContext) {
            add(
                "authentication context",
                id,
                "applications/includeAuthenticationContextClassReferences",
                false,
            );
        }
    }
    for control in policy.controls() {
        if let Control::TermsOfUse(id) = control
            && has(Resource::Agreement)
            && !tenant.agreements.contains(id)
        {
            add("terms of use", id, "grantControls/termsOfUse", false);
        }
    }
    if has(Resource::AuthenticationStrength) {
        for control in policy.controls() {
            if let Control::Strength(StrengthRef::Unresolved { id, .. }) = control
                && crate::model::built_in_combinations(id).is_none()
            {
                add("authentication strength", id, "grantControls/authenticationStrength", true);
            }
        }
    }
    found
}

fn user_ids(scope: &GuestScope) -> impl Iterator<Item = &Id> {
    scope.users.iter().filter_map(|user| match user {
        UserRef::Id(id) => Some(id),
        _ => None,
    })
}
