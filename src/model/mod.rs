//! The tenant as typed facts.
//!
//! * **In:** nothing; `ingest` builds these types.
//! * **Out:** [`Tenant`] and its parts, and the vocabularies of the domain ([`Method`], [`UserKind`], …) with Graph's own names.
//! * **Never:** a file, a JSON key, a formula.
//!
//! What was seen and not understood is kept where it could act, as an [`Unread`] with the key under which reports name it.

mod cross_tenant;
mod directory;
mod domain;
mod filter;
mod location;
mod mentioned;
mod method;
mod policy;
mod request;
mod strength;
mod target;
mod tenant;
mod vocabulary;
mod workload;

pub use cross_tenant::{AccessTarget, B2bSetting, CrossTenantConfig, InboundTrust, TargetSet};
pub use directory::{Around, Directory, Members, Memberships, User};
pub use domain::{Domain, FederatedBehavior, ProviderMfa, Rollout, RolloutFeature};
pub use filter::{Comparison, DeviceProperty, Filter, FilterMode, FilterRule, Test};
pub use location::{LocationKind, NamedLocation};
pub use mentioned::Mentioned;
pub use method::{
    AuthenticatorMode, CertificateModes, ConfigState, Method, MethodConfig, MethodConfigKind, MethodTarget,
    MethodsPolicy,
};
pub use policy::{
    Applications, Conditions, Control, DeviceStates, ExternalTenants, Grant, GuestScope, Guests, Listed,
    LocationRef, Locations, Operator, Platforms, Policy, PolicyState, SessionControls, UserRef, Users,
    Workloads,
};
pub use request::{Request, RequestDevice, RequestTarget, Subject};
pub use strength::{Combination, Strength, StrengthRef, built_in_combinations};
pub use target::TargetType;
pub use tenant::{Application, Organization, Resource, Tenant};
pub(crate) use vocabulary::vocabulary;
pub use vocabulary::{
    ClientApp, Flow, IdentityProvider, InsiderRisk, Platform, RiskLevel, TrustType, UserAction, UserKind,
};
pub use workload::{Audience, PrincipalType, ServicePrincipal};

/// Something in the input that was seen and not understood; it acts as a free truth value where it stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unread(pub String);

/// An id as Graph compares it: without regard to case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(String);

impl Id {
    /// The id of a piece of text; blanks around it are dropped.
    pub fn new(text: &str) -> Self {
        Self(text.trim().to_lowercase())
    }

    /// The id in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
