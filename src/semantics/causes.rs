//! Known patterns of lockouts, as preconditions: what a counterexample is labelled with (LCK-n).

use super::context::Cx;
use super::grant::{Stage, View, met_at};
use super::meaning::{Plan, Round};
use super::methods::{RESOURCE_COLUMN, needs_no_configuration, registrable};
use super::policies::Applied;
use super::proof::{Methods, Seen, all_of};
use super::registration::Registration;
use crate::logic::Formula;
use crate::model::{Control, Id, Method, Policy, StrengthRef, UserRef, built_in_combinations};
use crate::scenario::Key;

/// A pattern of the reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cause {
    /// Its id, for example `LCK-8`.
    pub id: &'static str,
    /// What it is, in a few words.
    pub title: &'static str,
    /// What would cure it.
    pub cure: &'static str,
}

impl Cause {
    /// Whether it can be why something was refused on purpose, or why it was not.
    pub fn explains(&self, decision: bool) -> bool {
        (self.id == LCK_34.id) == decision
    }
}

const LCK_1: Cause = Cause {
    id: "LCK-1",
    title: "direct connect can prove no MFA without trust",
    cure: "trust MFA of that tenant in the inbound cross-tenant settings, or leave direct-connect users out of the policy",
};
const LCK_2: Cause = Cause {
    id: "LCK-2",
    title: "a managed device is asked of a guest whose device claims are not accepted",
    cure: "accept device claims of that tenant in the inbound trust settings, or leave guests out of the policy",
};
const LCK_3: Cause = Cause {
    id: "LCK-3",
    title: "an app control is asked of a guest, who cannot meet it",
    cure: "leave guests out of the policy, or add a control that they can meet with OR",
};
const LCK_4: Cause = Cause {
    id: "LCK-4",
    title: "a password change is asked of a guest, who has no password here",
    cure: "leave guests out of the policy; the home tenant has to remedy the risk",
};
const LCK_6: Cause = Cause {
    id: "LCK-6",
    title: "a sign-in risk policy asks for MFA and the person has not registered before",
    cure: "let people register before risk arises; for guests, or trust MFA of their home tenant",
};
const LCK_7: Cause = Cause {
    id: "LCK-7",
    title: "the strength admits nothing that a guest can prove here without trust",
    cure: "trust MFA of the home tenant, or ask guests for the MFA strength or plain `mfa`",
};
const LCK_8: Cause = Cause {
    id: "LCK-8",
    title: "the guest signed in passwordless at home, so the password that every usable combination needs is never seen here",
    cure: "trust MFA of the home tenant in the inbound cross-tenant settings, or ask for `mfa` instead of a strength",
};
const LCK_9: Cause = Cause {
    id: "LCK-9",
    title: "a strength is asked of a guest without an Entra account",
    cure: "ask these guests for `mfa` instead of a strength",
};
const LCK_18: Cause = Cause {
    id: "LCK-18",
    title: "the methods policy allows nothing that would meet the demand",
    cure: "allow one of the methods of the strength in the authentication methods policy",
};
const LCK_14: Cause = Cause {
    id: "LCK-14",
    title: "registering is itself subject to a policy that cannot be met without a method",
    cure: "relax the policy on the registration page for people who have no method yet",
};
const LCK_13: Cause = Cause {
    id: "LCK-13",
    title: "inbound settings admit chosen applications only, and not those that registering needs",
    cure: "add My Apps, App Access Panel, My Profile and My Sign-Ins to the inbound application list",
};
const LCK_21: Cause = Cause {
    id: "LCK-21",
    title: "emailed passcodes are switched off",
    cure: "enable email one-time passcodes for external people, or let them redeem their invitation with another account",
};
const LCK_30: Cause = Cause {
    id: "LCK-30",
    title: "terms of use are asked of people who cannot be shown any",
    cure: "leave direct-connect users and service providers out of the policy",
};
const LCK_31: Cause = Cause {
    id: "LCK-31",
    title: "a custom control is asked of a guest whose home tenant is trusted",
    cure: "leave guests out of the policy",
};
const LCK_42: Cause = Cause {
    id: "LCK-42",
    title: "trust sends the guest home to register, and that does not happen",
    cure: "let the home tenant's people register a suitable method beforehand",
};

