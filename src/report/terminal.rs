//! The report for people who do not know SMT.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::findings;
use super::view::Inputs;
use crate::check::{
    Beyond, Contract, CounterexampleView, EnumerationStatus, PRIVILEGED_IN_PART, Verdict, VerdictKind, Waived,
};
use crate::ingest::{Effect, InputStatus};
use crate::model::Tenant;
use crate::property::Kind;

/// Names of policies by id, for text.
pub(super) fn policy_name(tenant: &Tenant, id: &str) -> String {
    let policy = tenant.policies.iter().find(|policy| policy.id == id);
    policy.map_or_else(|| id.to_owned(), |policy| format!("“{}”", policy.name))
}

/// The whole report as text.
pub fn summary(inputs: &Inputs, verbose: bool) -> String {
    let mut text = String::new();
    let tenant = &inputs.analysis.tenant;
    let name = tenant.organization.as_ref().map_or("this tenant", |organization| organization.name.as_str());
    let acting = tenant.acting_policies().count();
    let _ = writeln!(text, "{name}: {} policies, {acting} of them enforced", tenant.policies.len());
    if !inputs.analysis.enabled.is_empty() {
        let _ = writeln!(text, "  taken as enabled: {}", inputs.analysis.enabled.len());
    }
    let (claims, hygiene): (Vec<_>, Vec<_>) =
        inputs.verdicts.iter().partition(|verdict| !matches!(verdict.property.kind, Kind::Hygiene(_)));
    for verdict in claims {
        text.push('\n');
        text += &verdict_text(verdict, tenant);
    }
    if !hygiene.is_empty() {
        text += "\nPolicies\n";
        text += &findings::hygiene(&hygiene, tenant);
    }
    for upcoming in inputs.upcoming.iter().filter(|upcoming| !upcoming.flips.is_empty()) {
        let _ = writeln!(text, "\nFrom {} on: {}", upcoming.change.since(), upcoming.change.title());
        for flip in &upcoming.flips {
            let _ = writeln!(text, "  {}: {} instead of {}", flip.property, flip.to, flip.from);
        }
    }
    text += &account(inputs, verbose);
    text
}

/// One verdict on a claim, with its counterexamples.
pub fn verdict_text(verdict: &Verdict, tenant: &Tenant) -> String {
    let mut text = String::new();
    let mark = match &verdict.kind {
        VerdictKind::Holds(_) => "✔ holds",
        VerdictKind::Violated { .. } => "✘ VIOLATED",
        VerdictKind::Vacuous(_) => "– says nothing",
        VerdictKind::Skipped(_) => "– skipped",
        VerdictKind::Undetermined { .. } => "? undetermined",
        VerdictKind::Inspected { .. } if verdict.name() == "violated" => "✘ VIOLATED",
        VerdictKind::Inspected { .. } => "? undetermined",
    };
    let about_workloads = verdict.property.kind == Kind::Workload;
    if let VerdictKind::Skipped(reason) = &verdict.kind {
        return format!("{mark}  {}: {reason}\n", verdict.property.id);
    }
    let _ = writeln!(text, "{mark}  {}\n  {}", verdict.property.id, verdict.property.question);
    match &verdict.kind {
        VerdictKind::Holds(holding) => {
            let _ = if about_workloads {
                writeln!(text, "  Proved for every one: somewhere it is refused each resource.")
            } else {
                writeln!(
                    text,
                    "  Proved for all {} sign-ins of this kind that the configuration can tell apart.",
                    verdict.space.scenarios
                )
            };
            if !holding.core.policies.is_empty() {
                let names: Vec<_> = holding.core.policies.iter().map(|id| policy_name(tenant, id)).collect();
                let _ = writeln!(text, "  It rests on {}.", names.join(", "));
            }
            text += &contracts(&holding.contract);
        }
        VerdictKind::Vacuous(_) if about_workloads => {
            let _ = writeln!(text, "  The tenant has no service principal of its own.");
        }
        VerdictKind::Vacuous(core) => {
            let names: Vec<_> = core.policies.iter().map(|id| policy_name(tenant, id)).collect();
            let why = match names.as_slice() {
                [] => nobody(verdict),
                names => format!("{} let nobody of this kind in", names.join(", ")),
            };
            let _ = writeln!(text, "  Nobody is concerned: {why}.");
        }
        VerdictKind::Undetermined { reason, .. } => {
            let _ = writeln!(text, "  {reason}");
        }
        VerdictKind::Inspected { reason, .. } => {
            text += &findings::of_principals(verdict.findings(), reason.as_deref(), tenant);
        }
        VerdictKind::Violated { .. } | VerdictKind::Skipped(_) => {}
    }
    if let Some(unrestricted) = verdict.unrestricted {
        let _ = writeln!(
            text,
            "  That is so for the groups and roles that people of the directory have. For any others: {unrestricted}."
        );
    }
    text += &waivers(verdict);
    for (number, counterexample) in verdict.counterexamples().iter().enumerate() {
        text += &finding(number + 1, counterexample, tenant);
    }
    text += &enumeration(verdict);
    text += &super::duals::duals(&verdict.duals, tenant);
    text
}

