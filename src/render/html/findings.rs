//! Every finding: who, why, the cure, its sign-in as a story and on the graph. Filters and search are the script's.

use maud::{Markup, html};

use super::trace::drawn;
use super::word_class;
use crate::document::{Finding, Report, Verdict};
use crate::render::picture::Picture;
use crate::render::record::{causes, cures, named, policy};
use crate::render::scenes::scene;
use crate::render::words::{Side, difference, label, percent, rule_title, subject};

/// The findings with their filters.
pub(super) fn section(report: &Report, picture: Option<&Picture>) -> Markup {
    let all = report.findings().count();
    html! {
        section #findings {
            h2 { "Findings" }
            @if all == 0 { p { "Nothing was found." } } @else {
                (filters(report))
                p #shown role="status" aria-live="polite" { (all) " of " (all) " findings shown" }
                div #list {
                    @for (verdict, finding) in report.findings() { (article(report, verdict, finding, picture)) }
                }
            }
        }
    }
}

fn filters(report: &Report) -> Markup {
    let mut properties: Vec<&str> = Vec::new();
    let mut severities: Vec<&str> = Vec::new();
    for (verdict, finding) in report.findings() {
        if !properties.contains(&verdict.property.as_str()) {
            properties.push(&verdict.property);
        }
        if !severities.contains(&finding.severity.as_str()) {
            severities.push(&finding.severity);
        }
    }
    let values = |name: &str| {
        let known = report.space.dimensions.iter().find(|dimension| dimension.name == name);
        known.map(|known| known.values.as_slice()).unwrap_or_default()
    };
    let sides = [
        ("lockout", "locked out"),
        ("bypass", "bypasses"),
        ("decision", "blocked on purpose"),
        ("statement", "contracts"),
        ("policies", "policies"),
    ];
    html! {
        form #filters role="search" {
            label { "Search " input #q type="search" autocomplete="off" placeholder="who, policy, rule, code …" aria-keyshortcuts="/"; }
            label { "Sort " select #side { option value="" { "all" } @for (value, name) in sides { option value=(value) { (name) } } } }
            label { "Property " select #property { option value="" { "all" } @for id in properties { option value=(id) { (id) } } } }
            label { "Severity " select #severity { option value="" { "all" } @for severity in severities { option value=(severity) { (severity) } } } }
            label { "Certainty " select #certain { option value="" { "all" } option value="yes" { "certain" } option value="no" { "depends on what is not known" } } }
            label { "Who " select #kind { option value="" { "all" } @for (at, kind) in values("user.kind").iter().enumerate() { option value=(at) { (label(kind)) } } } }
            label { "What " select #target { option value="" { "all" } @for (at, target) in values("target.application").iter().enumerate() { option value=(at) { (label(target)) } } } }
            button #clear type="reset" { "Show all" }
        }
    }
}

fn side(property: &str) -> &'static str {
    match Side::of(property) {
        Side::Lockout => "lockout",
        Side::Bypass => "bypass",
        Side::Decision => "decision",
        Side::Statement => "statement",
        Side::Policies => "policies",
    }
}

/// Places of values in their dimension: what a filter compares, and free of anything a name may hold.
fn places(report: &Report, name: &str, values: &[String]) -> String {
    let known = report.space.dimensions.iter().find(|dimension| dimension.name == name);
    let place = |value: &String| known?.values.iter().position(|own| own == value);
    values.iter().filter_map(place).map(|at| at.to_string()).collect::<Vec<_>>().join(" ")
}

fn article(report: &Report, verdict: &Verdict, finding: &Finding, picture: Option<&Picture>) -> Markup {
    let certain = finding.depends_on.is_empty();
    html! {
        details.finding id=(finding.id) data-side=(side(&verdict.property)) data-property=(verdict.property)
            data-severity=(finding.severity) data-certain=(if certain { "yes" } else { "no" })
            data-kinds=(places(report, "user.kind", &finding.kinds))
            data-targets=(places(report, "target.application", &finding.targets)) {
            summary {
                span.badge.{ "is-" (word_class(&finding.severity)) } { (finding.severity) } " "
                span.property { (verdict.property) } " "
                @if !certain { span.badge.is-undetermined { "?" span.hidden { " depends on what is not known" } } " " }
                span.who { (subject(report, finding)) }
            }
            div.body {
                dl {
                    @let why = causes(finding);
                    @if !why.is_empty() { dt { "Why" } dd { @for cause in &why { (cause) br; } } }
                    @let policies = named(finding);
                    @if !policies.is_empty() { dt { "Policies" } dd { @for id in policies { (policy(report, id)) br; } } }
                    @let cures = cures(finding);
                    @if !cures.is_empty() { dt { "Cure" } dd.cure { @for cure in &cures { (cure) br; } } }
                    @if !certain { dt { "Only if" } dd { @for key in &finding.depends_on { code { (key) } " " } } }
                    @if finding.scenario.is_some() {
                        dt { "How many" }
                        dd {
                            (finding.scenarios) " sign-ins"
                            @if let Some(share) = finding.share { " (" (percent(share)) " of all)" }
                            @if let Some(users) = finding.affected_users { "; users of the directory who can be among them: " (users) }
                        }
                    }
                    @if let Some(held) = &finding.held {
                        dt { "Held otherwise" }
                        dd {
                            "With " @for (name, value) in &held.differs { code { (name) " = " (value) } " " }
                            "it is held to " (policy(report, &held.policy))
                        }
                    }
                    @for other in finding.alike.iter().flatten() { dt { "Likewise" } dd { (difference(report, other, &finding.cube)) } }
                    dt { "Id" } dd { code { (finding.id) } }
                }
                (story(report, finding))
                @if let (Some(picture), false) = (picture, finding.evidence.steps.is_empty()) { (drawn(picture, finding)) }
                @if let Some(scenario) = &finding.scenario {
                    details { summary { "One such sign-in, for " code { "tenantproof simulate" } }
                        pre { (serde_json::to_string_pretty(scenario).unwrap_or_default()) }
                    }
                }
            }
        }
    }
}

/// The steps as the person meets them, and the ways on that are closed.
fn story(report: &Report, finding: &Finding) -> Markup {
    let rules = |ids: &[String]| {
        html! { @for id in ids { " " abbr title=(rule_title(id)) { (id) } } }
    };
    html! {
        @if !finding.evidence.steps.is_empty() {
            h4 { "What happens to one of them" }
            ol.story {
                @for step in &finding.evidence.steps {
                    @let scene = scene(&step.from);
                    li { (scene.place) " " (scene.seen) ". " strong { (step.step) } " → " (step.to) small { (rules(&step.rules)) } }
                }
                @if let Some(code) = finding.evidence.code { li.end { "They see " strong { "AADSTS" (code) } "." } }
            }
        }
        @if !finding.evidence.exits.is_empty() {
            h4 { "Closed ways on" }
            ul.exits {
                @for exit in &finding.evidence.exits {
                    li {
                        (exit.step) " → " (exit.to)
                        @if !exit.policies.is_empty() { ": closed by " @for id in &exit.policies { (policy(report, id)) " " } }
                        small { (rules(&exit.blocked_by)) }
                    }
                }
            }
        }
    }
}
