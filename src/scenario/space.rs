//! From a tenant to the finite space that its configuration can tell apart.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use ipnet::IpNet;

use super::choice::DeviceChoice;
use super::device::{DeviceClasses, device_classes, elements_of, text_of};
use super::dimension::{Dimension, Key};
use super::location::{Class, address_classes, country_classes, locations_of};
use super::mentions::{ADMINISTRATION, Mentions, mentions};
use super::scenario::{Device, MethodSet, Scenario, Target};
use crate::logic::{Assignment, Var};
use crate::model::{
    ClientApp, DeviceProperty, Flow, Id, IdentityProvider, InsiderRisk, LocationKind, Method, Platform,
    RiskLevel, Tenant, TrustType, UserAction, UserKind,
};

/// Stands for any application that no policy names.
pub const UNNAMED: &str = "unnamed-application";

/// Stands for whatever is asked for baseline scopes only.
const BASELINE: &str = "baselineScopes";

/// A value of the target dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TargetValue {
    /// An application that no policy names and that is in no suite.
    Other,
    /// An application, by id.
    Application(Id),
    /// A member of the Office 365 suite that no policy names singly.
    Office365,
    /// A Microsoft admin portal that no policy names singly.
    AdminPortals,
    /// Whatever is asked for baseline scopes only.
    Baseline,
    /// A user action.
    Action(UserAction),
    /// An authentication context.
    Context(Id),
    /// An authentication context that no policy names.
    OtherContext,
}

impl TargetValue {
    /// Whether it is an application.
    pub fn is_application(&self) -> bool {
        matches!(
            self,
            Self::Other | Self::Application(_) | Self::Office365 | Self::AdminPortals | Self::Baseline
        )
    }

    pub(crate) fn name(&self) -> String {
        match self {
            Self::Other => "All".into(),
            Self::Application(id) => id.to_string(),
            Self::Office365 => "Office365".into(),
            Self::AdminPortals => "MicrosoftAdminPortals".into(),
            Self::Baseline => BASELINE.into(),
            Self::Action(action) => action.name().into(),
            Self::Context(id) => format!("authenticationContext {id}"),
            Self::OtherContext => "authenticationContext (any other)".into(),
        }
    }
}

/// What a space is asked about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum About {
    /// Every sign-in: the devices that people can bring are gone through.
    All,
    /// One sign-in, which says what the device is.
    One,
    /// Sign-ins to come, each with a device of its own.
    Requests,
}

/// The domains of a tenant, as far as they make a difference.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Domains {
    /// Those that are federated, or may be.
    pub(super) federated: BTreeSet<Id>,
    /// There is another one.
    pub(super) managed: bool,
    /// The domain of accounts of which none is stated.
    default: Option<Id>,
}

/// Of some domain it is not known whether it is federated.
fn federated_is_open(tenant: &Tenant) -> bool {
    tenant.domains.values().any(|domain| domain.federated.is_none())
}

/// The domains of this tenant and of given homes, as far as they are known.
fn domains(tenant: &Tenant) -> BTreeMap<Option<Id>, Domains> {
    let homes = tenant.homes.iter().map(|(id, home)| (Some(id.clone()), home));
    let all = std::iter::once((None, tenant)).chain(homes);
    all.filter(|(_, tenant)| !tenant.domains.is_empty()).map(|(id, own)| (id, Domains::of(own))).collect()
}

impl Domains {
    fn of(tenant: &Tenant) -> Self {
        let federated = tenant.domains.values().filter(|domain| domain.federated != Some(false));
        let federated: BTreeSet<Id> = federated.map(|domain| domain.id.clone()).collect();
        let managed = federated.len() < tenant.domains.len() || federated_is_open(tenant);
        Self { federated, managed, default: tenant.default_domain().map(|domain| domain.id.clone()) }
    }
}

