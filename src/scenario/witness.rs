//! From a valuation back to a scenario.

use super::cube::Cube;
use super::dimension::{Dimension, Key};
use super::scenario::{Conditions, Credentials, Device, Home, MethodSet, Scenario, Target, User};
use super::space::{Space, TargetValue};
use crate::logic::{Assignment, Var};
use crate::model::{Id, IdentityProvider, Method};

/// Looking for the least member goes back where an early value leaves a later dimension none; it is given up after so many steps.
const MOST_STEPS: usize = 100_000;

impl Space {
    /// The name of the value that a valuation gives to a key; empty where the key is no dimension.
    pub fn name_at(&self, at: &Assignment, key: &Key) -> &str {
        let dimension = self.var(key).and_then(|var| self.dimension(var));
        dimension.and_then(|d| d.values.get(usize::from(at.get(d.var)))).map_or("", String::as_str)
    }

    fn is(&self, at: &Assignment, key: &Key) -> bool {
        self.name_at(at, key) == "true"
    }

    /// One scenario with this valuation. `inside` are locations of which nobody can say who is inside, taken as given.
    pub fn scenario_at(&self, at: &Assignment, inside: &[Id]) -> Scenario {
        let text = |key: &Key| self.name_at(at, key).to_owned();
        let members = |wanted: fn(&Key) -> Option<&Id>| -> Vec<String> {
            let keys = self.dimensions.iter().filter(|d| at.get(d.var) == 1);
            keys.filter_map(|d| wanted(&d.key)).map(ToString::to_string).collect()
        };
        let methods = |key: fn(Method) -> Key| {
            let listed: Vec<_> = Method::ALL.iter().copied().filter(|m| self.is(at, &key(*m))).collect();
            if listed.len() == Method::ALL.len() { MethodSet::All } else { MethodSet::of(listed) }
        };
        let unless = |key: &Key, none: &str| Some(text(key)).filter(|value| value != none);
        Scenario {
            user: User {
                id: unless(&Key::UserId, "other"),
                kind: text(&Key::Kind),
                identity_provider: text(&Key::IdentityProvider),
                home_tenant: unless(&Key::HomeTenant, "none")
                    .map(|id| if id == "other" { super::OTHER_TENANT.to_owned() } else { id }),
                groups: members(|key| if let Key::Group(id) = key { Some(id) } else { None }),
                also_kind: unless(&Key::AlsoKind, "none").filter(|kind| !kind.is_empty()),
                roles: members(|key| if let Key::Role(id) = key { Some(id) } else { None }),
                domain: self.domain_named(at),
                home_id: unless(&Key::HomeUserId, "other").filter(|id| !id.is_empty()),
                home_roles: members(|key| if let Key::HomeRole(id) = key { Some(id) } else { None }),
            },
            target: self.target_at(at),
            conditions: self.conditions_at(at, inside),
            credentials: Credentials {
                first_factor: text(&Key::FirstFactor),
                mfa_claim: methods(Key::Claim),
                registered_home: methods(Key::RegisteredHome),
                registered_resource: methods(Key::RegisteredResource),
                can_register: methods(Key::CanRegister),
                accepts_terms: self.is(at, &Key::AcceptsTerms),
                interactive: self.is(at, &Key::Interactive),
            },
            home: Home {
                allowed_methods: methods(Key::HomeAllows),
                outbound_allowed: self.is(at, &Key::HomeOutbound),
                federated_idp_mfa_behavior: unless(&Key::FederatedBehavior, "null"),
                federated_mfa_asserted: self.is(at, &Key::FederatedAsserted),
                registration_allowed: self.is(at, &Key::HomeRegistration),
            },
        }
    }

    /// The domain of the account, where the scenario has to name it: null is the default one.
    fn domain_named(&self, at: &Assignment) -> Option<String> {
        match self.name_at(at, &Key::Domain) {
            "" => None,
            "managed" => {
                let internal = self.name_at(at, &Key::IdentityProvider) == IdentityProvider::Internal.name();
                let home = (!internal).then(|| Id::new(self.name_at(at, &Key::HomeTenant)));
                self.domains.get(&home)?.unlike_default.as_ref().map(ToString::to_string)
            }
            name => Some(name.to_owned()),
        }
    }

