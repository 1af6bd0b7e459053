//! Running cases.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::parse::{Case, Expectation, SpecError, SpecFile, TenantSource, parse};
use crate::check::{
    Analysis, CounterexampleView, Dual, Options, Outcome, Simulation, Tried, Verdict, VerdictKind, decide,
    duals, simulate,
};
use crate::contract::read;
use crate::ingest::{Ingested, SourceFile, load, load_files};
use crate::parallel::{available, each};
use crate::property::{CATALOGUE, Subject};
use crate::scenario::Scenario;
use crate::semantics::{Assumptions, RuleId, known_date};

/// What one case came to.
#[derive(Clone, Debug, Default)]
pub struct CaseResult {
    /// Lines and what was not as expected there.
    pub failures: Vec<(usize, String)>,
    /// Rules that are expected to decide.
    pub deciding: BTreeSet<String>,
    /// Rules that are expected not to decide.
    pub idle: BTreeSet<String>,
    /// Steps of the graph that a simulated sign-in could take, or not, where it stood before them.
    pub steps: Vec<Tried>,
}

/// Runs specification files below a root, which holds `bases/` and tenants.
#[derive(Clone, Debug)]
pub struct Runner {
    root: PathBuf,
    /// A rule turned around: the test of the specifications.
    pub flipped: Option<RuleId>,
}

