//! What policies do to service principals that sign in by themselves (CA-12, CA-63).

use super::RuleId;
use super::assumption::Assumptions;
use super::context::Cx;
use super::policies::{denial, unread};
use super::position::names_position;
use super::targets::filtered;
use super::{conditions, context, targets};
use crate::logic::{Formula, Store};
use crate::model::{
    Audience, Control, FilterMode, Id, Policy, PrincipalType, ServicePrincipal, Tenant, Workloads,
};
use crate::scenario::{Space, TargetValue, Unknowns};

/// The keyword for all service principals of applications that are registered here.
const OWN: &str = "serviceprincipalsinmytenant";
const NOBODY: &str = "none";

/// One service principal, and when it is refused.
#[derive(Clone, Debug)]
pub struct Gated {
    /// Its object id.
    pub id: Id,
    /// It is this tenant's own: a managed identity, or an instance of an application that is registered here.
    pub own: Formula,
    /// Policies for workload identities can reach it (CA-63).
    pub reachable: Formula,
    /// An enforced policy refuses it a token.
    pub refused: Formula,
}

/// The service principals of a tenant that can get tokens, over a space of places and resources.
#[derive(Clone, Debug)]
pub struct Principals {
    /// All formulas.
    pub store: Store,
    /// All variables that no sign-in states.
    pub unknowns: Unknowns,
    /// In the order of their ids.
    pub all: Vec<Gated>,
}

/// Says for every service principal when it is refused. The space is one that tells apart what policies for workload
/// identities name.
pub fn gate_principals(
    tenant: &Tenant,
    space: &Space,
    assumptions: &Assumptions,
    flipped: Option<RuleId>,
) -> Principals {
    let mut cx = context(tenant, space, assumptions, flipped);
    // When a policy acts does not depend on whom it is asked about.
    let policies: Vec<(usize, &Policy)> = tenant.workload_policies().collect();
    let acting: Vec<(usize, &Policy, &Workloads, Formula)> = policies
        .into_iter()
        .filter_map(|(index, policy)| Some((index, policy, policy.workloads.as_ref()?)))
        .map(|(index, policy, workloads)| (index, policy, workloads, acts(&mut cx, policy, workloads)))
        .collect();
    let mut all = Vec::new();
    let looked_at = |principal: &ServicePrincipal| {
        !principal.disabled && principal.principal_type != Some(PrincipalType::SocialIdp)
    };
    for (id, principal) in tenant.principals.iter().filter(|(_, principal)| looked_at(principal)) {
        let registered = registered_here(&mut cx, principal);
        let managed = principal.principal_type == Some(PrincipalType::ManagedIdentity);
        let own = if managed { cx.yes() } else { registered };
        let reachable = reachable(&mut cx, id, principal, registered);
        let mut ways = Vec::new();
        for (index, policy, workloads, acts) in &acting {
            let named = named(&mut cx, policy, workloads, id, principal);
            let refuses = cx.and([reachable, named, *acts]);
            ways.push(cx.of_policy(*index, refuses));
        }
        let refused = cx.or(ways);
        all.push(Gated { id: id.clone(), own, reachable, refused });
    }
    Principals { store: std::mem::take(&mut cx.f), unknowns: std::mem::take(&mut cx.unknowns), all }
}

/// The application is registered in this tenant. What the export does not say of a service principal is not known.
fn registered_here(cx: &mut Cx, principal: &ServicePrincipal) -> Formula {
    // Such a one can be used in the tenant alone that made it.
    if principal.principal_type == Some(PrincipalType::Legacy) {
        return cx.yes();
    }
    let tenant = cx.tenant.organization.as_ref().map(|organization| &organization.id);
    match (&principal.owner, tenant) {
        (Some(owner), Some(tenant)) => cx.constant(owner == tenant),
        (Some(owner), None) => cx.free("input:organization", owner.as_str(), false),
        (None, _) => cx.free("input:servicePrincipal/appOwnerOrganizationId", "", false),
    }
}

