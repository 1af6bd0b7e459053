//! The program as people run it: exit codes, errors, formats, and every command of the README.

use crate::support::{at, root};
use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    err: String,
}

impl Ran {
    /// The exit code is this one, and nothing panicked.
    pub(crate) fn exits(self, code: i32) -> Ran {
        assert!(!self.err.contains("panicked"), "{}", self.err);
        assert_eq!(self.code, Some(code), "stdout:\n{}\nstderr:\n{}", self.out, self.err);
        self
    }

    /// Standard error says this; nothing was concluded on standard output.
    pub(crate) fn complains(self, words: &[&str]) -> Ran {
        for word in words {
            assert!(self.err.contains(word), "no {word:?} in: {}", self.err);
        }
        assert_eq!(self.out, "", "something on standard output beside an error");
        self
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }
}

pub(crate) fn run_with(arguments: &[&str], input: &str) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tenantproof"))
        .args(arguments)
        .current_dir(root())
        .env("NO_COLOR", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut pipe = child.stdin.take().expect("standard input is a pipe");
    let _ = pipe.write_all(input.as_bytes());
    drop(pipe);
    let output = child.wait_with_output().expect("the program ends");
    Ran {
        code: output.status.code(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

pub(crate) fn run(arguments: &[&str]) -> Ran {
    run_with(arguments, "")
}

const STORY: &str = "specs/tenants/story";

#[test]
fn exit_codes_say_what_was_found() {
    run(&["check", STORY]).exits(1);
    run(&["check", STORY, "--property", "bypass.mfa"]).exits(0);
    run(&["check", STORY, "--property", "bypass.*"]).exits(1);
    run(&["check", STORY, "--fail-on", "never"]).exits(0);
    let doubtful = ["check", "specs/tenants/story-mfa", "--property", "lockout.external"];
    run(&doubtful).exits(3);
    run(&[&doubtful[..], &["--fail-on", "violated"]].concat()).exits(0);
    run(&["check", "specs/tenants/no-such-folder"]).exits(2).complains(&["no-such-folder", "check the path"]);
    run(&["check", "docs"]).exits(2).complains(&["no tenant found"]);
    run(&["check", STORY, "--property", "nothing.*"])
        .exits(2)
        .complains(&["matches nothing", "lockout.external"]);
    run(&["check", STORY, "--assume", "NO_SUCH=yes"]).exits(2).complains(&["NO_SUCH", "assumptions"]);
    run(&["check", STORY, "--assume", "RESTART=perhaps"]).exits(2).complains(&["perhaps", "yes / no"]);
    run(&["check", STORY, "--enable", "nobody"]).exits(2).complains(&["nobody"]);
    run(&["check", STORY, "--as-of", "2020-01-01"]).exits(2).complains(&["2020-01-01"]);
    run(&["check", STORY, "--as-of", "2026-02-30"]).exits(2).complains(&["2026-02-30"]);
    // Findings about policies count only where they are asked for by name.
    run(&["check", "specs/tenants/story-mfa", "--property", "hygiene.shadowed-policy"]).exits(1);
    let twice = ["check", STORY, "--assume", "RESTART=yes", "--assume", "RESTART=no"];
    run(&twice).exits(2).complains(&["RESTART", "twice"]);
    let home = "--home=d4a6f2c1-8b07-4e35-9a1c-60e7b3f85d29=specs/tenants/story-trust";
    run(&["check", STORY, home]).exits(2).complains(&["the export is of the tenant"]);
    let home = "--home=b83f5e07-2c6d-4d91-8e4a-19f0c7a6d352=specs/tenants/story-trust";
    run(&["check", STORY, home]).exits(2).complains(&["the tenant itself"]);
    run(&["check", STORY, "--home", "x"]).exits(2).complains(&["ID=TENANT"]);
    run(&["check", STORY, "--home", "x=no-such-folder"]).exits(2).complains(&["no-such-folder"]);
    run(&["check"]).exits(2);
    run(&["dance"]).exits(2);
    run(&["--version"]).exits(0);
    run(&["--help"]).exits(0);
}

#[test]
fn simulate_reads_a_file_and_standard_input() {
    let file = "specs/scenarios/windows-hello-guest.json";
    let from_file = run(&["simulate", STORY, file, "--format", "json"]).exits(1);
    let text = std::fs::read_to_string(at(file)).expect("the scenario is there");
    let from_stdin = run_with(&["simulate", STORY, "-", "--format", "json"], &text).exits(1);
    assert_eq!(from_file.out, from_stdin.out);
    let found = from_file.json();
    for key in ["schema", "outcome", "code", "evidence", "proved", "policies", "dependsOn"] {
        assert!(found.get(key).is_some(), "no {key} in {found}");
    }
    assert_eq!(found["schema"], "tenantproof.simulation/1");
    assert_eq!(found["outcome"], "blocked");
    assert_eq!(found["code"], 53003);
    for policy in found["policies"].as_array().expect("policies are a list") {
        for key in ["id", "displayName", "applies", "analysisReasons", "satisfied"] {
            assert!(policy.get(key).is_some(), "no {key} in {policy}");
        }
    }
    run_with(&["simulate", STORY, "-"], r#"{"credentials": {"firstFactor": "password"}}"#).exits(1);
    let wrong = r#"{"user": {"kind": "visitor"}}"#;
    run_with(&["simulate", STORY, "-"], wrong).exits(2).complains(&[
        "user.kind",
        "visitor",
        "otherExternalUser",
    ]);
    run_with(&["simulate", STORY, "-"], "{\n  \"usr\": {}\n}").exits(2).complains(&["usr"]);
    run_with(&["simulate", STORY, "-"], "{").exits(2).complains(&["not a sign-in"]);
    run(&["simulate", STORY, "no-such-file.json"]).exits(2).complains(&["no-such-file.json"]);
}

/// A small export with one file replaced.
fn export(name: &str, content: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let base = std::fs::read_to_string(at("specs/bases/complete.json")).expect("the base is there");
    let base: Value = serde_json::from_str(&base).expect("the base is JSON");
    for (path, value) in base.as_object().expect("the base is an object") {
        write(&folder.path().join(path), &value.to_string());
    }
    write(&folder.path().join(name), content);
    folder
}

pub(crate) fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder is made");
    std::fs::write(path, text).expect("the file is written");
}

fn check_export(name: &str, content: &str) -> Ran {
    let folder = export(name, content);
    run(&["check", &folder.path().to_string_lossy(), "--property", "bypass.mfa", "--profile", "likely"])
}

#[test]
fn errors_name_file_line_and_pointer() {
    let policies = "conditionalAccessPolicies.json";
    let context = "https://graph.microsoft.com/v1.0/$metadata#identity/conditionalAccess/policies";
    let page = |inner: &str, extra: &str| {
        format!("{{\n \"@odata.context\": \"{context}\",{extra}\n \"value\": [{inner}\n ]\n}}")
    };
    let policy = |state: &str, users: &str| {
        format!(
            "\n  {{\"id\": \"a7c40001-5d21-4e0b-9f3a-6b0d2e8c0001\", \"displayName\": \"P\", \"state\": {state},\n   \
             \"conditions\": {{\n    \"users\": {users},\n    \"applications\": {{\"includeApplications\": [\"All\"]}}, \
             \"clientAppTypes\": [\"all\"]}},\n   \"grantControls\": {{\"operator\": \"OR\", \"builtInControls\": [\"mfa\"]}}}}"
        )
    };
    let everybody = "{\"includeUsers\": [\"All\"]}";
    let good = page(&policy("\"enabled\"", everybody), "");
    check_export(policies, &good).exits(0);
    let truncated = &good[..good.len() / 2];
    check_export(policies, truncated).exits(2).complains(&[policies, ":"]);
    let next = "\n \"@odata.nextLink\": \"https://graph.microsoft.com/v1.0/x?$skiptoken=1\",";
    let next = page(&policy("\"enabled\"", everybody), next);
    check_export(policies, &next).exits(2).complains(&[policies, "nextLink"]);
    let wrong = page(&policy("\"enabled\"", "{\"includeUsers\": 7}"), "");
    let ran = check_export(policies, &wrong).exits(2);
    ran.complains(&["conditionalAccessPolicies.json:6", "/value/0/conditions/users/includeUsers"]);
    let wrong = page(&policy("true", everybody), "");
    check_export(policies, &wrong).exits(2).complains(&[policies, "/value/0/state"]);
    let twice =
        page(&format!("{},{}", policy("\"enabled\"", everybody), policy("\"disabled\"", everybody)), "");
    check_export(policies, &twice).exits(2).complains(&["a7c40001-5d21-4e0b-9f3a-6b0d2e8c0001"]);
}

#[test]
fn the_report_has_the_documented_keys_and_is_the_same_twice() {
    let arguments = ["check", STORY, "--format", "json"];
    let first = run(&arguments).exits(1);
    let second = run(&arguments).exits(1);
    assert!(first.out == second.out, "two runs differ");
    let report = first.json();
    for key in ["schema", "tool", "inputs", "assumptions", "space", "system", "verdicts", "unmodelled"] {
        assert!(report.get(key).is_some(), "no {key} in the report");
    }
    assert_eq!(report["schema"], "tenantproof.report/1");
    let verdicts = report["verdicts"].as_array().expect("verdicts are a list");
    assert_eq!(verdicts.len(), 23);
    for verdict in verdicts {
        for key in [
            "property",
            "verdict",
            "conditional",
            "scope",
            "reason",
            "counterexamples",
            "enumeration",
            "core",
            "contract",
            "certificate",
            "duals",
        ] {
            assert!(verdict.get(key).is_some(), "no {key} in a verdict");
        }
        for counterexample in verdict["counterexamples"].as_array().expect("a list") {
            for key in [
                "id",
                "cause",
                "range",
                "severity",
                "cube",
                "scenario",
                "evidence",
                "rules",
                "policies",
                "dependsOn",
                "scenarios",
                "affectedUsers",
            ] {
                assert!(counterexample.get(key).is_some(), "no {key} in a counterexample");
            }
        }
    }
    let inputs = report["inputs"].as_array().expect("inputs are a list");
    for input in inputs {
        for key in ["path", "sha256", "resource", "objects", "status", "why"] {
            assert!(input.get(key).is_some(), "no {key} in an input");
        }
        let explained = input["status"] != "ignored" || input["why"].is_string();
        assert!(explained, "ignored without a reason: {input}");
    }
}

/// Guests who have nothing but text messages are let in for sure until Microsoft's end for them, and not only until they end
/// for members. From then on it depends on a provider of the tenant's own.
#[test]
fn changes_to_come_name_the_verdicts_that_they_flip() {
    let folder = export(
        "conditionalAccessPolicies.json",
        r#"[{"id": "a7c40001-5d21-4e0b-9f3a-6b0d2e8c0001", "displayName": "MFA for guests", "state": "enabled",
        "conditions": {"users": {"includeGuestsOrExternalUsers": {"guestOrExternalUserTypes": "b2bCollaborationGuest",
        "externalTenants": null}}, "applications": {"includeApplications": ["All"]}, "clientAppTypes": ["all"]},
        "grantControls": {"operator": "OR", "builtInControls": ["mfa"]}}]"#,
    );
    let path = folder.path().join("authenticationMethodsPolicy.json");
    let text = std::fs::read_to_string(&path).expect("the methods policy is there");
    let mut methods: Value = serde_json::from_str(&text).expect("it is JSON");
    for config in methods["authenticationMethodConfigurations"].as_array_mut().expect("a list") {
        let id = config["id"].as_str().expect("an id");
        config["state"] = if id == "Sms" { "enabled" } else { "disabled" }.into();
    }
    write(&path, &methods.to_string());
    let tenant = folder.path().to_string_lossy().into_owned();
    let check =
        ["check", &tenant, "--property", "lockout.external", "--profile", "likely", "--format", "json"];
    let report = run(&check).exits(0).json();
    let flips = |date: &str| {
        let all = report["upcoming"].as_array().expect("a list");
        all.iter().find(|one| one["date"] == date).expect("the day is known")["flips"].clone()
    };
    assert_eq!(flips("2027-02-01"), serde_json::json!([]));
    let open = serde_json::json!([{"property": "lockout.external", "from": "holds", "to": "undetermined"}]);
    assert_eq!(flips("2027-07-01"), open);
    run(&[&check[..], &["--as-of", "2027-07-01"]].concat()).exits(3);
    run(&[&check[..], &["--as-of", "2027-06-30"]].concat()).exits(0);
}

/// A pipeline that knows of what there is fails on what is new alone, whatever else is violated.
#[test]
fn a_baseline_tells_what_is_new() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let report = |tenant: &str| {
        let name =
            format!("{}.json", Path::new(tenant).file_name().and_then(|n| n.to_str()).expect("a name"));
        let path = folder.path().join(name);
        write(&path, &run(&["check", tenant, "--property", "lockout.*", "--format", "json"]).out);
        path.to_string_lossy().into_owned()
    };
    let (story, cured) = (report(STORY), report("specs/tenants/story-mfa"));
    let since = |tenant: &str, baseline: &str, code: i32| {
        let check = ["check", tenant, "--property", "lockout.*", "--format", "json"];
        let ran = run(&[&check[..], &["--baseline", baseline, "--fail-on-new"]].concat()).exits(code);
        ran.json()["baseline"].clone()
    };
    let count = |since: &Value, key: &str| since[key].as_array().map_or(0, Vec::len);
    let same = since(STORY, &story, 0);
    assert_eq!((count(&same, "new"), count(&same, "gone"), count(&same, "verdicts")), (0, 0, 0));
    assert!(count(&same, "unchanged") > 0 && count(&same, "differs") == 0);
    // The cure leaves doubts that were there, and brings none of the violations back.
    let better = since("specs/tenants/story-mfa", &story, 3);
    let gone = better["gone"].as_array().expect("a list");
    assert!(gone.iter().any(|id| id.as_str().is_some_and(|id| id.starts_with("lockout.external/"))));
    let worse = since(STORY, &cured, 1);
    let changed = worse["verdicts"].as_array().expect("a list");
    let back = |one: &&Value| one["property"] == "lockout.external" && one["to"] == "violated";
    assert_eq!(changed.iter().find(back).expect("it is violated again")["worse"], true);
    // A run under other assumptions says so, and what was not decided then is new now.
    let text = run(&["check", STORY, "--baseline", &cured, "--assume", "RESTART=yes"]).exits(1);
    assert!(text.out.contains("The baseline differs in what is assumed."), "{}", text.out);
    run(&["check", STORY, "--fail-on-new"]).exits(2);
    run(&["check", STORY, "--baseline", "README.md"]).exits(2).complains(&["README.md", "no report"]);
}

