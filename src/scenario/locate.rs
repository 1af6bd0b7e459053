//! From a scenario to its valuation in a space.

use std::collections::BTreeSet;
use std::net::IpAddr;

use ipnet::IpNet;

use super::device::{elements_of, text_of};
use super::dimension::Key;
use super::location::{Class, locations_of};
use super::scenario::{MethodSet, Scenario, Target};
use super::space::{Space, TargetValue, class_of};
use crate::logic::Assignment;
use crate::model::{Id, IdentityProvider, Method, TrustType};

impl Space {
    /// The valuation of a scenario. The space has to be one that keeps what the scenario states.
    pub fn locate(&self, scenario: &Scenario) -> Assignment {
        let mut at = Assignment(vec![0; self.dimensions.len()]);
        let user = &scenario.user;
        self.set(&mut at, &Key::Kind, &user.kind);
        self.set(&mut at, &Key::IdentityProvider, &user.identity_provider);
        if let Some(home) = &user.home_tenant {
            let known = self.value(&Key::HomeTenant, home.trim()).is_some();
            self.set(&mut at, &Key::HomeTenant, if known { home.trim() } else { "other" });
        } else if user.identity_provider == IdentityProvider::Entra.name() {
            self.set(&mut at, &Key::HomeTenant, "other");
        }
        if let Some(kind) = &user.also_kind {
            self.set(&mut at, &Key::AlsoKind, kind);
        }
        if let Some(id) = &user.id {
            self.set(&mut at, &Key::UserId, id.trim());
        }
        for id in &user.groups {
            self.set(&mut at, &Key::Group(Id::new(id)), "true");
        }
        for id in &user.roles {
            self.set(&mut at, &Key::Role(Id::new(id)), "true");
        }
        if let Some(id) = &user.home_id {
            self.set(&mut at, &Key::HomeUserId, id.trim());
        }
        for id in &user.home_roles {
            self.set(&mut at, &Key::HomeRole(Id::new(id)), "true");
        }
        self.set(&mut at, &Key::Domain, self.domain_of(user).as_ref().map_or("managed", Id::as_str));
        self.locate_conditions(scenario, &mut at);
        let credentials = &scenario.credentials;
        self.set(&mut at, &Key::FirstFactor, &credentials.first_factor);
        let sets: [(fn(Method) -> Key, &MethodSet); 5] = [
            (Key::Claim, &credentials.mfa_claim),
            (Key::RegisteredHome, &credentials.registered_home),
            (Key::RegisteredResource, &credentials.registered_resource),
            (Key::CanRegister, &credentials.can_register),
            (Key::HomeAllows, &scenario.home.allowed_methods),
        ];
        for (key, set) in sets {
            for method in Method::ALL.iter().filter(|method| set.contains(**method)) {
                self.set(&mut at, &key(*method), "true");
            }
        }
        let home = &scenario.home;
        for (key, flag) in [
            (Key::AddsPassword, true),
            (Key::AcceptsTerms, credentials.accepts_terms),
            (Key::Interactive, credentials.interactive),
            (Key::HomeOutbound, home.outbound_allowed),
            (Key::FederatedAsserted, home.federated_mfa_asserted),
            (Key::HomeRegistration, home.registration_allowed),
        ] {
            self.set(&mut at, &key, if flag { "true" } else { "false" });
        }
        self.set(
            &mut at,
            &Key::FederatedBehavior,
            home.federated_idp_mfa_behavior.as_deref().unwrap_or("null"),
        );
        at
    }

    /// The domain of an account: the stated one, or the default one of the tenant where the account is.
    fn domain_of(&self, user: &super::scenario::User) -> Option<Id> {
        let internal = user.identity_provider == IdentityProvider::Internal.name();
        let tenant = if internal { None } else { Some(Id::new(user.home_tenant.as_ref()?)) };
        let own = self.domains.get(&tenant)?;
        user.domain.as_ref().map(|name| Id::new(name)).or_else(|| own.default.clone())
    }

