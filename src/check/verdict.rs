//! Verdicts and the evidence that each kind carries.

use super::dual::Dual;
use super::held::Held;
use super::obligation::Obligation;
use std::collections::BTreeMap;
use std::sync::Arc;

use num_bigint::BigUint;

use super::analysis::Scope;
use super::switched::Witness;
use super::why::Why;
use crate::counterexample::{Evidence, Labels};
use crate::model::Id;
use crate::property::Subject;
use crate::scenario::{Cube, Scenario};
use crate::semantics::Cause;

/// Which part of the people a counterexample is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Range {
    /// Needs no membership in anything that a policy excludes by name.
    Main,
    /// Needs one.
    Exclusion,
}

impl Range {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Exclusion => "exclusion",
        }
    }
}

/// One counterexample, generalised.
#[derive(Clone, Debug)]
pub struct CounterexampleView {
    /// Stable: same tenant and cause, same id.
    pub id: String,
    /// Patterns whose precondition it meets.
    pub causes: Vec<Cause>,
    /// Main or exclusion.
    pub range: Range,
    /// The dimensions that matter, with their values by name.
    pub cube: BTreeMap<String, Vec<String>>,
    /// The kinds of people in it.
    pub kinds: Vec<String>,
    /// What they sign in to.
    pub targets: Vec<String>,
    /// The least member.
    pub scenario: Scenario,
    /// Its trace or dead end.
    pub evidence: Evidence,
    /// What is not known and would have to be as assumed; empty is unconditional.
    pub depends_on: Vec<String>,
    /// How many scenarios the cube holds.
    pub scenarios: BigUint,
    /// How many people of the directory can be in it; `None` where users were not exported.
    pub affected_users: Option<usize>,
    /// Who they are, where that was asked for.
    pub users: Vec<Arc<[Id]>>,
    /// For an evasion, the sign-in that is held to what this one sheds.
    pub held: Option<Held>,
    /// The cubes that are the same with other groups.
    pub alike: Vec<BTreeMap<String, Vec<String>>>,
    /// All these sets by variables.
    pub(super) sets: Vec<Cube>,
}

impl CounterexampleView {
    /// The place in a list: what needs nothing unknown, and little else, comes first.
    pub(super) fn order(&self) -> (Range, usize, usize, std::cmp::Reverse<BigUint>, String) {
        let literals = self.cube.len();
        let scenarios = std::cmp::Reverse(self.scenarios.clone());
        (self.range, self.depends_on.len(), literals, scenarios, self.id.clone())
    }
}

/// What is known about memberships beyond the last stratum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beyond {
    /// Nothing more violates.
    None,
    /// Something does.
    Some,
    /// The solver gave up on it.
    Unknown,
}

/// How an enumeration ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnumerationStatus {
    /// These are all.
    Complete,
    /// These are all with so many memberships; more may lie beyond.
    UpTo,
    /// The asked-for number was reached.
    Truncated,
    /// The solver gave up.
    Stopped,
}

/// One stratum of an enumeration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stratum {
    /// At most so many memberships.
    pub memberships: usize,
    /// Cubes first found there.
    pub cubes: usize,
    /// How it ended.
    pub status: EnumerationStatus,
}

/// The account of one enumeration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enumeration {
    /// Main or exclusion.
    pub range: Range,
    /// How it ended.
    pub status: EnumerationStatus,
    /// How many cubes are listed.
    pub cubes: usize,
    /// How many scenarios they hold together, each counted once.
    pub scenarios: BigUint,
    /// The last stratum.
    pub memberships: usize,
    /// What lies beyond.
    pub beyond: Beyond,
    /// Stratum by stratum.
    pub strata: Vec<Stratum>,
}

impl Enumeration {
    /// Fills in what is listed: the stratum of each cube, and how many scenarios they hold together.
    pub(super) fn hold(&mut self, strata: &[usize], scenarios: BigUint) {
        self.cubes = strata.len();
        self.scenarios = scenarios;
        for stratum in &mut self.strata {
            stratum.cubes = strata.iter().filter(|at| **at == stratum.memberships).count();
        }
    }
}

/// What unknown homes have to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contract {
    /// Which home; `*` is any that was not given.
    pub home: String,
    /// In words.
    pub needs: String,
    /// Sets of methods one of which has to be allowed.
    pub any_of: Vec<Vec<&'static str>>,
}

/// The evidence of a `holds`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    /// What the proof rests on: without any one of these it fails.
    pub core: Labels,
    /// Settings that these rules read.
    pub settings: Vec<String>,
    /// What unknown homes have to do; empty where the property holds whatever they do.
    pub contract: Vec<Contract>,
    /// Everything else that it could rest on, where that is asked for.
    pub why: Option<Why>,
}

/// Something about the policies themselves, or about one service principal.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Stable: same tenant and cause, same id.
    pub id: String,
    /// The rules that say so, where it is a rule.
    pub causes: Vec<&'static str>,
    /// The policies that it is about, by id.
    pub policies: Vec<String>,
    /// In words.
    pub what: String,
    /// Rules and policies that make it so, where it is proved.
    pub because_of: Labels,
    /// A sign-in that shows it, where one does.
    pub witness: Option<Witness>,
    /// What it is about beside policies: dimensions by name with their values.
    pub cube: BTreeMap<String, Vec<String>>,
    /// What is not known and would have to be as assumed, where no sign-in shows it.
    pub depends: Vec<String>,
}

impl Finding {
    /// The dimension of service principals, by object id.
    pub const PRINCIPAL: &'static str = "servicePrincipal.id";

