//! The states and guarded steps of SM-2.

use std::collections::BTreeMap;

use petgraph::graph::{DiGraph, NodeIndex};

use super::state::State;
use crate::logic::{Formula, Store};
use crate::model::Method;
use crate::scenario::{Key, Space};
use crate::semantics::{Meaning, RuleId};

/// One step.
#[derive(Clone, Debug)]
pub struct Edge {
    /// What happens.
    pub step: &'static str,
    /// The step may be taken.
    pub guard: Formula,
    /// The rule of the step.
    pub rule: RuleId,
}

/// The transition system of a tenant.
#[derive(Clone, Debug)]
pub struct System {
    /// States and steps; the steps of a state are in the order in which they are tried.
    pub graph: DiGraph<State, Edge>,
    nodes: BTreeMap<State, NodeIndex>,
    flipped: Option<RuleId>,
}

impl System {
    /// How many states there are.
    pub fn states(&self) -> usize {
        self.graph.node_count()
    }

    /// How many steps there are.
    pub fn transitions(&self) -> usize {
        self.graph.edge_count()
    }

    /// The node of a state.
    pub fn node(&self, state: State) -> Option<NodeIndex> {
        self.nodes.get(&state).copied()
    }

    fn at(&mut self, state: State) -> NodeIndex {
        if let Some(node) = self.nodes.get(&state) {
            return *node;
        }
        let node = self.graph.add_node(state);
        self.nodes.insert(state, node);
        node
    }

    /// Adds a step of which there is no row of its own: its closed guard names no rule.
    fn unlabelled(&mut self, ends: (State, State), rule: RuleId, step: &'static str, guard: Formula) {
        let (from, to) = (self.at(ends.0), self.at(ends.1));
        self.graph.add_edge(from, to, Edge { step, guard, rule });
    }

    /// Adds a step; the guard gets the label of the step's rule.
    fn step(
        &mut self,
        store: &mut Store,
        ends: (State, State),
        rule: RuleId,
        step: &'static str,
        guard: Formula,
    ) {
        let (from, to) = (self.at(ends.0), self.at(ends.1));
        let guard = if self.flipped == Some(rule) { store.not(guard) } else { guard };
        let guard = rule.on(store, guard);
        self.graph.add_edge(from, to, Edge { step, guard, rule });
    }
}

/// Builds the transition system.
pub fn build(meaning: &mut Meaning, space: &Space) -> System {
    let mut system = System { graph: DiGraph::new(), nodes: BTreeMap::new(), flipped: meaning.flipped };
    arrival(&mut system, meaning, space);
    gate(&mut system, meaning);
    policies(&mut system, meaning);
    proof_before(&mut system, meaning);
    proof_here(&mut system, meaning);
    proved_here(&mut system, meaning);
    proof_at_home(&mut system, meaning);
    after_proof(&mut system, meaning);
    system
}

/// SM-10 … SM-22: who is this, and the first factor.
fn arrival(system: &mut System, meaning: &mut Meaning, space: &Space) {
    let person = meaning.person;
    let store = &mut meaning.store;
    let always = store.constant(true);
    let otp = match (space.var(&Key::IdentityProvider), space.value(&Key::IdentityProvider, "emailOtp")) {
        (Some(var), Some(value)) => store.atom(var, value),
        _ => store.constant(false),
    };
    let not_otp = store.not(otp);
    let by_provider = store.and([person.other_provider, not_otp]);
    let federated = match (space.var(&Key::FirstFactor), space.value(&Key::FirstFactor, "federated")) {
        (Some(var), Some(value)) => store.atom(var, value),
        _ => store.constant(false),
    };
    let managed = store.not(federated);
    system.step(store, (State::Start, State::Discover), RuleId::Sm10, "the request arrives", always);
    let homewards = (State::Discover, State::HomeAuth);
    system.step(store, homewards, RuleId::Sm13, "is sent to the home tenant", person.entra);
    let step = "is sent to the identity provider";
    system.step(store, (State::Discover, State::IdpAuth), RuleId::Sm14, step, by_provider);
    system.step(store, (State::Discover, State::OtpAuth), RuleId::Sm15, "is sent a one-time passcode", otp);
    let step = "signs in here";
    system.step(store, (State::Discover, State::LocalAuth), RuleId::Sm16, step, person.local);
    let (home, gate) = (State::HomeAuth, State::Gate);
    system.step(store, (home, gate), RuleId::Sm21, "proves the first factor at home", managed);
    let step = "proves the first factor at the home's identity provider";
    system.step(store, (home, gate), RuleId::Sm22, step, federated);
    let step = "proves the first factor there";
    system.step(store, (State::IdpAuth, gate), RuleId::Sm14, step, always);
    let step = "enters the passcode";
    system.step(store, (State::OtpAuth, gate), RuleId::Sm15, step, meaning.passcode_works);
    let off = store.not(meaning.passcode_works);
    let step = "no passcode is sent";
    system.step(store, (State::OtpAuth, State::Block(50020)), RuleId::Sm15, step, off);
    let step = "proves the first factor";
    system.step(store, (State::LocalAuth, State::CaCollect), RuleId::Sm16, step, always);
}

