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
    let mut opener = Opener { store: analysis.meaning.store.clone(), options, formula, domain, first_free };
    let all = opener.labels();
    labels(&opener.least(&all, &all), &analysis.tenant)
}

/// A formula whose parts are opened label by label.
pub(super) struct Opener<'a> {
    pub(super) store: Store,
    pub(super) options: &'a Options,
    pub(super) formula: Formula,
    pub(super) domain: &'a dyn Fn(Var) -> usize,
    pub(super) first_free: u32,
}

impl Opener<'_> {
    /// All labels of the formula.
    pub(super) fn labels(&self) -> BTreeSet<Tag> {
        let mut all = BTreeSet::new();
        self.store.tags(self.formula, &mut all);
        all
    }

    /// Whether the formula is unsatisfiable with everything under other labels replaced by free values.
    pub(super) fn suffices(&mut self, kept: &BTreeSet<Tag>) -> bool {
        let opened = open(&mut self.store, self.formula, kept, self.first_free);
        let widened = |var: Var| if var.0 >= self.first_free { 2 } else { (self.domain)(var) };
        matches!(ask(&widened, self.options.limits, &self.store, opened), Answer::Unsat(_))
    }

    /// A least part of `kept` that suffices, if `kept` does: only what is in `some` is given up.
    pub(super) fn least(&mut self, kept: &BTreeSet<Tag>, some: &BTreeSet<Tag>) -> BTreeSet<Tag> {
        let mut needed = kept.clone();
        // Policies first (their numbers are the larger ones): a policy that is not needed takes its rules along. What many labels
        // do not need together, none of them needs, so many are dropped at once.
        let order: Vec<Tag> = some.iter().rev().copied().collect();
        let mut waiting = vec![order.as_slice()];
        while let Some(some) = waiting.pop() {
            let fewer: BTreeSet<Tag> = needed.iter().copied().filter(|tag| !some.contains(tag)).collect();
            if self.suffices(&fewer) {
                needed = fewer;
            } else if some.len() > 1 {
                let (first, second) = some.split_at(some.len() / 2);
                waiting.extend([second, first]);
            }
        }
        needed
    }
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
    let mut found: Vec<String> = Vec::new();
    for setting in core.rules.iter().filter_map(|rule| setting(rule)) {
        if !found.iter().any(|known| known == setting) {
            found.push(setting.to_owned());
        }
    }
    found
}

/// The setting that a rule reads, if it is a setting of the tenant that it reads.
pub(super) fn setting(rule: &str) -> Option<&'static str> {
    Some(match rule {
        "XT-22" | "XT-20" | "XT-21" => "crossTenantAccessPolicy/inboundTrust",
        "XT-23" | "XT-24" | "XT-26" | "XT-28" => "crossTenantAccessPolicy/b2bCollaborationInbound",
        "AMP-10" | "AMP-12" | "AMP-14" | "STR-65" => "authenticationMethodsPolicy",
        "EXT-8" => "authenticationMethodsPolicy/email/allowExternalIdToUseEmailOtp",
        "CA-100" => "identitySecurityDefaultsEnforcementPolicy",
        "CA-46" | "CA-47" | "CA-48" => "namedLocations",
        _ => return None,
    })
}