/// What the cure of the story's lockout opens is found by deciding the cured tenant.
#[test]
fn cures_are_weighed() {
    let report = run(&["check", STORY, "--property", "lockout.external", "--format", "json"]).exits(1).json();
    let duals = report["verdicts"][0]["duals"].as_array().expect("a list");
    let of = |change: &str| duals.iter().find(|d| d["cause"] == "LCK-8" && d["change"] == change);
    let opens = |dual: &Value, property: &str| {
        dual["opens"].as_array().is_some_and(|all| all.iter().any(|one| one["property"] == property))
    };
    let trust = of("trustMfa").expect("trust is weighed");
    assert!(trust["gone"] == trust["of"] && opens(trust, "bypass.foreign-mfa"), "{trust}");
    let ask = of("askForMfa").expect("asking for MFA is weighed");
    assert!(ask["gone"] == ask["of"] && !opens(ask, "bypass.foreign-mfa"), "{ask}");
}

#[test]
fn output_also_goes_to_files() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("report.json");
    let output = format!("json={}", path.display());
    let text = run(&["check", STORY, "--property", "bypass.mfa", "--output", &output]).exits(0);
    assert!(text.out.contains("bypass.mfa"));
    let written: Value =
        serde_json::from_str(&std::fs::read_to_string(path).expect("it is written")).expect("JSON");
    assert_eq!(written["verdicts"][0]["verdict"], "holds");
}

