//! The program against the oracle, on generated tenants: single sign-ins and whole verdicts.

use crate::generate;
use crate::generate_filters::all_devices;
use crate::generate_focus::focused;
use crate::generate_homes::housed;
use crate::oracle::{Oracle, Readings};
use crate::support::{Files, Homes, cases, check, fail, ingest_with, options, pretty, scenario};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use itertools::Itertools;
use proptest::collection::vec;
use proptest::strategy::Strategy;
use proptest::test_runner::{TestCaseError, TestCaseResult};
use serde_json::{Value, json};
use tenantproof::check::{
    Analysis, EnumerationStatus, Options, Outcome, Simulation, Verdict, decide, question,
};
use tenantproof::logic::Assignment;
use tenantproof::model::{Id, Method};
use tenantproof::property::{Bypass, CATALOGUE, Claim, Kind, Question, Ranging};
use tenantproof::scenario::Key;
use tenantproof::semantics::RuleId;

/// A case for a bug report.
fn described(files: &Files, homes: &Homes, readings: &Readings, what: &Value) -> String {
    format!(
        "tenant {}\nhomes {}\nscenario {}\nreadings {}",
        pretty(files),
        pretty(homes),
        pretty(what),
        serde_json::to_string(readings).unwrap_or_default()
    )
}

/// What `simulate` says with every reading fixed.
fn simulated(files: &Files, homes: &Homes, readings: &Readings, what: &Value) -> Result<Simulation, String> {
    tenantproof::check::simulate(&ingest_with(files, homes), &options(readings), &scenario(what))
        .map_err(|e| e.to_string())
}

/// How often each rule decided.
type Statistics = RefCell<BTreeMap<&'static str, usize>>;

