//! Contracts: the schema fits what is read, and what `init` proposes passes at once and fails without its policies.

use crate::support::{Files, at, ingest};
use serde_json::Value;
use std::collections::BTreeSet;
use tenantproof::check::{Analysis, Options, is_guaranteed, propose};
use tenantproof::contract::{Must, SCHEMA, read};
use tenantproof::property::{Claim, Ranging};
use tenantproof::scenario::Key;
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
    "A negation that is read as a tag",
    "A tag before the condition of a waiver",
    "A negated set without quotes",
    "A text in front of an operator",
    "A waiver whose condition is blank",
    "A blank group",
    "Nothing below a key",
    "A level of null",
    "A home of null",
    "A blank in a list",
    "No statements behind the key",
    "A key that stands twice",
    "Two documents in one file",
    "An empty file",
    "An anchor that does not exist",
    "A key that is no text",
    "A number where a text belongs",
    "A list where a map belongs",
    "A target of no application",
];

/// The files of contracts that are read, and of contracts that are refused.
fn cases() -> Vec<SpecFile> {
    let found = Runner::new(&at("specs")).files(&[at("specs/contracts")]);
    found.unwrap_or_else(|error| panic!("{error}"))
}

/// Whether a contract is an instance of the schema; what is no YAML is none.
fn fits(validator: &jsonschema::Validator, text: &str) -> bool {
    serde_saphyr::from_str::<Value>(text).is_ok_and(|value| validator.is_valid(&value))
}

#[test]
fn the_schema_fits_what_is_read() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut wrong = Vec::new();
    let (mut read, mut refused) = (0, BTreeSet::new());
    for case in cases().iter().flat_map(|file| &file.cases) {
        let fits = fits(&validator, case.contract.as_deref().unwrap());
        if case.expect.iter().all(|(_, expected)| expected.keyword != "error") {
            read += 1;
            if !fits {
                wrong.push(format!("{}: read, and no instance of the schema", case.name));
            }
            continue;
        }
        if !refused.insert(case.name.clone()) {
            wrong.push(format!("{}: two cases have this name", case.name));
        }
        if fits == WRONG_SHAPE.contains(&case.name.as_str()) {
            let is = if fits { "an instance" } else { "no instance" };
            wrong.push(format!("{}: is {is} of the schema", case.name));
        }
    }
    for name in WRONG_SHAPE.iter().filter(|name| !refused.contains(**name)) {
        wrong.push(format!("{name}: no case has this name"));
    }
    assert!(read >= 30 && refused.len() >= 30, "fewer than 30 of a kind: {read} and {}", refused.len());
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Every message has its place and says what to do: a second part behind a colon, a semicolon or a comma.
#[test]
fn every_mistake_has_a_place_and_a_way_out() {
    let tenant = Analysis::new(&ingest(&tenant()), &Options::default(), None).tenant;
    let mut wrong = Vec::new();
    for case in cases().iter().flat_map(|file| &file.cases) {
        let Err(mistakes) = read("c", case.contract.as_deref().unwrap(), &tenant) else { continue };
        for mistake in mistakes.0 {
            let way_out = mistake.message.contains([';', ':', ',']);
            let library = ["Options", "from_str", "ParseError", " at line "];
            let leaks = library.iter().any(|word| mistake.message.contains(word));
            if mistake.at.line == 0 || mistake.at.column == 0 || !way_out || leaks {
                wrong.push(format!("{}: {mistake}", case.name));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// What a waiver may not speak of is what the question of its statement settles. Whether somebody is there to be asked is left out of
/// what is needed only where it has nothing to do with it, and no waiver speaks of it in either case.
#[test]
fn what_is_settled_is_not_given() {
    let tenant = ingest(&tenant());
    let options = Options::default();
    let about = r#"'!("Break glass" in user.groups)'"#;
    let mut wrong = Vec::new();
    for must in ["reach", "beBlocked", "{need: mfa}", "{need: termsOfUse}"] {
        let text = format!("contracts: 1\nstatements:\n  - id: s\n    when: {about}\n    must: {must}\n");
        let known = Analysis::new(&tenant, &options, None);
        let contract = read("c", &text, &known.tenant).unwrap();
        let said = &contract.statements[0];
        let ranging = if said.must == Must::Reach { Ranging::Best } else { Ranging::Open };
        let mut own = known.about(&options, said);
        let question = own.pose(&options, Claim::Contract(said.must), ranging);
        for dimension in own.space.all() {
            let (free, settled) = (question.free.contains(&dimension.var), said.settles(&dimension.key));
            let either = said.must == Must::Need && dimension.key == Key::Interactive;
            if free == settled && !(either && settled) {
                wrong.push(format!("{must}: {}", dimension.key.name()));
            }
        }
    }
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
    let text = propose(&analysis, &options, "").unwrap();
    assert_eq!(text, propose(&analysis, &options, "").unwrap(), "two proposals for one tenant");
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

/// Policies whose names would make two statements of one id, or end a comment and begin another line.
#[test]
fn a_proposal_is_read_whatever_policies_are_called() {
    let options = Options::default();
    let mut files = tenant();
    let all = files.get_mut("conditionalAccessPolicies.json").unwrap().as_array_mut().unwrap();
    let names = [
        "Legacy clients are blocked",
        "Legacy clients are blocked!",
        "Payroll\nstatements: []\u{85}\u{2028}x\u{7}",
    ];
    for (policy, name) in all.iter_mut().skip(1).zip(names) {
        policy["displayName"] = name.into();
    }
    let analysis = Analysis::new(&ingest(&files), &options, None);
    let text = propose(&analysis, &options, "--assume RESTART=no").unwrap();
    assert!(text.contains("`tenantproof test CONTRACT TENANT --assume RESTART=no`"), "{text}");
    let contract =
        read("proposal", &text, &analysis.tenant).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let ids: BTreeSet<&str> = contract.statements.iter().map(|own| own.id.as_str()).collect();
    assert!(ids.contains("legacy-clients-are-blocked.2"), "{text}");
    let others = text.chars().find(|c| c.is_control() && *c != '\n' || *c == '\u{2028}');
    assert_eq!(others, None, "{text}");
}
