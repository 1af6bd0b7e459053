//! What a contract says, after everything in it has been understood.

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

    /// It speaks of a dimension, which is given then, and nobody chooses it.
    pub fn speaks_of(&self, key: &Key) -> bool {
        self.about.keys().contains(key)
    }

    /// The question of it settles a dimension, unless it speaks of it itself: by what people choose on the way, or by what is best for
    /// whoever wants to get in. A waiver that told such sign-ins apart would make another question of it.
    pub fn settles(&self, key: &Key) -> bool {
        let (reach, need) = (self.must == Must::Reach, self.must == Must::Need);
        let by_claim = match key {
            Key::Client | Key::Flow | Key::FederatedBehavior => reach,
            Key::Claim(_) | Key::CanRegister(_) | Key::HomeAllows(_) | Key::HomeRegistration => reach || need,
            Key::AcceptsTerms | Key::Interactive => !need || !self.needs.iter().any(is_terms),
            Key::AddsPassword | Key::HomeOutbound => true,
            // A device is brought along or given as a whole.
            key => reach && of_device(key) && !self.about.keys().iter().any(of_device),
        };
        by_claim && !self.speaks_of(key)
    }

    /// It is about user actions or authentication contexts too; otherwise about applications.
    pub fn beyond_applications(&self) -> bool {
        let other = |fact: &&Fact| matches!(fact, Fact::Is(Key::Target, name) if is_no_application(name));
        self.about.facts().iter().any(other)
    }
}

fn of_device(key: &Key) -> bool {
    *key == Key::DeviceTrust || key.is_of_device()
}

fn is_terms(control: &Control) -> bool {
    matches!(control, Control::TermsOfUse(_))
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