fn agrees(
    files: &Files,
    homes: &Homes,
    readings: &Readings,
    what: &Value,
    deciding: &Statistics,
) -> TestCaseResult {
    let oracle = Oracle::new(files, readings).with_homes(homes);
    let expected = oracle.simulate(what);
    let found = match simulated(files, homes, readings, what) {
        Ok(found) => found,
        Err(error) => {
            return fail(format!("not simulated: {error}\n{}", described(files, homes, readings, what)));
        }
    };
    for rule in &found.rules {
        *deciding.borrow_mut().entry(rule).or_default() += 1;
    }
    let wanted = if expected.granted { Outcome::Granted } else { Outcome::Blocked };
    let mut wrong = Vec::new();
    if found.outcome != wanted {
        wrong.push(format!(
            "the oracle says {wanted:?} ({expected:?}), the program {:?} {:?} depending on {:?}",
            found.outcome, found.evidence.code, found.depends_on
        ));
    }
    let codes = if expected.granted { BTreeSet::new() } else { oracle.first_codes(what) };
    let shown = found.evidence.code;
    if found.outcome == wanted && expected.granted != shown.is_none() {
        wrong.push(format!("{wanted:?} with the code {shown:?}"));
    }
    if !codes.is_empty() && shown.is_some_and(|code| !codes.contains(&code)) {
        wrong.push(format!("the first code is {shown:?}, and the oracle allows {codes:?}"));
    }
    // What is proved after registering on the way is a challenge too.
    let states: BTreeSet<String> =
        found.reached.iter().map(|state| state.replace("ChallengeNew", "Challenge")).collect();
    for (state, reached) in oracle.reached(what) {
        if states.contains(state) != reached {
            wrong.push(format!(
                "{state}: for the oracle `reached` is {reached}, the program reaches {states:?}"
            ));
        }
    }
    let enabled = files["conditionalAccessPolicies.json"]["value"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|policy| policy["state"] == "enabled");
    for policy in enabled {
        let id = policy["id"].as_str().unwrap_or_default();
        let applies = oracle.applies(id, what);
        let view = found.policies.iter().find(|view| view.id == id);
        if view.map(|view| view.applies) != Some(applies) {
            wrong.push(format!("{id}: for the oracle `applies` is {applies}, for the program {view:?}"));
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    fail(format!("{}\n{}", wrong.join("\n"), described(files, homes, readings, what)))
}

/// `PROPTEST_CASES=20000 cargo test --release differential::simulate -- --nocapture` is the long form; it shows how often each
/// rule decided.
#[test]
fn simulate_agrees_with_the_oracle() {
    let pairs =
        focused((generate::tenant(), generate::scenario())).prop_map(|(files, what)| (files, vec![what]));
    let strategy = (housed(pairs, false), generate::readings());
    let deciding = Statistics::default();
    check(cases(1), &strategy, |((files, homes, all), readings)| {
        all.iter().try_for_each(|what| agrees(&files, &homes, &readings, what, &deciding))
    });
    let deciding = deciding.into_inner();
    let counts = RuleId::ALL.iter().map(|rule| rule.rule().id).map(|id| (id, deciding.get(id).unwrap_or(&0)));
    eprintln!("{}", counts.map(|(id, count)| format!("{id} {count}")).collect::<Vec<_>>().join(", "));
}

/// A tenant with its homes, a few sign-ins, and readings.
pub(crate) type Sampled = ((Files, Homes, Vec<Value>), Readings);

pub(crate) fn sampled() -> impl Strategy<Value = Sampled> {
    (housed((generate::tenant(), vec(generate::scenario(), 40)), true), generate::readings())
}

/// What a property fixes: everything that helps the person, and no proof from before.
pub(crate) fn helped(mut what: Value, registers: bool) -> Value {
    if what["target"]["application"].is_null() {
        what["target"] = json!({"application": "All"});
    }
    what["conditions"]["namedLocations"] = json!([]);
    what["credentials"]["mfaClaim"] = json!([]);
    what["credentials"]["canRegister"] = if registers { json!("*") } else { json!([]) };
    what["credentials"]["acceptsTerms"] = json!(true);
    what["credentials"]["interactive"] = json!(true);
    what["home"]["allowedMethods"] = json!("*");
    what["home"]["outboundAllowed"] = json!(true);
    what["home"]["registrationAllowed"] = json!(true);
    if registers {
        what["conditions"]["authenticationFlow"] = json!("none");
        what["home"]["federatedIdpMfaBehavior"] = Value::Null;
    }
    what
}

/// A property decided, with what is needed to ask which sign-ins it is about.
pub(crate) struct Decided {
    pub(crate) analysis: Analysis,
    pub(crate) question: Question,
    pub(crate) verdict: Verdict,
    pub(crate) claim: Claim,
}

/// Decides; a list is cut after a few counterexamples, since these tenants have many that differ in memberships only.
pub(crate) fn decided(
    files: &Files,
    homes: &Homes,
    readings: &Readings,
    id: &str,
) -> Result<Decided, TestCaseError> {
    let property = CATALOGUE.iter().find(|property| property.id == id).expect("a known property");
    let options = Options { max_counterexamples: Some(6), ..options(readings) };
    let mut ingested = ingest_with(files, homes);
    // The space has to tell roles apart where the property is about them.
    ingested.tenant.tells_privileged = id == "bypass.admin";
    let mut analysis = Analysis::new(&ingested, &options, None);
    let verdict = decide(&mut analysis, &options, property)
        .map_err(|error| TestCaseError::fail(format!("{id}: {error}\ntenant {}", pretty(files))))?;
    let Kind::Claim(claim) = property.kind else { panic!("{id} makes no claim about sign-ins") };
    let question = match claim {
        // The wider of the two questions that are asked about bypasses.
        Claim::Bypass(_) => analysis.pose(&options, claim, Ranging::Open),
        _ => question(&mut analysis, &options, claim),
    };
    Ok(Decided { analysis, question, verdict, claim })
}

impl Decided {
    fn at(&self, what: &Value) -> Assignment {
        let mut at = self.analysis.space.locate(&scenario(what));
        for dimension in self.analysis.space.all() {
            if !self.question.free.contains(&dimension.var) {
                at.set(dimension.var, self.question.base.get(dimension.var));
            }
        }
        at
    }

    /// The sign-in without memberships and applications that the configuration does not mention: the space has none.
    pub(crate) fn known(&self, mut what: Value) -> Value {
        let space = &self.analysis.space;
        let keep = |list: &mut Value, key: fn(Id) -> Key| {
            if let Some(list) = list.as_array_mut() {
                list.retain(|id| id.as_str().is_some_and(|id| space.var(&key(Id::new(id))).is_some()));
            }
        };
        keep(&mut what["user"]["groups"], Key::Group);
        keep(&mut what["user"]["roles"], Key::Role);
        let id = what["user"]["id"].as_str().unwrap_or_default();
        if space.value(&Key::UserId, id).is_none() {
            what["user"]["id"] = Value::Null;
        }
        let application = what["target"]["application"].as_str().unwrap_or_default();
        if space.value(&Key::Target, application).is_none() {
            what["target"] = json!({"application": "All"});
        }
        // The contract may want homes without certificates.
        let refused = |method: &&Method| {
            let var = space.var(&Key::HomeAllows(**method));
            var.is_some_and(|var| !self.question.free.contains(&var) && self.question.base.get(var) == 0)
        };
        let allowed: Vec<&str> =
            Method::ALL.iter().filter(|method| !refused(method)).map(|method| method.name()).collect();
        if allowed.len() < Method::ALL.len() {
            what["home"]["allowedMethods"] = json!(allowed);
        }
        what
    }

    /// The sign-in is one that the property is about.
    pub(crate) fn concerns(&self, what: &Value) -> bool {
        self.analysis.meaning.store.eval(self.question.premise, &self.at(what))
    }

    /// Some listed cube holds the sign-in, or the list does not claim to hold it. Findings are not told apart by what is
    /// registered nor by what an identity provider asserts.
    fn lists(&self, what: &Value) -> bool {
        let at = self.at(what);
        let closed = self.verdict.enumeration().iter().all(|e| e.status == EnumerationStatus::Complete);
        let held = self.verdict.counterexamples().iter().any(|c| {
            self.analysis.space.all().iter().all(|dimension| {
                let named = told_apart(&dimension.key).then(|| c.cube.get(&dimension.key.name()));
                let Some(values) = named.flatten() else {
                    return true;
                };
                values.iter().any(|value| value == self.analysis.space.name_at(&at, &dimension.key))
            })
        });
        held || !closed
    }

    /// A filter over attributes meets an application that is a target without being exported: what it is, is not known.
    pub(crate) fn hangs_on_attributes(&self) -> bool {
        let mut keys = self.verdict.counterexamples().iter().flat_map(|c| &c.depends_on);
        keys.any(|key| key.starts_with("input:customSecurityAttributes/"))
    }

    /// The verdict is one that fixed readings allow.
    pub(crate) fn sound(&self, files: &Files, readings: &Readings) -> TestCaseResult {
        let open = self.verdict.counterexamples().iter().any(|c| !c.depends_on.is_empty());
        if self.verdict.name() == "undetermined" || open {
            return fail(format!(
                "everything is fixed, and the verdict is {}: {:?}\ntenant {}\nreadings {}",
                self.verdict.name(),
                self.verdict.counterexamples().iter().map(|c| &c.depends_on).collect::<Vec<_>>(),
                pretty(files),
                serde_json::to_string(readings).unwrap_or_default()
            ));
        }
        Ok(())
    }

    /// Who holds methods need not use them: for a bypass the question is asked for parts of what is registered, all of it or few
    /// methods of it, since no combination has more.
    fn violates(&self, what: &Value) -> bool {
        // Who gets in only by somebody's word, or only by registering, is another question for each part.
        let leaves = matches!(
            self.claim,
            Claim::Bypass(
                Bypass::Mfa | Bypass::PhishingResistance | Bypass::Evasion | Bypass::BaselineScopes
            )
        );
        let lists = ["registeredHome", "registeredResource"];
        let named = |list: &str| what["credentials"][list].as_array().cloned().unwrap_or_default();
        let held: Vec<(&str, Value)> =
            lists.iter().flat_map(|list| named(list).into_iter().map(|method| (*list, method))).collect();
        let few = if leaves { held.len().min(3) + 1 } else { 0 };
        let mut parts = vec![what.clone()];
        for part in (0..few).flat_map(|size| held.iter().combinations(size)) {
            let mut less = what.clone();
            for list in lists {
                let kept = part.iter().filter(|(own, _)| *own == list).map(|(_, method)| method);
                less["credentials"][list] = kept.cloned().collect();
            }
            parts.push(less);
        }
        let store = &self.analysis.meaning.store;
        parts.iter().any(|part| store.eval(self.question.violation, &self.at(part)))
    }

    /// What the oracle says of a sign-in against what the verdict says of it.
    pub(crate) fn agrees(&self, what: &Value, violates: bool) -> Result<(), String> {
        let concerns = self.concerns(what);
        let claimed = match self.verdict.name() {
            "vacuous" if concerns => return Err("vacuous, and it concerns this sign-in".into()),
            "violated" => self.violates(what),
            _ => false,
        };
        if concerns && claimed != violates {
            return Err(format!("{}: the oracle says violates = {violates}", self.verdict.name()));
        }
        if concerns && violates && !self.lists(what) {
            let cubes: Vec<_> = self.verdict.counterexamples().iter().map(|c| &c.cube).collect();
            return Err(format!("it violates, the list is complete, and no cube holds it: {cubes:?}"));
        }
        Ok(())
    }
}

pub(crate) fn fits(
    ok: Result<(), String>,
    files: &Files,
    homes: &Homes,
    readings: &Readings,
    what: &Value,
) -> TestCaseResult {
    ok.or_else(|error| fail(format!("{error}\n{}", described(files, homes, readings, what))))
}

/// The oracle lets the person in without MFA.
pub(crate) fn bypasses(oracle: &Oracle, _: &Files, what: &Value) -> bool {
    oracle.simulate(what).granted_without_mfa
}

/// The oracle refuses the person with each modern client and every device.
pub(crate) fn locked_out(oracle: &Oracle, files: &Files, what: &Value) -> bool {
    let devices = all_devices(&files["conditionalAccessPolicies.json"].to_string());
    let choices = ["browser", "mobileAppsAndDesktopClients"]
        .into_iter()
        .flat_map(|client| devices.iter().map(move |device| (client, device)));
    choices.into_iter().all(|(client, device)| {
        let mut what = what.clone();
        what["conditions"]["clientAppType"] = json!(client);
        what["conditions"]["device"] = device.clone();
        !oracle.simulate(&what).granted
    })
}

/// Lists tell findings apart by this dimension.
fn told_apart(key: &Key) -> bool {
    !matches!(
        key,
        Key::RegisteredHome(_) | Key::RegisteredResource(_) | Key::FederatedAsserted | Key::FederatedBehavior
    )
}

/// A policy names a suite, and the tenant names applications of which nobody knows whether they are in it.
pub(crate) fn suites_are_unknown(files: &Files, homes: &Homes) -> bool {
    let text = pretty(&(files, homes));
    let suite = text.contains("Office365") || text.contains("MicrosoftAdminPortals");
    suite && generate::SELF_SERVICE.iter().any(|application| text.contains(application))
}

fn verdict_agrees(id: &str, violates: fn(&Oracle, &Files, &Value) -> bool, registers: bool) {
    check(cases(8), &sampled(), |((files, homes, samples), readings)| {
        if suites_are_unknown(&files, &homes) {
            return Ok(());
        }
        let found = decided(&files, &homes, &readings, id)?;
        if found.hangs_on_attributes() {
            return Ok(());
        }
        found.sound(&files, &readings)?;
        let oracle = Oracle::new(&files, &readings).with_homes(&homes);
        for counterexample in found.verdict.counterexamples() {
            let what = serde_json::to_value(&counterexample.scenario).unwrap_or_default();
            let ok = if violates(&oracle, &files, &what) {
                found.agrees(&what, true)
            } else {
                Err(format!(
                    "counterexample {} is none for the oracle: {:?}",
                    counterexample.id,
                    oracle.simulate(&what)
                ))
            };
            fits(ok, &files, &homes, &readings, &what)?;
        }
        for sample in samples {
            let what = found.known(helped(sample, registers));
            if found.concerns(&what) {
                fits(
                    found.agrees(&what, violates(&oracle, &files, &what)),
                    &files,
                    &homes,
                    &readings,
                    &what,
                )?;
            }
        }
        Ok(())
    });
}

#[test]
fn bypass_verdicts_agree_with_the_oracle() {
    verdict_agrees("bypass.mfa", bypasses, false);
}

#[test]
fn lockout_verdicts_of_members_agree_with_the_oracle() {
    verdict_agrees("lockout.member", locked_out, true);
}

#[test]
fn lockout_verdicts_agree_with_the_oracle() {
    verdict_agrees("lockout.external", locked_out, true);
}
