//! The whole tenant.

use std::collections::{BTreeMap, BTreeSet};

use super::vocabulary::vocabulary;
use super::{
    CrossTenantConfig, Directory, Domain, Id, LocationKind, Members, Mentioned, MethodsPolicy, NamedLocation,
    Policy, Rollout, ServicePrincipal, Strength, Unread, UserAction,
};

vocabulary! {
    /// The types of objects that an export may hold, by Graph's names.
    Resource {
        ConditionalAccessPolicy = "conditionalAccessPolicy",
        NamedLocation = "namedLocation",
        AuthenticationStrength = "authenticationStrengthPolicy",
        AuthenticationMethods = "authenticationMethodsPolicy",
        MethodConfiguration = "authenticationMethodConfiguration",
        CrossTenantRoot = "crossTenantAccessPolicy",
        CrossTenantDefault = "crossTenantAccessPolicyConfigurationDefault",
        CrossTenantPartner = "crossTenantAccessPolicyConfigurationPartner",
        Organization = "organization",
        Domain = "domain",
        Federation = "internalDomainFederation",
        Rollout = "featureRolloutPolicy",
        SecurityDefaults = "identitySecurityDefaultsEnforcementPolicy",
        Agreement = "agreement",
        AuthenticationContext = "authenticationContextClassReference",
        Group = "group",
        ServicePrincipal = "servicePrincipal",
        User = "user",
        DirectoryRole = "directoryRole",
        RoleAssignment = "unifiedRoleAssignment",
        RoleEligibility = "unifiedRoleEligibilitySchedule",
    }
}

impl Resource {
    /// Objects of the directory, which a list of deleted ones may hold.
    pub fn is_deletable(self) -> bool {
        matches!(self, Self::User | Self::Group | Self::ServicePrincipal)
    }
}

/// The tenant's own facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// The tenant id.
    pub id: Id,
    /// The display name.
    pub name: String,
    /// Its verified domains, each with whether it is federated, where the input says so.
    pub domains: BTreeMap<Id, Option<bool>>,
}

/// An application of the tenant (a service principal).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// The display name.
    pub name: String,
    /// The id of its object, which policies do not go by.
    pub object: Option<Id>,
    /// Custom security attributes by `set_attribute`, in lower case; `None` where the export leaves them out.
    pub attributes: Option<BTreeMap<String, Vec<String>>>,
}

/// A tenant's configuration as typed facts; a type that is absent from the input is absent here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tenant {
    /// In the order of the input.
    pub policies: Vec<Policy>,
    /// By id.
    pub locations: BTreeMap<Id, NamedLocation>,
    /// By id.
    pub strengths: BTreeMap<Id, Strength>,
    /// Ids of terms of use.
    pub agreements: BTreeSet<Id>,
    /// Ids of authentication contexts.
    pub contexts: BTreeSet<Id>,
    /// Display names of groups by id.
    pub groups: BTreeMap<Id, String>,
    /// Groups of which people can make themselves members, by id.
    pub open_groups: BTreeSet<Id>,
    /// By application id.
    pub applications: BTreeMap<Id, Application>,
    /// Service principals by object id.
    pub principals: BTreeMap<Id, ServicePrincipal>,
    /// The people.
    pub directory: Directory,
    /// The cross-tenant default.
    pub cross_tenant_default: Option<CrossTenantConfig>,
    /// Partners by tenant id.
    pub partners: BTreeMap<Id, CrossTenantConfig>,
    /// The authentication methods policy.
    pub methods: Option<MethodsPolicy>,
    /// `isEnabled` of security defaults.
    pub security_defaults: Option<bool>,
    /// Unread keys of security defaults, which could change for whom they are on.
    pub security_defaults_unread: Vec<Unread>,
    /// The tenant itself.
    pub organization: Option<Organization>,
    /// Verified domains by name.
    pub domains: BTreeMap<Id, Domain>,
    /// Staged rollouts that are on.
    pub rollouts: Vec<Rollout>,
    /// The home tenants that are given, by tenant id.
    pub homes: BTreeMap<Id, Tenant>,
    /// Emergency accounts that the user declared.
    pub emergency: BTreeSet<Id>,
    /// Global Administrators are told apart: a change of the service concerns them later than others.
    pub tells_administrators: bool,
    /// Who can repair the policies is asked about: the roles and the places are told apart though no policy names them.
    pub repair: bool,
    /// Administrators are asked about: privileged roles are told apart though no policy names them.
    pub tells_privileged: bool,
    /// What a statement of a contract names.
    pub mentioned: Mentioned,
    /// Types of which the input holds an object or an empty page: an id outside them dangles.
    pub present: BTreeSet<Resource>,
}

