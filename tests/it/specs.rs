//! Every specification holds, names every rule from both sides, and notices when a rule is turned around.

use crate::support::at;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use tenantproof::semantics::{BYPASSES, BYPASSES_NOT_LOOKED_FOR, CLAUSES, LOCKOUTS, Role, RuleId};
use tenantproof::spec::{Case, CaseResult, Coverage, Runner, SpecFile};

/// Rules that no case can show from both sides.
const ONE_SIDED: &[(&str, &str)] =
    &[("SM-10", "every sign-in takes its step, so there is no outcome without it")];

/// Steps of the graph that no sign-in shows from both sides, as the message says it, each with the reason.
const ONE_SIDED_STEPS: &[(&str, &str)] = &[
    ("SM-10 Start -> Discover: never refused", "every sign-in takes it"),
    ("SM-14 IdpAuth -> Gate: never refused", "what another provider asks is not looked at"),
    ("SM-16 LocalAuth -> CaCollect: never refused", "a first factor is given"),
    ("SM-30 CaCollect -> BlockCheck: never refused", "policies are always collected"),
    ("SM-95 Session -> Granted: never refused", "session controls refuse nothing"),
];

/// Rules that can be turned around without a case noticing it, each with the reason.
const SURVIVORS: &[(&str, &str)] = &[
    ("STR-50", "whether a restriction is met is not known: the negation of a free value is as free"),
    ("CA-33", "what naming such a resource does is not known: the same"),
];

/// So many cases are tried for each rule, beginning with those that name it.
const TRIED: usize = 40;

fn runner() -> Runner {
    Runner::new(&at("specs"))
}

fn files() -> Vec<SpecFile> {
    let found = runner().files(&[at("specs")]);
    found.unwrap_or_else(|error| panic!("{error}"))
}

fn id(rule: RuleId) -> &'static str {
    rule.rule().id
}

/// `src/report/specifications.txt` is what `rules` shows of them. `INSTA_UPDATE=always` renews it, like other records.
#[test]
fn rules_know_their_specifications() {
    let mut naming: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in files() {
        let root = format!("{}/", at("").display().to_string().trim_end_matches('/'));
        let path = file.path.trim_start_matches(&root).to_owned();
        for (_, expected) in file.cases.iter().flat_map(|case| &case.expect) {
            for word in &expected.words {
                let id = match (expected.keyword.as_str(), word.split_once('=')) {
                    ("rules" | "about", _) => word.trim_start_matches(['+', '-']),
                    (_, Some(("cause" | "without", id))) => id,
                    _ => continue,
                };
                naming.entry(id.to_owned()).or_default().insert(path.clone());
            }
        }
    }
    let line = |(id, files): (&String, &BTreeSet<String>)| {
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        format!("{id} {}\n", files.join(" "))
    };
    let wanted: String = naming.iter().map(line).collect();
    let record = at("src/report/specifications.txt");
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(&record, &wanted).expect("the record can be written");
    }
    let found = std::fs::read_to_string(&record).unwrap_or_default();
    assert_eq!(found, wanted, "renew src/report/specifications.txt with INSTA_UPDATE=always");
}

