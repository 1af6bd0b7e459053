//! Every verdict of the specifications has evidence, and it stands.
//!
//! A few cases each time; `PROPTEST_CASES=100000` takes all of them. With `TENANTPROOF_KEEP=DIR` their folders stay, for other solvers.

use crate::cli::{run, write};
use crate::support::{at, cases};
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};
use tenantproof::parallel::{available, each};
use tenantproof::property::CATALOGUE;
use tenantproof::spec::{Case, Runner, TenantSource};

/// What decides without a solver.
const READ_OFF: [&str; 2] = ["hygiene.dangling-reference", "hygiene.refused"];

/// The files of a tenant, those of its bases first.
fn files(map: &Map<String, Value>, found: &mut Map<String, Value>) {
    if let Some(base) = map.get("extends").and_then(Value::as_str) {
        let text = std::fs::read_to_string(at(&format!("specs/bases/{base}.json"))).expect("a base");
        files(&serde_json::from_str(&text).expect("an object"), found);
    }
    for (path, content) in map.iter().filter(|(path, _)| *path != "extends") {
        if content.is_null() {
            found.shift_remove(path);
        } else {
            found.insert(path.clone(), content.clone());
        }
    }
}

/// Where a tenant of a case lies.
fn laid_out(source: &TenantSource, folder: PathBuf) -> PathBuf {
    match source {
        TenantSource::Folder(name) => at("specs").join(name),
        TenantSource::Inline(map) => {
            let mut found = Map::new();
            files(map, &mut found);
            std::fs::create_dir_all(&folder).expect("a folder");
            for (path, content) in found {
                write(&folder.join(path), &content.to_string());
            }
            folder
        }
    }
}

/// The properties that a case says something about.
fn properties(case: &Case) -> Vec<&str> {
    let stated = |keyword: &str| {
        case.contract
            .as_ref()
            .is_some_and(|text| text.lines().any(|l| l.trim() == format!("- id: {keyword}")))
    };
    let known = |keyword: &&str| CATALOGUE.iter().any(|p| p.id == *keyword) || stated(keyword);
    let mut found: Vec<&str> = case.expect.iter().map(|(_, e)| e.keyword.as_str()).filter(known).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The words of a command line that decides what the case decides.
fn words(case: &Case, folder: &Path) -> Vec<String> {
    let tenant = laid_out(&case.tenant, folder.join("tenant"));
    let mut words = vec!["check".to_owned(), tenant.display().to_string()];
    let mut add = |option: &str, value: String| words.extend([option.to_owned(), value]);
    for (at, (id, home)) in case.homes.iter().enumerate() {
        add("--home", format!("{id}={}", laid_out(home, folder.join(format!("home{at}"))).display()));
    }
    if let Some(contract) = &case.contract {
        let path = folder.join("contract.yaml");
        write(&path, contract);
        add("--contract", path.display().to_string());
    }
    for property in properties(case) {
        add("--property", property.to_owned());
    }
    for (_, expected) in &case.expect {
        let option = match expected.keyword.as_str() {
            option @ ("assume" | "profile" | "as-of" | "memberships") => option,
            option @ ("enable" | "break-glass") => {
                expected.words.iter().for_each(|id| add(&format!("--{option}"), id.clone()));
                continue;
            }
            _ => continue,
        };
        add(&format!("--{option}"), expected.words.join(" "));
    }
    words
}

/// Decides a case with evidence, and has it audited; how many questions there are.
fn certified(case: &Case, folder: &Path) -> usize {
    std::fs::create_dir_all(folder).expect("a folder");
    let evidence = folder.join("evidence").display().to_string();
    let mut words = words(case, folder);
    words.extend(
        ["--evidence", evidence.as_str(), "--fail-on", "never", "--format", "json"].map(str::to_owned),
    );
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let report = run(&words).exits(0).json();
    let mut questions = 0;
    for verdict in report["verdicts"].as_array().expect("verdicts") {
        let path = verdict["certificate"]["path"].as_str().expect("a certificate");
        let text = std::fs::read_to_string(Path::new(&evidence).join(path)).expect("a certificate");
        let certificate: Value = serde_json::from_str(&text).expect("a certificate");
        let asked = certificate["questions"].as_array().expect("questions").len();
        questions += asked;
        let id = verdict["property"].as_str().expect("a property");
        let closed = verdict["enumeration"].as_array().into_iter().flatten();
        let closed = closed.filter(|e| e["status"] == "complete" || e["status"] == "upTo").count();
        let needed = match verdict["verdict"].as_str() {
            Some("holds") if !id.starts_with("hygiene.") => 1,
            Some("holds") if !READ_OFF.contains(&id) && verdict["findings"].is_array() => 0,
            Some("vacuous") => 1,
            // One person stands for all who could repair.
            _ if id == "lockout.tenant" => closed.min(1),
            _ => closed,
        };
        assert!(asked >= needed, "{}: {id} has {asked} questions, and needs {needed}", case.name);
    }
    let said = run(&["audit", &evidence]).exits(0).out;
    assert!(said.contains("the evidence stands"), "{}: {said}", case.name);
    questions
}

#[test]
fn every_verdict_of_the_specifications_has_evidence() {
    let found = Runner::new(&at("specs")).files(&[at("specs")]).unwrap_or_else(|error| panic!("{error}"));
    let all = found.iter().flat_map(|file| &file.cases);
    let readable = |case: &&Case| case.expect.iter().all(|(_, expected)| expected.keyword != "error");
    let all: Vec<&Case> = all.filter(readable).filter(|case| !properties(case).is_empty()).collect();
    let most = usize::try_from(cases(8)).expect("few").min(all.len());
    let step = all.len() / most;
    let some: Vec<(usize, &Case)> = all.into_iter().enumerate().step_by(step).collect();
    let kept = std::env::var_os("TENANTPROOF_KEEP").map(PathBuf::from);
    let own = tempfile::tempdir().expect("a temporary folder");
    let folder = kept.as_deref().unwrap_or(own.path());
    let asked = each(available(), &some, |(at, case)| certified(case, &folder.join(at.to_string())));
    eprintln!("{} cases, {} questions", asked.len(), asked.iter().sum::<usize>());
    assert!(asked.iter().sum::<usize>() > some.len());
}
