//! Lists of counterexamples against the oracle, sign-in by sign-in: together the sets hold what violates and nothing else, none is
//! covered by the others, none can lose a literal, and as many sign-ins are counted as there are.
//!
//! `PROPTEST_CASES=10000 cargo test --release covers -- --nocapture` is the long form.

use crate::differential::{bypasses, locked_out, suites_are_unknown};
use crate::generate_small::{Small, small, smaller};
use crate::oracle::{Oracle, Readings};
use crate::support::{Files, Homes, cases, check, fail, ingest_with, options, pretty};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestCaseResult;
use serde_json::Value;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use tenantproof::check::{
    Analysis, CounterexampleView, EnumerationStatus, Options, Verdict, decide, question,
};
use tenantproof::logic::{Assignment, Formula, Substitution, Var};
use tenantproof::property::{CATALOGUE, Claim, Kind, Question};
use tenantproof::scenario::{Cube, Dimension, Key};
use tenantproof::symbolic::{Answer, Limits, ask};

/// Values by the names of dimensions.
type Set = BTreeMap<String, Vec<String>>;

type Violates = fn(&Oracle, &Files, &Value) -> bool;

/// So many sign-ins of a tenant are looked at; where what matters can be combined in more ways, the rest of it is drawn.
const POINTS: usize = 2048;
/// Of a tenant with more sign-ins than these not all are looked at.
const WHOLE: usize = 4096;

const ASKED: [(&str, Violates); 3] =
    [("bypass.mfa", bypasses), ("lockout.member", locked_out), ("lockout.external", locked_out)];

struct Listed {
    analysis: Analysis,
    question: Question,
    verdict: Verdict,
    bypass: bool,
    options: Options,
}

fn listed(
    files: &Files,
    homes: &Homes,
    readings: &Readings,
    id: &str,
    project: &[&str],
) -> Result<Listed, TestCaseError> {
    let property = CATALOGUE.iter().find(|property| property.id == id).expect("a known property");
    let project = project.iter().map(|name| (*name).to_owned()).collect();
    let options = Options { memberships: 9, project, ..options(readings) };
    let mut analysis = Analysis::new(&ingest_with(files, homes), &options, None);
    let verdict = decide(&mut analysis, &options, property)
        .map_err(|error| TestCaseError::fail(format!("{id}: {error}\ntenant {}", pretty(files))))?;
    let Kind::Claim(claim) = property.kind else { panic!("{id} makes no claim about sign-ins") };
    let question = question(&mut analysis, &options, claim);
    Ok(Listed { analysis, question, verdict, bypass: matches!(claim, Claim::Bypass(_)), options })
}

impl Listed {
    /// A dimension that a sign-in of the test can have any value of. Who gets in with what they use need not use all they have: for a
    /// bypass nothing is registered.
    fn varies(&self, dimension: &Dimension) -> bool {
        let held =
            matches!(dimension.key, Key::RegisteredHome(_) | Key::RegisteredResource(_) | Key::Claim(_));
        self.question.free.contains(&dimension.var)
            && dimension.key != Key::AddsPassword
            && !(self.bypass && held)
    }

    /// What sets speak of.
    fn mentioned(&self) -> BTreeSet<Var> {
        let names = self.sets().into_iter().flat_map(BTreeMap::into_keys);
        names.filter_map(|name| self.dimension(&name)).map(|dimension| dimension.var).collect()
    }

    /// All sign-ins in which all that matters is combined: who somebody is, and for each of these what else makes a difference then.
    /// `None` where there are more than so many. What is told apart is combined though it makes no difference.
    fn whole(&mut self, most: usize, told: &dyn Fn(&Dimension) -> bool) -> Option<Vec<Assignment>> {
        let varied: Vec<Dimension> =
            self.analysis.space.all().iter().filter(|d| self.varies(d)).cloned().collect();
        let personal = |d: &&Dimension| {
            matches!(d.key, Key::Kind | Key::IdentityProvider | Key::HomeTenant | Key::Domain | Key::AlsoKind)
        };
        let mentioned = self.mentioned();
        let (who, what): (Vec<&Dimension>, Vec<&Dimension>) = varied.iter().partition(personal);
        let mut points = Vec::new();
        for person in combined(vec![self.question.base.clone()], &who) {
            let one = Cube(who.iter().map(|d| (d.var, [person.get(d.var)].into())).collect());
            if self.analysis.space.least(&one, &person, &|var| self.question.free.contains(&var)).is_none() {
                continue;
            }
            let fixed = who.iter().map(|d| (d.var, Substitution::Value(person.get(d.var)))).collect();
            let store = &mut self.analysis.meaning.store;
            let violation = store.reduce(self.question.violation, &fixed);
            let support = store.support(violation);
            let matters = |d: &&&Dimension| support.contains(&d.var) || mentioned.contains(&d.var) || told(d);
            let what: Vec<&Dimension> = what.iter().filter(matters).copied().collect();
            let count = what.iter().try_fold(1, |all: usize, d| all.checked_mul(d.values.len()))?;
            if points.len() + count > most {
                return None;
            }
            points.extend(combined(vec![person], &what));
        }
        Some(points)
    }

