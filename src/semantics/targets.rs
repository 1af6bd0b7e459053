//! What a policy is for (CA-31, CA-36, CA-39).

use super::RuleId;
use super::context::Cx;
use super::filters::rule;
use crate::logic::Formula;
use crate::model::{Applications, Filter, FilterMode, Id, Listed, Policy, Test, UserAction};
use crate::scenario::{Key, TargetValue, text_classes};

/// Members of the Office 365 suite whose ids are public.
const OFFICE: &[&str] = &[
    "00000002-0000-0ff1-ce00-000000000000",
    "00000003-0000-0ff1-ce00-000000000000",
    "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe",
];

/// Applications that are known to be in no suite: Microsoft Graph, the directory, Azure management.
const IN_NO_SUITE: &[&str] = &[
    "00000003-0000-0000-c000-000000000000",
    "00000002-0000-0000-c000-000000000000",
    "797f4846-ba00-4fd7-ba43-dac1f8f63013",
];

/// What a keyword of an application list stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Suite {
    Office365,
    AdminPortals,
}

/// The policy is for what the sign-in asks for.
pub(super) fn matches(cx: &mut Cx, policy: &Policy) -> Formula {
    let mut parts = Vec::new();
    for (at, target) in cx.space.targets().to_vec().iter().enumerate() {
        let here = cx.at(&Key::Target, vec![u16::try_from(at).unwrap_or(u16::MAX)]);
        let met = match target {
            TargetValue::Action(action) => user_action(cx, &policy.applications, *action),
            TargetValue::Context(id) => context(cx, &policy.applications, Some(id)),
            TargetValue::OtherContext => context(cx, &policy.applications, None),
            _ => application(cx, &policy.applications, target),
        };
        parts.push(cx.and([here, met]));
    }
    cx.or(parts)
}

/// **CA-31** — included and not excluded; no application at all matches nothing (**CA-66**).
pub(super) fn application(cx: &mut Cx, list: &Applications, target: &TargetValue) -> Formula {
    if list.include.is_empty() && list.filter.is_none() {
        let nothing = cx.no();
        return cx.by(RuleId::Ca66, nothing);
    }
    let mut include = in_list(cx, &list.include, target);
    let mut exclude = in_list(cx, &list.exclude, target);
    if let Some(filter) = &list.filter {
        let filtered = filtered(cx, filter, target);
        match filter.mode {
            FilterMode::Include => include = cx.or([include, filtered]),
            FilterMode::Exclude => exclude = cx.or([exclude, filtered]),
        }
    }
    let not_excluded = cx.not(exclude);
    let both = cx.and([include, not_excluded]);
    cx.by(RuleId::Ca31, both)
}

/// An application list has this target.
fn in_list(cx: &mut Cx, list: &Listed<Id>, target: &TargetValue) -> Formula {
    let mut parts: Vec<_> = list.unread.iter().map(|unread| cx.unread(unread)).collect();
    for id in &list.known {
        parts.push(match id.as_str() {
            "all" => cx.yes(),
            "none" => cx.no(),
            "office365" => in_suite(cx, Suite::Office365, target),
            "microsoftadminportals" => in_suite(cx, Suite::AdminPortals, target),
            _ => cx.constant(matches!(target, TargetValue::Application(app) if app == id)),
        });
    }
    cx.or(parts)
}

/// **CA-11** — a filter over custom security attributes of the application. What the export does not say of them is free,
/// but every comparison of one attribute goes by one value.
fn filtered(cx: &mut Cx, filter: &Filter<String>, target: &TargetValue) -> Formula {
    let matches = rule(cx, &filter.rule, &|cx, test| {
        let like = attribute(cx, test, target);
        if test.negated { cx.not(like) } else { like }
    });
    cx.by(RuleId::Ca11, matches)
}

fn attribute(cx: &mut Cx, test: &Test<String>, target: &TargetValue) -> Formula {
    let name = test.attribute.to_lowercase();
    let (known, application) = match target {
        TargetValue::Application(id) => (
            cx.tenant.applications.get(id).map(|application| application.attributes.as_ref()),
            id.to_string(),
        ),
        // Where all applications are known, those that have attributes are targets of their own.
        _ => (cx.tenant.attributes_are_known().then_some(None), target.name()),
    };
    match known {
        Some(Some(attributes)) => {
            let holds = attributes.get(&name).into_iter().flatten().any(|value| test.matches(value));
            cx.constant(holds)
        }
        Some(None) if !matches!(target, TargetValue::Application(_)) => cx.no(),
        _ => {
            let key = format!("input:customSecurityAttributes/{application}");
            let same = |other: &&Test<String>| other.attribute.eq_ignore_ascii_case(&name);
            let filters =
                cx.tenant.acting_policies().filter_map(|policy| policy.applications.filter.as_ref());
            let tests: Vec<_> = filters.flat_map(|filter| filter.rule.tests()).filter(same).collect();
            let per_sign_in = !matches!(target, TargetValue::Application(_));
            match text_classes(&tests) {
                Some(values) => {
                    let like: Vec<bool> = values.iter().map(|value| test.matches(value)).collect();
                    let var = cx.unknowns.variable(&key, &name, &values, per_sign_in);
                    let matching = like.iter().enumerate().skip(1).filter(|(_, like)| **like);
                    let matching: Vec<u16> = matching.filter_map(|(at, _)| u16::try_from(at).ok()).collect();
                    cx.f.member(var, matching)
                }
                None => {
                    cx.free(&key, &format!("{name} {:?} {:?}", test.comparison, test.values), per_sign_in)
                }
            }
        }
    }
}

/// Whether an application belongs to a suite; for one that is neither known to nor known not to, that is free.
pub(super) fn in_suite(cx: &mut Cx, suite: Suite, target: &TargetValue) -> Formula {
    let (own, name) = match suite {
        Suite::Office365 => (TargetValue::Office365, "Office365"),
        Suite::AdminPortals => (TargetValue::AdminPortals, "MicrosoftAdminPortals"),
    };
    match target {
        TargetValue::Application(id) if OFFICE.contains(&id.as_str()) => {
            cx.constant(suite == Suite::Office365)
        }
        TargetValue::Application(id) if !IN_NO_SUITE.contains(&id.as_str()) => {
            cx.free(&format!("input:suite/{name}/{id}"), "", false)
        }
        _ => cx.constant(*target == own),
    }
}

/// **CA-36** — a user action is a target of its own; whether `All` covers the registration page is open.
fn user_action(cx: &mut Cx, list: &Applications, action: UserAction) -> Formula {
    let mut parts = vec![cx.constant(list.actions.known.contains(&action))];
    parts.extend(list.actions.unread.iter().map(|unread| cx.unread(unread)).collect::<Vec<_>>());
    if action == UserAction::RegisterSecurityInfo && includes_all(list) {
        parts.push(cx.reading("ALL_COVERS_REGISTRATION", "yes"));
    }
    let any = cx.or(parts);
    cx.by(RuleId::Ca36, any)
}

/// **CA-39** — a context policy acts where that context is asked for; whether policies on `All` act too is open.
fn context(cx: &mut Cx, list: &Applications, id: Option<&Id>) -> Formula {
    let mut parts = vec![cx.constant(id.is_some_and(|id| list.contexts.contains(id)))];
    if includes_all(list) {
        parts.push(cx.reading("CONTEXT_PLUS_ALL", "yes"));
    }
    let any = cx.or(parts);
    cx.by(RuleId::Ca39, any)
}

/// The policy includes all resources.
pub(super) fn includes_all(list: &Applications) -> bool {
    list.include.known.iter().any(|id| id.as_str() == "all")
}
