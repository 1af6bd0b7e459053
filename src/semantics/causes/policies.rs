//! What is the matter with the controls of the policies that apply.

use super::super::context::Cx;
use super::super::grant::{Stage, View, met_at};
use super::super::plan::{Plan, Round};
use super::super::policies::Applied;
use super::super::position::{looks_at_position, told};
use super::super::targets;
use super::super::trust::{Flag, device_trusted};
use crate::logic::Formula;
use crate::model::{Control, Policy, UserAction, UserRef};

/// A policy for all users and all resources that excludes nobody by name blocks, or is not met.
pub(super) fn nobody_excluded(cx: &mut Cx, plan: &Plan, last: &Round) -> Formula {
    let without = |(policy, _): &&(&Policy, Applied)| {
        let (users, exclude) = (&policy.users.include.users, &policy.users.exclude);
        let nobody = exclude.users.is_empty() && exclude.groups.is_empty() && exclude.roles.is_empty();
        users.contains(&UserRef::All) && targets::includes_all(&policy.applications) && nobody
    };
    let held: Vec<_> = plan.policies.iter().filter(without).collect();
    let mut parts = Vec::new();
    for (policy, applied) in held {
        let unmet = policy_unmet(cx, plan, last, policy);
        let unmet = cx.and([applied.applies, unmet]);
        parts.extend([applied.blocks, unmet]);
    }
    cx.or(parts)
}

/// A device control of a kind whose claims are not accepted applies and is not met.
pub(super) fn device_unmet_without_trust(cx: &mut Cx, plan: &Plan, last: &Round) -> Formula {
    let compliant = control_unmet(cx, plan, last, |c| matches!(c, Control::CompliantDevice));
    let hybrid = control_unmet(cx, plan, last, |c| matches!(c, Control::HybridDevice));
    let mut parts = Vec::new();
    for (unmet, flag) in [(compliant, Flag::CompliantDevice), (hybrid, Flag::HybridDevice)] {
        let trusted = device_trusted(cx, plan.person, flag);
        let closed = cx.not(trusted);
        parts.push(cx.and([unmet, closed]));
    }
    cx.or(parts)
}

pub(super) fn is_app_control(control: &Control) -> bool {
    matches!(control, Control::CompliantApplication(_) | Control::ApprovedApplication)
}

pub(super) fn is_device_control(control: &Control) -> bool {
    matches!(control, Control::CompliantDevice | Control::HybridDevice)
}

/// A policy applies that has such a control and is not met at some stage.
pub(super) fn control_unmet(cx: &mut Cx, plan: &Plan, last: &Round, wanted: fn(&Control) -> bool) -> Formula {
    let mut parts = Vec::new();
    for (policy, applied) in plan.policies.iter().filter(|(policy, _)| policy.controls().iter().any(wanted)) {
        let unmet = policy_unmet(cx, plan, last, policy);
        parts.push(cx.and([applied.applies, unmet]));
    }
    cx.or(parts)
}

/// A policy looks at the position of a phone that tells none, and is not met.
pub(super) fn untold_position(cx: &mut Cx, plan: &Plan, last: &Round) -> Formula {
    let told = told(cx);
    let untold = cx.not(told);
    let mut parts = Vec::new();
    let looking: Vec<_> = plan.policies.iter().filter(|(policy, _)| looks_at_position(cx, policy)).collect();
    for (policy, applied) in looking {
        let unmet = policy_unmet(cx, plan, last, policy);
        parts.push(cx.and([applied.applies, untold, unmet]));
    }
    cx.or(parts)
}

/// Some stage of the policy is not met.
fn policy_unmet(cx: &mut Cx, plan: &Plan, last: &Round, policy: &Policy) -> Formula {
    let met =
        Stage::ALL.map(|stage| met_at(cx, policy, plan.person, plan.fixed, &last.seen, stage, View::Full));
    let met = cx.and(met);
    cx.not(met)
}

/// A policy on the registration page asks for `mfa`, applies and is not met.
pub(super) fn control_unmet_on_page(cx: &mut Cx, plan: &Plan, last: &Round) -> Formula {
    let mut parts = Vec::new();
    for (policy, applied) in plan.policies {
        let listed = policy.applications.actions.known.contains(&UserAction::RegisterSecurityInfo);
        if listed && policy.controls().contains(&Control::Mfa) {
            let unmet = policy_unmet(cx, plan, last, policy);
            parts.push(cx.and([applied.applies, unmet]));
        }
    }
    cx.or(parts)
}
