//! The rules put together: what a tenant's configuration means for any sign-in.

use super::asked::Asked;
use super::assumption::Assumptions;
use super::causes;
use super::context::Cx;
use super::defaults::defaults;
use super::grant::{Stage, fixed};
use super::home::homes;
use super::patterns::Cause;
use super::person::{Person, classify, consistent};
use super::plan::{Plan, Round};
use super::policies::{Applied, applied};
use super::proof::{Methods, ingredients};
use super::registration::{self, Registration, Surroundings};
use super::trust::Flag;
use super::{RuleId, context};
use crate::logic::{Formula, Store};
use crate::model::{Policy, Tenant};
use crate::scenario::{Space, Unknowns};

/// What a configuration means for any sign-in.
#[derive(Clone, Debug)]
pub struct Meaning {
    /// A rule whose meaning is turned around, for the test of the specifications.
    pub flipped: Option<RuleId>,
    /// All formulas.
    pub store: Store,
    /// All variables that no scenario states.
    pub unknowns: Unknowns,
    /// The scenario is one of a person who can be.
    pub consistent: Formula,
    /// Whoever has a user type of null is what that means.
    pub typed: Formula,
    /// The first factor is one that can be a first factor, and that the tenant of the account allows.
    pub first_factor_possible: Formula,
    /// Which way of signing in.
    pub person: Person,
    /// MFA of the person is trusted.
    pub trusted: Formula,
    /// The home is trusted about compliant and about hybrid joined devices.
    pub devices_trusted: [Formula; 2],
    /// The home's outbound settings admit the person, or there is no home.
    pub outbound: Formula,
    /// Inbound settings admit the person.
    pub inbound: Formula,
    /// The person can sign in with an emailed passcode.
    pub passcode_works: Formula,
    /// The policies that can act, in the tenant's order.
    pub policies: Vec<Applied>,
    /// A policy denies access.
    pub blocked: Formula,
    /// A policy has to know where the person's phone is, and cannot ask it.
    pub position_refused: Formula,
    /// The client cannot carry what a policy asks for.
    pub client_refused: Formula,
    /// Registration here.
    pub registration: Registration,
    /// Registration at home is open.
    pub registration_home: Formula,
    /// Something new that is among what is asked for can be registered here.
    pub new_here: Formula,
    /// The same at home.
    pub new_home: Formula,
    /// The three rounds.
    pub rounds: [Round; 3],
    /// Somebody is there to be asked for a proof.
    pub may_challenge: Formula,
    /// The home may be asked for a proof.
    pub may_ask_home: Formula,
    /// A federated home leaves no other method than its provider's.
    pub idp_only: Formula,
    /// For each stage, every applicable policy is met with everything that can be proved.
    pub met_at: [Formula; 6],
    /// For each stage, some applicable policy asks for something.
    pub asked_at: [Formula; 6],
    /// A list of approved applications is what is not met of the client application.
    pub approved_unmet: Formula,
    /// A strength is asked for.
    pub strength_asked: Formula,
    /// A strength that applies cannot be met, and nothing stands in for it.
    pub strength_unmet: Formula,
    /// Security defaults refuse the client.
    pub defaults_refuse: Formula,
    /// Trust sends a person without a suitable method home to register.
    pub sent_home: Formula,
    /// Causes, each with the formula of its precondition.
    pub causes: Vec<(Cause, Formula)>,
    /// What a statement of a contract says, where one is asked about.
    pub asked: Option<Asked>,
}

/// Interprets a tenant.
pub fn interpret(tenant: &Tenant, space: &Space, assumptions: &Assumptions) -> Meaning {
    build(context(tenant, space, assumptions, None))
}

/// Interprets a tenant with the meaning of one rule turned around: the test of the specifications.
pub fn interpret_flipped(tenant: &Tenant, space: &Space, assumptions: &Assumptions, rule: RuleId) -> Meaning {
    build(context(tenant, space, assumptions, Some(rule)))
}

