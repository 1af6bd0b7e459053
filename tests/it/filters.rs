//! Device filters: every operator on every attribute and every state of a device against the table, and texts of all
//! kinds against the reader of rules.

use crate::support::{cases, check, ingest, options, scenario};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tenantproof::check::Analysis;
use tenantproof::ingest::{SourceFile, load_files};
use tenantproof::logic::Evaluation;

const BASE: &[&str] = &["deviceId", "mdmAppId"];
const SETS: &[&str] = &["physicalIds", "systemLabels"];

/// Attributes with the operators that the service offers for them (without the negative twins), a constant, and a value
/// that another device has.
fn attributes() -> Vec<(String, &'static [&'static str], Value, Value)> {
    let all: &[&str] = &["eq", "startsWith", "endsWith", "contains", "in"];
    let mut found = Vec::new();
    for name in BASE {
        found.push(((*name).to_owned(), &all[..1], json!("9f1c"), json!("77aa")));
        found.push(((*name).to_owned(), &all[4..], json!("9f1c"), json!("77aa")));
    }
    for name in SETS {
        found.push(((*name).to_owned(), &all[3..4], json!("[Gid]:1"), json!("[Gid]:12")));
    }
    found.push(("deviceOwnership".into(), &all[..1], json!("Company"), json!("Personal")));
    found.push(("profileType".into(), &all[..1], json!("Shared"), json!("IoT")));
    let texts = ["displayName", "enrollmentProfileName", "manufacturer", "model", "operatingSystem"];
    let extensions = (1..=15).map(|n| format!("extensionAttribute{n}"));
    let texts =
        texts.iter().map(ToString::to_string).chain(["operatingSystemVersion".into()]).chain(extensions);
    found.extend(texts.map(|name| (name, all, json!("Abc"), json!("xyz"))));
    found
}

/// A device in every state that the table tells apart: how it is joined, compliant or not, managed or not.
fn devices() -> Vec<Value> {
    let mut found = vec![Value::Null];
    for joined in ["AzureAD", "ServerAD", "Workplace"] {
        for compliant in [false, true] {
            for managed in [false, true] {
                let mut device = json!({"trustType": joined, "isCompliant": compliant});
                if managed {
                    device["mdmAppId"] = json!("0000000a-0000-0000-c000-000000000000");
                }
                found.push(device);
            }
        }
    }
    found
}

/// The table: what a comparison is on a device, `None` where it is open.
fn expected(name: &str, negative: bool, device: &Value, holds: bool) -> bool {
    let unregistered = device.is_null();
    let extended =
        device["isCompliant"] == true || device["trustType"] == "ServerAD" || !device["mdmAppId"].is_null();
    let counts = !unregistered && (!name.starts_with("extension") || extended);
    // Null semantics is the first reading of what the table leaves open.
    if counts { holds != negative } else { negative }
}

fn policy(id: usize, mode: &str, rule: &str) -> Value {
    json!({
        "id": format!("eeeeeeee-0000-4000-8000-{id:012}"), "displayName": rule, "state": "enabled",
        "conditions": {
            "users": {"includeUsers": ["All"]}, "applications": {"includeApplications": ["All"]},
            "clientAppTypes": ["all"], "devices": {"deviceFilter": {"mode": mode, "rule": rule}}
        },
        "grantControls": {"operator": "OR", "builtInControls": ["mfa"]}
    })
}

/// A rule, and the attribute that it compares with the constant.
struct Rule {
    text: String,
    attribute: String,
    negative: bool,
    constant: Value,
}

fn rules() -> Vec<Rule> {
    let mut found = Vec::new();
    for (attribute, operators, constant, _) in attributes() {
        for operator in operators {
            let text = constant.as_str().unwrap_or_default();
            let written = if *operator == "in" { format!("[\"{text}\"]") } else { format!("\"{text}\"") };
            for negative in [false, true] {
                let operator = match (*operator, negative) {
                    ("eq", true) => "ne".to_owned(),
                    (operator, true) => format!("not{}{}", operator[..1].to_uppercase(), &operator[1..]),
                    (operator, false) => operator.to_owned(),
                };
                let text = format!("device.{attribute} -{operator} {written}");
                found.push(Rule { text, attribute: attribute.clone(), negative, constant: constant.clone() });
            }
        }
    }
    // The two attributes that every device has.
    let closed = [("isCompliant", "True"), ("isCompliant", "False"), ("trustType", "\"AzureAD\"")];
    let closed = closed.into_iter().chain([("trustType", "\"ServerAD\""), ("trustType", "\"Workplace\"")]);
    for (attribute, written) in closed {
        for (operator, negative) in [("eq", false), ("ne", true)] {
            let text = format!("device.{attribute} -{operator} {written}");
            let constant = match written {
                "True" => json!(true),
                "False" => json!(false),
                joined => json!(joined.trim_matches('"')),
            };
            found.push(Rule { text, attribute: attribute.to_owned(), negative, constant });
        }
    }
    found
}

#[test]
fn every_operator_on_every_attribute_follows_the_table() {
    let mut compared = 0;
    for rules in rules().chunk_by(|a, b| a.attribute == b.attribute) {
        compared += follows_the_table(rules);
    }
    eprintln!("{compared} comparisons");
}

