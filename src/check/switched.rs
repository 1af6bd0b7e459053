//! The tenant with a switch in place of each policy's state, and questions about what a policy changes.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::analysis::{Analysis, Options};
use super::obligation::{Ledger, Names};
use crate::counterexample::{Disagreement, Evidence, of_walk};
use crate::explicit::walk;
use crate::logic::{Assignment, Formula, Substitution, Var};
use crate::model::{PolicyState, Tenant, Unread};
use crate::scenario::{Key, Scenario, Space};
use crate::semantics::plain_reading;
use crate::symbolic::{Answer, Limits, Literal, Session, Tandem, ask};
use crate::system::State;

/// How often a witness is asked for that needs nothing unknown.
const TRIES: usize = 48;
/// The key of a switch, before the position of its policy.
const SWITCH: &str = "policy:";

/// A tenant in which policies can be turned on and off.
#[derive(Clone)]
pub(super) struct Switched {
    pub(super) analysis: Analysis,
    /// The switch of each policy that is looked at, by position; on where the policy is enforced.
    switches: BTreeMap<usize, (Var, bool)>,
    /// Somebody who can be, with a first factor that is one.
    person: Formula,
    /// Access, depending on the switches.
    granted: Formula,
    /// Access as the policies are.
    now: Formula,
    /// The same for plain sign-ins first.
    ranges: Vec<Range>,
    /// How many values each variable has.
    sizes: Arc<[usize]>,
    /// The answers that conclusions rest on.
    pub(super) ledger: Ledger,
}

/// The sign-ins in which some dimensions are fixed.
#[derive(Clone)]
struct Range {
    fixed: BTreeMap<Var, u16>,
    person: Formula,
    granted: Formula,
    now: Formula,
}

/// A sign-in that shows something, with what it needs that is not known.
#[derive(Clone, Debug)]
pub struct Witness {
    /// The sign-in.
    pub scenario: Scenario,
    /// How it ends now.
    pub evidence: Evidence,
    /// What is not known and would have to be as assumed; empty is unconditional.
    pub depends_on: Vec<String>,
}

impl Switched {
    /// Gives a switch to every policy about people that is enforced or in report-only.
    pub(super) fn new(tenant: &Tenant, options: &Options) -> Self {
        let mut tenant = tenant.clone();
        let mut on = BTreeMap::new();
        for (index, policy) in tenant.policies.iter_mut().enumerate().filter(|(_, policy)| !policy.workload) {
            if matches!(policy.state, PolicyState::Enabled | PolicyState::ReportOnly) {
                on.insert(index, policy.state == PolicyState::Enabled);
                policy.state = PolicyState::Unread(Unread(format!("{SWITCH}{index}")));
            }
        }
        let mut analysis = Analysis::of(tenant, Vec::new(), options, None);
        let unknowns = analysis.meaning.unknowns.iter();
        let switches: BTreeMap<usize, (Var, bool)> = unknowns
            .filter_map(|unknown| {
                let index = unknown.key.strip_prefix(SWITCH)?.parse().ok()?;
                Some((index, (unknown.var, *on.get(&index)?)))
            })
            .collect();
        let granted = analysis.reach.get(&State::Granted).copied();
        let store = &mut analysis.meaning.store;
        let granted = granted.unwrap_or_else(|| store.constant(false));
        // Who is asked for the password gives it: no sign-in states otherwise.
        let helpful = analysis.space.var(&Key::AddsPassword).map(|var| (var, Substitution::Value(1)));
        let granted = store.reduce(granted, &helpful.into_iter().collect());
        let set = switches.values().map(|(var, on)| (*var, Substitution::Value(u16::from(*on)))).collect();
        let now = store.reduce(granted, &set);
        let person = store.and([analysis.meaning.consistent, analysis.meaning.first_factor_possible]);
        let person = store.strip(person);
        let mut ranges = Vec::new();
        for fixed in [plain(&analysis.space), BTreeMap::new()] {
            let store = &mut analysis.meaning.store;
            let map = fixed.iter().map(|(var, value)| (*var, Substitution::Value(*value))).collect();
            let [person, granted, now] = [person, granted, now].map(|f| store.reduce(f, &map));
            ranges.push(Range { fixed, person, granted, now });
        }
        let none = BTreeMap::new();
        let sizes =
            (0..analysis.meaning.unknowns.end()).map(|var| analysis.domain(Var(var), &none)).collect();
        let ledger = Ledger::new(options);
        Self { analysis, switches, person, granted, now, ranges, sizes, ledger }
    }

