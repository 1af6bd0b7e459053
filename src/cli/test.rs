//! `test`: specifications, and contracts with the verdicts that they expect.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::{Args, Test};
use super::check::verdicts;
use super::commands::{Stop, analysis, options, read, run_specifications, usage};
use super::contracts::{contracts_below, is_yaml, statements};
use super::exit::Exit;
use super::output::{error, result};
use crate::check::{Verdict, Waived, is_guaranteed};
use crate::contract::Statement;
use crate::document;
use crate::property::Subject;
use crate::render::{Style, verdict_text};
use crate::report::{Inputs, report};

/// Runs what is named.
pub(super) fn run(test: &Test, args: &Args) -> Result<Exit, Stop> {
    let mut paths = test.paths.clone();
    let mut tenant = test.tenant.clone();
    if tenant.is_none() && paths.iter().any(|path| is_yaml(path)) {
        // Behind a contract stands its tenant.
        tenant = paths.pop_if(|last| !is_yaml(last) && !is_specification(last));
    }
    let mut contracts: Vec<PathBuf> = paths.iter().filter(|path| is_yaml(path)).cloned().collect();
    paths.retain(|path| !is_yaml(path));
    for folder in paths.iter().filter(|path| path.is_dir()) {
        if tenant.is_some() {
            contracts.extend(contracts_below(folder, &passed_over)?);
        } else {
            left_out(folder);
        }
    }
    if tenant.is_some() {
        paths.retain(|path| !path.is_dir() || holds_specifications(path));
    }
    let mut exits = Vec::new();
    if !contracts.is_empty() {
        let tenant = tenant.ok_or_else(|| {
            usage("a contract is tested on a tenant: `tenantproof test CONTRACT TENANT`, or --tenant TENANT")
        })?;
        exits.push(run_contracts(&contracts, &tenant, test, args)?);
    }
    if !paths.is_empty() || contracts.is_empty() {
        exits.push(run_specifications(&paths, test.coverage, args)?);
    }
    Ok(exits.into_iter().find(|exit| *exit != Exit::Holds).unwrap_or(Exit::Holds))
}

/// Says that a YAML file of a folder is not run.
fn passed_over(path: &Path) {
    error(&format!("{}: passed over, it is no contract; one has the key `contracts`", path.display()));
}

/// Says that the contracts of a folder are not run, where no tenant is given.
fn left_out(folder: &Path) {
    let shown = folder.display();
    match contracts_below(folder, &|_| ()) {
        Ok(found) if found.is_empty() => {}
        Ok(found) => {
            let count = found.len();
            error(&format!("{shown}: contracts there ({count}) are not run; --tenant TENANT says on what"));
        }
        Err((_, message)) => error(&message),
    }
}

fn is_specification(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("md"))
}

fn holds_specifications(folder: &Path) -> bool {
    let files = walkdir::WalkDir::new(folder).into_iter().filter_map(Result::ok);
    let mut files = files.filter(|entry| entry.file_type().is_file());
    files.any(|entry| is_specification(entry.path()) && entry.file_name() != "README.md")
}

fn run_contracts(paths: &[PathBuf], tenant: &Path, test: &Test, args: &Args) -> Result<Exit, Stop> {
    let mut options = options(&test.assume)?;
    options.break_glass.clone_from(&test.break_glass);
    let ingested = read(tenant, &test.assume)?;
    let analysis = analysis(&ingested, &options)?;
    let said = statements(paths, &analysis.tenant)?;
    if said.is_empty() && !paths.iter().all(|path| path.is_file()) {
        return Err(usage("no statements there"));
    }
    if said.is_empty() {
        error("there is no statement to test");
    }
    // What holds as expected needs no evidence here: `check --contract` has it.
    let holds = |own: &&Arc<Statement>| {
        own.expect == "holds" && own.waivers.is_empty() && is_guaranteed(&analysis, &options, own)
    };
    let open: Vec<Subject> = said.iter().filter(|own| !holds(own)).map(Subject::from).collect();
    let verdicts = verdicts(&analysis, &options, &open, None, args.quiet)?;
    let inputs = Inputs {
        ingested: &ingested,
        analysis: &analysis,
        options: &options,
        verdicts: &verdicts,
        upcoming: &[],
    };
    let whole = report(&inputs);
    let shown = |of: &document::Verdict| verdict_text(of, &whole, Style::PLAIN);
    let both = verdicts.iter().zip(&whole.verdicts);
    let failed = both.filter(|(verdict, said)| !passes(verdict, &|| shown(said))).count();
    result(&format!("{} passed, {failed} failed", said.len() - failed));
    Ok(if failed == 0 { Exit::Holds } else { Exit::Violated })
}

/// Whether a statement has the verdict that it expects and no waiver that is over; if not, that is said.
fn passes(verdict: &Verdict, shown: &dyn Fn() -> String) -> bool {
    let Some(statement) = &verdict.property.statement else { return true };
    let mut passed = true;
    if verdict.name() != statement.expect {
        passed = false;
        let (path, line, id) = (&statement.path, statement.at.line, &statement.id);
        let (expected, is) = (&statement.expect, verdict.name());
        result(&format!("FAILED {path}:{line} {id}: expected {expected}, it is {is}"));
        for line in shown().trim_end().lines() {
            result(&format!("  {line}"));
        }
    }
    for (waiver, became) in statement.waivers.iter().zip(&verdict.waivers) {
        let place = format!("{}:{} {}", waiver.path, waiver.at.line, statement.id);
        match became {
            Waived::Applied => {}
            Waived::Unused => {
                error(&format!("{place}: the waiver of {} matches nothing; take it out", waiver.owner))
            }
            Waived::Expired => {
                passed = false;
                let (owner, day) = (&waiver.owner, waiver.expires);
                result(&format!("FAILED {place}: the waiver of {owner} is over since {day}"));
            }
        }
    }
    passed
}
