//! Reading JSON objects key by key, so that every key is accounted for.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::irrelevant;
use super::{Effect, Problem, Unmodelled};
use crate::model::{Resource, Unread};

/// A place in the input: file and JSON pointer.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) path: String,
    pub(super) pointer: String,
}

impl Place {
    /// The place one step further in.
    pub(super) fn child(&self, step: &str) -> Self {
        let step = step.replace('~', "~0").replace('/', "~1");
        Self { path: self.path.clone(), pointer: format!("{}/{step}", self.pointer) }
    }
}

/// Records and problems that reading gathers.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub(super) unmodelled: Vec<Unmodelled>,
    pub(super) problems: Vec<Problem>,
}

impl Notes {
    /// Records something that becomes a free value.
    pub(super) fn unread(
        &mut self,
        place: &Place,
        what: impl Into<String>,
        why: impl Into<String>,
    ) -> Unread {
        self.record(place, what.into(), Effect::Symbolic, why.into());
        Unread(format!("unmodelled:{}#{}", place.path, place.pointer))
    }

    /// Records something that cannot matter.
    pub(super) fn irrelevant(&mut self, place: &Place, what: impl Into<String>, why: impl Into<String>) {
        self.record(place, what.into(), Effect::Irrelevant, why.into());
    }

    fn record(&mut self, place: &Place, what: String, effect: Effect, why: String) {
        let (path, pointer) = (place.path.clone(), place.pointer.clone());
        self.unmodelled.push(Unmodelled { path, pointer, what, effect, why });
    }

    /// Records that the input is wrong here.
    pub(super) fn problem(&mut self, place: &Place, message: impl Into<String>) {
        let (path, pointer) = (place.path.clone(), place.pointer.clone());
        self.problems.push(Problem { path, line: None, pointer, message: message.into() });
    }
}

/// A JSON object that remembers which of its keys were asked for.
#[derive(Debug)]
pub(super) struct Object<'a> {
    map: &'a Map<String, Value>,
    pub(super) place: Place,
    used: RefCell<BTreeSet<String>>,
}

impl<'a> Object<'a> {
    pub(super) fn new(map: &'a Map<String, Value>, place: Place) -> Self {
        Self { map, place, used: RefCell::default() }
    }

    /// The value of a key, compared without regard to case; `null` is `None`.
    pub(super) fn get(&self, key: &str) -> Option<(&'a Value, Place)> {
        let mut found = None;
        for (name, value) in self.map {
            if name.eq_ignore_ascii_case(key) {
                self.used.borrow_mut().insert(name.clone());
                if !value.is_null() && found.is_none() {
                    found = Some((value, self.place.child(name)));
                }
            }
        }
        found
    }

    /// No key at all but metadata.
    pub(super) fn is_empty(&self) -> bool {
        self.map.keys().all(|name| is_annotation(name))
    }

    /// Every value is null, an empty list or an empty text.
    pub(super) fn all_empty(&self) -> bool {
        self.map.iter().filter(|(name, _)| !is_annotation(name)).all(|(_, value)| match value {
            Value::Null => true,
            Value::Array(items) => items.is_empty(),
            Value::Object(map) => map.is_empty(),
            Value::String(text) => text.is_empty(),
            _ => false,
        })
    }

    /// Whether the key is there, null or not.
    pub(super) fn has(&self, key: &str) -> bool {
        self.map.keys().any(|name| name.eq_ignore_ascii_case(key))
    }

