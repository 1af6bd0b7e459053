//! Words that several formats use: sign-ins, policies, patterns and rules as people say them.

use std::collections::BTreeMap;

use crate::document::{Cube, Finding, Report, Verdict};
use crate::property::{CATALOGUE, Claim, Kind};
use crate::scenario::PRIVILEGED_IN_PART;
use crate::semantics::{BYPASSES, CLAUSES, Cause, LOCKOUTS, RuleId};

/// A policy in quotation marks, by its display name or its id.
pub(super) fn quoted(report: &Report, id: &str) -> String {
    format!("“{}”", report.policy_name(id))
}

/// Policies in quotation marks, joined by commas.
pub(super) fn all_quoted(report: &Report, ids: &[String]) -> String {
    let names: Vec<String> = ids.iter().map(|id| quoted(report, id)).collect();
    names.join(", ")
}

/// The pattern of an id.
pub(super) fn pattern(id: &str) -> Option<&'static Cause> {
    LOCKOUTS.iter().chain(BYPASSES).find(|cause| cause.id == id)
}

/// What a rule says, in a few words.
pub(super) fn rule_title(id: &str) -> &'static str {
    let mut rules =
        RuleId::ALL.iter().map(|rule| rule.rule()).chain(CLAUSES.iter().map(|clause| clause.rule));
    rules.find(|rule| rule.id == id).map_or("", |rule| rule.title)
}

/// Which of the two questions a property belongs to, or else what it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    /// Can everyone who should get in get in?
    Lockout,
    /// Can anyone get in with less than was demanded?
    Bypass,
    /// What is refused on purpose.
    Decision,
    /// A statement of a contract.
    Statement,
    /// The policies themselves.
    Policies,
}

impl Side {
    /// The side of a property.
    pub(super) fn of(property: &str) -> Self {
        let kind = CATALOGUE.iter().find(|known| known.id == property).map(|known| known.kind);
        match kind {
            Some(Kind::Claim(Claim::Lockout(_) | Claim::Repair)) => Self::Lockout,
            Some(Kind::Claim(Claim::Bypass(_)) | Kind::Workload) => Self::Bypass,
            Some(Kind::Claim(Claim::Decision)) => Self::Decision,
            Some(Kind::Hygiene(_)) => Self::Policies,
            Some(Kind::Claim(Claim::Contract(_))) | None => Self::Statement,
        }
    }

    /// As a heading.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Lockout => "Can everyone who should get in get in?",
            Self::Bypass => "Can anyone get in with less than was demanded?",
            Self::Decision => "What is refused on purpose?",
            Self::Statement => "Do the contracts hold?",
            Self::Policies => "Are the policies in order?",
        }
    }
}

/// The policies that closed ways out of a dead end name; for a trace there is none to name.
pub(super) fn demanding(finding: &Finding) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for policy in finding.evidence.exits.iter().flat_map(|exit| &exit.policies) {
        if !found.contains(policy) {
            found.push(policy.clone());
        }
    }
    found
}

/// A part of a whole for people.
pub(super) fn percent(share: f64) -> String {
    let percent = share * 100.0;
    match percent {
        p if p <= 0.0 => "none".into(),
        p if p < 0.1 => "less than 0.1 %".into(),
        p if p < 10.0 => format!("{p:.1} %"),
        p => format!("{p:.0} %"),
    }
}

/// How a listing of a verdict ended, one sentence for each range.
pub(super) fn endings(verdict: &Verdict) -> Vec<String> {
    let ranges = verdict.enumeration.iter().map(|e| {
        let all = match e.status.as_str() {
            "complete" => "these are all",
            "upTo" => "these are all for people with so few memberships; more lie beyond",
            "truncated" => "more may exist",
            _ => "the search stopped early",
        };
        let beyond = if e.beyond == "unknown" { " (beyond: not known)" } else { "" };
        let range =
            if e.range == "main" { "Without excluded accounts" } else { "With accounts excluded by name" };
        format!("{range}: {} found; {all}{beyond}.", e.cubes)
    });
    ranges.collect()
}

/// What a finding is about, in words: sign-ins, or what is said of policies.
pub(super) fn subject(report: &Report, finding: &Finding) -> String {
    let Some(what) = &finding.what else { return people(report, &finding.cube) };
    match finding.policies.as_slice() {
        [] => what.clone(),
        [one] => format!("{}: {what}", quoted(report, one)),
        [first, others @ ..] => format!("{} and {} more: {what}", quoted(report, first), others.len()),
    }
}

/// A cube in words.
pub(super) fn people(report: &Report, cube: &Cube) -> String {
    if cube.is_empty() {
        return "everybody, however they sign in".into();
    }
    // Who they are comes before how they sign in, and that before what they have.
    let mut parts: Vec<(usize, String)> =
        cube.iter().map(|(name, values)| (rank(name), condition(report, name, values))).collect();
    parts.sort_by_key(|(rank, _)| *rank);
    let parts: Vec<String> = parts.into_iter().map(|(_, part)| part).collect();
    parts.join("; ")
}

