//! The one integration crate: specifications, oracle, laws, walls, golden numbers, the command line.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking, and says what it ran on standard error"
)]

mod baseline;
mod batch;
mod cli;
mod contracts;
mod covers;
mod differential;
mod differential_bypass;
mod directory;
mod engines;
mod evidence;
mod evidence_of_specs;
mod exhausting;
mod filters;
mod formats;
mod formulas;
mod generate;
mod generate_filters;
mod generate_focus;
mod generate_homes;
mod generate_small;
mod golden;
mod integrations;
mod laws;
mod oracle;
mod page;
mod proof;
mod reports;
mod specs;
mod support;
mod tidy;
mod whatif;
mod why;