/// Checks rules on one attribute; returns how many outcomes were looked at.
fn follows_the_table(rules: &[Rule]) -> usize {
    let mut policies = Vec::new();
    for rule in rules {
        for mode in ["include", "exclude"] {
            policies.push(policy(policies.len(), mode, &rule.text));
        }
    }
    let files = BTreeMap::from([("conditionalAccessPolicies.json".to_owned(), json!(policies))]);
    let readings = [("EXTATTR_NEG", "true"), ("MANAGED_DEVICE", "broad"), ("STRING_CASE", "no")];
    let readings = readings.map(|(key, reading)| (key.to_owned(), reading.to_owned())).into();
    let analysis = Analysis::new(&ingest(&files), &options(&readings), None);
    let mut compared = 0;
    for device in devices() {
        // Without the attributes, with the constants, with something else.
        for value in 0..3 {
            let mut device = device.clone();
            for (name, _, constant, other) in attributes() {
                let value = [Value::Null, constant, other][value].clone();
                // Without a value of its own the attribute that says who manages the device stays as it is.
                let keeps = device.is_null() || (value.is_null() && name == "mdmAppId");
                if !keeps {
                    let is_set = SETS.contains(&name.as_str()) && !value.is_null();
                    device[&name] = if is_set { json!([value]) } else { value };
                }
            }
            let at = analysis.space.locate(&scenario(&json!({"conditions": {"device": device}})));
            let mut values = Evaluation::new(&analysis.meaning.store, &at);
            for (rule, both) in rules.iter().zip(analysis.meaning.policies.chunks(2)) {
                let own = &device[&rule.attribute];
                let holds = *own == rule.constant || own == &json!([rule.constant]);
                let matches = expected(&rule.attribute, rule.negative, &device, holds);
                let applies: Vec<bool> = both.iter().map(|policy| values.value(policy.applies)).collect();
                assert_eq!(applies, [matches, !matches], "{} on {device}", rule.text);
                compared += 2;
            }
        }
    }
    compared
}

/// The message for a rule that cannot be read, or `None` where it can.
fn refusal(rule: &str) -> Option<String> {
    let bytes = json!([policy(0, "include", rule)]).to_string().into_bytes();
    let source = SourceFile { path: "conditionalAccessPolicies.json".into(), bytes };
    load_files("generated", &[source]).err().map(|error| error.to_string())
}

#[test]
fn a_fault_is_pointed_at() {
    for (rule, token) in [
        ("device.isCompliant -eq", ""),
        ("(device.isCompliant -eq True", ""),
        ("device.isCompliant -eq True)", ")"),
        ("device.isCompliant True", "True"),
        ("isCompliant -eq True", "isCompliant"),
        ("device.model -eq [\"a\"]", "["),
        ("device.model -in [\"a\" \"b\"]", "\"b\""),
        ("device.model -eq \"a\" -xor device.model -eq \"b\"", "-xor"),
        ("device.model -eq \"a", "\""),
        ("-and device.model -eq \"a\"", "-and"),
        ("device.model -eq -ne", "-ne"),
        ("()", ")"),
    ] {
        let message = refusal(rule).unwrap_or_else(|| panic!("{rule} is read"));
        let lines: Vec<&str> = message.lines().collect();
        let at = lines.iter().position(|line| line.trim() == rule).unwrap_or_else(|| panic!("{message}"));
        let (start, carets) = (lines[at].find(rule).unwrap(), lines[at + 1]);
        let first = carets.find('^').unwrap_or_else(|| panic!("{message}"));
        let marked: String = rule.chars().skip(first - start).take(carets.trim().len()).collect();
        assert_eq!(marked, token, "{message}");
    }
}

/// Pieces of rules, and of what is none.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => select(vec![
            "device.isCompliant", "device.model", "device.physicalIds", "device.extensionAttribute7", "device.", ".",
            "-eq", "-ne", "-startsWith", "-notIn", "-in", "-contains", "-match", "-and", "-or", "-not", "and", "(", ")",
            "[", "]", ",", "True", "null", "\"a\"", "\"", "'", "'it''s'", "`", "\"`\"\"", "\u{1F512}", "\u{0}", "\\",
        ])
        .prop_map(str::to_owned),
        1 => "\\PC{0,12}",
    ];
    let spaced = (prop::collection::vec(piece, 0..40), any::<bool>());
    prop_oneof![
        8 => spaced.prop_map(|(pieces, blank)| pieces.join(if blank { " " } else { "" })),
        1 => (1_usize..4000).prop_map(|n| "(".repeat(n)),
        1 => (1_usize..1200).prop_map(|n| "-not ".repeat(n) + "device.model -eq 1"),
    ]
}

/// `PROPTEST_CASES=1000000 cargo test --release filters::any_text` is the long form.
#[test]
fn any_text_is_read_or_refused_with_its_place() {
    check(cases(1), &text(), |rule| {
        if let Some(message) = refusal(&rule) {
            prop_assert!(message.contains('^'), "{rule:?}: {message}");
            prop_assert!(message.contains("/conditions/devices/deviceFilter/rule"), "{message}");
        }
        Ok(())
    });
}
