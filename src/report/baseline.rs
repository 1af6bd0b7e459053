//! What is new since an earlier report, by the ids of findings: an id is the same as long as tenant and cause are.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde_json::{Value, json};

use crate::ingest::{Decided, Earlier};

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
    /// Conclusions that are others now: property, then, now, and whether that is worse.
    pub changed: Vec<(String, &'static str, &'static str, bool)>,
    /// What else differs between the two runs, so that findings may come and go without the tenant having changed.
    pub differs: Vec<&'static str>,
}

/// Compares a report of now; `counts` says which properties are looked at.
///
/// # Errors
///
/// Where that is no report.
pub fn since(earlier: &Earlier, now: &Value, counts: &dyn Fn(&str) -> bool) -> Result<Comparison, String> {
    let now = Earlier::of(now)?;
    let mut found = Comparison::default();
    for verdict in now.verdicts.iter().filter(|verdict| counts(&verdict.property)) {
        let then = earlier.verdicts.iter().find(|then| then.property == verdict.property);
        let known: BTreeSet<&str> =
            then.iter().flat_map(|then| &then.counterexamples).map(|one| one.id.as_str()).collect();
        let listed: BTreeSet<&str> = verdict.counterexamples.iter().map(|one| one.id.as_str()).collect();
        for one in &verdict.counterexamples {
            if known.contains(one.id.as_str()) {
                found.unchanged.push(one.id.clone());
            } else {
                found.new.push((one.id.clone(), !one.depends_on.is_empty()));
            }
        }
        let missing = known.difference(&listed).map(|id| (*id).to_owned());
        if lists_all(verdict) {
            found.gone.extend(missing);
        } else {
            found.unlisted.extend(missing);
        }
        let Some(then) = then else { continue };
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
    found.differs = differences.into_iter().filter(|(is, _)| *is).map(|(_, what)| what).collect();
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
            "gone": self.gone, "notListed": self.unlisted, "unchanged": self.unchanged,
            "verdicts": changed, "differs": self.differs,
        })
    }

    /// For people.
    pub fn text(&self) -> String {
        let mut text = String::from("\nSince the baseline\n");
        let _ = writeln!(
            text,
            "  {} new, {} gone, {} unchanged",
            self.new.len(),
            self.gone.len(),
            self.unchanged.len()
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
