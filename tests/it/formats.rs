//! Every format has every finding, whole; what is hostile in names does nothing; each format is what its readers expect.

use crate::cli::run;
use crate::reports::{HOSTILE, empty, hostile, report, verdict};
use crate::support::{at, cases, check, fail};
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeSet;
use tenantproof::document::{Finding, Report};
use tenantproof::render::{self, Style};

type Format = (&'static str, fn(&Report) -> String, fn(&str) -> Vec<String>);

/// Each format, and how its records are told apart. What stands in a record is compared without blanks, which some formats
/// break lines at.
const FORMATS: &[Format] = &[
    ("text", text, text_records),
    ("html", render::page, |said| split(&unescaped(said), "<details class=\"finding\"")),
    ("sarif", render::sarif, |said| json_list(said, "/runs/0/results")),
    ("junit", render::junit, junit_lines),
    ("markdown", render::markdown, |said| split(&said.replace(['\\', '`'], ""), "\n- **")),
    ("csv", render::csv, |said| rows(said).iter().map(|row| row.join(" ")).collect()),
    ("ndjson", render::ndjson, |said| {
        said.lines().filter(|line| line.contains("\"record\":\"finding\"")).map(str::to_owned).collect()
    }),
    ("itf", render::itf, |said| said.lines().map(str::to_owned).collect()),
    ("oscal", render::oscal, |said| json_list(said, "/assessment-results/results/0/observations")),
    ("dot", render::dot, |said| notes(&said.replace("\\n", " "), " [shape=note")),
    ("mermaid", render::mermaid, |said| notes(&said.replace("<br/>", " "), ">\"")),
    ("svg", render::svg, svg_findings),
];

fn text(report: &Report) -> String {
    render::details(report, true, Style::PLAIN)
}

/// A finding begins with its number, or on a line of its own where it is about policies.
fn text_records(said: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for line in said.lines() {
        let numbered =
            line.trim_start().split_once(". ").is_some_and(|(number, _)| number.parse::<usize>().is_ok());
        let about = line.starts_with("    ") && !line.starts_with("     ");
        if (line.starts_with("  ") && numbered) || about {
            found.push(String::new());
        }
        if let Some(last) = found.last_mut() {
            last.push_str(line);
        }
    }
    found
}

fn split(said: &str, by: &str) -> Vec<String> {
    said.split(by).skip(1).map(str::to_owned).collect()
}

fn unescaped(said: &str) -> String {
    said.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

fn json(said: &str) -> Value {
    serde_json::from_str(said).unwrap_or_else(|error| panic!("{error}: {said}"))
}

fn json_list(said: &str, pointer: &str) -> Vec<String> {
    json(said)
        .pointer(pointer)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(Value::to_string)
        .collect()
}

fn junit_lines(said: &str) -> Vec<String> {
    let document = roxmltree::Document::parse(said).unwrap_or_else(|error| panic!("{error}: {said}"));
    let texts = document
        .descendants()
        .filter(|node| ["failure", "error", "system-out"].contains(&node.tag_name().name()));
    texts.filter_map(|node| node.text()).flat_map(str::lines).map(str::to_owned).collect()
}

fn rows(said: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(said.as_bytes());
    reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect()
}

fn notes(said: &str, mark: &str) -> Vec<String> {
    let is_note = |line: &&str| line.trim_start().starts_with('f') && line.contains(mark);
    said.lines().filter(is_note).map(str::to_owned).collect()
}

fn svg_findings(said: &str) -> Vec<String> {
    let document = roxmltree::Document::parse(said).unwrap_or_else(|error| panic!("{error}: {said}"));
    let lines = document.descendants().filter(|node| node.attribute("class") == Some("finding"));
    let all: Vec<&str> = lines.filter_map(|node| node.text()).collect();
    // A finding begins with its id, which has a slash and ends in a colon.
    let mut found: Vec<String> = Vec::new();
    for line in all {
        let first = line.split(' ').next().unwrap_or_default();
        if first.ends_with(':') && first.contains('/') && first.contains('.') {
            found.push(String::new());
        }
        if let Some(last) = found.last_mut() {
            last.push_str(line);
        }
    }
    found
}

fn dense(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn complete(report: &Report, (name, render, records): &Format) -> Result<(), TestCaseError> {
    let said = render(report);
    let records: Vec<String> = records(&said).iter().map(|record| dense(record)).collect();
    for (verdict, finding) in report.findings() {
        // A skipped property has no findings; text for people does not look for any.
        if *name == "text" && verdict.verdict == "skipped" {
            continue;
        }
        let own: Vec<&String> = records.iter().filter(|record| record.contains(&finding.id)).collect();
        let [one] = own.as_slice() else {
            return fail(format!("{name} has {} records of {}:\n{said}", own.len(), finding.id));
        };
        for needle in named(report, finding, *name == "text") {
            if !one.contains(&dense(&needle)) {
                return fail(format!("{name} does not say {needle} of {}:\n{one}\n{said}", finding.id));
            }
        }
    }
    Ok(())
}

fn named(report: &Report, finding: &Finding, by_name: bool) -> Vec<String> {
    let policies = finding.policies.iter();
    let policies = policies.map(|id| if by_name { report.policy_name(id).to_owned() } else { id.clone() });
    finding.cause.iter().cloned().chain(policies).chain(finding.depends_on.iter().cloned()).collect()
}

#[test]
fn each_finding_is_one_record_with_all_its_causes_policies_and_unknowns() {
    check(cases(2), &report(), |report| FORMATS.iter().try_for_each(|format| complete(&report, format)));
}

#[test]
fn a_report_is_read_back_as_it_was() {
    check(cases(2), &report(), |report| {
        let written = serde_json::to_string(&report).expect("it is written");
        let read = Report::read(written.as_bytes()).expect("it is read");
        if read == report { Ok(()) } else { fail(written) }
    });
}

/// Control characters but line ends, and whatever turns the direction of a line.
fn steers(c: char) -> bool {
    (c.is_control() && !['\n', '\r'].contains(&c))
        || ('\u{202a}'..='\u{202e}').contains(&c)
        || ('\u{2066}'..='\u{2069}').contains(&c)
}

#[test]
fn hostile_names_do_nothing() {
    let report = hostile().inert().expect("a report");
    for (name, render, records) in FORMATS {
        let said = render(&report);
        assert!(!said.contains(steers), "{name} steers:\n{said}");
        assert!(*name == "csv" || !said.contains('\r'), "{name}");
        assert!(!records(&said).is_empty(), "{name} says nothing:\n{said}");
    }
    let page = render::page(&report);
    assert_eq!((page.matches("<script").count(), page.matches("<img").count()), (1, 0));
    assert!(page.contains("default-src 'none'"));
    for cell in rows(&render::csv(&report))
        .into_iter()
        .flatten()
        .flat_map(|cell| cell.split("; ").map(str::to_owned).collect::<Vec<_>>())
    {
        assert!(!cell.trim_start().starts_with(['=', '+', '-', '@']), "a formula: {cell}");
    }
    // Signs behind a backslash are text.
    let markdown = render::markdown(&report).replace("\\<", "").replace("\\]", "").replace("\\&", "");
    for bad in ["<script", "<img", "](javascript", "\n::", "&#60;"] {
        assert!(!markdown.contains(bad), "{bad} in\n{markdown}");
    }
    let sarif = json(&render::sarif(&report));
    for uri in uris(&sarif) {
        assert!(
            !uri.contains(':') && !uri.starts_with('/') && !uri.split('/').any(|part| part == ".."),
            "{uri}"
        );
    }
    for line in notes(&render::mermaid(&report), ">\"") {
        assert_eq!(line.matches('"').count(), 2, "{line}");
    }
    for line in render::dot(&report).lines().filter(|line| line.contains("label=")) {
        let quotes = line.replace("\\\\", "").replace("\\\"", "").matches('"').count();
        assert!(quotes % 2 == 0, "{line}");
    }
}

fn uris(value: &Value) -> Vec<String> {
    match value {
        Value::Array(all) => all.iter().flat_map(uris).collect(),
        Value::Object(fields) => {
            let own = fields.get("uri").and_then(Value::as_str).map(str::to_owned);
            own.into_iter().chain(fields.values().flat_map(uris)).collect()
        }
        _ => Vec::new(),
    }
}

fn validator(name: &str) -> jsonschema::Validator {
    let text = std::fs::read_to_string(at("tests/schemas").join(name)).expect("a schema");
    // A bracket of the published SARIF schema is one that only JavaScript takes for itself.
    let text = text.replace("{2}]?$", "{2}\\\\]?$");
    jsonschema::validator_for(&json(&text)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn valid(validator: &jsonschema::Validator, value: &Value) -> Result<(), TestCaseError> {
    let wrong: Vec<String> =
        validator.iter_errors(value).map(|e| format!("{} at {}", e, e.instance_path())).collect();
    if wrong.is_empty() { Ok(()) } else { fail(format!("{wrong:?}\n{value:#}")) }
}

#[test]
fn formats_are_what_their_schemas_say() {
    let (sarif, oscal) = (validator("sarif-2.1.0.json"), validator("oscal-assessment-results.json"));
    let elements = json(&std::fs::read_to_string(at("tests/schemas/junit.json")).expect("a table"));
    let all = |report: &Report| {
        valid(&sarif, &json(&render::sarif(report)))?;
        valid(&oscal, &json(&render::oscal(report)))?;
        for line in render::itf(report).lines() {
            let read: Result<itf::Trace<itf::Value>, _> = serde_json::from_str(line);
            read.map_err(|error| TestCaseError::fail(format!("{error}: {line}")))?;
        }
        let text = render::junit(report);
        let document =
            roxmltree::Document::parse(&text).map_err(|e| TestCaseError::fail(format!("{e}: {text}")))?;
        for node in document.descendants().filter(roxmltree::Node::is_element) {
            junit(&elements, node)?;
        }
        Ok(())
    };
    check(cases(2), &report(), |report| all(&report));
    all(&hostile().inert().expect("a report")).unwrap_or_else(|error| panic!("{error}"));
    all(&empty()).unwrap_or_else(|error| panic!("{error}"));
}

/// An element has the attributes that it must, no others than it may, and only children that belong there.
fn junit(elements: &Value, node: roxmltree::Node) -> Result<(), TestCaseError> {
    let name = node.tag_name().name();
    let list = |key: &str| -> Vec<String> {
        let own = elements[name][key].as_array().cloned().unwrap_or_default();
        own.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let has: BTreeSet<String> = node.attributes().map(|own| own.name().to_owned()).collect();
    let must: BTreeSet<String> = list("must").into_iter().collect();
    let may: BTreeSet<String> = list("may").into_iter().chain(must.clone()).collect();
    let children = list("children");
    let strange = node
        .children()
        .filter(roxmltree::Node::is_element)
        .find(|own| !children.contains(&own.tag_name().name().to_owned()));
    if elements[name].is_null() || !must.is_subset(&has) || !has.is_subset(&may) || strange.is_some() {
        return fail(format!("<{name}> has {has:?} and {strange:?}"));
    }
    Ok(())
}

#[test]
fn results_stand_at_the_line_of_each_policy_named() {
    let story = at("specs/tenants/story");
    let report: Report =
        Report::read(run(&["check", "specs/tenants/story", "--format", "json"]).exits(1).out.as_bytes())
            .expect("a report");
    let sarif = json(&render::sarif(&report));
    let mut looked_at = 0;
    for result in sarif["runs"][0]["results"].as_array().expect("results") {
        let named = result["properties"]["policies"].as_array().expect("policies");
        let mut lines = BTreeSet::new();
        for location in result["locations"].as_array().expect("locations") {
            let place = &location["physicalLocation"];
            let file = std::fs::read_to_string(
                story.join(place["artifactLocation"]["uri"].as_str().expect("a path")),
            )
            .expect("the file");
            let line =
                usize::try_from(place["region"]["startLine"].as_u64().expect("a line")).expect("small");
            let from: usize = file.split_inclusive('\n').take(line - 1).map(str::len).sum();
            let rest = &file[from..];
            let object = &rest[rest.find('{').expect("an object")..];
            let policy: Value = serde_json::Deserializer::from_str(object)
                .into_iter()
                .next()
                .expect("one")
                .expect("an object");
            if let Some(id) = policy["id"].as_str() {
                lines.insert(id.to_owned());
            }
        }
        for id in named.iter().filter_map(Value::as_str) {
            assert!(lines.contains(id), "{id} is named and not shown: {result:#}");
            looked_at += 1;
        }
    }
    assert!(looked_at > 20, "{looked_at} policies");
}

#[test]
fn a_saved_report_is_shown_as_the_run_showed_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let saved = folder.path().join("report.json");
    let saved_as = format!("json={}", saved.display());
    let names = [
        "text", "html", "sarif", "junit", "markdown", "csv", "ndjson", "itf", "oscal", "dot", "mermaid",
        "svg", "json",
    ];
    let at_once: Vec<String> =
        names.iter().map(|name| format!("{name}={}", folder.path().join(name).display())).collect();
    let mut arguments = vec!["check", "specs/tenants/story", "-q", "--output", saved_as.as_str()];
    arguments.extend(at_once.iter().flat_map(|output| ["--output", output.as_str()]));
    run(&arguments).exits(1);
    let file = saved.display().to_string();
    for name in names.iter().filter(|name| **name != "text") {
        let then = run(&["report", &file, "--format", name]).exits(0).out;
        let at_once = std::fs::read_to_string(folder.path().join(name)).expect("it was written");
        assert_eq!(then.trim_end(), at_once.trim_end(), "{name}");
    }
    run(&["report", "README.md"]).exits(2).complains(&["README.md", "this is no report"]);
}

#[test]
fn redaction_leaves_nobody_and_is_the_same_everywhere() {
    let report: Report =
        Report::read(run(&["check", "specs/tenants/story", "--format", "json"]).exits(1).out.as_bytes())
            .expect("a report");
    let folder = tempfile::tempdir().expect("a folder");
    let saved = folder.path().join("report.json");
    std::fs::write(&saved, serde_json::to_string(&report).expect("text")).expect("it is written");
    let file = saved.display().to_string();
    let mut secret: BTreeSet<String> = BTreeSet::new();
    for policy in &report.policies {
        secret.extend([policy.id.clone(), policy.display_name.clone()]);
    }
    secret.extend(report.tenant.display_name.clone());
    secret.extend(report.tenant.id.clone());
    secret.extend(report.inputs.iter().map(|input| input.path.clone()));
    assert!(secret.len() > 10, "{secret:?}");
    let redacted = json(&run(&["report", &file, "--format", "json", "--redact"]).exits(0).out);
    let first = redacted["policies"][0]["id"].as_str().expect("an id").to_owned();
    assert_ne!(first, report.policies[0].id);
    for name in [
        "text", "json", "html", "sarif", "junit", "markdown", "csv", "ndjson", "itf", "oscal", "dot",
        "mermaid", "svg",
    ] {
        let said = run(&["report", &file, "--format", name, "--redact"]).exits(0).out;
        for one in &secret {
            assert!(!said.to_lowercase().contains(&one.to_lowercase()), "{one} in {name}:\n{said}");
        }
        if ["json", "html", "sarif", "csv", "ndjson", "itf", "oscal"].contains(&name) {
            assert!(dense(&said).contains(&first), "another pseudonym in {name}");
        }
    }
    let other = folder.path().join("key");
    std::fs::write(&other, "another key").expect("it is written");
    let key = other.display().to_string();
    let keyed =
        json(&run(&["report", &file, "--format", "json", "--redact", "--redact-key", &key]).exits(0).out);
    assert_ne!(keyed["policies"][0]["id"], redacted["policies"][0]["id"], "the key makes other pseudonyms");
}

#[test]
fn pictures_of_any_graph_are_drawn_or_left_out() {
    let names = prop::collection::vec(("[A-D]", "[A-D]"), 0..12);
    check(cases(2), &names, |pairs| {
        let mut report = empty();
        let edge = |(from, to): (String, String)| tenantproof::document::Edge {
            from,
            to,
            steps: vec![HOSTILE[0].into()],
        };
        report.system.graph = pairs.into_iter().map(edge).collect();
        report.verdicts.push(verdict("bypass.mfa", "holds", Vec::new()));
        let text = render::svg(&report);
        roxmltree::Document::parse(&text).map_err(|error| TestCaseError::fail(format!("{error}: {text}")))?;
        Ok(())
    });
}
