//! Authentication methods and the tenant's policy about them.

use std::collections::{BTreeMap, BTreeSet};

use super::vocabulary::vocabulary;
use super::{Id, TargetType, Unread};

vocabulary! {
    /// One authentication factor, named as in Graph's `authenticationMethodModes` (STR-1); the last is the external
    /// authentication method, which has no mode of its own (STR-60).
    Method {
        Password = "password",
        Voice = "voice",
        HardwareOath = "hardwareOath",
        SoftwareOath = "softwareOath",
        Sms = "sms",
        Fido2 = "fido2",
        WindowsHello = "windowsHelloForBusiness",
        AuthenticatorPush = "microsoftAuthenticatorPush",
        PhoneSignIn = "deviceBasedPush",
        TapOneTime = "temporaryAccessPassOneTime",
        TapMultiUse = "temporaryAccessPassMultiUse",
        Email = "email",
        CertificateSingle = "x509CertificateSingleFactor",
        CertificateMulti = "x509CertificateMultiFactor",
        FederatedSingle = "federatedSingleFactor",
        FederatedMulti = "federatedMultiFactor",
        QrCodePin = "qrCodePin",
        ExternalMethod = "externalAuthenticationMethod",
    }
}

impl Method {
    /// A temporary access pass of either mode.
    pub fn is_tap(self) -> bool {
        matches!(self, Self::TapOneTime | Self::TapMultiUse)
    }

    /// A certificate of either mode.
    pub fn is_certificate(self) -> bool {
        matches!(self, Self::CertificateSingle | Self::CertificateMulti)
    }

    /// Asserted by a federated identity provider.
    pub fn is_federated(self) -> bool {
        matches!(self, Self::FederatedSingle | Self::FederatedMulti)
    }
}

vocabulary! {
    /// A configuration of the authentication methods policy, by its id (AMP-2).
    MethodConfigKind {
        Fido2 = "Fido2",
        MicrosoftAuthenticator = "MicrosoftAuthenticator",
        Sms = "Sms",
        Voice = "Voice",
        SoftwareOath = "SoftwareOath",
        HardwareOath = "HardwareOath",
        TemporaryAccessPass = "TemporaryAccessPass",
        X509Certificate = "X509Certificate",
        Email = "Email",
        QrCodePin = "QRCodePin",
        VerifiableCredentials = "VerifiableCredentials",
        External = "ExternalAuthenticationMethod",
    }
}

vocabulary! {
    /// What Authenticator may be used for (AMP-14).
    AuthenticatorMode { Any = "any", Push = "push", DeviceBasedPush = "deviceBasedPush" }
}

/// Whether a configuration is on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigState {
    /// `enabled`.
    Enabled,
    /// `disabled`.
    Disabled,
    /// A state this version does not know, or a configuration with a key that could change it.
    Unread(Unread),
}

/// Whom a configuration is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MethodTarget {
    /// A group or user id; `None` is `all_users`.
    pub id: Option<Id>,
    /// Which of them it is.
    pub target_type: TargetType,
    /// Authenticator only.
    pub mode: Option<AuthenticatorMode>,
    /// Text messages only: usable as a first factor; true where the export does not say.
    pub sign_in: bool,
}

/// What certificates count as (STR-65).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CertificateModes {
    /// What the default or some rule makes of a certificate.
    pub given: BTreeSet<Method>,
    /// The default, or some rule, does not say.
    pub open: bool,
}

/// One method's configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MethodConfig {
    /// On, off or not understood.
    pub state: ConfigState,
    /// Whom it is for.
    pub include: Vec<MethodTarget>,
    /// Whom it is not for; wins.
    pub exclude: Vec<MethodTarget>,
    /// Temporary access pass: only one-time passes work.
    pub usable_once: bool,
    /// Authenticator: also gives software OATH codes.
    pub software_oath: bool,
    /// FIDO2: people may register keys themselves.
    pub self_service: bool,
    /// Email: whether `allowExternalIdToUseEmailOtp` lets people sign in with it (EXT-8).
    pub email_otp: ConfigState,
    /// FIDO2: only keys of a list are allowed, and nothing is on it (AMP-12).
    pub no_key: bool,
    /// Certificates: one factor, or MFA.
    pub certificates: CertificateModes,
    /// FIDO2: how many profiles of passkeys there are.
    pub passkey_profiles: usize,
}

/// The authentication methods policy.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct MethodsPolicy {
    /// `policyMigrationState` is `migrationComplete`.
    pub migration_complete: bool,
    /// Configurations by kind; external methods may be several.
    pub configs: BTreeMap<MethodConfigKind, Vec<MethodConfig>>,
    /// Keys of the policy itself that could act on every method.
    pub unread: Vec<Unread>,
}
