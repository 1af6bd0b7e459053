//! Sign-ins that meet the rarer rules: now and then a generated tenant gets one more policy, and the sign-in what it is about.

use crate::support::Files;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

const TEAMS: &str = "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe";
const REGISTER: &str = "urn:user:registersecurityinfo";
const REGISTER_DEVICE: &str = "urn:user:registerdevice";
const PHISHING_RESISTANT: &str = "00000000-0000-0000-0000-000000000004";
const DIRECT_CONNECT: &str = "b2bDirectConnectUser";

/// A tenant and a sign-in; one in five has been brought together.
pub(crate) fn focused(pairs: impl Strategy<Value = (Files, Value)>) -> impl Strategy<Value = (Files, Value)> {
    let focus = prop_oneof![16 => Just(0_u8), 1 => Just(1), 1 => Just(2), 1 => Just(3), 1 => Just(4)];
    let kinds = select(vec!["b2bCollaborationGuest", "b2bCollaborationMember", DIRECT_CONNECT]);
    (pairs, focus, kinds, any::<bool>()).prop_map(|((mut files, mut what), focus, kind, side)| {
        match focus {
            1 => registering_a_device(&mut files, &mut what, side),
            2 => on_the_page(&mut files, &mut what, side),
            3 => known_twice(&mut files, &mut what, kind, side),
            4 => elsewhere(&mut files, &mut what, side),
            _ => {}
        }
        (files, what)
    })
}

fn add(files: &mut Files, users: &Value, applications: &Value, grant: &Value) {
    let policies =
        files.get_mut("conditionalAccessPolicies.json").and_then(|page| page["value"].as_array_mut());
    policies.expect("a page of policies").push(json!({
        "id": "eeeeeeee-0000-4000-8000-00000000ffff", "displayName": "focus", "state": "enabled",
        "conditions": {"users": users, "applications": applications, "clientAppTypes": ["all"]},
        "grantControls": grant,
    }));
}

fn everybody() -> Value {
    json!({"includeUsers": ["All"]})
}

/// CA-37.
fn registering_a_device(files: &mut Files, what: &mut Value, hello: bool) {
    let strength = json!({"operator": "OR", "builtInControls": [], "authenticationStrength": {"id": PHISHING_RESISTANT}});
    add(files, &everybody(), &json!({"includeUserActions": [REGISTER_DEVICE]}), &strength);
    what["target"] = json!({"userAction": REGISTER_DEVICE});
    what["credentials"]["firstFactor"] = json!(if hello { "windowsHelloForBusiness" } else { "fido2" });
}

/// CA-38.
fn on_the_page(files: &mut Files, what: &mut Value, google: bool) {
    let mfa = json!({"operator": "OR", "builtInControls": ["mfa"]});
    add(files, &everybody(), &json!({"includeUserActions": [REGISTER]}), &mfa);
    what["user"]["kind"] = json!("b2bCollaborationGuest");
    what["user"]["alsoKind"] = Value::Null;
    what["user"]["identityProvider"] = json!(if google { "google" } else { "msa" });
    what["user"]["homeTenant"] = Value::Null;
    what["target"] = json!({"userAction": REGISTER});
    what["credentials"]["registeredResource"] = if google { json!(["softwareOath"]) } else { json!([]) };
}

/// CA-27, EXT-4.
fn known_twice(files: &mut Files, what: &mut Value, named: &str, delegated: bool) {
    let grant = json!({"operator": "OR", "builtInControls": ["block"]});
    let users =
        json!({"includeGuestsOrExternalUsers": {"guestOrExternalUserTypes": named, "externalTenants": null}});
    add(files, &users, &json!({"includeApplications": ["All"]}), &grant);
    let open = json!({
        "usersAndGroups": {"accessType": "allowed", "targets": [{"target": "AllUsers", "targetType": "user"}]},
        "applications": {"accessType": "allowed", "targets": [{"target": "AllApplications", "targetType": "application"}]},
    });
    if let Some(default) = files.get_mut("crossTenantAccessPolicy/default.json") {
        default["b2bDirectConnectInbound"] = open.clone();
        default["b2bDirectConnectOutbound"] = open;
    }
    let (kind, also) = match (named == DIRECT_CONNECT, delegated) {
        (true, _) => ("b2bCollaborationGuest", DIRECT_CONNECT),
        (false, true) => ("serviceProvider", named),
        (false, false) => (DIRECT_CONNECT, named),
    };
    what["user"]["kind"] = json!(kind);
    what["user"]["alsoKind"] = json!(also);
    what["user"]["identityProvider"] = json!("entra");
    what["target"] = json!({"application": TEAMS});
}

/// CA-4, EXT-23, EXT-25: controls and states that are rare with guests whose home is trusted.
fn elsewhere(files: &mut Files, what: &mut Value, custom: bool) {
    let all = json!({"includeApplications": ["All"]});
    let grant = if custom {
        json!({"operator": "OR", "builtInControls": [], "customAuthenticationFactors": ["f1"]})
    } else {
        json!({"operator": "AND", "builtInControls": ["mfa", "passwordChange"]})
    };
    add(files, &everybody(), &all, &grant);
    let policies = files.get_mut("conditionalAccessPolicies.json").expect("policies");
    let policies = policies["value"].as_array_mut().expect("a list");
    let added = policies.last_mut().expect("one was added");
    if custom {
        added["conditions"]["deviceStates"] =
            json!({"includeStates": ["All"], "excludeStates": ["Compliant"]});
    } else {
        added["conditions"]["userRiskLevels"] = json!(["high", "medium"]);
        what["conditions"]["userRiskLevel"] = json!("high");
    }
    if let Some(default) = files.get_mut("crossTenantAccessPolicy/default.json") {
        default["inboundTrust"] = json!({"isMfaAccepted": true, "isCompliantDeviceAccepted": true,
                                         "isHybridAzureADJoinedDeviceAccepted": true});
    }
}
