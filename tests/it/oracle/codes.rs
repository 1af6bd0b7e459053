//! The AADSTS codes that may be the first block a refused person sees (SM-2, SM-3, SM-4, ERR-0).
//!
//! Arrival comes first, then what nobody can cure (a block, a client that carries no control), then proof and registration,
//! then the other controls in their order (CA-64). Where the reference names several codes for one refusal, or leaves open
//! which of two comes first, all of them are in the set.

use super::Oracle;
use super::access::{refused_by_home, refused_in_reverse, refused_inbound};
use super::controls::{Demand, Member, Proofs, Setting, State, Step};
use super::factors::registrable;
use super::methods::Methods;
use super::scenario::{Path, Scenario};
use super::search::{Closed, Walk, passcode_disabled};
use std::collections::BTreeSet;

pub(crate) type Codes = BTreeSet<u32>;

/// Conditional Access refused; the code without a cause of its own (ERR-1).
const REFUSED: u32 = 53003;
/// A challenge is asked for and not passed (SM-63).
const CHALLENGE: [u32; 2] = [50074, 50076];
/// Methods have to be registered first (SM-44).
const ENROL: [u32; 2] = [50072, 50079];
/// Registration is refused for where or on what it is asked for (SM-67).
const REGISTRATION: [u32; 2] = [53003, 53010];
const RISKY: u32 = 53004;
const SECURITY_DEFAULTS: u32 = 530_035;

/// What a refused sign-in may show first; empty where the reference names no code.
pub(crate) fn first_codes(o: &Oracle, s: &Scenario) -> Codes {
    if passcode_disabled(o, s) {
        return Codes::new();
    }
    if refused_by_home(o, s) {
        return Codes::from([500_212]);
    }
    if refused_in_reverse(o, s) {
        // Whose refusal the reverse pair is, and which pair is looked at first, nobody says.
        return Codes::from([500_212, 500_213]);
    }
    if refused_inbound(o, s) {
        return Codes::from([500_213]);
    }
    let walk = Walk::of(o, s);
    let blocked = walk.at_block_check();
    if !blocked.is_empty() {
        return blocked;
    }
    let mut codes = walk.after_block_check();
    if walk.hardly_carried() {
        codes.insert(REFUSED);
    }
    codes
}

/// Nobody is there to answer: proof is asked for, or, of people who have nothing registered, that they enrol first.
fn unanswered(nothing_registered: bool) -> Vec<u32> {
    let enrol = ENROL.into_iter().filter(|_| nothing_registered);
    CHALLENGE.into_iter().chain(enrol).collect()
}

