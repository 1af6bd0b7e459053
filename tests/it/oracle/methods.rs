//! Sets of authentication methods, what the methods policy allows (AMP-10, AMP-30) and what strengths accept (STR-3).

use super::Oracle;
use super::scenario::{Kind, Scenario, flag, id, items, text, texts};
use serde_json::Value;

/// The members of STR-1 and one pseudo-method for external authentication methods; the place is the bit.
const NAMES: [&str; 18] = [
    "password",
    "voice",
    "hardwareOath",
    "softwareOath",
    "sms",
    "fido2",
    "windowsHelloForBusiness",
    "microsoftAuthenticatorPush",
    "deviceBasedPush",
    "temporaryAccessPassOneTime",
    "temporaryAccessPassMultiUse",
    "email",
    "x509CertificateSingleFactor",
    "x509CertificateMultiFactor",
    "federatedSingleFactor",
    "federatedMultiFactor",
    "qrCodePin",
    "externalAuthenticationMethod",
];
pub(crate) const EAM: &str = "externalAuthenticationMethod";
pub(crate) const TAP: [&str; 2] = ["temporaryAccessPassOneTime", "temporaryAccessPassMultiUse"];
pub(crate) const FEDERATED: [&str; 2] = ["federatedSingleFactor", "federatedMultiFactor"];
/// Second factors that a person without a home here may hold in the resource tenant, whatever the switches (AMP-30).
pub(crate) const GUEST_COLUMN: [&str; 4] = ["sms", "voice", "microsoftAuthenticatorPush", "softwareOath"];
/// Methods that no methods policy turns off.
const ALWAYS_ALLOWED: [&str; 4] =
    ["password", "windowsHelloForBusiness", "federatedSingleFactor", "federatedMultiFactor"];
const MFA_STRENGTH: &str = "00000000-0000-0000-0000-000000000002";

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Methods(u32);

impl Methods {
    pub(crate) const NONE: Methods = Methods(0);
    pub(crate) const ALL: Methods = Methods((1 << NAMES.len()) - 1);

    pub(crate) fn of(names: &[&str]) -> Methods {
        let mut set = Methods::NONE;
        for name in names {
            let place = NAMES.iter().position(|known| known.eq_ignore_ascii_case(name));
            set.0 |= 1 << place.unwrap_or_else(|| panic!("oracle: unknown method {name:?}"));
        }
        set
    }

    /// A list of method names; `"*"` and `["*"]` are everything.
    pub(crate) fn read(value: &Value, default: Methods) -> Methods {
        let names = texts(value);
        if value.is_null() {
            default
        } else if names.iter().any(|n| n == "*") {
            Methods::ALL
        } else {
            Methods::of(&names.iter().map(String::as_str).collect::<Vec<_>>())
        }
    }

    pub(crate) fn each(self) -> impl Iterator<Item = Methods> {
        (0..NAMES.len()).map(|place| Methods(1 << place)).filter(move |one| self.has(*one))
    }

    /// Whether all of `other` is in here.
    pub(crate) fn has(self, other: Methods) -> bool {
        self.0 & other.0 == other.0
    }

    pub(crate) fn contains(self, name: &str) -> bool {
        self.has(Methods::of(&[name]))
    }

    pub(crate) fn plus(self, other: Methods) -> Methods {
        Methods(self.0 | other.0)
    }

    pub(crate) fn and(self, other: Methods) -> Methods {
        Methods(self.0 & other.0)
    }

    pub(crate) fn without(self, other: Methods) -> Methods {
        Methods(self.0 & !other.0)
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// Methods that the home tenant allows, by the scenario's word.
pub(crate) fn allowed_at_home(s: &Scenario) -> Methods {
    s.home_allowed.plus(Methods::of(&ALWAYS_ALLOWED))
}

/// Methods that the resource tenant allows this person.
pub(crate) fn allowed_in_resource(o: &Oracle, s: &Scenario) -> Methods {
    let Some(policy) = o.object("authenticationMethodsPolicy.json") else {
        panic!("oracle: without authenticationMethodsPolicy.json it is unknown which methods are allowed");
    };
    let legacy = text(&policy["policyMigrationState"]).as_deref() != Some("migrationcomplete");
    let mut allowed = Methods::of(&ALWAYS_ALLOWED);
    if legacy && o.yes("LEGACY_METHODS") {
        let union = ["sms", "voice", "microsoftAuthenticatorPush", "softwareOath", "hardwareOath"];
        allowed = allowed.plus(Methods::of(&union));
    }
    let all = items(&policy["authenticationMethodConfigurations"]);
    let named = |name: &str| all.iter().copied().find(|c| id(c) == name);
    let plain = [
        ("fido2", vec!["fido2"]),
        ("sms", vec!["sms"]),
        ("voice", vec!["voice"]),
        ("softwareoath", vec!["softwareOath"]),
        ("hardwareoath", vec!["hardwareOath"]),
        ("temporaryaccesspass", TAP.to_vec()),
        // No generated policy says what a certificate counts as.
        (
            "x509certificate",
            if o.reading_is("X509_MODE", "multi") {
                vec!["x509CertificateMultiFactor"]
            } else {
                vec!["x509CertificateSingleFactor"]
            },
        ),
        ("qrcodepin", vec!["qrCodePin"]),
        ("email", vec!["email"]),
        ("microsoftauthenticator", vec!["microsoftAuthenticatorPush", "deviceBasedPush"]),
    ];
    for (name, methods) in plain {
        for method in methods {
            let ok = match named(name) {
                None => o.reading_is("AMP_MISSING", "enabled"),
                Some(c) => targets(c, s).iter().any(|t| suits(c, t, method)),
            };
            if ok {
                allowed = allowed.plus(Methods::of(&[method]));
            }
        }
    }
    if let Some(c) = named("microsoftauthenticator")
        && flag(&c["isSoftwareOathEnabled"], false)
        && !targets(c, s).is_empty()
    {
        allowed = allowed.plus(Methods::of(&["softwareOath"]));
    }
    let external = |c: &&Value| {
        text(&c["@odata.type"]).is_some_and(|t| t.ends_with("externalauthenticationmethodconfiguration"))
    };
    if all.iter().copied().filter(|c| external(c)).any(|c| !targets(c, s).is_empty()) {
        allowed = allowed.plus(Methods::of(&[EAM]));
    }
    allowed
}

/// The include targets through which an enabled configuration reaches the person; none if it does not.
fn targets<'a>(configuration: &'a Value, s: &Scenario) -> Vec<&'a Value> {
    let reaches = |t: &&Value| match text(&t["targetType"]).as_deref() {
        _ if id(t) == "all_users" => true,
        Some("user") => s.user.as_ref() == Some(&id(t)),
        Some("group") => s.groups.contains(&id(t)),
        _ => s.groups.contains(&id(t)) || s.user.as_ref() == Some(&id(t)),
    };
    let excluded = items(&configuration["excludeTargets"]).iter().any(reaches);
    if text(&configuration["state"]).as_deref() != Some("enabled") || excluded {
        return Vec::new();
    }
    items(&configuration["includeTargets"]).into_iter().filter(reaches).collect()
}

