//! Variables that can change places: exchanged everywhere, they leave a formula what it was.

use rustc_hash::FxHashMap;

use super::formula::{Formula, Node, Store, Var};

/// Formulas up to the order of their operands, so that equal ones have one number.
#[derive(Default)]
pub struct Symmetry {
    numbers: FxHashMap<Node, Formula>,
    plain: FxHashMap<Formula, Formula>,
}

impl Symmetry {
    /// Whether two variables can change places in all the formulas. A no only means that it was not seen: what is asked is whether the
    /// formulas are the same up to the order of their operands, not whether they mean the same.
    pub fn holds(&mut self, store: &Store, formulas: &[Formula], one: Var, other: Var) -> bool {
        let mut swapped = FxHashMap::default();
        let mut plain = std::mem::take(&mut self.plain);
        let alike = formulas.iter().all(|formula| {
            let before = self.number(store, *formula, None, &mut plain);
            before == self.number(store, *formula, Some((one, other)), &mut swapped)
        });
        self.plain = plain;
        alike
    }

    fn number(
        &mut self,
        store: &Store,
        f: Formula,
        swap: Option<(Var, Var)>,
        memo: &mut FxHashMap<Formula, Formula>,
    ) -> Formula {
        if let Some(known) = memo.get(&f) {
            return *known;
        }
        let mut parts = |parts: &[Formula]| {
            let mut numbers: Vec<_> =
                parts.iter().map(|part| self.number(store, *part, swap, memo)).collect();
            numbers.sort_unstable();
            numbers.into_boxed_slice()
        };
        let node = match store.node(f) {
            Node::Const(value) => Node::Const(*value),
            Node::Atom(var, value) => match swap {
                Some((one, other)) if *var == one => Node::Atom(other, *value),
                Some((one, other)) if *var == other => Node::Atom(one, *value),
                _ => Node::Atom(*var, *value),
            },
            // What a part is labelled with makes no difference.
            Node::Tagged(_, inner) => Node::And(parts(&[*inner])),
            Node::Not(inner) => Node::Not(self.number(store, *inner, swap, memo)),
            Node::And(all) => Node::And(parts(all)),
            Node::Or(all) => Node::Or(parts(all)),
        };
        let next = Formula(u32::try_from(self.numbers.len()).unwrap_or(u32::MAX));
        let number = *self.numbers.entry(node).or_insert(next);
        memo.insert(f, number);
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_that_are_treated_alike_can_change_places() {
        let mut store = Store::new();
        let [a, b, c] = [0, 1, 2].map(|var| store.atom(Var(var), 1));
        let (not_a, not_b) = (store.not(a), store.not(b));
        let none = store.and([not_a, not_b]);
        let some = store.or([b, a, c]);
        let of_a = store.and([a, c]);
        let mut symmetry = Symmetry::default();
        assert!(symmetry.holds(&store, &[none, some], Var(0), Var(1)));
        assert!(!symmetry.holds(&store, &[none], Var(0), Var(2)), "c is not in it");
        assert!(symmetry.holds(&store, &[some], Var(0), Var(2)));
        assert!(!symmetry.holds(&store, &[some, of_a], Var(0), Var(1)));
    }
}
