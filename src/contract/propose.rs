//! First drafts of statements: for each policy its own scope in the words of contracts, and what it demands there.

use super::scope::scope;
use crate::model::{Control, Id, Operator, Policy, StrengthRef, Tenant};

/// A statement that may be so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// What it is called.
    pub id: String,
    /// What it says, in words.
    pub text: String,
    /// `to` as it is written in the file, where it is not all applications.
    to: Option<String>,
    /// Predicates that have to hold of a sign-in.
    when: Vec<String>,
    /// `must` as it is written in the file.
    must: String,
}

impl Draft {
    /// The same about fewer sign-ins.
    #[must_use]
    pub fn narrowed(&self, predicate: &str) -> Self {
        let mut narrower = self.clone();
        narrower.when.push(predicate.to_owned());
        narrower
    }

    /// As an entry of `statements`.
    pub fn yaml(&self) -> String {
        let mut text = format!("  - id: {}\n    description: {}\n", self.id, quoted(&self.text));
        if let Some(to) = &self.to {
            text += &format!("    to: {to}\n");
        }
        match self.when.as_slice() {
            [] => {}
            [one] => text += &format!("    when: {}\n", quoted(one)),
            [first, others @ ..] => {
                text += &format!("    when: |-\n      {first}\n");
                for other in others {
                    text += &format!("      && {other}\n");
                }
            }
        }
        text + &format!("    must: {}\n", self.must)
    }
}

/// What holds of many tenants, in the order of the file: id, words, predicate, claim.
pub const SUMMARIES: &[(&str, &str, &str, &str)] = &[
    ("members-need-mfa", "Members need MFA for every application", "user.kind == \"member\"", "{need: mfa}"),
    (
        "external-people-need-mfa",
        "External people need MFA for every application",
        "user.kind != \"member\"",
        "{need: mfa}",
    ),
    (
        "legacy-clients-are-blocked",
        "Nobody gets in with a legacy client",
        "conditions.clientAppType in [\"exchangeActiveSync\", \"other\"]",
        "beBlocked",
    ),
    (
        "device-code-is-blocked",
        "Nobody gets in by device code flow",
        "conditions.authenticationFlow == \"deviceCodeFlow\"",
        "beBlocked",
    ),
];

impl Draft {
    /// A statement about every tenant.
    pub fn summary((id, text, when, must): &(&str, &str, &str, &str)) -> Self {
        let (id, text, must) = ((*id).to_owned(), (*text).to_owned(), (*must).to_owned());
        Self { id, text, to: None, when: vec![(*when).to_owned()], must }
    }
}

/// A text as YAML has it in single quotes.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", one_line(text).replace('\'', "''"))
}

/// A text without what ends a line somewhere, or cannot stand in YAML.
pub fn one_line(text: &str) -> String {
    text.replace(|c: char| c.is_control() || "\u{2028}\u{2029}\u{feff}".contains(c), " ")
}

/// What a policy would guarantee by itself: one statement for each demand. Nothing where its scope or its demands cannot be said.
pub fn drafts(policy: &Policy, tenant: &Tenant) -> Vec<Draft> {
    let Some((to, when)) = scope(policy, tenant) else { return Vec::new() };
    let id = slug(&policy.name);
    let draft = |suffix: &str, must: String, what: &str| Draft {
        id: format!("{id}{suffix}"),
        text: format!("“{}” {what}", policy.name),
        to: to.clone(),
        when: when.clone(),
        must,
    };
    let Some(grant) = &policy.grant else { return Vec::new() };
    if grant.controls.contains(&Control::Block) {
        return vec![draft("", "beBlocked".into(), "blocks")];
    }
    let named: Vec<Option<Named>> = grant.controls.iter().map(named).collect();
    let one = |suffix: &str, (word, words): Named| {
        draft(suffix, format!("{{need: {word}}}"), &format!("asks for {words}"))
    };
    match (&grant.operator, named.as_slice()) {
        (_, [Some(only)]) => vec![one("", only.clone())],
        (Operator::Unread(_), _) => Vec::new(),
        (Operator::Or, _) => match named.into_iter().collect::<Option<Vec<_>>>() {
            Some(all) if !all.is_empty() => {
                let (word, words): (Vec<_>, Vec<_>) = all.into_iter().unzip();
                let asks = format!("asks for {}", words.join(" or "));
                vec![draft("", format!("{{needOneOf: [{}]}}", word.join(", ")), &asks)]
            }
            _ => Vec::new(),
        },
        (Operator::And, _) => {
            let known = named.into_iter().flatten().enumerate();
            known.map(|(at, own)| one(&format!("-{}", at + 1), own)).collect()
        }
    }
}

/// A control as `need` has it, and in words.
type Named = (String, String);

/// How a control is named; `None` where contracts have no word for it.
fn named(control: &Control) -> Option<Named> {
    let strength = |id: &Id, name: &str| (quoted(id.as_str()), format!("the strength “{name}”"));
    let (word, words) = match control {
        Control::Mfa => ("mfa", "MFA"),
        Control::CompliantDevice => ("compliantDevice", "a compliant device"),
        Control::HybridDevice => ("domainJoinedDevice", "a hybrid joined device"),
        Control::ApprovedApplication => ("approvedApplication", "an approved client application"),
        Control::CompliantApplication(_) => ("compliantApplication", "an app protection policy"),
        Control::PasswordChange => ("passwordChange", "a change of the password"),
        Control::RiskRemediation(_) => ("riskRemediation", "the risk to be remediated"),
        Control::TermsOfUse(_) => ("termsOfUse", "acceptance of terms of use"),
        Control::Strength(StrengthRef::Known(own)) => return Some(strength(&own.id, &own.name)),
        Control::Strength(StrengthRef::Unresolved { id, .. }) => return Some(strength(id, id.as_str())),
        Control::Block | Control::CustomFactor(_) | Control::Unread(_) => return None,
    };
    Some((word.to_owned(), words.to_owned()))
}

/// Letters and digits of a name, the rest as single hyphens.
fn slug(name: &str) -> String {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    let words: Vec<&str> = plain.split('-').filter(|word| !word.is_empty()).collect();
    if words.is_empty() { "policy".into() } else { words.join("-") }
}
