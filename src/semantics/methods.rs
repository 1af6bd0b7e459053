//! Which methods a person may use, where, and what may follow the first factor (AMP-10, AMP-14, AMP-30, STR-16).

use super::RuleId;
use super::context::Cx;
use super::dates::Change;
use super::federation::{can_begin, has_password};
use super::person::{Person, kind};
use super::proof::{Ingredients, Methods};
use crate::logic::Formula;
use crate::model::{
    AuthenticatorMode, CertificateModes, ConfigState, Id, Method, MethodConfig, MethodConfigKind,
    MethodTarget, UserKind,
};
use crate::scenario::Key;

/// Methods that the settings before migration could allow (AMP-11).
const LEGACY: &[Method] =
    &[Method::Sms, Method::Voice, Method::AuthenticatorPush, Method::SoftwareOath, Method::HardwareOath];

const GLOBAL_ADMINISTRATOR: &str = "62e90394-69f5-4237-9190-012177145e10";

/// What a guest can prove here without trust, in any case (STR-32).
pub(crate) const RESOURCE_COLUMN: &[Method] =
    &[Method::Sms, Method::Voice, Method::AuthenticatorPush, Method::SoftwareOath];

/// Methods that need no configuration: the password, Windows Hello and what an identity provider asserts.
pub(super) fn needs_no_configuration(method: Method) -> bool {
    matches!(
        method,
        Method::Password | Method::WindowsHello | Method::FederatedSingle | Method::FederatedMulti
    )
}

/// The person may use the method: the methods policy allows it, and it is delivered.
pub(super) fn allowed(cx: &mut Cx, method: Method) -> Formula {
    let configured = configured(cx, method);
    delivered(cx, method, configured)
}

/// **AMP-10** — the methods policy of the tenant allows the person the method.
pub(super) fn configured(cx: &mut Cx, method: Method) -> Formula {
    if needs_no_configuration(method) {
        return cx.yes();
    }
    let tenant = cx.tenant;
    let Some(policy) = &tenant.methods else {
        return cx.free("input:authenticationMethodsPolicy", method.name(), false);
    };
    if let Some(unread) = policy.unread.first() {
        return cx.free(&unread.0, method.name(), false);
    }
    let mut parts = Vec::new();
    for kind in config_kinds(method) {
        match policy.configs.get(kind) {
            Some(configs) => {
                for config in configs {
                    parts.push(allowed_by(cx, method, *kind, config));
                }
            }
            None if *kind == MethodConfigKind::External || parts_are_secondary(method, *kind) => {}
            None => {
                let enabled = cx.reading("AMP_MISSING", "enabled");
                let fits = if method.is_certificate() { unsaid(cx, method) } else { cx.yes() };
                parts.push(cx.and([enabled, fits]));
            }
        }
    }
    if LEGACY.contains(&method) && !policy.migration_complete {
        parts.push(cx.reading("LEGACY_METHODS", "yes"));
    }
    let any = cx.or(parts);
    cx.by(RuleId::Amp10, any)
}

/// **NEW-8** — text messages and calls end, for external people and Global Administrators later; not where the tenant has a telephony provider of its
/// own, which no export says.
fn delivered(cx: &mut Cx, method: Method, allowed: Formula) -> Formula {
    if !matches!(method, Method::Sms | Method::Voice) || !cx.since(Change::TelephonyOfMembers) {
        return allowed;
    }
    let mut ways = vec![cx.free("input:telephonyProvider", "", false)];
    if !cx.since(Change::TelephonyOfExternals) {
        let own = cx.is_one_of(&Key::Kind, &["member", "internalGuest"]);
        ways.push(cx.not(own));
        ways.push(cx.flag(&Key::Role(Id::new(GLOBAL_ADMINISTRATOR))));
    }
    let delivered = cx.or(ways);
    let delivered = cx.by(RuleId::New8, delivered);
    cx.and([allowed, delivered])
}

/// The configurations that can allow a method; Authenticator can give software codes too.
fn config_kinds(method: Method) -> &'static [MethodConfigKind] {
    match method {
        Method::Fido2 => &[MethodConfigKind::Fido2],
        Method::AuthenticatorPush | Method::PhoneSignIn => &[MethodConfigKind::MicrosoftAuthenticator],
        Method::Sms => &[MethodConfigKind::Sms],
        Method::Voice => &[MethodConfigKind::Voice],
        Method::SoftwareOath => &[MethodConfigKind::SoftwareOath, MethodConfigKind::MicrosoftAuthenticator],
        Method::HardwareOath => &[MethodConfigKind::HardwareOath],
        Method::TapOneTime | Method::TapMultiUse => &[MethodConfigKind::TemporaryAccessPass],
        Method::CertificateSingle | Method::CertificateMulti => &[MethodConfigKind::X509Certificate],
        Method::QrCodePin => &[MethodConfigKind::QrCodePin],
        Method::Email => &[MethodConfigKind::Email],
        Method::ExternalMethod => &[MethodConfigKind::External],
        Method::Password | Method::WindowsHello | Method::FederatedSingle | Method::FederatedMulti => &[],
    }
}

