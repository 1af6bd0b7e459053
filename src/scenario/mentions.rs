//! What the acting configuration names: the people, places and applications that a space has to tell apart.

use std::collections::{BTreeMap, BTreeSet};

use super::scenario::{Scenario, Target};
use crate::model::{
    AccessTarget, B2bSetting, CrossTenantConfig, ExternalTenants, FilterMode, Id, LocationRef, Tenant,
    UserKind, UserRef,
};

/// What the acting configuration mentions.
#[derive(Default)]
pub(super) struct Mentions {
    pub(super) users: BTreeSet<Id>,
    pub(super) groups: BTreeSet<Id>,
    pub(super) roles: BTreeSet<Id>,
    pub(super) applications: BTreeSet<Id>,
    pub(super) contexts: BTreeSet<Id>,
    pub(super) tenants: BTreeSet<Id>,
    pub(super) locations: BTreeSet<Id>,
    pub(super) all_trusted: bool,
    /// A policy on all resources leaves some out.
    pub(super) leaves_out: bool,
    /// A policy tells people over direct connect, or service providers, from those who collaborate.
    pub(super) known_twice: bool,
    /// Users and groups that cross-tenant settings name; they may live in a home tenant.
    pub(super) settings_users: BTreeSet<Id>,
    pub(super) settings_groups: BTreeSet<Id>,
    /// Users and groups that given homes name, with those homes.
    pub(super) at_home: BTreeMap<Id, BTreeSet<Id>>,
    /// Those of them that are users, or may be.
    pub(super) home_users: BTreeSet<Id>,
    pub(super) home_groups: BTreeSet<Id>,
    pub(super) home_roles: BTreeSet<Id>,
}

impl Mentions {
    /// What a given scenario states is kept, whether the configuration mentions it or not.
    pub(super) fn take_from(&mut self, scenario: &Scenario) {
        if let Target::Application(app) = &scenario.target {
            self.applications.insert(Id::new(app));
        }
        self.known_twice |= scenario.user.also_kind.is_some();
        self.home_users.extend(scenario.user.home_id.iter().map(|id| Id::new(id)));
        self.home_roles.extend(scenario.user.home_roles.iter().map(|id| Id::new(id)));
        self.users.extend(scenario.user.id.iter().map(|id| Id::new(id)));
        self.groups.extend(scenario.user.groups.iter().map(|id| Id::new(id)));
        self.roles.extend(scenario.user.roles.iter().map(|id| Id::new(id)));
    }
}

/// Global Administrator: stands for any role, where being an administrator matters to security defaults.
pub(super) const ADMINISTRATOR: &str = "62e90394-69f5-4237-9190-012177145e10";

/// The roles whose holders can change policies: Global Administrator, Conditional Access Administrator, Security
/// Administrator.
pub(super) const REPAIRERS: [&str; 3] =
    [ADMINISTRATOR, "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9", "194ae4cb-b126-40b2-bd5b-6091b380977d"];

/// The roles that Microsoft's template for phishing-resistant MFA of administrators names: Global, Application,
/// Authentication, Billing, Cloud Application, Conditional Access, Exchange, Helpdesk, Password, Privileged Authentication,
/// Privileged Role, Security, SharePoint and User Administrator.
pub(super) const PRIVILEGED: [&str; 14] = [
    ADMINISTRATOR,
    "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",
    "c4e39bd9-1100-46d3-8c65-fb160da0071f",
    "b0f54661-2d74-4c50-afa3-1ec803f12efe",
    "158c047a-c907-4556-b7ef-446551a6b5f7",
    "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9",
    "29232cdf-9323-42fd-ade2-1d097af3e4de",
    "729827e3-9c14-49f7-bb1b-9608f156bbb8",
    "966707d0-3269-4727-9be2-8c3a10f19b9d",
    "7be44c8a-adaf-4e2a-84d6-ab2649e08a13",
    "e8611ab8-c189-46e8-94e1-60213ab1f814",
    "194ae4cb-b126-40b2-bd5b-6091b380977d",
    "f28a1f50-f6e7-4571-818b-6a12f2af6b6c",
    "fe930be7-5e62-47db-91af-98c3a49a38b1",
];

