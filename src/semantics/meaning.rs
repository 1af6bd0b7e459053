//! The rules put together: what a tenant's configuration means for any sign-in.

use std::collections::BTreeSet;

use super::asked::Asked;
use super::assumption::Assumptions;
use super::causes;
use super::context::Cx;
use super::defaults::{Defaults, defaults};
use super::grant::{Fixed, Stage, View, asks_at, fixed, met_at};
use super::home::homes;
use super::patterns::Cause;
use super::person::{Person, classify, consistent};
use super::policies::{Applied, applied};
use super::proof::{self, Ingredients, Methods, Seen, ingredients};
use super::registration::{self, Registration, Surroundings};
use super::trust::Flag;
use super::visible::{self, seen, with_one_factor};
use super::{RuleId, context};
use crate::logic::{Formula, Store};
use crate::model::{Control, Id, Policy, Resource, StrengthRef, Tenant, UserAction, built_in_combinations};
use crate::scenario::{Key, Space, Unknowns};

/// One round of proof: the first factor, then registered methods, then newly registered ones.
#[derive(Clone, Debug)]
pub struct Round {
    /// Proved here.
    pub here: Methods,
    /// Proved at home.
    pub home: Methods,
    /// What the resource tenant goes by.
    pub seen: Seen,
    /// Every applicable policy is met as far as proof goes.
    pub proof_met: Formula,
}

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

fn build(mut cx: Cx) -> Meaning {
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

/// Everything that does not change from round to round.
pub(super) struct Plan<'a> {
    pub(super) person: &'a Person,
    pub(super) parts: &'a Ingredients,
    pub(super) policies: &'a [(&'a Policy, Applied)],
    pub(super) fixed: &'a Fixed,
    layer: &'a Defaults,
}

