//! A report that can be shown to others: people, tenants, policies, places and paths have pseudonyms instead of names.
//!
//! The report is walked twice. What a field holds as a whole is named by the field; from these names a dictionary is made,
//! and with it the sentences, in which the same names stand, are gone through.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::Report;
use super::prose::Prose;
use super::pseudonym::{Pseudonyms, Sort};

/// What a redacted report is made with.
#[derive(Clone, Copy, Debug)]
pub struct Redacted<'a> {
    /// What goes into every pseudonym; without one, whoever guesses a name can confirm it.
    pub key: &'a [u8],
    /// Ids, in lower case, that are the same in every tenant. They stay.
    pub known: &'a BTreeSet<String>,
}

impl Redacted<'_> {
    /// The report with pseudonyms.
    ///
    /// # Errors
    ///
    /// What came out is no report, which would be a fault of the program.
    pub fn of(&self, report: &Report) -> Result<Report, serde_json::Error> {
        let names = Pseudonyms { key: self.key, known: self.known };
        let mut value = serde_json::to_value(report)?;
        let mut dictionary: BTreeMap<String, String> = BTreeMap::new();
        walk(&mut value, "", "", &mut |sort, text| {
            let pseudonym = names.of(sort, text);
            if pseudonym != *text {
                dictionary.insert(text.clone(), pseudonym);
            }
        });
        let prose = Prose::new(names, &dictionary);
        walk(&mut value, "", "", &mut |sort, text| {
            *text = if sort == Sort::Prose { prose.redacted(text) } else { names.of(sort, text) };
        });
        serde_json::from_value(value)
    }
}

type Visit<'a> = &'a mut dyn FnMut(Sort, &mut String);

/// Shows each text with its sort. `parent` is the field around the object that has `field`.
fn walk(value: &mut Value, parent: &str, field: &str, visit: Visit) {
    match value {
        Value::String(text) => visit(sort(parent, field), text),
        Value::Array(items) => items.iter_mut().for_each(|item| walk(item, parent, field, visit)),
        Value::Object(fields) => {
            let is_cube = ["cube", "alike", "differs"].contains(&field);
            if is_cube {
                return cube(fields, visit);
            }
            if field == "dimensions" {
                return dimension(fields, visit);
            }
            // The scenario stays around what is in it: its fields mean the same on every level.
            let around = if ["scenario", "device"].contains(&parent) { parent } else { field };
            let around = if field == "device" { field } else { around };
            let is_statement =
                fields.get("property").and_then(Value::as_str).is_some_and(|id| id.starts_with("contract."));
            for (name, own) in fields.iter_mut() {
                if UNTOUCHED.contains(&name.as_str()) {
                    continue;
                }
                match own {
                    Value::String(text) if name == "question" && is_statement => visit(Sort::Text, text),
                    own => walk(own, around, name, visit),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Fields with nothing in them that a tenant names.
const UNTOUCHED: &[&str] = &["tool", "assumptions", "system", "certificate", "enumeration", "upcoming"];

/// What a text is by the field that holds it. A field that nobody thought of is gone through like a sentence.
fn sort(parent: &str, field: &str) -> Sort {
    match (parent, field) {
        ("scenario", _) => in_scenario(field),
        ("device", "trustType") => Sort::Word,
        ("device", _) => Sort::Name,
        ("tenant" | "policies", "id") => Sort::Id,
        (_, "policies" | "policy" | "enabled" | "breakGlass" | "becauseOf" | "home" | "targets") => Sort::Id,
        (_, "displayName" | "owner" | "author") => Sort::Name,
        ("facts" | "waivers", "reason") => Sort::Text,
        (_, "path") => Sort::Path,
        (
            _,
            "schema" | "asOf" | "property" | "verdict" | "scope" | "unrestricted" | "scenarios" | "range"
            | "status" | "severity" | "cause" | "rules" | "blockedBy" | "kind" | "from" | "to" | "step"
            | "sha256" | "effect" | "change" | "holds" | "expires" | "state" | "anyOf" | "id" | "new"
            | "gone" | "kinds" | "notListed" | "unchanged" | "narrower" | "assume" | "value",
        ) => Sort::Word,
        _ => Sort::Prose,
    }
}

fn in_scenario(field: &str) -> Sort {
    match field {
        "id" | "homeTenant" | "homeId" | "groups" | "roles" | "homeRoles" | "namedLocations"
        | "application" => Sort::Id,
        "domain" => Sort::Domain,
        "ipAddress" => Sort::Address,
        _ => Sort::Word,
    }
}

/// A map from dimensions to a value or to values.
fn cube(fields: &mut Map<String, Value>, visit: Visit) {
    let mut redacted = Map::new();
    for (mut name, mut own) in std::mem::take(fields) {
        values(&name, &mut own, visit);
        named(&mut name, visit);
        redacted.insert(name, own);
    }
    *fields = redacted;
}

/// A dimension of the space.
fn dimension(fields: &mut Map<String, Value>, visit: Visit) {
    let Some(Value::String(name)) = fields.get_mut("name") else { return };
    let before = name.clone();
    named(name, visit);
    if let Some(own) = fields.get_mut("values") {
        values(&before, own, visit);
    }
}

/// The member of a set in the name of a dimension.
fn named(name: &mut String, visit: Visit) {
    let Some((set, member)) = name.strip_suffix(']').and_then(|name| name.split_once('[')) else { return };
    let sort = match set {
        "user.groups" | "user.roles" | "user.homeRoles" | "conditions.namedLocations" => Sort::Id,
        set if set.starts_with("conditions.device.") => Sort::Name,
        _ => Sort::Word,
    };
    let mut member = member.to_owned();
    visit(sort, &mut member);
    *name = format!("{set}[{member}]");
}

fn values(dimension: &str, own: &mut Value, visit: Visit) {
    let sort = match dimension {
        "user.id" | "user.homeId" | "user.homeTenant" | "target.application" | "servicePrincipal.id" => {
            Sort::Id
        }
        "user.domain" => Sort::Domain,
        "conditions.ipAddress" => Sort::Address,
        "conditions.device.trustType" | "conditions.device.isCompliant" => Sort::Word,
        set if set.starts_with("conditions.device.") => Sort::Name,
        _ => Sort::Word,
    };
    match own {
        Value::String(text) => visit(sort, text),
        Value::Array(items) => {
            for text in items.iter_mut() {
                if let Value::String(text) = text {
                    visit(sort, text);
                }
            }
        }
        _ => {}
    }
}
