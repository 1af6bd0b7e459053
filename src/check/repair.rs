//! Whether somebody who can repair the policies gets in: one is enough, so the question is turned around.
//!
//! Somebody has to get in whatever the unknowns are, perhaps somebody else for each value of them. The alternation is resolved
//! by counterexamples: values of the unknowns are proposed under which none of the people found so far gets in; then somebody
//! who does. What is a function of the sign-in may be anything in each sign-in.

use std::collections::{BTreeMap, BTreeSet};

use num_bigint::BigUint;

use super::analysis::{Analysis, Options, Scope};
use super::decide::{Decider, gave_up, size, undetermined};
use super::enumerate::Found;
use super::facts::depends;
use super::obligation::{Ledger, Names};
use super::verdict::{
    Beyond, Enumeration, EnumerationStatus, Holding, Range, Size, Stratum, Verdict, VerdictKind,
};
use crate::counterexample::{Disagreement, of_walk};
use crate::explicit::walk;
use crate::logic::{Assignment, Formula, Substitution, Var};
use crate::property::{Claim, Question, Ranging, Subject};
use crate::scenario::{Cube, Key};
use crate::symbolic::{self, Answer, Literal, Probe};

/// More proposals than this mean that the alternation is not resolved in reasonable time.
const PROPOSALS: usize = 400;

/// Decides the property in a space of its own, which tells the roles and places apart.
pub(super) fn decide(
    analysis: &Analysis,
    options: &Options,
    property: &Subject,
) -> Result<Verdict, Disagreement> {
    let mut own = analysis.for_repair(options);
    let restricted = own.ask_about(Scope::Directory);
    let mut ledger = Ledger::new(options);
    let (kind, space) = conclude(&mut own, options, property, &mut ledger)?;
    let mut verdict = Verdict::about_anybody(property, kind, space);
    verdict.obligations = ledger.into_all();
    if restricted {
        own.ask_about(Scope::Any);
        let anybody = conclude(&mut own, options, property, &mut Ledger::new(options))?.0;
        let anybody = Verdict::about_anybody(property, anybody, Size::default());
        if anybody.name() != verdict.name() {
            verdict.scope = Scope::Directory;
            verdict.unrestricted = Some(anybody.name());
        }
    }
    Ok(verdict)
}

/// The verdict without its evidence.
pub(super) fn outline(analysis: &Analysis, options: &Options, scope: Scope) -> &'static str {
    let mut own = analysis.for_repair(options);
    let _ = own.ask_about(scope) || own.ask_about(Scope::Any);
    let question = own.pose(options, Claim::Repair, Ranging::Best);
    match Search::new(&mut own, options, &question).run() {
        Outcome::SomebodyGetsIn(_) => "holds",
        Outcome::NobodyGetsIn(needs) if needs.is_empty() => "violated",
        Outcome::NobodyThere => "vacuous",
        Outcome::NobodyGetsIn(_) | Outcome::GaveUp(_) => "undetermined",
    }
}

fn conclude(
    analysis: &mut Analysis,
    options: &Options,
    property: &Subject,
    ledger: &mut Ledger,
) -> Result<(VerdictKind, Size), Disagreement> {
    let question = analysis.pose(options, Claim::Repair, Ranging::Best);
    let space = size(analysis, options, &question);
    let mut search = Search::new(analysis, options, &question);
    let outcome = search.run();
    search.oblige(&outcome, ledger);
    let analysis = &*analysis;
    let decider = Decider { analysis, options, property, claim: Claim::Repair, question: &question };
    let kind = match outcome {
        Outcome::SomebodyGetsIn(at) => {
            let walk = walk(&analysis.system, &analysis.meaning.store, &at);
            if !walk.granted() {
                let (symbolic, explicit) = ("access is granted".into(), "access is refused".into());
                return Err(Disagreement { symbolic, explicit });
            }
            let core = of_walk(&walk, &analysis.tenant).labels();
            let settings = super::cores::settings(&core);
            VerdictKind::Holds(Holding { core, settings, contract: Vec::new(), why: None })
        }
        Outcome::NobodyThere => VerdictKind::Vacuous(decider.core_of_premise()),
        Outcome::GaveUp(reason) => undetermined(gave_up(&reason)),
        Outcome::NobodyGetsIn(needs) => nobody(&decider, &needs)?,
    };
    Ok((kind, space))
}

