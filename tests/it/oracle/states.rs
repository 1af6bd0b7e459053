//! Which states of the sign-in graph are reached (SM-2), as far as the reference settles it.
//!
//! Left open, and so not answered:
//! * whether a gate that does not concern people of other identity providers counts as passed (SM-14, XT-28);
//! * whether somebody is challenged before registering when a registered method does not help (SM-42, STR-12), and whether the
//!   challenge of SM-62 comes to be when the strength cannot be met afterwards;
//! * whether restarting with another first factor is a challenge (A.6);
//! * which way is taken where a policy is content with proof or with something else, and neither is at hand;
//! * whether a sign-in that nobody can answer is stopped before the challenge or the registration, or in it;
//! * what a session that began with a pass, or at an identity provider that keeps MFA to itself, is asked for (STR-61).

use super::Oracle;
use super::access::gate_open;
use super::applies::REGISTER;
use super::controls::{Demand, Member, Setting, State, Step};
use super::methods::TAP;
use super::scenario::{Path, Scenario, Target};
use super::search::{Walk, passcode_disabled};
use std::collections::BTreeMap;

/// State to whether it is reached; states of which the reference does not say are missing.
pub(crate) type Reached = BTreeMap<&'static str, bool>;

const AFTER_AUTHN: [&str; 9] =
    ["ChallengeR", "RegisterR", "ChallengeH", "RegisterH", "Device", "Risk", "Terms", "Session", "Granted"];

pub(crate) fn reached(o: &Oracle, s: &Scenario) -> Reached {
    let mut known = arrival(o, s);
    let arrives = gate_open(o, s) && !passcode_disabled(o, s);
    let walk = Walk::of(o, s);
    let asked = arrives && walk.at_block_check().is_empty();
    known.extend([("CaCollect", arrives), ("BlockCheck", arrives), ("Authn", asked)]);
    if asked && walk.hardly_carried() {
        known.remove("Authn");
        known.insert("Granted", false);
    } else if asked {
        let needed = Needed::of(&walk);
        let steps = [
            ("ChallengeR", walk.challenge_here(&needed)),
            ("RegisterR", walk.register_here(&needed)),
            ("ChallengeH", walk.challenge_at_home(&needed)),
            ("RegisterH", walk.register_at_home(&needed)),
        ];
        known.extend(steps.into_iter().filter_map(|(name, answer)| Some((name, answer?))));
        known.extend(walk.after_authn());
    } else {
        known.extend(AFTER_AUTHN.map(|name| (name, false)));
    }
    known
}

/// SM-10 to SM-29.
fn arrival(o: &Oracle, s: &Scenario) -> Reached {
    let otp = s.provider == "emailotp";
    let elsewhere = !s.local() && !s.entra() && !otp;
    let mut known = Reached::from([
        ("Discover", true),
        ("HomeAuth", s.entra()),
        ("IdpAuth", elsewhere),
        ("LocalAuth", s.local()),
    ]);
    if !otp {
        known.insert("OtpAuth", false);
    } else if !passcode_disabled(o, s) {
        known.insert("OtpAuth", true);
    }
    let applies = o.reading_is("XTAP_APPLIES_TO_NON_ENTRA", "applies");
    if s.local() || s.entra() {
        known.insert("Gate", s.entra());
    } else if elsewhere && applies {
        known.insert("Gate", true);
    }
    known
}

/// What proof is missing, and what would make up for it.
struct Needed {
    /// Something is missing that only proof can make up for, or nothing else does.
    at_all: bool,
    /// Something is missing that only proof can make up for.
    for_sure: bool,
    /// Registered methods make up for it.
    held_suffices: bool,
    /// So do methods that are registered on the way.
    attainable: bool,
    /// Only a strength can be missing that this identity provider never meets (SM-53).
    hopeless: bool,
    start: State,
    last: State,
}

impl Needed {
    fn of(walk: &Walk) -> Needed {
        let (s, start) = (walk.s, walk.start());
        let may = Walk::may_need_proof;
        let held_here = s.registered_resource.and(walk.allowed_resource).and(walk.column).and(walk.second);
        let held_home = s.registered_home.and(walk.allowed_home).and(walk.second);
        let mut held = start;
        match walk.setting {
            Setting::Trusted => {
                held.home = held.home.plus(held_home);
                held.home_fresh = held.home_fresh.plus(held_home);
            }
            Setting::Local | Setting::Untrusted => held.resource = held.resource.plus(held_here),
        }
        let strength = |d: &Demand| d.strength.is_some() && walk.may_need_proof(d);
        Needed {
            at_all: !walk.proved(&start, may),
            for_sure: !walk.proved(&start, Walk::needs_proof),
            held_suffices: walk.proved(&held, may),
            attainable: walk.reaches(true, |w, state| w.proved(state, may)),
            hopeless: !s.local() && !s.entra() && walk.demands.iter().any(strength),
            start,
            last: walk.furthest(),
        }
    }
}