    /// Keeps what is known about a policy: that somebody does this, or that nobody does.
    fn note(&mut self, index: usize, what: &str, anybody: bool, formula: Formula) {
        if self.ledger.keeps() {
            let id = self.analysis.tenant.policies.get(index).map_or("", |policy| &policy.id);
            let (space, unknowns) = (&self.analysis.space, &self.analysis.meaning.unknowns);
            let names = Names { space, unknowns, instances: &BTreeMap::new() };
            let claim = format!("policy {id}: {what}");
            self.ledger.note_one(names, &self.analysis.meaning.store, &claim, !anybody, formula);
        }
    }

    /// The policy applies, its switch set to on; with its labels.
    pub(super) fn applies(&mut self, index: usize) -> Formula {
        let on: HashMap<_, _> =
            self.switches.values().map(|(var, _)| (*var, Substitution::Value(1))).collect();
        let applied = self.analysis.meaning.policies.iter().find(|applied| applied.index == index);
        let applies = applied.map(|applied| applied.applies);
        let store = &mut self.analysis.meaning.store;
        let applies = applies.unwrap_or_else(|| store.constant(false));
        let applies = store.substitute(applies, &on);
        store.and([self.person, applies])
    }

    /// The policy applies to somebody.
    pub(super) fn applies_to_somebody(&mut self, index: usize, limits: Limits) -> Result<bool, Failure> {
        let formula = self.applies(index);
        let sizes = Arc::clone(&self.sizes);
        let anybody = match ask(&domain(&sizes), limits, &self.analysis.meaning.store, formula) {
            Answer::Sat(_) => true,
            Answer::Unsat(_) => false,
            Answer::Unknown(reason) => return Err(Failure::GaveUp(reason)),
        };
        self.note(index, "it applies to somebody", anybody, formula);
        Ok(anybody)
    }

    /// The policies that make one superfluous: every sign-in ends alike without it as long as these are on. `None` where
    /// some sign-in ends otherwise without it.
    pub(super) fn shadow(&mut self, index: usize, limits: Limits) -> Result<Option<Vec<usize>>, Failure> {
        let Some((var, _)) = self.switches.get(&index).copied() else { return Ok(None) };
        let turned = self.turned(index);
        let without = self.with(&|at, on| on && at != index);
        let sizes = Arc::clone(&self.sizes);
        let domain = domain(&sizes);
        let differs = self.differ(self.now, without);
        let somebody = self.differs_alone(index, without, limits)?
            || match ask(&domain, limits, &self.analysis.meaning.store, differs) {
                Answer::Sat(_) => true,
                Answer::Unknown(reason) => return Err(Failure::GaveUp(reason)),
                Answer::Unsat(_) => false,
            };
        self.note(index, "a sign-in ends otherwise without it", somebody, differs);
        if somebody {
            return Ok(None);
        }
        let [on, off] = [1, 0].map(|value| {
            let set = [(var, Substitution::Value(value))].into_iter().collect();
            self.analysis.meaning.store.reduce(self.granted, &set)
        });
        let differs = self.differ(on, off);
        let mut session = Session::new(&domain, limits);
        session.assert(&self.analysis.meaning.store, differs);
        let mut needed: Vec<Literal> = turned.into_iter().filter(|literal| literal.var != var).collect();
        if let Answer::Unsat(core) = session.check(&needed, &[]) {
            needed.retain(|literal| core.contains(literal));
        }
        // Fewest policies: each is left out that can be, those that are off first.
        needed.sort_by_key(|literal| (literal.not == 0, literal.var));
        for literal in needed.clone() {
            let fewer: Vec<_> = needed.iter().copied().filter(|other| *other != literal).collect();
            if matches!(session.check(&fewer, &[]), Answer::Unsat(_)) {
                needed = fewer;
            }
        }
        let is_needed = |var: Var, on: bool| on && needed.iter().any(|literal| literal.var == var);
        let by = self.switches.iter().filter(|(_, (var, on))| is_needed(*var, *on));
        Ok(Some(by.map(|(at, _)| *at).collect()))
    }

