//! Bodies of Graph's What-If request (`conditionalAccess/evaluate`): one, a list, or one on each line.

use serde_json::{Map, Value};

use super::cursor::{Notes, Object, Place};
use super::error::IngestError;
use super::json::Unambiguous;
use super::source::decode;
use crate::model::{
    ClientApp, Flow, Id, InsiderRisk, Platform, Request, RequestDevice, RequestTarget, RiskLevel, Subject,
    TrustType, UserAction, UserKind,
};

/// Reads requests; `path` is what errors call them.
pub fn read_requests(path: &str, bytes: &[u8]) -> Result<Vec<Request>, IngestError> {
    let mut notes = Notes::default();
    let whole = Place { path: path.to_owned(), pointer: String::new() };
    let Some(text) = decode(bytes) else {
        notes.problem(&whole, "neither UTF-8 nor UTF-16 with a byte order mark; save it as UTF-8");
        return Err(IngestError::Problems(notes.problems));
    };
    let mut requests = Vec::new();
    match serde_json::from_str(&text) {
        Ok(Unambiguous(Value::Array(items))) => {
            for (at, item) in items.iter().enumerate() {
                requests.extend(request(item, &whole.child(&at.to_string()), &mut notes));
            }
        }
        Ok(Unambiguous(one)) => requests.extend(request(&one, &whole, &mut notes)),
        Err(error) => lines(&text, &error, &whole, &mut requests, &mut notes),
    }
    if notes.problems.is_empty() { Ok(requests) } else { Err(IngestError::Problems(notes.problems)) }
}

/// One body on each line.
fn lines(
    text: &str,
    whole: &serde_json::Error,
    place: &Place,
    requests: &mut Vec<Request>,
    notes: &mut Notes,
) {
    let mut found = Vec::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match serde_json::from_str(line) {
            Ok(Unambiguous(value @ Value::Object(_))) => found.push((at + 1, value)),
            _ => {
                notes.problem(place, format!("neither JSON ({whole}) nor a JSON object on line {}", at + 1));
                return;
            }
        }
    }
    for (line, value) in found {
        let before = notes.problems.len();
        requests.extend(request(&value, place, notes));
        for problem in notes.problems.iter_mut().skip(before) {
            problem.line = Some(line);
        }
    }
}

fn request(value: &Value, place: &Place, notes: &mut Notes) -> Option<Request> {
    static EMPTY: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
    let Value::Object(map) = value else {
        notes.problem(place, "a request has to be an object");
        return None;
    };
    let body = Object::new(map, place.clone());
    let subject = subject(&body, notes);
    let targets = targets(&body, notes);
    let applied_only = body.flag("appliedPoliciesOnly", notes).unwrap_or_default();
    let given = body.object("signInConditions", notes);
    let given = given.unwrap_or_else(|| Object::new(&EMPTY, place.child("signInConditions")));
    strange(&body, notes);
    // `all` states nothing.
    let unless_all = |key: &str, notes: &mut Notes| {
        given.text(key, notes).filter(|text| !text.eq_ignore_ascii_case("all")).map(str::to_owned)
    };
    let client = unless_all("clientAppType", notes);
    let platform = unless_all("devicePlatform", notes);
    let flow = given.object("authenticationFlow", notes);
    let insider = given.text("insiderRiskLevel", notes).filter(|text| !text.eq_ignore_ascii_case("none"));
    let (workload, mut risk) = (given.text("servicePrincipalRiskLevel", notes), |key: &str| {
        let text = given.text(key, notes);
        known(&given, key, text, RiskLevel::parse, notes).unwrap_or(RiskLevel::None)
    });
    let (sign_in_risk, user_risk) = (risk("signInRiskLevel"), risk("userRiskLevel"));
    let request = Request {
        subject: subject?,
        targets: targets?,
        client: known(&given, "clientAppType", client.as_deref(), ClientApp::parse, notes),
        platform: known(&given, "devicePlatform", platform.as_deref(), Platform::parse, notes),
        sign_in_risk,
        user_risk,
        insider_risk: known(&given, "insiderRiskLevel", insider, InsiderRisk::parse, notes),
        address: address(&given, notes),
        country: given.text("country", notes).map(str::to_owned),
        flow: flow.map_or(Flow::None, |flow| {
            let text = flow.text("transferMethod", notes);
            let found = known(&flow, "transferMethod", text, Flow::parse, notes);
            strange(&flow, notes);
            found.unwrap_or(Flow::None)
        }),
        device: given.object("deviceInfo", notes).map(|info| device(&info, notes)),
        workload_risk: known(&given, "servicePrincipalRiskLevel", workload, RiskLevel::parse, notes),
        applied_only,
    };
    // The risk of agents is no person's and no workload's.
    let _ = given.get("agentIdRiskLevel");
    strange(&given, notes);
    Some(request)
}

