//! When a sign-in that got in has met what a contract asks for (CA-69).
//!
//! A proof, a device and accepted terms are parts of a sign-in. What the client application is, and what is done on the way because
//! it is asked for (a new password, remediation), are none: nobody does that unasked. It is met only where a policy that
//! applies leaves no other way.

use std::mem::discriminant;

use super::RuleId;
use super::context::Cx;
use super::dates::Change;
use super::grant::{Fixed, View, control, restricted, strength};
use super::meaning::Meaning;
use crate::logic::Formula;
use crate::model::{Control, Operator, Policy, UserAction};
use crate::scenario::Key;

/// The control is met by what the resource tenant goes by, whatever the client carries of a proof.
pub(super) fn is_met(cx: &mut Cx, asked: &Control, meaning: &Meaning, fixed: &Fixed) -> Formula {
    let [_, registered, _] = &meaning.rounds;
    match asked {
        Control::Mfa => registered.seen.mfa,
        Control::Strength(reference) => strength(cx, reference, &meaning.person, &registered.seen),
        Control::TermsOfUse(_) => accepted(cx, fixed),
        Control::PasswordChange
        | Control::RiskRemediation(_)
        | Control::ApprovedApplication
        | Control::CompliantApplication(_) => forced(cx, asked, meaning, fixed),
        other => control(cx, other, &meaning.person, fixed, &registered.seen, View::Full).1,
    }
}

/// Somebody is there and accepts what is shown. Who has no object here accepts nothing, also where they get in without (**EXT-28**).
fn accepted(cx: &mut Cx, fixed: &Fixed) -> Formula {
    let accepts = cx.flag(&Key::AcceptsTerms);
    let interactive = cx.flag(&Key::Interactive);
    let objectless = cx.is_one_of(&Key::Kind, &["b2bDirectConnectUser", "serviceProvider"]);
    let with_object = cx.not(objectless);
    let all = cx.and([accepts, interactive, with_object, fixed.modern]);
    cx.by(RuleId::Ca69, all)
}

/// A policy that applies cannot be met otherwise.
fn forced(cx: &mut Cx, asked: &Control, meaning: &Meaning, fixed: &Fixed) -> Formula {
    let same = |control: &Control| discriminant(control) == discriminant(asked);
    let mut ways = Vec::new();
    for applied in &meaning.policies {
        // What keys that are not understood make of a demand is free: none of them is relied on.
        let policy = cx.tenant.policies.get(applied.index).filter(|policy| policy.unread_grant.is_empty());
        let Some(policy) = policy.filter(|policy| policy.controls().iter().any(same)) else { continue };
        let only = without_other_way(cx, policy, &same, meaning, fixed);
        let here = cx.and([applied.applies, only]);
        ways.push(cx.of_policy(applied.index, here));
    }
    let any = cx.or(ways);
    cx.by(RuleId::Ca69, any)
}

/// What the policy demands is not met by its other controls. They may be met by everything that can be proved in the end.
fn without_other_way(
    cx: &mut Cx,
    policy: &Policy,
    same: &dyn Fn(&Control) -> bool,
    meaning: &Meaning,
    fixed: &Fixed,
) -> Formula {
    let gone = cx.since(Change::ApprovedApplication);
    let live = |control: &&Control| !gone || **control != Control::ApprovedApplication;
    let controls: Vec<&Control> = policy.controls().iter().filter(live).collect();
    if !controls.iter().any(|control| same(control)) {
        return cx.no();
    }
    let [_, _, new] = &meaning.rounds;
    let restricted = restricted(cx, policy, &new.seen);
    let seen = restricted.as_ref().unwrap_or(&new.seen);
    let page = cx.is(&Key::Target, UserAction::RegisterSecurityInfo.name());
    let mut others = Vec::new();
    for other in controls.into_iter().filter(|control| !same(control)) {
        others.push(control(cx, other, &meaning.person, fixed, seen, View::Full).1);
        if matches!(other, Control::Strength(_)) {
            // Another policy's strength may stand in for it there (STR-25).
            others.push(page);
        }
    }
    let other = cx.or(others);
    let none = cx.not(other);
    match policy.grant.as_ref().map(|grant| &grant.operator) {
        None => cx.no(),
        Some(Operator::And) => cx.yes(),
        Some(Operator::Or) => none,
        Some(Operator::Unread(unread)) => {
            let all = cx.unread(unread);
            cx.or([all, none])
        }
    }
}
