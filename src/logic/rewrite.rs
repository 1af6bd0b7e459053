//! Rewriting: fixing and renaming variables, dropping labels.

use std::collections::{BTreeSet, HashMap};

use rustc_hash::{FxHashMap, FxHashSet};

use super::formula::{Formula, Node, Store, Tag, Var};

/// What a variable becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Substitution {
    /// This value of its domain.
    Value(u16),
    /// Another variable with the same domain.
    Var(Var),
}

impl Store {
    /// The formula with variables fixed or renamed; labels stay.
    pub fn substitute(&mut self, f: Formula, map: &HashMap<Var, Substitution>) -> Formula {
        self.rewrite(f, map, true, &mut FxHashMap::default())
    }

    /// The formula with variables fixed or renamed and without labels, so that constants fold all the way up.
    pub fn reduce(&mut self, f: Formula, map: &HashMap<Var, Substitution>) -> Formula {
        self.rewrite(f, map, false, &mut FxHashMap::default())
    }

    /// The formula without labels.
    pub fn strip(&mut self, f: Formula) -> Formula {
        self.reduce(f, &HashMap::new())
    }

    /// The labels in a formula.
    pub fn tags(&self, f: Formula, into: &mut BTreeSet<Tag>) {
        let mut seen = FxHashSet::default();
        let mut stack = vec![f];
        while let Some(f) = stack.pop() {
            if !seen.insert(f) {
                continue;
            }
            match self.node(f) {
                Node::Const(_) | Node::Atom(..) => {}
                Node::Not(inner) => stack.push(*inner),
                Node::Tagged(tag, inner) => {
                    into.insert(*tag);
                    stack.push(*inner);
                }
                Node::And(parts) | Node::Or(parts) => stack.extend(parts.iter().copied()),
            }
        }
    }

    /// The formula with labelled parts replaced where `with` gives a replacement; other labels are dropped.
    pub fn replace_tagged(
        &mut self,
        f: Formula,
        with: &mut dyn FnMut(Tag, Formula, &mut Store) -> Option<Formula>,
    ) -> Formula {
        self.replace(f, with, &mut FxHashMap::default())
    }

    /// The formula with other labels.
    pub fn relabel(&mut self, f: Formula, other: &dyn Fn(Tag) -> Tag) -> Formula {
        self.relabelled(f, other, &mut FxHashMap::default())
    }

    fn relabelled(
        &mut self,
        f: Formula,
        other: &dyn Fn(Tag) -> Tag,
        memo: &mut FxHashMap<Formula, Formula>,
    ) -> Formula {
        if let Some(done) = memo.get(&f) {
            return *done;
        }
        let result = match self.node(f).clone() {
            Node::Const(_) | Node::Atom(..) => f,
            Node::Not(inner) => {
                let inner = self.relabelled(inner, other, memo);
                self.not(inner)
            }
            Node::Tagged(tag, inner) => {
                let inner = self.relabelled(inner, other, memo);
                self.tagged(other(tag), inner)
            }
            Node::And(parts) => {
                let parts: Vec<_> = parts.iter().map(|p| self.relabelled(*p, other, memo)).collect();
                self.and(parts)
            }
            Node::Or(parts) => {
                let parts: Vec<_> = parts.iter().map(|p| self.relabelled(*p, other, memo)).collect();
                self.or(parts)
            }
        };
        memo.insert(f, result);
        result
    }

    fn replace(
        &mut self,
        f: Formula,
        with: &mut dyn FnMut(Tag, Formula, &mut Store) -> Option<Formula>,
        memo: &mut FxHashMap<Formula, Formula>,
    ) -> Formula {
        if let Some(done) = memo.get(&f) {
            return *done;
        }
        let result = match self.node(f).clone() {
            Node::Const(_) | Node::Atom(..) => f,
            Node::Not(inner) => {
                let inner = self.replace(inner, with, memo);
                self.not(inner)
            }
            Node::Tagged(tag, inner) => match with(tag, inner, self) {
                Some(replacement) => replacement,
                None => self.replace(inner, with, memo),
            },
            Node::And(parts) => {
                let parts: Vec<_> = parts.iter().map(|p| self.replace(*p, with, memo)).collect();
                self.and(parts)
            }
            Node::Or(parts) => {
                let parts: Vec<_> = parts.iter().map(|p| self.replace(*p, with, memo)).collect();
                self.or(parts)
            }
        };
        memo.insert(f, result);
        result
    }

    fn rewrite(
        &mut self,
        f: Formula,
        map: &HashMap<Var, Substitution>,
        keep_tags: bool,
        memo: &mut FxHashMap<Formula, Formula>,
    ) -> Formula {
        if let Some(done) = memo.get(&f) {
            return *done;
        }
        let result = match self.node(f).clone() {
            Node::Const(_) => f,
            Node::Atom(var, value) => match map.get(&var) {
                None => f,
                Some(Substitution::Value(fixed)) => self.constant(*fixed == value),
                Some(Substitution::Var(other)) => self.atom(*other, value),
            },
            Node::Not(inner) => {
                let inner = self.rewrite(inner, map, keep_tags, memo);
                self.not(inner)
            }
            Node::Tagged(tag, inner) => {
                let inner = self.rewrite(inner, map, keep_tags, memo);
                if keep_tags { self.tagged(tag, inner) } else { inner }
            }
            Node::And(parts) => {
                let parts: Vec<_> = parts.iter().map(|p| self.rewrite(*p, map, keep_tags, memo)).collect();
                self.and(parts)
            }
            Node::Or(parts) => {
                let parts: Vec<_> = parts.iter().map(|p| self.rewrite(*p, map, keep_tags, memo)).collect();
                self.or(parts)
            }
        };
        memo.insert(f, result);
        result
    }
}
