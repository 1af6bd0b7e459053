//! One counterexample as it is shown: its least member, replayed, with everything that is said about it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use num_bigint::BigUint;
use sha2::{Digest, Sha256};

use super::analysis::Analysis;
use super::decide::Decider;
use super::enumerate::Found;
use super::verdict::{CounterexampleView, Range};
use crate::counterexample::{Disagreement, of_walk, replay};
use crate::logic::{Assignment, Var};
use crate::property::Question;
use crate::scenario::{Alike, Cube, Key};
use crate::semantics::{FIRST_FACTORS, plain_reading};
use crate::symbolic::{Answer, Literal, Probe};
use crate::system::System;

impl Decider<'_> {
    /// A found cube with its least member, replayed; `alike` are those that are the same up to the names of groups.
    pub(super) fn view(
        &self,
        range: Range,
        found: &Found,
        alike: &[&Found],
        people: &mut Probe,
    ) -> Result<CounterexampleView, Disagreement> {
        let space = &self.analysis.space;
        let (shown, [kinds, targets]) = self.with_reach(&found.cube, people);
        let cube = self.asked_of(&shown);
        let least = self.least(&cube, found);
        let replay = replay(self.claim, self.question, &self.analysis.meaning, self.systems(), &least)?;
        let evidence = of_walk(&replay.walk, &self.analysis.tenant);
        let needs: Vec<Var> = found.needs.0.keys().copied().collect();
        let depends_on = self.keys(&needs);
        let named = self.named(&shown);
        let others: Vec<Cube> = alike.iter().map(|other| self.possible(&other.cube, people)).collect();
        let alike = others.iter().map(|other| self.named(other)).collect();
        let inside = self.inside(&replay.at);
        let scenario = space.scenario_at(&replay.at, &inside);
        let sets: Vec<Cube> =
            std::iter::once(cube).chain(others.iter().map(|other| self.asked_of(other))).collect();
        let scenarios = self.count(&sets);
        let causes = self.causes(&shown, &replay.at, range);
        let held = self.held(&replay.at);
        let id = identity(&self.property.id, &named, &depends_on);
        let affected = self.affected(&sets, people);
        Ok(CounterexampleView {
            id,
            causes,
            range,
            cube: named,
            kinds,
            targets,
            scenario,
            evidence,
            depends_on,
            scenarios,
            affected_users: affected.as_ref().map(|alike| alike.iter().map(|own| own.count).sum()),
            users: affected.into_iter().flatten().map(|own| Arc::clone(&own.ids)).collect(),
            held,
            alike,
            sets,
        })
    }

    /// A set of the sign-ins that the property ranges over.
    fn asked_of(&self, cube: &Cube) -> Cube {
        let mut cube = cube.clone();
        for (var, values) in askable(self.analysis, self.question).0 {
            if self.question.free.contains(&var) {
                let own = cube.0.entry(var).or_insert_with(|| values.clone());
                own.retain(|value| values.contains(value));
            }
        }
        cube
    }

    /// How many sign-ins some of the sets hold, as far as findings are told apart.
    pub(super) fn count(&self, sets: &[Cube]) -> BigUint {
        let free = |var: Var| self.question.free.contains(&var);
        self.analysis.space.count(sets, &free, &|var| self.is_projected(var))
    }

    fn is_projected(&self, var: Var) -> bool {
        self.analysis.space.dimension(var).is_none_or(|dimension| self.options.projects(&dimension.key))
    }

    /// The least consistent member of the cube that the property is about; the least that agrees with the seed on all that
    /// matters where there is none.
    fn least(&self, cube: &Cube, found: &Found) -> Assignment {
        let free = |var: Var| self.question.free.contains(&var);
        let mut base = self.question.base.clone();
        for (var, values) in &found.needs.0 {
            base.set(*var, values.iter().next().copied().unwrap_or(0));
        }
        for var in self.question.unknowns.keys().filter(|var| !found.needs.0.contains_key(*var)) {
            // What is not needed may be anything: the plain readings make the plainest evidence.
            let original = self.question.unknowns.get(var).copied().unwrap_or(*var);
            let key = self.analysis.meaning.unknowns.get(original).map_or("", |unknown| unknown.key.as_str());
            base.set(*var, plain_reading(key));
        }
        for candidate in [cube, &self.seed_cube(found)] {
            if let Some(at) = self.analysis.space.least(candidate, &base, &free)
                && self.analysis.meaning.store.eval(self.question.violation, &at)
            {
                return at;
            }
        }
        found.seed.clone()
    }

    /// The state graph, and the one without the evidence that the property is about.
    fn systems(&self) -> (&System, Option<&System>) {
        (&self.analysis.system, self.analysis.system_without(self.claim))
    }

    fn seed_cube(&self, found: &Found) -> Cube {
        let support = self.analysis.meaning.store.support(self.question.violation);
        let given = support.into_iter().filter(|var| self.question.free.contains(var));
        Cube(given.map(|var| (var, std::iter::once(found.seed.get(var)).collect())).collect())
    }

    /// The keys of unknowns, each once, in order.
    pub(super) fn keys(&self, vars: &[Var]) -> Vec<String> {
        let original = |var: &Var| self.question.unknowns.get(var).copied().unwrap_or(*var);
        let mut keys: Vec<String> = vars
            .iter()
            .filter_map(|var| self.analysis.meaning.unknowns.get(original(var)))
            .map(|unknown| unknown.key.clone())
            .collect();
        keys.sort();
        keys.dedup();
        keys
    }

    /// A cube without values that no member has.
    fn possible(&self, cube: &Cube, people: &mut Probe) -> Cube {
        let literals = self.literals(cube);
        let vars: Vec<Var> = cube.0.keys().copied().collect();
        // Whoever was found shows a value of each dimension.
        let mut seen: BTreeSet<(Var, u16)> = BTreeSet::new();
        let mut possible = Cube::default();
        for (var, values) in &cube.0 {
            // A single value is one that some member has; where the solver does not know, the value stays.
            let mut keep = |value: &u16| {
                if values.len() == 1 || seen.contains(&(*var, *value)) {
                    return true;
                }
                let mut one = literals.clone();
                one.extend(self.literals(&Cube([(*var, BTreeSet::from([*value]))].into())));
                match people.check(&one, &vars) {
                    Answer::Sat(somebody) => {
                        seen.extend(vars.iter().map(|var| (*var, somebody.get(*var))));
                        true
                    }
                    Answer::Unsat(_) => false,
                    Answer::Unknown(_) => true,
                }
            };
            possible.0.insert(*var, values.iter().copied().filter(|value| keep(value)).collect());
        }
        possible
    }

    /// The same, and who is in it and what they sign in to, whether or not the cube says.
    fn with_reach(&self, cube: &Cube, people: &mut Probe) -> (Cube, [Vec<String>; 2]) {
        let space = &self.analysis.space;
        let asked = [Key::Kind, Key::Target].map(|key| space.var(&key).and_then(|var| space.dimension(var)));
        let askable = askable(self.analysis, self.question).0;
        let mut wide = cube.clone();
        for dimension in asked.iter().flatten() {
            let all = || (0..dimension.values.len()).filter_map(|value| u16::try_from(value).ok());
            let own = || askable.get(&dimension.var).cloned().unwrap_or_else(|| all().collect());
            wide.0.entry(dimension.var).or_insert_with(own);
        }
        let mut shown = self.possible(&wide, people);
        let names = asked.map(|dimension| {
            let own = dimension.and_then(|d| Some((d, shown.0.get(&d.var)?)));
            let named =
                own.map(|(d, own)| own.iter().filter_map(|at| d.values.get(usize::from(*at)).cloned()));
            named.map(Iterator::collect).unwrap_or_default()
        });
        shown.0.retain(|var, _| cube.0.contains_key(var));
        (shown, names)
    }

    /// The people of the directory who can be in some of the sets: somebody of their kind, with their memberships, is one whom the
    /// property is about.
    fn affected(&self, sets: &[Cube], people: &mut Probe) -> Option<Vec<&Alike>> {
        let directory = &self.analysis.people;
        if !directory.listed {
            return None;
        }
        let matters = self.analysis.meaning.store.support(self.question.premise);
        let mut asked: BTreeMap<Vec<Literal>, bool> = BTreeMap::new();
        let mut found = Vec::new();
        for alike in &directory.alike {
            let can = sets.iter().any(|set| {
                let mut own = set.clone();
                for (var, values) in &alike.values {
                    let shared = own.0.entry(*var).or_insert_with(|| values.clone());
                    shared.retain(|value| values.contains(value));
                }
                if own.0.values().any(BTreeSet::is_empty) {
                    return false;
                }
                own.0.retain(|var, _| matters.contains(var));
                let literals = self.literals(&own);
                *asked
                    .entry(literals)
                    .or_insert_with_key(|literals| !matches!(people.check(literals, &[]), Answer::Unsat(_)))
            });
            found.extend(can.then_some(alike));
        }
        Some(found)
    }

    /// What a cube leaves out.
    fn literals(&self, cube: &Cube) -> Vec<Literal> {
        let of = |(var, values): (&Var, &BTreeSet<u16>)| {
            let size = self.analysis.space.dimension(*var).map_or(0, |dimension| dimension.values.len());
            let all = (0..size).filter_map(|value| u16::try_from(value).ok());
            let out = all.filter(|value| !values.contains(value));
            out.map(|not| Literal { var: *var, not }).collect::<Vec<_>>()
        };
        cube.0.iter().flat_map(of).collect()
    }

    /// A cube by names, on the dimensions that findings are told apart by.
    fn named(&self, cube: &Cube) -> BTreeMap<String, Vec<String>> {
        let mut named = BTreeMap::new();
        for (var, values) in &cube.0 {
            let Some(dimension) = self.analysis.space.dimension(*var) else { continue };
            if !self.is_projected(*var) {
                continue;
            }
            let names = values.iter().filter_map(|value| dimension.values.get(usize::from(*value)).cloned());
            named.insert(dimension.key.name(), names.collect());
        }
        named
    }

    pub(super) fn inside(&self, at: &Assignment) -> Vec<crate::model::Id> {
        let unknowns = self.analysis.meaning.unknowns.iter();
        let inside = unknowns.filter(|unknown| at.get(unknown.var) == 1);
        inside
            .filter_map(|unknown| unknown.key.strip_prefix("input:namedLocation/").map(crate::model::Id::new))
            .collect()
    }
}

/// Targets are those of the property, and a first factor is something that can be one.
pub(super) fn askable(analysis: &Analysis, question: &Question) -> Cube {
    let mut cube = Cube::default();
    if let Some(dimension) =
        analysis.space.var(&Key::FirstFactor).and_then(|var| analysis.space.dimension(var))
    {
        let can =
            |name: &str| name == "federated" || FIRST_FACTORS.iter().any(|method| method.name() == name);
        let values = dimension.values.iter().enumerate().filter(|(_, name)| can(name));
        cube.0.insert(dimension.var, values.filter_map(|(at, _)| u16::try_from(at).ok()).collect());
    }
    if let Some(var) = analysis.space.var(&Key::Target) {
        cube.0.insert(var, question.targets.iter().copied().collect());
    }
    cube
}

pub(super) fn identity(
    property: &str,
    cube: &BTreeMap<String, Vec<String>>,
    depends_on: &[String],
) -> String {
    let text = format!("{property}|{cube:?}|{depends_on:?}");
    let digest = Sha256::digest(text.as_bytes());
    let hex: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("{property}/{hex}")
}
