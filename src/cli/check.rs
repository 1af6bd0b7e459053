//! `check`: the main job.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::args::{Args, Check, Format};
use super::commands::{Stop, analysis, bytes, emit, options, pretty, read, usage};
use super::contracts::{statements, wanted};
use super::exit::{Exit, of_news, of_verdicts};
use super::output::progress;
use crate::check::{Analysis, Options, Verdict, decide, duals, upcoming};
use crate::property::Subject;
use crate::report::{Comparison, Earlier, Inputs, report, summary};

/// Decides the properties, each on a thread of its own as far as there are threads: a solver's context belongs to one.
pub(super) fn verdicts(
    analysis: &Analysis,
    options: &Options,
    wanted: &[Subject],
    threads: Option<usize>,
    quiet: bool,
) -> Result<Vec<Verdict>, Stop> {
    let available = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let threads = threads.unwrap_or(available).clamp(1, wanted.len().max(1));
    let names: Vec<_> = wanted.iter().map(|subject| subject.id.as_str()).collect();
    let bar = progress(quiet, &format!("deciding {}", names.join(", ")));
    // What takes longest begins first, so that the threads end together.
    let mut order: Vec<(usize, &Subject)> = wanted.iter().enumerate().collect();
    order.sort_by_key(|(_, subject)| subject.kind.rank());
    let next = AtomicUsize::new(0);
    let work = || {
        let mut decided = Vec::new();
        while let Some((at, subject)) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
            // Each on a copy of its own: what was asked before leaves no trace in the answer.
            decided.push((*at, decide(&mut analysis.clone(), options, Subject::clone(subject))));
        }
        decided
    };
    let joined: Vec<_> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        running.into_iter().map(std::thread::ScopedJoinHandle::join).collect()
    });
    let mut decided = Vec::new();
    for one in joined {
        let fault = |_| (Exit::ToolWrong, "a thread of the tool failed; please report it".to_owned());
        decided.extend(one.map_err(fault)?);
    }
    decided.sort_by_key(|(at, _)| *at);
    let mut found = Vec::new();
    for (_, verdict) in decided {
        found.push(verdict.map_err(|e| (Exit::ToolWrong, e.to_string()))?);
    }
    bar.finish_and_clear();
    Ok(found)
}

pub(super) fn run_check(check: &Check, args: &Args) -> Result<Exit, Stop> {
    let mut options = options(&check.assume)?;
    options.max_counterexamples = check.max_counterexamples;
    options.memberships = check.memberships;
    options.break_glass.clone_from(&check.break_glass);
    let earlier = check.baseline.as_deref().map(earlier).transpose()?;
    let ingested = read(&check.tenant, &check.assume)?;
    for id in &options.break_glass {
        if !ingested.tenant.may_have_user(id) {
            return Err(usage(format!(
                "--break-glass {id}: there is no user with this id among those exported"
            )));
        }
    }
    let analysis = analysis(&ingested, &options)?;
    let wanted = wanted(&check.property, &statements(&check.contract, &analysis.tenant)?)?;
    let mut verdicts = verdicts(&analysis, &options, &wanted, check.threads, args.quiet)?;
    duals(&analysis, &options, &mut verdicts).map_err(|e| (Exit::ToolWrong, e.to_string()))?;
    let upcoming = upcoming(&ingested, &options, &verdicts).map_err(|e| (Exit::ToolWrong, e.to_string()))?;
    let inputs = Inputs {
        ingested: &ingested,
        analysis: &analysis,
        options: &options,
        verdicts: &verdicts,
        upcoming: &upcoming,
    };
    // What is asked for by name counts; without that, what is about people.
    let counted: Vec<_> =
        verdicts.iter().filter(|v| !check.property.is_empty() || v.property.kind.counts()).collect();
    let counts = |id: &str| counted.iter().any(|verdict| verdict.property.id == id);
    let mut whole = report(&inputs);
    let since = earlier.map(|earlier| earlier.compared(&whole, &counts)).transpose();
    let since = since.map_err(|e| (Exit::ToolWrong, e))?;
    if let (Some(since), Some(object)) = (&since, whole.as_object_mut()) {
        object.insert("baseline".into(), since.json());
    }
    let render = |format: Format| match format {
        Format::Text => {
            Some(summary(&inputs, args.verbose) + &since.as_ref().map_or_else(String::new, Comparison::text))
        }
        Format::Json => Some(pretty(&whole)),
        Format::Dot | Format::Mermaid => None,
    };
    emit(check.format, &check.output, &render)?;
    Ok(match &since {
        Some(since) if check.fail_on_new => of_news(since, check.fail_on),
        _ => of_verdicts(&counted, check.fail_on),
    })
}

/// The report that this one is compared with.
fn earlier(path: &Path) -> Result<Earlier, Stop> {
    let name = path.display();
    Earlier::read(&bytes(path)?).map_err(|e| usage(format!("{name}: {e}")))
}
