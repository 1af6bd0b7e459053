//! Named locations.

use std::collections::BTreeSet;

use ipnet::IpNet;

use super::{Id, Unread};

/// What a named location is made of (CA-15).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LocationKind {
    /// Address ranges.
    Ip {
        /// IPv4 and IPv6 ranges; host bits are ignored.
        ranges: Vec<IpNet>,
        /// Counts for `AllTrusted`.
        trusted: bool,
    },
    /// Countries.
    Country {
        /// By the position that the person's phone tells (CA-48), and not by the address.
        by_position: bool,
        /// ISO 3166 codes in upper case.
        countries: BTreeSet<String>,
        /// Also where the country is unknown.
        include_unknown: bool,
    },
    /// The compliant network: inside or outside is a fact of the sign-in of its own.
    CompliantNetwork,
    /// Something this version cannot decide (an unknown lookup of countries, an unknown type, an unread key).
    Unread(Unread),
}

/// A named location.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedLocation {
    /// Its id.
    pub id: Id,
    /// Its display name.
    pub name: String,
    /// What it is made of.
    pub kind: LocationKind,
}
