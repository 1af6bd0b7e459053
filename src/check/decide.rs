//! One property of one tenant: from the question to the verdict.

use std::collections::BTreeMap;

use super::analysis::{Analysis, Options, Scope};
use super::contract::{contract, needs_no_certificate};
use super::cores::{core, settings};
use super::enumerate::Enumerator;
use super::facts::depends;
use super::generalise::Generaliser;
use super::obligation::{Ledger, Names, Obligation};
use super::verdict::{CounterexampleView, EnumerationStatus, Holding, Range, Size, Verdict, VerdictKind};
use super::view::askable;
use crate::contract::{Must, Statement};
use crate::counterexample::Disagreement;
use crate::logic::{Formula, Var};
use crate::property::{Bypass, Claim, Kind, Question, Ranging, Subject, Who};
use crate::scenario::Key;
use crate::symbolic::{Answer, Literal, Probe, ask};

/// Decides a property or a statement, on a thread of its own: there the solver begins afresh, so equal questions have equal answers
/// whatever was asked before.
pub fn decide(
    analysis: &mut Analysis,
    options: &Options,
    subject: impl Into<Subject>,
) -> Result<Verdict, Disagreement> {
    let subject = &subject.into();
    std::thread::scope(|scope| {
        let running = scope.spawn(|| decide_here(analysis, options, subject));
        running.join().unwrap_or_else(|fault| std::panic::resume_unwind(fault))
    })
}

/// The verdict on a claim without its counterexamples and reasons; `None` where the solver gives up. Where the directory
/// restricts nobody it is about anybody.
pub(super) fn outline(
    analysis: &mut Analysis,
    options: &Options,
    claim: Claim,
    scope: Scope,
) -> Option<&'static str> {
    if claim == Claim::Bypass(Bypass::PhishingResistance) && !analysis.tenant.tells_privileged {
        return outline(&mut analysis.for_administrators(options), options, claim, scope);
    }
    let _ = analysis.ask_about(scope) || analysis.ask_about(Scope::Any);
    if skipped(analysis, claim).is_some() {
        return Some("skipped");
    }
    if claim == Claim::Repair {
        return Some(super::repair::outline(analysis, options, scope));
    }
    let question = match claim {
        // Whether first factors are enough makes no difference to the outline.
        Claim::Bypass(_) | Claim::Contract(Must::BeBlocked | Must::Need | Must::Never) => {
            analysis.pose(options, claim, Ranging::Open)
        }
        _ => asked(analysis, options, claim).question,
    };
    let analysis = &*analysis;
    let domain = |var: Var| analysis.domain(var, &question.unknowns);
    let any = |formula: Formula| match ask(&domain, options.limits, &analysis.meaning.store, formula) {
        Answer::Sat(_) => Some(true),
        Answer::Unsat(_) => Some(false),
        Answer::Unknown(_) => None,
    };
    if !any(question.violation)? {
        return Some(if any(question.premise)? { "holds" } else { "vacuous" });
    }
    let mut enumerator = Enumerator::new(analysis, options, &question, &domain);
    let sure = enumerator.anybody(options.memberships)?;
    Some(if sure { "violated" } else { "undetermined" })
}

/// Why a claim cannot be asked about.
fn skipped(analysis: &Analysis, claim: Claim) -> Option<&'static str> {
    let nobody = claim == Claim::Lockout(Who::BreakGlass) && analysis.tenant.emergency.is_empty();
    nobody.then_some("no emergency account is declared; name one with --break-glass ID")
}

/// What a property that claims something asks about a tenant.
pub fn question(analysis: &mut Analysis, options: &Options, claim: Claim) -> Question {
    asked(analysis, options, claim).question
}

/// What is asked of a tenant.
struct Asked {
    question: Question,
    /// Where a contract with the homes could matter, the same with homes that act as they please.
    with_homes: Option<Question>,
    /// Where the question is about less than everything a person can have, what is impossible, so that nothing is lost by that.
    impossible: Option<(Formula, BTreeMap<Var, Var>)>,
}

