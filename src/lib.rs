//! Model checker for Microsoft Entra tenants.
//!
//! A configuration goes in; the answer to two questions comes out, with evidence: can everyone who should get in get in,
//! and can anyone get in with less than was demanded? The rooms are in pipeline order; a room uses only rooms above it.

pub mod check;
pub mod cli;
pub mod counterexample;
pub mod explicit;
pub mod ingest;
pub mod logic;
pub mod model;
pub mod property;
pub mod report;
pub mod scenario;
pub mod semantics;
pub mod spec;
pub mod symbolic;
pub mod system;
