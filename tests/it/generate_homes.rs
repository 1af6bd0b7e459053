//! Home tenants beside a generated tenant, the domains of both, and people who come from there.

use crate::generate::{
    self, APPS, HOMES, LOCATIONS_AT_HOME, R_TENANT, REGISTER, ROLES, SELF_SERVICE, STRENGTHS, USERS, action,
    assemble, context, direct_connect, maybe, methods_policy, no_conditions, page, plain_grant, some,
    target_list, targets, whole_setting,
};
use crate::generate_filters::devices_condition;
use crate::support::{Files, Homes};
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

/// Groups of the homes; the homes share them, so that one person can be in all of them.
const GROUPS: [&str; 2] = ["abababab-0000-4000-8000-000000000001", "abababab-0000-4000-8000-000000000002"];

/// A tenant, homes that are given (often none), and sign-ins. Where domains have to be known, every tenant has some.
pub(crate) fn housed(
    pairs: impl Strategy<Value = (Files, Vec<Value>)>,
    domains_known: bool,
) -> impl Strategy<Value = (Files, Homes, Vec<Value>)> {
    let own = domains(0.3, domains_known, "resource.example");
    let people = vec((who(), any::<bool>(), any::<bool>()), 1..=8);
    (pairs, own, weighted(0.4, vec(home(domains_known), 1..=2)), people).prop_map(
        |((mut files, mut all), own, homes, people)| {
            let mut given = Homes::new();
            let federated = own.is_some();
            if let Some(own) = own {
                own.stands_in(&mut files, "resource.example");
            }
            for (number, home) in homes.into_iter().flatten().enumerate() {
                let name = format!("home{number}.example");
                let key = if home.by_domain { name.clone() } else { HOMES[number].to_owned() };
                given.insert(key, home.files(number, &name));
            }
            for (what, (who, domain, below)) in all.iter_mut().zip(people.iter().cycle()) {
                if federated && what["user"]["identityProvider"] == "internal" {
                    what["user"]["domain"] = chosen_domain("resource.example", *domain, *below);
                }
                if !given.is_empty() {
                    who.comes(&mut files, what, given.len(), *domain, *below);
                }
            }
            (files, given, all)
        },
    )
}

/// Null, the domain, or the one below it.
fn chosen_domain(name: &str, given: bool, below: bool) -> Value {
    match (given, below) {
        (false, _) => Value::Null,
        (true, false) => json!(name),
        (true, true) => json!(format!("sub.{name}")),
    }
}

/// Where somebody comes from, and whether that is trusted here.
#[derive(Clone, Debug)]
struct Who {
    from: Option<usize>,
    kind: &'static str,
    groups: Vec<&'static str>,
    location: Option<&'static str>,
    trusted: bool,
    federated: bool,
    /// Has proved and registered nothing yet, has the means for anything, and is asked for MFA.
    newcomer: bool,
}

fn who() -> impl Strategy<Value = Who> {
    let kinds = vec![
        "b2bCollaborationGuest",
        "b2bCollaborationGuest",
        "b2bCollaborationMember",
        "otherExternalUser",
        "b2bDirectConnectUser",
        "serviceProvider",
    ];
    let place = weighted(0.15, select(&LOCATIONS_AT_HOME[..]));
    let habits = (prop::bool::weighted(0.7), any::<bool>(), prop::bool::weighted(0.35));
    (weighted(0.85, 0..2_usize), select(kinds), some(&GROUPS, 2), place, habits).prop_map(
        |(from, kind, groups, location, (trusted, federated, newcomer))| Who {
            from,
            kind,
            groups,
            location,
            trusted,
            federated,
            newcomer,
        },
    )
}

