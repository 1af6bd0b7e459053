//! A stable text form of formulas, for goldens and explanations.

use super::formula::{Formula, Node, Store, Tag, Var};

impl Store {
    /// Renders a formula; `atom` names a variable's value and `tag` a label.
    pub fn render(
        &self,
        f: Formula,
        atom: &dyn Fn(Var, u16) -> String,
        tag: &dyn Fn(Tag) -> String,
    ) -> String {
        match self.node(f) {
            Node::Const(value) => value.to_string(),
            Node::Atom(var, value) => atom(*var, *value),
            Node::Not(inner) => format!("¬{}", self.render(*inner, atom, tag)),
            Node::Tagged(label, inner) => format!("{}:{}", tag(*label), self.render(*inner, atom, tag)),
            Node::And(parts) => self.render_parts(parts, " ∧ ", atom, tag),
            Node::Or(parts) => self.render_parts(parts, " ∨ ", atom, tag),
        }
    }

    fn render_parts(
        &self,
        parts: &[Formula],
        separator: &str,
        atom: &dyn Fn(Var, u16) -> String,
        tag: &dyn Fn(Tag) -> String,
    ) -> String {
        let parts: Vec<_> = parts.iter().map(|p| self.render(*p, atom, tag)).collect();
        format!("({})", parts.join(separator))
    }
}
