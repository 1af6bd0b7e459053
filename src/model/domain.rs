//! Domains of a tenant: where their people sign in, and whose MFA counts.

use std::collections::BTreeSet;

use super::vocabulary::vocabulary;
use super::{Id, Unread};

vocabulary! {
    /// `federatedIdpMfaBehavior` (FED-2).
    FederatedBehavior {
        Accept = "acceptIfMfaDoneByFederatedIdp",
        Enforce = "enforceMfaByFederatedIdp",
        Reject = "rejectMfaByFederatedIdp",
    }
}

/// How a tenant treats MFA of the identity provider of one of its domains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProviderMfa {
    /// As stated.
    Known(FederatedBehavior),
    /// Nothing is stated: the older flag `SupportsMfa` decides, where the input has it.
    Unset(Option<bool>),
    /// Stated in a way that was not understood.
    Unread(Unread),
}

/// A verified domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain {
    /// Its name.
    pub id: Id,
    /// Its people sign in with an identity provider of their own; `None` where the input does not say.
    pub federated: Option<bool>,
    /// It is the one that new accounts get.
    pub default: bool,
    /// Whose MFA counts, where it is federated.
    pub mfa: ProviderMfa,
}

/// What a staged rollout does for its people (FED-6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RolloutFeature {
    /// They sign in with the cloud.
    CloudSignIn,
    /// They do MFA with the cloud.
    CloudMfa,
}

/// A staged rollout that is on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rollout {
    /// What it does.
    pub feature: RolloutFeature,
    /// It is for everybody.
    pub everybody: bool,
    /// Its groups.
    pub groups: BTreeSet<Id>,
    /// Keys that could change for whom it is.
    pub unread: Vec<Unread>,
}