impl Who {
    /// Makes the sign-in one of somebody from a home that is given.
    fn comes(&self, files: &mut Files, what: &mut Value, homes: usize, domain: bool, below: bool) {
        let Some(number) = self.from else { return };
        let number = number % homes;
        let user = &mut what["user"];
        user["kind"] = json!(self.kind);
        user["alsoKind"] = Value::Null;
        user["identityProvider"] = json!("entra");
        user["homeTenant"] = json!(HOMES[number]);
        user["homeId"] = user["id"].clone();
        user["homeRoles"] = user["roles"].clone();
        user["domain"] = chosen_domain(&format!("home{number}.example"), domain, below);
        let groups = user["groups"].as_array_mut().expect("a list of groups");
        groups.extend(self.groups.iter().map(|group| json!(group)));
        if let Some(location) = self.location {
            what["conditions"]["namedLocations"] = json!([location]);
        }
        if self.federated {
            what["credentials"]["firstFactor"] = json!("federated");
        }
        if self.newcomer {
            let credentials = &mut what["credentials"];
            credentials["firstFactor"] = json!(if self.federated { "federated" } else { "password" });
            credentials["canRegister"] = json!(["*"]);
            credentials["interactive"] = json!(true);
            for list in ["mfaClaim", "registeredHome", "registeredResource"] {
                credentials[list] = json!([]);
            }
            let mfa = json!({"operator": "OR", "builtInControls": ["mfa"]});
            let external = json!({"guestOrExternalUserTypes": self.kind, "externalTenants": null});
            let policies = files.get_mut("conditionalAccessPolicies.json").expect("policies");
            let policies = policies["value"].as_array_mut().expect("a list of policies");
            let id = "eeeeeeee-0000-4000-8000-00000000fffe";
            if !policies.iter().any(|policy| policy["id"] == id) {
                policies.push(json!({
                    "id": id, "displayName": "MFA for people from elsewhere", "state": "enabled",
                    "conditions": {"users": {"includeGuestsOrExternalUsers": external},
                                   "applications": {"includeApplications": ["All"]}, "clientAppTypes": ["all"]},
                    "grantControls": mfa,
                }));
            }
        }
        if self.trusted {
            let default = files.get_mut("crossTenantAccessPolicy/default.json").expect("default settings");
            default["inboundTrust"] = json!({"isMfaAccepted": true, "isCompliantDeviceAccepted": null,
                                             "isHybridAzureADJoinedDeviceAccepted": null});
        }
    }
}