    fn locate_conditions(&self, scenario: &Scenario, at: &mut Assignment) {
        let conditions = &scenario.conditions;
        let target = match &scenario.target {
            Target::Application(app) => app.trim().to_owned(),
            Target::UserAction(action) => action.trim().to_owned(),
            Target::AuthenticationContext(id) => TargetValue::Context(Id::new(id)).name(),
        };
        let is_context = matches!(scenario.target, Target::AuthenticationContext(_));
        match self.value(&Key::Target, &target) {
            Some(value) => self.set_value(at, &Key::Target, value),
            None if is_context => self.set(at, &Key::Target, &TargetValue::OtherContext.name()),
            None => self.set(at, &Key::Target, "All"),
        }
        self.set(at, &Key::Client, &conditions.client_app_type);
        self.set(at, &Key::Platform, &conditions.platform);
        self.set(at, &Key::SignInRisk, &conditions.sign_in_risk_level);
        self.set(at, &Key::UserRisk, &conditions.user_risk_level);
        self.set(at, &Key::InsiderRisk, conditions.insider_risk_level.as_deref().unwrap_or("null"));
        self.set(at, &Key::Flow, &conditions.authentication_flow);
        if let Some(device) = &conditions.device {
            let trust = device.trust_type.as_deref().unwrap_or(TrustType::Workplace.name());
            self.set(at, &Key::DeviceTrust, trust);
            self.set(at, &Key::DeviceCompliant, if device.is_compliant { "true" } else { "false" });
            for dimension in &self.dimensions {
                match &dimension.key {
                    Key::Device(property) => {
                        if let Some(text) = text_of(device, *property) {
                            self.set_value(at, &dimension.key, self.classes.class_of(*property, &text));
                        }
                    }
                    Key::DeviceHas(property, element) if elements_of(device, *property).contains(element) => {
                        self.set(at, &dimension.key, "true");
                    }
                    _ => {}
                }
            }
        }
        for id in &conditions.named_locations {
            self.set(at, &Key::Network(Id::new(id)), "true");
        }
        let (address, country) = self.stated(scenario);
        self.set_value(at, &Key::Address, class_of(&self.addresses, &address));
        self.set_value(at, &Key::Country, class_of(&self.countries, &country));
    }

    /// The classes of address and country that a scenario states. Named locations by id win over the address.
    pub(super) fn stated(&self, scenario: &Scenario) -> (Class, Class) {
        let conditions = &scenario.conditions;
        let listed: BTreeSet<Id> = conditions.named_locations.iter().map(|id| Id::new(id)).collect();
        let ip = conditions.ip_address.as_deref().and_then(|text| text.trim().parse::<IpAddr>().ok());
        let ranges: Vec<(&Id, &[IpNet])> =
            self.ranges.iter().map(|(id, nets)| (id, nets.as_slice())).collect();
        let inside = if listed.is_empty() {
            ip.map(|ip| locations_of(ip, &ranges)).unwrap_or_default()
        } else {
            self.ranges.iter().map(|(id, _)| id.clone()).filter(|id| listed.contains(id)).collect()
        };
        let address = Class { inside, witness: conditions.ip_address.clone() };
        let code = conditions.country.as_ref().map(|code| code.trim().to_uppercase());
        let inside = self
            .country_sets
            .iter()
            .filter(|(id, codes, unknown)| {
                listed.contains(id) || code.as_ref().map_or(*unknown, |code| codes.contains(code))
            })
            .map(|(id, _, _)| id.clone())
            .collect();
        (address, Class { inside, witness: code })
    }

    fn set(&self, at: &mut Assignment, key: &Key, name: &str) {
        if let Some(value) = self.value(key, name) {
            self.set_value(at, key, value);
        }
    }

    fn set_value(&self, at: &mut Assignment, key: &Key, value: u16) {
        if let Some(var) = self.var(key) {
            at.set(var, value);
        }
    }
}
