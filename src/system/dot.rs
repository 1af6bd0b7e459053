//! The graph as DOT and Mermaid.

use petgraph::visit::EdgeRef;

use super::build::System;
use super::state::State;

/// Graphviz.
pub fn dot(system: &System) -> String {
    let mut text =
        String::from("digraph signin {\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n");
    for state in states(system) {
        let look = match state {
            State::Granted => " [style=filled, fillcolor=palegreen]",
            State::Block(_) => " [style=filled, fillcolor=mistyrose]",
            _ => "",
        };
        text += &format!("  \"{}\"{look};\n", state.name());
    }
    for (from, to, edge) in edges(system) {
        text += &format!("  \"{from}\" -> \"{to}\" [label=\"{} {}\"];\n", edge.rule.rule().id, edge.step);
    }
    text + "}\n"
}

/// Mermaid.
pub fn mermaid(system: &System) -> String {
    let mut text = String::from("stateDiagram-v2\n");
    for (from, to, edge) in edges(system) {
        let plain = |name: &str| name.replace(['(', ')'], "_");
        text += &format!("  {} --> {}: {} {}\n", plain(&from), plain(&to), edge.rule.rule().id, edge.step);
    }
    text
}

/// The steps from each state to each other one, with their rules, in the order of the graph.
pub fn steps(system: &System) -> Vec<((String, String), Vec<String>)> {
    let mut found: Vec<((String, String), Vec<String>)> = Vec::new();
    for (from, to, edge) in edges(system) {
        let (between, step) = ((from, to), format!("{} {}", edge.rule.rule().id, edge.step));
        match found.iter_mut().find(|(known, _)| *known == between) {
            Some((_, steps)) => steps.push(step),
            None => found.push((between, vec![step])),
        }
    }
    found
}

fn states(system: &System) -> Vec<State> {
    let mut states: Vec<_> = system.graph.node_weights().copied().collect();
    states.sort();
    states
}

fn edges(system: &System) -> Vec<(String, String, &super::build::Edge)> {
    let name = |node| system.graph.node_weight(node).map(|state: &State| state.name()).unwrap_or_default();
    system
        .graph
        .edge_references()
        .map(|edge| (name(edge.source()), name(edge.target()), edge.weight()))
        .collect()
}
