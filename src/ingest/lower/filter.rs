//! `deviceFilter` and `applicationFilter`: the names in a rule, looked up (CA-11, CA-49).

use super::super::cursor::{Notes, Object, Place};
use super::super::filter::{Fault, Literal, Spanned, Written, operator, parse};
use crate::model::{Comparison, DeviceProperty, Filter, FilterMode, FilterRule, Test, Unread};

/// A filter over devices; `Err` where what it matches is not known as a whole.
pub(super) fn device_filter(
    object: &Object,
    notes: &mut Notes,
) -> Option<Result<Filter<DeviceProperty>, Unread>> {
    filter(object, "device", &device_test, notes)
}

/// A filter over custom security attributes of applications.
pub(super) fn application_filter(
    object: &Object,
    notes: &mut Notes,
) -> Option<Result<Filter<String>, Unread>> {
    filter(object, "CustomSecurityAttribute", &|name, _, _| Ok(name.to_owned()), notes)
}

/// Looks up an attribute, and whether it can be compared like this; a name or value that is not known is told.
type Lookup<'a, A> = &'a dyn Fn(&str, Comparison, &[Spanned<Literal>]) -> Result<A, String>;

fn device_test(
    name: &str,
    comparison: Comparison,
    values: &[Spanned<Literal>],
) -> Result<DeviceProperty, String> {
    let Some(property) = DeviceProperty::parse(name) else {
        return Err(format!("`device.{name}` is no attribute that is known"));
    };
    if !property.offers(comparison) {
        return Err(format!("`device.{}` is not compared like this", property.name()));
    }
    if let Some(known) = property.values() {
        let listed = |text: &str| known.iter().any(|value| value.eq_ignore_ascii_case(text));
        if let Some(strange) = values.iter().find(|value| !listed(value.value.text())) {
            let known = known.join(", ");
            return Err(format!("`{}` is none of the values {known}", strange.value.text()));
        }
    }
    Ok(property)
}

fn filter<A>(
    object: &Object,
    prefix: &str,
    lookup: Lookup<'_, A>,
    notes: &mut Notes,
) -> Option<Result<Filter<A>, Unread>> {
    let text = object.text("rule", notes);
    let mode = object.text("mode", notes);
    if text.is_none() && mode.is_none() && object.is_empty() {
        return None;
    }
    let place = object.place.child("rule");
    let free = "whether the policy applies is free";
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else {
        return Some(Err(notes.unread(&place, "a filter without a rule", free)));
    };
    let written = match parse(text) {
        Ok(written) => written,
        Err(fault) => {
            notes.problem(&place, format!("the filter's rule cannot be read: {}", fault.show(text)));
            return Some(Err(Unread(String::new())));
        }
    };
    let Some(mode) = mode.and_then(FilterMode::parse) else {
        let what = format!("filter mode `{}`", mode.unwrap_or("null"));
        return Some(Err(notes.unread(&object.place.child("mode"), what, free)));
    };
    let rule = Names { prefix, text, place, lookup, notes }.rule(written);
    Some(Ok(Filter { mode, rule }))
}

struct Names<'a, 'n, A> {
    prefix: &'a str,
    text: &'a str,
    place: Place,
    lookup: Lookup<'a, A>,
    notes: &'n mut Notes,
}

impl<A> Names<'_, '_, A> {
    fn rule(&mut self, written: Written) -> FilterRule<A> {
        match written {
            Written::All(parts) => FilterRule::All(parts.into_iter().map(|part| self.rule(part)).collect()),
            Written::Any(parts) => FilterRule::Any(parts.into_iter().map(|part| self.rule(part)).collect()),
            Written::Not(part) => FilterRule::Not(Box::new(self.rule(*part))),
            Written::Test { attribute, operator, values } => {
                self.test(&attribute, &operator, &values).unwrap_or_else(|fault| {
                    let what = format!("a comparison in a filter: {}", fault.show(self.text));
                    let unread = self.notes.unread(&self.place, what, "whether it matches is free");
                    // The same words mean the same, wherever they stand in the rule.
                    let values: Vec<_> = values.iter().map(|value| &value.value).collect();
                    let part = format!("{} {} {values:?}", attribute.value, operator.value);
                    FilterRule::Unread(unread, part)
                })
            }
        }
    }

    fn test(
        &self,
        attribute: &Spanned<String>,
        written: &Spanned<String>,
        values: &[Spanned<Literal>],
    ) -> Result<FilterRule<A>, Fault> {
        let (prefix, name) = attribute.value.split_once('.').unwrap_or(("", &attribute.value));
        if !prefix.eq_ignore_ascii_case(self.prefix) {
            return Err(attribute.fault(format!("expected `{}.`", self.prefix)));
        }
        let Some((comparison, negated)) = operator(&written.value) else {
            return Err(written.fault("an operator that is not known"));
        };
        // What `null` matches is nowhere said.
        if let Some(null) = values.iter().find(|v| v.value == Literal::Word("null".into())) {
            return Err(null.fault("what `null` matches is not known"));
        }
        let attribute =
            (self.lookup)(name, comparison, values).map_err(|message| attribute.fault(message))?;
        let values = values.iter().map(|value| value.value.text().to_owned()).collect();
        Ok(FilterRule::Test(Test { attribute, comparison, negated, values }))
    }
}
