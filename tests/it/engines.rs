//! The two engines against each other, and formulas against their rewritten forms, on generated tenants.

use crate::generate;
use crate::oracle::Readings;
use crate::support::{Files, cases, check, fail, ingest, options, pretty, scenario};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use tenantproof::check::{Analysis, Options};
use tenantproof::explicit::walk;
use tenantproof::logic::{Assignment, Formula, Store, Substitution, Var};
use tenantproof::symbolic::{Answer, Limits, Literal, Probe, Session, Tandem};
use tenantproof::system::State;

/// A tenant with only some questions fixed, a sign-in, and values for what is left open.
#[derive(Clone, Debug)]
struct Case {
    files: Files,
    scenario: Value,
    readings: Readings,
    values: Vec<Index>,
}

fn case() -> impl Strategy<Value = Case> {
    let removed = select(vec![
        "",
        "",
        "authenticationMethodsPolicy.json",
        "identitySecurityDefaultsEnforcementPolicy.json",
        "crossTenantAccessPolicy/default.json",
        "namedLocations.json",
        "authenticationStrengthPolicies.json",
    ]);
    let some = prop_oneof![Just(0_usize), 0..55_usize, Just(usize::MAX)];
    let parts = (
        generate::tenant(),
        generate::scenario(),
        generate::readings(),
        removed,
        some,
        vec(any::<Index>(), 24),
    );
    parts.prop_map(|(mut files, scenario, readings, removed, some, values)| {
        files.remove(removed);
        Case { files, scenario, readings: readings.into_iter().take(some).collect(), values }
    })
}

impl Case {
    fn analysis(&self) -> Analysis {
        Analysis::new(&ingest(&self.files), &options(&self.readings), Some(&scenario(&self.scenario)))
    }

    /// The sign-in with a value for everything that no scenario states.
    fn valuation(&self, analysis: &Analysis) -> Assignment {
        let mut at = analysis.space.locate(&scenario(&self.scenario));
        for (unknown, index) in analysis.meaning.unknowns.iter().zip(self.values.iter().cycle()) {
            let value = index.index(unknown.values.len().max(1));
            at.set(unknown.var, u16::try_from(value).unwrap_or_default());
        }
        at
    }

    fn described(&self) -> String {
        format!(
            "tenant {}\nscenario {}\nreadings {:?}\nvalues {:?}",
            pretty(&self.files),
            pretty(&self.scenario),
            self.readings,
            self.values
        )
    }
}

fn granted(analysis: &Analysis) -> Formula {
    analysis.reach[&State::Granted]
}

#[test]
fn a_walk_reaches_what_the_formulas_say() {
    check(cases(2), &case(), |case| {
        let analysis = case.analysis();
        let at = case.valuation(&analysis);
        let walk = walk(&analysis.system, &analysis.meaning.store, &at);
        for (state, formula) in &analysis.reach {
            let symbolic = analysis.meaning.store.eval(*formula, &at);
            let explicit = walk.reached.contains(state);
            if symbolic != explicit {
                let state = state.name();
                return fail(format!(
                    "{state}: reached by the formula {symbolic}, by the walk {explicit}\n{}",
                    case.described()
                ));
            }
        }
        Ok(())
    });
}

#[test]
fn the_solver_evaluates_as_the_store_does() {
    check(cases(4), &case(), |case| {
        let mut analysis = case.analysis();
        let at = case.valuation(&analysis);
        let formula = granted(&analysis);
        let expected = analysis.meaning.store.eval(formula, &at);
        let fixed = fixed(&mut analysis.meaning.store, formula, &at);
        let none = BTreeMap::new();
        let domain = |var: Var| analysis.domain(var, &none);
        let mut session = Session::new(&domain, Limits::default());
        for part in fixed.into_iter().chain([formula]) {
            session.assert(&analysis.meaning.store, part);
        }
        match (session.check(&[], &[]), expected) {
            (Answer::Sat(_), true) | (Answer::Unsat(_), false) => Ok(()),
            (answer, _) => {
                fail(format!("evaluation says {expected}, the solver {answer:?}\n{}", case.described()))
            }
        }
    });
}

/// `var = value` for each variable of a formula.
fn fixed(store: &mut Store, formula: Formula, at: &Assignment) -> Vec<Formula> {
    let vars = store.support(formula);
    vars.into_iter().map(|var| store.atom(var, at.get(var))).collect()
}

#[test]
fn a_valuation_of_the_solver_satisfies() {
    check(cases(4), &case(), |case| {
        let analysis = case.analysis();
        let formula = granted(&analysis);
        let none = BTreeMap::new();
        let domain = |var: Var| analysis.domain(var, &none);
        let wanted = analysis.meaning.store.support(formula);
        let mut session = Session::new(&domain, Limits::default());
        session.assert(&analysis.meaning.store, formula);
        match session.check(&[], &wanted) {
            Answer::Sat(found) if analysis.meaning.store.eval(formula, &found) => Ok(()),
            Answer::Unsat(_) => {
                let at = case.valuation(&analysis);
                if analysis.meaning.store.eval(formula, &at) {
                    return fail(format!("granted, and unsatisfiable for the solver\n{}", case.described()));
                }
                Ok(())
            }
            answer => fail(format!("{answer:?} does not satisfy\n{}", case.described())),
        }
    });
}