const LCK_23: Cause = Cause {
    id: "LCK-23",
    title: "a policy for everybody and everything leaves no emergency account out",
    cure: "exclude the emergency accounts from the policy, by name or by a group of their own",
};
const LCK_34: Cause = Cause {
    id: "LCK-34",
    title: "the cross-tenant settings of one of the two tenants let the person through, and those of the other do not",
    cure: "open the other tenant's settings for these people and applications, or close both",
};
const LCK_39: Cause = Cause {
    id: "LCK-39",
    title: "the strength asks for what nobody can register during a sign-in, and there is no pass to begin with",
    cure: "allow temporary access passes, or let people register before the policy acts on them",
};

/// The patterns with their preconditions. A precondition says what is the matter, not that the person is locked out.
pub(super) fn causes(
    cx: &mut Cx,
    plan: &Plan,
    rounds: &[Round; 3],
    registration: &Registration,
    external: Formula,
) -> Vec<(Cause, Formula)> {
    let [_, _, last] = rounds;
    let person = plan.person;
    let unproved = cx.not(last.proof_met);
    let untrusted = cx.not(plan.parts.trusted);
    let guest = cx.and([person.entra, untrusted, person.collaboration, unproved]);
    let strength = strength_applies(cx, plan);
    let hopeless = hopeless_strength(cx, plan, last);
    let with_password = met_with_password(cx, plan, last);
    let password_seen = last.seen.visible.at(cx, Method::Password);
    let no_password = cx.not(password_seen);
    let federated = cx.is(&Key::FirstFactor, "federated");
    let own_factor = cx.not(federated);
    let refused_apps = control_unmet(cx, plan, last, is_app_control);
    let refused_devices = control_unmet(cx, plan, last, is_device_control);
    let refused_terms = control_unmet(cx, plan, last, |c| matches!(c, Control::TermsOfUse(_)));
    let refused_factors = control_unmet(cx, plan, last, |c| matches!(c, Control::CustomFactor(_)));
    let risk_unmet = unmet(cx, plan, &last.seen, Stage::Risk);
    let no_device_trust = no_device_trust(cx, plan);
    let otp = cx.is(&Key::IdentityProvider, "emailOtp");
    let works = super::methods::passcode_works(cx);
    let off = cx.not(works);
    let not_admitted = cx.not(registration.admitted);
    let apps_admitted = super::trust::registration_admitted(cx, person);
    let apps_missing = cx.not(apps_admitted);
    let objectless = cx.or([person.direct, person.delegated]);
    let not_allowed_here = not_allowed(cx, plan, last);
    let not_allowed_local = not_allowed_local(cx, plan, last);
    let first_day = first_day(cx, plan, last);
    let local_unproved = cx.and([person.local, unproved]);
    let mfa_missing = cx.not(last.seen.mfa);
    let asked_here = cx.or([guest, person.other_provider]);
    let anybody_here = cx.or([asked_here, person.local]);
    let on_page = cx.and([anybody_here, unproved, not_admitted, mfa_missing]);
    let not_trusted_elsewhere = cx.not(plan.parts.trusted);
    let at_risk = cx.and([not_trusted_elsewhere, unproved, registration.refused_for_risk]);
    let nothing_allowed = {
        let guests = cx.and([asked_here, unproved, not_allowed_here]);
        let own = cx.and([local_unproved, not_allowed_local]);
        cx.or([guests, own])
    };
    let entra_hopeless = cx.and([guest, hopeless]);
    let passwordless = {
        let not_hopeless = cx.not(hopeless);
        cx.and([guest, strength, no_password, own_factor, with_password, not_hopeless])
    };
    let trusted_unproved = {
        let delegated_or_trusted = cx.and([plan.parts.trusted, unproved]);
        cx.and([external, delegated_or_trusted])
    };
    vec![
        (LCK_1, cx.and([person.direct, untrusted, unproved])),
        (LCK_2, cx.and([external, refused_devices, no_device_trust])),
        (LCK_3, cx.and([external, refused_apps])),
        (LCK_4, cx.and([external, risk_unmet])),
        (LCK_6, at_risk),
        (LCK_7, entra_hopeless),
        (LCK_8, passwordless),
        (LCK_9, cx.and([person.other_provider, strength, unproved])),
        (LCK_13, cx.and([asked_here, unproved, apps_missing, mfa_missing])),
        (LCK_14, on_page),
        (LCK_18, nothing_allowed),
        (LCK_21, cx.and([otp, off])),
        (LCK_23, emergency_not_excluded(cx, plan)),
        (LCK_30, cx.and([objectless, refused_terms])),
        (LCK_31, cx.and([external, plan.parts.trusted, refused_factors])),
        (LCK_39, cx.and([local_unproved, first_day])),
        (LCK_42, trusted_unproved),
    ]
}

