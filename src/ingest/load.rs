//! The whole way from files to a tenant.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::error::Category;
use serde_json::{Map, Value};

use super::classify::{Class, classify, classify_empty};
use super::cursor::{Notes, Object, Place};
use super::error::{IngestError, Problem};
use super::json::Unambiguous;
use super::locate::line_of;
use super::source::{SourceFile, decode, read_path};
use super::{Unmodelled, lower};
use crate::model::{
    Control, Id, Members, MethodConfig, MethodConfigKind, ProviderMfa, Resource, StrengthRef, Tenant, Unread,
};

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InputStatus {
    /// Every object of it was read.
    Read,
    /// Nothing of it was read, or not all; with the reason.
    Ignored(String),
}

/// One file of the input and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputFile {
    /// Path as shown.
    pub path: String,
    /// SHA-256 in hex.
    pub sha256: String,
    /// Names of the resources in it, joined by a comma; empty where nothing was recognised.
    pub resource: String,
    /// How many objects of these.
    pub objects: usize,
    /// Read or ignored.
    pub status: InputStatus,
}

/// A tenant and the account of how it was read.
#[derive(Clone, Debug, Default)]
pub struct Ingested {
    /// The facts.
    pub tenant: Tenant,
    /// What became of every file.
    pub files: Vec<InputFile>,
    /// What was seen and not understood, sorted.
    pub unmodelled: Vec<Unmodelled>,
    /// The policies as the input has them, in the order of the tenant's.
    pub policies: Vec<Value>,
    /// Where each policy stands, by its id.
    pub places: BTreeMap<String, Standing>,
}

/// Where something stands in the input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The file.
    pub path: String,
    /// The JSON pointer.
    pub pointer: String,
    /// The line on which it begins, from 1.
    pub line: usize,
}

/// Reads a folder or a file.
pub fn load(path: &Path) -> Result<Ingested, IngestError> {
    load_files(&path.display().to_string(), &read_path(path)?)
}

/// Reads files that are in memory; `name` is what errors call the whole.
pub fn load_files(name: &str, files: &[SourceFile]) -> Result<Ingested, IngestError> {
    let mut loader = Loader::default();
    let mut texts = BTreeMap::new();
    for file in files {
        let input = loader.file(file, &mut texts);
        loader.files.push(input);
    }
    loader.check_pages();
    loader.finish_methods();
    loader.finish_cross_tenant();
    loader.finish_federation();
    resolve_strengths(&mut loader.tenant, &mut loader.notes);
    let mut problems = std::mem::take(&mut loader.notes.problems);
    if !problems.is_empty() {
        for problem in &mut problems {
            let text = texts.get(&problem.path);
            problem.line = problem.line.or_else(|| text.and_then(|text| line_of(text, &problem.pointer)));
        }
        problems.sort();
        problems.dedup();
        return Err(IngestError::Problems(problems));
    }
    if loader.tenant.present.is_empty() {
        return Err(IngestError::NoTenant { path: name.to_owned(), files: files.len() });
    }
    let mut unmodelled = loader.notes.unmodelled;
    unmodelled.sort();
    unmodelled.dedup();
    let places = loader.places.into_iter().map(|(id, place)| {
        let line = texts.get(&place.path).and_then(|text| line_of(text, &place.pointer)).unwrap_or(1);
        (id, Standing { path: place.path, pointer: place.pointer, line })
    });
    let places = places.collect();
    Ok(Ingested { tenant: loader.tenant, files: loader.files, unmodelled, policies: loader.policies, places })
}

/// A page of a collection, remembered for the check that none is missing.
struct Page {
    place: Place,
    collection: String,
    has_next: bool,
}

#[derive(Default)]
pub(super) struct Loader {
    pub(super) tenant: Tenant,
    files: Vec<InputFile>,
    pub(super) notes: Notes,
    policies: Vec<Value>,
    places: BTreeMap<String, Place>,
    pages: Vec<Page>,
    /// First sight of every identified top-level object: its content and where it stands.
    seen: BTreeMap<(Resource, String), (Value, Place)>,
    configs: Vec<(MethodConfigKind, Place, MethodConfig)>,
    /// Federations: the domain that the context names, folders that may be the domain's, and what is said.
    pub(super) federations: Vec<(Option<Id>, Vec<Id>, ProviderMfa)>,
    /// Unread keys of the cross-tenant root, which could act on the default and every partner.
    cross_tenant_unread: Vec<Unread>,
}