impl Runner {
    /// A runner for specifications below `root`.
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_path_buf(), flipped: None }
    }

    /// Runs cases on all processors; the results are in the order of the cases.
    pub fn run_all(&self, cases: &[&Case], done: &(dyn Fn() + Sync)) -> Vec<CaseResult> {
        each(available(), cases, |case| {
            let result = self.run(case);
            done();
            result
        })
    }

    /// The specification files below the given paths, sorted; `README.md` is none.
    pub fn files(&self, paths: &[PathBuf]) -> Result<Vec<SpecFile>, SpecError> {
        let mut found = Vec::new();
        for path in paths {
            for entry in walkdir::WalkDir::new(path).sort_by_file_name().into_iter().filter_map(Result::ok) {
                let name = entry.file_name().to_string_lossy().into_owned();
                let is_markdown = entry.path().extension().is_some_and(|ext| ext == "md");
                if entry.file_type().is_file() && is_markdown && name != "README.md" {
                    let shown = entry.path().display().to_string();
                    let text = std::fs::read_to_string(entry.path()).map_err(|error| SpecError {
                        file: shown.clone(),
                        line: 1,
                        message: error.to_string(),
                    })?;
                    found.push(parse(&shown, &text)?);
                }
            }
        }
        Ok(found)
    }

    /// Runs one case.
    pub fn run(&self, case: &Case) -> CaseResult {
        let mut result = CaseResult::default();
        let loaded = match self.tenants(case) {
            Ok(loaded) => loaded,
            Err(message) => {
                result.failures.push((case.line, message));
                return result;
            }
        };
        let expected_error = case.expect.iter().find(|(_, e)| e.keyword == "error");
        let ingested = match (loaded, expected_error) {
            (Err(error), Some((line, e))) => {
                let wanted = e.words.join(" ");
                if !error.contains(&wanted) {
                    result.failures.push((*line, format!("the error is: {error}")));
                }
                return result;
            }
            (Err(error), None) => {
                result.failures.push((case.line, format!("cannot read the tenant: {error}")));
                return result;
            }
            (Ok(ingested), Some(_)) if case.contract.is_some() => ingested,
            (Ok(_), Some((line, _))) => {
                result.failures.push((*line, "the tenant was read without an error".into()));
                return result;
            }
            (Ok(ingested), None) => ingested,
        };
        let options = match self.options(case) {
            Ok(options) => options,
            Err((line, message)) => {
                result.failures.push((line, message));
                return result;
            }
        };
        if let Some(failures) = refused_contract(case, &ingested) {
            result.failures.extend(failures);
            return result;
        }
        Self::expectations(case, &ingested, &options, &mut result);
        result
    }

    fn expectations(case: &Case, ingested: &Ingested, options: &Options, result: &mut CaseResult) {
        let mut simulation: Option<Simulation> = None;
        for (line, expected) in &case.expect {
            let failed = match expected.keyword.as_str() {
                "assume" | "enable" | "break-glass" | "profile" | "memberships" | "as-of" => None,
                "simulate" => match run_scenario(case, ingested, options) {
                    Ok(found) => {
                        let failed = outcome(expected, &found);
                        result.steps.extend(&found.tried);
                        simulation = Some(found);
                        failed
                    }
                    Err(message) => Some(message),
                },
                "rules" => {
                    signs(expected, result);
                    simulation.as_ref().map_or(Some("`rules` needs a simulation".into()), |s| {
                        signed(expected, |id| s.rules.contains(&id))
                    })
                }
                // What a case says about a clause that no formula carries; whether it holds is for the other lines to show.
                "about" => {
                    signs(expected, result);
                    None
                }
                "policies" => simulation.as_ref().map_or(Some("`policies` needs a simulation".into()), |s| {
                    signed(expected, |id| {
                        s.policies.iter().any(|p| p.id.eq_ignore_ascii_case(id) && p.applies)
                    })
                }),
                "proved" => simulation
                    .as_ref()
                    .map_or(Some("`proved` needs a simulation".into()), |s| proved(expected, s)),
                "unmodelled" => unmodelled(expected, ingested),
                property => match subject(case, ingested, property) {
                    Some(property) => {
                        let mut analysis = Analysis::new(ingested, options, None);
                        let decided = decide(&mut analysis, options, property).and_then(|found| {
                            let mut all = [found];
                            let weighed = expected.words.iter().any(|word| word.contains('>'));
                            if weighed {
                                duals(&analysis, options, &mut all)?;
                            }
                            let [found] = all;
                            Ok(found)
                        });
                        match decided {
                            Ok(found) => {
                                named(expected, result);
                                verdict(expected, &found)
                            }
                            Err(error) => Some(error.to_string()),
                        }
                    }
                    None => Some(format!("`{property}` is neither a keyword nor a property")),
                },
            };
            if let Some(message) = failed {
                result.failures.push((*line, message));
            }
        }
    }

    fn options(&self, case: &Case) -> Result<Options, (usize, String)> {
        let mut options = Options { flipped: self.flipped, ..Options::default() };
        for (line, expected) in &case.expect {
            let text = expected.words.join(" ");
            match expected.keyword.as_str() {
                "profile" if text == "likely" => {
                    let mut likely = Assumptions::likely();
                    likely.day = options.assumptions.day;
                    options.assumptions = likely;
                }
                "as-of" => {
                    options.assumptions.day =
                        known_date(&text).ok_or_else(|| (*line, format!("`{text}` is no known day")))?;
                }
                "profile" => {}
                "enable" => options.enable.extend(expected.words.iter().cloned()),
                "break-glass" => options.break_glass.extend(expected.words.iter().cloned()),
                "memberships" => {
                    options.memberships = text.parse().map_err(|_| (*line, "not a number".to_owned()))?
                }
                _ => {}
            }
        }
        for (line, expected) in case.expect.iter().filter(|(_, e)| e.keyword == "assume") {
            options
                .assumptions
                .assume(&expected.words.join(" "))
                .map_err(|error| (*line, error.to_string()))?;
        }
        Ok(options)
    }

    /// The tenant of a case with its homes.
    fn tenants(&self, case: &Case) -> Result<Result<Ingested, String>, String> {
        let mut ingested = match self.tenant(&case.tenant)? {
            Ok(ingested) => ingested,
            Err(error) => return Ok(Err(error)),
        };
        for (id, source) in &case.homes {
            let added = self.tenant(source)?;
            let added = added.and_then(|home| ingested.add_home(id, home).map_err(|error| error.to_string()));
            if let Err(error) = added {
                return Ok(Err(error));
            }
        }
        Ok(Ok(ingested))
    }

    /// The tenant of a case; the inner error is the reader's.
    fn tenant(&self, source: &TenantSource) -> Result<Result<Ingested, String>, String> {
        match source {
            TenantSource::Folder(folder) => {
                Ok(load(&self.root.join(folder)).map_err(|error| error.to_string()))
            }
            TenantSource::Inline(map) => {
                let mut files = Map::new();
                self.collect(map, &mut files)?;
                let sources: Vec<SourceFile> = files
                    .iter()
                    .map(|(path, content)| SourceFile {
                        path: path.clone(),
                        bytes: content.to_string().into_bytes(),
                    })
                    .collect();
                Ok(load_files("specification", &sources).map_err(|error| error.to_string()))
            }
        }
    }

    fn collect(&self, map: &Map<String, Value>, files: &mut Map<String, Value>) -> Result<(), String> {
        if let Some(base) = map.get("extends").and_then(Value::as_str) {
            let path = self.root.join("bases").join(format!("{base}.json"));
            let text =
                std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            let base: Map<String, Value> =
                serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
            self.collect(&base, files)?;
        }
        for (path, content) in map.iter().filter(|(path, _)| *path != "extends") {
            if content.is_null() {
                files.shift_remove(path);
            } else {
                files.insert(path.clone(), content.clone());
            }
        }
        Ok(())
    }
}

