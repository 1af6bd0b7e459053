//! The sign-in as an explicit graph (A.6): states of proved and registered methods, moves of one method at a time.

use super::access::{gate_open, registration_pages_open, trusts_mfa};
use super::applies::{
    AZURE_TOOLS, REGISTER, applies, excludes_target, lists_registration, matches_but_for_target,
};
use super::controls::{Demand, Proofs, Setting, State, mfa};
use super::factors::{begun, enforced, first_factor, registrable, second};
use super::homes::{closed_anywhere, given, has_password, registration_closed};
use super::methods::{EAM, Methods, allowed_at_home, allowed_in_resource, column_in_resource, holds_mfa};
use super::scenario::{Path, Scenario, Target, items, text};
use super::{Oracle, Outcome};
use serde_json::Value;
use std::collections::{BTreeSet, HashSet, VecDeque};

/// Why nobody can register in R.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Closed {
    /// There is no registration on this path, or MFA is for the identity provider only.
    Path,
    /// The page is the target, and is not the way to get in there.
    Target,
    Risk,
    /// A policy on the page, or on everything.
    Policy,
    /// Who has a method, or should have a certificate, has to prove MFA first.
    Proof,
    /// The applications of the page are out of reach.
    Pages,
}

pub(crate) struct Walk<'a> {
    pub o: &'a Oracle,
    pub s: &'a Scenario,
    pub setting: Setting,
    pub allowed_home: Methods,
    pub allowed_resource: Methods,
    pub column: Methods,
    pub second: Methods,
    pub registrable: Methods,
    pub enforced: bool,
    pub promptable: bool,
    /// Enabled policies that apply to the target.
    pub demands: Vec<Demand>,
    /// Enabled policies on the registration page that match otherwise.
    page: Vec<Demand>,
    /// Enabled policies on `All` that only exclude the target application.
    aside: Vec<Demand>,
    /// MFA is demanded whatever the policies say.
    pub always_mfa: bool,
    pub defaults_on: bool,
}

pub(crate) fn simulate(o: &Oracle, s: &Scenario) -> Outcome {
    let walk = Walk::of(o, s);
    let gate_open = gate_open(o, s);
    let blocked_by_policy = walk.blocks() || walk.refuses_legacy();
    let open = lets_through(&walk);
    let without = |w: &Walk, state: &State| w.satisfied(state) && !mfa(o, s, w.setting, state);
    Outcome {
        granted: open && walk.reaches(true, Walk::satisfied),
        granted_without_mfa: open && walk.reaches(false, without),
        gate_open,
        blocked_by_policy,
    }
}

/// Neither a gate nor a refusal is in the way.
pub(crate) fn lets_through(walk: &Walk) -> bool {
    let (o, s) = (walk.o, walk.s);
    gate_open(o, s) && !passcode_disabled(o, s) && !walk.blocks() && !walk.refuses_legacy()
}

impl<'a> Walk<'a> {
    pub(crate) fn of(o: &'a Oracle, s: &'a Scenario) -> Walk<'a> {
        let enabled = o.enabled_policies();
        let demands = |keep: &dyn Fn(&Value) -> bool| -> Vec<Demand> {
            enabled.iter().filter(|p| keep(p)).map(|p| Demand::read(o, p)).collect()
        };
        let Some(defaults) = o.object("identitySecurityDefaultsEnforcementPolicy.json") else {
            panic!(
                "oracle: without identitySecurityDefaultsEnforcementPolicy.json it is unknown whether they are on"
            );
        };
        let defaults_on = defaults["isEnabled"] == true;
        let setting = match () {
            () if s.local() => Setting::Local,
            () if trusts_mfa(o, s) => Setting::Trusted,
            () => Setting::Untrusted,
        };
        // Azure's portal is not entered without MFA (CA-102).
        let defaults_mfa = s.target == Target::Application(AZURE_TOOLS[0].into())
            || (defaults_on && manages_azure(s))
            || defaults_on && (!s.roles.is_empty() || o.reading_is("SECURITY_DEFAULTS", "always"));
        // A service provider's home has always seen MFA (EXT-29).
        let delegated = s.entra() && s.path() == Path::Delegated;
        let mut applying = demands(&|p| applies(o, p, s));
        let replacing = s.target == Target::UserAction(REGISTER.into())
            && applying.iter().any(|d| d.on_page && d.strength.is_some());
        for demand in &mut applying {
            demand.replaced = replacing && !demand.on_page;
        }
        Walk {
            o,
            s,
            setting,
            allowed_home: allowed_at_home(s),
            allowed_resource: allowed_in_resource(o, s),
            column: column_in_resource(o, s),
            second: second(o, s),
            registrable: registrable(o, s),
            enforced: enforced(s),
            promptable: promptable(o, s, setting),
            demands: applying,
            page: demands(&|p| lists_registration(p) && matches_but_for_target(o, p, s)),
            aside: demands(&|p| excludes_target(o, p, s) && matches_but_for_target(o, p, s)),
            always_mfa: defaults_mfa || delegated,
            defaults_on,
        }
    }

    /// The client speaks a protocol that knows no MFA (CA-45).
    pub(crate) fn legacy_client(&self) -> bool {
        self.s.client == "other" || self.s.client == "exchangeactivesync"
    }

    /// A policy that applies has `block`.
    pub(crate) fn blocks(&self) -> bool {
        self.demands.iter().any(|d| d.block)
    }

    /// Security defaults turn legacy clients away (CA-100).
    pub(crate) fn refuses_legacy(&self) -> bool {
        self.defaults_on && self.legacy_client()
    }
}

