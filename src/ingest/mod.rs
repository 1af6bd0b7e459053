//! Graph JSON to a [`Tenant`](crate::model::Tenant): the only room that knows Graph's field names or reads tenant files.
//!
//! * **In:** a folder or a file (or files in memory).
//! * **Out:** [`Ingested`]: the tenant, what became of every file, and every key that was seen and not understood.
//! * **Never:** meaning. A value that this room does not know becomes an [`Unread`](crate::model::Unread) where it stands;
//!   what that does to a sign-in is decided in `semantics`.
//!
//! Theorem kept: every JSON key of an object that was read is either used, listed as irrelevant with a reason, or an
//! `Unread` in the tenant.

mod classify;
mod cursor;
mod error;
mod facts;
mod federation;
mod filter;
mod home;
mod irrelevant;
mod json;
mod load;
mod locate;
mod lower;
mod request;
mod source;
#[cfg(test)]
mod tests;

pub use error::{IngestError, Problem};
pub use facts::{Fact, read_facts};
pub use load::{Ingested, InputFile, InputStatus, Standing, load, load_files};
pub use request::read_requests;
pub use source::{SourceFile, decode, read_path};

/// What an unread key can do to a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Nothing; the reason says why.
    Irrelevant,
    /// A free value of the formula, with the given key.
    Symbolic,
}

impl Effect {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Irrelevant => "irrelevant",
            Self::Symbolic => "symbolic",
        }
    }
}

/// The record of something that was seen and not understood.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unmodelled {
    /// The file.
    pub path: String,
    /// The JSON pointer.
    pub pointer: String,
    /// What was found there.
    pub what: String,
    /// What it can do.
    pub effect: Effect,
    /// Why it is irrelevant, or what it makes free.
    pub why: String,
}
