//! What a proof rests on: with everything else changed at random the property still holds; and lists told apart by few dimensions.

use crate::cli::run;
use crate::differential::suites_are_unknown;
use crate::generate;
use crate::generate_homes::housed;
use crate::oracle::Readings;
use crate::support::{Files, Homes, cases, check, fail, ingest_with, options, pretty};
use proptest::collection::vec;
use proptest::sample::select;
use serde_json::Value;
use std::cell::RefCell;
use std::collections::BTreeMap;
use tenantproof::check::{Analysis, Basis, Options, Verdict, VerdictKind, decide};
use tenantproof::property::CATALOGUE;

const STORY: &str = "specs/tenants/story";

fn decided(files: &Files, homes: &Homes, readings: &Readings, id: &str, why: bool) -> Verdict {
    let property = CATALOGUE.iter().find(|property| property.id == id).expect("a known property");
    let options = Options { why, max_counterexamples: Some(1), ..options(readings) };
    let mut analysis = Analysis::new(&ingest_with(files, homes), &options, None);
    decide(&mut analysis, &options, property).unwrap_or_else(|error| panic!("{error}"))
}

/// The tenant with the conditions of every enforced policy that the basis does not name replaced by those of another tenant's.
fn changed(files: &Files, others: &Files, basis: &Basis) -> Files {
    let mut files = files.clone();
    let name = "conditionalAccessPolicies.json";
    let others = others[name]["value"].as_array().cloned().unwrap_or_default();
    let policies = files.get_mut(name).expect("policies")["value"].as_array_mut().expect("a list");
    let mut next = others.into_iter();
    for policy in policies {
        let id = policy["id"].as_str().unwrap_or_default().to_owned();
        if policy["state"] != "enabled" || basis.policies.iter().any(|own| own.eq_ignore_ascii_case(&id)) {
            continue;
        }
        if let Some(mut other) = next.next() {
            policy["conditions"] = other["conditions"].take();
        }
    }
    files
}

#[test]
fn what_a_proof_does_not_rest_on_can_change() {
    let asked = select(vec!["bypass.mfa", "bypass.evasion", "bypass.foreign-device", "lockout.member"]);
    let homed = || housed((generate::tenant(), vec(generate::scenario(), 1)), true);
    let strategy = (homed(), generate::tenant(), generate::readings(), asked);
    let counts: RefCell<BTreeMap<&str, usize>> = RefCell::default();
    let count = |what| *counts.borrow_mut().entry(what).or_default() += 1;
    check(cases(2), &strategy, |((files, homes, _), others, readings, id)| {
        if suites_are_unknown(&files, &homes) || suites_are_unknown(&others, &homes) {
            return Ok(());
        }
        let verdict = decided(&files, &homes, &readings, id, true);
        let VerdictKind::Holds(holding) = &verdict.kind else { return Ok(()) };
        let why = holding.why.as_ref().expect("asked for");
        count(if why.all { "all sets" } else { "some sets" });
        for basis in why.bases.iter().take(3) {
            let changed = changed(&files, &others, basis);
            if changed == files {
                continue;
            }
            count(if basis.is_empty() {
                "changed, resting on nothing"
            } else {
                "changed, resting on something"
            });
            let then = decided(&changed, &homes, &readings, id, false);
            if !["holds", "vacuous"].contains(&then.name()) {
                return fail(format!(
                    "{id} rests on {basis:?}, and is {} afterwards\ntenant {}\nchanged {}\nreadings {}",
                    then.name(),
                    pretty(&files),
                    pretty(&changed["conditionalAccessPolicies.json"]),
                    serde_json::to_string(&readings).unwrap_or_default()
                ));
            }
        }
        Ok(())
    });
    eprintln!("{:?}", counts.into_inner());
}

#[test]
fn a_single_policy_that_matters_is_said_to() {
    let asked = ["check", STORY, "--property", "bypass.mfa", "--why", "--format", "json"];
    let report = run(&asked).exits(0).json();
    let why = &report["verdicts"][0]["why"];
    assert_eq!(why["all"], true, "{why}");
    let part = &why["parts"][0];
    assert_eq!((&part["breaks"], &part["disabled"]), (&Value::from(true), &Value::from("violated")), "{why}");
    let said = run(&["explain", STORY, "bypass.mfa"]).exits(0).out;
    for words in ["Why bypass.mfa holds", "changed, it can break the property; disabled: violated", "CA-40: "]
    {
        assert!(said.contains(words), "no {words:?} in {said}");
    }
}

/// What needs nothing unknown is violated, however few are listed, and wherever they are.
#[test]
fn how_many_are_listed_makes_no_difference_to_the_verdict() {
    for most in ["0", "1", "2"] {
        for property in ["lockout.external", "decision.block", "bypass.registration"] {
            let words =
                ["check", STORY, "--property", property, "--format", "json", "--max-counterexamples", most];
            let report = run(&words).exits(1).json();
            assert_eq!(report["verdicts"][0]["verdict"], "violated", "{property} with {most}");
            let found = report["verdicts"][0]["counterexamples"].as_array().expect("a list").len();
            assert!(found <= most.parse().expect("a number"), "{found} of {most}");
        }
    }
}

#[test]
fn counterexamples_are_told_apart_by_the_dimensions_named() {
    let asked = ["check", STORY, "--property", "lockout.external", "--project", "user.identityProvider"];
    let report = run(&[&asked[..], &["--format", "json"]].concat()).exits(1).json();
    let verdict = &report["verdicts"][0];
    let found = verdict["counterexamples"].as_array().expect("a list");
    assert!(!found.is_empty());
    for one in found {
        let names: Vec<&String> = one["cube"].as_object().expect("a cube").keys().collect();
        assert!(names.iter().all(|name| *name == "user.identityProvider"), "{names:?}");
    }
    assert_eq!(verdict["enumeration"][0]["status"], "complete");
    // Guests of another Entra tenant get in; the others do not.
    let trust =
        ["check", "specs/tenants/story-trust", "--profile", "likely", "--property", "lockout.external"];
    let report = run(&[&trust[..], &["--project", "user.identityProvider", "--format", "json"]].concat())
        .exits(1)
        .json();
    let found = report["verdicts"][0]["counterexamples"].as_array().expect("a list");
    let values: Vec<&Value> =
        found.iter().filter_map(|c| c["cube"]["user.identityProvider"].as_array()).flatten().collect();
    assert_eq!(values, ["msa", "emailOtp", "google", "facebook", "samlWsFed"]);
    run(&["check", STORY, "--project", "user.shoeSize"]).exits(2).complains(&["user.shoeSize", "user.kind"]);
}
