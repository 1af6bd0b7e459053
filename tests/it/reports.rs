//! Reports that no tenant gave: random ones, large ones, and ones whose every text is hostile.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use tenantproof::document::{
    Cube, Dimension, Edge, Evidence, Exit, Finding, Input, Policy, Report, SCHEMA, Step, Verdict,
};

/// What names may hold that some program down the line would act on.
pub(crate) const HOSTILE: &[&str] = &[
    "<script>window.taken=1</script>",
    "</script><img src=x onerror=alert(1)>",
    "\u{1b}[31mred\u{1b}]0;title\u{7}",
    "\u{202e}gnp.exe\u{2066}",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd",
    "one\r\ntwo\n::set-output name=x::y",
    "../../../etc/passwd",
    "`rm -rf /` $(id) ${jndi:ldap://x}",
    "a|b|c [x](javascript:alert(1)) **bold**",
    "\"; click s1 callback \"x\" %% ]]> --> &amp; &#60;",
    "\\N \\G {{7*7}} {% raw %}",
];

/// Causes that the catalogue has, and one that it has not.
const CAUSES: &[&str] = &["LCK-8", "LCK-9", "BYP-24", "BYP-28", "XYZ-1"];
const STATES: &[&str] = &["Start", "Discover", "HomeAuth", "Gate", "Authn", "Block(53003)"];
const KEYS: &[&str] = &["RESTART", "WHFB_STEPUP", "input:namedLocation/x"];

fn policies() -> Vec<Policy> {
    let policy = |at: usize| Policy {
        id: format!("policy-{at:04}"),
        display_name: format!("Number {at}"),
        state: "enabled".into(),
        acts: true,
        path: "policies.json".into(),
        line: at + 1,
        ..Policy::default()
    };
    (0..6).map(policy).collect()
}

fn owned(all: Vec<&str>) -> Vec<String> {
    all.into_iter().map(str::to_owned).collect()
}

fn finding() -> impl Strategy<Value = Finding> {
    let ids: Vec<String> = policies().into_iter().map(|policy| policy.id).collect();
    let severity = select(vec!["critical", "high", "medium", "low", "info"]);
    let what = proptest::option::of("[a-z ]{1,20}");
    let cube =
        btree_map(select(vec!["user.kind", "user.groups[g1]", "odd.thing"]), vec("[a-z]{1,8}", 1..4), 0..3);
    let parts = (
        (severity, what, cube),
        subsequence(CAUSES.to_vec(), 0..=CAUSES.len()),
        subsequence(ids.clone(), 0..=3),
        subsequence(KEYS.to_vec(), 0..=KEYS.len()),
        (0..STATES.len(), subsequence(ids, 0..=2), proptest::option::of(Just(53003_u32))),
    );
    parts.prop_map(|((severity, what, cube), cause, policies, depends, (steps, closing, code))| {
        let step = |pair: &[&str]| Step {
            from: pair[0].into(),
            step: "goes on".into(),
            to: pair[1].into(),
            rules: vec!["SM-10".into()],
            policies: Vec::new(),
        };
        let exits = closing.into_iter().map(|policy| Exit {
            step: "would go on".into(),
            to: "Device".into(),
            blocked_by: vec!["STR-34".into()],
            policies: vec![policy],
        });
        Finding {
            cause: owned(cause),
            range: "main".into(),
            severity: severity.into(),
            what,
            cube: cube.into_iter().map(|(name, values)| (name.to_owned(), values)).collect::<Cube>(),
            kinds: vec!["member".into()],
            targets: vec!["All".into()],
            evidence: Evidence {
                kind: "trace".into(),
                steps: STATES.windows(2).take(steps).map(step).collect(),
                exits: exits.collect(),
                code,
            },
            policies,
            depends_on: owned(depends),
            scenarios: "12".into(),
            share: Some(0.25),
            ..Finding::default()
        }
    })
}

/// Reports with some findings of properties of the catalogue and of a statement of a contract.
pub(crate) fn report() -> impl Strategy<Value = Report> {
    let names = ["lockout.external", "bypass.mfa", "decision.block", "hygiene.dead-policy", "contract.one"];
    let each = vec(
        (vec(finding(), 0..4), select(vec!["violated", "undetermined", "holds", "skipped", "vacuous"])),
        5,
    );
    each.prop_map(move |each| {
        let mut report = empty();
        for ((mut findings, said), name) in each.into_iter().zip(names) {
            for (at, finding) in findings.iter_mut().enumerate() {
                finding.id = format!("{name}/{at:012x}");
            }
            report.verdicts.push(verdict(name, said, findings));
        }
        report
    })
}

