//! Model checker for Microsoft Entra tenants.
//!
//! A configuration goes in; the answer to two questions comes out, with evidence: can everyone who should get in get in,
//! and can anyone get in with less than was demanded? The rooms are in pipeline order; a room uses only rooms above it.
//!
//! ```
//! use tenantproof::check::{Analysis, Options, decide};
//! use tenantproof::ingest::{SourceFile, load_files};
//! use tenantproof::property::matching;
//!
//! let policies = SourceFile { path: "conditionalAccessPolicies.json".into(), bytes: b"{\"value\": []}".to_vec() };
//! let ingested = load_files("example", &[policies])?; // the tenant, and what was not understood
//! let options = Options::default();
//! let mut analysis = Analysis::new(&ingested, &options, None); // space, meaning, system, reachability
//! for property in matching("bypass.mfa") {
//!     let verdict = decide(&mut analysis, &options, property)?; // a conclusion that carries its evidence
//!     assert_ne!(verdict.name(), "holds"); // without policies a password is enough
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod parallel;
pub mod logic;
pub mod model;
pub mod ingest;
pub mod scenario;
pub mod document;
pub mod contract;
pub mod semantics;
pub mod system;
pub mod property;
pub mod explicit;
pub mod symbolic;
pub mod proof;
pub mod counterexample;
pub mod check;
pub mod fleet;
pub mod report;
pub mod render;
pub mod spec;
pub mod cli;
