//! Everything that is built once for a tenant: meaning, system, reachability.

use std::collections::BTreeMap;

use crate::contract::Statement;
use crate::ingest::{Fact, Ingested};
use crate::logic::{Formula, Var};
use crate::model::{Id, PolicyState, Tenant};
use crate::property::{Bypass, Claim, Question, Ranging, pose};
use crate::scenario::{Dimension, Key, People, Scenario, Space};
use crate::semantics::{
    Assumptions, Change, Meaning, RuleId, Vouched, ask, interpret, interpret_flipped, interpret_without,
    occurring, occurring_typed, settle,
};
use crate::symbolic::Limits;
use crate::system::{State, System, build, reach};

/// Whom a question is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// People may be in anything that is consistent.
    Any,
    /// People have memberships that occur in the directory, as far as it determines them.
    Directory,
}

impl Scope {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Directory => "directory",
        }
    }
}

/// What the user asked for beside the tenant.
#[derive(Clone, Debug)]
pub struct Options {
    /// Fixed open questions.
    pub assumptions: Assumptions,
    /// Facts that somebody vouches for; they are among the fixed questions too.
    pub facts: Vec<Fact>,
    /// Policies to take as enabled: an id, `reportOnly` or `all`.
    pub enable: Vec<String>,
    /// Emergency accounts, by id: they leave the range of every other property.
    pub break_glass: Vec<String>,
    /// List at most so many counterexamples.
    pub max_counterexamples: Option<usize>,
    /// Enumerate up to so many memberships.
    pub memberships: usize,
    /// The dimensions that counterexamples are told apart by, by name; none are all.
    pub project: Vec<String>,
    /// Limits per solver question.
    pub limits: Limits,
    /// Look for everything that a proof can rest on.
    pub why: bool,
    /// Keep the questions that verdicts rest on.
    pub evidence: bool,
    /// Name the users of the directory who can be in a finding.
    pub users: bool,
    /// A rule turned around, for the test of the specifications.
    pub flipped: Option<RuleId>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            assumptions: Assumptions::default(),
            facts: Vec::new(),
            enable: Vec::new(),
            break_glass: Vec::new(),
            max_counterexamples: None,
            memberships: 2,
            project: Vec::new(),
            limits: Limits::default(),
            why: false,
            evidence: false,
            users: false,
            flipped: None,
        }
    }
}

impl Options {
    /// Whether counterexamples are told apart by a dimension: it is named, or the set that it is a member of.
    pub fn projects(&self, key: &Key) -> bool {
        let name = key.name();
        let set = name.split('[').next().unwrap_or_default();
        let is_meant =
            |wanted: &String| wanted.eq_ignore_ascii_case(&name) || wanted.eq_ignore_ascii_case(set);
        self.project.is_empty() || self.project.iter().any(is_meant)
    }
}

/// A tenant, understood.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// The facts, with policies enabled as asked.
    pub tenant: Tenant,
    /// The policies that were taken as enabled, by id.
    pub enabled: Vec<String>,
    /// The space.
    pub space: Space,
    /// The meaning.
    pub meaning: Meaning,
    /// The state graph.
    pub system: System,
    /// For each state the formula of being reached.
    pub reach: BTreeMap<State, Formula>,
    /// The people of the directory.
    pub people: People,
    /// The graph and access where evidence is left out, as far as it was asked for.
    without: BTreeMap<Vouched, (System, Formula)>,
    /// Whom questions are about.
    scope: Scope,
    /// Whoever can be, in each scope, and what they are whose user type is null; `None` where the directory restricts nobody.
    consistent: [Option<(Formula, Formula)>; 2],
}

impl Analysis {
    /// Understands a tenant; for one given scenario the space keeps what that scenario states.
    pub fn new(ingested: &Ingested, options: &Options, scenario: Option<&Scenario>) -> Self {
        let mut tenant = ingested.tenant.clone();
        settle(&mut tenant, &options.assumptions);
        let enabled = enable(&mut tenant, &options.enable);
        tenant.emergency = options.break_glass.iter().map(|id| Id::new(id)).collect();
        Self::of(tenant, enabled, options, scenario)
    }

    /// Understands a tenant as it is given.
    pub(super) fn of(
        mut tenant: Tenant,
        enabled: Vec<String>,
        options: &Options,
        scenario: Option<&Scenario>,
    ) -> Self {
        tenant.tells_administrators = options.assumptions.since(Change::TelephonyOfMembers)
            && !options.assumptions.since(Change::TelephonyOfExternals);
        let space = match scenario {
            Some(scenario) => Space::with_scenario(&tenant, scenario),
            None => Space::of(&tenant),
        };
        let mut meaning = match options.flipped {
            Some(rule) => interpret_flipped(&tenant, &space, &options.assumptions, rule),
            None => interpret(&tenant, &space, &options.assumptions),
        };
        let system = build(&mut meaning, &space);
        let reach = reach(&system, &mut meaning.store);
        let people = space.people(&tenant, options.users);
        let (anybody, typed) = (meaning.consistent, meaning.typed);
        let within = occurring(&mut meaning, &space, &people);
        let typed_within = occurring_typed(&mut meaning, &space, &people);
        let store = &mut meaning.store;
        let within = within.map(|within| {
            let typed_within = typed_within.map_or(typed, |own| store.and([typed, own]));
            (store.and([anybody, within]), typed_within)
        });
        let consistent = [Some((anybody, typed)), within];
        Self {
            tenant,
            enabled,
            space,
            meaning,
            system,
            reach,
            people,
            without: BTreeMap::new(),
            scope: Scope::Any,
            consistent,
        }
    }

