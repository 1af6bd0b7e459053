//! Keys that are read past on purpose: full paths inside a resource, each with its reason.
//!
//! A key belongs here only if no value of it can let anybody in or keep anybody out. `deletedDateTime` is not among
//! them: a deleted policy is off.

use crate::model::Resource;

const DESCRIPTIVE: &str = "descriptive; decides nothing";
const SESSION: &str = "acts on the session after access was granted; demands nothing before";

const POLICY: &[(&str, &str)] = &[
    ("createdDateTime", DESCRIPTIVE),
    ("modifiedDateTime", DESCRIPTIVE),
    ("description", DESCRIPTIVE),
    ("templateId", "where the policy came from; decides nothing"),
    ("sessionControls/applicationEnforcedRestrictions", SESSION),
    ("sessionControls/cloudAppSecurity", SESSION),
    ("sessionControls/persistentBrowser", SESSION),
    (
        "sessionControls/signInFrequency",
        "asks for proof again; the proof asked for is that of the grant controls",
    ),
    ("sessionControls/continuousAccessEvaluation", SESSION),
    ("sessionControls/continuousAccessEvaluation/mode", SESSION),
    (
        "sessionControls/disableResilienceDefaults",
        "acts in an outage of the service, on sessions that exist already",
    ),
    ("sessionControls/globalSecureAccessFilteringProfile", "filters traffic, not sign-ins"),
    ("sessionControls/networkAccessSecurity", "filters traffic, not sign-ins"),
];

const LOCATION: &[(&str, &str)] = &[
    ("createdDateTime", DESCRIPTIVE),
    ("modifiedDateTime", DESCRIPTIVE),
    ("compliantNetworkType", "the one type there is"),
];

const STRENGTH: &[(&str, &str)] = &[
    ("createdDateTime", DESCRIPTIVE),
    ("modifiedDateTime", DESCRIPTIVE),
    ("description", DESCRIPTIVE),
    ("policyType", "whether it is built in; its combinations decide"),
    ("requirementsSatisfied", "a summary of the combinations, which decide"),
];

const METHODS: &[(&str, &str)] = &[
    ("id", DESCRIPTIVE),
    ("displayName", DESCRIPTIVE),
    ("description", DESCRIPTIVE),
    ("lastModifiedDateTime", DESCRIPTIVE),
    ("policyVersion", DESCRIPTIVE),
    ("reconfirmationInDays", "asks people to look at their details; keeps nobody out"),
    ("registrationEnforcement", "offers registration, with snoozing; access does not depend on it"),
    ("reportSuspiciousActivitySettings", "raises risk after a report; risk is a given of the sign-in"),
    ("systemCredentialPreferences", "which method is offered first; the others can still be chosen"),
];

const BINDING: &str = "how a certificate finds its user";
const WHICH_CERTIFICATES: &str =
    "which certificates a rule is about; which one a person holds no export says";

