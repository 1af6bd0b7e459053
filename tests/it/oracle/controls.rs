//! What R sees of the proofs made so far, and whether that satisfies a policy (A.4, A.5, CA-60 to CA-69, EXT-20 to EXT-25).

use super::access::{device_ok, trusts_mfa};
use super::applies::REGISTER;
use super::methods::{EAM, FEDERATED, Methods, TAP, allowed_in_resource, combinations, holds_mfa};
use super::scenario::{Path, Scenario, id, text, texts};
use super::{Evidence, Oracle};
use serde_json::Value;

/// Where proofs are made and who looks at them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Setting {
    /// Credentials live in the resource tenant.
    Local,
    /// An Entra home whose MFA is accepted.
    Trusted,
    /// An Entra home whose MFA is not accepted, or another identity provider: only proofs made in R count.
    Untrusted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct State {
    pub home: Methods,
    /// The part of `home` that does not rest on an old claim alone.
    pub home_fresh: Methods,
    pub resource: Methods,
    pub registered_home: Methods,
    pub registered_resource: Methods,
    /// Registration in R has been opened in this sign-in.
    pub registering: bool,
}

impl State {
    /// What two states have together.
    pub(crate) fn joined(&self, other: &State) -> State {
        State {
            home: self.home.plus(other.home),
            home_fresh: self.home_fresh.plus(other.home_fresh),
            resource: self.resource.plus(other.resource),
            registered_home: self.registered_home.plus(other.registered_home),
            registered_resource: self.registered_resource.plus(other.registered_resource),
            registering: self.registering || other.registering,
        }
    }
}

/// What a strength in R may count (A.4).
fn visible(o: &Oracle, s: &Scenario, setting: Setting, state: &State) -> Methods {
    match setting {
        Setting::Trusted => {
            let mut home_column = Methods::ALL.without(Methods::of(&["email", "qrCodePin", EAM]));
            if !o.yes("FED_UNDER_TRUST") {
                home_column = home_column.without(Methods::of(&FEDERATED));
            }
            if !o.reading_is("TAP_UNDER_TRUST", "accepted") {
                home_column = home_column.without(Methods::of(&TAP));
            }
            let current = state.home_fresh.plus(state.home.and(state.registered_home));
            let counted = if o.yes("STALE_METHOD") { state.home } else { current };
            counted.and(home_column).plus(state.resource)
        }
        Setting::Untrusted if s.entra() && s.path() == Path::DirectConnect => Methods::NONE,
        Setting::Untrusted if s.entra() => {
            let mut seen = state.resource;
            let hidden = s.begins_with(&["password", "windowsHelloForBusiness", "federated"]);
            let lenient = !hidden && o.reading_is("PASSWORDLESS_TRIGGER", "only WHfB");
            if s.begins_with(&["password"]) || lenient {
                seen = seen.plus(Methods::of(&["password"]));
            }
            if s.federated() && o.yes("FED_FIRST_FACTOR_VISIBLE") {
                seen = seen.plus(Methods::of(&FEDERATED[..1]));
            }
            seen
        }
        Setting::Untrusted if s.provider == "msa" && s.begins_with(&["password"]) => {
            state.resource.plus(Methods::of(&["password"]))
        }
        Setting::Local | Setting::Untrusted => state.resource,
    }
}

/// The `mfa` row of CA-69 (A.5).
pub(crate) fn mfa(o: &Oracle, s: &Scenario, setting: Setting, state: &State) -> bool {
    match setting {
        Setting::Local => holds_mfa(o, s, state.resource) || state.resource.contains(EAM),
        Setting::Trusted => {
            holds_mfa(o, s, state.home)
                || (state.home.contains(EAM) && o.yes("EAM_UNDER_TRUST"))
                || !state.resource.is_empty()
        }
        Setting::Untrusted if !s.entra() => !state.resource.is_empty(),
        Setting::Untrusted if s.path() == Path::DirectConnect => false,
        Setting::Untrusted => {
            let strong = [
                "windowsHelloForBusiness",
                "fido2",
                "x509CertificateMultiFactor",
                "deviceBasedPush",
                TAP[0],
                TAP[1],
            ];
            // Begun at home in such a way; also without trust that is the home's word for a method.
            let weak = || {
                o.without == Some(Evidence::WeakHomeMethod)
                    && !allowed_in_resource(o, s).contains(&s.first_factor)
            };
            !state.resource.is_empty() || (s.begins_with(&strong) && !weak() && !o.yes("MFA_R_ALWAYS"))
        }
    }
}

