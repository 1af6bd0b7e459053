//! What is new since an earlier report, by the ids of findings: an id is the same as long as tenant and cause are.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use serde::Deserialize;
use serde_json::{Value, json};

/// What of a report matters to a later one.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Earlier {
    schema: String,
    tool: Tool,
    as_of: String,
    assumptions: BTreeMap<String, String>,
    enabled: Vec<String>,
    break_glass: Vec<String>,
    verdicts: Vec<Decided>,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Tool {
    version: String,
    semantics_date: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Decided {
    property: String,
    verdict: String,
    conditional: bool,
    counterexamples: Vec<Listed>,
    enumeration: Vec<Ended>,
    #[serde(default)]
    waivers: Vec<Ended>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    id: String,
    #[serde(default)]
    depends_on: Vec<String>,
}

/// An enumeration or a waiver, by how it ended.
#[derive(Debug, Deserialize)]
struct Ended {
    status: String,
}

impl Decided {
    /// Later ones are worse.
    fn conclusion(&self) -> (u8, &'static str) {
        let expired = self.waivers.iter().any(|waiver| waiver.status == "expired");
        match self.verdict.as_str() {
            _ if expired => (5, "a waiver has expired"),
            "violated" => (4, "violated"),
            "undetermined" => (3, "undetermined"),
            "vacuous" => (2, "vacuous"),
            "holds" if self.conditional => (1, "holds under a contract"),
            "skipped" => (0, "skipped"),
            _ => (0, "holds"),
        }
    }

    fn lists_all(&self) -> bool {
        self.enumeration.iter().all(|range| range.status == "complete")
    }
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

impl Earlier {
    /// Reads a report that `check --format json` wrote.
    ///
    /// # Errors
    ///
    /// What is wrong with it, and what to do.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        let earlier: Self = serde_json::from_slice(bytes).map_err(|e| {
            format!("this is no report: {e}; give a file that `tenantproof check --format json` wrote")
        })?;
        if earlier.schema == "tenantproof.report/1" {
            return Ok(earlier);
        }
        Err(format!("`{}` at /schema is not tenantproof.report/1; write the report again", earlier.schema))
    }

    /// Compares a report of now; `counts` says which properties are looked at.
    ///
    /// # Errors
    ///
    /// Where that is no report.
    pub fn compared(&self, now: &Value, counts: &dyn Fn(&str) -> bool) -> Result<Comparison, String> {
        let now: Self = Self::deserialize(now).map_err(|e| e.to_string())?;
        let mut found = Comparison::default();
        for verdict in now.verdicts.iter().filter(|verdict| counts(&verdict.property)) {
            let then = self.verdicts.iter().find(|then| then.property == verdict.property);
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
            if verdict.lists_all() {
                found.gone.extend(missing);
            } else {
                found.unlisted.extend(missing);
            }
            let Some(then) = then else { continue };
            let ((before, from), (after, to)) = (then.conclusion(), verdict.conclusion());
            if from != to {
                found.changed.push((verdict.property.clone(), from, to, after > before));
            }
        }
        let differences = [
            (self.tool != now.tool, "the version of the tool"),
            (self.as_of != now.as_of, "the day whose rules apply"),
            (self.assumptions != now.assumptions, "what is assumed"),
            (self.enabled != now.enabled, "the policies taken as enabled"),
            (self.break_glass != now.break_glass, "the emergency accounts"),
        ];
        found.differs = differences.into_iter().filter(|(is, _)| *is).map(|(_, what)| what).collect();
        Ok(found)
    }
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