/// SM-25 … SM-28: cross-tenant access settings.
fn gate(system: &mut System, meaning: &mut Meaning) {
    let store = &mut meaning.store;
    let leaves = meaning.outbound;
    let kept = store.not(leaves);
    let admitted = store.and([leaves, meaning.inbound]);
    let refused = store.not(meaning.inbound);
    let refused = store.and([leaves, refused]);
    let step = "the home's outbound settings refuse";
    system.step(store, (State::Gate, State::Block(500_212)), RuleId::Sm25, step, kept);
    let step = "the inbound settings refuse";
    system.step(store, (State::Gate, State::Block(500_213)), RuleId::Sm26, step, refused);
    let step = "cross-tenant access is open";
    system.step(store, (State::Gate, State::CaCollect), RuleId::Sm28, step, admitted);
}

/// SM-30 … SM-33: collect policies, block first.
fn policies(system: &mut System, meaning: &mut Meaning) {
    let store = &mut meaning.store;
    let always = store.constant(true);
    let check = State::BlockCheck;
    system.step(store, (State::CaCollect, check), RuleId::Sm30, "policies are collected", always);
    let blocked = meaning.blocked;
    system.step(store, (check, State::Block(53003)), RuleId::Sm31, "a policy blocks", blocked);
    let open = store.not(blocked);
    let by_defaults = store.and([open, meaning.defaults_refuse]);
    let step = "security defaults refuse the client";
    system.step(store, (check, State::Block(530_035)), RuleId::Sm32, step, by_defaults);
    let refused = store.and([open, meaning.client_refused]);
    let step = "the client cannot do what is asked";
    system.step(store, (check, State::Block(53003)), RuleId::Sm32, step, refused);
    let unplaced = store.and([open, meaning.position_refused]);
    let step = "the position of the phone cannot be asked for";
    system.unlabelled((check, State::Block(53003)), RuleId::Ca48, step, unplaced);
    let refused = store.or([meaning.client_refused, meaning.defaults_refuse, meaning.position_refused]);
    let able = store.not(refused);
    let passes = store.and([open, able]);
    system.step(store, (check, State::Authn), RuleId::Sm33, "nothing blocks", passes);
}

/// SM-40 … SM-45: what was proved before suffices.
fn proof_before(system: &mut System, meaning: &mut Meaning) {
    let [before, _, _] = meaning.rounds.each_ref().map(|round| round.proof_met);
    let [asked, ..] = meaning.asked_at;
    let trusted = meaning.trusted;
    let store = &mut meaning.store;
    let ends = (State::Authn, State::Device);
    let nothing = store.not(asked);
    let nothing = store.and([nothing, before]);
    system.step(store, ends, RuleId::Sm40, "no further proof is asked for", nothing);
    let here = store.not(trusted);
    let here = store.and([asked, here, before]);
    system.step(store, ends, RuleId::Sm41, "what was proved suffices", here);
    let home = store.and([asked, trusted, before]);
    system.step(store, ends, RuleId::Sm45, "what was proved at home suffices", home);
}

