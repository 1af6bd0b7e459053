//! What a run came to, as a cache keeps it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Report;

/// A report with what decides about the exit code.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Concluded {
    /// Everything.
    pub report: Report,
    /// The properties that count.
    pub counted: BTreeSet<String>,
    /// One of them is violated.
    pub violated: bool,
    /// All of them hold.
    pub holds: bool,
}
