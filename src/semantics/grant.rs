//! What a policy demands and when that is met (CA-60 … CA-69, STR-10, STR-13).

use super::RuleId;
use super::context::Cx;
use super::dates::Change;
use super::person::Person;
use super::position::refused_by;
use super::proof::{Methods, Seen, all_of};
use super::trust::{Flag, device_trusted};
use super::vouched::Vouched;
use crate::logic::Formula;
use crate::model::{
    Combination, Control, Id, IdentityProvider, Method, Operator, Policy, Strength, StrengthRef, UserAction,
    built_in_combinations,
};
use crate::scenario::Key;

/// The part of the sign-in in which a control is asked for, in the order of prompts (SM-3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// MFA and strengths.
    Proof,
    /// A compliant device.
    Device,
    /// A hybrid joined device.
    Hybrid,
    /// The client application.
    App,
    /// Password change and remediation.
    Risk,
    /// Terms of use, custom controls, and what is not known.
    Terms,
}

impl Stage {
    /// All of them, in order.
    pub const ALL: [Self; 6] = [Self::Proof, Self::Device, Self::Hybrid, Self::App, Self::Risk, Self::Terms];
}

/// What does not depend on the round of proof.
pub(super) struct Fixed {
    pub(super) device_compliant: Formula,
    pub(super) device_hybrid: Formula,
    pub(super) approved_stays: Formula,
    pub(super) remediation_guest: Formula,
    pub(super) terms: Formula,
    pub(super) custom: Formula,
    /// The client carries challenges and device state.
    pub(super) modern: Formula,
    /// The client carries device state.
    pub(super) carries_device: Formula,
}

/// Controls that do not depend on what was proved.
pub(super) fn fixed(cx: &mut Cx, person: &Person, trusted: Formula) -> Fixed {
    let (modern, carries_device) = clients(cx);
    let stays = cx.reading("APPROVED_EXTERNAL", "yes");
    let external = cx.not(person.local);
    let approved_stays = cx.and([external, stays]);
    let enough = cx.reading("RISKREM_GUEST", "reauthentication in H is enough");
    let remediation_guest = cx.and([external, enough]);
    Fixed {
        device_compliant: device(cx, person, Flag::CompliantDevice),
        device_hybrid: device(cx, person, Flag::HybridDevice),
        approved_stays,
        remediation_guest,
        terms: terms(cx),
        custom: custom(cx, person, trusted),
        modern,
        carries_device,
    }
}

/// **CA-45** — a legacy client can meet no control. **CA-44** — Exchange ActiveSync can meet device controls only. The
/// first says that the client carries challenges, the second that it carries the state of a device.
fn clients(cx: &mut Cx) -> (Formula, Formula) {
    let other = cx.is(&Key::Client, "other");
    let other = cx.when(RuleId::Ca45, other);
    let not_other = cx.not(other);
    let eas = cx.is(&Key::Client, "exchangeActiveSync");
    let not_eas = cx.not(eas);
    let carries_nothing_else = cx.when(RuleId::Ca44, eas);
    let modern = cx.not(carries_nothing_else);
    let modern = cx.and([not_other, modern]);
    let device = cx.yes();
    let device = cx.by(RuleId::Ca44, device);
    let device = cx.or([not_eas, device]);
    (modern, cx.and([not_other, device]))
}

/// **EXT-20** — a device control: met by the person's own device here, or by one at home that is trusted. **CA-53** —
/// device code flow carries no device.
fn device(cx: &mut Cx, person: &Person, flag: Flag) -> Formula {
    let joined = match flag {
        Flag::HybridDevice => cx.is(&Key::DeviceTrust, "ServerAD"),
        _ => cx.flag(&Key::DeviceCompliant),
    };
    let none = cx.is(&Key::DeviceTrust, "none");
    let present = cx.not(none);
    let code = cx.is(&Key::Flow, "deviceCodeFlow");
    let carried = cx.not(code);
    let carried = cx.by(RuleId::Ca53, carried);
    let trusted = device_trusted(cx, person, flag);
    let mut accepted = vec![trusted];
    if flag == Flag::CompliantDevice {
        accepted.push(compliant_here(cx, person));
    }
    let accepted = cx.or(accepted);
    let accepted = cx.by(RuleId::Ext20, accepted);
    let accepted = cx.or([person.local, accepted]);
    cx.and([joined, present, carried, accepted])
}

