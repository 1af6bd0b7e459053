//! JUnit XML: a test case for each property, for dashboards of test results.

use quick_junit::{NonSuccessKind, Report as Suites, TestCase, TestCaseStatus, TestSuite};

use super::record::sentence;
use crate::document::{Report, Verdict};

/// The report as JUnit XML, as Jenkins reads it.
pub fn junit(report: &Report) -> String {
    let mut suite = TestSuite::new(report.tenant_name());
    for (name, value) in [("asOf", &report.as_of), ("version", &report.tool.version)] {
        suite.add_property((name, value.as_str()));
    }
    suite.add_test_cases(report.verdicts.iter().map(|verdict| case(report, verdict)));
    let mut suites = Suites::new("tenantproof");
    suites.add_test_suite(suite);
    suites.to_string().unwrap_or_default()
}

/// A violation fails; where nothing is concluded, that is an error; what was not asked is skipped.
fn case(report: &Report, verdict: &Verdict) -> TestCase {
    let found = listing(report, verdict);
    let mut status = match verdict.verdict.as_str() {
        "holds" => TestCaseStatus::success(),
        "skipped" => TestCaseStatus::skipped(),
        "violated" => TestCaseStatus::non_success(NonSuccessKind::Failure),
        _ => TestCaseStatus::non_success(NonSuccessKind::Error),
    };
    let failed = matches!(status, TestCaseStatus::NonSuccess { .. });
    let count = verdict.counterexamples.len();
    let why = verdict.reason.clone().unwrap_or_else(|| format!("{}: {count} found", verdict.question));
    status.set_message(why).set_type(verdict.verdict.as_str());
    if failed && !found.is_empty() {
        status.set_description(found.as_str());
    }
    let side = verdict.property.split('.').next().unwrap_or_default();
    let mut case = TestCase::new(verdict.property.as_str(), status);
    case.set_classname(format!("tenantproof.{side}"));
    if !failed && !found.is_empty() {
        case.set_system_out(found.as_str());
    }
    case
}

/// The findings of a verdict, one a line.
fn listing(report: &Report, verdict: &Verdict) -> String {
    let line = |finding| format!("{}\n", sentence_of(report, finding));
    verdict.counterexamples.iter().map(line).collect()
}

fn sentence_of(report: &Report, finding: &crate::document::Finding) -> String {
    format!("{} [{}] {}", finding.id, finding.severity, sentence(report, finding))
}
