//! `authenticationMethodsPolicy` and its configurations (AMP-1, AMP-2).

use super::super::cursor::{Notes, Object};
use crate::model::{
    AuthenticatorMode, CertificateModes, ConfigState, Id, Method, MethodConfig, MethodConfigKind,
    MethodTarget, MethodsPolicy, Resource, TargetType, Unread,
};

/// The policy with the configurations that it embeds.
pub(in crate::ingest) fn lower_methods_policy(object: &Object, notes: &mut Notes) -> MethodsPolicy {
    let state = object.text("policyMigrationState", notes).unwrap_or_default();
    let mut policy = MethodsPolicy {
        migration_complete: state.eq_ignore_ascii_case("migrationComplete"),
        ..MethodsPolicy::default()
    };
    for item in object.objects("authenticationMethodConfigurations", notes) {
        if let Some((kind, config)) = lower_method_configuration(&item, notes) {
            policy.configs.entry(kind).or_default().push(config);
        }
    }
    policy.unread = object.rest(Resource::AuthenticationMethods, "", "which methods are allowed", notes);
    policy
}

/// One configuration; `None` for a kind that no rule knows, which is recorded.
pub(in crate::ingest) fn lower_method_configuration(
    object: &Object,
    notes: &mut Notes,
) -> Option<(MethodConfigKind, MethodConfig)> {
    let kind = config_kind(object, notes)?;
    let state = match object.text("state", notes).map(str::to_lowercase).as_deref() {
        Some("enabled") => ConfigState::Enabled,
        Some("disabled") => ConfigState::Disabled,
        other => {
            let what = format!("state `{}`", other.unwrap_or("null"));
            let why = "a state that is not known; whether the method is allowed is free";
            ConfigState::Unread(notes.unread(&object.place.child("state"), what, why))
        }
    };
    let mut unread = Vec::new();
    let mut config = MethodConfig {
        state,
        include: targets(object, "includeTargets", &mut unread, notes),
        exclude: targets(object, "excludeTargets", &mut unread, notes),
        usable_once: object.flag("isUsableOnce", notes).unwrap_or(false),
        software_oath: object.flag("isSoftwareOathEnabled", notes).unwrap_or(false),
        self_service: object.flag("isSelfServiceRegistrationAllowed", notes).unwrap_or(true),
        email_otp: email_otp(object, notes),
        no_key: false,
        certificates: CertificateModes::default(),
        passkey_profiles: object.items("passkeyProfiles"),
    };
    match kind {
        MethodConfigKind::X509Certificate => {
            config.certificates = certificates(object, &mut unread, notes);
        }
        // Beside profiles of passkeys it is they that decide which keys may be used.
        MethodConfigKind::Fido2 if config.passkey_profiles == 0 => {
            config.no_key = no_key(object, &mut unread, notes);
        }
        _ => {}
    }
    unread.extend(object.rest(Resource::MethodConfiguration, "", "whether the method is allowed", notes));
    if let Some(unread) = unread.pop() {
        config.state = ConfigState::Unread(unread);
    }
    Some((kind, config))
}

/// The kind by `@odata.type` (external methods have an id of their own) or by id.
fn config_kind(object: &Object, notes: &mut Notes) -> Option<MethodConfigKind> {
    let by_type = object.text("@odata.type", notes).and_then(|name| {
        let name = name.rsplit('.').next()?;
        let stem = name.strip_suffix("AuthenticationMethodConfiguration")?;
        if stem.eq_ignore_ascii_case("external") {
            return Some(MethodConfigKind::External);
        }
        MethodConfigKind::parse(stem)
    });
    let id = object.text("id", notes).unwrap_or_default();
    let kind = by_type.or_else(|| MethodConfigKind::parse(id));
    if kind.is_none() {
        notes.irrelevant(
            &object.place,
            format!("configuration `{id}`"),
            "of no method that a sign-in can use here",
        );
    }
    kind
}

fn targets(object: &Object, key: &str, unread: &mut Vec<Unread>, notes: &mut Notes) -> Vec<MethodTarget> {
    let mut found = Vec::new();
    for target in object.objects(key, notes) {
        let id = target.text("id", notes).unwrap_or_default();
        let mode = authenticator_mode(&target, unread, notes);
        let sign_in = target.flag("isUsableForSignIn", notes).unwrap_or(true);
        target_type(&target, unread, notes);
        unread.extend(target.rest(
            Resource::MethodConfiguration,
            "targets",
            "whether the method is allowed",
            notes,
        ));
        found.push(MethodTarget {
            id: (!id.eq_ignore_ascii_case("all_users")).then(|| Id::new(id)),
            target_type: TargetType::parse(target.text("targetType", notes)),
            mode,
            sign_in,
        });
    }
    found
}

