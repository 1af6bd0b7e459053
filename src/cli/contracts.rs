//! Contracts on the command line: read for a tenant, chosen, proposed, and their schema.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::{Args, Init, Schema};
use super::commands::{Stop, analysis, options, read, usage};
use super::exit::Exit;
use super::output::{progress, result};
use crate::contract::{SCHEMA, Statement, is_contract, one_line};
use crate::ingest::decode;
use crate::model::Tenant;
use crate::property::{CATALOGUE, Subject, is_like, matching};

/// The statements of contract files, in their order.
pub(super) fn statements(paths: &[PathBuf], tenant: &Tenant) -> Result<Vec<Arc<Statement>>, Stop> {
    let mut all: Vec<Arc<Statement>> = Vec::new();
    for path in paths {
        let contract = crate::contract::read(&path.display().to_string(), &text(path)?, tenant);
        for statement in contract.map_err(usage)?.statements {
            if let Some(other) = all.iter().find(|other| other.id == statement.id) {
                return Err(usage(format!(
                    "{}:{}: there is a statement `{}` in {} too; each has an id of its own",
                    statement.path, statement.at.line, statement.id, other.path
                )));
            }
            all.push(statement);
        }
    }
    Ok(all)
}

/// The name says YAML.
pub(super) fn is_yaml(path: &Path) -> bool {
    let endings = ["yaml", "yml"];
    path.extension().is_some_and(|own| endings.iter().any(|ending| own.eq_ignore_ascii_case(ending)))
}

/// The contracts of a folder, also behind links. A repository of policies may hold other YAML, which is passed over; what cannot be
/// read is an error, since it may be a contract.
pub(super) fn contracts_below(folder: &Path, passed_over: &dyn Fn(&Path)) -> Result<Vec<PathBuf>, Stop> {
    let mut found = Vec::new();
    for entry in walkdir::WalkDir::new(folder).follow_links(true).sort_by_file_name() {
        let path = match &entry {
            Ok(entry) => entry.path().to_path_buf(),
            Err(error) => error.path().unwrap_or(folder).to_path_buf(),
        };
        match entry {
            Ok(entry) if entry.file_type().is_dir() || !is_yaml(&path) => {}
            Ok(_) if is_contract(&text(&path)?) => found.push(path),
            Ok(_) => passed_over(&path),
            // A link to nowhere under another name is none of these files.
            Err(_) if path.extension().is_some() && !is_yaml(&path) => {}
            Err(error) => return Err(usage(format!("cannot read `{}`: {error}; check it", path.display()))),
        }
    }
    Ok(found)
}

fn text(path: &Path) -> Result<String, Stop> {
    let shown = path.display();
    let bytes =
        std::fs::read(path).map_err(|e| usage(format!("cannot read `{shown}`: {e}; check the path")))?;
    decode(&bytes).ok_or_else(|| usage(format!("{shown}: neither UTF-8 nor UTF-16; save it as UTF-8")))
}

/// The properties and statements that are asked for: all of them, or those whose ids match. Where no pattern is like a
/// statement, the patterns are about properties and the statements stay.
pub(super) fn wanted(globs: &[String], said: &[Arc<Statement>]) -> Result<Vec<Subject>, Stop> {
    let stated: Vec<Subject> = said.iter().map(Subject::from).collect();
    let like = |subject: &&Subject| globs.iter().any(|glob| is_like(glob, &subject.id));
    let named: Vec<Subject> = stated.iter().filter(like).cloned().collect();
    for glob in globs {
        if matching(glob).is_empty() && !named.iter().any(|subject| is_like(glob, &subject.id)) {
            let known: Vec<_> = CATALOGUE.iter().map(|property| property.id).collect();
            let stated: Vec<_> = stated.iter().map(|subject| subject.id.as_str()).collect();
            let all = [known, stated].concat().join(", ");
            return Err(usage(format!("--property {glob} matches nothing; there are {all}")));
        }
    }
    let property = |id: &str| globs.is_empty() || globs.iter().any(|glob| is_like(glob, id));
    let properties = CATALOGUE.iter().filter(|own| property(own.id)).map(Subject::from);
    let named = if named.is_empty() { stated } else { named };
    Ok(properties.chain(named).collect())
}

/// Proposes a contract.
pub(super) fn run_init(init: &Init, args: &Args) -> Result<Exit, Stop> {
    let mut options = options(&init.assume)?;
    options.break_glass.clone_from(&init.break_glass);
    let ingested = read(&init.tenant, &init.assume)?;
    let analysis = analysis(&ingested, &options)?;
    let bar = progress(args.quiet, "looking for what is guaranteed");
    let proposal = crate::check::propose(&analysis, &options, &assuming(init));
    bar.finish_and_clear();
    result(proposal.map_err(usage)?.trim_end());
    Ok(Exit::Holds)
}

/// The options that say what a proposal rests on, as `test` takes them again.
fn assuming(init: &Init) -> String {
    let emergency = init.break_glass.iter().flat_map(|id| ["--break-glass".to_owned(), id.clone()]);
    let words = init.assume.words().into_iter().chain(emergency);
    words.map(|text| word(&text)).collect::<Vec<_>>().join(" ")
}

/// One word of a command line, and of a comment on one line.
fn word(text: &str) -> String {
    let text = one_line(text);
    let plain = |c: char| c.is_alphanumeric() || "-_=.,:/\\@".contains(c);
    if text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

/// Prints a schema.
pub(super) fn run_schema(schema: &Schema) -> Result<Exit, Stop> {
    match schema.name.as_deref() {
        None => result("contract"),
        Some("contract") => result(SCHEMA.trim_end()),
        Some(name) => return Err(usage(format!("there is no schema `{name}`; there is contract"))),
    }
    Ok(Exit::Holds)
}
