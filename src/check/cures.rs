//! Cures as changes of a configuration, so that what they would cause can be checked.

use std::collections::BTreeSet;

use crate::model::{
    Control, CrossTenantConfig, ExternalTenants, Grant, Guests, InboundTrust, Listed, Method, Operator,
    Policy, PolicyState, StrengthRef, Tenant, UserKind, UserRef,
};

/// A change that would cure a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cure {
    TrustMfa,
    TrustDevices,
    AskForMfa,
    LeaveGuestsOut,
    DistrustMfaOfStrangers,
    DistrustMfa,
    DistrustDevicesOfStrangers,
    AllResources,
    EveryClient,
    EveryPlatform,
    EveryPlace,
    EveryFlow,
    WhateverRisk,
    AllExternals,
    CombineWithAnd,
    SwitchOn,
    NoSingleFactor,
    NoExclusions,
}

/// The cures of a pattern that are changes of policies or cross-tenant settings; the others need something that no export holds.
pub(super) fn of(cause: &str) -> &'static [Cure] {
    match cause {
        "LCK-1" | "LCK-27" => &[Cure::TrustMfa, Cure::LeaveGuestsOut],
        "LCK-2" => &[Cure::TrustDevices, Cure::LeaveGuestsOut],
        "LCK-3" | "LCK-4" | "LCK-5" | "LCK-15" | "LCK-29" | "LCK-30" | "LCK-31" => &[Cure::LeaveGuestsOut],
        "LCK-7" | "LCK-8" => &[Cure::TrustMfa, Cure::AskForMfa],
        "LCK-9" | "LCK-10" | "LCK-11" | "LCK-19" | "LCK-25" | "LCK-40" => &[Cure::AskForMfa],
        "BYP-1" | "BYP-2" | "BYP-30" | "BYP-31" => &[Cure::AllResources],
        "BYP-4" => &[Cure::EveryPlatform],
        "BYP-5" | "BYP-6" => &[Cure::EveryClient],
        "BYP-7" => &[Cure::EveryFlow],
        "BYP-13" | "BYP-14" | "BYP-15" | "BYP-16" | "BYP-44" => &[Cure::AllExternals],
        "BYP-18" | "BYP-19" | "BYP-38" => &[Cure::EveryPlace],
        "BYP-20" | "BYP-39" => &[Cure::CombineWithAnd],
        "BYP-21" => &[Cure::SwitchOn],
        "BYP-22" | "BYP-23" => &[Cure::WhateverRisk],
        "BYP-24" => &[Cure::DistrustMfaOfStrangers],
        "BYP-25" => &[Cure::DistrustMfa],
        "BYP-26" => &[Cure::DistrustDevicesOfStrangers],
        "BYP-27" => &[Cure::NoSingleFactor],
        "BYP-40" | "BYP-41" => &[Cure::NoExclusions],
        _ => &[],
    }
}

impl Cure {
    /// Its name in reports.
    pub(super) fn name(self) -> String {
        let name = format!("{self:?}");
        let (first, rest) = name.split_at(1);
        first.to_lowercase() + rest
    }

