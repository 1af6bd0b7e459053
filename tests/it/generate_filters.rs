//! Filters, the devices that they look at, and applications with attributes: part of the generated tenants and sign-ins.
//!
//! The pools are such that every way in which the comparisons can come out together is one of the devices.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

const MODELS: [Option<&str>; 11] = [
    None,
    Some("Surface Go"),
    Some("Surface Pro"),
    Some("Surface Pro 9"),
    Some("surface pro"),
    Some("SURFACE Lab"),
    Some("SURFACE Pro"),
    Some("MacBook Pro"),
    Some("Pro One"),
    Some("X1"),
    Some("x1"),
];
const TAGS: [Option<&str>; 3] = [None, Some("PAW"), Some("paw")];
const MANAGERS: [Option<&str>; 2] = [None, Some("0000000a-0000-0000-c000-000000000000")];
const OWNERS: [Option<&str>; 3] = [None, Some("Personal"), Some("Company")];
const PROFILES: [Option<&str>; 3] = [None, Some("SecureVM"), Some("IoT")];
const JOINED: [&str; 3] = ["AzureAD", "ServerAD", "Workplace"];

const COMPARISONS: [&str; 20] = [
    "device.model -startsWith \"Surface\"",
    "device.model -notStartsWith \"SURFACE\"",
    "device.model -contains \"Pro\"",
    "device.model -notContains \"Pro\"",
    "device.model -eq \"X1\"",
    "device.model -ne \"X1\"",
    "device.model -in [\"X1\", \"Surface Go\"]",
    "device.model -notIn [\"X1\", \"Surface Go\"]",
    "device.model -endsWith \"Pro\"",
    "device.extensionAttribute1 -eq \"PAW\"",
    "device.extensionAttribute1 -ne \"PAW\"",
    "device.deviceOwnership -eq \"Company\"",
    "device.profileType -ne \"RegisteredDevice\"",
    "device.systemLabels -contains \"M365Managed\"",
    "device.systemLabels -notContains \"M365Managed\"",
    "device.isCompliant -eq True",
    "device.isCompliant -ne True",
    "device.trustType -eq \"ServerAD\"",
    "device.trustType -ne \"AzureAD\"",
    "device.mdmAppId -eq \"0000000a-0000-0000-c000-000000000000\"",
];

fn rule(comparisons: &'static [&'static str]) -> impl Strategy<Value = String> {
    let one = (select(comparisons), prop::bool::weighted(0.15))
        .prop_map(|(text, negated)| if negated { format!("-not ({text})") } else { text.to_owned() });
    let joined = |inner: BoxedStrategy<String>| {
        (inner.clone(), select(&["-and", "-or"][..]), inner)
            .prop_map(|(a, word, b)| format!("({a}) {word} {b}"))
    };
    let one = one.boxed();
    prop_oneof![3 => one.clone(), 3 => joined(one.clone()), 1 => joined(joined(one).boxed())]
}

fn mode() -> impl Strategy<Value = &'static str> {
    select(&["include", "exclude"][..])
}

/// `conditions.devices`.
pub(crate) fn devices_condition() -> impl Strategy<Value = Value> {
    (mode(), rule(&COMPARISONS))
        .prop_map(|(mode, rule)| json!({"deviceFilter": {"mode": mode, "rule": rule}}))
}

/// `conditions.deviceStates` of older exports.
pub(crate) fn device_states() -> impl Strategy<Value = Value> {
    subsequence(&["Compliant", "DomainJoined"][..], 1..=2)
        .prop_map(|out| json!({"includeStates": ["All"], "excludeStates": out}))
}

/// The device of a sign-in.
pub(crate) fn device() -> impl Strategy<Value = Value> {
    let basics = (select(&JOINED[..]), any::<bool>(), any::<bool>());
    let attributes = (
        select(&MODELS[..]),
        select(&TAGS[..]),
        select(&MANAGERS[..]),
        select(&OWNERS[..]),
        select(&PROFILES[..]),
    );
    (basics, attributes).prop_map(|((joined, compliant, label), (model, tag, manager, owner, profile))| {
        let labels = if label { vec!["m365managed", "other"] } else { Vec::new() };
        json!({"trustType": joined, "isCompliant": compliant, "deviceId": "99999999-0000-4000-8000-000000000001",
               "model": model, "extensionAttribute1": tag, "mdmAppId": manager, "deviceOwnership": owner,
               "profileType": profile, "systemLabels": labels})
    })
}

/// No device, and every device that the comparisons of a tenant can tell apart.
pub(crate) fn all_devices(tenant: &str) -> Vec<Value> {
    let mut devices = vec![json!({})];
    let pick = |devices: &mut Vec<Value>, key: &str, values: &[Value]| {
        let looked_at = tenant.contains(&format!("device.{key} "));
        let managed = key == "mdmAppId" && tenant.contains("extensionAttribute1");
        if looked_at || managed || matches!(key, "trustType" | "isCompliant") {
            let with = |device: &Value, value: &Value| {
                let mut device = device.clone();
                device[key] = value.clone();
                device
            };
            *devices =
                devices.iter().flat_map(|device| values.iter().map(|value| with(device, value))).collect();
        }
    };
    let listed = |values: &[Option<&str>]| values.iter().map(|v| json!(v)).collect::<Vec<_>>();
    pick(&mut devices, "trustType", &JOINED.map(|joined| json!(joined)));
    pick(&mut devices, "isCompliant", &[json!(false), json!(true)]);
    pick(&mut devices, "model", &listed(&MODELS));
    pick(&mut devices, "extensionAttribute1", &listed(&TAGS));
    pick(&mut devices, "mdmAppId", &listed(&MANAGERS));
    pick(&mut devices, "deviceOwnership", &listed(&OWNERS));
    pick(&mut devices, "profileType", &listed(&PROFILES));
    pick(&mut devices, "systemLabels", &[json!([]), json!(["M365Managed"])]);
    devices.push(Value::Null);
    devices
}

const ATTRIBUTES: [&str; 6] = [
    "CustomSecurityAttribute.Estate_Tier -eq \"red\"",
    "CustomSecurityAttribute.Estate_Tier -ne \"red\"",
    "CustomSecurityAttribute.Estate_Tier -startsWith \"b\"",
    "CustomSecurityAttribute.Estate_Tags -in [\"public\", \"lab\"]",
    "CustomSecurityAttribute.Estate_Tags -notContains \"pub\"",
    "CustomSecurityAttribute.Other_Owner -eq \"nobody\"",
];

/// `applicationFilter`.
pub(crate) fn application_filter() -> impl Strategy<Value = Value> {
    (mode(), rule(&ATTRIBUTES)).prop_map(|(mode, rule)| json!({"mode": mode, "rule": rule}))
}

/// The service principals of some applications, with attributes of all kinds.
pub(crate) fn service_principals(applications: &[&str]) -> Vec<Value> {
    let attributes = [
        json!({"Estate": {"@odata.type": "#x", "Tier": "Red", "Tags": ["public", "web"]}}),
        json!({"Estate": {"@odata.type": "#x", "Tier": "blue"}}),
        Value::Null,
    ];
    let numbered = applications.iter().zip(attributes.iter().cycle()).enumerate();
    numbered
        .map(|(number, (app, attributes))| {
            json!({"id": format!("5a000000-0000-4000-8000-{number:012}"), "appId": app, "displayName": app,
                   "servicePrincipalType": "Application", "customSecurityAttributes": attributes})
        })
        .collect()
}
