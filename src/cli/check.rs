//! `check`: the main job.

use std::path::Path;

use super::args::{Args, Check, Decide};
use super::cache::{Cache, is_timed, key, replace};
use super::commands::{Stop, analysis, bytes, options, read, usage};
use super::contracts::{statements, wanted};
use super::exit::{Exit, all_hold, is_violated, of, of_news};
use super::formats::show;
use super::output::progress;
use crate::check::{Analysis, Options, Upcoming, Verdict, decide, duals, upcoming};
use crate::document::{Concluded, Report};
use crate::ingest::Ingested;
use crate::model::Resource;
use crate::parallel::{available, each};
use crate::property::Subject;
use crate::render::users_csv;
use crate::report::{Files, Inputs, REPORT, affected, evidence, report, since};

/// Decides the properties, each on a thread of its own as far as there are threads: a solver's context belongs to one.
pub(super) fn verdicts(
    analysis: &Analysis,
    options: &Options,
    wanted: &[Subject],
    threads: Option<usize>,
    quiet: bool,
) -> Result<Vec<Verdict>, Stop> {
    let names: Vec<_> = wanted.iter().map(|subject| subject.id.as_str()).collect();
    let bar = progress(quiet, &format!("deciding {}", names.join(", ")));
    // What takes longest begins first, so that the threads end together.
    let mut order: Vec<(usize, &Subject)> = wanted.iter().enumerate().collect();
    order.sort_by_key(|(_, subject)| subject.kind.rank());
    let threads = threads.unwrap_or_else(available).max(1);
    let mut decided = each(threads, &order, |(at, subject)| {
        // Each on a copy of its own: what was asked before leaves no trace in the answer.
        (*at, decide(&mut analysis.clone(), options, Subject::clone(subject)))
    });
    decided.sort_by_key(|(at, _)| *at);
    let verdicts: Result<Vec<_>, _> = decided.into_iter().map(|(_, verdict)| verdict).collect();
    bar.finish_and_clear();
    verdicts.map_err(|e| (Exit::ToolWrong, e.to_string()))
}

/// What is looked for beside verdicts.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Aside {
    /// The questions that verdicts rest on.
    pub(super) evidence: bool,
    /// The users who can be in each finding.
    pub(super) users: bool,
}

/// A tenant, decided.
pub(super) struct Run {
    ingested: Ingested,
    analysis: Analysis,
    options: Options,
    verdicts: Vec<Verdict>,
    upcoming: Vec<Upcoming>,
}

impl Run {
    /// Decides what is asked of a tenant that was read.
    pub(super) fn of(
        ingested: Ingested,
        decide: &Decide,
        threads: Option<usize>,
        quiet: bool,
        aside: Aside,
    ) -> Result<Self, Stop> {
        let mut options = options(&decide.assume)?;
        options.max_counterexamples = decide.max_counterexamples;
        options.memberships = decide.memberships;
        options.break_glass.clone_from(&decide.break_glass);
        options.project.clone_from(&decide.project);
        options.why = decide.why;
        options.evidence = aside.evidence;
        options.users = aside.users;
        for id in &options.break_glass {
            if !ingested.tenant.may_have_user(id) {
                return Err(usage(format!(
                    "--break-glass {id}: there is no user with this id among those exported"
                )));
            }
        }
        let analysis = analysis(&ingested, &options)?;
        decide.project.iter().try_for_each(|name| is_dimension(name, &analysis))?;
        let wanted = wanted(&decide.property, &statements(&decide.contract, &analysis.tenant)?)?;
        let mut verdicts = verdicts(&analysis, &options, &wanted, threads, quiet)?;
        // What cures would cause, and what is to come, is decided without evidence of its own.
        let aside = Options { evidence: false, why: false, users: false, ..options.clone() };
        duals(&analysis, &aside, &mut verdicts).map_err(|e| (Exit::ToolWrong, e.to_string()))?;
        let upcoming =
            upcoming(&ingested, &aside, &verdicts).map_err(|e| (Exit::ToolWrong, e.to_string()))?;
        Ok(Self { ingested, analysis, options, verdicts, upcoming })
    }

    /// What was read, and with which options it was decided.
    pub(super) fn asked(&self) -> (&Ingested, &Options) {
        (&self.ingested, &self.options)
    }

    /// All verdicts.
    pub(super) fn verdicts(&self) -> &[Verdict] {
        &self.verdicts
    }

    /// For reports.
    pub(super) fn inputs(&self) -> Inputs<'_> {
        Inputs {
            ingested: &self.ingested,
            analysis: &self.analysis,
            options: &self.options,
            verdicts: &self.verdicts,
            upcoming: &self.upcoming,
        }
    }

    /// The evidence; proofs that are known are not looked for again.
    pub(super) fn evidence(
        &self,
        check: &Check,
        known: &(dyn Fn(&str) -> Option<Vec<u8>> + Sync),
    ) -> Result<Files, Stop> {
        let mut read = Vec::new();
        for path in check.decide.contract.iter().chain(&check.decide.assume.facts) {
            read.push((path.display().to_string(), bytes(path)?));
        }
        let files = evidence(&self.inputs(), &command(check), &read, known);
        files.map_err(|e| (Exit::ToolWrong, e.to_string()))
    }
}

/// The words of a command line that decides the same.
fn command(check: &Check) -> Vec<String> {
    let words = ["check".to_owned(), check.tenant.display().to_string()];
    words.into_iter().chain(check.decide.words()).collect()
}