    /// What is done, in words.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::TrustMfa => "trust MFA of every home tenant",
            Self::TrustDevices => "accept device claims of every home tenant",
            Self::AskForMfa => "ask for `mfa` instead of the strength",
            Self::LeaveGuestsOut => "leave these external people out of the policy",
            Self::DistrustMfaOfStrangers => "trust MFA of no tenant without a partner entry",
            Self::DistrustMfa => "trust MFA of no home tenant",
            Self::DistrustDevicesOfStrangers => "accept device claims of no tenant without a partner entry",
            Self::AllResources => "demand it on all resources",
            Self::EveryClient => "demand it of every client",
            Self::EveryPlatform => "demand it on every platform",
            Self::EveryPlace => "demand it from every location",
            Self::EveryFlow => "demand it in every authentication flow",
            Self::WhateverRisk => "demand it whatever the risk",
            Self::AllExternals => "demand it of every kind of external people",
            Self::CombineWithAnd => "combine the controls with AND",
            Self::SwitchOn => "switch report-only policies on",
            Self::NoSingleFactor => "take single factors out of the strengths",
            Self::NoExclusions => "exclude no user, group or role",
        }
    }

    /// Changes a tenant: settings, the policies that are named (those of a dead end), or, of the policies that demand something,
    /// those with the weakness. The ids of the policies that are others now; `None` where there is nothing to change.
    pub(super) fn apply(
        self,
        tenant: &mut Tenant,
        named: &BTreeSet<String>,
        kinds: &BTreeSet<UserKind>,
    ) -> Option<Vec<String>> {
        let before = tenant.clone();
        self.change_trust(tenant);
        for policy in &mut tenant.policies {
            let concerned = match self {
                Self::AskForMfa | Self::LeaveGuestsOut => named.contains(&policy.id),
                Self::SwitchOn => policy.state == PolicyState::ReportOnly,
                _ => policy.may_be_enabled() && asks(policy),
            };
            if concerned && !policy.workload {
                self.change(policy, kinds);
            }
        }
        let both = tenant.policies.iter().zip(&before.policies);
        let changed = both.filter(|(now, then)| now != then).map(|(now, _)| now.id.clone()).collect();
        (*tenant != before).then_some(changed)
    }

    fn change_trust(self, tenant: &mut Tenant) {
        let mut every = |strangers_only: bool, set: &dyn Fn(&mut InboundTrust)| {
            let default = tenant.cross_tenant_default.get_or_insert_with(CrossTenantConfig::default);
            set(default.inbound_trust.get_or_insert_with(InboundTrust::default));
            let partners = tenant.partners.values_mut().filter(|_| !strangers_only);
            partners.filter_map(|partner| partner.inbound_trust.as_mut()).for_each(set);
        };
        let mfa = |accepted| move |trust: &mut InboundTrust| trust.mfa = Some(accepted);
        let devices = |accepted| {
            move |trust: &mut InboundTrust| {
                (trust.compliant_device, trust.hybrid_device) = (Some(accepted), Some(accepted));
            }
        };
        match self {
            Self::TrustMfa => every(false, &mfa(true)),
            Self::DistrustMfa => every(false, &mfa(false)),
            Self::DistrustMfaOfStrangers => every(true, &mfa(false)),
            Self::TrustDevices => every(false, &devices(true)),
            Self::DistrustDevicesOfStrangers => every(true, &devices(false)),
            _ => {}
        }
    }

    fn change(self, policy: &mut Policy, kinds: &BTreeSet<UserKind>) {
        let (users, applications, conditions) =
            (&mut policy.users, &mut policy.applications, &mut policy.conditions);
        match self {
            Self::AskForMfa => {
                let controls = policy.grant.iter_mut().flat_map(|grant| &mut grant.controls);
                let strengths = controls.filter(|control| matches!(control, Control::Strength(_)));
                strengths.for_each(|control| *control = Control::Mfa);
            }
            Self::LeaveGuestsOut => {
                let guests = users.exclude.guests.get_or_insert_with(nobody);
                guests.kinds.known.extend(kinds);
                guests.tenants = ExternalTenants::All;
            }
            Self::AllResources if !applications.include.is_empty() => {
                applications.include =
                    Listed { known: vec![crate::model::Id::new("All")], unread: Vec::new() };
                applications.exclude = Listed::default();
                applications.filter = None;
            }
            Self::EveryClient => conditions.clients = None,
            Self::EveryPlatform => conditions.platforms = None,
            Self::EveryPlace => conditions.locations = None,
            Self::EveryFlow => conditions.flows = None,
            Self::WhateverRisk => {
                conditions.sign_in_risk = Listed::default();
                conditions.user_risk = Listed::default();
                conditions.insider_risk = None;
            }
            Self::AllExternals => {
                let mut guests = nobody();
                guests.kinds.known =
                    UserKind::ALL.iter().copied().filter(|k| *k != UserKind::Member).collect();
                users.include.guests = Some(guests);
                users.exclude.guests = None;
                users.exclude.users.retain(|user| *user != UserRef::GuestsOrExternalUsers);
            }
            Self::CombineWithAnd => {
                if let Some(Grant { operator, .. }) = &mut policy.grant {
                    *operator = Operator::And;
                }
            }
            Self::SwitchOn => policy.state = PolicyState::Enabled,
            Self::NoSingleFactor => {
                let controls = policy.grant.iter_mut().flat_map(|grant| &mut grant.controls);
                for control in controls {
                    if let Control::Strength(StrengthRef::Known(strength)) = control {
                        strength
                            .combinations
                            .retain(|own| own.methods.len() > 1 || own.methods.iter().all(is_two));
                    }
                }
            }
            Self::NoExclusions => {
                users.exclude.users.retain(|user| *user == UserRef::GuestsOrExternalUsers);
                users.exclude.groups.clear();
                users.exclude.roles.clear();
            }
            _ => {}
        }
    }
}

/// A method that is two factors by itself.
fn is_two(method: &Method) -> bool {
    let two = [Method::WindowsHello, Method::Fido2, Method::CertificateMulti, Method::PhoneSignIn];
    two.contains(method) || method.is_tap() || *method == Method::FederatedMulti
}

/// It asks for something, and not only that nobody gets in.
fn asks(policy: &Policy) -> bool {
    policy.controls().iter().any(|control| *control != Control::Block)
}

fn nobody() -> Guests {
    Guests {
        kinds: Listed::default(),
        tenants: ExternalTenants::All,
        names_tenants: false,
        unread: Vec::new(),
    }
}
