//! Filters over the attributes of devices (CA-49, CA-50, CA-52) and the device states that they replaced.

use super::RuleId;
use super::context::Cx;
use super::person::Person;
use super::trust::{Flag, device_trusted};
use crate::logic::Formula;
use crate::model::{DeviceProperty, DeviceStates, Filter, FilterMode, FilterRule, Test};
use crate::scenario::Key;

/// What a filter can see of the device.
struct Sight {
    /// It is registered, the client carries it, and the tenant that registered it is believed.
    seen: Formula,
    /// It is managed, compliant or hybrid joined, so that its extension attributes count.
    extended: Formula,
}

/// **CA-49** — an include filter wants the rule to match, an exclude filter wants it not to.
pub(super) fn device_filter(cx: &mut Cx, filter: &Filter<DeviceProperty>, person: &Person) -> Formula {
    let seen = seen(cx, person);
    let extended = extended(cx);
    let sight = Sight { seen, extended };
    let matched = rule(cx, &filter.rule, &|cx, test| device_test(cx, test, &sight));
    let wanted = match filter.mode {
        FilterMode::Include => matched,
        FilterMode::Exclude => cx.not(matched),
    };
    cx.by(RuleId::Ca49, wanted)
}

/// The device states of old policies: what is left out is not reached, everything else is.
pub(super) fn device_states(cx: &mut Cx, states: &DeviceStates, person: &Person) -> Formula {
    let seen = seen(cx, person);
    let compliant = cx.flag(&Key::DeviceCompliant);
    let hybrid = cx.is(&Key::DeviceTrust, "ServerAD");
    let mut out = Vec::new();
    if states.exclude_compliant {
        out.push(compliant);
    }
    if states.exclude_hybrid {
        out.push(hybrid);
    }
    let any = cx.or(out);
    let left_out = cx.and([seen, any]);
    let matches = cx.not(left_out);
    cx.by(RuleId::Ca4, matches)
}

/// **CA-50** — a device that is not registered has no attribute. **CA-52** — nor has, for this tenant, a device of an
/// external person whose home is not trusted about devices. Device code flow (**CA-53**) and legacy clients (**CA-45**)
/// carry none.
fn seen(cx: &mut Cx, person: &Person) -> Formula {
    let none = cx.is(&Key::DeviceTrust, "none");
    let registered = cx.not(none);
    let registered = cx.by(RuleId::Ca50, registered);
    let code = cx.is(&Key::Flow, "deviceCodeFlow");
    let code = cx.when(RuleId::Ca53, code);
    let legacy = cx.is(&Key::Client, "other");
    let legacy = cx.when(RuleId::Ca45, legacy);
    let lost = cx.or([code, legacy]);
    let carried = cx.not(lost);
    let compliance = device_trusted(cx, person, Flag::CompliantDevice);
    let joining = device_trusted(cx, person, Flag::HybridDevice);
    let one = cx.or([compliance, joining]);
    let both = cx.and([compliance, joining]);
    let enough = cx.reading("DEVICE_TRUST_ANY", "yes");
    let one = cx.and([one, enough]);
    let trusted = cx.or([both, one]);
    let trusted = cx.by(RuleId::Ca52, trusted);
    let believed = cx.or([person.local, trusted]);
    cx.and([registered, carried, believed])
}

fn extended(cx: &mut Cx) -> Formula {
    let compliant = cx.flag(&Key::DeviceCompliant);
    let hybrid = cx.is(&Key::DeviceTrust, "ServerAD");
    let broad = cx.reading("MANAGED_DEVICE", "broad");
    let managing = Key::Device(DeviceProperty::MdmAppId);
    let managed = if cx.space.var(&managing).is_some() {
        let unmanaged = cx.at(&managing, vec![0]);
        cx.not(unmanaged)
    } else {
        // Its comparisons are too many to tell apart.
        cx.free("input:device.mdmAppId", "managed", true)
    };
    let managed = cx.and([managed, broad]);
    cx.or([compliant, hybrid, managed])
}

