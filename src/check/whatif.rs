//! What-If: which policies apply to a sign-in of which only some things are known, as Graph's `evaluate` answers it (CA-104).

use std::collections::BTreeSet;

use super::analysis::Options;
use crate::ingest::Ingested;
use crate::logic::{Formula, Partial, Possible, Values, Var};
use crate::model::{Id, Policy, PolicyState, Request, RiskLevel, Subject, Tenant, Workloads};
use crate::scenario::{Known, Space};
use crate::semantics::{Aspect, Meaning, interpret, refused};

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
    space: Space,
    meaning: Meaning,
    partial: Partial,
    /// For each policy that can act, what each of its aspects looks at.
    supports: Vec<Vec<Vec<Var>>>,
}

impl WhatIf {
    /// Understands a tenant.
    pub fn new(ingested: &Ingested, options: &Options) -> Self {
        let mut tenant = ingested.tenant.clone();
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
        let supports = meaning
            .policies
            .iter()
            .map(|applied| applied.aspects.iter().map(|(_, part)| meaning.store.support(*part)).collect());
        let supports = supports.collect();
        Self { tenant, space, meaning, partial, supports }
    }

    /// One answer for each policy that is not deleted, in the order of the input.
    pub fn answer(&self, request: &Request) -> Vec<PolicyAnswer> {
        let sheets: Vec<(Known, Values)> = request
            .targets
            .iter()
            .map(|target| {
                let known = self.space.known(request, target, &self.tenant);
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
        let acting = self.meaning.policies.iter().position(|applied| applied.index == index);
        let Some((at, applied)) = acting.and_then(|at| Some((at, self.meaning.policies.get(at)?))) else {
            return no(Aspect::PolicyNotEnabled);
        };
        if !refused(policy).is_empty() {
            return no(Aspect::InvalidPolicy);
        }
        if let Some(empty) = Aspect::of_empty(policy) {
            return no(empty);
        }
        let mut against = BTreeSet::new();
        let mut depends_on = BTreeSet::new();
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
                    depends_on.extend(support.into_iter().flatten().filter_map(|var| self.open(*var, known)));
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
            depends_on.extend(policy.unread_scope.iter().map(|unread| unread.0.clone()));
        }
        if !against.is_empty() {
            let reasons = against.into_iter().map(Aspect::name).collect();
            return PolicyAnswer { index, applies: false, reasons, depends_on: Vec::new() };
        }
        if undecided {
            let reasons = vec![Aspect::NotEnoughInformation.name()];
            return PolicyAnswer {
                index,
                applies: false,
                reasons,
                depends_on: depends_on.into_iter().collect(),
            };
        }
        PolicyAnswer { index, applies: true, reasons: vec!["notSet"], depends_on: Vec::new() }
    }

    /// The name of what is not known of a variable.
    fn open(&self, var: Var, known: &Known) -> Option<String> {
        if matches!(known.get(var), Possible::One(_)) {
            return None;
        }
        let dimension = self.space.dimension(var).map(|dimension| dimension.key.name());
        dimension.or_else(|| self.meaning.unknowns.get(var).map(|unknown| unknown.key.clone()))
    }
}

/// Whether a policy for workloads reaches one (CA-12, CA-63); `None` where a filter decides.
fn reaches(workloads: &Workloads, id: &Id, risk: RiskLevel) -> Option<bool> {
    let own = |list: &[Id]| list.contains(id);
    let all = workloads.include.iter().any(|id| id.as_str() == "serviceprincipalsinmytenant");
    let risky = workloads.risk.is_empty() || workloads.risk.known.contains(&risk);
    if own(&workloads.exclude) || (!risky && workloads.risk.unread.is_empty()) {
        return Some(false);
    }
    if workloads.filtered || !workloads.risk.unread.is_empty() {
        return None;
    }
    Some(all || own(&workloads.include))
}
