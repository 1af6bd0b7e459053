//! One page that needs nothing else: no network, no other file. What it may run is in its first lines, by hash.

mod account;
mod findings;
mod overview;
mod trace;
mod who;

pub(super) use trace::alone;

use base64::Engine;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use super::picture::Picture;
use crate::document::Report;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The report as a page.
pub fn page(report: &Report) -> String {
    let picture = Picture::of(report);
    let title = format!("tenantproof: {}", report.tenant_name());
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy());
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#findings" { "To the findings" }
                @if let Some(picture) = &picture { (trace::shared(picture)) }
                header { (overview::head(report)) }
                nav aria-label="Parts of this page" { (contents()) }
                main {
                    (who::matrix(report))
                    (overview::causes(report))
                    (overview::verdicts(report))
                    (findings::section(report, picture.as_ref()))
                    (account::policies(report))
                    (account::unknowns(report))
                    (account::proof(report))
                    (account::input(report))
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string()
}

/// Nothing is loaded, and of what stands in the page only our own style and script count.
fn policy() -> String {
    let hash = |text: &str| base64::engine::general_purpose::STANDARD.encode(Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
}

fn contents() -> Markup {
    let parts = [
        ("who", "Who gets in where"),
        ("causes", "Causes and cures"),
        ("verdicts", "Verdicts"),
        ("findings", "Findings"),
        ("policies", "Policies"),
        ("unknowns", "What is not known"),
        ("proof", "Proof"),
        ("input", "Input"),
    ];
    html! { ul { @for (id, name) in parts { li { a href={ "#" (id) } { (name) } } } } }
}

/// How a verdict is marked, in a sign and a word: colour alone tells nobody anything.
fn mark(verdict: &str) -> Markup {
    let (sign, word) = match verdict {
        "holds" => ("✔", "holds"),
        "violated" => ("✘", "violated"),
        "undetermined" => ("?", "undetermined"),
        "vacuous" => ("–", "says nothing"),
        other => ("–", other),
    };
    html! { span.mark.{ "is-" (word_class(verdict)) } { span aria-hidden="true" { (sign) } " " (word) } }
}

/// A class of our own for a word of the report, which might be any.
fn word_class(word: &str) -> &'static str {
    const KNOWN: &[&str] = &[
        "holds",
        "violated",
        "undetermined",
        "vacuous",
        "skipped",
        "critical",
        "high",
        "medium",
        "low",
        "info",
        "bypass",
        "lockout",
        "blocked",
    ];
    KNOWN.iter().find(|known| **known == word).copied().unwrap_or("other")
}