    /// Sign-ins in some of which all that matters is combined.
    fn points(&self, draws: &[Index]) -> Vec<Assignment> {
        let mut matters = self.mentioned();
        matters.extend(self.analysis.meaning.store.support(self.question.violation));
        let mut dimensions: Vec<&Dimension> =
            self.analysis.space.all().iter().filter(|d| self.varies(d)).collect();
        let draw = |var: Var| draws[var.0 as usize % draws.len()];
        // Who somebody is goes together and is always combined.
        let personal = |d: &Dimension| matches!(d.key, Key::Kind | Key::IdentityProvider | Key::HomeTenant);
        dimensions.sort_by_key(|d| (!matters.contains(&d.var), !personal(d), draw(d.var).index(1000), d.var));
        let seed = (draws[0].index(3) > 0).then(|| self.seed(draws[1])).flatten();
        let mut points = vec![self.question.base.clone()];
        for dimension in dimensions {
            let size = dimension.values.len();
            let varied = matters.contains(&dimension.var) && points.len() * size <= POINTS;
            let drawn = seed
                .as_ref()
                .map_or(draw(dimension.var).index(size), |at| usize::from(at.get(dimension.var)));
            let values = if varied { 0..size } else { drawn..drawn + 1 };
            points = points
                .iter()
                .flat_map(|at| values.clone().map(|value| with_value(at, dimension, value)))
                .collect();
        }
        points
    }

    /// What a finding shows.
    fn seed(&self, draw: Index) -> Option<Assignment> {
        let found = self.verdict.counterexamples();
        (!found.is_empty()).then(|| self.analysis.space.locate(&found[draw.index(found.len())].scenario))
    }

    fn dimension(&self, name: &str) -> Option<&Dimension> {
        self.analysis.space.all().iter().find(|dimension| dimension.key.name() == name)
    }

    /// The sign-in as anybody would state it, with its valuation; `None` where none is like that.
    fn stated(&self, at: &Assignment) -> Option<(Value, Assignment)> {
        let scenario = self.analysis.space.scenario_at(at, &[]);
        let mut again = self.analysis.space.locate(&scenario);
        for dimension in self.analysis.space.all().iter().filter(|d| !self.question.free.contains(&d.var)) {
            again.set(dimension.var, self.question.base.get(dimension.var));
        }
        let differs = |d: &&Dimension| d.key != Key::AddsPassword && again.get(d.var) != at.get(d.var);
        let same = self.analysis.space.all().iter().find(differs).is_none();
        // A bypass is also asked of people who begin in a way that their tenant does not have; nobody violates so.
        let chosen =
            self.analysis.space.var(&Key::FirstFactor).is_some_and(|var| !self.question.free.contains(&var));
        let concerns = self.analysis.meaning.store.eval(self.question.premise, &again)
            && (chosen || self.can_begin(&again));
        (same && concerns).then(|| (serde_json::to_value(scenario).expect("a scenario"), again))
    }

    /// All sets, each with those that are the same with other groups.
    fn sets(&self) -> Vec<Set> {
        let of = |c: &CounterexampleView| {
            std::iter::once(c.cube.clone()).chain(c.alike.clone()).collect::<Vec<_>>()
        };
        self.verdict.counterexamples().iter().flat_map(of).collect()
    }

    /// The sign-in with every first factor that the person can begin with, where the attacker has the choice of it.
    fn ways(&self, what: &Value, at: &Assignment) -> Vec<Value> {
        let space = &self.analysis.space;
        let var = space.var(&Key::FirstFactor).expect("a dimension");
        if self.question.free.contains(&var) {
            return vec![what.clone()];
        }
        let values = space.dimension(var).expect("a dimension").values.iter().enumerate();
        let can = values.filter(|(value, _)| {
            let mut at = at.clone();
            at.set(var, u16::try_from(*value).expect("few values"));
            self.can_begin(&at)
        });
        let with = |(_, name): (usize, &String)| {
            let mut what = what.clone();
            what["credentials"]["firstFactor"] = Value::from(name.as_str());
            what
        };
        can.map(with).collect()
    }