/// The property with this id, or the statement of the case's contract.
fn subject(case: &Case, ingested: &Ingested, id: &str) -> Option<Subject> {
    let property = CATALOGUE.iter().find(|property| property.id == id).map(Subject::from);
    let stated = || {
        let contract = read(CONTRACT, case.contract.as_ref()?, &ingested.tenant).ok()?;
        contract.statements.iter().map(Subject::from).find(|statement| statement.id == id)
    };
    property.or_else(stated)
}

/// What is wrong with what the contract of a case is expected to be refused for; `None` where it is expected to be read, and is.
fn refused_contract(case: &Case, ingested: &Ingested) -> Option<Vec<(usize, String)>> {
    let expected = case.expect.iter().filter(|(_, e)| e.keyword == "error");
    match (read(CONTRACT, case.contract.as_ref()?, &ingested.tenant), expected.count()) {
        (Ok(_), 0) => None,
        (Err(mistakes), 0) => Some(vec![(case.line, format!("the contract is refused: {mistakes}"))]),
        (Ok(_), _) => Some(vec![(case.line, "the contract was read without an error".into())]),
        (Err(mistakes), _) => {
            let said = mistakes.to_string();
            let errors = case.expect.iter().filter(|(_, e)| e.keyword == "error");
            let missing = errors.filter(|(_, e)| !said.contains(&e.words.join(" ")));
            Some(missing.map(|(line, _)| (*line, format!("the mistakes are: {said}"))).collect())
        }
    }
}

/// How messages name the contract of a case.
const CONTRACT: &str = "contract";

fn run_scenario(case: &Case, ingested: &Ingested, options: &Options) -> Result<Simulation, String> {
    let value = case.scenario.clone().unwrap_or_else(|| Value::Object(Map::new()));
    let scenario: Scenario =
        serde_json::from_value(value).map_err(|error| format!("the scenario: {error}"))?;
    simulate(ingested, options, &scenario).map_err(|error| error.to_string())
}

fn outcome(expected: &Expectation, found: &Simulation) -> Option<String> {
    let name = match found.outcome {
        Outcome::Granted => "granted",
        Outcome::Blocked => "blocked",
        Outcome::Depends => "depends",
    };
    let code = found.evidence.code.map(|code| code.to_string()).unwrap_or_default();
    let is = format!("it is {name} {code} {}", found.depends_on.join(","));
    let (wanted, rest) = expected.words.split_first()?;
    if wanted != name {
        return Some(is);
    }
    let rest = rest.join("");
    match name {
        "blocked" if !rest.is_empty() && rest != code => Some(is),
        "depends" => {
            let wanted: BTreeSet<&str> = rest.split(',').filter(|key| !key.is_empty()).collect();
            let keys: BTreeSet<&str> = found.depends_on.iter().map(String::as_str).collect();
            (wanted != keys).then_some(is)
        }
        _ => None,
    }
}

/// Words with `+` have to hold, words with `-` must not.
fn signed(expected: &Expectation, holds: impl Fn(&str) -> bool) -> Option<String> {
    let wrong: Vec<&str> = expected
        .words
        .iter()
        .filter(|word| holds(word.trim_start_matches(['+', '-'])) == word.starts_with('-'))
        .map(String::as_str)
        .collect();
    (!wrong.is_empty()).then(|| format!("not so: {}", wrong.join(" ")))
}

fn proved(expected: &Expectation, found: &Simulation) -> Option<String> {
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<String>>();
    for word in &expected.words {
        let (side, wanted) = word.split_once('=')?;
        let wanted: BTreeSet<String> =
            wanted.split(',').filter(|name| *name != "-").map(str::to_owned).collect();
        let is = if side == "home" { set(&found.proved_home) } else { set(&found.proved_here) };
        if is != wanted {
            return Some(format!("{side} is {}", is.into_iter().collect::<Vec<_>>().join(",")));
        }
    }
    None
}

fn unmodelled(expected: &Expectation, ingested: &Ingested) -> Option<String> {
    let [effect, pointer] = expected.words.as_slice() else {
        return Some("needs an effect and a pointer".into());
    };
    let found = ingested
        .unmodelled
        .iter()
        .any(|u| u.effect.name() == effect && u.pointer.ends_with(pointer.as_str()));
    (!found).then(|| {
        let all: Vec<_> =
            ingested.unmodelled.iter().map(|u| format!("{} {}", u.effect.name(), u.pointer)).collect();
        format!("recorded are: {}", all.join(", "))
    })
}

