//! The plan: ask, validate, enumerate, conclude.
//!
//! * **In:** a tenant with its meaning and system, a property, limits.
//! * **Out:** [`Verdict`] with its evidence; `simulate`'s [`Outcome`].
//! * **Never:** words for people; those are `report`'s.
//!
//! Theorem kept: `Holds` is only built from an unsatisfiable answer to the unbounded question, and an unknown answer never
//! becomes a conclusion.

mod alike;
mod analysis;
mod asking;
mod bypass_causes;
mod causes;
mod contract;
mod cores;
mod cures;
mod decide;
mod dual;
mod enumerate;
mod exclusions;
mod facts;
mod generalise;
mod held;
mod hygiene;
mod obligation;
mod persist;
mod project;
mod propose;
mod repair;
mod restricted;
mod simulate;
mod strata;
mod switched;
mod upcoming;
mod vacuous;
mod verdict;
mod view;
mod waivers;
mod whatif;
mod why;
mod workloads;

pub use crate::explicit::Tried;
pub use crate::scenario::PRIVILEGED_IN_PART;
pub use analysis::{Analysis, Options, Scope};
pub use decide::{decide, is_guaranteed, question};
pub use dual::{Dual, Opened, duals};
pub use held::Held;
pub use obligation::Obligation;
pub use propose::propose;
pub use simulate::{Outcome, Refusal, Simulation, simulate};
pub use switched::Witness;
pub use upcoming::{Flip, Upcoming, upcoming};
pub use verdict::{
    Beyond, Contract, CounterexampleView, Enumeration, EnumerationStatus, Finding, Holding, Range, Size,
    Stratum, Verdict, VerdictKind, Waived,
};
pub use whatif::{PolicyAnswer, WhatIf};
pub use why::{Basis, Named, Part, Why};
