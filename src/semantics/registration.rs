//! When a person may register a method on the way (REG-2 … REG-34, STR-12, STR-25).

use super::RuleId;
use super::context::Cx;
use super::grant::{Fixed, Stage, View, certificate_scope, met_at};
use super::methods::{certificates, may_hold, registrable, self_service};
use super::person::{Person, kind};
use super::plan::lists_page;
use super::policies::Applied;
use super::proof::{Ingredients, Methods, Seen, contains_mfa};
use super::trust::registration_admitted;
use crate::logic::Formula;
use crate::model::{Control, IdentityProvider, Method, Policy, UserAction, UserKind};
use crate::scenario::Key;

/// Registration here, condition by condition.
#[derive(Clone, Copy, Debug)]
pub struct Registration {
    /// Nothing but risk and policies stands in the way.
    pub offered: Formula,
    /// Risk refuses it.
    pub refused_for_risk: Formula,
    /// Policies let it happen.
    pub admitted: Formula,
    /// A policy on the page does not, and looks at the place or the device.
    pub refused_for_place: Formula,
}

impl Registration {
    /// All of it.
    pub(super) fn open(&self, cx: &mut Cx) -> Formula {
        let calm = cx.not(self.refused_for_risk);
        cx.and([self.offered, calm, self.admitted])
    }
}

/// Everything that registration looks at.
pub(super) struct Surroundings<'a> {
    pub(super) person: &'a Person,
    pub(super) parts: &'a Ingredients,
    pub(super) policies: &'a [(&'a Policy, Applied)],
    pub(super) fixed: &'a Fixed,
    /// What is proved without registering.
    pub(super) seen: &'a Seen,
}

/// Registration in the resource tenant.
pub(super) fn here(cx: &mut Cx, around: &Surroundings) -> Registration {
    let offered = offered(cx, around);
    let refused_for_risk = refused_for_risk(cx, around);
    let admitted = admitted(cx, around);
    let refused_for_place = refused_for_place(cx, around);
    Registration { offered, refused_for_risk, admitted, refused_for_place }
}

/// The person is asked here at all, and nothing that is registered already has to be proved first.
fn offered(cx: &mut Cx, around: &Surroundings) -> Formula {
    let (person, parts) = (around.person, around.parts);
    // Nobody registers here over direct connect, whatever a scenario says of the provider.
    let direct = kind(cx, UserKind::DirectConnect);
    let trusted = cx.or([parts.trusted, direct]);
    let asked_here = cx.not(trusted);
    let idp_only = cx.and([person.local, parts.idp_only]);
    let free = cx.not(idp_only);
    // A pass that a guest used at home is not seen here.
    let bootstrap = after_pass(cx, "TAP_BOOTSTRAP");
    let bootstrap = cx.f.implies(person.local, bootstrap);
    let first = proves_first(cx, around);
    let page = registration_page(cx);
    cx.and([asked_here, parts.may_challenge, free, bootstrap, first, page])
}

/// **REG-15** — after a temporary access pass, what may be registered is open.
fn after_pass(cx: &mut Cx, switch: &str) -> Formula {
    let pass = cx.first_factor_in(&[Method::TapOneTime, Method::TapMultiUse]);
    let may = cx.reading(switch, "yes");
    let ok = cx.f.implies(pass, may);
    cx.by(RuleId::Reg15, ok)
}

/// **REG-2** — who has a method proves MFA before adding one. **REG-22** — so does who is in scope of certificates.
fn proves_first(cx: &mut Cx, around: &Surroundings) -> Formula {
    let allowed = &around.parts.allowed;
    let held = Methods::of(|method| {
        let registered = cx.flag(&Key::RegisteredResource(method));
        let hold = may_hold(cx, method);
        let allowed = allowed.at(cx, method);
        cx.and([registered, hold, allowed])
    });
    let first = holders_prove(cx, &held, around.seen.mfa);
    let certified = certified_prove(cx, around.person, allowed, around.seen.mfa);
    cx.and([first, certified])
}

/// **REG-2** — who holds something that MFA can be done with has done it.
fn holders_prove(cx: &mut Cx, held: &Methods, mfa: Formula) -> Formula {
    let capable = Method::ALL.iter().filter(|method| is_capable(**method));
    let held: Vec<Formula> = capable.map(|method| held.at(cx, *method)).collect();
    let held = cx.or(held);
    let proved = cx.f.implies(held, mfa);
    cx.by(RuleId::Reg2, proved)
}

/// **REG-22** — who is in scope of certificates has done MFA.
pub(super) fn certified_prove(cx: &mut Cx, person: &Person, in_scope: &Methods, mfa: Formula) -> Formula {
    let certificates = certificates(cx, in_scope);
    let scoped = certificate_scope(cx, person, certificates);
    cx.f.implies(scoped, mfa)
}

/// MFA can be done with the method.
fn is_capable(method: Method) -> bool {
    use Method::{CertificateSingle, Email, Password, QrCodePin};
    !method.is_federated() && !matches!(method, Password | Email | QrCodePin | CertificateSingle)
}

