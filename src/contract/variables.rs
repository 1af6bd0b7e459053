//! What a predicate may speak of: the dimensions of a sign-in, by the names that scenarios have for them.

use crate::model::{
    ClientApp, Flow, IdentityProvider, InsiderRisk, Method, Platform, RiskLevel, TrustType, UserKind,
};
use crate::scenario::Key;

/// What a dimension holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// One word of a vocabulary; a text stands for the value that has no word, where there is one.
    Word(Vocabulary, Option<&'static str>),
    /// True or false.
    Flag,
    /// One thing of the tenant.
    One(Thing),
    /// A set of things of the tenant.
    Set(Thing),
    /// A set of methods.
    Methods,
}

/// A closed vocabulary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Vocabulary {
    Kind,
    Provider,
    Client,
    Platform,
    Risk,
    InsiderRisk,
    Flow,
    Trust,
    FirstFactor,
    Behavior,
}

/// What the tenant has, or may have, under an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Thing {
    User,
    Group,
    Role,
    Application,
    UserAction,
    Context,
    Location,
    Tenant,
}

/// One name that predicates may use.
#[derive(Clone, Copy, Debug)]
pub(super) struct Variable {
    pub(super) name: &'static str,
    pub(super) holds: Holds,
    /// The dimension; for sets and things see [`super::facts`].
    pub(super) key: fn() -> Key,
    /// The dimension of a set of methods.
    pub(super) of_method: Option<fn(Method) -> Key>,
}

const fn one(name: &'static str, holds: Holds, key: fn() -> Key) -> Variable {
    Variable { name, holds, key, of_method: None }
}

const fn methods(name: &'static str, of_method: fn(Method) -> Key) -> Variable {
    Variable { name, holds: Holds::Methods, key: || Key::FirstFactor, of_method: Some(of_method) }
}

/// All of them, in the order of reports.
pub(super) const VARIABLES: &[Variable] = &[
    one("user.kind", Holds::Word(Vocabulary::Kind, None), || Key::Kind),
    one("user.identityProvider", Holds::Word(Vocabulary::Provider, None), || Key::IdentityProvider),
    one("user.homeTenant", Holds::One(Thing::Tenant), || Key::HomeTenant),
    one("user.id", Holds::One(Thing::User), || Key::UserId),
    one("user.groups", Holds::Set(Thing::Group), || Key::UserId),
    one("user.roles", Holds::Set(Thing::Role), || Key::UserId),
    one("target.application", Holds::One(Thing::Application), || Key::Target),
    one("target.userAction", Holds::One(Thing::UserAction), || Key::Target),
    one("target.authenticationContext", Holds::One(Thing::Context), || Key::Target),
    one("conditions.clientAppType", Holds::Word(Vocabulary::Client, None), || Key::Client),
    one("conditions.platform", Holds::Word(Vocabulary::Platform, None), || Key::Platform),
    one("conditions.namedLocations", Holds::Set(Thing::Location), || Key::Address),
    one("conditions.signInRiskLevel", Holds::Word(Vocabulary::Risk, None), || Key::SignInRisk),
    one("conditions.userRiskLevel", Holds::Word(Vocabulary::Risk, None), || Key::UserRisk),
    one("conditions.insiderRiskLevel", Holds::Word(Vocabulary::InsiderRisk, Some("null")), || {
        Key::InsiderRisk
    }),
    one("conditions.authenticationFlow", Holds::Word(Vocabulary::Flow, None), || Key::Flow),
    one("conditions.device.trustType", Holds::Word(Vocabulary::Trust, Some("none")), || Key::DeviceTrust),
    one("conditions.device.isCompliant", Holds::Flag, || Key::DeviceCompliant),
    one("credentials.firstFactor", Holds::Word(Vocabulary::FirstFactor, None), || Key::FirstFactor),
    methods("credentials.mfaClaim", Key::Claim),
    methods("credentials.registeredHome", Key::RegisteredHome),
    methods("credentials.registeredResource", Key::RegisteredResource),
    methods("credentials.canRegister", Key::CanRegister),
    one("credentials.acceptsTerms", Holds::Flag, || Key::AcceptsTerms),
    one("credentials.interactive", Holds::Flag, || Key::Interactive),
    methods("home.allowedMethods", Key::HomeAllows),
    one("home.outboundAllowed", Holds::Flag, || Key::HomeOutbound),
    one("home.federatedIdpMfaBehavior", Holds::Word(Vocabulary::Behavior, Some("null")), || {
        Key::FederatedBehavior
    }),
    one("home.federatedMfaAsserted", Holds::Flag, || Key::FederatedAsserted),
    one("home.registrationAllowed", Holds::Flag, || Key::HomeRegistration),
];

/// Names of scenarios that predicates may not use, each with what to do instead.
pub(super) const REFUSED: &[(&str, &str)] = &[
    ("conditions.ipAddress", "addresses are told apart by named locations: use conditions.namedLocations"),
    ("conditions.country", "countries are told apart by named locations: use conditions.namedLocations"),
    ("conditions.device", "use conditions.device.trustType or conditions.device.isCompliant"),
    ("user.homeId", "who somebody is at home is told apart for homes given with --home only; use user.id"),
    ("user.homeRoles", "roles at home are told apart for homes given with --home only; use user.roles"),
    ("user.alsoKind", "use user.kind"),
    ("user.domain", "domains are told apart where they are federated only; use user.homeTenant"),
    ("target", "use target.application, target.userAction or target.authenticationContext"),
];

/// The variable of a name.
pub(super) fn variable(name: &str) -> Option<&'static Variable> {
    VARIABLES.iter().find(|variable| variable.name == name)
}

impl Vocabulary {
    /// Its words.
    pub(super) fn words(self) -> Vec<&'static str> {
        match self {
            Self::Kind => UserKind::ALL.iter().map(|v| v.name()).collect(),
            Self::Provider => IdentityProvider::ALL.iter().map(|v| v.name()).collect(),
            Self::Client => ClientApp::ALL.iter().map(|v| v.name()).collect(),
            Self::Platform => Platform::ALL.iter().map(|v| v.name()).collect(),
            Self::Risk => RiskLevel::ALL.iter().map(|v| v.name()).collect(),
            Self::InsiderRisk => InsiderRisk::ALL.iter().map(|v| v.name()).collect(),
            Self::Flow => Flow::ALL.iter().map(|v| v.name()).collect(),
            Self::Trust => TrustType::ALL.iter().map(|v| v.name()).collect(),
            Self::FirstFactor => crate::scenario::first_factor_names(),
            Self::Behavior => {
                vec!["acceptIfMfaDoneByFederatedIdp", "enforceMfaByFederatedIdp", "rejectMfaByFederatedIdp"]
            }
        }
    }
}

impl Thing {
    /// In words.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::Role => "role",
            Self::Application => "application",
            Self::UserAction => "user action",
            Self::Context => "authentication context",
            Self::Location => "named location",
            Self::Tenant => "home tenant",
        }
    }
}