/// The tenant tells people apart by a dimension of this name.
fn is_dimension(name: &str, analysis: &Analysis) -> Result<(), Stop> {
    let one = Options { project: vec![name.to_owned()], ..Options::default() };
    if analysis.space.all().iter().any(|dimension| one.projects(&dimension.key)) {
        return Ok(());
    }
    let sets =
        analysis.space.all().iter().map(|d| d.key.name().split('[').next().unwrap_or_default().to_owned());
    let mut sets: Vec<String> = sets.collect();
    sets.dedup();
    Err(usage(format!("--project {name}: there is no such dimension; there are {}", sets.join(", "))))
}

/// What is kept of a run, and what it found.
fn kept(run: &Run, decide: &Decide, report: Report) -> Concluded {
    // What is asked for by name counts; without that, what is about people.
    let counts = |verdict: &&Verdict| !decide.property.is_empty() || verdict.property.kind.counts();
    let counted: Vec<&Verdict> = run.verdicts.iter().filter(counts).collect();
    Concluded {
        report,
        counted: counted.iter().map(|verdict| verdict.property.id.clone()).collect(),
        violated: is_violated(&counted),
        holds: all_hold(&counted),
    }
}

/// Decides what is asked of a tenant, or remembers it.
pub(super) fn concluded(
    ingested: Ingested,
    decide: &Decide,
    threads: Option<usize>,
    quiet: bool,
    cache: Option<&Cache>,
) -> Result<Concluded, Stop> {
    let Some(cache) = cache else {
        let run = Run::of(ingested, decide, threads, quiet, Aside::default())?;
        return Ok(kept(&run, decide, report(&run.inputs())));
    };
    let key = key(&ingested, decide)?;
    if let Some(known) = cache.get(&key) {
        return Ok(known);
    }
    let found = concluded(ingested, decide, threads, quiet, None)?;
    if !is_timed(decide) {
        cache.put(&key, &found)?;
    }
    Ok(found)
}

pub(super) fn run_check(check: &Check, args: &Args) -> Result<Exit, Stop> {
    let earlier = check.baseline.as_deref().map(earlier).transpose()?;
    check.evidence.as_deref().map(is_free).transpose()?;
    let cache = check.cache.as_deref().map(Cache::at).transpose()?;
    let ingested = read(&check.tenant, &check.decide.assume)?;
    let mut found = match (&check.evidence, &check.users_out) {
        (None, None) => concluded(ingested, &check.decide, check.threads, args.quiet, cache.as_ref())?,
        (evidence, users) => {
            if users.is_some() && !ingested.tenant.present.contains(&Resource::User) {
                return Err(usage(
                    "--users-out: the input lists no users; export them (`users`), or leave it out",
                ));
            }
            let aside = Aside { evidence: evidence.is_some(), users: users.is_some() };
            let run = Run::of(ingested, &check.decide, check.threads, args.quiet, aside)?;
            if let Some(path) = users {
                replace(path, named(path, &run.verdicts).as_bytes())?;
            }
            let certified =
                evidence.as_ref().map(|folder| certified(&run, check, folder, args)).transpose()?;
            kept(&run, &check.decide, certified.flatten().unwrap_or_else(|| report(&run.inputs())))
        }
    };
    let counts = |id: &str| found.counted.contains(id);
    let since = earlier.map(|earlier| since(&earlier, &found.report, &counts));
    found.report.baseline = since.as_ref().map(|since| since.baseline.clone());
    show(&found.report, &check.redaction, check.format, &check.output, args)?;
    Ok(match &since {
        Some(since) if check.fail_on_new => of_news(since, check.fail_on),
        _ => of(found.violated, found.holds, check.fail_on),
    })
}

/// Who can be in which finding.
fn named(path: &Path, verdicts: &[Verdict]) -> String {
    let rows = affected(verdicts);
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv")) {
        return users_csv(&rows);
    }
    rows.iter().map(|row| serde_json::to_string(row).unwrap_or_default() + "\n").collect()
}

/// Writes the evidence; the report that is part of it.
fn certified(run: &Run, check: &Check, folder: &Path, args: &Args) -> Result<Option<Report>, Stop> {
    let bar = progress(args.quiet, "looking for proofs");
    let files = run.evidence(check, &|_| None)?;
    write(folder, &files)?;
    bar.finish_and_clear();
    Ok(files.get(REPORT).and_then(|bytes| Report::read(bytes).ok()))
}

/// The folder is empty or not there: evidence is never mixed with something else.
fn is_free(folder: &Path) -> Result<(), Stop> {
    let shown = folder.display();
    match std::fs::read_dir(folder).map(Iterator::count) {
        Ok(0) => Ok(()),
        Ok(_) => Err(usage(format!(
            "--evidence {shown}: the folder is not empty; give one that is, or is not there"
        ))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(usage(format!("--evidence {shown}: {error}; check the path"))),
    }
}

fn write(folder: &Path, files: &Files) -> Result<(), Stop> {
    for (path, bytes) in files {
        let path = folder.join(path);
        let made = path.parent().map_or(Ok(()), std::fs::create_dir_all);
        let written = made.and_then(|()| std::fs::write(&path, bytes));
        written.map_err(|e| usage(format!("cannot write `{}`: {e}; check the path", path.display())))?;
    }
    Ok(())
}

/// The report that this one is compared with.
fn earlier(path: &Path) -> Result<Report, Stop> {
    let name = path.display();
    Report::read(&bytes(path)?).map_err(|e| usage(format!("{name}: {e}")))
}
