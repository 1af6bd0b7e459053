//! A What-If question: a sign-in of which some things are stated and others are not.

use super::{ClientApp, Flow, Id, InsiderRisk, Platform, RiskLevel, TrustType, UserAction, UserKind};

/// Who is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A user of the directory, or an external person of a stated kind and home.
    User {
        /// The object id.
        id: Option<Id>,
        /// What an external person is to the tenant.
        kind: Option<UserKind>,
        /// Where an external person comes from.
        home: Option<Id>,
    },
    /// A workload, by the id of its service principal.
    ServicePrincipal(Id),
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestTarget {
    /// An application or the name of a suite.
    Application(String),
    /// A user action.
    Action(UserAction),
    /// An authentication context.
    Context(String),
}

/// The device of a request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RequestDevice {
    /// How it is joined.
    pub trust: Option<TrustType>,
    /// Whether it is compliant.
    pub compliant: Option<bool>,
    /// Every other attribute that is stated.
    pub attributes: serde_json::Map<String, serde_json::Value>,
}

/// One question; `None` is what it leaves open.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Who.
    pub subject: Subject,
    /// To what; it is enough that a policy is for one of them.
    pub targets: Vec<RequestTarget>,
    /// The client.
    pub client: Option<ClientApp>,
    /// The platform.
    pub platform: Option<Platform>,
    /// Risk of the sign-in; none where it is left out.
    pub sign_in_risk: RiskLevel,
    /// Risk of the user; none where it is left out.
    pub user_risk: RiskLevel,
    /// Insider risk; no value where it is left out.
    pub insider_risk: Option<InsiderRisk>,
    /// The address.
    pub address: Option<String>,
    /// The country.
    pub country: Option<String>,
    /// The authentication flow; none where it is left out.
    pub flow: Flow,
    /// The device.
    pub device: Option<RequestDevice>,
    /// Risk of a workload.
    pub workload_risk: Option<RiskLevel>,
    /// Answer with the policies that apply only.
    pub applied_only: bool,
}
