//! Facts that somebody vouches for: a YAML file that fixes open questions, each with author and reason.

use std::path::Path;

use serde::Deserialize;

/// One fact.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// The key of an open question, or of something that no export holds.
    pub assume: String,
    /// The reading, or `yes` or `no`.
    pub value: String,
    /// Who vouches for it.
    pub author: String,
    /// How it is known.
    pub reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    facts: Vec<Fact>,
}

/// Reads a file of facts; an error names file, line and what to do.
pub fn read_facts(path: &Path) -> Result<Vec<Fact>, String> {
    let shown = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("cannot read `{shown}`: {error}; check the path"))?;
    let file: File = serde_saphyr::from_str(&text).map_err(|error| {
        let place = error.location().map_or_else(String::new, |at| format!(":{}", at.line()));
        let message = error.without_snippet().to_string();
        format!(
            "{shown}{place}: {message}; a file of facts is `facts:` with a list of `assume`, `value`, `author` and `reason`"
        )
    })?;
    for fact in &file.facts {
        let empty = [("author", &fact.author), ("reason", &fact.reason)];
        if let Some((name, _)) = empty.iter().find(|(_, text)| text.trim().is_empty()) {
            return Err(format!(
                "{shown}: the fact {} has no {name}; say who vouches for it, and why",
                fact.assume
            ));
        }
    }
    Ok(file.facts)
}
