//! From one violating scenario to the largest set around it: literals are dropped as long as the rest implies the violation.

use std::collections::BTreeSet;

use super::enumerate::Enumerator;
use crate::logic::{Assignment, Var};
use crate::scenario::Key;
use crate::symbolic::{Answer, Literal, Probe};

impl Enumerator<'_> {
    /// Generalises a seed. What it needs of the unknowns is found outright, with the scenario complete; then the scenario's
    /// literals are dropped as long as everybody who is left and whom the premise is about violates.
    pub(super) fn generalise(
        &self,
        checkers: (&mut Probe, &mut Probe),
        seed: &Assignment,
        with_unknowns: bool,
    ) -> Option<BTreeSet<Literal>> {
        let (outright, checker) = checkers;
        let mut vars = self.given.clone();
        if with_unknowns {
            vars.extend(&self.unknown);
        }
        let all: Vec<Literal> = vars.iter().flat_map(|var| self.literals(*var, seed.get(*var))).collect();
        let Answer::Unsat(core) = outright.check(&all, &[]) else { return None };
        let is_unknown = |literal: &Literal| self.question.unknowns.contains_key(&literal.var);
        let core = if with_unknowns { self.fewest_unknowns(outright, &all, core)? } else { core };
        let needed: BTreeSet<Literal> = core.into_iter().filter(is_unknown).collect();
        let scenario = all.into_iter().filter(|literal| !is_unknown(literal));
        let start: Vec<Literal> = scenario.chain(needed.iter().copied()).collect();
        let Answer::Unsat(mut kept) = checker.check(&start, &[]) else { return None };
        kept.extend(&needed);
        kept = self.fewest_literals(checker, kept);
        kept.extend(needed);
        Some(kept)
    }

    /// Drops whole variables first, then single values of those with several.
    fn fewest_literals(&self, checker: &mut Probe, mut kept: BTreeSet<Literal>) -> BTreeSet<Literal> {
        let mut order: Vec<Var> =
            kept.iter().map(|literal| literal.var).collect::<BTreeSet<_>>().into_iter().collect();
        order.sort_by_key(|var| (self.weight(*var), *var));
        for var in &order {
            let fewer: Vec<Literal> = kept.iter().copied().filter(|literal| literal.var != *var).collect();
            if let Answer::Unsat(core) = checker.check(&fewer, &[]) {
                kept = core;
            }
        }
        // A variable that is down to one excluded value was tried as a whole.
        for literal in kept.clone() {
            let alone = kept.iter().filter(|other| other.var == literal.var).count() == 1;
            if alone || !kept.contains(&literal) {
                continue;
            }
            let fewer: Vec<Literal> = kept.iter().copied().filter(|other| *other != literal).collect();
            if let Answer::Unsat(core) = checker.check(&fewer, &[]) {
                kept = core;
            }
        }
        kept
    }

    /// Unknowns are dropped while the scenario is complete: what is left is what even this one scenario needs.
    fn fewest_unknowns(
        &self,
        checker: &mut Probe,
        all: &[Literal],
        mut kept: BTreeSet<Literal>,
    ) -> Option<BTreeSet<Literal>> {
        let is_unknown = |var: &Var| self.question.unknowns.contains_key(var);
        let scenario: Vec<Literal> =
            all.iter().copied().filter(|literal| !is_unknown(&literal.var)).collect();
        let mut tried = BTreeSet::new();
        loop {
            let needed: BTreeSet<Var> = kept.iter().map(|literal| literal.var).filter(is_unknown).collect();
            let Some(var) = needed.iter().copied().find(|var| !tried.contains(var)) else { break };
            tried.insert(var);
            let others = kept.iter().copied().filter(|l| is_unknown(&l.var) && l.var != var);
            let fewer: Vec<Literal> = scenario.iter().copied().chain(others).collect();
            match checker.check(&fewer, &[]) {
                Answer::Unsat(core) => kept = core,
                Answer::Sat(_) => {}
                Answer::Unknown(_) => return None,
            }
        }
        Some(kept)
    }

    /// Which dimensions are dropped first: the ones that tell people least.
    fn weight(&self, var: Var) -> u32 {
        let Some(dimension) = self.analysis.space.dimension(var) else {
            return 0;
        };
        match &dimension.key {
            Key::RegisteredHome(_) | Key::RegisteredResource(_) | Key::CanRegister(_) | Key::Claim(_) => 1,
            Key::HomeAllows(_) | Key::HomeOutbound | Key::HomeRegistration | Key::FederatedBehavior => 2,
            Key::FederatedAsserted | Key::AddsPassword | Key::AcceptsTerms | Key::Interactive => 2,
            Key::Address | Key::Country | Key::Network(_) => 3,
            Key::SignInRisk | Key::UserRisk | Key::InsiderRisk => 4,
            Key::DeviceTrust | Key::DeviceCompliant | Key::Device(_) | Key::DeviceHas(..) => 5,
            Key::Platform | Key::Flow | Key::Client => 6,
            Key::Group(_) | Key::Role(_) | Key::UserId | Key::AlsoKind => 7,
            Key::HomeUserId | Key::HomeRole(_) => 7,
            Key::HomeTenant | Key::Domain => 8,
            Key::Kind => 9,
            Key::Target => 10,
            Key::IdentityProvider => 11,
            Key::FirstFactor => 12,
        }
    }
}
