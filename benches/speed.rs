//! How long each part of the pipeline takes, and how that grows with the number of policies. `cargo bench` prints medians with
//! their spread, and compares each with the run before; within one run, sizes stand side by side.
#![allow(
    missing_docs,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "criterion makes items without documentation; a bench ends by panicking where its input is wrong"
)]

mod tenants;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use tenantproof::check::{Analysis, Options, WhatIf, decide};
use tenantproof::ingest::{load_files, read_requests};
use tenantproof::property::CATALOGUE;
use tenantproof::report::WhatIfLines;

const SIZES: [usize; 4] = [5, 20, 60, 240];

/// From bytes to typed facts.
fn read(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("read");
    for size in SIZES {
        let files = tenants::files(size);
        group.throughput(Throughput::Bytes(files.iter().map(|file| file.bytes.len() as u64).sum()));
        group.bench_with_input(BenchmarkId::from_parameter(size), &files, |bench, files| {
            bench.iter(|| black_box(load_files("bench", files).is_ok()));
        });
    }
}

/// From facts to formulas and the state graph.
fn understand(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("understand");
    group.sample_size(10);
    for size in SIZES {
        let ingested = tenants::tenant(size);
        group.bench_with_input(BenchmarkId::from_parameter(size), &ingested, |bench, ingested| {
            bench.iter(|| black_box(Analysis::new(ingested, &Options::default(), None).meaning.store.len()));
        });
    }
}

/// One property with its enumeration.
fn verdict(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("verdict");
    group.sample_size(10);
    for size in [5, 20] {
        let ingested = tenants::tenant(size);
        let analysis = Analysis::new(&ingested, &Options::default(), None);
        for property in CATALOGUE.iter().filter(|property| !property.id.starts_with("hygiene.")) {
            group.bench_function(BenchmarkId::new(property.id, size), |bench| {
                bench
                    .iter(|| black_box(decide(&mut analysis.clone(), &Options::default(), property).is_ok()));
            });
        }
    }
}

/// A thousand What-If requests in one process, from request bodies to lines of JSON.
fn whatif(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("whatif");
    group.sample_size(10);
    let requests: Vec<String> = (0..1000).map(|at| tenants::request(at).to_string()).collect();
    let requests = requests.join("\n");
    for size in SIZES {
        let ingested = tenants::tenant(size);
        group.throughput(Throughput::Elements(1000));
        group.bench_with_input(BenchmarkId::from_parameter(size), &ingested, |bench, ingested| {
            bench.iter(|| {
                let requests = read_requests("requests", requests.as_bytes());
                let whatif = WhatIf::new(ingested, &Options::default());
                let (lines, mut text) = (WhatIfLines::new(ingested), String::new());
                for request in requests.iter().flatten() {
                    lines.add(&whatif.answer(request), request.applied_only, &mut text);
                }
                black_box(text.len())
            });
        });
    }
}

criterion_group!(speed, read, understand, whatif, verdict);
criterion_main!(speed);
