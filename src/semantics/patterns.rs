//! Patterns of lockouts (LCK-n): what a counterexample is labelled with, and those of the reference that it never is.

/// A pattern of the reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cause {
    /// Its id, for example `LCK-8`.
    pub id: &'static str,
    /// What it is, in a few words.
    pub title: &'static str,
    /// What would cure it.
    pub cure: &'static str,
}

/// Declares causes as constants and a list of all.
macro_rules! patterns {
    ($(#[$doc:meta])+ $all:ident: $($name:ident = $id:literal, $title:literal, $cure:literal;)+) => {
        $(pub(crate) const $name: Cause = Cause { id: $id, title: $title, cure: $cure };)+

        $(#[$doc])+
        pub const $all: &[Cause] = &[$($name),+];
    };
}
pub(super) use patterns;

#[rustfmt::skip]
patterns! {
    /// The patterns of lockouts that are looked for.
    LOCKOUTS:
    LCK_1 = "LCK-1", "direct connect can prove no MFA without trust",
        "trust MFA of that tenant in the inbound cross-tenant settings, or leave direct-connect users out of the policy";
    LCK_2 = "LCK-2", "a managed device is asked of a guest whose device claims are not accepted",
        "accept device claims of that tenant in the inbound trust settings, or leave guests out of the policy";
    LCK_3 = "LCK-3", "an app control is asked of a guest, who cannot meet it",
        "leave guests out of the policy, or add a control that they can meet with OR";
    LCK_4 = "LCK-4", "a password change is asked of a guest, who has no password here",
        "leave guests out of the policy; the home tenant has to remedy the risk";
    LCK_5 = "LCK-5", "a remediation of risk is asked of a guest, whom only the home tenant can remedy",
        "leave guests out of the policy";
    LCK_6 = "LCK-6", "a sign-in risk policy asks for MFA and the person has not registered before",
        "let people register before risk arises; for guests, or trust MFA of their home tenant";
    LCK_7 = "LCK-7", "the strength admits nothing that a guest can prove here without trust",
        "trust MFA of the home tenant, or ask guests for the MFA strength or plain `mfa`";
    LCK_8 = "LCK-8", "the guest signed in passwordless at home, so the password that every usable combination needs is never seen here",
        "trust MFA of the home tenant in the inbound cross-tenant settings, or ask for `mfa` instead of a strength";
    LCK_9 = "LCK-9", "a strength is asked of a guest without an Entra account",
        "ask these guests for `mfa` instead of a strength";
    LCK_10 = "LCK-10", "an external method never meets a strength, and the person has nothing else",
        "ask for `mfa` instead of a strength, or let people register a method of the strength";
    LCK_11 = "LCK-11", "the home tenant's external method counts as MFA and never meets a strength",
        "ask guests for `mfa` instead of a strength";
    LCK_13 = "LCK-13", "inbound settings admit chosen applications only, and not those that registering needs",
        "add My Apps, App Access Panel, My Profile and My Sign-Ins to the inbound application list";
    LCK_14 = "LCK-14", "registering is itself subject to a policy that cannot be met without a method",
        "relax the policy on the registration page for people who have no method yet";
    LCK_15 = "LCK-15", "the strength admits temporary access passes only, and a guest can be given none here",
        "leave guests out of the policy, or admit a method that they can register";
    LCK_16 = "LCK-16", "people in scope of certificates count as having one, and this one has none",
        "take people without a certificate out of the certificate configuration, or issue one";
    LCK_17 = "LCK-17", "Authenticator is allowed for phone sign-in only, which a sign-in cannot register",
        "allow Authenticator in mode `any` or `push`";
    LCK_18 = "LCK-18", "the methods policy allows nothing that would meet the demand",
        "allow one of the methods of the strength in the authentication methods policy";
    LCK_19 = "LCK-19", "two strengths apply that no combination meets together",
        "make one policy of the two, or give the strengths a combination in common";
    LCK_21 = "LCK-21", "emailed passcodes are switched off",
        "enable email one-time passcodes for external people, or let them redeem their invitation with another account";
    LCK_22 = "LCK-22", "text messages and calls are no longer delivered",
        "let people register another method before that day";
    LCK_23 = "LCK-23", "a policy for everybody and everything leaves no emergency account out",
        "exclude the emergency accounts from the policy, by name or by a group of their own";
    LCK_25 = "LCK-25", "the strength admits Windows Hello only, and the session began with something else",
        "admit a method that can be proved on the way, or let people begin again";
    LCK_26 = "LCK-26", "the country is asked of a phone, and the person has no Authenticator or signed in without a password",
        "tell the country by the address, or leave out people whose phone cannot be asked";
    LCK_27 = "LCK-27", "the strength admits certain keys or certificates only, which this tenant never sees of a guest it does not trust",
        "trust MFA of the home tenant, or leave guests out of the policy";
    LCK_28 = "LCK-28", "the strength admits another kind of temporary access pass than people are given",
        "admit both kinds of passes in the strength";
    LCK_29 = "LCK-29", "a Google account cannot meet MFA on the registration page",
        "leave such guests out of the policy on the registration page";
    LCK_30 = "LCK-30", "terms of use are asked of people who cannot be shown any",
        "leave direct-connect users and service providers out of the policy";
    LCK_31 = "LCK-31", "a custom control is asked of a guest whose home tenant is trusted",
        "leave guests out of the policy";
    LCK_34 = "LCK-34", "the cross-tenant settings of one of the two tenants let the person through, and those of the other do not",
        "open the other tenant's settings for these people and applications, or close both";
    LCK_36 = "LCK-36", "a managed device is asked for, and device code flow carries none",
        "block device code flow for these people, or leave it out of the policy";
    LCK_37 = "LCK-37", "a legacy client can carry no proof",
        "block legacy clients, or leave them out of the policy";
    LCK_38 = "LCK-38", "Windows Hello and passkeys of the device cannot register a device",
        "admit a temporary access pass or another method for registering devices";
    LCK_39 = "LCK-39", "the strength asks for what nobody can register during a sign-in, and there is no pass to begin with",
        "allow temporary access passes, or let people register before the policy acts on them";
    LCK_40 = "LCK-40", "the federated provider insists on doing MFA, and the strength does not admit that",
        "admit federated MFA in the strength, or let the domain accept instead of enforce";
    LCK_42 = "LCK-42", "trust sends the guest home to register, and that does not happen",
        "let the home tenant's people register a suitable method beforehand";
    LCK_43 = "LCK-43", "the home tenant does not allow any method that would meet the demand",
        "have the home tenant allow one of the methods of the strength";
    LCK_44 = "LCK-44", "a password change is asked for in a way that the service does not accept",
        "ask for it together with MFA, for all resources and with no other conditions than user risk";
}

/// Those that are not looked for, with the reason.
#[rustfmt::skip]
pub const NOT_LOOKED_FOR: &[(&str, &str, &str)] = &[
    ("LCK-12", "the identity protection policy on registering MFA includes guests of a trusted home",
        "no export of Graph holds that policy"),
    ("LCK-20", "one authenticator for many tenants, and a new phone",
        "what happens on a phone is no configuration"),
    ("LCK-24", "a managed device is asked for everywhere, also where devices are enrolled",
        "how a device is enrolled is no sign-in; a person is taken to have the device or not"),
    ("LCK-32", "membership of more than 2048 groups",
        "how many groups a person is in altogether no export says"),
    ("LCK-33", "tenant restrictions of the network or device in use",
        "they are those of a third tenant, whose network it is"),
    ("LCK-35", "the clouds of the two tenants do not know each other",
        "no export says in which cloud a home is"),
    ("LCK-41", "a pass is not offered where a domain enforces its provider's MFA",
        "matters to setting up Windows Hello on a device, which is no sign-in"),
];
