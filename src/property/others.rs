//! Questions beside who can reach applications at all: registering, other clients, what is refused on purpose, and whether
//! anybody is left who can repair the policies.

use std::collections::HashMap;

use super::question::{Choice, Poser, Question, Ranging, picked, substitution, willing};
use crate::logic::{Formula, Substitution, Var};
use crate::scenario::{Key, TargetValue};

/// First factors of somebody who has registered nothing; a pass is issued by an administrator.
const FIRST_OF_ALL: [&str; 4] =
    ["password", "federated", "temporaryAccessPassOneTime", "temporaryAccessPassMultiUse"];

/// Access, and whether no block stands in the way, under one choice.
struct Outcome {
    possible: Formula,
    unblocked: Formula,
    granted: Formula,
}

impl Poser<'_> {
    /// Somebody without any registration is on the registration page, or registers a device. The first factor is chosen.
    pub(super) fn registration(&mut self) -> Question {
        self.range_over(|target| matches!(target, TargetValue::Action(_)));
        let chosen = |key: &Key| {
            matches!(key, Key::Client | Key::DeviceTrust | Key::FirstFactor) || key.is_of_device()
        };
        let fixed = |key: &Key| match key {
            Key::Flow | Key::RegisteredHome(_) | Key::RegisteredResource(_) => Some(0),
            _ => willing(key, Ranging::Best),
        };
        let (free, base) = self.split(&chosen, &fixed);
        let fixed = substitution(&base, &free, self.space);
        let factor = |name: &str| {
            Some((self.space.var(&Key::FirstFactor)?, self.space.value(&Key::FirstFactor, name)?))
        };
        let factors: Vec<(Var, u16)> = FIRST_OF_ALL.into_iter().filter_map(factor).collect();
        let mut picks = Vec::new();
        for factor in factors {
            for client in self.modern_clients() {
                picks.extend(
                    self.space.devices().iter().map(|device| [vec![factor, client], device.clone()].concat()),
                );
            }
        }
        let choices = self.instantiated(picks, self.meaning.unknowns.end());
        let outcomes = self.outcomes(&fixed, &choices);
        let gate = self.gate(&fixed);
        let store = &mut self.meaning.store;
        let (mut people, mut open, mut refused) = (Vec::new(), Vec::new(), Vec::new());
        for outcome in outcomes {
            people.push(outcome.possible);
            open.push(store.and([outcome.possible, outcome.unblocked]));
            let gets_in = store.and([outcome.possible, outcome.granted]);
            refused.push(store.not(gets_in));
        }
        let (consistent, open) = (store.or(people), store.or(open));
        let premise = store.and([consistent, gate, open]);
        let violation = store.and([premise].into_iter().chain(refused).collect::<Vec<_>>());
        self.question(free, base, choices, [premise, violation, consistent])
    }

    /// Somebody gets in with a modern client, and comes with another one, or by a special flow.
    pub(super) fn other_client(&mut self) -> Question {
        let chosen = |key: &Key| *key == Key::DeviceTrust || key.is_of_device();
        let (free, base) = self.split(&chosen, &|key| willing(key, Ranging::Best));
        let fixed = substitution(&base, &free, self.space);
        let devices: Vec<_> = self.space.devices().to_vec();
        let choices = self.instantiated(devices, self.meaning.unknowns.end());
        let taken = choices.iter().flat_map(|choice| &choice.instances).map(|(_, new)| new.0 + 1).max();
        let flow = self.space.var(&Key::Flow);
        let mut modern = Vec::new();
        for client in self.modern_clients() {
            let own = self.space.devices().iter();
            modern.extend(own.map(|device| {
                let flow = flow.map(|flow| (flow, 0));
                flow.into_iter().chain([client]).chain(device.iter().copied()).collect()
            }));
        }
        self.besides = self.instantiated(modern, taken.unwrap_or_else(|| self.meaning.unknowns.end()));
        let outcomes = self.outcomes(&fixed, &choices);
        let besides = self.besides.clone();
        let elsewhere = self.outcomes(&fixed, &besides);
        let legacy = ["other", "exchangeActiveSync"].map(|name| self.is(&Key::Client, name));
        let plain = self.is(&Key::Flow, "none");
        let gate = self.gate(&fixed);
        let store = &mut self.meaning.store;
        let legacy = store.or(legacy);
        let by_flow = store.not(plain);
        let modern = store.not(legacy);
        // A legacy client has no special flow.
        let old = store.and([legacy, plain]);
        let new = store.and([modern, by_flow]);
        let unusual = store.or([old, new]);
        let mut gets_in = Vec::new();
        for outcome in elsewhere {
            gets_in.push(store.and([outcome.possible, outcome.granted]));
        }
        let gets_in = store.or(gets_in);
        let (mut people, mut open, mut refused) = (Vec::new(), Vec::new(), Vec::new());
        for outcome in outcomes {
            people.push(outcome.possible);
            open.push(outcome.unblocked);
            refused.push(store.not(outcome.granted));
        }
        let (consistent, open) = (store.or(people), store.or(open));
        let premise = store.and([consistent, unusual, gate, open, gets_in]);
        let violation = store.and([premise].into_iter().chain(refused).collect::<Vec<_>>());
        self.question(free, base, choices, [premise, violation, consistent])
    }

    /// Somebody is refused on purpose: with every device a policy blocks, or the gate is closed.
    pub(super) fn decision(&mut self) -> Question {
        self.range_over(|_| true);
        let chosen = |key: &Key| *key == Key::DeviceTrust || key.is_of_device();
        let (free, base) = self.split(&chosen, &|key| willing(key, Ranging::Best));
        let fixed = substitution(&base, &free, self.space);
        let choices = self.instantiated(self.space.devices().to_vec(), self.meaning.unknowns.end());
        let outcomes = self.outcomes(&fixed, &choices);
        let gate = self.gate(&fixed);
        let store = &mut self.meaning.store;
        let people: Vec<_> = outcomes.iter().map(|outcome| outcome.possible).collect();
        let open: Vec<_> = outcomes.iter().map(|outcome| outcome.unblocked).collect();
        let (consistent, open) = (store.or(people), store.or(open));
        let let_in = store.and([gate, open]);
        let refused = store.not(let_in);
        let violation = store.and([consistent, refused]);
        self.question(free, base, choices, [consistent, violation, consistent])
    }

    /// An account of the tenant that holds a role which can change policies reaches an administration
    /// surface, by any choice of everything. The violation is a single such sign-in that fails; whether all fail is asked of all of them.
    pub(super) fn repair(&mut self) -> Question {
        let values = self.space.administration();
        self.range_over(|_| false);
        self.targets = values;
        let fixed = |key: &Key| match key {
            Key::Claim(_) => Some(0),
            _ => willing(key, Ranging::Best),
        };
        let (free, base) = self.split(&|_| false, &fixed);
        let fixed = substitution(&base, &free, self.space);
        let choices = vec![Choice::default()];
        let granted = self.granted();
        let others = self.consistent(&fixed, false);
        let declared = self.consistent(&fixed, true);
        let people = self.meaning.store.or([others, declared]);
        let roles = self.space.repairers();
        let repairers: Vec<_> = roles.into_iter().map(|role| self.meaning.store.atom(role, 1)).collect();
        let local = ["member", "internalGuest"].map(|name| self.is(&Key::Kind, name));
        let store = &mut self.meaning.store;
        // Accounts of other tenants are at the mercy of those.
        let local = store.or(local);
        let repairer = store.or(repairers);
        let premise = store.and([people, local, repairer]);
        let granted = store.substitute(granted, &fixed);
        let refused = store.not(granted);
        let violation = store.and([premise, refused]);
        self.question(free, base, choices, [premise, violation, premise])
    }

    pub(super) fn range_over(&mut self, wanted: impl Fn(&TargetValue) -> bool) {
        let all = (0u16..).zip(self.space.targets()).filter(|(_, target)| wanted(target));
        self.targets = all.map(|(at, _)| at).collect();
    }

    fn outcomes(&mut self, fixed: &HashMap<Var, Substitution>, choices: &[Choice]) -> Vec<Outcome> {
        let (granted, blocked) = (self.granted(), self.meaning.blocked);
        let mut found = Vec::new();
        for choice in choices {
            let map = picked(fixed, choice);
            let possible = self.consistent(&map, false);
            let store = &mut self.meaning.store;
            let blocked = store.substitute(blocked, &map);
            let unblocked = store.not(blocked);
            let granted = store.substitute(granted, &map);
            found.push(Outcome { possible, unblocked, granted });
        }
        found
    }

    /// Cross-tenant settings on both sides let the person in.
    fn gate(&mut self, fixed: &HashMap<Var, Substitution>) -> Formula {
        let store = &mut self.meaning.store;
        let gate = store.and([self.meaning.outbound, self.meaning.inbound]);
        store.substitute(gate, fixed)
    }
}
