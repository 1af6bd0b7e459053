//! A question in propositional logic: inputs, gates over them, and what is asserted.
//!
//! A variable with `n` values is `n` inputs of which exactly one is true; one with two values is one input. Both printed forms are made
//! from this, line by line, so that a reader of the one finds every line of it in the other.

use std::collections::{BTreeMap, HashMap};

use crate::logic::{Formula, Node, Store, Var};

/// An input or a gate by its number from 1 on, negative if it is negated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Literal(pub i32);

impl std::ops::Neg for Literal {
    type Output = Self;

    fn neg(self) -> Self {
        Self(-self.0)
    }
}

/// A conjunction or a disjunction; of nothing it is true or false.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gate {
    /// It is a conjunction.
    pub all: bool,
    /// What it is of: inputs and gates before it.
    pub of: Vec<Literal>,
}

/// What a variable and its values are called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain {
    /// The variable.
    pub name: String,
    /// Its values, in order.
    pub values: Vec<String>,
}

/// The question whether everything asserted can be true.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problem {
    /// Inputs by number, `variable=value`.
    pub inputs: Vec<String>,
    /// Gates; the first one has the number after the last input.
    pub gates: Vec<Gate>,
    /// What is asserted, with what it says.
    pub asserted: Vec<(String, Literal)>,
}

impl Problem {
    /// Of formulas, each with what it says; `domain` names a variable and its values.
    pub fn of(store: &Store, asserted: &[(String, Formula)], domain: &dyn Fn(Var) -> Domain) -> Self {
        let mut vars: Vec<Var> = asserted.iter().flat_map(|(_, formula)| store.support(*formula)).collect();
        vars.sort_unstable();
        vars.dedup();
        let mut builder = Builder { problem: Self::default(), atoms: BTreeMap::new(), known: HashMap::new() };
        let ranges: Vec<(String, Vec<Literal>)> =
            vars.into_iter().filter_map(|var| builder.inputs(var, &domain(var))).collect();
        for (name, values) in ranges {
            builder.exactly_one(&name, &values);
        }
        for (name, formula) in asserted {
            let literal = builder.literal(store, *formula);
            builder.problem.asserted.push((name.clone(), literal));
        }
        builder.problem
    }

    /// How many inputs and gates there are.
    pub fn size(&self) -> usize {
        self.inputs.len() + self.gates.len()
    }
}

struct Builder {
    problem: Problem,
    /// The literal of a value.
    atoms: BTreeMap<(Var, u16), Literal>,
    /// Formulas that have one; looked up, never walked.
    known: HashMap<Formula, Literal>,
}

impl Builder {
    /// The inputs of a variable; its name and values, where that exactly one of them is true has to be said.
    fn inputs(&mut self, var: Var, domain: &Domain) -> Option<(String, Vec<Literal>)> {
        let values = (0u16..).zip(&domain.values);
        if let [_, second] = domain.values.as_slice() {
            let yes = self.input(format!("{}={second}", domain.name));
            self.atoms.insert((var, 1), yes);
            self.atoms.insert((var, 0), -yes);
            return None;
        }
        let mut all = Vec::new();
        for (value, name) in values {
            let input = self.input(format!("{}={name}", domain.name));
            self.atoms.insert((var, value), input);
            all.push(input);
        }
        Some((domain.name.clone(), all))
    }

    fn input(&mut self, name: String) -> Literal {
        self.problem.inputs.push(name);
        self.last()
    }

    /// The number given last. More of them than a literal can count do not fit into memory.
    fn last(&self) -> Literal {
        Literal(i32::try_from(self.problem.size()).unwrap_or(i32::MAX))
    }

    fn gate(&mut self, all: bool, of: Vec<Literal>) -> Literal {
        self.problem.gates.push(Gate { all, of });
        self.last()
    }

    /// Some value, and none of two: each value excludes that one before it is true.
    fn exactly_one(&mut self, name: &str, values: &[Literal]) {
        let mut before: Option<Literal> = None;
        for (at, value) in values.iter().enumerate() {
            let Some(earlier) = before else {
                before = Some(*value);
                continue;
            };
            let both = self.gate(true, vec![earlier, *value]);
            self.problem.asserted.push((format!("{name} has not two values ({at})"), -both));
            before = Some(self.gate(false, vec![earlier, *value]));
        }
        let some = before.unwrap_or_else(|| self.gate(false, Vec::new()));
        self.problem.asserted.push((format!("{name} has a value"), some));
    }

    /// The literal of a formula. Formulas are as deep as policies are nested, which is not deep; their parts come first.
    fn literal(&mut self, store: &Store, formula: Formula) -> Literal {
        if let Some(known) = self.known.get(&formula) {
            return *known;
        }
        let made = match store.node(formula) {
            Node::Const(value) => self.gate(*value, Vec::new()),
            Node::Atom(var, value) => match self.atoms.get(&(*var, *value)) {
                Some(input) => *input,
                None => self.gate(false, Vec::new()),
            },
            Node::Not(inner) => -self.literal(store, *inner),
            Node::Tagged(_, inner) => self.literal(store, *inner),
            Node::And(parts) => self.junction(store, true, parts),
            Node::Or(parts) => self.junction(store, false, parts),
        };
        self.known.insert(formula, made);
        made
    }

    fn junction(&mut self, store: &Store, all: bool, parts: &[Formula]) -> Literal {
        let mut of: Vec<Literal> = parts.iter().map(|part| self.literal(store, *part)).collect();
        of.sort_unstable();
        of.dedup();
        self.gate(all, of)
    }
}
