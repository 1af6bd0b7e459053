//! Which resource a JSON object is: by `@odata.type`, by `@odata.context`, by its shape, or by its place in the tree.

use serde_json::{Map, Value};

use crate::model::{MethodConfigKind, Resource};

/// What a JSON object was recognised as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// A resource that is read.
    Read(Resource),
    /// A resource of Graph, or another known shape, that no rule reads; with its name.
    Other(String),
    /// Nothing that is known.
    Unknown,
}

/// Recognises one object of the file `path`; `context` is the `@odata.context` of its page. Users who stand anywhere but in a
/// list of users (members of something, deleted, at risk, oneself) do not say who else there is.
pub(super) fn classify(map: &Map<String, Value>, context: Option<&str>, path: &str) -> Class {
    let own = map.get("@odata.context").and_then(Value::as_str).or(context);
    match recognise(map, context, path) {
        _ if is_relation(own, path) => Class::Other("member of something".into()),
        Class::Read(resource) if resource.is_deletable() && is_deleted(map, path) => {
            Class::Other("deleted item".into())
        }
        Class::Read(Resource::User) if !is_list_of_users(own, path) => {
            Class::Other("user outside of a list of users".into())
        }
        class => class,
    }
}

/// A directory object that was deleted: nobody is in it, and it says nothing of those that there are. (A deleted policy is read,
/// and off.)
fn is_deleted(map: &Map<String, Value>, path: &str) -> bool {
    let date = map.iter().find(|(name, _)| name.eq_ignore_ascii_case("deletedDateTime"));
    date.is_some_and(|(_, date)| !date.is_null())
        || path.to_lowercase().split(['/', '.']).any(|part| part == "deleteditems")
}

fn is_list_of_users(context: Option<&str>, path: &str) -> bool {
    let whole = context.filter(|context| !context.ends_with("$entity")).and_then(by_context);
    whole == Some(Class::Read(Resource::User)) || by_path(path) == Some(Resource::User)
}

fn recognise(map: &Map<String, Value>, context: Option<&str>, path: &str) -> Class {
    let has = |key: &str| map.keys().any(|name| name.eq_ignore_ascii_case(key));
    let text =
        |key: &str| map.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).and_then(|(_, v)| v.as_str());
    if has("policyApplies") || has("analysisReasons") {
        return Class::Other("whatIfAnalysisResult".into());
    }
    if has("details") && has("scenarios") {
        return Class::Other("conditionalAccessTemplate".into());
    }
    if let Some(name) = text("@odata.type").and_then(|t| t.strip_prefix("#microsoft.graph.")) {
        if let Some(resource) = by_type(name) {
            return Class::Read(resource);
        }
        if !name.is_empty() {
            return Class::Other(name.to_owned());
        }
    }
    let context = text("@odata.context").or(context);
    if context.is_some_and(|context| context.to_lowercase().contains("/deleteditems/")) {
        return Class::Other("deleted item".into());
    }
    if let Some(resource) = by_shape(&has, text("id")) {
        let placed = context.and_then(by_context).or_else(|| by_path(path).map(Class::Read));
        return Class::Read(match (resource, placed) {
            // A partner that lost its tenant id is no default.
            (Resource::CrossTenantDefault, Some(Class::Read(lost @ Resource::CrossTenantPartner))) => lost,
            (Resource::RoleAssignment, Some(Class::Read(lost @ Resource::RoleEligibility))) => lost,
            (resource, _) => resource,
        });
    }
    match context.and_then(by_context) {
        Some(class) => class,
        None => by_path(path).map_or(Class::Unknown, Class::Read),
    }
}

