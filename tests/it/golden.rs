//! Golden numbers and snapshots: what must not change without somebody noticing.

use crate::support::{at, pretty};
use insta::{Settings, assert_snapshot};
use serde_json::{Value, json};
use tenantproof::check::{Analysis, Options, Verdict, decide};
use tenantproof::document::Report;
use tenantproof::ingest::load;
use tenantproof::logic::{Tag, Var};
use tenantproof::property::CATALOGUE;
use tenantproof::render::{Style, details, summary};
use tenantproof::report::{Inputs, assumptions, report, rules};
use tenantproof::semantics::{Assumptions, Label, label};

/// The tenants of `specs/tenants` differ in settings only: they have one size. They catch a space that shrinks silently.
const STATES: usize = 37;
const TRANSITIONS: usize = 71;
const DIMENSIONS: usize = 113;

/// For each of them the verdicts on lockouts of external people and on bypasses.
const VERDICTS: &[(&str, &str, &str, &str)] = &[
    ("story", "violated", "undetermined", "holds"),
    ("story-before", "holds", "holds", "violated"),
    ("story-mfa", "undetermined", "undetermined", "holds"),
    ("story-trust", "violated", "undetermined", "holds"),
];

/// Of each, whose word counts: of federated providers, of foreign tenants, for methods that are off here.
const VOUCHED: &[(&str, [&str; 3])] = &[
    ("story", ["holds", "holds", "holds"]),
    ("story-before", ["holds", "holds", "holds"]),
    ("story-mfa", ["holds", "holds", "undetermined"]),
    ("story-trust", ["undetermined", "violated", "violated"]),
];

/// How many sign-ins a lockout ranges over in each of them.
const LOCKOUT: &str = "28446564833820672";
/// How many sign-ins `bypass.admin` ranges over, with fourteen roles told apart.
const ADMIN: &str = "24662582784";
/// How many sign-ins `bypass.mfa` ranges over, where a first factor alone decides it.
const BYPASS: &str = "1580544";
/// Sign-ins that the other properties range over.
const REGISTRATION: &str = "75264";
const CLIENT: &str = "341358778005848064";
const TENANT: &str = "73278351011922051072";

