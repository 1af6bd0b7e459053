//! Exit codes.

use crate::check::Verdict;
use crate::report::Since;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Everything that was asked for holds.
    Holds,
    /// At least one is violated.
    Violated,
    /// Bad usage or bad input; nothing was concluded.
    Usage,
    /// Nothing violated, but at least one undetermined or vacuous.
    Undetermined,
    /// The tool found itself wrong.
    ToolWrong,
}

impl Exit {
    /// The code.
    pub fn code(self) -> u8 {
        match self {
            Self::Holds => 0,
            Self::Violated => 1,
            Self::Usage => 2,
            Self::Undetermined => 3,
            Self::ToolWrong => 4,
        }
    }
}

/// From which conclusion on a pipeline fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum FailOn {
    /// Only a violation; what is undetermined passes.
    Violated,
    /// A violation or anything undetermined.
    Undetermined,
    /// Nothing.
    Never,
}

/// The exit code of verdicts.
pub(super) fn of_verdicts(verdicts: &[&Verdict], fail_on: Option<FailOn>) -> Exit {
    of(is_violated(verdicts), all_hold(verdicts), fail_on)
}

/// Something is violated that is not waived.
pub(super) fn is_violated(verdicts: &[&Verdict]) -> bool {
    verdicts.iter().any(|v| v.name() == "violated" || v.has_expired_waiver())
}

/// Everything holds that could be asked.
pub(super) fn all_hold(verdicts: &[&Verdict]) -> bool {
    verdicts.iter().all(|v| ["holds", "skipped"].contains(&v.name()))
}

/// The exit code of what is new since a baseline: what was there then passes.
pub(super) fn of_news(since: &Since, fail_on: Option<FailOn>) -> Exit {
    of(since.has_new_violation, !since.has_new_doubt, fail_on)
}

/// The exit code of an outcome.
pub(super) fn of(violated: bool, holds: bool, fail_on: Option<FailOn>) -> Exit {
    match (violated, holds, fail_on) {
        (_, _, Some(FailOn::Never)) | (false, true, _) | (false, false, Some(FailOn::Violated)) => {
            Exit::Holds
        }
        (true, ..) => Exit::Violated,
        (false, false, _) => Exit::Undetermined,
    }
}
