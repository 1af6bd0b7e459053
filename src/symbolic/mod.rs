//! The symbolic engine: the only room that knows solvers. Z3 has the say; a smaller solver goes ahead where questions are many.
//!
//! * **In:** formulas, domains, assumptions.
//! * **Out:** [`Answer`]: a valuation, the assumptions that suffice for a contradiction, or that the solver gave up.
//! * **Never:** Entra. An unknown answer is never taken for one of the other two.

mod probe;
mod question;
mod session;
mod tandem;
mod topic;

pub use probe::Probe;
pub use question::ask;
pub use session::{Answer, Limits, Literal, Session, version};
pub use tandem::{Switch, Tandem};
pub use topic::{Conversation, Topic};
