//! `authenticationStrengthPolicy` (STR-2, STR-50).

use std::collections::BTreeSet;

use super::super::cursor::{Notes, Object, Place};
use crate::model::{Combination, Id, Method, Resource, Strength, StrengthRef, Unread};

const RESOURCE: Resource = Resource::AuthenticationStrength;

/// A strength with its combinations.
pub(in crate::ingest) fn lower_strength(object: &Object, notes: &mut Notes) -> Strength {
    let id = Id::new(object.text("id", notes).unwrap_or_default());
    let name = object.text("displayName", notes).unwrap_or(id.as_str()).to_owned();
    let restrictions = restrictions(object, notes);
    let mut combinations = Vec::new();
    for (text, place) in object.strings("allowedCombinations", notes) {
        combinations.push(combination(text, &place, &restrictions, notes));
    }
    let certificates = restrictions.iter().map(|restriction| restriction.certificates).collect();
    let unread = object.rest(RESOURCE, "", "what the strength accepts", notes);
    Strength { id, name, combinations, certificates, unread }
}

fn combination(text: &str, place: &Place, restrictions: &[Restriction], notes: &mut Notes) -> Combination {
    let mut methods = BTreeSet::new();
    let mut unread = None;
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        match Method::parse(part) {
            Some(method) => {
                methods.insert(method);
            }
            None => {
                let why = "a method that is not known; whether the combination is met is free";
                unread = Some(notes.unread(place, format!("method `{part}`"), why));
            }
        }
    }
    let restricted = restrictions.iter().find(|r| r.applies.is_empty() || r.applies.contains(&methods));
    let unread = unread.or_else(|| restricted.map(|r| r.unread.clone()));
    Combination { methods, unread }
}

struct Restriction {
    applies: BTreeSet<BTreeSet<Method>>,
    /// How many issuers and how many policy OIDs it lists.
    certificates: (usize, usize),
    unread: Unread,
}

/// `combinationConfigurations`: which keys or certificates count. Whether a person's own do is not part of a scenario.
fn restrictions(object: &Object, notes: &mut Notes) -> Vec<Restriction> {
    let mut found = Vec::new();
    for item in object.objects("combinationConfigurations", notes) {
        let applies = item
            .strings("appliesToCombinations", notes)
            .iter()
            .map(|(text, _)| text.split(',').filter_map(Method::parse).collect::<BTreeSet<_>>())
            .collect();
        let why = "whether the person's key or certificate is among those that count is free";
        let place = object.place.child("combinationConfigurations");
        let unread = notes.unread(&place, "restriction on keys or certificates", why);
        let certificates = (item.items("allowedIssuerSkis"), item.items("allowedPolicyOIDs"));
        found.push(Restriction { applies, certificates, unread });
    }
    found
}

/// A strength as a policy names it: by its combinations where they are embedded, else by id.
pub(super) fn strength_ref(object: &Object, notes: &mut Notes) -> StrengthRef {
    // An empty list says as little as none: the service knows no strength that accepts nothing.
    if !object.strings("allowedCombinations", notes).is_empty() {
        return StrengthRef::Known(lower_strength(object, notes));
    }
    let id = Id::new(object.text("id", notes).unwrap_or_default());
    let _ = object.text("displayName", notes);
    let mut other = object.rest(RESOURCE, "", "what the strength accepts", notes);
    let unread = other.pop().unwrap_or_else(|| Unread(format!("input:authenticationStrengthPolicy/{id}")));
    let place = (object.place.path.clone(), object.place.pointer.clone());
    StrengthRef::Unresolved { id, unread, place }
}
