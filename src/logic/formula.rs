//! Formulas and their only constructors.

use rustc_hash::{FxHashMap, FxHashSet};

/// A finite-domain variable; the domain is `0..n` for an `n` that its owner knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Var(pub u32);

/// An opaque label on a sub-formula, for example a rule; this room does not know what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tag(pub u32);

/// A handle into a [`Store`]; equal handles are equal formulas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Formula(pub(super) u32);

/// One node of a formula.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    /// A constant.
    Const(bool),
    /// The variable has this value.
    Atom(Var, u16),
    /// Negation.
    Not(Formula),
    /// Conjunction of two or more.
    And(Box<[Formula]>),
    /// Disjunction of two or more.
    Or(Box<[Formula]>),
    /// The same formula with a label. Constant folding never looks through a label, so a rule that decided by
    /// being constant is still found by [`Evaluation::explain`](super::Evaluation::explain).
    Tagged(Tag, Formula),
}

/// A full valuation: the value of variable `v` is at index `v`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Assignment(pub Vec<u16>);

impl Assignment {
    /// The value of a variable; variables beyond the end have value 0.
    pub fn get(&self, var: Var) -> u16 {
        self.0.get(var.0 as usize).copied().unwrap_or(0)
    }

    /// Sets the value of a variable, growing the valuation where needed.
    pub fn set(&mut self, var: Var, value: u16) {
        let at = var.0 as usize;
        if self.0.len() <= at {
            self.0.resize(at + 1, 0);
        }
        if let Some(slot) = self.0.get_mut(at) {
            *slot = value;
        }
    }
}

/// The owner of all formulas of one run; hash-consed, so equal formulas are shared.
#[derive(Clone, Debug, Default)]
pub struct Store {
    nodes: Vec<Node>,
    index: FxHashMap<Node, Formula>,
}

impl Store {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many distinct nodes exist.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether no formula was built yet.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The node behind a handle. A handle of another store reads as `false`.
    pub fn node(&self, f: Formula) -> &Node {
        self.nodes.get(f.0 as usize).unwrap_or(&Node::Const(false))
    }

    fn intern(&mut self, node: Node) -> Formula {
        if let Some(found) = self.index.get(&node) {
            return *found;
        }
        let f = Formula(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(node.clone());
        self.index.insert(node, f);
        f
    }

    /// A constant.
    pub fn constant(&mut self, value: bool) -> Formula {
        self.intern(Node::Const(value))
    }

    /// `var = value`.
    pub fn atom(&mut self, var: Var, value: u16) -> Formula {
        self.intern(Node::Atom(var, value))
    }

    /// `var ∈ values`; false for an empty set.
    pub fn member(&mut self, var: Var, values: impl IntoIterator<Item = u16>) -> Formula {
        let atoms: Vec<_> = values.into_iter().map(|value| self.atom(var, value)).collect();
        self.or(atoms)
    }

    /// Negation; double negation and bare constants fold.
    pub fn not(&mut self, f: Formula) -> Formula {
        match *self.node(f) {
            Node::Const(value) => self.constant(!value),
            Node::Not(inner) => inner,
            _ => self.intern(Node::Not(f)),
        }
    }

    /// Conjunction; true for no operands.
    pub fn and(&mut self, parts: impl IntoIterator<Item = Formula>) -> Formula {
        self.junction(parts, true)
    }

    /// Disjunction; false for no operands.
    pub fn or(&mut self, parts: impl IntoIterator<Item = Formula>) -> Formula {
        self.junction(parts, false)
    }

    /// `¬a ∨ b`.
    pub fn implies(&mut self, a: Formula, b: Formula) -> Formula {
        let not_a = self.not(a);
        self.or([not_a, b])
    }

    /// The formula with a label.
    pub fn tagged(&mut self, tag: Tag, f: Formula) -> Formula {
        self.intern(Node::Tagged(tag, f))
    }

    /// `unit` is the neutral constant: true for a conjunction, false for a disjunction.
    fn junction(&mut self, parts: impl IntoIterator<Item = Formula>, unit: bool) -> Formula {
        let mut flat = Vec::new();
        for part in parts {
            match self.node(part) {
                Node::Const(value) if *value == unit => {}
                Node::Const(_) => return part,
                Node::And(inner) if unit => flat.extend(inner.iter().copied()),
                Node::Or(inner) if !unit => flat.extend(inner.iter().copied()),
                _ => flat.push(part),
            }
        }
        let mut seen = FxHashSet::default();
        flat.retain(|f| seen.insert(*f));
        match flat.as_slice() {
            [] => self.constant(unit),
            [one] => *one,
            _ if unit => self.intern(Node::And(flat.into_boxed_slice())),
            _ => self.intern(Node::Or(flat.into_boxed_slice())),
        }
    }

    /// The variables of a formula, each once, in order.
    pub fn support(&self, f: Formula) -> Vec<Var> {
        let mut seen = FxHashSet::default();
        let mut vars = std::collections::BTreeSet::new();
        let mut stack = vec![f];
        while let Some(f) = stack.pop() {
            if !seen.insert(f) {
                continue;
            }
            match self.node(f) {
                Node::Const(_) => {}
                Node::Atom(var, _) => {
                    vars.insert(*var);
                }
                Node::Not(inner) | Node::Tagged(_, inner) => stack.push(*inner),
                Node::And(parts) | Node::Or(parts) => stack.extend(parts.iter().copied()),
            }
        }
        vars.into_iter().collect()
    }
}
