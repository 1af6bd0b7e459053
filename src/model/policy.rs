//! Conditional Access policies.

use std::collections::BTreeSet;

use super::{
    ClientApp, DeviceProperty, Filter, Flow, Id, InsiderRisk, Platform, RiskLevel, StrengthRef, Unread,
    UserAction, UserKind,
};

/// A list of known values, and records of the values that were not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed<T> {
    /// The known values.
    pub known: Vec<T>,
    /// One record for each value that is not known.
    pub unread: Vec<Unread>,
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self { known: Vec::new(), unread: Vec::new() }
    }
}

impl<T> Listed<T> {
    /// Neither a known nor an unknown value.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty() && self.unread.is_empty()
    }
}

/// `state` (CA-2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyState {
    /// Enforced.
    Enabled,
    /// Off.
    Disabled,
    /// Logged, never enforced.
    ReportOnly,
    /// Deleted, whatever its state says.
    Deleted,
    /// A state that this version does not know.
    Unread(Unread),
}

impl PolicyState {
    /// Graph's name of it; `unknown` where this version does not know it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
            Self::ReportOnly => "enabledForReportingButNotEnforced",
            Self::Deleted => "deleted",
            Self::Unread(_) => "unknown",
        }
    }
}

/// A member of a user list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserRef {
    /// `All`.
    All,
    /// `None`.
    None,
    /// The legacy keyword `GuestsOrExternalUsers`.
    GuestsOrExternalUsers,
    /// One user.
    Id(Id),
    /// A keyword that this version does not know.
    Unread(Unread),
}

/// `externalTenants` (CA-6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExternalTenants {
    /// Null or `all`.
    All,
    /// `enumerated`.
    Enumerated(BTreeSet<Id>),
    /// Something else.
    Unread(Unread),
}

/// `includeGuestsOrExternalUsers` or its exclude twin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guests {
    /// The kinds.
    pub kinds: Listed<UserKind>,
    /// Whose guests.
    pub tenants: ExternalTenants,
    /// `externalTenants` is there, even if it says *all*.
    pub names_tenants: bool,
    /// Unread keys that could change which guests are meant.
    pub unread: Vec<Unread>,
}

/// One side (include or exclude) of the user assignment.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct GuestScope {
    /// `includeUsers`.
    pub users: Vec<UserRef>,
    /// `includeGroups`.
    pub groups: Vec<Id>,
    /// `includeRoles`.
    pub roles: Vec<Id>,
    /// `includeGuestsOrExternalUsers`.
    pub guests: Option<Guests>,
}

impl GuestScope {
    /// Names nobody at all.
    pub fn is_empty(&self) -> bool {
        self.users.is_empty() && self.groups.is_empty() && self.roles.is_empty() && self.guests.is_none()
    }
}

/// `conditions.users` (CA-5).
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Users {
    /// Who is in.
    pub include: GuestScope,
    /// Who is out; wins (CA-20).
    pub exclude: GuestScope,
}

/// `conditions.applications` (CA-8).
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Applications {
    /// `includeApplications`: application ids and keywords.
    pub include: Listed<Id>,
    /// `excludeApplications`.
    pub exclude: Listed<Id>,
    /// `includeUserActions`.
    pub actions: Listed<UserAction>,
    /// `includeAuthenticationContextClassReferences`.
    pub contexts: Vec<Id>,
    /// `applicationFilter`, over custom security attributes by `set_attribute`.
    pub filter: Option<Filter<String>>,
}

/// `conditions.platforms`.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Platforms {
    /// `all` is among the included.
    pub include_all: bool,
    /// Included platforms.
    pub include: Listed<Platform>,
    /// Excluded platforms; `all` excludes each.
    pub exclude: Listed<Platform>,
}

/// A member of a location list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LocationRef {
    /// `All`.
    All,
    /// `AllTrusted`.
    AllTrusted,
    /// The addresses of the legacy MFA settings (CA-47).
    LegacyTrustedIps,
    /// A named location.
    Id(Id),
    /// A keyword that this version does not know.
    Unread(Unread),
}

/// `conditions.locations`.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Locations {
    /// Included.
    pub include: Vec<LocationRef>,
    /// Excluded.
    pub exclude: Vec<LocationRef>,
}

/// The device state conditions that filters replaced: devices that are left out.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct DeviceStates {
    /// Compliant devices are left out.
    pub exclude_compliant: bool,
    /// Hybrid joined devices are left out.
    pub exclude_hybrid: bool,
}

