//! Independent oracle: walks one concrete sign-in through an explicit state graph, naively, sharing no code with `src/`.
//!
//! It reads a tenant export by file name, takes one reading for every open question and answers one scenario. Nothing
//! here is fast or clever: moves are single challenges and registrations, and every state that they reach is looked at.
//! Input whose meaning is unknown (unmodelled fields, missing files) makes it panic: it has no third answer.

mod access;
mod applies;
mod claims;
mod codes;
mod controls;
mod factors;
mod filter;
mod homes;
mod methods;
mod scenario;
mod search;
mod states;

pub(crate) use claims::Evidence;
use scenario::{Scenario, id};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Every open question that the oracle consults with all its readings, spelled as in the tables of the reference.
pub(crate) const KEYS: &[(&str, &[&str])] = &[
    ("ALL_USERS_COVERS_OBJECTLESS", &["yes", "no"]),
    ("LEGACY_GUEST_KEYWORD", &["all six types", "UserType Guest only"]),
    ("ENUM_MATCHES_NON_ENTRA", &["matches never", "matches always", "MSA by that id"]),
    ("BASELINE", &["enforced", "disabled"]),
    ("SP_WITH_OBJECT", &["path decides", "both"]),
    ("MSA_REGISTRATION", &["yes", "no"]),
    ("GOOGLE_USER_ACTION", &["yes", "no"]),
    ("ALL_COVERS_REGISTRATION", &["yes", "no"]),
    ("TOU_DC", &["blocked", "skipped"]),
    ("MSA_STRENGTH", &["blocked", "resource-column methods work"]),
    ("RISKREM_GUEST", &["blocked", "reauthentication in H is enough"]),
    ("PARTNER_PARTIAL_NULL", &["inherit per flag", "null = false"]),
    ("XTAP_APPLIES_TO_NON_ENTRA", &["applies", "doesn't"]),
    ("MFA_STRENGTH_X509_PAIRS", &["in", "out"]),
    ("X509_MODE", &["multi", "single"]),
    ("FED_UNDER_TRUST", &["yes", "no"]),
    ("FED_FIRST_FACTOR_VISIBLE", &["yes", "no"]),
    ("EAM_GUEST_IN_R", &["yes", "no"]),
    ("PASSKEY_INTERRUPT", &["possible", "not"]),
    ("TRUST_UNREGISTERED", &["registerHome", "block"]),
    ("R_METHODS_UNDER_TRUST", &["no", "yes"]),
    ("DEVICE_TRUST_SIDE", &["R", "H"]),
    ("TAP_UNDER_TRUST", &["accepted", "not"]),
    ("PASSWORDLESS_TRIGGER", &["only WHfB", "all non-password"]),
    ("DC_CHALLENGE", &["challenge", "block"]),
    ("APPROVED_APP_ONLY", &["vacuous", "block"]),
    ("EAM_UNDER_TRUST", &["yes", "no"]),
    ("MULTI_STRENGTH_GUEST", &["yes", "no"]),
    ("GUEST_DEVICE_IN_R", &["never", "possible"]),
    ("STALE_METHOD", &["yes", "no"]),
    ("MFA_R_ALWAYS", &["yes", "no"]),
    ("RESTART", &["yes", "no"]),
    ("RISK_REGISTRATION", &["narrow", "broad"]),
    ("TAP_BOOTSTRAP", &["yes", "no"]),
    ("TAP_PASSKEY", &["yes", "no"]),
    ("TRUST_UNSUITABLE", &["registerHome", "block"]),
    ("CBA_SCOPED", &["yes", "no"]),
    ("USER_ACTION_BOOT", &["yes", "no"]),
    ("CONTEXT_PLUS_ALL", &["yes", "no"]),
    ("NONINTERACTIVE_PROMPT", &["yes", "no"]),
    ("CLAIM_ALLOWED", &["yes", "no"]),
    ("SERVICE_PROVIDER_GATE", &["yes", "no"]),
    ("SERVICE_PROVIDER_DEVICE", &["yes", "no"]),
    ("DC_STEP_UP", &["challenge", "block"]),
    ("DEVICE_TRUST_ANY", &["yes", "no"]),
    ("MANAGED_DEVICE", &["narrow", "broad"]),
    ("STRING_CASE", &["yes", "no"]),
    ("ALL_USERS_OTHER_EXTERNAL", &["yes", "no"]),
    ("ENUM_INTERNAL_GUEST", &["yes", "no"]),
    ("XT26_PARTIAL", &["yes", "no"]),
    ("GATE_TARGET", &["yes", "no"]),
    ("ENFORCE_IDP_MFA", &["yes", "no"]),
    ("AMP_MISSING", &["enabled", "disabled"]),
    ("LEGACY_METHODS", &["yes", "no"]),
    ("ODD_FIRST_FACTOR_MFA", &["yes", "no"]),
    ("APPROVED_EXTERNAL", &["yes", "no"]),
    ("SECURITY_DEFAULTS", &["always", "never"]),
    ("EMPTY_INCLUDE", &["matches all", "matches none"]),
    ("CLIENTAPPS_EMPTY", &["all four", "modern only"]),
    ("DC_REVERSE", &["yes", "no"]),
    ("HOME_SEES", &["yes", "no"]),
    ("WHFB_STEPUP", &["yes", "no"]),
    ("PASSKEY_GUEST_IN_R", &["yes", "no"]),
    ("CUSTOM_CONTROLS", &["yes", "no"]),
    ("EXTATTR_NEG", &["true", "false"]),
];

