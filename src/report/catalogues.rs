//! What the tool knows: rules, properties, open questions.

use serde_json::{Value, json};

use crate::document::{Report, Verdict};
use crate::property::CATALOGUE;
use crate::semantics::{
    Assumptions, BYPASSES, BYPASSES_NOT_LOOKED_FOR, CLAUSES, LOCKOUTS, NOT_LOOKED_FOR, Role, Rule, RuleId,
    SWITCHES, Switch,
};

/// For each rule the specification files in which it decides or expressly does not; a test keeps it up to date.
const SPECIFICATIONS: &str = include_str!("specifications.txt");

/// The specification files of a rule.
fn specs(id: &str) -> Vec<&'static str> {
    let own = |line: &&str| line.split_whitespace().next() == Some(id);
    SPECIFICATIONS.lines().find(own).into_iter().flat_map(|line| line.split_whitespace().skip(1)).collect()
}

/// The rules as data, each with its specification files.
pub fn rules() -> Value {
    let entry = |rule: Rule, status: &str, how: String| {
        json!({"id": rule.id, "title": rule.title, "status": status, "source": rule.source,
               "reading": rule.confidence, "how": how, "specs": specs(rule.id)})
    };
    let mut rules: Vec<(Rule, &str, String)> =
        RuleId::ALL.iter().map(|id| (id.rule(), "modelled", "a rule of sign-ins".to_owned())).collect();
    rules.extend(CLAUSES.iter().map(|clause| match clause.role {
        Role::Input => (clause.rule, "modelled", "how input is read".to_owned()),
        Role::Follows(from) => (clause.rule, "modelled", format!("follows from {}", from.join(", "))),
        Role::Finding(property) => (clause.rule, "modelled", format!("reported by {property}")),
        Role::Answer => (clause.rule, "modelled", "answers of whatif".to_owned()),
        Role::Outside(why) => (clause.rule, "outside", why.to_owned()),
    }));
    let pattern = |id, title| Rule { id, title, source: "combination of the rules", confidence: "pattern" };
    for (causes, of) in [(LOCKOUTS, "lockouts"), (BYPASSES, "bypasses")] {
        rules.extend(causes.iter().map(|cause| {
            (pattern(cause.id, cause.title), "modelled", format!("a cause of {of}; cure: {}", cause.cure))
        }));
    }
    rules.extend(
        NOT_LOOKED_FOR
            .iter()
            .chain(BYPASSES_NOT_LOOKED_FOR)
            .map(|(id, title, why)| (pattern(*id, *title), "outside", (*why).to_owned())),
    );
    rules.sort_by_key(|(rule, ..)| place(rule.id));
    let rules: Vec<Value> = rules.into_iter().map(|(rule, status, how)| entry(rule, status, how)).collect();
    json!({"rules": rules})
}

/// The order of the reference: by part, then by number.
fn place(id: &str) -> (usize, u32, String) {
    let parts = ["CA", "EXT", "XT", "STR", "AMP", "REG", "FED", "SM", "ERR", "BYP", "LCK", "NEW"];
    let (part, number) = id.split_once('-').unwrap_or((id, ""));
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    let at = parts.iter().position(|known| *known == part).unwrap_or(parts.len());
    (at, digits.parse().unwrap_or(0), id.to_owned())
}

/// The properties as data.
pub fn properties() -> Value {
    let all: Vec<Value> = CATALOGUE
        .iter()
        .map(|p| json!({"id": p.id, "question": p.question, "kind": p.kind.name(), "severity": p.severity}))
        .collect();
    json!({"properties": all})
}

/// The open questions as data, with the readings in force.
pub fn assumptions(fixed: &Assumptions, report: Option<&Report>) -> Value {
    let source = |switch: &Switch| {
        let rules = RuleId::ALL.iter().map(|id| id.rule()).chain(CLAUSES.iter().map(|clause| clause.rule));
        rules.into_iter().find(|rule| rule.id == switch.rule).map(|rule| rule.source)
    };
    let all: Vec<Value> = SWITCHES
        .iter()
        .map(|switch| {
            json!({"key": switch.key, "id": switch.id, "question": switch.question, "readings": switch.readings,
                   "likely": switch.readings.get(switch.likely), "value": fixed.name(switch),
                   "rule": switch.rule, "source": source(switch), "hasEffect": switch.modelled,
                   "hanging": report.map(|report| hanging(report, switch.key))})
        })
        .collect();
    json!({"assumptions": all})
}

/// The properties of a report with a counterexample that needs a reading of the key.
fn hanging<'a>(report: &'a Report, key: &str) -> Vec<&'a str> {
    let needs = |verdict: &&Verdict| {
        verdict.counterexamples.iter().any(|one| one.depends_on.iter().any(|own| own == key))
    };
    report.verdicts.iter().filter(needs).map(|verdict| verdict.property.as_str()).collect()
}