impl From<Question> for Asked {
    fn from(question: Question) -> Self {
        Self { question, with_homes: None, impossible: None }
    }
}

fn asked(analysis: &mut Analysis, options: &Options, claim: Claim) -> Asked {
    let posed = |analysis: &mut Analysis, ranging| analysis.pose(options, claim, ranging);
    let question = posed(analysis, Ranging::Best);
    match claim {
        Claim::Lockout(Who::External) | Claim::Contract(Must::Reach)
            if needs_no_certificate(analysis, options, &question) =>
        {
            // Somebody is locked out whatever the homes do: there is no contract to look for.
            question.into()
        }
        Claim::Lockout(Who::External) | Claim::Contract(Must::Reach) => {
            let other = posed(analysis, Ranging::WithoutCertificates);
            let cures = !is_proved(analysis, options, &question) && is_proved(analysis, options, &other);
            let open = posed(analysis, Ranging::Open);
            Asked { with_homes: Some(open), ..Asked::from(if cures { other } else { question }) }
        }
        // Members have no home elsewhere, and the others are about what this tenant does.
        Claim::Lockout(_) | Claim::Decision | Claim::Repair => question.into(),
        Claim::Bypass(_) | Claim::Contract(_) => {
            let open = posed(analysis, Ranging::Open);
            let more = beyond_first_factors(analysis, &question, &open);
            if is_impossible(analysis, options, more, &open.unknowns) {
                Asked { impossible: Some((more, open.unknowns)), ..Asked::from(question) }
            } else {
                open.into()
            }
        }
    }
}

fn decide_here(
    analysis: &mut Analysis,
    options: &Options,
    property: &Subject,
) -> Result<Verdict, Disagreement> {
    let claim = match property.kind {
        Kind::Claim(claim) => claim,
        Kind::Hygiene(what) => {
            let (kind, obligations) = super::hygiene::inspect(analysis, options, &property.id, what)?;
            let verdict = Verdict::about_anybody(property, kind, Size::default());
            return Ok(Verdict { obligations, ..verdict });
        }
        Kind::Workload => return super::workloads::decide(analysis, options, property),
    };
    let mut own;
    let analysis = match &property.statement {
        Some(statement) => {
            own = analysis.about(options, statement);
            &mut own
        }
        None => analysis,
    };
    if let Some(reason) = skipped(analysis, claim) {
        let kind = VerdictKind::Skipped(reason);
        return Ok(Verdict::about_anybody(property, kind, Size::default()));
    }
    if claim == Claim::Repair {
        return super::repair::decide(analysis, options, property);
    }
    if claim == Claim::Bypass(Bypass::PhishingResistance) && !analysis.tenant.tells_privileged {
        return decide_here(&mut analysis.for_administrators(options), options, property);
    }
    let restricted = analysis.ask_about(Scope::Directory);
    let (kind, obligations, space) = conclude(analysis, options, property, claim)?;
    let mut verdict = Verdict::about_anybody(property, kind, space);
    verdict.obligations = obligations;
    verdict.waivers = super::waivers::judged(analysis, options, property, claim);
    if let (VerdictKind::Vacuous(_), Some(statement)) = (&verdict.kind, &property.statement) {
        verdict.excluding = super::vacuous::excluding(analysis, options, statement);
    }
    if restricted {
        // What the directory's people violate is violated; any other conclusion may rest on who is in what.
        let anybody = outline(analysis, options, claim, Scope::Any);
        if verdict.name() != "violated" && anybody != Some(verdict.name()) {
            verdict.scope = Scope::Directory;
            verdict.unrestricted = Some(anybody.unwrap_or("undetermined"));
        }
    }
    Ok(verdict)
}

