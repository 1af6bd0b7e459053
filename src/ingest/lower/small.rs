//! Resources of which a fact or two is read: organization, group, security defaults.

use super::super::cursor::{Notes, Object};
use crate::model::{Id, Organization, Resource, Unread};

/// The tenant's id and name.
pub(in crate::ingest) fn lower_organization(object: &Object, notes: &mut Notes) -> Organization {
    let id = Id::new(object.text("id", notes).unwrap_or_default());
    let name = object.text("displayName", notes).unwrap_or(id.as_str()).to_owned();
    object.rest(Resource::Organization, "", "nothing", notes);
    Organization { id, name }
}

/// A group's id and name; who is in it is a given of each person.
pub(in crate::ingest) fn lower_group(object: &Object, notes: &mut Notes) -> (Id, String) {
    let id = Id::new(object.text("id", notes).unwrap_or_default());
    let name = object.text("displayName", notes).unwrap_or(id.as_str()).to_owned();
    let _ = object.get("deletedDateTime");
    object.rest(Resource::Group, "", "nothing", notes);
    (id, name)
}

/// Whether security defaults are on, and the keys that could change for whom.
pub(in crate::ingest) fn lower_security_defaults(
    object: &Object,
    notes: &mut Notes,
) -> (Option<bool>, Vec<Unread>) {
    let enabled = object.flag("isEnabled", notes);
    if enabled.is_none() {
        notes.problem(&object.place, "`isEnabled` is missing; export the policy again");
    }
    let _ = (
        object.get("id"),
        object.get("displayName"),
        object.get("description"),
        object.get("deletedDateTime"),
    );
    (enabled, object.rest(Resource::SecurityDefaults, "", "for whom they are on", notes))
}
