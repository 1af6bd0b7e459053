//! Constructors fold, labels survive folding, explanations name what decided.

use std::collections::{BTreeSet, HashMap};

use super::{Assignment, Evaluation, Store, Substitution, Tag, Var};

#[test]
fn constants_fold_but_not_through_labels() {
    let mut s = Store::new();
    let yes = s.constant(true);
    let labelled = s.tagged(Tag(7), yes);
    let x = s.atom(Var(0), 1);
    assert_eq!(s.and([yes, x]), x);
    let kept = s.and([labelled, x]);
    assert_ne!(kept, x);
    assert_eq!(s.strip(kept), x);
}

#[test]
fn empty_junctions_are_neutral_and_negation_is_involutive() {
    let mut s = Store::new();
    let (yes, no) = (s.constant(true), s.constant(false));
    assert_eq!(s.and([]), yes);
    assert_eq!(s.or([]), no);
    let x = s.atom(Var(0), 1);
    let not_x = s.not(x);
    assert_eq!(s.not(not_x), x);
}

#[test]
fn explain_names_the_false_conjunct_only() {
    let mut s = Store::new();
    let a = s.atom(Var(0), 1);
    let b = s.atom(Var(1), 1);
    let (a, b) = (s.tagged(Tag(1), a), s.tagged(Tag(2), b));
    let f = s.and([a, b]);
    let assignment = Assignment(vec![1, 0]);
    let mut tags = BTreeSet::new();
    Evaluation::new(&s, &assignment).explain(f, &mut tags);
    assert_eq!(tags, BTreeSet::from([Tag(2)]));
}

#[test]
fn substitution_fixes_and_renames() {
    let mut s = Store::new();
    let a = s.atom(Var(0), 1);
    let b = s.atom(Var(1), 2);
    let f = s.or([a, b]);
    let map = HashMap::from([(Var(0), Substitution::Value(0)), (Var(1), Substitution::Var(Var(5)))]);
    let g = s.substitute(f, &map);
    assert_eq!(g, s.atom(Var(5), 2));
    assert_eq!(s.support(f), vec![Var(0), Var(1)]);
}