impl Walk<'_> {
    /// Somebody may be asked in R for more than came along.
    fn may_ask_here(&self, needed: &Needed) -> bool {
        let objectless = self.s.entra() && self.s.path() == Path::DirectConnect;
        needed.at_all && self.setting != Setting::Trusted && !objectless
    }

    /// Nobody is there to answer.
    pub(crate) fn unattended(&self) -> bool {
        !self.s.interactive && !self.o.yes("NONINTERACTIVE_PROMPT")
    }

    /// SM-42, SM-48, SM-52.
    fn challenge_here(&self, needed: &Needed) -> Option<bool> {
        if self.setting == Setting::Trusted && self.o.yes("R_METHODS_UNDER_TRUST") {
            return None;
        }
        let idle = needed.last == needed.start && !self.unattended();
        if !self.may_ask_here(needed) || idle {
            return Some(false);
        }
        if needed.hopeless || self.enforced || self.unattended() {
            return None;
        }
        if needed.held_suffices {
            return Some(true);
        }
        let by_registering =
            needed.attainable && !self.reaches(false, |w, state| w.proved(state, Walk::may_need_proof));
        by_registering.then_some(true)
    }

    /// SM-43, SM-44, SM-49, SM-50.
    fn register_here(&self, needed: &Needed) -> Option<bool> {
        let s = self.s;
        if !self.may_ask_here(needed) || self.refused_for_risk() {
            return Some(false);
        }
        if self.enforced && s.local() {
            return None;
        }
        if needed.held_suffices {
            return Some(false);
        }
        let without = self.reaches(false, |w, state| w.proved(state, Walk::may_need_proof));
        if needed.attainable && !without {
            return Some(true);
        }
        if self.unattended() {
            return None;
        }
        if s.path() == Path::DirectConnect {
            return None; // nobody comes so without an Entra account
        }
        let on_page = s.target == Target::UserAction(REGISTER.into());
        if without || needed.hopeless || on_page || s.begins_with(&TAP) {
            return None;
        }
        (needed.for_sure && s.registered_resource.is_empty()).then_some(true)
    }

    /// SM-46, SM-54.
    fn challenge_at_home(&self, needed: &Needed) -> Option<bool> {
        let asks = self.promptable || self.unattended();
        if self.setting != Setting::Trusted || !needed.at_all || !asks {
            return Some(false);
        }
        if self.enforced || self.unattended() {
            return None;
        }
        if needed.held_suffices {
            return Some(true);
        }
        let other_ways = self.s.path() == Path::Delegated || self.o.yes("R_METHODS_UNDER_TRUST");
        (needed.last == needed.start && !other_ways).then_some(false)
    }

    /// SM-47.
    fn register_at_home(&self, needed: &Needed) -> Option<bool> {
        let s = self.s;
        let asks = self.promptable || self.unattended();
        if self.setting != Setting::Trusted || !needed.at_all || !asks {
            return Some(false);
        }
        if self.enforced {
            return None;
        }
        if needed.held_suffices {
            return Some(false);
        }
        if s.registered_home.is_empty() && !self.o.reading_is("TRUST_UNREGISTERED", "registerHome") {
            return Some(false);
        }
        if self.unattended() {
            return None;
        }
        let without = self.reaches(false, |w, state| w.proved(state, Walk::may_need_proof));
        if needed.attainable && !without {
            return Some(true);
        }
        let plain = !without && s.path() != Path::Delegated && !s.begins_with(&TAP);
        let calm = s.sign_in_risk == "none";
        (plain && calm && needed.for_sure && s.registered_home.is_empty()).then_some(true)
    }

    /// SM-70 to SM-95.
    fn after_authn(&self) -> Reached {
        let may = |w: &Walk, state: &State| w.proved(state, Walk::may_need_proof);
        let must = |w: &Walk, state: &State| w.proved(state, Walk::needs_proof);
        let device = match (self.reaches(true, may), self.reaches(true, must)) {
            (true, _) => Some(true),
            (false, false) => Some(false),
            (false, true) => None,
        };
        let granted = self.reaches(true, Walk::satisfied);
        let last = self.furthest();
        let proofs = self.proofs(&last);
        let unmet: Vec<&Demand> =
            self.demands.iter().filter(|d| !d.met(self.o, self.s, &proofs, false)).collect();
        let missing = |d: &&Demand| {
            let members = d.members(self.o, self.s, &proofs, false);
            members.iter().filter(|m: &&Member| !m.ok && m.step != Step::Proof).map(|m| m.step).min()
        };
        let certain = unmet.iter().copied().filter(|d| d.wants_all()).filter_map(|d| missing(&d)).min();
        let open = unmet.iter().any(|d| !d.wants_all() || missing(d).is_none());
        // A step is passed unless something is missing there or before.
        let passed = |before: Step| match (device, certain) {
            (Some(false), _) => Some(false),
            (_, Some(step)) if step < before => Some(false),
            (None, _) => None,
            _ if granted => Some(true),
            _ => (!open).then_some(true),
        };
        let steps = [
            ("Device", device),
            ("Risk", passed(Step::Password)),
            ("Terms", passed(Step::Terms)),
            ("Session", Some(granted)),
            ("Granted", Some(granted)),
        ];
        steps.into_iter().filter_map(|(name, answer)| Some((name, answer?))).collect()
    }
}