    /// A nested object; an empty list stands for an empty object (a habit of PowerShell).
    pub(super) fn object(&self, key: &str, notes: &mut Notes) -> Option<Object<'a>> {
        static EMPTY: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
        let (value, place) = self.get(key)?;
        match value {
            Value::Object(map) => Some(Object::new(map, place)),
            Value::Array(items) if items.is_empty() => Some(Object::new(&EMPTY, place)),
            _ => {
                notes.problem(&place, format!("`{key}` is {}, but has to be an object or null", kind(value)));
                None
            }
        }
    }

    /// A list of strings with their places; missing and null are empty, one string is a list of one.
    pub(super) fn strings(&self, key: &str, notes: &mut Notes) -> Vec<(&'a str, Place)> {
        let Some((value, place)) = self.get(key) else {
            return Vec::new();
        };
        let items: Vec<(&Value, Place)> = match value {
            Value::Array(items) => {
                items.iter().enumerate().map(|(i, item)| (item, place.child(&i.to_string()))).collect()
            }
            Value::Object(map) if map.is_empty() => Vec::new(),
            other => vec![(other, place.clone())],
        };
        let mut texts = Vec::new();
        for (item, place) in items {
            match item {
                Value::String(text) if text.trim().is_empty() => {}
                Value::String(text) => texts.push((text.as_str(), place)),
                Value::Null => {}
                _ => notes.problem(&place, format!("`{key}` holds {}, but has to hold text", kind(item))),
            }
        }
        texts
    }

    /// A flag enumeration: a comma-joined string or a list.
    pub(super) fn flags(&self, key: &str, notes: &mut Notes) -> Vec<(String, Place)> {
        let mut flags = Vec::new();
        for (text, place) in self.strings(key, notes) {
            for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
                flags.push((part.to_owned(), place.clone()));
            }
        }
        flags
    }

    /// A text; any other type is a problem.
    pub(super) fn text(&self, key: &str, notes: &mut Notes) -> Option<&'a str> {
        let (value, place) = self.get(key)?;
        match value {
            Value::String(text) => Some(text),
            _ => {
                notes.problem(&place, format!("`{key}` is {}, but has to be text", kind(value)));
                None
            }
        }
    }

    /// A truth value; any other type is a problem.
    pub(super) fn flag(&self, key: &str, notes: &mut Notes) -> Option<bool> {
        let (value, place) = self.get(key)?;
        match value {
            Value::Bool(flag) => Some(*flag),
            Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => {
                notes.problem(&place, format!("`{key}` is {}, but has to be true or false", kind(value)));
                None
            }
        }
    }

    /// Nested objects of a list, with their places.
    pub(super) fn objects(&self, key: &str, notes: &mut Notes) -> Vec<Object<'a>> {
        let Some((value, place)) = self.get(key) else {
            return Vec::new();
        };
        let items: Vec<(&'a Value, Place)> = match value {
            Value::Array(items) => {
                items.iter().enumerate().map(|(i, item)| (item, place.child(&i.to_string()))).collect()
            }
            other => vec![(other, place)],
        };
        let mut objects = Vec::new();
        for (item, place) in items {
            match item {
                Value::Object(map) => objects.push(Object::new(map, place)),
                Value::Null => {}
                _ => notes.problem(&place, format!("`{key}` holds {}, but has to hold objects", kind(item))),
            }
        }
        objects
    }

    /// How many items a list has; it is not read by that.
    pub(super) fn items(&self, key: &str) -> usize {
        let value = self.map.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value);
        value.and_then(Value::as_array).map_or(0, Vec::len)
    }

    /// The places of keys that nobody asked for.
    pub(super) fn unused(&self) -> Vec<Place> {
        let used = self.used.borrow();
        let strange = self.map.keys().filter(|name| !used.contains(*name) && !is_annotation(name));
        strange.map(|name| self.place.child(name)).collect()
    }

    /// Every key with its value.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&'a String, &'a Value)> {
        self.map.iter().filter(|(name, _)| !is_annotation(name))
    }

    /// Accounts for every key that nobody asked for: irrelevant with a reason, or a record that the caller attaches.
    /// `section` is the path of this object inside its resource, for example `conditions/users`.
    pub(super) fn rest(
        &self,
        resource: Resource,
        section: &str,
        free: &str,
        notes: &mut Notes,
    ) -> Vec<Unread> {
        let mut unread = Vec::new();
        for (name, value) in self.map {
            if self.used.borrow().contains(name) || is_annotation(name) {
                continue;
            }
            let place = self.place.child(name);
            let path = if section.is_empty() { name.clone() } else { format!("{section}/{name}") };
            if value.is_null() {
                notes.irrelevant(&place, format!("key `{name}`"), "null: not set");
            } else if let Some(reason) = irrelevant::reason(resource, &path) {
                notes.irrelevant(&place, format!("key `{name}`"), reason);
            } else {
                unread.push(notes.unread(
                    &place,
                    format!("key `{name}`"),
                    format!("not known; {free} is free"),
                ));
            }
        }
        unread
    }
}

/// OData metadata and action links, which say nothing about the object itself. A page's `nextLink` is looked at before.
fn is_annotation(name: &str) -> bool {
    name.contains("@odata.") || name.starts_with('#')
}

/// The type of a JSON value in words.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