fn address(object: &Object, notes: &mut Notes) -> Option<String> {
    let text = object.text("ipAddress", notes)?;
    if text.trim().parse::<std::net::IpAddr>().is_err() {
        let place = object.place.child("ipAddress");
        notes.problem(&place, format!("`{text}` is no IPv4 or IPv6 address"));
    }
    Some(text.to_owned())
}

/// A value of a vocabulary; one that is not known is a problem.
fn known<T>(
    object: &Object,
    key: &str,
    text: Option<&str>,
    parse: impl Fn(&str) -> Option<T>,
    notes: &mut Notes,
) -> Option<T> {
    let text = text?;
    let value = parse(text);
    if value.is_none() {
        notes.problem(&object.place.child(key), format!("`{text}` is no value of `{key}` that is known"));
    }
    value
}

fn device(info: &Object, notes: &mut Notes) -> RequestDevice {
    let trust = info.text("trustType", notes);
    let trust = known(info, "trustType", trust, TrustType::parse, notes);
    let compliant = info.flag("isCompliant", notes);
    let others = info.entries().filter(|(name, value)| {
        !matches!(name.to_lowercase().as_str(), "trusttype" | "iscompliant") && !value.is_null()
    });
    let attributes = others.map(|(name, value)| (name.clone(), value.clone())).collect();
    RequestDevice { trust, compliant, attributes }
}

/// Keys that nobody asked for: they could change the answer.
fn strange(object: &Object, notes: &mut Notes) {
    for place in object.unused() {
        notes.problem(&place, "a key that is not known here; take it out or correct it");
    }
}

/// The type's name without namespace, in lower case.
fn type_of(object: &Object) -> String {
    let name = object.get("@odata.type").and_then(|(name, _)| name.as_str()).unwrap_or_default();
    name.rsplit('.').next().unwrap_or_default().trim_start_matches('#').to_lowercase()
}

fn subject(body: &Object, notes: &mut Notes) -> Option<Subject> {
    let Some(identity) = body.object("signInIdentity", notes) else {
        notes.problem(&body.place, "`signInIdentity` is missing: who signs in");
        return None;
    };
    let workload = identity.text("servicePrincipalId", notes).map(Id::new);
    let id = identity.text("userId", notes).map(Id::new);
    let home = identity.text("externalTenantId", notes).map(Id::new);
    let kind = identity.text("externalUserType", notes).filter(|kind| !kind.eq_ignore_ascii_case("none"));
    let kind = kind.and_then(|text| {
        let found = UserKind::parse(text).filter(|kind| *kind != UserKind::Member);
        if found.is_none() {
            let place = identity.place.child("externalUserType");
            notes.problem(&place, format!("`{text}` is no type of external user"));
        }
        found
    });
    let is_workload = type_of(&identity) == "serviceprincipalsignin" || (workload.is_some() && id.is_none());
    strange(&identity, notes);
    match (is_workload, workload) {
        (true, Some(id)) => Some(Subject::ServicePrincipal(id)),
        (false, _) if id.is_some() || kind.is_some() => Some(Subject::User { id, kind, home }),
        _ => {
            notes.problem(&identity.place, "neither `userId`, `externalUserType` nor `servicePrincipalId`");
            None
        }
    }
}

fn targets(body: &Object, notes: &mut Notes) -> Option<Vec<RequestTarget>> {
    let Some(context) = body.object("signInContext", notes) else {
        notes.problem(&body.place, "`signInContext` is missing: what is asked for");
        return None;
    };
    let mut found = Vec::new();
    for (id, _) in context.strings("includeApplications", notes) {
        found.push(RequestTarget::Application(id.to_owned()));
    }
    if let Some(action) = context.text("userAction", notes) {
        let known = match action.to_lowercase().as_str() {
            "registersecurityinformation" => Some(UserAction::RegisterSecurityInfo),
            "registerorjoindevices" => Some(UserAction::RegisterDevice),
            _ => UserAction::parse(action),
        };
        match known {
            Some(action) => found.push(RequestTarget::Action(action)),
            None => notes.problem(
                &context.place.child("userAction"),
                format!("`{action}` is neither registerSecurityInformation nor registerOrJoinDevices"),
            ),
        }
    }
    if let Some(id) = context.text("authenticationContextValue", notes) {
        found.push(RequestTarget::Context(id.to_owned()));
    }
    strange(&context, notes);
    if found.is_empty() {
        let message = "neither `includeApplications`, `userAction` nor `authenticationContextValue`";
        notes.problem(&context.place, message);
        return None;
    }
    Some(found)
}
