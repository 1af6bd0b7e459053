//! Addresses and countries as finite classes: exact disjoint intervals, grouped by the named locations they lie in.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

use super::countries::codes;
use crate::model::Id;

/// A class of addresses or countries: the named locations it lies in, and one member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Class {
    pub(super) inside: BTreeSet<Id>,
    /// `None` where no address or country is known.
    pub(super) witness: Option<String>,
}

/// The classes of all IPv4 and IPv6 addresses. The class of an address that is in no location comes first, with no
/// witness, where any address is left outside.
pub(super) fn address_classes(locations: &[(&Id, &[IpNet])]) -> Vec<Class> {
    let mut found: BTreeMap<BTreeSet<Id>, String> = BTreeMap::new();
    let mut uncovered = false;
    for v6 in [false, true] {
        let mut events: BTreeMap<u128, Vec<(usize, bool)>> = BTreeMap::from([(0, Vec::new())]);
        for (index, (_, ranges)) in locations.iter().enumerate() {
            for range in ranges.iter().filter(|range| matches!(range, IpNet::V6(_)) == v6) {
                let (first, last) = (number(range.network()), number(range.broadcast()));
                events.entry(first).or_default().push((index, true));
                if last < top(v6) {
                    events.entry(last + 1).or_default().push((index, false));
                }
            }
        }
        let mut depth = vec![0_i32; locations.len()];
        for (start, changes) in events {
            for (index, enters) in changes {
                if let Some(count) = depth.get_mut(index) {
                    *count += if enters { 1 } else { -1 };
                }
            }
            let inside: BTreeSet<Id> = locations
                .iter()
                .zip(&depth)
                .filter(|(_, d)| **d > 0)
                .map(|((id, _), _)| (*id).clone())
                .collect();
            if inside.is_empty() {
                uncovered = true;
            } else {
                found.entry(inside).or_insert_with(|| address(start, v6));
            }
        }
    }
    let outside = uncovered.then(|| Class { inside: BTreeSet::new(), witness: None });
    let inside = found.into_iter().map(|(inside, witness)| Class { inside, witness: Some(witness) });
    outside.into_iter().chain(inside).collect()
}

/// The classes of countries; the unknown country comes first, then any other country where one is left.
pub(super) fn country_classes(locations: &[(&Id, &BTreeSet<String>, bool)]) -> Vec<Class> {
    let of = |country: Option<&str>| -> BTreeSet<Id> {
        locations
            .iter()
            .filter(|(_, countries, unknown)| country.map_or(*unknown, |code| countries.contains(code)))
            .map(|(id, _, _)| (*id).clone())
            .collect()
    };
    let mut classes = vec![Class { inside: of(None), witness: None }];
    let mentioned: BTreeSet<String> =
        locations.iter().flat_map(|(_, countries, _)| countries.iter().cloned()).collect();
    let mut seen = BTreeSet::new();
    for code in codes().map(str::to_owned).chain(mentioned) {
        let inside = of(Some(&code));
        if seen.insert(inside.clone()) {
            classes.push(Class { inside, witness: Some(code) });
        }
    }
    classes
}

/// The locations that an address lies in.
pub(super) fn locations_of(address: IpAddr, locations: &[(&Id, &[IpNet])]) -> BTreeSet<Id> {
    let holds = |ranges: &[IpNet]| ranges.iter().any(|range| range.contains(&address));
    locations.iter().filter(|(_, ranges)| holds(ranges)).map(|(id, _)| (*id).clone()).collect()
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => u128::from(u32::from(v4)),
        IpAddr::V6(v6) => u128::from(v6),
    }
}

fn top(v6: bool) -> u128 {
    if v6 { u128::MAX } else { u128::from(u32::MAX) }
}

fn address(number: u128, v6: bool) -> String {
    if v6 {
        return Ipv6Addr::from(number).to_string();
    }
    Ipv4Addr::from(u32::try_from(number).unwrap_or(u32::MAX)).to_string()
}
