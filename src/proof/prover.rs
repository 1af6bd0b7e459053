//! Proofs by varisat, with the reason of each step as its checker sees it.

use std::fmt::Write;

use varisat::checker::{CheckedProofStep, CheckerData, ProofProcessor};
use varisat::{ExtendFormula, Lit, Solver};

use super::cnf::Cnf;

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proved {
    /// There is no solution: a proof in LRAT.
    Unsatisfiable(String),
    /// There is a solution.
    Satisfiable,
    /// It gave up, and why.
    Not(String),
}

/// Looks for a solution, and for a proof where there is none.
pub fn prove(cnf: &Cnf) -> Proved {
    let mut proof = Lrat { last: u64::try_from(cnf.clauses.len()).unwrap_or(u64::MAX), ..Lrat::default() };
    let answer = {
        let mut solver = Solver::new();
        solver.add_proof_processor(&mut proof);
        for clause in &cnf.clauses {
            let literals: Vec<Lit> =
                clause.iter().map(|literal| Lit::from_dimacs(*literal as isize)).collect();
            solver.add_clause(&literals);
        }
        solver.solve().and_then(|answer| solver.close_proof().map(|()| answer))
    };
    match answer {
        Ok(true) => Proved::Satisfiable,
        Ok(false) if proof.ended => Proved::Unsatisfiable(proof.text),
        Ok(false) => Proved::Not("its proof does not end".into()),
        Err(error) => Proved::Not(error.to_string()),
    }
}

/// The steps as lines of LRAT. The checker counts clauses from 0, those of the problem first; LRAT counts from 1.
#[derive(Default)]
struct Lrat {
    text: String,
    /// The number given last.
    last: u64,
    ended: bool,
}

impl Lrat {
    fn add(&mut self, id: u64, clause: &[Lit], because_of: &[u64]) {
        // The empty clause may come with the number of the clause that made the contradiction plain.
        let number = if clause.is_empty() { (id + 1).max(self.last + 1) } else { id + 1 };
        self.last = self.last.max(number);
        let _ = write!(self.text, "{number}");
        for literal in clause {
            let _ = write!(self.text, " {}", literal.to_dimacs());
        }
        self.text.push_str(" 0");
        for id in because_of {
            let _ = write!(self.text, " {}", id + 1);
        }
        self.text.push_str(" 0\n");
        self.ended |= clause.is_empty();
    }
}

impl ProofProcessor for Lrat {
    fn process_step(&mut self, step: &CheckedProofStep, _: CheckerData) -> Result<(), anyhow::Error> {
        match step {
            _ if self.ended => {}
            CheckedProofStep::AtClause { id, clause, propagations, .. } => {
                self.add(*id, clause, propagations)
            }
            CheckedProofStep::DeleteClause { id, .. } => {
                let _ = writeln!(self.text, "{} d {} 0", id + 1, id + 1);
            }
            _ => {}
        }
        Ok(())
    }
}