fn conclude(
    analysis: &mut Analysis,
    options: &Options,
    property: &Subject,
    claim: Claim,
) -> Result<(VerdictKind, Vec<Obligation>, Size), Disagreement> {
    let Asked { question, with_homes, impossible } = asked(analysis, options, claim);
    let analysis = &*analysis;
    let space = size(analysis, options, &question);
    let decider = Decider { analysis, options, property, claim, question: &question };
    let (kind, obligations) = decider.conclude(with_homes.as_ref())?;
    let mut ledger = Ledger::new(options);
    if let Some((formula, instances)) = impossible
        && !obligations.is_empty()
    {
        let names = Names { instances: &instances, ..Names::of(analysis, &question) };
        let what =
            "somebody violates with methods or a home of their own choice, and not with a first factor alone";
        ledger.note_one(names, &analysis.meaning.store, what, true, formula);
    }
    ledger.add(obligations);
    Ok((kind, ledger.into_all(), space))
}

/// What more than a first factor makes possible: where that is nothing, the question without other credentials is the same and
/// smaller.
fn beyond_first_factors(analysis: &mut Analysis, bare: &Question, open: &Question) -> Formula {
    let store = &mut analysis.meaning.store;
    let not_bare = store.not(bare.violation);
    store.and([open.violation, not_bare])
}

/// Whether a statement holds, without the evidence that a verdict has.
pub fn is_guaranteed(analysis: &Analysis, options: &Options, statement: &Statement) -> bool {
    let mut own = analysis.about(options, statement);
    let _ = own.ask_about(Scope::Directory);
    holds(&mut own, options, statement.must)
}

/// A statement is proved, and not vacuously: the verdict without its evidence, whatever violates it where it is not.
pub(super) fn holds(analysis: &mut Analysis, options: &Options, must: Must) -> bool {
    let question = question(analysis, options, Claim::Contract(must));
    is_proved(analysis, options, &question)
}

/// What the proof of a statement rests on.
pub(super) fn core_of(
    analysis: &mut Analysis,
    options: &Options,
    must: Must,
) -> crate::counterexample::Labels {
    let question = question(analysis, options, Claim::Contract(must));
    let analysis = &*analysis;
    let domain = |var: Var| analysis.domain(var, &question.unknowns);
    let last = question.unknowns.keys().map(|var| var.0 + 1).max().unwrap_or(0);
    core(analysis, options, question.labelled, &domain, last.max(analysis.meaning.unknowns.end()))
}

/// Somebody is concerned, and nobody is locked out.
fn is_proved(analysis: &Analysis, options: &Options, question: &Question) -> bool {
    let impossible = |formula| is_impossible(analysis, options, formula, &question.unknowns);
    impossible(question.violation) && !impossible(question.premise)
}

pub(super) fn is_impossible(
    analysis: &Analysis,
    options: &Options,
    formula: Formula,
    instances: &BTreeMap<Var, Var>,
) -> bool {
    let domain = |var: Var| analysis.domain(var, instances);
    matches!(ask(&domain, options.limits, &analysis.meaning.store, formula), Answer::Unsat(_))
}

pub(super) fn size(analysis: &Analysis, options: &Options, question: &Question) -> Size {
    let free = |var: Var| question.free.contains(&var);
    let free_ones = analysis.space.all().iter().filter(|dimension| free(dimension.var));
    let dimensions = free_ones.map(|dimension| (dimension.key.name(), dimension.values.clone())).collect();
    let all = [askable(analysis, question)];
    let scenarios = analysis.space.count(&all, &free, &|_| true);
    let counts = |var: Var| analysis.space.dimension(var).is_some_and(|d| options.projects(&d.key));
    let counted = if options.project.is_empty() {
        scenarios.clone()
    } else {
        analysis.space.count(&all, &free, &counts)
    };
    let [kinds, targets] = [Key::Kind, Key::Target].map(|key| about(analysis, options, question, &key));
    Size { dimensions, scenarios, counted, kinds, targets }
}

