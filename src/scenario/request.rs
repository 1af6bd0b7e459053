//! What a What-If question says of each variable: a value, some registered device, or nothing.

use std::collections::BTreeSet;

use super::dimension::{Dimension, Key};
use super::scenario::{Conditions, Credentials, Device, MethodSet, Scenario, Target, User};
use super::space::{Space, UNNAMED};
use crate::logic::{Possible, Var};
use crate::model::{Id, IdentityProvider, Memberships, Request, RequestTarget, Subject, Tenant, UserKind};

/// What is known of every variable of a space.
#[derive(Clone, Debug)]
pub struct Known(Vec<Possible>);

impl Known {
    /// What is known of one variable; of those beyond the space nothing is.
    pub fn get(&self, var: Var) -> Possible {
        self.0.get(var.0 as usize).copied().unwrap_or(Possible::Any)
    }
}

impl Space {
    /// What a request says of each variable when it asks for one of its targets.
    pub fn known(
        &self,
        request: &Request,
        target: &RequestTarget,
        (tenant, memberships): (&Tenant, &Memberships),
    ) -> Known {
        let person = person(&request.subject, tenant, memberships);
        let scenario = Scenario {
            user: person.user.clone(),
            target: self.nearest(target),
            conditions: conditions(request),
            // A country that is stated is that of the phone, too: whoever is asked has Authenticator.
            credentials: Credentials { registered_resource: MethodSet::All, ..Credentials::default() },
            ..Scenario::default()
        };
        let at = self.locate(&scenario);
        let device = request.device.as_ref();
        let states = |name: &str| {
            let attributes = device.map(|device| &device.attributes);
            attributes.is_some_and(|all| all.keys().any(|key| key.eq_ignore_ascii_case(name)))
        };
        let known = self.all().iter().map(|dimension| {
            let stated = match &dimension.key {
                Key::Client => request.client.is_some(),
                Key::Platform => request.platform.is_some(),
                Key::Address | Key::Network(_) => request.address.is_some(),
                Key::Country => request.country.is_some(),
                Key::DeviceTrust if device.is_some_and(|device| device.trust.is_none()) => {
                    return Possible::NotFirst;
                }
                Key::DeviceTrust => device.is_some(),
                Key::DeviceCompliant => device.is_some_and(|device| device.compliant.is_some()),
                Key::Device(property) => {
                    // A text that comes out like none of the classes may be like any.
                    let device = scenario.conditions.device.as_ref();
                    states(property.name()) && device.is_none_or(|device| self.has_class(device, *property))
                }
                Key::DeviceHas(property, _) => states(property.name()),
                Key::Kind => return self.among(dimension, &person.kinds),
                Key::IdentityProvider => person.provider_known,
                Key::HomeTenant if person.home_unknown => {
                    return if person.provider_known { Possible::NotFirst } else { Possible::Any };
                }
                // Whoever is listed is in it; who is not is only if everybody is listed.
                Key::Group(id) => at.get(dimension.var) == 1 || person.outside_groups(id, tenant),
                Key::Role(id) => at.get(dimension.var) == 1 || person.without_role(id, tenant),
                _ => true,
            };
            if stated { Possible::One(at.get(dimension.var)) } else { Possible::Any }
        });
        Known(known.collect())
    }

    fn among(&self, dimension: &Dimension, kinds: &BTreeSet<UserKind>) -> Possible {
        let at = |kind: &UserKind| self.value(&dimension.key, kind.name());
        match kinds.iter().filter_map(at).collect::<Vec<_>>().as_slice() {
            [one] => Possible::One(*one),
            all => Possible::In(all.iter().fold(0, |set, at| set | 1 << at)),
        }
    }

