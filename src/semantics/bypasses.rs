//! Patterns of bypasses (BYP-n): what a counterexample is labelled with, and those of the reference that it never is.

use super::patterns::{Cause, patterns};

patterns! {
    /// The patterns of bypasses that are looked for.
    BYPASSES:
    BYP_1 = "BYP-1", "the application is left out of what is demanded",
        "demand it on all resources";
    BYP_2 = "BYP-2", "the demand lists applications one by one, and this is none of them",
        "demand it on all resources";
    BYP_3 = "BYP-3", "the exceptions of a policy for all resources leave baseline scopes of the directory out",
        "enforce baseline scopes, or except nothing";
    BYP_4 = "BYP-4", "the demand is bound to platforms, and the platform is whatever the client says",
        "demand it on every platform";
    BYP_5 = "BYP-5", "legacy clients are open",
        "block the client app types exchangeActiveSync and other";
    BYP_6 = "BYP-6", "one kind of client is left out of what is demanded",
        "demand it of all client app types";
    BYP_7 = "BYP-7", "device code flow or authentication transfer is open",
        "block these flows, or demand the same of them";
    BYP_8 = "BYP-8", "no policy on the registration page covers the person",
        "demand MFA or a temporary access pass on the registration page";
    BYP_9 = "BYP-9", "devices are registered with the password alone, and a registered device is let off",
        "demand MFA for registering devices";
    BYP_10 = "BYP-10", "people can put themselves into the group that is excluded",
        "make the group private and let owners add its members, or exclude no such group";
    BYP_11 = "BYP-11", "the demanding policy is for nobody: what it names does not exist",
        "name people who exist";
    BYP_12 = "BYP-12", "the demand is on roles, and this one is held in an administrative unit only, or has to be activated",
        "demand it of these people by group, or of everybody";
    BYP_13 = "BYP-13", "guests are excluded and nothing else covers them",
        "demand MFA of guests in a policy of their own";
    BYP_14 = "BYP-14", "this kind of external person is named by no demanding policy",
        "name all external kinds, or all users";
    BYP_15 = "BYP-15", "the demand names chosen home tenants only",
        "demand it of all external tenants";
    BYP_16 = "BYP-16", "service providers are excluded or meant by nothing",
        "demand it of service providers too";
    BYP_17 = "BYP-17", "the device filter lets off whoever shows no device",
        "turn the filter around: exclude what is known to be good";
    BYP_18 = "BYP-18", "a location takes the sign-in out of what is demanded",
        "demand MFA from every location";
    BYP_19 = "BYP-19", "an unknown country is among what is let off",
        "take unknown countries out of the location";
    BYP_20 = "BYP-20", "another control is accepted in place of MFA",
        "combine the controls with AND, or demand MFA in a policy of its own";
    BYP_21 = "BYP-21", "what would demand it is report-only or off",
        "switch the policy on";
    BYP_22 = "BYP-22", "one policy looks at sign-in risk and user risk, and acts on both together only",
        "make two policies of it";
    BYP_23 = "BYP-23", "the demand depends on risk, and this risk is not covered",
        "demand MFA whatever the risk";
    BYP_24 = "BYP-24", "MFA of every tenant is trusted",
        "trust MFA of chosen partners only";
    BYP_25 = "BYP-25", "the provider of a federated domain vouches for MFA",
        "trust partners whose domains you know, or ask for a strength without federated methods";
    BYP_26 = "BYP-26", "device claims of every tenant are trusted",
        "trust device claims of chosen partners only";
    BYP_27 = "BYP-27", "the strength admits a single factor",
        "take the single factors out of the strength";
    BYP_28 = "BYP-28", "what is asked of administrators admits methods that can be phished",
        "ask for the phishing-resistant strength";
    BYP_29 = "BYP-29", "an approved application is all that is asked for, and that control has ended",
        "ask for MFA or an app protection policy";
    BYP_30 = "BYP-30", "only the admin portals are covered, and the same role works through other clients",
        "demand it on all resources";
    BYP_31 = "BYP-31", "only Azure's management is covered",
        "demand it on all resources";
    BYP_32 = "BYP-32", "the policies that apply have session controls only",
        "add a grant control";
    BYP_34 = "BYP-34", "a custom control stands in for MFA",
        "ask for MFA, with an external method where another provider does it";
    BYP_35 = "BYP-35", "no policy for workload identities reaches the service principal",
        "refuse it by place with a policy for workload identities; a managed identity, or an application for several tenants, none reaches: keep what it may do small";
    BYP_38 = "BYP-38", "registering is refused by place only, and this place is let in",
        "demand MFA or a temporary access pass on the registration page";
    BYP_39 = "BYP-39", "a managed device is all that is asked for, and enrolling one takes the password alone",
        "demand MFA for registering devices, or beside the device";
    BYP_40 = "BYP-40", "a member of something that is excluded by name",
        "keep exclusions to emergency accounts, and watch who is in them";
    BYP_41 = "BYP-41", "an account with a privileged role is excluded by name from what is demanded",
        "cover emergency accounts with a policy of their own";
    BYP_44 = "BYP-44", "direct connect has no object here, and the demand is for people who have",
        "name direct-connect users in the policy";
}

/// Those that are not looked for, with the reason.
#[rustfmt::skip]
pub const BYPASSES_NOT_LOOKED_FOR: &[(&str, &str, &str)] = &[
    ("BYP-33", "the policies of the home tenant are relied on",
        "no policy of a home acts on a sign-in here, and what somebody relies on is no configuration: what gets in without is found under other patterns"),
    ("BYP-36", "MFA per user, with places and devices that are let off",
        "no export holds the service settings of MFA per user, and without them it demands nothing that could be relied on"),
    ("BYP-37", "the intranet claim of a federated provider skips MFA",
        "that setting is among the service settings of MFA per user, which no export holds, and the claim is in the provider's tokens"),
    ("BYP-42", "an application never asks for the context that protects it",
        "whether an application asks for a context is in its code or in its own settings (SharePoint sites, labels), which are no objects of the directory"),
    ("BYP-43", "sessions are renewed without their conditions in an outage",
        "in an outage sessions are renewed as they began, and a sign-in is decided, not what becomes of its session later"),
];
