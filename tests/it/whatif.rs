//! What-If requests as Graph's documentation writes them, against a tenant with one policy for each thing they can say.

use crate::support::{Files, ingest};
use serde_json::{Value, json};
use tenantproof::check::{Options, WhatIf};
use tenantproof::ingest::{Ingested, read_requests};
use tenantproof::report::{WhatIfLines, whatif_json};

const ALICE: &str = "15dc174b-f34c-4588-ac45-61d6e05dce93";
const GUEST: &str = "15dc174b-f34c-4588-ac45-61d6e05dce94";
const OUTER: &str = "99999999-0000-4000-8000-000000000001";
const INNER: &str = "99999999-0000-4000-8000-000000000002";
const ADMIN: &str = "62e90394-69f5-4237-9190-012177145e10";
const OFFICE: &str = "cccccccc-0000-4000-8000-000000000001";
const UNLISTED: &str = "99999999-0000-4000-8000-000000000003";
const PARTNER: &str = "1d4f7a90-5c1e-4b8e-9b1f-6a2c0d3e4f51";
/// Somebody of whom the export gives no user type.
const UNTYPED: &str = "15dc174b-f34c-4588-ac45-61d6e05dce96";
const WORKLOAD: &str = "5a000000-0000-4000-8000-000000000001";

/// A policy by its name, on everybody and everything except for what is given.
fn policy(name: &str, changes: &Value) -> Value {
    let mut policy = json!({
        "id": name, "displayName": name, "state": "enabled",
        "conditions": {
            "users": {"includeUsers": ["All"]}, "applications": {"includeApplications": ["All"]},
            "clientAppTypes": ["all"]
        },
        "grantControls": {"operator": "OR", "builtInControls": ["mfa"]}
    });
    for (key, value) in changes.as_object().into_iter().flatten() {
        match key.as_str() {
            "state" | "grantControls" => policy[key] = value.clone(),
            _ => policy["conditions"][key] = value.clone(),
        }
    }
    policy
}