    /// The service principal that it is about, if it is about one.
    pub fn principal(&self) -> Vec<String> {
        self.cube.get(Self::PRINCIPAL).cloned().unwrap_or_default()
    }

    /// What is not known and would have to be as assumed; empty is unconditional.
    pub fn depends_on(&self) -> &[String] {
        self.witness.as_ref().map_or(&self.depends, |witness| &witness.depends_on)
    }
}

/// The conclusion on one property; none can be built without its evidence.
#[derive(Clone, Debug)]
pub enum VerdictKind {
    /// Unsatisfiable.
    Holds(Holding),
    /// At least one counterexample that needs nothing unknown; the first is kept apart so that there is one.
    Violated {
        /// All of them, the unconditional ones among them.
        counterexamples: Vec<CounterexampleView>,
        /// The account per range.
        enumeration: Vec<Enumeration>,
    },
    /// The premise is unsatisfiable; with the rules and policies that make it so.
    Vacuous(Labels),
    /// The question was not asked, and why.
    Skipped(&'static str),
    /// Policies, or service principals, were looked at one by one: with what was found, and why that is no conclusion, if it is none.
    Inspected {
        /// In the order of what was looked at.
        findings: Vec<Finding>,
        /// What is missing.
        reason: Option<String>,
    },
    /// Neither; with the reason and what was found that needs unknowns.
    Undetermined {
        /// Why.
        reason: String,
        /// Counterexamples that need something unknown.
        counterexamples: Vec<CounterexampleView>,
        /// The account per range.
        enumeration: Vec<Enumeration>,
    },
}

/// The verdict on one property.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The property, or the statement of a contract.
    pub property: Subject,
    /// The conclusion with its evidence.
    pub kind: VerdictKind,
    /// Whom it is about.
    pub scope: Scope,
    /// What would be concluded about people in anything that is consistent, where that is something else.
    pub unrestricted: Option<&'static str>,
    /// Sizes of the question.
    pub space: Size,
    /// For a statement what became of its waivers.
    pub waivers: Vec<Waived>,
    /// For a statement that is about nobody the dimensions of which it says what cannot be.
    pub excluding: Vec<String>,
    /// What curing its counterexamples would cause.
    pub duals: Vec<Dual>,
    /// The answers that it rests on, where they are kept.
    pub obligations: Vec<Obligation>,
}

/// What became of a waiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waived {
    /// It excuses counterexamples.
    Applied,
    /// There is nothing for it to excuse.
    Unused,
    /// Its day is over: it excuses nothing, and fails.
    Expired,
}

impl Waived {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Unused => "unused",
            Self::Expired => "expired",
        }
    }
}

/// What a property ranges over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// Dimensions by name with their values.
    pub dimensions: Vec<(String, Vec<String>)>,
    /// How many scenarios.
    pub scenarios: BigUint,
    /// How many of them are told apart by the dimensions that count: all, unless the user says otherwise.
    pub counted: BigUint,
    /// The kinds of people that the property is about.
    pub kinds: Vec<String>,
    /// What they sign in to.
    pub targets: Vec<String>,
}

impl Verdict {
    /// A conclusion about people in anything that is consistent.
    pub(super) fn about_anybody(property: &Subject, kind: VerdictKind, space: Size) -> Self {
        let property = property.clone();
        Self {
            property,
            kind,
            scope: Scope::Any,
            unrestricted: None,
            space,
            waivers: Vec::new(),
            excluding: Vec::new(),
            duals: Vec::new(),
            obligations: Vec::new(),
        }
    }

    /// A waiver of it is over, which fails whatever the statement does.
    pub fn has_expired_waiver(&self) -> bool {
        self.waivers.contains(&Waived::Expired)
    }

    /// The name of the conclusion.
    pub fn name(&self) -> &'static str {
        match &self.kind {
            VerdictKind::Holds(_) => "holds",
            VerdictKind::Violated { .. } => "violated",
            VerdictKind::Vacuous(_) => "vacuous",
            VerdictKind::Skipped(_) => "skipped",
            VerdictKind::Undetermined { .. } => "undetermined",
            VerdictKind::Inspected { findings, .. } if findings.iter().any(|f| f.depends_on().is_empty()) => {
                "violated"
            }
            VerdictKind::Inspected { reason: Some(_), .. } => "undetermined",
            VerdictKind::Inspected { .. } => "holds",
        }
    }

    /// The counterexamples, if any.
    pub fn counterexamples(&self) -> &[CounterexampleView] {
        match &self.kind {
            VerdictKind::Violated { counterexamples, .. }
            | VerdictKind::Undetermined { counterexamples, .. } => counterexamples,
            VerdictKind::Holds(_)
            | VerdictKind::Vacuous(_)
            | VerdictKind::Skipped(_)
            | VerdictKind::Inspected { .. } => &[],
        }
    }

    /// What was found about the policies themselves.
    pub fn findings(&self) -> &[Finding] {
        match &self.kind {
            VerdictKind::Inspected { findings, .. } => findings,
            _ => &[],
        }
    }

    /// The accounts of the enumerations, if any.
    pub fn enumeration(&self) -> &[Enumeration] {
        match &self.kind {
            VerdictKind::Violated { enumeration, .. } | VerdictKind::Undetermined { enumeration, .. } => {
                enumeration
            }
            VerdictKind::Holds(_)
            | VerdictKind::Vacuous(_)
            | VerdictKind::Skipped(_)
            | VerdictKind::Inspected { .. } => &[],
        }
    }
}
