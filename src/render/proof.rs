//! Why a property holds, for people: what its proof rests on, in the order in which it matters.

use std::fmt::Write;

use super::words::{quoted, rule_title};
use crate::document::{Basis, Part, Report, Verdict, Why};

/// Families of rules in the order of a sign-in, with what they are about.
const FAMILIES: &[(&str, &str)] = &[
    ("EXT", "who people are"),
    ("XT", "what the two tenants let through and take from each other"),
    ("CA", "which policies apply, and what they ask for"),
    ("AMP", "which methods are allowed"),
    ("FED", "what another identity provider proves"),
    ("REG", "what can be registered"),
    ("STR", "what satisfies a strength"),
    ("SM", "in which order things are asked for"),
];

/// The proof of a verdict in words; empty where there is none.
pub fn proof(verdict: &Verdict, report: &Report) -> String {
    if !["holds", "vacuous"].contains(&verdict.verdict.as_str()) {
        return String::new();
    }
    let core = &verdict.core;
    let mut text = format!("\nWhy {} {}\n", verdict.property, verdict.verdict);
    match &verdict.why {
        Some(why) => text += &parts(why, report),
        None => {
            for id in &core.policies {
                let _ = writeln!(text, "  policy {}", quoted(report, id));
            }
        }
    }
    text += "\nBy these rules, in the order of a sign-in\n";
    let family = |id: &str| id.split('-').next().unwrap_or_default().to_owned();
    let known = |id: &str| FAMILIES.iter().any(|(name, _)| *name == family(id));
    let families = FAMILIES.iter().map(|(name, about)| (Some(*name), *about));
    for (name, about) in families.chain([(None, "what else is known of the service")]) {
        let mut own =
            core.rules.iter().filter(|id| name.map_or(!known(id), |name| family(id) == name)).peekable();
        if own.peek().is_some() {
            let _ = writeln!(text, "  {about}");
        }
        for id in own {
            let _ = writeln!(text, "    {id}: {}", rule_title(id));
        }
    }
    text + "  (`tenantproof rules ID` says where each is from)\n"
}

fn parts(why: &Why, report: &Report) -> String {
    let mut text = String::new();
    if why.bases.iter().any(Basis::is_empty) {
        text += "  It holds whatever the conditions of the policies and the settings are.\n";
    } else {
        text += "  It rests on these, what nothing makes up for first\n";
    }
    for (number, part) in (1..).zip(&why.parts) {
        let _ = writeln!(text, "  {number}. {}: {}", named(part, report), role(part, why));
    }
    if why.bases.len() > 1 {
        text += "\nEach of these sets is enough, whatever the conditions of other policies are\n";
        for basis in &why.bases {
            let policies = basis.policies.iter().map(|id| quoted(report, id));
            let all: Vec<String> = policies.chain(basis.settings.iter().cloned()).collect();
            let _ = writeln!(text, "  - {}", all.join(", "));
        }
    }
    if !why.all {
        text += "  There may be more such sets.\n";
    }
    text
}

fn named(part: &Part, report: &Report) -> String {
    match (&part.policy, &part.setting) {
        (Some(id), _) => format!("policy {}", quoted(report, id)),
        (None, setting) => format!("setting {}", setting.as_deref().unwrap_or_default()),
    }
}

fn role(part: &Part, why: &Why) -> String {
    let mut role = if part.breaks {
        "changed, it can break the property".to_owned()
    } else {
        format!("in {} of {} sets; others make up for it", part.bases, why.bases.len())
    };
    if let Some(disabled) = &part.disabled {
        let _ = write!(role, "; disabled: {disabled}");
    }
    role
}
