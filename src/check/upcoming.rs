//! Changes of the service that are dated after the day whose rules are in force, and the verdicts that they flip.

use super::analysis::{Analysis, Options, Scope};
use super::decide::{decide, outline};
use super::persist::persists;
use super::verdict::Verdict;
use crate::counterexample::Disagreement;
use crate::ingest::Ingested;
use crate::model::{ConfigState, MethodConfigKind, Tenant};
use crate::property::{Claim, Kind, Subject};
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flip {
    /// The property.
    pub property: String,
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
    let now = options.assumptions.day;
    let changes: Vec<Change> = Change::ALL.into_iter().filter(|change| change.since() > now).collect();
    let mut found: Vec<Upcoming> =
        changes.iter().map(|change| Upcoming { change: *change, flips: Vec::new() }).collect();
    let concerned = found.iter_mut().filter(|upcoming| concerns(upcoming.change, &ingested.tenant));
    std::thread::scope(|scope| {
        let looks = |upcoming: &mut Upcoming| -> Result<(), Disagreement> {
            upcoming.flips = flips(ingested, options, verdicts, upcoming.change)?;
            Ok(())
        };
        let running: Vec<_> = concerned.map(|upcoming| scope.spawn(move || looks(upcoming))).collect();
        let mut ended = running.into_iter().map(|one| one.join());
        ended.try_for_each(|one| one.unwrap_or_else(|fault| std::panic::resume_unwind(fault)))
    })?;
    Ok(found)
}

/// The verdicts that are others on the day of a change.
fn flips(
    ingested: &Ingested,
    options: &Options,
    verdicts: &[Verdict],
    change: Change,
) -> Result<Vec<Flip>, Disagreement> {
    let mut later = options.clone();
    later.assumptions.day = change.since();
    let then = Analysis::new(ingested, &later, None);
    let about = |analysis: &Analysis, options: &Options, subject: &Subject| match &subject.statement {
        Some(statement) => analysis.about(options, statement),
        None => analysis.clone(),
    };
    let mut found = Vec::new();
    for verdict in verdicts {
        let Kind::Claim(claim) = verdict.property.kind else { continue };
        if claim == Claim::Decision {
            // No change of the service that is known concerns what is refused on purpose.
            continue;
        }
        // Listing everything takes long, and most changes leave the outline as it is.
        let from = verdict.name();
        let mut own = about(&then, &later, &verdict.property);
        if persists(&mut own, &later, verdict) {
            continue;
        }
        let outlined = outline(&mut own, &later, claim, Scope::Directory);
        if outlined == Some(from) {
            continue;
        }
        let mut today = about(&Analysis::new(ingested, options, None), options, &verdict.property);
        if outlined.is_some() && outlined == outline(&mut today, options, claim, Scope::Directory) {
            continue;
        }
        let to = decide(&mut then.clone(), &later, verdict.property.clone())?.name();
        if from != to {
            found.push(Flip { property: verdict.property.id.clone(), from, to });
        }
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
    let unknown_or_older = tenant.methods.as_ref().is_none_or(|policy| !policy.migration_complete);
    !telephony || unknown_or_older || on(MethodConfigKind::Sms) || on(MethodConfigKind::Voice)
}
