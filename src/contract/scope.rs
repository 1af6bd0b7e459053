//! The scope of a policy in the words of predicates.

use super::propose::quoted;
use crate::model::{
    Applications, Conditions, DeviceProperty, ExternalTenants, FilterMode, FilterRule, GuestScope, Guests,
    Id, LocationRef, Locations, Policy, Tenant, Test, TrustType, UserRef,
};

/// Target and predicates of a policy's scope; `None` where it cannot be said.
pub(super) fn scope(policy: &Policy, tenant: &Tenant) -> Option<(Option<String>, Vec<String>)> {
    let mut when = Vec::new();
    let to = target(&policy.applications, &mut when).ok()?;
    let (include, exclude) = (&policy.users.include, &policy.users.exclude);
    if !include.users.contains(&UserRef::All) {
        when.push(any(&people(include))?);
    }
    when.extend(none(people(exclude)));
    conditions(&policy.conditions, tenant, &mut when)?;
    Some((to, when))
}

/// What a policy is for cannot be said.
struct NotSayable;

/// `to`, where it is no application; applications go to the predicates.
fn target(list: &Applications, when: &mut Vec<String>) -> Result<Option<String>, NotSayable> {
    let others = [
        ("userAction", list.actions.known.iter().map(|action| action.name().to_owned()).collect::<Vec<_>>()),
        ("authenticationContext", list.contexts.iter().map(ToString::to_string).collect()),
    ];
    for (name, names) in others {
        match names.as_slice() {
            [] => {}
            [one] => return Ok(Some(format!("{{{name}: {}}}", quoted(one)))),
            several => {
                let several: Vec<String> = several.iter().map(|one| text(one)).collect();
                when.push(is_in(&format!("target.{name}"), &several));
                return Ok(None);
            }
        }
    }
    let ids = |ids: &[Id]| ids.iter().map(|id| text(id.as_str())).collect::<Vec<_>>();
    let all = list.include.known.iter().any(|id| id.as_str() == "all");
    if !all {
        let named = ids(&list.include.known);
        if named.is_empty() || list.include.known.iter().any(|id| id.as_str() == "none") {
            return Err(NotSayable);
        }
        when.push(is_in("target.application", &named));
    }
    let excluded = ids(&list.exclude.known);
    if !excluded.is_empty() {
        when.push(format!("!({})", is_in("target.application", &excluded)));
    }
    Ok(None)
}

/// For each way of being named the predicate of those who are.
fn people(scope: &GuestScope) -> Vec<String> {
    let mut ways = Vec::new();
    for user in &scope.users {
        match user {
            UserRef::All => ways.push("true".into()),
            UserRef::GuestsOrExternalUsers => ways.push("user.kind != \"member\"".into()),
            UserRef::Id(id) => ways.push(format!("user.id == {}", text(id.as_str()))),
            UserRef::None | UserRef::Unread(_) => {}
        }
    }
    let members = |set: &str, ids: &[Id]| -> Vec<String> {
        ids.iter().map(|id| format!("{} in user.{set}", text(id.as_str()))).collect()
    };
    ways.extend(members("groups", &scope.groups));
    ways.extend(members("roles", &scope.roles));
    ways.extend(scope.guests.as_ref().map(guests));
    ways
}

fn guests(guests: &Guests) -> String {
    let kinds: Vec<String> = guests.kinds.known.iter().map(|kind| text(kind.name())).collect();
    let kinds = is_in("user.kind", &kinds);
    match &guests.tenants {
        ExternalTenants::Enumerated(ids) => {
            let ids: Vec<String> = ids.iter().map(|id| text(id.as_str())).collect();
            format!("({kinds} && {})", is_in("user.homeTenant", &ids))
        }
        ExternalTenants::All | ExternalTenants::Unread(_) => kinds,
    }
}