fn by_type(name: &str) -> Option<Resource> {
    let lower = name.to_lowercase();
    match lower.as_str() {
        "ipnamedlocation" | "countrynamedlocation" | "compliantnetworknamedlocation" => {
            Some(Resource::NamedLocation)
        }
        // A plan is read as a policy none of whose own keys is understood: whom it reaches and what it demands is free.
        "conditionalaccesspolicyplan" => Some(Resource::ConditionalAccessPolicy),
        "unifiedroleeligibilityscheduleinstance" => Some(Resource::RoleEligibility),
        "unifiedroleassignmentschedule" | "unifiedroleassignmentscheduleinstance" => {
            Some(Resource::RoleAssignment)
        }
        _ if lower.ends_with("authenticationmethodconfiguration") => Some(Resource::MethodConfiguration),
        _ => Resource::parse(name),
    }
}

fn by_shape(has: &dyn Fn(&str) -> bool, id: Option<&str>) -> Option<Resource> {
    let b2b =
        ["inboundTrust", "b2bCollaborationInbound", "b2bCollaborationOutbound", "b2bDirectConnectInbound"];
    let policy = has("conditions") && (has("grantControls") || has("state") || has("sessionControls"));
    let plan = has("sharedConditions") && has("rules");
    if policy || plan {
        Some(Resource::ConditionalAccessPolicy)
    } else if has("ipRanges") || has("countriesAndRegions") || has("compliantNetworkType") {
        Some(Resource::NamedLocation)
    } else if has("allowedCombinations") {
        Some(Resource::AuthenticationStrength)
    } else if has("authenticationMethodConfigurations") {
        Some(Resource::AuthenticationMethods)
    } else if has("includeTargets")
        && has("state")
        && id.is_some_and(|id| MethodConfigKind::parse(id).is_some())
    {
        Some(Resource::MethodConfiguration)
    } else if b2b.iter().any(|key| has(key)) {
        Some(if has("tenantId") { Resource::CrossTenantPartner } else { Resource::CrossTenantDefault })
    } else if has("allowedCloudEndpoints") {
        Some(Resource::CrossTenantRoot)
    } else if has("verifiedDomains") && has("tenantType")
        || has("verifiedDomains") && has("onPremisesSyncEnabled")
    {
        Some(Resource::Organization)
    } else if has("authenticationType") && (has("isVerified") || has("isDefault")) {
        Some(Resource::Domain)
    } else if has("federatedIdpMfaBehavior") || has("issuerUri") && has("passiveSignInUri") {
        Some(Resource::Federation)
    } else if has("feature") && has("isAppliedToOrganization") {
        Some(Resource::Rollout)
    } else if has("isEnabled") && id == Some("00000000-0000-0000-0000-000000000005") {
        Some(Resource::SecurityDefaults)
    } else if has("isMfaRegistered") || has("methodsRegistered") {
        None
    } else if has("userPrincipalName") && has("id") {
        Some(Resource::User)
    } else if has("roleTemplateId") && has("members") {
        Some(Resource::DirectoryRole)
    } else if has("principalId") && has("roleDefinitionId") && has("directoryScopeId") {
        // An assignment by schedule says how it came about, a schedule what will be; an assignment says neither.
        let eligible = has("roleEligibilityScheduleId") || has("scheduleInfo") && !has("assignmentType");
        Some(if eligible { Resource::RoleEligibility } else { Resource::RoleAssignment })
    } else if has("appId") && has("servicePrincipalType") {
        Some(Resource::ServicePrincipal)
    } else if has("isViewingBeforeAcceptanceRequired") {
        Some(Resource::Agreement)
    } else if has("isAvailable") && id.is_some_and(is_context) {
        Some(Resource::AuthenticationContext)
    } else if has("groupTypes") || (has("securityEnabled") && has("mailEnabled")) {
        Some(Resource::Group)
    } else {
        None
    }
}