/// The values of a dimension that somebody has whom the property is about.
fn about(analysis: &Analysis, options: &Options, question: &Question, key: &Key) -> Vec<String> {
    let Some(dimension) = analysis.space.var(key).and_then(|var| analysis.space.dimension(var)) else {
        return Vec::new();
    };
    let domain = |var: Var| analysis.domain(var, &question.unknowns);
    let mut people = Probe::new(&domain, options.limits);
    people.assert(&analysis.meaning.store, question.premise);
    let asked = askable(analysis, question).0;
    let asked = asked.get(&dimension.var);
    let mut is = |value: u16| {
        let all = (0..dimension.values.len()).filter_map(|other| u16::try_from(other).ok());
        let others = all.filter(|other| *other != value).map(|not| Literal { var: dimension.var, not });
        let others: Vec<Literal> = others.collect();
        asked.is_none_or(|asked| asked.contains(&value))
            && !matches!(people.check(&others, &[]), Answer::Unsat(_))
    };
    (0..).zip(&dimension.values).filter(|(value, _)| is(*value)).map(|(_, name)| name.clone()).collect()
}

pub(super) struct Decider<'a> {
    pub(super) analysis: &'a Analysis,
    pub(super) options: &'a Options,
    pub(super) property: &'a Subject,
    pub(super) claim: Claim,
    pub(super) question: &'a Question,
}

