//! The devices that a person can bring along: one for each way in which the filters of the policies come out.

use std::collections::BTreeMap;

use super::dimension::Key;
use super::space::Space;
use crate::logic::Var;
use crate::model::{DeviceProperty, DeviceStates, Filter, FilterRule, Tenant, Test, TrustType};

/// A device as values of the dimensions of devices.
pub type DeviceChoice = Vec<(Var, u16)>;

impl Space {
    /// No device, and the registered devices that the tenant's policies can tell apart. Of two that all filters treat alike
    /// the one that meets more controls stands for both: to be compliant or hybrid joined only adds to what is met.
    pub(super) fn device_choices(&self, tenant: &Tenant) -> Vec<DeviceChoice> {
        let dimensions: Vec<_> = self
            .all()
            .iter()
            .filter(|dimension| dimension.key == Key::DeviceTrust || dimension.key.is_of_device())
            .collect();
        let none: DeviceChoice = dimensions.iter().map(|dimension| (dimension.var, 0)).collect();
        let conditions: Vec<_> = tenant.judging_policies().map(|policy| &policy.conditions).collect();
        let filters: Vec<_> = conditions.iter().filter_map(|c| c.device_filter.as_ref()).collect();
        let states: Vec<_> = conditions.iter().filter_map(|c| c.device_states.as_ref()).collect();

        // For each outcome the devices that no other one outdoes.
        let mut best: BTreeMap<Vec<bool>, Vec<(Device, DeviceChoice)>> = BTreeMap::new();
        let mut choice = none.clone();
        loop {
            let device = Device { space: self, at: choice.clone() };
            if device.is_registered() {
                let same = best.entry(device.outcome(&filters, &states)).or_default();
                if !same.iter().any(|(other, _)| other.meets() >= device.meets() && other.covers(&device)) {
                    same.retain(|(other, _)| !device.covers(other));
                    same.push((device, choice.clone()));
                }
            }
            if !step(&mut choice, &dimensions.iter().map(|d| d.values.len()).collect::<Vec<_>>()) {
                break;
            }
        }
        let devices = best.into_values().flatten().map(|(_, choice)| choice);
        std::iter::once(none).chain(devices).collect()
    }
}

/// The next combination of values; false after the last.
fn step(choice: &mut DeviceChoice, sizes: &[usize]) -> bool {
    for ((_, value), size) in choice.iter_mut().zip(sizes) {
        *value += 1;
        if usize::from(*value) < *size {
            return true;
        }
        *value = 0;
    }
    false
}

/// What is open: negative comparisons of extension attributes are read literally (EXTATTR_NEG), management counts beside
/// compliance and hybrid join (MANAGED_DEVICE), and case matters (STRING_CASE).
#[derive(Clone, Copy)]
struct Readings {
    literal: bool,
    broad: bool,
    exact: bool,
}

struct Device<'a> {
    space: &'a Space,
    at: DeviceChoice,
}

impl Device<'_> {
    fn value(&self, key: &Key) -> Option<(u16, &str)> {
        let var = self.space.var(key)?;
        let (_, value) = self.at.iter().find(|(other, _)| *other == var)?;
        let name = self.space.dimension(var)?.values.get(usize::from(*value))?;
        Some((*value, name))
    }

    fn is(&self, key: &Key, name: &str) -> bool {
        self.value(key).is_some_and(|(_, value)| value == name)
    }

    fn is_registered(&self) -> bool {
        !self.is(&Key::DeviceTrust, "none")
    }

    fn compliant(&self) -> bool {
        self.is(&Key::DeviceCompliant, "true")
    }

    fn hybrid(&self) -> bool {
        self.is(&Key::DeviceTrust, TrustType::ServerAd.name())
    }

    fn meets(&self) -> u8 {
        u8::from(self.compliant()) + u8::from(self.hybrid())
    }

    fn covers(&self, other: &Self) -> bool {
        self.compliant() >= other.compliant() && self.hybrid() >= other.hybrid()
    }

    /// How everything that looks at devices comes out, under either reading of what is open and for each comparison that is
    /// not understood.
    fn outcome(&self, filters: &[&Filter<DeviceProperty>], states: &[&DeviceStates]) -> Vec<bool> {
        let mut outcome = Vec::new();
        for filter in filters {
            for bits in 0..8_u8 {
                let [literal, broad, exact] = [1, 2, 4].map(|bit| bits & bit != 0);
                self.evaluate(&filter.rule, Readings { literal, broad, exact }, &mut outcome);
            }
        }
        for states in states {
            outcome.push(
                (states.exclude_compliant && self.compliant()) || (states.exclude_hybrid && self.hybrid()),
            );
        }
        outcome
    }

    /// The outcome of a rule, or of its parts where one of them is not known.
    fn evaluate(&self, rule: &FilterRule<DeviceProperty>, open: Readings, outcome: &mut Vec<bool>) {
        match self.holds(rule, open) {
            Some(holds) => outcome.push(holds),
            None => outcome.extend(rule.tests().into_iter().filter_map(|test| self.passes(test, open))),
        }
    }

    fn holds(&self, rule: &FilterRule<DeviceProperty>, open: Readings) -> Option<bool> {
        let all = |parts: &[FilterRule<DeviceProperty>]| -> Option<Vec<bool>> {
            parts.iter().map(|part| self.holds(part, open)).collect()
        };
        match rule {
            FilterRule::All(parts) => all(parts).map(|parts| parts.into_iter().all(|part| part)),
            FilterRule::Any(parts) => all(parts).map(|parts| parts.into_iter().any(|part| part)),
            FilterRule::Not(part) => self.holds(part, open).map(|part| !part),
            FilterRule::Test(test) => self.passes(test, open),
            FilterRule::Unread(..) => None,
        }
    }

    /// `None` for an attribute whose values are not told apart.
    fn passes(&self, test: &Test<DeviceProperty>, open: Readings) -> Option<bool> {
        let property = test.attribute;
        let like = match property {
            DeviceProperty::IsCompliant => test.matches(if self.compliant() { "true" } else { "false" }),
            DeviceProperty::TrustType => {
                self.value(&Key::DeviceTrust).is_some_and(|(_, name)| test.matches(name))
            }
            _ if property.is_set() => test
                .values
                .iter()
                .any(|value| self.is(&Key::DeviceHas(property, value.to_lowercase()), "true")),
            _ => {
                let (at, name) = self.value(&Key::Device(property))?;
                let exact = open.exact && property.is_free_text();
                let matches = if exact { test.matches_exactly(name) } else { test.matches(name) };
                (at > 0 || property == DeviceProperty::ProfileType) && matches
            }
        };
        let hidden = property.is_extension()
            && !(self.compliant() || self.hybrid())
            && !(open.broad && self.value(&Key::Device(DeviceProperty::MdmAppId))?.0 > 0);
        Some(if hidden { test.negated && !open.literal } else { like != test.negated })
    }
}