/// The space of sign-ins of a tenant.
#[derive(Clone, Debug)]
pub struct Space {
    pub(super) dimensions: Vec<Dimension>,
    pub(super) index: BTreeMap<Key, Var>,
    pub(super) targets: Vec<TargetValue>,
    pub(super) addresses: Vec<Class>,
    pub(super) countries: Vec<Class>,
    ranges: Vec<(Id, Vec<IpNet>)>,
    country_sets: Vec<(Id, BTreeSet<String>, bool)>,
    pub(super) unread_locations: BTreeSet<Id>,
    pub(super) home_side: BTreeSet<Id>,
    /// Users and groups that given homes name and this tenant does not, with those homes.
    pub(super) at_home: BTreeMap<Id, BTreeSet<Id>>,
    /// The given homes.
    pub(super) homes: BTreeSet<Id>,
    /// The federated domains of this tenant (under no id) and of given homes, and which of these have other domains too.
    pub(super) domains: BTreeMap<Option<Id>, Domains>,
    /// The tenants that are service providers; `None` where that is not known.
    pub(super) service_providers: Option<BTreeSet<Id>>,
    devices: Vec<DeviceChoice>,
    classes: DeviceClasses,
    /// Every sign-in is asked about, and none is stated.
    everybody: bool,
    /// Declared emergency accounts.
    emergency: BTreeSet<Id>,
}

impl Space {
    /// The space of a tenant.
    pub fn of(tenant: &Tenant) -> Self {
        Self::build(tenant, None, About::All)
    }

    /// The space of a tenant with one application that nobody names and of which nobody knows whether it is in a suite: it
    /// stands for every such application that somebody asks about.
    pub fn for_requests(tenant: &Tenant) -> Self {
        let target = Target::Application(UNNAMED.to_owned());
        Self::build(tenant, Some(&Scenario { target, ..Scenario::default() }), About::Requests)
    }

    /// The space of a tenant in which a given scenario keeps everything that it states.
    pub fn with_scenario(tenant: &Tenant, scenario: &Scenario) -> Self {
        Self::build(tenant, Some(scenario), About::One)
    }

    fn build(tenant: &Tenant, scenario: Option<&Scenario>, about: About) -> Self {
        let mut mentions = mentions(tenant);
        if let Some(scenario) = scenario {
            mentions.take_from(scenario);
        }
        let suites = ["all", "none", "office365", "microsoftadminportals", "baselinescopes"];
        let baseline = mentions.leaves_out || mentions.applications.contains(&Id::new(BASELINE));
        let office = mentions.applications.contains(&Id::new("office365"));
        let portals = mentions.applications.contains(&Id::new("microsoftadminportals"));
        mentions.applications.retain(|id| !suites.contains(&id.as_str()));
        let mut targets = vec![TargetValue::Other];
        targets.extend(mentions.applications.iter().cloned().map(TargetValue::Application));
        targets.extend(office.then_some(TargetValue::Office365));
        targets.extend(portals.then_some(TargetValue::AdminPortals));
        targets.extend(baseline.then_some(TargetValue::Baseline));
        targets.extend(UserAction::ALL.iter().copied().map(TargetValue::Action));
        targets.extend(mentions.contexts.iter().cloned().map(TargetValue::Context));
        targets.push(TargetValue::OtherContext);

        let mut space = Self {
            dimensions: Vec::new(),
            index: BTreeMap::new(),
            targets,
            addresses: Vec::new(),
            countries: Vec::new(),
            ranges: Vec::new(),
            country_sets: Vec::new(),
            unread_locations: BTreeSet::new(),
            home_side: mentions.home_side.union(&mentions.home_groups).cloned().collect(),
            at_home: mentions.at_home.clone(),
            homes: tenant.homes.keys().cloned().collect(),
            domains: domains(tenant),
            service_providers: tenant.service_providers(),
            devices: Vec::new(),
            classes: DeviceClasses::default(),
            everybody: about == About::All,
            emergency: tenant.emergency.clone(),
        };
        let networks = space.locations(tenant, &mentions, scenario);
        space.classes = device_classes(tenant, about == About::All);
        if let Some(scenario) = scenario.filter(|_| about == About::One) {
            space.classes.keep(scenario.conditions.device.as_ref());
        }
        space.dimensions(tenant, &mentions, networks);
        if about == About::All {
            space.devices = space.device_choices(tenant);
        }
        space
    }

