//! A problem as clauses: for each gate that it is what it is of, for each assertion that it is true.

use std::fmt::Write;

use super::problem::{Gate, Literal, Problem};
use super::script::plain;

/// Clauses over the same numbers as the problem.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cnf {
    /// The greatest number.
    pub variables: usize,
    /// Each a disjunction, none of which holds a literal twice or with its negation.
    pub clauses: Vec<Vec<i32>>,
    /// The names of the inputs.
    inputs: Vec<String>,
}

impl Cnf {
    /// The clauses of a problem.
    pub fn of(problem: &Problem) -> Self {
        let mut cnf = Self { variables: problem.size(), inputs: problem.inputs.clone(), ..Self::default() };
        let first = problem.inputs.len() + 1;
        for (at, gate) in (first..).zip(&problem.gates) {
            cnf.define(Literal(i32::try_from(at).unwrap_or(i32::MAX)), gate);
        }
        for (_, literal) in &problem.asserted {
            cnf.clauses.push(vec![literal.0]);
        }
        cnf
    }

    fn define(&mut self, gate: Literal, is: &Gate) {
        // A disjunction is a conjunction of the negations, negated.
        let sign = if is.all { 1 } else { -1 };
        for part in &is.of {
            self.add(vec![-sign * gate.0, sign * part.0]);
        }
        let parts = is.of.iter().map(|part| -sign * part.0);
        self.add(parts.chain([sign * gate.0]).collect());
    }

    fn add(&mut self, mut clause: Vec<i32>) {
        clause.sort_unstable_by_key(|literal| (literal.unsigned_abs(), *literal));
        clause.dedup();
        let holds_always = clause.windows(2).any(|pair| matches!(pair, [a, b] if *a == -*b));
        if !holds_always {
            self.clauses.push(clause);
        }
    }

    /// In the format of DIMACS.
    pub fn text(&self, says: &[String]) -> String {
        let mut text = String::new();
        for line in says {
            let _ = writeln!(text, "c {}", plain(line));
        }
        for (at, name) in (1..).zip(&self.inputs) {
            let _ = writeln!(text, "c v{at} {}", plain(name));
        }
        let _ = writeln!(text, "p cnf {} {}", self.variables, self.clauses.len());
        for clause in &self.clauses {
            for literal in clause {
                let _ = write!(text, "{literal} ");
            }
            text.push_str("0\n");
        }
        text
    }
}
