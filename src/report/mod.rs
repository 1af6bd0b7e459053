//! Outputs: the report and the simulation as data, as JSON and as text.
//!
//! * **In:** verdicts and simulations.
//! * **Out:** the public formats, version 1.
//! * **Never:** a conclusion of its own; what is shown was decided in `check`.

mod baseline;
mod catalogues;
mod duals;
mod evidence;
mod findings;
mod proof;
mod simulation;
mod terminal;
mod view;
mod whatif;

pub use baseline::{Comparison, since};
pub use catalogues::{assumptions, properties, rules};
pub use evidence::{Files, MANIFEST, NoProof, REPORT, STATEMENT, evidence, sha256};
pub use findings::finding_in_full;
pub use proof::proof;
pub use simulation::{simulation_json, simulation_text};
pub use terminal::{explanation, summary, verdict_text};
pub use view::{Inputs, report};
pub use whatif::{WhatIfLines, whatif_json, whatif_text};
