//! The other sign-in of an evasion: what the same person would have been held to, by changing as little as possible.

use itertools::Itertools;

use super::decide::Decider;
use crate::logic::{Assignment, Formula, Var};
use crate::property::{Bypass, Claim};
use crate::scenario::{Key, Scenario};

/// A sign-in of the same person that is held to what the counterexample sheds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The sign-in.
    pub scenario: Scenario,
    /// The policy that applies to it, and whose demand the counterexample does not meet.
    pub policy: String,
    /// The dimensions in which it differs, all of them the person's to choose, with what it has there.
    pub differs: Vec<(String, String)>,
}

/// One thing that the person can change, and each way to have it.
type Change = Vec<Vec<(Var, u16)>>;

impl Decider<'_> {
    /// The least different sign-in that some policy holds to more, where the claim is about that.
    pub(super) fn held(&self, at: &Assignment) -> Option<Held> {
        if self.claim != Claim::Bypass(Bypass::Evasion) {
            return None;
        }
        let store = &self.analysis.meaning.store;
        let changes = self.changes(at);
        // What nobody knows of a sign-in is another thing in the other one.
        let mut elsewhere = at.clone();
        for (instance, original) in &self.question.unknowns {
            if instance != original {
                elsewhere.set(*original, at.get(*instance));
            }
        }
        let shed = |applies: Formula, met: Formula, denies: Formula| {
            !store.eval(applies, at) && !store.eval(met, at) && !store.eval(denies, at)
        };
        let policies: Vec<_> = self
            .analysis
            .meaning
            .policies
            .iter()
            .filter(|policy| shed(policy.applies, policy.met, policy.denies))
            .collect();
        for count in 1..=changes.len() {
            for chosen in changes.iter().combinations(count) {
                for picks in chosen.into_iter().map(|change| change.iter()).multi_cartesian_product() {
                    let mut other = elsewhere.clone();
                    for (var, value) in picks.iter().flat_map(|pick| pick.iter()) {
                        other.set(*var, *value);
                    }
                    let holds = policies.iter().find(|policy| store.eval(policy.applies, &other));
                    if let Some(policy) = holds {
                        return self.described(at, &other, policy.index);
                    }
                }
            }
        }
        None
    }

    fn described(&self, at: &Assignment, other: &Assignment, policy: usize) -> Option<Held> {
        let space = &self.analysis.space;
        let differs =
            space.all().iter().filter(|dimension| at.get(dimension.var) != other.get(dimension.var));
        Some(Held {
            scenario: space.scenario_at(other, &self.inside(other)),
            policy: self.analysis.tenant.policies.get(policy)?.id.clone(),
            differs: differs
                .map(|dimension| (dimension.key.name(), space.name_at(other, &dimension.key).to_owned()))
                .collect(),
        })
    }

    /// What the person can change: client, platform and flow; the device, where none is shown; the place, where it is one that
    /// anybody can have.
    fn changes(&self, at: &Assignment) -> Vec<Change> {
        let space = &self.analysis.space;
        let anywhere =
            space.var(&Key::Address).is_none_or(|var| !space.trusted_addresses().contains(&at.get(var)));
        let mut found = Vec::new();
        let mut outside = anywhere;
        for dimension in space.all() {
            if matches!(dimension.key, Key::Network(_)) {
                outside &= at.get(dimension.var) == 0;
            }
        }
        for dimension in space.all() {
            let free = match dimension.key {
                Key::Client | Key::Platform | Key::Flow => true,
                Key::Address | Key::Country | Key::Network(_) => outside,
                _ => false,
            };
            if free {
                let values = (0..dimension.values.len()).filter_map(|value| u16::try_from(value).ok());
                let others = values.filter(|value| *value != at.get(dimension.var));
                found.push(others.map(|value| vec![(dimension.var, value)]).collect());
            }
        }
        let shown = space.var(&Key::DeviceTrust).is_some_and(|var| at.get(var) != 0);
        if !shown {
            found.push(space.devices().to_vec());
        }
        found
    }
}