fn strength_applies(cx: &mut Cx, plan: &Plan) -> Formula {
    let applying: Vec<_> = plan
        .policies
        .iter()
        .filter(|(policy, _)| policy.controls().iter().any(|c| matches!(c, Control::Strength(_))))
        .map(|(_, applied)| applied.applies)
        .collect();
    cx.or(applying)
}

/// A strength applies that no methods of the resource column, even with the password, would meet; and the policy leaves
/// no other way.
fn hopeless_strength(cx: &mut Cx, plan: &Plan, last: &Round) -> Formula {
    let best = resource_column(cx, last, |cx, _| cx.yes());
    unmeetable(cx, plan, last, &best)
}

/// A strength applies that the resource column would meet, but not with what the methods policy allows; or `mfa` is asked
/// for and the policy allows nothing of the column.
fn not_allowed(cx: &mut Cx, plan: &Plan, last: &Round) -> Formula {
    let best = resource_column(cx, last, |cx, _| cx.yes());
    let allowed = resource_column(cx, last, |cx, method| plan.parts.allowed.at(cx, method));
    let hopeless = unmeetable(cx, plan, last, &best);
    let with_policy = unmeetable(cx, plan, last, &allowed);
    let could = cx.not(hopeless);
    let strength = cx.and([with_policy, could]);
    let column: Vec<_> = RESOURCE_COLUMN.iter().map(|m| plan.parts.allowed.at(cx, *m)).collect();
    let any = cx.or(column);
    let none = cx.not(any);
    let mfa = cx.not(last.seen.mfa);
    let plain = cx.and([none, mfa]);
    cx.or([strength, plain])
}

/// The same for the tenant's own people, who may prove anything that the policy allows them.
fn not_allowed_local(cx: &mut Cx, plan: &Plan, last: &Round) -> Formula {
    let anything = cx.yes();
    let best = Methods::of(|_| anything);
    let allowed = Methods::of(|method| match method {
        _ if needs_no_configuration(method) => anything,
        _ => plan.parts.allowed.at(cx, method),
    });
    let hopeless = unmeetable(cx, plan, last, &best);
    let with_policy = unmeetable(cx, plan, last, &allowed);
    let could = cx.not(hopeless);
    let strength = cx.and([with_policy, could]);
    let one_factor = [Method::Email, Method::QrCodePin, Method::CertificateSingle];
    let adds = |method: &&Method| !needs_no_configuration(**method) && !one_factor.contains(method);
    let configured = Method::ALL.iter().filter(adds);
    let any: Vec<_> = configured.map(|method| plan.parts.allowed.at(cx, *method)).collect();
    let any = cx.or(any);
    let none = cx.not(any);
    let missing = cx.not(last.seen.mfa);
    let plain = cx.and([none, missing]);
    cx.or([strength, plain])
}

/// A declared emergency account is held to a policy for all users and all resources that excludes nobody by name.
fn emergency_not_excluded(cx: &mut Cx, plan: &Plan) -> Formula {
    let values = cx.space.emergency();
    let Some(var) = cx.space.var(&Key::UserId) else { return cx.no() };
    let declared = cx.f.member(var, values);
    let without = |(policy, _): &&(&Policy, Applied)| {
        let (users, exclude) = (&policy.users.include.users, &policy.users.exclude);
        let nobody = exclude.users.is_empty() && exclude.groups.is_empty() && exclude.roles.is_empty();
        users.contains(&UserRef::All) && super::targets::includes_all(&policy.applications) && nobody
    };
    let applying: Vec<_> = plan.policies.iter().filter(without).map(|(_, applied)| applied.applies).collect();
    let held = cx.or(applying);
    cx.and([declared, held])
}