/// SM-42 … SM-44, SM-48 … SM-53: what is asked for in the resource tenant.
fn proof_here(system: &mut System, meaning: &mut Meaning) {
    let [before, registered, new] = meaning.rounds.each_ref().map(|round| round.proof_met);
    let person = meaning.person;
    let (trusted, registration) = (meaning.trusted, meaning.registration);
    let any_registered = any_second(meaning, false);
    let store = &mut meaning.store;
    let authn = State::Authn;
    let not_trusted = store.not(trusted);
    let guest = store.and([person.entra, not_trusted, person.collaboration]);
    let asked = store.not(before);
    let lacking = store.not(registered);
    let calm = store.not(registration.refused_for_risk);
    let hopeless = store.not(new);
    let hopeless = store.and([hopeless, meaning.strength_unmet]);
    // People without an Entra account who can never meet what is asked are refused at once.
    let step = "cannot meet what is asked";
    let refuse = store.and([person.other_provider, hopeless, calm]);
    system.step(store, (authn, State::Block(53003)), RuleId::Sm53, step, refuse);
    let silent = store.not(meaning.may_challenge);
    let unasked = store.and([asked, silent]);
    let direct = store.and([person.direct, not_trusted]);
    let at_risk = store.and([not_trusted, lacking, registration.refused_for_risk]);
    let at_once = store.or([direct, refuse, at_risk]);
    let somebody = store.not(at_once);
    let unasked = store.and([unasked, somebody]);
    let step = "nobody is there to be asked";
    system.step(store, (authn, State::Block(50076)), RuleId::Sm63, step, unasked);
    let step = "cannot prove anything here";
    let refuse = store.and([person.direct, not_trusted, asked]);
    system.step(store, (authn, State::Block(53003)), RuleId::Sm51, step, refuse);
    for (who, challenge, register, risk) in [
        (person.local, RuleId::Sm42, RuleId::Sm44, RuleId::Sm43),
        (guest, RuleId::Sm48, RuleId::Sm50, RuleId::Sm49),
        (person.other_provider, RuleId::Sm52, RuleId::Sm52, RuleId::Sm49),
    ] {
        let worthwhile = if challenge == RuleId::Sm52 { store.not(hopeless) } else { store.constant(true) };
        // Of one's own methods only one that suffices is asked for; a guest is asked for what there is.
        let has = if challenge == RuleId::Sm42 { registered } else { any_registered };
        let may = store.and([who, asked, has, worthwhile]);
        let step = "is asked for a registered second factor";
        system.step(store, (authn, State::ChallengeR), challenge, step, may);
        let refuse = store.and([who, asked, lacking, registration.refused_for_risk]);
        let step = "registration is refused because of risk";
        system.step(store, (authn, State::Block(53004)), risk, step, refuse);
        let may = store.and([who, asked, lacking, calm, worthwhile, meaning.may_challenge]);
        system.step(store, (authn, State::RegisterR), register, "is asked to register a method", may);
    }
}

/// SM-60 … SM-62, SM-66 … SM-68: what comes of it.
fn proved_here(system: &mut System, meaning: &mut Meaning) {
    let [_, registered, new] = meaning.rounds.each_ref().map(|round| round.proof_met);
    let registration = meaning.registration;
    let strength = meaning.strength_asked;
    let store = &mut meaning.store;
    let plain = store.not(strength);
    let (register, after) = (State::RegisterR, State::ChallengeNewR);
    for (state, met) in [(State::ChallengeR, registered), (after, new)] {
        let for_mfa = store.and([plain, met]);
        let step = "the second factor succeeds, which is all that is asked";
        system.step(store, (state, State::Device), RuleId::Sm60, step, for_mfa);
        let for_strength = store.and([strength, met]);
        let step = "the second factor succeeds and the strength is met";
        system.step(store, (state, State::Device), RuleId::Sm61, step, for_strength);
        let unmet = store.not(met);
        let step = "the second factor succeeds and still does not suffice";
        system.step(store, (state, State::Block(53003)), RuleId::Sm62, step, unmet);
    }
    let closed = store.not(registration.admitted);
    let closed = store.and([registration.offered, closed]);
    let open = store.and([registration.offered, registration.admitted]);
    let something = store.and([open, meaning.new_here]);
    let not_closed = store.not(closed);
    let nothing = store.not(something);
    let nothing = store.and([nothing, not_closed]);
    system.step(store, (register, after), RuleId::Sm66, "registers a method and proves it", something);
    let place = store.and([closed, registration.refused_for_place]);
    let elsewhere = store.not(registration.refused_for_place);
    let otherwise = store.and([closed, elsewhere]);
    let step = "policies prevent registration from this place or device";
    system.step(store, (register, State::Block(53010)), RuleId::Sm67, step, place);
    let step = "policies prevent registration";
    system.step(store, (register, State::Block(53003)), RuleId::Sm67, step, otherwise);
    let step = "there is nothing to register that would be admitted";
    system.step(store, (register, State::Block(53003)), RuleId::Sm68, step, nothing);
}