/// Who answers for what is left out of a statement.
fn waivers(verdict: &Verdict) -> String {
    let mut text = String::new();
    let waivers = verdict.property.statement.iter().flat_map(|statement| &statement.waivers);
    for (waiver, became) in waivers.zip(&verdict.waivers) {
        let (owner, reason, day) = (&waiver.owner, &waiver.reason, waiver.expires);
        let _ = match became {
            Waived::Applied => writeln!(text, "  Waived until {day} by {owner}: {reason}"),
            Waived::Unused => {
                writeln!(
                    text,
                    "  The waiver of {owner} (line {}) matches nothing: take it out.",
                    waiver.at.line
                )
            }
            Waived::Expired => {
                writeln!(text, "  ✘ The waiver of {owner} (line {}) is over since {day}.", waiver.at.line)
            }
        };
    }
    text
}

fn contracts(contracts: &[Contract]) -> String {
    let mut text = String::new();
    for contract in contracts {
        let _ = writeln!(text, "  On condition of the guests' home tenants: {}.", contract.needs);
        for set in &contract.any_of {
            let _ = writeln!(text, "    - {}", set.join(" + "));
        }
    }
    text
}

fn finding(number: usize, c: &CounterexampleView, tenant: &Tenant) -> String {
    let mut text = format!("\n  {number}. {}\n", people(&c.cube));
    for cause in &c.causes {
        let _ = writeln!(text, "     Why:   {} ({})", cause.title, cause.id);
    }
    if let Some(end) = c.evidence.steps.last() {
        let code = c.evidence.code.map(|code| format!(" – AADSTS{code}")).unwrap_or_default();
        let _ = writeln!(text, "     Ends:  {}: {}{code}", end.from, end.step);
    }
    let demanding = demanding(c);
    if !demanding.is_empty() {
        let names: Vec<_> = demanding.iter().map(|id| policy_name(tenant, id)).collect();
        let _ = writeln!(text, "     Policy: {}", names.join(", "));
    }
    for cause in &c.causes {
        let _ = writeln!(text, "     Cure:  {}", cause.cure);
    }
    if let Some(held) = &c.held {
        let other: Vec<String> =
            held.differs.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        let _ = writeln!(text, "     With {} it is held to policy {}", other.join(", "), held.policy);
    }
    if !c.depends_on.is_empty() {
        let _ = writeln!(text, "     Only if: {}", c.depends_on.join(", "));
    }
    if let Some(affected) = c.affected_users {
        let _ = writeln!(text, "     Users of the directory who can be in it: {affected}");
    }
    for other in &c.alike {
        let differs = |(name, values): &(&String, &Vec<String>)| c.cube.get(*name) != Some(values);
        let other: BTreeMap<_, _> =
            other.iter().filter(differs).map(|(k, v)| (k.clone(), v.clone())).collect();
        let _ = writeln!(text, "     Likewise: {}", people(&other));
    }
    let with = if c.id.starts_with("contract.") { " --contract <file>" } else { "" };
    let _ =
        writeln!(text, "     {} sign-ins; details: tenantproof explain <tenant> {}{with}", c.scenarios, c.id);
    text
}

/// The policies behind a dead end's closed exits; for a trace there is none to name.
fn demanding(c: &CounterexampleView) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for exit in &c.evidence.exits {
        for policy in &exit.labels.policies {
            if !found.contains(policy) {
                found.push(policy.clone());
            }
        }
    }
    found
}

/// A cube in words.
fn people(cube: &BTreeMap<String, Vec<String>>) -> String {
    if cube.is_empty() {
        return "everybody, however they sign in".into();
    }
    let parts: Vec<String> = cube.iter().map(|(name, values)| condition(name, values)).collect();
    parts.join("; ")
}

fn condition(name: &str, values: &[String]) -> String {
    let list = values.join(" or ");
    let bracketed = name.strip_suffix(']').and_then(|name| name.split_once('['));
    if let Some((set, member)) = bracketed {
        let holds = values == ["true"];
        if member == PRIVILEGED_IN_PART {
            let holder = "holder of a privileged role in an administrative unit, or that has to be activated";
            return if holds { holder.to_owned() } else { format!("not {holder}") };
        }
        let word = match set {
            "user.groups" => "member of group",
            "user.roles" => "holder of role",
            "credentials.registeredHome" => "registered at home:",
            "credentials.registeredResource" => "registered here:",
            "conditions.namedLocations" => "inside location",
            other => other,
        };
        return if holds { format!("{word} {member}") } else { format!("not {word} {member}") };
    }
    match name {
        "credentials.firstFactor" => format!("signing in with {list}"),
        "user.kind" => format!("people who are {list}"),
        "user.identityProvider" => format!("account with {list}"),
        "user.homeTenant" => format!("home tenant {list}"),
        "target.application" => format!("application {list}"),
        "conditions.clientAppType" => format!("client {list}"),
        other => format!("{other} = {list}"),
    }
}

