//! One function per command.

use std::path::{Path, PathBuf};

use clap::CommandFactory;
use serde_json::Value;

use super::args::{
    Args, Assume, Command, Explain, Format, Graph, Listing, Profile, Questions, Simulate, Whatif,
};
use super::check::{run_check, verdicts};
use super::contracts::{run_init, run_schema, statements};
use super::exit::{Exit, of_verdicts};
use super::output::{error, progress, result};
use crate::check::{Analysis, Options, Outcome, Refusal, WhatIf, simulate};
use crate::document::Report;
use crate::ingest::{Ingested, decode, load, read_facts, read_requests};
use crate::property::{CATALOGUE, Subject};
use crate::render::{details, explanation, proof, summary, svg};
use crate::report::{
    Inputs, WhatIfLines, assumptions, properties, report, rules, simulation_json, simulation_text,
    whatif_json, whatif_text,
};
use crate::scenario::Scenario;
use crate::semantics::{Assumptions, KNOWN_DATES, SEMANTICS_DATE, SWITCHES, known_date};
use crate::spec::{Case, Coverage, Runner, SpecFile};
use crate::symbolic::Limits;
use crate::system::{dot, mermaid};

/// Something that ends a command early, already in words.
pub(super) type Stop = (Exit, String);

/// Runs a command.
pub(super) fn run(args: &Args) -> Exit {
    let done = match &args.command {
        Command::Check(check) => run_check(check, args),
        Command::Batch(batch) => super::batch::run(batch, args),
        Command::Report(report) => super::formats::run(report, args),
        Command::Audit(audit) => super::audit::run(audit, args),
        Command::Simulate(simulate) => run_simulate(simulate),
        Command::Whatif(whatif) => run_whatif(whatif),
        Command::Explain(explain) => run_explain(explain, args),
        Command::Test(test) => super::test::run(test, args),
        Command::Init(init) => run_init(init, args),
        Command::Schema(schema) => run_schema(schema),
        Command::Graph(graph) => run_graph(graph),
        Command::Rules(listing) => list(listing, &rules(), "rules", "id"),
        Command::Properties(listing) => list(listing, &properties(), "properties", "id"),
        Command::Assumptions(questions) => run_assumptions(questions),
        Command::Completions { shell } => {
            let mut out = Vec::new();
            clap_complete::generate(*shell, &mut Args::command(), "tenantproof", &mut out);
            result(&String::from_utf8_lossy(&out));
            Ok(Exit::Holds)
        }
        Command::Man { dir } => run_man(dir),
    };
    done.unwrap_or_else(|(exit, message)| {
        error(&message);
        exit
    })
}

fn run_man(dir: &Path) -> Result<Exit, Stop> {
    let failed = |e: std::io::Error| usage(format!("{}: {e}", dir.display()));
    std::fs::create_dir_all(dir).map_err(failed)?;
    clap_mangen::generate_to(Args::command(), dir).map_err(failed)?;
    Ok(Exit::Holds)
}

pub(super) fn usage(message: impl std::fmt::Display) -> Stop {
    (Exit::Usage, message.to_string())
}

pub(super) fn options(assume: &Assume) -> Result<Options, Stop> {
    let mut assumptions = match assume.profile {
        Profile::Open => Assumptions::default(),
        Profile::Likely => Assumptions::likely(),
    };
    if let Some(date) = &assume.as_of {
        let (first, last) = KNOWN_DATES;
        assumptions.day = known_date(date).ok_or_else(|| {
            usage(format!("--as-of {date}: give a day from {first} to {last}, like {SEMANTICS_DATE}"))
        })?;
    }
    for text in &assume.assume {
        assumptions.assume(text).map_err(usage)?;
    }
    let mut facts = Vec::new();
    for path in &assume.facts {
        for fact in read_facts(path).map_err(usage)? {
            let text = format!("{}={}", fact.assume, fact.value);
            assumptions.assume(&text).map_err(|error| usage(format!("{}: {error}", path.display())))?;
            facts.push(fact);
        }
    }
    for switch in SWITCHES.iter().filter(|switch| !switch.modelled) {
        if assume.assume.iter().any(|text| text.to_uppercase().starts_with(switch.key)) {
            error(&format!(
                "--assume {}: no rule of this version reads it; it is without effect",
                switch.key
            ));
        }
    }
    let milliseconds = assume.timeout.map(|seconds| seconds.saturating_mul(1000));
    let limits = Limits { steps: None, milliseconds };
    Ok(Options { assumptions, facts, enable: assume.enable.clone(), limits, ..Options::default() })
}

