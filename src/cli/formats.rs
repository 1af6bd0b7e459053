//! A report in the formats that were asked for: of `check` at once, of `report` from a file.

use std::collections::BTreeSet;

use serde_json::json;

use super::args::{self, Args, Format, Redaction};
use super::commands::{Stop, bytes, emit, pretty, usage};
use super::exit::Exit;
use crate::contract::BUILT_IN_ROLES;
use crate::document::{Redacted, Report};
use crate::render::{
    csv, details, dot, itf, junit, markdown, mermaid, ndjson, oscal, page, sarif, summary, svg,
};
use crate::semantics::WELL_KNOWN_APPLICATIONS;

/// Shows a saved report.
pub(super) fn run(saved: &args::Report, args: &Args) -> Result<Exit, Stop> {
    let name = saved.report.display();
    let report = Report::read(&bytes(&saved.report)?).map_err(|e| usage(format!("{name}: {e}")))?;
    show(&report, &saved.redaction, saved.format, &saved.output, args)?;
    Ok(Exit::Holds)
}

/// Writes a report in each format asked for. JSON keeps the data as they are; in all others text does only what it shows.
pub(super) fn show(
    report: &Report,
    redaction: &Redaction,
    format: Format,
    outputs: &[String],
    args: &Args,
) -> Result<(), Stop> {
    let redacted = redaction.redact.then(|| redacted(report, redaction)).transpose()?;
    let exact = redacted.as_ref().unwrap_or(report);
    let inert = exact.inert().map_err(|e| (Exit::ToolWrong, format!("what is shown is no report: {e}")))?;
    let render = |format: Format| match format {
        Format::Text => {
            let short = summary(&inert, args.style());
            Some(if args.quiet { short } else { short + &details(&inert, args.verbose, args.style()) })
        }
        Format::Json => Some(pretty(&json!(exact))),
        Format::Html => Some(page(&inert)),
        Format::Svg => Some(svg(&inert)),
        Format::Sarif => Some(sarif(&inert)),
        Format::Junit => Some(junit(&inert)),
        Format::Markdown => Some(markdown(&inert)),
        Format::Csv => Some(csv(&inert)),
        Format::Ndjson => Some(ndjson(&inert)),
        Format::Itf => Some(itf(&inert)),
        Format::Oscal => Some(oscal(&inert)),
        Format::Dot => Some(dot(&inert)),
        Format::Mermaid => Some(mermaid(&inert)),
    };
    emit(format, outputs, &render)
}

/// The report with pseudonyms. What is the same in every tenant tells nothing of this one, and stays.
fn redacted(report: &Report, redaction: &Redaction) -> Result<Report, Stop> {
    let key = redaction.redact_key.as_deref().map(bytes).transpose()?.unwrap_or_default();
    let known = BUILT_IN_ROLES.iter().map(|(_, id)| *id).chain(WELL_KNOWN_APPLICATIONS.iter().copied());
    let known: BTreeSet<String> = known.map(str::to_lowercase).collect();
    let redacted = Redacted { key: &key, known: &known }.of(report);
    redacted.map_err(|e| (Exit::ToolWrong, format!("what is left of it is no report: {e}")))
}
