//! From a property to formulas: who chooses what.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::catalogue::{Claim, Who};
use crate::logic::{Assignment, Formula, Substitution, Var};
use crate::scenario::{Key, Space};
use crate::semantics::Meaning;
use crate::system::State;

/// One combination of what the person picks on the way and what is not monotone: client and device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// The picked values.
    pub picks: Vec<(Var, u16)>,
    /// For each unknown that is a function of the sign-in, its instance in this choice.
    pub instances: Vec<(Var, Var)>,
}

/// A property of one tenant, as formulas over the free dimensions and the unknowns.
#[derive(Clone, Debug)]
pub struct Question {
    /// Dimensions that the property ranges over.
    pub free: BTreeSet<Var>,
    /// The values of all other dimensions (0 for free and chosen ones).
    pub base: Assignment,
    /// What the person picks; one choice without picks where everything is free.
    pub choices: Vec<Choice>,
    /// Whom the property is about.
    pub premise: Formula,
    /// Premise, and the claim fails.
    pub violation: Formula,
    /// The premise with its labels, for the core of a vacuous verdict.
    pub labelled_premise: Formula,
    /// The violation with its labels, for the core of a proof.
    pub labelled: Formula,
    /// Unknown variables that the violation mentions: instance to original.
    pub unknowns: BTreeMap<Var, Var>,
    /// The premise without what is not known, for a stand-alone check of the space.
    pub consistent: Formula,
    /// The values of the target dimension that the property ranges over.
    pub targets: Vec<u16>,
    /// For each waiver of a statement what it excuses.
    pub waived: Vec<Formula>,
}

/// What of a question is taken at its best, and what ranges freely.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ranging {
    /// For a lockout, homes that were not given allow everything; for a bypass, the attacker holds a first factor alone.
    Best,
    /// Homes allow everything but certificates: who is in scope of them registers nothing without one (REG-22), so that
    /// allowing more is not always better.
    WithoutCertificates,
    /// For a lockout the settings of homes range freely, for a bypass all credentials.
    Open,
}

/// Poses a property.
pub fn pose(
    claim: Claim,
    meaning: &mut Meaning,
    space: &Space,
    reach: &BTreeMap<State, Formula>,
    ranging: Ranging,
) -> Question {
    let targets = (0u16..).zip(space.targets()).filter(|(_, target)| target.is_application());
    let targets = targets.map(|(at, _)| at).collect();
    let mut poser = Poser { meaning, space, reach, besides: Vec::new(), targets };
    match claim {
        Claim::Lockout(Who::Unregistered) => poser.registration(),
        Claim::Lockout(Who::OtherClient) => poser.other_client(),
        Claim::Lockout(who) => poser.lockout(who, ranging),
        Claim::Bypass => poser.bypass(ranging == Ranging::Open),
        Claim::Decision => poser.decision(),
        Claim::Repair => poser.repair(),
        Claim::Contract(_) => poser.contract(ranging),
    }
}

pub(super) struct Poser<'a> {
    pub(super) meaning: &'a mut Meaning,
    pub(super) space: &'a Space,
    reach: &'a BTreeMap<State, Formula>,
    /// Sign-ins of the same person that the premise speaks of.
    pub(super) besides: Vec<Choice>,
    /// The values of the target dimension that the property ranges over.
    pub(super) targets: Vec<u16>,
}

