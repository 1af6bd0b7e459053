//! **The rules.** One function for each clause of Entra's behaviour, with the clause's id on the formula it returns.
//!
//! * **In:** a [`Tenant`], a [`Space`], and which open questions are fixed.
//! * **Out:** [`Meaning`]: for any sign-in, which policies apply, what they demand, what can be proved and what of it is
//!   seen, as formulas over the space and over what is not known.
//! * **Never:** states and steps, a solver, a file, a report.
//!
//! Statement, source and reading of each id are in `docs/semantics.md`.

mod asked;
mod aspect;
mod assumption;
pub(crate) mod bypasses;
mod causes;
mod clauses;
mod conditions;
mod context;
mod dates;
mod defaults;
mod exclusions;
mod federation;
mod filters;
mod grant;
mod home;
mod meaning;
mod methods;
mod needed;
mod patterns;
mod people;
mod person;
mod plan;
mod policies;
mod position;
mod proof;
mod references;
mod refused;
mod registration;
mod rule;
mod rules;
mod suites;
mod switches;
mod tags;
mod targets;
mod trust;
mod users;
mod visible;
mod vouched;
mod workloads;

pub use asked::{Asked, ask};
pub use aspect::Aspect;
pub use assumption::{AssumptionError, Assumptions, plain_reading};
pub use bypasses::{BYPASSES, BYPASSES_NOT_LOOKED_FOR};
pub use clauses::{CLAUSES, Clause, Role};
pub use context::{Label, as_twin, label};
pub use dates::{Change, KNOWN_DATES, SEMANTICS_DATE, known_date};
pub use exclusions::{Exclusion, exclusions};
pub use grant::Stage;
pub use meaning::{Meaning, interpret, interpret_flipped};
pub(crate) use methods::{FIRST_FACTORS, RESOURCE_COLUMN};
pub use patterns::{Cause, LOCKOUTS, NOT_LOOKED_FOR};
pub use people::{occurring, occurring_typed, settle};
pub use person::Person;
pub use plan::Round;
pub use policies::Applied;
pub use proof::{Methods, Seen};
pub use references::{Dangling, dangling};
pub use refused::{Refused, refusals, refused};
pub use registration::Registration;
pub use rule::Rule;
pub use rules::RuleId;
pub use suites::WELL_KNOWN_APPLICATIONS;
pub use switches::{SWITCHES, Switch};
pub use vouched::{Vouched, interpret_without};
pub use workloads::{Gated, Principals, gate_principals};

use crate::logic::Store;
use crate::model::Tenant;
use crate::scenario::{Space, Unknowns};

impl RuleId {
    /// Labels a formula that is built outside of this room, by `system`.
    pub fn on(self, store: &mut Store, f: crate::logic::Formula) -> crate::logic::Formula {
        store.tagged(tags::of_rule(self), f)
    }
}

/// The rules' working place for a tenant.
fn context<'a>(
    tenant: &'a Tenant,
    space: &'a Space,
    assumptions: &'a Assumptions,
    flipped: Option<RuleId>,
) -> context::Cx<'a> {
    let unknowns = Unknowns::after(space.end());
    context::Cx { f: Store::new(), space, tenant, unknowns, assumptions, home: None, flipped, without: None }
}