/// With the registration page itself as the target, registering helps only where that reading is taken.
fn registration_page(cx: &mut Cx) -> Formula {
    let page = cx.is(&Key::Target, "urn:user:registersecurityinfo");
    let helps = cx.reading("USER_ACTION_BOOT", "yes");
    cx.f.implies(page, helps)
}

/// **REG-23** — a risky sign-in never leads to registration.
fn refused_for_risk(cx: &mut Cx, around: &Surroundings) -> Formula {
    let driven = driven_by_risk(cx, around);
    let broad = at_any_risk(cx);
    let any = cx.or([driven, broad]);
    cx.by(RuleId::Reg23, any)
}

/// A policy that looks at the risk of the sign-in asks for a proof that is missing.
pub(super) fn driven_by_risk(cx: &mut Cx, around: &Surroundings) -> Formula {
    let mut driven = Vec::new();
    for (policy, applied) in around.policies {
        let asks = policy.controls().iter().any(|c| matches!(c, Control::Mfa | Control::Strength(_)));
        if asks && !policy.conditions.sign_in_risk.is_empty() {
            let full = met_at(cx, policy, around.person, around.fixed, around.seen, Stage::Proof, View::Full);
            let met = if lists_page(policy) { full } else { on_page(cx, around, policy, full) };
            let missing = cx.not(met);
            driven.push(cx.and([applied.applies, missing]));
        }
    }
    cx.or(driven)
}

/// Met in full, or, where the registration page itself is the target, but for strengths that others take the place of (STR-25).
fn on_page(cx: &mut Cx, around: &Surroundings, policy: &Policy, full: Formula) -> Formula {
    let page = cx.is(&Key::Target, UserAction::RegisterSecurityInfo.name());
    let replaced = replaced_strengths(cx, around);
    let without =
        met_at(cx, policy, around.person, around.fixed, around.seen, Stage::Proof, View::StrengthsMet);
    let without = cx.and([page, replaced, without]);
    cx.or([full, without])
}

/// The wider reading: the sign-in is risky.
fn at_any_risk(cx: &mut Cx) -> Formula {
    let narrow = cx.reading("RISK_REGISTRATION", "narrow");
    let broad = cx.not(narrow);
    let none = cx.is(&Key::SignInRisk, "none");
    let elevated = cx.not(none);
    cx.and([broad, elevated])
}

/// **REG-34** — policies on the registration page, and those on all resources that left the application out, have to be
/// satisfied with what is proved without registering. **STR-25** — on the page, strengths of policies on the page take
/// the place of those on all resources.
fn admitted(cx: &mut Cx, around: &Surroundings) -> Formula {
    let mut parts = vec![registration_admitted(cx, around.person, &around.parts.homes)];
    let replaced = replaced_strengths(cx, around);
    let covers = cx.reading("ALL_COVERS_REGISTRATION", "yes");
    for (policy, applied) in around.policies {
        let met = satisfied(cx, around, policy, View::Full);
        let eased = eased(cx, policy);
        let on_page = cx.or([met, eased]);
        let on_page = cx.f.implies(applied.on_registration, on_page);
        parts.push(cx.of_policy(applied.index, on_page));
        let without_strengths = satisfied(cx, around, policy, View::StrengthsMet);
        let without_strengths = cx.and([replaced, without_strengths]);
        let met = cx.or([met, without_strengths]);
        let reached = cx.and([covers, applied.left_out_here]);
        let elsewhere = cx.f.implies(reached, met);
        parts.push(cx.of_policy(applied.index, elsewhere));
    }
    let all = cx.and(parts);
    cx.by(RuleId::Reg34, all)
}

/// **STR-25** — a strength of a policy on the page applies.
pub(super) fn replaced_strengths(cx: &mut Cx, around: &Surroundings) -> Formula {
    let mut replaced = Vec::new();
    for (policy, applied) in around.policies {
        if policy.controls().iter().any(|c| matches!(c, Control::Strength(_))) {
            replaced.push(applied.on_registration);
        }
    }
    let replaced = cx.or(replaced);
    cx.by(RuleId::Str25, replaced)
}

/// **REG-25** — a policy on the page that looks at the place or the device refuses registering.
fn refused_for_place(cx: &mut Cx, around: &Surroundings) -> Formula {
    let mut parts = Vec::new();
    for (policy, applied) in around.policies {
        let device =
            policy.controls().iter().any(|c| matches!(c, Control::CompliantDevice | Control::HybridDevice));
        let looks =
            policy.conditions.locations.is_some() || policy.conditions.device_filter.is_some() || device;
        if looks {
            let met = satisfied(cx, around, policy, View::Full);
            let unmet = cx.not(met);
            parts.push(cx.and([applied.on_registration, unmet]));
        }
    }
    let any = cx.or(parts);
    cx.when(RuleId::Reg25, any)
}

