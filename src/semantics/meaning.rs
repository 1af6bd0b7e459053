//! The rules put together: what a tenant's configuration means for any sign-in.

use std::collections::BTreeSet;

use super::assumption::Assumptions;
use super::causes::{self, Cause};
use super::context::Cx;
use super::defaults::{Defaults, defaults};
use super::grant::{Fixed, Stage, View, fixed, met_at};
use super::person::{Person, classify, consistent};
use super::policies::{Applied, applied};
use super::proof::{self, Ingredients, Methods, Seen, ingredients};
use super::registration::{self, Registration, Surroundings};
use super::visible::{self, seen, with_one_factor};
use super::{RuleId, context};
use crate::logic::{Formula, Store};
use crate::model::{Control, Id, Policy, Tenant};
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
    /// All formulas.
    pub store: Store,
    /// All variables that no scenario states.
    pub unknowns: Unknowns,
    /// The scenario is one of a person who can be.
    pub consistent: Formula,
    /// The first factor is one that can be a first factor, and that the tenant of the account allows.
    pub first_factor_possible: Formula,
    /// Which way of signing in.
    pub person: Person,
    /// MFA of the person is trusted.
    pub trusted: Formula,
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
    /// The client cannot carry what a policy or security defaults ask for.
    pub client_refused: Formula,
    /// Registration here.
    pub registration: Registration,
    /// Registration at home is open.
    pub registration_home: Formula,
    /// Something new can be registered here.
    pub new_here: Formula,
    /// Something new can be registered at home.
    pub new_home: Formula,
    /// The three rounds.
    pub rounds: [Round; 3],
    /// A federated home leaves no other method than its provider's.
    pub idp_only: Formula,
    /// Every applicable policy is met as far as devices go; then remediation; then terms.
    pub device_met: Formula,
    /// See `device_met`.
    pub risk_met: Formula,
    /// See `device_met`.
    pub terms_met: Formula,
    /// Causes, each with the formula of its precondition.
    pub causes: Vec<(Cause, Formula)>,
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
    let person = classify(cx);
    let consistent = consistent(cx);
    let trusted = super::trust::mfa_trusted(cx, &person);
    let acting: Vec<(usize, &Policy)> = cx
        .tenant
        .policies
        .iter()
        .enumerate()
        .filter(|(_, policy)| policy.may_be_enabled())
        .collect();
    let policies: Vec<(&Policy, Applied)> = acting
        .into_iter()
        .map(|(index, policy)| (policy, applied(cx, index, policy, &person)))
        .collect();
    let parts = ingredients(cx, trusted);
    let fixed = fixed(cx, &person, trusted);
    let layer = defaults(cx);
    let first_factor_possible = super::methods::first_factor_possible(cx, &person, &parts.allowed);
    let plan = Plan {
        person: &person,
        parts: &parts,
        policies: &policies,
        fixed: &fixed,
        layer: &layer,
    };

    let before = plan.round_before(cx);
    let (may_ask, step) = direct_connect(cx, &person, &before);
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
    let registration_home = registration::at_home(cx, &person, &parts, step);
    let new_home = registration::home_new(cx, registration_home);
    let new = plan.round_new(cx, &registered, &new_here, &new_home);

    let offered_here = registration::here_new(cx, &around, registration.offered);
    let new_here = any(cx, &offered_here);
    let new_home = any(cx, &new_home);
    let blocked = plan.blocked(cx);
    let client_refused = plan.client_refused(cx, &before.seen);
    let [device_met, risk_met, terms_met] =
        [Stage::Device, Stage::Risk, Stage::Terms].map(|stage| plan.met(cx, &new.seen, stage));
    let met = plan.each_met(cx, &new.seen);
    let external = cx.not(person.local);
    let leaves = cx.flag(&Key::HomeOutbound);
    let no_home = cx.not(person.entra);
    let outbound = cx.or([no_home, leaves]);
    let inbound = super::trust::inbound(cx, &person);
    let passcode_works = super::methods::passcode_works(cx);
    let rounds = [before, registered, new];
    let causes = causes::causes(cx, &plan, &rounds, &registration, external);
    Meaning {
        consistent,
        first_factor_possible,
        trusted,
        outbound,
        inbound,
        passcode_works,
        blocked,
        client_refused,
        registration,
        registration_home,
        new_here,
        new_home,
        rounds,
        idp_only: parts.idp_only,
        device_met,
        risk_met,
        terms_met,
        causes,
        policies: policies
            .iter()
            .zip(met)
            .map(|((_, applied), met)| Applied {
                met,
                ..applied.clone()
            })
            .collect(),
        person,
        store: std::mem::take(&mut cx.f),
        unknowns: std::mem::take(&mut cx.unknowns),
    }
}

fn any(cx: &mut Cx, methods: &Methods) -> Formula {
    let parts: Vec<_> = crate::model::Method::ALL
        .iter()
        .map(|method| methods.at(cx, *method))
        .collect();
    cx.or(parts)
}