/// What the resource tenant sees of the proofs made so far.
pub(crate) struct Proofs {
    pub visible: Methods,
    pub mfa: bool,
}

/// The grant part of one policy.
pub(crate) struct Demand {
    pub block: bool,
    /// The id of the strength, if there is one.
    pub strength: Option<String>,
    /// The policy is conditioned on sign-in risk.
    pub on_sign_in_risk: bool,
    combos: Vec<Methods>,
    any_of: bool,
    /// The policy is about the registration page, or about registering a device.
    pub on_page: bool,
    on_device: bool,
    /// The registration page is the target, and a strength of a policy on it takes the place of this one (STR-25).
    pub replaced: bool,
    built_in: Vec<String>,
    custom_factors: usize,
    terms: usize,
}

/// When a control is looked at (CA-64).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    Proof,
    Compliant,
    Hybrid,
    Approved,
    Protection,
    Password,
    Terms,
    Custom,
}

impl Step {
    fn of(control: &str) -> Step {
        match control {
            "mfa" => Step::Proof,
            "compliantdevice" => Step::Compliant,
            "domainjoineddevice" => Step::Hybrid,
            "approvedapplication" => Step::Approved,
            "compliantapplication" => Step::Protection,
            "passwordchange" | "riskremediation" => Step::Password,
            other => panic!("oracle: control {other:?} has no place in the order"),
        }
    }
}

/// One control of a policy.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member {
    pub step: Step,
    /// The client can carry it.
    pub carried: bool,
    /// It is met by a client that can.
    pub ok: bool,
}

impl Proofs {
    pub(crate) fn of(o: &Oracle, s: &Scenario, setting: Setting, state: &State) -> Proofs {
        let weak = setting == Setting::Trusted && o.without == Some(Evidence::WeakHomeMethod);
        if weak {
            let allowed = allowed_in_resource(o, s);
            let (home, home_fresh) = (state.home.and(allowed), state.home_fresh.and(allowed));
            let state = &State { home, home_fresh, ..*state };
            return Proofs { visible: visible(o, s, setting, state), mfa: mfa(o, s, setting, state) };
        }
        Proofs { visible: visible(o, s, setting, state), mfa: mfa(o, s, setting, state) }
    }
}

impl Demand {
    pub(crate) fn read(o: &Oracle, policy: &Value) -> Demand {
        let grant = &policy["grantControls"];
        let built_in = texts(&grant["builtInControls"]);
        let strength_body = &grant["authenticationStrength"];
        let strength = (!strength_body.is_null()).then(|| id(strength_body));
        let combos = if strength.is_some() { combinations(o, strength_body) } else { Vec::new() };
        Demand {
            block: built_in.iter().any(|c| c == "block"),
            strength,
            on_sign_in_risk: !texts(&policy["conditions"]["signInRiskLevels"]).is_empty(),
            combos,
            on_page: lists_action(policy, REGISTER),
            on_device: lists_action(policy, "urn:user:registerdevice"),
            replaced: false,
            any_of: text(&grant["operator"]).as_deref() == Some("or"),
            built_in,
            custom_factors: texts(&grant["customAuthenticationFactors"]).len(),
            terms: texts(&grant["termsOfUse"]).len(),
        }
    }

    /// `mfa` and nothing else.
    pub(crate) fn is_plain_mfa(&self) -> bool {
        self.built_in == ["mfa"] && self.strength.is_none() && self.custom_factors + self.terms == 0
    }

    /// The policy asks for `mfa` or a strength.
    pub(crate) fn wants_proof(&self) -> bool {
        self.strength.is_some() || self.built_in.iter().any(|c| c == "mfa")
    }

    /// The policy is satisfied; `waived` counts its strength as satisfied (STR-25).
    pub(crate) fn met(&self, o: &Oracle, s: &Scenario, proofs: &Proofs, waived: bool) -> bool {
        if self.block {
            return false;
        }
        let members = self.members(o, s, proofs, waived);
        if members.is_empty() {
            return !self.retired(o, s) || o.reading_is("APPROVED_APP_ONLY", "vacuous");
        }
        self.holds(members.iter().map(|member| member.carried && member.ok))
    }

    /// All of its controls are asked for, not any of them.
    pub(crate) fn wants_all(&self) -> bool {
        !self.any_of
    }

