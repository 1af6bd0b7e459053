//! What is the matter with the strengths that apply, and with the methods that could meet them.

use std::collections::BTreeSet;

use super::super::context::Cx;
use super::super::grant::{Stage, View, met_at};
use super::super::methods::{RESOURCE_COLUMN, needs_no_configuration, registrable};
use super::super::plan::{Plan, Round};
use super::super::proof::{Methods, Seen, all_of};
use crate::logic::Formula;
use crate::model::{Control, Id, Method, Policy, Strength, StrengthRef, built_in_combinations};
use crate::scenario::Key;

pub(super) fn strength_applies(cx: &mut Cx, plan: &Plan) -> Formula {
    let applying: Vec<_> = plan
        .policies
        .iter()
        .filter(|(policy, _)| policy.controls().iter().any(|c| matches!(c, Control::Strength(_))))
        .map(|(_, applied)| applied.applies)
        .collect();
    cx.or(applying)
}

/// A strength applies that no methods of the resource column, even with the password, would meet; and the policy leaves
/// no other way.
pub(super) fn hopeless_strength(cx: &mut Cx, plan: &Plan, last: &Round) -> Formula {
    let best = resource_column(cx, last, |cx, _| cx.yes());
    unmeetable(cx, plan, last, &best)
}

/// A strength applies that the resource column would meet, but not with what the methods policy allows; or `mfa` is asked
/// for and the policy allows nothing of the column.
pub(super) fn not_allowed(cx: &mut Cx, plan: &Plan, last: &Round) -> Formula {
    let best = resource_column(cx, last, |cx, _| cx.yes());
    let allowed = resource_column(cx, last, |cx, method| plan.parts.allowed.at(cx, method));
    let hopeless = unmeetable(cx, plan, last, &best);
    let with_policy = unmeetable(cx, plan, last, &allowed);
    let could = cx.not(hopeless);
    let strength = cx.and([with_policy, could]);
    let column: Vec<_> = RESOURCE_COLUMN.iter().map(|m| plan.parts.allowed.at(cx, *m)).collect();
    let any = cx.or(column);
    let none = cx.not(any);
    let mfa = cx.not(last.seen.mfa);
    let plain = cx.and([none, mfa]);
    cx.or([strength, plain])
}

/// The same for the tenant's own people, who may prove anything that the policy allows them.
pub(super) fn not_allowed_local(cx: &mut Cx, plan: &Plan, last: &Round) -> Formula {
    let anything = cx.yes();
    let best = Methods::of(|_| anything);
    let allowed = Methods::of(|method| match method {
        _ if needs_no_configuration(method) => anything,
        _ => plan.parts.allowed.at(cx, method),
    });
    let hopeless = unmeetable(cx, plan, last, &best);
    let with_policy = unmeetable(cx, plan, last, &allowed);
    let could = cx.not(hopeless);
    let strength = cx.and([with_policy, could]);
    let one_factor = [Method::Email, Method::QrCodePin, Method::CertificateSingle];
    let adds = |method: &&Method| !needs_no_configuration(**method) && !one_factor.contains(method);
    let configured = Method::ALL.iter().filter(adds);
    let any: Vec<_> = configured.map(|method| plan.parts.allowed.at(cx, *method)).collect();
    let any = cx.or(any);
    let none = cx.not(any);
    let missing = cx.not(last.seen.mfa);
    let plain = cx.and([none, missing]);
    cx.or([strength, plain])
}

/// A strength applies that the password and what can be registered during a sign-in would not meet, and no pass is allowed.
pub(super) fn first_day(cx: &mut Cx, plan: &Plan, last: &Round) -> Formula {
    let password = cx.yes();
    let startable = Methods::of(|method| {
        let (can, allowed) = (registrable(cx, method), plan.parts.allowed.at(cx, method));
        if method == Method::Password { password } else { cx.and([can, allowed]) }
    });
    let unmeetable = unmeetable(cx, plan, last, &startable);
    let passes = [Method::TapOneTime, Method::TapMultiUse].map(|method| plan.parts.allowed.at(cx, method));
    let pass = cx.or(passes);
    let no_pass = cx.not(pass);
    cx.and([unmeetable, no_pass])
}

/// What a guest could at best prove here.
fn resource_column(cx: &mut Cx, last: &Round, mut usable: impl FnMut(&mut Cx, Method) -> Formula) -> Methods {
    let fido2 = last.seen.visible.at(cx, Method::Fido2);
    Methods::of(|method| match method {
        Method::Password | Method::FederatedSingle => cx.yes(),
        Method::Fido2 => fido2,
        _ if RESOURCE_COLUMN.contains(&method) => usable(cx, method),
        _ => cx.no(),
    })
}

/// A strength applies that these methods would not meet, and its policy is not met otherwise.
pub(super) fn unmeetable(cx: &mut Cx, plan: &Plan, last: &Round, methods: &Methods) -> Formula {
    let mut parts = Vec::new();
    for (policy, applied) in plan.policies {
        for control in policy.controls() {
            if let Control::Strength(reference) = control {
                let met = combinations_within(cx, reference, methods);
                let hopeless = cx.not(met);
                let unmet = met_at(cx, policy, plan.person, plan.fixed, &last.seen, Stage::Proof, View::Full);
                let unmet = cx.not(unmet);
                parts.push(cx.and([applied.applies, hopeless, unmet]));
            }
        }
    }
    cx.or(parts)
}

