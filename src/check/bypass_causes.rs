//! Which patterns a counterexample of a bypass shows (BYP-n): what freedom it needs, and what keeps the policies that demand
//! something from applying to it.

use super::analysis::Analysis;
use super::asking::{asks, asks_for_device, demands, enumerates, excludes_guests, names_guests};
use super::verdict::Range;
use crate::logic::{Assignment, Evaluation};
use crate::model::{Control, Id, Policy, PolicyState, UserAction, UserKind, UserRef};
use crate::property::Bypass;
use crate::scenario::{Cube, Key, PRIVILEGED_IN_PART};
use crate::semantics::{Aspect, Cause, Vouched};
use crate::semantics::{BYPASSES, bypasses as byp};

/// Azure's management, which a policy may name instead of everything.
const AZURE_MANAGEMENT: &str = "797f4846-ba00-4fd7-ba43-dac1f8f63013";

/// One sign-in, as the policies see it.
struct Seen<'a> {
    analysis: &'a Analysis,
    cube: &'a Cube,
    at: &'a Assignment,
    /// Policies that apply.
    applying: Vec<&'a Policy>,
    /// Policies that demand something and do not apply, each with everything that keeps it from applying.
    aside: Vec<(&'a Policy, Vec<Aspect>)>,
    /// Policies on the registration page whose people include this one, each with what else keeps it from acting.
    on_page: Vec<(&'a Policy, Vec<Aspect>)>,
    /// Some policy demands MFA of this person where devices are registered.
    device_page: bool,
}

/// The patterns that a counterexample shows.
pub(super) fn causes(
    analysis: &Analysis,
    what: Bypass,
    cube: &Cube,
    at: &Assignment,
    range: Range,
) -> Vec<Cause> {
    let seen = Seen::of(analysis, cube, at);
    let mut found = seen.of_evidence(what);
    found.extend(seen.of_freedom(what, range));
    found.extend(seen.of_policies(what));
    found.extend(seen.of_people());
    let mut shown: Vec<Cause> =
        found.into_iter().filter(|(_, shown)| *shown).map(|(cause, _)| cause).collect();
    shown.sort_by_key(|cause| BYPASSES.iter().position(|other| other.id == cause.id));
    shown.dedup();
    shown
}

impl<'a> Seen<'a> {
    fn of(analysis: &'a Analysis, cube: &'a Cube, at: &'a Assignment) -> Self {
        let mut values = Evaluation::new(&analysis.meaning.store, at);
        let mut seen = Self {
            analysis,
            cube,
            at,
            applying: Vec::new(),
            aside: Vec::new(),
            on_page: Vec::new(),
            device_page: false,
        };
        for applied in &analysis.meaning.policies {
            let Some(policy) = analysis.tenant.policies.get(applied.index) else { continue };
            let mut missing: Vec<Aspect> = applied
                .aspects
                .iter()
                .filter(|(_, f)| !values.value(*f))
                .map(|(aspect, _)| *aspect)
                .collect();
            if values.value(applied.applies) {
                seen.applying.push(policy);
            } else if asks(policy) {
                seen.aside.push((policy, missing.clone()));
            }
            missing.retain(|aspect| !matches!(aspect, Aspect::UserActions | Aspect::Application));
            let actions = &policy.applications.actions.known;
            if actions.contains(&UserAction::RegisterSecurityInfo) && !missing.contains(&Aspect::Users) {
                seen.on_page.push((policy, missing));
            } else if actions.contains(&UserAction::RegisterDevice) && missing.is_empty() {
                seen.device_page |= demands(policy);
            }
        }
        seen
    }

    fn needs(&self, wanted: fn(&Key) -> bool) -> bool {
        let space = &self.analysis.space;
        self.cube.0.keys().filter_map(|var| space.dimension(*var)).any(|dimension| wanted(&dimension.key))
    }

    fn only(&self, key: &Key, names: &[&str]) -> bool {
        let dimension = self.analysis.space.var(key).and_then(|var| self.analysis.space.dimension(var));
        let values = dimension.and_then(|dimension| Some((dimension, self.cube.0.get(&dimension.var)?)));
        values.is_some_and(|(dimension, values)| {
            let name = |value: &u16| dimension.values.get(usize::from(*value)).map_or("", String::as_str);
            values.iter().all(|value| names.contains(&name(value)))
        })
    }

    fn is(&self, key: &Key, name: &str) -> bool {
        self.analysis.space.name_at(self.at, key) == name
    }

    /// A policy that asks for something is kept from applying by nothing but this.
    fn but_for(&self, aspects: &[Aspect], like: impl Fn(&Policy) -> bool) -> bool {
        let near = |(policy, missing): &(&Policy, Vec<Aspect>)| {
            !missing.is_empty() && missing.iter().all(|aspect| aspects.contains(aspect)) && like(policy)
        };
        self.aside.iter().any(near)
    }

    /// A policy that asks for something is kept from applying by one of these, whatever else.
    fn aside_for(&self, aspects: &[Aspect]) -> bool {
        self.aside.iter().any(|(_, missing)| missing.iter().any(|aspect| aspects.contains(aspect)))
    }

    /// Whose word counts.
    fn of_evidence(&self, what: Bypass) -> Vec<(Cause, bool)> {
        let vouched = |one: Vouched| what == Bypass::Vouched(one);
        vec![
            (byp::BYP_3, what == Bypass::BaselineScopes),
            (byp::BYP_24, vouched(Vouched::ForeignMfa)),
            (byp::BYP_25, vouched(Vouched::FederatedMfa)),
            (byp::BYP_26, vouched(Vouched::ForeignDevice)),
            (byp::BYP_8, what == Bypass::Registration && self.on_page.is_empty()),
            (
                byp::BYP_38,
                what == Bypass::Registration && self.on_page.iter().any(|(_, m)| m == &[Aspect::Location]),
            ),
        ]
    }

    /// What the counterexample needs to be as it is.
    fn of_freedom(&self, what: Bypass, range: Range) -> Vec<(Cause, bool)> {
        let place = self.needs(|key| matches!(key, Key::Address | Key::Country | Key::Network(_)));
        let about_clients = self.needs(|key| *key == Key::Client);
        let legacy = about_clients && self.only(&Key::Client, &["other", "exchangeActiveSync"]);
        let device = self.needs(|key| *key == Key::DeviceTrust || key.is_of_device());
        let filtered = |policy: &Policy| policy.conditions.device_filter.is_some();
        let shown = !self.is(&Key::DeviceTrust, "none");
        let flow = self.needs(|key| *key == Key::Flow);
        let special =
            flow && (!self.is(&Key::Flow, "none") || self.but_for(&[Aspect::AuthenticationFlow], |_| true));
        let aside_for_device = self.but_for(&[Aspect::Devices], filtered);
        let managed = self.applying.iter().any(|policy| asks_for_device(policy) && !demands(policy));
        vec![
            (byp::BYP_1, self.is_left_out(what)),
            (byp::BYP_4, self.needs(|key| *key == Key::Platform)),
            (byp::BYP_5, legacy),
            (byp::BYP_6, about_clients && !legacy && !device && self.aside_for(&[Aspect::ClientApps])),
            (byp::BYP_7, special),
            (byp::BYP_9, device && shown && aside_for_device && !self.device_page),
            (
                byp::BYP_15,
                self.needs(|key| *key == Key::HomeTenant) && self.but_for(&[Aspect::Users], enumerates),
            ),
            (byp::BYP_17, !shown && aside_for_device),
            (byp::BYP_18, place),
            (byp::BYP_19, place && self.is(&Key::Country, "unknown") && self.lets_unknown_off()),
            (
                byp::BYP_23,
                self.needs(|key| matches!(key, Key::SignInRisk | Key::UserRisk | Key::InsiderRisk))
                    && self.aside_for(&[Aspect::SignInRisk, Aspect::UserRisk, Aspect::InsiderRisk]),
            ),
            (byp::BYP_39, managed && shown && !self.device_page),
            (byp::BYP_10, range == Range::Exclusion && self.joined()),
            (byp::BYP_40, range == Range::Exclusion),
            (byp::BYP_41, range == Range::Exclusion && what == Bypass::PhishingResistance),
        ]
    }

    /// Nothing but the application keeps what is demanded from applying, or no demand is about the application at all.
    fn is_left_out(&self, what: Bypass) -> bool {
        let elsewhere = |missing: &[Aspect]| missing.contains(&Aspect::Application);
        let all =
            self.aside.iter().filter(|(policy, _)| demands(policy)).all(|(_, missing)| elsewhere(missing));
        let never = what == Bypass::Mfa && all && !self.applying.iter().any(|policy| demands(policy));
        never || (self.needs(|key| *key == Key::Target) && self.but_for(&[Aspect::Application], |_| true))
    }

    /// What the policies say that apply, or nearly do.
    fn of_policies(&self, what: Bypass) -> Vec<(Cause, bool)> {
        let applying = |like: fn(&Policy) -> bool| self.applying.iter().any(|policy| like(policy));
        let alternative = applying(|policy| demands(policy) && policy.controls().len() > 1);
        let strength = |policy: &Policy| policy.controls().iter().any(|c| matches!(c, Control::Strength(_)));
        let target = [Aspect::Application];
        let listed = |policy: &Policy, id: &str| {
            let list = &policy.applications.include.known;
            !list.is_empty() && list.iter().all(|own| own.as_str() == id)
        };
        let some = |policy: &Policy| {
            let list = &policy.applications.include.known;
            !list.is_empty() && !list.iter().any(|own| own.as_str() == "all")
        };
        let both_risks = |policy: &Policy| {
            !policy.conditions.sign_in_risk.is_empty() && !policy.conditions.user_risk.is_empty()
        };
        let enforced = || self.analysis.tenant.acting_policies();
        vec![
            (byp::BYP_2, self.but_for(&target, some)),
            (byp::BYP_11, self.aside.iter().any(|(policy, _)| self.is_for_nobody(policy))),
            (byp::BYP_20, alternative),
            (byp::BYP_21, !enforced().any(demands) && self.is_dormant()),
            (byp::BYP_22, self.but_for(&[Aspect::SignInRisk, Aspect::UserRisk], both_risks)),
            (byp::BYP_27, applying(strength) && !alternative && what == Bypass::Mfa),
            (byp::BYP_28, what == Bypass::PhishingResistance && applying(demands)),
            (byp::BYP_29, applying(|policy| policy.controls().contains(&Control::ApprovedApplication))),
            (byp::BYP_30, self.but_for(&target, |policy| listed(policy, "microsoftadminportals"))),
            (byp::BYP_31, self.but_for(&target, |policy| listed(policy, AZURE_MANAGEMENT))),
            (byp::BYP_32, !self.applying.is_empty() && self.applying.iter().all(|p| p.controls().is_empty())),
            (byp::BYP_34, applying(|p| p.controls().iter().any(|c| matches!(c, Control::CustomFactor(_))))),
        ]
    }

    /// The person is in a group that a demanding policy excludes and that anybody can join.
    fn joined(&self) -> bool {
        let open = |id: &&Id| self.analysis.tenant.open_groups.contains(*id);
        let excluded = self.aside.iter().flat_map(|(policy, _)| &policy.users.exclude.groups);
        excluded.filter(open).any(|id| self.is(&Key::Group(id.clone()), "true"))
    }

    /// The person holds a privileged role that policies do not see, and a policy for roles would have asked.
    fn is_unseen_administrator(&self) -> bool {
        let in_part = Key::Role(Id::new(PRIVILEGED_IN_PART));
        let for_roles = |policy: &Policy| !policy.users.include.roles.is_empty();
        self.is(&in_part, "true") && self.but_for(&[Aspect::Users], for_roles)
    }

    /// Who is not meant.
    fn of_people(&self) -> Vec<(Cause, bool)> {
        let kind = self.analysis.space.name_at(self.at, &Key::Kind);
        let external = kind != UserKind::Member.name();
        let about_people = external && self.needs(|key| matches!(key, Key::Kind | Key::IdentityProvider));
        let demanding = || self.analysis.tenant.acting_policies().filter(|policy| demands(policy));
        let excluded = demanding().any(|policy| excludes_guests(policy, kind));
        let unnamed = demanding().any(|policy| names_guests(policy, kind));
        let meant = |policy: &&Policy| !policy.users.include.is_empty();
        let objectless = kind == UserKind::DirectConnect.name();
        let with_objects = demanding().any(|policy| policy.users.include.guests.is_none() && meant(&policy));
        vec![
            (byp::BYP_12, self.is_unseen_administrator()),
            (byp::BYP_13, about_people && excluded),
            (byp::BYP_14, about_people && unnamed),
            (byp::BYP_16, kind == UserKind::ServiceProvider.name() && (excluded || unnamed)),
            (byp::BYP_44, objectless && with_objects),
        ]
    }

    /// A location that a demanding policy excludes holds unknown countries.
    fn lets_unknown_off(&self) -> bool {
        let unknown = |id: &Id| self.analysis.space.countries_in(id).contains(&0);
        let excluded = |policy: &Policy| {
            let excluded = policy.conditions.locations.iter().flat_map(|locations| &locations.exclude);
            let ids = excluded.filter_map(|reference| match reference {
                crate::model::LocationRef::Id(id) => Some(id),
                _ => None,
            });
            ids.into_iter().any(unknown)
        };
        self.aside.iter().any(|(policy, _)| excluded(policy))
    }

    /// Everybody and everything that the policy is for was deleted, or it names nobody.
    fn is_for_nobody(&self, policy: &Policy) -> bool {
        let (tenant, users) = (&self.analysis.tenant, &policy.users.include);
        let gone = |user: &UserRef| match user {
            UserRef::Id(id) => tenant.user_dangles(id),
            UserRef::None => true,
            _ => false,
        };
        let nobody = users.roles.is_empty() && users.guests.is_none();
        nobody && users.users.iter().all(gone) && users.groups.iter().all(|id| tenant.group_dangles(id))
    }

    /// A demanding policy is not enforced.
    fn is_dormant(&self) -> bool {
        let off = |policy: &Policy| matches!(policy.state, PolicyState::ReportOnly | PolicyState::Disabled);
        self.analysis.tenant.policies.iter().any(|policy| off(policy) && demands(policy))
    }
}
