//! One concrete scenario: granted, blocked, or dependent on what is not known.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use thiserror::Error;

use super::analysis::{Analysis, Options};
use crate::counterexample::{Disagreement, Evidence, labels, of_walk};
use crate::explicit::{Tried, walk};
use crate::ingest::Ingested;
use crate::logic::{Assignment, Evaluation, Formula, Substitution, Var};
use crate::model::{Id, Method, Policy};
use crate::scenario::Scenario;
use crate::semantics::{Applied, Aspect, RuleId, plain_reading, refused};
use crate::symbolic::{self, Answer};
use crate::system::State;

/// What a simulated sign-in comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Some path reaches access, whatever the unknowns are.
    Granted,
    /// None does, whatever the unknowns are.
    Blocked,
    /// It is not the same for all values of the unknowns.
    Depends,
}

/// What one policy does in a simulated sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyView {
    /// Its id.
    pub id: String,
    /// Its display name.
    pub name: String,
    /// It applies.
    pub applies: bool,
    /// Why it does not, in the vocabulary of Graph's What-If.
    pub reasons: Vec<&'static str>,
    /// Its demand is met; `None` where it does not apply.
    pub satisfied: Option<bool>,
}

/// A simulated sign-in.
#[derive(Clone, Debug)]
pub struct Simulation {
    /// The outcome.
    pub outcome: Outcome,
    /// The walk, under one value of the unknowns.
    pub evidence: Evidence,
    /// The names of the states that are reached, in the order of finding.
    pub reached: Vec<String>,
    /// Every step from a state that is reached, and whether it may be taken.
    pub tried: Vec<Tried>,
    /// Every rule that the outcome rests on.
    pub rules: Vec<&'static str>,
    /// Methods proved at home.
    pub proved_home: Vec<&'static str>,
    /// Methods proved here.
    pub proved_here: Vec<&'static str>,
    /// All policies.
    pub policies: Vec<PolicyView>,
    /// What decides it.
    pub depends_on: Vec<String>,
}