fn combinations_within(cx: &mut Cx, reference: &StrengthRef, methods: &Methods) -> Formula {
    let sets: Vec<Vec<Method>> = match reference {
        StrengthRef::Known(strength) => {
            strength.combinations.iter().map(|c| c.methods.iter().copied().collect()).collect()
        }
        StrengthRef::Unresolved { id, .. } => match built_in(id) {
            Some(sets) => sets,
            None => return cx.yes(),
        },
    };
    let parts: Vec<_> = sets.into_iter().map(|set| all_of(cx, methods, set)).collect();
    cx.or(parts)
}

fn built_in(id: &Id) -> Option<Vec<Vec<Method>>> {
    let (_, sure, doubtful) = built_in_combinations(id)?;
    Some(sure.into_iter().chain(doubtful).map(|set| set.into_iter().collect()).collect())
}

/// With the password seen, what was proved here would do.
pub(super) fn met_with_password(cx: &mut Cx, plan: &Plan, last: &Round) -> Formula {
    let yes = cx.yes();
    let visible = Methods::of(|method| match method {
        Method::Password => yes,
        _ => last.seen.visible.at(cx, method),
    });
    let seen = Seen { visible, ..last.seen.clone() };
    plan.met(cx, &seen, Stage::Proof)
}

/// The combinations of a strength, as far as they are known.
fn combinations(reference: &StrengthRef) -> Option<Vec<Vec<Method>>> {
    match reference {
        StrengthRef::Known(Strength { unread, combinations, .. }) if unread.is_empty() => {
            Some(combinations.iter().map(|c| c.methods.iter().copied().collect()).collect())
        }
        StrengthRef::Known(_) => None,
        StrengthRef::Unresolved { id, .. } => built_in(id),
    }
}

/// The strengths of a policy by their combinations, as far as these are known.
fn strengths(policy: &Policy) -> impl Iterator<Item = Vec<Vec<Method>>> {
    policy.controls().iter().filter_map(|control| match control {
        Control::Strength(reference) => combinations(reference),
        _ => None,
    })
}

/// A policy applies, is not met, and has a strength of which `wanted` is true.
pub(super) fn unmet_strength(
    cx: &mut Cx,
    plan: &Plan,
    last: &Round,
    wanted: impl Fn(&Policy, &[Vec<Method>]) -> bool,
) -> Formula {
    let mut parts = Vec::new();
    for (policy, applied) in
        plan.policies.iter().filter(|(policy, _)| strengths(policy).any(|s| wanted(policy, &s)))
    {
        let met = met_at(cx, policy, plan.person, plan.fixed, &last.seen, Stage::Proof, View::Full);
        let unmet = cx.not(met);
        parts.push(cx.and([applied.applies, unmet]));
    }
    cx.or(parts)
}

/// Every combination is a single method of these.
pub(super) fn only(strength: &[Vec<Method>], methods: &[Method]) -> bool {
    let single = |set: &Vec<Method>| matches!(set.as_slice(), [one] if methods.contains(one));
    !strength.is_empty() && strength.iter().all(single)
}

/// Two policies apply whose strengths have no combination in common.
pub(super) fn apart(cx: &mut Cx, plan: &Plan) -> Formula {
    let own: Vec<(Formula, Vec<BTreeSet<Vec<Method>>>)> = plan
        .policies
        .iter()
        .map(|(policy, applied)| {
            (applied.applies, strengths(policy).map(|s| s.into_iter().collect()).collect())
        })
        .collect();
    let mut pairs = Vec::new();
    for (at, (first, theirs)) in own.iter().enumerate() {
        for (second, others) in own.iter().skip(at + 1) {
            let disjoint = theirs.iter().any(|a| others.iter().any(|b| !a.is_empty() && a.is_disjoint(b)));
            if disjoint {
                pairs.push(cx.and([*first, *second]));
            }
        }
    }
    cx.or(pairs)
}

/// A strength applies that the person could meet with what they have at home, or could register there, if the home allowed it.
pub(super) fn not_allowed_at_home(cx: &mut Cx, plan: &Plan, last: &Round) -> Formula {
    let best = Methods::of(|method| {
        let has = cx.flag(&Key::RegisteredHome(method));
        let gets = registrable(cx, method);
        let began = cx.first_factor(method);
        let nothing_to_get = cx.constant(method == Method::Password || method.is_federated());
        cx.or([has, gets, began, nothing_to_get])
    });
    let allowed = Methods::of(|method| {
        let (own, allowed) = (best.at(cx, method), plan.parts.homes.allowed.at(cx, method));
        cx.and([own, allowed])
    });
    let hopeless = unmeetable(cx, plan, last, &best);
    let with_policy = unmeetable(cx, plan, last, &allowed);
    let could = cx.not(hopeless);
    cx.and([with_policy, could])
}

/// A policy applies with a strength some combination of which is restricted to certain keys or certificates.
pub(super) fn restricted(cx: &mut Cx, plan: &Plan, last: &Round) -> Formula {
    let is_restricted = |policy: &Policy| {
        policy.controls().iter().any(|control| match control {
            Control::Strength(StrengthRef::Known(strength)) => {
                strength.combinations.iter().any(|combination| combination.unread.is_some())
            }
            _ => false,
        })
    };
    let mut parts = Vec::new();
    for (policy, applied) in plan.policies.iter().filter(|(policy, _)| is_restricted(policy)) {
        let met = met_at(cx, policy, plan.person, plan.fixed, &last.seen, Stage::Proof, View::Full);
        let unmet = cx.not(met);
        parts.push(cx.and([applied.applies, unmet]));
    }
    cx.or(parts)
}