fn tenant() -> Ingested {
    let policies = json!([
        policy("everybody", &json!({})),
        policy("report-only", &json!({"state": "enabledForReportingButNotEnforced"})),
        policy("off", &json!({"state": "disabled"})),
        policy("not-alice", &json!({"users": {"includeUsers": ["All"], "excludeUsers": [ALICE]}})),
        policy("outer", &json!({"users": {"includeGroups": [OUTER]}})),
        policy("unlisted", &json!({"users": {"includeGroups": [UNLISTED]}})),
        policy("not-unlisted", &json!({"users": {"includeUsers": ["All"], "excludeGroups": [UNLISTED]}})),
        policy("unknown-role", &json!({"users": {"includeRoles": [UNLISTED]}})),
        policy(
            "partner",
            &json!({"users": {"includeGuestsOrExternalUsers": {
            "guestOrExternalUserTypes": "b2bCollaborationGuest", "externalTenants": {
                "@odata.type": "#microsoft.graph.conditionalAccessEnumeratedExternalTenants",
                "membershipKind": "enumerated", "members": [PARTNER]}}}})
        ),
        policy("admins", &json!({"users": {"includeRoles": [ADMIN]}})),
        policy(
            "guests",
            &json!({"users": {"includeGuestsOrExternalUsers": {
            "guestOrExternalUserTypes": "b2bCollaborationGuest", "externalTenants": null}}})
        ),
        policy(
            "sharepoint",
            &json!({"applications": {"includeApplications": ["00000003-0000-0ff1-ce00-000000000000"]}})
        ),
        policy("suite", &json!({"applications": {"includeApplications": ["Office365"]}})),
        policy(
            "registration",
            &json!({"applications": {"includeUserActions": ["urn:user:registersecurityinfo"]}})
        ),
        policy(
            "context",
            &json!({"applications": {"includeAuthenticationContextClassReferences": ["c1", "c37"]}})
        ),
        policy("windows", &json!({"platforms": {"includePlatforms": ["windows"]}})),
        policy("browser", &json!({"clientAppTypes": ["browser"]})),
        policy("office", &json!({"locations": {"includeLocations": [OFFICE]}})),
        policy("risky", &json!({"signInRiskLevels": ["high"]})),
        policy("risky-user", &json!({"userRiskLevels": ["high"]})),
        policy("insider", &json!({"insiderRiskLevels": "elevated"})),
        policy("code", &json!({"authenticationFlows": {"transferMethods": "deviceCodeFlow"}})),
        policy(
            "managed",
            &json!({"devices": {"deviceFilter": {"mode": "include", "rule": "device.isCompliant -eq True"}}})
        ),
        policy(
            "surface",
            &json!({"devices": {"deviceFilter": {"mode": "include", "rule": "device.model -startsWith \"Surface\""}}})
        ),
        policy("nobody", &json!({"users": {}})),
        policy(
            "refused",
            &json!({"grantControls": {"operator": "AND", "builtInControls": ["block", "mfa"]}})
        ),
        policy(
            "workload",
            &json!({"users": {"includeUsers": ["None"]},
            "clientApplications": {"includeServicePrincipals": [WORKLOAD], "excludeServicePrincipals": []},
            "servicePrincipalRiskLevels": ["high"],
            "grantControls": {"operator": "OR", "builtInControls": ["block"]}})
        ),
    ]);
    let member = |id: &str| json!({"@odata.type": "#microsoft.graph.user", "id": id});
    let group = |id: &str, members: Value| {
        json!({"id": id, "displayName": id, "groupTypes": [], "securityEnabled": true, "mailEnabled": false,
               "members": members})
    };
    let files: Files = [
        ("conditionalAccessPolicies.json", policies),
        (
            "groups.json",
            json!([
                group(OUTER, json!([{"@odata.type": "#microsoft.graph.group", "id": INNER}])),
                group(INNER, json!([member(ALICE)])),
                {"id": UNLISTED, "displayName": "Unlisted", "groupTypes": [], "securityEnabled": true, "mailEnabled": false}
            ]),
        ),
        (
            "users.json",
            json!([
                {"id": ALICE, "userPrincipalName": "alice@contoso.example", "userType": "Member", "identities": [
                    {"signInType": "userPrincipalName", "issuer": "contoso.example", "issuerAssignedId": "alice"}]},
                {"id": GUEST, "userPrincipalName": "bob_fabrikam.example#EXT#@contoso.example", "userType": "Guest",
                 "identities": [{"signInType": "federated", "issuer": "ExternalAzureAD", "issuerAssignedId": null}]},
                {"id": UNTYPED, "userPrincipalName": "a_b#EXT#@contoso.example"}
            ]),
        ),
        (
            "directoryRoles.json",
            json!([{"id": "r", "roleTemplateId": ADMIN, "members": [member(GUEST)]},
                   {"id": "s", "roleTemplateId": UNLISTED}]),
        ),
        (
            "namedLocations.json",
            json!([{"@odata.type": "#microsoft.graph.ipNamedLocation", "id": OFFICE, "displayName": "Office",
                    "isTrusted": false, "ipRanges": [
                        {"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "40.77.182.0/24"}]}]),
        ),
    ]
    .into_iter()
    .map(|(name, content)| (name.to_owned(), content))
    .collect();
    ingest(&files)
}

/// The answers to one request: for each policy `applies`, or the reasons why it does not.
fn answers(request: &Value) -> Vec<(String, String)> {
    let ingested = tenant();
    let requests = read_requests("request.json", request.to_string().as_bytes());
    let request = requests.unwrap_or_else(|error| panic!("{error}")).remove(0);
    let answers = WhatIf::new(&ingested, &Options::default()).answer(&request);
    let response = whatif_json(&ingested, &answers, request.applied_only);
    let mut line = String::new();
    WhatIfLines::new(&ingested).add(&answers, request.applied_only, &mut line);
    let line: Value = serde_json::from_str(&line).expect("a line is JSON");
    assert_eq!(line, response, "a line says what the document says");
    let all = response["value"].as_array().expect("a list");
    all.iter()
        .map(|policy| {
            let name = policy["displayName"].as_str().unwrap_or_default().to_owned();
            let reasons = policy["analysisReasons"].as_str().unwrap_or_default().to_owned();
            assert_eq!(policy["policyApplies"], json!(reasons == "notSet"));
            (name, if reasons == "notSet" { "applies".to_owned() } else { reasons })
        })
        .collect()
}

fn expect(request: &Value, expected: &[(&str, &str)]) {
    let found = answers(request);
    for (name, what) in expected {
        let answer = found.iter().find(|(policy, _)| policy == name);
        assert_eq!(answer.map(|(_, what)| what.as_str()), Some(*what), "{name} for {request}");
    }
}

/// The first example of Graph's page on `evaluate`.
fn documented() -> Value {
    json!({
        "signInIdentity": {"@odata.type": "#microsoft.graph.userSignIn", "userId": ALICE},
        "signInContext": {"@odata.type": "#microsoft.graph.applicationContext",
                          "includeApplications": ["00000003-0000-0ff1-ce00-000000000000"]},
        "signInConditions": {
            "devicePlatform": "android", "clientAppType": "browser", "signInRiskLevel": "high", "userRiskLevel": "high",
            "country": "US", "ipAddress": "40.77.182.32", "insiderRiskLevel": "elevated",
            "authenticationFlow": {"transferMethod": "deviceCodeFlow"}, "deviceInfo": {"isCompliant": true}
        },
        "appliedPoliciesOnly": false
    })
}

#[test]
fn the_documented_request_is_answered() {
    expect(
        &documented(),
        &[
            ("everybody", "applies"),
            ("report-only", "applies"),
            ("off", "policyNotEnabled"),
            ("not-alice", "users"),
            ("outer", "applies"),
            ("admins", "users"),
            ("guests", "users"),
            ("sharepoint", "applies"),
            ("suite", "applies"),
            ("registration", "userActions"),
            ("context", "authenticationContext"),
            ("windows", "devicePlatform"),
            ("browser", "applies"),
            ("office", "applies"),
            ("risky", "applies"),
            ("risky-user", "applies"),
            ("insider", "applies"),
            ("code", "applies"),
            // Device code flow carries no device.
            ("managed", "devices"),
            ("nobody", "emptyPolicy"),
            ("refused", "invalidPolicy"),
            ("workload", "users,workloadIdentities"),
        ],
    );
}

#[test]
fn only_applied_policies_are_answered_where_that_is_asked() {
    let mut request = documented();
    request["appliedPoliciesOnly"] = json!(true);
    let found = answers(&request);
    assert!(found.iter().all(|(_, what)| what == "applies"));
    assert_eq!(found.len(), 11);
}

#[test]
fn what_is_left_out_is_not_guessed() {
    let request = json!({
        "signInIdentity": {"@odata.type": "#microsoft.graph.userSignIn", "userId": ALICE},
        "signInContext": {"@odata.type": "#microsoft.graph.applicationContext", "includeApplications": ["All"]}
    });
    expect(
        &request,
        &[
            ("everybody", "applies"),
            ("windows", "notEnoughInformation"),
            ("browser", "notEnoughInformation"),
            ("office", "notEnoughInformation"),
            ("managed", "notEnoughInformation"),
            ("risky", "signInRisk"),
            ("insider", "insiderRisk"),
            ("code", "authenticationFlow"),
            ("sharepoint", "application"),
        ],
    );
}

#[test]
fn a_device_is_seen_as_far_as_it_is_told() {
    let mut request = documented();
    request["signInConditions"]["authenticationFlow"] = Value::Null;
    expect(
        &request,
        &[("managed", "applies"), ("surface", "notEnoughInformation"), ("code", "authenticationFlow")],
    );
    request["signInConditions"]["deviceInfo"] = json!({"trustType": "AzureAD", "model": "Surface Pro"});
    expect(&request, &[("managed", "notEnoughInformation"), ("surface", "applies")]);
    request["signInConditions"]["deviceInfo"] = json!({"isCompliant": false, "model": "X1"});
    expect(&request, &[("managed", "devices"), ("surface", "devices")]);
}

#[test]
fn what_the_directory_leaves_open_is_not_guessed() {
    let mut request = documented();
    let open = "notEnoughInformation";
    expect(
        &request,
        &[("unlisted", open), ("not-unlisted", open), ("unknown-role", open), ("outer", "applies")],
    );
    expect(&request, &[("admins", "users"), ("guests", "users"), ("partner", "users")]);
    request["signInIdentity"]["userId"] = json!(GUEST);
    expect(&request, &[("guests", "applies"), ("partner", open)]);
    request["signInIdentity"] = json!({"externalUserType": "b2bCollaborationGuest"});
    expect(&request, &[("guests", "applies"), ("partner", open)]);
    request["signInIdentity"]["externalTenantId"] = json!(PARTNER);
    expect(&request, &[("guests", "applies"), ("partner", "applies")]);
    request["signInIdentity"] = json!({"@odata.type": "#microsoft.graph.userSignIn", "userId": UNTYPED});
    expect(&request, &[("guests", open), ("partner", open)]);
}

#[test]
fn people_are_as_the_directory_knows_them() {
    let mut request = documented();
    request["signInIdentity"]["userId"] = json!(GUEST);
    expect(
        &request,
        &[("guests", "applies"), ("admins", "applies"), ("outer", "users"), ("not-alice", "applies")],
    );
    request["signInIdentity"]["userId"] = json!("15dc174b-f34c-4588-ac45-61d6e05dce95");
    expect(&request, &[("everybody", "applies"), ("outer", "notEnoughInformation"), ("guests", "users")]);
    request["signInIdentity"] = json!({"externalUserType": "b2bCollaborationGuest",
                                       "externalTenantId": "1d4f7a90-5c1e-4b8e-9b1f-6a2c0d3e4f51"});
    expect(&request, &[("everybody", "applies"), ("guests", "applies")]);
}

#[test]
fn contexts_actions_and_workloads_are_targets_of_their_own() {
    let mut request = documented();
    request["signInContext"] =
        json!({"@odata.type": "#microsoft.graph.authContext", "authenticationContextValue": "c37"});
    expect(
        &request,
        &[("context", "applies"), ("sharepoint", "application"), ("registration", "userActions")],
    );
    request["signInContext"] = json!({"@odata.type": "#microsoft.graph.userActionContext", "userAction": "registerSecurityInformation"});
    expect(&request, &[("registration", "applies"), ("context", "authenticationContext")]);
    let mut request = documented();
    request["signInIdentity"] =
        json!({"@odata.type": "#microsoft.graph.servicePrincipalSignIn", "servicePrincipalId": WORKLOAD});
    request["signInConditions"]["servicePrincipalRiskLevel"] = json!("high");
    expect(&request, &[("workload", "applies"), ("everybody", "users")]);
    request["signInConditions"]["servicePrincipalRiskLevel"] = json!("low");
    expect(&request, &[("workload", "workloadIdentities")]);
}

#[test]
fn a_wrong_request_says_where() {
    for (wrong, pointer, words) in
        [(json!({}), "", "signInIdentity"), (json!([documented(), 1]), "/1", "has to be an object")]
    {
        let error =
            read_requests("r.json", wrong.to_string().as_bytes()).expect_err("it is wrong").to_string();
        assert!(error.contains(pointer) && error.contains(words), "{error}");
    }
    let mut request = documented();
    request["signInConditions"]["clientAppType"] = json!("smartFridge");
    request["signInConditions"]["ipAddress"] = json!("40.77.182");
    request["colour"] = json!("red");
    let error = read_requests("r.json", request.to_string().as_bytes()).expect_err("it is wrong").to_string();
    for words in ["/signInConditions/clientAppType", "smartFridge", "/signInConditions/ipAddress", "/colour"]
    {
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn many_requests_stand_on_lines() {
    let text = format!("{}\n\n{}\n", documented(), documented());
    assert_eq!(read_requests("r.ndjson", text.as_bytes()).map(|all| all.len()).ok(), Some(2));
    let broken = format!("{}\n{{\"signInIdentity\": \n", documented());
    let error = read_requests("r.ndjson", broken.as_bytes()).expect_err("it is cut off").to_string();
    assert!(error.contains("line 2"), "{error}");
}
