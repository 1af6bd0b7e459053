//! A problem as SMT-LIB, for any solver.

use std::fmt::Write;

use super::problem::{Literal, Problem};

/// The script; `says` are lines of what it asks, and `answer` is the one that was found.
pub fn script(problem: &Problem, says: &[String], answer: &str) -> String {
    let mut text = String::new();
    for line in says {
        let _ = writeln!(text, "; {}", plain(line));
    }
    let _ = writeln!(text, "(set-logic QF_UF)\n(set-info :status {answer})");
    for (at, name) in (1..).zip(&problem.inputs) {
        let _ = writeln!(text, "(declare-const v{at} Bool) ; {}", plain(name));
    }
    let first = problem.inputs.len() + 1;
    for (at, gate) in (first..).zip(&problem.gates) {
        let _ = write!(text, "(define-fun v{at} () Bool ");
        match (gate.all, gate.of.as_slice()) {
            (all, []) => {
                let _ = write!(text, "{all}");
            }
            (_, [one]) => term(&mut text, *one),
            (all, several) => {
                text.push_str(if all { "(and" } else { "(or" });
                for literal in several {
                    text.push(' ');
                    term(&mut text, *literal);
                }
                text.push(')');
            }
        }
        text.push_str(")\n");
    }
    for (says, literal) in &problem.asserted {
        text.push_str("(assert ");
        term(&mut text, *literal);
        let _ = writeln!(text, ") ; {}", plain(says));
    }
    text + "(check-sat)\n"
}

fn term(text: &mut String, literal: Literal) {
    let number = literal.0.unsigned_abs();
    let _ = if literal.0 < 0 { write!(text, "(not v{number})") } else { write!(text, "v{number}") };
}

/// What can stand in a comment: one line of printable text.
pub(super) fn plain(text: &str) -> String {
    text.replace(|c: char| c.is_control() || "\u{2028}\u{2029}\u{feff}".contains(c), " ")
}
