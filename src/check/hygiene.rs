//! Properties of the policies themselves. What a policy does is decided by turning it on and off.

use std::collections::{BTreeMap, BTreeSet};

use super::analysis::{Analysis, Options};
use super::cores::core;
use super::decide::gave_up;
use super::facts::depends;
use super::obligation::{Ledger, Obligation};
use super::switched::{Failure, Switched};
use super::verdict::{Finding, VerdictKind};
use super::view::identity;
use crate::counterexample::{Disagreement, Labels};
use crate::logic::Var;
use crate::model::{Policy, PolicyState, Resource, Tenant};
use crate::parallel::{available, each};
use crate::property::Hygiene;
use crate::semantics::{dangling, refusals};

/// So many policies share one conversation with a solver.
const HANDFUL: usize = 16;

/// Looks for one kind of finding.
pub(super) fn inspect(
    analysis: &Analysis,
    options: &Options,
    property: &str,
    what: Hygiene,
) -> Result<(VerdictKind, Vec<Obligation>), Disagreement> {
    let tenant = &analysis.tenant;
    if !tenant.present.contains(&Resource::ConditionalAccessPolicy) {
        let reason = Some("the input holds no policies; export conditionalAccessPolicy".to_owned());
        return Ok((VerdictKind::Inspected { findings: Vec::new(), reason }, Vec::new()));
    }
    let findings = match what {
        Hygiene::DanglingReference => references(tenant, property),
        Hygiene::Refused => not_accepted(tenant, property),
        Hygiene::IdleExclusion => return Ok(super::exclusions::idle(analysis, options, property)),
        Hygiene::DeadPolicy | Hygiene::ShadowedPolicy | Hygiene::ReportOnly => {
            return Inspector { tenant, options, property }.each(what);
        }
    };
    // What is read off the input asks nothing.
    Ok((VerdictKind::Inspected { findings, reason: None }, Vec::new()))
}

/// **CA-66**, **CA-92** — what enforced policies name and nobody finds.
fn references(tenant: &Tenant, property: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for policy in tenant.policies.iter().filter(|policy| policy.state == PolicyState::Enabled) {
        let gone: BTreeSet<_> = dangling(tenant, policy).into_iter().collect();
        for gone in gone {
            let what = format!("{} {} does not exist ({})", gone.kind, gone.id, gone.place);
            findings.push(finding(property, vec!["CA-66"], &[policy], what));
        }
    }
    findings
}

/// What the service refuses (CA-80 … CA-95).
fn not_accepted(tenant: &Tenant, property: &str) -> Vec<Finding> {
    let refusals = refusals(tenant).into_iter().map(|refused| {
        let policies: Vec<&Policy> =
            refused.policies.iter().filter_map(|index| tenant.policies.get(*index)).collect();
        // A password change that the service does not accept is a lockout that the administrator wanted to avert.
        let pattern = (refused.rule == "CA-81").then_some("LCK-44");
        let causes = std::iter::once(refused.rule).chain(pattern).collect();
        finding(property, causes, &policies, refused.what)
    });
    refusals.collect()
}

pub(super) fn finding(
    property: &str,
    causes: Vec<&'static str>,
    policies: &[&Policy],
    what: String,
) -> Finding {
    let policies: Vec<String> = policies.iter().map(|policy| policy.id.clone()).collect();
    let about = BTreeMap::from([("policies".to_owned(), policies.clone()), (what.clone(), Vec::new())]);
    Finding {
        id: identity(property, &about, &[]),
        causes,
        policies,
        what,
        because_of: Labels::default(),
        witness: None,
        cube: BTreeMap::new(),
        depends: Vec::new(),
    }
}

struct Inspector<'a> {
    tenant: &'a Tenant,
    options: &'a Options,
    property: &'a str,
}

