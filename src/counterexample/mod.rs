//! Making an answer understandable, and making sure that it is true.
//!
//! * **In:** a valuation from the solver, the system, the question.
//! * **Out:** [`Evidence`]: the trace to access or the dead end, found again by the explicit engine. A valuation that does
//!   not replay is a fault of the tool and is reported as such.
//! * **Never:** the solver.

mod evidence;
mod replay;

pub use evidence::{Evidence, EvidenceKind, ExitView, Labels, StepView, labels, of_walk};
pub use replay::{Disagreement, Replay, complete, replay};
