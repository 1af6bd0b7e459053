//! Known patterns of lockouts, as preconditions: what a counterexample is labelled with (LCK-n). A precondition says what is the
//! matter, not that the person is locked out.

mod policies;
mod strengths;

use self::policies::{
    control_unmet, control_unmet_on_page, device_unmet_without_trust, is_app_control, is_device_control,
    nobody_excluded, untold_position,
};
use self::strengths::{
    apart, first_day, hopeless_strength, met_with_password, not_allowed, not_allowed_at_home,
    not_allowed_local, only, restricted, strength_applies, unmet_strength,
};
use super::context::Cx;
use super::dates::Change;
use super::grant::certificate_scope;
use super::methods::{certificates, configured};
use super::patterns::{
    Cause, LCK_1, LCK_2, LCK_3, LCK_4, LCK_5, LCK_6, LCK_7, LCK_8, LCK_9, LCK_10, LCK_11, LCK_13, LCK_14,
    LCK_15, LCK_16, LCK_17, LCK_18, LCK_19, LCK_21, LCK_22, LCK_23, LCK_25, LCK_26, LCK_27, LCK_28, LCK_29,
    LCK_30, LCK_31, LCK_34, LCK_36, LCK_37, LCK_38, LCK_39, LCK_40, LCK_42, LCK_43, LOCKOUTS,
};
use super::plan::{Plan, Round};
use super::proof::Methods;
use super::registration::Registration;
use crate::logic::Formula;
use crate::model::{Control, Method, UserAction};
use crate::scenario::Key;

const PASSES: [Method; 2] = [Method::TapOneTime, Method::TapMultiUse];
const PHISHING_RESISTANT: [Method; 3] = [Method::WindowsHello, Method::Fido2, Method::CertificateMulti];

/// What the patterns look at.
struct Case<'a> {
    plan: &'a Plan<'a>,
    last: &'a Round,
    registration: &'a Registration,
    /// What was asked for is not proved, by anybody; by an untrusted guest; by anybody who is asked here.
    unproved: Formula,
    guest: Formula,
    asked_here: Formula,
    local: Formula,
    external: Formula,
    /// By somebody whose home is trusted.
    trusted: Formula,
}

/// The patterns with their preconditions.
pub(super) fn causes(
    cx: &mut Cx,
    plan: &Plan,
    rounds: &[Round; 3],
    registration: &Registration,
    gate: [Formula; 2],
) -> Vec<(Cause, Formula)> {
    let [_, _, last] = rounds;
    let person = plan.person;
    let unproved = cx.not(last.proof_met);
    let untrusted = cx.not(plan.parts.trusted);
    let guest = cx.and([person.entra, untrusted, person.collaboration, unproved]);
    let external = cx.not(person.local);
    let case = Case {
        plan,
        last,
        registration,
        unproved,
        guest,
        asked_here: cx.or([guest, person.other_provider]),
        local: cx.and([person.local, unproved]),
        external,
        trusted: cx.and([external, plan.parts.trusted, unproved]),
    };
    let mut found = case.of_guests(cx);
    found.extend(case.of_strengths(cx));
    found.extend(case.of_registration(cx));
    found.extend(case.of_homes(cx));
    found.extend(case.of_the_rest(cx, gate));
    found.sort_by_key(|(cause, _)| LOCKOUTS.iter().position(|other| other.id == cause.id));
    found
}