    fn locations(&mut self, tenant: &Tenant, mentions: &Mentions, scenario: Option<&Scenario>) -> Vec<Id> {
        let mut ranges: Vec<(&Id, &[IpNet])> = Vec::new();
        let mut countries: Vec<(&Id, &BTreeSet<String>, bool)> = Vec::new();
        let mut networks = Vec::new();
        let homes = tenant.homes.values().flat_map(|home| &home.locations);
        for (id, location) in tenant.locations.iter().chain(homes) {
            let wanted = mentions.locations.contains(id);
            match &location.kind {
                LocationKind::Ip { ranges: nets, trusted }
                    if wanted || (mentions.all_trusted && *trusted && tenant.locations.contains_key(id)) =>
                {
                    ranges.push((id, nets));
                }
                LocationKind::Country { countries: codes, include_unknown, .. } if wanted => {
                    countries.push((id, codes, *include_unknown));
                }
                LocationKind::CompliantNetwork if wanted => networks.push(id.clone()),
                LocationKind::Unread(_) if wanted => drop(self.unread_locations.insert(id.clone())),
                _ => {}
            }
        }
        let exported = tenant.present.contains(&crate::model::Resource::NamedLocation);
        if !exported {
            self.unread_locations.extend(mentions.locations.iter().cloned());
        }
        self.addresses = address_classes(&ranges);
        self.countries = country_classes(&countries);
        self.ranges = ranges.into_iter().map(|(id, nets)| (id.clone(), nets.to_vec())).collect();
        self.country_sets =
            countries.into_iter().map(|(id, codes, unknown)| (id.clone(), codes.clone(), unknown)).collect();
        if let Some(scenario) = scenario {
            // A scenario may state what no address or country can be: it is taken as stated.
            let (address, country) = self.stated(scenario);
            push_class(&mut self.addresses, address);
            push_class(&mut self.countries, country);
        }
        networks
    }

