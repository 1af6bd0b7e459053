//! What somebody else can check: a question as text for any solver, and a proof of its answer.
//!
//! * **In:** formulas over variables with finite domains, and names for them.
//! * **Out:** a [`Problem`] in propositional logic, printed as SMT-LIB ([`script`]) and as DIMACS ([`Cnf`]); for one that has no solution
//!   a proof in LRAT ([`prove`]), and the [`check`] of such a proof, which shares nothing with the solver that found it.
//! * **Never:** a conclusion. What an answer means says the caller.

mod cnf;
mod lrat;
mod problem;
mod prover;
mod script;

pub use cnf::Cnf;
pub use lrat::{Flaw, check};
pub use problem::{Domain, Gate, Literal, Problem};
pub use prover::{Proved, prove};
pub use script::script;