/// The mode of an Authenticator target; one that is not known leaves it free whether the methods are allowed.
fn authenticator_mode(
    target: &Object,
    unread: &mut Vec<Unread>,
    notes: &mut Notes,
) -> Option<AuthenticatorMode> {
    let text = target.text("authenticationMode", notes)?;
    let mode = AuthenticatorMode::parse(text);
    if mode.is_none() {
        let why = "a mode that is not known; whether the method is allowed is free";
        unread.push(notes.unread(&target.place.child("authenticationMode"), format!("mode `{text}`"), why));
    }
    mode
}

fn target_type(target: &Object, unread: &mut Vec<Unread>, notes: &mut Notes) {
    let Some(text) = target.text("targetType", notes) else { return };
    if !["group", "user"].iter().any(|known| known.eq_ignore_ascii_case(text)) {
        let why = "a type that is not known; whether the method is allowed is free";
        unread.push(notes.unread(&target.place.child("targetType"), format!("target type `{text}`"), why));
    }
}

/// The restrictions on keys shut out every key: a list of those that are allowed is enforced, and empty (AMP-12).
fn no_key(object: &Object, unread: &mut Vec<Unread>, notes: &mut Notes) -> bool {
    let Some(restrictions) = object.object("keyRestrictions", notes) else { return false };
    let enforced = restrictions.flag("isEnforced", notes).unwrap_or(false);
    let listed = !restrictions.strings("aaGuids", notes).is_empty();
    if listed {
        let why = "which keys may be used; a person is taken to have one that may";
        notes.irrelevant(&restrictions.place.child("aaGuids"), "key `aaGuids`", why);
    }
    let kind = restrictions.text("enforcementType", notes).unwrap_or("null").to_lowercase();
    if enforced && !["allow", "block"].contains(&kind.as_str()) {
        let place = restrictions.place.child("enforcementType");
        let why = "a restriction that is not known; whether any key is allowed is free";
        unread.push(notes.unread(&place, format!("restriction `{kind}`"), why));
    }
    let free = "whether any key is allowed";
    unread.extend(restrictions.rest(Resource::MethodConfiguration, "keyRestrictions", free, notes));
    enforced && kind == "allow" && !listed
}

/// What certificates count as: by default, and by rules about issuers and policies (STR-65).
fn certificates(object: &Object, unread: &mut Vec<Unread>, notes: &mut Notes) -> CertificateModes {
    let mut modes = CertificateModes::default();
    let Some(settings) = object.object("authenticationModeConfiguration", notes) else {
        return CertificateModes { open: true, ..modes };
    };
    let section = "authenticationModeConfiguration";
    certificate_mode(&settings, "x509CertificateAuthenticationDefaultMode", &mut modes, unread, notes);
    for rule in settings.objects("rules", notes) {
        certificate_mode(&rule, "x509CertificateAuthenticationMode", &mut modes, unread, notes);
        let free = "what certificates count as";
        unread.extend(rule.rest(Resource::MethodConfiguration, &format!("{section}/rules"), free, notes));
    }
    unread.extend(settings.rest(Resource::MethodConfiguration, section, "what certificates count as", notes));
    modes
}

/// One mode; one that is not known leaves it free whether certificates are allowed.
fn certificate_mode(
    object: &Object,
    key: &str,
    modes: &mut CertificateModes,
    unread: &mut Vec<Unread>,
    notes: &mut Notes,
) {
    match object.text(key, notes) {
        None => modes.open = true,
        Some(text) => match Method::parse(text).filter(|method| method.is_certificate()) {
            Some(method) => drop(modes.given.insert(method)),
            None => {
                modes.given.extend([Method::CertificateSingle, Method::CertificateMulti]);
                let why = "a mode that is not known; whether certificates are allowed is free";
                unread.push(notes.unread(&object.place.child(key), format!("mode `{text}`"), why));
            }
        },
    }
}

fn email_otp(object: &Object, notes: &mut Notes) -> ConfigState {
    let text = object.text("allowExternalIdToUseEmailOtp", notes).unwrap_or("default");
    match text.to_lowercase().as_str() {
        "default" | "enabled" => ConfigState::Enabled,
        "disabled" => ConfigState::Disabled,
        _ => {
            let place = object.place.child("allowExternalIdToUseEmailOtp");
            let why = "a value that is not known; whether passcodes are sent is free";
            ConfigState::Unread(notes.unread(&place, format!("`{text}`"), why))
        }
    }
}