pub(super) fn build(mut cx: Cx) -> Meaning {
    let cx = &mut cx;
    let homes = homes(cx);
    let connected = super::trust::direct_connect(cx, &homes);
    let person = Person { connected, ..classify(cx) };
    let consistent = consistent(cx);
    let typed = super::people::typed(cx);
    let trusted = super::trust::mfa_trusted(cx, &person);
    let acting: Vec<(usize, &Policy)> =
        cx.tenant.policies.iter().enumerate().filter(|(_, policy)| policy.may_be_enabled()).collect();
    let policies: Vec<(&Policy, Applied)> =
        acting.into_iter().map(|(index, policy)| (policy, applied(cx, index, policy, &person))).collect();
    let parts = ingredients(cx, trusted, homes);
    let fixed = fixed(cx, &person, trusted);
    let layer = defaults(cx);
    let first_factor_possible = super::methods::first_factor_possible(cx, &person, &parts);
    let plan = Plan { person: &person, parts: &parts, policies: &policies, fixed: &fixed, layer: &layer };

    let before = plan.round_before(cx);
    let may_ask = direct_connect(cx, &person, &before);
    let registered = plan.round_registered(cx, &before, may_ask);
    let around = Surroundings {
        person: &person,
        parts: &parts,
        policies: &policies,
        fixed: &fixed,
        seen: &registered.seen,
    };
    let registration = registration::here(cx, &around);
    let open = registration.open(cx);
    let new_here = registration::here_new(cx, &around, open);
    let sent_home = registration::sent_home(cx);
    let registration_home = registration::at_home(cx, &person, &parts, &registered.home, may_ask);
    let new_home = registration::home_new(cx, &parts, registration_home);
    let new = plan.round_new(cx, &registered, &new_here, &new_home, may_ask);

    let offered_here = registration::here_new(cx, &around, registration.offered);
    let suitable = plan.suitable(cx);
    let new_here = any(cx, &offered_here, &suitable);
    let new_home = any(cx, &new_home, &suitable);
    let blocked = plan.blocked(cx);
    let position_refused = plan.position_refused(cx);
    let client_refused = plan.client_refused(cx, &before.seen);
    let met_at = Stage::ALL.map(|stage| plan.met(cx, &new.seen, stage));
    let asked_at = Stage::ALL.map(|stage| plan.asked(cx, stage));
    let strength_asked = plan.strength_asked(cx);
    let strength_unmet = plan.strength_unmet(cx, &new.seen);
    let approved_unmet = plan.approved_unmet(cx, &new.seen);
    let met = plan.each_met(cx, &new.seen);
    let outbound = super::trust::outbound(cx, &person, &parts.homes);
    let inbound = super::trust::inbound(cx, &person);
    let flags = [Flag::CompliantDevice, Flag::HybridDevice];
    let devices_trusted = flags.map(|flag| super::trust::device_trusted(cx, &person, flag));
    let passcode_works = super::methods::passcode_works(cx);
    let rounds = [before, registered, new];
    let causes = causes::causes(cx, &plan, &rounds, &registration, [outbound, inbound]);
    Meaning {
        flipped: cx.flipped,
        consistent,
        typed,
        first_factor_possible,
        trusted,
        devices_trusted,
        outbound,
        inbound,
        passcode_works,
        blocked,
        position_refused,
        client_refused,
        registration,
        registration_home,
        new_here,
        new_home,
        rounds,
        may_challenge: parts.may_challenge,
        may_ask_home: may_ask,
        idp_only: parts.idp_only,
        met_at,
        asked_at,
        approved_unmet,
        strength_asked,
        strength_unmet,
        defaults_refuse: layer.refuse,
        sent_home,
        causes,
        asked: None,
        policies: policies
            .iter()
            .zip(met)
            .map(|((_, applied), met)| Applied { met, ..applied.clone() })
            .collect(),
        person,
        store: std::mem::take(&mut cx.f),
        unknowns: std::mem::take(&mut cx.unknowns),
    }
}

/// Who the person is, and that there can be somebody like that who begins to sign in.
pub(super) fn anybody(cx: &mut Cx) -> (Person, Formula) {
    let homes = homes(cx);
    let connected = super::trust::direct_connect(cx, &homes);
    let person = Person { connected, ..classify(cx) };
    let consistent = consistent(cx);
    let trusted = super::trust::mfa_trusted(cx, &person);
    let parts = ingredients(cx, trusted, homes);
    let begins = super::methods::first_factor_possible(cx, &person, &parts);
    let anybody = cx.and([consistent, begins]);
    (person, cx.f.strip(anybody))
}

fn any(cx: &mut Cx, methods: &Methods, suitable: &Methods) -> Formula {
    let mut parts = Vec::new();
    for method in crate::model::Method::ALL {
        let (can, helps) = (methods.at(cx, *method), suitable.at(cx, *method));
        parts.push(cx.and([can, helps]));
    }
    cx.or(parts)
}

/// Direct connect with trust: whether MFA that is missing, or more than was done, may be asked for at home is open.
fn direct_connect(cx: &mut Cx, person: &Person, before: &Round) -> Formula {
    let challenge = cx.reading("DC_CHALLENGE", "challenge");
    let step_up = cx.reading("DC_STEP_UP", "challenge");
    let done = before.seen.mfa;
    let not_done = cx.not(done);
    let missing = cx.f.implies(not_done, challenge);
    let more = cx.f.implies(done, step_up);
    let ok = cx.and([missing, more]);
    let may_ask = cx.f.implies(person.direct, ok);
    cx.by(RuleId::Str37, may_ask)
}
