//! Whether a service principal is refused somewhere, for every resource and whatever is not known.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::analysis::Options;
use super::obligation::{Ledger, Names};
use crate::counterexample::Disagreement;
use crate::logic::{Assignment, Evaluation, Formula, Store, Substitution, Tag, Var};
use crate::scenario::{Key, Space, TargetValue, Unknowns};
use crate::semantics::plain_reading;
use crate::symbolic::{Answer, Limits, Literal, Tandem};

/// So many places are tried against what is not known.
const TRIES: usize = 64;
/// The legacy list of trusted addresses, which no export holds. No list holds every address.
const LEGACY_LIST: &str = "input:legacyMfaTrustedIps";

/// What became of one question.
#[derive(Clone, Debug)]
pub(super) enum Outcome {
    /// It is another tenant's.
    Elsewhere,
    /// Somewhere it is refused; with the labels of one such sign-in.
    Restricted(BTreeSet<Tag>),
    /// It gets these resources from everywhere, if these unknowns are as assumed; with the labels of one such sign-in.
    Unrestricted { targets: Vec<u16>, unknown: BTreeSet<Var>, because: BTreeSet<Tag> },
    /// The solver gave up.
    GaveUp(String),
}

/// Asks the solver.
pub(super) struct Asker<'a> {
    space: &'a Space,
    store: Store,
    unknowns: Unknowns,
    limits: Limits,
    /// The dimension of resources, and its values that are resources of workloads.
    target: Var,
    targets: Vec<u16>,
    /// The answers that outcomes rest on, and whom they are about.
    pub(super) ledger: Ledger,
    principal: String,
}

/// Values of variables.
type Values = HashMap<Var, Substitution>;

impl<'a> Asker<'a> {
    pub(super) fn new(space: &'a Space, store: Store, unknowns: Unknowns, options: &Options) -> Self {
        let asked_for = |target: &TargetValue| {
            matches!(target, TargetValue::Other | TargetValue::Application(_) | TargetValue::Office365)
        };
        let targets = (0u16..).zip(space.targets()).filter(|(_, target)| asked_for(target));
        let targets = targets.map(|(at, _)| at).collect();
        let target = space.var(&Key::Target).unwrap_or(Var(0));
        let (limits, ledger) = (options.limits, Ledger::new(options));
        Self { space, store, unknowns, limits, target, targets, ledger, principal: String::new() }
    }

    /// Names the service principal that is asked about next.
    pub(super) fn about(&mut self, principal: &str) {
        principal.clone_into(&mut self.principal);
    }

    /// Keeps an answer: these together have no solution, or have one.
    fn note(&mut self, what: &str, impossible: bool, all: &[Formula], instances: &BTreeMap<Var, Var>) {
        if self.ledger.keeps() {
            let claim = format!("service principal {}: {what}", self.principal);
            let names = Names { space: self.space, unknowns: &self.unknowns, instances };
            let all = self.store.and(all.iter().copied());
            self.ledger.note_one(names, &self.store, &claim, impossible, all);
        }
    }

