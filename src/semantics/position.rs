//! Countries by the position that a phone tells (CA-48).

use super::RuleId;
use super::context::Cx;
use crate::logic::Formula;
use crate::model::{LocationKind, LocationRef, Locations, Method, Policy};
use crate::scenario::Key;

/// First factors without a password, after which the phone cannot be asked.
const PASSWORDLESS: &[Method] = &[
    Method::WindowsHello,
    Method::Fido2,
    Method::CertificateMulti,
    Method::CertificateSingle,
    Method::PhoneSignIn,
];

/// **CA-48** — inside a location whose country the phone tells: in its country, or unknown where that counts.
pub(super) fn inside_by_position(cx: &mut Cx, in_country: Formula, include_unknown: bool) -> Formula {
    let told = told(cx);
    let untold = cx.not(told);
    let inside = cx.and([told, in_country]);
    let unknown = cx.constant(include_unknown);
    let unknown = cx.and([untold, unknown]);
    let either = cx.or([inside, unknown]);
    cx.by(RuleId::Ca48, either)
}

/// The phone tells its country: the person has Authenticator, here or at home, and began with a password.
pub(super) fn told(cx: &mut Cx) -> Formula {
    let mut apps = Vec::new();
    for method in [Method::AuthenticatorPush, Method::PhoneSignIn] {
        apps.push(cx.flag(&Key::RegisteredResource(method)));
        apps.push(cx.flag(&Key::RegisteredHome(method)));
    }
    let app = cx.or(apps);
    let passwordless = cx.first_factor_in(PASSWORDLESS);
    let asked = cx.not(passwordless);
    cx.and([app, asked])
}

/// **CA-48** — a condition needs the position of a phone that cannot be asked for it; whether that refuses the person is open.
pub(super) fn refused(cx: &mut Cx, locations: &Locations) -> Formula {
    if !names_position(cx, locations) {
        return cx.no();
    }
    let passwordless = cx.first_factor_in(PASSWORDLESS);
    let refused = cx.reading("GPS_PASSWORDLESS", "blocked");
    let both = cx.and([passwordless, refused]);
    cx.when(RuleId::Ca48, both)
}

/// The same of a policy, whether its other conditions match or not.
pub(super) fn refused_by(cx: &mut Cx, policy: &Policy) -> Formula {
    match &policy.conditions.locations {
        Some(locations) => refused(cx, locations),
        None => cx.no(),
    }
}

/// The policy looks at the position of a phone.
pub(super) fn looks_at_position(cx: &Cx, policy: &Policy) -> bool {
    policy.conditions.locations.as_ref().is_some_and(|locations| names_position(cx, locations))
}

pub(super) fn names_position(cx: &Cx, locations: &Locations) -> bool {
    let by_position = |reference: &LocationRef| match reference {
        LocationRef::Id(id) => {
            let location = cx.tenant.locations.get(id);
            location.is_some_and(|l| matches!(l.kind, LocationKind::Country { by_position: true, .. }))
        }
        _ => false,
    };
    locations.include.iter().chain(&locations.exclude).any(by_position)
}
