//! Closed vocabularies, each with Graph's own names.

/// Declares an enum whose variants carry Graph's names, with `ALL`, `name` and case-insensitive `parse`.
macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* #[doc = concat!("`", $text, "`")] $variant),+ }

        impl $name {
            /// Every value, in Graph's order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Graph's name.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The value with this name, compared without regard to case.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.name().eq_ignore_ascii_case(text.trim()))
            }
        }
    };
}
pub(crate) use vocabulary;

vocabulary! {
    /// What a person is to the resource tenant (EXT-1, EXT-2).
    UserKind {
        Member = "member",
        InternalGuest = "internalGuest",
        CollaborationGuest = "b2bCollaborationGuest",
        CollaborationMember = "b2bCollaborationMember",
        DirectConnect = "b2bDirectConnectUser",
        OtherExternal = "otherExternalUser",
        ServiceProvider = "serviceProvider",
    }
}

vocabulary! {
    /// Where the account's credentials live (EXT-5).
    IdentityProvider {
        Internal = "internal",
        Entra = "entra",
        Msa = "msa",
        EmailOtp = "emailOtp",
        Google = "google",
        Facebook = "facebook",
        SamlWsFed = "samlWsFed",
    }
}

vocabulary! {
    /// The client application (CA-43).
    ClientApp {
        Browser = "browser",
        Modern = "mobileAppsAndDesktopClients",
        Eas = "exchangeActiveSync",
        Other = "other",
    }
}

vocabulary! {
    /// The device platform as the user agent says (CA-41).
    Platform {
        Windows = "windows",
        Android = "android",
        Ios = "iOS",
        WindowsPhone = "windowsPhone",
        MacOs = "macOS",
        Linux = "linux",
        Unknown = "unknown",
    }
}

vocabulary! {
    /// Sign-in or user risk (CA-55).
    RiskLevel { None = "none", Low = "low", Medium = "medium", High = "high" }
}

vocabulary! {
    /// Insider risk (CA-56); no value is the absence of one.
    InsiderRisk { Minor = "minor", Moderate = "moderate", Elevated = "elevated" }
}

vocabulary! {
    /// Authentication flow (CA-54).
    Flow {
        None = "none",
        DeviceCode = "deviceCodeFlow",
        AuthenticationTransfer = "authenticationTransfer",
    }
}

vocabulary! {
    /// How a device is joined.
    TrustType { AzureAd = "AzureAD", ServerAd = "ServerAD", Workplace = "Workplace" }
}

vocabulary! {
    /// A user action as a target (CA-36, CA-37).
    UserAction {
        RegisterSecurityInfo = "urn:user:registersecurityinfo",
        RegisterDevice = "urn:user:registerdevice",
    }
}

impl ClientApp {
    /// Legacy protocols, which can carry no second factor (CA-44, CA-45).
    pub fn is_legacy(self) -> bool {
        matches!(self, Self::Eas | Self::Other)
    }
}