/// Reads the tenant and the homes that are given.
pub(super) fn read(path: &Path, assume: &Assume) -> Result<Ingested, Stop> {
    let mut ingested = load(path).map_err(usage)?;
    for home in &assume.home {
        let Some((id, path)) = home.split_once('=').filter(|(id, path)| !id.is_empty() && !path.is_empty())
        else {
            return Err(usage(format!("--home {home} is not of the form ID=TENANT")));
        };
        let home = load(Path::new(path)).map_err(usage)?;
        ingested.add_home(id, home).map_err(usage)?;
    }
    Ok(ingested)
}

pub(super) fn analysis(ingested: &Ingested, options: &Options) -> Result<Analysis, Stop> {
    known_policies(ingested, options)?;
    Ok(Analysis::new(ingested, options, None))
}

/// Every policy that is to be taken as enabled is one of the input.
fn known_policies(ingested: &Ingested, options: &Options) -> Result<(), Stop> {
    for wanted in &options.enable {
        let keyword = ["all", "reportonly"].contains(&wanted.to_lowercase().as_str());
        if !keyword && !ingested.tenant.policies.iter().any(|policy| policy.id.eq_ignore_ascii_case(wanted)) {
            return Err(usage(format!("--enable {wanted}: there is no policy with this id in the input")));
        }
    }
    Ok(())
}

fn run_simulate(arguments: &Simulate) -> Result<Exit, Stop> {
    let options = options(&arguments.assume)?;
    let ingested = read(&arguments.tenant, &arguments.assume)?;
    analysis(&ingested, &options)?;
    let scenario = scenario(&arguments.scenario)?;
    let simulation = simulate(&ingested, &options, &scenario).map_err(|refusal| {
        let exit = match refusal {
            Refusal::Disagreement(_) => Exit::ToolWrong,
            Refusal::Unknown(_) => Exit::Undetermined,
            Refusal::Scenario(_) | Refusal::Policy { .. } => Exit::Usage,
        };
        (exit, refusal.to_string())
    })?;
    let render = |format: Format| match format {
        Format::Text => Some(simulation_text(&simulation)),
        Format::Json => Some(pretty(&simulation_json(&simulation))),
        _ => None,
    };
    emit(arguments.format, &arguments.output, &render)?;
    Ok(match simulation.outcome {
        Outcome::Granted => Exit::Holds,
        Outcome::Blocked => Exit::Violated,
        Outcome::Depends => Exit::Undetermined,
    })
}

/// A file, or standard input for `-`.
pub(super) fn bytes(path: &Path) -> Result<Vec<u8>, Stop> {
    let bytes = if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut std::io::stdin(), &mut bytes).map(|_| bytes)
    } else {
        std::fs::read(path)
    };
    bytes.map_err(|e| usage(format!("cannot read `{}`: {e}; check the path", path.display())))
}

fn run_whatif(arguments: &Whatif) -> Result<Exit, Stop> {
    let options = options(&arguments.assume)?;
    let ingested = read(&arguments.tenant, &arguments.assume)?;
    known_policies(&ingested, &options)?;
    let path = arguments.request.display().to_string();
    let requests = read_requests(&path, &bytes(&arguments.request)?).map_err(usage)?;
    let whatif = WhatIf::new(&ingested, &options);
    let answers: Vec<_> =
        requests.iter().map(|request| (whatif.answer(request), request.applied_only)).collect();
    let render = |format: Format| match (format, answers.as_slice()) {
        (Format::Text, all) => {
            let texts: Vec<_> = all.iter().map(|(own, only)| whatif_text(&ingested, own, *only)).collect();
            Some(texts.join("\n"))
        }
        (Format::Json, [(own, only)]) => Some(pretty(&whatif_json(&ingested, own, *only))),
        (Format::Json, all) => {
            let (lines, mut text) = (WhatIfLines::new(&ingested), String::new());
            for (own, only) in all {
                lines.add(own, *only, &mut text);
            }
            text.pop();
            Some(text)
        }
        _ => None,
    };
    emit(arguments.format, &arguments.output, &render)?;
    Ok(Exit::Holds)
}