impl Tenant {
    /// A group id that the tenant does not have, though its groups were exported.
    pub fn group_dangles(&self, id: &Id) -> bool {
        self.present.contains(&Resource::Group) && !self.groups.contains_key(id)
    }

    /// A user id that the tenant does not have, though its users were exported; whoever is a member of something exists.
    pub fn user_dangles(&self, id: &Id) -> bool {
        let known =
            self.directory.users.contains_key(id) || self.directory.lists().any(|list| list.ids.contains(id));
        self.present.contains(&Resource::User) && !known
    }

    /// Everybody of whom the input knows. Where users were exported, who is not among them and is not said to be a user is
    /// none; elsewhere a member that is no group and not said to be a thing is taken for a person.
    pub fn people(&self) -> BTreeSet<&Id> {
        let directory = &self.directory;
        let mut found: BTreeSet<&Id> = directory.users.keys().chain(&directory.people).collect();
        if !self.present.contains(&Resource::User) {
            let ids = directory.lists().flat_map(|list| &list.ids);
            found.extend(ids.filter(|id| !self.groups.contains_key(*id) && !directory.things.contains(*id)));
        }
        found
    }

    /// Everybody in the group is known, nested groups included: who is not listed is not in it. Of one that people can join by
    /// themselves nobody is known not to be in it.
    pub fn group_is_whole(&self, group: &Id) -> bool {
        let mut seen = BTreeSet::from([group]);
        let mut open = vec![group];
        while let Some(group) = open.pop() {
            if self.open_groups.contains(group) {
                return false;
            }
            let Some(members) = self.directory.members.get(group).filter(|members| !members.cut) else {
                return false;
            };
            open.extend(members.ids.iter().filter(|id| !self.directory.is_no_group(id) && seen.insert(id)));
        }
        true
    }

    /// Everybody who holds the role now is known.
    pub fn holders_are_known(&self, role: &Id) -> bool {
        let has = |resource| self.present.contains(&resource);
        let exported = has(Resource::DirectoryRole) || has(Resource::RoleAssignment);
        exported && !self.directory.unclear_roles && self.is_whole(self.directory.roles.get(role))
    }

    /// Everybody who holds the role, or can activate it, is known.
    pub fn role_is_whole(&self, role: &Id) -> bool {
        let eligible = self.directory.eligible.get(role);
        let exported = self.present.contains(&Resource::RoleEligibility);
        exported && self.holders_are_known(role) && self.is_whole(eligible)
    }

    /// Everybody is known who holds one of these roles in a part of the tenant only, or can activate it, and is told from others.
    pub fn in_part_is_whole(&self, roles: &[&str]) -> bool {
        let has = |resource| self.present.contains(&resource);
        let exported = has(Resource::RoleAssignment) && has(Resource::RoleEligibility);
        let lists = roles.iter().all(|role| self.is_whole(self.directory.in_part.get(&Id::new(role))));
        exported && !self.directory.unclear_roles && lists
    }

    fn is_whole(&self, holders: Option<&Members>) -> bool {
        let known = |id: &Id| self.directory.is_no_group(id) || self.group_is_whole(id);
        holders.is_none_or(|holders| !holders.cut && holders.ids.iter().all(known))
    }

    /// Somebody may have this object id.
    pub fn may_have_user(&self, id: &str) -> bool {
        !self.user_dangles(&Id::new(id))
    }

    /// The input holds every application with its custom security attributes.
    pub fn attributes_are_known(&self) -> bool {
        self.present.contains(&Resource::ServicePrincipal)
            && self.applications.values().all(|application| application.attributes.is_some())
    }

    /// The tenants whose people may come in as a service provider's (EXT-2); `None` where the input says nothing of partners.
    pub fn service_providers(&self) -> Option<BTreeSet<Id>> {
        let known = self.cross_tenant_default.is_some() || !self.partners.is_empty();
        let providers = self.partners.iter().filter(|(_, config)| config.service_provider);
        known.then(|| providers.map(|(id, _)| id.clone()).collect())
    }

    /// Every group id that a policy that can act, the methods policy or a staged rollout mentions.
    pub fn mentioned_groups(&self) -> BTreeSet<Id> {
        self.groups_of(self.acting_policies())
    }

    /// Every group id on which hangs what this tenant does as the home of somebody.
    pub fn groups_as_home(&self) -> BTreeSet<Id> {
        self.groups_of(self.page_policies())
    }

