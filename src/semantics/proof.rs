//! What a person can have proved, and what of it the resource tenant sees.
//!
//! Proof comes in rounds: the first factor and what the session proved before; then what is registered; then what is
//! registered on the way. Each round holds the one before, so the last is the greatest set that can be obtained and two
//! rounds after the first factor are enough.

use super::RuleId;
use super::context::Cx;
use super::federation::{behaves, has_provider};
use super::home::Homes;
use super::methods::{
    RESOURCE_COLUMN, allowed, can_follow, may_hold, needs_no_configuration, text_message_sign_in,
};
use super::person::Person;
use super::vouched::Vouched;
use crate::logic::Formula;
use crate::model::{FederatedBehavior, Method, built_in_combinations};
use crate::scenario::Key;

/// One formula for each method.
#[derive(Clone, Debug)]
pub struct Methods(Vec<Formula>);

impl Methods {
    pub(super) fn of(mut formula: impl FnMut(Method) -> Formula) -> Self {
        Self(Method::ALL.iter().map(|method| formula(*method)).collect())
    }

    /// The formula of one method.
    pub fn get(&self, method: Method) -> Option<Formula> {
        self.0.get(method as usize).copied()
    }

    pub(super) fn at(&self, cx: &mut Cx, method: Method) -> Formula {
        self.get(method).unwrap_or_else(|| cx.no())
    }
}

/// What the tenant that evaluates policies goes by.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The methods that count for a strength.
    pub visible: Methods,
    /// Whether `mfa` is met.
    pub mfa: Formula,
    /// Whether an external authentication method was proved.
    pub external_method: Formula,
}

/// The ingredients of the rounds.
pub(super) struct Ingredients {
    /// What the resource tenant allows, by method.
    pub(super) allowed: Methods,
    /// The sign-in may be challenged at all.
    pub(super) may_challenge: Formula,
    /// MFA of the person is trusted.
    pub(super) trusted: Formula,
    /// The identity provider of the home insists on doing MFA itself.
    pub(super) idp_only: Formula,
    /// Text messages may be a first factor here.
    pub(super) text_sign_in: Formula,
    /// What homes do.
    pub(super) homes: Homes,
}

/// **STR-61** — under enforcement a federated person reaches no method but the identity provider's.
pub(super) fn ingredients(cx: &mut Cx, trusted: Formula, homes: Homes) -> Ingredients {
    let allowed = Methods::of(|method| allowed(cx, method));
    let interactive = cx.flag(&Key::Interactive);
    let prompt = cx.reading("NONINTERACTIVE_PROMPT", "yes");
    let may_challenge = cx.or([interactive, prompt]);
    let federated = cx.is(&Key::FirstFactor, "federated");
    let enforced = behaves(cx, FederatedBehavior::Enforce);
    let idp_only = cx.and([federated, enforced]);
    let idp_only = cx.when(RuleId::Str61, idp_only);
    let text_sign_in = text_message_sign_in(cx);
    Ingredients { allowed, may_challenge, trusted, idp_only, text_sign_in, homes }
}

/// **FED-5** — a federated sign-in proves one factor; **FED-2** — and MFA where the provider's assertion is accepted.
fn federated(cx: &mut Cx, method: Method) -> Formula {
    let signed_in = cx.is(&Key::FirstFactor, "federated");
    match method {
        Method::FederatedSingle => cx.when(RuleId::Fed5, signed_in),
        Method::FederatedMulti => {
            let asserted = cx.flag(&Key::FederatedAsserted);
            let rejected = behaves(cx, FederatedBehavior::Reject);
            let accepted = cx.not(rejected);
            let provider = has_provider(cx);
            let accepted = cx.and([asserted, accepted, provider]);
            let enforced = behaves(cx, FederatedBehavior::Enforce);
            let sent_back = cx.reading("ENFORCE_IDP_MFA", "yes");
            let enforced = cx.and([enforced, sent_back]);
            let either = cx.or([accepted, enforced]);
            let either = cx.by(RuleId::Fed2, either);
            let own = cx.when(RuleId::Fed5, signed_in);
            let both = cx.and([signed_in, either]);
            let counts = counts(cx);
            cx.and([own, both, counts])
        }
        _ => cx.no(),
    }
}

/// A question may leave out what the provider of a home tenant asserts.
fn counts(cx: &mut Cx) -> Formula {
    if cx.without != Some(Vouched::FederatedMfa) {
        return cx.yes();
    }
    let elsewhere = if cx.home.is_some() { cx.yes() } else { cx.is(&Key::IdentityProvider, "entra") };
    cx.not(elsewhere)
}

/// The first factor or an earlier proof, in the tenant whose methods policy is `allowed`.
fn proved_before(cx: &mut Cx, method: Method, allowed: Formula) -> Formula {
    let factor = cx.first_factor(method);
    let claim = cx.flag(&Key::Claim(method));
    let proved = cx.or([factor, claim]);
    let counts = if needs_no_configuration(method) {
        cx.yes()
    } else {
        let anyway = cx.reading("CLAIM_ALLOWED", "yes");
        cx.or([allowed, anyway])
    };
    let own = cx.and([proved, counts]);
    let federated = federated(cx, method);
    cx.or([own, federated])
}

