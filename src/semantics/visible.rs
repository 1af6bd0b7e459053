//! What the resource tenant sees of what was proved (STR-30 … STR-38).

use super::RuleId;
use super::context::Cx;
use super::methods::needs_no_configuration;
use super::person::Person;
use super::proof::{Ingredients, Methods, Seen, answered_here, contains_mfa};
use super::vouched::Vouched;
use crate::logic::Formula;
use crate::model::Method;
use crate::scenario::Key;

/// Methods of the home column: accepted from home under trust (STR-32).
const HOME_COLUMN: &[Method] = &[
    Method::Sms,
    Method::Voice,
    Method::AuthenticatorPush,
    Method::PhoneSignIn,
    Method::SoftwareOath,
    Method::HardwareOath,
    Method::Fido2,
    Method::WindowsHello,
    Method::CertificateMulti,
    Method::CertificateSingle,
    Method::Password,
];

/// First factors that are MFA by themselves.
const STRONG_FIRST: &[Method] = &[
    Method::WindowsHello,
    Method::Fido2,
    Method::CertificateMulti,
    Method::PhoneSignIn,
    Method::TapOneTime,
    Method::TapMultiUse,
];

/// What was proved in one round, here and at home.
pub(super) struct Round<'a> {
    pub(super) here: &'a Methods,
    pub(super) home: &'a Methods,
    /// What was registered at home on the way, and so was proved just now.
    pub(super) just_now: Option<&'a Methods>,
    /// Where something may be asked for: after round 0, and as direct connect allows.
    pub(super) may_ask: Formula,
}

/// What the resource tenant goes by in one round.
pub(super) fn seen(cx: &mut Cx, person: &Person, parts: &Ingredients, round: &Round) -> Seen {
    let untrusted = untrusted_guest(cx, person, parts);
    let as_member = as_member(cx);
    let visible = Methods::of(|method| {
        let local = round.here.at(cx, method);
        let local = cx.and([person.local, local, as_member]);
        let trusted = under_trust(cx, parts, round, method);
        let trusted = cx.and([parts.trusted, trusted]);
        let trusted = cx.by(RuleId::Str30, trusted);
        let guest = without_trust(cx, round, method);
        let guest = cx.and([untrusted, guest]);
        let account = microsoft_account(cx, round, method);
        let account = cx.and([person.other_provider, account]);
        let account = cx.by(RuleId::Str38, account);
        cx.or([local, trusted, guest, account])
    });
    let mfa = mfa(cx, person, parts, round, untrusted);
    let external_method = external_method(cx, round);
    Seen { visible, mfa, external_method }
}

/// An external method was proved here or at home.
fn external_method(cx: &mut Cx, round: &Round) -> Formula {
    let here = round.here.at(cx, Method::ExternalMethod);
    let home = round.home.at(cx, Method::ExternalMethod);
    cx.or([here, home])
}

/// **STR-39** — an internal guest authenticates here and is handled as a member.
fn as_member(cx: &mut Cx) -> Formula {
    let guest = super::person::kind(cx, crate::model::UserKind::InternalGuest);
    let other = cx.not(guest);
    let handled = cx.yes();
    let handled = cx.by(RuleId::Str39, handled);
    cx.or([other, handled])
}

/// A collaboration guest with an Entra home that is not trusted. **STR-37** — direct connect has no such way.
fn untrusted_guest(cx: &mut Cx, person: &Person, parts: &Ingredients) -> Formula {
    let not_trusted = cx.not(parts.trusted);
    let not_direct = cx.not(person.direct);
    let not_direct = cx.by(RuleId::Str37, not_direct);
    cx.and([person.entra, not_trusted, not_direct])
}

/// With trust: the home's proofs that the home column names; federated methods and passes are open questions.
fn under_trust(cx: &mut Cx, parts: &Ingredients, round: &Round, method: Method) -> Formula {
    let proved = from_home(cx, parts, round, method);
    let accepted = match method {
        Method::FederatedSingle | Method::FederatedMulti => {
            let open = cx.reading("FED_UNDER_TRUST", "yes");
            cx.by(RuleId::Fed12, open)
        }
        Method::TapOneTime | Method::TapMultiUse => {
            let open = cx.reading("TAP_UNDER_TRUST", "accepted");
            cx.by(RuleId::Str32, open)
        }
        _ => {
            let listed = cx.constant(HOME_COLUMN.contains(&method));
            cx.by(RuleId::Str32, listed)
        }
    };
    let fresh = fresh(cx, round, method);
    let from_home = cx.and([proved, accepted, fresh]);
    let helps = cx.reading("R_METHODS_UNDER_TRUST", "yes");
    let here = registered_here(cx, parts, round, method);
    let from_here = cx.and([helps, here]);
    cx.or([from_home, from_here])
}

/// What was proved at home; a question may leave out methods that this tenant does not allow the person.
fn from_home(cx: &mut Cx, parts: &Ingredients, round: &Round, method: Method) -> Formula {
    let proved = round.home.at(cx, method);
    counted_from_home(cx, parts, proved, method)
}

fn counted_from_home(cx: &mut Cx, parts: &Ingredients, proved: Formula, method: Method) -> Formula {
    if cx.without != Some(Vouched::WeakHomeMethod) || needs_no_configuration(method) {
        return proved;
    }
    let allowed = parts.allowed.at(cx, method);
    cx.and([proved, allowed])
}

