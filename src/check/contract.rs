//! What homes that were not given have to do for a lockout property to hold.

use std::collections::BTreeSet;

use super::analysis::{Analysis, Options};
use super::verdict::Contract;
use crate::model::Method;
use crate::property::Question;
use crate::scenario::Key;
use crate::symbolic::{Answer, Literal, Session};

/// More weakest sets than this are not listed.
const LIMIT: usize = 32;

/// The weakest contracts on a home's settings under which nobody is locked out; empty where the property holds whatever
/// the homes do. `question` lets the settings of homes range freely.
pub(super) fn contract(
    analysis: &Analysis,
    options: &Options,
    question: &Question,
    domain: &dyn Fn(crate::logic::Var) -> usize,
) -> Vec<Contract> {
    let mut session = Session::new(domain, options.limits);
    session.assert(&analysis.meaning.store, question.violation);
    if matches!(session.check(&[], &[], &[]), Answer::Unsat(_)) {
        return Vec::new();
    }
    let mut search = Search { analysis, session };
    for registration in [false, true] {
        let everything: BTreeSet<Method> = search.methods();
        if !search.holds(&everything, registration) {
            continue;
        }
        let sets = search.weakest(&everything, registration);
        let names = sets.iter().map(|set| set.iter().map(|method| method.name()).collect()).collect();
        let register = if registration { ", and let people register it when they are asked to" } else { "" };
        let needs = format!(
            "their methods policy must allow the people concerned one of the listed sets of methods{register}"
        );
        return vec![Contract { home: "*".into(), needs, any_of: names }];
    }
    // The best home is enough (the verdict says so), in a way that these settings do not express.
    vec![Contract {
        home: "*".into(),
        needs: "their settings must keep nobody out".into(),
        any_of: Vec::new(),
    }]
}

struct Search<'a, 'd> {
    analysis: &'a Analysis,
    session: Session<'d>,
}

impl Search<'_, '_> {
    /// The methods that a home can allow or not.
    fn methods(&self) -> BTreeSet<Method> {
        let space = &self.analysis.space;
        Method::ALL.iter().copied().filter(|method| space.var(&Key::HomeAllows(*method)).is_some()).collect()
    }

    /// Nobody is locked out where homes allow exactly these methods.
    fn holds(&mut self, allowed: &BTreeSet<Method>, registration: bool) -> bool {
        let space = &self.analysis.space;
        let mut literals = Vec::new();
        for method in self.methods() {
            let not = u16::from(!allowed.contains(&method));
            literals.extend(space.var(&Key::HomeAllows(method)).map(|var| Literal { var, not }));
        }
        let not = u16::from(!registration);
        literals.extend(space.var(&Key::HomeRegistration).map(|var| Literal { var, not }));
        matches!(self.session.check(&[], &literals, &[]), Answer::Unsat(_))
    }

    /// All minimal sets that hold: shrink one, then look for others that lack a member of each one found.
    fn weakest(&mut self, everything: &BTreeSet<Method>, registration: bool) -> Vec<BTreeSet<Method>> {
        let mut found: Vec<BTreeSet<Method>> = Vec::new();
        let mut open = vec![BTreeSet::new()];
        while let Some(without) = open.pop() {
            if found.len() >= LIMIT {
                break;
            }
            let start: BTreeSet<Method> = everything.difference(&without).copied().collect();
            if let Some(known) = found.iter().find(|set| set.is_subset(&start)).cloned() {
                open.extend(known.iter().map(|method| with(&without, *method)));
                continue;
            }
            if !self.holds(&start, registration) {
                continue;
            }
            let mut set = start.clone();
            for method in &start {
                let mut fewer = set.clone();
                fewer.remove(method);
                if self.holds(&fewer, registration) {
                    set = fewer;
                }
            }
            open.extend(set.iter().map(|method| with(&without, *method)));
            found.push(set);
        }
        found.sort();
        found
    }
}

fn with(set: &BTreeSet<Method>, method: Method) -> BTreeSet<Method> {
    let mut more = set.clone();
    more.insert(method);
    more
}