impl Walk<'_> {
    /// SM-31, SM-32.
    pub(crate) fn at_block_check(&self) -> Codes {
        let mut codes = Codes::new();
        let proofs = Proofs { visible: Methods::NONE, mfa: false };
        let carried = |d: &Demand| {
            let members = d.members(self.o, self.s, &proofs, false);
            if members.is_empty() {
                // A control that is retired, and yet not waived, is no more carried than before.
                return !self.legacy_client() || d.met(self.o, self.s, &proofs, false);
            }
            d.holds(members.iter().map(|member| member.carried))
        };
        if self.blocks() || !self.demands.iter().all(carried) || (self.always_mfa && self.legacy_client()) {
            codes.insert(REFUSED);
        }
        if self.refuses_legacy() {
            codes.insert(SECURITY_DEFAULTS);
        }
        codes
    }

    /// A legacy client meets a policy that is content with one of several controls, carries only some of them and meets
    /// none: whether that is SM-32 or the failure of what it carries, the table does not say.
    pub(crate) fn hardly_carried(&self) -> bool {
        let proofs = Proofs { visible: Methods::NONE, mfa: false };
        self.demands.iter().any(|d| {
            let members = d.members(self.o, self.s, &proofs, false);
            members.iter().any(|m| !m.carried) && !members.iter().any(|m| m.carried && m.ok) && !d.wants_all()
        })
    }

    /// SM-40 and all that follows.
    fn after_block_check(&self) -> Codes {
        let last = self.furthest();
        let proofs = self.proofs(&last);
        let unmet: Vec<&Demand> =
            self.demands.iter().filter(|d| !d.met(self.o, self.s, &proofs, false)).collect();
        if !self.reaches(true, |walk, state| walk.proved(state, Walk::needs_proof)) {
            return self.at_authn(&last);
        }
        let mut codes = Codes::new();
        let may = |walk: &Walk, state: &State| walk.proved(state, Walk::may_need_proof);
        if !self.reaches(true, may) {
            codes.extend(self.at_authn(&last));
        } else if self.setting == Setting::Untrusted && self.holds_any() && !self.reaches(false, may) {
            // Only another method helps: whether the one that is held is asked for first, and fails, is open (SM-62, STR-12).
            codes.insert(REFUSED);
        }
        // A policy that wants all of its controls refuses at the first that is missing; one that wants any of them, at
        // one of them.
        let first_missing = |members: &[Member]| members.iter().filter(|m| !m.ok).map(|m| m.step).min();
        let lists: Vec<(bool, Vec<Member>)> =
            unmet.iter().map(|d| (d.wants_all(), d.members(self.o, self.s, &proofs, false))).collect();
        let certain = lists.iter().filter(|(all, _)| *all).filter_map(|(_, m)| first_missing(m)).min();
        for (all, members) in &lists {
            if members.is_empty() {
                codes.extend(self.codes_of(Step::Approved));
            }
            for member in members.iter().filter(|m| !m.ok && m.step != Step::Proof) {
                let here = if *all {
                    certain == Some(member.step)
                } else {
                    certain.is_none_or(|c| member.step <= c)
                };
                if here {
                    codes.extend(self.codes_of(member.step));
                }
            }
        }
        codes
    }

    /// Everything proved and registered that can be.
    pub(crate) fn furthest(&self) -> State {
        let mut state = self.start();
        loop {
            let before = state;
            for next in self.challenges(&before).into_iter().chain(self.registrations(&before)) {
                state = state.joined(&next);
            }
            if state == before {
                return state;
            }
        }
    }

    /// All proof that these policies need is there.
    pub(crate) fn proved(&self, state: &State, needs: fn(&Self, &Demand) -> bool) -> bool {
        self.meets(state, &|d, proofs| {
            let members = d.members(self.o, self.s, proofs, false);
            !needs(self, d) || d.holds(members.iter().filter(|m| m.step == Step::Proof).map(|m| m.ok))
        })
    }

    /// Nothing but proof can meet the policy, or it wants proof beside everything else.
    pub(crate) fn needs_proof(&self, d: &Demand) -> bool {
        let none = Proofs { visible: Methods::NONE, mfa: false };
        let members = d.members(self.o, self.s, &none, false);
        let proof = |m: &Member| m.step == Step::Proof;
        members.iter().any(proof) && (d.wants_all() || members.iter().all(proof))
    }

    /// The policy has proof among what it asks for, and nothing that can stand in for it is met.
    pub(crate) fn may_need_proof(&self, d: &Demand) -> bool {
        let none = Proofs { visible: Methods::NONE, mfa: false };
        let members = d.members(self.o, self.s, &none, false);
        let stands_in = |m: &Member| m.step != Step::Proof && m.carried && m.ok;
        d.wants_proof() && (d.wants_all() || !members.iter().any(stands_in))
    }

    /// Proof is missing for good.
    fn at_authn(&self, last: &State) -> Codes {
        let mut codes = Codes::new();
        if self.always_mfa && self.defaults_on && !self.proofs(last).mfa {
            codes.insert(SECURITY_DEFAULTS);
        }
        codes.extend(match self.setting {
            Setting::Trusted => self.at_home(last),
            Setting::Local | Setting::Untrusted => self.here(last),
        });
        codes
    }

    /// Proof is made in R.
    fn here(&self, last: &State) -> Codes {
        let s = self.s;
        if s.entra() && s.path() == Path::DirectConnect {
            return Codes::from([REFUSED]); // SM-51
        }
        let risky = self.refused_for_risk();
        let strength = self.demands.iter().any(|d| d.strength.is_some() && self.may_need_proof(d));
        if !s.local() && !s.entra() && strength {
            // SM-53; a policy on risk that asks for MFA besides may come first.
            return if risky { Codes::from([REFUSED, RISKY]) } else { Codes::from([REFUSED]) };
        }
        let mut codes = Codes::new();
        if risky {
            codes.insert(RISKY);
        }
        if self.enforced && s.local() {
            codes.insert(REFUSED);
            codes.extend(CHALLENGE);
            return codes;
        }
        let none = !self.holds_any();
        if none && risky {
            return codes; // SM-43, SM-49
        }
        if !self.promptable {
            codes.extend(unanswered(none));
            if self.would_do_if_asked() {
                return codes;
            }
        }
        let offered = self.offered(self.allowed_resource.and(self.column));
        if !none || offered.is_empty() {
            codes.insert(REFUSED); // SM-62, or nothing suits (STR-12, SM-68)
        }
        for reason in self.registration_closed(last) {
            codes.extend(match reason {
                Closed::Policy => REGISTRATION.to_vec(),
                Closed::Proof => vec![REFUSED, CHALLENGE[0], CHALLENGE[1]],
                Closed::Pages => vec![500_213, REFUSED, 53010],
                Closed::Risk => vec![RISKY],
                Closed::Path | Closed::Target => vec![REFUSED],
            });
        }
        if codes.is_empty() {
            codes.insert(REFUSED); // nothing that is registered helps (SM-62)
            if !self.s.can_register.has(offered) {
                codes.extend(ENROL); // or what is offered is not at hand
            }
        }
        codes
    }

    /// A method is registered in R that could be asked for.
    fn holds_any(&self) -> bool {
        let registered = self.s.registered_resource.and(self.allowed_resource);
        !registered.and(self.column).and(self.second).is_empty()
    }

    /// What the page offers people who have the means for anything.
    fn offered(&self, allowed: Methods) -> Methods {
        let anything = Scenario { can_register: Methods::ALL, ..self.s.clone() };
        registrable(self.o, &anything).and(allowed)
    }

    /// The same sign-in would get its proof if somebody could answer.
    fn would_do_if_asked(&self) -> bool {
        let mut asked = Walk::of(self.o, self.s);
        asked.promptable = true;
        asked.reaches(true, |walk, state| walk.proved(state, Walk::may_need_proof))
    }

    /// Proof is made at home.
    fn at_home(&self, last: &State) -> Codes {
        let s = self.s;
        if !self.unattended() && !self.promptable {
            return Codes::from([REFUSED, 50177, 50178]); // SM-55
        }
        let mut codes = Codes::new();
        let usable = s.registered_home.and(self.allowed_home).and(self.second);
        if self.enforced {
            codes.extend(CHALLENGE);
        } else if !self.promptable {
            codes.extend(unanswered(usable.is_empty()));
            if self.would_do_if_asked() {
                return codes;
            }
        }
        codes.insert(REFUSED); // SM-47, SM-65
        let key = if s.registered_home.is_empty() { "TRUST_UNREGISTERED" } else { "TRUST_UNSUITABLE" };
        if !self.enforced && self.o.reading_is(key, "registerHome") {
            let closed = self.closed_at_home(last);
            if closed.contains(&Closed::Risk) {
                codes.insert(RISKY);
            }
            if closed.contains(&Closed::Proof) {
                codes.extend(CHALLENGE);
            }
            if !s.home_registration || closed.contains(&Closed::Policy) {
                codes.extend(REGISTRATION);
            } else if !s.can_register.has(self.offered(self.allowed_home)) {
                codes.extend(ENROL);
            }
        }
        codes
    }

    /// What a control other than proof says when it is missing.
    fn codes_of(&self, step: Step) -> Vec<u32> {
        let s = self.s;
        let elsewhere = !s.local();
        match step {
            Step::Proof => Vec::new(),
            Step::Compliant if elsewhere => vec![53000, 530_004],
            Step::Compliant => vec![53000],
            Step::Hybrid if elsewhere => vec![53001, 530_004],
            Step::Hybrid => vec![53001],
            Step::Approved if elsewhere => vec![53002, 530_004],
            Step::Approved => vec![53002],
            Step::Protection => vec![53009],
            Step::Password => vec![53011, 50135],
            Step::Terms => vec![50158],
            Step::Custom => vec![50158],
        }
    }
}