/// Round 0 here: people of the tenant only.
pub(super) fn here_before(cx: &mut Cx, person: &Person, parts: &Ingredients) -> Methods {
    Methods::of(|method| {
        let allowed = parts.allowed.at(cx, method);
        let proved = proved_before(cx, method, allowed);
        cx.and([person.local, proved])
    })
}

/// Round 1 here: what is registered in the resource tenant (**REG-30**: there, and nowhere else).
pub(super) fn here_registered(
    cx: &mut Cx,
    person: &Person,
    parts: &Ingredients,
    before: &Methods,
) -> Methods {
    let idp_only = cx.and([person.local, parts.idp_only]);
    let free = cx.not(idp_only);
    Methods::of(|method| {
        let challenge = if method == Method::Password {
            let follow = can_follow(cx, method);
            let adds = cx.flag(&Key::AddsPassword);
            cx.and([person.local, follow, adds])
        } else {
            let registered = cx.flag(&Key::RegisteredResource(method));
            let registered = registered_apart(cx, person, registered);
            answered_here(cx, parts, method, registered)
        };
        let challenge = cx.and([challenge, parts.may_challenge, free]);
        let before = before.at(cx, method);
        cx.or([before, challenge])
    })
}

/// A challenge of the resource tenant is answered with a method other than the password.
pub(super) fn answered_here(
    cx: &mut Cx,
    parts: &Ingredients,
    method: Method,
    registered: Formula,
) -> Formula {
    let hold = may_hold(cx, method);
    let follow = can_follow(cx, method);
    let allowed = parts.allowed.at(cx, method);
    cx.and([registered, allowed, hold, follow, parts.may_challenge])
}

/// **REG-30** — an external person's registrations at home and here are separate.
fn registered_apart(cx: &mut Cx, person: &Person, registered: Formula) -> Formula {
    let external = cx.not(person.local);
    let apart = cx.by(RuleId::Reg30, registered);
    let apart = cx.or([person.local, apart]);
    let own = cx.or([external, registered]);
    cx.and([apart, own])
}

/// Round 0 at home.
pub(super) fn home_before(cx: &mut Cx, person: &Person, parts: &Ingredients) -> Methods {
    Methods::of(|method| {
        let allowed = parts.homes.allowed.at(cx, method);
        let proved = proved_before(cx, method, allowed);
        cx.and([person.entra, proved])
    })
}

/// Round 1 at home; `may_ask` says that the home is asked at all.
pub(super) fn home_registered(
    cx: &mut Cx,
    person: &Person,
    parts: &Ingredients,
    before: &Methods,
    may_ask: Formula,
) -> Methods {
    let free = cx.not(parts.idp_only);
    Methods::of(|method| {
        let follow = can_follow(cx, method);
        let challenge = if method == Method::Password {
            let adds = cx.flag(&Key::AddsPassword);
            cx.and([follow, adds])
        } else {
            let registered = cx.flag(&Key::RegisteredHome(method));
            let registered = registered_apart(cx, person, registered);
            let allowed = parts.homes.allowed.at(cx, method);
            cx.and([registered, allowed, follow])
        };
        let challenge = cx.and([person.entra, challenge, parts.may_challenge, free, may_ask]);
        let before = before.at(cx, method);
        cx.or([before, challenge])
    })
}

/// **CA-69** — the proved methods hold MFA: a combination of the built-in MFA strength, or a first factor and an external
/// method; whether odd one-factor sign-ins plus a second factor count is open.
pub(super) fn contains_mfa(cx: &mut Cx, proved: &Methods) -> Formula {
    let mfa_strength = crate::model::Id::new("00000000-0000-0000-0000-000000000002");
    let (_, sure, doubtful) = built_in_combinations(&mfa_strength).unwrap_or_default();
    let mut parts = Vec::new();
    for methods in sure {
        let all = all_of(cx, proved, methods);
        parts.push(cx.by(RuleId::Str3, all));
    }
    let pairs = cx.reading("MFA_STRENGTH_X509_PAIRS", "in");
    for methods in doubtful {
        let both = all_of(cx, proved, methods);
        let pair = cx.and([pairs, both]);
        parts.push(cx.by(RuleId::Str3, pair));
    }
    let odd = cx.reading("ODD_FIRST_FACTOR_MFA", "yes");
    for first in [Method::CertificateSingle, Method::QrCodePin, Method::Sms] {
        let signed_in = cx.first_factor(first);
        let counts = proved.at(cx, first);
        let mut second = Vec::new();
        for method in RESOURCE_COLUMN.iter().chain([&Method::HardwareOath]).filter(|method| **method != first)
        {
            second.push(proved.at(cx, *method));
        }
        let second = cx.or(second);
        parts.push(cx.and([odd, signed_in, counts, second]));
    }
    let any = cx.or(parts);
    cx.by(RuleId::Ca69, any)
}

/// Every method of a set is proved.
pub(super) fn all_of(cx: &mut Cx, proved: &Methods, methods: impl IntoIterator<Item = Method>) -> Formula {
    let parts: Vec<_> = methods.into_iter().map(|method| proved.at(cx, method)).collect();
    cx.and(parts)
}