    fn can_begin(&self, at: &Assignment) -> bool {
        self.analysis.meaning.store.eval(self.analysis.meaning.first_factor_possible, at)
    }

    fn holds(&self, set: &Set, at: &Assignment) -> bool {
        set.iter().all(|(name, values)| {
            let dimension = self.dimension(name).expect("a dimension");
            values.iter().any(|value| value == self.analysis.space.name_at(at, &dimension.key))
        })
    }

    fn violates(&self, at: &Assignment) -> bool {
        self.analysis.meaning.store.eval(self.question.violation, at)
    }

    /// A set as a formula.
    fn inside(&mut self, cube: &Set) -> Formula {
        let mut parts = Vec::new();
        for (name, values) in cube {
            let dimension = self.dimension(name).expect("a dimension").clone();
            let at = |value: &String| dimension.values.iter().position(|own| own == value).expect("a value");
            let values: Vec<u16> =
                values.iter().map(|value| u16::try_from(at(value)).expect("few")).collect();
            parts.push(self.analysis.meaning.store.member(dimension.var, values));
        }
        self.analysis.meaning.store.and(parts)
    }

    /// A sign-in of the formula, of somebody whom the property is about.
    fn one(&mut self, formula: Formula) -> Option<Assignment> {
        let asked = self.analysis.meaning.store.and([self.question.premise, formula]);
        let domain = |var: Var| self.analysis.domain(var, &self.question.unknowns);
        match ask(&domain, Limits::default(), &self.analysis.meaning.store, asked) {
            Answer::Sat(found) => {
                let mut at = self.question.base.clone();
                for var in self.analysis.meaning.store.support(asked) {
                    at.set(var, found.get(var));
                }
                Some(at)
            }
            Answer::Unsat(_) => None,
            Answer::Unknown(reason) => panic!("{reason}"),
        }
    }
}

/// A sign-in with a value of a dimension.
fn with_value(at: &Assignment, dimension: &Dimension, value: usize) -> Assignment {
    let mut at = at.clone();
    at.set(dimension.var, u16::try_from(value).expect("few values"));
    at
}

/// Sign-ins with every combination of values.
fn combined(points: Vec<Assignment>, dimensions: &[&Dimension]) -> Vec<Assignment> {
    dimensions.iter().fold(points, |points, dimension| {
        let values = 0..dimension.values.len();
        points.iter().flat_map(|at| values.clone().map(|value| with_value(at, dimension, value))).collect()
    })
}

/// A set with another value in place of those of a dimension.
fn with(set: &Set, name: &str, value: &str) -> Set {
    let mut other = set.clone();
    other.insert(name.to_owned(), vec![value.to_owned()]);
    other
}

/// What was seen, for who wants to know whether the test could have failed.
type Counts = RefCell<BTreeMap<&'static str, usize>>;

struct Case<'a> {
    files: &'a Files,
    homes: &'a Homes,
    readings: &'a Readings,
    oracle: Oracle,
    violates: Violates,
    counts: &'a Counts,
}