    /// The operator over what its controls come to.
    pub(crate) fn holds(&self, mut members: impl Iterator<Item = bool>) -> bool {
        if self.any_of { members.any(|ok| ok) } else { members.all(|ok| ok) }
    }

    /// It lists the approved application, and that is no control any more (NEW-6).
    fn retired(&self, o: &Oracle, s: &Scenario) -> bool {
        let listed = self.built_in.iter().any(|control| control == "approvedapplication");
        listed && (s.local() || !o.yes("APPROVED_EXTERNAL"))
    }

    /// Of what it asks for, a proof is missing (an OR policy asks for nothing once another control is met).
    pub(crate) fn lacks_proof(&self, o: &Oracle, s: &Scenario, proofs: &Proofs) -> bool {
        if self.block {
            return false;
        }
        let members = self.members(o, s, proofs, false);
        let ok = |m: &Member| m.carried && m.ok;
        let proofs_missing = members.iter().any(|m| m.step == Step::Proof && !ok(m));
        self.wants_proof() && proofs_missing && !(self.any_of && members.iter().any(ok))
    }

    /// Every control that it still asks for.
    pub(crate) fn members(&self, o: &Oracle, s: &Scenario, proofs: &Proofs, waived: bool) -> Vec<Member> {
        let mut members = Vec::new();
        let mut add =
            |step, control: &str, ok| members.push(Member { step, carried: carried(s, control), ok });
        for control in &self.built_in {
            if control == "approvedapplication" && self.retired(o, s) {
                continue;
            }
            // An older text about Google's guests on the registration page (CA-38).
            let kept_out = self.on_page && s.provider == "google" && o.yes("GOOGLE_USER_ACTION");
            let proofs = &Proofs { mfa: proofs.mfa && !kept_out, ..*proofs };
            add(Step::of(control), control, built_in_ok(o, s, proofs, control));
        }
        if self.strength.is_some() {
            add(Step::Proof, "strength", waived || self.replaced || self.strength_ok(o, s, proofs));
        }
        for _ in 0..self.custom_factors {
            let refused = !s.local() && trusts_mfa(o, s) && o.yes("CUSTOM_CONTROLS");
            add(Step::Custom, "custom", !refused);
        }
        for _ in 0..self.terms {
            add(Step::Terms, "terms", terms_ok(o, s));
        }
        members
    }

    /// Some combination is proved, and the identity provider is one that strengths work with (STR-10, EXT-22).
    fn strength_ok(&self, o: &Oracle, s: &Scenario, proofs: &Proofs) -> bool {
        let msa = s.provider == "msa" && o.reading_is("MSA_STRENGTH", "resource-column methods work");
        let mut visible = proofs.visible;
        if self.on_device {
            visible = visible.without(Methods::of(&["windowsHelloForBusiness", "fido2"]));
        }
        (s.local() || s.entra() || msa) && self.combos.iter().any(|c| visible.has(*c))
    }
}

fn lists_action(policy: &Value, action: &str) -> bool {
    texts(&policy["conditions"]["applications"]["includeUserActions"]).iter().any(|a| a == action)
}

/// Whether the client can carry a control at all (CA-44, CA-45).
fn carried(s: &Scenario, control: &str) -> bool {
    match s.client.as_str() {
        "other" => false,
        "exchangeactivesync" => control == "compliantdevice" || control == "domainjoineddevice",
        _ => true,
    }
}

fn built_in_ok(o: &Oracle, s: &Scenario, proofs: &Proofs, control: &str) -> bool {
    match control {
        "mfa" => proofs.mfa,
        "compliantdevice" => device_ok(o, s, true),
        "domainjoineddevice" => device_ok(o, s, false),
        "passwordchange" => s.local() && proofs.mfa,
        // Only an external's approved application gets here: EXT-20 says it cannot be met.
        "approvedapplication" => false,
        "compliantapplication" if !s.local() => false,
        "riskremediation" if !s.local() => o.reading_is("RISKREM_GUEST", "reauthentication in H is enough"),
        other => panic!("oracle: whether control {other:?} is met is unknown"),
    }
}

fn terms_ok(o: &Oracle, s: &Scenario) -> bool {
    match s.path() {
        Path::DirectConnect | Path::Delegated => o.reading_is("TOU_DC", "skipped"),
        Path::Collaboration => s.accepts_terms && s.interactive,
    }
}
