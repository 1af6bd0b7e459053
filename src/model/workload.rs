//! Service principals as identities that sign in by themselves.

use super::Id;
use super::vocabulary::vocabulary;

vocabulary! {
    /// `servicePrincipalType`: what a service principal stands for.
    PrincipalType {
        Application = "Application",
        ManagedIdentity = "ManagedIdentity",
        Legacy = "Legacy",
        SocialIdp = "SocialIdp",
    }
}

vocabulary! {
    /// `signInAudience`: whose people and tenants an application is for.
    Audience {
        OwnTenant = "AzureADMyOrg",
        AnyTenant = "AzureADMultipleOrgs",
        AnyAccount = "AzureADandPersonalMicrosoftAccount",
        PersonalAccounts = "PersonalMicrosoftAccount",
    }
}

/// A service principal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServicePrincipal {
    /// The display name.
    pub name: String,
    /// The application that it is an instance of.
    pub application: Option<Id>,
    /// What it stands for; `None` where the export does not say, or says what is not known.
    pub principal_type: Option<PrincipalType>,
    /// The tenant in which the application is registered.
    pub owner: Option<Id>,
    /// Whom the application is for; `None` as above.
    pub audience: Option<Audience>,
    /// It gets no tokens at all.
    pub disabled: bool,
}
