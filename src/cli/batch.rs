//! `batch`: many tenants, each a line of JSON in and a line of JSON out.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use clap::Parser;

use super::args::{Args, Batch, Decide};
use super::cache::{Cache, key, replace};
use super::check::concluded;
use super::commands::{Stop, bytes, read, usage};
use super::exit::{Exit, of};
use super::output::{progress, result};
use crate::document::{Concluded, Entry, LINE, Line};
use crate::fleet::{Member, Trust};
use crate::ingest::load;
use crate::parallel::{available, each, in_order};
use crate::render::overview;

/// What a line of the manifest may say beside its tenant.
#[derive(Debug, Parser)]
#[command(name = "options", disable_help_flag = true)]
struct Own {
    #[command(flatten)]
    decide: Decide,
}

/// A tenant that is asked about, or why that cannot be.
type Asked = (Line, Result<(PathBuf, Decide), String>);

/// Decides every tenant of the manifest; lines come in its order, each as soon as all before it are there.
pub(super) fn run(batch: &Batch, args: &Args) -> Result<Exit, Stop> {
    let cache = batch.cache.as_deref().map(Cache::at).transpose()?;
    let known = batch.resume.as_deref().map(lines).transpose()?.unwrap_or_default();
    let before = batch.since.as_deref().map(lines).transpose()?.unwrap_or_default();
    let mut asked = manifest(batch)?;
    let threads = batch.threads.unwrap_or_else(available).max(1);
    if !batch.alone {
        let bar = progress(args.quiet, "looking for tenants that are homes of others");
        join(&mut asked, threads);
        bar.finish_and_clear();
    }
    let bar = progress(args.quiet, &format!("deciding {} tenants", asked.len()));
    let mut all = Vec::new();
    in_order(
        threads,
        &asked,
        |(line, what)| {
            let told = || tell(line, what, batch, cache.as_ref(), &known);
            catch_unwind(AssertUnwindSafe(told)).unwrap_or_else(|_| {
                failed(line, (Exit::ToolWrong, "the program failed; please report it".to_owned()))
            })
        },
        |mut line: Line| {
            line.since = before.get(&line.id).and_then(|earlier| line.drift(earlier));
            bar.suspend(|| result(&serde_json::to_string(&line).unwrap_or_default()));
            bar.set_message(format!("decided {} of {} tenants", all.len() + 1, asked.len()));
            line.report = None;
            all.push(line);
        },
    );
    bar.finish_and_clear();
    if let Some(path) = &batch.overview {
        replace(path, overview(&all).as_bytes())?;
    }
    // What went wrong with one tenant hides no violation of another, and nothing hides that the tool was wrong.
    let worst = [Exit::ToolWrong, Exit::Violated, Exit::Usage, Exit::Undetermined];
    let is = |exit: &Exit| all.iter().any(|line| line.exit == exit.code());
    Ok(worst.into_iter().find(is).unwrap_or(Exit::Holds))
}

/// One tenant.
fn tell(
    line: &Line,
    what: &Result<(PathBuf, Decide), String>,
    batch: &Batch,
    cache: Option<&Cache>,
    known: &BTreeMap<String, Line>,
) -> Line {
    let told = || -> Result<Line, Stop> {
        let (tenant, decide) = what.as_ref().map_err(usage)?;
        let ingested = read(tenant, &decide.assume)?;
        let mut line = line.clone();
        line.key = Some(key(&ingested, decide)?);
        line.homes = ingested.tenant.homes.keys().map(ToString::to_string).collect();
        let again = known.get(&line.id).filter(|old| old.key == line.key && old.error.is_none());
        if let Some(old) = again.filter(|old| !batch.full || old.report.is_some()) {
            return Ok(Line { report: old.report.clone().filter(|_| batch.full), ..old.clone() });
        }
        let found: Concluded = concluded(ingested, decide, Some(1), true, cache)?;
        line.tell(&found.report);
        line.exit = of(found.violated, found.holds, batch.fail_on).code();
        line.report = batch.full.then_some(found.report);
        Ok(line)
    };
    told().unwrap_or_else(|stop| failed(line, stop))
}

fn failed(line: &Line, (exit, why): Stop) -> Line {
    Line { exit: exit.code(), error: Some(why), ..line.clone() }
}

