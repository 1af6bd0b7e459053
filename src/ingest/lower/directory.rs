//! Users, members and role assignments (CA-22, CA-23, EXT-1 … EXT-5).

use std::collections::BTreeSet;

use super::super::cursor::{Notes, Object};
use crate::model::{Id, IdentityProvider, Members, Resource, User, UserKind};

/// A user: kind and identity provider follow from the user type and the identities.
pub(in crate::ingest) fn lower_user(object: &Object, notes: &mut Notes) -> Option<(Id, User)> {
    let id = Id::new(object.text("id", notes)?);
    let provider = provider(object, notes);
    let kind = match (provider, object.text("userType", notes).map(str::to_lowercase).as_deref()) {
        (Some(IdentityProvider::Internal), Some("member")) => Some(UserKind::Member),
        (Some(IdentityProvider::Internal), Some("guest")) => Some(UserKind::InternalGuest),
        (Some(_), Some("guest")) => Some(UserKind::CollaborationGuest),
        (Some(_), Some("member")) => Some(UserKind::CollaborationMember),
        _ => None,
    };
    object.rest(Resource::User, "", "nothing", notes);
    Some((id, User { kind, provider }))
}

/// The issuer of a federated identity; without identities the name of an invited person tells.
fn provider(object: &Object, notes: &mut Notes) -> Option<IdentityProvider> {
    let identities = object.objects("identities", notes);
    let issuers: Vec<String> = identities
        .iter()
        .filter(|identity| {
            let kind = identity.get("signInType").and_then(|(kind, _)| kind.as_str()).unwrap_or_default();
            kind.eq_ignore_ascii_case("federated") || kind.eq_ignore_ascii_case("emailAddress")
        })
        .filter_map(|identity| identity.text("issuer", notes).map(str::to_lowercase))
        .collect();
    let name = object.text("userPrincipalName", notes).unwrap_or_default().to_lowercase();
    let invited = name.contains("#ext#") || object.get("externalUserState").is_some();
    let known = issuers.iter().find_map(|issuer| match issuer.as_str() {
        "externalazuread" => Some(IdentityProvider::Entra),
        "microsoftaccount" | "microsoft account" | "live.com" => Some(IdentityProvider::Msa),
        "google.com" => Some(IdentityProvider::Google),
        "facebook.com" => Some(IdentityProvider::Facebook),
        "mail" => Some(IdentityProvider::EmailOtp),
        _ => None,
    });
    match known {
        Some(provider) => Some(provider),
        // An invited person of whom no issuer is told, or a federation by its own name.
        None if invited && issuers.is_empty() => None,
        None if invited => Some(IdentityProvider::SamlWsFed),
        None => Some(IdentityProvider::Internal),
    }
}

/// How many members an expanded list has at most.
const EXPANDED: usize = 20;

/// The members that a group or a role lists, and what they are.
pub(in crate::ingest) struct MemberList {
    pub(in crate::ingest) members: Members,
    /// Of which type those are that say so.
    pub(in crate::ingest) people: Vec<Id>,
    pub(in crate::ingest) groups: Vec<Id>,
    pub(in crate::ingest) things: Vec<Id>,
}

/// The members of a group or a role, if the object lists them.
pub(in crate::ingest) fn member_list(object: &Object, notes: &mut Notes) -> Option<MemberList> {
    object.get("members")?;
    let members = object.objects("members", notes);
    let next = object.get("members@odata.nextLink").is_some();
    let cut = next || members.len() == EXPANDED;
    let mut listed = MemberList {
        members: Members { ids: BTreeSet::new(), cut },
        people: Vec::new(),
        groups: Vec::new(),
        things: Vec::new(),
    };
    for member in &members {
        let Some(id) = member.text("id", notes).map(Id::new) else {
            // Somebody of whom the export does not say who it is.
            listed.members.cut = true;
            continue;
        };
        let kind = member.get("@odata.type").and_then(|(kind, _)| kind.as_str());
        match kind.map(str::to_lowercase).as_deref() {
            Some("#microsoft.graph.user") => listed.people.push(id.clone()),
            Some("#microsoft.graph.group") => listed.groups.push(id.clone()),
            Some(_) => listed.things.push(id.clone()),
            None => {}
        }
        listed.members.ids.insert(id);
    }
    Some(listed)
}

/// An activated directory role with its members, by template.
pub(in crate::ingest) fn lower_role(object: &Object, notes: &mut Notes) -> Option<(Id, MemberList)> {
    let template = Id::new(object.text("roleTemplateId", notes)?);
    let members = member_list(object, notes);
    object.rest(Resource::DirectoryRole, "", "nothing", notes);
    Some((template, members?))
}

/// An assignment of a role to somebody, or that they can activate it; only tenant-wide ones count. A built-in role's
/// definition has the id of its template.
pub(in crate::ingest) fn lower_role_assignment(
    resource: Resource,
    object: &Object,
    notes: &mut Notes,
) -> Option<(Id, Id)> {
    let role = object.text("roleDefinitionId", notes).map(Id::new);
    let holder = object.text("principalId", notes).map(Id::new);
    let scope = object.text("directoryScopeId", notes).unwrap_or("/");
    object.rest(resource, "", "nothing", notes);
    (scope == "/").then_some((role?, holder?))
}