/// Direct connect with trust: whether MFA that is missing, or more than was done, may be asked for at home is open.
fn direct_connect(cx: &mut Cx, person: &Person, before: &Round) -> (Formula, Formula) {
    let challenge = cx.reading("DC_CHALLENGE", "challenge");
    let step_up = cx.reading("DC_STEP_UP", "challenge");
    let done = before.seen.mfa;
    let not_done = cx.not(done);
    let missing = cx.f.implies(not_done, challenge);
    let more = cx.f.implies(done, step_up);
    let ok = cx.and([missing, more]);
    let may_ask = cx.f.implies(person.direct, ok);
    let may_ask = cx.by(RuleId::Str37, may_ask);
    (may_ask, may_ask)
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
    fn round_before(&self, cx: &mut Cx) -> Round {
        let here = proof::here_before(cx, self.person, self.parts);
        let home = proof::home_before(cx, self.person);
        self.round(cx, here, home, false)
    }

    fn round_registered(&self, cx: &mut Cx, before: &Round, may_ask: Formula) -> Round {
        let here = proof::here_registered(cx, self.person, self.parts, &before.here);
        let home = proof::home_registered(cx, self.person, self.parts, &before.home, may_ask);
        self.round(cx, here, home, true)
    }

    fn round_new(&self, cx: &mut Cx, registered: &Round, here: &Methods, home: &Methods) -> Round {
        let here = registration::union(cx, &registered.here, here);
        let home = registration::union(cx, &registered.home, home);
        self.round(cx, here, home, true)
    }

    fn round(&self, cx: &mut Cx, here: Methods, home: Methods, challenged: bool) -> Round {
        let proved = visible::Round {
            here: &here,
            home: &home,
            challenged,
        };
        let seen = seen(cx, self.person, self.parts, &proved);
        let full = self.met(cx, &seen, Stage::Proof);
        let shared = self.shared_factor(cx, &proved);
        let proof_met = cx.and([full, shared]);
        Round {
            here,
            home,
            seen,
            proof_met,
        }
    }

    /// **CA-60** — every applicable policy is met at a stage; security defaults ask for MFA with the proofs.
    pub(super) fn met(&self, cx: &mut Cx, seen: &Seen, stage: Stage) -> Formula {
        let mut parts = Vec::new();
        for (policy, applied) in self.policies {
            let met = met_at(cx, policy, self.person, self.fixed, seen, stage, View::Full);
            let demand = cx.f.implies(applied.applies, met);
            parts.push(cx.of_policy(applied.index, demand));
        }
        if stage == Stage::Proof {
            let mfa = cx.and([seen.mfa, self.fixed.modern]);
            parts.push(cx.f.implies(self.layer.ask, mfa));
        }
        let all = cx.and(parts);
        cx.by(RuleId::Ca60, all)
    }

    /// For each policy whether all of its stages are met.
    fn each_met(&self, cx: &mut Cx, seen: &Seen) -> Vec<Formula> {
        let stages = [Stage::Proof, Stage::Device, Stage::Risk, Stage::Terms];
        let mut met = Vec::new();
        for (policy, _) in self.policies {
            let parts: Vec<_> = stages
                .iter()
                .map(|stage| met_at(cx, policy, self.person, self.fixed, seen, *stage, View::Full))
                .collect();
            met.push(cx.and(parts));
        }
        met
    }

    /// **STR-13** — several strengths at once: whether an untrusted guest may meet each by another method is open; if not,
    /// one second factor has to serve all of them.
    fn shared_factor(&self, cx: &mut Cx, proved: &visible::Round) -> Formula {
        let several = self.several_strengths(cx);
        let trusted = cx.or([self.person.local, self.parts.trusted, self.person.direct]);
        let guest = cx.not(trusted);
        let no = cx.reading("MULTI_STRENGTH_GUEST", "no");
        let concerned = cx.and([several, guest, no, self.person.entra]);
        if matches!(cx.f.node(concerned), crate::logic::Node::Const(false)) {
            return cx.yes();
        }
        let mut ways = Vec::new();
        for method in crate::model::Method::ALL {
            let shown = with_one_factor(cx, proved, *method);
            ways.push(self.met(cx, &shown, Stage::Proof));
        }
        let one = cx.or(ways);
        let ok = cx.f.implies(concerned, one);
        cx.by(RuleId::Str13, ok)
    }

    /// Two policies with different strengths apply.
    fn several_strengths(&self, cx: &mut Cx) -> Formula {
        let strengths: BTreeSet<&Id> = self
            .policies
            .iter()
            .flat_map(|(policy, _)| strengths_of(policy))
            .collect();
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
        let any = cx.or(parts);
        cx.by(RuleId::Ca61, any)
    }

    /// A legacy client meets a policy whose controls it cannot carry, or security defaults.
    fn client_refused(&self, cx: &mut Cx, seen: &Seen) -> Formula {
        let legacy = cx.is_one_of(&Key::Client, &["other", "exchangeActiveSync"]);
        let stages = [Stage::Proof, Stage::Device, Stage::Risk, Stage::Terms];
        let met: Vec<_> = stages.iter().map(|stage| self.met(cx, seen, *stage)).collect();
        let met = cx.and(met);
        let unmet = cx.not(met);
        let refused = cx.and([legacy, unmet]);
        cx.or([refused, self.layer.refuse])
    }
}

/// The strengths that a policy asks for.
fn strengths_of(policy: &Policy) -> impl Iterator<Item = &Id> {
    policy.controls().iter().filter_map(|control| match control {
        Control::Strength(reference) => Some(reference.id()),
        _ => None,
    })
}