#[test]
fn catalogues_and_graphs_are_printed() {
    for (command, key) in [("rules", "rules"), ("properties", "properties"), ("assumptions", "assumptions")] {
        let found = run(&[command, "--format", "json"]).exits(0).json();
        assert!(found[key].as_array().is_some_and(|list| !list.is_empty()), "{command} is empty");
        run(&[command]).exits(0);
        run(&[command, "no-such-id"]).exits(2);
    }
    assert!(run(&["graph", STORY]).exits(0).out.starts_with("digraph"));
    run(&["graph", STORY, "--format", "mermaid"]).exits(0);
    run(&["completions", "bash"]).exits(0);
    run(&["test", "specs/errors"]).exits(0);
}

/// In whatever form a contract is written, it is run; what is none is named, and what cannot be read is an error.
#[test]
fn no_contract_of_a_folder_is_passed_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let outside = tempfile::tempdir().expect("another one");
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).expect("a file");
    let statement = |id: &str| {
        format!("{{id: {id}, who: {{kind: member, identityProvider: google}}, must: reach, expect: vacuous}}")
    };
    let block = |id: &str| format!("contracts: 1\nstatements:\n  - {}\n", statement(id));
    write("block.yaml", block("a").as_bytes());
    write("bom.yml", format!("\u{feff}{}", block("b")).as_bytes());
    write("flow.YAML", format!("# first\n{{contracts: 1, statements: [{}]}}\n", statement("c")).as_bytes());
    write("quoted.yaml", block("d").replace("contracts:", "\"contracts\" :").as_bytes());
    let wide = format!("\u{feff}{}", block("e"));
    write("wide.yaml", &wide.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>());
    write("pipeline.yaml", b"stages: [build]\nvariables: {contracts: 1}\n");
    write("notes.txt", b"contracts: 1\n");
    let mut passed = 5;
    #[cfg(unix)]
    {
        std::fs::write(outside.path().join("f"), block("f")).expect("a file");
        std::os::unix::fs::symlink(outside.path().join("f"), folder.path().join("link.yaml"))
            .expect("a link");
        passed += 1;
    }
    let path = folder.path().display().to_string();
    let test = ["test", &path, "--tenant", STORY];
    let ran = run(&test).exits(0);
    assert!(ran.out.contains(&format!("{passed} passed, 0 failed")), "{}", ran.out);
    assert!(ran.err.contains("pipeline.yaml: passed over, it is no contract"), "{}", ran.err);
    assert!(!ran.err.contains("notes.txt"), "{}", ran.err);
    run(&["test", &path]).exits(2).complains(&[&format!("contracts there ({passed}) are not run; --tenant")]);

    write("cut.yaml", b"statements: [\ncontracts: 1\n");
    run(&test).exits(2).complains(&["cut.yaml:", "this is no YAML"]);
    write("cut.yaml", b"contracts: 1 # \xff\n");
    run(&test).exits(2).complains(&["cut.yaml", "save it as UTF-8"]);
    std::fs::remove_file(folder.path().join("cut.yaml")).expect("it is there");
    #[cfg(unix)]
    {
        let nowhere = outside.path().join("nowhere");
        std::os::unix::fs::symlink(nowhere, folder.path().join("gone.yaml")).expect("a link");
        run(&test).exits(2).complains(&["gone.yaml", "cannot read"]);
    }
}

