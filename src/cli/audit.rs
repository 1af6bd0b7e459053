//! `audit`: evidence, checked by whoever doubts it.
//!
//! The folder is made again from the inputs and compared byte for byte; proofs are checked, sign-ins walked, and other solvers asked. What
//! the folder says of itself is believed only where that agrees.

use std::path::{Path, PathBuf};
use std::process::Command as Program;

use clap::Parser;
use serde_json::Value;

use super::args::{Args, Audit, Check, Command};
use super::check::{Aside, Run};
use super::commands::{Stop, read as read_tenant, usage};
use super::exit::Exit;
use super::output::{progress, result};
use crate::check::{Outcome, simulate};
use crate::counterexample::EvidenceKind;
use crate::parallel::{available, each};
use crate::proof::check as check_proof;
use crate::report::{Files, MANIFEST, TRUSTED, sha256};
use crate::scenario::Scenario;

/// What was found, for the last lines.
#[derive(Default)]
struct Findings {
    /// What does not agree.
    wrong: Vec<String>,
    /// What was checked.
    checked: Vec<String>,
}

impl Findings {
    /// Counts what agrees of several things, and names what does not.
    fn count(&mut self, what: &str, results: impl IntoIterator<Item = Result<(), String>>) {
        let (mut good, mut all) = (0, 0);
        for one in results {
            all += 1;
            match one {
                Ok(()) => good += 1,
                Err(wrong) => self.wrong.push(wrong),
            }
        }
        self.checked.push(format!("{good} of {all} {what}"));
    }
}

/// Checks a folder.
pub(super) fn run(audit: &Audit, args: &Args) -> Result<Exit, Stop> {
    let folder = read(&audit.evidence)?;
    let manifest = folder.get(MANIFEST).and_then(|bytes| serde_json::from_slice::<Value>(bytes).ok());
    let manifest =
        manifest.filter(|manifest| manifest["schema"] == "tenantproof.evidence/1").ok_or_else(|| {
            let shown = audit.evidence.join(MANIFEST);
            (Exit::ToolWrong, format!("`{}` is no manifest; nothing can be checked", shown.display()))
        })?;
    let mut found = Findings::default();
    found.count("files are those that the manifest lists", listed(&folder, &manifest));
    let bar = progress(args.quiet, "deciding again");
    let again = decided(audit, &manifest, args.quiet);
    bar.finish_and_clear();
    match again {
        Ok((run, check)) => {
            let fresh = run.evidence(&check, &|path| folder.get(path).cloned())?;
            found.count("files are the same when they are made again", compared(&folder, &fresh));
            found.count(
                "proofs are proofs, by a checker of this program that shares nothing with the solver",
                proofs(&fresh),
            );
            found.count("sign-ins end as their findings say", replayed(&run, &fresh));
        }
        Err((_, why)) => found.wrong.push(format!(
            "it cannot be decided again (--tenant and --home say where things lie now): {why}"
        )),
    }
    for solver in &audit.solver {
        let what = format!("questions are answered alike by {}", solver.display());
        found.count(&what, asked(solver, &audit.evidence, &folder));
    }
    Ok(conclude(&found))
}

/// Every file of a folder. Links are not followed: what they lead to is not evidence.
fn read(folder: &Path) -> Result<Files, Stop> {
    let mut files = Files::new();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.map_err(|e| usage(format!("cannot read the evidence: {e}; check the path")))?;
        let path = entry.path();
        if entry.file_type().is_dir() {
            let empty = std::fs::read_dir(path).is_ok_and(|mut inside| inside.next().is_none());
            if empty && path != folder {
                files.insert(format!("{}/", named(folder, path)?), Vec::new());
            }
            continue;
        }
        let name = named(folder, path)?;
        let bytes = if entry.file_type().is_file() {
            std::fs::read(path)
                .map_err(|e| usage(format!("cannot read `{}`: {e}; check it", path.display())))?
        } else {
            Vec::new()
        };
        files.insert(name, bytes);
    }
    Ok(files)
}

/// The path of a file below the folder, as a manifest names it. One that no evidence has is refused: no two files have one name.
fn named(folder: &Path, path: &Path) -> Result<String, Stop> {
    let parts = path.strip_prefix(folder).unwrap_or(path).components();
    let parts: Option<Vec<&str>> = parts.map(|part| part.as_os_str().to_str()).collect();
    let plain = |part: &&str| part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
    match parts {
        Some(parts) if parts.iter().all(plain) => Ok(parts.join("/")),
        _ => {
            let why =
                format!("`{}` is no name of a file of evidence; the evidence does not stand", path.display());
            Err((Exit::ToolWrong, why))
        }
    }
}

/// Each file is listed with its hash, and each that is listed is there. (The manifest and the statement list, and are compared later.)
fn listed(folder: &Files, manifest: &Value) -> Vec<Result<(), String>> {
    let all = manifest["files"].as_array().into_iter().flatten();
    let mut results = Vec::new();
    let mut names = vec![MANIFEST, crate::report::STATEMENT];
    for one in all {
        let name = one["path"].as_str().unwrap_or_default();
        names.push(name);
        results.push(match folder.get(name) {
            None => Err(format!("{name}: the manifest lists it, and it is missing")),
            Some(bytes) if one["sha256"] != sha256(bytes) => Err(format!("{name}: its hash is another one")),
            Some(_) => Ok(()),
        });
    }
    let stray = folder.keys().filter(|name| !names.contains(&name.as_str()));
    results.extend(stray.map(|name| Err(format!("{name}: the manifest does not list it"))));
    results
}