/// A guest's device may perhaps be compliant in this tenant. Where the word of other tenants is left out, a device that gets in by it is
/// one that only they call compliant.
fn compliant_here(cx: &mut Cx, person: &Person) -> Formula {
    let possible = cx.reading("GUEST_DEVICE_IN_R", "possible");
    if cx.without != Some(Vouched::ForeignDevice) {
        return possible;
    }
    let without = cx.without.take();
    let by_their_word = device_trusted(cx, person, Flag::CompliantDevice);
    cx.without = without;
    let own = cx.not(by_their_word);
    cx.and([possible, own])
}

/// **EXT-28** — terms are accepted in an interactive sign-in; for people without an object here the outcome is open.
fn terms(cx: &mut Cx) -> Formula {
    let accepts = cx.flag(&Key::AcceptsTerms);
    let interactive = cx.flag(&Key::Interactive);
    let accepted = cx.and([accepts, interactive]);
    let objectless = cx.is_one_of(&Key::Kind, &["b2bDirectConnectUser", "serviceProvider"]);
    let skipped = cx.reading("TOU_DC", "skipped");
    let with_object = cx.not(objectless);
    let with_object = cx.and([with_object, accepted]);
    let without = cx.and([objectless, skipped]);
    let any = cx.or([with_object, without]);
    cx.by(RuleId::Ext28, any)
}

/// **EXT-23** — custom controls do not work together with trust; whether they are still enforced is open.
fn custom(cx: &mut Cx, person: &Person, trusted: Formula) -> Formula {
    let retired = cx.constant(cx.since(Change::CustomControls));
    let gone = cx.reading("CUSTOM_CONTROLS", "no");
    let gone = cx.and([retired, gone]);
    let across = cx.and([person.entra, trusted]);
    let enforced = cx.not(gone);
    let fails = cx.and([across, enforced]);
    let fails = cx.when(RuleId::Ext23, fails);
    cx.not(fails)
}

/// The stage of a control.
fn stage_of(control: &Control) -> Stage {
    match control {
        Control::Block | Control::Mfa | Control::Strength(_) => Stage::Proof,
        Control::CompliantDevice => Stage::Device,
        Control::HybridDevice => Stage::Hybrid,
        Control::ApprovedApplication | Control::CompliantApplication(_) => Stage::App,
        Control::PasswordChange | Control::RiskRemediation(_) => Stage::Risk,
        Control::TermsOfUse(_) | Control::CustomFactor(_) | Control::Unread(_) => Stage::Terms,
    }
}

/// The policy has a demand of a proof among its controls.
pub(super) fn asks_for_proof(policy: &Policy) -> bool {
    policy.controls().iter().any(|c| matches!(c, Control::Mfa | Control::Strength(_)))
}

/// The stages at which a policy asks for something: an OR policy asks once.
pub(super) fn asks_at(cx: &Cx, policy: &Policy, stage: Stage) -> bool {
    let live = |c: &&Control| **c != Control::ApprovedApplication || !cx.since(Change::ApprovedApplication);
    let mut stages = policy.controls().iter().filter(live).map(stage_of);
    match policy.grant.as_ref().map(|grant| &grant.operator) {
        None => false,
        Some(Operator::And | Operator::Unread(_)) => stages.any(|at| at == stage),
        Some(Operator::Or) => stages.min() == Some(stage),
    }
}