/// The rules that a line names with `+` as deciding and with `-` as not.
fn signs(expected: &Expectation, result: &mut CaseResult) {
    for word in &expected.words {
        let set = if word.starts_with('-') { &mut result.idle } else { &mut result.deciding };
        set.insert(word.trim_start_matches(['+', '-']).to_owned());
    }
}

/// The rules that an expectation of a verdict names as a cause, or as none.
fn named(expected: &Expectation, result: &mut CaseResult) {
    for word in &expected.words {
        match word.split_once('=') {
            Some(("cause", rule)) => drop(result.deciding.insert(rule.to_owned())),
            Some(("without", rule)) => drop(result.idle.insert(rule.to_owned())),
            _ => {}
        }
    }
}

fn verdict(expected: &Expectation, found: &Verdict) -> Option<String> {
    let (wanted, details) = expected.words.split_first()?;
    let counterexamples = found.counterexamples();
    let is = || {
        let list: Vec<String> = counterexamples
            .iter()
            .map(|c| {
                let causes: Vec<_> = c.causes.iter().map(|cause| cause.id).collect();
                format!("{:?} {:?} [{}] on [{}]", c.range, c.cube, causes.join(","), c.depends_on.join(","))
            })
            .chain(
                found
                    .findings()
                    .iter()
                    .map(|f| format!("{} {:?} {:?} on {:?}", f.what, f.causes, f.policies, f.depends_on())),
            )
            .collect();
        format!("it is {}:\n      {}", found.name(), list.join("\n      "))
    };
    if wanted != found.name() {
        return Some(is());
    }
    for detail in details {
        let ok = match detail.split_once('=') {
            Some((word @ ("cause" | "without"), cause)) => {
                let of_sign_ins =
                    counterexamples.iter().any(|c| c.causes.iter().any(|have| have.id == cause));
                let of_policies = found.findings().iter().any(|f| f.causes.contains(&cause));
                (of_sign_ins || of_policies) == (word == "cause")
            }
            Some(("dependsOn", key)) => {
                let of_sign_ins = counterexamples.iter().any(|c| c.depends_on.iter().any(|have| have == key));
                of_sign_ins || found.findings().iter().any(|f| f.depends_on().iter().any(|have| have == key))
            }
            Some(("policy", id)) => found.findings().iter().any(|f| f.policies.iter().any(|have| have == id)),
            Some(("because", id)) => {
                found.findings().iter().any(|f| f.because_of.policies.iter().any(|have| have == id))
            }
            Some(("findings", count)) => found.findings().len().to_string() == count,
            Some(("cubes", count)) => counterexamples.len().to_string() == count,
            Some(("scope", scope)) => found.scope.name() == scope,
            Some(("unrestricted", name)) => found.unrestricted == Some(name),
            Some(("affected", count)) => {
                let people =
                    |c: &CounterexampleView| c.affected_users.is_some_and(|n| n.to_string() == count);
                counterexamples.iter().any(people)
            }
            Some((word @ ("opens" | "spares"), dual)) => {
                dual.split_once('>').is_some_and(|(change, property)| {
                    let mut cures =
                        found.duals.iter().filter(|dual| dual.change == change && dual.gone.0 > 0);
                    let opens = |dual: &Dual| dual.opens.iter().any(|one| one.property == property);
                    cures.next().is_some_and(|dual| opens(dual) == (word == "opens"))
                })
            }
            Some(("waiver", became)) => found.waivers.iter().any(|waived| waived.name() == became),
            Some(("excluding", names)) => found.excluding.join(",") == names,
            Some(("range", range)) => counterexamples.iter().any(|c| c.range.name() == range),
            None if detail == "unconditional" => counterexamples.iter().any(|c| c.depends_on.is_empty()),
            None if detail == "conditional" => {
                matches!(&found.kind, VerdictKind::Holds(holding) if !holding.contract.is_empty())
            }
            Some(("contract", sets)) => {
                let listed: BTreeSet<String> = sets.split('|').map(str::to_owned).collect();
                matches!(&found.kind, VerdictKind::Holds(holding)
                    if holding.contract.iter().flat_map(|c| &c.any_of).map(|set| set.join("+")).collect::<BTreeSet<_>>() == listed)
            }
            Some(("needs", what)) => {
                matches!(&found.kind, VerdictKind::Holds(holding) if holding.contract.iter().any(|c| c.needs.contains(what)))
            }
            _ => false,
        };
        if !ok {
            return Some(format!("not `{detail}`; {}", is()));
        }
    }
    None
}