/// A strength applies that the password and what can be registered during a sign-in would not meet, and no pass is allowed.
fn first_day(cx: &mut Cx, plan: &Plan, last: &Round) -> Formula {
    let password = cx.yes();
    let startable = Methods::of(|method| {
        let (can, allowed) = (registrable(cx, method), plan.parts.allowed.at(cx, method));
        if method == Method::Password { password } else { cx.and([can, allowed]) }
    });
    let unmeetable = unmeetable(cx, plan, last, &startable);
    let passes = [Method::TapOneTime, Method::TapMultiUse].map(|method| plan.parts.allowed.at(cx, method));
    let pass = cx.or(passes);
    let no_pass = cx.not(pass);
    cx.and([unmeetable, no_pass])
}

/// What a guest could at best prove here.
fn resource_column(cx: &mut Cx, last: &Round, mut usable: impl FnMut(&mut Cx, Method) -> Formula) -> Methods {
    let fido2 = last.seen.visible.at(cx, Method::Fido2);
    Methods::of(|method| match method {
        Method::Password | Method::FederatedSingle => cx.yes(),
        Method::Fido2 => fido2,
        _ if RESOURCE_COLUMN.contains(&method) => usable(cx, method),
        _ => cx.no(),
    })
}

/// A strength applies that these methods would not meet, and its policy is not met otherwise.
fn unmeetable(cx: &mut Cx, plan: &Plan, last: &Round, methods: &Methods) -> Formula {
    let mut parts = Vec::new();
    for (policy, applied) in plan.policies {
        for control in policy.controls() {
            if let Control::Strength(reference) = control {
                let met = combinations_within(cx, reference, methods);
                let hopeless = cx.not(met);
                let unmet = met_at(cx, policy, plan.person, plan.fixed, &last.seen, Stage::Proof, View::Full);
                let unmet = cx.not(unmet);
                parts.push(cx.and([applied.applies, hopeless, unmet]));
            }
        }
    }
    cx.or(parts)
}

fn combinations_within(cx: &mut Cx, reference: &StrengthRef, methods: &Methods) -> Formula {
    let sets: Vec<Vec<Method>> = match reference {
        StrengthRef::Known(strength) => {
            strength.combinations.iter().map(|c| c.methods.iter().copied().collect()).collect()
        }
        StrengthRef::Unresolved { id, .. } => match built_in(id) {
            Some(sets) => sets,
            None => return cx.yes(),
        },
    };
    let parts: Vec<_> = sets.into_iter().map(|set| all_of(cx, methods, set)).collect();
    cx.or(parts)
}

fn built_in(id: &Id) -> Option<Vec<Vec<Method>>> {
    let (_, sure, doubtful) = built_in_combinations(id)?;
    Some(sure.into_iter().chain(doubtful).map(|set| set.into_iter().collect()).collect())
}

/// With the password seen, what was proved here would do.
fn met_with_password(cx: &mut Cx, plan: &Plan, last: &Round) -> Formula {
    let yes = cx.yes();
    let visible = Methods::of(|method| match method {
        Method::Password => yes,
        _ => last.seen.visible.at(cx, method),
    });
    let seen = Seen { visible, ..last.seen.clone() };
    plan.met(cx, &seen, Stage::Proof)
}

fn unmet(cx: &mut Cx, plan: &Plan, seen: &Seen, stage: Stage) -> Formula {
    let met = plan.met(cx, seen, stage);
    cx.not(met)
}

fn no_device_trust(cx: &mut Cx, plan: &Plan) -> Formula {
    let compliant = super::trust::device_trusted(cx, plan.person, super::trust::Flag::CompliantDevice);
    let hybrid = super::trust::device_trusted(cx, plan.person, super::trust::Flag::HybridDevice);
    let both = cx.and([compliant, hybrid]);
    cx.not(both)
}

fn is_app_control(control: &Control) -> bool {
    matches!(control, Control::CompliantApplication(_) | Control::ApprovedApplication)
}

fn is_device_control(control: &Control) -> bool {
    matches!(control, Control::CompliantDevice | Control::HybridDevice)
}

/// A policy applies that has such a control and is not met at some stage.
fn control_unmet(cx: &mut Cx, plan: &Plan, last: &Round, wanted: fn(&Control) -> bool) -> Formula {
    let mut parts = Vec::new();
    for (policy, applied) in plan.policies.iter().filter(|(policy, _)| policy.controls().iter().any(wanted)) {
        let met = Stage::ALL
            .map(|stage| met_at(cx, policy, plan.person, plan.fixed, &last.seen, stage, View::Full));
        let met = cx.and(met);
        let unmet = cx.not(met);
        parts.push(cx.and([applied.applies, unmet]));
    }
    cx.or(parts)
}