/// Switch name to reading; readings are normalised (see [`normalise`]).
pub(crate) type Readings = BTreeMap<String, String>;

/// A tenant and one reading of every open question.
#[derive(Clone)]
pub(crate) struct Oracle {
    files: BTreeMap<String, Value>,
    /// Home tenants that are given, by their ids.
    homes: BTreeMap<String, Oracle>,
    /// For each key that was given, the place of its reading in [`KEYS`].
    readings: BTreeMap<&'static str, usize>,
    /// What does not count for once.
    without: Option<Evidence>,
    /// The password can be added where the session may be begun anew.
    knows_password: bool,
}

/// What one sign-in comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// Some reachable state satisfies everything that is demanded.
    pub granted: bool,
    /// Some state that is reachable without a new registration satisfies what is demanded while the `mfa` row of CA-69 is
    /// not met.
    pub granted_without_mfa: bool,
    /// The cross-tenant settings of both sides let the person in (XT-23).
    pub gate_open: bool,
    /// Some enabled, applicable policy has `block`, or security defaults refuse the legacy client.
    pub blocked_by_policy: bool,
}

impl Oracle {
    /// `files`: virtual file name to JSON content (an object, an array or `{"value": […]}`).
    ///
    /// # Panics
    /// If a reading is none of those that [`KEYS`] lists. Keys that are not in there are ignored.
    pub(crate) fn new(files: &BTreeMap<String, Value>, readings: &Readings) -> Oracle {
        let mut places = BTreeMap::new();
        for (key, all) in KEYS {
            if let Some(value) = readings.get(*key) {
                let place = all.iter().position(|reading| normalise(reading) == *value);
                places.insert(
                    *key,
                    place.unwrap_or_else(|| panic!("oracle: {value:?} is no reading of {key}")),
                );
            }
        }
        Oracle {
            files: files.clone(),
            homes: BTreeMap::new(),
            readings: places,
            without: None,
            knows_password: true,
        }
    }

    /// With home tenants, each by its id or one of its domains.
    pub(crate) fn with_homes(mut self, homes: &BTreeMap<String, BTreeMap<String, Value>>) -> Oracle {
        for (name, files) in homes {
            let home = Oracle {
                files: files.clone(),
                homes: BTreeMap::new(),
                readings: self.readings.clone(),
                without: None,
                knows_password: true,
            };
            self.homes.insert(homes::tenant_id(name, &home), home);
        }
        self
    }

