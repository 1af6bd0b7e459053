//! From a tenant to the finite space that its configuration can tell apart.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::IpNet;

use super::choice::DeviceChoice;
use super::device::{DeviceClasses, device_classes, text_of};
use super::dimension::{Dimension, Key};
use super::domains::{Domains, domains};
use super::location::{Class, address_classes, country_classes};
use super::mentions::{ADMINISTRATION, Mentions, PRIVILEGED, PRIVILEGED_IN_PART, REPAIRERS, mentions};
use super::scenario::{Device, Scenario, Target};
use crate::logic::Var;
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

/// Groups that are, or may be, those of a home.
fn home_side(tenant: &Tenant, mentions: &Mentions) -> BTreeSet<Id> {
    let listed = tenant.homes.values().flat_map(|home| home.groups.keys());
    let there = listed.filter(|id| !tenant.groups.contains_key(*id));
    mentions.settings_groups.iter().chain(&mentions.home_groups).chain(there).cloned().collect()
}

/// The space of sign-ins of a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Space {
    pub(super) dimensions: Vec<Dimension>,
    pub(super) index: BTreeMap<Key, Var>,
    pub(super) targets: Vec<TargetValue>,
    pub(super) addresses: Vec<Class>,
    pub(super) countries: Vec<Class>,
    pub(super) ranges: Vec<(Id, Vec<IpNet>)>,
    pub(super) country_sets: Vec<(Id, BTreeSet<String>, bool)>,
    pub(super) unread_locations: BTreeSet<Id>,
    pub(super) home_side: BTreeSet<Id>,
    /// The users that the cross-tenant settings of this tenant name.
    pub(super) named_by_settings: BTreeSet<Id>,
    /// Named locations that are marked as trusted.
    pub(super) trusted: Vec<Id>,
    /// Users and groups that given homes name and this tenant does not, with those homes.
    pub(super) at_home: BTreeMap<Id, BTreeSet<Id>>,
    /// The given homes.
    pub(super) homes: BTreeSet<Id>,
    /// The federated domains of this tenant (under no id) and of given homes, and which of these have other domains too.
    pub(super) domains: BTreeMap<Option<Id>, Domains>,
    /// The tenants that are service providers; `None` where that is not known.
    pub(super) service_providers: Option<BTreeSet<Id>>,
    devices: Vec<DeviceChoice>,
    pub(super) classes: DeviceClasses,
    /// Every sign-in is asked about, and none is stated.
    pub(super) everybody: bool,
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
            home_side: home_side(tenant, &mentions),
            named_by_settings: mentions.settings_users.clone(),
            trusted: tenant.trusted_locations().cloned().collect(),
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
            with_none("other", &mut mentions.users.union(&mentions.settings_users).map(ToString::to_string)),
        );
        if !tenant.homes.is_empty() {
            let users = mentions.home_users.iter().map(ToString::to_string);
            self.push(Key::HomeUserId, with_none("other", &mut users.into_iter()));
        }
        let mut groups = tenant.mentioned_groups();
        self.at_home.retain(|id, _| !groups.contains(id));
        groups.extend(
            mentions.settings_groups.iter().chain(&mentions.groups).chain(&mentions.home_groups).cloned(),
        );
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

    /// The dimensions of the roles whose holders can change policies.
    pub fn repairers(&self) -> Vec<Var> {
        REPAIRERS.iter().filter_map(|role| self.var(&Key::Role(Id::new(role)))).collect()
    }

    /// The dimensions of privileged roles.
    pub fn privileged(&self) -> Vec<Var> {
        let roles = PRIVILEGED.iter().chain([&PRIVILEGED_IN_PART]);
        roles.filter_map(|role| self.var(&Key::Role(Id::new(role)))).collect()
    }

    /// The values of the address dimension that lie in a trusted named location.
    pub fn trusted_addresses(&self) -> Vec<u16> {
        let inside = self.trusted.iter().flat_map(|id| self.addresses_in(id));
        inside.collect::<BTreeSet<u16>>().into_iter().collect()
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

    /// Whether a group is, or may be, one of a home: cross-tenant settings name it, or a given home does.
    pub fn is_home_side(&self, id: &Id) -> bool {
        self.home_side.contains(id)
    }

    /// Whether the id of a user may be one that the person has at home: cross-tenant settings name people by those.
    pub fn may_be_id_at_home(&self, id: &Id) -> bool {
        self.named_by_settings.contains(id)
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
}

fn positions(classes: &[Class], id: &Id) -> Vec<u16> {
    let inside = classes.iter().enumerate().filter(|(_, class)| class.inside.contains(id));
    inside.filter_map(|(at, _)| u16::try_from(at).ok()).collect()
}

/// The class that lies in the same locations.
pub(super) fn class_of(classes: &[Class], stated: &Class) -> u16 {
    let at = classes.iter().position(|class| class.inside == stated.inside).unwrap_or(0);
    u16::try_from(at).unwrap_or(0)
}

fn push_class(classes: &mut Vec<Class>, stated: Class) {
    if !classes.iter().any(|class| class.inside == stated.inside) {
        classes.push(stated);
    }
}

/// The names of first factors, in the order of their dimension.
pub(crate) fn first_factor_names() -> Vec<&'static str> {
    first_factors().map(|(name, _)| name).collect()
}

/// The first factors by their names in scenarios; `federated` has no method of its own.
pub(super) fn first_factors() -> impl Iterator<Item = (&'static str, Option<Method>)> {
    let own = Method::ALL.iter().copied().filter(|m| !m.is_federated() && *m != Method::ExternalMethod);
    let password = [("password", Some(Method::Password)), ("federated", None)];
    password.into_iter().chain(own.filter(|m| *m != Method::Password).map(|m| (m.name(), Some(m))))
}
