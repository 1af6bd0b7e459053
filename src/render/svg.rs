//! SVG: the sign-in graph with the ways of all findings, and each finding in words.

use super::html::alone;
use super::record::sentence;
use crate::document::{Finding, Report};

/// The report as a picture.
pub fn svg(report: &Report) -> String {
    alone(report, &|finding: &Finding| sentence(report, finding))
}