    fn target_at(&self, at: &Assignment) -> Target {
        let value = self.var(&Key::Target).map_or(0, |var| at.get(var));
        match self.targets.get(usize::from(value)) {
            None | Some(TargetValue::Other) => Target::default(),
            Some(TargetValue::Application(id)) => Target::Application(id.to_string()),
            Some(TargetValue::Office365) => Target::Application("Office365".into()),
            Some(TargetValue::AdminPortals) => Target::Application("MicrosoftAdminPortals".into()),
            Some(target @ TargetValue::Baseline) => Target::Application(target.name()),
            Some(TargetValue::Action(action)) => Target::UserAction(action.name().into()),
            Some(TargetValue::Context(id)) => Target::AuthenticationContext(id.to_string()),
            Some(TargetValue::OtherContext) => Target::AuthenticationContext("c99".into()),
        }
    }

    /// Named locations are written out only where the address and the country cannot say them.
    fn conditions_at(&self, at: &Assignment, inside: &[Id]) -> Conditions {
        let text = |key: &Key| self.name_at(at, key).to_owned();
        let class = |classes: &[super::location::Class], key: &Key| {
            let value = self.var(key).map_or(0, |var| at.get(var));
            classes.get(usize::from(value)).cloned()
        };
        let address = class(&self.addresses, &Key::Address);
        let country = class(&self.countries, &Key::Country);
        let networks = self.dimensions.iter().filter(|d| at.get(d.var) == 1).filter_map(|d| match &d.key {
            Key::Network(id) => Some(id.clone()),
            _ => None,
        });
        let mut named: Vec<Id> = networks.chain(inside.iter().cloned()).collect();
        if !named.is_empty() {
            named.extend(address.iter().flat_map(|class| class.inside.iter().cloned()));
            named.extend(country.iter().flat_map(|class| class.inside.iter().cloned()));
        }
        named.sort();
        named.dedup();
        let device = text(&Key::DeviceTrust);
        Conditions {
            client_app_type: text(&Key::Client),
            platform: text(&Key::Platform),
            ip_address: address.and_then(|class| class.witness),
            country: country.and_then(|class| class.witness),
            named_locations: named.iter().map(ToString::to_string).collect(),
            sign_in_risk_level: text(&Key::SignInRisk),
            user_risk_level: text(&Key::UserRisk),
            insider_risk_level: Some(text(&Key::InsiderRisk)).filter(|value| value != "null"),
            authentication_flow: text(&Key::Flow),
            device: (device != "none").then(|| Device {
                trust_type: Some(device),
                is_compliant: self.is(at, &Key::DeviceCompliant),
                other: self.attributes_at(at),
            }),
        }
    }

    /// The attributes of the device that filters compare.
    fn attributes_at(&self, at: &Assignment) -> serde_json::Map<String, serde_json::Value> {
        let mut found: serde_json::Map<String, serde_json::Value> = serde_json::Map::new();
        for dimension in &self.dimensions {
            match &dimension.key {
                Key::Device(property) => {
                    let value = self.name_at(at, &dimension.key);
                    if value != super::device::NONE {
                        found.insert(property.name().to_owned(), value.into());
                    }
                }
                Key::DeviceHas(property, element) if at.get(dimension.var) == 1 => {
                    let list = found.entry(property.name()).or_insert_with(|| serde_json::json!([]));
                    if let Some(list) = list.as_array_mut() {
                        list.push(element.as_str().into());
                    }
                }
                _ => {}
            }
        }
        found
    }

    /// Whether a person can be like this: kind, identity provider, home and memberships fit each other. The same rule as
    /// a formula is EXT-2 in `semantics`; this is its concrete form for counting and for picking least members.
    pub(super) fn person_fits(&self, kind: &str, provider: &str, home: &str) -> bool {
        let local = kind == "member" || kind == "internalGuest";
        let entra_only = kind == "b2bDirectConnectUser" || kind == "serviceProvider";
        local == (provider == "internal")
            && (!entra_only || provider == "entra")
            && (provider == "entra") == (home != "none")
            && (kind != "serviceProvider"
                || self.service_providers.as_ref().is_none_or(|known| known.contains(&Id::new(home))))
    }