/// **CA-69** — one control with its stage.
pub(super) fn control(
    cx: &mut Cx,
    control: &Control,
    person: &Person,
    fixed: &Fixed,
    seen: &Seen,
    view: View,
) -> (Stage, Formula) {
    let met = match control {
        Control::Block => cx.no(),
        Control::ApprovedApplication => approved_application(cx, person, fixed),
        Control::Mfa | Control::Strength(_) if view == View::ProofsMet => fixed.modern,
        Control::Strength(_) if view == View::StrengthsMet => fixed.modern,
        Control::Mfa => cx.and([fixed.modern, seen.mfa]),
        Control::Strength(reference) => {
            let met = strength(cx, reference, person, seen);
            return (Stage::Proof, cx.and([fixed.modern, met]));
        }
        Control::CompliantDevice => cx.and([fixed.carries_device, fixed.device_compliant]),
        Control::HybridDevice => cx.and([fixed.carries_device, fixed.device_hybrid]),
        Control::CompliantApplication(unread) => {
            let free = cx.unread(unread);
            let own = cx.and([person.local, free, fixed.modern]);
            cx.by(RuleId::Ext20, own)
        }
        Control::PasswordChange => {
            let external = cx.not(person.local);
            let external = cx.when(RuleId::Ext25, external);
            let own = cx.not(external);
            cx.and([own, seen.mfa, fixed.modern])
        }
        Control::RiskRemediation(unread) => {
            let free = cx.unread(unread);
            let own = cx.and([person.local, free]);
            let any = cx.or([own, fixed.remediation_guest]);
            let any = cx.by(RuleId::Ext25, any);
            cx.and([any, fixed.modern])
        }
        Control::TermsOfUse(_) => cx.and([fixed.terms, fixed.modern]),
        Control::CustomFactor(_) => cx.and([fixed.custom, fixed.modern]),
        Control::Unread(unread) => cx.unread(unread),
    };
    (stage_of(control), cx.by(RuleId::Ca69, met))
}

/// Until its retirement: a client on the list, on a phone or tablet of somebody of the tenant (**EXT-20**). Whether the client
/// is on the list is no part of a scenario.
fn approved_application(cx: &mut Cx, person: &Person, fixed: &Fixed) -> Formula {
    let mobile = cx.is_one_of(&Key::Platform, &["android", "iOS"]);
    let listed = cx.free("input:approvedApplication", "", true);
    let own = cx.and([person.local, mobile, listed, fixed.modern]);
    cx.by(RuleId::Ext20, own)
}

/// How a policy's controls are looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    /// As they are.
    Full,
    /// With every strength taken as met (STR-25).
    StrengthsMet,
    /// With every demand of a proof taken as met.
    ProofsMet,
}

/// What a policy demands at a stage; at the last one, that the phone could be asked for its position (**CA-48**).
pub(super) fn met_at(
    cx: &mut Cx,
    policy: &Policy,
    person: &Person,
    fixed: &Fixed,
    seen: &Seen,
    stage: Stage,
    view: View,
) -> Formula {
    let demands = demands_met(cx, policy, person, fixed, seen, stage, view);
    if stage != Stage::Terms {
        return demands;
    }
    let refused = refused_by(cx, policy);
    let somewhere = cx.not(refused);
    cx.and([demands, somewhere])
}

