//! What a run says of a tenant since it looked at another one.

use crate::cli::{run, write};
use crate::support::at;
use serde_json::{Value, json};

/// A tenant with these policies, in which everything else is known.
fn tenant_with(policies: &[Value]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let base = std::fs::read_to_string(at("specs/bases/complete.json")).expect("a base");
    let mut files: serde_json::Map<String, Value> = serde_json::from_str(&base).expect("JSON");
    files.insert("conditionalAccessPolicies.json".into(), json!({ "value": policies }));
    for (name, content) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        write(&path, &content.to_string());
    }
    folder
}

fn policy(number: usize, state: &str, application: &str, clients: &[&str], control: &str) -> Value {
    json!({
        "id": format!("a7c4000e-5d21-4e0b-9f3a-6b0d2e8c000{number}"), "displayName": format!("P{number}"), "state": state,
        "conditions": {
            "users": {
                "includeUsers": ["All"],
                "includeGuestsOrExternalUsers": {
                    "guestOrExternalUserTypes": "internalGuest,b2bCollaborationGuest,b2bCollaborationMember,b2bDirectConnectUser,otherExternalUser,serviceProvider",
                    "externalTenants": {"@odata.type": "#microsoft.graph.conditionalAccessAllExternalTenants", "membershipKind": "all"},
                },
            },
            "applications": {"includeApplications": [application]},
            "clientAppTypes": clients,
        },
        "grantControls": {"operator": "OR", "builtInControls": [control]},
    })
}

/// What a run says of another tenant since it looked at one, as JSON.
fn since(then: &[Value], listing: &[&str], now: &[Value], code: i32) -> Value {
    let (then, now) = (tenant_with(then), tenant_with(now));
    let baseline = then.path().join("report.txt");
    let shown = |folder: &tempfile::TempDir| folder.path().to_string_lossy().into_owned();
    let check =
        |tenant: &str| ["check", tenant, "--property", "bypass.mfa", "--format", "json"].map(str::to_owned);
    let first: Vec<String> =
        check(&shown(&then)).into_iter().chain(listing.iter().map(|&word| word.to_owned())).collect();
    let first: Vec<&str> = first.iter().map(String::as_str).collect();
    write(&baseline, &run(&first).out);
    let baseline = baseline.to_string_lossy().into_owned();
    let second: Vec<String> = check(&shown(&now))
        .into_iter()
        .chain(["--baseline".to_owned(), baseline, "--fail-on-new".to_owned()])
        .collect();
    let second: Vec<&str> = second.iter().map(String::as_str).collect();
    run(&second).exits(code).json()["baseline"].clone()
}

#[test]
fn what_a_baseline_held_is_not_new_and_what_it_did_not_hold_is() {
    let count = |since: &Value, key: &str| since[key].as_array().map_or(0, Vec::len);
    let (one, two) = ("11111111-0000-4000-8000-000000000001", "22222222-0000-4000-8000-000000000002");
    let asks = |number, state, application| policy(number, state, application, &["all"], "mfa");
    // An application that loses its policy is one of all others, by the same id.
    let both = [asks(1, "enabled", one), asks(2, "enabled", two)];
    let less = [asks(1, "disabled", one), asks(2, "enabled", two)];
    let wider = since(&both, &[], &less, 1);
    assert_eq!((count(&wider, "new"), count(&wider, "unchanged")), (1, 0), "{wider}");
    let narrower = since(&less, &[], &both, 0);
    assert_eq!((count(&narrower, "new"), count(&narrower, "unchanged")), (0, 1), "{narrower}");
    // Who is kept out of something brings nobody in.
    let legacy = |state| policy(3, state, "All", &["exchangeActiveSync", "other"], "block");
    let (before, after) =
        ([asks(1, "enabled", one), legacy("disabled")], [asks(1, "enabled", one), legacy("enabled")]);
    let hardened = since(&before, &[], &after, 0);
    assert!(count(&hardened, "new") == 0 && count(&hardened, "narrower") > 0, "{hardened}");
    let softened = since(&after, &[], &before, 1);
    assert!(count(&softened, "new") > 0, "{softened}");
    // A list that was cut short says so.
    let browsers =
        [policy(4, "enabled", one, &["browser"], "mfa"), policy(5, "enabled", two, &["browser"], "mfa")];
    let cut = since(&browsers, &["--max-counterexamples", "1"], &browsers, 1);
    assert!(
        count(&cut, "new") > 0 && cut["differs"][0].as_str().is_some_and(|what| what.contains("bypass.mfa")),
        "{cut}"
    );
}