/// Everybody who could repair stands for all of them.
fn nobody(decider: &Decider, needs: &BTreeMap<Var, u16>) -> Result<VerdictKind, Disagreement> {
    let (analysis, question) = (decider.analysis, decider.question);
    let domain = |var: Var| analysis.domain(var, &question.unknowns);
    let mut people = Probe::new(&domain, decider.options.limits);
    people.assert(&analysis.meaning.store, question.violation);
    let mut cube = Cube::default();
    if let Some(target) = analysis.space.var(&Key::Target) {
        cube.0.insert(target, question.targets.iter().copied().collect());
    }
    let wanted: Vec<Var> = question.free.iter().chain(question.unknowns.keys()).copied().collect();
    let mut fixed = Vec::new();
    for (var, value) in needs.iter().filter(|(var, _)| !per_sign_in(analysis, **var)) {
        let all =
            (0..analysis.domain(*var, &question.unknowns)).filter_map(|other| u16::try_from(other).ok());
        fixed.extend(all.filter(|other| other != value).map(|not| Literal { var: *var, not }));
    }
    let mut seed = question.base.clone();
    if let Answer::Sat(found) = people.check(&fixed, &wanted) {
        for var in wanted {
            seed.set(var, found.get(var));
        }
    }
    let needs: BTreeMap<Var, BTreeSet<u16>> =
        needs.keys().map(|var| (*var, BTreeSet::from([seed.get(*var)]))).collect();
    for (var, values) in &needs {
        seed.set(*var, values.iter().next().copied().unwrap_or(0));
    }
    let found = Found::of(cube, Cube(needs), seed);
    let view = decider.view(Range::Main, &found, &[], &mut people)?;
    let account = |range: Range, cubes: usize, scenarios: BigUint| Enumeration {
        range,
        status: EnumerationStatus::Complete,
        cubes,
        scenarios,
        memberships: 0,
        beyond: Beyond::None,
        strata: vec![Stratum { memberships: 0, cubes, status: EnumerationStatus::Complete }],
    };
    let enumeration =
        vec![account(Range::Main, 1, view.scenarios.clone()), account(Range::Exclusion, 0, BigUint::ZERO)];
    if view.depends_on.is_empty() {
        return Ok(VerdictKind::Violated { counterexamples: vec![view], enumeration });
    }
    let reason = depends(view.depends_on.iter().map(String::as_str).collect());
    Ok(VerdictKind::Undetermined { reason, counterexamples: vec![view], enumeration })
}

/// Whether something is a function of the sign-in.
fn per_sign_in(analysis: &Analysis, var: Var) -> bool {
    analysis.meaning.unknowns.get(var).is_some_and(|unknown| unknown.per_sign_in)
}

enum Outcome {
    /// Somebody does; one of them, with the values of unknowns under which the last doubt went.
    SomebodyGetsIn(Assignment),
    /// Under these values of the unknowns nobody does.
    NobodyGetsIn(BTreeMap<Var, u16>),
    /// Nobody holds such a role.
    NobodyThere,
    GaveUp(String),
}

struct Search<'a> {
    analysis: &'a mut Analysis,
    options: &'a Options,
    question: &'a Question,
    /// Unknowns that are the same in every sign-in, and those that are not.
    shared: Vec<Var>,
    own: Vec<Var>,
    /// Instances of the latter, for several sign-ins in one question.
    instances: BTreeMap<Var, Var>,
    /// Somebody gets in.
    gets_in: Formula,
    /// What turned out to be impossible last: none of some people gets in, or somebody does for certain.
    impossible: Option<Formula>,
}

impl<'a> Search<'a> {
    fn new(analysis: &'a mut Analysis, options: &'a Options, question: &'a Question) -> Self {
        let store = &mut analysis.meaning.store;
        let granted = store.not(question.violation);
        let gets_in = store.and([question.premise, granted]);
        let (own, shared): (Vec<&Var>, Vec<&Var>) =
            question.unknowns.keys().partition(|var| per_sign_in(analysis, **var));
        let (own, shared) = (own.into_iter().copied().collect(), shared.into_iter().copied().collect());
        Self {
            analysis,
            options,
            question,
            shared,
            own,
            instances: BTreeMap::new(),
            gets_in,
            impossible: None,
        }
    }

    fn run(&mut self) -> Outcome {
        match self.ask(self.question.premise) {
            Answer::Unsat(_) => return Outcome::NobodyThere,
            Answer::Unknown(reason) => return Outcome::GaveUp(reason),
            Answer::Sat(_) => {}
        }
        let mut people: Vec<Assignment> = Vec::new();
        for _ in 0..PROPOSALS {
            let excluded = self.none_of(&people);
            let unknowns = self.shared.clone();
            let doubt = match self.ask(excluded) {
                Answer::Sat(found) => found,
                Answer::Unknown(reason) => return Outcome::GaveUp(reason),
                Answer::Unsat(_) => {
                    self.impossible = Some(excluded);
                    let last = people.pop().unwrap_or_default();
                    return Outcome::SomebodyGetsIn(last);
                }
            };
            let fixed: BTreeMap<Var, u16> = unknowns.iter().map(|var| (*var, doubt.get(*var))).collect();
            match self.somebody(&fixed) {
                Ok(Some(found)) => people.push(found),
                Ok(None) => return self.least(fixed),
                Err(reason) => return Outcome::GaveUp(reason),
            }
        }
        Outcome::GaveUp("too many proposals".into())
    }

