//! The form of a specification file.

use serde_json::{Map, Value};
use thiserror::Error;

/// A file that is not in the form.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{file}:{line}: {message}")]
pub struct SpecError {
    /// The file.
    pub file: String,
    /// 1-based.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

/// A file of cases.
#[derive(Clone, Debug, PartialEq)]
pub struct SpecFile {
    /// Its path as shown.
    pub path: String,
    /// Its cases, in order.
    pub cases: Vec<Case>,
}

/// The tenant of a case.
#[derive(Clone, Debug, PartialEq)]
pub enum TenantSource {
    /// Virtual files, perhaps on top of a base.
    Inline(Map<String, Value>),
    /// A folder, relative to the root of the specifications.
    Folder(String),
}

/// One case.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Its heading.
    pub name: String,
    /// Where it begins.
    pub line: usize,
    /// Its tenant.
    pub tenant: TenantSource,
    /// The homes that are given, each with the id under which it is.
    pub homes: Vec<(String, TenantSource)>,
    /// Its scenario, for `simulate`.
    pub scenario: Option<Value>,
    /// Its contract, as the text of a file.
    pub contract: Option<String>,
    /// What is expected, in order.
    pub expect: Vec<(usize, Expectation)>,
}

/// One line of an `expect` block: a keyword and its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// The first word.
    pub keyword: String,
    /// The other words.
    pub words: Vec<String>,
}

/// Parses one file.
pub fn parse(path: &str, text: &str) -> Result<SpecFile, SpecError> {
    let fail = |line: usize, message: &str| SpecError { file: path.into(), line, message: message.into() };
    let mut cases: Vec<Draft> = Vec::new();
    let mut default: Option<TenantSource> = None;
    let mut default_homes: Vec<(String, TenantSource)> = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        let number = at + 1;
        if let Some(name) = line.strip_prefix("## ") {
            cases.push(Draft { name: name.trim().into(), line: number, ..Draft::default() });
        } else if let Some(folder) = line.strip_prefix("tenant: ") {
            let source = TenantSource::Folder(folder.trim().into());
            match cases.last_mut() {
                Some(case) => case.tenant = Some(source),
                None => default = Some(source),
            }
        } else if let Some(info) = line.strip_prefix("```") {
            let mut body = Vec::new();
            let mut closed = false;
            for (_, line) in lines.by_ref() {
                if line.trim_end() == "```" {
                    closed = true;
                    break;
                }
                body.push(line);
            }
            if !closed {
                return Err(fail(number, "the block is not closed"));
            }
            match info.trim() {
                "json tenant" => {
                    let tenant = object(&body).map_err(|message| fail(number, &message))?;
                    match cases.last_mut() {
                        Some(case) => case.tenant = Some(TenantSource::Inline(tenant)),
                        None => default = Some(TenantSource::Inline(tenant)),
                    }
                }
                info if info.starts_with("json home ") => {
                    let id = info.trim_start_matches("json home ").trim().to_owned();
                    let home = object(&body).map_err(|message| fail(number, &message))?;
                    let home = (id, TenantSource::Inline(home));
                    cases.last_mut().map_or(&mut default_homes, |case| &mut case.homes).push(home);
                }
                "json scenario" => {
                    let scenario = object(&body).map_err(|message| fail(number, &message))?;
                    let case =
                        cases.last_mut().ok_or_else(|| fail(number, "a scenario outside of a case"))?;
                    case.scenario = Some(Value::Object(scenario));
                }
                "yaml contract" => {
                    let case =
                        cases.last_mut().ok_or_else(|| fail(number, "a contract outside of a case"))?;
                    case.contract = Some(body.join("\n") + "\n");
                }
                "expect" => {
                    let case =
                        cases.last_mut().ok_or_else(|| fail(number, "expectations outside of a case"))?;
                    case.expect.extend(
                        body.iter()
                            .enumerate()
                            .filter_map(|(i, line)| Some((number + 1 + i, expectation(line)?))),
                    );
                }
                _ => {}
            }
        }
    }
    let mut finished = Vec::new();
    for draft in cases {
        if draft.expect.is_empty() {
            return Err(fail(draft.line, "a case without `expect`"));
        }
        let tenant = draft.tenant.or_else(|| default.clone());
        let tenant = tenant.ok_or_else(|| fail(draft.line, "a case without a tenant"))?;
        let Draft { name, line, homes: own, scenario, contract, expect, .. } = draft;
        let others = default_homes.iter().filter(|(id, _)| !own.iter().any(|(other, _)| other == id));
        let homes = others.cloned().chain(own.iter().cloned()).collect();
        finished.push(Case { name, line, tenant, homes, scenario, contract, expect });
    }
    if finished.is_empty() {
        return Err(fail(1, "no cases"));
    }
    Ok(SpecFile { path: path.into(), cases: finished })
}

#[derive(Default)]
struct Draft {
    name: String,
    line: usize,
    tenant: Option<TenantSource>,
    homes: Vec<(String, TenantSource)>,
    scenario: Option<Value>,
    contract: Option<String>,
    expect: Vec<(usize, Expectation)>,
}

fn object(body: &[&str]) -> Result<Map<String, Value>, String> {
    match serde_json::from_str(&body.join("\n")) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(_) => Err("the block has to hold a JSON object".into()),
        Err(error) => Err(format!("not valid JSON: {error}")),
    }
}

/// Words up to a `#` that stands by itself; an `error` keeps its text whole.
fn expectation(line: &str) -> Option<Expectation> {
    let mut words = line.split_whitespace();
    let keyword = words.next()?.to_owned();
    if keyword.starts_with('#') {
        return None;
    }
    if keyword == "error" {
        let text = line.trim().strip_prefix("error").unwrap_or_default().trim().to_owned();
        return Some(Expectation { keyword, words: vec![text] });
    }
    let words = words.take_while(|word| *word != "#").map(str::to_owned).collect();
    Some(Expectation { keyword, words })
}
