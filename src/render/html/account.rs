//! What the verdicts stand on: the policies, what is not known, the proof and how to check it again, the files.

use maud::{Markup, html};

use crate::document::Report;
use crate::render::words::quoted;

/// Every policy, with what rests on it and what it is found in.
pub(super) fn policies(report: &Report) -> Markup {
    let found = |id: &String| {
        let names = |finding: &&crate::document::Finding| finding.policies.contains(id);
        report.findings().map(|(_, finding)| finding).filter(names).count()
    };
    html! {
        section #policies {
            h2 { "Policies" }
            @if report.policies.is_empty() { p { "There are none." } } @else {
                div.scroll tabindex="0" role="region" aria-label="Policies" { table {
                    thead { tr { th scope="col" { "Policy" } th scope="col" { "State" } th scope="col" { "These hold because of it" } th scope="col" { "Findings that name it" } th scope="col" { "Where" } } }
                    tbody { @for policy in &report.policies { tr {
                        th scope="row" { (policy.display_name) br; small { (policy.id) } }
                        td { (policy.state) @if policy.acts && policy.state != "enabled" { br; small { "taken as enabled" } } }
                        td { @for property in &policy.holds { (property) br; } @if policy.holds.is_empty() { "–" } }
                        td { @let count = found(&policy.id); @if count > 0 { a href="#findings" data-search=(policy.id) { (count) } } @else { "–" } }
                        td { (policy.path) @if policy.line > 0 { ":" (policy.line) } }
                    } } }
                } }
            }
        }
    }
}

/// Open questions with their readings, and what of the input is not understood.
pub(super) fn unknowns(report: &Report) -> Markup {
    let symbolic: Vec<_> = report.unmodelled.iter().filter(|one| one.effect == "symbolic").collect();
    let fixed: Vec<_> =
        report.assumptions.iter().filter(|(_, value)| value.as_str() != Some("open")).collect();
    let open = report.assumptions.len() - fixed.len();
    html! {
        section #unknowns {
            h2 { "What is not known" }
            p { (open) " questions about the service are open: every verdict covers all of their readings." }
            @if !fixed.is_empty() {
                h3 { "Assumed" }
                dl { @for (key, value) in fixed { dt { code { (key) } } dd { (value.as_str().map_or_else(|| value.to_string(), str::to_owned)) } } }
            }
            @for fact in &report.facts { p { (fact.author) " says " code { (fact.assume) " = " (fact.value) } ": " (fact.reason) } }
            h3 { "Not understood, and left free" }
            @if symbolic.is_empty() { p { "Everything in the input was understood." } } @else {
                details { summary { (symbolic.len()) " things" }
                    ul { @for one in &symbolic { li { code { (one.path) (one.pointer) } ": " (one.what) " – " (one.why) } } }
                }
            }
            @let irrelevant = report.unmodelled.len() - symbolic.len();
            @if irrelevant > 0 { p { (irrelevant) " more things were seen that no sign-in depends on; " code { "--format json" } " lists them." } }
            @for upcoming in report.upcoming.iter().filter(|upcoming| !upcoming.flips.is_empty()) {
                h3 { "From " (upcoming.date) " on: " (upcoming.what) }
                ul { @for flip in &upcoming.flips { li { (flip.property) ": " (flip.to) " instead of " (flip.from) } } }
            }
        }
    }
}

/// What was proved, on what each proof rests, and the commands that check it again.
pub(super) fn proof(report: &Report) -> Markup {
    let proved: Vec<_> = report.verdicts.iter().filter(|verdict| verdict.verdict == "holds").collect();
    let certified = report.verdicts.iter().filter(|verdict| verdict.certificate.is_some()).count();
    html! {
        section #proof {
            h2 { "Proof" }
            @if proved.is_empty() { p { "No property holds." } }
            dl { @for verdict in &proved {
                dt { (verdict.property) }
                dd {
                    @if verdict.scenarios.is_empty() { "Proved." } @else { "Proved for all " (verdict.scenarios) " sign-ins of this kind that the configuration can tell apart." }
                    @if !verdict.core.policies.is_empty() {
                        " It rests on " @for (at, id) in verdict.core.policies.iter().enumerate() { @if at > 0 { ", " } (quoted(report, id)) } "."
                    }
                    @if !verdict.core.settings.is_empty() { " Settings: " (verdict.core.settings.join(", ")) "." }
                    @if verdict.conditional { " On condition that homes do their part." }
                    @if let Some(file) = &verdict.certificate { br; small { (file.path) " sha256 " (file.sha256) } }
                }
            } }
            p {
                "Solver: " (report.tool.solver.name) " " (report.tool.solver.version) ". "
                @if certified == 0 { "This run wrote no evidence; " code { "tenantproof check TENANT --evidence DIR" } " writes it. " }
                "Whoever has the configuration checks the evidence without trusting this run:"
            }
            pre { "tenantproof audit DIR --solver z3" }
        }
    }
}

/// The files that were read.
pub(super) fn input(report: &Report) -> Markup {
    html! {
        section #input {
            h2 { "Input" }
            details { summary { (report.inputs.len()) " files" }
                div.scroll tabindex="0" role="region" aria-label="Files" { table {
                    thead { tr { th scope="col" { "File" } th scope="col" { "What" } th scope="col" { "Objects" } th scope="col" { "SHA-256" } } }
                    tbody { @for input in &report.inputs { tr {
                        th scope="row" { (input.path) }
                        td { (input.resource.as_deref().unwrap_or("–")) @if input.status == "ignored" { " not read: " (input.why.as_deref().unwrap_or_default()) } }
                        td { (input.objects) }
                        td { code { (input.sha256) } }
                    } } }
                } }
            }
        }
    }
}
