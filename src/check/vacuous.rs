//! Why a statement is about nobody: the fewest of its parts that exclude one another.

use std::collections::BTreeSet;

use super::analysis::{Analysis, Options};
use super::decide::is_impossible;
use crate::contract::{Predicate, Statement};
use crate::property::{Claim, Ranging};
use crate::scenario::Key;

/// The dimensions of which it says what is so of no sign-in; none where a predicate of it is never true.
pub(super) fn excluding(analysis: &Analysis, options: &Options, statement: &Statement) -> Vec<String> {
    let mut parts = conjuncts(&statement.about);
    let mut at = 0;
    while at < parts.len() {
        let mut fewer = parts.clone();
        fewer.remove(at);
        if is_vacuous(analysis, options, statement, &fewer) {
            parts = fewer;
        } else {
            at += 1;
        }
    }
    let names: BTreeSet<String> = parts.iter().flat_map(Predicate::keys).map(|key| name(&key)).collect();
    names.into_iter().collect()
}

fn is_vacuous(analysis: &Analysis, options: &Options, statement: &Statement, parts: &[Predicate]) -> bool {
    let about = Predicate::All(parts.to_vec());
    let said = Statement { about, waivers: Vec::new(), ..statement.clone() };
    let mut own = analysis.about(options, &said);
    let question = own.pose(options, Claim::Contract(said.must), Ranging::Open);
    is_impossible(&own, options, question.premise, &question.unknowns)
}

/// What has to hold all at once.
fn conjuncts(predicate: &Predicate) -> Vec<Predicate> {
    match predicate {
        Predicate::All(parts) => parts.iter().flat_map(conjuncts).collect(),
        other => vec![other.clone()],
    }
}

/// A dimension as predicates call it: places go by the locations that they lie in.
fn name(key: &Key) -> String {
    match key {
        Key::Address | Key::Country | Key::Network(_) => "conditions.namedLocations".into(),
        other => other.name(),
    }
}