fn settings() -> Settings {
    let mut settings = Settings::clone_current();
    settings.set_snapshot_path(at("tests/golden"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

/// A report without what changes with the machine or the release, cut to what a snapshot may hold.
fn stable(text: &str) -> String {
    let lines: Vec<&str> = text.lines().take(110).collect();
    let version = tenantproof::symbolic::version();
    lines.join("\n").replace(env!("CARGO_PKG_VERSION"), "[version]").replace(&version, "[solver]")
}

/// A tenant with all its verdicts; on a thread of its own, so that the solver has no history.
fn with_verdicts<T: Send>(tenant: &str, options: &Options, show: impl Fn(&Inputs) -> T + Sync) -> T {
    let ingested = load(&at(&format!("specs/tenants/{tenant}"))).unwrap_or_else(|error| panic!("{error}"));
    let run = || {
        let mut analysis = Analysis::new(&ingested, options, None);
        let decided = CATALOGUE.iter().map(|property| decide(&mut analysis, options, property));
        let verdicts: Vec<Verdict> =
            decided.collect::<Result<_, _>>().unwrap_or_else(|error| panic!("{error}"));
        show(&Inputs {
            ingested: &ingested,
            analysis: &analysis,
            options,
            verdicts: &verdicts,
            upcoming: &[],
        })
    };
    std::thread::scope(|scope| scope.spawn(run).join().expect("the thread ends well"))
}

/// The few counterexamples that a snapshot has place for.
fn few() -> Options {
    Options { max_counterexamples: Some(5), ..Options::default() }
}

#[test]
fn the_numbers_of_each_tenant_are_known() {
    let mut listed: Vec<String> = std::fs::read_dir(at("specs/tenants"))
        .expect("specs/tenants is a folder")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    listed.sort();
    let known: Vec<&str> = VERDICTS.iter().map(|(tenant, ..)| *tenant).collect();
    assert_eq!(listed, known, "each tenant has its numbers");
    let mut wrong = Vec::new();
    for ((tenant, external, client, bypass), (_, [federated, foreign, weak])) in VERDICTS.iter().zip(VOUCHED)
    {
        let verdicts = [
            ("lockout.external", *external, LOCKOUT),
            ("lockout.member", "undetermined", LOCKOUT),
            ("lockout.break-glass", "skipped", "0"),
            ("lockout.registration", "undetermined", REGISTRATION),
            ("lockout.client", *client, CLIENT),
            ("lockout.tenant", "holds", TENANT),
            ("bypass.mfa", *bypass, BYPASS),
            ("bypass.evasion", "holds", BYPASS),
            ("bypass.federated-mfa", *federated, BYPASS),
            ("bypass.foreign-mfa", *foreign, BYPASS),
            ("bypass.foreign-device", "holds", BYPASS),
            ("bypass.weak-home-method", *weak, BYPASS),
            ("bypass.registration", "violated", BYPASS),
            ("bypass.admin", "violated", ADMIN),
            ("bypass.baseline-scopes", "holds", BYPASS),
            ("bypass.workload", "skipped", "0"),
        ];
        let options = Options { max_counterexamples: Some(1), ..Options::default() };
        let found = with_verdicts(tenant, &options, |inputs| {
            let verdicts = inputs.verdicts.iter().filter(|v| v.property.kind.counts());
            let verdicts: Vec<_> =
                verdicts.map(|v| (v.property.id.clone(), v.name(), v.space.scenarios.to_string())).collect();
            let (system, space) = (&inputs.analysis.system, &inputs.analysis.space);
            format!(
                "{tenant}: {}, {}, {}, {verdicts:?}",
                system.states(),
                system.transitions(),
                space.all().len()
            )
        });
        let expected = format!("{tenant}: {STATES}, {TRANSITIONS}, {DIMENSIONS}, {verdicts:?}");
        if found != expected {
            wrong.push(format!("found    {found}\nexpected {expected}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn printed(report: &Report) -> String {
    summary(report, Style::PLAIN) + &details(report, false, Style::PLAIN)
}

#[test]
fn reports_read_as_before() {
    let text = |tenant| stable(&with_verdicts(tenant, &few(), |inputs| printed(&report(inputs))));
    settings().bind(|| {
        assert_snapshot!("report-story", text("story"));
        assert_snapshot!("report-story-before", text("story-before"));
        assert_snapshot!("report-story-mfa", text("story-mfa"));
        assert_snapshot!("report-story-trust", text("story-trust"));
    });
}

#[test]
fn a_report_for_machines_has_its_shape() {
    let options = Options { max_counterexamples: Some(1), ..Options::default() };
    let mut value = with_verdicts("story-before", &options, |inputs| json!(report(inputs)));
    let keep = |value: &mut Value, count: usize| {
        if let Some(list) = value.as_array_mut() {
            list.truncate(count);
        }
    };
    keep(&mut value["inputs"], 1);
    value["inputs"][0]["sha256"] = json!("[hash]");
    value["space"]["dimensions"] = json!("[dimensions]");
    value["assumptions"] = json!("[assumptions]");
    value["tool"]["version"] = json!("[version]");
    value["tool"]["solver"]["version"] = json!("[solver]");
    keep(&mut value["unmodelled"], 1);
    for verdict in value["verdicts"].as_array_mut().into_iter().flatten() {
        for counterexample in verdict["counterexamples"].as_array_mut().into_iter().flatten() {
            counterexample["scenario"] = json!("[scenario]");
            counterexample["evidence"]["steps"] = json!("[steps]");
            counterexample["rules"] = json!("[rules]");
        }
        verdict["core"]["rules"] = json!("[rules]");
        verdict["core"]["settings"] = json!("[settings]");
    }
    settings().bind(|| assert_snapshot!("report-json", stable(&pretty(&value))));
}

#[test]
fn catalogues_have_their_shapes() {
    let first = |value: &Value, key: &str| -> String {
        let list: Vec<&Value> = value[key].as_array().into_iter().flatten().take(3).collect();
        pretty(&json!({ key: list }))
    };
    settings().bind(|| {
        assert_snapshot!("rules-json", first(&rules(), "rules"));
        assert_snapshot!(
            "assumptions-json",
            first(&assumptions(&Assumptions::default(), None), "assumptions")
        );
    });
}

#[test]
fn a_formula_reads_as_before() {
    let text = with_verdicts("story", &few(), |inputs| {
        let analysis = inputs.analysis;
        let atom = |var: Var, value: u16| {
            let dimension = analysis.space.dimension(var);
            let named = dimension.map(|d| (d.key.name(), d.values[usize::from(value)].clone()));
            let unknown = analysis.meaning.unknowns.get(var);
            let named =
                named.or_else(|| unknown.map(|u| (u.key.clone(), u.values[usize::from(value)].clone())));
            named.map_or_else(|| format!("{var:?}={value}"), |(key, value)| format!("{key}={value}"))
        };
        let tag = |tag: Tag| match label(tag) {
            Some(Label::Rule(rule)) => rule.rule().id.to_owned(),
            Some(Label::Policy(index)) => format!("policy {index}"),
            None => "?".to_owned(),
        };
        let policies = analysis.meaning.policies.iter();
        let lines = policies.map(|policy| analysis.meaning.store.render(policy.applies, &atom, &tag));
        lines.collect::<Vec<_>>().join("\n\n")
    });
    settings().bind(|| assert_snapshot!("formula-applies", text));
}
