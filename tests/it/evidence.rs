//! Evidence stands as it is written, and not after anything of it was changed.

use crate::cli::{run, write};
use crate::support::at;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Questions of every kind: one that holds, one with counterexamples, one that needs unknowns.
const PROPERTIES: [&str; 6] =
    ["--property", "bypass.mfa", "--property", "lockout.external", "--property", "bypass.foreign-mfa"];

/// A copy of the story's tenant, and the evidence of what was decided about it.
struct Evidence {
    folder: tempfile::TempDir,
}

impl Evidence {
    fn new() -> Evidence {
        let folder = tempfile::tempdir().expect("a temporary folder");
        copy(&at("specs/tenants/story"), &folder.path().join("tenant"));
        let evidence = Evidence { folder };
        let (tenant, written) = (evidence.at("tenant"), evidence.at("evidence"));
        let words =
            [&["check", tenant.as_str()][..], &PROPERTIES, &["--evidence", written.as_str()]].concat();
        run(&words).exits(1);
        evidence
    }

    fn at(&self, name: &str) -> String {
        self.folder.path().join(name).to_string_lossy().into_owned()
    }

    fn audit(&self, code: i32) -> String {
        run(&["audit", &self.at("evidence")]).exits(code).out
    }

    fn files(&self, ending: &str) -> Vec<PathBuf> {
        let all = walkdir::WalkDir::new(self.at("evidence")).sort_by_file_name().into_iter();
        let all = all.map(|entry| entry.expect("an entry").into_path());
        all.filter(|path| path.to_string_lossy().ends_with(ending)).collect()
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.expect("an entry");
        let target = to.join(entry.path().strip_prefix(from).expect("below"));
        if entry.file_type().is_dir() {
            std::fs::create_dir_all(target).expect("a folder");
        } else {
            std::fs::copy(entry.path(), target).expect("a file");
        }
    }
}

#[test]
fn evidence_stands_and_is_the_same_twice() {
    let evidence = Evidence::new();
    let said = evidence.audit(0);
    assert!(said.contains("the evidence stands") && said.contains("taken on trust:"), "{said}");
    let proofs = evidence.files(".lrat").len();
    assert!(proofs >= 4 && said.contains(&format!("checked: {proofs} of {proofs} proofs")), "{said}");
    // Somebody else's small program accepts the proofs too.
    let mut second = std::process::Command::new("python3");
    second.arg(at("tests/lrat.py")).arg(evidence.at("evidence"));
    let said = second.output().expect("python3, which the set-up needs too");
    let said = String::from_utf8_lossy(&[said.stdout, said.stderr].concat()).into_owned();
    assert_eq!(said.trim(), format!("{proofs} proofs accepted"));
    // Somewhere else it is the same, once it is told where things lie.
    let moved = tempfile::tempdir().expect("a temporary folder");
    let tenant = moved.path().join("elsewhere");
    std::fs::rename(evidence.at("tenant"), &tenant).expect("it is moved");
    assert!(evidence.audit(4).contains("--tenant and --home say where things lie now"));
    run(&["audit", &evidence.at("evidence"), "--tenant", &tenant.to_string_lossy()]).exits(0);
    let report: Value = serde_json::from_str(
        &std::fs::read_to_string(evidence.at("evidence/report.json")).expect("a report"),
    )
    .unwrap();
    for verdict in report["verdicts"].as_array().expect("verdicts") {
        let path = verdict["certificate"]["path"].as_str().expect("a certificate");
        assert!(Path::new(&evidence.at("evidence")).join(path).is_file(), "{path}");
    }
    let (tenant, written) = (tenant.to_string_lossy().into_owned(), evidence.at("evidence"));
    run(&["check", &tenant, "--evidence", &written]).exits(2).complains(&["--evidence", "not empty"]);
}

#[test]
fn evidence_that_was_changed_does_not_stand() {
    let evidence = Evidence::new();
    let mut changes: Vec<PathBuf> = ["report.json", "manifest.json", "statement.json"]
        .map(|name| PathBuf::from(evidence.at("evidence")).join(name))
        .to_vec();
    for ending in [".smt2", ".cnf", ".lrat"] {
        changes.extend(evidence.files(ending).into_iter().take(1));
    }
    changes.extend(
        evidence
            .files(".json")
            .into_iter()
            .filter(|path| path.to_string_lossy().contains("/verdicts/"))
            .take(1),
    );
    changes.extend(
        evidence
            .files(".json")
            .into_iter()
            .filter(|path| path.to_string_lossy().contains("/scenarios/"))
            .take(1),
    );
    assert_eq!(changes.len(), 8);
    let policies = walkdir::WalkDir::new(evidence.at("tenant/Policies")).sort_by_file_name().into_iter();
    let policies = policies.map(|entry| entry.expect("an entry").into_path());
    changes.push(policies.into_iter().find(|path| path.is_file()).expect("an input"));
    for path in changes {
        let before = std::fs::read(&path).expect("a file");
        let mut after = before.clone();
        // A digit or a letter becomes another one: still text, and another meaning.
        let place = (after.len() / 2..after.len())
            .find(|at| after[*at].is_ascii_digit() || after[*at].is_ascii_lowercase());
        let place = place.expect("a digit or a letter");
        after[place] = if after[place] == b'1' || after[place] == b'b' {
            after[place] + 1
        } else if after[place].is_ascii_digit() {
            b'1'
        } else {
            b'b'
        };
        std::fs::write(&path, &after).expect("it is changed");
        let said = evidence.audit(4);
        assert!(said.contains("WRONG") || path.ends_with("manifest.json"), "{}: {said}", path.display());
        std::fs::write(&path, &before).expect("it is changed back");
    }
    // One file more, one less.
    let stray = PathBuf::from(evidence.at("evidence")).join("questions/more.smt2");
    write(&stray, "(check-sat)\n");
    assert!(evidence.audit(4).contains("the manifest does not list it"));
    std::fs::remove_file(&stray).expect("it is removed");
    // A name that would be taken for another one where separators are.
    let script = evidence.files(".smt2").into_iter().next().expect("a script");
    let name = script.file_name().expect("a name").to_string_lossy().into_owned();
    let twin = PathBuf::from(evidence.at("evidence")).join(format!("questions\\{name}"));
    std::fs::copy(&script, &twin).expect("it is copied");
    let honest = std::fs::read(&script).expect("a script");
    write(&script, "(check-sat)\n");
    evidence.audit(4);
    std::fs::write(&script, honest).expect("it is changed back");
    evidence.audit(4);
    std::fs::remove_file(&twin).expect("it is removed");
    let empty = PathBuf::from(evidence.at("evidence")).join("questions/nothing");
    std::fs::create_dir(&empty).expect("a folder");
    assert!(evidence.audit(4).contains("the manifest does not list it"));
    std::fs::remove_dir(&empty).expect("it is removed");
    let gone = evidence.files(".lrat").into_iter().next().expect("a proof");
    let kept = std::fs::read(&gone).expect("a proof");
    std::fs::remove_file(&gone).expect("it is removed");
    assert!(evidence.audit(4).contains("it is missing"));
    std::fs::write(&gone, kept).expect("it is there again");
    evidence.audit(0);
}
