//! What other programs take of ours: the gate of pipelines is run, the YAML around it is read, and PowerShell reads keys that are there.

use crate::cli::run;
use crate::support::{at, root};
use serde_json::Value;
use std::process::Command;

fn yaml(path: &str) -> Value {
    let text = std::fs::read_to_string(at(path)).expect("a file");
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(at(path)).expect("a file")
}

#[test]
fn the_gate_writes_every_report_and_ends_as_the_check_does() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).display().to_string();
    let gate = |options: &str, baseline: &str| {
        let output = Command::new("bash")
            .arg("scripts/gate.sh")
            .current_dir(root())
            .env("TENANT", "specs/tenants/story")
            .env("OPTIONS", options)
            .env("BASELINE", baseline)
            .env("REPORTS", at("reports"))
            .env("SUMMARY", at("summary.md"))
            .env("PROGRAM", env!("CARGO_BIN_EXE_tenantproof"))
            .output()
            .expect("bash runs");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    assert_eq!(gate("", "").0, Some(1));
    for name in ["report.json", "report.sarif", "report.junit.xml", "report.md", "report.html"] {
        let length = std::fs::metadata(folder.path().join("reports").join(name)).map_or(0, |file| file.len());
        assert!(length > 100, "{name} has {length} bytes");
    }
    let summary = std::fs::read_to_string(at("summary.md")).expect("a summary");
    assert!(summary.contains("lockout"), "{summary}");
    // Against itself nothing is new.
    std::fs::copy(folder.path().join("reports/report.json"), folder.path().join("before.json"))
        .expect("a copy");
    assert_eq!(gate("", &at("before.json")).0, Some(0));
    assert_eq!(gate("--property bypass.mfa --profile likely", "").0, Some(0));
    // Options are words and nothing else.
    let (code, said) = gate("--property '$(touch run)' ; touch run", "");
    assert_eq!(code, Some(2), "{said}");
    assert!(!at_root("run"));
}

fn at_root(name: &str) -> bool {
    root().join(name).exists()
}

#[test]
fn the_action_and_the_template_call_the_gate_with_what_it_takes() {
    let gate = read("scripts/gate.sh");
    let action = yaml("action.yml");
    let steps = action["runs"]["steps"].as_array().expect("steps");
    let step = steps.iter().find(|step| step["id"] == "gate").expect("the gate");
    for (name, value) in step["env"].as_object().expect("env") {
        let value = value.as_str().expect("text");
        assert!(name == "ACTION" || gate.contains(&format!("{{{name}")), "the gate does not take {name}");
        // Inputs reach the script through the environment only: text in a script is run.
        let input = value.trim_start_matches("${{ inputs.").trim_end_matches(" }}");
        assert!(name == "ACTION" || action["inputs"].get(input).is_some(), "{value}");
    }
    let script = step["run"].as_str().expect("a script");
    assert!(!script.contains("${{"), "{script}");
    let template = yaml("integrations/azure/tenantproof.yml");
    let calls = template["steps"].as_array().expect("steps").iter();
    let call = calls.filter(|step| step["bash"].as_str().is_some_and(|run| run.contains("gate.sh"))).count();
    assert_eq!(call, 1);
    let workflow = yaml("integrations/github-workflow.yml");
    let used = workflow["jobs"]["tenantproof"]["steps"].as_array().expect("steps");
    let own = used.iter().find(|step| step["id"] == "proof").expect("the step");
    for name in own["with"].as_object().expect("inputs").keys() {
        assert!(action["inputs"].get(name).is_some(), "the action has no input {name}");
    }
}

#[test]
fn powershell_reads_keys_that_a_report_has() {
    let module = read("integrations/powershell/TenantProof/TenantProof.psm1");
    let report = run(&["check", "specs/tenants/story", "--format", "json"]).exits(1).json();
    let verdict = &report["verdicts"]
        .as_array()
        .expect("verdicts")
        .iter()
        .find(|verdict| verdict["counterexamples"].as_array().is_some_and(|all| !all.is_empty()))
        .expect("a finding")
        .clone();
    let finding = &verdict["counterexamples"][0];
    let policy = &report["policies"][0];
    let mut looked_at = 0;
    for (name, object) in
        [("$Report", &report), ("$verdict", verdict), ("$finding", finding), ("$policy", policy)]
    {
        for part in module.split(&format!("{name}.")).skip(1) {
            let key: String = part.chars().take_while(|c| c.is_ascii_alphanumeric()).collect();
            assert!(object.get(&key).is_some(), "{name}.{key} is in no report");
            looked_at += 1;
        }
    }
    assert!(looked_at >= 18, "{looked_at}");
    // Where PowerShell is, it is asked.
    if Command::new("pwsh").arg("-v").output().is_ok() {
        let script = format!(
            "Import-Module ./integrations/powershell/TenantProof; $v = Test-TenantProof specs/tenants/story -Program '{}'; ($v | Where-Object Verdict -eq violated).Count",
            env!("CARGO_BIN_EXE_tenantproof")
        );
        let output = Command::new("pwsh")
            .args(["-NoProfile", "-Command", &script])
            .current_dir(root())
            .output()
            .expect("it runs");
        let violated = report["verdicts"]
            .as_array()
            .expect("verdicts")
            .iter()
            .filter(|verdict| verdict["verdict"] == "violated")
            .count();
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), violated.to_string());
    }
}

#[test]
fn the_book_has_every_document() {
    let summary = read("docs/SUMMARY.md");
    let mut missing = Vec::new();
    for folder in ["docs", "docs/semantics", "docs/adr"] {
        for page in std::fs::read_dir(at(folder)).expect("documents").flatten() {
            let name = page.file_name().to_string_lossy().into_owned();
            let path = format!("{folder}/{name}").trim_start_matches("docs/").to_owned();
            let is_page = page.path().extension().is_some_and(|ending| ending == "md");
            let text = std::fs::read_to_string(page.path()).unwrap_or_default();
            let links = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
            for link in links.filter(|link| !link.is_empty() && !link.contains(':')) {
                let inside = !link.starts_with("../") || folder != "docs";
                assert!(
                    inside && at(folder).join(link).exists(),
                    "{path} links {link}, which the book lacks"
                );
            }
            if is_page && name != "SUMMARY.md" && !summary.contains(&format!("]({path})")) {
                missing.push(path);
            }
        }
    }
    assert!(missing.is_empty(), "docs/SUMMARY.md does not name {missing:?}");
}

#[test]
fn every_command_has_a_manual_page() {
    let folder = tempfile::tempdir().expect("a folder");
    let pages = folder.path().join("man");
    run(&["man", &pages.display().to_string()]).exits(0);
    let help = run(&["--help"]).exits(0).out;
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let names: Vec<&str> = commands.map_while(|line| line.split_whitespace().next()).collect();
    assert!(names.len() > 10, "{names:?}");
    for name in names.into_iter().filter(|name| *name != "help") {
        let page = std::fs::read_to_string(pages.join(format!("tenantproof-{name}.1"))).unwrap_or_default();
        assert!(
            page.contains(".TH") && page.contains(&format!("tenantproof\\-{name}")),
            "{name}: {page:.200}"
        );
    }
    assert!(std::fs::read_to_string(pages.join("tenantproof.1")).is_ok_and(|page| page.contains("check")));
    // What is in the way of a page is named.
    let blocked = folder.path().join("file");
    std::fs::write(&blocked, "").expect("a file");
    run(&["man", &blocked.display().to_string()]).exits(2).complains(&["file"]);
}
