//! A sign-in on the state graph: the graph once for the whole page, and over it the ways of one finding.

use maud::{Markup, html};

use crate::document::{Finding, Report};
use crate::render::picture::{BLOCKED, Node, Picture};

/// The graph, which each finding refers to.
pub(super) fn shared(picture: &Picture) -> Markup {
    html! {
        svg.shared aria-hidden="true" width="0" height="0" {
            defs {
                (arrow())
                @for (at, way) in picture.ways.iter().enumerate() { path id={ "w" (at) } d=(way.path) { title { (way.from) " → " (way.to) ": " (way.steps.join("; ")) } } }
                @for (at, node) in picture.nodes.iter().enumerate() { g id={ "n" (at) } { (state(node)) } }
                symbol #graph viewBox=(view(picture)) {
                    @for at in 0..picture.ways.len() { use.way href={ "#w" (at) } {} }
                    @for (at, node) in picture.nodes.iter().enumerate() { use.state.{ (kind(&node.name)) } href={ "#n" (at) } {} }
                }
            }
        }
    }
}

fn arrow() -> Markup {
    html! {
        marker #tip markerWidth="9" markerHeight="7" refX="8" refY="3.5" orient="auto" markerUnits="userSpaceOnUse" {
            path.tip d="M0 0L9 3.5L0 7z" {}
        }
    }
}

fn view(picture: &Picture) -> String {
    format!("0 0 {:.0} {:.0}", picture.width, picture.height)
}

fn state(node: &Node) -> Markup {
    let number = |number: f64| format!("{number:.0}");
    html! {
        rect x=(number(node.x)) y=(number(node.y)) width=(number(node.width)) height=(number(node.height)) rx="4" class="box" {}
        text.name x=(number(node.x + node.width / 2.0)) y=(number(node.y + node.height / 2.0)) { (node.name) }
    }
}

fn kind(name: &str) -> &'static str {
    match name {
        "Granted" => "granted",
        BLOCKED => "block",
        _ => "plain",
    }
}

/// What lies over the graph: ways taken, ways that are closed, the states of the sign-in.
fn over(picture: &Picture, finding: &Finding) -> Markup {
    let evidence = &finding.evidence;
    let taken = evidence.steps.iter().filter_map(|step| picture.way(&step.from, &step.to));
    // The ways on leave the state in which something was asked that could not be done.
    let at = evidence.steps.last().map_or("", |step| step.from.as_str());
    let closed = evidence.exits.iter().filter_map(|exit| picture.way(at, &exit.to));
    let first = evidence.steps.first().map(|step| step.from.as_str());
    let states = first.into_iter().chain(evidence.steps.iter().map(|step| step.to.as_str()));
    html! {
        @for at in closed { use.closed href={ "#w" (at) } {} }
        @for at in taken { use.taken href={ "#w" (at) } {} }
        @for (at, node) in states.filter_map(|name| picture.node(name)).filter_map(|at| Some((at, picture.nodes.get(at)?))) { use.state.lit.{ (kind(&node.name)) } href={ "#n" (at) } {} }
    }
}

/// The picture of a finding.
pub(super) fn drawn(picture: &Picture, finding: &Finding) -> Markup {
    let steps = &finding.evidence.steps;
    let way: Vec<&str> = steps
        .first()
        .map(|step| step.from.as_str())
        .into_iter()
        .chain(steps.iter().map(|step| step.to.as_str()))
        .collect();
    html! {
        figure {
            svg.trace viewBox=(view(picture)) role="img" aria-label={ "The way of this sign-in: " (way.join(", ")) } {
                use href="#graph" {}
                (over(picture, finding))
            }
            figcaption {
                span.key.taken {} " the way of the sign-in "
                @if !finding.evidence.exits.is_empty() { span.key.closed {} " closed ways on" }
            }
        }
    }
}

/// A picture that stands alone: the graph with the ways of all findings, and each finding in words below.
pub(in crate::render) fn alone(report: &Report, said: &dyn Fn(&Finding) -> String) -> String {
    const LINE: f64 = 18.0;
    const LETTERS: usize = 150;
    let picture = Picture::of(report).unwrap_or_default();
    let findings: Vec<&Finding> = report.findings().map(|(_, finding)| finding).collect();
    let wrapped = |finding: &&Finding| {
        let text = format!("{}: {}", finding.id, said(finding));
        textwrap::wrap(&text, LETTERS).into_iter().map(String::from).collect::<Vec<_>>()
    };
    let words: Vec<String> = findings.iter().flat_map(wrapped).collect();
    let longest = words.iter().map(|line| line.chars().count()).max().unwrap_or(0);
    let rows = u32::try_from(words.len()).map_or(0.0, f64::from);
    let letters = u32::try_from(longest).map_or(0.0, f64::from);
    let (width, height) = (picture.width.max(letters * 7.0 + 16.0), picture.height + LINE * (rows + 2.0));
    let baseline = |at: usize| picture.height + LINE * (u32::try_from(at).map_or(0.0, f64::from) + 1.0);
    let drawing = html! {
        svg xmlns="http://www.w3.org/2000/svg" viewBox=(format!("0 0 {width:.0} {height:.0}")) width=(format!("{width:.0}")) height=(format!("{height:.0}")) {
            title { "Sign-ins of " (report.tenant_name()) }
            style { (maud::PreEscaped(include_str!("picture.css"))) }
            defs {
                (arrow())
                @for (at, way) in picture.ways.iter().enumerate() { path id={ "w" (at) } d=(way.path) { title { (way.from) " → " (way.to) ": " (way.steps.join("; ")) } } }
                @for (at, node) in picture.nodes.iter().enumerate() { g id={ "n" (at) } { (state(node)) } }
            }
            rect.ground width="100%" height="100%" {}
            @for at in 0..picture.ways.len() { use.way href={ "#w" (at) } {} }
            @for (at, node) in picture.nodes.iter().enumerate() { use.state.{ (kind(&node.name)) } href={ "#n" (at) } {} }
            @for finding in &findings { (over(&picture, finding)) }
            @for (at, line) in words.iter().enumerate() { text.finding x="8" y=(format!("{:.0}", baseline(at))) { (line) } }
        }
    };
    format!("{}\n", drawing.into_string())
}