/// A command of a document and what it is said to print.
struct Shown {
    page: PathBuf,
    line: usize,
    command: String,
    output: Vec<String>,
}

fn shown(page: &str) -> Vec<Shown> {
    let page = at(page);
    let text = std::fs::read_to_string(&page).unwrap_or_else(|error| panic!("{}: {error}", page.display()));
    let mut found: Vec<Shown> = Vec::new();
    let mut inside = false;
    for (number, line) in text.lines().enumerate() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if let (true, Some(command)) = (inside, line.strip_prefix("$ ")) {
            found.push(Shown {
                page: page.clone(),
                line: number + 1,
                command: command.to_owned(),
                output: Vec::new(),
            });
        } else if let (true, Some(last)) = (inside, found.last_mut()) {
            last.output.push(line.to_owned());
        }
    }
    found
}

/// Whether printed lines are the expected ones, where `...` stands for any number of lines.
fn matches(expected: &[String], printed: &[&str]) -> bool {
    match expected.split_first() {
        None => printed.is_empty(),
        Some((wild, rest)) if wild == "..." => {
            (0..=printed.len()).any(|skip| matches(rest, &printed[skip..]))
        }
        Some((line, rest)) => {
            let same = printed.split_first().filter(|(first, _)| first.trim_end() == line.trim_end());
            same.is_some_and(|(_, others)| matches(rest, others))
        }
    }
}

