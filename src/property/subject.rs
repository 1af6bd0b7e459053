//! What a verdict is on: a property of the catalogue, or a statement of a contract.

use std::sync::Arc;

use super::catalogue::{Claim, Kind, Property};
use crate::contract::Statement;

/// A property or a statement.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Its id.
    pub id: String,
    /// The question that it answers, in plain words.
    pub question: String,
    /// What sort of claim.
    pub kind: Kind,
    /// How bad a violation is.
    pub severity: &'static str,
    /// The statement, where it is one.
    pub statement: Option<Arc<Statement>>,
}

impl From<&'static Property> for Subject {
    fn from(property: &'static Property) -> Self {
        Self {
            id: property.id.to_owned(),
            question: property.question.to_owned(),
            kind: property.kind,
            severity: property.severity,
            statement: None,
        }
    }
}

impl From<&Arc<Statement>> for Subject {
    fn from(statement: &Arc<Statement>) -> Self {
        Self {
            id: statement.verdict_id(),
            question: statement.text.clone(),
            kind: Kind::Claim(Claim::Contract(statement.must)),
            severity: "high",
            statement: Some(Arc::clone(statement)),
        }
    }
}
