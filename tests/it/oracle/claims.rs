//! What properties claim of somebody who gets in: what was proved, whose word it rests on, and what another sign-in of the same
//! person would have been held to.

use super::Oracle;
use super::applies::{applies, excludes_target, in_location, matches_but_for_target};
use super::controls::{Demand, State};
use super::methods::Methods;
use super::scenario::{Scenario, flag, id, text, texts};
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

/// Whoever holds one of these roles can change what others may do (the template for phishing-resistant MFA of administrators).
const PRIVILEGED: [&str; 14] = [
    "62e90394-69f5-4237-9190-012177145e10",
    "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",
    "c4e39bd9-1100-46d3-8c65-fb160da0071f",
    "b0f54661-2d74-4c50-afa3-1ec803f12efe",
    "158c047a-c907-4556-b7ef-446551a6b5f7",
    "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9",
    "29232cdf-9323-42fd-ade2-1d097af3e4de",
    "729827e3-9c14-49f7-bb1b-9608f156bbb8",
    "966707d0-3269-4727-9be2-8c3a10f19b9d",
    "7be44c8a-adaf-4e2a-84d6-ab2649e08a13",
    "e8611ab8-c189-46e8-94e1-60213ab1f814",
    "194ae4cb-b126-40b2-bd5b-6091b380977d",
    "f28a1f50-f6e7-4571-818b-6a12f2af6b6c",
    "fe930be7-5e62-47db-91af-98c3a49a38b1",
];
const RESISTANT: [&str; 3] = ["windowsHelloForBusiness", "fido2", "x509CertificateMultiFactor"];

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

    /// Somebody with a privileged role gets in, and no method that resists phishing is seen.
    pub(crate) fn administers_on_less(&self, what: &Value) -> bool {
        let s = self.scenario(what);
        let resistant = Methods::of(&RESISTANT);
        s.roles.iter().any(|role| PRIVILEGED.contains(&role.as_str()))
            && self.gets_in(&s, |walk, state| walk.proofs(state).visible.and(resistant).is_empty())
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
            // Whether a control is met is asked where the policy reaches the person only: not every one has a meaning for everybody.
            !demand.block
                && !applies(self, policy, &s)
                && self
                    .others(policy, what, devices)
                    .iter()
                    .any(|other| applies(self, policy, &self.scenario(other)))
                && self.gets_in(&s, |walk, state| !demand.met(self, &s, &walk.proofs(state), false))
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

    /// The address is in a location that is marked as trusted and that policies tell from others: from another one nobody has to
    /// come, since everybody can have an address that is treated alike.
    pub(crate) fn comes_from_trusted(&self, what: &Value) -> bool {
        let s = self.scenario(what);
        let lists = |policy: &Value| {
            let lists = ["includeLocations", "excludeLocations"];
            lists.iter().flat_map(|list| texts(&policy["conditions"]["locations"][list])).collect::<Vec<_>>()
        };
        let named: Vec<String> = self.enabled_policies().into_iter().flat_map(lists).collect();
        let told = |location: &Value| named.iter().any(|name| name == "alltrusted" || *name == id(location));
        let all = self.objects("namedLocations.json");
        all.into_iter().any(|l| flag(&l["isTrusted"], false) && told(l) && in_location(l, &s))
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
        if !conditions["platforms"].is_null() {
            vary("platform", &named(&PLATFORMS));
        }
        let looks_at_devices = !conditions["devices"].is_null() || !conditions["deviceStates"].is_null();
        // Not every client shows its device (CA-54).
        if looks_at_devices || texts(&conditions["clientAppTypes"]) != ["all"] {
            vary("clientAppType", &named(&CLIENTS));
        }
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
