//! The attributes of devices that filters compare, as finite classes: for each attribute one value per way in which the
//! comparisons can come out together.

use std::collections::{BTreeMap, BTreeSet};

use super::scenario::Device;
use crate::model::{Comparison, DeviceProperty, Tenant, Test};

/// What management by Intune looks like; stands for any managing application.
pub(super) const INTUNE: &str = "0000000a-0000-0000-c000-000000000000";

/// More combinations of one attribute's comparisons than this are not told apart; then each comparison is free.
const MOST_CLASSES: usize = 1024;

/// Of all attributes together no more kinds of devices than this are told apart.
const MOST_DEVICES: usize = 1 << 12;

/// Separates pieces of a witness; filters are written with characters of keyboards.
const SEPARATOR: &str = " \u{b7} ";

/// What filters ask of devices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct DeviceClasses {
    /// For each attribute its values; the first stands for a device that has no attribute or matches nothing.
    pub(super) values: BTreeMap<DeviceProperty, Vec<String>>,
    /// The elements that are looked for in attributes that are sets, in lower case.
    pub(super) elements: BTreeSet<(DeviceProperty, String)>,
    /// The comparisons of each attribute.
    tests: BTreeMap<DeviceProperty, Vec<Test<DeviceProperty>>>,
}

/// The name of the class without a witness.
pub(super) const NONE: &str = "(none)";

/// The classes for the filters of a tenant. Where every kind of device is gone through (`all`) there are no more than can be.
pub(super) fn device_classes(tenant: &Tenant, all: bool) -> DeviceClasses {
    let mut tests: BTreeMap<DeviceProperty, Vec<&Test<DeviceProperty>>> = BTreeMap::new();
    for policy in tenant.judging_policies() {
        for test in policy.conditions.device_filter.iter().flat_map(|filter| filter.rule.tests()) {
            tests.entry(test.attribute).or_default().push(test);
        }
    }
    let manageable = tests.keys().any(|property| property.is_extension());
    if manageable {
        tests.entry(DeviceProperty::MdmAppId).or_default();
    }
    let own = |tests: &Vec<&Test<DeviceProperty>>| tests.iter().map(|test| (*test).clone()).collect();
    let copies = tests.iter().map(|(property, tests)| (*property, own(tests))).collect();
    let mut found = DeviceClasses { tests: copies, ..DeviceClasses::default() };
    for (property, tests) in tests {
        // These two are dimensions of every space.
        if matches!(property, DeviceProperty::IsCompliant | DeviceProperty::TrustType) {
            continue;
        }
        if property.is_set() {
            let constants = tests.iter().flat_map(|test| &test.values).map(|value| value.to_lowercase());
            found.elements.extend(constants.map(|element| (property, element)));
            continue;
        }
        let mut values = match property.values() {
            Some(all) if property == DeviceProperty::ProfileType => {
                all.iter().map(ToString::to_string).collect()
            }
            Some(all) => std::iter::once(NONE).chain(all.iter().copied()).map(str::to_owned).collect(),
            None => match text_classes(&tests) {
                Some(values) => values,
                None => continue,
            },
        };
        if property == DeviceProperty::MdmAppId && manageable {
            keep(&mut values, INTUNE);
        }
        found.values.insert(property, values);
    }
    while all && found.kinds() > MOST_DEVICES {
        let most = found.values.iter().max_by_key(|(_, values)| values.len()).map(|(property, _)| *property);
        let Some(most) = most else { break };
        found.values.remove(&most);
    }
    found
}

impl DeviceClasses {
    /// The class of a stated value: the one in which every comparison comes out as it does for that value.
    pub(super) fn class_of(&self, property: DeviceProperty, text: &str) -> u16 {
        let Some(values) = self.values.get(&property) else { return 0 };
        let tests = self.tests.get(&property).map(Vec::as_slice).unwrap_or_default();
        let same = |value: &&String| {
            (value.eq_ignore_ascii_case(text) && !property.is_free_text())
                || tests.iter().all(|test| outcome(test, value) == outcome(test, text))
        };
        // The first value is that of a device without the attribute; an attribute that no comparison looks at as a text
        // (`mdmAppId` for being managed) has any other value.
        let own = values.iter().skip(1).position(|value| same(&value)).map(|at| at + 1);
        let first = values.first().is_some_and(|value| value.eq_ignore_ascii_case(text));
        own.filter(|_| !first).and_then(|at| u16::try_from(at).ok()).unwrap_or(0)
    }

    /// Every text of a stated device has a class of its own, if none comes out like it.
    pub(super) fn keep(&mut self, device: Option<&Device>) {
        for property in self.tests.keys().copied().filter(|property| property.is_free_text()) {
            // Where there are too many ways to come out, the device's own is one.
            self.values.entry(property).or_insert_with(|| vec![NONE.to_owned()]);
        }
        for property in self.values.keys().copied().collect::<Vec<_>>() {
            if let Some(text) = device.and_then(|device| text_of(device, property))
                && !self.has_class(property, &text)
                && let Some(values) = self.values.get_mut(&property)
            {
                values.push(text);
            }
        }
    }

