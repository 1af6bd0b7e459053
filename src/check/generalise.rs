//! From one violating scenario to the largest set around it: literals are dropped as long as the rest implies the violation.
//!
//! What is dropped follows from the order of the dimensions alone. The cores of a solver only say which questions need not be
//! asked, so that the sets, and the ids of findings, are the same whatever the solver happens to prove first.

use std::collections::BTreeSet;

use super::enumerate::Enumerator;
use crate::counterexample::Disagreement;
use crate::logic::{Assignment, Changed, Formula, Var};
use crate::scenario::Key;
use crate::symbolic::{Answer, Literal, Probe, Topic};

/// What is asked of each scenario that is found.
pub(super) struct Generaliser<'a> {
    /// Violation of everybody who can be: a scenario that contradicts it needs no unknown.
    outright: Contradicted<'a>,
    /// Violation of everybody whom the premise is about.
    checker: Contradicted<'a>,
    /// The same, asked once for each finding: what the probes made of it is right.
    confirm: Topic<'a>,
    /// Somebody violates.
    somebody: Probe<'a>,
}

/// A formula that sets of scenarios contradict.
struct Contradicted<'a> {
    probe: Probe<'a>,
    changed: Changed,
}

/// Literals that are dropped together or not at all.
type Group = Vec<Literal>;

impl<'a> Generaliser<'a> {
    pub(super) fn new(enumerator: &mut Enumerator<'a>) -> Self {
        let question = enumerator.question;
        let passes = enumerator.store.not(question.violation);
        let anybody_passes = enumerator.store.and([question.consistent, passes]);
        let somebody_passes = enumerator.store.and([question.premise, passes]);
        let mut confirm = enumerator.topic();
        let (store, domain, limits) = (&enumerator.store, enumerator.domain, enumerator.options.limits);
        confirm.assert(store, question.premise);
        confirm.assert(store, passes);
        let probe = |formula: Formula| {
            let mut probe = Probe::new(domain, limits);
            probe.assert(store, formula);
            probe
        };
        let contradicted =
            |formula| Contradicted { probe: probe(formula), changed: Changed::of(store, formula) };
        Self {
            outright: contradicted(anybody_passes),
            checker: contradicted(somebody_passes),
            confirm,
            somebody: probe(question.violation),
        }
    }

    /// Values of the unknowns under which a scenario does not violate.
    pub(super) fn passing(&mut self, enumerator: &Enumerator, scenario: &Assignment) -> Answer {
        self.outright.probe.check(&enumerator.scenario(scenario), &enumerator.unknown)
    }

    /// A scenario with values of the unknowns under which there is such a person.
    pub(super) fn completed(&mut self, enumerator: &Enumerator, scenario: Assignment) -> Assignment {
        if enumerator.store.eval(enumerator.question.violation, &scenario) {
            return scenario;
        }
        let wanted: Vec<Var> = enumerator.given.iter().chain(&enumerator.unknown).copied().collect();
        match self.somebody.check(&enumerator.scenario(&scenario), &wanted) {
            Answer::Sat(seed) => seed,
            Answer::Unsat(_) | Answer::Unknown(_) => scenario,
        }
    }

    /// Whether everybody of a set whom the premise is about violates.
    pub(super) fn is_certain(&mut self, set: &[Literal]) -> bool {
        matches!(self.confirm.check(set, &[]), Answer::Unsat(_))
    }

    /// Generalises a seed. What it needs of the unknowns is found outright, with the scenario complete; then the scenario's
    /// literals are dropped as long as everybody who is left and whom the premise is about violates. The inner error is the
    /// solver's reason for giving up.
    pub(super) fn generalise(
        &mut self,
        enumerator: &Enumerator,
        seed: &Assignment,
        with_unknowns: bool,
    ) -> Result<Result<BTreeSet<Literal>, String>, Disagreement> {
        let kept = match self.least(enumerator, seed, with_unknowns) {
            Ok(kept) => kept,
            Err(reason) => return Ok(Err(reason)),
        };
        let all: Vec<Literal> = kept.iter().copied().collect();
        match self.confirm.check(&all, &[]) {
            Answer::Unsat(_) => Ok(Ok(kept)),
            Answer::Unknown(reason) => Ok(Err(reason)),
            Answer::Sat(_) => Err(Disagreement {
                symbolic: "a set of sign-ins in which some get through".into(),
                explicit: "a set in which nobody does".into(),
            }),
        }
    }

    fn least(
        &mut self,
        enumerator: &Enumerator,
        seed: &Assignment,
        with_unknowns: bool,
    ) -> Result<BTreeSet<Literal>, String> {
        let groups = |vars: &[Var]| -> Vec<Group> {
            vars.iter().map(|var| enumerator.literals(*var, seed.get(*var))).collect()
        };
        let scenario = enumerator.scenario(seed);
        let unknowns = if with_unknowns { groups(&enumerator.unknown) } else { Vec::new() };
        let needed = self.outright.fewest(seed, &scenario, &unknowns)?;

        let mut order = enumerator.given.clone();
        order.sort_by_key(|var| (weight(enumerator, *var), *var));
        let vars = self.checker.fewest(seed, &needed, &groups(&order))?;
        // A variable that is down to one excluded value was tried as a whole.
        let alone = |literal: &Literal| vars.iter().filter(|other| other.var == literal.var).count() == 1;
        let (single, several): (Group, Group) = vars.iter().copied().partition(alone);
        let fixed = needed.iter().chain(&single).copied().collect();
        let several: Vec<Group> = several.into_iter().map(|literal| vec![literal]).collect();
        let values = self.checker.fewest(seed, &fixed, &several)?;
        Ok(needed.into_iter().chain(single).chain(values).collect())
    }
}

impl Contradicted<'_> {
    /// Drops group after group where what is fixed contradicts the rest without it; what is left of them, in their order. The
    /// seed has all of them.
    fn fewest(&mut self, seed: &Assignment, fixed: &Group, groups: &[Group]) -> Result<Group, String> {
        let probe = &mut self.probe;
        let mut contradicts = |kept: &Group, rest: &[Group]| {
            let all: Vec<Literal> = fixed.iter().chain(kept).chain(rest.iter().flatten()).copied().collect();
            match probe.check(&all, &[]) {
                Answer::Unsat(core) => Ok(Some(core)),
                Answer::Sat(_) => Ok(None),
                Answer::Unknown(reason) => Err(reason),
            }
        };
        let mut kept = Group::new();
        let given_up = || "the solver gave up while generalising a counterexample".to_owned();
        let mut core = contradicts(&kept, groups)?.ok_or_else(given_up)?;
        let changes: Vec<(Var, u16)> =
            groups.iter().flatten().map(|literal| (literal.var, literal.not)).collect();
        let fits = self.changed.run(seed, &changes);
        let mut fits = fits.iter();
        for (at, group) in groups.iter().enumerate() {
            // Where the seed with one value changed fits the formula, nothing but the group stands against that.
            let stands_alone = fits.by_ref().take(group.len()).filter(|fits| **fits).count() > 0;
            // What no contradiction rests on needs no question.
            if !group.iter().any(|literal| core.contains(literal)) {
                continue;
            }
            if stands_alone {
                kept.extend(group);
                continue;
            }
            match contradicts(&kept, groups.get(at + 1..).unwrap_or_default())? {
                Some(smaller) => core = smaller,
                None => kept.extend(group),
            }
        }
        Ok(kept)
    }
}

/// Which dimensions are dropped first: the ones that tell people least.
fn weight(enumerator: &Enumerator, var: Var) -> u32 {
    let Some(dimension) = enumerator.analysis.space.dimension(var) else {
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
