//! The symbolic engine: the only room that knows Z3.
//!
//! * **In:** formulas, domains, assumptions.
//! * **Out:** [`Answer`]: a valuation, the assumptions that suffice for a contradiction, or that the solver gave up.
//! * **Never:** Entra. An unknown answer is never taken for one of the other two.

mod session;

pub use session::{Answer, Limits, Literal, Session, Switch, version};
