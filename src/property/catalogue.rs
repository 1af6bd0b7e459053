//! The properties by id.

use crate::contract::Must;
use crate::semantics::Vouched;

/// What a property claims of every sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Everybody of the premise reaches access by some choice; a counterexample is a dead end.
    Lockout(Who),
    /// Nobody reaches access without what is demanded; a counterexample is a trace.
    Bypass(Bypass),
    /// Nobody is refused on purpose; what is, is listed and is no fault.
    Decision,
    /// Somebody who can repair the policies reaches an administration surface.
    Repair,
    /// A statement of a contract holds.
    Contract(Must),
}

/// What an attacker gets in without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bypass {
    /// MFA.
    Mfa,
    /// What somebody else's word is taken for.
    Vouched(Vouched),
    /// Anything but the password: a method is registered on the way.
    Registration,
    /// Phishing-resistant MFA, with a privileged role.
    PhishingResistance,
    /// What a policy for all resources asks of everything but its exceptions, for baseline scopes.
    BaselineScopes,
    /// What another sign-in of the same person is held to.
    Evasion,
}

/// Whom a lockout would hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Everybody but members: guests of every kind.
    External,
    /// The tenant's own members.
    Member,
    /// The declared emergency accounts.
    BreakGlass,
    /// Everybody who has registered nothing and wants to.
    Unregistered,
    /// Everybody who gets in with a modern client and comes with another one, or by a special flow.
    OtherClient,
}

/// What sort of property it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A claim about sign-ins.
    Claim(Claim),
    /// Something about the policies themselves; a counterexample is a finding about one of them.
    Hygiene(Hygiene),
    /// Some policy restricts every service principal; a counterexample is a finding about one that none does.
    Workload,
}

/// What is looked for in policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hygiene {
    /// Enabled policies that apply to no sign-in.
    DeadPolicy,
    /// Enabled policies without which every sign-in ends as it does with them.
    ShadowedPolicy,
    /// Exclusions of enabled policies that leave nobody out.
    IdleExclusion,
    /// References to objects that do not exist.
    DanglingReference,
    /// Policies in report-only that would stop a sign-in which nothing that is enforced stops.
    ReportOnly,
    /// What the service would not have accepted.
    Refused,
}

impl Kind {
    /// Whether the property counts for the exit code where none is asked for by name.
    pub fn counts(self) -> bool {
        !matches!(self, Self::Hygiene(_) | Self::Claim(Claim::Decision))
    }

    /// Those that take longest come first.
    pub fn rank(self) -> u8 {
        match self {
            Self::Claim(Claim::Bypass(_) | Claim::Contract(_)) => 0,
            Self::Claim(Claim::Lockout(_)) => 1,
            Self::Claim(Claim::Decision | Claim::Repair) => 2,
            Self::Hygiene(_) | Self::Workload => 3,
        }
    }

    /// The name in catalogues.
    pub fn name(self) -> &'static str {
        match self {
            Self::Claim(Claim::Lockout(_) | Claim::Repair) => "lockout",
            Self::Claim(Claim::Decision) => "decision",
            Self::Claim(Claim::Bypass(_)) | Self::Workload => "bypass",
            Self::Claim(Claim::Contract(_)) => "contract",
            Self::Hygiene(_) => "hygiene",
        }
    }
}

/// A property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Property {
    /// Its id.
    pub id: &'static str,
    /// The question that it answers, in plain words.
    pub question: &'static str,
    /// What sort of claim.
    pub kind: Kind,
    /// How bad a violation is.
    pub severity: &'static str,
}