pub(crate) fn verdict(name: &str, said: &str, findings: Vec<Finding>) -> Verdict {
    Verdict {
        property: name.into(),
        question: "Is it so?".into(),
        verdict: said.into(),
        scope: "any".into(),
        unrestricted: said.into(),
        scenarios: "100".into(),
        kinds: vec!["member".into()],
        targets: vec!["All".into()],
        counterexamples: findings,
        ..Verdict::default()
    }
}

/// A report with a graph and policies, in which nothing was asked.
pub(crate) fn empty() -> Report {
    let mut report = Report {
        schema: SCHEMA.into(),
        as_of: "2026-11-21".into(),
        policies: policies(),
        ..Report::default()
    };
    report.tool.name = "tenantproof".into();
    report.tool.version = "0.0.0".into();
    report.tenant.display_name = Some("A tenant".into());
    let dimension = |name: &str, value: &str| Dimension { name: name.into(), values: vec![value.into()] };
    report.space.dimensions = vec![dimension("user.kind", "member"), dimension("target.application", "All")];
    let edge =
        |pair: &[&str]| Edge { from: pair[0].into(), to: pair[1].into(), steps: vec!["goes on".into()] };
    report.system.graph = STATES.windows(2).map(edge).collect();
    report.inputs =
        vec![Input { path: "policies.json".into(), status: "read".into(), objects: 6, ..Input::default() }];
    report
}

/// 240 policies and 500 findings.
pub(crate) fn large() -> Report {
    let mut report = empty();
    let numbered = |at: usize| Policy {
        id: format!("policy-{at:04}"),
        display_name: format!("Policy {at}"),
        ..Policy::default()
    };
    report.policies = (0..240).map(numbered).collect();
    let steps = STATES.windows(2).map(|pair| Step {
        from: pair[0].into(),
        to: pair[1].into(),
        step: "goes on".into(),
        ..Step::default()
    });
    let steps: Vec<Step> = steps.collect();
    let finding = |at: usize| Finding {
        id: format!("lockout.external/finding-{at}"),
        cause: vec!["LCK-8".into()],
        severity: "high".into(),
        cube: Cube::from([("user.kind".into(), vec!["member".into()])]),
        kinds: vec!["member".into()],
        targets: vec!["All".into()],
        policies: vec![format!("policy-{:04}", at % 240)],
        evidence: Evidence {
            kind: "deadEnd".into(),
            steps: steps.clone(),
            code: Some(53003),
            ..Evidence::default()
        },
        scenarios: "5".into(),
        ..Finding::default()
    };
    report.verdicts.push(verdict("lockout.external", "violated", (0..500).map(finding).collect()));
    report
}

/// A report in which whatever a configuration can name is hostile.
pub(crate) fn hostile() -> Report {
    let mut report = empty();
    let bad = |at: usize| HOSTILE[at % HOSTILE.len()].to_owned();
    report.tenant.display_name = Some(HOSTILE[0].into());
    report.policies = (0..HOSTILE.len())
        .map(|at| Policy {
            id: bad(at),
            display_name: bad(at + 1),
            path: bad(at + 7),
            line: 3,
            ..Policy::default()
        })
        .collect();
    report.inputs =
        vec![Input { path: bad(7), status: "ignored".into(), why: Some(bad(1)), ..Input::default() }];
    let kinds: Vec<String> = (0..HOSTILE.len()).map(bad).collect();
    report.space.dimensions.push(Dimension { name: "user.domain".into(), values: kinds.clone() });
    let finding = |at: usize| Finding {
        id: format!("bypass.mfa/{at:012x}"),
        cause: vec!["BYP-24".into()],
        severity: bad(at),
        cube: Cube::from([
            ("user.domain".into(), vec![bad(at)]),
            (format!("user.groups[{}]", bad(at + 2)), vec!["true".into()]),
        ]),
        kinds: vec![bad(at)],
        targets: vec![bad(at + 3)],
        policies: vec![bad(at), bad(at + 5)],
        depends_on: vec![bad(at + 4)],
        evidence: Evidence {
            kind: "trace".into(),
            steps: vec![Step {
                from: "Start".into(),
                to: bad(at),
                step: bad(at + 1),
                rules: vec![bad(at + 2)],
                policies: vec![bad(at)],
            }],
            exits: vec![Exit {
                step: bad(at),
                to: bad(at + 1),
                blocked_by: vec![bad(at + 2)],
                policies: vec![bad(at + 3)],
            }],
            code: Some(53003),
        },
        scenarios: "5".into(),
        ..Finding::default()
    };
    report.verdicts.push(verdict("bypass.mfa", "violated", (0..HOSTILE.len()).map(finding).collect()));
    report.verdicts.push(verdict(&bad(0), "undetermined", Vec::new()));
    report
}
