//! The space of sign-ins: dimensions, their values, and single members.
//!
//! * **In:** a tenant (and, for one given scenario, what that scenario mentions).
//! * **Out:** [`Space`]: one variable per dimension with a finite domain; [`Scenario`], a sign-in as people write it;
//!   [`Cube`], a set of sign-ins.
//! * **Never:** what a sign-in leads to.
//!
//! Theorem kept: two scenarios with the same valuation are told apart by nothing in the configuration.

mod choice;
mod count;
mod countries;
mod cube;
mod device;
mod dimension;
mod domains;
mod locate;
mod location;
mod mentions;
mod people;
mod request;
mod scenario;
mod space;
mod unknown;
mod witness;

pub use choice::DeviceChoice;
pub use cube::Cube;
pub(crate) use device::text_classes;
pub use dimension::{Dimension, Key};
pub use mentions::PRIVILEGED_IN_PART;
pub(crate) use mentions::SHARED_CHANNELS;
pub use people::{Alike, People};
pub use request::Known;
pub use scenario::{Conditions, Credentials, Device, Home, MethodSet, Scenario, Target, User};
pub(crate) use space::first_factor_names;
pub use space::{Space, TargetValue, UNNAMED};
pub use unknown::{Unknown, Unknowns};

/// The tenant id that stands for every home tenant that the configuration does not mention.
pub const OTHER_TENANT: &str = "ffffffff-ffff-ffff-ffff-ffffffffffff";
