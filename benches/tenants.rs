//! Tenants of any size, like those that people have: the same input for the same size.

use serde_json::{Value, json};
use tenantproof::ingest::{Ingested, SourceFile, load_files};

fn id(kind: u32, at: usize) -> String {
    format!("{kind:08x}-0000-4000-8000-{at:012x}")
}

/// So many policies: for staff, groups, roles and guests, on all resources, suites and single applications, with platforms,
/// locations, device filters and risks, demanding MFA, strengths, devices or nothing.
pub(crate) fn policies(count: usize) -> Value {
    (0..count).map(policy).collect()
}

fn policy(at: usize) -> Value {
    let all_guests = "internalGuest,b2bCollaborationGuest,b2bCollaborationMember,b2bDirectConnectUser,otherExternalUser,serviceProvider";
    let mut users = match at % 4 {
        0 => json!({"includeUsers": ["All"]}),
        1 => json!({"includeGroups": [id(1, at % 23)]}),
        2 => json!({"includeRoles": [id(2, at % 11)]}),
        _ => {
            json!({"includeGuestsOrExternalUsers": {"guestOrExternalUserTypes": all_guests, "externalTenants": null}})
        }
    };
    users["excludeGroups"] = json!([id(1, 23 + at % 7)]);
    let applications = match at % 5 {
        0 | 1 => json!({"includeApplications": ["All"]}),
        2 => json!({"includeApplications": ["Office365"]}),
        3 => json!({"includeApplications": [id(3, at % 41)]}),
        _ => json!({"includeApplications": ["All"], "excludeApplications": [id(3, at % 13)]}),
    };
    let mut conditions = json!({"users": users, "applications": applications, "clientAppTypes": ["all"]});
    match at % 7 {
        1 => conditions["platforms"] = json!({"includePlatforms": ["android", "iOS"]}),
        2 => {
            conditions["locations"] = json!({"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]})
        }
        3 => conditions["signInRiskLevels"] = json!(["high"]),
        4 => {
            let rule = format!("device.extensionAttribute1 -eq \"class{}\"", at % 9);
            conditions["devices"] = json!({"deviceFilter": {"mode": "exclude", "rule": rule}});
        }
        5 => conditions["locations"] = json!({"includeLocations": [id(4, at % 19)]}),
        6 => conditions["clientAppTypes"] = json!(["exchangeActiveSync", "other"]),
        _ => {}
    }
    let strength = json!({"id": "00000000-0000-0000-0000-000000000004"});
    let grant = match at % 6 {
        0 | 1 => json!({"operator": "OR", "builtInControls": ["mfa"]}),
        2 => json!({"operator": "OR", "builtInControls": [], "authenticationStrength": strength}),
        3 => json!({"operator": "OR", "builtInControls": ["mfa", "compliantDevice"]}),
        4 => json!({"operator": "OR", "builtInControls": ["block"]}),
        _ => json!({"operator": "AND", "builtInControls": ["mfa", "compliantDevice"]}),
    };
    json!({
        "id": id(9, at), "displayName": format!("Policy {at}"), "state": "enabled", "conditions": conditions,
        "grantControls": grant,
    })
}

fn locations() -> Value {
    let one = |at: usize| {
        let cidr = format!("198.51.{at}.0/24");
        json!({
            "@odata.type": "#microsoft.graph.ipNamedLocation", "id": id(4, at), "displayName": format!("Office {at}"),
            "isTrusted": at.is_multiple_of(2),
            "ipRanges": [{"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": cidr}],
        })
    };
    (0..19).map(one).collect()
}

/// An export with so many policies.
pub(crate) fn files(count: usize) -> Vec<SourceFile> {
    let file = |path: &str, content: &Value| SourceFile {
        path: path.into(),
        bytes: content.to_string().into_bytes(),
    };
    vec![file("conditionalAccessPolicies.json", &policies(count)), file("namedLocations.json", &locations())]
}

/// The same, read.
pub(crate) fn tenant(count: usize) -> Ingested {
    match load_files("bench", &files(count)) {
        Ok(ingested) => ingested,
        Err(error) => panic!("{error}"),
    }
}

/// A What-If request; each `at` is another one.
pub(crate) fn request(at: usize) -> Value {
    json!({
        "signInIdentity": {"@odata.type": "#microsoft.graph.userSignIn", "userId": id(8, at)},
        "signInContext": {
            "@odata.type": "#microsoft.graph.applicationContext", "includeApplications": [id(3, at % 97)]
        },
        "signInConditions": {
            "devicePlatform": (["android", "iOS", "windows", "macOS"][at % 4]),
            "clientAppType": (["browser", "mobileAppsAndDesktopClients", "exchangeActiveSync"][at % 3]),
            "signInRiskLevel": (["none", "low", "medium", "high"][at % 4]),
            "ipAddress": format!("198.51.{}.7", at % 251), "country": "CH",
        },
        "appliedPoliciesOnly": false,
    })
}
