//! Executable specifications: tenants with verdicts written by hand, and the runner that holds the program to them.
//!
//! * **In:** Markdown files (their form is in `docs/contributing.md`).
//! * **Out:** for each case what was expected and not found.
//! * **Never:** a way to rewrite an expected verdict.

mod coverage;
mod parse;
mod run;

pub use coverage::Coverage;
pub use parse::{Case, Expectation, SpecError, SpecFile, TenantSource, parse};
pub use run::{CaseResult, Runner};
