//! A formula under one valuation with one variable changed, for many changes at once: each change has a bit of a word.

use rustc_hash::FxHashMap;

use super::formula::{Assignment, Formula, Node, Store, Var};

/// Words for each node: so many changes times 64 go through the formula together.
const WORDS: usize = 4;

/// A bit for each change that is looked at together.
type Bits = [u64; WORDS];

/// A formula, its nodes with children before parents.
#[derive(Clone, Debug)]
pub struct Changed {
    steps: Vec<Step>,
}

/// One node; numbers are places among the steps.
#[derive(Clone, Debug)]
enum Step {
    Const(bool),
    Atom(Var, u16),
    Not(usize),
    And(Box<[usize]>),
    Or(Box<[usize]>),
}

impl Changed {
    /// Prepares a formula.
    pub fn of(store: &Store, f: Formula) -> Self {
        let mut made = Self { steps: Vec::new() };
        made.place(store, f, &mut FxHashMap::default());
        made
    }

    fn place(&mut self, store: &Store, f: Formula, places: &mut FxHashMap<Formula, usize>) -> usize {
        if let Some(known) = places.get(&f) {
            return *known;
        }
        let all = |this: &mut Self, parts: &[Formula], places: &mut FxHashMap<Formula, usize>| {
            parts.iter().map(|part| this.place(store, *part, places)).collect()
        };
        let step = match store.node(f) {
            Node::Const(value) => Step::Const(*value),
            Node::Atom(var, value) => Step::Atom(*var, *value),
            Node::Not(inner) => Step::Not(self.place(store, *inner, places)),
            // Labels make no difference to the value.
            Node::Tagged(_, inner) => {
                let place = self.place(store, *inner, places);
                places.insert(f, place);
                return place;
            }
            Node::And(parts) => Step::And(all(self, parts, places)),
            Node::Or(parts) => Step::Or(all(self, parts, places)),
        };
        self.steps.push(step);
        let place = self.steps.len() - 1;
        places.insert(f, place);
        place
    }

    /// For each change, in the same order, the value of the formula under the valuation with only that variable changed.
    pub fn run(&self, at: &Assignment, changes: &[(Var, u16)]) -> Vec<bool> {
        let mut result = Vec::with_capacity(changes.len());
        let mut values: Vec<Bits> = Vec::with_capacity(self.steps.len());
        for together in changes.chunks(WORDS * 64) {
            let mut of_var: FxHashMap<Var, Vec<(usize, u16)>> = FxHashMap::default();
            for (lane, (var, value)) in together.iter().enumerate() {
                of_var.entry(*var).or_default().push((lane, *value));
            }
            values.clear();
            for step in &self.steps {
                let bits = evaluate(step, &values, at, &of_var);
                values.push(bits);
            }
            let root = values.last().copied().unwrap_or_default();
            result.extend((0..together.len()).map(|lane| {
                let word = root.get(lane / 64).copied().unwrap_or_default();
                (word >> (lane % 64)) & 1 == 1
            }));
        }
        result
    }
}

fn evaluate(
    step: &Step,
    values: &[Bits],
    at: &Assignment,
    of_var: &FxHashMap<Var, Vec<(usize, u16)>>,
) -> Bits {
    let part = |place: &usize| values.get(*place).copied().unwrap_or_default();
    let all = |value: bool| [if value { u64::MAX } else { 0 }; WORDS];
    match step {
        Step::Const(value) => all(*value),
        Step::Atom(var, value) => {
            let mut bits = all(at.get(*var) == *value);
            for (lane, changed) in of_var.get(var).into_iter().flatten() {
                if let Some(word) = bits.get_mut(lane / 64) {
                    let bit = 1_u64 << (lane % 64);
                    *word = if changed == value { *word | bit } else { *word & !bit };
                }
            }
            bits
        }
        Step::Not(inner) => part(inner).map(|word| !word),
        Step::And(parts) => parts.iter().map(part).fold(all(true), |sum, own| zip(sum, own, |a, b| a & b)),
        Step::Or(parts) => parts.iter().map(part).fold(all(false), |sum, own| zip(sum, own, |a, b| a | b)),
    }
}

fn zip(mut sum: Bits, own: Bits, join: impl Fn(u64, u64) -> u64) -> Bits {
    for (word, other) in sum.iter_mut().zip(own) {
        *word = join(*word, other);
    }
    sum
}
