//! Reachability as formulas: the least fixpoint over the graph.

use std::collections::BTreeMap;

use petgraph::Direction;
use petgraph::algo::toposort;
use petgraph::visit::EdgeRef;

use super::build::System;
use super::state::State;
use crate::logic::{Formula, Store};

/// For each state the formula of a path leading there. The steps have no cycle (registration is unrolled), so one pass in
/// topological order is the fixpoint; the number of passes is the bound that evidence records.
pub fn reach(system: &System, store: &mut Store) -> BTreeMap<State, Formula> {
    let mut reached = BTreeMap::new();
    let Ok(order) = toposort(&system.graph, None) else {
        return reached;
    };
    for node in order {
        let Some(state) = system.graph.node_weight(node).copied() else {
            continue;
        };
        let formula = if state == State::Start {
            store.constant(true)
        } else {
            let mut ways = Vec::new();
            for edge in system.graph.edges_directed(node, Direction::Incoming) {
                let Some(from) = system.graph.node_weight(edge.source()) else {
                    continue;
                };
                let before = reached.get(from).copied().unwrap_or_else(|| store.constant(false));
                ways.push(store.and([before, edge.weight().guard]));
            }
            store.or(ways)
        };
        reached.insert(state, formula);
    }
    reached
}
