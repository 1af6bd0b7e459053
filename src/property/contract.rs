//! Statements of contracts as questions. What a statement speaks of is given; everything else is chosen as in a lockout where
//! people must get in, and as in a bypass where they must not.

use std::collections::{BTreeSet, HashMap};

use super::catalogue::Bypass;
use super::question::{Choice, Poser, Question, Ranging, picked, substitution, willing};
use crate::contract::Must;
use crate::logic::{Formula, Substitution, Var};
use crate::scenario::{Key, TargetValue};
use crate::semantics::Asked;

impl Poser<'_> {
    /// The statement that the meaning was asked about; nobody is concerned where there is none.
    pub(super) fn contract(&mut self, ranging: Ranging) -> Question {
        let Some(asked) = self.meaning.asked.clone() else {
            let never = self.meaning.store.constant(false);
            let (free, base) = self.split(&|_| false, &|_| Some(0));
            return self.question(free, base, vec![Choice::default()], [never, never, never]);
        };
        if asked.beyond_applications {
            self.range_over(|_| true);
        } else {
            self.range_over(TargetValue::is_application);
        }
        match asked.must {
            Must::Reach => self.must_reach(&asked, ranging),
            Must::BeBlocked | Must::Need | Must::Never => self.must_not_reach(&asked, ranging),
        }
    }

    /// For each given part some choice gets in. Unlike in a lockout, a block and a closed gate are failures.
    fn must_reach(&mut self, asked: &Asked, ranging: Ranging) -> Question {
        let spoken = self.keys(&asked.given);
        let of_device = |key: &Key| *key == Key::DeviceTrust || key.is_of_device();
        let given_device = spoken.iter().any(of_device);
        let given = |key: &Key| spoken.contains(key) || (given_device && of_device(key));
        let chosen = |key: &Key| (*key == Key::Client || of_device(key)) && !given(key);
        let fixed = |key: &Key| match key {
            key if given(key) => None,
            Key::Flow => Some(0),
            key => willing(key, ranging),
        };
        let (free, base) = self.split(&chosen, &fixed);
        let clients: Vec<Vec<(Var, u16)>> = if given(&Key::Client) {
            vec![Vec::new()]
        } else {
            self.modern_clients().into_iter().map(|client| vec![client]).collect()
        };
        let devices = if given_device { vec![Vec::new()] } else { self.space.devices().to_vec() };
        let mut picks = Vec::new();
        for client in &clients {
            picks.extend(devices.iter().map(|device| [client.clone(), device.clone()].concat()));
        }
        let choices = self.instantiated(picks, self.meaning.unknowns.end());
        let fixed = substitution(&base, &free, self.space);
        let granted = self.granted();
        let first = choices.first().map_or_else(|| fixed.clone(), |choice| picked(&fixed, choice));
        let (people, _) = self.people(asked, &first);
        let (mut described, mut refused, mut waived) =
            (Vec::new(), Vec::new(), vec![Vec::new(); asked.waived.len()]);
        for choice in &choices {
            let map = picked(&fixed, choice);
            let store = &mut self.meaning.store;
            let about = store.substitute(asked.about, &map);
            let granted = store.substitute(granted, &map);
            described.push(about);
            let gets_in = store.and([about, granted]);
            refused.push(store.not(gets_in));
            for (all, own) in waived.iter_mut().zip(&asked.waived) {
                all.push(store.substitute(*own, &map));
            }
        }
        let store = &mut self.meaning.store;
        let described = store.or(described);
        let premise = store.and([people, described]);
        let violation = store.and([premise].into_iter().chain(refused).collect::<Vec<_>>());
        let waived: Vec<Formula> = waived.into_iter().map(|own| store.or(own)).collect();
        self.waiving(free, base, choices, [premise, violation, people], &waived)
    }

    /// No choice gets in, or none without what is needed. The attacker chooses everything that is not given; what is needed is
    /// compared with what is proved in that very sign-in with registered methods.
    fn must_not_reach(&mut self, asked: &Asked, ranging: Ranging) -> Question {
        let open = ranging == Ranging::Open;
        let need = asked.must == Must::Need;
        let spoken = self.keys(&asked.given);
        let terms = self.keys(&self.meaning.store.support(asked.met).into_iter().collect());
        let given = |key: &Key| spoken.contains(key);
        let chosen =
            |key: &Key| !given(key) && (*key == Key::AddsPassword || (!open && *key == Key::FirstFactor));
        let fixed = |key: &Key| match key {
            key if given(key) => None,
            // Nothing was proved before and nothing is registered on the way, as where MFA is asked about.
            Key::Claim(_) | Key::CanRegister(_) if need || !open => Some(0),
            Key::AcceptsTerms | Key::Interactive if need && terms.contains(key) => None,
            Key::AcceptsTerms | Key::Interactive | Key::HomeOutbound => Some(1),
            Key::HomeAllows(_) | Key::HomeRegistration if need || !open => Some(1),
            Key::RegisteredHome(_) | Key::RegisteredResource(_) if !open => Some(0),
            Key::FederatedBehavior | Key::FederatedAsserted if !open => Some(0),
            _ => None,
        };
        let (free, base) = self.split(&chosen, &fixed);
        let choices = if open || given(&Key::FirstFactor) {
            self.any_credentials()
        } else {
            self.credentials(Bypass::Mfa)
        };
        let fixed = substitution(&base, &free, self.space);
        let granted = self.granted();
        let store = &mut self.meaning.store;
        let unmet = if need { store.not(asked.met) } else { store.constant(true) };
        let bad = store.and([granted, unmet]);
        let (mut ways, mut described, mut there) = (Vec::new(), Vec::new(), Vec::new());
        let mut waived = vec![Vec::new(); asked.waived.len()];
        for choice in &choices {
            let map = picked(&fixed, choice);
            let (possible, anybody) = self.people(asked, &map);
            let store = &mut self.meaning.store;
            let about = store.substitute(asked.about, &map);
            let concerned = store.and([possible, about]);
            let bad = store.substitute(bad, &map);
            ways.push(store.and([concerned, bad]));
            described.push(concerned);
            // Whoever cannot begin as they are said to does not show anything: that they can is a part of the counterexample.
            there.push(anybody);
            for (all, own) in waived.iter_mut().zip(&asked.waived) {
                all.push(self.meaning.store.substitute(*own, &map));
            }
        }
        let store = &mut self.meaning.store;
        let (premise, violation, there) = (store.or(described), store.or(ways), store.or(there));
        let waived: Vec<Formula> = waived.into_iter().map(|own| store.or(own)).collect();
        let question = self.waiving(free, base, choices, [premise, violation, there], &waived);
        Question { lacking: Some(unmet), ..question }
    }

    /// People who can be; declared emergency accounts too where a statement speaks of single accounts.
    /// The second says the same whether or not their first factor is one.
    fn people(&mut self, asked: &Asked, fixed: &HashMap<Var, Substitution>) -> (Formula, Formula) {
        let (mut can, mut there) = (self.consistent(fixed, false), self.there(fixed, false));
        if asked.accounts {
            let (own, too) = (self.consistent(fixed, true), self.there(fixed, true));
            can = self.meaning.store.or([can, own]);
            there = self.meaning.store.or([there, too]);
        }
        (can, there)
    }

    fn keys(&self, vars: &BTreeSet<Var>) -> BTreeSet<Key> {
        vars.iter()
            .filter_map(|var| self.space.dimension(*var))
            .map(|dimension| dimension.key.clone())
            .collect()
    }

    /// A question in which what is waived violates nothing; for each waiver what it would have to excuse is kept.
    fn waiving(
        &mut self,
        free: BTreeSet<Var>,
        base: crate::logic::Assignment,
        choices: Vec<Choice>,
        [premise, violation, consistent]: [Formula; 3],
        waived: &[Formula],
    ) -> Question {
        let store = &mut self.meaning.store;
        let any = store.or(waived.iter().copied());
        let others = store.not(any);
        let left = store.and([violation, others]);
        let excused: Vec<Formula> = waived.iter().map(|own| store.and([violation, *own])).collect();
        let whole =
            self.question(free.clone(), base.clone(), choices.clone(), [premise, violation, consistent]);
        let mut question = self.question(free, base, choices, [premise, left, consistent]);
        question.unknowns.extend(whole.unknowns);
        question.waived = excused.into_iter().map(|own| self.meaning.store.strip(own)).collect();
        question
    }
}