/// SM-46, SM-47, SM-54, SM-64, SM-65, SM-69: proof in the home tenant.
fn proof_at_home(system: &mut System, meaning: &mut Meaning) {
    let [before, registered, new] = meaning.rounds.each_ref().map(|round| round.proof_met);
    let (person, trusted) = (meaning.person, meaning.trusted);
    let any_registered = any_second(meaning, true);
    let store = &mut meaning.store;
    let can = store.and([meaning.registration_home, meaning.new_home]);
    let sent = meaning.sent_home;
    let (authn, device, refused) = (State::Authn, State::Device, State::Block(53003));
    let asked = store.not(before);
    let lacking = store.not(registered);
    let own = store.not(person.delegated);
    // A method registered here may help too, under that reading; then the proof suffices without one at home.
    let worthwhile = store.or([any_registered, registered]);
    let some = store.and([trusted, asked, worthwhile, meaning.may_challenge]);
    let guest = store.and([some, own]);
    let step = "is asked for a second factor at home";
    system.step(store, (authn, State::ChallengeH), RuleId::Sm46, step, guest);
    let provider = store.and([some, person.delegated]);
    system.step(store, (authn, State::ChallengeH), RuleId::Sm54, step, provider);
    let none = store.not(worthwhile);
    let none = store.and([none, meaning.may_challenge]);
    let sent = store.and([sent, meaning.may_ask_home]);
    let sent_there = store.and([trusted, asked, none, sent]);
    let step = "is sent to register at home";
    system.step(store, (authn, State::RegisterH), RuleId::Sm47, step, sent_there);
    let stays = store.not(sent);
    let ends = store.and([trusted, asked, none, stays]);
    let step = "has registered nothing at home that suffices";
    system.step(store, (authn, refused), RuleId::Sm47, step, ends);
    let (challenge, register, proved) = (State::ChallengeH, State::RegisterH, State::ChallengeNewH);
    system.step(store, (challenge, device), RuleId::Sm64, "the proof at home suffices", registered);
    let more = store.and([lacking, sent]);
    let step = "is sent to register a method that suffices";
    system.step(store, (challenge, register), RuleId::Sm65, step, more);
    let ends = store.and([lacking, stays]);
    let step = "has no method at home that suffices";
    system.step(store, (challenge, refused), RuleId::Sm65, step, ends);
    system.step(store, (register, proved), RuleId::Sm69, "registers a method at home", can);
    let cannot = store.not(can);
    let step = "cannot register anything at home";
    system.step(store, (register, refused), RuleId::Sm69, step, cannot);
    let step = "the new method at home suffices";
    system.step(store, (proved, device), RuleId::Sm64, step, new);
    let hopeless = store.not(new);
    let step = "the new method at home does not suffice";
    system.step(store, (proved, refused), RuleId::Sm65, step, hopeless);
}

