//! `namedLocation` (CA-15).

use ipnet::IpNet;

use super::super::cursor::{Notes, Object};
use crate::model::{Id, LocationKind, NamedLocation, Resource};

/// A named location; a range that is no CIDR is a problem of the input.
pub(in crate::ingest) fn lower_location(object: &Object, notes: &mut Notes) -> NamedLocation {
    let id = Id::new(object.text("id", notes).unwrap_or_default());
    let name = object.text("displayName", notes).unwrap_or(id.as_str()).to_owned();
    let kind = if object.has("ipRanges") {
        ip_location(object, notes)
    } else if object.has("countriesAndRegions") {
        country_location(object, notes)
    } else if object.has("compliantNetworkType") {
        let _ = object.flag("isTrusted", notes);
        LocationKind::CompliantNetwork
    } else {
        let why = "neither address ranges nor countries; whether a sign-in is inside is free";
        LocationKind::Unread(notes.unread(&object.place, "named location of an unknown kind", why))
    };
    let _ = object.get("deletedDateTime");
    let mut unread = object.rest(Resource::NamedLocation, "", "whether a sign-in is inside", notes);
    let kind = unread.pop().map_or(kind, LocationKind::Unread);
    NamedLocation { id, name, kind }
}

fn ip_location(object: &Object, notes: &mut Notes) -> LocationKind {
    let trusted = object.flag("isTrusted", notes).unwrap_or(false);
    let mut ranges = Vec::new();
    for range in object.objects("ipRanges", notes) {
        let Some(text) = range.text("cidrAddress", notes) else {
            notes.problem(&range.place, "a range without `cidrAddress`; export the named location again");
            continue;
        };
        match text.trim().parse::<IpNet>() {
            Ok(net) => ranges.push(net.trunc()),
            Err(_) => {
                let message = format!(
                    "`{text}` is no address range; write it as address/length, for example 203.0.113.0/24"
                );
                notes.problem(&range.place.child("cidrAddress"), message);
            }
        }
    }
    LocationKind::Ip { ranges, trusted }
}

fn country_location(object: &Object, notes: &mut Notes) -> LocationKind {
    let countries = object.strings("countriesAndRegions", notes);
    let countries = countries.iter().map(|(text, _)| text.trim().to_uppercase()).collect();
    let include_unknown = object.flag("includeUnknownCountriesAndRegions", notes).unwrap_or(false);
    let lookup = object.text("countryLookupMethod", notes).unwrap_or("clientIpAddress");
    let by_position = lookup.eq_ignore_ascii_case("authenticatorAppGps");
    if by_position || lookup.eq_ignore_ascii_case("clientIpAddress") {
        return LocationKind::Country { by_position, countries, include_unknown };
    }
    let place = object.place.child("countryLookupMethod");
    let why = "neither the country of the address nor that of the phone; whether a sign-in is inside is free";
    LocationKind::Unread(notes.unread(&place, format!("lookup method `{lookup}`"), why))
}
