//! What properties claim of somebody who gets in: what was proved, whose word it rests on, and what another sign-in of the same
//! person would have been held to.

use super::Oracle;
use super::applies::{applies, excludes_target, in_trusted_location, matches_but_for_target};
use super::controls::{Demand, State};
use super::methods::Methods;
use super::scenario::{Scenario, id, text, texts};
use super::search::{Walk, lets_through};
use serde_json::{Value, json};

/// Whose word is left out to see whether somebody gets in without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Evidence {
    /// MFA of tenants without a partner entry, save of service providers (EXT-29).
    ForeignMfa,
    /// MFA at the identity provider of a home tenant's domain (FED-10).
    FederatedMfa,
    /// Devices of tenants without a partner entry.
    ForeignDevice,
    /// Proofs made at home by methods that R does not allow the person.
    WeakHomeMethod,
}

const CLIENTS: [&str; 4] = ["browser", "mobileAppsAndDesktopClients", "exchangeActiveSync", "other"];
const PLATFORMS: [&str; 7] = ["windows", "iOS", "android", "macOS", "linux", "windowsPhone", "unknown"];
const FLOWS: [&str; 3] = ["none", "deviceCodeFlow", "authenticationTransfer"];

impl Oracle {
    /// The person gets in, and not where this evidence does not count.
    pub(crate) fn rests_on(&self, evidence: Evidence, what: &Value) -> bool {
        // Whoever stole a key need not know the password.
        [false, true].into_iter().any(|knows_password| {
            let with = Oracle { knows_password, ..self.clone() };
            let without = Oracle { without: Some(evidence), ..with.clone() };
            with.simulate(what).granted && !without.simulate(what).granted
        })
    }

    /// Whoever has the password alone gets in, and not without registering.
    pub(crate) fn rests_on_registering(&self, what: &Value) -> bool {
        let s = self.scenario(what);
        let nothing = [s.claim, s.registered_home, s.registered_resource].iter().all(|set| set.is_empty());
        let mut unable = what.clone();
        unable["credentials"]["canRegister"] = json!([]);
        s.begins_with(&["password"])
            && nothing
            && self.simulate(what).granted
            && !self.simulate(&unable).granted
    }

    /// Somebody gets in who would have been asked for more if a policy for everything had no exceptions.
    pub(crate) fn slips_through_exceptions(&self, what: &Value) -> bool {
        let s = self.scenario(what);
        self.enabled_policies().into_iter().any(|policy| {
            excludes_target(self, policy, &s)
                && matches_but_for_target(self, policy, &s)
                && self
                    .gets_in(&s, |walk, state| !asked(self, policy).met(self, &s, &walk.proofs(state), false))
        })
    }

    /// Somebody gets in without what a policy would ask of the same person who changes what people control.
    pub(crate) fn evades(&self, what: &Value, devices: &[Value]) -> bool {
        let s = self.scenario(what);
        self.enabled_policies().into_iter().any(|policy| {
            let demand = asked(self, policy);
            !demand.block
                && !applies(self, policy, &s)
                && self.gets_in(&s, |walk, state| !demand.met(self, &s, &walk.proofs(state), false))
                && self
                    .others(policy, what, devices)
                    .iter()
                    .any(|other| applies(self, policy, &self.scenario(other)))
        })
    }

    /// The enabled policies that hold the other sign-in to something which the first does not meet, with everything that the
    /// person can prove there; `None` if the first does not get in that way. It may be with or without adding the password.
    pub(crate) fn held_to(&self, first: &Value, other: &Value, password: bool) -> Option<Vec<String>> {
        let (s, other) = (self.scenario(first), self.scenario(other));
        let walk = Walk::of(self, &s);
        let state = everything(&walk, password);
        let more = |policy: &&Value| {
            let demand = asked(self, policy);
            !demand.block
                && applies(self, policy, &other)
                && !applies(self, policy, &s)
                && !demand.met(self, &s, &walk.proofs(&state), false)
        };
        let holding = self.enabled_policies().into_iter().filter(more).map(id).collect();
        (lets_through(&walk) && walk.satisfied(&state)).then_some(holding)
    }

    /// The address is in a location that is marked as trusted.
    pub(crate) fn comes_from_trusted(&self, what: &Value) -> bool {
        in_trusted_location(self, &self.scenario(what))
    }

    /// Some state without a registration satisfies everything, and this.
    fn gets_in(&self, s: &Scenario, so: impl Fn(&Walk, &State) -> bool) -> bool {
        let walk = Walk::of(self, s);
        lets_through(&walk) && walk.reaches(false, |w, state| w.satisfied(state) && so(w, state))
    }

    /// Sign-ins of the same person that differ in what the person controls and the policy looks at.
    fn others(&self, policy: &Value, what: &Value, devices: &[Value]) -> Vec<Value> {
        let conditions = &policy["conditions"];
        let named = |names: &[&str]| names.iter().map(|name| json!(name)).collect::<Vec<_>>();
        let mut found = vec![what.clone()];
        let mut vary = |key: &str, values: &[Value]| {
            let with = |one: &Value, value: &Value| {
                let mut one = one.clone();
                one["conditions"][key] = value.clone();
                one
            };
            let own = what["conditions"][key].clone();
            let values: Vec<Value> = values.iter().cloned().chain([own]).collect();
            found = found.iter().flat_map(|one| values.iter().map(move |value| with(one, value))).collect();
        };
        vary("authenticationFlow", &named(&FLOWS));
        if texts(&conditions["clientAppTypes"]) != ["all"] {
            vary("clientAppType", &named(&CLIENTS));
        }
        if !conditions["platforms"].is_null() {
            vary("platform", &named(&PLATFORMS));
        }
        let looks_at_devices = !conditions["devices"].is_null() || !conditions["deviceStates"].is_null();
        if looks_at_devices && what["conditions"]["device"]["trustType"].is_null() {
            vary("device", devices);
        }
        if !conditions["locations"].is_null() && !self.comes_from_trusted(what) {
            vary("namedLocations", &[json!([])]);
            vary("ipAddress", &self.addresses());
            vary("country", &[Value::Null, json!("DE"), json!("US")]);
        }
        found
    }

    /// For each range of each named location its first and its last address, and one that is nowhere.
    fn addresses(&self) -> Vec<Value> {
        let mut found = vec![json!("192.0.2.77")];
        for location in self.objects("namedLocations.json") {
            for range in location["ipRanges"].as_array().into_iter().flatten() {
                let cidr = text(&range["cidrAddress"]).unwrap_or_default();
                let base = cidr.split('/').next().unwrap_or_default().to_owned();
                if let Some(rest) = base.strip_suffix(".0") {
                    found.push(json!(format!("{rest}.255")));
                }
                found.push(json!(base));
            }
        }
        found
    }
}

fn asked(o: &Oracle, policy: &Value) -> Demand {
    Demand::read(o, policy)
}

/// Everything that can be proved without registering, together.
fn everything(walk: &Walk, password: bool) -> State {
    let mut state = walk.start();
    let added = Methods::of(&["password"]);
    let knew = state.home.plus(state.resource).has(added);
    loop {
        let fits = |next: &State| password || knew || !next.home.plus(next.resource).has(added);
        let next = walk
            .challenges(&state)
            .iter()
            .filter(|next| fits(next))
            .fold(state, |all, more| all.joined(more));
        if next == state {
            return state;
        }
        state = next;
    }
}
