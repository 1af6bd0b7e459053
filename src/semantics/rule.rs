//! What a rule is, and the table of all of them.

/// Declares [`RuleId`](super::RuleId) from lines `Variant = "ID", "title", "source", "confidence";`.
macro_rules! rules {
    ($($variant:ident = $id:literal, $title:literal, $source:literal, $confidence:literal;)+) => {
        /// One clause of Entra's behaviour, by its id.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum RuleId { $(#[doc = $title] $variant),+ }

        impl RuleId {
            /// Every rule, in the order of the reference.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The rule's facts.
            pub fn rule(self) -> $crate::semantics::Rule {
                match self {
                    $(Self::$variant => $crate::semantics::Rule {
                        id: $id, title: $title, source: $source, confidence: $confidence,
                    }),+
                }
            }
        }
    };
}
pub(super) use rules;

/// The facts of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its id, for example `CA-41`.
    pub id: &'static str,
    /// What it says, in a few words.
    pub title: &'static str,
    /// Where it is from.
    pub source: &'static str,
    /// How well the source supports it.
    pub confidence: &'static str,
}