impl Poser<'_> {
    fn lockout(&mut self, who: Who, ranging: Ranging) -> Question {
        // An emergency account has to get in with whatever is at hand: that is given, and not chosen.
        let emergency = who == Who::BreakGlass;
        let at_hand = |key: &Key| matches!(key, Key::Client | Key::DeviceTrust) || key.is_of_device();
        let chosen = |key: &Key| !emergency && at_hand(key);
        let fixed = |key: &Key| match key {
            Key::Flow => Some(0),
            _ => willing(key, ranging),
        };
        let (free, base) = self.split(&chosen, &fixed);
        let choices = if emergency { vec![Choice::default()] } else { self.choices() };
        let granted = self.granted();
        let blocked = self.meaning.blocked;
        let fixed = substitution(&base, &free, self.space);
        let (mut unblocked, mut refused) = (Vec::new(), Vec::new());
        for choice in &choices {
            let map = picked(&fixed, choice);
            let store = &mut self.meaning.store;
            let blocked = store.substitute(blocked, &map);
            unblocked.push(store.not(blocked));
            let granted = store.substitute(granted, &map);
            refused.push(store.not(granted));
        }
        let first = choices.first().map_or_else(|| fixed.clone(), |choice| picked(&fixed, choice));
        let consistent = self.consistent(&first, emergency);
        let member = self.is(&Key::Kind, "member");
        let concerned = match who {
            Who::External => self.meaning.store.not(member),
            Who::Member => member,
            Who::BreakGlass => self.administrating(),
            Who::Unregistered | Who::OtherClient => self.meaning.store.constant(true),
        };
        let store = &mut self.meaning.store;
        let gate = store.and([self.meaning.outbound, self.meaning.inbound]);
        let gate = store.substitute(gate, &fixed);
        let some_open = store.or(unblocked);
        let open = if emergency { store.constant(true) } else { store.and([gate, some_open]) };
        // A block is a decision, and a gate too; for an emergency account they are wrong ones.
        let premise = store.and([consistent, concerned, open]);
        let mut parts = vec![premise];
        parts.extend(refused);
        let violation = store.and(parts);
        self.question(free, base, choices, [premise, violation, consistent])
    }

    /// Access, as a formula over everything.
    pub(super) fn granted(&mut self) -> Formula {
        let granted = self.reach.get(&State::Granted).copied();
        granted.unwrap_or_else(|| self.meaning.store.constant(false))
    }

    /// With `open` credentials everything that the attacker may hold ranges freely; otherwise it is a first factor alone.
    /// What is proved beyond that is the attacker's choice: who gets in without the password need not give it.
    fn bypass(&mut self, open: bool) -> Question {
        let chosen = |key: &Key| *key == Key::AddsPassword || (!open && *key == Key::FirstFactor);
        let fixed = |key: &Key| match key {
            Key::Claim(_) | Key::CanRegister(_) => Some(0),
            Key::AcceptsTerms | Key::Interactive | Key::HomeOutbound => Some(1),
            Key::HomeAllows(_) | Key::HomeRegistration => Some(1),
            Key::RegisteredHome(_) | Key::RegisteredResource(_) if !open => Some(0),
            Key::FederatedBehavior | Key::FederatedAsserted if !open => Some(0),
            _ => None,
        };
        let (free, base) = self.split(&chosen, &fixed);
        let choices = self.credentials(open);
        let fixed = substitution(&base, &free, self.space);
        let granted = self.granted();
        let [_, registered, _] = &self.meaning.rounds;
        let mfa = registered.seen.mfa;
        let without = self.meaning.store.not(mfa);
        let bad = self.meaning.store.and([granted, without]);
        let (mut ways, mut people) = (Vec::new(), Vec::new());
        for choice in &choices {
            let map = picked(&fixed, choice);
            let consistent = self.consistent(&map, false);
            let store = &mut self.meaning.store;
            let bad = store.substitute(bad, &map);
            ways.push(store.and([consistent, bad]));
            people.push(consistent);
        }
        let store = &mut self.meaning.store;
        let violation = store.or(ways);
        let consistent = store.or(people);
        self.question(free, base, choices, [consistent, violation, consistent])
    }

    /// Each first factor as a choice of its own, unless it is `open`; without and with the password added.
    pub(super) fn credentials(&self, open: bool) -> Vec<Choice> {
        let values = |key: &Key| -> Vec<(Var, u16)> {
            let dimension = self.space.var(key).and_then(|var| self.space.dimension(var));
            let all = dimension.into_iter().flat_map(|d| (0..d.values.len()).map(|value| (d.var, value)));
            all.filter_map(|(var, value)| Some((var, u16::try_from(value).ok()?))).collect()
        };
        let factors: Vec<Option<(Var, u16)>> =
            if open { vec![None] } else { values(&Key::FirstFactor).into_iter().map(Some).collect() };
        let mut choices = Vec::new();
        for factor in factors {
            for password in values(&Key::AddsPassword) {
                let picks = factor.into_iter().chain([password]).collect();
                choices.push(Choice { picks, instances: Vec::new() });
            }
        }
        choices
    }

    pub(super) fn is(&mut self, key: &Key, name: &str) -> Formula {
        match (self.space.var(key), self.space.value(key, name)) {
            (Some(var), Some(value)) => self.meaning.store.atom(var, value),
            _ => self.meaning.store.constant(false),
        }
    }

    /// Somebody with a modern client who wants to administer the tenant.
    fn administrating(&mut self) -> Formula {
        let clients = ["browser", "mobileAppsAndDesktopClients"].map(|name| self.is(&Key::Client, name));
        let store = &mut self.meaning.store;
        let modern = store.or(clients);
        let surfaces = self.space.var(&Key::Target).map(|var| store.member(var, self.space.administration()));
        store.and(surfaces.into_iter().chain([modern]))
    }

    /// People who can be, who ask for what the property is about, with a first factor that is one; declared emergency accounts or all
    /// others.
    pub(super) fn consistent(&mut self, fixed: &HashMap<Var, Substitution>, emergency: bool) -> Formula {
        let there = self.there(fixed, emergency);
        let store = &mut self.meaning.store;
        let factor = store.substitute(self.meaning.first_factor_possible, fixed);
        store.and([there, factor])
    }

    /// The same whether the first factor is one or not, which may hang on what is not known.
    pub(super) fn there(&mut self, fixed: &HashMap<Var, Substitution>, emergency: bool) -> Formula {
        let targets = self.targets.clone();
        let store = &mut self.meaning.store;
        let application = match self.space.var(&Key::Target) {
            Some(var) => store.member(var, targets),
            None => store.constant(true),
        };
        let declared = self.space.var(&Key::UserId).map(|var| store.member(var, self.space.emergency()));
        let declared = declared.unwrap_or_else(|| store.constant(false));
        let concerned = if emergency { declared } else { store.not(declared) };
        let all = store.and([self.meaning.consistent, concerned, application]);
        store.substitute(all, fixed)
    }

    pub(super) fn split(
        &self,
        chosen: &dyn Fn(&Key) -> bool,
        fixed: &dyn Fn(&Key) -> Option<u16>,
    ) -> (BTreeSet<Var>, Assignment) {
        let mut free = BTreeSet::new();
        let mut base = Assignment::default();
        for dimension in self.space.all() {
            let value = fixed(&dimension.key);
            base.set(dimension.var, value.unwrap_or(0));
            if value.is_none() && !chosen(&dimension.key) {
                free.insert(dimension.var);
            }
        }
        (free, base)
    }

    /// Modern clients, each with every device that makes a difference.
    pub(super) fn choices(&mut self) -> Vec<Choice> {
        let mut picks = Vec::new();
        for app in self.modern_clients() {
            picks.extend(self.space.devices().iter().map(|device| [vec![app], device.clone()].concat()));
        }
        let first = self.meaning.unknowns.end();
        self.instantiated(picks, first)
    }

    /// Browser and apps.
    pub(super) fn modern_clients(&self) -> Vec<(Var, u16)> {
        let value = |name: &str| Some((self.space.var(&Key::Client)?, self.space.value(&Key::Client, name)?));
        ["browser", "mobileAppsAndDesktopClients"].into_iter().filter_map(value).collect()
    }

    /// Each pick with its own instance of whatever is a function of the sign-in; the variables from `first` on are free.
    pub(super) fn instantiated(&self, picks: Vec<Vec<(Var, u16)>>, first: u32) -> Vec<Choice> {
        let unknowns = self.meaning.unknowns.iter().filter(|unknown| unknown.per_sign_in);
        let per_sign_in: Vec<Var> = unknowns.map(|unknown| unknown.var).collect();
        let mut next = first;
        let mut choice = |picks| {
            let instances = per_sign_in.iter().map(|old| {
                next += 1;
                (*old, Var(next - 1))
            });
            Choice { picks, instances: instances.collect() }
        };
        picks.into_iter().map(&mut choice).collect()
    }

    pub(super) fn question(
        &mut self,
        free: BTreeSet<Var>,
        base: Assignment,
        choices: Vec<Choice>,
        [premise, violation, consistent]: [Formula; 3],
    ) -> Question {
        let fixed = substitution(&base, &free, self.space);
        let store = &mut self.meaning.store;
        // What a user type of null means is open: whoever has one can be of either kind, and is of one.
        let typed = store.substitute(self.meaning.typed, &fixed);
        let (labelled_premise, labelled) = (store.and([premise, typed]), store.and([violation, typed]));
        let (premise, violation) = (store.strip(labelled_premise), store.strip(labelled));
        let consistent = store.strip(consistent);
        let mut original: BTreeMap<Var, Var> = BTreeMap::new();
        for choice in choices.iter().chain(&self.besides) {
            original.extend(choice.instances.iter().map(|(old, new)| (*new, *old)));
        }
        let first = self.space.end();
        let unknowns = self
            .meaning
            .store
            .support(violation)
            .into_iter()
            .filter(|var| var.0 >= first)
            .map(|var| (var, original.get(&var).copied().unwrap_or(var)))
            .collect();
        Question {
            free,
            base,
            choices,
            premise,
            violation,
            labelled_premise,
            labelled,
            unknowns,
            consistent,
            targets: self.targets.clone(),
            waived: Vec::new(),
        }
    }
}

