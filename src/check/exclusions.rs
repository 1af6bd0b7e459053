//! Exclusions that leave nobody out: what they name, the policy does not reach anyway.

use std::collections::BTreeMap;

use super::analysis::{Analysis, Options};
use super::decide::gave_up;
use super::hygiene::finding;
use super::obligation::{Ledger, Names, Obligation};
use super::verdict::VerdictKind;
use crate::logic::Var;
use crate::semantics::{Exclusion, exclusions};
use crate::symbolic::{Answer, ask};

/// Asks of each exclusion of an enforced policy whether there is somebody whom it leaves out.
pub(super) fn idle(analysis: &Analysis, options: &Options, property: &str) -> (VerdictKind, Vec<Obligation>) {
    let (tenant, space) = (&analysis.tenant, &analysis.space);
    let excluded = exclusions(tenant, space, &options.assumptions, options.flipped);
    let instances = BTreeMap::new();
    let names = Names { space, unknowns: &excluded.unknowns, instances: &instances };
    let values = |var: Var| {
        let own = space.dimension(var).map(|dimension| dimension.values.len());
        own.or_else(|| excluded.unknowns.get(var).map(|unknown| unknown.values.len())).unwrap_or(1)
    };
    let mut ledger = Ledger::new(options);
    let (mut findings, mut reason) = (Vec::new(), None);
    for one in &excluded.all {
        let Some(policy) = tenant.policies.get(one.policy) else { continue };
        let what = in_words(one);
        let claim = format!("policy {}: excluding {what} leaves somebody out", policy.id);
        let answer = ask(&values, options.limits, &excluded.store, one.leaves_out);
        let idle = match answer {
            Answer::Sat(_) => false,
            Answer::Unsat(_) => true,
            Answer::Unknown(why) => {
                reason = Some(gave_up(&why));
                continue;
            }
        };
        ledger.note_one(names, &excluded.store, &claim, idle, one.leaves_out);
        if idle {
            let what = format!("excluding {what} leaves nobody out");
            findings.push(finding(property, Vec::new(), &[policy], what));
        }
    }
    (VerdictKind::Inspected { findings, reason }, ledger.into_all())
}

fn in_words(one: &Exclusion) -> String {
    match &one.what {
        (kind, name) if name.is_empty() => format!("by the {kind}"),
        (kind, name) => format!("{kind} {name}"),
    }
}
