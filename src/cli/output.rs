//! Printing.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::args::Color;
use crate::render::Style;

/// A result, on standard output.
pub(super) fn result(text: &str) {
    let mut out = std::io::stdout().lock();
    // A reader that went away (a closed pipe) is no error of this program.
    let _ = out.write_all(text.as_bytes());
    if !text.ends_with('\n') {
        let _ = out.write_all(b"\n");
    }
}

/// A diagnostic, on standard error.
pub(super) fn error(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "tenantproof: {text}");
}

/// A sign of life while long work goes on, on a terminal only.
pub(super) fn progress(quiet: bool, text: &str) -> ProgressBar {
    if quiet || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
        bar.set_style(style);
    }
    bar.set_message(text.to_owned());
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

/// How text looks on standard output: as wide as the terminal, and in colours if it is one.
pub(super) fn style(color: Color) -> Style {
    let terminal = std::io::stdout().is_terminal();
    let color = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => terminal && console::colors_enabled(),
    };
    let columns = console::Term::stdout().size_checked().map(|(_, columns)| usize::from(columns));
    let width = columns.filter(|_| terminal).unwrap_or(Style::PLAIN.width);
    Style { color, width: width.clamp(40, 160) }
}