impl Walk<'_> {
    /// Breadth-first search for a state with some property.
    pub(crate) fn reaches(&self, registration: bool, goal: impl Fn(&Self, &State) -> bool) -> bool {
        let mut seen = HashSet::new();
        let mut queue = VecDeque::from([self.start()]);
        while let Some(state) = queue.pop_front() {
            if !seen.insert(state) {
                continue;
            }
            if goal(self, &state) {
                return true;
            }
            queue.extend(self.challenges(&state));
            if registration {
                queue.extend(self.registrations(&state));
            }
        }
        false
    }

    pub(crate) fn start(&self) -> State {
        let (home, home_fresh, resource) = match self.setting {
            Setting::Local => (Methods::NONE, Methods::NONE, begun(self.o, self.s, self.allowed_resource)),
            Setting::Trusted => {
                let first = first_factor(self.o, self.s, self.allowed_home);
                (begun(self.o, self.s, self.allowed_home), first, Methods::NONE)
            }
            Setting::Untrusted => (Methods::NONE, Methods::NONE, Methods::NONE),
        };
        let (registered_home, registered_resource) = (self.s.registered_home, self.s.registered_resource);
        State { home, home_fresh, resource, registered_home, registered_resource, registering: false }
    }

    /// One more method proved.
    pub(crate) fn challenges(&self, state: &State) -> Vec<State> {
        let mut next = Vec::new();
        if !self.promptable {
            return next;
        }
        let adds = self.o.knows_password && self.o.yes("RESTART") && has_password(self.o, self.s);
        let password = if adds { Methods::of(&["password"]) } else { Methods::NONE };
        if self.setting == Setting::Trusted && !self.enforced {
            let usable = state.registered_home.and(self.allowed_home).and(self.second).plus(password);
            for m in usable.each() {
                next.push(State { home: state.home.plus(m), home_fresh: state.home_fresh.plus(m), ..*state });
            }
        }
        let registered = state.registered_resource.and(self.allowed_resource);
        let usable = match self.setting {
            Setting::Local if self.enforced => Methods::NONE,
            Setting::Local => registered.and(self.column).and(self.second).plus(password),
            Setting::Trusted if self.o.yes("R_METHODS_UNDER_TRUST") => {
                registered.and(self.column).and(self.second)
            }
            Setting::Trusted => Methods::NONE,
            Setting::Untrusted if self.s.entra() && self.s.path() == Path::DirectConnect => Methods::NONE,
            Setting::Untrusted => registered.and(self.column).and(self.second),
        };
        next.extend(usable.each().map(|m| State { resource: state.resource.plus(m), ..*state }));
        next
    }

    /// One more method registered.
    pub(crate) fn registrations(&self, state: &State) -> Vec<State> {
        if !self.promptable {
            return Vec::new();
        }
        if self.setting == Setting::Trusted {
            let s = self.s;
            let key = if s.registered_home.is_empty() { "TRUST_UNREGISTERED" } else { "TRUST_UNSUITABLE" };
            let open = s.home_registration && !self.enforced && self.o.reading_is(key, "registerHome");
            let open = open && (state.registering || self.closed_at_home(state).is_empty());
            let choice = if open { self.registrable.and(self.allowed_home) } else { Methods::NONE };
            let choice = choice.without(state.registered_home);
            return choice
                .each()
                .map(|m| State {
                    registered_home: state.registered_home.plus(m),
                    registering: true,
                    ..*state
                })
                .collect();
        }
        let choice = self.registrable.and(self.allowed_resource).and(self.column);
        let choice = choice.without(state.registered_resource);
        if choice.is_empty() || !(state.registering || self.registration_opens(state)) {
            return Vec::new();
        }
        let register =
            |m| State { registered_resource: state.registered_resource.plus(m), registering: true, ..*state };
        choice.each().map(register).collect()
    }

    /// What keeps the person from registering at home.
    pub(crate) fn closed_at_home(&self, state: &State) -> BTreeSet<Closed> {
        match given(self.o, self.s) {
            Some(home) => registration_closed(self.o, home, self.s, state),
            None => closed_anywhere(self.o, self.s, state),
        }
    }

    /// Whether R lets the person register with what is proved so far (SM-66 and the REG rules).
    fn registration_opens(&self, state: &State) -> bool {
        self.registration_closed(state).is_empty()
    }

    /// What keeps the person from registering in R.
    pub(crate) fn registration_closed(&self, state: &State) -> BTreeSet<Closed> {
        let (o, s) = (self.o, self.s);
        let proofs = self.proofs(state);
        let eased = |d: &Demand| s.provider == "msa" && o.yes("MSA_REGISTRATION") && d.is_plain_mfa();
        let held = s.registered_resource.and(self.column);
        let certificate = self.allowed_resource.contains("x509CertificateMultiFactor")
            || self.allowed_resource.contains("x509CertificateSingleFactor");
        let scoped = certificate && (s.local() || o.yes("CBA_SCOPED"));
        let owes_proof = scoped || !held.and(self.allowed_resource).is_empty();
        let replaced = self.page.iter().any(|d| d.strength.is_some());
        let target = s.target == Target::UserAction(REGISTER.into()) && !o.yes("USER_ACTION_BOOT");
        let aside =
            o.yes("ALL_COVERS_REGISTRATION") && !self.aside.iter().all(|d| d.met(o, s, &proofs, replaced));
        let reasons = [
            (Closed::Path, s.path() == Path::DirectConnect || (s.local() && self.enforced)),
            (Closed::Target, target),
            (Closed::Risk, self.refused_for_risk()),
            (Closed::Policy, !self.page.iter().all(|d| d.met(o, s, &proofs, false) || eased(d)) || aside),
            (Closed::Proof, owes_proof && !proofs.mfa),
            (Closed::Pages, !registration_pages_open(o, s)),
        ];
        reasons.into_iter().filter(|(_, closed)| *closed).map(|(reason, _)| reason).collect()
    }

    /// A risky sign-in leads to no registration (REG-23).
    pub(crate) fn refused_for_risk(&self) -> bool {
        let proofs = self.proofs(&self.unregistered());
        self.demands.iter().any(|d| d.on_sign_in_risk && d.lacks_proof(self.o, self.s, &proofs))
            || (self.s.sign_in_risk != "none" && self.o.reading_is("RISK_REGISTRATION", "broad"))
    }

    /// Everything that can be proved without registering, together.
    fn unregistered(&self) -> State {
        let mut state = self.start();
        loop {
            let next = self.challenges(&state).iter().fold(state, |all, more| all.joined(more));
            if next == state {
                return state;
            }
            state = next;
        }
    }

    /// Everything that applies is satisfied in this state.
    pub(crate) fn satisfied(&self, state: &State) -> bool {
        self.meets(state, &|d, proofs| d.met(self.o, self.s, proofs, false))
    }

    /// MFA where it is always demanded, and something of every policy that applies, in this state.
    pub(crate) fn meets(&self, state: &State, met: &dyn Fn(&Demand, &Proofs) -> bool) -> bool {
        let all = |state: &State| {
            let proofs = self.proofs(state);
            (!self.always_mfa || (!self.legacy_client() && proofs.mfa))
                && self.demands.iter().all(|d| met(d, &proofs))
        };
        let strengths: BTreeSet<&String> = self.demands.iter().filter_map(|d| d.strength.as_ref()).collect();
        let untrusted = self.setting == Setting::Untrusted && self.s.entra();
        if untrusted && strengths.len() > 1 && !self.o.yes("MULTI_STRENGTH_GUEST") {
            let single = state.resource.each().map(|m| State { resource: m, ..*state });
            return single.chain([State { resource: Methods::NONE, ..*state }]).any(|alone| all(&alone));
        }
        all(state)
    }

    pub(crate) fn proofs(&self, state: &State) -> Proofs {
        Proofs::of(self.o, self.s, self.setting, state)
    }
}

