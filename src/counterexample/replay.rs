//! Replaying what the solver found with the explicit engine: always, in release builds too.

use thiserror::Error;

use crate::explicit::{Walk, walk};
use crate::logic::Assignment;
use crate::property::{Choice, Kind, Question};
use crate::semantics::Meaning;
use crate::system::System;

/// The two engines contradict each other.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error(
    "the engines disagree: the solver says {symbolic}, walking the same sign-in says {explicit}; this is a fault of the tool, please report it with the input"
)]
pub struct Disagreement {
    /// What the solver claims.
    pub symbolic: String,
    /// What the walk finds.
    pub explicit: String,
}

/// A counterexample that was found again.
#[derive(Clone, Debug)]
pub struct Replay {
    /// The choice that is shown: for a lockout the one that gets furthest.
    pub choice: Choice,
    /// The full valuation under that choice.
    pub at: Assignment,
    /// The walk of it.
    pub walk: Walk,
}

/// The full valuation of one choice: the valuation of the free dimensions and unknowns, the fixed ones, and the picks.
pub fn complete(question: &Question, found: &Assignment, choice: &Choice) -> Assignment {
    let mut at = question.base.clone();
    for var in &question.free {
        at.set(*var, found.get(*var));
    }
    for var in question.unknowns.keys() {
        at.set(*var, found.get(*var));
    }
    for (var, value) in &choice.picks {
        at.set(*var, *value);
    }
    for (old, new) in &choice.instances {
        at.set(*old, found.get(*new));
    }
    at
}

/// Walks every choice. A lockout has to end in each; a bypass has to reach access in its one choice.
pub fn replay(
    kind: Kind,
    question: &Question,
    meaning: &Meaning,
    system: &System,
    found: &Assignment,
) -> Result<Replay, Disagreement> {
    let mut best: Option<Replay> = None;
    for choice in &question.choices {
        let at = complete(question, found, choice);
        let walk = walk(system, &meaning.store, &at);
        if walk.granted() != (kind == Kind::Bypass) {
            let says = |granted: bool| {
                if granted {
                    "access is granted"
                } else {
                    "access is refused"
                }
                .to_owned()
            };
            return Err(Disagreement {
                symbolic: says(kind == Kind::Bypass),
                explicit: says(walk.granted()),
            });
        }
        if best
            .as_ref()
            .is_none_or(|best| walk.reached.len() > best.walk.reached.len())
        {
            best = Some(Replay {
                choice: choice.clone(),
                at,
                walk,
            });
        }
    }
    best.ok_or_else(|| Disagreement {
        symbolic: "a counterexample".into(),
        explicit: "no choice to walk".into(),
    })
}
