//! What is demanded beside the policies: security defaults (CA-100), and MFA that Microsoft makes mandatory (CA-102).

use super::RuleId;
use super::context::Cx;
use super::suites::{AZURE_MANAGEMENT, is_azure_management, mandatory_mfa};
use crate::logic::Formula;
use crate::scenario::{Key, TargetValue};

/// What security defaults do to a sign-in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Defaults {
    /// They refuse the client.
    pub(super) refuse: Formula,
    /// They ask for MFA.
    pub(super) ask: Formula,
}

/// **CA-100** — legacy clients are refused; people with a role do MFA at each sign-in, everybody for Azure's management; for
/// others *when necessary* is
/// every sign-in or none.
pub(super) fn defaults(cx: &mut Cx) -> Defaults {
    let unread = cx.tenant.security_defaults_unread.clone();
    let on = match cx.tenant.security_defaults {
        Some(_) if !unread.is_empty() => {
            let free: Vec<_> = unread.iter().map(|unread| cx.unread(unread)).collect();
            cx.and(free)
        }
        Some(on) => cx.constant(on),
        None => cx.free("input:identitySecurityDefaultsEnforcementPolicy", "", false),
    };
    let legacy = cx.is_one_of(&Key::Client, &["other", "exchangeActiveSync"]);
    let refuse = cx.and([on, legacy]);
    let always = cx.reading("SECURITY_DEFAULTS", "always");
    let roles: Vec<_> = cx
        .space
        .all()
        .to_vec()
        .into_iter()
        .filter(|dimension| matches!(dimension.key, Key::Role(_)))
        .map(|dimension| cx.f.atom(dimension.var, 1))
        .collect();
    let administrator = cx.or(roles);
    let managing = targets(cx, &|_, id| id == AZURE_MANAGEMENT || is_azure_management(id));
    let asked = cx.or([always, administrator, managing]);
    let ask = cx.and([on, asked]);
    let ask = cx.by(RuleId::Ca100, ask);
    let mandatory = mandatory(cx);
    Defaults { refuse: cx.by(RuleId::Ca100, refuse), ask: cx.or([ask, mandatory]) }
}

/// **CA-102** — some portals are not entered without MFA, whatever the policies say.
fn mandatory(cx: &mut Cx) -> Formula {
    let asked = targets(cx, &|cx, id| mandatory_mfa(id).is_some_and(|change| cx.since(change)));
    cx.when(RuleId::Ca102, asked)
}

/// The target is one of these applications.
fn targets(cx: &mut Cx, wanted: &dyn Fn(&Cx, &str) -> bool) -> Formula {
    let is_wanted = |target: &TargetValue| match target {
        TargetValue::Application(id) => wanted(cx, id.as_str()),
        _ => false,
    };
    let targets = (0u16..).zip(cx.space.targets()).filter(|(_, target)| is_wanted(target));
    let targets = targets.map(|(at, _)| at).collect();
    cx.at(&Key::Target, targets)
}