/// The domains of a tenant.
#[derive(Clone, Debug)]
struct Federation {
    /// One for the domain, one for the domain below; none is managed.
    domains: [Option<(Option<&'static str>, bool, u8)>; 2],
    default: Option<usize>,
    rollouts: Vec<Value>,
}

fn federation(name: &'static str) -> impl Strategy<Value = Federation> {
    let behavior = select(vec![
        None,
        Some("acceptIfMfaDoneByFederatedIdp"),
        Some("enforceMfaByFederatedIdp"),
        Some("rejectMfaByFederatedIdp"),
    ]);
    let domain = move || weighted(0.7, (behavior.clone(), any::<bool>(), 0..3_u8));
    let feature = select(vec!["multiFactorAuthentication", "multiFactorAuthentication", "passwordHashSync"]);
    let rollout = (feature, prop::bool::weighted(0.8), prop::bool::weighted(0.3), some(&GROUPS, 1)).prop_map(
        move |(feature, enabled, everybody, groups)| {
            let applies: Vec<Value> = groups
                .into_iter()
                .map(|id| json!({"@odata.type": "#microsoft.graph.group", "id": id}))
                .collect();
            json!({"id": format!("{feature} of {name}"), "displayName": "rollout", "feature": feature,
                   "isEnabled": enabled, "isAppliedToOrganization": everybody, "appliesTo": applies})
        },
    );
    ((domain(), domain()), weighted(0.8, 0..2_usize), vec(rollout, 0..=1)).prop_map(
        |((first, second), default, rollouts)| Federation { domains: [first, second], default, rollouts },
    )
}

/// The domains of a tenant, now and then or always.
fn domains(share: f64, always: bool, name: &'static str) -> impl Strategy<Value = Option<Federation>> {
    (weighted(share, federation(name)), federation(name))
        .prop_map(move |(some, other)| some.or(always.then_some(other)))
}

impl Federation {
    /// Puts the domains among the files of a tenant; a federation stands in one of three places.
    fn stands_in(self, files: &mut Files, name: &str) {
        let mut domains = Vec::new();
        for (number, (federated, name)) in
            self.domains.into_iter().zip([name.to_owned(), format!("sub.{name}")]).enumerate()
        {
            let mut domain = json!({"id": name, "authenticationType": "Managed", "isDefault": self.default == Some(number)});
            if let Some((behavior, supports, place)) = federated {
                domain["authenticationType"] = json!("Federated");
                let mut own = json!({"id": format!("6601d14b-d113-8f64-fda2-9b5ddda18e{number:02}"), "displayName": "provider",
                                     "federatedIdpMfaBehavior": behavior});
                if behavior.is_none() || supports {
                    own["supportsMfa"] = json!(supports);
                }
                let context = context(&format!("domains('{name}')/federationConfiguration"));
                match place {
                    0 => domain["federationConfiguration"] = json!([own]),
                    1 => {
                        files.insert(
                            format!("federation{number}.json"),
                            json!({"@odata.context": context, "value": [own]}),
                        );
                    }
                    _ => {
                        own["@odata.type"] = json!("#microsoft.graph.internalDomainFederation");
                        files.insert(format!("domains/{name}/federationConfiguration.json"), json!([own]));
                    }
                }
            }
            domains.push(domain);
        }
        files.insert("domains.json".into(), page("domains", domains));
        files.insert(
            "featureRolloutPolicies.json".into(),
            page("policies/featureRolloutPolicies", self.rollouts),
        );
    }
}

/// What a home tenant is made of.
#[derive(Clone, Debug)]
struct Home {
    by_domain: bool,
    federation: Option<Federation>,
    methods: Value,
    policies: Vec<Value>,
    default: Value,
    partner: Option<Value>,
}

fn home(domains_known: bool) -> impl Strategy<Value = Home> {
    let parts = (
        prop::bool::weighted(0.2),
        domains(0.75, domains_known, "home.example"),
        methods_policy(),
        vec(policy(), 0..=3),
        settings(),
        weighted(0.4, settings()),
    );
    parts.prop_map(|(by_domain, federation, methods, policies, default, partner)| Home {
        by_domain,
        federation,
        methods: of_the_home(&methods),
        policies,
        default,
        partner,
    })
}

/// The groups of this tenant become groups of the homes.
fn of_the_home(value: &Value) -> Value {
    let pairs = generate::GROUPS.iter().zip(GROUPS.iter().cycle());
    let text = pairs.fold(value.to_string(), |text, (here, there)| text.replace(here, there));
    serde_json::from_str(&text).expect("still JSON")
}

/// Outbound settings may name people, whatever the default of inbound ones may.
fn outbound() -> impl Strategy<Value = Value> {
    let people = prop_oneof![
        3 => Just(target_list("user", "allowed", vec!["AllUsers"])),
        1 => some(&USERS, 2).prop_map(|users| target_list("user", "blocked", users)),
        1 => some(&GROUPS, 2).prop_map(|groups| target_list("group", "allowed", groups)),
        1 => some(&GROUPS, 1).prop_map(|groups| target_list("group", "blocked", groups)),
    ];
    let applications = (
        select(&["allowed", "allowed", "blocked"][..]),
        subsequence(&[APPS[0], APPS[1], "Office365"][..], 0..=2),
        prop_oneof![Just(SELF_SERVICE.to_vec()), some(&SELF_SERVICE, 4)],
    )
        .prop_map(|(access, mut apps, pages)| {
            // Nobody knows which of the pages are in the suite, so beside it all of them are named.
            apps.extend(if apps.contains(&"Office365") { SELF_SERVICE.to_vec() } else { pages });
            target_list("application", access, apps)
        });
    prop_oneof![
        12 => Just(whole_setting("allowed")),
        1 => Just(whole_setting("blocked")),
        4 => (people, applications).prop_map(|(p, a)| json!({"usersAndGroups": p, "applications": a})),
    ]
}

fn settings() -> impl Strategy<Value = Value> {
    (maybe(0.7, outbound()), maybe(0.6, direct_connect()), maybe(0.6, direct_connect())).prop_map(
        |(collaboration, direct_out, direct_in)| {
            json!({"inboundTrust": null, "b2bCollaborationInbound": null, "b2bCollaborationOutbound": collaboration,
                   "b2bDirectConnectInbound": direct_in, "b2bDirectConnectOutbound": direct_out})
        },
    )
}

/// A policy of a home: mostly about registering there.
fn policy() -> impl Strategy<Value = Value> {
    let users = prop_oneof![
        8 => Just(json!({"includeUsers": ["All"]})),
        1 => some(&GROUPS, 2).prop_map(|groups| json!({"includeGroups": groups})),
        1 => some(&ROLES, 1).prop_map(|roles| json!({"includeRoles": roles})),
        1 => some(&USERS, 2).prop_map(|users| json!({"includeUsers": users})),
        1 => some(&GROUPS, 1).prop_map(|groups| json!({"includeUsers": ["All"], "excludeGroups": groups})),
        1 => Just(json!({"includeUsers": ["GuestsOrExternalUsers"]})),
    ];
    let what = select(vec![
        action(REGISTER),
        action(REGISTER),
        action(REGISTER),
        targets(&["All"], &[]),
        targets(&["All"], &[]),
        targets(&["All"], &[APPS[0]]),
        targets(&[APPS[1]], &[]),
    ]);
    let state = select(vec![
        "enabled",
        "enabled",
        "enabled",
        "enabled",
        "disabled",
        "enabledForReportingButNotEnforced",
    ]);
    (users, what, conditions(), grant(), state).prop_map(|(users, what, conditions, grant, state)| {
        let mut policy = assemble(users, what, conditions, grant);
        policy["state"] = json!(state);
        policy
    })
}

/// What a sign-in at home can be told by: not how it reaches the other tenant.
fn conditions() -> impl Strategy<Value = Value> {
    let places = (some(&LOCATIONS_AT_HOME, 2), some(&LOCATIONS_AT_HOME, 1), any::<bool>());
    let levels = || subsequence(&["none", "low", "medium", "high"][..], 1..=2);
    let one = prop_oneof![
        2 => select(vec![json!(["browser"]), json!(["mobileAppsAndDesktopClients", "other"])])
            .prop_map(|clients| ("clientAppTypes", clients)),
        2 => select(vec![json!({"includePlatforms": ["windows", "macOS"], "excludePlatforms": []}),
                         json!({"includePlatforms": ["all"], "excludePlatforms": ["iOS"]})])
            .prop_map(|platforms| ("platforms", platforms)),
        4 => places.prop_map(|(include, exclude, all)| {
            let include = if all { vec!["All"] } else { include };
            ("locations", json!({"includeLocations": include, "excludeLocations": exclude}))
        }),
        3 => levels().prop_map(|levels| ("signInRiskLevels", json!(levels))),
        1 => levels().prop_map(|levels| ("userRiskLevels", json!(levels))),
        2 => devices_condition().prop_map(|devices| ("devices", devices)),
    ];
    weighted(0.5, one).prop_map(|part| {
        let mut value = no_conditions();
        if let Some((key, part)) = part {
            value[key] = part;
        }
        value
    })
}

fn grant() -> impl Strategy<Value = Value> {
    let operator = || select(&["AND", "OR"][..]);
    let device = || select(&["compliantDevice", "domainJoinedDevice"][..]);
    let strength = || select(&STRENGTHS[..3]).prop_map(|id| json!({"id": id}));
    prop_oneof![
        4 => Just(plain_grant(&Value::Null)),
        4 => strength().prop_map(|strength| plain_grant(&strength)),
        2 => (operator(), device()).prop_map(|(o, d)| json!({"operator": o, "builtInControls": ["mfa", d]})),
        1 => (operator(), device(), strength()).prop_map(|(o, d, s)| {
            json!({"operator": o, "builtInControls": [d], "authenticationStrength": s})
        }),
        2 => Just(json!({"operator": "OR", "builtInControls": ["block"]})),
        1 => operator().prop_map(|o| json!({"operator": o, "builtInControls": ["mfa"], "termsOfUse": ["terms-1"]})),
        1 => Just(json!({"operator": "OR", "builtInControls": ["compliantDevice"]})),
    ]
}

impl Home {
    fn files(self, number: usize, name: &str) -> Files {
        let numbered = self.policies.into_iter().enumerate().map(|(at, mut policy)| {
            policy["id"] = json!(format!("e0e0e0e0-{number:04}-4000-8000-00000000000{at}"));
            policy["displayName"] = json!(format!("policy {at} of {name}"));
            policy
        });
        let groups = GROUPS.iter().map(|id| {
            json!({"id": id, "displayName": id, "groupTypes": [], "securityEnabled": true, "mailEnabled": false})
        });
        let partners = self.partner.into_iter().map(|mut partner| {
            partner["tenantId"] = json!(R_TENANT);
            partner
        });
        let mut default = self.default;
        default["@odata.context"] = json!(context("policies/crossTenantAccessPolicy/default/$entity"));
        default["isServiceDefault"] = json!(false);
        let ranges = json!([{"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "203.0.113.0/25"},
                            {"@odata.type": "#microsoft.graph.iPv6CidrRange", "cidrAddress": "2001:db8::/32"}]);
        let places = [
            json!({"@odata.type": "#microsoft.graph.ipNamedLocation", "id": LOCATIONS_AT_HOME[0],
                   "displayName": "office", "isTrusted": true, "ipRanges": ranges}),
            json!({"@odata.type": "#microsoft.graph.countryNamedLocation", "id": LOCATIONS_AT_HOME[1],
                   "displayName": "country", "countriesAndRegions": ["DE"], "countryLookupMethod": "clientIpAddress",
                   "includeUnknownCountriesAndRegions": false}),
        ];
        let mut files = Files::from([
            ("conditionalAccessPolicies.json".into(), page("identity/conditionalAccess/policies", numbered)),
            ("namedLocations.json".into(), page("identity/conditionalAccess/namedLocations", places)),
            ("authenticationMethodsPolicy.json".into(), self.methods),
            ("crossTenantAccessPolicy/default.json".into(), default),
            (
                "crossTenantAccessPolicy/partners.json".into(),
                page("policies/crossTenantAccessPolicy/partners", partners),
            ),
            (
                "identitySecurityDefaultsEnforcementPolicy.json".into(),
                json!({"@odata.context": context("policies/identitySecurityDefaultsEnforcementPolicy/$entity"),
                       "id": "00000000-0000-0000-0000-000000000005", "isEnabled": false}),
            ),
            (
                "organization.json".into(),
                page(
                    "organization",
                    [json!({"id": HOMES[number], "displayName": name,
                                             "verifiedDomains": [{"name": name, "isDefault": true}]})],
                ),
            ),
            ("groups.json".into(), page("groups", groups)),
        ]);
        if let Some(federation) = self.federation {
            federation.stands_in(&mut files, name);
        }
        files
    }
}
