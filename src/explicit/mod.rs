//! The explicit engine: one scenario, walked through the graph.
//!
//! * **In:** a [`System`](crate::system::System) and one full valuation.
//! * **Out:** [`Walk`]: the path to access, or the dead end and why each way on is closed.
//! * **Never:** the solver. This engine is what every counterexample is replayed with.

mod walk;

pub use walk::{Exit, Step, Tried, Walk, walk};
