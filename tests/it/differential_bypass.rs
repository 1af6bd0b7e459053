//! The properties of bypass against the oracle's own reading of their claims, on generated tenants: what is reported is one, what
//! is one is not denied, and the sign-in beside an evasion differs by as little as possible.

use crate::differential::{Decided, Sampled, decided, fits, helped, sampled, suites_are_unknown};
use crate::generate::{APPS, LOCATIONS, ROLES, STRENGTHS, assemble, no_conditions, targets};
use crate::generate_filters::all_devices;
use crate::oracle::{Evidence, Oracle};
use crate::support::{Files, cases, check, pretty};
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeMap;
use tenantproof::check::CounterexampleView;

/// By the oracle, the sign-in is one that the property denies.
type Violates = fn(&Oracle, &Files, &Value) -> bool;

/// What was seen, for who wants to know whether a test could have failed.
type Counts = RefCell<BTreeMap<String, usize>>;

/// What the person can change, by its name in a scenario.
const CONTROLLED: [&str; 7] =
    ["clientAppType", "platform", "authenticationFlow", "device", "ipAddress", "country", "namedLocations"];

/// Few tenants that are drawn have anything to do with the rarer properties: those that are brought together keep two of their
/// policies and get one that can be evaded, excepts something, or asks for what the home vouches for, and trust by default.
fn bring_together(id: &str, files: &mut Files, number: usize) {
    let mut conditions = no_conditions();
    let mut applications = targets(&["All"], &[]);
    let office = LOCATIONS[1];
    let grants = [
        json!({"operator": "OR", "builtInControls": ["mfa"]}),
        json!({"operator": "OR", "builtInControls": ["compliantDevice"]}),
        json!({"operator": "AND", "builtInControls": ["mfa", "domainJoinedDevice"]}),
        json!({"operator": "OR", "authenticationStrength": {"id": STRENGTHS[number % 3]}}),
    ];
    let mut grant = grants[number % grants.len()].clone();
    match id {
        "bypass.evasion" => {
            // Two conditions, so that a sign-in may have to differ in two things.
            let ways = [
                ("clientAppTypes", json!(["browser", "mobileAppsAndDesktopClients"])),
                ("platforms", json!({"includePlatforms": ["windows", "macOS"], "excludePlatforms": []})),
                ("authenticationFlows", json!({"transferMethods": "deviceCodeFlow"})),
                ("locations", json!({"includeLocations": ["All"], "excludeLocations": [office]})),
                (
                    "devices",
                    json!({"deviceFilter": {"mode": "include", "rule": "device.isCompliant -eq False"}}),
                ),
                // It reaches who shows no device. Who shows such a one sheds nothing: not everybody has one.
                (
                    "devices",
                    json!({"deviceFilter": {"mode": "exclude", "rule": "device.isCompliant -eq True"}}),
                ),
            ];
            for (key, one) in [number, number / ways.len()].map(|at| ways[at % ways.len()].clone()) {
                conditions[key] = one;
            }
        }
        "bypass.baseline-scopes" => applications = targets(&["All"], &[APPS[number % 3]]),
        "bypass.foreign-device" => grant = grants[1 + number % 2].clone(),
        _ if number.is_multiple_of(2) => grant = grants[0].clone(),
        _ => {}
    }
    let users = json!({"includeUsers": ["All"]});
    let mut policy = assemble(users, applications, conditions, grant);
    for (key, value) in
        [("id", "eeeeeeee-0000-4000-8000-00000000fffd"), ("displayName", "focus"), ("state", "enabled")]
    {
        policy[key] = json!(value);
    }
    let policies = files.get_mut("conditionalAccessPolicies.json").expect("policies");
    let policies = policies["value"].as_array_mut().expect("a list");
    policies.truncate(2);
    policies.push(policy);
    let default = files.get_mut("crossTenantAccessPolicy/default.json").expect("default settings");
    default["inboundTrust"] = json!({"isMfaAccepted": true, "isCompliantDeviceAccepted": true,
                                     "isHybridAzureADJoinedDeviceAccepted": true});
}

fn agrees(id: &str, violates: Violates, adjust: fn(&mut Value)) {
    let counts = Counts::default();
    let strategy = (sampled(), prop::option::weighted(0.8, 0..36_usize));
    check(cases(16), &strategy, |(mut sampled, focus)| {
        if let Some(number) = focus {
            bring_together(id, &mut sampled.0.0, number);
        }
        compared(id, &sampled, violates, adjust, &counts)
    });
    eprintln!("{id}: {:?}", counts.into_inner());
}

fn compared(
    id: &str,
    ((files, homes, samples), readings): &Sampled,
    violates: Violates,
    adjust: fn(&mut Value),
    counts: &Counts,
) -> TestCaseResult {
    let count = |what: &str| *counts.borrow_mut().entry(what.to_owned()).or_default() += 1;
    if suites_are_unknown(files, homes) {
        count("left out");
        return Ok(());
    }
    let found = decided(files, homes, readings, id)?;
    if found.hangs_on_attributes() {
        count("left out");
        return Ok(());
    }
    found.sound(files, readings)?;
    count(found.verdict.name());
    let oracle = Oracle::new(files, readings).with_homes(homes);
    for counterexample in found.verdict.counterexamples() {
        count("counterexamples");
        let what = serde_json::to_value(&counterexample.scenario).unwrap_or_default();
        let ok = if violates(&oracle, files, &what) {
            found.agrees(&what, true).and_then(|()| beside(&oracle, &found, counterexample, &what, &count))
        } else {
            let outcome = oracle.simulate(&what);
            Err(format!("counterexample {} is none for the oracle: {outcome:?}", counterexample.id))
        };
        fits(ok, files, homes, readings, &what)?;
    }
    for sample in samples {
        let mut what = helped(sample.clone(), false);
        adjust(&mut what);
        let what = found.known(what);
        if found.concerns(&what) {
            let violated = violates(&oracle, files, &what);
            count(if violated { "sampled, violating" } else { "sampled, not violating" });
            fits(found.agrees(&what, violated), files, homes, readings, &what)?;
        }
    }
    Ok(())
}