    fn dimensions(&mut self, tenant: &Tenant, mentions: &Mentions, networks: Vec<Id>) {
        let names = |values: &[&str]| values.iter().map(|v| (*v).to_owned()).collect::<Vec<_>>();
        let flag = || vec!["false".to_owned(), "true".to_owned()];
        let with_none = |none: &str, ids: &mut dyn Iterator<Item = String>| {
            std::iter::once(none.to_owned()).chain(ids).collect::<Vec<_>>()
        };
        self.push(Key::Kind, UserKind::ALL.iter().map(|v| v.name().to_owned()).collect());
        self.push(Key::IdentityProvider, IdentityProvider::ALL.iter().map(|v| v.name().to_owned()).collect());
        let tenants = mentions.tenants.iter().map(ToString::to_string).chain(["other".to_owned()]);
        self.push(Key::HomeTenant, with_none("none", &mut tenants.into_iter()));
        let federated: BTreeSet<&Id> = self.domains.values().flat_map(|own| &own.federated).collect();
        if !federated.is_empty() {
            let names: Vec<String> = federated.into_iter().map(ToString::to_string).collect();
            self.push(Key::Domain, with_none("managed", &mut names.into_iter()));
        }
        self.push(
            Key::UserId,
            with_none("other", &mut mentions.users.union(&mentions.home_side).map(ToString::to_string)),
        );
        if !tenant.homes.is_empty() {
            let users = mentions.home_users.iter().map(ToString::to_string);
            self.push(Key::HomeUserId, with_none("other", &mut users.into_iter()));
        }
        let mut groups = tenant.mentioned_groups();
        self.at_home.retain(|id, _| !groups.contains(id));
        groups
            .extend(mentions.home_side.iter().chain(&mentions.groups).chain(&mentions.home_groups).cloned());
        for id in groups {
            self.push(Key::Group(id), flag());
        }
        for id in &mentions.roles {
            self.push(Key::Role(id.clone()), flag());
        }
        for id in mentions.home_roles.iter().filter(|_| !tenant.homes.is_empty()) {
            self.push(Key::HomeRole(id.clone()), flag());
        }
        if mentions.known_twice {
            let kinds =
                [UserKind::CollaborationGuest, UserKind::CollaborationMember, UserKind::DirectConnect];
            self.push(Key::AlsoKind, with_none("none", &mut kinds.iter().map(|kind| kind.name().to_owned())));
        }
        self.push(Key::Target, self.targets.iter().map(TargetValue::name).collect());
        self.push(Key::Client, ClientApp::ALL.iter().map(|v| v.name().to_owned()).collect());
        self.push(Key::Platform, Platform::ALL.iter().map(|v| v.name().to_owned()).collect());
        let class = |classes: &[Class], none: &str| {
            classes.iter().map(|c| c.witness.clone().unwrap_or_else(|| none.to_owned())).collect::<Vec<_>>()
        };
        self.push(Key::Address, class(&self.addresses, "none"));
        self.push(Key::Country, class(&self.countries, "unknown"));
        for id in networks {
            self.push(Key::Network(id), flag());
        }
        let risk = || RiskLevel::ALL.iter().map(|v| v.name().to_owned()).collect::<Vec<_>>();
        self.push(Key::SignInRisk, risk());
        self.push(Key::UserRisk, risk());
        self.push(
            Key::InsiderRisk,
            with_none("null", &mut InsiderRisk::ALL.iter().map(|v| v.name().to_owned())),
        );
        self.push(Key::Flow, Flow::ALL.iter().map(|v| v.name().to_owned()).collect());
        self.push(
            Key::DeviceTrust,
            with_none("none", &mut TrustType::ALL.iter().map(|v| v.name().to_owned())),
        );
        self.push(Key::DeviceCompliant, flag());
        let classes = self.classes.clone();
        for (property, values) in classes.values {
            self.push(Key::Device(property), values);
        }
        for (property, element) in classes.elements {
            self.push(Key::DeviceHas(property, element), flag());
        }
        self.push(Key::FirstFactor, first_factors().map(|(name, _)| name.to_owned()).collect());
        for key in [Key::Claim, Key::RegisteredHome, Key::RegisteredResource, Key::CanRegister] {
            for method in Method::ALL {
                self.push(key(*method), flag());
            }
        }
        self.push(Key::AddsPassword, flag());
        self.push(Key::AcceptsTerms, flag());
        self.push(Key::Interactive, flag());
        for method in Method::ALL {
            self.push(Key::HomeAllows(*method), flag());
        }
        self.push(Key::HomeOutbound, flag());
        let behaviors =
            ["null", "acceptIfMfaDoneByFederatedIdp", "enforceMfaByFederatedIdp", "rejectMfaByFederatedIdp"];
        self.push(Key::FederatedBehavior, names(&behaviors));
        self.push(Key::FederatedAsserted, flag());
        self.push(Key::HomeRegistration, flag());
    }

    fn push(&mut self, key: Key, values: Vec<String>) {
        let var = Var(u32::try_from(self.dimensions.len()).unwrap_or(u32::MAX));
        self.index.insert(key.clone(), var);
        self.dimensions.push(Dimension { var, key, values });
    }

    /// All dimensions, in order.
    pub fn all(&self) -> &[Dimension] {
        &self.dimensions
    }

    /// The dimension of a variable; `None` for a variable that is none of the space.
    pub fn dimension(&self, var: Var) -> Option<&Dimension> {
        self.dimensions.get(var.0 as usize)
    }

