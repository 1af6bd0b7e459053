//! Predicates in CEL: parsed by the `cel` crate, checked and taken over here. Nothing is evaluated by it.
//!
//! What can be said is a combination of comparisons of dimensions with constants. Everything else is refused with its place:
//! a formula over finite dimensions has no strings to cut and no numbers to add.

use cel::common::ast::operators as op;
use cel::common::ast::{CallExpr, Expr, LiteralValue, SourceInfo};
use cel::parser::Parser;

use super::facts::{fact, flag, nothing};
use super::mistake::hint;
use super::names::Names;
use super::predicate::Predicate;
use super::variables::{Holds, REFUSED, VARIABLES, Variable, variable};

/// What is wrong with an expression, and at which character of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) offset: usize,
    pub(super) message: String,
}

/// The predicate of an expression.
pub(super) fn predicate(text: &str, names: &Names) -> Result<Predicate, Vec<Refused>> {
    let parsed = Parser::new().parse_with_source_info(text);
    let (expression, source) = parsed.map_err(|errors| {
        let refused = |error: &cel::ParseError| {
            let (line, column) = error.pos;
            Refused { offset: offset(text, line, column), message: unreadable(&error.msg) }
        };
        let mut all: Vec<_> = errors.errors.iter().map(refused).collect();
        // What follows the first error is mostly its echo.
        all.truncate(1);
        all
    })?;
    let mut reader = Reader { names, source, refused: Vec::new() };
    let found = reader.truth(&expression);
    if reader.refused.is_empty() { Ok(found) } else { Err(reader.refused) }
}

/// What the parser says, without the list of all that could have stood there.
fn unreadable(said: &str) -> String {
    if said.contains("Recursion limit") {
        return "the expression has too many parentheses within one another; write it flatter".into();
    }
    let said = said.lines().next().unwrap_or_default();
    let said = said.split(" expecting {").next().unwrap_or_default();
    let said = said.strip_prefix("Syntax error: ").unwrap_or(said);
    format!("not a CEL expression: {said}; docs/contracts.md shows what can be written")
}

/// The character at a line and column of a text.
fn offset(text: &str, line: isize, column: isize) -> usize {
    let before = usize::try_from(line.saturating_sub(1)).unwrap_or(0);
    let lines: usize = text.split_inclusive('\n').take(before).map(|line| line.chars().count()).sum();
    lines + usize::try_from(column.saturating_sub(1)).unwrap_or(0)
}

type Node = cel::IdedExpr;

/// One side of a comparison.
enum Side {
    Dimension(&'static Variable),
    Text(String),
    Null,
    List(Vec<(u64, Side)>),
    Truth(Predicate),
    Wrong,
}

struct Reader<'a> {
    names: &'a Names<'a>,
    source: SourceInfo,
    refused: Vec<Refused>,
}

