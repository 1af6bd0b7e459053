//! What an unsatisfiable answer rests on: rules and policies without whose meaning it fails.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::analysis::{Analysis, Options};
use crate::counterexample::{Labels, labels};
use crate::logic::{Formula, Node, Store, Tag, Var};
use crate::symbolic::{Answer, Limits, Literal, Session, ask};

/// A minimal set of labels: with the parts under all other labels replaced by free values, the formula is still
/// unsatisfiable; with any one more it is not.
pub(super) fn core(
    analysis: &Analysis,
    options: &Options,
    formula: Formula,
    domain: &dyn Fn(Var) -> usize,
    first_free: u32,
) -> Labels {
    let mut opener = Opener { store: analysis.meaning.store.clone(), options, formula, domain, first_free };
    let all = opener.labels();
    let proposed = opener.proposed(&all);
    // Whoever proposes a set has not the last word on it.
    let least = if opener.suffices(&proposed) { proposed } else { opener.least(&all, &all) };
    labels(&least, &analysis.tenant)
}

/// A formula whose parts are opened label by label.
pub(super) struct Opener<'a> {
    pub(super) store: Store,
    pub(super) options: &'a Options,
    pub(super) formula: Formula,
    pub(super) domain: &'a dyn Fn(Var) -> usize,
    pub(super) first_free: u32,
}

impl Opener<'_> {
    /// All labels of the formula.
    pub(super) fn labels(&self) -> BTreeSet<Tag> {
        let mut all = BTreeSet::new();
        self.store.tags(self.formula, &mut all);
        all
    }

    /// Whether the formula is unsatisfiable with everything under other labels replaced by free values.
    pub(super) fn suffices(&mut self, kept: &BTreeSet<Tag>) -> bool {
        let opened = open(&mut self.store, self.formula, kept, self.first_free);
        let widened = |var: Var| if var.0 >= self.first_free { 2 } else { (self.domain)(var) };
        matches!(ask(&widened, self.options.limits, &self.store, opened), Answer::Unsat(_))
    }

    /// What the next one finds, by many small questions.
    fn proposed(&mut self, all: &BTreeSet<Tag>) -> BTreeSet<Tag> {
        // Policies first (their numbers are the larger ones): a policy that is not needed takes its rules along.
        let order: Vec<Tag> = all.iter().rev().copied().collect();
        let elements: Vec<BTreeSet<Tag>> = order.iter().map(|tag| BTreeSet::from([*tag])).collect();
        let (first_free, domain, limits) = (self.first_free, self.domain, self.options.limits);
        let widened = |var: Var| if var.0 >= first_free { 2 } else { domain(var) };
        let mut formula =
            Openable::new(&mut self.store, self.formula, &elements, first_free, &widened, limits);
        let mut needed: Set = (0..order.len()).collect();
        let mut enough = needed.clone();
        for at in 0..order.len() {
            needed.remove(&at);
            // What some proof does without needs no question.
            if !enough.contains(&at) {
                continue;
            }
            match formula.suffices(&needed) {
                Some(smaller) => enough = smaller,
                None => drop(needed.insert(at)),
            }
        }
        needed.iter().filter_map(|at| order.get(*at)).copied().collect()
    }

    /// A least part of `kept` that suffices, if `kept` does: only what is in `some` is given up.
    pub(super) fn least(&mut self, kept: &BTreeSet<Tag>, some: &BTreeSet<Tag>) -> BTreeSet<Tag> {
        let mut needed = kept.clone();
        // Policies first (their numbers are the larger ones): a policy that is not needed takes its rules along. What many labels
        // do not need together, none of them needs, so many are dropped at once.
        let order: Vec<Tag> = some.iter().rev().copied().collect();
        let mut waiting = vec![order.as_slice()];
        while let Some(some) = waiting.pop() {
            let fewer: BTreeSet<Tag> = needed.iter().copied().filter(|tag| !some.contains(tag)).collect();
            if self.suffices(&fewer) {
                needed = fewer;
            } else if some.len() > 1 {
                let (first, second) = some.split_at(some.len() / 2);
                waiting.extend([second, first]);
            }
        }
        needed
    }
}

/// The formula with every part under a label that is not kept replaced by a free value of its own.
fn open(store: &mut Store, formula: Formula, kept: &BTreeSet<Tag>, first_free: u32) -> Formula {
    // What is under two labels is open twice: each may come to mean something else.
    let mut made: HashMap<(Tag, Formula), Var> = HashMap::new();
    store.replace_tagged(formula, &mut |tag, inner, store| {
        if kept.contains(&tag) {
            return None;
        }
        let next = Var(first_free + u32::try_from(made.len()).unwrap_or(u32::MAX));
        let var = *made.entry((tag, inner)).or_insert(next);
        Some(store.atom(var, 1))
    })
}

/// Elements by their places.
pub(super) type Set = BTreeSet<usize>;

