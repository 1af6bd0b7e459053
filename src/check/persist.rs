//! Whether a verdict of one day stands on another for a reason that is quickly checked: the same sign-in still violates.

use std::collections::HashMap;

use super::analysis::{Analysis, Options, Scope};
use super::decide::is_impossible;
use super::verdict::{Verdict, VerdictKind};
use crate::contract::Must;
use crate::logic::{Substitution, Var};
use crate::property::{Claim, Ranging, Who};

/// So many counterexamples are tried.
const TRIED: usize = 3;

/// A property that is violated is so in another analysis of the tenant, by a sign-in that violates here. False says nothing.
pub(super) fn persists(other: &mut Analysis, options: &Options, verdict: &Verdict, claim: Claim) -> bool {
    let VerdictKind::Violated { counterexamples, .. } = &verdict.kind else { return false };
    let _ = other.ask_about(Scope::Directory) || other.ask_about(Scope::Any);
    let rangings: &[Ranging] = match claim {
        // A contract with the homes must not be the cure.
        Claim::Lockout(Who::External) | Claim::Contract(Must::Reach) => {
            &[Ranging::Best, Ranging::WithoutCertificates]
        }
        Claim::Lockout(_) => &[Ranging::Best],
        Claim::Bypass(_) | Claim::Contract(_) => &[Ranging::Open],
        Claim::Decision | Claim::Repair => return false,
    };
    let questions: Vec<_> = rangings.iter().map(|ranging| other.pose(options, claim, *ranging)).collect();
    let certain = counterexamples.iter().filter(|one| one.depends_on.is_empty());
    certain.take(TRIED).any(|one| {
        let at = other.space.locate(&one.scenario);
        questions.iter().all(|question| {
            let place: HashMap<Var, Substitution> =
                question.free.iter().map(|var| (*var, Substitution::Value(at.get(*var)))).collect();
            let store = &mut other.meaning.store;
            let passes = store.not(question.violation);
            let passes = store.and([question.consistent, passes]);
            let (somebody, passes) = (store.reduce(question.violation, &place), store.reduce(passes, &place));
            let impossible = |formula| is_impossible(other, options, formula, &question.unknowns);
            impossible(passes) && !impossible(somebody)
        })
    })
}