/// How everybody of a lockout acts: willing, with the means for anything; and the homes that are not given.
pub(super) fn willing(key: &Key, homes: Ranging) -> Option<u16> {
    match key {
        Key::Claim(_) => Some(0),
        Key::CanRegister(_) | Key::AddsPassword | Key::AcceptsTerms => Some(1),
        Key::Interactive | Key::HomeOutbound => Some(1),
        Key::HomeAllows(_) | Key::HomeRegistration | Key::FederatedBehavior if homes == Ranging::Open => None,
        Key::HomeAllows(method) if method.is_certificate() && homes == Ranging::WithoutCertificates => {
            Some(0)
        }
        Key::HomeAllows(_) | Key::HomeRegistration => Some(1),
        Key::FederatedBehavior => Some(0),
        _ => None,
    }
}

/// What a choice picks, over what is fixed anyhow.
pub(super) fn picked(fixed: &HashMap<Var, Substitution>, choice: &Choice) -> HashMap<Var, Substitution> {
    let mut map = fixed.clone();
    map.extend(choice.picks.iter().map(|(var, value)| (*var, Substitution::Value(*value))));
    map.extend(choice.instances.iter().map(|(old, new)| (*old, Substitution::Var(*new))));
    map
}

/// Fixes every dimension that is not free. What a person picks is overridden by each choice.
pub(super) fn substitution(
    base: &Assignment,
    free: &BTreeSet<Var>,
    space: &Space,
) -> HashMap<Var, Substitution> {
    let all = space.all().iter().map(|dimension| dimension.var);
    all.filter(|var| !free.contains(var)).map(|var| (var, Substitution::Value(base.get(var)))).collect()
}