fn scenario(path: &Path) -> Result<Scenario, Stop> {
    let shown = path.display();
    let bytes = bytes(path)?;
    let text = decode(&bytes)
        .ok_or_else(|| usage(format!("{shown}: neither UTF-8 nor UTF-16; save it as UTF-8")))?;
    serde_json::from_str(&text)
        .map_err(|e| usage(format!("{shown}:{}: not a sign-in: {e}; see docs/report-format.md", e.line())))
}

fn run_explain(explain: &Explain, args: &Args) -> Result<Exit, Stop> {
    let clauses = crate::semantics::CLAUSES.iter().map(|clause| clause.rule);
    if let Some(rule) = crate::semantics::RuleId::ALL
        .iter()
        .map(|id| id.rule())
        .chain(clauses)
        .find(|r| r.id.eq_ignore_ascii_case(&explain.id))
    {
        result(&format!(
            "{}: {}\nSource: {} ({})\nMore: docs/semantics.md",
            rule.id, rule.title, rule.source, rule.confidence
        ));
        return Ok(Exit::Holds);
    }
    if let Some(switch) = SWITCHES.iter().find(|switch| switch.key.eq_ignore_ascii_case(&explain.id)) {
        let readings = switch.readings.join("\n  ");
        result(&format!("{} ({})\n{}\nReadings:\n  {readings}", switch.key, switch.id, switch.question));
        return Ok(Exit::Holds);
    }
    let property = explain.id.split('/').next().unwrap_or_default();
    let known = CATALOGUE.iter().find(|p| p.id == property).map(Subject::from);
    if known.is_none() && explain.contract.is_empty() {
        return Err(usage(format!("`{}` is no counterexample, rule, property or open question", explain.id)));
    }
    let mut options = options(&explain.assume)?;
    options.memberships = explain.memberships;
    // Asked about a property as a whole, and it holds, the answer is why.
    options.why = !explain.id.contains('/');
    let ingested = read(&explain.tenant, &explain.assume)?;
    let analysis = analysis(&ingested, &options)?;
    let said = statements(&explain.contract, &analysis.tenant)?;
    let stated = || said.iter().map(Subject::from).find(|subject| subject.id == property);
    let property = known.or_else(stated).ok_or_else(|| {
        usage(format!("`{}` is in none of the contracts, and nothing else that is known", explain.id))
    })?;
    let found = verdicts(&analysis, &options, std::slice::from_ref(&property), None, args.quiet)?;
    let inputs = Inputs {
        ingested: &ingested,
        analysis: &analysis,
        options: &options,
        verdicts: &found,
        upcoming: &[],
    };
    let whole = report(&inputs);
    if explain.id == property.id {
        let style = args.style();
        let proofs: String = whole.verdicts.iter().map(|verdict| proof(verdict, &whole)).collect();
        result(&(summary(&whole, style) + &details(&whole, args.verbose, style) + &proofs));
        return Ok(of_verdicts(&found.iter().collect::<Vec<_>>(), None));
    }
    let finding = whole.findings().map(|(_, finding)| finding).find(|finding| finding.id == explain.id);
    let finding = finding.ok_or_else(|| {
        usage(format!(
            "{} has no counterexample `{}`; use the options that `check` was run with",
            property.id, explain.id
        ))
    })?;
    result(&explanation(finding, &whole));
    Ok(Exit::Holds)
}

/// The folder that holds `bases/`, looked for from each path upwards.
fn spec_root(paths: &[PathBuf]) -> PathBuf {
    for path in paths {
        let mut at = Some(path.as_path());
        while let Some(folder) = at {
            if folder.join("bases").is_dir() {
                return folder.to_path_buf();
            }
            at = folder.parent();
        }
    }
    PathBuf::from("specs")
}

