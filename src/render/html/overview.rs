//! What is read first: the two answers, who gets in where, and what to do about it.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::mark;
use crate::document::{Dual, Finding, Report, Verdict};
use crate::render::record::policy;
use crate::render::words::{Side, demanding, pattern, percent, subject};

/// The tenant and the two questions, each with its answer.
pub(super) fn head(report: &Report) -> Markup {
    let acting = report.policies.iter().filter(|policy| policy.acts).count();
    html! {
        h1 { "Who gets in, and with what: " (report.tenant_name()) }
        p.meta {
            (report.policies.len()) " Conditional Access policies, " (acting) " of them enforced; the service’s rules as of "
            (report.as_of) "; " (report.tool.name) " " (report.tool.version) "."
            @if !report.enabled.is_empty() { " Taken as enabled: " (report.enabled.len()) "." }
        }
        div.answers {
            @for side in [Side::Lockout, Side::Bypass] {
                section.answer {
                    h2 { (side.title()) }
                    (answer(report, side))
                }
            }
        }
    }
}

fn answer(report: &Report, side: Side) -> Markup {
    let own = || report.verdicts.iter().filter(|verdict| Side::of(&verdict.property) == side);
    let violated: Vec<&Verdict> = own().filter(|verdict| verdict.verdict == "violated").collect();
    let unsure = own().filter(|verdict| verdict.verdict == "undetermined").count();
    let (bad, good) = match side {
        Side::Lockout => ("No. Some people are locked out.", "Yes, proved for every sign-in."),
        _ => ("Yes. Some get in with less.", "No, proved for every sign-in."),
    };
    html! {
        @if !violated.is_empty() {
            p.verdict.is-violated { "✘ " (bad) }
            ul { @for verdict in &violated { li { a href={ "#v-" (verdict.property) } { (verdict.property) } ": " (measure(verdict)) } } }
            (mainly(report, side))
            @if unsure > 0 { p { (unsure) " more properties depend on what is not known." } }
        } @else if unsure > 0 {
            p.verdict.is-undetermined { "? It depends on what is not known: see " a href="#verdicts" { (unsure) " properties" } "." }
        } @else if own().any(|verdict| verdict.verdict == "holds") {
            p.verdict.is-holds { "✔ " (good) }
        } @else {
            p.verdict { "– Not asked." }
        }
    }
}

/// The causes of most of what violates, each with its cure: nobody has to scroll for what to do.
fn mainly(report: &Report, side: Side) -> Markup {
    const SHOWN: usize = 3;
    let own = report.findings().filter(|(verdict, _)| Side::of(&verdict.property) == side);
    let mut most: BTreeMap<&str, f64> = BTreeMap::new();
    for (_, finding) in own.filter(|(_, finding)| finding.depends_on.is_empty()) {
        for cause in &finding.cause {
            let share = most.entry(cause).or_default();
            *share = share.max(finding.share.unwrap_or(0.0));
        }
    }
    let mut most: Vec<(&str, f64)> = most.into_iter().collect();
    most.sort_by(|(id, share), (other, than)| than.total_cmp(share).then(id.cmp(other)));
    html! {
        @for cause in most.iter().filter_map(|(id, _)| pattern(id)).take(SHOWN) {
            p.because { "Because " (cause.title) " (" (cause.id) "). " strong { "Cure: " } (cause.cure) "." }
        }
        @if !most.is_empty() { p { a href="#causes" { "All causes, and what each cure would open" } } }
    }
}

fn measure(verdict: &Verdict) -> String {
    let found = verdict.counterexamples.len();
    let share: f64 = verdict.enumeration.iter().map(|range| range.share).sum();
    if share > 0.0 {
        format!("{found} found, {} of sign-ins", percent(share))
    } else {
        format!("{found} found")
    }
}

/// A pattern with the findings that have it and need nothing unknown.
struct Group<'a> {
    worst: &'a Finding,
    count: usize,
    properties: Vec<&'a str>,
    policies: Vec<String>,
}

