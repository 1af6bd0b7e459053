//! Resources of which a fact or two is read: organization, group, security defaults.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::cursor::{Notes, Object};
use super::directory::{MemberList, member_list};
use crate::model::{
    Application, Audience, Id, Organization, PrincipalType, Resource, ServicePrincipal, Unread,
};

/// The tenant's id and name.
pub(in crate::ingest) fn lower_organization(object: &Object, notes: &mut Notes) -> Organization {
    let id = Id::new(object.text("id", notes).unwrap_or_default());
    let name = object.text("displayName", notes).unwrap_or(id.as_str()).to_owned();
    let domains = object.objects("verifiedDomains", notes);
    let domains = domains.iter().filter_map(|domain| {
        let name = domain.text("name", notes).map(Id::new);
        let federated = match domain.text("type", notes).map(str::to_lowercase).as_deref() {
            Some("managed") => Some(false),
            Some("federated") => Some(true),
            _ => None,
        };
        domain.rest(Resource::Organization, "", "nothing", notes);
        name.map(|name| (name, federated))
    });
    let domains = domains.collect();
    object.rest(Resource::Organization, "", "nothing", notes);
    Organization { id, name, domains }
}

/// A group's id, its name and the members that it lists.
pub(in crate::ingest) fn lower_group(object: &Object, notes: &mut Notes) -> (Id, String, Option<MemberList>) {
    let id = Id::new(object.text("id", notes).unwrap_or_default());
    let name = object.text("displayName", notes).unwrap_or(id.as_str()).to_owned();
    let _ = object.get("deletedDateTime");
    let members = member_list(object, notes);
    object.rest(Resource::Group, "", "nothing", notes);
    (id, name, members)
}

/// People can make themselves members: of a Microsoft 365 group that is public, and of a dynamic one whose rule looks at the
/// mobile number, which is theirs to change.
pub(in crate::ingest) fn is_open_group(object: &Object, notes: &mut Notes) -> bool {
    let types = object.strings("groupTypes", notes);
    let is = |wanted: &str| types.iter().any(|(text, _)| text.eq_ignore_ascii_case(wanted));
    if is("DynamicMembership") {
        let on = object.text("membershipRuleProcessingState", notes);
        let rule = object.text("membershipRule", notes).unwrap_or_default().to_ascii_lowercase();
        return rule.contains("user.mobile") && on.is_none_or(|state| state.eq_ignore_ascii_case("On"));
    }
    is("Unified") && object.text("visibility", notes).is_some_and(|text| text.eq_ignore_ascii_case("Public"))
}

/// The id of an object of which nothing else matters: that it exists.
pub(in crate::ingest) fn lower_existence(
    resource: Resource,
    object: &Object,
    notes: &mut Notes,
) -> Option<Id> {
    let id = object.text("id", notes).map(Id::new);
    object.rest(resource, "", "nothing", notes);
    id
}

/// An application by its application id, with its custom security attributes.
pub(in crate::ingest) fn lower_service_principal(
    object: &Object,
    notes: &mut Notes,
) -> Option<(Id, Application)> {
    let id = object.text("appId", notes).map(Id::new);
    let own = object.text("id", notes).map(Id::new);
    let name = object.text("displayName", notes).unwrap_or_default().to_owned();
    let attributes = object.has("customSecurityAttributes").then(|| attributes(object, notes));
    object.rest(Resource::ServicePrincipal, "", "nothing", notes);
    Some((id?, Application { name, object: own, attributes }))
}

/// A service principal as an identity of its own, by object id.
pub(in crate::ingest) fn lower_principal(
    object: &Object,
    notes: &mut Notes,
) -> Option<(Id, ServicePrincipal)> {
    let id = object.text("id", notes).map(Id::new)?;
    let principal = ServicePrincipal {
        name: object.text("displayName", notes).unwrap_or(id.as_str()).to_owned(),
        application: object.text("appId", notes).map(Id::new),
        principal_type: object.text("servicePrincipalType", notes).and_then(PrincipalType::parse),
        owner: object.text("appOwnerOrganizationId", notes).map(Id::new),
        audience: object.text("signInAudience", notes).and_then(Audience::parse),
        disabled: object.flag("accountEnabled", notes) == Some(false),
    };
    Some((id, principal))
}

/// Values by `set_attribute`; an attribute holds one value or a list.
fn attributes(object: &Object, notes: &mut Notes) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let Some((Value::Object(sets), _)) = object.get("customSecurityAttributes") else {
        return found;
    };
    for (set, place) in sets.keys().map(|set| (set, object.place.child(set))) {
        let Some(Value::Object(values)) = sets.get(set) else {
            notes.problem(&place, "a set of custom security attributes has to be an object");
            continue;
        };
        for (name, value) in values.iter().filter(|(name, _)| !name.contains('@')) {
            let texts = match value {
                Value::Array(items) => items.iter().map(text).collect(),
                Value::Null => continue,
                one => vec![text(one)],
            };
            found.insert(format!("{set}_{name}").to_lowercase(), texts);
        }
    }
    found
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Whether security defaults are on, and the keys that could change for whom.
pub(in crate::ingest) fn lower_security_defaults(
    object: &Object,
    notes: &mut Notes,
) -> (Option<bool>, Vec<Unread>) {
    let enabled = object.flag("isEnabled", notes);
    if enabled.is_none() {
        notes.problem(&object.place, "`isEnabled` is neither true nor false; export the policy again");
    }
    let _ = (
        object.get("id"),
        object.get("displayName"),
        object.get("description"),
        object.get("deletedDateTime"),
    );
    (enabled, object.rest(Resource::SecurityDefaults, "", "for whom they are on", notes))
}
