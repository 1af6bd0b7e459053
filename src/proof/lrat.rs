//! The check of a proof in LRAT. It knows nothing of how the proof was found.
//!
//! Each line adds a clause and names the clauses from which it follows: with every literal of the new clause taken as false, each named
//! clause in turn has to leave at most one literal open, which then is true, until one has none left. A line may also drop clauses. The
//! proof is complete when a clause without literals was added. The lines for clauses that follow otherwise (RAT) are not taken.

use std::collections::HashMap;
use std::fmt;

/// Why a proof is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// The line, from 1 on; 0 is the proof as a whole.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}", self.what),
            line => write!(f, "line {line}: {}", self.what),
        }
    }
}

/// Whether the text in DIMACS has no solution, by the text in LRAT.
///
/// # Errors
///
/// The first line that does not follow, or what else is wrong with either text.
pub fn check(dimacs: &str, proof: &str) -> Result<(), Flaw> {
    let plain = |byte: u8| byte.is_ascii_digit() || b"d- \n".contains(&byte);
    if !proof.bytes().all(plain) {
        return Err(Flaw { line: 0, what: "there is something in it that is no part of a proof".into() });
    }
    let mut known: HashMap<u64, Vec<i64>> = HashMap::new();
    for (id, clause) in (1..).zip(clauses(dimacs)?) {
        known.insert(id, clause);
    }
    let mut last = u64::try_from(known.len()).unwrap_or(u64::MAX);
    for (at, line) in (1..).zip(proof.lines()) {
        let wrong = |what: &str| Flaw { line: at, what: what.to_owned() };
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        let (id, rest) = words.split_first().ok_or_else(|| wrong("it is empty"))?;
        let id: u64 = id.parse().map_err(|_| wrong("it begins with no id"))?;
        if let Some((&"d", dropped)) = rest.split_first() {
            for id in numbers(dropped).ok_or_else(|| wrong("ids are missing, or the 0 behind them"))? {
                let id = u64::try_from(id).map_err(|_| wrong("an id is negative"))?;
                known.remove(&id).ok_or_else(|| wrong("a clause is dropped that is not there"))?;
            }
            continue;
        }
        let end = rest.iter().position(|word| *word == "0").ok_or_else(|| wrong("the clause has no end"))?;
        let (clause, hints) = rest.split_at(end + 1);
        let clause = numbers(clause).ok_or_else(|| wrong("a literal is no number"))?;
        let hints = numbers(hints).ok_or_else(|| wrong("hints are missing, or the 0 behind them"))?;
        follows(&known, &clause, &hints).map_err(|what| wrong(&what))?;
        if id <= last {
            return Err(wrong("its id is taken, or less than one before"));
        }
        if clause.is_empty() {
            // What stands behind the end was not checked.
            return if proof.lines().count() == at {
                Ok(())
            } else {
                Err(wrong("there is more behind the end"))
            };
        }
        known.insert(id, clause);
        last = id;
    }
    Err(Flaw { line: 0, what: "it does not end with the empty clause".into() })
}

/// The clauses of a text in DIMACS, in order.
fn clauses(dimacs: &str) -> Result<Vec<Vec<i64>>, Flaw> {
    let wrong = |what: &str| Flaw { line: 0, what: format!("the clauses: {what}") };
    let mut lines = dimacs.lines().filter(|line| !line.starts_with('c'));
    let header: Vec<&str> = lines.next().unwrap_or_default().split_ascii_whitespace().collect();
    let ["p", "cnf", _, count] = header.as_slice() else { return Err(wrong("there is no `p cnf` line")) };
    let read = |line: &str| numbers(&line.split_ascii_whitespace().collect::<Vec<_>>());
    let all: Option<Vec<Vec<i64>>> = lines.map(read).collect();
    let all = all.ok_or_else(|| wrong("one is not numbers that end with 0"))?;
    if *count == all.len().to_string() {
        Ok(all)
    } else {
        Err(wrong("there are more or fewer than announced"))
    }
}

/// Numbers other than 0 with a 0 behind the last.
fn numbers(words: &[&str]) -> Option<Vec<i64>> {
    let (end, words) = words.split_last()?;
    let parsed: Option<Vec<i64>> = words.iter().map(|word| word.parse().ok().filter(|n| *n != 0)).collect();
    parsed.filter(|_| *end == "0")
}

fn follows(known: &HashMap<u64, Vec<i64>>, clause: &[i64], hints: &[i64]) -> Result<(), String> {
    // What is taken as false, literal by literal.
    let mut refuted: std::collections::HashSet<i64> = clause.iter().copied().collect();
    if clause.iter().any(|literal| refuted.contains(&-literal)) {
        return Ok(());
    }
    for hint in hints {
        let id = u64::try_from(*hint).map_err(|_| "a hint is negative, which this check does not take")?;
        let hinted = known.get(&id).ok_or_else(|| format!("there is no clause {id}"))?;
        let mut open = hinted.iter().filter(|literal| !refuted.contains(literal));
        match (open.next(), open.next()) {
            (None, _) => return Ok(()),
            (Some(unit), None) => {
                refuted.insert(-unit);
            }
            (Some(_), Some(_)) => return Err(format!("clause {id} leaves more than one literal open")),
        }
    }
    Err("its hints lead to no contradiction".into())
}
