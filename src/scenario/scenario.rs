//! A sign-in as people write it: version 1 of the public scenario format.

use serde::{Deserialize, Serialize};

use crate::model::Method;

/// One complete sign-in. Keys that are left out take the value shown first in the format's documentation.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Scenario {
    /// Who.
    pub user: User,
    /// To what.
    pub target: Target,
    /// From where and how.
    pub conditions: Conditions,
    /// With what.
    pub credentials: Credentials,
    /// Facts about a home tenant that is not given.
    pub home: Home,
}

/// Who signs in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct User {
    /// Object id, where known.
    pub id: Option<String>,
    /// What the person is to the tenant.
    pub kind: String,
    /// A second way in which the person is known: somebody who collaborates and uses direct connect, or somebody who comes
    /// in without their object here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub also_kind: Option<String>,
    /// Where the credentials live.
    pub identity_provider: String,
    /// Tenant id, for `entra`.
    pub home_tenant: Option<String>,
    /// Group ids, transitive.
    pub groups: Vec<String>,
    /// Role template ids.
    pub roles: Vec<String>,
    /// The verified domain of the account; null is the tenant's default domain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// Object id in the home tenant, where that is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home_id: Option<String>,
    /// Role template ids in the home tenant, where that is given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub home_roles: Vec<String>,
}

impl Default for User {
    fn default() -> Self {
        Self {
            id: None,
            kind: "member".into(),
            also_kind: None,
            identity_provider: "internal".into(),
            home_tenant: None,
            groups: Vec::new(),
            roles: Vec::new(),
            domain: None,
            home_id: None,
            home_roles: Vec::new(),
        }
    }
}

/// What is asked for: exactly one of the three.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Target {
    /// An application id, `All` (an application that no policy names), or the name of a suite.
    Application(String),
    /// A user action.
    UserAction(String),
    /// An authentication context.
    AuthenticationContext(String),
}

impl Default for Target {
    fn default() -> Self {
        Self::Application("All".into())
    }
}

/// From where and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Conditions {
    /// The client.
    pub client_app_type: String,
    /// The platform, or `unknown`.
    pub platform: String,
    /// The address; null is in no named location.
    pub ip_address: Option<String>,
    /// The country; null is unknown.
    pub country: Option<String>,
    /// Named locations by id; where given they win over the address.
    pub named_locations: Vec<String>,
    /// Risk of the sign-in.
    pub sign_in_risk_level: String,
    /// Risk of the user.
    pub user_risk_level: String,
    /// Insider risk; null is no value.
    pub insider_risk_level: Option<String>,
    /// Authentication flow.
    pub authentication_flow: String,
    /// The device, or null.
    pub device: Option<Device>,
}

impl Default for Conditions {
    fn default() -> Self {
        Self {
            client_app_type: "browser".into(),
            platform: "windows".into(),
            ip_address: None,
            country: None,
            named_locations: Vec::new(),
            sign_in_risk_level: "none".into(),
            user_risk_level: "none".into(),
            insider_risk_level: None,
            authentication_flow: "none".into(),
            device: None,
        }
    }
}

/// A registered device; properties that no rule reads are kept as they are.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Device {
    /// How it is joined.
    pub trust_type: Option<String>,
    /// Whether it is marked compliant.
    pub is_compliant: bool,
    /// Other device properties.
    #[serde(flatten)]
    pub other: serde_json::Map<String, serde_json::Value>,
}

/// A set of methods, or all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MethodSet {
    /// `"*"` or `["*"]`.
    All,
    /// The listed ones.
    Listed(Vec<String>),
}

impl Default for MethodSet {
    fn default() -> Self {
        Self::Listed(Vec::new())
    }
}

impl MethodSet {
    /// Whether a method is in the set.
    pub fn contains(&self, method: Method) -> bool {
        match self {
            Self::All => true,
            Self::Listed(names) => names.iter().any(|name| Method::parse(name) == Some(method)),
        }
    }

    /// The set of these methods.
    pub fn of(methods: impl IntoIterator<Item = Method>) -> Self {
        Self::Listed(methods.into_iter().map(|method| method.name().to_owned()).collect())
    }

    /// A name in the set that is no method.
    pub fn stranger(&self) -> Option<&str> {
        match self {
            Self::All => None,
            Self::Listed(names) => {
                names.iter().map(String::as_str).find(|name| Method::parse(name).is_none())
            }
        }
    }
}

impl Serialize for MethodSet {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::All => ["*"].serialize(serializer),
            Self::Listed(names) => names.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for MethodSet {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            One(String),
            Many(Vec<String>),
        }
        let names = match Option::<Form>::deserialize(deserializer)? {
            None => Vec::new(),
            Some(Form::One(name)) => vec![name],
            Some(Form::Many(names)) => names,
        };
        Ok(if names.iter().any(|name| name == "*") { Self::All } else { Self::Listed(names) })
    }
}

/// With what the person signs in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Credentials {
    /// One method, or `federated`.
    pub first_factor: String,
    /// Methods already proved in the home (member: own) session.
    pub mfa_claim: MethodSet,
    /// Registered in the home tenant.
    pub registered_home: MethodSet,
    /// Registered in the resource tenant.
    pub registered_resource: MethodSet,
    /// What the person has the means to register when asked.
    pub can_register: MethodSet,
    /// Accepts terms of use when asked.
    pub accepts_terms: bool,
    /// Somebody is there to be asked.
    pub interactive: bool,
}

impl Default for Credentials {
    fn default() -> Self {
        Self {
            first_factor: "password".into(),
            mfa_claim: MethodSet::default(),
            registered_home: MethodSet::default(),
            registered_resource: MethodSet::default(),
            can_register: MethodSet::default(),
            accepts_terms: true,
            interactive: true,
        }
    }
}

/// Facts about a home tenant that is not given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Home {
    /// What its methods policy allows the person.
    pub allowed_methods: MethodSet,
    /// Its outbound settings let the person out to this tenant and application.
    pub outbound_allowed: bool,
    /// How it treats MFA of its federated identity provider.
    pub federated_idp_mfa_behavior: Option<String>,
    /// That provider asserts MFA.
    pub federated_mfa_asserted: bool,
    /// It lets the person register methods when asked.
    pub registration_allowed: bool,
}

impl Default for Home {
    fn default() -> Self {
        Self {
            allowed_methods: MethodSet::All,
            outbound_allowed: true,
            federated_idp_mfa_behavior: None,
            federated_mfa_asserted: false,
            registration_allowed: true,
        }
    }
}