impl Case<'_> {
    /// Controls that guests cannot meet.
    fn of_guests(&self, cx: &mut Cx) -> Vec<(Cause, Formula)> {
        let (plan, last, person) = (self.plan, self.last, self.plan.person);
        let untrusted = cx.not(plan.parts.trusted);
        let apps = control_unmet(cx, plan, last, is_app_control);
        let devices = device_unmet_without_trust(cx, plan, last);
        let password = control_unmet(cx, plan, last, |c| matches!(c, Control::PasswordChange));
        let remediation = control_unmet(cx, plan, last, |c| matches!(c, Control::RiskRemediation(_)));
        let terms = control_unmet(cx, plan, last, |c| matches!(c, Control::TermsOfUse(_)));
        let factors = control_unmet(cx, plan, last, |c| matches!(c, Control::CustomFactor(_)));
        let objectless = cx.or([person.direct, person.delegated]);
        let otp = cx.is(&Key::IdentityProvider, "emailOtp");
        let works = super::methods::passcode_works(cx);
        let off = cx.not(works);
        vec![
            (LCK_1, cx.and([person.direct, untrusted, self.unproved])),
            (LCK_2, cx.and([self.external, devices])),
            (LCK_3, cx.and([self.external, apps])),
            (LCK_4, cx.and([self.external, password])),
            (LCK_5, cx.and([self.external, remediation])),
            (LCK_21, cx.and([otp, off])),
            (LCK_30, cx.and([objectless, terms])),
            (LCK_31, cx.and([self.external, plan.parts.trusted, factors])),
        ]
    }

    /// Strengths that nothing meets.
    fn of_strengths(&self, cx: &mut Cx) -> Vec<(Cause, Formula)> {
        let (plan, last) = (self.plan, self.last);
        let strength = strength_applies(cx, plan);
        let hopeless = hopeless_strength(cx, plan, last);
        let not_hopeless = cx.not(hopeless);
        let with_password = met_with_password(cx, plan, last);
        let password_seen = last.seen.visible.at(cx, Method::Password);
        let no_password = cx.not(password_seen);
        let federated = cx.is(&Key::FirstFactor, "federated");
        let own_factor = cx.not(federated);
        let here = not_allowed(cx, plan, last);
        let here = cx.and([self.asked_here, here]);
        let own = not_allowed_local(cx, plan, last);
        let own = cx.and([self.local, own]);
        let external_method = external_only(cx, &last.here);
        let apart = apart(cx, plan);
        let hello = unmet_strength(cx, plan, last, |_, s| only(s, &[Method::WindowsHello]));
        let began = cx.first_factor(Method::WindowsHello);
        let began_otherwise = cx.not(began);
        let restricted = restricted(cx, plan, last);
        let passes = unmet_strength(cx, plan, last, |_, s| only(s, &PASSES));
        let external_passes = cx.and([self.asked_here, passes]);
        let one_kind = PASSES.map(|pass| unmet_strength(cx, plan, last, |_, s| only(s, &[pass])));
        let one_kind = cx.or(one_kind);
        let resistant = |policy: &crate::model::Policy, s: &[Vec<Method>]| {
            super::targets::includes_all(&policy.applications) && only(s, &PHISHING_RESISTANT)
        };
        let resistant = unmet_strength(cx, plan, last, resistant);
        let first_day = first_day(cx, plan, last);
        vec![
            (LCK_7, cx.and([self.guest, hopeless])),
            (LCK_8, cx.and([self.guest, strength, no_password, own_factor, with_password, not_hopeless])),
            (LCK_9, cx.and([plan.person.other_provider, strength, self.unproved])),
            (LCK_10, cx.and([strength, self.unproved, external_method])),
            (LCK_15, external_passes),
            (LCK_18, cx.or([here, own])),
            (LCK_19, cx.and([apart, self.unproved])),
            (LCK_25, cx.and([self.unproved, hello, began_otherwise])),
            (LCK_27, cx.and([self.guest, restricted])),
            (LCK_28, cx.and([self.local, one_kind])),
            (LCK_39, cx.and([self.local, first_day, resistant])),
        ]
    }

    /// Registering that does not happen.
    fn of_registration(&self, cx: &mut Cx) -> Vec<(Cause, Formula)> {
        let (plan, last, registration) = (self.plan, self.last, self.registration);
        let untrusted = cx.not(plan.parts.trusted);
        let mfa_missing = cx.not(last.seen.mfa);
        let anybody_here = cx.or([self.asked_here, self.local]);
        let apps_admitted = super::trust::registration_admitted(cx, plan.person, &plan.parts.homes);
        let apps_missing = cx.not(apps_admitted);
        let not_admitted = cx.not(registration.admitted);
        let page = cx.is(&Key::Target, UserAction::RegisterSecurityInfo.name());
        let by_policy = cx.and([not_admitted, apps_admitted]);
        let stuck = cx.or([by_policy, page]);
        let on_page = control_unmet_on_page(cx, plan, last);
        let device = cx.is(&Key::Target, UserAction::RegisterDevice.name());
        let allowed = certificates(cx, &plan.parts.allowed);
        let scoped = certificate_scope(cx, plan.person, allowed);
        let certificate = certificates(cx, &last.here);
        let no_certificate = cx.not(certificate);
        let phone = plan.parts.allowed.at(cx, Method::PhoneSignIn);
        let push = plan.parts.allowed.at(cx, Method::AuthenticatorPush);
        let no_push = cx.not(push);
        let proved = last.here.at(cx, Method::PhoneSignIn);
        let no_phone = cx.not(proved);
        let asked = strength_applies(cx, plan);
        let registering = unmet_strength(cx, plan, last, |policy, _| {
            policy.applications.actions.known.contains(&UserAction::RegisterDevice)
        });
        let google = cx.is(&Key::IdentityProvider, "google");
        let stands = cx.reading("GOOGLE_USER_ACTION", "yes");
        let asked_or_missing = cx.or([asked, mfa_missing]);
        vec![
            (LCK_6, cx.and([untrusted, self.unproved, registration.refused_for_risk])),
            (LCK_13, cx.and([self.asked_here, apps_missing, mfa_missing])),
            (LCK_14, cx.and([anybody_here, stuck, mfa_missing])),
            (LCK_16, cx.and([anybody_here, scoped, no_certificate, mfa_missing])),
            (LCK_17, cx.and([anybody_here, phone, no_push, no_phone, asked_or_missing])),
            (LCK_22, self.no_telephony(cx, anybody_here)),
            (LCK_29, cx.and([google, page, stands, on_page])),
            (LCK_38, cx.and([device, registering, self.unproved])),
        ]
    }

    /// Text messages or calls would be allowed, and are not delivered any more.
    fn no_telephony(&self, cx: &mut Cx, whom: Formula) -> Formula {
        if !cx.since(Change::TelephonyOfMembers) {
            return cx.no();
        }
        let mut parts = Vec::new();
        for method in [Method::Sms, Method::Voice] {
            let configured = configured(cx, method);
            let allowed = self.plan.parts.allowed.at(cx, method);
            let lost = cx.not(allowed);
            parts.push(cx.and([configured, lost]));
        }
        let lost = cx.or(parts);
        cx.and([whom, lost])
    }

    /// What homes do not do.
    fn of_homes(&self, cx: &mut Cx) -> Vec<(Cause, Formula)> {
        let (plan, last) = (self.plan, self.last);
        let strength = strength_applies(cx, plan);
        let external_method = external_only(cx, &last.home);
        let methods = Method::ALL.iter().filter(|m| !m.is_federated() && **m != Method::Password);
        let registered: Vec<_> = methods.map(|m| cx.flag(&Key::RegisteredHome(*m))).collect();
        let some = cx.or(registered);
        let none = cx.not(some);
        let not_allowed = not_allowed_at_home(cx, plan, last);
        let local = cx.or([self.local, self.trusted]);
        vec![
            (LCK_11, cx.and([self.trusted, strength, external_method])),
            (LCK_40, cx.and([local, strength, plan.parts.idp_only])),
            (LCK_42, cx.and([self.trusted, none])),
            (LCK_43, cx.and([self.trusted, not_allowed])),
        ]
    }

    /// Clients, the gate, and who is left to repair.
    fn of_the_rest(&self, cx: &mut Cx, gate: [Formula; 2]) -> Vec<(Cause, Formula)> {
        let (plan, last) = (self.plan, self.last);
        let code = cx.is(&Key::Flow, "deviceCodeFlow");
        let devices = control_unmet(cx, plan, last, is_device_control);
        let legacy = cx.is_one_of(&Key::Client, &["other", "exchangeActiveSync"]);
        let any = control_unmet(cx, plan, last, |c| !matches!(c, Control::Block));
        let defaults = plan.layer_refuses();
        let refused = cx.or([any, defaults]);
        let [out, into] = gate;
        let both = cx.and([out, into]);
        let not_both = cx.not(both);
        let one = cx.or([out, into]);
        vec![
            (LCK_23, nobody_excluded(cx, plan, last)),
            (LCK_26, untold_position(cx, plan, last)),
            (LCK_34, cx.and([plan.person.entra, one, not_both])),
            (LCK_36, cx.and([code, devices])),
            (LCK_37, cx.and([legacy, refused])),
        ]
    }
}

/// An external method is all that is proved beside the first factor.
fn external_only(cx: &mut Cx, proved: &Methods) -> Formula {
    let external = proved.at(cx, Method::ExternalMethod);
    let others = Method::ALL
        .iter()
        .filter(|m| !m.is_federated() && !matches!(m, Method::Password | Method::ExternalMethod));
    let mut parts = Vec::new();
    for method in others {
        let began = cx.first_factor(*method);
        let not_begun = cx.not(began);
        let more = proved.at(cx, *method);
        parts.push(cx.and([more, not_begun]));
    }
    let any = cx.or(parts);
    let none = cx.not(any);
    cx.and([external, none])
}