/// **CA-63** — policies for workload identities reach applications that are registered here and for this tenant alone, and
/// never managed identities.
fn reachable(cx: &mut Cx, id: &Id, principal: &ServicePrincipal, registered: Formula) -> Formula {
    let reachable = match principal.principal_type {
        Some(PrincipalType::Application) => {
            let alone = match principal.audience {
                Some(audience) => cx.constant(audience == Audience::OwnTenant),
                None => cx.free(&format!("input:servicePrincipal/{id}/signInAudience"), "", false),
            };
            cx.and([registered, alone])
        }
        Some(PrincipalType::ManagedIdentity | PrincipalType::SocialIdp) => cx.no(),
        // Nowhere is said whether they reach what is older than registrations.
        Some(PrincipalType::Legacy) => {
            cx.free(&format!("unmodelled:servicePrincipal/{id}/servicePrincipalType"), "", false)
        }
        None => cx.free(&format!("input:servicePrincipal/{id}/servicePrincipalType"), "", false),
    };
    cx.by(RuleId::Ca63, reachable)
}

/// **CA-12** — the policy includes the service principal, by id, by keyword or by filter, and does not exclude it.
fn named(
    cx: &mut Cx,
    policy: &Policy,
    workloads: &Workloads,
    id: &Id,
    principal: &ServicePrincipal,
) -> Formula {
    let listed = |list: &[Id]| list.iter().any(|named| named == id || named.as_str() == OWN);
    let mut include = cx.constant(listed(&workloads.include));
    let mut exclude = cx.constant(listed(&workloads.exclude));
    if let Some(filter) = &workloads.filter {
        let target = principal.application.clone().unwrap_or_else(|| id.clone());
        let matches = filtered(cx, filter, &TargetValue::Application(target));
        if filter.mode == FilterMode::Exclude {
            exclude = cx.or([exclude, matches]);
        } else if workloads.include.iter().all(|id| id.as_str() == NOBODY) {
            include = matches;
        } else {
            // Whether a filter adds to a list or narrows it is nowhere said.
            let adds = free_of(cx, policy, "servicePrincipalFilter/mode");
            let (both, either) = (cx.and([include, matches]), cx.or([include, matches]));
            let either = cx.and([either, adds]);
            include = cx.or([both, either]);
        }
    }
    if workloads.unread {
        include = free_of(cx, policy, "clientApplications");
    }
    let not_excluded = cx.not(exclude);
    let named = cx.and([include, not_excluded]);
    cx.by(RuleId::Ca12, named)
}

/// The policy refuses whoever it is for, from this place and to this resource.
fn acts(cx: &mut Cx, policy: &Policy, workloads: &Workloads) -> Formula {
    let on = conditions::enforced(cx, policy);
    let what = targets::matches(cx, policy);
    let mut parts = vec![on, what];
    if let Some(locations) = &policy.conditions.locations {
        // A workload has no phone that could tell where it is.
        parts.push(if names_position(cx, locations) {
            free_of(cx, policy, "locations")
        } else {
            conditions::location(cx, locations)
        });
    }
    if !workloads.risk.is_empty() {
        let found = cx.free("input:servicePrincipalRisk", &format!("{:?}", workloads.risk), true);
        parts.push(cx.by(RuleId::Ca12, found));
    }
    if has_other_conditions(policy) {
        parts.push(free_of(cx, policy, "conditions"));
    }
    // Blocking is all that such a policy can do.
    let nothing = policy.controls().is_empty() && policy.unread_grant.is_empty();
    let blocks = policy.controls().contains(&Control::Block);
    parts.push(if nothing || blocks { denial(cx, policy) } else { free_of(cx, policy, "grantControls") });
    let known = cx.and(parts);
    unread(cx, policy, known)
}

/// The policy looks at what only sign-ins of people have.
fn has_other_conditions(policy: &Policy) -> bool {
    let conditions = &policy.conditions;
    conditions.clients.as_ref().is_some_and(|clients| !clients.is_empty())
        || conditions.platforms.is_some()
        || !conditions.sign_in_risk.is_empty()
        || !conditions.user_risk.is_empty()
        || conditions.insider_risk.is_some()
        || conditions.flows.is_some()
        || conditions.device_filter.is_some()
        || conditions.device_states.is_some()
}

/// Something about a policy of which nowhere is said what it does to workloads: free, and free again in another sign-in.
fn free_of(cx: &mut Cx, policy: &Policy, part: &str) -> Formula {
    cx.free(&format!("unmodelled:conditionalAccessPolicy/{}/{part}", policy.id), "", true)
}
