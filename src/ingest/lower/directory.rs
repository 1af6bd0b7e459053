//! Users, members and role assignments (CA-22, CA-23, EXT-1 … EXT-5).

use std::collections::BTreeSet;

use super::super::cursor::{Notes, Object};
use crate::model::{Id, IdentityProvider, Members, Resource, User, UserKind};

/// A user: what the person can be follows from the user type and the identities (EXT-2, EXT-3).
pub(in crate::ingest) fn lower_user(object: &Object, notes: &mut Notes) -> Option<(Id, User)> {
    let id = Id::new(object.text("id", notes)?);
    let provider = provider(object, notes);
    let untyped = object.has("userType") && object.get("userType").is_none();
    let user_type = object.text("userType", notes).map(str::to_lowercase);
    let internal = match user_type.as_deref() {
        Some("member") => vec![UserKind::Member],
        Some("guest") => vec![UserKind::InternalGuest],
        _ => vec![UserKind::Member, UserKind::InternalGuest],
    };
    let external = match user_type.as_deref() {
        Some("member") => vec![UserKind::CollaborationMember],
        Some("guest") => vec![UserKind::CollaborationGuest],
        _ if object.has("userType") => vec![UserKind::CollaborationGuest, UserKind::OtherExternal],
        _ => vec![UserKind::CollaborationGuest, UserKind::CollaborationMember, UserKind::OtherExternal],
    };
    let kinds = match provider {
        Some(IdentityProvider::Internal) => internal,
        Some(_) => external,
        None => [internal, external].concat(),
    };
    object.rest(Resource::User, "", "nothing", notes);
    Some((id, User { kinds: kinds.into_iter().collect(), untyped, provider }))
}

/// The issuer of a federated identity (EXT-5); without identities the name of an invited person tells.
fn provider(object: &Object, notes: &mut Notes) -> Option<IdentityProvider> {
    let identities = object.objects("identities", notes);
    let federated = |identity: &&Object| {
        let kind = identity.get("signInType").and_then(|(kind, _)| kind.as_str());
        kind.is_some_and(|kind| kind.eq_ignore_ascii_case("federated"))
    };
    let mut issuers = identities.iter().filter(federated).filter_map(|identity| {
        let issuer = identity.text("issuer", notes)?.to_lowercase();
        Some(match issuer.as_str() {
            "externalazuread" => IdentityProvider::Entra,
            "microsoftaccount" | "microsoft account" | "live.com" => IdentityProvider::Msa,
            "google.com" => IdentityProvider::Google,
            "facebook.com" => IdentityProvider::Facebook,
            "mail" => IdentityProvider::EmailOtp,
            // By its own name, which is a URI.
            _ => IdentityProvider::SamlWsFed,
        })
    });
    let issuer = issuers.next();
    drop(issuers);
    let name = object.text("userPrincipalName", notes).unwrap_or_default().to_lowercase();
    let guest = object.text("userType", notes).is_some_and(|kind| kind.eq_ignore_ascii_case("guest"));
    let invited = name.contains("#ext#") || object.get("externalUserState").is_some();
    match issuer {
        Some(provider) => Some(provider),
        // An invited person of whom no issuer is told, a guest of whom no identity is, or somebody of whom nothing is.
        None if invited || (identities.is_empty() && (name.is_empty() || guest)) => None,
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
        match kind.map(|kind| kind.trim_start_matches('#').to_lowercase()).as_deref() {
            Some("microsoft.graph.user") => listed.people.push(id.clone()),
            Some("microsoft.graph.group") => listed.groups.push(id.clone()),
            Some(
                "microsoft.graph.serviceprincipal"
                | "microsoft.graph.device"
                | "microsoft.graph.orgcontact"
                | "microsoft.graph.application",
            ) => listed.things.push(id.clone()),
            _ => {}
        }
        listed.members.ids.insert(id);
    }
    Some(listed)
}

/// An activated directory role with its members, by template. Where it does not list them nobody knows who they are.
pub(in crate::ingest) fn lower_role(object: &Object, notes: &mut Notes) -> Option<(Id, MemberList)> {
    let template = Id::new(object.text("roleTemplateId", notes)?);
    let members = member_list(object, notes);
    object.rest(Resource::DirectoryRole, "", "nothing", notes);
    let unknown = MemberList {
        members: Members { ids: BTreeSet::new(), cut: true },
        people: Vec::new(),
        groups: Vec::new(),
        things: Vec::new(),
    };
    Some((template, members.unwrap_or(unknown)))
}

/// An assignment of a role to somebody.
pub(in crate::ingest) struct Assignment {
    /// By template: a built-in role's definition has the id of its template.
    pub(in crate::ingest) role: Option<Id>,
    pub(in crate::ingest) holder: Option<Id>,
    /// It is held always; otherwise it can be activated, or is held for a time.
    pub(in crate::ingest) lasting: bool,
    /// It is, or may be, one for the whole tenant.
    pub(in crate::ingest) everywhere: bool,
    /// It is one for a part of the tenant, or has to be activated (CA-23).
    pub(in crate::ingest) in_part: bool,
}

/// An assignment, or that somebody can activate a role; `None` for one that is in an application.
pub(in crate::ingest) fn lower_role_assignment(
    resource: Resource,
    object: &Object,
    notes: &mut Notes,
) -> Option<Assignment> {
    let role = object.text("roleDefinitionId", notes).map(Id::new);
    let holder = object.text("principalId", notes).map(Id::new);
    let scope = object.text("directoryScopeId", notes);
    let in_application = object.text("appScopeId", notes).is_some_and(|scope| scope != "/");
    let activated =
        object.text("assignmentType", notes).is_some_and(|kind| !kind.eq_ignore_ascii_case("assigned"));
    let schedule = object.get("scheduleInfo").and_then(|(schedule, _)| schedule.get("expiration"));
    let expiration = schedule.and_then(|expiration| expiration.get("type")).and_then(|kind| kind.as_str());
    let ends = object.get("endDateTime").is_some()
        || expiration.is_some_and(|kind| !kind.eq_ignore_ascii_case("noExpiration"));
    object.rest(resource, "", "nothing", notes);
    let for_all = scope == Some("/");
    let somewhere = in_application || scope.is_some_and(|scope| scope != "/");
    // Where no scope is told the assignment may be one for the tenant.
    let lasting = for_all && resource == Resource::RoleAssignment && !activated && !ends;
    // Neither in a unit nor before it is activated is it a role to policies.
    let in_part = resource == Resource::RoleEligibility || (somewhere && !in_application);
    let everywhere = !somewhere;
    (everywhere || in_part).then_some(Assignment { role, holder, lasting, everywhere, in_part })
}
