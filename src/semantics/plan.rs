//! What the policies that apply ask for, and whether it is met, round by round (CA-60, STR-13, STR-25).

use std::collections::BTreeSet;

use super::RuleId;
use super::context::Cx;
use super::defaults::Defaults;
use super::grant::{Fixed, Stage, View, asks_at, met_at};
use super::person::Person;
use super::policies::Applied;
use super::proof::{self, Ingredients, Methods, Seen};
use super::registration;
use super::visible::{self, seen, with_one_factor};
use crate::logic::Formula;
use crate::model::{Control, Id, Policy, Resource, StrengthRef, UserAction, built_in_combinations};
use crate::scenario::Key;

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

/// Everything that does not change from round to round.
pub(super) struct Plan<'a> {
    pub(super) person: &'a Person,
    pub(super) parts: &'a Ingredients,
    pub(super) policies: &'a [(&'a Policy, Applied)],
    pub(super) fixed: &'a Fixed,
    pub(super) layer: &'a Defaults,
}

impl Plan<'_> {
    /// Security defaults refuse the client.
    pub(super) fn layer_refuses(&self) -> Formula {
        self.layer.refuse
    }

    pub(super) fn round_before(&self, cx: &mut Cx) -> Round {
        let here = proof::here_before(cx, self.person, self.parts);
        let home = proof::home_before(cx, self.person, self.parts);
        let never = cx.no();
        self.round(cx, here, home, never, None)
    }

    pub(super) fn round_registered(&self, cx: &mut Cx, before: &Round, may_ask: Formula) -> Round {
        let here = proof::here_registered(cx, self.person, self.parts, &before.here);
        let home = proof::home_registered(cx, self.person, self.parts, &before.home, may_ask);
        self.round(cx, here, home, may_ask, None)
    }

    pub(super) fn round_new(
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
    pub(super) fn each_met(&self, cx: &mut Cx, seen: &Seen) -> Vec<Formula> {
        let mut met = Vec::new();
        for (policy, _) in self.policies {
            let parts =
                Stage::ALL.map(|stage| met_at(cx, policy, self.person, self.fixed, seen, stage, View::Full));
            met.push(cx.and(parts));
        }
        met
    }

    /// Some applicable policy asks for something at a stage; security defaults ask for MFA.
    pub(super) fn asked(&self, cx: &mut Cx, stage: Stage) -> Formula {
        let asking = self.policies.iter().filter(|(policy, _)| asks_at(cx, policy, stage));
        let mut parts: Vec<_> = asking.map(|(_, applied)| applied.applies).collect();
        if stage == Stage::Proof {
            parts.extend([self.layer.ask, self.person.delegated]);
        }
        cx.or(parts)
    }

    /// **STR-12** — the methods that registration offers: those of the strengths that apply, or any where `mfa` is asked.
    pub(super) fn suitable(&self, cx: &mut Cx) -> Methods {
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

    pub(super) fn approved_unmet(&self, cx: &mut Cx, seen: &Seen) -> Formula {
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

    pub(super) fn strength_asked(&self, cx: &mut Cx) -> Formula {
        let asking = self.policies.iter().filter(|(policy, _)| strengths_of(policy).next().is_some());
        let parts: Vec<_> = asking.map(|(_, applied)| applied.applies).collect();
        cx.or(parts)
    }

    /// Whatever is registered, a strength that applies stays unmet, and nothing else stands in for it.
    pub(super) fn strength_unmet(&self, cx: &mut Cx, seen: &Seen) -> Formula {
        let mut parts = Vec::new();
        for (policy, applied) in
            self.policies.iter().filter(|(policy, _)| strengths_of(policy).next().is_some())
        {
            let met = met_at(cx, policy, self.person, self.fixed, seen, Stage::Proof, View::Full);
            let unmet = cx.not(met);
            parts.push(cx.and([applied.applies, unmet]));
        }
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
    pub(super) fn blocked(&self, cx: &mut Cx) -> Formula {
        let parts: Vec<_> = self.policies.iter().map(|(_, applied)| applied.blocks).collect();
        cx.or(parts)
    }

    /// **CA-48** — one applicable policy that cannot ask the phone is enough.
    pub(super) fn position_refused(&self, cx: &mut Cx) -> Formula {
        let parts: Vec<_> = self.policies.iter().map(|(_, applied)| applied.position_refused).collect();
        cx.or(parts)
    }

    /// A legacy client meets a policy whose controls it cannot carry.
    pub(super) fn client_refused(&self, cx: &mut Cx, seen: &Seen) -> Formula {
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
pub(super) fn lists_page(policy: &Policy) -> bool {
    policy.applications.actions.known.contains(&UserAction::RegisterSecurityInfo)
}

/// The strengths that a policy asks for.
fn strengths_of(policy: &Policy) -> impl Iterator<Item = &Id> {
    policy.controls().iter().filter_map(|control| match control {
        Control::Strength(reference) => Some(reference.id()),
        _ => None,
    })
}
