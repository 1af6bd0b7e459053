//! What is new since an earlier report, by the ids of findings: an id is the same as long as tenant and cause are.
//!
//! An id is made of names. Where the earlier run told more apart, the rest that a name stands for has grown: an application that lost
//! its policy is one of all others now. A finding that may hold such a sign-in is new, whatever its id.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use serde_json::{Value, json};

use crate::ingest::{Decided, Earlier, Listed};

/// A conclusion; later ones are worse.
fn conclusion(of: &Decided) -> (u8, &'static str) {
    let expired = of.waivers.iter().any(|waiver| waiver.status == "expired");
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
fn is_shorter(then: &Decided, now: &Decided) -> bool {
    let ended = |range: &crate::ingest::Ended| ["truncated", "stopped"].contains(&range.status.as_str());
    let deepest = |of: &Decided| of.enumeration.iter().map(|range| range.memberships).max();
    let bounded = then.enumeration.iter().any(|range| range.status == "upTo");
    then.enumeration.iter().any(ended) || (bounded && deepest(then) < deepest(now))
}

fn lists_all(of: &Decided) -> bool {
    of.enumeration.iter().all(|range| range.status == "complete")
}

/// What a report says beside an earlier one. Properties that only one of them decides are left out, but for what they find now.
#[derive(Debug, Default)]
pub struct Comparison {
    /// Found now: the id, and whether it needs something unknown.
    pub new: Vec<(String, bool)>,
    /// Found then, and not there now.
    pub gone: Vec<String>,
    /// Found then, and not listed now where not everything is listed.
    pub unlisted: Vec<String>,
    /// Found both times.
    pub unchanged: Vec<String>,
    /// Found now, and part of what one finding held then.
    pub narrower: Vec<String>,
    /// Conclusions that are others now: property, then, now, and whether that is worse.
    pub changed: Vec<(String, &'static str, &'static str, bool)>,
    /// What else differs between the two runs, so that findings may come and go without the tenant having changed.
    pub differs: Vec<String>,
}

/// Values that the earlier run told apart and this one does not, by dimension.
struct Merged(BTreeMap<String, BTreeSet<String>>);

impl Merged {
    fn of(earlier: &Earlier, now: &Earlier) -> Self {
        let values = |of: &Earlier| -> BTreeMap<String, BTreeSet<String>> {
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
    fn keeps(&self, then: &Listed) -> bool {
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
fn is_within(now: &Listed, then: &Listed) -> bool {
    let narrower = then.cube.iter().all(|(name, values)| {
        now.cube.get(name).is_some_and(|own| own.iter().all(|value| values.contains(value)))
    });
    then.what.is_none() && narrower && then.depends_on.iter().all(|key| now.depends_on.contains(key))
}

/// Compares a report of now; `counts` says which properties are looked at.
///
/// # Errors
///
/// Where that is no report.
pub fn since(earlier: &Earlier, now: &Value, counts: &dyn Fn(&str) -> bool) -> Result<Comparison, String> {
    let now = Earlier::of(now)?;
    let mut found = Comparison::default();
    let merged = Merged::of(earlier, &now);
    let mut shorter = Vec::new();
    for verdict in now.verdicts.iter().filter(|verdict| counts(&verdict.property)) {
        let then = earlier.verdicts.iter().find(|then| then.property == verdict.property);
        let before: Vec<&Listed> = then.iter().flat_map(|then| &then.counterexamples).collect();
        let listed: BTreeSet<&str> = verdict.counterexamples.iter().map(|one| one.id.as_str()).collect();
        for one in &verdict.counterexamples {
            let kept = |then: &&&Listed| merged.keeps(then);
            let mut before = before.iter().filter(kept);
            if before.clone().any(|then| then.id == one.id) {
                found.unchanged.push(one.id.clone());
            } else if before.any(|then| is_within(one, then)) {
                found.narrower.push(one.id.clone());
            } else {
                found.new.push((one.id.clone(), !one.depends_on.is_empty()));
            }
        }
        let known: BTreeSet<&str> = before.iter().map(|one| one.id.as_str()).collect();
        let missing = known.difference(&listed).map(|id| (*id).to_owned());
        if lists_all(verdict) {
            found.gone.extend(missing);
        } else {
            found.unlisted.extend(missing);
        }
        let Some(then) = then else { continue };
        if is_shorter(then, verdict) {
            shorter.push(format!(
                "how much of {} it lists (what it does not list counts as new)",
                then.property
            ));
        }
        let ((before, from), (after, to)) = (conclusion(then), conclusion(verdict));
        if from != to {
            found.changed.push((verdict.property.clone(), from, to, after > before));
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
    found.differs = differences.chain(shorter).collect();
    Ok(found)
}

impl Comparison {
    /// Something is certainly worse than it was.
    pub fn has_new_violation(&self) -> bool {
        let worse = |(_, _, to, worse): &(_, _, &str, bool)| {
            *worse && ["violated", "a waiver has expired"].contains(to)
        };
        self.new.iter().any(|(_, conditional)| !conditional) || self.changed.iter().any(worse)
    }

    /// Something may be worse than it was.
    pub fn has_new_doubt(&self) -> bool {
        !self.new.is_empty() || self.changed.iter().any(|(_, _, _, worse)| *worse)
    }

    /// For the report.
    pub fn json(&self) -> Value {
        let changed = self.changed.iter();
        let changed: Vec<Value> = changed
            .map(|(property, from, to, worse)| {
                json!({"property": property, "from": from, "to": to, "worse": worse})
            })
            .collect();
        json!({
            "new": self.new.iter().map(|(id, _)| id).collect::<Vec<_>>(),
            "gone": self.gone, "notListed": self.unlisted, "unchanged": self.unchanged, "narrower": self.narrower,
            "verdicts": changed, "differs": self.differs,
        })
    }

    /// For people.
    pub fn text(&self) -> String {
        let mut text = String::from("\nSince the baseline\n");
        let _ = writeln!(
            text,
            "  {} new, {} gone, {} unchanged, {} narrower than one was",
            self.new.len(),
            self.gone.len(),
            self.unchanged.len(),
            self.narrower.len()
        );
        for (property, from, to, _) in &self.changed {
            let _ = writeln!(text, "  {property}: {to}, was {from}");
        }
        for (id, conditional) in &self.new {
            let may = if *conditional { "  (depends on what is not known)" } else { "" };
            let _ = writeln!(text, "  + {id}{may}");
        }
        for id in &self.gone {
            let _ = writeln!(text, "  - {id}");
        }
        if !self.unlisted.is_empty() {
            let _ = writeln!(
                text,
                "  {} of the baseline are not listed now; they are gone, or beyond what is listed.",
                self.unlisted.len()
            );
        }
        if !self.differs.is_empty() {
            let _ = writeln!(text, "  The baseline differs in {}.", self.differs.join(", "));
        }
        text
    }
}
