//! Problems and proofs: what is printed says what the formula says, and no wrong proof passes.

use crate::formulas::{SIZES, Tree, formula, tree};
use crate::support::{cases, check, fail};
use proptest::collection::vec;
use proptest::prelude::*;
use tenantproof::logic::{Assignment, Formula, Store, Var};
use tenantproof::proof::{Cnf, Domain, Problem, Proved, prove, script};

fn domain(var: Var) -> Domain {
    let size = SIZES[var.0 as usize];
    Domain { name: format!("x{}", var.0), values: (0..size).map(|value| value.to_string()).collect() }
}

/// Some valuation makes all of them true.
fn satisfiable(store: &Store, all: &[Formula]) -> bool {
    let values = SIZES.map(|size| 0..size);
    let [first, second, third] = values;
    itertools::iproduct!(first, second, third).any(|(a, b, c)| {
        let at = Assignment(vec![a, b, c]);
        all.iter().all(|formula| store.eval(*formula, &at))
    })
}

fn problem(trees: &[Tree]) -> (Problem, bool) {
    let mut store = Store::new();
    let all: Vec<Formula> = trees.iter().map(|tree| formula(&mut store, tree)).collect();
    let named: Vec<(String, Formula)> = all.iter().map(|formula| ("said".to_owned(), *formula)).collect();
    (Problem::of(&store, &named, &domain), satisfiable(&store, &all))
}

#[test]
fn clauses_have_a_solution_where_the_formula_has_one() {
    check(cases(1), &vec(tree(), 1..4), |trees| {
        let (problem, satisfiable) = problem(&trees);
        let cnf = Cnf::of(&problem);
        match prove(&cnf) {
            Proved::Satisfiable if satisfiable => Ok(()),
            Proved::Unsatisfiable(proof) if !satisfiable => tenantproof::proof::check(&cnf.text(&[]), &proof)
                .or_else(|flaw| fail(format!("{flaw}\n{}\n{proof}", cnf.text(&[])))),
            found => fail(format!("{found:?}, and evaluation says {satisfiable}: {}", cnf.text(&[]))),
        }
    });
}

/// A proof of one problem is none of another, and neither is a part of one.
#[test]
fn a_proof_that_was_changed_is_none_of_what_can_be_solved() {
    let any = (vec(tree(), 1..4), vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..4));
    check(cases(1), &any, |(trees, swaps)| {
        let (problem, satisfiable) = problem(&trees);
        if satisfiable {
            return Ok(());
        }
        let mut cnf = Cnf::of(&problem);
        let Proved::Unsatisfiable(proof) = prove(&cnf) else { return fail("there is no proof") };
        // Without some clauses it may have solutions: then no proof of it may pass, however it is mixed up.
        for (gone, _) in swaps.iter().take(cnf.clauses.len().saturating_sub(1)) {
            let at = gone.index(cnf.clauses.len());
            cnf.clauses.remove(at);
        }
        let mut lines: Vec<&str> = proof.lines().collect();
        if lines.is_empty() {
            return fail("a proof without a line");
        }
        for (one, other) in &swaps {
            let (one, other) = (one.index(lines.len()), other.index(lines.len()));
            lines.swap(one, other);
        }
        let solvable = prove(&cnf) == Proved::Satisfiable;
        for proof in [proof.clone(), lines.join("\n")] {
            if solvable && tenantproof::proof::check(&cnf.text(&[]), &proof).is_ok() {
                return fail(format!("a wrong proof passes: {}\n{proof}", cnf.text(&[])));
            }
        }
        Ok(())
    });
}

#[test]
fn a_proof_that_proves_nothing_is_refused() {
    let clauses = "c two clauses\np cnf 2 2\n1 2 0\n-1 2 0\n";
    let wrong = [
        ("", "it does not end with the empty clause"),
        ("3 2 0 1 2 0\n", "it does not end with the empty clause"),
        ("3 0 1 2 0\n", "line 1: clause 1 leaves more than one literal open"),
        ("3 2 0 1 2 0\n4 0 3 0\n", "line 2: its hints lead to no contradiction"),
        ("3 2 0 7 0\n", "line 1: there is no clause 7"),
        ("3 2 0 -1 0\n", "line 1: a hint is negative, which this check does not take"),
        ("3 d 9 0\n", "line 1: a clause is dropped that is not there"),
        ("2 2 0 1 2 0\n", "line 1: its id is taken, or less than one before"),
        ("d 2 0 1 2 0\n", "line 1: it begins with no id"),
        ("3 2 0 1 2\n", "line 1: hints are missing, or the 0 behind them"),
        ("3 2\n", "line 1: the clause has no end"),
        ("\n", "line 1: it is empty"),
        ("3 2 0 1 2 0\r\n", "there is something in it that is no part of a proof"),
    ];
    for (proof, message) in wrong {
        let flaw = tenantproof::proof::check(clauses, proof).expect_err(proof);
        assert_eq!(flaw.to_string(), message, "{proof}");
    }
    assert!(
        tenantproof::proof::check("p cnf 1 3\n1 0\n-1 0\n", "3 0 1 2 0\n").is_err(),
        "a clause is missing"
    );
    assert!(tenantproof::proof::check("p cnf 1 2\n1 0\n-1 0\n", "3 0 1 2 0\n").is_ok());
    let behind = tenantproof::proof::check("p cnf 1 2\n1 0\n-1 0\n", "3 0 1 2 0\n4 0 1 2 0\n");
    assert_eq!(behind.expect_err("more").to_string(), "line 1: there is more behind the end");
}

#[test]
fn a_script_says_what_it_asks() {
    let mut store = Store::new();
    let (one, two) = (store.atom(Var(1), 1), store.atom(Var(2), 3));
    let either = store.or([one, two]);
    let problem = Problem::of(&store, &[("a line\nbreak".into(), either)], &domain);
    insta::assert_snapshot!(script(&problem, &["who gets in".into()], "sat"));
    insta::assert_snapshot!(Cnf::of(&problem).text(&["who gets in".into()]));
}
