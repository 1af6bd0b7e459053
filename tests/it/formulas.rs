//! Random formulas, and the evaluation of many changes of a valuation at once.

use crate::support::{cases, check, fail};
use proptest::collection::vec;
use proptest::prelude::*;
use tenantproof::logic::{Assignment, Changed, Formula, Store, Var};

/// Formulas over three variables with 1, 2 and 4 values.
pub(crate) const SIZES: [u16; 3] = [1, 2, 4];

#[derive(Clone, Debug)]
pub(crate) enum Tree {
    Atom(u32, u16),
    Not(Box<Tree>),
    All(Vec<Tree>),
    Any(Vec<Tree>),
}

pub(crate) fn tree() -> impl Strategy<Value = Tree> {
    let atom = (0..3_u32, 0..4_u16).prop_map(|(var, value)| Tree::Atom(var, value));
    atom.prop_recursive(5, 40, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(|tree| Tree::Not(Box::new(tree))),
            vec(inner.clone(), 0..4).prop_map(Tree::All),
            vec(inner, 0..4).prop_map(Tree::Any),
        ]
    })
}

pub(crate) fn formula(store: &mut Store, tree: &Tree) -> Formula {
    match tree {
        Tree::Atom(var, value) => store.atom(Var(*var), *value),
        Tree::Not(inner) => {
            let inner = formula(store, inner);
            store.not(inner)
        }
        Tree::All(parts) => {
            let parts: Vec<_> = parts.iter().map(|part| formula(store, part)).collect();
            store.and(parts)
        }
        Tree::Any(parts) => {
            let parts: Vec<_> = parts.iter().map(|part| formula(store, part)).collect();
            store.or(parts)
        }
    }
}

#[test]
fn each_change_of_a_valuation_has_the_value_that_evaluation_gives() {
    let valuation = (0..SIZES[0], 0..SIZES[1], 0..SIZES[2]);
    // More changes than go through the formula together.
    let changes = vec((0..3_u32, 0..4_u16), 0..600);
    check(cases(4), &(tree(), valuation, changes), |(tree, (a, b, c), changes)| {
        let mut store = Store::new();
        let f = formula(&mut store, &tree);
        let at = Assignment(vec![a, b, c]);
        let changes: Vec<(Var, u16)> = changes.into_iter().map(|(var, value)| (Var(var), value)).collect();
        let together = Changed::of(&store, f).run(&at, &changes);
        let one_by_one = changes.iter().map(|(var, value)| {
            let mut changed = at.clone();
            changed.set(*var, *value);
            store.eval(f, &changed)
        });
        let one_by_one: Vec<bool> = one_by_one.collect();
        if together == one_by_one { Ok(()) } else { fail(format!("{tree:?} at {at:?}")) }
    });
}
