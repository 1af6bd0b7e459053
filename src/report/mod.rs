//! Reports: verdicts as the document that formats show, its evidence, its comparison; simulations and catalogues.
//!
//! * **In:** verdicts and simulations.
//! * **Out:** [`Report`](crate::document::Report), version 1, and what stands beside it.
//! * **Never:** a conclusion of its own; what is shown was decided in `check`.

mod affected;
mod baseline;
mod catalogues;
mod evidence;
mod simulation;
mod view;
mod whatif;

pub use affected::affected;
pub use baseline::{Since, since};
pub use catalogues::{assumptions, properties, rules};
pub use evidence::{Files, MANIFEST, NoProof, REPORT, STATEMENT, TRUSTED, evidence, sha256};
pub use simulation::{simulation_json, simulation_text};
pub use view::{Inputs, graph, report};
pub use whatif::{WhatIfLines, whatif_json, whatif_text};
