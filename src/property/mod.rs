//! What is asked: properties as questions about a tenant.
//!
//! * **In:** a meaning, its system, and the reachability formulas.
//! * **Out:** [`Question`]: which dimensions are free, which are fixed to what, which choices there are, when the premise
//!   holds, and when the property is violated.
//! * **Never:** an answer.

mod catalogue;
mod contract;
mod others;
mod question;
mod subject;

pub use catalogue::{CATALOGUE, Claim, Hygiene, Kind, Property, Who, is_like, matching};
pub use question::{Choice, Question, Ranging, pose};
pub use subject::Subject;
