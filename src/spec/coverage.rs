//! What the specifications show from both sides: rules that decide and do not, steps that are taken and refused.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::run::CaseResult;
use crate::check::{Analysis, Options};
use crate::ingest::Ingested;
use crate::semantics::RuleId;

/// A step of the graph: its rule and the states at its ends.
type Step = (RuleId, String, String);

/// What some cases show.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    deciding: BTreeSet<String>,
    idle: BTreeSet<String>,
    /// For each step whether some sign-in could take it, and whether some could not.
    steps: BTreeMap<Step, [bool; 2]>,
}

impl Coverage {
    /// Adds what one case shows.
    pub fn add(&mut self, result: &CaseResult) {
        self.deciding.extend(result.deciding.iter().cloned());
        self.idle.extend(result.idle.iter().cloned());
        for tried in &result.steps {
            let step = (tried.rule, tried.from.name(), tried.to.name());
            let [taken, refused] = self.steps.entry(step).or_default();
            *taken |= tried.open;
            *refused |= !tried.open;
        }
    }

    /// The steps of the graph that no case takes, or that none refuses; a step that is always open cannot be refused.
    pub fn one_sided_steps(&self) -> Vec<String> {
        let sides = all_steps().into_iter().filter_map(|step| {
            let [taken, refused] = self.steps.get(&step).copied().unwrap_or_default();
            let missing = match (taken, refused) {
                (true, true) => return None,
                (true, false) => "never refused",
                (false, true) => "never taken",
                (false, false) => "never reached",
            };
            let (rule, from, to) = step;
            Some(format!("{} {from} -> {to}: {missing}", rule.rule().id))
        });
        sides.collect()
    }

    /// Line by line.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mark = |shown: bool| if shown { "yes" } else { "no" };
        for rule in RuleId::ALL {
            let id = rule.rule().id;
            let (plus, minus) = (self.deciding.contains(id), self.idle.contains(id));
            let _ = writeln!(text, "{id}: decides {}, does not decide {}", mark(plus), mark(minus));
        }
        for step in all_steps() {
            let [taken, refused] = self.steps.get(&step).copied().unwrap_or_default();
            let (rule, from, to) = step;
            let id = rule.rule().id;
            let _ = writeln!(text, "{id} {from} -> {to}: taken {}, refused {}", mark(taken), mark(refused));
        }
        text
    }
}

/// Every step of the graph, which is the same for all tenants.
fn all_steps() -> BTreeSet<Step> {
    let analysis = Analysis::new(&Ingested::default(), &Options::default(), None);
    let graph = &analysis.system.graph;
    let name = |node| graph.node_weight(node).map(|state| state.name()).unwrap_or_default();
    let steps = graph.edge_indices().filter_map(|edge| {
        let ((from, to), weight) = (graph.edge_endpoints(edge)?, graph.edge_weight(edge)?);
        Some((weight.rule, name(from), name(to)))
    });
    steps.collect()
}