impl Decider<'_> {
    /// The conclusion, and the answers that it rests on.
    fn conclude(
        &self,
        with_homes: Option<&Question>,
    ) -> Result<(VerdictKind, Vec<Obligation>), Disagreement> {
        let instances = &self.question.unknowns;
        let domain = |var: Var| self.analysis.domain(var, instances);
        let (violation, premise) = (self.question.violation, self.question.premise);
        let (names, store) = (Names::of(self.analysis, self.question), &self.analysis.meaning.store);
        let mut ledger = Ledger::new(self.options);
        match self.ask(violation, &domain) {
            Answer::Unknown(reason) => return Ok((undetermined(gave_up(&reason)), Vec::new())),
            Answer::Sat(_) => return self.list(&domain),
            Answer::Unsat(_) => {}
        }
        let kind = match self.ask(premise, &domain) {
            Answer::Unknown(reason) => undetermined(gave_up(&reason)),
            Answer::Sat(_) => {
                ledger.note_one(names, store, "somebody violates", true, violation);
                ledger.note_one(names, store, "somebody is concerned", false, premise);
                self.holds(with_homes, &domain, &mut ledger)
            }
            Answer::Unsat(_) => {
                ledger.note_one(names, store, "somebody is concerned", true, premise);
                VerdictKind::Vacuous(self.core(self.question.labelled_premise, &domain))
            }
        };
        Ok((kind, ledger.into_all()))
    }

    fn ask(&self, formula: Formula, domain: &dyn Fn(Var) -> usize) -> Answer {
        ask(domain, self.options.limits, &self.analysis.meaning.store, formula)
    }

    fn core(&self, formula: Formula, domain: &dyn Fn(Var) -> usize) -> crate::counterexample::Labels {
        let last = self.question.unknowns.keys().map(|var| var.0 + 1).max().unwrap_or(0);
        let first_free = last.max(self.analysis.meaning.unknowns.end());
        core(self.analysis, self.options, formula, domain, first_free)
    }

    /// What makes the premise impossible.
    pub(super) fn core_of_premise(&self) -> crate::counterexample::Labels {
        let domain = |var: Var| self.analysis.domain(var, &self.question.unknowns);
        self.core(self.question.labelled_premise, &domain)
    }

    fn holds(
        &self,
        with_homes: Option<&Question>,
        domain: &dyn Fn(Var) -> usize,
        ledger: &mut Ledger,
    ) -> VerdictKind {
        let core = self.core(self.question.labelled, domain);
        let contract = with_homes.map(|question| {
            let instances = &question.unknowns;
            let domain = |var: Var| self.analysis.domain(var, instances);
            contract(self.analysis, self.options, question, &domain, ledger)
        });
        let settings = settings(&core);
        let why = self.options.why.then(|| self.why(domain));
        VerdictKind::Holds(Holding { core, settings, contract: contract.unwrap_or_default(), why })
    }

    fn list(&self, domain: &dyn Fn(Var) -> usize) -> Result<(VerdictKind, Vec<Obligation>), Disagreement> {
        let mut enumerator = Enumerator::new(self.analysis, self.options, self.question, domain);
        let mut generaliser = Generaliser::new(&mut enumerator);
        let mut people = Probe::new(domain, self.options.limits);
        people.assert(&self.analysis.meaning.store, self.question.premise);
        let mut counterexamples = Vec::new();
        let mut enumeration = Vec::new();
        let mut ledger = Ledger::new(self.options);
        let mut stopped = None;
        // Who needs no membership is listed once, though people with one do the same.
        let mut listed = Vec::new();
        let mut sure = false;
        for range in [Range::Main, Range::Exclusion] {
            let left =
                self.options.max_counterexamples.map(|limit| limit.saturating_sub(counterexamples.len()));
            let listing = enumerator.list(range, left, &listed, &mut generaliser)?;
            enumerator.oblige(range, &listing, &listed, &mut ledger);
            let mut account = listing.account;
            let (mut sets, mut strata) = (Vec::new(), Vec::new());
            for (found, alike) in self.merged(&listing.found) {
                let view = self.view(range, found, &alike, &mut people)?;
                sets.extend(view.sets.iter().cloned());
                // Two things that one key leaves open can each give the same finding.
                if counterexamples.iter().all(|c: &CounterexampleView| c.range != range || c.id != view.id) {
                    strata.push(found.stratum);
                    counterexamples.push(view);
                }
            }
            account.hold(&strata, self.count(&sets));
            stopped = stopped.or(listing.stopped);
            listed.extend(listing.found);
            enumeration.push(account);
        }
        let needs_nothing = |c: &CounterexampleView| c.depends_on.is_empty();
        if stopped.is_none()
            && let Some(limit) = self.options.max_counterexamples
            && !counterexamples.iter().any(needs_nothing)
        {
            // How many are listed makes no difference to the verdict.
            for range in [Range::Main, Range::Exclusion] {
                let found = if sure { None } else { enumerator.sure(range, &mut generaliser)? };
                let Some(found) = found else { continue };
                sure = true;
                counterexamples.truncate(limit.saturating_sub(1));
                if limit > 0 {
                    counterexamples.push(self.view(range, &found, &[], &mut people)?);
                }
                for account in &mut enumeration {
                    let own = || counterexamples.iter().filter(|c| c.range == account.range);
                    let sets: Vec<_> = own().flat_map(|c| c.sets.iter().cloned()).collect();
                    (account.cubes, account.scenarios) = (own().count(), self.count(&sets));
                }
            }
        }
        counterexamples.sort_by_cached_key(CounterexampleView::order);
        if sure || counterexamples.iter().any(needs_nothing) {
            return Ok((VerdictKind::Violated { counterexamples, enumeration }, ledger.into_all()));
        }
        let reason = match stopped {
            Some(reason) => gave_up(&reason),
            None if enumeration.iter().any(|e| e.status == EnumerationStatus::Truncated)
                && counterexamples.is_empty() =>
            {
                "something violates it, and the number of counterexamples to list is 0".to_owned()
            }
            None => depends(counterexamples.iter().flat_map(|c| &c.depends_on).map(String::as_str).collect()),
        };
        Ok((VerdictKind::Undetermined { reason, counterexamples, enumeration }, ledger.into_all()))
    }
}

pub(super) fn undetermined(reason: String) -> VerdictKind {
    VerdictKind::Undetermined { reason, counterexamples: Vec::new(), enumeration: Vec::new() }
}

pub(super) fn gave_up(reason: &str) -> String {
    format!("the solver gave up ({reason}); raise --timeout or leave it out")
}
