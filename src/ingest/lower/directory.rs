//! Users, members and role assignments (CA-22, CA-23, EXT-1 … EXT-5).

use std::collections::BTreeSet;

use super::super::cursor::{Notes, Object};
use crate::model::{Id, IdentityProvider, Resource, User, UserKind};

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

/// Ids of the members of a group or a role, as far as the object lists them.
pub(in crate::ingest) fn member_ids(object: &Object, notes: &mut Notes) -> Option<BTreeSet<Id>> {
    let listed = object.get("members").is_some();
    let members = object.objects("members", notes);
    let ids = members.iter().filter_map(|member| member.text("id", notes).map(Id::new)).collect();
    listed.then_some(ids)
}

/// An activated directory role with its members, by template.
pub(in crate::ingest) fn lower_role(object: &Object, notes: &mut Notes) -> Option<(Id, BTreeSet<Id>)> {
    let template = Id::new(object.text("roleTemplateId", notes)?);
    let members = member_ids(object, notes).unwrap_or_default();
    object.rest(Resource::DirectoryRole, "", "nothing", notes);
    Some((template, members))
}

/// An assignment of a role to somebody; only tenant-wide ones count. A built-in role's definition has the id of its template.
pub(in crate::ingest) fn lower_role_assignment(object: &Object, notes: &mut Notes) -> Option<(Id, Id)> {
    let role = object.text("roleDefinitionId", notes).map(Id::new);
    let holder = object.text("principalId", notes).map(Id::new);
    let scope = object.text("directoryScopeId", notes).unwrap_or("/");
    object.rest(Resource::RoleAssignment, "", "nothing", notes);
    (scope == "/").then_some((role?, holder?))
}