    /// Whether a person of this kind and home can have the value: who has no object in the tenant has no memberships there, and who
    /// is known in a second way is known in a way that goes with the first.
    pub(super) fn fits_person(&self, dimension: &Dimension, value: u16, kind: &str, home: &str) -> bool {
        let objectless = kind == "b2bDirectConnectUser" || kind == "serviceProvider";
        let other = match &dimension.key {
            Key::UserId => !objectless,
            Key::Group(id) => {
                (!objectless || self.is_home_side(id))
                    && self.homes_of(id).is_none_or(|homes| homes.contains(&Id::new(home)))
            }
            Key::HomeUserId => {
                let id = dimension.values.get(usize::from(value)).map(|id| Id::new(id));
                id.and_then(|id| self.at_home.get(&id)).is_some_and(|homes| homes.contains(&Id::new(home)))
            }
            Key::HomeRole(_) => self.homes.contains(&Id::new(home)),
            Key::Domain => return self.fits_domain(dimension, value, kind, home),
            Key::Role(_) => kind != "b2bDirectConnectUser",
            Key::AlsoKind => {
                let collaborates = kind == "b2bCollaborationGuest" || kind == "b2bCollaborationMember";
                let second = dimension.values.get(usize::from(value)).map_or("", String::as_str);
                if second == "b2bDirectConnectUser" { collaborates } else { objectless }
            }
            _ => true,
        };
        value == 0 || other
    }

    /// Whether a person of this kind and home can have an account in the domain.
    fn fits_domain(&self, dimension: &Dimension, value: u16, kind: &str, home: &str) -> bool {
        let local = kind == "member" || kind == "internalGuest";
        let tenant = if local { None } else { Some(Id::new(home)) };
        match (self.domains.get(&tenant), dimension.values.get(usize::from(value))) {
            (None, _) | (_, None) => value == 0,
            (Some(own), Some(_)) if value == 0 => own.managed,
            (Some(own), Some(name)) => own.federated.contains(&Id::new(name)),
        }
    }

    /// The least consistent member of a cube, if it is found soon: first values first, in the order of the dimensions; `base` gives the
    /// variables that are not free.
    pub fn least(&self, cube: &Cube, base: &Assignment, free: &dyn Fn(Var) -> bool) -> Option<Assignment> {
        let mut at = base.clone();
        let mut left = MOST_STEPS;
        self.least_from(0, cube, &mut at, free, &mut left).then_some(at)
    }

    fn least_from(
        &self,
        depth: usize,
        cube: &Cube,
        at: &mut Assignment,
        free: &dyn Fn(Var) -> bool,
        left: &mut usize,
    ) -> bool {
        let Some(rest) = left.checked_sub(1) else { return false };
        *left = rest;
        let Some(dimension) = self.dimensions.get(depth) else {
            return true;
        };
        if !free(dimension.var) {
            return self.fits_so_far(dimension, at) && self.least_from(depth + 1, cube, at, free, left);
        }
        for value in 0..dimension.values.len() {
            let Ok(value) = u16::try_from(value) else { break };
            at.set(dimension.var, value);
            let ok = cube.allows(dimension.var, value) && self.fits_so_far(dimension, at);
            if ok && self.least_from(depth + 1, cube, at, free, left) {
                return true;
            }
        }
        at.set(dimension.var, 0);
        false
    }

    fn fits_so_far(&self, dimension: &Dimension, at: &Assignment) -> bool {
        let kind = self.name_at(at, &Key::Kind);
        match &dimension.key {
            Key::HomeTenant => self.person_fits(
                kind,
                self.name_at(at, &Key::IdentityProvider),
                self.name_at(at, &Key::HomeTenant),
            ),
            key if key.is_of_device() => {
                at.get(dimension.var) == 0 || self.name_at(at, &Key::DeviceTrust) != "none"
            }
            _ => self.fits_person(dimension, at.get(dimension.var), kind, self.name_at(at, &Key::HomeTenant)),
        }
    }
}
