//! What is shed by changing only what the person controls: a relation between two sign-ins of the same person.
//!
//! Of a sign-in that gets in, the question is whether another one, which differs in client, platform, flow, the device that is
//! shown or the place that anybody can come from, would have been held to something that this one does not meet. That
//! other sign-in is existential, and small: a policy looks at few of these things, which are gone through.

use std::collections::BTreeMap;

use super::question::{Choice, Poser};
use crate::logic::{Formula, Substitution, Var};
use crate::scenario::Key;
use crate::semantics::as_twin;

impl Poser<'_> {
    /// Some policy, whose demand is not met here, applies to another sign-in of the same person.
    pub(super) fn shed(&mut self) -> Formula {
        let instances = self.other_sign_in();
        let alone = self.leaves_device();
        let anywhere = self.comes_from_anywhere();
        let mut ways = Vec::new();
        for applied in self.meaning.policies.clone() {
            let store = &mut self.meaning.store;
            let applies = as_twin(store, applied.applies);
            let aside = store.not(applied.applies);
            let unmet = store.not(applied.met);
            let asks = store.not(applied.denies);
            let elsewhere = store.substitute(applies, &instances);
            let always =
                self.with_any(elsewhere, |key| matches!(key, Key::Client | Key::Platform | Key::Flow));
            let placed = self.with_any(always, is_place);
            let without_device = self.with_any_device(always);
            let both = self.with_any_device(placed);
            let store = &mut self.meaning.store;
            let moved = store.and([anywhere, placed]);
            let left = store.and([alone, without_device]);
            let free = store.and([anywhere, alone, both]);
            let held = store.or([always, moved, left, free]);
            ways.push(store.and([held, aside, unmet, asks]));
        }
        self.meaning.store.or(ways)
    }

    /// What nobody knows of a sign-in may be otherwise in the other one.
    fn other_sign_in(&mut self) -> std::collections::HashMap<Var, Substitution> {
        let other = self.instantiated(vec![Vec::new()], self.meaning.unknowns.end());
        let instances = other.iter().flat_map(|choice: &Choice| choice.instances.clone());
        let map = instances.map(|(old, new)| (old, Substitution::Var(new))).collect();
        self.besides = other;
        map
    }

    /// The formula for some value of these dimensions.
    fn with_any(&mut self, formula: Formula, wanted: impl Fn(&Key) -> bool) -> Formula {
        let mentioned = self.meaning.store.support(formula);
        let all = self.space.all().iter();
        let vars: BTreeMap<Var, usize> = all
            .filter(|dimension| wanted(&dimension.key) && mentioned.contains(&dimension.var))
            .map(|dimension| (dimension.var, dimension.values.len()))
            .collect();
        let store = &mut self.meaning.store;
        vars.into_iter().fold(formula, |formula, (var, size)| {
            let values = (0..size).filter_map(|value| u16::try_from(value).ok());
            let ways: Vec<Formula> = values
                .map(|value| store.substitute(formula, &[(var, Substitution::Value(value))].into()))
                .collect();
            store.or(ways)
        })
    }

    fn with_any_device(&mut self, formula: Formula) -> Formula {
        let mentioned = self.meaning.store.support(formula);
        let is_device = |key: &Key| *key == Key::DeviceTrust || key.is_of_device();
        let all = self.space.all().iter();
        if !all.into_iter().any(|d| is_device(&d.key) && mentioned.contains(&d.var)) {
            return formula;
        }
        let mut ways = Vec::new();
        for device in self.space.devices() {
            let map = device.iter().map(|(var, value)| (*var, Substitution::Value(*value))).collect();
            ways.push(self.meaning.store.substitute(formula, &map));
        }
        self.meaning.store.or(ways)
    }

    /// No registered device is shown: whoever has one can leave it out.
    fn leaves_device(&mut self) -> Formula {
        match self.space.var(&Key::DeviceTrust) {
            Some(var) => self.meaning.store.atom(var, 0),
            None => self.meaning.store.constant(true),
        }
    }

    /// The address is one that anybody can have: in no trusted location and no compliant network.
    fn comes_from_anywhere(&mut self) -> Formula {
        let trusted = self.space.trusted_addresses();
        let mut parts = Vec::new();
        if let Some(var) = self.space.var(&Key::Address) {
            let inside = self.meaning.store.member(var, trusted);
            parts.push(self.meaning.store.not(inside));
        }
        for dimension in self.space.all() {
            if matches!(dimension.key, Key::Network(_)) {
                parts.push(self.meaning.store.atom(dimension.var, 0));
            }
        }
        self.meaning.store.and(parts)
    }
}

fn is_place(key: &Key) -> bool {
    matches!(key, Key::Address | Key::Country | Key::Network(_))
}