    fn groups_of<'t>(&self, policies: impl Iterator<Item = &'t Policy>) -> BTreeSet<Id> {
        let mut groups: BTreeSet<Id> = policies
            .flat_map(|p| p.users.include.groups.iter().chain(&p.users.exclude.groups).cloned())
            .collect();
        if self.has_federated_domain() {
            groups.extend(self.rollouts.iter().flat_map(|rollout| &rollout.groups).cloned());
        }
        if let Some(methods) = &self.methods {
            for config in methods.configs.values().flatten() {
                let targets = config.include.iter().chain(&config.exclude);
                groups.extend(targets.filter(|t| t.target_type.may_be_group()).filter_map(|t| t.id.clone()));
            }
        }
        groups.retain(|id| !self.group_dangles(id));
        groups
    }

    /// Every user that the methods policy names.
    pub fn users_of_methods(&self) -> impl Iterator<Item = &Id> {
        let configs = self.methods.iter().flat_map(|policy| policy.configs.values().flatten());
        let targets = configs.flat_map(|config| config.include.iter().chain(&config.exclude));
        targets.filter(|target| target.target_type.may_be_user()).filter_map(|target| target.id.as_ref())
    }

    /// The policies that can act on people: enabled (or of unknown state) and not for workloads only.
    pub fn acting_policies(&self) -> impl Iterator<Item = &Policy> {
        self.policies.iter().filter(|p| p.may_be_enabled() && !p.workload)
    }

    /// The policies that can act on service principals: enabled (or of unknown state) and with a part about them, each with
    /// its position.
    pub fn workload_policies(&self) -> impl Iterator<Item = (usize, &Policy)> {
        let all = self.policies.iter().enumerate();
        all.filter(|(_, policy)| policy.may_be_enabled() && policy.workloads.is_some())
    }

    /// Those of them that can act on the registration page: all that this tenant's policies do as the home of somebody.
    pub fn page_policies(&self) -> impl Iterator<Item = &Policy> {
        self.acting_policies().filter(|policy| {
            let listed = policy.applications.actions.known.contains(&UserAction::RegisterSecurityInfo);
            let all = policy.applications.include.known.iter().any(|id| id.as_str() == "all");
            listed || all || !policy.unread_scope.is_empty()
        })
    }

    /// The policies that can act on a sign-in to this tenant, its own and those of given homes.
    pub fn judging_policies(&self) -> impl Iterator<Item = &Policy> {
        self.acting_policies().chain(self.homes.values().flat_map(Self::page_policies))
    }

    /// The settings that may govern the people of this tenant who go to another one: those for that tenant and the default.
    pub fn toward<'t>(&'t self, other: &Self) -> impl Iterator<Item = &'t CrossTenantConfig> {
        let own = other.organization.as_ref().map(|organization| &organization.id);
        let partners = self.partners.iter().filter(move |(id, _)| own.is_none_or(|own| *id == own));
        // Where the other tenant's id is not known, any partner may be meant.
        let partners: Vec<_> = partners.map(|(_, config)| config).collect();
        partners.into_iter().chain(&self.cross_tenant_default)
    }

    /// The named locations that are marked trusted.
    pub fn trusted_locations(&self) -> impl Iterator<Item = &Id> {
        let trusted = |l: &&NamedLocation| matches!(l.kind, LocationKind::Ip { trusted: true, .. });
        self.locations.values().filter(trusted).map(|location| &location.id)
    }

    /// Some domain is federated, or may be.
    pub fn has_federated_domain(&self) -> bool {
        self.domains.values().any(|domain| domain.federated != Some(false))
    }

    /// Whether people may have accounts in a federated domain; `None` where the input does not say.
    pub fn may_be_federated(&self) -> Option<bool> {
        if !self.domains.is_empty() {
            return Some(self.has_federated_domain());
        }
        let listed = &self.organization.as_ref()?.domains;
        if listed.values().any(|federated| *federated == Some(true)) {
            return Some(true);
        }
        (!listed.is_empty() && listed.values().all(Option::is_some)).then_some(false)
    }

    /// The domain of an account of which none is stated.
    pub fn default_domain(&self) -> Option<&Domain> {
        self.domains.values().find(|domain| domain.default).or_else(|| self.domains.values().next())
    }

    /// The policy at a place: this tenant's own first, then those of given homes.
    pub fn policy_at(&self, at: usize) -> Option<&Policy> {
        self.policies.iter().chain(self.homes.values().flat_map(|home| &home.policies)).nth(at)
    }
}