impl Loader {
    fn file(&mut self, file: &SourceFile, texts: &mut BTreeMap<String, String>) -> InputFile {
        let mut input = InputFile {
            path: file.path.clone(),
            sha256: file.sha256(),
            resource: String::new(),
            objects: 0,
            status: InputStatus::Read,
        };
        if !file.is_json() {
            input.status = InputStatus::Ignored("not a JSON file".into());
            return input;
        }
        let root = Place { path: file.path.clone(), pointer: String::new() };
        let Some(text) = decode(&file.bytes) else {
            let message = "neither UTF-8 nor UTF-16 with a byte order mark; save the file as UTF-8";
            self.notes.problem(&root, message);
            return input;
        };
        match serde_json::from_str(&text) {
            Ok(Unambiguous(value)) => self.document(&value, &root, &mut input),
            Err(error) => {
                let message = match error.classify() {
                    Category::Eof => {
                        format!("not valid JSON ({error}); the file is cut off, export it again")
                    }
                    _ => format!("not valid JSON ({error}); export it again"),
                };
                let (path, line) = (file.path.clone(), Some(error.line()));
                self.notes.problems.push(Problem { path, line, pointer: String::new(), message });
            }
        }
        texts.insert(file.path.clone(), text);
        input
    }

    /// Unwraps one object, an array, or `{"value": […]}`.
    fn document(&mut self, value: &Value, root: &Place, input: &mut InputFile) {
        let mut others: BTreeMap<String, usize> = BTreeMap::new();
        let mut resources: Vec<&str> = Vec::new();
        let (items, context) = unwrap(value, root);
        if let Some(page) = page(value, root, context) {
            self.pages.push(page);
        }
        if items.is_empty() {
            if let Class::Read(resource) = classify_empty(context, &root.path) {
                self.tenant.present.insert(resource);
                input.resource = resource.name().to_owned();
                return;
            }
            input.status = InputStatus::Ignored("an empty list of something that is not recognised".into());
            return;
        }
        for (item, place) in items {
            let Value::Object(map) = item else {
                *others.entry(format!("values that are {}", super::cursor::kind(item))).or_default() += 1;
                continue;
            };
            match classify(map, context, &root.path) {
                Class::Read(resource) => {
                    input.objects += 1;
                    if !resources.contains(&resource.name()) {
                        resources.push(resource.name());
                    }
                    let own = map.get("@odata.context").and_then(Value::as_str).or(context);
                    if resource == Resource::Federation {
                        self.federation(map, place, own);
                    } else {
                        self.object(resource, map, place);
                    }
                }
                Class::Other(name) => {
                    *others.entry(format!("`{name}`, which no rule reads")).or_default() += 1
                }
                Class::Unknown => {
                    *others
                        .entry("an object in no shape of a Graph resource that is read".into())
                        .or_default() += 1;
                }
            }
        }
        input.resource = resources.join(",");
        if !others.is_empty() {
            let list: Vec<_> = others.iter().map(|(what, count)| format!("{count} × {what}")).collect();
            let prefix = if input.objects > 0 { "partly: " } else { "" };
            input.status = InputStatus::Ignored(format!("{prefix}{}", list.join("; ")));
        }
    }

