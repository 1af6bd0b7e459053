//! Finite-domain formulas: the language that rules are written in and that every engine reads.
//!
//! * **In:** variables with finite domains ([`Var`]), built by `scenario`; meaning, built by `semantics`.
//! * **Out:** [`Formula`] handles into a hash-consed [`Store`]; evaluation, explanation, substitution, a stable text form.
//! * **Never:** a word of Entra, a solver, a file.
//!
//! Theorem kept: [`Store::eval`] of [`Store::strip`]`(f)` equals [`Store::eval`] of `f` for every assignment.

mod changed;
mod eval;
mod formula;
mod partial;
mod print;
mod rewrite;
mod symmetry;
#[cfg(test)]
mod tests;

pub use changed::Changed;
pub use eval::Evaluation;
pub use formula::{Assignment, Formula, Node, Store, Tag, Var};
pub use partial::{Partial, Possible, Values};
pub use rewrite::Substitution;
pub use symmetry::Symmetry;
