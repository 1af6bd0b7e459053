//! Domains, their federation, and staged rollouts (FED-1 … FED-6).

use super::super::cursor::{Notes, Object};
use crate::model::{Domain, FederatedBehavior, Id, ProviderMfa, Resource, Rollout, RolloutFeature};

/// A domain, with its federation where that is inside of it.
pub(in crate::ingest) fn lower_domain(object: &Object, notes: &mut Notes) -> Option<Domain> {
    let Some(id) = object.text("id", notes).map(Id::new) else {
        notes.problem(&object.place, "a domain without `id`; export it again");
        return None;
    };
    let federated = match object.text("authenticationType", notes).map(str::to_lowercase).as_deref() {
        Some("managed") => Some(false),
        Some("federated") => Some(true),
        Some(other) => {
            let place = object.place.child("authenticationType");
            let why = "not known; whether its people sign in with another provider is free";
            notes.unread(&place, format!("authentication type `{other}`"), why);
            None
        }
        None => None,
    };
    if object.flag("isVerified", notes) == Some(false) {
        object.rest(Resource::Domain, "", "nothing", notes);
        notes.irrelevant(&object.place, format!("domain `{id}`"), "not verified: nobody signs in with it");
        return None;
    }
    let default = object.flag("isDefault", notes).unwrap_or_default();
    let nested = object.objects("federationConfiguration", notes);
    let mfa = nested.first().map(|own| lower_federation(own, notes));
    object.rest(Resource::Domain, "", "nothing", notes);
    Some(Domain { id, federated, default, mfa: mfa.unwrap_or(ProviderMfa::Unset(None)) })
}

/// Whose MFA counts.
pub(in crate::ingest) fn lower_federation(object: &Object, notes: &mut Notes) -> ProviderMfa {
    let behavior = object.text("federatedIdpMfaBehavior", notes);
    let supports = object.flag("supportsMfa", notes);
    object.rest(Resource::Federation, "", "nothing", notes);
    match behavior {
        None => ProviderMfa::Unset(supports),
        Some(text) => match FederatedBehavior::parse(text) {
            Some(known) => ProviderMfa::Known(known),
            None => {
                let place = object.place.child("federatedIdpMfaBehavior");
                let why = "a value that is not known; whose MFA counts is free";
                ProviderMfa::Unread(notes.unread(&place, format!("behavior `{text}`"), why))
            }
        },
    }
}

/// A staged rollout that is on and does something to how people sign in.
pub(in crate::ingest) fn lower_rollout(object: &Object, notes: &mut Notes) -> Option<Rollout> {
    let feature = match object.text("feature", notes).unwrap_or_default().to_lowercase().as_str() {
        "passwordhashsync" | "passthroughauthentication" => Some(RolloutFeature::CloudSignIn),
        "multifactorauthentication" => Some(RolloutFeature::CloudMfa),
        "seamlesssso" | "emailasalternateid" | "certificatebasedauthentication" => None,
        other => {
            let why = "a feature that is not known";
            notes.irrelevant(&object.place.child("feature"), format!("feature `{other}`"), why);
            None
        }
    };
    let on = object.flag("isEnabled", notes).unwrap_or_default();
    let everybody = object.flag("isAppliedToOrganization", notes).unwrap_or_default();
    let listed = object.has("appliesTo");
    let mut groups = std::collections::BTreeSet::new();
    for target in object.objects("appliesTo", notes) {
        groups.extend(target.text("id", notes).map(Id::new));
        target.rest(Resource::Group, "", "nothing", notes);
    }
    let mut unread = object.rest(Resource::Rollout, "", "for whom the rollout is", notes);
    if !everybody && !listed {
        let place = object.place.child("appliesTo");
        unread.push(notes.unread(
            &place,
            "no list of groups",
            "for whom the rollout is, is free; export it with `appliesTo`",
        ));
    }
    Some(Rollout { feature: feature?, everybody, groups, unread }).filter(|_| on)
}
