//! One scenario of INTERFACE §5, with its defaults, and small helpers for reading JSON.

use super::methods::Methods;
use serde_json::Value;
use std::net::IpAddr;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Member,
    InternalGuest,
    CollaborationGuest,
    CollaborationMember,
    DirectConnect,
    OtherExternal,
    ServiceProvider,
}

/// The way into the resource tenant; the kind alone decides it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Path {
    Collaboration,
    DirectConnect,
    Delegated,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// Lower-case application id or keyword.
    Application(String),
    UserAction(String),
    Context(String),
}

#[derive(Clone, Debug)]
pub(crate) struct Device {
    pub attributes: serde_json::Map<String, Value>,
    pub compliant: bool,
    pub hybrid: bool,
}

/// A scenario with every default filled in; ids and enum members are lower case.
#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    pub kind: Kind,
    /// The second way in which the person is known.
    pub also: Option<Kind>,
    pub provider: String,
    pub home_tenant: Option<String>,
    /// The verified domain of the account.
    pub domain: Option<String>,
    pub user: Option<String>,
    /// Id and roles in a home that is given.
    pub home_user: Option<String>,
    pub home_roles: Vec<String>,
    pub groups: Vec<String>,
    pub roles: Vec<String>,
    pub target: Target,
    pub client: String,
    pub platform: String,
    pub address: Option<IpAddr>,
    pub country: Option<String>,
    pub named_locations: Vec<String>,
    pub sign_in_risk: String,
    pub user_risk: String,
    pub insider_risk: Option<String>,
    pub flow: String,
    pub device: Option<Device>,
    /// A method, or `federated`.
    pub first_factor: String,
    pub claim: Methods,
    pub registered_home: Methods,
    pub registered_resource: Methods,
    pub can_register: Methods,
    pub accepts_terms: bool,
    pub interactive: bool,
    pub home_allowed: Methods,
    pub home_outbound: bool,
    pub federated_behavior: String,
    pub federated_mfa: bool,
    pub home_registration: bool,
}

impl Scenario {
    pub(crate) fn read(value: &Value) -> Scenario {
        let user = &value["user"];
        let conditions = &value["conditions"];
        let credentials = &value["credentials"];
        let home = &value["home"];
        let device = &conditions["device"];
        let address = text(&conditions["ipAddress"]);
        Scenario {
            kind: kind(&text(&user["kind"]).unwrap_or("member".into())),
            also: text(&user["alsoKind"]).map(|name| kind(&name)),
            provider: text(&user["identityProvider"]).unwrap_or("internal".into()),
            home_tenant: text(&user["homeTenant"]),
            domain: text(&user["domain"]),
            user: text(&user["id"]),
            home_user: text(&user["homeId"]),
            home_roles: texts(&user["homeRoles"]),
            groups: texts(&user["groups"]),
            roles: texts(&user["roles"]),
            target: target(&value["target"]),
            client: text(&conditions["clientAppType"]).unwrap_or("browser".into()),
            platform: text(&conditions["platform"]).unwrap_or("windows".into()),
            address: address.map(|a| a.parse().unwrap_or_else(|_| panic!("oracle: {a:?} is no IP address"))),
            country: text(&conditions["country"]),
            named_locations: texts(&conditions["namedLocations"]),
            sign_in_risk: text(&conditions["signInRiskLevel"]).unwrap_or("none".into()),
            user_risk: text(&conditions["userRiskLevel"]).unwrap_or("none".into()),
            insider_risk: text(&conditions["insiderRiskLevel"]),
            flow: text(&conditions["authenticationFlow"]).unwrap_or("none".into()),
            device: (!device.is_null()).then(|| Device {
                compliant: flag(&device["isCompliant"], false),
                hybrid: text(&device["trustType"]).as_deref() == Some("serverad"),
                attributes: device.as_object().cloned().unwrap_or_default(),
            }),
            first_factor: text(&credentials["firstFactor"]).unwrap_or("password".into()),
            claim: Methods::read(&credentials["mfaClaim"], Methods::NONE),
            registered_home: Methods::read(&credentials["registeredHome"], Methods::NONE),
            registered_resource: Methods::read(&credentials["registeredResource"], Methods::NONE),
            can_register: Methods::read(&credentials["canRegister"], Methods::NONE),
            accepts_terms: flag(&credentials["acceptsTerms"], true),
            interactive: flag(&credentials["interactive"], true),
            home_allowed: Methods::read(&home["allowedMethods"], Methods::ALL),
            home_outbound: flag(&home["outboundAllowed"], true),
            federated_behavior: text(&home["federatedIdpMfaBehavior"])
                .unwrap_or("acceptifmfadonebyfederatedidp".into()),
            federated_mfa: flag(&home["federatedMfaAsserted"], false),
            home_registration: flag(&home["registrationAllowed"], true),
        }
    }

    /// Credentials live in the resource tenant.
    pub(crate) fn local(&self) -> bool {
        self.provider == "internal"
    }

    pub(crate) fn entra(&self) -> bool {
        self.provider == "entra"
    }

    pub(crate) fn path(&self) -> Path {
        match self.kind {
            Kind::DirectConnect => Path::DirectConnect,
            Kind::ServiceProvider => Path::Delegated,
            _ => Path::Collaboration,
        }
    }

    /// The home (or own) domain is federated and the session began at its identity provider.
    pub(crate) fn federated(&self) -> bool {
        self.first_factor == "federated"
    }

    pub(crate) fn begins_with(&self, methods: &[&str]) -> bool {
        methods.iter().any(|m| m.to_lowercase() == self.first_factor)
    }
}

/// A user kind by its lower-case name.
pub(crate) fn kind(name: &str) -> Kind {
    match name {
        "member" => Kind::Member,
        "internalguest" => Kind::InternalGuest,
        "b2bcollaborationguest" => Kind::CollaborationGuest,
        "b2bcollaborationmember" => Kind::CollaborationMember,
        "b2bdirectconnectuser" => Kind::DirectConnect,
        "otherexternaluser" => Kind::OtherExternal,
        "serviceprovider" => Kind::ServiceProvider,
        other => panic!("oracle: unknown user kind {other:?}"),
    }
}

fn target(value: &Value) -> Target {
    if let Some(action) = text(&value["userAction"]) {
        return Target::UserAction(action);
    }
    if let Some(context) = text(&value["authenticationContext"]) {
        return Target::Context(context);
    }
    Target::Application(text(&value["application"]).unwrap_or("all".into()))
}

/// A string in lower case; null or missing is none.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(s) => Some(s.trim().to_lowercase()),
        other => panic!("oracle: expected a string, found {other}"),
    }
}

/// A list of strings or one comma-joined string, in lower case; null or missing is empty.
pub(crate) fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(list) => list.iter().filter_map(text).collect(),
        Value::String(s) => {
            s.split(',').map(|part| part.trim().to_lowercase()).filter(|part| !part.is_empty()).collect()
        }
        other => panic!("oracle: expected a list of strings, found {other}"),
    }
}

/// The items of a list; null or missing is empty.
pub(crate) fn items(value: &Value) -> Vec<&Value> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(list) => list.iter().collect(),
        other => panic!("oracle: expected a list, found {other}"),
    }
}

pub(crate) fn flag(value: &Value, default: bool) -> bool {
    match value {
        Value::Null => default,
        Value::Bool(b) => *b,
        other => panic!("oracle: expected true or false, found {other}"),
    }
}

/// The lower-case id of an object.
pub(crate) fn id(value: &Value) -> String {
    text(&value["id"]).unwrap_or_default()
}