/// Stands for holding one of them in a part of the tenant only, or not before it is activated: to policies no role (CA-23).
pub const PRIVILEGED_IN_PART: &str = "privileged-in-part";

/// Where people come in over direct connect (CA-27): SharePoint and Teams.
pub(crate) const SHARED_CHANNELS: [&str; 2] =
    ["00000003-0000-0ff1-ce00-000000000000", "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe"];

/// Where a tenant is administered: the portals of Azure and Entra, the Microsoft 365 admin center, Graph, and the management of
/// Azure.
pub(super) const ADMINISTRATION: [&str; 4] = [
    "c44b4083-3bb0-49c1-b47d-974e53cbdf3c",
    "00000006-0000-0ff1-ce00-000000000000",
    "00000003-0000-0000-c000-000000000000",
    "797f4846-ba00-4fd7-ba43-dac1f8f63013",
];

/// What the policies and the cross-tenant settings name.
pub(super) fn mentions(tenant: &Tenant) -> Mentions {
    let mut found = Mentions::default();
    if tenant.tells_administrators {
        found.roles.insert(Id::new(ADMINISTRATOR));
    }
    if tenant.security_defaults != Some(false) || !tenant.security_defaults_unread.is_empty() {
        found.roles.insert(Id::new(ADMINISTRATOR));
    }
    if !tenant.emergency.is_empty() {
        found.users.extend(tenant.emergency.iter().cloned());
        found.applications.extend(ADMINISTRATION.map(Id::new));
    }
    if tenant.tells_privileged {
        found.roles.extend(PRIVILEGED.map(Id::new));
        let in_part = |role| tenant.directory.in_part.contains_key(&Id::new(role));
        found.roles.extend(PRIVILEGED.into_iter().any(in_part).then(|| Id::new(PRIVILEGED_IN_PART)));
    }
    if tenant.repair {
        found.roles.extend(REPAIRERS.map(Id::new));
        found.applications.extend(ADMINISTRATION.map(Id::new));
    }
    found.users.extend(tenant.users_of_methods().cloned());
    let mentioned = &tenant.mentioned;
    found.users.extend(mentioned.users.iter().cloned());
    found.groups.extend(mentioned.groups.iter().cloned());
    found.roles.extend(mentioned.roles.iter().cloned());
    found.applications.extend(mentioned.applications.iter().cloned());
    found.contexts.extend(mentioned.contexts.iter().cloned());
    found.tenants.extend(mentioned.tenants.iter().cloned());
    found.locations.extend(mentioned.locations.iter().cloned());
    for policy in tenant.acting_policies() {
        for scope in [&policy.users.include, &policy.users.exclude] {
            found.users.extend(scope.users.iter().filter_map(|user| match user {
                UserRef::Id(id) => Some(id.clone()),
                _ => None,
            }));
            found.roles.extend(scope.roles.iter().cloned());
            if let Some(ExternalTenants::Enumerated(members)) =
                scope.guests.as_ref().map(|guests| &guests.tenants)
            {
                found.tenants.extend(members.iter().cloned());
            }
        }
        found.applications.extend(
            policy.applications.include.known.iter().chain(&policy.applications.exclude.known).cloned(),
        );
        let applications = &policy.applications;
        let all = applications.include.known.iter().any(|id| id.as_str() == "all");
        let filtered = applications.filter.as_ref().is_some_and(|filter| filter.mode == FilterMode::Exclude);
        found.leaves_out |= all && (filtered || !applications.exclude.is_empty());
        for guests in [&policy.users.include.guests, &policy.users.exclude.guests].into_iter().flatten() {
            let listed = |kind| guests.kinds.known.contains(&kind);
            let first = listed(UserKind::CollaborationGuest);
            let kinds = [UserKind::CollaborationMember, UserKind::DirectConnect, UserKind::ServiceProvider];
            found.known_twice |= kinds.into_iter().any(|kind| listed(kind) != first);
        }
        found.contexts.extend(policy.applications.contexts.iter().cloned());
        if policy.applications.filter.is_some() {
            let tagged = tenant.applications.iter();
            let tagged = tagged.filter(|(_, a)| a.attributes.as_ref().is_some_and(|set| !set.is_empty()));
            found.applications.extend(tagged.map(|(id, _)| id.clone()));
        }
        if let Some(locations) = &policy.conditions.locations {
            for reference in locations.include.iter().chain(&locations.exclude) {
                match reference {
                    LocationRef::All | LocationRef::LegacyTrustedIps | LocationRef::Unread(_) => {}
                    LocationRef::AllTrusted => found.all_trusted = true,
                    LocationRef::Id(id) => drop(found.locations.insert(id.clone())),
                }
            }
        }
    }
    if found.known_twice {
        found.applications.extend(SHARED_CHANNELS.map(Id::new));
    }
    found.tenants.extend(tenant.partners.keys().cloned());
    for config in tenant.cross_tenant_default.iter().chain(tenant.partners.values()) {
        cross_tenant_mentions(config, &mut found);
    }
    for (id, config) in tenant.partners.iter().filter(|(id, _)| tenant.homes.contains_key(*id)) {
        let mut named = Mentions::default();
        cross_tenant_mentions(config, &mut named);
        for object in named.settings_users.iter().chain(&named.settings_groups) {
            found.at_home.entry(object.clone()).or_default().insert(id.clone());
        }
        found.home_users.extend(named.settings_users);
    }
    for (id, home) in &tenant.homes {
        found.tenants.insert(id.clone());
        home_mentions(tenant, id, home, &mut found);
    }
    found
}

