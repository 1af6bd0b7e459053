//! Tenants so small that every sign-in of them can be looked at.

use crate::generate;
use crate::generate_homes::housed;
use crate::oracle::Readings;
use crate::support::{Files, Homes};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::Value;

/// A tenant with its homes and readings, the number of a property, and draws.
pub(crate) type Small = (Files, Homes, Readings, usize, Vec<Index>);

/// Tenants with few policies, readings, one of `asked` properties, and what the rest is drawn with.
pub(crate) fn small(asked: usize) -> impl Strategy<Value = Small> {
    let asked = select((0..asked).collect::<Vec<_>>());
    let tenant = housed((generate::tenant(), vec(generate::scenario(), 1)), true);
    let parts = (tenant, generate::readings(), asked, vec(any::<Index>(), 61));
    parts.prop_map(|((mut files, homes, _), readings, asked, draws)| {
        let policies = files.get_mut("conditionalAccessPolicies.json").expect("policies");
        policies["value"].as_array_mut().expect("a list").truncate(1 + draws[2].index(3));
        (files, homes, readings, asked, draws)
    })
}

/// Tenants of which little matters: one policy, with one condition beside users and applications, two methods, one partner.
pub(crate) fn smaller(asked: usize) -> impl Strategy<Value = Small> {
    small(asked).prop_map(|(mut files, _, readings, asked, draws)| {
        let policies = files.get_mut("conditionalAccessPolicies.json").expect("policies");
        for policy in policies["value"].as_array_mut().expect("a list") {
            let conditions = policy["conditions"].as_object_mut().expect("conditions");
            let others: Vec<String> = conditions
                .iter()
                .filter(|(name, value)| {
                    !["users", "applications"].contains(&name.as_str()) && !value.is_null()
                })
                .map(|(name, _)| name.clone())
                .collect();
            let kept = (!others.is_empty()).then(|| others[draws[3].index(others.len())].clone());
            for name in others.iter().filter(|name| Some(*name) != kept.as_ref()) {
                let none = if name == "clientAppTypes" { serde_json::json!(["all"]) } else { Value::Null };
                conditions.insert(name.clone(), none);
            }
        }
        for (file, most) in [("crossTenantAccessPolicy/partners.json", 1), ("domains.json", 1)] {
            if let Some(list) = files.get_mut(file).and_then(|file| file["value"].as_array_mut()) {
                list.truncate(most);
            }
        }
        let first = files["domains.json"]["value"][0]["id"].as_str().map(|first| format!("'{first}'"));
        let of_first = |file: &Value| {
            let context = file["@odata.context"].as_str();
            context.zip(first.as_deref()).is_some_and(|(context, first)| context.contains(first))
        };
        files.retain(|name, file| !name.starts_with("federation") || of_first(file));
        let methods = files.get_mut("authenticationMethodsPolicy.json").expect("a methods policy");
        let methods = methods["authenticationMethodConfigurations"].as_array_mut().expect("a list");
        let kept = [draws[4], draws[5]].map(|draw| draw.index(methods.len().max(1)));
        for (_, method) in methods.iter_mut().enumerate().filter(|(at, _)| !kept.contains(at)) {
            method["state"] = serde_json::json!("disabled");
        }
        (files, Homes::default(), readings, asked, draws)
    })
}
