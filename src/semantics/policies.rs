//! Which policies apply to a sign-in (CA-2, CA-40, CA-63).

use super::RuleId;
use super::aspect::Aspect;
use super::context::Cx;
use super::person::Person;
use super::position::refused_by;
use super::{conditions, targets, users};
use crate::logic::Formula;
use crate::model::{Control, Policy, UserAction};
use crate::scenario::TargetValue;

/// One policy that can act, and when it does.
#[derive(Clone, Debug)]
pub struct Applied {
    /// Its position in the tenant.
    pub index: usize,
    /// It applies to the sign-in.
    pub applies: Formula,
    /// Everything that has to match, by what it looks at, in the order of What-If's reasons.
    pub aspects: Vec<(Aspect, Formula)>,
    /// It is for the registration page and everything else matches.
    pub(super) on_registration: Formula,
    /// It is for all resources, everything else matches, and the application asked for is excluded.
    pub left_out_here: Formula,
    /// It denies access.
    pub blocks: Formula,
    /// It would, if it applied.
    pub denies: Formula,
    /// It applies because nobody can say where the person is, and cannot be met.
    pub position_refused: Formula,
    /// What it demands is met with everything that can be proved.
    pub met: Formula,
}

/// **CA-40** — a policy applies iff every assignment and condition matches. **CA-63** — a policy for workload identities
/// does not reach people.
pub(super) fn applied(cx: &mut Cx, index: usize, policy: &Policy, person: &Person) -> Applied {
    let on = conditions::enforced(cx, policy);
    let people = cx.constant(!policy.workload);
    let people = cx.by(RuleId::Ca12, people);
    let people = cx.by(RuleId::Ca63, people);
    let whom = users::matches(cx, policy, person);
    let mut aspects = conditions::matches(cx, policy, person);
    let when = cx.and(aspects.iter().map(|(_, part)| *part).collect::<Vec<_>>());
    let scope = cx.and([on, people, whom, when]);
    let what = targets::matches(cx, policy);
    let target = Aspect::of_target(&policy.applications);
    aspects.extend([(Aspect::WorkloadIdentities, people), (Aspect::Users, whom), (target, what)]);
    aspects.push((Aspect::PolicyNotEnabled, on));
    aspects.sort_unstable();
    let known = cx.and([scope, what]);
    let known = cx.by(RuleId::Ca40, known);
    let applies = unread(cx, policy, known);
    let applies = cx.of_policy(index, applies);

    let action = cx.constant(policy.applications.actions.known.contains(&UserAction::RegisterSecurityInfo));
    let on_registration = cx.and([scope, action]);
    let on_registration = unread(cx, policy, on_registration);
    let left_out = left_out(cx, policy);
    let left_out = cx.and([scope, left_out]);
    let left_out_here = unread(cx, policy, left_out);
    // That the phone cannot be asked is no decision of the tenant.
    let refused = refused_by(cx, policy);
    let position_refused = cx.and([applies, refused]);
    let somewhere = cx.not(refused);
    let denies = denial(cx, policy);
    let blocks = cx.and([applies, denies, somewhere]);
    let blocks = cx.when(RuleId::Ca61, blocks);
    let met = cx.yes();
    Applied { index, applies, aspects, on_registration, left_out_here, blocks, denies, position_refused, met }
}

/// Unread keys of users, targets or conditions make it free whether an enabled policy applies.
pub(super) fn unread(cx: &mut Cx, policy: &Policy, known: Formula) -> Formula {
    if policy.unread_scope.is_empty() || !policy.may_be_enabled() {
        return known;
    }
    let on = conditions::enforced(cx, policy);
    let free: Vec<_> = policy.unread_scope.iter().map(|unread| cx.unread(unread)).collect();
    let free = cx.and(free);
    cx.and([on, free])
}

/// The policy includes all resources and excludes the application that is asked for.
fn left_out(cx: &mut Cx, policy: &Policy) -> Formula {
    if !targets::includes_all(&policy.applications) {
        return cx.no();
    }
    let mut parts = Vec::new();
    for (at, target) in cx.space.targets().to_vec().iter().enumerate() {
        if matches!(target, TargetValue::Action(_) | TargetValue::Context(_) | TargetValue::OtherContext) {
            continue;
        }
        let here = cx.at(&crate::scenario::Key::Target, vec![u16::try_from(at).unwrap_or(u16::MAX)]);
        let included = targets::application(cx, &policy.applications, target);
        let excluded = cx.not(included);
        parts.push(cx.and([here, excluded]));
    }
    cx.or(parts)
}

/// The policy's demand is `block`; an unread key of the grant makes that free.
pub(super) fn denial(cx: &mut Cx, policy: &Policy) -> Formula {
    let blocks = policy.controls().contains(&Control::Block);
    if !blocks || policy.unread_grant.is_empty() {
        return cx.constant(blocks);
    }
    let met: Vec<_> = policy.unread_grant.iter().map(|unread| cx.unread_demand(unread)).collect();
    let met = cx.and(met);
    cx.not(met)
}