    /// What the outcome rests on.
    fn oblige(&self, outcome: &Outcome, ledger: &mut Ledger) {
        let (space, meaning) = (&self.analysis.space, &self.analysis.meaning);
        let names = Names { space, unknowns: &meaning.unknowns, instances: &self.instances };
        let mut note = |claim: &str, unsatisfiable: bool, formula: Formula| {
            ledger.note_one(names, &meaning.store, claim, unsatisfiable, formula);
        };
        let concerned = "somebody is concerned";
        match (outcome, self.impossible) {
            (Outcome::SomebodyGetsIn(_), Some(none)) => {
                note("none of these people gets in", true, none);
                note(concerned, false, self.question.premise);
            }
            (Outcome::NobodyGetsIn(_), Some(some)) => note("somebody gets in for certain", true, some),
            (Outcome::NobodyThere, _) => note(concerned, true, self.question.premise),
            _ => {}
        }
    }

    /// None of these people gets in, each in a sign-in of their own.
    fn none_of(&mut self, people: &[Assignment]) -> Formula {
        let mut next = self.analysis.meaning.unknowns.end();
        let mut parts = Vec::new();
        for person in people {
            let mut fixed: Vec<(Var, Substitution)> = Vec::new();
            for var in &self.question.free {
                fixed.push((*var, Substitution::Value(person.get(*var))));
            }
            for var in &self.own {
                fixed.push((*var, Substitution::Var(Var(next))));
                self.instances.insert(Var(next), *var);
                next += 1;
            }
            let map = fixed.into_iter().collect();
            let store = &mut self.analysis.meaning.store;
            let gets_in = store.substitute(self.gets_in, &map);
            parts.push(store.not(gets_in));
        }
        self.analysis.meaning.store.and(parts)
    }

    /// Somebody who gets in under these values of the shared unknowns, whatever the others are.
    fn somebody(&mut self, fixed: &BTreeMap<Var, u16>) -> Result<Option<Assignment>, String> {
        let map = fixed.iter().map(|(var, value)| (*var, Substitution::Value(*value))).collect();
        let gets_in = self.analysis.meaning.store.substitute(self.gets_in, &map);
        let wanted: Vec<Var> = self.question.free.iter().copied().collect();
        let mut demand = gets_in;
        for _ in 0..PROPOSALS {
            let mut found = match self.ask(demand) {
                Answer::Sat(found) => found,
                Answer::Unsat(_) => {
                    self.impossible = Some(demand);
                    return Ok(None);
                }
                Answer::Unknown(reason) => return Err(reason),
            };
            let mut person = self.question.base.clone();
            for var in &wanted {
                person.set(*var, found.get(*var));
            }
            for (var, value) in fixed {
                person.set(*var, *value);
            }
            let place = wanted.iter().map(|var| (*var, Substitution::Value(found.get(*var)))).collect();
            let store = &mut self.analysis.meaning.store;
            let here = store.substitute(gets_in, &place);
            let fails = store.not(here);
            let own = self.own.clone();
            match self.ask(fails) {
                Answer::Unsat(_) => return Ok(Some(person)),
                Answer::Unknown(reason) => return Err(reason),
                Answer::Sat(values) => found = values,
            }
            let place = own.iter().map(|var| (*var, Substitution::Value(found.get(*var)))).collect();
            let store = &mut self.analysis.meaning.store;
            let there = store.substitute(gets_in, &place);
            demand = store.and([demand, there]);
        }
        Err("too many proposals".into())
    }

    /// The least part of the values under which still nobody gets in.
    fn least(&mut self, mut fixed: BTreeMap<Var, u16>) -> Outcome {
        for var in self.shared.clone() {
            let mut fewer = fixed.clone();
            fewer.remove(&var);
            match self.somebody(&fewer) {
                Ok(None) => fixed = fewer,
                Ok(Some(_)) => {}
                Err(reason) => return Outcome::GaveUp(reason),
            }
        }
        // What is a function of the sign-in has to be against everybody, where it can let somebody in.
        let mut needs = fixed.clone();
        if let Ok(true) = self.somebody_at_all(&fixed) {
            needs.extend(self.own.iter().map(|var| (*var, 0)));
        }
        Outcome::NobodyGetsIn(needs)
    }

    /// Somebody gets in under these values and some values of all other unknowns.
    fn somebody_at_all(&mut self, fixed: &BTreeMap<Var, u16>) -> Result<bool, String> {
        let map = fixed.iter().map(|(var, value)| (*var, Substitution::Value(*value))).collect();
        let gets_in = self.analysis.meaning.store.substitute(self.gets_in, &map);
        match self.ask(gets_in) {
            Answer::Sat(_) => Ok(true),
            Answer::Unsat(_) => Ok(false),
            Answer::Unknown(reason) => Err(reason),
        }
    }

    fn ask(&self, formula: Formula) -> Answer {
        let analysis = &*self.analysis;
        let domain = |var: Var| analysis.domain(var, &self.instances);
        symbolic::ask(&domain, self.options.limits, &analysis.meaning.store, formula)
    }
}
