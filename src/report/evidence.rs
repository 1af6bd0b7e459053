//! The evidence of a run as a folder: questions for any solver, proofs, sign-ins to replay, and a manifest that ties them.
//!
//! It is made in memory, so that an audit can make it again and compare. Names of files are hashes of what they hold: nothing of a tenant
//! is in a path.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::view::{Inputs, report};
use crate::check::{Obligation, Verdict};
use crate::document::{Certificate, Report};
use crate::parallel::{available, each};
use crate::proof::{Cnf, Proved, prove, script};

/// The manifest of a folder.
pub const MANIFEST: &str = "manifest.json";
/// The report, with the certificate of each verdict.
pub const REPORT: &str = "report.json";
/// The statement about it for tools that sign.
pub const STATEMENT: &str = "statement.json";

/// What nobody has to take on trust, and what everybody has to.
pub const TRUSTED: &[&str] = &[
    "the reading of the rules (docs/semantics) and of the input: an audit reads both again with this program, and no other one does",
    "that an answer to these questions means the verdict: why is said in docs/evidence.md",
    "what would be concluded of people in anything that is consistent, where the directory decides (`unrestricted`): an audit decides it again",
    "what is read off the input without a question (hygiene.dangling-reference, hygiene.refused): an audit reads it again",
];

/// Files by path.
pub type Files = BTreeMap<String, Vec<u8>>;

/// What is wrong with making a folder.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the proof of `{claim}` is missing: {why}; please report it")]
pub struct NoProof {
    claim: String,
    why: String,
}

/// The SHA-256 of bytes, in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// One question of a folder.
struct Question<'a> {
    property: &'a str,
    obligation: &'a Obligation,
    script: String,
    clauses: Option<String>,
    cnf: Cnf,
}

impl<'a> Question<'a> {
    fn of(property: &'a str, obligation: &'a Obligation) -> Self {
        let says = [format!("{property}: {}", obligation.claim)];
        let cnf = Cnf::of(&obligation.problem);
        let clauses = obligation.unsatisfiable.then(|| cnf.text(&says));
        let script = script(&obligation.problem, &says, answer(obligation));
        Self { property, obligation, script, clauses, cnf }
    }

    fn path(&self, ending: &str) -> String {
        named("questions", self.script.as_bytes(), ending).0
    }
}

/// Where a file of this content lies, and its hash.
fn named(folder: &str, bytes: &[u8], ending: &str) -> (String, String) {
    let hash = sha256(bytes);
    (format!("{folder}/{}.{ending}", hash.get(..24).unwrap_or(&hash)), hash)
}

fn answer(obligation: &Obligation) -> &'static str {
    if obligation.unsatisfiable { "unsat" } else { "sat" }
}

/// The folder of a run by `command`, which read these files beside tenants. Proofs are looked up in `known` (by path) before they are made.
///
/// # Errors
///
/// Where a proof cannot be made.
pub fn evidence(
    inputs: &Inputs,
    command: &[String],
    read: &[(String, Vec<u8>)],
    known: &(dyn Fn(&str) -> Option<Vec<u8>> + Sync),
) -> Result<Files, NoProof> {
    let mut files = Files::new();
    let mut certificates = Vec::new();
    let all = inputs.verdicts.iter();
    let all = all.flat_map(|verdict| verdict.obligations.iter().map(move |one| (&verdict.property.id, one)));
    let mut made = each(available(), &all.collect::<Vec<_>>(), |(property, obligation)| {
        one(&Question::of(property, obligation), known)
    })
    .into_iter();
    for verdict in inputs.verdicts {
        let mut questions = Vec::new();
        for question in made.by_ref().take(verdict.obligations.len()) {
            let (shown, own) = question?;
            questions.push(shown);
            files.extend(own);
        }
        let scenarios = scenarios(verdict, &mut files);
        let certificate = text(&json!({
            "property": verdict.property.id, "verdict": verdict.name(), "questions": questions, "scenarios": scenarios,
        }));
        let (path, hash) = named("verdicts", &certificate, "json");
        certificates.push(Certificate { path: path.clone(), sha256: hash });
        files.insert(path, certificate);
    }
    let mut report = report(inputs);
    for (verdict, certificate) in report.verdicts.iter_mut().zip(&certificates) {
        verdict.certificate = Some(certificate.clone());
    }
    files.insert(REPORT.into(), text(&json!(report)));
    let listed = hashes(files.iter());
    let manifest = text(&json!({
        "schema": "tenantproof.evidence/1", "tool": report.tool, "command": command, "inputs": report.inputs,
        "read": hashes(read.iter().map(|(path, bytes)| (path, bytes))), "verdicts": certificates, "trusted": TRUSTED, "files": listed,
    }));
    let statement = text(&statement(&report, &manifest));
    files.insert(MANIFEST.into(), manifest);
    files.insert(STATEMENT.into(), statement);
    Ok(files)
}

