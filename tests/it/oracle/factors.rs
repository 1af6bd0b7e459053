//! How a session begins and what can be added to it: first factors, second factors, registration (AMP-20, REG-10, FED-2).

use super::access::trusts_mfa;
use super::methods::{EAM, FEDERATED, GUEST_COLUMN, Methods, TAP};
use super::scenario::Scenario;
use super::{Evidence, Oracle};

/// First factor and earlier proofs, as far as they count.
pub(crate) fn begun(o: &Oracle, s: &Scenario, allowed: Methods) -> Methods {
    first_factor(o, s, allowed).plus(counted(o, s.claim, allowed))
}

fn counted(o: &Oracle, methods: Methods, allowed: Methods) -> Methods {
    if o.yes("CLAIM_ALLOWED") { methods } else { methods.and(allowed) }
}

pub(crate) fn first_factor(o: &Oracle, s: &Scenario, allowed: Methods) -> Methods {
    if !s.federated() {
        return counted(o, Methods::of(&[&s.first_factor]), allowed);
    }
    let behavior = s.federated_behavior.as_str();
    let asserted = s.federated_mfa && behavior != "rejectmfabyfederatedidp";
    let sent_back = behavior == "enforcemfabyfederatedidp" && o.yes("ENFORCE_IDP_MFA");
    let left_out = s.entra() && o.without == Some(Evidence::FederatedMfa);
    Methods::of(if (asserted || sent_back) && !left_out { &FEDERATED } else { &FEDERATED[..1] })
}

/// The identity provider is the only place for MFA (STR-61).
pub(crate) fn enforced(s: &Scenario) -> bool {
    s.federated() && s.federated_behavior == "enforcemfabyfederatedidp"
}

/// What can be asked for after the first factor, if it is registered (STR-16, AMP-20).
pub(crate) fn second(o: &Oracle, s: &Scenario) -> Methods {
    let always = ["sms", "voice", "microsoftAuthenticatorPush", "softwareOath", "hardwareOath", "fido2", EAM];
    let mut set =
        Methods::of(&always).plus(Methods::of(&TAP)).plus(Methods::of(&["x509CertificateMultiFactor"]));
    let restart = o.yes("RESTART");
    let extra = [
        ("x509CertificateSingleFactor", s.begins_with(&["password"])),
        ("windowsHelloForBusiness", restart || o.yes("WHFB_STEPUP")),
        (
            "deviceBasedPush",
            restart || s.begins_with(&["x509CertificateSingleFactor", "x509CertificateMultiFactor"]),
        ),
    ];
    for (method, possible) in extra {
        if possible {
            set = set.plus(Methods::of(&[method]));
        }
    }
    set
}

/// What interrupt mode can register in a session that began like this one (REG-10, REG-12, REG-15).
pub(crate) fn registrable(o: &Oracle, s: &Scenario) -> Methods {
    let mut set = Methods::of(&GUEST_COLUMN).plus(Methods::of(&[EAM]));
    if o.reading_is("PASSKEY_INTERRUPT", "possible") {
        set = set.plus(Methods::of(&["fido2"]));
    }
    // A pass that a guest used at home is not seen in R.
    if s.begins_with(&TAP) && (s.local() || trusts_mfa(o, s)) {
        if !o.yes("TAP_BOOTSTRAP") {
            return Methods::NONE;
        }
        if !o.yes("TAP_PASSKEY") {
            set = set.without(Methods::of(&["fido2"]));
        }
    }
    set.and(s.can_register)
}
