//! Who of the directory can be in which finding.

use crate::check::{CounterexampleView, Verdict};
use crate::document::Affected;

/// All pairs of a user and a finding, by user.
pub fn affected(verdicts: &[Verdict]) -> Vec<Affected<'_>> {
    let mut found = Vec::new();
    for verdict in verdicts {
        for one in verdict.counterexamples() {
            let pair = |user| of(verdict, one, user);
            found.extend(one.users.iter().flat_map(|alike| alike.iter()).map(|id| pair(id.as_str())));
        }
    }
    // Within a user in the order of the report.
    found.sort_by(|one, other| one.user.cmp(other.user));
    found
}

fn of<'a>(verdict: &'a Verdict, one: &'a CounterexampleView, user: &'a str) -> Affected<'a> {
    Affected {
        user,
        property: &verdict.property.id,
        verdict: verdict.name(),
        finding: &one.id,
        range: one.range.name(),
        cause: one.causes.iter().map(|cause| cause.id).collect(),
        depends_on: &one.depends_on,
    }
}