/// The controls of a policy at a stage: **CA-62** over its controls. An AND policy asks for each control at the control's own
/// stage; an OR policy asks once, at the stage of its first control.
fn demands_met(
    cx: &mut Cx,
    policy: &Policy,
    person: &Person,
    fixed: &Fixed,
    seen: &Seen,
    stage: Stage,
    view: View,
) -> Formula {
    let Some(grant) = &policy.grant else {
        return without_controls(cx, policy, stage);
    };
    let gone = cx.since(Change::ApprovedApplication);
    let retired = |c: &Control| gone && matches!(c, Control::ApprovedApplication);
    let restricted = restricted(cx, policy, seen);
    let seen = restricted.as_ref().unwrap_or(seen);
    let live: Vec<(Stage, Formula)> = grant
        .controls
        .iter()
        .filter(|c| !retired(c))
        .map(|c| control(cx, c, person, fixed, seen, view))
        .collect();
    let has_retired = grant.controls.iter().any(retired);
    if live.is_empty() && !has_retired {
        return without_controls(cx, policy, stage);
    }
    let without = combine(cx, &grant.operator, &live, stage);
    let without = if live.is_empty() && stage == Stage::App {
        let vacuous = cx.reading("APPROVED_APP_ONLY", "vacuous");
        let vacuous = cx.by(RuleId::New6, vacuous);
        cx.or([vacuous])
    } else {
        without
    };
    let known = if has_retired {
        let mut listed = live.clone();
        let never = cx.no();
        let never = cx.by(RuleId::Ext20, never);
        listed.push((Stage::App, never));
        let with = combine(cx, &grant.operator, &listed, stage);
        let stays = cx.by(RuleId::New6, fixed.approved_stays);
        let gone = cx.not(stays);
        let with = cx.and([stays, with]);
        let without = cx.and([gone, without]);
        cx.or([with, without])
    } else {
        without
    };
    let first = live.iter().map(|(stage, _)| *stage).min().unwrap_or(Stage::Terms);
    unread_acts(cx, policy, stage == first, stage == Stage::Terms, known)
}

/// What counts for a policy on a user action: less than for others. **CA-37** — Windows Hello and passkeys of a device do not
/// register devices. **CA-38** — an older text keeps Google's guests from the registration page; whether it stands is open.
pub(super) fn restricted(cx: &mut Cx, policy: &Policy, seen: &Seen) -> Option<Seen> {
    let actions = &policy.applications.actions.known;
    if actions.contains(&UserAction::RegisterDevice) {
        let visible = Methods::of(|method| {
            let visible = seen.visible.at(cx, method);
            if !matches!(method, Method::WindowsHello | Method::Fido2) {
                return visible;
            }
            let refused = cx.when(RuleId::Ca37, visible);
            let counts = cx.not(refused);
            cx.and([visible, counts])
        });
        return Some(Seen { visible, ..seen.clone() });
    }
    if actions.contains(&UserAction::RegisterSecurityInfo) {
        let google = cx.is(&Key::IdentityProvider, IdentityProvider::Google.name());
        let stands = cx.reading("GOOGLE_USER_ACTION", "yes");
        let refused = cx.and([google, stands]);
        let refused = cx.when(RuleId::Ca38, refused);
        let admitted = cx.not(refused);
        let mfa = cx.and([seen.mfa, admitted]);
        return Some(Seen { mfa, ..seen.clone() });
    }
    None
}

/// **CA-68** — without grant controls nothing is demanded.
fn without_controls(cx: &mut Cx, policy: &Policy, stage: Stage) -> Formula {
    let nothing = cx.yes();
    let nothing = cx.by(RuleId::Ca68, nothing);
    unread_acts(cx, policy, stage == Stage::Terms, stage == Stage::Terms, nothing)
}

/// Unread keys of the grant make its whole demand free; it is then asked for once.
fn unread_acts(cx: &mut Cx, policy: &Policy, here: bool, last: bool, known: Formula) -> Formula {
    let mut met = known;
    if !policy.unread_grant.is_empty() {
        let free: Vec<_> = policy.unread_grant.iter().map(|unread| cx.unread_demand(unread)).collect();
        met = if here { cx.and(free) } else { cx.yes() };
    }
    if last && !policy.unread_session.is_empty() {
        let free: Vec<_> = policy.unread_session.iter().map(|unread| cx.unread(unread)).collect();
        let free = cx.and(free);
        met = cx.and([met, free]);
    }
    met
}

fn combine(cx: &mut Cx, operator: &Operator, controls: &[(Stage, Formula)], stage: Stage) -> Formula {
    let at_stage: Vec<_> = controls.iter().filter(|(at, _)| *at == stage).map(|(_, f)| *f).collect();
    let all = cx.and(at_stage);
    let first = controls.iter().map(|(at, _)| *at).min();
    let one = if first == Some(stage) {
        let any: Vec<_> = controls.iter().map(|(_, f)| *f).collect();
        cx.or(any)
    } else {
        cx.yes()
    };
    let combined = match operator {
        Operator::And => all,
        Operator::Or => one,
        Operator::Unread(unread) => {
            let needs_all = cx.unread(unread);
            let needs_one = cx.not(needs_all);
            let all = cx.and([needs_all, all]);
            let one = cx.and([needs_one, one]);
            cx.or([all, one])
        }
    };
    cx.by(RuleId::Ca62, combined)
}

