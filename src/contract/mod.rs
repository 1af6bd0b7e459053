//! Contracts: what an administrator expects of a tenant, in a file.
//!
//! * **In:** YAML text, and the tenant whose names it may use.
//! * **Out:** [`Contract`]: statements, each a claim about the sign-ins that a [`Predicate`] describes, with the waivers for
//!   them; or every [`Mistake`] with file, line and column.
//! * **Never:** an approximation. What cannot be said exactly over the dimensions of a sign-in is refused.

mod cel;
mod claim;
mod controls;
mod facts;
mod mistake;
mod names;
mod place;
mod plain;
mod predicate;
mod propose;
mod read;
mod roles;
mod scope;
mod statement;
mod variables;
mod waiver;
mod yaml;

pub use mistake::{Mistake, Mistakes};
pub use plain::is_contract;
pub use predicate::{Fact, Predicate, Suite};
pub use propose::{Draft, SUMMARIES, drafts, one_line};
pub use read::read;
pub use roles::BUILT_IN_ROLES;
pub use statement::{Contract, Must, Statement, Waiver};

/// The schema of a contract file, for editors.
pub const SCHEMA: &str = include_str!("schema.json");
