//! What a policy is for (CA-31, CA-36, CA-39).

use super::RuleId;
use super::context::Cx;
use super::dates::Change;
use super::filters::{by_case, rule};
use super::suites::{self, AZURE_MANAGEMENT, DIRECTORY, Suite, is_azure_management, is_unpickable};
use crate::logic::Formula;
use crate::model::{Applications, Filter, FilterMode, Id, Listed, Policy, Test, UserAction};
use crate::scenario::{Key, TargetValue, text_classes};

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
    if *target == TargetValue::Baseline {
        return baseline(cx, list);
    }
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

/// **CA-35** — a request for baseline scopes only is evaluated as one for the directory, or as the tenant's setting says,
/// which no export holds. **CA-34** — the old way: a policy on all resources with any exclusion does not see it.
fn baseline(cx: &mut Cx, list: &Applications) -> Formula {
    let all = includes_all(list);
    let leaves_out = !list.exclude.is_empty()
        || list.filter.as_ref().is_some_and(|filter| filter.mode == FilterMode::Exclude);
    let before = cx.constant(all && !leaves_out);
    let before = cx.by(RuleId::Ca34, before);
    if !cx.since(Change::BaselineScopes) {
        return before;
    }
    let directory = TargetValue::Application(Id::new(DIRECTORY));
    let directory = application(cx, list, &directory);
    let placeholder = if all && leaves_out {
        // Whether the placeholder is among what the policy leaves out is nowhere to be read.
        let excluded = cx.free("input:baselineApplication", &format!("{:?}", list.exclude.known), false);
        cx.not(excluded)
    } else {
        cx.constant(all)
    };
    let mut parts = Vec::new();
    for (setting, matches) in [("enforced", directory), ("custom", placeholder), ("disabled", before)] {
        let set = cx.reading("BASELINE", setting);
        parts.push(cx.and([set, matches]));
    }
    let any = cx.or(parts);
    cx.by(RuleId::Ca35, any)
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
            _ => named(cx, id, target),
        });
    }
    cx.or(parts)
}

/// A list names one application. **CA-32** — Azure's management interface stands for its portals and tools. **CA-33** — what
/// naming a resource does that cannot be picked is not known.
fn named(cx: &mut Cx, id: &Id, target: &TargetValue) -> Formula {
    let TargetValue::Application(application) = target else {
        return cx.no();
    };
    if application == id && is_unpickable(id.as_str()) {
        let reached = cx.free(&format!("input:unpickable/{id}"), "", false);
        return cx.by(RuleId::Ca33, reached);
    }
    if id.as_str() == AZURE_MANAGEMENT && is_azure_management(application.as_str()) {
        let behind = cx.yes();
        return cx.by(RuleId::Ca32, behind);
    }
    cx.constant(application == id)
}

/// **CA-11** — a filter over custom security attributes of the application. What the export does not say of them is free,
/// but every comparison of one attribute goes by one value.
pub(super) fn filtered(cx: &mut Cx, filter: &Filter<String>, target: &TargetValue) -> Formula {
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
            let mut values = attributes.get(&name).into_iter().flatten();
            let exact = cx.constant(values.clone().any(|value| test.matches_exactly(value)));
            let loose = cx.constant(values.any(|value| test.matches(value)));
            by_case(cx, loose, exact)
        }
        Some(None) if !matches!(target, TargetValue::Application(_)) => cx.no(),
        _ => {
            let key = format!("input:customSecurityAttributes/{application}");
            let same = |other: &&Test<String>| other.attribute.eq_ignore_ascii_case(&name);
            let acting = cx.tenant.policies.iter().filter(|policy| policy.may_be_enabled());
            let filters = acting.flat_map(|policy| {
                let of_principals = policy.workloads.as_ref().and_then(|workloads| workloads.filter.as_ref());
                policy.applications.filter.iter().chain(of_principals)
            });
            let tests: Vec<_> = filters.flat_map(|filter| filter.rule.tests()).filter(same).collect();
            let per_sign_in = !matches!(target, TargetValue::Application(_));
            match text_classes(&tests) {
                Some(values) => {
                    let var = cx.unknowns.variable(&key, &name, &values, per_sign_in);
                    let at = |matches: &dyn Fn(&str) -> bool| -> Vec<u16> {
                        let matching = (0u16..).zip(&values).skip(1).filter(|(_, value)| matches(value));
                        matching.map(|(at, _)| at).collect()
                    };
                    let loose = cx.f.member(var, at(&|value| test.matches(value)));
                    let exact = cx.f.member(var, at(&|value| test.matches_exactly(value)));
                    by_case(cx, loose, exact)
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
        TargetValue::Application(id) => match suites::in_suite(suite, id.as_str()) {
            Some(inside) => cx.constant(inside),
            None => cx.free(&format!("input:suite/{name}/{id}"), "", false),
        },
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