/// A formula each element of which, a set of labels, can be opened while it is asked about.
pub(super) struct Openable<'d> {
    formula: Session<'d>,
    /// An element is open where its variable has the value 1.
    pub(super) vars: Vec<Var>,
}

impl<'d> Openable<'d> {
    pub(super) fn new(
        store: &mut Store,
        formula: Formula,
        elements: &[BTreeSet<Tag>],
        first_free: u32,
        domain: &'d dyn Fn(Var) -> usize,
        limits: Limits,
    ) -> Self {
        let count = u32::try_from(elements.len()).unwrap_or(0);
        let vars: Vec<Var> = (0..count).map(|at| Var(first_free + at)).collect();
        let of = elements.iter().zip(&vars);
        let of = of.flat_map(|(tags, var)| tags.iter().map(|tag| (*tag, *var))).collect();
        let mut switches = Switches { of, next: first_free + count, made: BTreeMap::new() };
        let switched = switches.put(store, formula, &mut BTreeMap::new());
        let mut formula = Session::new(domain, limits);
        formula.assert(store, switched);
        Self { formula, vars }
    }

    /// A part of the set with which the formula is impossible already, if it is with the set and everything else open.
    pub(super) fn suffices(&mut self, set: &Set) -> Option<Set> {
        let literal = |(at, var): (usize, &Var)| Literal { var: *var, not: u16::from(set.contains(&at)) };
        let all: Vec<Literal> = self.vars.iter().enumerate().map(literal).collect();
        match self.formula.check(&all, &[]) {
            Answer::Unsat(core) => {
                let needed = |at: &&usize| {
                    self.vars.get(**at).is_some_and(|var| core.iter().any(|literal| literal.var == *var))
                };
                Some(set.iter().filter(needed).copied().collect())
            }
            Answer::Sat(_) | Answer::Unknown(_) => None,
        }
    }
}

/// Puts a switch around every part that is labelled with an element.
struct Switches {
    of: BTreeMap<Tag, Var>,
    next: u32,
    /// The free value in place of a part.
    made: BTreeMap<(Tag, Formula), Var>,
}

impl Switches {
    fn put(&mut self, store: &mut Store, f: Formula, memo: &mut BTreeMap<Formula, Formula>) -> Formula {
        if let Some(known) = memo.get(&f) {
            return *known;
        }
        let result = match store.node(f).clone() {
            Node::Const(_) | Node::Atom(..) => f,
            Node::Not(inner) => {
                let inner = self.put(store, inner, memo);
                store.not(inner)
            }
            Node::And(parts) => {
                let parts: Vec<_> = parts.iter().map(|part| self.put(store, *part, memo)).collect();
                store.and(parts)
            }
            Node::Or(parts) => {
                let parts: Vec<_> = parts.iter().map(|part| self.put(store, *part, memo)).collect();
                store.or(parts)
            }
            Node::Tagged(tag, part) => {
                let inner = self.put(store, part, memo);
                match self.of.get(&tag).copied() {
                    Some(switch) => self.switched(store, (tag, part), inner, switch),
                    None => inner,
                }
            }
        };
        memo.insert(f, result);
        result
    }

    /// The part as it is, or anything.
    fn switched(&mut self, store: &mut Store, part: (Tag, Formula), inner: Formula, switch: Var) -> Formula {
        let next = Var(self.next + u32::try_from(self.made.len()).unwrap_or(u32::MAX));
        let free = *self.made.entry(part).or_insert(next);
        let [kept, open, anything] =
            [(switch, 0), (switch, 1), (free, 1)].map(|(var, value)| store.atom(var, value));
        let (as_it_is, otherwise) = (store.and([kept, inner]), store.and([open, anything]));
        store.or([as_it_is, otherwise])
    }
}

/// The settings that the rules of a core read.
pub(super) fn settings(core: &Labels) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for setting in core.rules.iter().filter_map(|rule| setting(rule)) {
        if !found.iter().any(|known| known == setting) {
            found.push(setting.to_owned());
        }
    }
    found
}

/// The setting that a rule reads, if it is a setting of the tenant that it reads.
pub(super) fn setting(rule: &str) -> Option<&'static str> {
    Some(match rule {
        "XT-22" | "XT-20" | "XT-21" => "crossTenantAccessPolicy/inboundTrust",
        "XT-23" | "XT-24" | "XT-26" | "XT-28" => "crossTenantAccessPolicy/b2bCollaborationInbound",
        "AMP-10" | "AMP-12" | "AMP-14" | "STR-65" => "authenticationMethodsPolicy",
        "EXT-8" => "authenticationMethodsPolicy/email/allowExternalIdToUseEmailOtp",
        "CA-100" => "identitySecurityDefaultsEnforcementPolicy",
        "CA-46" | "CA-47" | "CA-48" => "namedLocations",
        _ => return None,
    })
}
