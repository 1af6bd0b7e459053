//! What became of the waivers of a statement.

use super::analysis::{Analysis, Options};
use super::decide::is_impossible;
use super::verdict::Waived;
use crate::property::{Claim, Ranging, Subject};

/// For each waiver of a statement, in its order: over, or with something to excuse, or not. Where the solver gives up, there may
/// be something.
///
/// That is asked about everybody with whatever they hold. The smaller question that a verdict may rest on is as good only
/// for what is not waived.
pub(super) fn judged(
    analysis: &mut Analysis,
    options: &Options,
    subject: &Subject,
    claim: Claim,
) -> Vec<Waived> {
    let waivers = subject.statement.iter().flat_map(|statement| &statement.waivers);
    let over: Vec<bool> = waivers.map(|waiver| waiver.expires < options.assumptions.day).collect();
    if over.is_empty() {
        return Vec::new();
    }
    let question = analysis.pose(options, claim, Ranging::Open);
    let judge = |(over, excused)| match over {
        true => Waived::Expired,
        false if is_impossible(analysis, options, excused, &question.unknowns) => Waived::Unused,
        false => Waived::Applied,
    };
    over.into_iter().zip(question.waived.iter().copied()).map(judge).collect()
}
