//! What-If: which policies apply to a sign-in of which only some things are known, as Graph's `evaluate` answers it (CA-104).

use std::collections::BTreeSet;

use super::analysis::Options;
use crate::ingest::Ingested;
use crate::logic::{Formula, Partial, Possible, Values, Var};
use crate::model::{Id, Memberships, Policy, PolicyState, Request, RiskLevel, Subject, Tenant, Workloads};
use crate::scenario::{Known, Space};
use crate::semantics::{Aspect, Meaning, interpret, refused, settle};

/// What one policy does to the sign-in of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyAnswer {
    /// The position of the policy in the tenant.
    pub index: usize,
    /// It applies.
    pub applies: bool,
    /// Why it does not, in Graph's words and order; `notSet` where it does.
    pub reasons: Vec<&'static str>,
    /// What would have to be known to say more: parts of the request, open questions, input.
    pub depends_on: Vec<String>,
}

/// A tenant, ready to answer many requests. Policies in report-only are answered like enabled ones, as Graph does.
#[derive(Debug)]
pub struct WhatIf {
    tenant: Tenant,
    memberships: Memberships,
    space: Space,
    meaning: Meaning,
    partial: Partial,
    /// For each policy that can act, what each of its aspects looks at.
    supports: Vec<Vec<Vec<Var>>>,
    /// What each variable is called where it is not known.
    names: Vec<String>,
    /// For each policy its place among those that can act, and what it is answered where its own text decides.
    policies: Vec<(Option<usize>, Option<Aspect>)>,
}

impl WhatIf {
    /// Understands a tenant.
    pub fn new(ingested: &Ingested, options: &Options) -> Self {
        let mut tenant = ingested.tenant.clone();
        settle(&mut tenant, &options.assumptions);
        super::analysis::enable(&mut tenant, &options.enable);
        for policy in tenant.policies.iter_mut().filter(|policy| policy.state == PolicyState::ReportOnly) {
            policy.state = PolicyState::Enabled;
        }
        let space = Space::for_requests(&tenant);
        let meaning = interpret(&tenant, &space, &options.assumptions);
        let roots: Vec<Formula> = meaning
            .policies
            .iter()
            .flat_map(|applied| applied.aspects.iter().map(|(_, part)| *part))
            .collect();
        let partial = Partial::of(&meaning.store, roots);
        let name = |var: Var| {
            let dimension = space.dimension(var).map(|dimension| dimension.key.name());
            dimension
                .or_else(|| meaning.unknowns.get(var).map(|unknown| unknown.key.clone()))
                .unwrap_or_default()
        };
        let names: Vec<String> = (0..meaning.unknowns.end()).map(|var| name(Var(var))).collect();
        let supports = meaning
            .policies
            .iter()
            .map(|applied| applied.aspects.iter().map(|(_, part)| meaning.store.support(*part)).collect());
        let supports = supports.collect();
        let place = |(index, policy): (usize, &Policy)| {
            let acting = meaning.policies.iter().position(|applied| applied.index == index);
            let own = match acting {
                None => Some(Aspect::PolicyNotEnabled),
                Some(_) if !refused(policy).is_empty() => Some(Aspect::InvalidPolicy),
                Some(_) => Aspect::of_empty(policy),
            };
            (acting, own)
        };
        let policies = tenant.policies.iter().enumerate().map(place).collect();
        let memberships = tenant.directory.memberships();
        Self { tenant, memberships, space, meaning, partial, supports, names, policies }
    }

    /// One answer for each policy that is not deleted, in the order of the input.
    pub fn answer(&self, request: &Request) -> Vec<PolicyAnswer> {
        let sheets: Vec<(Known, Values)> = request
            .targets
            .iter()
            .map(|target| {
                let known = self.space.known(request, target, (&self.tenant, &self.memberships));
                let values = self.partial.run(&|var| known.get(var));
                (known, values)
            })
            .collect();
        let mut answers = Vec::new();
        for (index, policy) in self.tenant.policies.iter().enumerate() {
            if policy.state == PolicyState::Deleted {
                continue;
            }
            // The first target that the policy applies to decides, or else the first one says why it does not.
            let mut own = sheets.iter().map(|sheet| self.one(index, policy, request, sheet));
            let first = own.next();
            let answer = match first {
                Some(first) if !first.applies => own.find(|answer| answer.applies).or(Some(first)),
                first => first,
            };
            answers.extend(answer);
        }
        answers
    }

