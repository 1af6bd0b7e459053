//! What a statement of a contract says, as formulas over any sign-in of a tenant that is understood.

use std::collections::BTreeSet;

use super::assumption::Assumptions;
use super::conditions::inside;
use super::context::Cx;
use super::grant::fixed;
use super::meaning::Meaning;
use super::needed::is_met;
use super::suites::Suite;
use super::targets::in_suite;
use crate::contract::{Fact, Must, Predicate, Statement, Suite as Named};
use crate::logic::{Formula, Var};
use crate::model::Tenant;
use crate::scenario::{Key, Space};

/// A statement, as formulas.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What is claimed.
    pub must: Must,
    /// The sign-ins that it is about.
    pub about: Formula,
    /// One of the controls that it names is met with what was proved, as far as registered methods go.
    pub met: Formula,
    /// For each waiver that is in force the sign-ins that it is for; for others none.
    pub waived: Vec<Formula>,
    /// The dimensions that it speaks of, and those that a waiver of it may tell apart.
    pub given: BTreeSet<Var>,
    /// It speaks of single accounts; that a waiver does brings nobody in.
    pub accounts: bool,
    /// It is about targets that are no applications too.
    pub beyond_applications: bool,
}

/// Adds a statement to a meaning; the space has to know what the statement mentions.
pub fn ask(
    meaning: &mut Meaning,
    (tenant, space): (&Tenant, &Space),
    assumptions: &Assumptions,
    said: &Statement,
) {
    let mut cx = Cx {
        f: std::mem::take(&mut meaning.store),
        space,
        tenant,
        unknowns: std::mem::take(&mut meaning.unknowns),
        assumptions,
        home: None,
        flipped: meaning.flipped,
        without: None,
    };
    let about = formula(&mut cx, &said.about);
    let fixed = fixed(&mut cx, &meaning.person, meaning.trusted);
    let mut ways = Vec::new();
    for control in &said.needs {
        ways.push(is_met(&mut cx, control, meaning, &fixed));
    }
    let met = cx.or(ways);
    let mut waived = Vec::new();
    for waiver in &said.waivers {
        let in_force = waiver.expires >= assumptions.day;
        waived.push(if in_force { formula(&mut cx, &waiver.about) } else { cx.no() });
    }
    let spoken = waived.iter().chain([&about]).flat_map(|f| cx.f.support(*f));
    let given = spoken.filter(|var| space.dimension(*var).is_some()).collect();
    (meaning.store, meaning.unknowns) = (cx.f, cx.unknowns);
    let (accounts, beyond_applications) = (said.speaks_of(&Key::UserId), said.beyond_applications());
    meaning.asked = Some(Asked { must: said.must, about, met, waived, given, accounts, beyond_applications });
}

/// A predicate holds of the sign-in.
fn formula(cx: &mut Cx, predicate: &Predicate) -> Formula {
    match predicate {
        Predicate::Constant(value) => cx.constant(*value),
        Predicate::Fact(fact) => self::fact(cx, fact),
        Predicate::Not(part) => {
            let part = formula(cx, part);
            cx.not(part)
        }
        Predicate::All(parts) => {
            let parts: Vec<_> = parts.iter().map(|part| formula(cx, part)).collect();
            cx.and(parts)
        }
        Predicate::Any(parts) => {
            let parts: Vec<_> = parts.iter().map(|part| formula(cx, part)).collect();
            cx.or(parts)
        }
    }
}

fn fact(cx: &mut Cx, fact: &Fact) -> Formula {
    match fact {
        Fact::Is(key, value) => cx.is(key, value),
        Fact::Inside(id) => inside(cx, id),
        Fact::InSuite(suite) => {
            let suite = match suite {
                Named::Office365 => Suite::Office365,
                Named::AdminPortals => Suite::AdminPortals,
            };
            let mut parts = Vec::new();
            for (at, target) in (0u16..).zip(cx.space.targets()) {
                let here = cx.at(&Key::Target, vec![at]);
                let member = in_suite(cx, suite, target);
                parts.push(cx.and([here, member]));
            }
            cx.or(parts)
        }
    }
}
