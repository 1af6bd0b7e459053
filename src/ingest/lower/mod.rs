//! One file per resource: Graph's JSON to the types of `model`.

mod cross_tenant;
mod directory;
mod domain;
mod filter;
mod grant;
mod location;
mod methods;
mod policy;
mod small;
mod strength;

pub(super) use cross_tenant::lower_cross_tenant;
pub(super) use directory::{Assignment, MemberList, lower_role, lower_role_assignment, lower_user};
pub(super) use domain::{lower_domain, lower_federation, lower_rollout};
pub(super) use location::lower_location;
pub(super) use methods::{lower_method_configuration, lower_methods_policy};
pub(super) use policy::lower_policy;
pub(super) use small::{
    is_open_group, lower_existence, lower_group, lower_organization, lower_principal,
    lower_security_defaults, lower_service_principal,
};
pub(super) use strength::lower_strength;

use super::cursor::{Notes, Place};
use crate::model::Listed;

/// Texts to known values; what is not known becomes a record.
fn listed<T>(
    texts: impl IntoIterator<Item = (String, Place)>,
    what: &str,
    parse: impl Fn(&str) -> Option<T>,
    notes: &mut Notes,
) -> Listed<T> {
    let mut list = Listed::default();
    for (text, place) in texts {
        match parse(&text) {
            Some(value) => list.known.push(value),
            None => list.unread.push(notes.unread(
                &place,
                format!("{what} `{text}`"),
                "a value that is not known; whether it matches is free",
            )),
        }
    }
    list
}

/// `strings` with owned texts, for [`listed`].
fn owned(texts: Vec<(&str, Place)>) -> Vec<(String, Place)> {
    texts.into_iter().map(|(text, place)| (text.to_owned(), place)).collect()
}