    fn one(
        &self,
        index: usize,
        policy: &Policy,
        request: &Request,
        (known, values): &(Known, Values),
    ) -> PolicyAnswer {
        let no = |aspect: Aspect| PolicyAnswer {
            index,
            applies: false,
            reasons: vec![aspect.name()],
            depends_on: Vec::new(),
        };
        let (acting, own) = self.policies.get(index).copied().unwrap_or_default();
        if let Some(own) = own {
            return no(own);
        }
        let Some((at, applied)) = acting.and_then(|at| Some((at, self.meaning.policies.get(at)?))) else {
            return no(Aspect::PolicyNotEnabled);
        };
        let mut against = BTreeSet::new();
        let mut open: Vec<Var> = Vec::new();
        let mut undecided = false;
        let workload = matches!(request.subject, Subject::ServicePrincipal(_));
        for (part, (aspect, formula)) in applied.aspects.iter().enumerate() {
            if workload && matches!(aspect, Aspect::Users | Aspect::WorkloadIdentities) {
                continue;
            }
            match values.of(*formula) {
                Some(true) => {}
                Some(false) => drop(against.insert(*aspect)),
                None => {
                    undecided = true;
                    let support = self.supports.get(at).and_then(|parts| parts.get(part));
                    open.extend(support.into_iter().flatten().filter(|var| is_open(**var, known)));
                }
            }
        }
        match (&request.subject, &policy.workloads) {
            (Subject::User { .. }, _) => {}
            (Subject::ServicePrincipal(_), None) => drop(against.insert(Aspect::Users)),
            (Subject::ServicePrincipal(id), Some(workloads)) => {
                let risk = request.workload_risk.unwrap_or(RiskLevel::None);
                match reaches(workloads, id, risk) {
                    Some(true) => {}
                    Some(false) => drop(against.insert(Aspect::WorkloadIdentities)),
                    None => undecided = true,
                }
            }
        }
        if !workload && !policy.unread_scope.is_empty() {
            undecided = true;
        }
        if !against.is_empty() {
            let reasons = against.into_iter().map(Aspect::name).collect();
            return PolicyAnswer { index, applies: false, reasons, depends_on: Vec::new() };
        }
        if undecided {
            let mut names: Vec<&str> =
                open.iter().filter_map(|var| self.names.get(var.0 as usize)).map(String::as_str).collect();
            if !workload {
                names.extend(policy.unread_scope.iter().map(|unread| unread.0.as_str()));
            }
            names.sort_unstable();
            names.dedup();
            let depends_on = names.into_iter().map(str::to_owned).collect();
            let reasons = vec![Aspect::NotEnoughInformation.name()];
            return PolicyAnswer { index, applies: false, reasons, depends_on };
        }
        PolicyAnswer { index, applies: true, reasons: vec!["notSet"], depends_on: Vec::new() }
    }
}

/// The value of a variable is not known.
fn is_open(var: Var, known: &Known) -> bool {
    !matches!(known.get(var), Possible::One(_))
}

/// Whether a policy for workloads reaches one (CA-12, CA-63); `None` where a filter decides.
fn reaches(workloads: &Workloads, id: &Id, risk: RiskLevel) -> Option<bool> {
    let own = |list: &[Id]| list.contains(id);
    let all = workloads.include.iter().any(|id| id.as_str() == "serviceprincipalsinmytenant");
    let risky = workloads.risk.is_empty() || workloads.risk.known.contains(&risk);
    if own(&workloads.exclude) || (!risky && workloads.risk.unread.is_empty()) {
        return Some(false);
    }
    if workloads.filter.is_some() || workloads.others || !workloads.risk.unread.is_empty() {
        return None;
    }
    Some(all || own(&workloads.include))
}