/// `conditions` apart from users and applications; `None` is "not set".
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Conditions {
    /// `clientAppTypes`; `None` where `all` is listed.
    pub clients: Option<Listed<ClientApp>>,
    /// `platforms`.
    pub platforms: Option<Platforms>,
    /// `locations`.
    pub locations: Option<Locations>,
    /// `signInRiskLevels`; empty is "not considered".
    pub sign_in_risk: Listed<RiskLevel>,
    /// `userRiskLevels`; empty is "not considered".
    pub user_risk: Listed<RiskLevel>,
    /// `insiderRiskLevels`.
    pub insider_risk: Option<Listed<InsiderRisk>>,
    /// `authenticationFlows.transferMethods`.
    pub flows: Option<Listed<Flow>>,
    /// `devices.deviceFilter`.
    pub device_filter: Option<Filter<DeviceProperty>>,
    /// `deviceStates`, and the device lists of `devices` that mean the same.
    pub device_states: Option<DeviceStates>,
}

/// `operator` (CA-62).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operator {
    /// All of them.
    And,
    /// One of them.
    Or,
    /// Missing or unknown where it matters.
    Unread(Unread),
}

/// One grant control (CA-13).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Control {
    /// `block`.
    Block,
    /// `mfa`.
    Mfa,
    /// `compliantDevice`.
    CompliantDevice,
    /// `domainJoinedDevice`.
    HybridDevice,
    /// `approvedApplication`.
    ApprovedApplication,
    /// `compliantApplication`.
    CompliantApplication(Unread),
    /// `passwordChange`.
    PasswordChange,
    /// `riskRemediation`.
    RiskRemediation(Unread),
    /// One entry of `termsOfUse`.
    TermsOfUse(Id),
    /// One entry of `customAuthenticationFactors`.
    CustomFactor(Id),
    /// `authenticationStrength`.
    Strength(StrengthRef),
    /// Not understood.
    Unread(Unread),
}

/// `grantControls`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// How the controls combine.
    pub operator: Operator,
    /// The controls; the strength is one more member.
    pub controls: Vec<Control>,
}

/// `clientApplications`, with the risk of workloads (CA-12).
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Workloads {
    /// `includeServicePrincipals`: ids, or the keyword for all of the tenant's own.
    pub include: Vec<Id>,
    /// `excludeServicePrincipals`.
    pub exclude: Vec<Id>,
    /// `servicePrincipalRiskLevels`; empty is "not considered".
    pub risk: Listed<RiskLevel>,
    /// `servicePrincipalFilter`, as far as it was understood.
    pub filter: Option<Filter<String>>,
    /// Agents or parts that were not understood decide too.
    pub others: bool,
    /// Some of these parts could be about service principals.
    pub unread: bool,
}

/// `sessionControls` as far as they matter beside the sign-in itself (CA-14, CA-71).
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct SessionControls {
    /// Some control is set.
    pub any: bool,
    /// `persistentBrowser`.
    pub persistent_browser: bool,
    /// `disableResilienceDefaults` is true.
    pub no_resilience: bool,
}

/// A Conditional Access policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Its id, as spelled in the export; where it has none, file and pointer.
    pub id: String,
    /// Its display name.
    pub name: String,
    /// Its state.
    pub state: PolicyState,
    /// Whom it is for.
    pub users: Users,
    /// What it is for.
    pub applications: Applications,
    /// When.
    pub conditions: Conditions,
    /// What it demands; `None` demands nothing (CA-68).
    pub grant: Option<Grant>,
    /// What it does to sessions.
    pub session: SessionControls,
    /// Unread keys that could change whether the policy applies.
    pub unread_scope: Vec<Unread>,
    /// Unread keys that could change what it demands.
    pub unread_grant: Vec<Unread>,
    /// Unread session controls, which could refuse a client.
    pub unread_session: Vec<Unread>,
    /// Targets workload identities and no users (CA-63).
    pub workload: bool,
    /// Which workload identities it targets.
    pub workloads: Option<Workloads>,
    /// Disables continuous access evaluation in a way that the service refuses (CA-88).
    pub disables_cae: bool,
    /// Has both a device filter and a device state condition (CA-91).
    pub filters_and_states: bool,
    /// Names users other than `None` beside workload identities (CA-84).
    pub mixed_subjects: bool,
}

impl Policy {
    /// Whether the policy can be enforced.
    pub fn may_be_enabled(&self) -> bool {
        matches!(self.state, PolicyState::Enabled | PolicyState::Unread(_))
    }

    /// The grant controls, none where there is no grant.
    pub fn controls(&self) -> &[Control] {
        self.grant.as_ref().map_or(&[], |grant| &grant.controls)
    }
}