/// What differs in a cube from another one.
pub(super) fn difference(report: &Report, cube: &Cube, from: &Cube) -> String {
    let own = cube.iter().filter(|(name, values)| from.get(*name) != Some(values));
    people(report, &own.map(|(name, values)| (name.clone(), values.clone())).collect::<BTreeMap<_, _>>())
}

fn rank(name: &str) -> usize {
    let order =
        ["user.kind", "user.identityProvider", "user.", "credentials.firstFactor", "target.", "conditions."];
    order.iter().position(|prefix| name.starts_with(prefix)).unwrap_or(order.len())
}

fn condition(report: &Report, name: &str, values: &[String]) -> String {
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
        let member = label(member);
        return if holds { format!("{word} {member}") } else { format!("not {word} {member}") };
    }
    let list = alternatives(report, name, values);
    match name {
        "credentials.firstFactor" => format!("signing in with {list}"),
        "user.kind" => list,
        "user.identityProvider" => format!("account from {}", list.replacen("anything", "anywhere", 1)),
        "user.homeTenant" => format!("home tenant {list}"),
        "target.application" => format!("application {list}"),
        "conditions.clientAppType" => format!("client {list}"),
        "conditions.platform" => format!("on {list}"),
        "conditions.signInRiskLevel" => format!("sign-in risk {list}"),
        "conditions.userRiskLevel" => format!("user risk {list}"),
        "conditions.country" => format!("from {list}"),
        other => format!("{other} = {list}"),
    }
}

/// The values, or what they leave out where that is shorter.
fn alternatives(report: &Report, name: &str, values: &[String]) -> String {
    let known = report.space.dimensions.iter().find(|dimension| dimension.name == name);
    let others: Vec<&String> =
        known.iter().flat_map(|known| &known.values).filter(|value| !values.contains(value)).collect();
    let said =
        |values: &mut dyn Iterator<Item = &String>| values.map(|v| label(v)).collect::<Vec<_>>().join(" or ");
    if values.len() > 3 && !others.is_empty() && others.len() * 2 < values.len() {
        format!("anything but {}", said(&mut others.into_iter()))
    } else {
        said(&mut values.iter())
    }
}

/// A value as people say it; what is not known stays as it is.
pub(super) fn label(value: &str) -> &str {
    LABELS.iter().find(|(name, _)| *name == value).map_or(value, |(_, label)| *label)
}

/// Graph's names beside those of the admin center.
const LABELS: &[(&str, &str)] = &[
    ("member", "members"),
    ("internalGuest", "internal guests"),
    ("b2bCollaborationGuest", "B2B collaboration guests"),
    ("b2bCollaborationMember", "B2B collaboration members"),
    ("b2bDirectConnectUser", "B2B direct connect users"),
    ("otherExternalUser", "other external users"),
    ("serviceProvider", "users of service providers"),
    ("internal", "this tenant"),
    ("entra", "another Entra tenant"),
    ("msa", "Microsoft (personal account)"),
    ("emailOtp", "an e-mail one-time passcode"),
    ("google", "Google"),
    ("facebook", "Facebook"),
    ("samlWsFed", "a SAML or WS-Fed provider"),
    ("password", "a password"),
    ("federated", "a federated provider"),
    ("sms", "a text message"),
    ("voice", "a call"),
    ("fido2", "a passkey (FIDO2)"),
    ("windowsHelloForBusiness", "Windows Hello for Business"),
    ("deviceBasedPush", "Authenticator phone sign-in"),
    ("microsoftAuthenticatorPush", "Authenticator notifications"),
    ("softwareOath", "software OATH codes"),
    ("hardwareOath", "hardware OATH codes"),
    ("temporaryAccessPassOneTime", "a one-time Temporary Access Pass"),
    ("temporaryAccessPassMultiUse", "a multi-use Temporary Access Pass"),
    ("x509CertificateSingleFactor", "a certificate (single-factor)"),
    ("x509CertificateMultiFactor", "a certificate (multifactor)"),
    ("qrCodePin", "a QR code with PIN"),
    ("00000003-0000-0000-c000-000000000000", "Microsoft Graph"),
    ("00000002-0000-0000-c000-000000000000", "the directory’s older interface"),
    ("00000002-0000-0ff1-ce00-000000000000", "Exchange Online"),
    ("00000003-0000-0ff1-ce00-000000000000", "SharePoint Online"),
    ("00000006-0000-0ff1-ce00-000000000000", "the Microsoft 365 admin center"),
    ("797f4846-ba00-4fd7-ba43-dac1f8f63013", "Azure’s management interface"),
    ("c44b4083-3bb0-49c1-b47d-974e53cbdf3c", "the Azure portal"),
    ("cc15fd57-2c6c-4117-a88c-83b1d56b4bbe", "Teams"),
    ("browser", "browser"),
    ("mobileAppsAndDesktopClients", "mobile app or desktop client"),
    ("exchangeActiveSync", "Exchange ActiveSync"),
    ("other", "other legacy client"),
];
