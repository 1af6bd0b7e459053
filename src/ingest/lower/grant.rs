//! `grantControls` and `sessionControls` (CA-13, CA-14).

use serde_json::Value;

use super::super::cursor::{Notes, Object};
use super::strength::strength_ref;
use crate::model::{Control, Grant, Id, Operator, Policy, Resource, SessionControls};

const RESOURCE: Resource = Resource::ConditionalAccessPolicy;
const DEMANDS: &str = "whether its demand is met";

/// The grant of a policy.
pub(super) fn lower_grant(policy: &mut Policy, object: &Object, notes: &mut Notes) {
    let mut controls = Vec::new();
    for (text, place) in object.strings("builtInControls", notes) {
        let what = format!("grant control `{text}`");
        controls.push(match text.to_lowercase().as_str() {
            "block" => Control::Block,
            "mfa" => Control::Mfa,
            "compliantdevice" => Control::CompliantDevice,
            "domainjoineddevice" => Control::HybridDevice,
            "approvedapplication" => Control::ApprovedApplication,
            "compliantapplication" => {
                let why = "whether a client app is protected is no part of a scenario; free for people of the tenant";
                Control::CompliantApplication(notes.unread(&place, what, why))
            }
            "passwordchange" => Control::PasswordChange,
            "riskremediation" => {
                let why = "what remediation asks depends on the risk found; free for people of the tenant";
                Control::RiskRemediation(notes.unread(&place, what, why))
            }
            _ => Control::Unread(notes.unread(&place, what, format!("not known; {DEMANDS} is free"))),
        });
    }
    let terms = object.strings("termsOfUse", notes);
    controls.extend(terms.iter().map(|(text, _)| Control::TermsOfUse(Id::new(text))));
    let factors = object.strings("customAuthenticationFactors", notes);
    controls.extend(factors.iter().map(|(text, _)| Control::CustomFactor(Id::new(text))));
    if let Some(strength) = object.object("authenticationStrength", notes)
        && !strength.is_empty()
    {
        controls.push(Control::Strength(strength_ref(&strength, notes)));
    }
    let operator = operator(object, controls.len(), notes);
    policy.unread_grant.extend(object.rest(RESOURCE, "grantControls", DEMANDS, notes));
    policy.grant = Some(Grant { operator, controls });
}

/// The operator only matters between two controls or more; a missing one is then free.
fn operator(object: &Object, controls: usize, notes: &mut Notes) -> Operator {
    let text = object.text("operator", notes);
    match text.map(str::to_lowercase).as_deref() {
        Some("and") => Operator::And,
        Some("or") => Operator::Or,
        _ if controls <= 1 => Operator::And,
        other => {
            let what = other.map_or("no operator".to_owned(), |text| format!("operator `{text}`"));
            let why = "whether all of the controls or one of them is needed is free";
            Operator::Unread(notes.unread(&object.place.child("operator"), what, why))
        }
    }
}

/// Session controls: only those that can keep a client out are not read past.
pub(super) fn lower_session(policy: &mut Policy, object: &Object, notes: &mut Notes) {
    // Looked at without taking them: that they demand nothing is told of each below.
    let value = |control: &str| {
        let mut entries = object.entries().filter(|(name, _)| name.eq_ignore_ascii_case(control));
        entries.next().map(|(_, value)| value).filter(|value| !value.is_null())
    };
    let on = |set: &Value| match set {
        Value::Object(map) => {
            let off = map.iter().any(|(key, is)| key.eq_ignore_ascii_case("isEnabled") && *is == false);
            !off && map.values().any(|part| !part.is_null())
        }
        other => !other.is_null() && *other != false,
    };
    policy.session = SessionControls {
        any: object.entries().any(|(_, set)| on(set)),
        persistent_browser: value("persistentBrowser").is_some_and(on),
        no_resilience: value("disableResilienceDefaults").is_some_and(on),
    };
    if let Some(binding) = object.object("secureSignInSession", notes)
        && binding.flag("isEnabled", notes) != Some(false)
        && !binding.is_empty()
    {
        let why = "clients that cannot bind tokens are refused; which can is no part of a scenario; free";
        policy.unread_session.push(notes.unread(&binding.place, "token protection", why));
    }
    if let Some(cae) = object.object("continuousAccessEvaluation", notes) {
        let disabled = cae.text("mode", notes).is_some_and(|mode| mode.eq_ignore_ascii_case("disabled"));
        let applications = &policy.applications;
        // What an empty list of clients means is open; it is no condition that somebody has set.
        let mut conditions = policy.conditions.clone();
        conditions.clients = conditions.clients.filter(|clients| !clients.is_empty());
        let all = applications.include.known.iter().any(|id| id.as_str() == "all")
            && applications.exclude.is_empty();
        let plain = conditions == crate::model::Conditions::default() && policy.unread_scope.is_empty();
        policy.disables_cae = disabled && !(all && plain);
        cae.rest(RESOURCE, "sessionControls/continuousAccessEvaluation", "nothing", notes);
    }
    policy.unread_session.extend(object.rest(RESOURCE, "sessionControls", DEMANDS, notes));
}
