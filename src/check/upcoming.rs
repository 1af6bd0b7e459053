//! Changes of the service that are dated after the day whose rules are in force, and the verdicts that they flip.

use super::analysis::{Analysis, Options};
use super::decide::decide;
use super::verdict::Verdict;
use crate::counterexample::Disagreement;
use crate::ingest::Ingested;
use crate::model::{ConfigState, MethodConfigKind, Tenant};
use crate::property::Kind;
use crate::semantics::Change;

/// A change to come.
#[derive(Clone, Debug)]
pub struct Upcoming {
    /// The change.
    pub change: Change,
    /// The verdicts that are others from that day on.
    pub flips: Vec<Flip>,
}

/// A verdict that a change flips.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flip {
    /// The property.
    pub property: &'static str,
    /// The verdict now.
    pub from: &'static str,
    /// The verdict from that day on.
    pub to: &'static str,
}

/// The changes to come. Each is decided as of its day, with those before it, as far as it can concern the tenant.
pub fn upcoming(
    ingested: &Ingested,
    options: &Options,
    verdicts: &[Verdict],
) -> Result<Vec<Upcoming>, Disagreement> {
    let mut found = Vec::new();
    for change in Change::ALL.into_iter().filter(|change| change.since() > options.assumptions.day) {
        let mut flips = Vec::new();
        if concerns(change, &ingested.tenant) {
            let mut later = Options { max_counterexamples: Some(1), memberships: 0, ..options.clone() };
            later.assumptions.day = change.since();
            let mut analysis = Analysis::new(ingested, &later, None);
            for now in verdicts.iter().filter(|now| matches!(now.property.kind, Kind::Claim(_))) {
                let then = decide(&mut analysis, &later, now.property)?;
                if then.name() != now.name() {
                    flips.push(Flip { property: now.property.id, from: now.name(), to: then.name() });
                }
            }
        }
        found.push(Upcoming { change, flips });
    }
    Ok(found)
}

/// Only telephony is looked at: where its methods are off, their end changes nothing; other changes are looked at always.
fn concerns(change: Change, tenant: &Tenant) -> bool {
    let on = |kind: MethodConfigKind| {
        let configs = tenant.methods.as_ref().and_then(|policy| policy.configs.get(&kind));
        configs.is_some_and(|configs| configs.iter().any(|config| config.state != ConfigState::Disabled))
    };
    let telephony = matches!(change, Change::TelephonyOfMembers | Change::TelephonyOfExternals);
    let before_migration = tenant.methods.as_ref().is_some_and(|policy| !policy.migration_complete);
    !telephony || before_migration || on(MethodConfigKind::Sms) || on(MethodConfigKind::Voice)
}
