//! What several test modules need: seeded proptest runs, tenants in memory, paths of the repository.

use crate::oracle::Readings;
use proptest::strategy::Strategy;
use proptest::test_runner::{
    Config, RngAlgorithm, RngSeed, TestCaseError, TestCaseResult, TestError, TestRng, TestRunner,
};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tenantproof::check::Options;
use tenantproof::ingest::{Ingested, SourceFile, load_files};
use tenantproof::scenario::Scenario;
use tenantproof::semantics::Assumptions;

/// Virtual file name to JSON content.
pub(crate) type Files = BTreeMap<String, Value>;

/// Home tenants by what they are given as: an id or a verified domain.
pub(crate) type Homes = BTreeMap<String, Files>;

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A path below the root of the repository.
pub(crate) fn at(path: &str) -> PathBuf {
    root().join(path)
}

/// The number of cases: `PROPTEST_CASES`, or 256 divided by what one case costs compared with a simulation.
pub(crate) fn cases(cost: u32) -> u32 {
    let wanted = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(256_u32);
    (wanted / cost).max(8)
}

/// Runs a property: the same cases on every run unless `TENANTPROOF_SEED` is set.
///
/// # Panics
/// If a case fails, with the smallest failing case as the test itself describes it.
pub(crate) fn check<S: Strategy>(cases: u32, strategy: &S, test: impl Fn(S::Value) -> TestCaseResult) {
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_time: 40_000,
        rng_seed: RngSeed::Fixed(0),
        ..Config::default()
    };
    let rng = match std::env::var("TENANTPROOF_SEED") {
        Ok(text) => {
            let mut seed = [0_u8; 32];
            for (at, byte) in text.bytes().enumerate() {
                seed[at % 32] ^= byte.rotate_left(u32::try_from(at / 32).unwrap_or_default());
            }
            TestRng::from_seed(RngAlgorithm::ChaCha, &seed)
        }
        Err(_) => TestRng::deterministic_rng(RngAlgorithm::ChaCha),
    };
    match TestRunner::new_with_rng(config, rng).run(strategy, test) {
        Ok(()) => {}
        Err(TestError::Fail(reason, _)) => panic!("{}", reason.message()),
        Err(TestError::Abort(reason)) => panic!("given up: {}", reason.message()),
    }
}

/// A failed case.
pub(crate) fn fail<T>(message: impl Into<String>) -> Result<T, TestCaseError> {
    Err(TestCaseError::fail(message.into()))
}

/// Reads a tenant from memory.
pub(crate) fn ingest(files: &Files) -> Ingested {
    let sources: Vec<SourceFile> = files
        .iter()
        .map(|(path, content)| SourceFile { path: path.clone(), bytes: content.to_string().into_bytes() })
        .collect();
    load_files("generated", &sources).unwrap_or_else(|error| panic!("a generated tenant is refused: {error}"))
}

/// Reads a tenant with its homes from memory.
pub(crate) fn ingest_with(files: &Files, homes: &Homes) -> Ingested {
    let mut ingested = ingest(files);
    for (id, home) in homes {
        let added = ingested.add_home(id, ingest(home));
        added.unwrap_or_else(|error| panic!("a generated home is refused: {error}"));
    }
    ingested
}

/// Options with all given readings assumed.
pub(crate) fn options(readings: &Readings) -> Options {
    let mut assumptions = Assumptions::default();
    for (key, reading) in readings {
        let text = format!("{key}={reading}");
        assumptions.assume(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
    }
    Options { assumptions, ..Options::default() }
}

/// A scenario in the program's own type.
pub(crate) fn scenario(value: &Value) -> Scenario {
    serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{error}: {value}"))
}

/// JSON for people.
pub(crate) fn pretty(value: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}
