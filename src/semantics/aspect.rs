//! Why a policy does not apply, in the words of Graph's What-If answers (CA-104).

use crate::model::{Applications, Policy};

crate::model::vocabulary! {
    /// What about a sign-in a policy looks at, or what about the policy keeps it from applying.
    Aspect {
        NotEnoughInformation = "notEnoughInformation",
        InvalidCondition = "invalidCondition",
        Users = "users",
        WorkloadIdentities = "workloadIdentities",
        Application = "application",
        UserActions = "userActions",
        AuthenticationContext = "authenticationContext",
        DevicePlatform = "devicePlatform",
        Devices = "devices",
        ClientApps = "clientApps",
        Location = "location",
        SignInRisk = "signInRisk",
        EmptyPolicy = "emptyPolicy",
        InvalidPolicy = "invalidPolicy",
        PolicyNotEnabled = "policyNotEnabled",
        UserRisk = "userRisk",
        Time = "time",
        InsiderRisk = "insiderRisk",
        AuthenticationFlow = "authenticationFlow",
    }
}

impl Aspect {
    /// The kind of target that a policy has (CA-9).
    pub(super) fn of_target(applications: &Applications) -> Self {
        if !applications.actions.is_empty() {
            Self::UserActions
        } else if !applications.contexts.is_empty() {
            Self::AuthenticationContext
        } else {
            Self::Application
        }
    }

    /// What keeps the policy from applying to anything, if something does: it names nobody or nothing (CA-66).
    pub fn of_empty(policy: &Policy) -> Option<Self> {
        let applications = &policy.applications;
        let no_target = applications.include.is_empty()
            && applications.filter.is_none()
            && applications.actions.is_empty()
            && applications.contexts.is_empty();
        let nobody = policy.users.include.is_empty() && !policy.workload;
        (no_target || nobody).then_some(Self::EmptyPolicy)
    }
}
