//! The sign-in as a transition system: control is explicit, data is symbolic.
//!
//! * **In:** [`Meaning`](crate::semantics::Meaning).
//! * **Out:** [`System`]: a graph of [`State`]s whose edges carry guards; for each state the formula of being reachable.
//! * **Never:** a solver, a report.
//!
//! Theorem kept: [`reach`] of a state is true of a scenario iff a path of edges with true guards leads there. The
//! graph without its loops is acyclic and registration is unrolled once, so one pass in topological order is the least
//! fixpoint.

mod build;
mod dot;
mod reach;
mod state;

pub use build::{Edge, System, build};
pub use dot::{dot, mermaid, steps};
pub use reach::reach;
pub use state::State;
