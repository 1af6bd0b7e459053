//! Each verdict in full, with its counterexamples, and the account of the input.

use std::fmt::Write;

use super::record::causes;
use super::style::Style;
use super::words::{
    Side, all_quoted, demanding, difference, endings, pattern, people, percent, quoted, subject,
};
use crate::document::{Baseline, Contract, Dual, Finding, Report, Verdict};

/// More policies than these are only counted.
const FEW: usize = 3;
/// So many service principals are listed in the details; JSON has all of them.
const LISTED: usize = 20;

/// Every verdict in full, what is to come, and the account of the input.
pub fn details(report: &Report, verbose: bool, style: Style) -> String {
    let mut text = String::new();
    let (hygiene, claims): (Vec<_>, Vec<_>) =
        report.verdicts.iter().partition(|verdict| Side::of(&verdict.property) == Side::Policies);
    for verdict in claims {
        text.push('\n');
        text += &verdict_text(verdict, report, style);
    }
    if !hygiene.is_empty() {
        let _ = writeln!(text, "\n{}", style.bold("Policies"));
    }
    for verdict in hygiene {
        let said = match verdict.verdict.as_str() {
            "violated" => "found ",
            "undetermined" => "perhaps",
            _ => "nothing",
        };
        let _ = writeln!(
            text,
            "{} {said} {}: {}",
            style.mark(&verdict.verdict),
            verdict.property,
            verdict.question
        );
        for finding in &verdict.counterexamples {
            text += &about(finding, report);
        }
    }
    for upcoming in report.upcoming.iter().filter(|upcoming| !upcoming.flips.is_empty()) {
        let _ = writeln!(text, "\nFrom {} on: {}", upcoming.date, upcoming.what);
        for flip in &upcoming.flips {
            let _ = writeln!(text, "  {}: {} instead of {}", flip.property, flip.to, flip.from);
        }
    }
    text += &account(report, verbose);
    text + &report.baseline.as_ref().map_or_else(String::new, |since| baseline(since, report))
}

/// One verdict on a claim, with its counterexamples.
pub fn verdict_text(verdict: &Verdict, report: &Report, style: Style) -> String {
    let mark = style.mark(&verdict.verdict);
    let reason = verdict.reason.as_deref().unwrap_or_default();
    let word = match verdict.verdict.as_str() {
        "violated" => "VIOLATED",
        "vacuous" => "says nothing",
        other => other,
    };
    if verdict.verdict == "skipped" {
        return format!("{mark} skipped  {}: {reason}\n", verdict.property);
    }
    let mut text = format!("{mark} {word}  {}\n  {}\n", style.bold(&verdict.property), verdict.question);
    let about_workloads = verdict.property == "bypass.workload";
    match verdict.verdict.as_str() {
        "holds" if about_workloads => {
            text += "  Proved for every one: somewhere it is refused each resource.\n"
        }
        "holds" => {
            let _ = writeln!(
                text,
                "  Proved for all {} sign-ins of this kind that the configuration can tell apart.",
                verdict.scenarios
            );
        }
        "vacuous" if !verdict.core.policies.is_empty() => {
            let names = all_quoted(report, &verdict.core.policies);
            let _ = writeln!(text, "  Nobody is concerned: {names} let nobody of this kind in.");
        }
        _ if !reason.is_empty() => {
            let _ = writeln!(text, "  {reason}");
        }
        _ => {}
    }
    if verdict.verdict == "holds" && !verdict.core.policies.is_empty() {
        let _ = writeln!(text, "  It rests on {}.", all_quoted(report, &verdict.core.policies));
    }
    text += &contracts(&verdict.contract);
    if verdict.unrestricted != verdict.verdict {
        let _ = writeln!(
            text,
            "  That is so for the groups and roles that people of the directory have. For any others: {}.",
            verdict.unrestricted
        );
    }
    text += &waivers(verdict);
    if about_workloads {
        text += &of_principals(verdict, report);
    } else {
        for (number, one) in verdict.counterexamples.iter().enumerate() {
            text += &finding(number + 1, one, report);
        }
    }
    for ending in endings(verdict) {
        let _ = writeln!(text, "\n  {ending}");
    }
    text + &duals(&verdict.duals, report)
}