/// Words of a command line; quotes keep blanks and stars.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for c in command.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, ' ') => words.push(String::new()),
            _ => words.last_mut().expect("there is a word").push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn documents_print_what_they_show() {
    let mut wrong = Vec::new();
    let mut count = 0;
    let pages = std::fs::read_dir(at("docs")).expect("the documents").flatten();
    let pages = pages.filter(|page| page.path().extension().is_some_and(|ending| ending == "md"));
    let pages = pages.map(|page| format!("docs/{}", page.file_name().to_string_lossy()));
    for page in pages.chain(["README.md".to_owned()]) {
        for shown in shown(&page) {
            let words = words(&shown.command);
            let Some((program, arguments)) = words.split_first() else { continue };
            if program != "tenantproof" && program != "target/release/tenantproof" {
                continue;
            }
            count += 1;
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let ran = run(&arguments);
            let mut printed: Vec<&str> = ran.out.lines().collect();
            while printed.last().is_some_and(|line| line.trim().is_empty()) {
                printed.pop();
            }
            let mut expected = shown.output.clone();
            while expected.last().is_some_and(|line| line.trim().is_empty()) {
                expected.pop();
            }
            if !matches(&expected, &printed) {
                let (page, line) = (shown.page.display(), shown.line);
                let missing =
                    expected.iter().find(|line| *line != "..." && !printed.contains(&line.as_str()));
                let err = &ran.err;
                wrong.push(format!(
                    "{page}:{line}: {}\n  first line that is not printed: {missing:?}\n{err}",
                    shown.command
                ));
            }
        }
    }
    assert!(count > 0, "no command in the README");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