const METHOD: &[(&str, &str)] = &[
    ("displayName", DESCRIPTIVE),
    ("isAttestationEnforced", "which keys may be registered; a person is taken to have one that may"),
    (
        "keyRestrictions",
        "beside profiles of passkeys, which decide; a person is taken to have a key that may be used",
    ),
    ("defaultPasskeyProfile", "which keys may be used; a person is taken to have one that may"),
    ("passkeyProfiles", "which keys may be used; a person is taken to have one that may"),
    ("featureSettings", "how the prompt looks"),
    ("isOfficePhoneAllowed", "which number is called"),
    ("defaultLength", "the form of the pass"),
    ("defaultLifetimeInMinutes", "the lifetime of the pass"),
    ("minimumLifetimeInMinutes", "the lifetime of the pass"),
    ("maximumLifetimeInMinutes", "the lifetime of the pass"),
    ("certificateUserBindings", BINDING),
    ("certificateAuthorityScopes", "which issuers; a person is taken to have a certificate that is accepted"),
    ("authenticationModeConfiguration/x509CertificateDefaultRequiredAffinityLevel", BINDING),
    ("authenticationModeConfiguration/rules/x509CertificateRequiredAffinityLevel", BINDING),
    ("authenticationModeConfiguration/rules/x509CertificateRuleType", WHICH_CERTIFICATES),
    ("authenticationModeConfiguration/rules/identifier", WHICH_CERTIFICATES),
    ("authenticationModeConfiguration/rules/issuerSubjectIdentifier", WHICH_CERTIFICATES),
    ("authenticationModeConfiguration/rules/policyOidIdentifier", WHICH_CERTIFICATES),
    ("issuerHintsConfiguration", "how the prompt looks"),
    ("crlValidationConfiguration", "revocation; a person is taken to have a certificate that is accepted"),
    ("pinLength", "the form of the PIN"),
    ("standardQRCodeLifetimeInDays", "the lifetime of the code"),
    ("appId", "which provider"),
    ("openIdConnectSetting", "which provider"),
    ("targets/isRegistrationRequired", "asks people to register; keeps nobody out"),
    ("targets/allowedPasskeyProfiles", "which keys may be used; a person is taken to have one that may"),
    ("targets/targetedAuthenticationMethod", "which method a campaign offers"),
    ("targets/outlookMobileAllowedState", "where the prompt appears"),
    ("targets/displayAppInformationRequiredState", "how the prompt looks"),
    ("targets/numberMatchingRequiredState", "how the prompt looks"),
    ("targets/verifiedIdProfiles", "no method that a sign-in can use here"),
];

const CROSS_TENANT: &[(&str, &str)] = &[
    ("id", DESCRIPTIVE),
    ("displayName", DESCRIPTIVE),
    ("description", DESCRIPTIVE),
    ("isServiceDefault", DESCRIPTIVE),
    ("automaticUserConsentSettings", "skips a consent prompt"),
    (
        "invitationRedemptionIdentityProviderConfiguration",
        "which provider an invitation binds to; a given of the person",
    ),
    ("tenantRestrictions", "acts on accounts used from this tenant's network toward other tenants"),
    ("isInMultiTenantOrganization", "membership of people is a given of the person"),
    ("identitySynchronization", "how people are created, not how they sign in"),
    ("serviceProviderConstraints", "limits of what a service provider may do after signing in"),
    ("m365CollaborationInbound", "governs other collaboration paths than invitations and shared channels"),
    ("m365CollaborationOutbound", "governs other collaboration paths than invitations and shared channels"),
    ("appServiceConnectInbound", "governs other collaboration paths than invitations and shared channels"),
    ("appServiceConnectOutbound", "governs other collaboration paths than invitations and shared channels"),
    ("allowedCloudEndpoints", "clouds of homes are not told apart; see the list of limits"),
];

const ROLLOUT: &[(&str, &str)] =
    &[("id", DESCRIPTIVE), ("displayName", DESCRIPTIVE), ("description", DESCRIPTIVE)];

const GROUP_NOTE: &str = "who is in the group is a given of the person";

/// Why a key is irrelevant, or `None` where it is not.
pub(super) fn reason(resource: Resource, path: &str) -> Option<&'static str> {
    let table: &[(&str, &str)] = match resource {
        Resource::ConditionalAccessPolicy => POLICY,
        Resource::NamedLocation => LOCATION,
        Resource::AuthenticationStrength => STRENGTH,
        Resource::AuthenticationMethods => METHODS,
        Resource::MethodConfiguration => METHOD,
        Resource::CrossTenantRoot | Resource::CrossTenantDefault | Resource::CrossTenantPartner => {
            CROSS_TENANT
        }
        Resource::Rollout => ROLLOUT,
        Resource::Organization | Resource::Domain | Resource::Federation => {
            return Some("no rule of a sign-in reads it");
        }
        Resource::SecurityDefaults => return None,
        Resource::Group => return Some(GROUP_NOTE),
        Resource::Agreement | Resource::AuthenticationContext => return Some(DESCRIPTIVE),
        Resource::ServicePrincipal
        | Resource::User
        | Resource::DirectoryRole
        | Resource::RoleAssignment
        | Resource::RoleEligibility => {
            return Some("no rule of a sign-in reads it");
        }
    };
    table.iter().find(|(key, _)| key.eq_ignore_ascii_case(path)).map(|(_, reason)| *reason)
}