impl Plan<'_> {
    /// Security defaults refuse the client.
    pub(super) fn layer_refuses(&self) -> Formula {
        self.layer.refuse
    }

    fn round_before(&self, cx: &mut Cx) -> Round {
        let here = proof::here_before(cx, self.person, self.parts);
        let home = proof::home_before(cx, self.person, self.parts);
        let never = cx.no();
        self.round(cx, here, home, never, None)
    }

    fn round_registered(&self, cx: &mut Cx, before: &Round, may_ask: Formula) -> Round {
        let here = proof::here_registered(cx, self.person, self.parts, &before.here);
        let home = proof::home_registered(cx, self.person, self.parts, &before.home, may_ask);
        self.round(cx, here, home, may_ask, None)
    }

    fn round_new(
        &self,
        cx: &mut Cx,
        registered: &Round,
        here: &Methods,
        home: &Methods,
        may_ask: Formula,
    ) -> Round {
        let here = registration::union(cx, &registered.here, here);
        let all = registration::union(cx, &registered.home, home);
        self.round(cx, here, all, may_ask, Some(home))
    }

    fn round(
        &self,
        cx: &mut Cx,
        here: Methods,
        home: Methods,
        may_ask: Formula,
        just_now: Option<&Methods>,
    ) -> Round {
        let proved = visible::Round { here: &here, home: &home, just_now, may_ask };
        let seen = seen(cx, self.person, self.parts, &proved);
        let full = self.met(cx, &seen, Stage::Proof);
        let proof_met = self.several(cx, full, &proved);
        Round { here, home, seen, proof_met }
    }

    /// **CA-60** — every applicable policy is met at a stage; security defaults ask for MFA with the proofs.
    pub(super) fn met(&self, cx: &mut Cx, seen: &Seen, stage: Stage) -> Formula {
        let mut parts = Vec::new();
        let replaced = self.replaced(cx, stage);
        for (policy, applied) in self.policies {
            let mut met = met_at(cx, policy, self.person, self.fixed, seen, stage, View::Full);
            if strengths_of(policy).next().is_some() && !lists_page(policy) {
                let without = met_at(cx, policy, self.person, self.fixed, seen, stage, View::StrengthsMet);
                let without = cx.and([replaced, without]);
                met = cx.or([met, without]);
            }
            let demand = cx.f.implies(applied.applies, met);
            parts.push(cx.of_policy(applied.index, demand));
        }
        if stage == Stage::Proof {
            let mfa = cx.and([seen.mfa, self.fixed.modern]);
            parts.push(cx.f.implies(self.layer.ask, mfa));
            let at_home = cx.by(RuleId::Ext29, mfa);
            parts.push(cx.f.implies(self.person.delegated, at_home));
        }
        if stage == Stage::Terms && !cx.tenant.present.contains(&Resource::ConditionalAccessPolicy) {
            // An export without any policy says nothing about what policies demand.
            parts.push(cx.free("input:conditionalAccessPolicy", "", true));
        }
        let all = cx.and(parts);
        cx.by(RuleId::Ca60, all)
    }

    /// **STR-25** — on the registration page a strength of a policy on the page takes the place of those on all resources.
    fn replaced(&self, cx: &mut Cx, stage: Stage) -> Formula {
        let listing =
            |(policy, _): &&(&Policy, Applied)| lists_page(policy) && strengths_of(policy).next().is_some();
        let applying: Vec<_> =
            self.policies.iter().filter(listing).map(|(_, applied)| applied.applies).collect();
        if stage != Stage::Proof || applying.is_empty() {
            return cx.no();
        }
        let page = cx.is(&Key::Target, UserAction::RegisterSecurityInfo.name());
        let any = cx.or(applying);
        let both = cx.and([page, any]);
        cx.by(RuleId::Str25, both)
    }

    /// For each policy whether all of its stages are met.
    fn each_met(&self, cx: &mut Cx, seen: &Seen) -> Vec<Formula> {
        let mut met = Vec::new();
        for (policy, _) in self.policies {
            let parts =
                Stage::ALL.map(|stage| met_at(cx, policy, self.person, self.fixed, seen, stage, View::Full));
            met.push(cx.and(parts));
        }
        met
    }

    /// Some applicable policy asks for something at a stage; security defaults ask for MFA.
    fn asked(&self, cx: &mut Cx, stage: Stage) -> Formula {
        let asking = self.policies.iter().filter(|(policy, _)| asks_at(cx, policy, stage));
        let mut parts: Vec<_> = asking.map(|(_, applied)| applied.applies).collect();
        if stage == Stage::Proof {
            parts.extend([self.layer.ask, self.person.delegated]);
        }
        cx.or(parts)
    }

    /// **STR-12** — the methods that registration offers: those of the strengths that apply, or any where `mfa` is asked.
    fn suitable(&self, cx: &mut Cx) -> Methods {
        let plain = |policy: &Policy| {
            let other =
                |c: &Control| matches!(c, Control::Mfa | Control::PasswordChange | Control::Unread(_));
            policy.controls().iter().any(other)
        };
        let asking = self.policies.iter().filter(|(policy, _)| plain(policy));
        let mut any: Vec<_> = asking.map(|(_, applied)| applied.applies).collect();
        any.extend([self.layer.ask, self.person.delegated]);
        let any = cx.or(any);
        Methods::of(|method| {
            let admitting = self.policies.iter().filter(|(policy, _)| admits(policy, method));
            let parts: Vec<_> = admitting.map(|(_, applied)| applied.applies).chain([any]).collect();
            cx.or(parts)
        })
    }

    fn approved_unmet(&self, cx: &mut Cx, seen: &Seen) -> Formula {
        let approved = |(policy, _): &&(&Policy, Applied)| {
            let controls = policy.controls();
            controls.contains(&Control::ApprovedApplication)
                && !controls.iter().any(|c| matches!(c, Control::CompliantApplication(_)))
        };
        let mut parts = Vec::new();
        for (policy, applied) in self.policies.iter().filter(approved) {
            let met = met_at(cx, policy, self.person, self.fixed, seen, Stage::App, View::Full);
            let unmet = cx.not(met);
            parts.push(cx.and([applied.applies, unmet]));
        }
        cx.or(parts)
    }

    fn strength_asked(&self, cx: &mut Cx) -> Formula {
        let asking = self.policies.iter().filter(|(policy, _)| strengths_of(policy).next().is_some());
        let parts: Vec<_> = asking.map(|(_, applied)| applied.applies).collect();
        cx.or(parts)
    }

    /// **STR-13** — several strengths at once: whether an untrusted guest may meet each by another method is open; if not,
    /// one second factor has to serve all of them.
    fn several(&self, cx: &mut Cx, full: Formula, proved: &visible::Round) -> Formula {
        let several = self.several_strengths(cx);
        if matches!(cx.f.node(several), crate::logic::Node::Const(false)) {
            return full;
        }
        let shared = self.shared_factor(cx, proved);
        let all = cx.and([full, shared]);
        let all = cx.by(RuleId::Str13, all);
        let with = cx.and([several, all]);
        let one = cx.not(several);
        let without = cx.and([one, full]);
        cx.or([with, without])
    }

    /// An untrusted guest may have to meet everything with one second factor.
    fn shared_factor(&self, cx: &mut Cx, proved: &visible::Round) -> Formula {
        let trusted = cx.or([self.person.local, self.parts.trusted, self.person.direct]);
        let guest = cx.not(trusted);
        let no = cx.reading("MULTI_STRENGTH_GUEST", "no");
        let concerned = cx.and([guest, no, self.person.entra]);
        if matches!(cx.f.node(concerned), crate::logic::Node::Const(false)) {
            return cx.yes();
        }
        let mut ways = Vec::new();
        for method in crate::model::Method::ALL {
            let shown = with_one_factor(cx, proved, *method);
            ways.push(self.met(cx, &shown, Stage::Proof));
        }
        let one = cx.or(ways);
        cx.f.implies(concerned, one)
    }

    /// Two policies with different strengths apply.
    fn several_strengths(&self, cx: &mut Cx) -> Formula {
        let strengths: BTreeSet<&Id> =
            self.policies.iter().flat_map(|(policy, _)| strengths_of(policy)).collect();
        let mut applying = Vec::new();
        for id in strengths {
            let by_id: Vec<_> = self
                .policies
                .iter()
                .filter(|(policy, _)| strengths_of(policy).any(|other| other == id))
                .map(|(_, applied)| applied.applies)
                .collect();
            applying.push(cx.or(by_id));
        }
        let mut pairs = Vec::new();
        for (at, first) in applying.iter().enumerate() {
            for second in applying.iter().skip(at + 1) {
                pairs.push(cx.and([*first, *second]));
            }
        }
        cx.or(pairs)
    }

    /// **CA-61** — one applicable policy that blocks is enough.
    fn blocked(&self, cx: &mut Cx) -> Formula {
        let parts: Vec<_> = self.policies.iter().map(|(_, applied)| applied.blocks).collect();
        cx.or(parts)
    }

    /// **CA-48** — one applicable policy that cannot ask the phone is enough.
    fn position_refused(&self, cx: &mut Cx) -> Formula {
        let parts: Vec<_> = self.policies.iter().map(|(_, applied)| applied.position_refused).collect();
        cx.or(parts)
    }

    /// A legacy client meets a policy whose controls it cannot carry.
    fn client_refused(&self, cx: &mut Cx, seen: &Seen) -> Formula {
        let (other, eas) = (cx.is(&Key::Client, "other"), cx.is(&Key::Client, "exchangeActiveSync"));
        let mut ways = Vec::new();
        for stage in Stage::ALL {
            // ActiveSync carries the state of a device, which is looked at where devices are.
            let device = matches!(stage, Stage::Device | Stage::Hybrid);
            let legacy = if device { other } else { cx.or([other, eas]) };
            let met = self.met(cx, seen, stage);
            let unmet = cx.not(met);
            ways.push(cx.and([legacy, unmet]));
        }
        cx.or(ways)
    }
}

/// Some strength of a policy has the method in a combination, or is not known.
fn admits(policy: &Policy, method: crate::model::Method) -> bool {
    policy.controls().iter().any(|control| match control {
        Control::Strength(StrengthRef::Known(strength)) => {
            !strength.unread.is_empty() || strength.combinations.iter().any(|c| c.methods.contains(&method))
        }
        Control::Strength(StrengthRef::Unresolved { id, .. }) => match built_in_combinations(id) {
            Some((_, sure, doubtful)) => sure.iter().chain(&doubtful).any(|set| set.contains(&method)),
            None => true,
        },
        _ => false,
    })
}

/// The policy is on the registration page.
fn lists_page(policy: &Policy) -> bool {
    policy.applications.actions.known.contains(&UserAction::RegisterSecurityInfo)
}

/// The strengths that a policy asks for.
fn strengths_of(policy: &Policy) -> impl Iterator<Item = &Id> {
    policy.controls().iter().filter_map(|control| match control {
        Control::Strength(reference) => Some(reference.id()),
        _ => None,
    })
}