    fn object(&mut self, resource: Resource, map: &Map<String, Value>, place: Place) {
        self.tenant.present.insert(resource);
        if self.is_repeated(resource, map, &place) {
            return;
        }
        let object = Object::new(map, place);
        let notes = &mut self.notes;
        match resource {
            Resource::ConditionalAccessPolicy => {
                self.policies.push(Value::Object(map.clone()));
                let policy = lower::lower_policy(&object, notes);
                self.places.entry(policy.id.clone()).or_insert(object.place);
                self.tenant.policies.push(policy);
            }
            Resource::NamedLocation => {
                let location = lower::lower_location(&object, notes);
                self.tenant.locations.insert(location.id.clone(), location);
            }
            Resource::AuthenticationStrength => {
                let strength = lower::lower_strength(&object, notes);
                self.tenant.strengths.insert(strength.id.clone(), strength);
            }
            Resource::AuthenticationMethods => {
                self.tenant.methods = Some(lower::lower_methods_policy(&object, notes))
            }
            Resource::MethodConfiguration => {
                if let Some((kind, config)) = lower::lower_method_configuration(&object, notes) {
                    self.configs.push((kind, object.place.clone(), config));
                }
            }
            Resource::CrossTenantRoot => {
                let unread = object.rest(resource, "", "whether the gate is open and what is trusted", notes);
                self.cross_tenant_unread.extend(unread);
            }
            Resource::CrossTenantDefault => {
                self.tenant.cross_tenant_default = Some(lower::lower_cross_tenant(&object, resource, notes));
            }
            Resource::CrossTenantPartner => {
                let config = lower::lower_cross_tenant(&object, resource, notes);
                match config.tenant.clone() {
                    Some(tenant) => drop(self.tenant.partners.insert(tenant, config)),
                    None => notes.problem(&object.place, "a partner without `tenantId`; export it again"),
                }
            }
            Resource::Organization => {
                let found = lower::lower_organization(&object, notes);
                if self.tenant.organization.as_ref().is_some_and(|known| known.id != found.id) {
                    let message =
                        "a second organization: this is another tenant; give one export of one tenant";
                    notes.problem(&object.place, message);
                }
                self.tenant.organization = Some(found);
            }
            Resource::SecurityDefaults => {
                (self.tenant.security_defaults, self.tenant.security_defaults_unread) =
                    lower::lower_security_defaults(&object, notes);
            }
            Resource::Domain => {
                if let Some(domain) = lower::lower_domain(&object, notes) {
                    self.tenant.domains.insert(domain.id.clone(), domain);
                }
            }
            Resource::Rollout => self.tenant.rollouts.extend(lower::lower_rollout(&object, notes)),
            Resource::Federation => {}
            Resource::User => self.tenant.directory.users.extend(lower::lower_user(&object, notes)),
            Resource::DirectoryRole => {
                if let Some((role, listed)) = lower::lower_role(&object, notes) {
                    let members = self.name_members(listed);
                    let holders = self.tenant.directory.roles.entry(role).or_default();
                    holders.cut |= members.cut;
                    holders.ids.extend(members.ids);
                }
            }
            Resource::RoleAssignment | Resource::RoleEligibility => {
                if let Some(found) = lower::lower_role_assignment(resource, &object, notes) {
                    self.assign(found);
                }
            }
            Resource::ServicePrincipal => {
                self.tenant.directory.things.extend(object.text("id", notes).map(Id::new));
                self.tenant.principals.extend(lower::lower_principal(&object, notes));
                self.tenant.applications.extend(lower::lower_service_principal(&object, notes));
            }
            Resource::Agreement => {
                self.tenant.agreements.extend(lower::lower_existence(resource, &object, notes));
            }
            Resource::AuthenticationContext => {
                self.tenant.contexts.extend(lower::lower_existence(resource, &object, notes));
            }
            Resource::Group => {
                let open = lower::is_open_group(&object, notes);
                let (id, name, listed) = lower::lower_group(&object, notes);
                self.tenant.open_groups.extend(open.then(|| id.clone()));
                if let Some(listed) = listed {
                    let members = self.name_members(listed);
                    self.tenant.directory.members.insert(id.clone(), members);
                }
                self.tenant.groups.insert(id, name);
            }
        }
    }

    /// What an assignment leaves open makes the list of holders an open one.
    fn assign(&mut self, found: lower::Assignment) {
        let directory = &mut self.tenant.directory;
        let Some(role) = found.role else {
            directory.unclear_roles |= found.everywhere;
            return;
        };
        let held = if found.lasting { &mut directory.roles } else { &mut directory.eligible };
        let held = found.everywhere.then_some(held);
        let lists = held.into_iter().chain(found.in_part.then_some(&mut directory.in_part));
        for list in lists.map(|lists| lists.entry(role.clone()).or_default()) {
            list.cut |= found.holder.is_none();
            list.ids.extend(found.holder.clone());
        }
    }

    /// What a list says its members are: a group among them exists, whether or not it is listed itself.
    fn name_members(&mut self, listed: lower::MemberList) -> Members {
        let directory = &mut self.tenant.directory;
        directory.people.extend(listed.people);
        directory.things.extend(listed.things);
        for group in listed.groups {
            self.tenant.groups.entry(group.clone()).or_insert_with(|| group.to_string());
        }
        listed.members
    }

