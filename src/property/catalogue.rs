//! The properties by id.

/// What sort of claim a property makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Everybody of the premise reaches access by some choice; a counterexample is a dead end.
    Lockout,
    /// Nobody reaches access without the claim; a counterexample is a trace.
    Bypass,
}

/// A property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Property {
    /// Its id.
    pub id: &'static str,
    /// The question that it answers, in plain words.
    pub question: &'static str,
    /// What sort of claim.
    pub kind: Kind,
    /// How bad a violation is.
    pub severity: &'static str,
}

/// All properties.
pub const CATALOGUE: &[Property] = &[
    Property {
        id: "lockout.external",
        question: "Can every external person who is let in at all meet what is asked of them?",
        kind: Kind::Lockout,
        severity: "high",
    },
    Property {
        id: "bypass.mfa",
        question: "Can anybody reach an application without multifactor authentication?",
        kind: Kind::Bypass,
        severity: "critical",
    },
];

/// The properties whose ids match a pattern with `*`.
pub fn matching(pattern: &str) -> Vec<&'static Property> {
    CATALOGUE.iter().filter(|property| fits(pattern.as_bytes(), property.id.as_bytes())).collect()
}

fn fits(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), _) => {
            fits(rest, text) || text.split_first().is_some_and(|(_, shorter)| fits(pattern, shorter))
        }
        (Some((p, pattern)), Some((t, text))) => p.eq_ignore_ascii_case(t) && fits(pattern, text),
        _ => false,
    }
}
