//! Metamorphic laws: what a change of the tenant may do to a sign-in, without an expected value for either.

use crate::generate;
use crate::generate_homes::housed;
use crate::oracle::Readings;
use crate::support::{Files, cases, check, fail, ingest, ingest_with, options, pretty, scenario};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::TestCaseResult;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tenantproof::check::{Outcome, Simulation, simulate};
use tenantproof::model::Id;
use tenantproof::scenario::{Key, Space};

const POLICIES: &str = "conditionalAccessPolicies.json";

/// A tenant, a sign-in, a reading of everything, and which of the tenant's policies the law plays with.
#[derive(Clone, Debug)]
struct Case {
    files: Files,
    scenario: Value,
    readings: Readings,
    chosen: Index,
}

fn case() -> impl Strategy<Value = Case> {
    let parts = (generate::tenant(), generate::scenario(), generate::readings(), any::<Index>());
    parts.prop_map(|(files, scenario, readings, chosen)| Case { files, scenario, readings, chosen })
}

impl Case {
    fn policies(&self) -> Vec<Value> {
        self.files[POLICIES]["value"].as_array().cloned().unwrap_or_default()
    }

    fn with(&self, policies: &[Value]) -> Files {
        let mut files = self.files.clone();
        files.insert(POLICIES.into(), json!({ "value": policies }));
        files
    }

    /// The tenant without the chosen policy, and with it after a change; none if there is no policy.
    fn without_and_with(&self, change: impl Fn(&mut Value)) -> Option<(Files, Files)> {
        let mut policies = self.policies();
        if policies.is_empty() {
            return None;
        }
        let at = self.chosen.index(policies.len());
        let mut without = policies.clone();
        without.remove(at);
        change(&mut policies[at]);
        Some((self.with(&without), self.with(&policies)))
    }

    fn run(&self, files: &Files) -> Result<Simulation, TestCaseError> {
        simulate(&ingest(files), &options(&self.readings), &scenario(&self.scenario))
            .map_err(|error| TestCaseError::fail(format!("{error}\n{}", pretty(files))))
    }

    fn broken<T>(&self, law: &str, before: &Files, after: &Files) -> Result<T, TestCaseError> {
        fail(format!(
            "{law}\nbefore {}\nafter {}\nscenario {}\nreadings {:?}",
            pretty(before),
            pretty(after),
            pretty(&self.scenario),
            self.readings
        ))
    }

    /// Nothing about the outcome may change.
    fn same(&self, law: &str, before: &Files, after: &Files) -> TestCaseResult {
        let (old, new) = (self.run(before)?, self.run(after)?);
        if (old.outcome, old.evidence.code) == (new.outcome, new.evidence.code) {
            return Ok(());
        }
        self.broken(law, before, after)
    }

    /// The outcome may change, but not from this one.
    fn keeps(&self, kept: Outcome, law: &str, before: &Files, after: &Files) -> TestCaseResult {
        if self.run(before)?.outcome == kept && self.run(after)?.outcome != kept {
            return self.broken(law, before, after);
        }
        Ok(())
    }
}

/// The policy reaches the page where methods are registered, or another user action.
fn on_user_action(policy: &Value) -> bool {
    let actions = &policy["conditions"]["applications"]["includeUserActions"];
    actions.as_array().is_some_and(|list| !list.is_empty())
}

#[test]
fn a_disabled_policy_changes_nothing() {
    check(cases(4), &case(), |case| {
        let Some((before, after)) = case.without_and_with(|policy| policy["state"] = json!("disabled"))
        else {
            return Ok(());
        };
        case.same("a disabled policy changed the outcome", &before, &after)
    });
}

#[test]
fn a_policy_for_nobody_changes_nothing() {
    check(cases(4), &case(), |case| {
        let nobody = |policy: &mut Value| {
            policy["state"] = json!("enabled");
            policy["conditions"]["users"] = json!({"includeUsers": ["None"]});
        };
        let Some((before, after)) = case.without_and_with(nobody) else {
            return Ok(());
        };
        case.same("a policy for nobody changed the outcome", &before, &after)
    });
}

#[test]
fn the_order_of_policies_is_irrelevant() {
    check(cases(4), &case(), |case| {
        let mut policies = case.policies();
        let middle = case.chosen.index(policies.len().max(1));
        let middle = middle.min(policies.len());
        policies.rotate_left(middle);
        policies.reverse();
        let after = case.with(&policies);
        let (old, new) = (case.run(&case.files)?, case.run(&after)?);
        let applies = |found: &Simulation| -> BTreeMap<String, (bool, Option<bool>)> {
            let views = found.policies.iter();
            views.map(|view| (view.id.clone(), (view.applies, view.satisfied))).collect()
        };
        if old.outcome != new.outcome || applies(&old) != applies(&new) {
            return case.broken("the order of policies matters", &case.files, &after);
        }
        Ok(())
    });
}

#[test]
fn renaming_policies_is_equivariant() {
    check(cases(4), &case(), |case| {
        let mut policies = case.policies();
        let renamed = |id: &str| id.replace("eeeeeeee-0000", "12341234-9999");
        for policy in &mut policies {
            let id = renamed(policy["id"].as_str().unwrap_or_default());
            policy["displayName"] = json!(format!("the policy {id}"));
            policy["id"] = json!(id);
        }
        let after = case.with(&policies);
        let (old, new) = (case.run(&case.files)?, case.run(&after)?);
        let views =
            |found: &Simulation, name: &dyn Fn(&str) -> String| -> Vec<(String, bool, Option<bool>)> {
                let views = found.policies.iter();
                views.map(|view| (name(&view.id), view.applies, view.satisfied)).collect()
            };
        let same = old.outcome == new.outcome
            && old.rules == new.rules
            && views(&old, &renamed) == views(&new, &str::to_owned);
        if same {
            return Ok(());
        }
        case.broken("the names of policies matter", &case.files, &after)
    });
}

