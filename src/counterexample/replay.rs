//! Replaying what the solver found with the explicit engine: always, in release builds too.

use thiserror::Error;

use crate::contract::Must;
use crate::explicit::{Walk, walk};
use crate::logic::{Assignment, Formula};
use crate::property::{Choice, Claim, Question};
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

/// Walks the choices. A lockout has to end in each of them; a bypass has to reach access without MFA in one.
pub fn replay(
    claim: Claim,
    question: &Question,
    meaning: &Meaning,
    system: &System,
    found: &Assignment,
) -> Result<Replay, Disagreement> {
    let walks = question.choices.iter().map(|choice| {
        let at = complete(question, found, choice);
        let walk = walk(system, &meaning.store, &at);
        Replay { choice: choice.clone(), at, walk }
    });
    match claim {
        Claim::Lockout(_) | Claim::Decision | Claim::Repair => lockout(walks, meaning),
        Claim::Contract(Must::Reach) => lockout(walks, meaning),
        Claim::Bypass => {
            let [_, registered, _] = &meaning.rounds;
            bypass(walks, question, meaning, Some(registered.seen.mfa))
        }
        Claim::Contract(Must::Need) => {
            bypass(walks, question, meaning, meaning.asked.as_ref().map(|asked| asked.met))
        }
        Claim::Contract(Must::BeBlocked | Must::Never) => bypass(walks, question, meaning, None),
    }
}

/// The choice that gets furthest is shown.
fn lockout(walks: impl Iterator<Item = Replay>, meaning: &Meaning) -> Result<Replay, Disagreement> {
    let mut best: Option<Replay> = None;
    for replay in walks {
        if replay.walk.granted() {
            // A first factor that the person cannot have is no choice.
            if !meaning.store.eval(meaning.first_factor_possible, &replay.at) {
                continue;
            }
            let (symbolic, explicit) = ("access is refused".into(), "access is granted".into());
            return Err(Disagreement { symbolic, explicit });
        }
        if best.as_ref().is_none_or(|best| replay.walk.reached.len() > best.walk.reached.len()) {
            best = Some(replay);
        }
    }
    best.ok_or_else(|| Disagreement { symbolic: "a lockout".into(), explicit: "no choice to walk".into() })
}

/// The first choice that reaches access without what is demanded, if anything is, is shown.
fn bypass(
    mut walks: impl Iterator<Item = Replay>,
    question: &Question,
    meaning: &Meaning,
    demanded: Option<Formula>,
) -> Result<Replay, Disagreement> {
    let shows = |replay: &Replay| {
        let holds = |f| meaning.store.eval(f, &replay.at);
        let person = question.choices.len() == 1 || holds(meaning.first_factor_possible);
        person && replay.walk.granted() && !demanded.is_some_and(holds)
    };
    walks.find(shows).ok_or_else(|| Disagreement {
        symbolic: "access is granted without what is demanded".into(),
        explicit: "no first factor leads to that".into(),
    })
}