    /// The target itself, or the one that stands for all that nobody names.
    fn nearest(&self, target: &RequestTarget) -> Target {
        match target {
            RequestTarget::Application(id) if self.value(&Key::Target, id.trim()).is_some() => {
                Target::Application(id.clone())
            }
            RequestTarget::Application(_) => Target::Application(UNNAMED.to_owned()),
            RequestTarget::Action(action) => Target::UserAction(action.name().to_owned()),
            RequestTarget::Context(id) => Target::AuthenticationContext(id.clone()),
        }
    }
}

/// The stated conditions; what is left out has any value here.
fn conditions(request: &Request) -> Conditions {
    let mut found = Conditions {
        ip_address: request.address.clone(),
        country: request.country.clone(),
        sign_in_risk_level: request.sign_in_risk.name().to_owned(),
        user_risk_level: request.user_risk.name().to_owned(),
        insider_risk_level: request.insider_risk.map(|level| level.name().to_owned()),
        authentication_flow: request.flow.name().to_owned(),
        device: request.device.as_ref().map(|device| Device {
            trust_type: device.trust.map(|trust| trust.name().to_owned()),
            is_compliant: device.compliant.unwrap_or_default(),
            other: device.attributes.clone(),
        }),
        ..Conditions::default()
    };
    if let Some(client) = request.client {
        found.client_app_type = client.name().to_owned();
    }
    if let Some(platform) = request.platform {
        found.platform = platform.name().to_owned();
    }
    found
}

/// A person as the directory knows them.
struct Person {
    user: User,
    kinds: BTreeSet<UserKind>,
    provider_known: bool,
    home_unknown: bool,
    /// The request names somebody.
    named: bool,
    /// The directory knows them.
    known: bool,
}

impl Person {
    fn outside_groups(&self, group: &Id, tenant: &Tenant) -> bool {
        !self.named || self.known && tenant.group_is_whole(group)
    }

    fn without_role(&self, role: &Id, tenant: &Tenant) -> bool {
        !self.named || self.known && tenant.holders_are_known(role)
    }
}

/// Who is not in the directory and of no stated kind is taken for a member.
fn person(subject: &Subject, tenant: &Tenant, memberships: &Memberships) -> Person {
    let Subject::User { id, kind, home } = subject else {
        let kinds = BTreeSet::from([UserKind::Member]);
        return Person {
            user: User::default(),
            kinds,
            provider_known: true,
            home_unknown: false,
            named: false,
            known: false,
        };
    };
    let directory = &tenant.directory;
    let known = id.as_ref().and_then(|id| directory.users.get(id));
    let stated = kind.map(|kind| BTreeSet::from([kind]));
    let kinds = stated.or_else(|| known.map(|user| user.kinds.clone()));
    let kinds = kinds.unwrap_or_else(|| BTreeSet::from([UserKind::Member]));
    let first = kinds.first().copied().unwrap_or(UserKind::Member);
    let local = |kind: &UserKind| matches!(kind, UserKind::Member | UserKind::InternalGuest);
    let told = known.and_then(|user| user.provider).or(match (kinds.iter().all(local), home) {
        (true, _) => Some(IdentityProvider::Internal),
        (false, Some(_)) => Some(IdentityProvider::Entra),
        (false, None) => None,
    });
    let provider = told.unwrap_or(IdentityProvider::Entra);
    let texts = |ids: BTreeSet<Id>| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
    let around = id.as_ref().map(|id| memberships.around(id)).unwrap_or_default();
    let user = User {
        id: id.as_ref().map(ToString::to_string),
        kind: first.name().to_owned(),
        also_kind: None,
        identity_provider: provider.name().to_owned(),
        home_tenant: home.as_ref().map(ToString::to_string),
        groups: texts(around.groups),
        roles: texts(around.roles),
        ..User::default()
    };
    let home_unknown = home.is_none() && told.is_none_or(|provider| provider == IdentityProvider::Entra);
    Person {
        user,
        kinds,
        provider_known: told.is_some(),
        home_unknown,
        named: id.is_some(),
        known: known.is_some(),
    }
}
