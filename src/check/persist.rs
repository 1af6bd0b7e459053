//! Whether a verdict on one configuration stands on another for a reason that is quickly checked: the same sign-in violates.

use std::collections::HashMap;

use super::analysis::{Analysis, Options, Scope};
use super::decide::is_impossible;
use super::verdict::{CounterexampleView, Verdict, VerdictKind};
use crate::contract::Must;
use crate::logic::{Assignment, Formula, Partial, Possible, Substitution, Var};
use crate::property::{Bypass, Claim, Kind, Question, Ranging, Who};

/// So many counterexamples are tried.
const TRIED: usize = 3;

/// A property that is violated is so in another analysis of the tenant, by a sign-in that violates here. False says nothing.
pub(super) fn persists(other: &mut Analysis, options: &Options, verdict: &Verdict) -> bool {
    let VerdictKind::Violated { counterexamples, .. } = &verdict.kind else { return false };
    let certain =
        counterexamples.iter().filter(|one| one.depends_on.is_empty()).take(TRIED).collect::<Vec<_>>();
    violate(other, options, verdict, &certain).contains(&Some(true))
}

/// For each of these counterexamples whether its sign-in violates in another analysis, whatever is not known; `None` where that
/// hangs on something unknown, or is not asked about one sign-in.
pub(super) fn violate(
    other: &mut Analysis,
    options: &Options,
    verdict: &Verdict,
    all: &[&CounterexampleView],
) -> Vec<Option<bool>> {
    let nothing = || vec![None; all.len()];
    let Kind::Claim(claim) = verdict.property.kind else { return nothing() };
    if claim == Claim::Bypass(Bypass::PhishingResistance) && !other.tenant.tells_privileged {
        return violate(&mut other.for_administrators(options), options, verdict, all);
    }
    let _ = other.ask_about(Scope::Directory) || other.ask_about(Scope::Any);
    let rangings: &[Ranging] = match claim {
        // A contract with the homes must not be the cure.
        Claim::Lockout(Who::External) | Claim::Contract(Must::Reach) => {
            &[Ranging::Best, Ranging::WithoutCertificates]
        }
        Claim::Lockout(_) => &[Ranging::Best],
        Claim::Bypass(_) | Claim::Contract(_) => &[Ranging::Open],
        Claim::Decision | Claim::Repair => return nothing(),
    };
    let questions: Vec<Asked> = rangings
        .iter()
        .map(|ranging| {
            let question = other.pose(options, claim, *ranging);
            Asked::of(other, question)
        })
        .collect();
    let answer = |one: &&CounterexampleView| {
        let at = other.space.locate(&one.scenario);
        let each: Vec<_> = questions.iter().map(|question| violates(other, options, question, &at)).collect();
        match each.as_slice() {
            each if each.contains(&Some(false)) => Some(false),
            each if each.contains(&None) => None,
            _ => Some(true),
        }
    };
    all.iter().map(answer).collect()
}

/// A question that is asked about single sign-ins.
struct Asked {
    question: Question,
    /// Somebody can be who gets through.
    passes: Formula,
    /// Both, as far as they do not hang on what is not known.
    known: Partial,
}

impl Asked {
    fn of(analysis: &mut Analysis, question: Question) -> Self {
        let store = &mut analysis.meaning.store;
        let passes = store.not(question.violation);
        let passes = store.and([question.consistent, passes]);
        let known = Partial::of(store, [question.violation, passes]);
        Self { question, passes, known }
    }
}

fn violates(
    analysis: &mut Analysis,
    options: &Options,
    Asked { question, passes, known }: &Asked,
    at: &Assignment,
) -> Option<bool> {
    let is_free = |var: Var| question.free.contains(&var);
    let values = known.run(&|var| if is_free(var) { Possible::One(at.get(var)) } else { Possible::Any });
    if values.of(question.violation) == Some(false) {
        return Some(false);
    }
    if values.of(*passes) == Some(false) && values.of(question.violation) == Some(true) {
        return Some(true);
    }
    let place: HashMap<Var, Substitution> =
        question.free.iter().map(|var| (*var, Substitution::Value(at.get(*var)))).collect();
    let store = &mut analysis.meaning.store;
    let (somebody, passes) = (store.reduce(question.violation, &place), store.reduce(*passes, &place));
    let impossible = |formula| is_impossible(analysis, options, formula, &question.unknowns);
    if impossible(somebody) {
        return Some(false);
    }
    impossible(passes).then_some(true)
}
