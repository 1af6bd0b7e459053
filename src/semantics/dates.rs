//! Changes of the service by date: the rules of one day (`--as-of`), and what is upcoming.

use jiff::civil::{Date, date};

/// The day whose rules this release reads.
pub const SEMANTICS_DATE: Date = date(2026, 11, 21);

/// The first and the last day whose rules are known.
pub const KNOWN_DATES: (Date, Date) = (date(2024, 10, 1), date(2027, 12, 31));

/// Something that became, or becomes, different on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// MFA is mandatory for the portals of Azure, Entra and Intune.
    AzurePortalMfa,
    /// MFA is mandatory for the Microsoft 365 admin center.
    AdminCenterMfa,
    /// A one-factor certificate can follow a password.
    CertificateAfterPassword,
    /// Requests for baseline scopes are evaluated with the directory as their audience.
    BaselineScopes,
    /// The approved client application is no longer enforced.
    ApprovedApplication,
    /// Custom controls are retired.
    CustomControls,
    /// No more text messages and calls by Microsoft for members and internal guests.
    TelephonyOfMembers,
    /// The same for external people.
    TelephonyOfExternals,
}

impl Change {
    /// All of them, by date.
    pub const ALL: [Self; 8] = [
        Self::AzurePortalMfa,
        Self::AdminCenterMfa,
        Self::CertificateAfterPassword,
        Self::BaselineScopes,
        Self::ApprovedApplication,
        Self::CustomControls,
        Self::TelephonyOfMembers,
        Self::TelephonyOfExternals,
    ];

    /// The first day on which it is so.
    pub fn since(self) -> Date {
        match self {
            Self::AzurePortalMfa => date(2024, 10, 15),
            Self::AdminCenterMfa => date(2025, 2, 3),
            Self::CertificateAfterPassword => date(2026, 4, 1),
            Self::BaselineScopes => date(2026, 6, 15),
            Self::ApprovedApplication => date(2026, 7, 1),
            Self::CustomControls => date(2026, 9, 1),
            Self::TelephonyOfMembers => date(2027, 2, 1),
            Self::TelephonyOfExternals => date(2027, 7, 1),
        }
    }

    /// The rule that it changes.
    pub fn rule(self) -> &'static str {
        match self {
            Self::AzurePortalMfa | Self::AdminCenterMfa => "CA-102",
            Self::CertificateAfterPassword => "STR-16",
            Self::BaselineScopes => "CA-35",
            Self::ApprovedApplication => "NEW-6",
            Self::CustomControls => "EXT-23",
            Self::TelephonyOfMembers | Self::TelephonyOfExternals => "NEW-8",
        }
    }

    /// In words.
    pub fn title(self) -> &'static str {
        match self {
            Self::AzurePortalMfa => "MFA is mandatory for the portals of Azure, Entra and Intune",
            Self::AdminCenterMfa => "MFA is mandatory for the Microsoft 365 admin center",
            Self::CertificateAfterPassword => "a one-factor certificate can follow a password",
            Self::BaselineScopes => "requests for baseline scopes count as requests for the directory",
            Self::ApprovedApplication => "the approved client application is no longer enforced",
            Self::CustomControls => "custom controls are retired",
            Self::TelephonyOfMembers => "Microsoft delivers no more text messages and calls to members",
            Self::TelephonyOfExternals => {
                "Microsoft delivers no more text messages and calls to external people"
            }
        }
    }
}

/// A day whose rules are known, written like `2026-11-21`.
pub fn known_date(text: &str) -> Option<Date> {
    let (first, last) = KNOWN_DATES;
    text.trim().parse().ok().filter(|day| (first..=last).contains(day))
}