/// What a given home names that its people can be, be in and reach.
fn home_mentions(tenant: &Tenant, id: &Id, home: &Tenant, found: &mut Mentions) {
    let mut users: BTreeSet<Id> = home.users_of_methods().cloned().collect();
    let mut groups = home.groups_as_home();
    for policy in home.page_policies() {
        for scope in [&policy.users.include, &policy.users.exclude] {
            users.extend(scope.users.iter().filter_map(|user| match user {
                UserRef::Id(id) => Some(id.clone()),
                _ => None,
            }));
            found.home_roles.extend(scope.roles.iter().cloned());
        }
        for reference in policy.conditions.locations.iter().flat_map(|l| l.include.iter().chain(&l.exclude)) {
            match reference {
                LocationRef::All | LocationRef::LegacyTrustedIps | LocationRef::Unread(_) => {}
                LocationRef::AllTrusted => found.locations.extend(home.trusted_locations().cloned()),
                LocationRef::Id(id) => drop(found.locations.insert(id.clone())),
            }
        }
    }
    let mut named = Mentions::default();
    for config in home.toward(tenant) {
        let settings =
            [&config.collaboration_outbound, &config.direct_connect_outbound, &config.direct_connect_inbound];
        setting_mentions(&settings, &mut named);
    }
    found.applications.extend(named.applications);
    users.extend(named.settings_users);
    groups.extend(named.settings_groups);
    for object in users.iter().chain(&groups) {
        found.at_home.entry(object.clone()).or_default().insert(id.clone());
    }
    found.home_users.extend(users);
    found.home_groups.extend(groups);
}

fn cross_tenant_mentions(config: &CrossTenantConfig, found: &mut Mentions) {
    let settings: [&Option<B2bSetting>; 3] =
        [&config.collaboration_inbound, &config.direct_connect_inbound, &config.direct_connect_outbound];
    setting_mentions(&settings, found);
}

fn setting_mentions(settings: &[&Option<B2bSetting>], found: &mut Mentions) {
    for setting in settings.iter().copied().flatten() {
        for target in setting.users.iter().flat_map(|set| &set.targets) {
            if let AccessTarget::Id(id, of) = target {
                found.settings_users.extend(of.may_be_user().then(|| id.clone()));
                found.settings_groups.extend(of.may_be_group().then(|| id.clone()));
            }
        }
        for target in setting.applications.iter().flat_map(|set| &set.targets) {
            match target {
                AccessTarget::Id(id, _) => drop(found.applications.insert(id.clone())),
                AccessTarget::Office365 => drop(found.applications.insert(Id::new("office365"))),
                AccessTarget::All | AccessTarget::AllMicrosoftApps(_) => {}
            }
        }
    }
}
