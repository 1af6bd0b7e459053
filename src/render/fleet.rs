//! Many tenants on one page, in Markdown: how many are violated, by what, and what has changed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::markdown::plain;
use super::record::titled;
use crate::document::{Line, inert_text};

/// An overview of the lines of a batch.
pub fn overview(lines: &[Line]) -> String {
    let mut text = format!("## tenantproof: {} tenants\n\n| outcome | tenants |\n|---|---|\n", lines.len());
    let outcomes = [
        (1, "violated"),
        (3, "undetermined"),
        (0, "holds"),
        (2, "could not be read"),
        (4, "the tool was wrong"),
    ];
    for (exit, words) in outcomes {
        let count = lines.iter().filter(|line| line.exit == exit).count();
        let _ = writeln!(text, "| {words} | {count} |");
    }
    text += "\n### By property\n\n| property | violated | undetermined | holds |\n|---|---|---|---|\n";
    let all = || lines.iter().flat_map(|line| &line.verdicts);
    for property in all().map(|verdict| verdict.property.as_str()).collect::<BTreeSet<_>>() {
        let count = |name: &str| {
            all().filter(|verdict| verdict.property == property && verdict.verdict == name).count()
        };
        let [violated, open, holds] = ["violated", "undetermined", "holds"].map(count);
        let _ = writeln!(text, "| {} | {violated} | {open} | {holds} |", shown(property));
    }
    text += "\n### By cause\n\n| cause | tenants | which |\n|---|---|---|\n";
    let mut causes: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for line in lines {
        let violated = line.verdicts.iter().filter(|verdict| verdict.verdict == "violated");
        for cause in violated.flat_map(|verdict| &verdict.causes) {
            causes.entry(cause).or_default().insert(&line.id);
        }
    }
    let mut causes: Vec<_> = causes.into_iter().collect();
    causes.sort_by_key(|(cause, tenants)| (std::cmp::Reverse(tenants.len()), *cause));
    for (cause, tenants) in causes {
        let _ = writeln!(
            text,
            "| {} | {} | {} |",
            shown(&titled(cause)),
            tenants.len(),
            names(tenants.into_iter())
        );
    }
    text += &changes(lines);
    let broken: Vec<_> = lines.iter().filter_map(|line| Some((line, line.error.as_ref()?))).collect();
    if !broken.is_empty() {
        text += "\n### Not decided\n\n";
        for (line, why) in broken {
            let _ = writeln!(text, "- {}: {}", shown(&line.id), shown(why));
        }
    }
    text
}

/// What is new and what is gone, where there was an earlier run.
fn changes(lines: &[Line]) -> String {
    let mut text = String::new();
    if lines.iter().all(|line| line.since.is_none()) {
        return text;
    }
    text += "\n### Since the last run\n\n| tenant | new | gone | verdicts |\n|---|---|---|---|\n";
    for (line, since) in lines.iter().filter_map(|line| Some((line, line.since.as_ref()?))) {
        if since.new.is_empty() && since.gone.is_empty() && since.verdicts.is_empty() {
            continue;
        }
        let name = |of: &Option<String>| of.as_deref().unwrap_or("not asked").to_owned();
        let turned = since
            .verdicts
            .iter()
            .map(|one| format!("{}: {} → {}", one.property, name(&one.from), name(&one.to)));
        let turned = shown(&turned.collect::<Vec<_>>().join("; "));
        let _ =
            writeln!(text, "| {} | {} | {} | {turned} |", shown(&line.id), since.new.len(), since.gone.len());
    }
    text
}

/// The first few names, and how many more.
fn names<'a>(all: impl ExactSizeIterator<Item = &'a str>) -> String {
    const MOST: usize = 5;
    let more = all.len().saturating_sub(MOST);
    let first: Vec<String> = all.take(MOST).map(shown).collect();
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    first.join(", ") + &rest
}

fn shown(text: &str) -> String {
    plain(&inert_text(text))
}