/// Who answers for what is left out of a statement.
fn waivers(verdict: &Verdict) -> String {
    let mut text = String::new();
    for waiver in verdict.waivers.iter().flatten() {
        let (owner, reason, day, line) = (&waiver.owner, &waiver.reason, &waiver.expires, waiver.line);
        let _ = match waiver.status.as_str() {
            "applied" => writeln!(text, "  Waived until {day} by {owner}: {reason}"),
            "expired" => writeln!(text, "  ✘ The waiver of {owner} (line {line}) is over since {day}."),
            _ => writeln!(text, "  The waiver of {owner} (line {line}) matches nothing: take it out."),
        };
    }
    text
}

fn contracts(contracts: &[Contract]) -> String {
    let mut text = String::new();
    for contract in contracts {
        let _ = writeln!(text, "  On condition of the guests' home tenants: {}.", contract.needs);
        for set in &contract.any_of {
            let _ = writeln!(text, "    - {}", set.join(" + "));
        }
    }
    text
}

fn finding(number: usize, c: &Finding, report: &Report) -> String {
    let mut text = format!("\n  {number}. {}\n", people(report, &c.cube));
    let patterns = || c.cause.iter().filter_map(|id| pattern(id));
    for cause in causes(c) {
        let _ = writeln!(text, "     Why:   {cause}");
    }
    if let Some(end) = c.evidence.steps.last() {
        let code = c.evidence.code.map(|code| format!(" – AADSTS{code}")).unwrap_or_default();
        let _ = writeln!(text, "     Ends:  {}: {}{code}", end.from, end.step);
    }
    let demanding = demanding(c);
    if !demanding.is_empty() {
        let _ = writeln!(text, "     Policy: {}", all_quoted(report, &demanding));
    }
    let others: Vec<String> = c.policies.iter().filter(|id| !demanding.contains(id)).cloned().collect();
    if !others.is_empty() {
        let word = if demanding.is_empty() { "Policy" } else { "Also" };
        let _ = writeln!(text, "     {word}: {}", all_quoted(report, &others));
    }
    for cause in patterns() {
        let _ = writeln!(text, "     Cure:  {}", cause.cure);
    }
    if let Some(held) = &c.held {
        let other: Vec<String> =
            held.differs.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        let _ =
            writeln!(text, "     With {} it is held to {}", other.join(", "), quoted(report, &held.policy));
    }
    if !c.depends_on.is_empty() {
        let _ = writeln!(text, "     Only if: {}", c.depends_on.join(", "));
    }
    if let Some(affected) = c.affected_users {
        let _ = writeln!(text, "     Users of the directory who can be in it: {affected}");
    }
    for other in c.alike.iter().flatten() {
        let _ = writeln!(text, "     Likewise: {}", difference(report, other, &c.cube));
    }
    let with = if c.id.starts_with("contract.") { " --contract <file>" } else { "" };
    let share = c.share.map_or_else(String::new, |share| format!(" ({} of all)", percent(share)));
    let _ = writeln!(
        text,
        "     {} sign-ins{share}; details: tenantproof explain <tenant> {}{with}",
        c.scenarios, c.id
    );
    text
}

/// The service principals that nothing restricts.
fn of_principals(verdict: &Verdict, report: &Report) -> String {
    let findings = &verdict.counterexamples;
    let mut text: String = findings.iter().take(LISTED).map(|finding| about(finding, report)).collect();
    if findings.len() > LISTED {
        let more = findings.len() - LISTED;
        let _ = writeln!(text, "    … and {more} more (--format json lists them)");
    }
    let mut causes: Vec<&str> = findings.iter().flat_map(|f| &f.cause).map(String::as_str).collect();
    causes.sort_unstable();
    causes.dedup();
    for cause in causes.into_iter().filter_map(pattern) {
        let _ = writeln!(text, "    Why:   {} ({})\n    Cure:  {}", cause.title, cause.id, cause.cure);
    }
    text
}