/// The sign-in beside an evasion differs in nothing but what the person controls, is held to something that the evasion
/// sheds, and would not be if it differed in less.
fn beside(
    oracle: &Oracle,
    found: &Decided,
    counterexample: &CounterexampleView,
    first: &Value,
    count: &dyn Fn(&str),
) -> Result<(), String> {
    let Some(held) = &counterexample.held else {
        let wanted = found.verdict.property.id == "bypass.evasion";
        return if wanted { Err("no sign-in is beside the evasion".into()) } else { Ok(()) };
    };
    let other = serde_json::to_value(&held.scenario).unwrap_or_default();
    let wrong = |what: &str| Err(format!("{what}: held is {} to {}", pretty(&other), held.policy));
    let differs = |name: &&str| first["conditions"][*name] != other["conditions"][*name];
    let differing: Vec<&str> = CONTROLLED.into_iter().filter(differs).collect();
    if with(&other, first, &CONTROLLED) != *first {
        return wrong("it differs in what nobody controls");
    }
    let shows = !first["conditions"]["device"].is_null();
    let moves = differing.iter().any(|name| ["ipAddress", "country", "namedLocations"].contains(name));
    if (shows && differing.contains(&"device")) || (moves && oracle.comes_from_trusted(first)) {
        return wrong("it has another device or place than everybody can do without");
    }
    count(&format!("held, {} differing", differing.len()));
    let parts = 1..(1_usize << differing.len()) - 1;
    let kept = |part: usize| {
        let back: Vec<&str> =
            (0..differing.len()).filter(|at| part >> at & 1 == 1).map(|at| differing[at]).collect();
        with(&other, first, &back)
    };
    // The evasion may be of who adds the password, or of who does not.
    let ways = [false, true].map(|password| {
        let held_to = |other: &Value| oracle.held_to(first, other, password);
        let lets = held_to(&other).is_some_and(|policies| policies.contains(&held.policy.to_lowercase()));
        let less = parts.clone().map(kept).find(|less| held_to(less).is_some_and(|some| !some.is_empty()));
        (lets, less)
    });
    if !ways.iter().any(|(lets, _)| *lets) {
        return wrong("the policy does not hold it to more");
    }
    if !ways.iter().any(|(lets, less)| *lets && less.is_none()) {
        return wrong(&format!("less is enough, of {differing:?}: {ways:?}"));
    }
    Ok(())
}

/// A sign-in with these conditions of another one.
fn with(what: &Value, of: &Value, names: &[&str]) -> Value {
    let mut what = what.clone();
    for name in names {
        what["conditions"][*name] = of["conditions"][*name].clone();
    }
    what
}

fn any(_: &mut Value) {}

#[test]
fn mfa() {
    agrees("bypass.mfa", |oracle, _, what| oracle.simulate(what).granted_without_mfa, any);
}

#[test]
fn admin() {
    agrees(
        "bypass.admin",
        |oracle, _, what| oracle.administers_on_less(what),
        |what| {
            what["user"]["roles"] = json!([ROLES[0]]);
        },
    );
}

#[test]
fn evasion() {
    agrees(
        "bypass.evasion",
        |oracle, files, what| {
            oracle.evades(what, &all_devices(&files["conditionalAccessPolicies.json"].to_string()))
        },
        any,
    );
}

#[test]
fn foreign_mfa() {
    agrees("bypass.foreign-mfa", |oracle, _, what| oracle.rests_on(Evidence::ForeignMfa, what), any);
}

#[test]
fn federated_mfa() {
    agrees(
        "bypass.federated-mfa",
        |oracle, _, what| oracle.rests_on(Evidence::FederatedMfa, what),
        |what| {
            // Few are drawn whose provider asserts something.
            if what["user"]["identityProvider"] == "entra" {
                what["credentials"]["firstFactor"] = json!("federated");
                what["home"]["federatedMfaAsserted"] = json!(true);
            }
        },
    );
}

#[test]
fn foreign_device() {
    agrees("bypass.foreign-device", |oracle, _, what| oracle.rests_on(Evidence::ForeignDevice, what), any);
}

#[test]
fn weak_home_method() {
    agrees("bypass.weak-home-method", |oracle, _, what| oracle.rests_on(Evidence::WeakHomeMethod, what), any);
}

#[test]
fn registration() {
    agrees(
        "bypass.registration",
        |oracle, _, what| oracle.rests_on_registering(what),
        |what| {
            for list in ["registeredHome", "registeredResource"] {
                what["credentials"][list] = json!([]);
            }
            what["credentials"]["firstFactor"] = json!("password");
            what["credentials"]["canRegister"] = json!("*");
            what["home"]["federatedIdpMfaBehavior"] = Value::Null;
            what["home"]["federatedMfaAsserted"] = json!(false);
        },
    );
}

#[test]
fn baseline_scopes() {
    agrees(
        "bypass.baseline-scopes",
        |oracle, _, what| oracle.slips_through_exceptions(what),
        |what| {
            what["target"] = json!({"application": "baselineScopes"});
        },
    );
}