/// Decides again what the manifest says was decided.
fn decided(audit: &Audit, manifest: &Value, quiet: bool) -> Result<(Run, Check), Stop> {
    let words = manifest["command"].as_array().into_iter().flatten();
    let words: Option<Vec<&str>> = words.map(Value::as_str).collect();
    let words = std::iter::once("tenantproof").chain(words.unwrap_or_default());
    let parsed = Args::try_parse_from(words).map_err(|e| usage(e.to_string()))?;
    let Command::Check(mut check) = parsed.command else {
        return Err(usage("the command of the manifest is not `check`"));
    };
    let stated = (check.tenant.clone(), check.decide.assume.home.clone());
    if let Some(tenant) = &audit.tenant {
        check.tenant.clone_from(tenant);
    }
    if !audit.home.is_empty() {
        check.decide.assume.home.clone_from(&audit.home);
    }
    let ingested = read_tenant(&check.tenant, &check.decide.assume)?;
    let run = Run::of(ingested, &check.decide, check.threads, quiet, Aside { evidence: true, users: false })?;
    // Where things lie now is no part of the evidence.
    (check.tenant, check.decide.assume.home) = stated;
    Ok((run, check))
}

/// The folder is the one that is made again, and no other.
fn compared(folder: &Files, fresh: &Files) -> Vec<Result<(), String>> {
    let same = |(name, bytes): (&String, &Vec<u8>)| match folder.get(name) {
        Some(own) if own == bytes => Ok(()),
        Some(_) => Err(format!("{name}: it is not what is made from the inputs")),
        None => Err(format!("{name}: it is made from the inputs, and is missing")),
    };
    let stray = folder.keys().filter(|name| !fresh.contains_key(*name));
    let stray = stray.map(|name| Err(format!("{name}: it is not made from the inputs")));
    fresh.iter().map(same).chain(stray).collect()
}

fn proofs(files: &Files) -> Vec<Result<(), String>> {
    let all = files.iter().filter_map(|(name, bytes)| Some((name.strip_suffix(".lrat")?, name, bytes)));
    each(available(), &all.collect::<Vec<_>>(), |(stem, name, proof)| {
        let clauses = files.get(&format!("{stem}.cnf")).map(|bytes| String::from_utf8_lossy(bytes));
        let clauses = clauses.ok_or_else(|| format!("{name}: its clauses are missing"))?;
        check_proof(&clauses, &String::from_utf8_lossy(proof)).map_err(|flaw| format!("{name}: {flaw}"))
    })
}

/// Each shown sign-in is walked: granted where a bypass says so or a policy would stop it, blocked where a lockout does.
fn replayed(run: &Run, files: &Files) -> Vec<Result<(), String>> {
    let mut shown: Vec<(&String, &Scenario, bool)> = Vec::new();
    for verdict in run.verdicts() {
        for one in verdict.counterexamples().iter().filter(|one| one.depends_on.is_empty()) {
            shown.push((&one.id, &one.scenario, one.evidence.kind == EvidenceKind::Trace));
        }
        for (id, witness) in
            verdict.findings().iter().filter_map(|one| Some((&one.id, one.witness.as_ref()?)))
        {
            shown.extend(witness.depends_on.is_empty().then_some((id, &witness.scenario, true)));
        }
    }
    let (ingested, options) = run.asked();
    let mut results =
        each(available(), &shown, |(id, scenario, granted)| match simulate(ingested, options, scenario) {
            // Under another reading another first factor may be the one that gets in: one way is shown.
            Ok(told) if told.outcome == Outcome::Depends => Ok(()),
            Ok(told) if (told.outcome == Outcome::Granted) == *granted => Ok(()),
            Ok(told) => Err(format!("{id}: the sign-in ends otherwise: {:?}", told.outcome)),
            Err(refusal) => Err(format!("{id}: {refusal}")),
        });
    let unread = files.iter().filter(|(name, _)| name.starts_with("scenarios/"));
    let unread = unread.filter(|(_, bytes)| serde_json::from_slice::<Scenario>(bytes).is_err());
    results.extend(unread.map(|(name, _)| Err(format!("{name}: it is no sign-in"))));
    results
}

/// Another solver answers each question as it is recorded in it.
fn asked(solver: &PathBuf, folder: &Path, files: &Files) -> Vec<Result<(), String>> {
    let scripts = files.iter().filter(|(name, _)| name.strip_suffix(".smt2").is_some());
    each(available(), &scripts.collect::<Vec<_>>(), |(name, bytes)| {
        let recorded = status(bytes);
        let ran = Program::new(solver).arg(folder.join(name)).output();
        let ran = ran.map_err(|e| format!("{}: {e}; give the path of a solver", solver.display()))?;
        let said = String::from_utf8_lossy(&ran.stdout);
        let said = said.lines().map(str::trim).find(|line| ["sat", "unsat", "unknown"].contains(line));
        match said {
            Some(said) if said == recorded => Ok(()),
            said => Err(format!(
                "{name}: {} says {}, and {recorded} is recorded",
                solver.display(),
                said.unwrap_or("nothing")
            )),
        }
    })
}

/// The answer that a script records, on a line of its own: comments may have any words.
fn status(script: &[u8]) -> &'static str {
    let unsat = b"(set-info :status unsat)";
    if script.split(|byte| *byte == b'\n').any(|line| line == unsat) { "unsat" } else { "sat" }
}

fn conclude(found: &Findings) -> Exit {
    let mut text = String::new();
    for line in &found.checked {
        text += &format!("checked: {line}\n");
    }
    for line in TRUSTED {
        text += &format!("taken on trust: {line}\n");
    }
    for line in &found.wrong {
        text += &format!("WRONG {line}\n");
    }
    text += if found.wrong.is_empty() { "the evidence stands" } else { "the evidence does not stand" };
    result(&text);
    if found.wrong.is_empty() { Exit::Holds } else { Exit::ToolWrong }
}