impl Case<'_> {
    fn count(&self, what: &'static str) {
        *self.counts.borrow_mut().entry(what).or_default() += 1;
    }

    fn wrong<T>(&self, what: &str, of: &Value) -> Result<T, TestCaseError> {
        let readings = serde_json::to_string(self.readings).unwrap_or_default();
        fail(format!(
            "{what}: {}\ntenant {}\nhomes {}\nreadings {readings}",
            pretty(of),
            pretty(self.files),
            pretty(self.homes)
        ))
    }

    /// The sets hold exactly what violates.
    fn united(&self, own: &Listed, points: &[Assignment]) -> TestCaseResult {
        let sets = own.sets();
        for (what, at) in points.iter().filter_map(|at| own.stated(at)) {
            let held = sets.iter().any(|set| own.holds(set, &at));
            let ways = own.ways(&what, &at);
            let violates = ways.iter().any(|what| (self.violates)(&self.oracle, self.files, what));
            self.count(if violates { "sign-ins, violating" } else { "sign-ins, not violating" });
            if held != violates {
                return self.wrong(&format!("the oracle says {violates}, the sets hold it: {held}"), &what);
            }
        }
        Ok(())
    }

    /// Told apart by few dimensions, the sets hold the combinations of values with which somebody violates, and no others.
    fn projected(&self, own: &Listed, points: &[Assignment]) -> TestCaseResult {
        let mut found: BTreeMap<Vec<&str>, (bool, Assignment)> = BTreeMap::new();
        let told: Vec<&Dimension> =
            own.analysis.space.all().iter().filter(|d| own.options.projects(&d.key)).collect();
        for (what, at) in points.iter().filter_map(|at| own.stated(at)) {
            let key = told.iter().map(|d| own.analysis.space.name_at(&at, &d.key)).collect();
            let violates =
                own.ways(&what, &at).iter().any(|what| (self.violates)(&self.oracle, self.files, what));
            found.entry(key).or_insert((false, at)).0 |= violates;
        }
        let sets = own.sets();
        for (key, (violates, at)) in found {
            let held = sets.iter().any(|set| own.holds(set, &at));
            self.count(if violates { "combinations, violating" } else { "combinations, not violating" });
            if held != violates {
                let what = format!(
                    "{:?}: the oracle says {violates}, the sets hold it: {held}",
                    own.options.project
                );
                return self.wrong(&what, &serde_json::json!(key));
            }
        }
        Ok(())
    }

    /// What a set holds alone violates; so no set can be left out.
    fn irredundant(&self, own: &mut Listed) -> TestCaseResult {
        let found = own.sets();
        let sets: Vec<Formula> = found.iter().map(|set| own.inside(set)).collect();
        for (at, set) in found.iter().enumerate() {
            let others = sets.iter().enumerate().filter(|(other, _)| *other != at);
            let mut parts: Vec<Formula> =
                others.map(|(_, set)| own.analysis.meaning.store.not(*set)).collect();
            parts.push(sets[at]);
            let alone = own.analysis.meaning.store.and(parts);
            let Some(alone) = own.one(alone) else {
                return self.wrong("a set that the others cover", &serde_json::json!(set));
            };
            self.confirmed(own, &alone, true, "alone in a set")?;
        }
        Ok(())
    }

    /// With any value more some sign-in of a set does not violate. Values that nobody in the set has are not listed, and say nothing.
    fn prime(&self, own: &mut Listed) -> TestCaseResult {
        for set in own.sets() {
            let mut whole = set.clone();
            let mut left_out: Vec<(String, String)> = Vec::new();
            for (name, values) in &set {
                let all = own.dimension(name).expect("a dimension").values.clone();
                for more in all.into_iter().filter(|value| !values.contains(value)) {
                    let new = own.inside(&with(&set, name, &more));
                    if own.one(new).is_some() {
                        left_out.push((name.clone(), more));
                    } else {
                        whole.get_mut(name).expect("a dimension").push(more);
                    }
                }
            }
            for (name, more) in left_out {
                let new = own.inside(&with(&whole, &name, &more));
                let passes = own.analysis.meaning.store.not(own.question.violation);
                let passing = own.analysis.meaning.store.and([new, passes]);
                let Some(passing) = own.one(passing) else {
                    return self.wrong(&format!("{name} could be {more} too"), &serde_json::json!(set));
                };
                self.count("literals");
                self.confirmed(own, &passing, false, "beside a set")?;
            }
        }
        Ok(())
    }

    /// As the oracle sees it, where the sign-in can be stated.
    fn confirmed(&self, own: &Listed, at: &Assignment, wanted: bool, what: &'static str) -> TestCaseResult {
        let held = own.analysis.space.all().iter().any(|d| {
            let held = matches!(d.key, Key::RegisteredHome(_) | Key::RegisteredResource(_) | Key::Claim(_));
            own.bypass && held && at.get(d.var) > 0
        });
        match own.stated(at) {
            // Whether somebody adds the password is stated nowhere.
            Some((stated, at)) if !held && own.violates(&at) == wanted => {
                self.count(what);
                let mut ways = own.ways(&stated, &at).into_iter();
                if ways.any(|what| (self.violates)(&self.oracle, self.files, &what)) == wanted {
                    Ok(())
                } else {
                    self.wrong(&format!("{what}, and the oracle does not say {wanted}"), &stated)
                }
            }
            _ => {
                self.count("not stated");
                Ok(())
            }
        }
    }

    /// Each set and all together are as large as is said, on few dimensions.
    fn counted(&self, own: &Listed) -> TestCaseResult {
        let all = own.sets();
        let varied: Vec<&Dimension> =
            own.analysis.space.all().iter().filter(|d| own.question.free.contains(&d.var)).collect();
        let mentioned = |d: &&Dimension| {
            let personal =
                matches!(d.key, Key::Kind | Key::IdentityProvider | Key::HomeTenant | Key::DeviceTrust);
            personal || all.iter().any(|set| set.contains_key(&d.key.name()))
        };
        let mut few: Vec<&Dimension> = Vec::new();
        let mut product = 1;
        for dimension in varied.into_iter().filter(mentioned) {
            if product * dimension.values.len() <= 40_000 {
                product *= dimension.values.len();
                few.push(dimension);
            }
        }
        // Counted are the combinations of these that somebody can have.
        let free = |var: Var| few.iter().any(|d| d.var == var);
        let sets: Vec<Cube> = all
            .iter()
            .map(|set| {
                let of = |(name, values): (&String, &Vec<String>)| {
                    let dimension = own.dimension(name).filter(|d| free(d.var))?;
                    let at = |value: &String| dimension.values.iter().position(|own| own == value);
                    let values =
                        values.iter().filter_map(at).filter_map(|at| u16::try_from(at).ok()).collect();
                    Some((dimension.var, values))
                };
                Cube(set.iter().filter_map(of).collect())
            })
            .collect();
        let base = Assignment::default();
        let points = combined(vec![base.clone()], &few);
        let held = points.iter().filter(|at| sets.iter().any(|set| set.holds(at)));
        let consistent = |at: &&Assignment| {
            // The least of a set of one is that one, if anybody can be like that.
            let one = Cube(few.iter().map(|d| (d.var, [at.get(d.var)].into())).collect());
            own.analysis.space.least(&one, &base, &|var| own.question.free.contains(&var)).is_some()
        };
        let wanted = held.filter(consistent).count();
        let said = own.analysis.space.count(&sets, &|var| own.question.free.contains(&var), &free);
        self.count("unions counted");
        if said.to_string() == wanted.to_string() {
            return Ok(());
        }
        self.wrong(&format!("{said} are counted of {wanted}"), &serde_json::json!(sets.len()))
    }
}

