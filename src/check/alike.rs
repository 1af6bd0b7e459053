//! Findings that are the same but for the name of a group: where every policy treats two groups alike, and everything else too, what is
//! found about the one is found about the other.

use std::collections::{BTreeMap, BTreeSet};

use super::decide::Decider;
use super::enumerate::Found;
use crate::logic::{Symmetry, Var};
use crate::model::{GuestScope, Id, Policy};
use crate::scenario::Key;
use crate::symbolic::Literal;

/// For a policy, whether it includes and excludes a group or role.
type Part = Vec<(bool, bool)>;

/// A finding up to the names of groups that can change places: what it says of others, and what of each set of such groups, in order.
type Shape = (BTreeSet<Literal>, Vec<Vec<Vec<u16>>>);

impl Decider<'_> {
    /// Findings with those that are the same up to names behind the first of them, in the order of the first ones.
    pub(super) fn merged<'f>(&self, found: &'f [Found]) -> Vec<(&'f Found, Vec<&'f Found>)> {
        let sets = self.interchangeable(found);
        let mut merged: Vec<(Shape, &Found, Vec<&Found>)> = Vec::new();
        for one in found {
            let shape = shape(&sets, one);
            match merged.iter_mut().find(|(known, ..)| *known == shape) {
                Some((_, first, rest)) => {
                    rest.push(one);
                    // Whichever was found first, the same one is shown.
                    if rest.last().is_some_and(|last| last.literals < first.literals) {
                        rest.pop();
                        rest.push(std::mem::replace(first, one));
                    }
                }
                None => merged.push((shape, one, Vec::new())),
            }
        }
        merged.into_iter().map(|(_, first, rest)| (first, rest)).collect()
    }

    /// Sets of memberships that findings mention and that can change places in everything that is asked.
    fn interchangeable(&self, found: &[Found]) -> Vec<Vec<Var>> {
        let mentioned: BTreeSet<Var> = found.iter().flat_map(|f| f.literals.iter().map(|l| l.var)).collect();
        let mut candidates: BTreeMap<Part, Vec<Var>> = BTreeMap::new();
        for dimension in self.analysis.space.all().iter().filter(|d| mentioned.contains(&d.var)) {
            if let Some(part) = self.part(&dimension.key) {
                candidates.entry(part).or_default().push(dimension.var);
            }
        }
        let asked = [self.question.violation, self.question.premise];
        let mut symmetry = Symmetry::default();
        let mut sets: Vec<Vec<Var>> = Vec::new();
        for alike in candidates.into_values() {
            let from = sets.len();
            for var in alike {
                let store = &self.analysis.meaning.store;
                let fits = |set: &&mut Vec<Var>| {
                    set.first().is_some_and(|first| symmetry.holds(store, &asked, *first, var))
                };
                match sets.iter_mut().skip(from).find(fits) {
                    Some(set) => set.push(var),
                    None => sets.push(vec![var]),
                }
            }
        }
        sets.retain(|set| set.len() > 1);
        sets
    }

    /// What part a group or role has in each policy.
    fn part(&self, key: &Key) -> Option<Part> {
        let names: fn(&GuestScope) -> &[Id] = match key {
            Key::Group(_) => |scope| &scope.groups,
            Key::Role(_) => |scope| &scope.roles,
            _ => return None,
        };
        let (Key::Group(id) | Key::Role(id)) = key else { return None };
        let of = |policy: &Policy| {
            let sides = [&policy.users.include, &policy.users.exclude];
            let [include, exclude] = sides.map(|side| names(side).contains(id));
            (include, exclude)
        };
        Some(self.analysis.tenant.acting_policies().map(of).collect())
    }
}

fn shape(sets: &[Vec<Var>], found: &Found) -> Shape {
    let moves = |literal: &&Literal| sets.iter().any(|set| set.contains(&literal.var));
    let others = found.literals.iter().filter(|literal| !moves(literal)).copied().collect();
    let excluded = |var: &Var| -> Vec<u16> {
        found.literals.iter().filter(|literal| literal.var == *var).map(|literal| literal.not).collect()
    };
    let said = sets.iter().map(|set| {
        let mut said: Vec<Vec<u16>> = set.iter().map(excluded).collect();
        said.sort_unstable();
        said
    });
    (others, said.collect())
}