#[test]
fn every_case_is_as_expected() {
    let files = files();
    let cases: Vec<(&SpecFile, &Case)> =
        files.iter().flat_map(|file| file.cases.iter().map(move |case| (file, case))).collect();
    let only: Vec<&Case> = cases.iter().map(|(_, case)| *case).collect();
    let results = runner().run_all(&only, &|| ());
    let (mut deciding, mut idle, mut failed) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    let mut coverage = Coverage::default();
    for ((file, case), result) in cases.iter().zip(results) {
        coverage.add(&result);
        let CaseResult { failures, deciding: plus, idle: minus, .. } = result;
        for (line, message) in failures {
            failed.push(format!("{}:{line}: {}: {message}", file.path, case.name));
        }
        deciding.extend(plus);
        idle.extend(minus);
    }
    for named in deciding.union(&idle) {
        let is_rule = RuleId::ALL.iter().any(|rule| id(*rule) == named.as_str());
        let is_clause = CLAUSES.iter().any(|clause| clause.rule.id == named.as_str());
        if !is_rule && !is_clause && !named.starts_with("LCK-") && !named.starts_with("BYP-") {
            failed.push(format!("{named}: named by a specification and no rule of the registry"));
        }
    }
    for step in coverage.one_sided_steps() {
        if !ONE_SIDED_STEPS.iter().any(|(known, _)| *known == step) {
            failed.push(step);
        }
    }
    for pattern in LOCKOUTS.iter().chain(BYPASSES) {
        for (set, what) in [(&deciding, "is the cause"), (&idle, "is not")] {
            if !set.contains(pattern.id) {
                failed.push(format!("{}: no case in which it {what}", pattern.id));
            }
        }
    }
    for clause in CLAUSES.iter().filter(|clause| !matches!(clause.role, Role::Outside(_))) {
        for (set, what) in [(&deciding, "decides"), (&idle, "does not decide")] {
            if !set.contains(clause.rule.id) {
                failed.push(format!("{}: no case in which it {what}", clause.rule.id));
            }
        }
    }
    for rule in RuleId::ALL {
        let exempt = ONE_SIDED.iter().any(|(exempt, _)| *exempt == id(*rule));
        if !deciding.contains(id(*rule)) {
            failed.push(format!("{}: no case in which it decides (`rules +{}`)", id(*rule), id(*rule)));
        }
        if !exempt && !idle.contains(id(*rule)) {
            failed.push(format!(
                "{}: no case in which it does not decide (`rules -{}`)",
                id(*rule),
                id(*rule)
            ));
        }
        if exempt && idle.contains(id(*rule)) {
            failed.push(format!("{}: take it off the list of exceptions", id(*rule)));
        }
    }
    eprintln!("{} cases of {} files", cases.len(), files.len());
    assert!(failed.is_empty(), "{} failures\n{}", failed.len(), failed.join("\n"));
}

/// The reference has these many patterns of bypasses.
const BYPASS_PATTERNS: usize = 44;
/// At most so many of them may be left out.
const MOST_LEFT_OUT: usize = 8;

#[test]
fn every_pattern_of_bypasses_is_looked_for_or_argued_away() {
    let found = BYPASSES.iter().map(|cause| cause.id);
    let left_out = BYPASSES_NOT_LOOKED_FOR.iter().map(|(id, ..)| *id);
    let mut all: Vec<&str> = found.chain(left_out).collect();
    all.sort_by_key(|id| id.trim_start_matches("BYP-").parse::<usize>().unwrap_or(0));
    let expected: Vec<String> = (1..=BYPASS_PATTERNS).map(|number| format!("BYP-{number}")).collect();
    assert_eq!(all, expected);
    assert!(BYPASSES_NOT_LOOKED_FOR.len() <= MOST_LEFT_OUT);
}

#[test]
fn every_rule_flipped_is_noticed() {
    let files = files();
    let cases: Vec<&Case> = files.iter().flat_map(|file| &file.cases).collect();
    let noticed = each(RuleId::ALL, |rule| {
        let mut runner = runner();
        runner.flipped = Some(*rule);
        let mut order = cases.clone();
        order.sort_by_key(|case| nearness(case, id(*rule)));
        order.into_iter().take(TRIED).any(|case| !runner.run(case).failures.is_empty())
    });
    let found: BTreeSet<&str> =
        RuleId::ALL.iter().zip(noticed).filter(|(_, noticed)| !noticed).map(|(rule, _)| id(*rule)).collect();
    let expected: BTreeSet<&str> = SURVIVORS.iter().map(|(rule, _)| *rule).collect();
    let silent: Vec<_> = found.difference(&expected).collect();
    let caught: Vec<_> = expected.difference(&found).collect();
    assert!(
        silent.is_empty() && caught.is_empty(),
        "no case notices when these are turned around: {silent:?}; listed as unnoticed but noticed: {caught:?}"
    );
}

/// Cases that name a rule come first: those where it decides, then those where it does not.
fn nearness(case: &Case, rule: &str) -> u8 {
    let named = |mark: &str| {
        let expected = case.expect.iter().filter(|(_, expected)| expected.keyword == "rules");
        let mut words = expected.flat_map(|(_, expected)| &expected.words);
        words.any(|word| word.strip_prefix(mark) == Some(rule))
    };
    let near = match (named("+"), named("-")) {
        (true, _) => 0,
        (false, true) => 1,
        (false, false) => 2,
    };
    // Cases that decide a property take longest.
    2 * near + u8::from(case.expect.iter().any(|(_, expected)| expected.keyword.contains('.')))
}

/// The results of a function on each item, in order, on all processors.
fn each<T: Sync, R: Send>(items: &[T], run: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((at, item)) = Some(next.fetch_add(1, Ordering::Relaxed))
                    .and_then(|at| items.get(at).map(|item| (at, item)))
                {
                    let result = run(item);
                    results.lock().unwrap().push((at, result));
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap();
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}
