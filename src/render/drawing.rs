//! The sign-in graph with the ways of the findings lit, for Graphviz and Mermaid.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::record::sentence;
use crate::document::{Finding, Report};

/// What both drawings show.
struct Drawing<'a> {
    /// States by name, each with its number.
    states: BTreeMap<&'a str, usize>,
    /// From, to, the steps, and how many findings go that way.
    edges: Vec<(usize, usize, String, usize)>,
    /// Findings, each with the state in which it ends, where it is about a sign-in.
    findings: Vec<(String, Option<usize>)>,
}

impl<'a> Drawing<'a> {
    fn of(report: &'a Report) -> Self {
        let mut states: BTreeMap<&str, usize> = BTreeMap::new();
        let graph = &report.system.graph;
        let ends = graph.iter().flat_map(|edge| [edge.from.as_str(), edge.to.as_str()]);
        let walked = report.findings().flat_map(|(_, finding)| &finding.evidence.steps);
        for name in ends.chain(walked.flat_map(|step| [step.from.as_str(), step.to.as_str()])) {
            let next = states.len();
            states.entry(name).or_insert(next);
        }
        let number = |name: &str| states.get(name).copied();
        let mut lit: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for step in report.findings().flat_map(|(_, finding)| &finding.evidence.steps) {
            *lit.entry((&step.from, &step.to)).or_default() += 1;
        }
        let mut edges = Vec::new();
        for edge in graph {
            let times = lit.remove(&(edge.from.as_str(), edge.to.as_str())).unwrap_or(0);
            let ends = number(&edge.from).zip(number(&edge.to));
            edges.extend(ends.map(|(from, to)| (from, to, edge.steps.join("\n"), times)));
        }
        // A report without its graph, or one of another version of it: what was walked is drawn still.
        for ((from, to), times) in lit {
            edges.extend(number(from).zip(number(to)).map(|(from, to)| (from, to, String::new(), times)));
        }
        let end = |finding: &Finding| finding.evidence.steps.last().and_then(|step| number(&step.to));
        let text = |finding: &Finding| format!("{}\n{}", finding.id, sentence(report, finding));
        let findings = report.findings().map(|(_, finding)| (text(finding), end(finding))).collect();
        Self { states, edges, findings }
    }
}

/// Graphviz.
pub fn dot(report: &Report) -> String {
    let drawing = Drawing::of(report);
    let mut text =
        String::from("digraph signin {\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n");
    for (name, number) in &drawing.states {
        let look = match *name {
            "Granted" => ", style=filled, fillcolor=palegreen",
            name if name.starts_with("Block") => ", style=filled, fillcolor=mistyrose",
            _ => "",
        };
        let _ = writeln!(text, "  s{number} [label={}{look}];", in_dot(name));
    }
    for (from, to, steps, times) in &drawing.edges {
        let look = if *times > 0 { ", color=red, penwidth=3" } else { "" };
        let _ = writeln!(text, "  s{from} -> s{to} [label={}{look}];", in_dot(steps));
    }
    for (number, (said, end)) in drawing.findings.iter().enumerate() {
        let _ = writeln!(text, "  f{number} [shape=note, label={}];", in_dot(&wrapped(said)));
        if let Some(end) = end {
            let _ = writeln!(text, "  s{end} -> f{number} [style=dashed, color=red, arrowhead=none];");
        }
    }
    text + "}\n"
}

/// Mermaid.
pub fn mermaid(report: &Report) -> String {
    let drawing = Drawing::of(report);
    let mut text = String::from("flowchart LR\n");
    for (name, number) in &drawing.states {
        let _ = writeln!(text, "  s{number}[{}]", in_mermaid(name));
    }
    for (from, to, steps, times) in &drawing.edges {
        let arrow = if *times > 0 { "==>" } else { "-->" };
        let label = if steps.is_empty() { String::new() } else { format!("|{}|", in_mermaid(steps)) };
        let _ = writeln!(text, "  s{from} {arrow}{label} s{to}");
    }
    for (number, (said, end)) in drawing.findings.iter().enumerate() {
        let _ = writeln!(text, "  f{number}>{}]:::finding", in_mermaid(said));
        if let Some(end) = end {
            let _ = writeln!(text, "  s{end} -.- f{number}");
        }
    }
    let lit: Vec<String> = drawing
        .edges
        .iter()
        .enumerate()
        .filter(|(_, (.., times))| *times > 0)
        .map(|(at, _)| at.to_string())
        .collect();
    if !lit.is_empty() {
        let _ = writeln!(text, "  linkStyle {} stroke:#d00,stroke-width:3px", lit.join(","));
    }
    text + "  classDef finding stroke:#d00\n"
}

/// Graphviz does not break lines.
fn wrapped(text: &str) -> String {
    textwrap::fill(text, textwrap::Options::new(60).break_words(false))
}

/// A label of Graphviz. A backslash begins an escape there (`\N` is the name of the node), and `<` begins HTML only
/// outside of quotation marks.
fn in_dot(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

/// A label of Mermaid: whatever is no letter, digit or plain sign is written by its number, so nothing is read as Markdown,
/// HTML or the end of the label. Lines are broken by the one tag that is written here.
fn in_mermaid(text: &str) -> String {
    let mut label = String::from("\"");
    for c in text.chars() {
        match c {
            '\n' => label += "<br/>",
            c if c.is_alphanumeric() || " .,:-→–“”/()_".contains(c) => label.push(c),
            c => drop(write!(label, "#{};", u32::from(c))),
        }
    }
    label + "\""
}