/// **STR-10** — a strength is met by one of its combinations; **EXT-22** — never by people without an Entra account,
/// save what is open about Microsoft accounts.
pub(super) fn strength(cx: &mut Cx, reference: &StrengthRef, person: &Person, seen: &Seen) -> Formula {
    let has_account = cx.not(person.other_provider);
    let msa = cx.is(&Key::IdentityProvider, "msa");
    let works = cx.reading("MSA_STRENGTH", "resource-column methods work");
    let msa = cx.and([msa, works]);
    let has_account = cx.or([has_account, msa]);
    let has_account = cx.by(RuleId::Ext22, has_account);
    let met = match reference {
        StrengthRef::Known(strength) => combinations_met(cx, strength, seen),
        StrengthRef::Unresolved { id, unread, .. } => match built_in(cx, id, seen) {
            Some(met) => met,
            None => {
                let free = cx.unread(unread);
                let anything: Vec<_> =
                    Method::ALL.iter().map(|method| seen.visible.at(cx, *method)).collect();
                let anything = cx.or(anything);
                cx.and([free, anything])
            }
        },
    };
    let external_method = seen.external_method;
    let never = cx.no();
    let never = cx.by(RuleId::Str60, never);
    let external_method = cx.and([external_method, never]);
    let met = cx.or([met, external_method]);
    let both = cx.and([has_account, met]);
    cx.by(RuleId::Str10, both)
}

/// **STR-3** — a built-in strength by its published combinations.
fn built_in(cx: &mut Cx, id: &Id, seen: &Seen) -> Option<Formula> {
    let (_, sure, doubtful) = built_in_combinations(id)?;
    let mut parts: Vec<_> = sure.into_iter().map(|methods| all_of(cx, &seen.visible, methods)).collect();
    let pairs = cx.reading("MFA_STRENGTH_X509_PAIRS", "in");
    for methods in doubtful {
        let both = all_of(cx, &seen.visible, methods);
        parts.push(cx.and([pairs, both]));
    }
    let any = cx.or(parts);
    Some(cx.by(RuleId::Str3, any))
}

fn combinations_met(cx: &mut Cx, strength: &Strength, seen: &Seen) -> Formula {
    if !strength.unread.is_empty() {
        let free: Vec<_> = strength.unread.iter().map(|unread| cx.unread(unread)).collect();
        return cx.and(free);
    }
    let parts: Vec<_> = strength.combinations.iter().map(|c| combination_met(cx, c, seen)).collect();
    cx.or(parts)
}

/// **STR-50** — a restriction on keys or certificates: whether the person's own conforms is free.
fn combination_met(cx: &mut Cx, combination: &Combination, seen: &Seen) -> Formula {
    let proved = all_of(cx, &seen.visible, combination.methods.iter().copied());
    match &combination.unread {
        None => proved,
        Some(unread) => {
            let conforms = cx.unread(unread);
            let conforms = cx.by(RuleId::Str50, conforms);
            cx.and([proved, conforms])
        }
    }
}

/// **REG-22** — the person is in scope of certificates.
pub(super) fn certificate_scope(cx: &mut Cx, person: &Person, allowed: Formula) -> Formula {
    let guests_too = cx.reading("CBA_SCOPED", "yes");
    // The person signs in elsewhere than in the tenant whose people are meant first.
    let own = if cx.home.is_some() { cx.no() } else { person.local };
    let whom = cx.or([own, guests_too]);
    let scoped = cx.and([allowed, whom]);
    cx.by(RuleId::Reg22, scoped)
}