    /// The variable of a key; `None` where the configuration does not mention what the key is about.
    pub fn var(&self, key: &Key) -> Option<Var> {
        self.index.get(key).copied()
    }

    /// The values of the dimension of user ids that are declared emergency accounts.
    pub fn emergency(&self) -> Vec<u16> {
        self.emergency.iter().filter_map(|id| self.value(&Key::UserId, id.as_str())).collect()
    }

    /// The values of the target dimension at which a tenant is administered.
    pub fn administration(&self) -> Vec<u16> {
        ADMINISTRATION.iter().filter_map(|id| self.value(&Key::Target, id)).collect()
    }

    /// The values of the target dimension, in order.
    pub fn targets(&self) -> &[TargetValue] {
        &self.targets
    }

    /// The devices that a person can bring along: none, and those that the policies tell apart.
    pub fn devices(&self) -> &[DeviceChoice] {
        &self.devices
    }

    /// The values of the address dimension that lie in a named location.
    pub fn addresses_in(&self, id: &Id) -> Vec<u16> {
        positions(&self.addresses, id)
    }

    /// The values of the country dimension that lie in a named location.
    pub fn countries_in(&self, id: &Id) -> Vec<u16> {
        positions(&self.countries, id)
    }

    /// A named location of which nobody can say who is inside.
    pub fn is_unread_location(&self, id: &Id) -> bool {
        self.unread_locations.contains(id)
    }

    /// Whether a group or user id is named by cross-tenant settings, and so may live in the home tenant.
    pub fn is_home_side(&self, id: &Id) -> bool {
        self.home_side.contains(id)
    }

    /// Whether the space has a class for the text that a device has as an attribute.
    pub(super) fn has_class(&self, device: &Device, property: DeviceProperty) -> bool {
        text_of(device, property).is_none_or(|text| self.classes.has_class(property, &text))
    }

    /// The number of the variable after the last.
    pub fn end(&self) -> u32 {
        u32::try_from(self.dimensions.len()).unwrap_or(u32::MAX)
    }

    /// The value with this name, compared without regard to case.
    pub fn value(&self, key: &Key, name: &str) -> Option<u16> {
        let dimension = self.dimension(self.var(key)?)?;
        let at = dimension.values.iter().position(|value| value.eq_ignore_ascii_case(name))?;
        u16::try_from(at).ok()
    }

