//! Variables for what is not known: open questions, absent input, keys that were not understood.

use std::collections::BTreeMap;

use crate::logic::Var;

/// One variable that no scenario states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// The variable.
    pub var: Var,
    /// The key under which `dependsOn` names it; several variables may share one.
    pub key: String,
    /// What tells variables with one key apart.
    pub part: String,
    /// Its values by name.
    pub values: Vec<String>,
    /// It is a function of the sign-in: two sign-ins, two values.
    pub per_sign_in: bool,
}

/// All of them, in the order in which rules asked for them.
#[derive(Clone, Debug, Default)]
pub struct Unknowns {
    first: u32,
    list: Vec<Unknown>,
    index: BTreeMap<(String, String), usize>,
}

impl Unknowns {
    /// None yet; their variables come after the `first` ones, which belong to the space.
    pub fn after(first: u32) -> Self {
        Self { first, ..Self::default() }
    }

    /// The variable of a key and part, made on first use.
    pub fn variable(&mut self, key: &str, part: &str, values: &[String], per_sign_in: bool) -> Var {
        let at = (key.to_owned(), part.to_owned());
        if let Some(known) = self.index.get(&at).and_then(|i| self.list.get(*i)) {
            return known.var;
        }
        let var = Var(self.first + u32::try_from(self.list.len()).unwrap_or(u32::MAX));
        self.index.insert(at, self.list.len());
        let (key, part, values) = (key.to_owned(), part.to_owned(), values.to_vec());
        self.list.push(Unknown { var, key, part, values, per_sign_in });
        var
    }

    /// All, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Unknown> {
        self.list.iter()
    }

    /// The unknown behind a variable.
    pub fn get(&self, var: Var) -> Option<&Unknown> {
        self.list.get(var.0.checked_sub(self.first)? as usize)
    }

    /// The first variable that is free for others.
    pub fn end(&self) -> u32 {
        self.first + u32::try_from(self.list.len()).unwrap_or(u32::MAX)
    }
}