/// **CA-38** — an older text lets guests with a Microsoft account register where MFA is demanded of the page; whether it
/// stands is open.
fn eased(cx: &mut Cx, policy: &Policy) -> Formula {
    if policy.controls() != [Control::Mfa] {
        return cx.no();
    }
    let account = cx.is(&Key::IdentityProvider, IdentityProvider::Msa.name());
    let stands = cx.reading("MSA_REGISTRATION", "yes");
    let eased = cx.and([account, stands]);
    cx.when(RuleId::Ca38, eased)
}

/// Every stage of a policy is met with what is proved without registering; a block never is.
pub(super) fn satisfied(cx: &mut Cx, around: &Surroundings, policy: &Policy, view: View) -> Formula {
    if policy.controls().contains(&Control::Block) && policy.unread_grant.is_empty() {
        return cx.no();
    }
    let parts =
        Stage::ALL.map(|stage| met_at(cx, policy, around.person, around.fixed, around.seen, stage, view));
    cx.and(parts)
}

/// Round 2 here: what can be registered joins.
pub(super) fn here_new(cx: &mut Cx, around: &Surroundings, open: Formula) -> Methods {
    Methods::of(|method| {
        let can = cx.flag(&Key::CanRegister(method));
        let allowed = around.parts.allowed.at(cx, method);
        let hold = may_hold(cx, method);
        let registrable = registrable(cx, method);
        let own = self_service(cx, method);
        let pass = if method == Method::Fido2 { after_pass(cx, "TAP_PASSKEY") } else { cx.yes() };
        let pass = cx.f.implies(around.person.local, pass);
        let new = cx.and([open, can, allowed, hold, registrable, own, pass]);
        cx.by(RuleId::Str12, new)
    })
}

/// **REG-32** — whether trust sends a person without a suitable method home to register is open.
pub(super) fn sent_home(cx: &mut Cx) -> Formula {
    // A password and what an identity provider asserts are no registrations.
    let methods = Method::ALL.iter().filter(|m| !m.is_federated() && **m != Method::Password);
    let registered: Vec<_> = methods.map(|m| cx.flag(&Key::RegisteredHome(*m))).collect();
    let some = cx.or(registered);
    let none = cx.not(some);
    let unregistered = cx.reading("TRUST_UNREGISTERED", "registerHome");
    let unsuitable = cx.reading("TRUST_UNSUITABLE", "registerHome");
    let none = cx.and([none, unregistered]);
    let some = cx.and([some, unsuitable]);
    let sent = cx.or([none, some]);
    cx.by(RuleId::Reg32, sent)
}

/// Registration at home is open: the settings of the home let the person register, who did MFA before where there is
/// something to do it with (**REG-2**; **REG-22** for who holds a certificate), and the home sees no risk that refuses it
/// (**REG-23**).
pub(super) fn at_home(
    cx: &mut Cx,
    person: &Person,
    parts: &Ingredients,
    proved: &Methods,
    may_ask: Formula,
) -> Formula {
    let sent = sent_home(cx);
    let allowed = parts.homes.registration;
    let free = cx.not(parts.idp_only);
    let bootstrap = after_pass(cx, "TAP_BOOTSTRAP");
    let held = Methods::of(|method| {
        let registered = cx.flag(&Key::RegisteredHome(method));
        let allowed = parts.homes.allowed.at(cx, method);
        cx.and([registered, allowed])
    });
    let mfa = contains_mfa(cx, proved);
    let external = proved.at(cx, Method::ExternalMethod);
    let mfa = cx.or([mfa, external]);
    let first = holders_prove(cx, &held, mfa);
    let certified = certified_prove(cx, person, &held, mfa);
    let risky = at_any_risk(cx);
    let sees = cx.reading("HOME_SEES", "yes");
    let refused = cx.and([sees, risky]);
    let refused = cx.when(RuleId::Reg23, refused);
    let calm = cx.not(refused);
    let asked = cx.and([person.entra, parts.trusted, parts.may_challenge, free, sent, may_ask]);
    cx.and([asked, allowed, bootstrap, first, certified, calm])
}

/// Round 2 at home: what the home lets be registered joins.
pub(super) fn home_new(cx: &mut Cx, parts: &Ingredients, open: Formula) -> Methods {
    Methods::of(|method| {
        let can = cx.flag(&Key::CanRegister(method));
        let allowed = parts.homes.allowed.at(cx, method);
        let registrable = registrable(cx, method);
        let pass = if method == Method::Fido2 { after_pass(cx, "TAP_PASSKEY") } else { cx.yes() };
        let own = parts.homes.self_service.at(cx, method);
        let new = cx.and([open, can, allowed, registrable, pass, own]);
        cx.by(RuleId::Str12, new)
    })
}

/// The union of two rounds.
pub(super) fn union(cx: &mut Cx, a: &Methods, b: &Methods) -> Methods {
    Methods::of(|method| {
        let (a, b) = (a.at(cx, method), b.at(cx, method));
        cx.or([a, b])
    })
}
