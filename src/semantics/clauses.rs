//! Clauses that no formula carries: how input is read, what follows from other rules, what is a finding of its own, and what
//! is outside of the program.

use super::rule::Rule;

/// How a clause is represented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It says how input is read.
    Input,
    /// It follows from these rules.
    Follows(&'static [&'static str]),
    /// A property reports where it is not kept.
    Finding(&'static str),
    /// The answers of `whatif` are made by it.
    Answer,
    /// It is not represented, for this reason.
    Outside(&'static str),
}

/// A clause with its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clause {
    /// Its facts.
    pub rule: Rule,
    /// How it is represented.
    pub role: Role,
}

const fn clause(
    id: &'static str,
    title: &'static str,
    source: &'static str,
    confidence: &'static str,
    role: Role,
) -> Clause {
    Clause { rule: Rule { id, title, source, confidence }, role }
}

/// All of them, in the order of the reference.
#[rustfmt::skip]
pub const CLAUSES: &[Clause] = &[
    clause("CA-1", "The parts of a policy", "Graph v1.0 metadata; Graph reference", "documented", Role::Input),
    clause("CA-3", "What an empty or missing condition means", "Graph v1.0 metadata; Graph reference", "documented", Role::Input),
    clause("CA-5", "The lists of people", "Graph v1.0 metadata; Graph reference", "documented", Role::Input),
    clause("CA-6", "Guest types are one comma-joined value", "Graph v1.0 metadata; Graph reference", "documented", Role::Input),
    clause("CA-7", "External tenants need a guest type", "Graph reference", "documented", Role::Follows(&["CA-90"])),
    clause("CA-8", "The lists of targets", "Graph v1.0 metadata; Graph reference", "documented", Role::Input),
    clause("CA-9", "A policy has one kind of target", "Graph reference; Conditional Access: Target resources", "documented", Role::Input),
    clause("CA-10", "Ids of authentication contexts", "Graph reference; Conditional Access: Target resources", "documented, ambiguous", Role::Input),
    clause("CA-13", "Grant controls and their operator", "Graph v1.0 metadata; Graph reference", "documented", Role::Input),
    clause("CA-14", "Session controls", "Graph v1.0 metadata; Graph reference; Conditional Access: Session", "documented", Role::Input),
    clause("CA-15", "Kinds of named locations", "Graph v1.0 metadata; Conditional Access: Network", "documented", Role::Input),
    clause("CA-16", "Policy plans", "Graph reference", "documented", Role::Input),
    clause("CA-28", "Very many group memberships", "Conditional Access: Users, groups; Building a Conditional Access policy", "documented", Role::Outside("a limit on tokens of people in more than 2048 groups; it can refuse a sign-in and grant none")),
    clause("CA-29", "External people in general include service providers", "Conditional Access: Users, groups", "documented", Role::Follows(&["CA-24", "CA-25"])),
    clause("CA-30", "The resource decides, not the client", "Conditional Access: Target resources", "documented", Role::Follows(&["CA-31"])),
    clause("CA-42", "Only `all` with exclusions reaches unknown platforms", "Conditional Access: Conditions", "inferred", Role::Follows(&["CA-41"])),
    clause("CA-51", "A device filter and device states exclude each other", "Conditional Access: Filter for devices", "documented", Role::Follows(&["CA-91"])),
    clause("CA-64", "Block first, then controls in a fixed order", "Building a Conditional Access policy", "documented", Role::Follows(&["CA-61", "SM-33"])),
    clause("CA-65", "Conditional Access comes after the first factor", "Building a Conditional Access policy", "documented", Role::Follows(&["SM-10"])),
    clause("CA-67", "Report-only policies are evaluated and not enforced", "Conditional Access: Report-only mode", "documented", Role::Finding("hygiene.report-only")),
    clause("CA-70", "Terms of use need an interactive sign-in", "Conditional Access: Grant", "documented", Role::Follows(&["EXT-28"])),
    clause("CA-71", "The scope of session controls", "Conditional Access: Session", "documented", Role::Input),
    clause("CA-80", "`mfa` together with a strength", "Authentication strengths; Conditional Access: Grant; Graph reference", "documented", Role::Finding("hygiene.refused")),
    clause("CA-81", "Where a password change is allowed", "Conditional Access: Grant; Graph reference", "documented, ambiguous", Role::Finding("hygiene.refused")),
    clause("CA-82", "What risk remediation goes with", "Conditional Access: Grant; Graph reference; Require risk remediation", "documented", Role::Finding("hygiene.refused")),
    clause("CA-83", "`block` together with another control", "Conditional Access: Grant; Graph reference", "inferred", Role::Finding("hygiene.refused")),
    clause("CA-84", "People together with workload identities", "Graph reference; Conditional Access for workload identities", "documented", Role::Finding("hygiene.refused")),
    clause("CA-85", "Registering a device takes MFA or a strength only", "Conditional Access: Target resources", "documented", Role::Finding("hygiene.refused")),
    clause("CA-86", "Client controls on platforms without such clients", "Conditional Access: Grant", "documented", Role::Finding("hygiene.refused")),
    clause("CA-87", "A persistent browser session without all resources", "Conditional Access: Session", "documented", Role::Finding("hygiene.refused")),
    clause("CA-88", "Continuous access evaluation disabled with conditions", "Graph reference", "documented", Role::Finding("hygiene.refused")),
    clause("CA-89", "Resilience defaults disabled in report-only", "Conditional Access: Resilience defaults", "inferred", Role::Finding("hygiene.refused")),
    clause("CA-90", "External tenants without a guest type", "Graph reference", "documented", Role::Finding("hygiene.refused")),
    clause("CA-91", "A device filter together with device states", "Conditional Access: Filter for devices", "documented", Role::Finding("hygiene.refused")),
    clause("CA-92", "A reference to a strength or location that is gone", "Authentication strengths; Conditional Access: Network", "documented", Role::Finding("hygiene.refused")),
    clause("CA-93", "Enabled policies beside security defaults", "Security defaults", "documented", Role::Finding("hygiene.refused")),
    clause("CA-95", "Limits of the service", "Planning a Conditional Access deployment; Conditional Access: Network; Authentication strengths", "documented", Role::Finding("hygiene.refused")),
    clause("CA-101", "Microsoft-managed policies are ordinary policies", "Microsoft-managed Conditional Access policies", "documented", Role::Follows(&["CA-2"])),
    clause("CA-103", "Sign-ins in an outage", "Conditional Access: Resilience defaults", "documented", Role::Outside("acts in an outage of the service, on sessions that were granted before; no new sign-in goes that way")),
    clause("CA-104", "Reasons in answers of What-If", "Graph What-If evaluation", "documented", Role::Answer),
    clause("CA-105", "The home tenant's policies act at home only", "Authentication and Conditional Access for External ID", "inferred", Role::Follows(&["SM-16"])),
    clause("EXT-1", "The kinds of external people", "Authentication and Conditional Access for External ID; Graph v1.0 metadata", "documented", Role::Follows(&["EXT-2", "CA-25"])),
    clause("EXT-3", "The user type says nothing about the credentials", "Properties of a B2B collaboration user", "documented", Role::Follows(&["EXT-2"])),
    clause("EXT-5", "Issuers of identities", "Properties of a B2B collaboration user", "documented", Role::Input),
    clause("EXT-6", "Synchronised people are external members", "Cross-tenant synchronization", "documented", Role::Follows(&["CA-25"])),
    clause("EXT-7", "Which identity provider redeems an invitation", "B2B invitation redemption", "documented", Role::Outside("happens before the sign-ins that are looked at; the provider is given with the person, and every provider is looked at")),
    clause("EXT-10", "MFA of a directly federated provider is not accepted", "Direct federation with SAML or WS-Fed", "documented", Role::Follows(&["EXT-9"])),
    clause("EXT-21", "What *not supported* means for a control", "Authentication and Conditional Access for External ID", "inferred", Role::Follows(&["EXT-20", "EXT-28"])),
    clause("EXT-24", "Where the risk of an external person is found", "Authentication and Conditional Access for External ID; Identity Protection and B2B", "documented", Role::Follows(&["CA-55"])),
    clause("EXT-26", "A risky guest who has not registered", "Authentication and Conditional Access for External ID; Identity Protection and B2B", "documented", Role::Follows(&["REG-23"])),
    clause("EXT-27", "Locations and clients of external people", "Authentication and Conditional Access for External ID", "documented", Role::Follows(&["CA-46", "CA-43"])),
    clause("EXT-30", "What external MFA costs", "External ID pricing", "documented", Role::Outside("billing; without effect on what a policy decides")),
];