/// A rule whose comparisons have these formulas.
pub(super) fn rule<A>(
    cx: &mut Cx,
    rule: &FilterRule<A>,
    test: &dyn Fn(&mut Cx, &Test<A>) -> Formula,
) -> Formula {
    match rule {
        FilterRule::All(parts) => {
            let parts: Vec<_> = parts.iter().map(|part| self::rule(cx, part, test)).collect();
            cx.and(parts)
        }
        FilterRule::Any(parts) => {
            let parts: Vec<_> = parts.iter().map(|part| self::rule(cx, part, test)).collect();
            cx.or(parts)
        }
        FilterRule::Not(part) => {
            let part = self::rule(cx, part, test);
            cx.not(part)
        }
        FilterRule::Test(one) => test(cx, one),
        FilterRule::Unread(unread, part) => cx.free(&unread.0, part, true),
    }
}

/// **CA-50** — without attributes a positive comparison fails and a negative one succeeds. What a negative one does to the
/// extension attributes of a registered device that has none that count is open.
fn device_test(cx: &mut Cx, test: &Test<DeviceProperty>, sight: &Sight) -> Formula {
    let like = compared(cx, test);
    let mut shown = vec![sight.seen, like];
    if test.attribute.is_extension() {
        shown.push(sight.extended);
    }
    let positive = cx.and(shown);
    if !test.negated {
        return positive;
    }
    let negative = cx.not(positive);
    let negative = cx.by(RuleId::Ca50, negative);
    if !test.attribute.is_extension() {
        return negative;
    }
    let hidden = cx.not(sight.extended);
    let hidden = cx.and([sight.seen, hidden]);
    let literal = cx.reading("EXTATTR_NEG", "false");
    let fails = cx.and([hidden, literal]);
    let stands = cx.not(fails);
    cx.and([negative, stands])
}

/// Whether case matters where free texts are compared is open.
pub(super) fn by_case(cx: &mut Cx, loose: Formula, exact: Formula) -> Formula {
    let no = cx.reading("STRING_CASE", "no");
    let loose = cx.and([loose, no]);
    cx.or([loose, exact])
}

/// The attribute of the device, taken as visible, compares like this; without the negation.
fn compared(cx: &mut Cx, test: &Test<DeviceProperty>) -> Formula {
    let property = test.attribute;
    match property {
        DeviceProperty::IsCompliant => {
            let compliant = cx.flag(&Key::DeviceCompliant);
            if test.matches("true") { compliant } else { cx.not(compliant) }
        }
        DeviceProperty::TrustType => {
            let names: Vec<&str> = test.values.iter().map(String::as_str).collect();
            cx.is_one_of(&Key::DeviceTrust, &names)
        }
        _ if property.is_set() => {
            let has = |value: &String| Key::DeviceHas(property, value.to_lowercase());
            let elements: Vec<_> = test.values.iter().map(|value| cx.flag(&has(value))).collect();
            cx.or(elements)
        }
        _ => {
            let key = Key::Device(property);
            let Some(dimension) = cx.space.var(&key).and_then(|var| cx.space.dimension(var)) else {
                // Too many comparisons of this attribute to tell their combinations apart.
                let part = format!("{:?} {:?}", test.comparison, test.values);
                return cx.free(&format!("input:device.{}", property.name()), &part, true);
            };
            // The first value matches nothing, save where it is the default of a closed list.
            let first = usize::from(property != DeviceProperty::ProfileType);
            let values = dimension.values.iter().enumerate().skip(first);
            let values: Vec<_> = values.map(|(at, value)| (at, value.clone())).collect();
            let at = |matches: &dyn Fn(&str) -> bool| {
                let matching = values.iter().filter(|(_, value)| matches(value)).map(|(at, _)| *at);
                matching.filter_map(|at| u16::try_from(at).ok()).collect()
            };
            let loose = cx.at(&key, at(&|value| test.matches(value)));
            if !property.is_free_text() {
                return loose;
            }
            let exact = cx.at(&key, at(&|value| test.matches_exactly(value)));
            by_case(cx, loose, exact)
        }
    }
}