/// Whether a target of an enabled configuration admits one particular mode of the method (AMP-14, STR-63).
fn suits(configuration: &Value, target: &Value, method: &str) -> bool {
    let mode = text(&target["authenticationMode"]).unwrap_or("any".into());
    match method {
        "microsoftAuthenticatorPush" => mode == "any" || mode == "push",
        "deviceBasedPush" => mode == "any" || mode == "devicebasedpush",
        "temporaryAccessPassMultiUse" => !flag(&configuration["isUsableOnce"], false),
        _ => true,
    }
}

/// What a person may hold and use in the resource tenant (AMP-30); the kind alone decides.
pub(crate) fn column_in_resource(o: &Oracle, s: &Scenario) -> Methods {
    let passkey = o.yes("PASSKEY_GUEST_IN_R");
    let eam = o.yes("EAM_GUEST_IN_R");
    let mut column = match s.kind {
        Kind::Member => return Methods::ALL,
        Kind::InternalGuest => Methods::ALL.without(Methods::of(&["fido2", EAM])),
        _ => Methods::of(&GUEST_COLUMN),
    };
    if passkey {
        column = column.plus(Methods::of(&["fido2"]));
    }
    if eam {
        column = column.plus(Methods::of(&[EAM]));
    }
    column
}

/// The combinations of a strength by its id (STR-3, STR-10).
pub(crate) fn combinations(o: &Oracle, strength: &Value) -> Vec<Methods> {
    let wanted = id(strength);
    let tenant = o.objects("authenticationStrengthPolicies.json");
    let found = tenant.into_iter().find(|p| id(p) == wanted).unwrap_or(strength);
    if let Some(known) = built_in(o, &wanted) {
        return known;
    }
    let listed = items(&found["allowedCombinations"]);
    assert!(!listed.is_empty(), "oracle: strength {wanted} is not in the input, so it is unknown");
    assert!(
        items(&found["combinationConfigurations"]).is_empty(),
        "oracle: restricted strength {wanted} is unknown"
    );
    listed
        .into_iter()
        .map(|c| Methods::of(&texts(c).iter().map(String::as_str).collect::<Vec<_>>()))
        .collect()
}

fn built_in(o: &Oracle, strength: &str) -> Option<Vec<Methods>> {
    let mut combos = vec![vec!["windowsHelloForBusiness"], vec!["fido2"], vec!["x509CertificateMultiFactor"]];
    match strength.strip_prefix("00000000-0000-0000-0000-00000000000")? {
        "4" => {}
        "3" => combos.push(vec!["deviceBasedPush"]),
        "2" => {
            combos.extend([
                vec!["deviceBasedPush"],
                vec![TAP[0]],
                vec![TAP[1]],
                vec!["federatedMultiFactor"],
            ]);
            for second in ["microsoftAuthenticatorPush", "softwareOath", "hardwareOath", "sms", "voice"] {
                combos.push(vec!["password", second]);
                combos.push(vec!["federatedSingleFactor", second]);
            }
            if o.reading_is("MFA_STRENGTH_X509_PAIRS", "in") {
                combos.push(vec!["password", "x509CertificateSingleFactor"]);
                combos.push(vec!["password", "x509CertificateMultiFactor"]);
            }
        }
        _ => return None,
    }
    Some(combos.iter().map(|c| Methods::of(c)).collect())
}

/// MFA by a combination of the built-in MFA strength, or by an odd first factor with another method beside it.
pub(crate) fn holds_mfa(o: &Oracle, s: &Scenario, proved: Methods) -> bool {
    let combos = built_in(o, MFA_STRENGTH).unwrap_or_default();
    if combos.iter().any(|c| proved.has(*c)) {
        return true;
    }
    let odd = ["x509CertificateSingleFactor", "qrCodePin", "sms"];
    let beside = ["sms", "voice", "microsoftAuthenticatorPush", "softwareOath", "hardwareOath"];
    s.begins_with(&odd)
        && proved.contains(&s.first_factor)
        && !Methods::of(&beside).and(proved).without(Methods::of(&[&s.first_factor])).is_empty()
        && o.yes("ODD_FIRST_FACTOR_MFA")
}
