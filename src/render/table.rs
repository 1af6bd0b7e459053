//! CSV: a row for each finding, or for each user and finding, for spreadsheets.

use csv::{QuoteStyle, Terminator, WriterBuilder};

use super::record::{causes, cures, named};
use super::words::subject;
use crate::document::{Affected, Finding, Report, Verdict};

/// The columns.
const COLUMNS: [&str; 19] = [
    "id",
    "property",
    "verdict",
    "severity",
    "range",
    "who",
    "cause",
    "why",
    "cure",
    "policies",
    "policyNames",
    "allPolicies",
    "dependsOn",
    "evidence",
    "code",
    "rules",
    "scenarios",
    "share",
    "affectedUsers",
];

/// The findings as a table.
pub fn csv(report: &Report) -> String {
    table(COLUMNS, report.findings(), |(verdict, finding)| row(report, verdict, finding))
}

/// The same for users and the findings that they can be in.
pub fn users_csv(rows: &[Affected]) -> String {
    let columns = ["user", "property", "verdict", "finding", "range", "cause", "dependsOn"];
    table(columns, rows, |row| {
        let [user, property, verdict, finding, range] =
            [row.user, row.property, row.verdict, row.finding, row.range].map(str::to_owned);
        [user, property, verdict, finding, range, list(&row.cause), list(row.depends_on)]
    })
}

/// A table after RFC 4180, every cell in quotation marks.
fn table<T, const N: usize>(
    columns: [&str; N],
    rows: impl IntoIterator<Item = T>,
    cells: impl Fn(T) -> [String; N],
) -> String {
    let mut writer = WriterBuilder::new()
        .quote_style(QuoteStyle::Always)
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new());
    // Writing to memory does not fail, and all rows have as many cells.
    let _ = writer.write_record(columns);
    for row in rows {
        let _ = writer.write_record(cells(row).map(|cell| harmless(&cell)));
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

fn row(report: &Report, verdict: &Verdict, finding: &Finding) -> [String; 19] {
    let names = finding.policies.iter().map(|id| report.policy_name(id));
    let number = |number: Option<usize>| number.map(|number| number.to_string()).unwrap_or_default();
    let steps = finding.evidence.steps.iter();
    let walk = steps.map(|step| format!("{} → {}: {}", step.from, step.to, step.step));
    let exits = finding.evidence.exits.iter().map(|exit| format!("closed: {} → {}", exit.step, exit.to));
    [
        finding.id.clone(),
        verdict.property.clone(),
        verdict.verdict.clone(),
        finding.severity.clone(),
        finding.range.clone(),
        subject(report, finding),
        list(&finding.cause),
        list(causes(finding)),
        list(cures(finding)),
        list(&finding.policies),
        list(names),
        list(named(finding)),
        list(&finding.depends_on),
        list(walk.chain(exits)),
        finding.evidence.code.map(|code| code.to_string()).unwrap_or_default(),
        list(&finding.rules),
        finding.scenarios.clone(),
        finding.share.map(|share| share.to_string()).unwrap_or_default(),
        number(finding.affected_users),
    ]
}

/// Several things in a cell.
fn list(items: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    items.into_iter().map(|item| harmless(item.as_ref())).collect::<Vec<_>>().join("; ")
}

/// A text that no spreadsheet takes for a formula. Items of a list are guarded too: where the separator of lists is a
/// semicolon, programs begin a new cell behind one.
fn harmless(text: &str) -> String {
    let begins = text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    let steers = text.starts_with(['\t', '\r', '\n']);
    if begins || steers { format!("'{text}") } else { text.to_owned() }
}