    /// The keys of unknowns, each once, in order.
    pub(super) fn keys(&self, vars: &BTreeSet<Var>) -> Vec<String> {
        let keys = vars.iter().filter_map(|var| self.unknowns.get(*var)).map(|unknown| unknown.key.clone());
        keys.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// These are all resources.
    pub(super) fn is_everything(&self, targets: &[u16]) -> bool {
        targets.len() == self.targets.len()
    }

    /// Resources by name.
    pub(super) fn names(&self, targets: &[u16]) -> Vec<String> {
        let named = |at: &u16| self.space.targets().get(usize::from(*at)).map(TargetValue::name);
        targets.iter().filter_map(named).collect()
    }

    /// The formula holds under no circumstances.
    pub(super) fn is_impossible(&self, formula: Formula) -> bool {
        matches!(self.solve(&[formula], &[], &[]), Answer::Unsat(_))
    }

    /// The question about one service principal.
    pub(super) fn ask(&mut self, own: Formula, refused: Formula) -> Result<Outcome, Disagreement> {
        let (own, plain) = (self.store.strip(own), self.store.strip(refused));
        let none = BTreeMap::new();
        match self.solve(&[own], &[], &[]) {
            Answer::Sat(_) => {}
            Answer::Unsat(_) => {
                self.note("it may be one of this tenant's own", true, &[own], &none);
                return Ok(Outcome::Elsewhere);
            }
            Answer::Unknown(why) => return Ok(Outcome::GaveUp(why)),
        }
        let mut open = Vec::new();
        for target in self.targets.clone() {
            let here = self.store.reduce(plain, &HashMap::from([(self.target, Substitution::Value(target))]));
            match self.solve(&[here], &[], &[]) {
                Answer::Unsat(_) => {
                    self.note("somewhere it is refused a resource", true, &[here], &none);
                    open.push(target);
                }
                Answer::Sat(_) => {}
                Answer::Unknown(why) => return Ok(Outcome::GaveUp(why)),
            }
        }
        let Some(first) = open.first() else {
            return self.propose(own, plain, refused);
        };
        let mut at = self.plainly();
        at.set(self.target, *first);
        let because = self.explained(refused, &at, false)?;
        let unknown = self.store.support(own).into_iter().collect();
        Ok(Outcome::Unrestricted { targets: open, unknown, because })
    }

    /// Proposes a resource and readings, and looks for a place that is refused then.
    fn propose(&mut self, own: Formula, plain: Formula, refused: Formula) -> Result<Outcome, Disagreement> {
        let plain = self.outside_legacy_list(plain);
        let support = self.store.support(plain);
        let circumstance = |var: &Var| self.space.dimension(*var).is_some() && *var != self.target;
        let places: Vec<Var> = support.iter().copied().filter(circumstance).collect();
        let by_sign_in = |var: &&Var| self.unknowns.get(**var).is_some_and(|unknown| unknown.per_sign_in);
        let own_each: Vec<Var> = support.iter().filter(by_sign_in).copied().collect();
        let mut shared: BTreeSet<Var> = support.iter().copied().collect();
        shared.extend(self.store.support(own));
        shared.retain(|var| self.unknowns.get(*var).is_some() && !own_each.contains(var));
        let some_target = self.store.member(self.target, self.targets.iter().copied());
        let mut proposed = vec![own, some_target];
        let (mut elsewhere, mut refusals) = (Vec::new(), Vec::new());
        // What is not known of one sign-in may be otherwise in the next: a variable of its own for each place.
        let mut instances: BTreeMap<Var, Var> = BTreeMap::new();
        let mut next = self.unknowns.end();
        for _ in 0..TRIES {
            let wanted: Vec<Var> =
                shared.iter().chain(instances.keys()).copied().chain([self.target]).collect();
            let at = match self.solve(&proposed, &[], &wanted) {
                Answer::Sat(at) => at,
                Answer::Unsat(_) => {
                    let what = "there is a resource that it is refused in none of these places";
                    self.note(what, true, &proposed, &instances);
                    let because = self.shown(plain, refused)?;
                    return Ok(Outcome::Restricted(because));
                }
                Answer::Unknown(why) => return Ok(Outcome::GaveUp(why)),
            };
            let asked = HashMap::from([(self.target, Substitution::Value(at.get(self.target)))]);
            let here = self.store.reduce(plain, &asked);
            let question: Vec<Formula> = elsewhere.iter().copied().chain([here]).collect();
            match self.solve(&question, &self.fixing(shared.iter().copied(), &at), &places) {
                Answer::Sat(place) => {
                    // Refused here, unless what is not known of this very sign-in is otherwise.
                    let mut values: Values =
                        places.iter().map(|var| (*var, Substitution::Value(place.get(*var)))).collect();
                    let atoms: Vec<Formula> =
                        places.iter().map(|var| self.store.atom(*var, place.get(*var))).collect();
                    let this = self.store.and(atoms);
                    elsewhere.push(self.store.not(this));
                    for var in &own_each {
                        values.insert(*var, Substitution::Var(Var(next)));
                        instances.insert(Var(next), *var);
                        next += 1;
                    }
                    let instance = self.store.substitute(plain, &values);
                    refusals.push(instance);
                    proposed.push(self.store.not(instance));
                }
                Answer::Unsat(_) => {
                    let untried = self.store.and(question);
                    let anywhere = self.store.or(refusals.into_iter().chain([untried]));
                    let anywhere = self.store.reduce(anywhere, &asked);
                    let free = shared.iter().chain(instances.keys()).copied().collect();
                    let needed = self.needed(anywhere, free, &at);
                    let original = |var: Var| instances.get(&var).copied().unwrap_or(var);
                    let mut unknown: BTreeSet<Var> = needed.into_iter().map(original).collect();
                    unknown.extend(self.store.support(own));
                    let mut sign_in = self.plainly();
                    for var in shared.iter().chain([&self.target]) {
                        sign_in.set(*var, at.get(*var));
                    }
                    let mut because = BTreeSet::new();
                    Evaluation::new(&self.store, &sign_in).explain(refused, &mut because);
                    let targets = vec![at.get(self.target)];
                    return Ok(Outcome::Unrestricted { targets, unknown, because });
                }
                Answer::Unknown(why) => return Ok(Outcome::GaveUp(why)),
            }
        }
        Ok(Outcome::GaveUp(format!("more than {TRIES} places")))
    }

    /// Fewest variables whose values make a formula impossible: each is left out that can be.
    fn needed(&self, impossible: Formula, vars: BTreeSet<Var>, at: &Assignment) -> BTreeSet<Var> {
        let mut needed = vars.clone();
        for var in vars {
            let fewer: BTreeSet<Var> = needed.iter().copied().filter(|other| *other != var).collect();
            if let Answer::Unsat(core) = self.solve(&[impossible], &self.fixing(fewer, at), &[]) {
                needed = core.iter().map(|literal| literal.var).collect();
            }
        }
        needed
    }

    /// Refused, or refused from an address that is not on the legacy list.
    fn outside_legacy_list(&mut self, refused: Formula) -> Formula {
        let listed = self.unknowns.iter().filter(|unknown| unknown.key == LEGACY_LIST);
        let outside: Values = listed.map(|unknown| (unknown.var, Substitution::Value(0))).collect();
        let outside = self.store.reduce(refused, &outside);
        self.store.or([refused, outside])
    }

    /// What decides in a sign-in that is refused: one with plain readings, if there is one.
    fn shown(&mut self, plain: Formula, refused: Formula) -> Result<BTreeSet<Tag>, Disagreement> {
        let all = self.store.support(plain);
        let unknown: Vec<Var> = all.iter().copied().filter(|var| self.unknowns.get(*var).is_some()).collect();
        let base = self.plainly();
        let mut plainly = self.solve(&[plain], &self.fixing(unknown, &base), &all);
        if !matches!(plainly, Answer::Sat(_)) {
            plainly = self.solve(&[plain], &[], &all);
        }
        let Answer::Sat(mut at) = plainly else { return Ok(BTreeSet::new()) };
        if !self.store.eval(refused, &at) {
            for unknown in self.unknowns.iter().filter(|unknown| unknown.key == LEGACY_LIST) {
                at.set(unknown.var, 0);
            }
        }
        self.explained(refused, &at, true)
    }

    /// The labels that make a formula what the solver said that it is.
    fn explained(
        &self,
        formula: Formula,
        at: &Assignment,
        expected: bool,
    ) -> Result<BTreeSet<Tag>, Disagreement> {
        if self.store.eval(formula, at) != expected {
            let say = |refused: bool| {
                format!("a service principal is {}refused", if refused { "" } else { "not " })
            };
            return Err(Disagreement { symbolic: say(expected), explicit: say(!expected) });
        }
        let mut tags = BTreeSet::new();
        Evaluation::new(&self.store, at).explain(formula, &mut tags);
        Ok(tags)
    }

    /// The first value of everything, and the plain reading of what is not known.
    fn plainly(&self) -> Assignment {
        let mut at = Assignment::default();
        for unknown in self.unknowns.iter() {
            at.set(unknown.var, plain_reading(&unknown.key));
        }
        at
    }

    fn solve(&self, formulas: &[Formula], assumed: &[Literal], wanted: &[Var]) -> Answer {
        let domain = |var: Var| self.values(var);
        let mut session = Tandem::patient(&domain, self.limits);
        for formula in formulas {
            session.assert(&self.store, *formula);
        }
        session.check(&[], assumed, wanted)
    }

    /// How many values a variable has; one beyond all others stands for a truth value in a sign-in of its own.
    fn values(&self, var: Var) -> usize {
        let own = self.space.dimension(var).map(|dimension| dimension.values.len());
        own.or_else(|| self.unknowns.get(var).map(|unknown| unknown.values.len())).unwrap_or(2)
    }

    /// The literals that fix variables to their values.
    fn fixing(&self, vars: impl IntoIterator<Item = Var>, at: &Assignment) -> Vec<Literal> {
        let others = |var: Var| {
            let size = u16::try_from(self.values(var)).unwrap_or(u16::MAX);
            (0..size).filter(move |value| *value != at.get(var)).map(move |not| Literal { var, not })
        };
        vars.into_iter().flat_map(others).collect()
    }
}
