//! What is new since an earlier report, by the ids of findings: an id is the same as long as tenant and cause are.
//!
//! An id is made of names. Where the earlier run told more apart, the rest that a name stands for has grown: an application that lost
//! its policy is one of all others now. A finding that may hold such a sign-in is new, whatever its id.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::{Baseline, Changed, Enumeration, Finding, Report, Verdict};

/// A conclusion; later ones are worse.
fn conclusion(of: &Verdict) -> (u8, &'static str) {
    let expired = of.waivers.iter().flatten().any(|waiver| waiver.status == "expired");
    match of.verdict.as_str() {
        _ if expired => (5, "a waiver has expired"),
        "violated" => (4, "violated"),
        "undetermined" => (3, "undetermined"),
        "vacuous" => (2, "vacuous"),
        "holds" if of.conditional => (1, "holds under a contract"),
        "skipped" => (0, "skipped"),
        _ => (0, "holds"),
    }
}

/// The earlier list ended before it had all that the later one looks for.
fn is_shorter(then: &Verdict, now: &Verdict) -> bool {
    let ended = |range: &Enumeration| ["truncated", "stopped"].contains(&range.status.as_str());
    let deepest = |of: &Verdict| of.enumeration.iter().map(|range| range.memberships).max();
    let bounded = then.enumeration.iter().any(|range| range.status == "upTo");
    then.enumeration.iter().any(ended) || (bounded && deepest(then) < deepest(now))
}

fn lists_all(of: &Verdict) -> bool {
    of.enumeration.iter().all(|range| range.status == "complete")
}

/// A comparison with an earlier report. Properties that only one of them decides are left out, but for what they find now.
#[derive(Debug, Default)]
pub struct Since {
    /// For the report.
    pub baseline: Baseline,
    /// Something is certainly worse than it was.
    pub has_new_violation: bool,
    /// Something may be worse than it was.
    pub has_new_doubt: bool,
}

/// Values that the earlier run told apart and this one does not, by dimension.
struct Merged(BTreeMap<String, BTreeSet<String>>);

impl Merged {
    fn of(earlier: &Report, now: &Report) -> Self {
        let values = |of: &Report| -> BTreeMap<String, BTreeSet<String>> {
            let all = of.space.dimensions.iter();
            all.map(|one| (one.name.clone(), one.values.iter().cloned().collect())).collect()
        };
        let (then, now) = (values(earlier), values(now));
        let none = BTreeSet::new();
        let merged = then.iter().map(|(name, values)| {
            let left = now.get(name).unwrap_or(&none);
            (name.clone(), values.difference(left).cloned().collect())
        });
        Self(merged.collect())
    }

    /// What was found then stands for no more now, by the names of its values.
    fn keeps(&self, then: &Finding) -> bool {
        let kept = |(name, values): (&String, &Vec<String>)| match self.0.get(name) {
            Some(merged) => merged.iter().all(|value| values.contains(value)),
            // A report lists one space; a dimension of another one is known only where it has two values.
            None => values.iter().all(|value| ["true", "false"].contains(&value.as_str())),
        };
        // What is said of policies is about no sign-ins.
        then.what.is_some() || then.cube.iter().all(kept)
    }
}

/// Every sign-in of a finding was one of an earlier finding, which needed nothing more.
fn is_within(now: &Finding, then: &Finding) -> bool {
    let narrower = then.cube.iter().all(|(name, values)| {
        now.cube.get(name).is_some_and(|own| own.iter().all(|value| values.contains(value)))
    });
    then.what.is_none() && narrower && then.depends_on.iter().all(|key| now.depends_on.contains(key))
}

/// Compares a report of now; `counts` says which properties are looked at.
pub fn since(earlier: &Report, now: &Report, counts: &dyn Fn(&str) -> bool) -> Since {
    let mut found = Since::default();
    let merged = Merged::of(earlier, now);
    let mut shorter = Vec::new();
    for verdict in now.verdicts.iter().filter(|verdict| counts(&verdict.property)) {
        let then = earlier.verdicts.iter().find(|then| then.property == verdict.property);
        let before: Vec<&Finding> = then.iter().flat_map(|then| &then.counterexamples).collect();
        found.compare(&before, verdict, &merged);
        let Some(then) = then else { continue };
        if is_shorter(then, verdict) {
            let what = "how much of {} it lists (what it does not list counts as new)";
            shorter.push(what.replace("{}", &then.property));
        }
        let ((before, from), (after, to)) = (conclusion(then), conclusion(verdict));
        let worse = after > before;
        if from != to {
            let property = verdict.property.clone();
            found.baseline.verdicts.push(Changed { property, from: from.into(), to: to.into(), worse });
            found.has_new_violation |= worse && ["violated", "a waiver has expired"].contains(&to);
            found.has_new_doubt |= worse;
        }
    }
    let differences = [
        (earlier.tool != now.tool, "the version of the tool"),
        (earlier.as_of != now.as_of, "the day whose rules apply"),
        (earlier.assumptions != now.assumptions, "what is assumed"),
        (earlier.enabled != now.enabled, "the policies taken as enabled"),
        (earlier.break_glass != now.break_glass, "the emergency accounts"),
    ];
    let differences = differences.into_iter().filter(|(is, _)| *is).map(|(_, what)| what.to_owned());
    found.baseline.differs = differences.chain(shorter).collect();
    found
}

impl Since {
    /// Puts each finding of a verdict where it belongs, and each of the earlier ones that is no longer there.
    fn compare(&mut self, before: &[&Finding], verdict: &Verdict, merged: &Merged) {
        let listed: BTreeSet<&str> = verdict.counterexamples.iter().map(|one| one.id.as_str()).collect();
        for one in &verdict.counterexamples {
            let mut kept = before.iter().filter(|then| merged.keeps(then));
            if kept.clone().any(|then| then.id == one.id) {
                self.baseline.unchanged.push(one.id.clone());
            } else if kept.any(|then| is_within(one, then)) {
                self.baseline.narrower.push(one.id.clone());
            } else {
                self.baseline.new.push(one.id.clone());
                self.has_new_violation |= one.depends_on.is_empty();
                self.has_new_doubt = true;
            }
        }
        let known: BTreeSet<&str> = before.iter().map(|one| one.id.as_str()).collect();
        let missing = known.difference(&listed).map(|id| (*id).to_owned());
        if lists_all(verdict) {
            self.baseline.gone.extend(missing);
        } else {
            self.baseline.not_listed.extend(missing);
        }
    }
}