impl Reader<'_> {
    fn refuse(&mut self, id: u64, message: impl Into<String>) {
        let offset = self.source.offset_for(id).map_or(0, |(start, _)| start as usize);
        self.refused.push(Refused { offset, message: message.into() });
    }

    /// An expression that is true or false.
    fn truth(&mut self, node: &Node) -> Predicate {
        let wanted = "an expression here has to be true or false: compare it, like";
        match self.side(node) {
            Side::Truth(predicate) => return predicate,
            Side::Wrong => {}
            Side::Dimension(variable) => match (flag(variable), variable.holds) {
                (Some(predicate), _) => return predicate,
                (None, Holds::Set(_) | Holds::Methods) => {
                    self.refuse(node.id, format!("{wanted} `\"…\" in {}`", variable.name));
                }
                (None, _) => self.refuse(node.id, format!("{wanted} `{} == \"…\"`", variable.name)),
            },
            Side::Text(_) | Side::Null | Side::List(_) => {
                self.refuse(node.id, format!("{wanted} `user.kind == \"member\"`"));
            }
        }
        Predicate::Constant(false)
    }

    fn side(&mut self, node: &Node) -> Side {
        match &node.expr {
            Expr::Literal(LiteralValue::Boolean(value)) => Side::Truth(Predicate::Constant(*value.inner())),
            Expr::Literal(LiteralValue::String(text)) => Side::Text(text.inner().to_owned()),
            Expr::Literal(LiteralValue::Null) => Side::Null,
            Expr::Literal(LiteralValue::Bytes(_)) => {
                self.wrong(node.id, "no dimension of a sign-in is a row of bytes; take the `b` before the text out")
            }
            Expr::Literal(_) => {
                self.wrong(node.id, "no dimension of a sign-in is a number; use texts, true, false or null")
            }
            Expr::Ident(_) | Expr::Select(_) => self.dimension(node),
            Expr::List(list) => {
                let items = list.elements.iter().map(|item| (item.id, self.side(item))).collect();
                Side::List(items)
            }
            Expr::Call(call) => self.call(node, call),
            Expr::Comprehension(_) => self.wrong(
                node.id,
                "macros such as `exists`, `all` and `filter` are not supported; write `\"…\" in` a set, joined with && or ||",
            ),
            Expr::Map(_) | Expr::Struct(_) => {
                self.wrong(node.id, "maps and messages are not supported; compare single dimensions")
            }
            Expr::Unspecified => self.wrong(node.id, "the expression is empty"),
        }
    }

    fn wrong(&mut self, id: u64, message: impl Into<String>) -> Side {
        self.refuse(id, message);
        Side::Wrong
    }

    fn dimension(&mut self, node: &Node) -> Side {
        let Some(name) = path(node) else {
            return self.wrong(node.id, "`has` and fields of results are not supported; compare a dimension");
        };
        if let Some(found) = variable(&name) {
            return Side::Dimension(found);
        }
        let beyond = REFUSED.iter().find(|(refused, _)| name == *refused || below(&name, refused));
        let set = VARIABLES.iter().find(|variable| below(&name, variable.name));
        let message = match (set, beyond) {
            (Some(variable), _) => format!("{} has no fields; compare it as a whole", variable.name),
            (None, Some((_, instead))) => format!("`{name}` cannot be used in contracts: {instead}"),
            (None, None) => {
                let hint = hint(&name, VARIABLES.iter().map(|variable| variable.name));
                format!("`{name}` is no dimension of a sign-in{hint}; docs/contracts.md lists them")
            }
        };
        self.wrong(node.id, message)
    }

    fn call(&mut self, node: &Node, call: &CallExpr) -> Side {
        let args: Vec<&Node> = call.args.iter().collect();
        match (call.func_name.as_str(), args.as_slice()) {
            (op::LOGICAL_NOT, [one]) => Side::Truth(self.truth(one).negated()),
            (op::LOGICAL_AND, parts) => Side::Truth(Predicate::All(self.truths(parts))),
            (op::LOGICAL_OR, parts) => Side::Truth(Predicate::Any(self.truths(parts))),
            (op::CONDITIONAL, [condition, yes, no]) => {
                let (condition, yes, no) = (self.truth(condition), self.truth(yes), self.truth(no));
                let first = Predicate::All(vec![condition.clone(), yes]);
                let second = Predicate::All(vec![condition.negated(), no]);
                Side::Truth(Predicate::Any(vec![first, second]))
            }
            (op::EQUALS, [a, b]) => Side::Truth(self.equal(node.id, a, b)),
            (op::NOT_EQUALS, [a, b]) => Side::Truth(self.equal(node.id, a, b).negated()),
            (op::IN, [a, b]) => Side::Truth(self.inside(node.id, a, b)),
            (op::LESS | op::LESS_EQUALS | op::GREATER | op::GREATER_EQUALS, _) => self.wrong(
                node.id,
                "values have no order here; list those you mean, like `conditions.signInRiskLevel in [\"medium\", \"high\"]`",
            ),
            (op::INDEX | op::OPT_INDEX | op::OPT_SELECT, _) => {
                self.wrong(node.id, "sets have no positions; write `\"…\" in` the set")
            }
            (op::ADD | op::SUBSTRACT | op::MULTIPLY | op::DIVIDE | op::MODULO | op::NEGATE, _) => {
                self.wrong(node.id, "nothing is calculated in contracts; compare dimensions with constants")
            }
            (name, _) => self.wrong(
                node.id,
                format!("the function `{name}` is not supported; compare dimensions with ==, != and in"),
            ),
        }
    }

    fn truths(&mut self, parts: &[&Node]) -> Vec<Predicate> {
        parts.iter().map(|part| self.truth(part)).collect()
    }

    /// `a == b`: a dimension and a constant in either order, or two truth values.
    fn equal(&mut self, id: u64, a: &Node, b: &Node) -> Predicate {
        let (first, second) = (self.side(a), self.side(b));
        match (as_truth(first), as_truth(second)) {
            (Side::Wrong, _) | (_, Side::Wrong) => {}
            (Side::Truth(a), Side::Truth(b)) => return Predicate::same(a, b),
            (Side::Dimension(variable), constant) => return self.is(variable, &constant, b.id, id),
            (constant, Side::Dimension(variable)) => return self.is(variable, &constant, a.id, id),
            (Side::Truth(_), _) | (_, Side::Truth(_)) => {
                self.refuse(id, "true or false is compared with something else; compare it with `true` or `false`, or with nothing");
            }
            _ => self.refuse(id, "two constants are compared; one side has to be a dimension of a sign-in"),
        }
        Predicate::Constant(false)
    }

    /// A dimension is a constant.
    fn is(&mut self, variable: &Variable, constant: &Side, at: u64, whole: u64) -> Predicate {
        if matches!(variable.holds, Holds::Set(_) | Holds::Methods) {
            self.refuse(whole, format!("{0} is a set; write `\"…\" in {0}`", variable.name));
            return Predicate::Constant(false);
        }
        let found = match constant {
            Side::Text(text) => fact(variable, text, self.names),
            Side::Null => nothing(variable),
            Side::Dimension(other) => Err(format!(
                "{} and {} are compared with each other; compare a dimension with a constant",
                variable.name, other.name
            )),
            _ => Err(format!("{} is compared with something that it cannot be", variable.name)),
        };
        found.unwrap_or_else(|message| {
            self.refuse(at, message);
            Predicate::Constant(false)
        })
    }

    /// `dimension in [constants]`, or `constant in set`.
    fn inside(&mut self, id: u64, a: &Node, b: &Node) -> Predicate {
        match (self.side(a), self.side(b)) {
            (Side::Wrong, _) | (_, Side::Wrong) => {}
            (Side::Dimension(variable), Side::List(items)) => {
                let parts = items.iter().map(|(at, item)| self.is(variable, item, *at, id)).collect();
                return Predicate::Any(parts);
            }
            (Side::Text(text), Side::Dimension(variable))
                if matches!(variable.holds, Holds::Set(_) | Holds::Methods) =>
            {
                match fact(variable, &text, self.names) {
                    Ok(predicate) => return predicate,
                    Err(message) => self.refuse(a.id, message),
                }
            }
            (_, Side::Dimension(variable)) => {
                self.refuse(id, format!("`in` wants a text before {} and a set behind", variable.name));
            }
            _ => self.refuse(id, "`in` wants a dimension and a list of constants, or a text and a set"),
        }
        Predicate::Constant(false)
    }
}

/// A yes-or-no dimension is a truth value by itself.
fn as_truth(side: Side) -> Side {
    match side {
        Side::Dimension(variable) => flag(variable).map_or(Side::Dimension(variable), Side::Truth),
        other => other,
    }
}

/// `a.b.c` of nested fields.
fn path(node: &Node) -> Option<String> {
    match &node.expr {
        Expr::Ident(name) => Some(name.clone()),
        Expr::Select(select) if !select.test => Some(format!("{}.{}", path(&select.operand)?, select.field)),
        _ => None,
    }
}

/// A name is a field of another one.
fn below(name: &str, other: &str) -> bool {
    name.strip_prefix(other).is_some_and(|rest| rest.starts_with('.'))
}