/// SM-70 … SM-95: device, remediation, terms, session.
fn after_proof(system: &mut System, meaning: &mut Meaning) {
    let person = meaning.person;
    let [_, compliant, hybrid, app, risk_met, terms_met] = meaning.met_at;
    let [_, asks_compliant, asks_hybrid, asks_app, asks_risk, asks_terms] = meaning.asked_at;
    let store = &mut meaning.store;
    let always = store.constant(true);
    let external = store.not(person.local);
    let (device, risk, terms, session) = (State::Device, State::Risk, State::Terms, State::Session);
    let asked = store.or([asks_compliant, asks_hybrid, asks_app]);
    let met = store.and([compliant, hybrid, app]);
    let not_asked = store.not(asked);
    let passes = store.and([not_asked, met]);
    system.step(store, (device, risk), RuleId::Sm70, "no device is asked for", passes);
    let passes = store.and([asked, met]);
    system.step(store, (device, risk), RuleId::Sm71, "the device suffices", passes);
    // A device that is not accepted is one thing, an accepted one that does not suffice another.
    let foreign = meaning.devices_trusted.map(|trusted| {
        let closed = store.not(trusted);
        store.and([external, closed])
    });
    let own = store.constant(false);
    let approved = store.not(meaning.approved_unmet);
    let mut before = store.constant(true);
    let (mut refused, mut lacking) = (Vec::new(), Vec::new());
    for (met, foreign, code, step) in [
        (compliant, foreign[0], 53000, "the device is not compliant"),
        (hybrid, foreign[1], 53001, "the device is not hybrid joined"),
        (approved, own, 53002, "the client application is not on the approved list"),
        (app, own, 53009, "the client application is not protected"),
    ] {
        let unmet = store.not(met);
        refused.push(store.and([before, unmet, foreign]));
        let known = store.not(foreign);
        lacking.push((code, step, store.and([before, unmet, known])));
        before = store.and([before, met]);
    }
    let refused = store.or(refused);
    let step = "the guest's device is not accepted";
    system.step(store, (device, State::Block(530_004)), RuleId::Sm72, step, refused);
    for (code, step, ends) in lacking {
        system.step(store, (device, State::Block(code)), RuleId::Sm73, step, ends);
    }
    let not_asked = store.not(asks_risk);
    let passes = store.and([not_asked, risk_met]);
    system.step(store, (risk, terms), RuleId::Sm82, "no remediation is asked for", passes);
    let passes = store.and([asks_risk, risk_met]);
    system.step(store, (risk, terms), RuleId::Sm80, "the risk is remedied", passes);
    let unmet = store.not(risk_met);
    let guest = store.and([external, unmet]);
    let step = "the guest cannot remedy the risk here";
    system.step(store, (risk, State::Block(53011)), RuleId::Sm81, step, guest);
    let own = store.and([person.local, unmet]);
    let step = "the risk is not remedied";
    system.step(store, (risk, State::Block(50135)), RuleId::Sm80, step, own);
    let not_asked = store.not(asks_terms);
    let passes = store.and([not_asked, terms_met]);
    system.unlabelled((terms, session), RuleId::Sm95, "no terms are asked for", passes);
    let passes = store.and([asks_terms, terms_met]);
    system.step(store, (terms, session), RuleId::Sm90, "terms and custom controls are met", passes);
    let unmet = store.not(terms_met);
    let step = "terms or custom controls are not met";
    system.step(store, (terms, State::Block(50158)), RuleId::Sm91, step, unmet);
    system.step(store, (session, State::Granted), RuleId::Sm95, "access is granted", always);
}

/// Some second factor is registered and can be asked for, or round 1 suffices without one (a restart with the password).
fn any_second(meaning: &mut Meaning, home: bool) -> Formula {
    let [before, registered, _] = &meaning.rounds;
    let suffices = registered.proof_met;
    let pairs: Vec<(Formula, Formula)> = Method::ALL
        .iter()
        .filter(|method| **method != Method::Password)
        .filter_map(|method| {
            let (old, now) =
                if home { (&before.home, &registered.home) } else { (&before.here, &registered.here) };
            Some((old.get(*method)?, now.get(*method)?))
        })
        .collect();
    let store = &mut meaning.store;
    let mut parts = vec![suffices];
    for (old, now) in pairs {
        let missing = store.not(old);
        parts.push(store.and([missing, now]));
    }
    store.or(parts)
}