fn hashes<'a>(files: impl Iterator<Item = (&'a String, &'a Vec<u8>)>) -> Vec<Value> {
    files.map(|(path, bytes)| json!({"path": path, "sha256": sha256(bytes)})).collect()
}

/// A question as its certificate shows it, with its files.
fn one(
    question: &Question,
    known: &(dyn Fn(&str) -> Option<Vec<u8>> + Sync),
) -> Result<(Value, Files), NoProof> {
    let mut files = Files::new();
    let paths = ["smt2", "cnf", "lrat"].map(|ending| question.path(ending));
    let [script, clauses, proof] = paths;
    let mut shown = json!({
        "claim": question.obligation.claim, "answer": answer(question.obligation), "script": script,
    });
    files.insert(script, question.script.clone().into_bytes());
    if let (Some(text), Some(object)) = (&question.clauses, shown.as_object_mut()) {
        let bytes = match known(&proof) {
            Some(bytes) => bytes,
            None => proved(question)?,
        };
        object.insert("clauses".into(), json!(clauses));
        object.insert("proof".into(), json!(proof));
        files.insert(clauses, text.clone().into_bytes());
        files.insert(proof, bytes);
    }
    Ok((shown, files))
}

fn proved(question: &Question) -> Result<Vec<u8>, NoProof> {
    let missing = |why: &str| NoProof {
        claim: format!("{}: {}", question.property, question.obligation.claim),
        why: why.to_owned(),
    };
    match prove(&question.cnf) {
        Proved::Unsatisfiable(proof) => Ok(proof.into_bytes()),
        Proved::Satisfiable => Err(missing("the clauses have a solution")),
        Proved::Not(why) => Err(missing(&why)),
    }
}

/// The shown sign-in of each counterexample.
fn scenarios(verdict: &Verdict, files: &mut Files) -> Vec<Value> {
    let mut shown = Vec::new();
    let counterexamples =
        verdict.counterexamples().iter().map(|one| (&one.id, &one.scenario, &one.depends_on));
    let witnesses = verdict.findings().iter().filter_map(|one| Some((&one.id, one.witness.as_ref()?)));
    let witnesses = witnesses.map(|(id, witness)| (id, &witness.scenario, &witness.depends_on));
    for (id, scenario, depends_on) in counterexamples.chain(witnesses) {
        let bytes = text(&json!(scenario));
        let (path, _) = named("scenarios", &bytes, "json");
        shown.push(json!({"id": id, "scenario": path, "dependsOn": depends_on}));
        files.insert(path, bytes);
    }
    shown
}

/// A statement of the in-toto framework about the manifest, which names every other file by its hash.
fn statement(report: &Report, manifest: &[u8]) -> Value {
    let verdicts = report.verdicts.iter();
    let verdicts: Vec<Value> =
        verdicts.map(|verdict| json!({"property": verdict.property, "verdict": verdict.verdict})).collect();
    json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": MANIFEST, "digest": {"sha256": sha256(manifest)}}],
        "predicateType": "urn:tenantproof:evidence:1",
        "predicate": {"tool": report.tool, "asOf": report.as_of, "verdicts": verdicts},
    })
}

fn text(value: &Value) -> Vec<u8> {
    let mut text = serde_json::to_vec_pretty(value).unwrap_or_default();
    text.push(b'\n');
    text
}
