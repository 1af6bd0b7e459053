//! What a run concluded, on one screen: the verdicts side by side, then causes and cures.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::style::Style;
use super::words::{Side, pattern, percent, subject};
use crate::document::{Finding, Report, Verdict};

/// So many patterns are named in a summary; the details have all.
const NAMED: usize = 5;

/// The summary.
pub fn summary(report: &Report, style: Style) -> String {
    let acting = report.policies.iter().filter(|policy| policy.acts).count();
    let mut text = format!(
        "{}: {} policies, {acting} of them enforced\n",
        style.bold(report.tenant_name()),
        report.policies.len()
    );
    if !report.enabled.is_empty() {
        let _ = writeln!(text, "  taken as enabled: {}", report.enabled.len());
    }
    let of = |side| report.verdicts.iter().filter(move |verdict| Side::of(&verdict.property) == side);
    let column = |side: Side| -> Vec<String> {
        let mut lines: Vec<String> = of(side).map(|verdict| line(verdict, style)).collect();
        if !lines.is_empty() {
            lines.insert(0, style.bold(side.title()));
        }
        lines
    };
    text.push('\n');
    text += &beside(&column(Side::Lockout), &column(Side::Bypass), style.width);
    text += &beside(
        &column(Side::Policies),
        &[column(Side::Decision), column(Side::Statement)].concat(),
        style.width,
    );
    text += &causes(report, style);
    text.truncate(text.trim_end().len());
    text + "\n"
}

/// A verdict in one line.
fn line(verdict: &Verdict, style: Style) -> String {
    let name = verdict.property.split_once('.').map_or(verdict.property.as_str(), |(_, name)| name);
    let found = verdict.counterexamples.len();
    let share: f64 = verdict.enumeration.iter().map(|e| e.share).sum();
    let said = match verdict.verdict.as_str() {
        "holds" if verdict.conditional => "holds if homes do their part".to_owned(),
        "violated" if share > 0.0 => format!("{found} found, {} of sign-ins", percent(share)),
        "violated" => format!("{found} found"),
        "undetermined" if found > 0 => format!("{found} depend on what is not known"),
        other => other.to_owned(),
    };
    format!("{} {name:<20} {said}", style.mark(&verdict.verdict))
}

/// Two columns where there is room, one below the other where not.
fn beside(left: &[String], right: &[String], width: usize) -> String {
    let seen = |text: &str| console_width(text);
    let widest = |column: &[String]| column.iter().map(|line| seen(line)).max().unwrap_or(0);
    let first = widest(left) + 3;
    let fits = first + widest(right) <= width;
    let mut text = String::new();
    if fits && !left.is_empty() && !right.is_empty() {
        for at in 0..left.len().max(right.len()) {
            let own = left.get(at).map_or("", String::as_str);
            let pad = " ".repeat(first - seen(own));
            let line = format!("{own}{pad}{}", right.get(at).map_or("", String::as_str));
            text += line.trim_end();
            text.push('\n');
        }
        return text + "\n";
    }
    for column in [left, right].into_iter().filter(|column| !column.is_empty()) {
        for line in column {
            text += line;
            text.push('\n');
        }
        text.push('\n');
    }
    text
}

/// How many columns a text takes: escape sequences take none.
fn console_width(text: &str) -> usize {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        plain += before;
        rest = after.split_once('m').map_or("", |(_, after)| after);
    }
    plain += rest;
    textwrap::core::display_width(&plain)
}

/// A pattern with the findings that have it.
struct Grouped<'a> {
    worst: &'a Finding,
    count: usize,
    users: Option<usize>,
    properties: Vec<&'a str>,
}

/// The patterns behind what is violated, the worst first, with what cures each and what that would open.
fn causes(report: &Report, style: Style) -> String {
    let mut groups: BTreeMap<&str, Grouped> = BTreeMap::new();
    let worse = |one: &Finding, other: &Finding| {
        let share = |f: &Finding| f.share.unwrap_or(0.0);
        rank(&one.severity) < rank(&other.severity)
            || (one.severity == other.severity && share(one) > share(other))
    };
    for (verdict, finding) in report.findings() {
        let sides = [Side::Lockout, Side::Bypass];
        if !sides.contains(&Side::of(&verdict.property)) || !finding.depends_on.is_empty() {
            continue;
        }
        for cause in &finding.cause {
            let group = groups.entry(cause).or_insert_with(|| Grouped {
                worst: finding,
                count: 0,
                users: None,
                properties: Vec::new(),
            });
            group.count += 1;
            group.users = group.users.max(finding.affected_users);
            if worse(finding, group.worst) {
                group.worst = finding;
            }
            if !group.properties.contains(&verdict.property.as_str()) {
                group.properties.push(&verdict.property);
            }
        }
    }
    let mut groups: Vec<(&str, Grouped)> = groups.into_iter().collect();
    groups.sort_by(|(left, a), (right, b)| {
        let key = |group: &Grouped| rank(&group.worst.severity);
        key(a).cmp(&key(b)).then(b.count.cmp(&a.count)).then(left.cmp(right))
    });
    if groups.is_empty() {
        return String::new();
    }
    let mut text = style.bold("Causes and cures") + "\n";
    for (id, group) in groups.iter().take(NAMED) {
        let Some(pattern) = pattern(id) else { continue };
        text += &style.wrapped("  ", "    ", &format!("{} ({id})", pattern.title));
        let who = format!(
            "{}: {} found. {}",
            group.properties.join(", "),
            group.count,
            subject(report, group.worst)
        );
        text += &style.wrapped("    Who:  ", "          ", &shortened(&who));
        if let Some(users) = group.users {
            let _ = writeln!(text, "    Users of the directory who can be among them: {users} or more");
        }
        text += &style.wrapped("    Cure: ", "          ", pattern.cure);
        let opened = report.verdicts.iter().flat_map(|v| &v.duals).filter(|dual| dual.cause == *id);
        let mut opened: Vec<&str> =
            opened.flat_map(|dual| &dual.opens).map(|one| one.property.as_str()).collect();
        opened.sort_unstable();
        opened.dedup();
        if !opened.is_empty() {
            let names = opened.join(", ");
            text += &style.wrapped("    Mind: ", "          ", &format!("a cure of this can open {names}"));
        }
    }
    if groups.len() > NAMED {
        let _ = writeln!(text, "  … and {} more, below", groups.len() - NAMED);
    }
    text
}

/// The beginning of a long text.
fn shortened(text: &str) -> String {
    const MOST: usize = 240;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    let cut: String = text.chars().take(MOST).collect();
    format!("{} …", cut.rsplit_once(' ').map_or(cut.as_str(), |(whole, _)| whole))
}

fn rank(severity: &str) -> usize {
    ["critical", "high", "medium", "low", "info"].iter().position(|known| *known == severity).unwrap_or(5)
}