fn parts_are_secondary(method: Method, kind: MethodConfigKind) -> bool {
    method == Method::SoftwareOath && kind == MethodConfigKind::MicrosoftAuthenticator
}

fn allowed_by(cx: &mut Cx, method: Method, kind: MethodConfigKind, config: &MethodConfig) -> Formula {
    let fits = match method {
        Method::SoftwareOath if kind == MethodConfigKind::MicrosoftAuthenticator => {
            cx.constant(config.software_oath)
        }
        Method::TapMultiUse => cx.constant(!config.usable_once),
        Method::CertificateSingle | Method::CertificateMulti => counts_as(cx, method, &config.certificates),
        Method::Fido2 => {
            // **AMP-12** — a list of allowed keys that is empty admits none.
            let some = cx.constant(!config.no_key);
            cx.by(RuleId::Amp12, some)
        }
        _ => cx.yes(),
    };
    let on = match &config.state {
        ConfigState::Enabled => cx.yes(),
        ConfigState::Disabled => cx.no(),
        ConfigState::Unread(unread) => cx.free(&unread.0.clone(), method.name(), false),
    };
    let include = targeted(cx, &config.include, Some(method));
    let exclude = targeted(cx, &config.exclude, None);
    let not_excluded = cx.not(exclude);
    cx.and([on, fits, include, not_excluded])
}

/// **STR-65** — the settings for certificates make some of them this method: by default or by a rule. Which certificate a
/// person holds no export says, so the person may have any that there are.
fn counts_as(cx: &mut Cx, method: Method, modes: &CertificateModes) -> Formula {
    if modes.open && !modes.given.contains(&method) {
        return unsaid(cx, method);
    }
    let given = cx.constant(modes.given.contains(&method));
    cx.by(RuleId::Str65, given)
}

/// **STR-65** — what a certificate is of which the settings do not say it.
fn unsaid(cx: &mut Cx, method: Method) -> Formula {
    let reading = if method == Method::CertificateMulti { "multi" } else { "single" };
    let counts = cx.reading("X509_MODE", reading);
    cx.by(RuleId::Str65, counts)
}

/// The person may use certificates, whatever they count as.
pub(super) fn certificates(cx: &mut Cx, allowed: &Methods) -> Formula {
    let kinds = [Method::CertificateSingle, Method::CertificateMulti].map(|method| allowed.at(cx, method));
    cx.or(kinds)
}

fn targeted(cx: &mut Cx, targets: &[MethodTarget], method: Option<Method>) -> Formula {
    let mut parts = Vec::new();
    for target in targets {
        let person = match &target.id {
            None => cx.yes(),
            Some(id) => {
                let (of, mut ways) = (target.target_type, Vec::new());
                if of.may_be_user() {
                    ways.push(cx.is(&Key::UserId, id.as_str()));
                }
                if of.may_be_group() {
                    ways.push(cx.flag(&Key::Group(id.clone())));
                }
                cx.or(ways)
            }
        };
        let mode = match method {
            Some(method) => authenticator_mode(cx, method, target.mode),
            None => cx.yes(),
        };
        parts.push(cx.and([person, mode]));
    }
    cx.or(parts)
}

/// **AMP-14** — a target's mode says whether Authenticator gives push, phone sign-in, or both.
fn authenticator_mode(cx: &mut Cx, method: Method, mode: Option<AuthenticatorMode>) -> Formula {
    let ok = match (method, mode) {
        (Method::AuthenticatorPush, Some(AuthenticatorMode::DeviceBasedPush))
        | (Method::PhoneSignIn, Some(AuthenticatorMode::Push)) => false,
        (Method::AuthenticatorPush | Method::PhoneSignIn, _) => true,
        _ => return cx.yes(),
    };
    let ok = cx.constant(ok);
    cx.by(RuleId::Amp14, ok)
}

/// People may register keys themselves.
pub(super) fn self_service(cx: &mut Cx, method: Method) -> Formula {
    let configs = cx.tenant.methods.as_ref().and_then(|policy| policy.configs.get(&MethodConfigKind::Fido2));
    let ok = method != Method::Fido2 || configs.is_none_or(|configs| configs.iter().all(|c| c.self_service));
    cx.constant(ok)
}

/// **AMP-30** — what the person may hold in the resource tenant, by kind.
pub(super) fn may_hold(cx: &mut Cx, method: Method) -> Formula {
    let member = kind(cx, UserKind::Member);
    let internal_guest = kind(cx, UserKind::InternalGuest);
    let own_kind = cx.or([member, internal_guest]);
    let external = cx.not(own_kind);
    let passkey = cx.reading("PASSKEY_GUEST_IN_R", "yes");
    let eam = cx.reading("EAM_GUEST_IN_R", "yes");
    let (as_guest, as_internal_guest) = match method {
        Method::Fido2 => (passkey, passkey),
        Method::ExternalMethod => (eam, eam),
        _ => (cx.constant(RESOURCE_COLUMN.contains(&method)), cx.yes()),
    };
    let internal_guest = cx.and([internal_guest, as_internal_guest]);
    let external = cx.and([external, as_guest]);
    let external = cx.by(RuleId::Str32, external);
    let guest = cx.or([internal_guest, external]);
    let guest = cx.by(RuleId::Amp30, guest);
    cx.or([member, guest])
}