/// A finding about policies or a service principal.
pub(super) fn about(finding: &Finding, report: &Report) -> String {
    let rules =
        if finding.cause.is_empty() { String::new() } else { format!(" ({})", finding.cause.join(", ")) };
    let because = finding.because_of.iter().flatten().filter(|id| !finding.policies.contains(id));
    let because: Vec<String> = because.cloned().collect();
    let because = if because.is_empty() {
        String::new()
    } else {
        format!(", because of {}", all_quoted(report, &because))
    };
    let mut text = format!("    {}{rules}{because}\n", subject(report, finding));
    if finding.policies.len() > 1 || (finding.what.is_none() && !finding.policies.is_empty()) {
        let _ = writeln!(text, "      Policies: {}", all_quoted(report, &finding.policies));
    }
    if !finding.depends_on.is_empty() {
        let _ = writeln!(text, "      Only if: {}", finding.depends_on.join(", "));
    }
    let _ = writeln!(text, "      Id: {}", finding.id);
    text
}

/// What cures would cause, one paragraph for each that was checked.
fn duals(duals: &[Dual], report: &Report) -> String {
    let mut text = String::new();
    for dual in duals {
        let (cause, cure, gone, of) = (&dual.cause, &dual.cure, dual.gone, dual.of);
        if gone == 0 {
            let _ =
                writeln!(text, "  Checked for {cause}: {cure} – that alone cures none of the {of} shown.");
            continue;
        }
        let _ = writeln!(text, "  Checked for {cause}: {cure} – {gone} of {of} shown are gone.");
        match dual.policies.as_slice() {
            [] => {}
            few if few.len() <= FEW => {
                let _ = writeln!(text, "    It changes {}.", all_quoted(report, few));
            }
            many => drop(writeln!(text, "    It changes {} policies.", many.len())),
        }
        if dual.opens.is_empty() {
            let _ = writeln!(text, "    Nothing else is worse then.");
        }
        for one in &dual.opens {
            let shown =
                if one.cause.is_empty() { String::new() } else { format!(" ({})", one.cause.join(", ")) };
            let _ = writeln!(text, "    It opens {}: {}, now {}{shown}", one.property, one.to, one.from);
        }
    }
    text
}

/// What was read, what was not.
fn account(report: &Report, verbose: bool) -> String {
    let mut text = String::from("\nInput\n");
    let read = report.inputs.iter().filter(|file| file.objects > 0 || file.resource.is_some()).count();
    let _ = writeln!(text, "  {read} of {} files hold resources that are read", report.inputs.len());
    for file in report.inputs.iter().filter(|file| file.status == "ignored") {
        let _ = writeln!(text, "  not read: {} ({})", file.path, file.why.as_deref().unwrap_or_default());
    }
    let symbolic: Vec<_> = report.unmodelled.iter().filter(|u| u.effect == "symbolic").collect();
    if !symbolic.is_empty() {
        let _ = writeln!(text, "  {} things are not understood and were left free:", symbolic.len());
        let shown = if verbose { symbolic.len() } else { 10 };
        for u in symbolic.iter().take(shown) {
            let _ = writeln!(text, "    {}{}: {} – {}", u.path, u.pointer, u.what, u.why);
        }
        if symbolic.len() > shown {
            let _ = writeln!(text, "    … and {} more (--verbose lists them)", symbolic.len() - shown);
        }
    }
    text
}

/// What is new since an earlier report.
fn baseline(since: &Baseline, report: &Report) -> String {
    let mut text = String::from("\nSince the baseline\n");
    let _ = writeln!(
        text,
        "  {} new, {} gone, {} unchanged, {} narrower than one was",
        since.new.len(),
        since.gone.len(),
        since.unchanged.len(),
        since.narrower.len()
    );
    for changed in &since.verdicts {
        let _ = writeln!(text, "  {}: {}, was {}", changed.property, changed.to, changed.from);
    }
    for id in &since.new {
        let depends = report.findings().any(|(_, one)| one.id == *id && !one.depends_on.is_empty());
        let may = if depends { "  (depends on what is not known)" } else { "" };
        let _ = writeln!(text, "  + {id}{may}");
    }
    for id in &since.gone {
        let _ = writeln!(text, "  - {id}");
    }
    if !since.not_listed.is_empty() {
        let _ = writeln!(
            text,
            "  {} of the baseline are not listed now; they are gone, or beyond what is listed.",
            since.not_listed.len()
        );
    }
    if !since.differs.is_empty() {
        let _ = writeln!(text, "  The baseline differs in {}.", since.differs.join(", "));
    }
    text
}
