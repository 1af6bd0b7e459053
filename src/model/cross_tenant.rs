//! Cross-tenant access settings.

use super::{Id, TargetType, Unread};

/// `inboundTrust`; a flag that is null or missing is `None` (XT-5, XT-21).
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct InboundTrust {
    /// `isMfaAccepted`.
    pub mfa: Option<bool>,
    /// `isCompliantDeviceAccepted`.
    pub compliant_device: Option<bool>,
    /// `isHybridAzureADJoinedDeviceAccepted`.
    pub hybrid_device: Option<bool>,
    /// Keys that could change any of them.
    pub unread: Vec<Unread>,
}

/// One entry of a target list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccessTarget {
    /// `AllUsers` or `AllApplications`.
    All,
    /// `Office365`.
    Office365,
    /// `AllMicrosoftApps`: which applications that is, the export does not say.
    AllMicrosoftApps(Unread),
    /// A user, group or application.
    Id(Id, TargetType),
}

/// `usersAndGroups` or `applications` of a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetSet {
    /// `accessType` is `allowed`; otherwise the targets are what is blocked.
    pub allowed: bool,
    /// The targets.
    pub targets: Vec<AccessTarget>,
}

/// One of the four B2B settings; a missing part restricts nothing.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct B2bSetting {
    /// Who.
    pub users: Option<TargetSet>,
    /// To what.
    pub applications: Option<TargetSet>,
    /// Keys or values that could change it.
    pub unread: Vec<Unread>,
}

/// The default or one partner's configuration; a setting that is null is `None` and inherits (XT-20).
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct CrossTenantConfig {
    /// The partner's tenant id; `None` for the default.
    pub tenant: Option<Id>,
    /// `b2bCollaborationInbound`.
    pub collaboration_inbound: Option<B2bSetting>,
    /// `b2bCollaborationOutbound`: for people of this tenant who go to the other one.
    pub collaboration_outbound: Option<B2bSetting>,
    /// `b2bDirectConnectInbound`.
    pub direct_connect_inbound: Option<B2bSetting>,
    /// `b2bDirectConnectOutbound`.
    pub direct_connect_outbound: Option<B2bSetting>,
    /// `inboundTrust`.
    pub inbound_trust: Option<InboundTrust>,
    /// `isServiceProvider`: its people may come in as a service provider's.
    pub service_provider: bool,
    /// Keys of the object itself that could act on the gate or on trust.
    pub unread: Vec<Unread>,
}
