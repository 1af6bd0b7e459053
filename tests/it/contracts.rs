//! Contracts: the schema fits what is read, and what `init` proposes passes at once and fails without its policies.

use crate::support::{Files, at, ingest};
use serde_json::Value;
use std::collections::BTreeSet;
use tenantproof::check::{Analysis, Options, is_guaranteed, propose};
use tenantproof::contract::{SCHEMA, read};
use tenantproof::spec::{Runner, SpecFile};

/// Refused contracts that are no instance of the schema either; the others have the right shape and wrong words.
const WRONG_SHAPE: &[&str] = &[
    "A key that does not exist",
    "A version that is not known",
    "No statements at all",
    "A text where a list belongs",
    "Neither must nor never",
    "Both must and never",
    "An id with a blank",
    "A claim that does not exist",
    "Both need and needOneOf",
    "A verdict that does not exist",
    "An empty list",
    "Two targets in one",
    "A waiver without a day",
    "A waiver that nobody answers for",
    "A waiver without a reason",
];

fn cases(file: &str) -> SpecFile {
    let path = at("specs/contracts").join(file);
    let found = Runner::new(&at("specs")).files(&[path]).unwrap_or_else(|error| panic!("{error}"));
    found.into_iter().next().unwrap_or_else(|| panic!("{file} holds no cases"))
}

fn fits(validator: &jsonschema::Validator, text: &str) -> bool {
    let value: Value = serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    validator.is_valid(&value)
}

#[test]
fn the_schema_fits_what_is_read() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut wrong = Vec::new();
    let good = cases("statements.md");
    for case in &good.cases {
        if !fits(&validator, case.contract.as_deref().unwrap()) {
            wrong.push(format!("{}: read, and no instance of the schema", case.name));
        }
    }
    let refused = cases("refused.md");
    let names: BTreeSet<&str> = refused.cases.iter().map(|case| case.name.as_str()).collect();
    for name in WRONG_SHAPE.iter().filter(|name| !names.contains(**name)) {
        wrong.push(format!("{name}: no case has this name"));
    }
    for case in &refused.cases {
        let shape = !WRONG_SHAPE.contains(&case.name.as_str());
        if fits(&validator, case.contract.as_deref().unwrap()) != shape {
            let is = if shape { "no instance" } else { "an instance" };
            wrong.push(format!("{}: is {is} of the schema", case.name));
        }
    }
    assert!(good.cases.len() >= 30 && refused.cases.len() >= 30, "fewer than 30 of a kind");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The tenant of the specifications of contracts.
fn tenant() -> Files {
    let read = |name: &str| -> Files {
        let text = std::fs::read_to_string(at(&format!("specs/bases/{name}.json"))).unwrap();
        serde_json::from_str(&text).unwrap()
    };
    let mut files = read("complete");
    files.extend(read("contracts"));
    files.remove("extends");
    files
}

#[test]
fn a_proposal_passes_and_fails_without_each_of_its_policies() {
    let options = Options::default();
    let ingested = ingest(&tenant());
    let analysis = Analysis::new(&ingested, &options, None);
    let text = propose(&analysis, &options).unwrap();
    assert_eq!(text, propose(&analysis, &options).unwrap(), "two proposals for one tenant");
    let contract =
        read("proposal", &text, &analysis.tenant).unwrap_or_else(|error| panic!("{error}\n{text}"));
    for statement in &contract.statements {
        assert!(is_guaranteed(&analysis, &options, statement), "{} is not so:\n{text}", statement.id);
    }
    let policies = tenant()["conditionalAccessPolicies.json"].as_array().unwrap().clone();
    let named: Vec<&Value> = policies.iter().filter(|p| text.contains(p["id"].as_str().unwrap())).collect();
    assert_eq!(named.len(), policies.len(), "not every policy is rested on:\n{text}");
    for policy in named {
        let mut files = tenant();
        let all = files.get_mut("conditionalAccessPolicies.json").unwrap().as_array_mut().unwrap();
        for other in all.iter_mut().filter(|other| other["id"] == policy["id"]) {
            other["state"] = "disabled".into();
        }
        let without = Analysis::new(&ingest(&files), &options, None);
        let red = contract.statements.iter().any(|own| !is_guaranteed(&without, &options, own));
        assert!(red, "nothing fails without {}", policy["displayName"]);
    }
}