/// `whole`: a tenant is passed over whose sign-ins are too many to be combined.
fn compared(cases: u32, tenants: &impl Strategy<Value = Small>, whole: bool) {
    let counts = Counts::default();
    check(cases, tenants, |(files, homes, readings, asked, draws)| {
        if suites_are_unknown(&files, &homes) {
            return Ok(());
        }
        let (id, violates) = ASKED[asked];
        let mut own = listed(&files, &homes, &readings, id, &[])?;
        let oracle = Oracle::new(&files, &readings).with_homes(&homes);
        let case =
            Case { files: &files, homes: &homes, readings: &readings, oracle, violates, counts: &counts };
        let closed = own.verdict.enumeration().iter().all(|e| e.status == EnumerationStatus::Complete);
        let open = own.verdict.counterexamples().iter().any(|c| !c.depends_on.is_empty());
        if open || !closed {
            case.count(if open { "something is unknown" } else { "not closed" });
            return Ok(());
        }
        let points = if whole { own.whole(WHOLE, &|_| false) } else { Some(own.points(&draws)) };
        let Some(points) = points else {
            case.count("too large");
            return Ok(());
        };
        case.count(id);
        case.united(&own, &points)?;
        case.irredundant(&mut own)?;
        case.prime(&mut own)?;
        case.counted(&own)
    });
    eprintln!("{:?}", counts.into_inner());
}

#[test]
fn lists_of_small_tenants_are_all_that_violates() {
    compared(cases(4), &smaller(ASKED.len()), true);
}

#[test]
fn sets_by_few_dimensions_are_all_combinations_that_violate() {
    const DIMENSIONS: [&str; 7] = [
        "user.kind",
        "user.identityProvider",
        "target.application",
        "conditions.clientAppType",
        "conditions.platform",
        "user.groups",
        "user.roles",
    ];
    let counts = Counts::default();
    check(cases(4), &smaller(ASKED.len()), |(files, homes, readings, asked, draws)| {
        if suites_are_unknown(&files, &homes) {
            return Ok(());
        }
        let (id, violates) = ASKED[asked];
        let project = [draws[6], draws[7]].map(|draw| DIMENSIONS[draw.index(DIMENSIONS.len())]);
        let mut whole = listed(&files, &homes, &readings, id, &[])?;
        let own = listed(&files, &homes, &readings, id, &project)?;
        let oracle = Oracle::new(&files, &readings).with_homes(&homes);
        let case =
            Case { files: &files, homes: &homes, readings: &readings, oracle, violates, counts: &counts };
        if own.verdict.counterexamples().iter().any(|c| !c.depends_on.is_empty()) {
            case.count("something is unknown");
            return Ok(());
        }
        let Some(points) = whole.whole(WHOLE, &|d| own.options.projects(&d.key)) else {
            case.count("too large");
            return Ok(());
        };
        case.count(id);
        case.projected(&own, &points)
    });
    eprintln!("{:?}", counts.into_inner());
}

#[test]
fn lists_hold_what_violates_and_nothing_else() {
    compared(cases(4), &small(ASKED.len()), false);
}