    /// Whether some class comes out like a text.
    pub(super) fn has_class(&self, property: DeviceProperty, text: &str) -> bool {
        let Some(values) = self.values.get(&property) else { return true };
        let tests = self.tests.get(&property).map(Vec::as_slice).unwrap_or_default();
        let unlike_all = tests.iter().all(|test| outcome(test, text) == (false, false));
        let same = |value: &String| tests.iter().all(|test| outcome(test, value) == outcome(test, text));
        unlike_all || !property.is_free_text() || values.iter().skip(1).any(same)
    }

    fn kinds(&self) -> usize {
        let sizes = self.values.values().map(Vec::len).chain(self.elements.iter().map(|_| 2));
        sizes.fold(1, usize::saturating_mul)
    }
}

fn keep(values: &mut Vec<String>, value: &str) {
    if !values.iter().any(|known| known.eq_ignore_ascii_case(value)) {
        values.push(value.to_owned());
    }
}

/// How a comparison comes out for a text, without and with regard to case.
fn outcome<A>(test: &Test<A>, text: &str) -> (bool, bool) {
    (test.matches(text), test.matches_exactly(text))
}

/// The text with capitals for small letters and small letters for capitals.
fn swapped(text: &str) -> String {
    let swap =
        |c: char| if c.is_lowercase() { c.to_uppercase().to_string() } else { c.to_lowercase().to_string() };
    text.chars().map(swap).collect()
}

/// One text for each way in which the comparisons can come out, without and with regard to case, or `None` where there are
/// too many. A text that equals no constant comes out like its longest matching beginning, the constants that it contains
/// and its longest matching end, put together with something between that occurs in no constant; each of these as it is
/// written or with the other case.
pub(crate) fn text_classes<A>(tests: &[&Test<A>]) -> Option<Vec<String>> {
    let constants = |wanted: &[Comparison]| -> BTreeSet<&str> {
        let wanted = tests.iter().filter(|test| wanted.contains(&test.comparison));
        wanted.flat_map(|test| test.values.iter().map(String::as_str)).collect()
    };
    let equal = constants(&[Comparison::Equals, Comparison::In]);
    let starts = constants(&[Comparison::StartsWith]);
    let ends = constants(&[Comparison::EndsWith]);
    let contained: Vec<&str> = constants(&[Comparison::Contains]).into_iter().collect();
    let subsets = 3_usize.checked_pow(u32::try_from(contained.len()).ok()?).filter(|n| *n <= MOST_CLASSES)?;
    if subsets.checked_mul((2 * starts.len() + 1) * (2 * ends.len() + 1))? > 16 * MOST_CLASSES {
        return None;
    }
    let cased = |texts: BTreeSet<&str>| -> Vec<String> {
        texts.into_iter().flat_map(|text| [text.to_owned(), swapped(text)]).collect()
    };
    let (starts, ends) = (cased(starts), cased(ends));
    let mut candidates = Vec::new();
    for start in std::iter::once("").chain(starts.iter().map(String::as_str)) {
        for end in std::iter::once("").chain(ends.iter().map(String::as_str)) {
            for subset in 0..subsets {
                let mut pieces = vec![start.to_owned()];
                let mut left = subset;
                for text in &contained {
                    match left % 3 {
                        1 => pieces.push((*text).to_owned()),
                        2 => pieces.push(swapped(text)),
                        _ => {}
                    }
                    left /= 3;
                }
                pieces.push(end.to_owned());
                candidates.push(pieces.join(SEPARATOR));
            }
        }
    }
    let mut seen = BTreeSet::from([vec![(false, false); tests.len()]]);
    let mut values = vec![NONE.to_owned()];
    for text in cased(equal).into_iter().chain(candidates) {
        if seen.insert(tests.iter().map(|test| outcome(test, &text)).collect()) {
            values.push(text);
        }
    }
    (values.len() <= MOST_CLASSES).then_some(values)
}

/// The text that a stated device has for an attribute.
pub(super) fn text_of(device: &Device, property: DeviceProperty) -> Option<String> {
    let mut keys = device.other.iter().filter(|(key, _)| key.eq_ignore_ascii_case(property.name()));
    match keys.next()?.1 {
        serde_json::Value::Null => None,
        serde_json::Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// The elements, in lower case, that a stated device has in an attribute that is a set.
pub(super) fn elements_of(device: &Device, property: DeviceProperty) -> BTreeSet<String> {
    let mut keys = device.other.iter().filter(|(key, _)| key.eq_ignore_ascii_case(property.name()));
    let text = |value: &serde_json::Value| value.as_str().map(str::to_lowercase);
    match keys.next().map(|(_, value)| value) {
        Some(serde_json::Value::Array(items)) => items.iter().filter_map(text).collect(),
        Some(value) => text(value).into_iter().collect(),
        None => BTreeSet::new(),
    }
}