/// What is asked, line by line. A line that says nothing sensible fails alone.
fn manifest(batch: &Batch) -> Result<Vec<Asked>, Stop> {
    let bytes = bytes(&batch.manifest)?;
    let text = String::from_utf8_lossy(&bytes);
    let mut asked: Vec<Asked> = Vec::new();
    for (at, words) in (1..).zip(text.lines()).filter(|(_, words)| !words.trim().is_empty()) {
        let bare = |line: &str| {
            serde_json::from_str::<PathBuf>(line).map(|tenant| Entry { tenant, ..Entry::default() })
        };
        let entry = serde_json::from_str::<Entry>(words).or_else(|error| bare(words).map_err(|_| error));
        let mut line = Line { schema: LINE.to_owned(), ..Line::default() };
        let what = match entry {
            Err(error) => {
                line.id = format!("line {at}");
                Err(format!(
                    "{}:{at}:{}: {error}; write {{\"tenant\": PATH}}, with id, homes and options where they are wanted",
                    batch.manifest.display(),
                    error.column()
                ))
            }
            Ok(entry) => {
                line.tenant = entry.tenant.display().to_string();
                line.id = Some(entry.id.clone()).filter(|id| !id.is_empty()).unwrap_or(line.tenant.clone());
                decide(&batch.decide, &entry).map(|decide| (entry.tenant, decide))
            }
        };
        let twice = asked.iter().any(|(other, _)| other.id == line.id);
        let what = if twice {
            Err(format!(
                "{}:{at}: there is a tenant `{}` already; give each an id",
                batch.manifest.display(),
                line.id
            ))
        } else {
            what
        };
        asked.push((line, what));
    }
    Ok(asked)
}

/// The options of all tenants with those of one: lists grow, and one value replaces another.
fn decide(common: &Decide, entry: &Entry) -> Result<Decide, String> {
    let is_own = |word: &str| {
        let single = ["--memberships", "--max-counterexamples", "--profile", "--as-of", "--timeout"];
        let given = |own: &String| own == word || own.starts_with(&format!("{word}="));
        single.contains(&word) && entry.options.iter().any(given)
    };
    let mut words = vec!["options".to_owned()];
    let mut common = common.words().into_iter();
    while let Some(word) = common.next() {
        if is_own(&word) {
            common.next();
        } else {
            words.push(word);
        }
    }
    let why = words.contains(&"--why".to_owned());
    words.extend(entry.options.iter().filter(|word| !(why && *word == "--why")).cloned());
    words.extend(
        entry.homes.iter().flat_map(|(id, path)| ["--home".to_owned(), format!("{id}={}", path.display())]),
    );
    let parsed = Own::try_parse_from(words);
    let first = |error: clap::Error| error.to_string().lines().next().unwrap_or_default().to_owned();
    parsed
        .map(|own| own.decide)
        .map_err(|error| format!("options of `{}`: {}", entry.tenant.display(), first(error)))
}

/// Takes in the homes that are among the tenants themselves, but for those that were given.
fn join(asked: &mut [Asked], threads: usize) {
    let members: Vec<Member> = each(threads, asked, |(_, what)| {
        let read = what.as_ref().ok().and_then(|(tenant, _)| load(tenant).ok());
        read.map(|ingested| Member::from(&ingested.tenant)).unwrap_or_default()
    });
    let trust = Trust::of(&members);
    let paths: Vec<Option<PathBuf>> =
        asked.iter().map(|(_, what)| what.as_ref().ok().map(|(tenant, _)| tenant.clone())).collect();
    for (at, (_, what)) in asked.iter_mut().enumerate() {
        let Ok((_, decide)) = what else { continue };
        for (home, id) in trust.homes(at) {
            let given = |own: &String| own.to_lowercase().starts_with(&format!("{id}="));
            if let Some(path) = paths.get(home).and_then(Option::as_ref)
                && !decide.assume.home.iter().any(given)
            {
                decide.assume.home.push(format!("{id}={}", path.display()));
            }
        }
    }
}

/// Lines of an earlier run, by tenant. The last one may be half: the run may have been broken off there.
fn lines(path: &Path) -> Result<BTreeMap<String, Line>, Stop> {
    let bytes = bytes(path)?;
    let text = String::from_utf8_lossy(&bytes);
    let mut found = BTreeMap::new();
    let mut numbered = (1..).zip(text.lines()).peekable();
    while let Some((at, words)) = numbered.next() {
        match serde_json::from_str::<Line>(words) {
            Ok(line) if line.schema == LINE => drop(found.insert(line.id.clone(), line)),
            Ok(line) => {
                return Err(usage(format!("{}:{at}: `{}` is not {LINE}", path.display(), line.schema)));
            }
            Err(_) if numbered.peek().is_none() => {}
            Err(error) => {
                let what = "give what `tenantproof batch` printed";
                return Err(usage(format!("{}:{at}: no line of a batch: {error}; {what}", path.display())));
            }
        }
    }
    Ok(found)
}