/// Each cause with who it hits, its cure, and what the cure would open.
pub(super) fn causes(report: &Report) -> Markup {
    let mut groups: BTreeMap<(usize, &str), Group> = BTreeMap::new();
    for (verdict, finding) in report.findings() {
        let side = match Side::of(&verdict.property) {
            Side::Lockout => 0,
            Side::Bypass => 1,
            _ => continue,
        };
        for cause in finding.cause.iter().filter(|_| finding.depends_on.is_empty()) {
            let fresh = || Group { worst: finding, count: 0, properties: Vec::new(), policies: Vec::new() };
            let group = groups.entry((side, cause)).or_insert_with(fresh);
            group.count += 1;
            if finding.share.unwrap_or(0.0) > group.worst.share.unwrap_or(0.0) {
                group.worst = finding;
            }
            if !group.properties.contains(&verdict.property.as_str()) {
                group.properties.push(&verdict.property);
            }
            // Of a dead end, those that close the ways on; of a trace, those that let it pass.
            let closing = demanding(finding);
            let own = if closing.is_empty() { finding.policies.clone() } else { closing };
            for policy in own.into_iter().filter(|id| finding.policies.contains(id)) {
                if !group.policies.contains(&policy) {
                    group.policies.push(policy);
                }
            }
        }
    }
    html! {
        section #causes {
            h2 { "Causes and cures" }
            @if groups.is_empty() { p { "Nothing was found that does not depend on what is not known." } }
            @for ((side, id), group) in &groups { (cause(report, *side, id, group)) }
        }
    }
}

fn cause(report: &Report, side: usize, id: &str, group: &Group) -> Markup {
    let known = pattern(id);
    let duals = report.verdicts.iter().flat_map(|verdict| &verdict.duals).filter(|dual| dual.cause == id);
    html! {
        article.cause.{ "is-" (if side == 0 { "lockout" } else { "bypass" }) } {
            h3 { (known.map_or(id, |cause| cause.title)) " " small { (id) } }
            dl {
                dt { @if side == 0 { "Who is locked out" } @else { "Who gets in with less" } }
                dd { (subject(report, group.worst)) @if group.count > 1 { " – and " (group.count - 1) " more findings" } }
                @if !group.policies.is_empty() {
                    dt { "Policies" }
                    dd { @for id in &group.policies { (policy(report, id)) br; } }
                }
                @if let Some(cause) = known { dt { "Cure" } dd.cure { (cause.cure) } }
                @for dual in duals { (weighed(dual)) }
                dt { "Found in" }
                dd { @for property in &group.properties { a href={ "#v-" (property) } { (property) } " " } }
            }
        }
    }
}

/// A cure that was tried on a copy of the configuration.
fn weighed(dual: &Dual) -> Markup {
    html! {
        dt { "If you do that: " (dual.cure) }
        dd {
            (dual.gone) " of " (dual.of) " findings shown are gone. "
            @if dual.gone == 0 {
                "By itself it cures nothing."
            } @else if dual.opens.is_empty() {
                "Nothing else becomes worse."
            } @else {
                @for opened in &dual.opens {
                    strong.is-bypass { "It opens " (opened.property) }
                    ": " (opened.to) " then, " (opened.from) " now."
                    @for cause in opened.cause.iter().filter_map(|id| pattern(id)) { " " (cause.title) " (" (cause.id) ")." }
                    br;
                }
            }
        }
    }
}

/// Every property with its verdict.
pub(super) fn verdicts(report: &Report) -> Markup {
    html! {
        section #verdicts {
            h2 { "Verdicts" }
            div.scroll tabindex="0" role="region" aria-label="Verdicts" { table {
                thead { tr { th scope="col" { "Property" } th scope="col" { "Verdict" } th scope="col" { "Found" } th scope="col" { "Question and conclusion" } } }
                tbody { @for verdict in &report.verdicts { tr id={ "v-" (verdict.property) } {
                    th scope="row" { (verdict.property) }
                    td { (mark(&verdict.verdict)) @if verdict.conditional { " if homes do their part" } }
                    td { @if !verdict.counterexamples.is_empty() { a href="#findings" data-property=(verdict.property) { (verdict.counterexamples.len()) } } }
                    td {
                        (verdict.question)
                        @if let Some(reason) = &verdict.reason { br; (reason) }
                        @for ending in crate::render::words::endings(verdict) { br; (ending) }
                        @for contract in &verdict.contract { br; "On condition of the guests’ home tenants: " (contract.needs) }
                        @if verdict.unrestricted != verdict.verdict && !verdict.unrestricted.is_empty() {
                            br; "That is so for the groups and roles that people of the directory have. For any others: " (verdict.unrestricted) "."
                        }
                    }
                } } }
            } }
        }
    }
}