    fn scenario(&self, value: &Value) -> Scenario {
        homes::settled(self, Scenario::read(value))
    }

    /// Granted or blocked, and why, for one scenario of INTERFACE §5.
    pub(crate) fn simulate(&self, scenario: &Value) -> Outcome {
        search::simulate(self, &self.scenario(scenario))
    }

    /// The codes that may be the first block a refused person sees; empty where the reference names none.
    pub(crate) fn first_codes(&self, scenario: &Value) -> BTreeSet<u32> {
        codes::first_codes(self, &self.scenario(scenario))
    }

    /// Which states of the sign-in graph are reached; states of which the reference does not say are missing.
    pub(crate) fn reached(&self, scenario: &Value) -> BTreeMap<&'static str, bool> {
        states::reached(self, &self.scenario(scenario))
    }

    /// Whether assignments and conditions of a policy match (CA-40), whatever its state.
    ///
    /// # Panics
    /// If the tenant has no such policy.
    pub(crate) fn applies(&self, policy_id: &str, scenario: &Value) -> bool {
        let wanted = policy_id.to_lowercase();
        let policies = self.objects("conditionalAccessPolicies.json");
        let policy = policies.iter().find(|p| id(p) == wanted);
        let policy = policy.unwrap_or_else(|| panic!("oracle: the tenant has no policy {policy_id}"));
        applies::applies(self, policy, &self.scenario(scenario))
    }

    /// The objects of a file, out of whichever wrapper; none if there is no such file.
    fn objects(&self, file: &str) -> Vec<&Value> {
        match self.files.get(file) {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(list)) => list.iter().collect(),
            Some(other) => match other.get("value") {
                Some(Value::Array(list)) => list.iter().collect(),
                _ => vec![other],
            },
        }
    }

    /// The one object of a file.
    fn object(&self, file: &str) -> Option<&Value> {
        self.objects(file).into_iter().next()
    }

    /// Enabled policies that are not deleted (CA-2, CA-60).
    fn enabled_policies(&self) -> Vec<&Value> {
        let policies = self.objects("conditionalAccessPolicies.json");
        policies.into_iter().filter(|p| p["state"] == "enabled" && p["deletedDateTime"].is_null()).collect()
    }

    /// The ids of all groups, if the export says which groups exist.
    fn known_groups(&self) -> Option<BTreeSet<String>> {
        let present = self.files.contains_key("groups.json");
        present.then(|| self.objects("groups.json").into_iter().map(id).collect())
    }

    /// The value of a switch, compared with a reading as the tables spell it.
    ///
    /// # Panics
    /// If the caller gave no reading for the key, or the oracle itself misspells key or reading.
    fn reading_is(&self, key: &str, reading: &str) -> bool {
        let all = KEYS.iter().find(|(name, _)| *name == key).map(|(_, all)| *all).unwrap_or_default();
        let Some(place) = all.iter().position(|r| *r == reading) else {
            panic!("oracle: its KEYS have no {key} = {reading}");
        };
        let Some(given) = self.readings.get(key) else {
            panic!("oracle: no reading given for {key}");
        };
        place == *given
    }

    /// Shorthand for the many switches whose readings are yes and no.
    fn yes(&self, key: &str) -> bool {
        self.reading_is(key, "yes")
    }
}

/// A reading without regard to case, blanks and punctuation.
pub(crate) fn normalise(reading: &str) -> String {
    reading.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::{KEYS, normalise};
    use std::collections::BTreeSet;

    #[test]
    fn keys_are_distinct_and_so_are_their_readings() {
        let names: BTreeSet<&str> = KEYS.iter().map(|(name, _)| *name).collect();
        assert_eq!(names.len(), KEYS.len());
        for (name, readings) in KEYS {
            let distinct: BTreeSet<String> = readings.iter().map(|r| normalise(r)).collect();
            assert_eq!(distinct.len(), readings.len(), "{name}");
        }
    }
}