    /// A sign-in to which no other policy applies ends otherwise: a smaller question, whose answer is tried out.
    fn differs_alone(&mut self, index: usize, without: Formula, limits: Limits) -> Result<bool, Failure> {
        let only = self.with(&|at, _| at == index);
        let none = self.with(&|_, _| false);
        let mut parts = vec![self.differ(only, none)];
        for at in self.switches.iter().filter(|(_, (_, on))| *on).map(|(at, _)| *at).collect::<Vec<_>>() {
            let applies = self.applies(at);
            let store = &mut self.analysis.meaning.store;
            let applies = store.strip(applies);
            parts.push(if at == index { applies } else { store.not(applies) });
        }
        let formula = self.analysis.meaning.store.and(parts);
        let sizes = Arc::clone(&self.sizes);
        let domain = domain(&sizes);
        let store = &self.analysis.meaning.store;
        match ask(&domain, limits, store, formula) {
            Answer::Sat(at) => {
                Ok(store.eval(self.person, &at) && store.eval(self.now, &at) != store.eval(without, &at))
            }
            Answer::Unsat(_) => Ok(false),
            Answer::Unknown(reason) => Err(Failure::GaveUp(reason)),
        }
    }

    /// Access with the switches set by position and by whether the policy is enforced.
    fn with(&mut self, on: &dyn Fn(usize, bool) -> bool) -> Formula {
        let set = self.switches.iter();
        let set = set.map(|(at, (var, is))| (*var, Substitution::Value(u16::from(on(*at, *is))))).collect();
        self.analysis.meaning.store.reduce(self.granted, &set)
    }

    /// Somebody's sign-in ends otherwise under the one than under the other.
    fn differ(&mut self, one: Formula, other: Formula) -> Formula {
        let store = &mut self.analysis.meaning.store;
        let (not_one, not_other) = (store.not(one), store.not(other));
        let (lost, gained) = (store.and([one, not_other]), store.and([other, not_one]));
        let either = store.or([lost, gained]);
        store.and([self.person, either])
    }

    /// All switches as the policies are, save that of one policy.
    fn turned(&self, index: usize) -> Vec<Literal> {
        let set = |(at, (var, on)): (&usize, &(Var, bool))| {
            let on = *on != (*at == index);
            Literal { var: *var, not: u16::from(!on) }
        };
        self.switches.iter().map(set).collect()
    }

    /// A sign-in that the turned policy stops; one that needs nothing unknown, if there is one. Plain sign-ins of people of
    /// the tenant are looked at first, then everything.
    pub(super) fn witness(&mut self, index: usize, limits: Limits) -> Result<Option<Witness>, Failure> {
        let mut least = None;
        for range in 0..self.ranges.len() {
            let found = self.witness_in(range, index, limits)?;
            match found {
                Some(found) if found.depends_on.is_empty() => {
                    least = Some(found);
                    break;
                }
                Some(found) => drop(least.get_or_insert(found)),
                None => {}
            }
        }
        if self.ledger.keeps()
            && let Some(everything) = self.ranges.last().cloned()
        {
            let stopped = self.stopped(index, &everything);
            self.note(index, "it would stop a sign-in that is granted now", least.is_some(), stopped);
        }
        Ok(least)
    }

    /// Sign-ins that are granted now, and not with the policy turned.
    fn stopped(&mut self, index: usize, range: &Range) -> Formula {
        let turned = self.turned(index).into_iter();
        let turned = turned.map(|literal| (literal.var, Substitution::Value(1 - literal.not))).collect();
        let store = &mut self.analysis.meaning.store;
        let then = store.reduce(range.granted, &turned);
        let refused = store.not(then);
        store.and([range.person, range.now, refused])
    }

    fn witness_in(&mut self, range: usize, index: usize, limits: Limits) -> Result<Option<Witness>, Failure> {
        let Some(range) = self.ranges.get(range).cloned() else {
            return Ok(None);
        };
        let formula = self.stopped(index, &range);
        let fixed = range.fixed;
        let store = &mut self.analysis.meaning.store;
        let sizes = Arc::clone(&self.sizes);
        let domain = domain(&sizes);
        let mut session = Tandem::patient(&domain, limits);
        let support = store.support(formula).into_iter();
        let (given, unknown): (Vec<Var>, Vec<Var>) =
            support.partition(|var| self.analysis.space.dimension(*var).is_some());
        session.assert(store, formula);
        let all: Vec<Var> = given.iter().chain(&unknown).copied().collect();
        let mut found: Option<(Assignment, Formula)> = None;
        for _ in 0..TRIES {
            let at = match session.check(&[], &[], &all) {
                Answer::Sat(at) => at,
                Answer::Unsat(_) => break,
                Answer::Unknown(reason) => return Err(Failure::GaveUp(reason)),
            };
            let values = |vars: &[Var], at: &Assignment| -> HashMap<Var, Substitution> {
                vars.iter().map(|var| (*var, Substitution::Value(at.get(*var)))).collect()
            };
            let store = &mut self.analysis.meaning.store;
            let rest = store.reduce(formula, &values(&given, &at));
            let untrue = store.not(rest);
            match ask(&domain, limits, store, untrue) {
                Answer::Unsat(_) => return self.shown(index, &fixed, &at, &BTreeSet::new()).map(Some),
                Answer::Unknown(reason) => return Err(Failure::GaveUp(reason)),
                Answer::Sat(other) => {
                    // The same has to be true under these values of what is not known, too.
                    let instance = store.reduce(formula, &values(&unknown, &other));
                    session.assert(store, instance);
                    found.get_or_insert((at, untrue));
                }
            }
        }
        let Some((at, untrue)) = found else { return Ok(None) };
        let mut session = Tandem::patient(&domain, limits);
        session.assert(&self.analysis.meaning.store, untrue);
        // Fewest unknowns: each is left out that can be.
        let mut needed: BTreeSet<Var> = unknown.iter().copied().collect();
        for var in unknown {
            let fewer: Vec<Var> = needed.iter().copied().filter(|other| *other != var).collect();
            if let Answer::Unsat(core) = session.check(&[], &fixing(&fewer, &at, &domain), &[]) {
                needed = core.iter().map(|literal| literal.var).collect();
            }
        }
        self.shown(index, &fixed, &at, &needed).map(Some)
    }