    /// The same object twice is read once; two with one id and different content are a problem.
    fn is_repeated(&mut self, resource: Resource, map: &Map<String, Value>, place: &Place) -> bool {
        let singleton = matches!(
            resource,
            Resource::AuthenticationMethods | Resource::CrossTenantDefault | Resource::SecurityDefaults
        );
        let key = if resource == Resource::CrossTenantPartner { "tenantId" } else { "id" };
        let id =
            map.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).and_then(|(_, value)| value.as_str());
        let id = match id {
            _ if singleton => String::new(),
            Some(id) if !id.trim().is_empty() => Id::new(id).to_string(),
            _ => return false,
        };
        let mut content = without_annotations(map);
        if resource == Resource::Group {
            // A group that was renamed between two exports of it is the same group; nothing reads its name.
            content.retain(|name, _| !name.eq_ignore_ascii_case("displayName"));
        }
        let content = Value::Object(content);
        if let Some((first, at)) = self.seen.get(&(resource, id.clone())) {
            if *first != content {
                let what = if singleton {
                    resource.name().to_owned()
                } else {
                    format!("{} `{id}`", resource.name())
                };
                let message = format!(
                    "{what} has different content here and in {}{}; give one export of one tenant",
                    at.path,
                    if at.pointer.is_empty() { String::new() } else { format!(" at {}", at.pointer) }
                );
                self.notes.problem(place, message);
            }
            return true;
        }
        self.seen.insert((resource, id), (content, place.clone()));
        false
    }

    /// Of the pages of one collection in one folder, all but one may point at a next one.
    fn check_pages(&mut self) {
        let mut groups: BTreeMap<(String, String), Vec<&Page>> = BTreeMap::new();
        for page in &self.pages {
            let folder = page.place.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            groups.entry((folder.to_owned(), page.collection.clone())).or_default().push(page);
        }
        let mut missing = Vec::new();
        for pages in groups.values() {
            if pages.iter().all(|page| page.has_next) {
                missing.extend(pages.last().map(|page| page.place.child("@odata.nextLink")));
            }
        }
        for place in missing {
            let message = "the page has an `@odata.nextLink` and its continuation is not beside it: the export is \
                           truncated; export again following the link, or put the next page into the same folder";
            self.notes.problem(&place, message);
        }
    }

    /// What is not understood of the root acts on the default and on every partner.
    fn finish_cross_tenant(&mut self) {
        let unread = std::mem::take(&mut self.cross_tenant_unread);
        let configs = self.tenant.cross_tenant_default.iter_mut().chain(self.tenant.partners.values_mut());
        for config in configs {
            config.unread.extend(unread.iter().cloned());
        }
    }

    /// Single configurations join the policy; without the policy itself they make one whose other parts are unknown.
    fn finish_methods(&mut self) {
        if self.configs.is_empty() {
            return;
        }
        let methods = self.tenant.methods.get_or_insert_with(Default::default);
        for (kind, place, config) in std::mem::take(&mut self.configs) {
            let known = methods.configs.entry(kind).or_default();
            // Of external methods there may be several.
            if !known.is_empty() && !known.contains(&config) && kind != MethodConfigKind::External {
                let message = "a configuration of this method that differs from another one in the input; give one \
                               export of one tenant";
                self.notes.problem(&place, message);
            } else if !known.contains(&config) {
                known.push(config);
            }
        }
    }
}

/// The objects of a document and the context of its page.
fn unwrap<'a>(value: &'a Value, root: &Place) -> (Vec<(&'a Value, Place)>, Option<&'a str>) {
    let numbered = |items: &'a [Value], place: &Place| {
        items.iter().enumerate().map(|(i, item)| (item, place.child(&i.to_string()))).collect::<Vec<_>>()
    };
    match value {
        Value::Array(items) => (numbered(items, root), None),
        Value::Object(map) => {
            let context = map.get("@odata.context").and_then(Value::as_str);
            let list =
                map.iter().find(|(name, value)| name.eq_ignore_ascii_case("value") && value.is_array());
            match list {
                Some((name, Value::Array(items))) => (numbered(items, &root.child(name)), context),
                _ => (vec![(value, root.clone())], context),
            }
        }
        _ => (vec![(value, root.clone())], None),
    }
}

fn page(value: &Value, root: &Place, context: Option<&str>) -> Option<Page> {
    let map = value.as_object()?;
    let is_page = map.iter().any(|(name, value)| name.eq_ignore_ascii_case("value") && value.is_array());
    let has_next =
        map.iter().any(|(name, value)| name.eq_ignore_ascii_case("@odata.nextLink") && !value.is_null());
    let first =
        map.values().find_map(Value::as_array).and_then(|items| items.first()).and_then(Value::as_object);
    let class = match first {
        Some(first) => classify(first, context, &root.path),
        None => classify_empty(context, &root.path),
    };
    (is_page || has_next).then(|| Page { place: root.clone(), collection: format!("{class:?}"), has_next })
}

fn without_annotations(map: &Map<String, Value>) -> Map<String, Value> {
    map.iter()
        .filter(|(name, _)| !name.contains('@') && !name.starts_with('#'))
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect()
}

/// Strengths named by id get their combinations from the export; a built-in one from the reference (in `semantics`).
fn resolve_strengths(tenant: &mut Tenant, notes: &mut Notes) {
    for policy in &mut tenant.policies {
        let Some(grant) = &mut policy.grant else { continue };
        for control in &mut grant.controls {
            let Control::Strength(reference) = control else {
                continue;
            };
            if let Some(strength) =
                tenant.strengths.get(reference.id()).filter(|s| !s.combinations.is_empty())
            {
                *reference = StrengthRef::Known(strength.clone());
            }
            if let StrengthRef::Unresolved { id, unread, place } = reference
                && crate::model::built_in_combinations(id).is_none()
                && unread.0.starts_with("input:")
            {
                let (path, pointer) = place.clone();
                notes.unmodelled.push(Unmodelled {
                    path,
                    pointer,
                    what: format!("strength `{id}` is not in the input"),
                    effect: super::Effect::Symbolic,
                    why: "what it accepts is free; export the authentication strengths".into(),
                });
            }
        }
    }
}
