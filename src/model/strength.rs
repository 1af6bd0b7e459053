//! Authentication strengths.

use std::collections::BTreeSet;

use super::{Id, Method, Unread};

/// A set of methods that together meet a strength (STR-2).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Combination {
    /// The methods.
    pub methods: BTreeSet<Method>,
    /// A restriction on keys or certificates, or a method this version does not know: whether this person's
    /// credential conforms is not known.
    pub unread: Option<Unread>,
}

/// An authentication strength.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strength {
    /// Its id.
    pub id: Id,
    /// Its display name.
    pub name: String,
    /// Any one of these suffices.
    pub combinations: Vec<Combination>,
    /// How many issuers and how many policy OIDs each of its restrictions on certificates lists.
    pub certificates: Vec<(usize, usize)>,
    /// Keys that could change what it accepts.
    pub unread: Vec<Unread>,
}

/// How a policy names a strength.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StrengthRef {
    /// Known by its combinations: exported, embedded or built in.
    Known(Strength),
    /// Known by its id only.
    Unresolved {
        /// The id.
        id: Id,
        /// The record of it.
        unread: Unread,
        /// File and JSON pointer of the reference.
        place: (String, String),
    },
}

impl StrengthRef {
    /// The id of the strength.
    pub fn id(&self) -> &Id {
        match self {
            Self::Known(strength) => &strength.id,
            Self::Unresolved { id, .. } => id,
        }
    }
}

/// The combinations of a built-in strength by id (STR-3). The pairs of password and certificate that only one of
/// two published samples lists come as the second part; whether they count is an open question (STR-5).
pub fn built_in_combinations(
    id: &Id,
) -> Option<(&'static str, Vec<BTreeSet<Method>>, Vec<BTreeSet<Method>>)> {
    let passwordless = [Method::WindowsHello, Method::Fido2, Method::CertificateMulti, Method::PhoneSignIn];
    let single = |method: &Method| BTreeSet::from([*method]);
    match id.as_str() {
        "00000000-0000-0000-0000-000000000002" => {
            let mut sure: Vec<_> = passwordless.iter().map(single).collect();
            sure.extend([Method::TapOneTime, Method::TapMultiUse, Method::FederatedMulti].iter().map(single));
            let second = [
                Method::AuthenticatorPush,
                Method::SoftwareOath,
                Method::HardwareOath,
                Method::Sms,
                Method::Voice,
            ];
            for first in [Method::Password, Method::FederatedSingle] {
                sure.extend(second.iter().map(|method| BTreeSet::from([first, *method])));
            }
            let doubtful = [Method::CertificateSingle, Method::CertificateMulti]
                .iter()
                .map(|method| BTreeSet::from([Method::Password, *method]))
                .collect();
            Some(("Multifactor authentication", sure, doubtful))
        }
        "00000000-0000-0000-0000-000000000003" => {
            Some(("Passwordless MFA", passwordless.iter().map(single).collect(), Vec::new()))
        }
        "00000000-0000-0000-0000-000000000004" => {
            let resistant = passwordless.iter().filter(|m| **m != Method::PhoneSignIn).map(single).collect();
            Some(("Phishing-resistant MFA", resistant, Vec::new()))
        }
        _ => None,
    }
}
