//! What an unsatisfiable answer rests on: rules and policies without whose meaning it fails.

use std::collections::{BTreeSet, HashMap};

use super::analysis::{Analysis, Options};
use crate::counterexample::{Labels, labels};
use crate::logic::{Formula, Store, Tag, Var};
use crate::symbolic::{Answer, ask};

/// A minimal set of labels: with the parts under all other labels replaced by free values, the formula is still
/// unsatisfiable; with any one more it is not.
pub(super) fn core(
    analysis: &Analysis,
    options: &Options,
    formula: Formula,
    domain: &dyn Fn(Var) -> usize,
    first_free: u32,
) -> Labels {
    let mut store = analysis.meaning.store.clone();
    let mut all = BTreeSet::new();
    store.tags(formula, &mut all);
    let mut needed = all.clone();
    // Policies first (their numbers are the larger ones): a policy that is not needed takes its rules along. What many labels
    // do not need together, none of them needs, so many are dropped at once.
    let order: Vec<Tag> = all.iter().rev().copied().collect();
    let mut waiting = vec![order.as_slice()];
    while let Some(some) = waiting.pop() {
        let fewer: BTreeSet<Tag> = needed.iter().copied().filter(|tag| !some.contains(tag)).collect();
        let opened = open(&mut store, formula, &fewer, first_free);
        let widened = |var: Var| if var.0 >= first_free { 2 } else { domain(var) };
        if let Answer::Unsat(_) = ask(&widened, options.limits, &store, opened) {
            needed = fewer;
        } else if some.len() > 1 {
            let (first, second) = some.split_at(some.len() / 2);
            waiting.extend([second, first]);
        }
    }
    labels(&needed, &analysis.tenant)
}

/// The formula with every part under a label that is not kept replaced by a free value of its own.
fn open(store: &mut Store, formula: Formula, kept: &BTreeSet<Tag>, first_free: u32) -> Formula {
    let mut made: HashMap<Formula, Var> = HashMap::new();
    store.replace_tagged(formula, &mut |tag, inner, store| {
        if kept.contains(&tag) {
            return None;
        }
        let next = Var(first_free + u32::try_from(made.len()).unwrap_or(u32::MAX));
        let var = *made.entry(inner).or_insert(next);
        Some(store.atom(var, 1))
    })
}

/// The settings that the rules of a core read.
pub(super) fn settings(core: &Labels) -> Vec<String> {
    let mut found = Vec::new();
    for rule in &core.rules {
        let setting = match *rule {
            "XT-22" | "XT-20" | "XT-21" => "crossTenantAccessPolicy/inboundTrust",
            "XT-23" | "XT-24" | "XT-26" | "XT-28" => "crossTenantAccessPolicy/b2bCollaborationInbound",
            "AMP-10" | "AMP-12" | "AMP-14" | "STR-65" => "authenticationMethodsPolicy",
            "EXT-8" => "authenticationMethodsPolicy/email/allowExternalIdToUseEmailOtp",
            "CA-100" => "identitySecurityDefaultsEnforcementPolicy",
            "CA-46" | "CA-47" | "CA-48" => "namedLocations",
            _ => continue,
        };
        if !found.contains(&setting.to_owned()) {
            found.push(setting.to_owned());
        }
    }
    found
}