/// Objects that stand in relation to another one: they are no list of all that there are.
fn is_relation(context: Option<&str>, path: &str) -> bool {
    let relations =
        ["members", "transitivemembers", "owners", "memberof", "transitivememberof", "directoryobjects"];
    let stem = path.strip_suffix(".json").unwrap_or(path).to_lowercase();
    let fragment = context.and_then(|context| context.split_once("$metadata#")).map(|(_, fragment)| fragment);
    let named = |part: &str| {
        let name = part.split('(').next().unwrap_or(part).to_lowercase();
        relations.contains(&name.as_str())
    };
    fragment.is_some_and(|fragment| fragment.split('/').any(named))
        || stem.split('/').skip(1).any(|part| relations.contains(&part))
}

/// Authentication contexts have ids from `c1` to `c99`.
fn is_context(id: &str) -> bool {
    id.strip_prefix('c').is_some_and(|number| number.len() <= 2 && number.parse::<u8>().is_ok())
}

/// The last segment of the fragment of `@odata.context` names the type or the collection.
fn by_context(context: &str) -> Option<Class> {
    let fragment = context.split_once("$metadata#")?.1;
    let fragment = fragment.trim_end_matches("/$entity");
    let fragment = fragment.split('(').next().unwrap_or(fragment);
    let last = fragment.rsplit('/').next().unwrap_or(fragment);
    let resource = match last.to_lowercase().as_str() {
        "policies" | "plans" if fragment.to_lowercase().contains("conditionalaccess") => {
            Resource::ConditionalAccessPolicy
        }
        "policies" if fragment.to_lowercase().contains("strength") => Resource::AuthenticationStrength,
        "partners" => Resource::CrossTenantPartner,
        "default" => Resource::CrossTenantDefault,
        "authenticationmethodconfigurations" => Resource::MethodConfiguration,
        other => match by_collection(other) {
            Some(resource) => resource,
            None => return Some(Class::Other(last.to_owned())),
        },
    };
    Some(Class::Read(resource))
}

fn by_collection(name: &str) -> Option<Resource> {
    let singular = match name {
        "conditionalaccesspolicies" | "accesspolicies" | "conditionalaccess" => "conditionalAccessPolicy",
        "namedlocations" => "namedLocation",
        "authenticationstrengthpolicies" | "authenticationstrengths" => "authenticationStrengthPolicy",
        "groups" => "group",
        "domains" => "domain",
        "federationconfiguration" => "internalDomainFederation",
        "featurerolloutpolicies" => "featureRolloutPolicy",
        "agreements" => "agreement",
        "authenticationcontextclassreferences" => "authenticationContextClassReference",
        "serviceprincipals" => "servicePrincipal",
        "users" => "user",
        "directoryroles" => "directoryRole",
        "roleassignments" | "roleassignmentschedules" | "roleassignmentscheduleinstances" => {
            "unifiedRoleAssignment"
        }
        "roleeligibilityschedules" | "roleeligibilityscheduleinstances" => "unifiedRoleEligibilitySchedule",
        "identitysecuritydefaultsenforcementpolicies" => "identitySecurityDefaultsEnforcementPolicy",
        other => other,
    };
    Resource::parse(singular)
}

/// The place in the tree: the nearest folder or the file's own name.
fn by_path(path: &str) -> Option<Resource> {
    let lower = path.to_lowercase();
    let stem = lower.strip_suffix(".json").unwrap_or(&lower);
    let mut parts: Vec<&str> = stem.split('/').collect();
    let cross_tenant = parts.iter().any(|part| part.starts_with("crosstenantaccess"));
    while let Some(last) = parts.pop() {
        if cross_tenant && last == "default" {
            return Some(Resource::CrossTenantDefault);
        }
        if cross_tenant && last == "partners" {
            return Some(Resource::CrossTenantPartner);
        }
        if let Some(resource) = by_collection(last) {
            return Some(resource);
        }
    }
    None
}

/// The resource of an empty page.
pub(super) fn classify_empty(context: Option<&str>, path: &str) -> Class {
    if is_relation(context, path) {
        return Class::Other("member of something".into());
    }
    match context.and_then(by_context) {
        Some(class) => class,
        None => by_path(path).map_or(Class::Unknown, Class::Read),
    }
}