#[test]
fn a_blocking_policy_adds_no_grant() {
    check(cases(4), &case(), |case| {
        let block = |policy: &mut Value| {
            policy["state"] = json!("enabled");
            policy["conditions"]["userRiskLevels"] = json!([]);
            policy["grantControls"] = json!({"operator": "OR", "builtInControls": ["block"]});
        };
        let Some((before, after)) = case.without_and_with(block) else {
            return Ok(());
        };
        let policies = case.policies();
        if on_user_action(&policies[case.chosen.index(policies.len())]) {
            // The service does not accept a block on registering a device (CA-85).
            return Ok(());
        }
        case.keeps(Outcome::Blocked, "a blocking policy let somebody in", &before, &after)
    });
}

#[test]
fn one_more_policy_adds_no_grant() {
    check(cases(4), &case(), |case| {
        let Some((before, after)) = case.without_and_with(|policy| policy["state"] = json!("enabled")) else {
            return Ok(());
        };
        let policies = case.policies();
        if on_user_action(&policies[case.chosen.index(policies.len())]) {
            return Ok(());
        }
        case.keeps(Outcome::Blocked, "one more policy let somebody in", &before, &after)
    });
}

/// One way to take somebody or some sign-ins out of a policy.
fn exclusion() -> impl Strategy<Value = Value> {
    let all = "internalGuest,b2bCollaborationGuest,b2bCollaborationMember,b2bDirectConnectUser,otherExternalUser,serviceProvider";
    let users = |key: &str, value: Value| json!({"users": { key: value }});
    select(vec![
        users("excludeUsers", json!(["All"])),
        users("excludeUsers", json!(["bbbbbbbb-0000-4000-8000-000000000001"])),
        users("excludeGroups", json!(["aaaaaaaa-0000-4000-8000-000000000001"])),
        users("excludeRoles", json!(["62e90394-69f5-4237-9190-012177145e10"])),
        users(
            "excludeGuestsOrExternalUsers",
            json!({"guestOrExternalUserTypes": all, "externalTenants": null}),
        ),
        json!({"platforms": {"includePlatforms": ["all"], "excludePlatforms": ["windows", "iOS"]}}),
        json!({"locations": {"includeLocations": ["All"], "excludeLocations": ["cccccccc-0000-4000-8000-000000000001"]}}),
    ])
}

#[test]
fn an_exclusion_adds_no_block() {
    check(cases(4), &(case(), exclusion()), |(case, exclusion)| {
        if case.scenario["target"]["application"].is_null() {
            return Ok(());
        }
        let mut policies = case.policies();
        if policies.is_empty() {
            return Ok(());
        }
        let at = case.chosen.index(policies.len());
        let policy = &mut policies[at];
        if on_user_action(policy) {
            return Ok(());
        }
        for (part, keys) in exclusion.as_object().into_iter().flatten() {
            // A password change takes no other condition (CA-81).
            let changes = policy["grantControls"].to_string().contains("passwordChange");
            if part != "users" && (changes || !policy["conditions"][part].is_null()) {
                return Ok(());
            }
            for (key, value) in keys.as_object().into_iter().flatten() {
                let old = &policy["conditions"][part][key];
                if old.as_array().is_some_and(|list| !list.is_empty()) || old.is_object() {
                    return Ok(());
                }
                policy["conditions"][part][key] = value.clone();
            }
        }
        let after = case.with(&policies);
        case.keeps(Outcome::Granted, "an exclusion locked somebody out", &case.files, &after)
    });
}

#[test]
fn an_untrusted_location_that_nobody_names_changes_nothing() {
    check(cases(4), &case(), |case| {
        let mut after = case.files.clone();
        let location = json!({"@odata.type": "#microsoft.graph.ipNamedLocation", "isTrusted": false,
            "id": "cccccccc-9999-4000-8000-000000000001", "displayName": "unused",
            "ipRanges": [{"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "203.0.113.0/26"}]});
        if let Some(list) = after.get_mut("namedLocations.json").and_then(|page| page["value"].as_array_mut())
        {
            list.push(location);
        }
        case.same("an unused location changed the outcome", &case.files, &after)
    });
}

/// A counterexample is shown as a scenario: what is read of it has to be the sign-in that was found.
#[test]
fn a_scenario_is_the_sign_in_that_it_was_made_of() {
    let pairs = (generate::tenant(), prop::collection::vec(generate::scenario(), 20));
    check(cases(1), &housed(pairs, true), |(files, homes, all)| {
        let space = Space::of(&ingest_with(&files, &homes).tenant);
        for what in all {
            let at = space.locate(&scenario(&what));
            let stated = scenario(&what).conditions.named_locations;
            let inside: Vec<Id> = stated.iter().map(|id| Id::new(id)).collect();
            let shown = space.scenario_at(&at, &inside);
            let again = space.locate(&shown);
            let differs = |key: &Key| space.name_at(&at, key) != space.name_at(&again, key);
            if let Some(dimension) = space.all().iter().find(|dimension| differs(&dimension.key)) {
                let (key, shown) = (dimension.key.name(), pretty(&shown));
                return fail(format!(
                    "{key} of {}\nis shown as {shown}\ntenant {}",
                    pretty(&what),
                    pretty(&files)
                ));
            }
        }
        Ok(())
    });
}