    /// The valuation of a scenario. The space has to be one that keeps what the scenario states.
    pub fn locate(&self, scenario: &Scenario) -> Assignment {
        let mut at = Assignment(vec![0; self.dimensions.len()]);
        let user = &scenario.user;
        self.set(&mut at, &Key::Kind, &user.kind);
        self.set(&mut at, &Key::IdentityProvider, &user.identity_provider);
        if let Some(home) = &user.home_tenant {
            let known = self.value(&Key::HomeTenant, home.trim()).is_some();
            self.set(&mut at, &Key::HomeTenant, if known { home.trim() } else { "other" });
        } else if user.identity_provider == IdentityProvider::Entra.name() {
            self.set(&mut at, &Key::HomeTenant, "other");
        }
        if let Some(kind) = &user.also_kind {
            self.set(&mut at, &Key::AlsoKind, kind);
        }
        if let Some(id) = &user.id {
            self.set(&mut at, &Key::UserId, id.trim());
        }
        for id in &user.groups {
            self.set(&mut at, &Key::Group(Id::new(id)), "true");
        }
        for id in &user.roles {
            self.set(&mut at, &Key::Role(Id::new(id)), "true");
        }
        if let Some(id) = &user.home_id {
            self.set(&mut at, &Key::HomeUserId, id.trim());
        }
        for id in &user.home_roles {
            self.set(&mut at, &Key::HomeRole(Id::new(id)), "true");
        }
        self.set(&mut at, &Key::Domain, self.domain_of(user).as_ref().map_or("managed", Id::as_str));
        self.locate_conditions(scenario, &mut at);
        let credentials = &scenario.credentials;
        self.set(&mut at, &Key::FirstFactor, &credentials.first_factor);
        let sets: [(fn(Method) -> Key, &MethodSet); 5] = [
            (Key::Claim, &credentials.mfa_claim),
            (Key::RegisteredHome, &credentials.registered_home),
            (Key::RegisteredResource, &credentials.registered_resource),
            (Key::CanRegister, &credentials.can_register),
            (Key::HomeAllows, &scenario.home.allowed_methods),
        ];
        for (key, set) in sets {
            for method in Method::ALL.iter().filter(|method| set.contains(**method)) {
                self.set(&mut at, &key(*method), "true");
            }
        }
        let home = &scenario.home;
        for (key, flag) in [
            (Key::AddsPassword, true),
            (Key::AcceptsTerms, credentials.accepts_terms),
            (Key::Interactive, credentials.interactive),
            (Key::HomeOutbound, home.outbound_allowed),
            (Key::FederatedAsserted, home.federated_mfa_asserted),
            (Key::HomeRegistration, home.registration_allowed),
        ] {
            self.set(&mut at, &key, if flag { "true" } else { "false" });
        }
        self.set(
            &mut at,
            &Key::FederatedBehavior,
            home.federated_idp_mfa_behavior.as_deref().unwrap_or("null"),
        );
        at
    }

    /// The domain of an account: the stated one, or the default one of the tenant where the account is.
    fn domain_of(&self, user: &super::scenario::User) -> Option<Id> {
        let home = user.home_tenant.as_ref().map(|id| Id::new(id));
        let internal = user.identity_provider == IdentityProvider::Internal.name();
        let own = self.domains.get(&if internal { None } else { home })?;
        user.domain.as_ref().map(|name| Id::new(name)).or_else(|| own.default.clone())
    }

    /// Whether every sign-in is asked about, so that nobody states what an account is like.
    pub fn is_about_everybody(&self) -> bool {
        self.everybody
    }

    /// The given homes.
    pub fn homes(&self) -> &BTreeSet<Id> {
        &self.homes
    }

    /// The homes that alone know this user or group; `None` where others may.
    pub fn homes_of(&self, id: &Id) -> Option<&BTreeSet<Id>> {
        self.at_home.get(id)
    }

    /// The federated domains of a tenant (`None` is this one) and whether it has others; `None` where that is not known.
    pub fn domains_of(&self, tenant: Option<&Id>) -> Option<(&BTreeSet<Id>, bool)> {
        self.domains.get(&tenant.cloned()).map(|own| (&own.federated, own.managed))
    }

    fn locate_conditions(&self, scenario: &Scenario, at: &mut Assignment) {
        let conditions = &scenario.conditions;
        let target = match &scenario.target {
            Target::Application(app) => app.trim().to_owned(),
            Target::UserAction(action) => action.trim().to_owned(),
            Target::AuthenticationContext(id) => TargetValue::Context(Id::new(id)).name(),
        };
        let is_context = matches!(scenario.target, Target::AuthenticationContext(_));
        match self.value(&Key::Target, &target) {
            Some(value) => self.set_value(at, &Key::Target, value),
            None if is_context => self.set(at, &Key::Target, &TargetValue::OtherContext.name()),
            None => self.set(at, &Key::Target, "All"),
        }
        self.set(at, &Key::Client, &conditions.client_app_type);
        self.set(at, &Key::Platform, &conditions.platform);
        self.set(at, &Key::SignInRisk, &conditions.sign_in_risk_level);
        self.set(at, &Key::UserRisk, &conditions.user_risk_level);
        self.set(at, &Key::InsiderRisk, conditions.insider_risk_level.as_deref().unwrap_or("null"));
        self.set(at, &Key::Flow, &conditions.authentication_flow);
        if let Some(device) = &conditions.device {
            let trust = device.trust_type.as_deref().unwrap_or(TrustType::Workplace.name());
            self.set(at, &Key::DeviceTrust, trust);
            self.set(at, &Key::DeviceCompliant, if device.is_compliant { "true" } else { "false" });
            for dimension in &self.dimensions {
                match &dimension.key {
                    Key::Device(property) => {
                        if let Some(text) = text_of(device, *property) {
                            self.set_value(at, &dimension.key, self.classes.class_of(*property, &text));
                        }
                    }
                    Key::DeviceHas(property, element) if elements_of(device, *property).contains(element) => {
                        self.set(at, &dimension.key, "true");
                    }
                    _ => {}
                }
            }
        }
        for id in &conditions.named_locations {
            self.set(at, &Key::Network(Id::new(id)), "true");
        }
        let (address, country) = self.stated(scenario);
        self.set_value(at, &Key::Address, class_of(&self.addresses, &address));
        self.set_value(at, &Key::Country, class_of(&self.countries, &country));
    }

