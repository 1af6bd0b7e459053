//! Walking one scenario.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use petgraph::graph::EdgeIndex;
use petgraph::visit::EdgeRef;

use crate::logic::{Assignment, Evaluation, Store, Tag};
use crate::semantics::RuleId;
use crate::system::{State, System};

/// One step that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// From here.
    pub from: State,
    /// To there.
    pub to: State,
    /// What happened.
    pub step: &'static str,
    /// The rule of the step.
    pub rule: RuleId,
    /// The labels of what made it possible.
    pub tags: BTreeSet<Tag>,
}

/// A way on that is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exit {
    /// From here.
    pub from: State,
    /// It would lead there.
    pub to: State,
    /// What would happen.
    pub step: &'static str,
    /// The labels of what closes it.
    pub tags: BTreeSet<Tag>,
}

/// Where one scenario can get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Walk {
    /// Every state that is reached, in the order of finding.
    pub reached: Vec<State>,
    /// The path to access, or to the block that is seen first.
    pub steps: Vec<Step>,
    /// For a dead end: the ways on that are closed.
    pub exits: Vec<Exit>,
    /// Every step from a state that is reached, and whether it may be taken.
    pub tried: Vec<Tried>,
}

/// A step from a state that is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tried {
    /// The rule of the step.
    pub rule: RuleId,
    /// From this state.
    pub from: State,
    /// To that state.
    pub to: State,
    /// It may be taken.
    pub open: bool,
}

impl Walk {
    /// Whether access is reached.
    pub fn granted(&self) -> bool {
        self.reached.contains(&State::Granted)
    }

    /// The code that is seen first, where access is not reached.
    pub fn code(&self) -> Option<u32> {
        if self.granted() { None } else { self.steps.last().and_then(|step| step.to.code()) }
    }
}

/// Walks a scenario: breadth first, steps of a state in the order in which they are tried.
pub fn walk(system: &System, store: &Store, at: &Assignment) -> Walk {
    let mut values = Evaluation::new(store, at);
    let mut parents: BTreeMap<State, Option<EdgeIndex>> = BTreeMap::from([(State::Start, None)]);
    let mut reached = vec![State::Start];
    let mut queue = VecDeque::from([State::Start]);
    let mut ends = Vec::new();
    let mut tried = Vec::new();
    while let Some(state) = queue.pop_front() {
        for edge in outgoing(system, state) {
            let Some((_, to)) = ends_of(system, edge) else {
                continue;
            };
            let Some(weight) = system.graph.edge_weight(edge) else {
                continue;
            };
            let open = values.value(weight.guard);
            tried.push(Tried { rule: weight.rule, from: state, to, open });
            if !open || parents.contains_key(&to) {
                continue;
            }
            parents.insert(to, Some(edge));
            reached.push(to);
            queue.push_back(to);
            if to.code().is_some() {
                ends.push(to);
            }
        }
    }
    let granted = parents.contains_key(&State::Granted);
    let goal = if granted { Some(State::Granted) } else { ends.first().copied() };
    let steps = goal.map(|goal| path(system, &mut values, &parents, goal)).unwrap_or_default();
    let exits = if granted { Vec::new() } else { exits(system, &mut values, &reached) };
    Walk { reached, steps, exits, tried }
}

/// The steps out of a state, in the order in which they were added.
fn outgoing(system: &System, state: State) -> Vec<EdgeIndex> {
    let Some(node) = system.node(state) else {
        return Vec::new();
    };
    let mut edges: Vec<_> = system.graph.edges(node).map(|edge| edge.id()).collect();
    edges.sort();
    edges
}

fn ends_of(system: &System, edge: EdgeIndex) -> Option<(State, State)> {
    let (from, to) = system.graph.edge_endpoints(edge)?;
    Some((*system.graph.node_weight(from)?, *system.graph.node_weight(to)?))
}

fn path(
    system: &System,
    values: &mut Evaluation,
    parents: &BTreeMap<State, Option<EdgeIndex>>,
    goal: State,
) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut state = goal;
    while let Some(Some(edge)) = parents.get(&state) {
        let (Some((from, to)), Some(weight)) = (ends_of(system, *edge), system.graph.edge_weight(*edge))
        else {
            break;
        };
        let mut tags = BTreeSet::new();
        values.explain(weight.guard, &mut tags);
        steps.push(Step { from, to, step: weight.step, rule: weight.rule, tags });
        state = from;
    }
    steps.reverse();
    steps
}

/// The closed ways on from the states from which no way on is open.
fn exits(system: &System, values: &mut Evaluation, reached: &[State]) -> Vec<Exit> {
    let mut exits = Vec::new();
    for state in reached.iter().filter(|state| state.code().is_none()) {
        let mut closed = Vec::new();
        let mut open = false;
        for edge in outgoing(system, *state) {
            let (Some((from, to)), Some(weight)) = (ends_of(system, edge), system.graph.edge_weight(edge))
            else {
                continue;
            };
            if to.code().is_some() {
                continue;
            }
            if values.value(weight.guard) {
                open = true;
                break;
            }
            let mut tags = BTreeSet::new();
            values.explain(weight.guard, &mut tags);
            closed.push(Exit { from, to, step: weight.step, tags });
        }
        if !open {
            exits.extend(closed);
        }
    }
    exits
}
