//! What a contract says, after everything in it has been understood.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;

use super::mistake::Position;
use super::predicate::{Fact, Predicate};
use crate::model::{Control, Mentioned};
use crate::scenario::Key;

/// What a statement claims of the sign-ins that it describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Must {
    /// Everybody gets in by some choice of theirs; a block and a closed gate are failures too.
    Reach,
    /// Nobody gets in by any choice.
    BeBlocked,
    /// Nobody gets in without meeting one of the named controls.
    Need,
    /// No such sign-in gets in.
    Never,
}

impl Must {
    /// The name in files and catalogues.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reach => "reach",
            Self::BeBlocked => "beBlocked",
            Self::Need => "need",
            Self::Never => "never",
        }
    }
}

/// What somebody answers for: these counterexamples of a statement do not fail, until the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// Where it stands.
    pub path: String,
    /// Where it stands there.
    pub at: Position,
    /// Who answers for it.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// The last day on which it counts.
    pub expires: Date,
    /// The sign-ins that it is for.
    pub about: Predicate,
}

/// One statement of a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Its name in the file; verdicts are on `contract.` and this.
    pub id: String,
    /// The file.
    pub path: String,
    /// Where it stands there.
    pub at: Position,
    /// What it says, in words.
    pub text: String,
    /// The claim.
    pub must: Must,
    /// The sign-ins that it is about.
    pub about: Predicate,
    /// For `need`: the controls of which one has to be met.
    pub needs: Vec<Control>,
    /// What it and its waivers name.
    pub mentioned: Mentioned,
    /// The verdict that `test` expects.
    pub expect: String,
    /// Its waivers, in the order of the file.
    pub waivers: Vec<Waiver>,
}

impl Statement {
    /// The name of its verdict.
    pub fn verdict_id(&self) -> String {
        format!("contract.{}", self.id)
    }

    /// The dimensions that it speaks of: they are given, and nobody chooses them. Waivers count, since they are about the same
    /// sign-ins.
    pub fn given(&self) -> BTreeSet<Key> {
        let waived = self.waivers.iter().flat_map(|waiver| waiver.about.facts());
        let facts = self.about.facts().into_iter().chain(waived);
        facts.flat_map(keys).collect()
    }

    /// It is about user actions or authentication contexts too; otherwise about applications.
    pub fn beyond_applications(&self) -> bool {
        let other = |fact: &&Fact| matches!(fact, Fact::Is(Key::Target, name) if is_no_application(name));
        self.about.facts().iter().any(other)
    }
}

/// The dimensions behind a fact. Where a sign-in comes from is told by address, country and network.
fn keys(fact: &Fact) -> Vec<Key> {
    match fact {
        Fact::Is(key, _) => vec![key.clone()],
        Fact::InSuite(_) => vec![Key::Target],
        Fact::Inside(id) => vec![Key::Address, Key::Country, Key::Network(id.clone())],
    }
}

/// A target that is a user action or an authentication context.
fn is_no_application(name: &str) -> bool {
    name.starts_with("urn:user:") || name.starts_with("authenticationContext ")
}

/// A contract, understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contract {
    /// Its statements, in the order of the file.
    pub statements: Vec<Arc<Statement>>,
}