/// **STR-16** — the method can be proved after the first factor.
pub(super) fn can_follow(cx: &mut Cx, method: Method) -> Formula {
    let restart = cx.reading("RESTART", "yes");
    let ok = match method {
        Method::Sms
        | Method::Voice
        | Method::AuthenticatorPush
        | Method::SoftwareOath
        | Method::HardwareOath
        | Method::Fido2
        | Method::TapOneTime
        | Method::TapMultiUse
        | Method::CertificateMulti
        | Method::ExternalMethod => return cx.yes(),
        Method::CertificateSingle if cx.since(Change::CertificateAfterPassword) => {
            cx.first_factor(Method::Password)
        }
        Method::CertificateSingle => cx.no(),
        Method::WindowsHello => {
            let step_up = cx.reading("WHFB_STEPUP", "yes");
            cx.or([restart, step_up])
        }
        Method::PhoneSignIn => {
            let certificate = cx.first_factor_in(&[Method::CertificateSingle, Method::CertificateMulti]);
            cx.or([restart, certificate])
        }
        Method::Password => {
            let has = has_password(cx);
            cx.and([restart, has])
        }
        Method::Email | Method::FederatedSingle | Method::FederatedMulti | Method::QrCodePin => cx.no(),
    };
    cx.by(RuleId::Str16, ok)
}

/// **REG-10**, **REG-12** — the method can be registered when a sign-in asks for it.
pub(super) fn registrable(cx: &mut Cx, method: Method) -> Formula {
    match method {
        Method::Sms
        | Method::Voice
        | Method::AuthenticatorPush
        | Method::SoftwareOath
        | Method::ExternalMethod => cx.yes(),
        Method::Fido2 => {
            let possible = cx.reading("PASSKEY_INTERRUPT", "possible");
            cx.by(RuleId::Reg12, possible)
        }
        _ => {
            let no = cx.no();
            cx.by(RuleId::Reg10, no)
        }
    }
}

/// The methods that can be a first factor by themselves (AMP-20).
pub(crate) const FIRST_FACTORS: &[Method] = &[
    Method::Password,
    Method::WindowsHello,
    Method::Fido2,
    Method::CertificateMulti,
    Method::CertificateSingle,
    Method::PhoneSignIn,
    Method::TapOneTime,
    Method::TapMultiUse,
    Method::Sms,
    Method::QrCodePin,
];

/// The person can have begun like this: a method that can be a first factor, allowed where the account is. Bounds the
/// space of `check`; a scenario given by hand is taken as stated.
pub(super) fn first_factor_possible(cx: &mut Cx, person: &Person, parts: &Ingredients) -> Formula {
    let federated = cx.is(&Key::FirstFactor, "federated");
    let mut ways = vec![federated];
    for method in FIRST_FACTORS {
        let factor = cx.first_factor(*method);
        let here = parts.allowed.at(cx, *method);
        let here = if *method == Method::Sms { cx.and([here, parts.text_sign_in]) } else { here };
        let here = cx.f.implies(person.local, here);
        let home = parts.homes.allowed.at(cx, *method);
        let home = if *method == Method::Sms { cx.and([home, parts.homes.text_sign_in]) } else { home };
        let home = cx.f.implies(person.entra, home);
        ways.push(cx.and([factor, here, home]));
    }
    let any = cx.or(ways);
    let begins = can_begin(cx);
    cx.and([any, begins])
}

/// Some target of the text message configuration may sign in with it.
pub(super) fn text_message_sign_in(cx: &mut Cx) -> Formula {
    let configs = cx.tenant.methods.as_ref().and_then(|policy| policy.configs.get(&MethodConfigKind::Sms));
    let some = configs
        .is_none_or(|configs| configs.iter().flat_map(|config| &config.include).any(|target| target.sign_in));
    cx.constant(some)
}

/// **EXT-8** — people who sign in with an emailed passcode can, unless that is switched off.
pub(super) fn passcode_works(cx: &mut Cx) -> Formula {
    let tenant = cx.tenant;
    let works = match &tenant.methods {
        None => cx.free("input:authenticationMethodsPolicy", "emailOtp", false),
        Some(policy) => {
            let mut parts = Vec::new();
            for config in policy.configs.get(&MethodConfigKind::Email).into_iter().flatten() {
                parts.push(match &config.email_otp {
                    ConfigState::Enabled => cx.yes(),
                    ConfigState::Disabled => cx.no(),
                    ConfigState::Unread(unread) => cx.free(&unread.0, "emailOtp", false),
                });
            }
            cx.and(parts)
        }
    };
    cx.by(RuleId::Ext8, works)
}