/// The solver that goes ahead answers as evaluation does, and what it says suffices for a contradiction does.
#[test]
fn a_probe_answers_as_evaluation_does() {
    check(cases(4), &case(), |case| {
        let analysis = case.analysis();
        let at = case.valuation(&analysis);
        let formula = granted(&analysis);
        let none = BTreeMap::new();
        let domain = |var: Var| analysis.domain(var, &none);
        let store = &analysis.meaning.store;
        let mut probe = Probe::new(&domain, Limits::default());
        probe.assert(store, formula);
        let literals: Vec<Literal> = store
            .support(formula)
            .into_iter()
            .flat_map(|var| (0..u16::try_from(domain(var)).unwrap()).map(move |not| Literal { var, not }))
            .filter(|literal| at.get(literal.var) != literal.not)
            .collect();
        match (probe.check(&literals, &[]), store.eval(formula, &at)) {
            (Answer::Sat(_), true) => Ok(()),
            (Answer::Unsat(core), false) => {
                let core: Vec<Literal> = core.into_iter().collect();
                let mut session = Session::new(&domain, Limits::default());
                session.assert(store, formula);
                match session.check(&core, &[]) {
                    Answer::Unsat(_) => Ok(()),
                    answer => {
                        fail(format!("{core:?} suffices, and Z3 says {answer:?}\n{}", case.described()))
                    }
                }
            }
            (answer, expected) => {
                fail(format!("evaluation says {expected}, the probe {answer:?}\n{}", case.described()))
            }
        }
    });
}

/// What goes ahead keeps to the bound on memberships and to what was excluded.
#[test]
fn a_proposal_keeps_to_its_bounds() {
    check(cases(4), &case(), |case| {
        let analysis = case.analysis();
        let formula = granted(&analysis);
        let none = BTreeMap::new();
        let domain = |var: Var| analysis.domain(var, &none);
        let store = &analysis.meaning.store;
        let vars = store.support(formula);
        for limit in 0..3 {
            let mut tandem = Tandem::new(&domain, Limits::default());
            tandem.assert(store, formula);
            let bound = tandem.at_most(&vars, limit);
            let mut excluded: Vec<Assignment> = Vec::new();
            for _ in 0..3 {
                let Answer::Sat(found) = tandem.check(&[&bound], &[], &vars) else { break };
                let others = vars.iter().filter(|var| found.get(**var) != 0).count();
                let again =
                    excluded.iter().any(|old| vars.iter().all(|var| old.get(*var) == found.get(*var)));
                if others > limit || again || !store.eval(formula, &found) {
                    return fail(format!(
                        "{others} of at most {limit}, again: {again}\n{}",
                        case.described()
                    ));
                }
                let cube: BTreeSet<Literal> = vars
                    .iter()
                    .flat_map(|var| {
                        (0..u16::try_from(domain(*var)).unwrap()).map(|not| Literal { var: *var, not })
                    })
                    .filter(|literal| found.get(literal.var) != literal.not)
                    .collect();
                tandem.exclude(&cube);
                excluded.push(found);
            }
        }
        Ok(())
    });
}

#[test]
fn rewriting_keeps_the_value() {
    check(cases(4), &(case(), vec(any::<bool>(), 32)), |(case, fix)| {
        let mut analysis = case.analysis();
        let at = case.valuation(&analysis);
        let formula = granted(&analysis);
        let store = &mut analysis.meaning.store;
        let expected = store.eval(formula, &at);
        let vars = store.support(formula);
        let map: HashMap<Var, Substitution> = vars
            .iter()
            .zip(fix.iter().cycle())
            .filter(|(_, fix)| **fix)
            .map(|(var, _)| (*var, Substitution::Value(at.get(*var))))
            .collect();
        let whole: HashMap<Var, Substitution> =
            vars.iter().map(|var| (*var, Substitution::Value(at.get(*var)))).collect();
        let forms = [
            ("strip", store.strip(formula)),
            ("reduce", store.reduce(formula, &map)),
            ("substitute", store.substitute(formula, &map)),
            ("reduce to a constant", store.reduce(formula, &whole)),
        ];
        for (name, form) in forms {
            if store.eval(form, &at) != expected {
                return fail(format!("{name} changed the value {expected}\n{}", case.described()));
            }
        }
        let constant = store.constant(expected);
        if forms[3].1 != constant {
            return fail(format!("all variables fixed, and no constant\n{}", case.described()));
        }
        let other: HashMap<Var, Substitution> =
            vars.iter().map(|var| (*var, Substitution::Var(Var(var.0 + 10_000)))).collect();
        let renamed = store.reduce(formula, &other);
        let mut moved = Assignment::default();
        for var in &vars {
            moved.set(Var(var.0 + 10_000), at.get(*var));
        }
        if store.eval(renamed, &moved) != expected {
            return fail(format!("renaming changed the value {expected}\n{}", case.described()));
        }
        Ok(())
    });
}

#[test]
fn analysis_is_deterministic() {
    check(cases(16), &case(), |case| {
        let text = |options: &Options| {
            let analysis = Analysis::new(&ingest(&case.files), options, None);
            let reach = format!("{:?}", analysis.reach);
            (analysis.meaning.store.len(), reach, tenantproof::system::dot(&analysis.system))
        };
        let options = options(&case.readings);
        if text(&options) != text(&options) {
            return fail(format!("two runs differ\n{}", case.described()));
        }
        Ok(())
    });
}