/// Runs specifications.
pub(super) fn run_specifications(paths: &[PathBuf], coverage_too: bool, args: &Args) -> Result<Exit, Stop> {
    let runner = Runner::new(&spec_root(paths));
    let files = runner.files(paths).map_err(usage)?;
    if files.is_empty() {
        return Err(usage("no specification files there"));
    }
    let (mut passed, mut failed) = (0, 0);
    let mut coverage = Coverage::default();
    let bar = progress(args.quiet, "running specifications");
    let all: Vec<(&SpecFile, &Case)> =
        files.iter().flat_map(|file| file.cases.iter().map(move |case| (file, case))).collect();
    let cases: Vec<&Case> = all.iter().map(|(_, case)| *case).collect();
    let outcomes = runner.run_all(&cases, &|| bar.tick());
    bar.finish_and_clear();
    for ((file, case), outcome) in all.iter().zip(&outcomes) {
        coverage.add(outcome);
        if outcome.failures.is_empty() {
            passed += 1;
            continue;
        }
        failed += 1;
        result(&format!("FAILED {}:{} {}", file.path, case.line, case.name));
        for (line, message) in &outcome.failures {
            result(&format!("  line {line}: {message}"));
        }
    }
    if coverage_too {
        result(coverage.text().trim_end());
    }
    result(&format!("{passed} passed, {failed} failed"));
    Ok(if failed == 0 { Exit::Holds } else { Exit::Violated })
}

fn run_assumptions(questions: &Questions) -> Result<Exit, Stop> {
    let report = questions
        .report
        .as_ref()
        .map(|path| Report::read(&bytes(path)?).map_err(|e| usage(format!("{}: {e}", path.display()))));
    let report = report.transpose()?;
    let all = assumptions(&Assumptions::default(), report.as_ref());
    list(&questions.listing, &all, "assumptions", "key")
}

fn run_graph(graph: &Graph) -> Result<Exit, Stop> {
    let options = options(&graph.assume)?;
    let ingested = read(&graph.tenant, &graph.assume)?;
    let analysis = analysis(&ingested, &options)?;
    let text = match graph.format {
        Format::Dot => dot(&analysis.system),
        Format::Mermaid => mermaid(&analysis.system),
        Format::Svg => svg(&Report { system: crate::report::graph(&analysis.system), ..Report::default() }),
        _ => return Err(usage("`graph` writes the formats dot, mermaid and svg")),
    };
    result(&text);
    Ok(Exit::Holds)
}

/// A catalogue, whole or one entry, as JSON or as lines.
fn list(listing: &Listing, all: &Value, name: &str, key: &str) -> Result<Exit, Stop> {
    let entries: Vec<Value> = all.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let id_of = |entry: &Value| entry.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let entries: Vec<Value> = match &listing.id {
        None => entries,
        Some(id) => {
            let found: Vec<_> =
                entries.into_iter().filter(|entry| id_of(entry).eq_ignore_ascii_case(id)).collect();
            if found.is_empty() {
                return Err(usage(format!("there is no `{id}`; `tenantproof {name}` lists all")));
            }
            found
        }
    };
    match listing.format {
        Format::Json => {
            let mut object = serde_json::Map::new();
            object.insert(name.to_owned(), Value::Array(entries));
            result(&pretty(&Value::Object(object)));
        }
        Format::Text => {
            for entry in &entries {
                let fields: Vec<String> = entry
                    .as_object()
                    .map(|object| {
                        object
                            .iter()
                            .filter(|(k, _)| *k != key)
                            .map(|(k, v)| format!("  {k}: {}", plain(v)))
                            .collect()
                    })
                    .unwrap_or_default();
                result(&format!("{}\n{}", id_of(entry), fields.join("\n")));
            }
        }
        _ => return Err(usage("the formats here are text and json")),
    }
    Ok(Exit::Holds)
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(" / "),
        other => other.to_string(),
    }
}

pub(super) fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// Writes the formats that were asked for; standard output is the default place.
pub(super) fn emit(
    format: Format,
    outputs: &[String],
    render: &dyn Fn(Format) -> Option<String>,
) -> Result<(), Stop> {
    let unsupported = |format: Format| {
        let name = clap::ValueEnum::to_possible_value(&format);
        let name = name.map(|value| value.get_name().to_owned()).unwrap_or_default();
        usage(format!(
            "this command does not write the format {name}; docs/report-format.md says which it writes"
        ))
    };
    let to_stdout = render(format).ok_or_else(|| unsupported(format))?;
    for output in outputs {
        let (name, path) = output
            .split_once('=')
            .ok_or_else(|| usage(format!("--output {output}: write it as FORMAT=PATH")))?;
        let format = <Format as clap::ValueEnum>::from_str(name, true)
            .map_err(|_| usage(format!("there is no format `{name}`")))?;
        let text = render(format).ok_or_else(|| unsupported(format))?;
        std::fs::write(path, text).map_err(|e| usage(format!("cannot write `{path}`: {e}")))?;
    }
    result(&to_stdout);
    Ok(())
}