    /// The classes of address and country that a scenario states. Named locations by id win over the address.
    fn stated(&self, scenario: &Scenario) -> (Class, Class) {
        let conditions = &scenario.conditions;
        let listed: BTreeSet<Id> = conditions.named_locations.iter().map(|id| Id::new(id)).collect();
        let ip = conditions.ip_address.as_deref().and_then(|text| text.trim().parse::<IpAddr>().ok());
        let ranges: Vec<(&Id, &[IpNet])> =
            self.ranges.iter().map(|(id, nets)| (id, nets.as_slice())).collect();
        let inside = if listed.is_empty() {
            ip.map(|ip| locations_of(ip, &ranges)).unwrap_or_default()
        } else {
            self.ranges.iter().map(|(id, _)| id.clone()).filter(|id| listed.contains(id)).collect()
        };
        let address = Class { inside, witness: conditions.ip_address.clone() };
        let code = conditions.country.as_ref().map(|code| code.trim().to_uppercase());
        let inside = self
            .country_sets
            .iter()
            .filter(|(id, codes, unknown)| {
                listed.contains(id) || code.as_ref().map_or(*unknown, |code| codes.contains(code))
            })
            .map(|(id, _, _)| id.clone())
            .collect();
        (address, Class { inside, witness: code })
    }

    fn set(&self, at: &mut Assignment, key: &Key, name: &str) {
        if let Some(value) = self.value(key, name) {
            self.set_value(at, key, value);
        }
    }

    fn set_value(&self, at: &mut Assignment, key: &Key, value: u16) {
        if let Some(var) = self.var(key) {
            at.set(var, value);
        }
    }
}

fn positions(classes: &[Class], id: &Id) -> Vec<u16> {
    let inside = classes.iter().enumerate().filter(|(_, class)| class.inside.contains(id));
    inside.filter_map(|(at, _)| u16::try_from(at).ok()).collect()
}

/// The class that lies in the same locations.
fn class_of(classes: &[Class], stated: &Class) -> u16 {
    let at = classes.iter().position(|class| class.inside == stated.inside).unwrap_or(0);
    u16::try_from(at).unwrap_or(0)
}

fn push_class(classes: &mut Vec<Class>, stated: Class) {
    if !classes.iter().any(|class| class.inside == stated.inside) {
        classes.push(stated);
    }
}

/// The first factors by their names in scenarios; `federated` has no method of its own.
pub(super) fn first_factors() -> impl Iterator<Item = (&'static str, Option<Method>)> {
    let own = Method::ALL.iter().copied().filter(|m| !m.is_federated() && *m != Method::ExternalMethod);
    let password = [("password", Some(Method::Password)), ("federated", None)];
    password.into_iter().chain(own.filter(|m| *m != Method::Password).map(|m| (m.name(), Some(m))))
}