fn enumeration(verdict: &Verdict) -> String {
    let mut text = String::new();
    for e in verdict.enumeration() {
        let all = match e.status {
            EnumerationStatus::Complete => "these are all",
            EnumerationStatus::UpTo => "these are all for people with so few memberships; more lie beyond",
            EnumerationStatus::Truncated => "more may exist",
            EnumerationStatus::Stopped => "the search stopped early",
        };
        let beyond = if e.beyond == Beyond::Unknown { " (beyond: not known)" } else { "" };
        let range = match e.range {
            crate::check::Range::Main => "Without excluded accounts",
            crate::check::Range::Exclusion => "With accounts excluded by name",
        };
        let _ = writeln!(text, "\n  {range}: {} found; {all}{beyond}.", e.cubes);
    }
    text
}

/// What was read, what was not.
fn account(inputs: &Inputs, verbose: bool) -> String {
    let mut text = String::from("\nInput\n");
    let read =
        inputs.ingested.files.iter().filter(|file| file.objects > 0 || !file.resource.is_empty()).count();
    let _ = writeln!(text, "  {read} of {} files hold resources that are read", inputs.ingested.files.len());
    for file in &inputs.ingested.files {
        if let InputStatus::Ignored(why) = &file.status {
            let _ = writeln!(text, "  not read: {} ({why})", file.path);
        }
    }
    let symbolic: Vec<_> =
        inputs.ingested.unmodelled.iter().filter(|u| u.effect == Effect::Symbolic).collect();
    if !symbolic.is_empty() {
        let _ = writeln!(text, "  {} things are not understood and were left free:", symbolic.len());
        let shown = if verbose { symbolic.len() } else { 10 };
        for u in symbolic.iter().take(shown) {
            let _ = writeln!(text, "    {}{}: {} – {}", u.path, u.pointer, u.what, u.why);
        }
        if symbolic.len() > shown {
            let _ = writeln!(text, "    … and {} more (--verbose lists them)", symbolic.len() - shown);
        }
    }
    text
}

/// One counterexample in full.
pub fn explanation(c: &CounterexampleView, tenant: &Tenant) -> String {
    let mut text = format!("{}\n\nWho\n  {}\n", c.id, people(&c.cube));
    if !c.causes.is_empty() {
        text += "\nWhy\n";
        for cause in &c.causes {
            let _ = writeln!(text, "  {}: {}", cause.id, cause.title);
        }
    }
    text += "\nSteps\n";
    for step in &c.evidence.steps {
        let _ = writeln!(
            text,
            "  {} → {}: {}  [{}]",
            step.from,
            step.to,
            step.step,
            step.labels.rules.join(", ")
        );
    }
    if !c.evidence.exits.is_empty() {
        text += "\nClosed ways on\n";
        for exit in &c.evidence.exits {
            let policies: Vec<_> = exit.labels.policies.iter().map(|id| policy_name(tenant, id)).collect();
            let by = if policies.is_empty() { String::new() } else { format!(" by {}", policies.join(", ")) };
            let _ = writeln!(
                text,
                "  {} → {}: closed{by}  [{}]",
                exit.step,
                exit.to,
                exit.labels.rules.join(", ")
            );
        }
    }
    if !c.causes.is_empty() {
        text += "\nCure\n";
        for cause in &c.causes {
            let _ = writeln!(text, "  {}", cause.cure);
        }
    }
    if !c.depends_on.is_empty() {
        let _ = writeln!(text, "\nOnly if\n  {}", c.depends_on.join("\n  "));
    }
    let scenario = serde_json::to_string_pretty(&c.scenario).unwrap_or_default();
    let _ = writeln!(text, "\nOne such sign-in (give it to `tenantproof simulate`)\n{scenario}");
    text
}

/// Why something is about nobody, where no policy has to do with it.
pub(super) fn nobody(verdict: &Verdict) -> String {
    match (&verdict.property.statement, verdict.excluding.as_slice()) {
        (None, _) => "the settings let nobody of this kind in".to_owned(),
        (Some(_), []) => "what the statement asks for is true of no sign-in".to_owned(),
        (Some(_), names) => {
            format!("what the statement says of {} is true of no sign-in", names.join(" and "))
        }
    }
}