/// A proof by a method that is no longer registered at home may be stale.
fn fresh(cx: &mut Cx, round: &Round, method: Method) -> Formula {
    let claimed = cx.flag(&Key::Claim(method));
    let not_claimed = cx.not(claimed);
    let factor = cx.first_factor(method);
    let registered = cx.flag(&Key::RegisteredHome(method));
    let counts = cx.reading("STALE_METHOD", "yes");
    let mut ways = vec![not_claimed, factor, registered, counts];
    if let Some(just_now) = round.just_now {
        ways.push(just_now.at(cx, method));
    }
    if matches!(method, Method::FederatedSingle | Method::FederatedMulti | Method::Password) {
        ways.push(cx.yes());
    }
    cx.or(ways)
}

/// Under the reading that methods registered here help in spite of trust.
fn registered_here(cx: &mut Cx, parts: &Ingredients, round: &Round, method: Method) -> Formula {
    if method == Method::Password {
        return cx.no();
    }
    let registered = cx.flag(&Key::RegisteredResource(method));
    let answered = answered_here(cx, parts, method, registered);
    cx.and([answered, round.may_ask])
}

/// **STR-34** — without trust the password is seen only if it was the first factor at home; a passwordless first factor
/// asserts nothing here. Which ones do not is open but for Windows Hello.
fn password_asserted(cx: &mut Cx) -> Formula {
    let password = cx.first_factor(Method::Password);
    let only_hello = cx.reading("PASSWORDLESS_TRIGGER", "only WHfB");
    let hello = cx.first_factor(Method::WindowsHello);
    let federated = cx.is(&Key::FirstFactor, "federated");
    let silent = cx.or([hello, federated]);
    let other = cx.not(silent);
    let other = cx.and([only_hello, other]);
    let any = cx.or([password, other]);
    cx.by(RuleId::Str34, any)
}

/// Without trust: the password as above, what was proved here, and perhaps the federated first factor.
fn without_trust(cx: &mut Cx, round: &Round, method: Method) -> Formula {
    let here = round.here.at(cx, method);
    match method {
        Method::Password => password_asserted(cx),
        Method::FederatedSingle => {
            let federated = cx.is(&Key::FirstFactor, "federated");
            let visible = cx.reading("FED_FIRST_FACTOR_VISIBLE", "yes");
            let visible = cx.by(RuleId::Fed12, visible);
            cx.and([federated, visible])
        }
        _ => here,
    }
}

/// A Microsoft account may perhaps meet a strength as a guest without trust does.
fn microsoft_account(cx: &mut Cx, round: &Round, method: Method) -> Formula {
    let msa = cx.is(&Key::IdentityProvider, "msa");
    let works = cx.reading("MSA_STRENGTH", "resource-column methods work");
    let proved = if method == Method::Password {
        cx.first_factor(Method::Password)
    } else {
        round.here.at(cx, method)
    };
    cx.and([msa, works, proved])
}

/// **CA-69** — `mfa`: own MFA, trusted MFA from home, or a second factor proved here. An external method
/// counts.
fn mfa(cx: &mut Cx, person: &Person, parts: &Ingredients, round: &Round, untrusted: Formula) -> Formula {
    let external = round.here.at(cx, Method::ExternalMethod);
    let own = contains_mfa(cx, round.here);
    let own = cx.or([own, external]);
    let own = cx.and([person.local, own]);

    let counted = Methods::of(|method| from_home(cx, parts, round, method));
    let home = contains_mfa(cx, &counted);
    let home_external = counted.at(cx, Method::ExternalMethod);
    let counts = cx.reading("EAM_UNDER_TRUST", "yes");
    let home_external = cx.and([home_external, counts]);
    let helps = cx.reading("R_METHODS_UNDER_TRUST", "yes");
    let here: Vec<_> = Method::ALL.iter().map(|m| registered_here(cx, parts, round, *m)).collect();
    let here = cx.or(here);
    let here = cx.and([helps, here]);
    let trusted = cx.or([home, home_external, here]);
    let trusted = cx.and([parts.trusted, trusted]);

    let second = second_factor_here(cx, round.here);
    let strong: Vec<_> = STRONG_FIRST
        .iter()
        .map(|method| {
            let factor = cx.first_factor(*method);
            counted_from_home(cx, parts, factor, *method)
        })
        .collect();
    let strong = cx.or(strong);
    let enough = cx.reading("MFA_R_ALWAYS", "no");
    let strong = cx.and([strong, enough]);
    let guest = cx.or([second, strong]);
    let guest = cx.and([untrusted, guest]);
    let other = cx.and([person.other_provider, second]);
    let any = cx.or([own, trusted, guest, other]);
    cx.by(RuleId::Ca69, any)
}

/// An external person has proved anything here; the first factor is not asked for.
fn second_factor_here(cx: &mut Cx, here: &Methods) -> Formula {
    let parts: Vec<_> = Method::ALL
        .iter()
        .filter(|method| {
            !matches!(method, Method::Password | Method::FederatedSingle | Method::FederatedMulti)
        })
        .map(|method| here.at(cx, *method))
        .collect();
    cx.or(parts)
}

/// What an untrusted guest shows with one single second factor, for the reading that several strengths share it.
pub(super) fn with_one_factor(cx: &mut Cx, round: &Round, factor: Method) -> Seen {
    let visible = Methods::of(|method| match method {
        Method::Password | Method::FederatedSingle => without_trust(cx, round, method),
        _ if method == factor => round.here.at(cx, method),
        _ => cx.no(),
    });
    let mfa = round.here.at(cx, factor);
    let external_method = external_method(cx, round);
    Seen { visible, mfa, external_method }
}