impl Inspector<'_> {
    /// Asks about each policy. Threads take policies by fixed handfuls, each with a solver of its own, so that the answers do
    /// not depend on how many threads there are.
    fn each(&self, what: Hygiene) -> Result<(VerdictKind, Vec<Obligation>), Disagreement> {
        let wanted = if what == Hygiene::ReportOnly { PolicyState::ReportOnly } else { PolicyState::Enabled };
        let asked = |(_, policy): &(usize, &Policy)| policy.state == wanted && !policy.workload;
        let policies: Vec<(usize, &Policy)> = self.tenant.policies.iter().enumerate().filter(asked).collect();
        if policies.is_empty() {
            return Ok((VerdictKind::Inspected { findings: Vec::new(), reason: None }, Vec::new()));
        }
        let switched = Switched::new(self.tenant, self.options);
        let handfuls: Vec<_> = policies.chunks(HANDFUL).collect();
        let answers = each(available(), &handfuls, |handful| {
            // A solver's context belongs to a thread, and a new one has no history.
            let own = switched.clone();
            let answers = std::thread::scope(|scope| scope.spawn(|| self.handful(what, own, handful)).join());
            answers.unwrap_or_else(|fault| std::panic::resume_unwind(fault))
        });
        let (mut findings, mut reason): (Vec<Finding>, _) = (Vec::new(), None);
        let mut ledger = Ledger::new(self.options);
        for (answers, obligations) in answers {
            ledger.add(obligations);
            for answer in answers {
                match answer {
                    Ok(found) => findings.extend(found),
                    Err(Failure::GaveUp(why)) => reason = Some(gave_up(&why)),
                    Err(Failure::Disagreement(disagreement)) => return Err(disagreement),
                }
            }
        }
        let keys: Vec<&str> = findings.iter().flat_map(Finding::depends_on).map(String::as_str).collect();
        if !findings.is_empty() && findings.iter().all(|finding| !finding.depends_on().is_empty()) {
            reason.get_or_insert_with(|| depends(keys));
        }
        Ok((VerdictKind::Inspected { findings, reason }, ledger.into_all()))
    }

    fn handful(
        &self,
        what: Hygiene,
        mut switched: Switched,
        policies: &[(usize, &Policy)],
    ) -> (Vec<Result<Option<Finding>, Failure>>, Vec<Obligation>) {
        let ask = |(index, policy): &(usize, &Policy)| match what {
            Hygiene::DeadPolicy => self.dead(&mut switched, *index, policy),
            Hygiene::ShadowedPolicy => self.shadowed(&mut switched, *index, policy),
            _ => self.only_reported(&mut switched, *index, policy),
        };
        let answers = policies.iter().map(ask).collect();
        (answers, switched.ledger.into_all())
    }

    /// The policy applies to nobody, whatever is not known.
    fn dead(
        &self,
        switched: &mut Switched,
        index: usize,
        policy: &Policy,
    ) -> Result<Option<Finding>, Failure> {
        if switched.applies_to_somebody(index, self.options.limits)? {
            return Ok(None);
        }
        let formula = switched.applies(index);
        let analysis = &switched.analysis;
        let domain = |var: Var| analysis.domain(var, &BTreeMap::new());
        let first_free = analysis.meaning.unknowns.end();
        let because_of = core(analysis, self.options, formula, &domain, first_free);
        let what = "applies to no sign-in".to_owned();
        let own = finding(self.property, Vec::new(), &[policy], what);
        Ok(Some(Finding { because_of, ..own }))
    }

    /// Every sign-in ends alike without the policy, whatever is not known. A policy that applies to nobody is dead and not
    /// shadowed; what a policy does to sessions no other policy does for it.
    fn shadowed(
        &self,
        switched: &mut Switched,
        index: usize,
        policy: &Policy,
    ) -> Result<Option<Finding>, Failure> {
        if policy.session.any || !switched.applies_to_somebody(index, self.options.limits)? {
            return Ok(None);
        }
        let Some(by) = switched.shadow(index, self.options.limits)? else {
            return Ok(None);
        };
        let by = by.into_iter().filter_map(|at| self.tenant.policies.get(at));
        let policies = by.map(|policy| policy.id.clone()).collect();
        let what = "every sign-in ends alike without it".to_owned();
        let own = finding(self.property, Vec::new(), &[policy], what);
        Ok(Some(Finding { because_of: Labels { policies, rules: Vec::new() }, ..own }))
    }

    /// The policy would stop a sign-in that is granted now.
    fn only_reported(
        &self,
        switched: &mut Switched,
        index: usize,
        policy: &Policy,
    ) -> Result<Option<Finding>, Failure> {
        let witness = switched.witness(index, self.options.limits)?;
        let what = "would stop sign-ins that are granted now".to_owned();
        let own = || finding(self.property, vec!["CA-67"], &[policy], what);
        Ok(witness.map(|witness| Finding { witness: Some(witness), ..own() }))
    }
}