fn conditions(own: &Conditions, tenant: &Tenant, when: &mut Vec<String>) -> Option<()> {
    let mut words = |name: &str, words: Vec<&'static str>| {
        if !words.is_empty() {
            when.push(is_in(name, &words.into_iter().map(text).collect::<Vec<_>>()));
        }
    };
    let clients = own.clients.iter().flat_map(|list| &list.known).map(|client| client.name());
    words("conditions.clientAppType", clients.collect());
    words("conditions.signInRiskLevel", own.sign_in_risk.known.iter().map(|level| level.name()).collect());
    words("conditions.userRiskLevel", own.user_risk.known.iter().map(|level| level.name()).collect());
    let insider = own.insider_risk.iter().flat_map(|list| &list.known).map(|level| level.name());
    words("conditions.insiderRiskLevel", insider.collect());
    let flows = own.flows.iter().flat_map(|list| &list.known).map(|flow| flow.name());
    words("conditions.authenticationFlow", flows.collect());
    if let Some(platforms) = &own.platforms {
        if !platforms.include_all {
            words("conditions.platform", platforms.include.known.iter().map(|one| one.name()).collect());
        }
        let excluded: Vec<String> = platforms.exclude.known.iter().map(|one| text(one.name())).collect();
        if !excluded.is_empty() {
            when.push(format!("!({})", is_in("conditions.platform", &excluded)));
        }
    }
    if let Some(locations) = &own.locations {
        places(locations, tenant, when)?;
    }
    if let Some(states) = &own.device_states {
        when.extend(states.exclude_compliant.then(|| "!conditions.device.isCompliant".to_owned()));
        when.extend(states.exclude_hybrid.then(|| "conditions.device.trustType != \"ServerAD\"".to_owned()));
    }
    if let Some(filter) = &own.device_filter {
        // Fewer sign-ins than the policy is for, never others. Where nothing can be said those without a device are tried.
        let said = match filter.mode {
            FilterMode::Include => rule(&filter.rule, Bound::Within),
            FilterMode::Exclude => rule(&filter.rule, Bound::Around).map(|said| format!("!({said})")),
        };
        when.push(said.unwrap_or_else(|| NO_DEVICE.to_owned()));
    }
    Some(())
}

/// A sign-in without a registered device.
const NO_DEVICE: &str = "conditions.device.trustType == null";

fn places(own: &Locations, tenant: &Tenant, when: &mut Vec<String>) -> Option<()> {
    let inside = |list: &[LocationRef]| -> Vec<String> {
        let ids = list.iter().flat_map(|place| match place {
            LocationRef::Id(id) => vec![id.clone()],
            LocationRef::AllTrusted => tenant.trusted_locations().cloned().collect(),
            LocationRef::All | LocationRef::LegacyTrustedIps | LocationRef::Unread(_) => Vec::new(),
        });
        ids.map(|id| format!("{} in conditions.namedLocations", text(id.as_str()))).collect()
    };
    // An empty list may mean everywhere, which is for the proof to say.
    if !own.include.contains(&LocationRef::All) && !own.include.is_empty() {
        when.push(any(&inside(&own.include))?);
    }
    when.extend(none(inside(&own.exclude)));
    Some(())
}

/// How a filter is said where predicates do not know all that it speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bound {
    /// What is said matches no device that the filter does not match.
    Within,
    /// What is said matches every device that the filter matches.
    Around,
}

/// A device filter over what predicates know of devices; `None` if nothing can be said within it, or around it.
fn rule(own: &FilterRule<DeviceProperty>, bound: Bound) -> Option<String> {
    let (parts, by, strict) = match own {
        FilterRule::All(parts) => (parts, " && ", bound == Bound::Within),
        FilterRule::Any(parts) => (parts, " || ", bound == Bound::Around),
        FilterRule::Not(part) => {
            let other = if bound == Bound::Within { Bound::Around } else { Bound::Within };
            return Some(format!("!{}", rule(part, other)?));
        }
        FilterRule::Test(test) => return attribute(test),
        FilterRule::Unread(..) => return None,
    };
    let said: Vec<String> = parts.iter().filter_map(|part| rule(part, bound)).collect();
    let whole = said.len() == parts.len();
    (!said.is_empty() && (whole || !strict)).then(|| format!("({})", said.join(by)))
}

/// One test, where predicates know the attribute.
fn attribute(test: &Test<DeviceProperty>) -> Option<String> {
    let like = match test.attribute {
        DeviceProperty::IsCompliant if test.matches("true") => "conditions.device.isCompliant".to_owned(),
        DeviceProperty::IsCompliant => {
            "(!conditions.device.isCompliant && conditions.device.trustType != null)".to_owned()
        }
        DeviceProperty::TrustType => {
            let words = TrustType::ALL.iter().map(|trust| trust.name());
            let words: Vec<String> = words.filter(|name| test.matches(name)).map(text).collect();
            is_in("conditions.device.trustType", &words)
        }
        _ => return None,
    };
    Some(if test.negated { format!("!({like})") } else { like })
}

/// `a == "b"`, or `a in ["b", "c"]`.
fn is_in(name: &str, texts: &[String]) -> String {
    match texts {
        [one] => format!("{name} == {one}"),
        several => format!("{name} in [{}]", several.join(", ")),
    }
}

fn any(ways: &[String]) -> Option<String> {
    match ways {
        [] => None,
        [one] => Some(one.clone()),
        _ => Some(format!("({})", ways.join(" || "))),
    }
}

fn none(ways: Vec<String>) -> Vec<String> {
    ways.into_iter().map(|way| format!("!({way})")).collect()
}

/// A text as CEL has it.
fn text(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
