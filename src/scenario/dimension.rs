//! One dimension of the space.

use crate::logic::Var;
use crate::model::{DeviceProperty, Id, Method};

/// What a dimension is about; the order is the order of reports.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// `user.kind`
    Kind,
    /// `user.identityProvider`
    IdentityProvider,
    /// `user.homeTenant`
    HomeTenant,
    /// `user.domain`: the federated domain of the account, or none of them
    Domain,
    /// `user.id`
    UserId,
    /// `user.homeId`: who the person is in a given home
    HomeUserId,
    /// `user.groups` holds this group
    Group(Id),
    /// `user.roles` holds this role template
    Role(Id),
    /// `user.homeRoles` holds this role template
    HomeRole(Id),
    /// `user.alsoKind`
    AlsoKind,
    /// `target`
    Target,
    /// `conditions.clientAppType`
    Client,
    /// `conditions.platform`
    Platform,
    /// `conditions.ipAddress`, as a class of addresses
    Address,
    /// `conditions.country`, as a class of countries
    Country,
    /// `conditions.namedLocations` holds this compliant network
    Network(Id),
    /// `conditions.signInRiskLevel`
    SignInRisk,
    /// `conditions.userRiskLevel`
    UserRisk,
    /// `conditions.insiderRiskLevel`
    InsiderRisk,
    /// `conditions.authenticationFlow`
    Flow,
    /// `conditions.device.trustType`, or no device
    DeviceTrust,
    /// `conditions.device.isCompliant`
    DeviceCompliant,
    /// Another attribute of the device, as a class of values
    Device(DeviceProperty),
    /// An attribute of the device that is a set has this element
    DeviceHas(DeviceProperty, String),
    /// `credentials.firstFactor`
    FirstFactor,
    /// `credentials.mfaClaim` holds this method
    Claim(Method),
    /// `credentials.registeredHome` holds this method
    RegisteredHome(Method),
    /// `credentials.registeredResource` holds this method
    RegisteredResource(Method),
    /// `credentials.canRegister` holds this method
    CanRegister(Method),
    /// The person adds the password to a first factor that came without it; no scenario states it, since whoever is
    /// asked does
    AddsPassword,
    /// `credentials.acceptsTerms`
    AcceptsTerms,
    /// `credentials.interactive`
    Interactive,
    /// `home.allowedMethods` holds this method
    HomeAllows(Method),
    /// `home.outboundAllowed`
    HomeOutbound,
    /// `home.federatedIdpMfaBehavior`
    FederatedBehavior,
    /// `home.federatedMfaAsserted`
    FederatedAsserted,
    /// `home.registrationAllowed`
    HomeRegistration,
}

impl Key {
    /// The path in a scenario, with the member in brackets where the dimension is about one.
    pub fn name(&self) -> String {
        match self {
            Self::Kind => "user.kind".into(),
            Self::IdentityProvider => "user.identityProvider".into(),
            Self::HomeTenant => "user.homeTenant".into(),
            Self::Domain => "user.domain".into(),
            Self::UserId => "user.id".into(),
            Self::HomeUserId => "user.homeId".into(),
            Self::Group(id) => format!("user.groups[{id}]"),
            Self::Role(id) => format!("user.roles[{id}]"),
            Self::HomeRole(id) => format!("user.homeRoles[{id}]"),
            Self::AlsoKind => "user.alsoKind".into(),
            Self::Target => "target.application".into(),
            Self::Client => "conditions.clientAppType".into(),
            Self::Platform => "conditions.platform".into(),
            Self::Address => "conditions.ipAddress".into(),
            Self::Country => "conditions.country".into(),
            Self::Network(id) => format!("conditions.namedLocations[{id}]"),
            Self::SignInRisk => "conditions.signInRiskLevel".into(),
            Self::UserRisk => "conditions.userRiskLevel".into(),
            Self::InsiderRisk => "conditions.insiderRiskLevel".into(),
            Self::Flow => "conditions.authenticationFlow".into(),
            Self::DeviceTrust => "conditions.device.trustType".into(),
            Self::DeviceCompliant => "conditions.device.isCompliant".into(),
            Self::Device(property) => format!("conditions.device.{}", property.name()),
            Self::DeviceHas(property, element) => format!("conditions.device.{}[{element}]", property.name()),
            Self::FirstFactor => "credentials.firstFactor".into(),
            Self::Claim(m) => format!("credentials.mfaClaim[{}]", m.name()),
            Self::RegisteredHome(m) => format!("credentials.registeredHome[{}]", m.name()),
            Self::RegisteredResource(m) => format!("credentials.registeredResource[{}]", m.name()),
            Self::CanRegister(m) => format!("credentials.canRegister[{}]", m.name()),
            Self::AddsPassword => "credentials.addsPassword".into(),
            Self::AcceptsTerms => "credentials.acceptsTerms".into(),
            Self::Interactive => "credentials.interactive".into(),
            Self::HomeAllows(m) => format!("home.allowedMethods[{}]", m.name()),
            Self::HomeOutbound => "home.outboundAllowed".into(),
            Self::FederatedBehavior => "home.federatedIdpMfaBehavior".into(),
            Self::FederatedAsserted => "home.federatedMfaAsserted".into(),
            Self::HomeRegistration => "home.registrationAllowed".into(),
        }
    }

    /// An attribute of a device, which is nothing without a device.
    pub fn is_of_device(&self) -> bool {
        matches!(self, Self::DeviceCompliant | Self::Device(_) | Self::DeviceHas(..))
    }

    /// Membership of the person in something that the configuration names: what strata count.
    pub fn is_membership(&self) -> bool {
        matches!(self, Self::UserId | Self::HomeUserId | Self::Group(_) | Self::Role(_) | Self::HomeRole(_))
    }
}

/// One variable of the space with its finite domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dimension {
    /// The variable.
    pub var: Var,
    /// What it is about.
    pub key: Key,
    /// Its values by name, in the order in which the least scenario takes them.
    pub values: Vec<String>,
}
