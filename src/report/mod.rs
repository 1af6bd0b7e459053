//! Outputs: the report and the simulation as data, as JSON and as text.
//!
//! * **In:** verdicts and simulations.
//! * **Out:** the public formats, version 1.
//! * **Never:** a conclusion of its own; what is shown was decided in `check`.

mod catalogues;
mod simulation;
mod terminal;
mod view;
mod whatif;

pub use catalogues::{assumptions, properties, rules};
pub use simulation::{simulation_json, simulation_text};
pub use terminal::{explanation, summary};
pub use view::{Inputs, report};
pub use whatif::{WhatIfLines, whatif_json, whatif_text};

/// The day whose rules this release reads.
pub const SEMANTICS_DATE: &str = "2026-11-21";