/// Why a scenario was not simulated.
#[derive(Debug, Error)]
pub enum Refusal {
    /// The scenario is wrong.
    #[error("{0}")]
    Scenario(String),
    /// The service would not have accepted an enabled policy.
    #[error("policy `{policy}` could not be enabled in a tenant: {rule}: {why}; correct it or disable it")]
    Policy {
        /// Its name and id.
        policy: String,
        /// The rule.
        rule: &'static str,
        /// What is wrong.
        why: &'static str,
    },
    /// The tool is wrong.
    #[error(transparent)]
    Disagreement(#[from] Disagreement),
    /// The solver gave up.
    #[error("the solver gave up ({0})")]
    Unknown(String),
}

/// Simulates one scenario.
pub fn simulate(ingested: &Ingested, options: &Options, scenario: &Scenario) -> Result<Simulation, Refusal> {
    valid(scenario)?;
    let mut analysis = Analysis::new(ingested, options, Some(scenario));
    for policy in analysis.tenant.policies.iter().filter(|policy| policy.may_be_enabled()) {
        if let Some((rule, why)) = refused(policy).into_iter().next() {
            return Err(Refusal::Policy { policy: format!("{} ({})", policy.name, policy.id), rule, why });
        }
    }
    let at = analysis.space.locate(scenario);
    let pinned = pinned(&analysis, scenario);
    let granted = analysis.reach.get(&State::Granted).copied();
    let granted = granted.unwrap_or_else(|| analysis.meaning.store.constant(false));
    let (outcome, depends_on, assumed) = outcome(&mut analysis, options, granted, &at, &pinned)?;
    let mut full = at.clone();
    if outcome != Outcome::Depends {
        // Any value of the unknowns leads to the same outcome; the plain readings make the plainest evidence.
        for unknown in analysis.meaning.unknowns.iter() {
            full.set(unknown.var, plain_reading(&unknown.key));
        }
    }
    let assumed = if outcome == Outcome::Depends { assumed } else { Vec::new() };
    for (var, value) in pinned.iter().chain(&assumed) {
        full.set(*var, *value);
    }
    let walk = walk(&analysis.system, &analysis.meaning.store, &full);
    let expected = analysis.meaning.store.eval(granted, &full);
    if walk.granted() != expected {
        let says = |granted: bool| if granted { "access is granted" } else { "access is refused" }.to_owned();
        return Err(Disagreement { symbolic: says(expected), explicit: says(walk.granted()) }.into());
    }
    let evidence = of_walk(&walk, &analysis.tenant);
    let reached = walk.reached.contains(&State::BlockCheck);
    let (rules, policies) = policies(&analysis, &full, &evidence, reached);
    // Only what was asked for is proved: the round is the furthest that was reached.
    let round = |challenges: [State; 2]| {
        let [new, registered] = challenges.map(|state| walk.reached.contains(&state));
        let [begun, some, all] = &analysis.meaning.rounds;
        if new {
            all
        } else if registered {
            some
        } else {
            begun
        }
    };
    let here = round([State::ChallengeNewR, State::ChallengeR]);
    let home = round([State::ChallengeNewH, State::ChallengeH]);
    let proved = |methods: &crate::semantics::Methods| {
        let mut values = Evaluation::new(&analysis.meaning.store, &full);
        let holds = |method: &&Method| methods.get(**method).is_some_and(|f| values.value(f));
        Method::ALL.iter().filter(holds).map(|method| method.name()).collect::<Vec<_>>()
    };
    Ok(Simulation {
        outcome,
        evidence,
        tried: walk.tried.clone(),
        reached: walk.reached.iter().map(|state| state.name()).collect(),
        rules,
        proved_home: proved(&home.home),
        proved_here: proved(&here.here),
        policies,
        depends_on,
    })
}

/// Values outside the format's vocabularies.
fn valid(scenario: &Scenario) -> Result<(), Refusal> {
    use crate::model::{
        ClientApp, Flow, IdentityProvider, InsiderRisk, Platform, RiskLevel, UserAction, UserKind,
    };
    let wrong = |path: &str, value: &str, known: Vec<&str>| {
        Err(Refusal::Scenario(format!("{path}: `{value}` is not known; use one of {}", known.join(", "))))
    };
    macro_rules! known {
        ($kind:ident, $path:literal, $value:expr) => {
            if $kind::parse($value).is_none() {
                return wrong($path, $value, $kind::ALL.iter().map(|v| v.name()).collect());
            }
        };
    }
    let conditions = &scenario.conditions;
    known!(UserKind, "user.kind", &scenario.user.kind);
    if let Some(kind) = &scenario.user.also_kind {
        let known = ["b2bCollaborationGuest", "b2bCollaborationMember", "b2bDirectConnectUser"];
        if !known.iter().any(|one| one.eq_ignore_ascii_case(kind)) {
            return wrong("user.alsoKind", kind, known.to_vec());
        }
    }
    known!(IdentityProvider, "user.identityProvider", &scenario.user.identity_provider);
    known!(ClientApp, "conditions.clientAppType", &conditions.client_app_type);
    known!(Platform, "conditions.platform", &conditions.platform);
    known!(RiskLevel, "conditions.signInRiskLevel", &conditions.sign_in_risk_level);
    known!(RiskLevel, "conditions.userRiskLevel", &conditions.user_risk_level);
    known!(Flow, "conditions.authenticationFlow", &conditions.authentication_flow);
    if let Some(level) = &conditions.insider_risk_level {
        known!(InsiderRisk, "conditions.insiderRiskLevel", level);
    }
    if let crate::scenario::Target::UserAction(action) = &scenario.target {
        known!(UserAction, "target.userAction", action);
    }
    if let Some(trust) = conditions.device.as_ref().and_then(|device| device.trust_type.as_ref()) {
        use crate::model::TrustType;
        known!(TrustType, "conditions.device.trustType", trust);
    }
    if let Some(address) = &conditions.ip_address
        && address.trim().parse::<std::net::IpAddr>().is_err()
    {
        return Err(Refusal::Scenario(format!(
            "conditions.ipAddress: `{address}` is no IPv4 or IPv6 address"
        )));
    }
    let credentials = &scenario.credentials;
    if credentials.first_factor != "federated" && Method::parse(&credentials.first_factor).is_none() {
        let methods = Method::ALL.iter().map(|m| m.name()).chain(["federated"]).collect();
        return wrong("credentials.firstFactor", &credentials.first_factor, methods);
    }
    for (path, set) in [
        ("credentials.mfaClaim", &credentials.mfa_claim),
        ("credentials.registeredHome", &credentials.registered_home),
        ("credentials.registeredResource", &credentials.registered_resource),
        ("credentials.canRegister", &credentials.can_register),
        ("home.allowedMethods", &scenario.home.allowed_methods),
    ] {
        if let Some(stranger) = set.stranger() {
            return wrong(path, stranger, Method::ALL.iter().map(|method| method.name()).collect());
        }
    }
    let behaviors = ["acceptIfMfaDoneByFederatedIdp", "enforceMfaByFederatedIdp", "rejectMfaByFederatedIdp"];
    if let Some(behavior) = &scenario.home.federated_idp_mfa_behavior
        && !behaviors.iter().any(|known| known.eq_ignore_ascii_case(behavior))
    {
        return wrong("home.federatedIdpMfaBehavior", behavior, behaviors.to_vec());
    }
    Ok(())
}

/// A scenario that lists named locations says of each location whether it is inside, also of one that nobody can read.
fn pinned(analysis: &Analysis, scenario: &Scenario) -> Vec<(Var, u16)> {
    let listed: BTreeSet<Id> = scenario.conditions.named_locations.iter().map(|id| Id::new(id)).collect();
    if listed.is_empty() {
        return Vec::new();
    }
    let mut pins = Vec::new();
    for unknown in analysis.meaning.unknowns.iter() {
        if let Some(id) = unknown.key.strip_prefix("input:namedLocation/") {
            pins.push((unknown.var, u16::from(listed.contains(&Id::new(id)))));
        }
    }
    pins
}

type Decided = (Outcome, Vec<String>, Vec<(Var, u16)>);

/// Whether the formula is constant over the unknowns that are left, and if not, on which of them it depends.
fn outcome(
    analysis: &mut Analysis,
    options: &Options,
    granted: Formula,
    at: &Assignment,
    pinned: &[(Var, u16)],
) -> Result<Decided, Refusal> {
    let mut map: HashMap<Var, Substitution> = HashMap::new();
    for dimension in analysis.space.all() {
        map.insert(dimension.var, Substitution::Value(at.get(dimension.var)));
    }
    map.extend(pinned.iter().map(|(var, value)| (*var, Substitution::Value(*value))));
    let residual = analysis.meaning.store.reduce(granted, &map);
    let vars = analysis.meaning.store.support(residual);
    let refused = analysis.meaning.store.not(residual);
    let some_granted = ask(analysis, options, residual)?;
    let some_refused = ask(analysis, options, refused)?;
    let values = |found: &Assignment| vars.iter().map(|var| (*var, found.get(*var))).collect::<Vec<_>>();
    match (some_granted, some_refused) {
        (Some(found), None) => Ok((Outcome::Granted, Vec::new(), values(&found))),
        (None, Some(found)) => Ok((Outcome::Blocked, Vec::new(), values(&found))),
        (None, None) => Err(Refusal::Unknown("neither granted nor refused".into())),
        (Some(_), Some(found)) => {
            let keys = essential(analysis, options, residual, &vars)?;
            Ok((Outcome::Depends, keys, values(&found)))
        }
    }
}

fn ask(analysis: &Analysis, options: &Options, formula: Formula) -> Result<Option<Assignment>, Refusal> {
    let none = BTreeMap::new();
    let end = analysis.meaning.unknowns.end();
    let domain = move |var: Var| {
        let original = if var.0 >= end { Var(var.0 - end) } else { var };
        analysis.domain(original, &none)
    };
    match symbolic::ask(&domain, options.limits, &analysis.meaning.store, formula) {
        Answer::Sat(found) => Ok(Some(found)),
        Answer::Unsat(_) => Ok(None),
        Answer::Unknown(reason) => Err(Refusal::Unknown(reason)),
    }
}

/// The keys on which the outcome really depends: changing the values of one key alone can change it. Exactly these decide
/// it, and no smaller set does.
fn essential(
    analysis: &mut Analysis,
    options: &Options,
    residual: Formula,
    vars: &[Var],
) -> Result<Vec<String>, Refusal> {
    let mut by_key: BTreeMap<String, Vec<Var>> = BTreeMap::new();
    for var in vars {
        if let Some(unknown) = analysis.meaning.unknowns.get(*var) {
            by_key.entry(unknown.key.clone()).or_default().push(*var);
        }
    }
    let end = analysis.meaning.unknowns.end();
    let mut keys = Vec::new();
    for (key, own) in by_key {
        let twin = |var: &Var| (*var, Substitution::Var(Var(var.0 + end)));
        let map: HashMap<Var, Substitution> = own.iter().map(twin).collect();
        let store = &mut analysis.meaning.store;
        let other = store.reduce(residual, &map);
        let not_other = store.not(other);
        let flips = store.and([residual, not_other]);
        if ask(analysis, options, flips)?.is_some() {
            keys.push(key);
        }
    }
    Ok(keys)
}

/// What every policy does, and the rules that the outcome rests on: why each enabled policy applies or not, and the
/// guards of the walk.
fn policies(
    analysis: &Analysis,
    full: &Assignment,
    evidence: &Evidence,
    reached: bool,
) -> (Vec<&'static str>, Vec<PolicyView>) {
    let mut values = Evaluation::new(&analysis.meaning.store, full);
    let mut tags = BTreeSet::new();
    let mut views = Vec::new();
    for (index, policy) in analysis.tenant.policies.iter().enumerate() {
        let acting = analysis.meaning.policies.iter().find(|applied| applied.index == index);
        let Some(applied) = acting else {
            views.push(inactive(policy));
            continue;
        };
        let applies = values.value(applied.applies);
        let mut own = BTreeSet::new();
        values.explain(applied.applies, &mut own);
        if reached {
            tags.extend(own);
        }
        let satisfied = applies.then(|| !values.value(applied.blocks) && values.value(applied.met));
        let reasons = if applies { vec!["notSet"] } else { reasons(policy, applied, &mut values) };
        views.push(PolicyView {
            id: policy.id.clone(),
            name: policy.name.clone(),
            applies,
            reasons,
            satisfied,
        });
    }
    let mut rules: BTreeSet<&str> = labels(&tags, &analysis.tenant).rules.into_iter().collect();
    rules.extend(evidence.labels().rules);
    if reached && analysis.tenant.policies.iter().any(|policy| !policy.may_be_enabled()) {
        rules.insert(RuleId::Ca2.rule().id);
    }
    let ordered = RuleId::ALL.iter().map(|rule| rule.rule().id).filter(|id| rules.contains(id)).collect();
    (ordered, views)
}

fn inactive(policy: &Policy) -> PolicyView {
    let (id, name) = (policy.id.clone(), policy.name.clone());
    PolicyView { id, name, applies: false, reasons: vec!["policyNotEnabled"], satisfied: None }
}

/// Why a policy does not apply: everything of it that does not match (CA-104).
fn reasons(policy: &Policy, applied: &Applied, values: &mut Evaluation) -> Vec<&'static str> {
    let mut found: Vec<&str> = Aspect::of_empty(policy).iter().map(|aspect| aspect.name()).collect();
    for (aspect, part) in &applied.aspects {
        if !values.value(*part) && !found.contains(&aspect.name()) {
            found.push(aspect.name());
        }
    }
    if found.is_empty() {
        // Everything that is understood matches; what is not may not.
        found.push(Aspect::NotEnoughInformation.name());
    }
    found
}