/// Security defaults always want MFA for Azure's management (CA-100).
fn manages_azure(s: &Scenario) -> bool {
    let Target::Application(app) = &s.target else { return false };
    app == "797f4846-ba00-4fd7-ba43-dac1f8f63013" || AZURE_TOOLS.contains(&app.as_str())
}

/// The sign-in may be challenged at all; for direct connect this depends on what it came with (OQ-23, OQ-46).
fn promptable(o: &Oracle, s: &Scenario, setting: Setting) -> bool {
    if !s.interactive && !o.yes("NONINTERACTIVE_PROMPT") {
        return false;
    }
    if setting != Setting::Trusted || s.path() != Path::DirectConnect {
        return true;
    }
    let came_with = begun(o, s, allowed_at_home(s));
    let mfa = holds_mfa(o, s, came_with) || came_with.contains(EAM);
    o.reading_is(if mfa { "DC_STEP_UP" } else { "DC_CHALLENGE" }, "challenge")
}

/// A one-time-passcode guest of a tenant that has switched passcodes off (EXT-8).
pub(crate) fn passcode_disabled(o: &Oracle, s: &Scenario) -> bool {
    let policy = o.object("authenticationMethodsPolicy.json");
    let all = policy.map(|p| items(&p["authenticationMethodConfigurations"])).unwrap_or_default();
    let off = |c: &Value| text(&c["allowExternalIdToUseEmailOtp"]).as_deref() == Some("disabled");
    s.provider == "emailotp" && all.into_iter().any(off)
}