/// All properties.
pub const CATALOGUE: &[Property] = &[
    Property {
        id: "lockout.external",
        question: "Can every external person who is let in at all meet what is asked of them?",
        kind: Kind::Claim(Claim::Lockout(Who::External)),
        severity: "high",
    },
    Property {
        id: "lockout.member",
        question: "Can every member who is not refused on purpose meet what is asked of them?",
        kind: Kind::Claim(Claim::Lockout(Who::Member)),
        severity: "critical",
    },
    Property {
        id: "lockout.break-glass",
        question: "Does every declared emergency account reach every administration surface, whatever the conditions?",
        kind: Kind::Claim(Claim::Lockout(Who::BreakGlass)),
        severity: "critical",
    },
    Property {
        id: "lockout.registration",
        question: "Can everybody who has registered nothing begin: register a method, and a device?",
        kind: Kind::Claim(Claim::Lockout(Who::Unregistered)),
        severity: "high",
    },
    Property {
        id: "lockout.client",
        question: "Does everybody who gets in with a modern client get in with the others too, where these are not refused on purpose?",
        kind: Kind::Claim(Claim::Lockout(Who::OtherClient)),
        severity: "medium",
    },
    Property {
        id: "lockout.tenant",
        question: "Does somebody who can repair the policies get in to where they are repaired?",
        kind: Kind::Claim(Claim::Repair),
        severity: "critical",
    },
    Property {
        id: "decision.block",
        question: "What is refused on purpose?",
        kind: Kind::Claim(Claim::Decision),
        severity: "info",
    },
    Property {
        id: "bypass.mfa",
        question: "Can anybody reach an application without multifactor authentication?",
        kind: Kind::Claim(Claim::Bypass(Bypass::Mfa)),
        severity: "critical",
    },
    Property {
        id: "bypass.evasion",
        question: "Can anybody shed what is demanded by another client, platform, flow, place, or by leaving the device out?",
        kind: Kind::Claim(Claim::Bypass(Bypass::Evasion)),
        severity: "high",
    },
    Property {
        id: "bypass.federated-mfa",
        question: "Does anybody get in only because the identity provider of a home tenant's domain says that MFA was done?",
        kind: Kind::Claim(Claim::Bypass(Bypass::Vouched(Vouched::FederatedMfa))),
        severity: "high",
    },
    Property {
        id: "bypass.foreign-mfa",
        question: "Does anybody get in only because a tenant without a partner entry says that MFA was done?",
        kind: Kind::Claim(Claim::Bypass(Bypass::Vouched(Vouched::ForeignMfa))),
        severity: "high",
    },
    Property {
        id: "bypass.foreign-device",
        question: "Does anybody get in only because a tenant without a partner entry says that the device is managed?",
        kind: Kind::Claim(Claim::Bypass(Bypass::Vouched(Vouched::ForeignDevice))),
        severity: "high",
    },
    Property {
        id: "bypass.weak-home-method",
        question: "Does anybody get in only with a method of the home tenant that is not allowed here?",
        kind: Kind::Claim(Claim::Bypass(Bypass::Vouched(Vouched::WeakHomeMethod))),
        severity: "medium",
    },
    Property {
        id: "bypass.registration",
        question: "Can whoever knows the password alone register a method and get in with it?",
        kind: Kind::Claim(Claim::Bypass(Bypass::Registration)),
        severity: "high",
    },
    Property {
        id: "bypass.admin",
        question: "Can anybody with a privileged role get in on less than phishing-resistant MFA?",
        kind: Kind::Claim(Claim::Bypass(Bypass::PhishingResistance)),
        severity: "high",
    },
    Property {
        id: "bypass.baseline-scopes",
        question: "Do the exceptions of a policy for all resources leave the directory's baseline scopes without what it asks?",
        kind: Kind::Claim(Claim::Bypass(Bypass::BaselineScopes)),
        severity: "medium",
    },
    Property {
        id: "bypass.workload",
        question: "Can a service principal of the tenant's own get tokens with no policy restricting it?",
        kind: Kind::Workload,
        severity: "high",
    },
    Property {
        id: "hygiene.dead-policy",
        question: "Does every enforced policy apply to some sign-in?",
        kind: Kind::Hygiene(Hygiene::DeadPolicy),
        severity: "low",
    },
    Property {
        id: "hygiene.shadowed-policy",
        question: "Would some sign-in end differently without each enforced policy?",
        kind: Kind::Hygiene(Hygiene::ShadowedPolicy),
        severity: "info",
    },
    Property {
        id: "hygiene.idle-exclusion",
        question: "Does every exclusion of an enforced policy leave somebody out?",
        kind: Kind::Hygiene(Hygiene::IdleExclusion),
        severity: "info",
    },
    Property {
        id: "hygiene.dangling-reference",
        question: "Does everything exist that an enforced policy names?",
        kind: Kind::Hygiene(Hygiene::DanglingReference),
        severity: "medium",
    },
    Property {
        id: "hygiene.report-only",
        question: "Is everything enforced that report-only policies would stop?",
        kind: Kind::Hygiene(Hygiene::ReportOnly),
        severity: "info",
    },
    Property {
        id: "hygiene.refused",
        question: "Would the service accept the policies as they are?",
        kind: Kind::Hygiene(Hygiene::Refused),
        severity: "medium",
    },
];

/// The properties whose ids match a pattern with `*`.
pub fn matching(pattern: &str) -> Vec<&'static Property> {
    CATALOGUE.iter().filter(|property| is_like(pattern, property.id)).collect()
}

/// An id matches a pattern with `*`.
pub fn is_like(pattern: &str, id: &str) -> bool {
    fits(pattern.as_bytes(), id.as_bytes())
}

fn fits(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), _) => {
            fits(rest, text) || text.split_first().is_some_and(|(_, shorter)| fits(pattern, shorter))
        }
        (Some((p, pattern)), Some((t, text))) => p.eq_ignore_ascii_case(t) && fits(pattern, text),
        _ => false,
    }
}