    /// The same tenant in a space that tells those who can repair it from others.
    pub(super) fn for_repair(&self, options: &Options) -> Self {
        let tenant = Tenant { repair: true, ..self.tenant.clone() };
        Self::of(tenant, self.enabled.clone(), options, None)
    }

    /// The same tenant in a space that tells those with privileged roles from others.
    pub(super) fn for_administrators(&self, options: &Options) -> Self {
        let tenant = Tenant { tells_privileged: true, ..self.tenant.clone() };
        Self::of(tenant, self.enabled.clone(), options, None)
    }

    /// Poses a property.
    pub fn pose(&mut self, options: &Options, claim: Claim, ranging: Ranging) -> Question {
        let without = match claim {
            Claim::Bypass(Bypass::Vouched(vouched)) => Some(self.granted_without(options, vouched)),
            _ => None,
        };
        pose(claim, &mut self.meaning, &self.space, &self.reach, without, ranging)
    }

    /// Access where evidence does not count, over the same variables.
    fn granted_without(&mut self, options: &Options, vouched: Vouched) -> Formula {
        if let Some((_, granted)) = self.without.get(&vouched) {
            return *granted;
        }
        let assumptions = &options.assumptions;
        let mut other = interpret_without(&mut self.meaning, &self.tenant, &self.space, assumptions, vouched);
        let system = build(&mut other, &self.space);
        let reached = reach(&system, &mut other.store);
        let never = other.store.constant(false);
        let granted = reached.get(&State::Granted).copied().unwrap_or(never);
        self.meaning.share(other);
        self.without.insert(vouched, (system, granted));
        granted
    }

    /// The graph where the evidence is left out that a property is about.
    pub(super) fn system_without(&self, claim: Claim) -> Option<&System> {
        match claim {
            Claim::Bypass(Bypass::Vouched(vouched)) => self.without.get(&vouched).map(|(system, _)| system),
            _ => None,
        }
    }

    /// The same tenant, asked about a statement, in a space that tells apart what the statement mentions. What other
    /// statements mention leaves no trace in the answer.
    #[must_use]
    pub fn about(&self, options: &Options, statement: &Statement) -> Self {
        let mut tenant = self.tenant.clone();
        tenant.mentioned.extend(&statement.mentioned);
        // Equal dimensions are not enough: what lies in which location may differ.
        let known = Space::of(&tenant) == self.space;
        let mut own =
            if known { self.clone() } else { Self::of(tenant, self.enabled.clone(), options, None) };
        ask(&mut own.meaning, (&own.tenant, &own.space), &options.assumptions, statement);
        own
    }

    /// Whom questions are about.
    pub(super) fn scope(&self) -> Scope {
        self.scope
    }

    /// Asks about other people from now on; false where the directory does not restrict whom questions are about.
    pub(super) fn ask_about(&mut self, scope: Scope) -> bool {
        let Some(consistent) = self.consistent.get(scope as usize).copied().flatten() else {
            return false;
        };
        self.scope = scope;
        (self.meaning.consistent, self.meaning.typed) = consistent;
        true
    }

    /// How many values a variable has; `instances` maps instances of unknowns to their originals.
    pub fn domain(&self, var: Var, instances: &BTreeMap<Var, Var>) -> usize {
        let var = instances.get(&var).copied().unwrap_or(var);
        let dimension = self.space.dimension(var).map(|dimension| dimension.values.len());
        dimension.or_else(|| self.meaning.unknowns.get(var).map(|unknown| unknown.values.len())).unwrap_or(1)
    }

    /// The dimensions that count memberships, without those that the directory determines.
    pub fn memberships(&self) -> Vec<Var> {
        let counts = |var: &Var| self.scope == Scope::Any || !self.people.determined.contains(var);
        // Where nobody is named by id, everybody is like everybody else.
        let varies = |dimension: &&Dimension| dimension.key.is_membership() && dimension.values.len() > 1;
        let all = self.space.all().iter().filter(varies);
        all.map(|dimension| dimension.var).filter(counts).collect()
    }

    /// The memberships that a policy that can act excludes by name: the variable and the value that means being in.
    pub fn excluded_memberships(&self) -> Vec<(Var, u16)> {
        let mut found = Vec::new();
        for policy in self.tenant.acting_policies() {
            let exclude = &policy.users.exclude;
            let groups = exclude.groups.iter().cloned().map(|id| (Key::Group(id), "true".to_owned()));
            let roles = exclude.roles.iter().cloned().map(|id| (Key::Role(id), "true".to_owned()));
            let users = exclude.users.iter().filter_map(|user| match user {
                crate::model::UserRef::Id(id) => Some((Key::UserId, id.to_string())),
                _ => None,
            });
            for (key, value) in groups.chain(roles).chain(users) {
                if let (Some(var), Some(value)) = (self.space.var(&key), self.space.value(&key, &value)) {
                    found.push((var, value));
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// Takes policies as enabled; returns the ids of those that changed.
pub(super) fn enable(tenant: &mut Tenant, wanted: &[String]) -> Vec<String> {
    let mut changed = Vec::new();
    for policy in &mut tenant.policies {
        let asked = wanted.iter().any(|want| match want.to_lowercase().as_str() {
            "all" => policy.state != PolicyState::Deleted,
            "reportonly" => policy.state == PolicyState::ReportOnly,
            id => policy.id.to_lowercase() == id,
        });
        if asked && policy.state != PolicyState::Enabled {
            policy.state = PolicyState::Enabled;
            changed.push(policy.id.clone());
        }
    }
    changed
}