    /// The sign-in, walked with and without the policy.
    fn shown(
        &self,
        index: usize,
        fixed: &BTreeMap<Var, u16>,
        at: &Assignment,
        needed: &BTreeSet<Var>,
    ) -> Result<Witness, Failure> {
        let Analysis { space, meaning, system, tenant, .. } = &self.analysis;
        let mut at = at.clone();
        for (var, value) in fixed {
            at.set(*var, *value);
        }
        for unknown in meaning.unknowns.iter().filter(|unknown| !needed.contains(&unknown.var)) {
            at.set(unknown.var, plain_reading(&unknown.key));
        }
        if let Some(var) = space.var(&Key::AddsPassword) {
            at.set(var, 1);
        }
        for literal in self.turned(index) {
            at.set(literal.var, 1 - literal.not);
        }
        let turned = walk(system, &meaning.store, &at).granted();
        for (var, on) in self.switches.values() {
            at.set(*var, u16::from(*on));
        }
        let now = walk(system, &meaning.store, &at);
        if turned || !now.granted() {
            return Err(Failure::Disagreement(Disagreement {
                symbolic: "a policy stops a sign-in that is granted now".into(),
                explicit: "the sign-in ends alike with and without it".into(),
            }));
        }
        let keys = needed.iter().filter_map(|var| meaning.unknowns.get(*var));
        let keys: BTreeSet<String> = keys.map(|unknown| unknown.key.clone()).collect();
        Ok(Witness {
            scenario: space.scenario_at(&at, &[]),
            evidence: of_walk(&now, tenant),
            depends_on: keys.into_iter().collect(),
        })
    }
}

/// How many values a variable has.
fn domain(sizes: &[usize]) -> impl Fn(Var) -> usize + '_ {
    |var| sizes.get(var.0 as usize).copied().unwrap_or(1)
}

/// The literals that fix variables to their values.
fn fixing(vars: &[Var], at: &Assignment, domain: &dyn Fn(Var) -> usize) -> Vec<Literal> {
    let others = |var: &Var| {
        let (var, own) = (*var, at.get(*var));
        let size = u16::try_from(domain(var)).unwrap_or(u16::MAX);
        (0..size).filter(move |value| *value != own).map(move |not| Literal { var, not })
    };
    vars.iter().flat_map(others).collect()
}

/// The values of everything about a sign-in of somebody of the tenant that is seldom otherwise.
fn plain(space: &Space) -> BTreeMap<Var, u16> {
    let value = |key: &Key| match key {
        Key::Kind | Key::IdentityProvider | Key::HomeTenant => Some(0),
        Key::Claim(_) | Key::Flow | Key::FederatedBehavior | Key::FederatedAsserted => Some(0),
        Key::Target | Key::RegisteredHome(_) => Some(0),
        Key::AddsPassword | Key::AcceptsTerms | Key::Interactive => Some(1),
        Key::HomeOutbound | Key::HomeAllows(_) | Key::HomeRegistration => Some(1),
        _ => None,
    };
    let all = space.all().iter();
    all.filter_map(|d| Some((d.var, value(&d.key)?))).collect()
}

/// Why there is no answer.
pub(super) enum Failure {
    /// The solver gave up.
    GaveUp(String),
    /// The engines contradict each other.
    Disagreement(Disagreement),
}
