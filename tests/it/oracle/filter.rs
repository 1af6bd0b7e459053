//! Filters over attributes (CA-11, CA-49, CA-50, CA-52): the rule is evaluated while it is read, left to right.

use super::Oracle;
use super::access::trusts_devices;
use super::scenario::{Scenario, Target, items, text};
use serde_json::Value;

/// A piece of a rule: a word, a sign, or a text with its quotes gone.
#[derive(Clone, Debug, PartialEq)]
enum Piece {
    Word(String),
    Sign(char),
    Text(String),
}

fn pieces(rule: &str) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut rest = rule.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if "()[],".contains(first) {
            found.push(Piece::Sign(first));
            1
        } else if first == '"' {
            let end = rest[1..].find('"').unwrap_or_else(|| panic!("oracle: an open quote in {rule}"));
            found.push(Piece::Text(rest[1..=end].to_owned()));
            end + 2
        } else {
            let end = rest.find(|c: char| c.is_whitespace() || "()[],\"".contains(c)).unwrap_or(rest.len());
            found.push(Piece::Word(rest[..end].to_lowercase()));
            end
        };
        rest = rest[length..].trim_start();
    }
    found
}

/// One comparison on a value of an attribute; the operator comes without its hyphen.
type Compare<'a> = &'a dyn Fn(&str, &str, &[String]) -> bool;

struct Reader<'a> {
    left: std::collections::VecDeque<Piece>,
    compare: Compare<'a>,
}

impl Reader<'_> {
    fn next_is(&mut self, word: &str) -> bool {
        let found = self.left.front() == Some(&Piece::Word(word.to_owned()));
        if found {
            self.left.pop_front();
        }
        found
    }

    fn or(&mut self) -> bool {
        let mut value = self.and();
        while self.next_is("-or") {
            value |= self.and();
        }
        value
    }

    fn and(&mut self) -> bool {
        let mut value = self.not();
        while self.next_is("-and") {
            value &= self.not();
        }
        value
    }

    fn not(&mut self) -> bool {
        if self.next_is("-not") {
            return !self.not();
        }
        match self.left.pop_front() {
            Some(Piece::Sign('(')) => {
                let value = self.or();
                assert_eq!(self.left.pop_front(), Some(Piece::Sign(')')), "oracle: no closing parenthesis");
                value
            }
            Some(Piece::Word(attribute)) => self.comparison(&attribute),
            other => panic!("oracle: {other:?} in a rule"),
        }
    }

    fn comparison(&mut self, attribute: &str) -> bool {
        let Some(Piece::Word(operator)) = self.left.pop_front() else { panic!("oracle: no operator") };
        let mut constants = Vec::new();
        match self.left.pop_front() {
            Some(Piece::Word(one) | Piece::Text(one)) => constants.push(one),
            Some(Piece::Sign('[')) => loop {
                match self.left.pop_front() {
                    Some(Piece::Text(one)) => constants.push(one),
                    Some(Piece::Sign(',')) => {}
                    Some(Piece::Sign(']')) => break,
                    other => panic!("oracle: {other:?} in a list"),
                }
            },
            other => panic!("oracle: {other:?} is no value"),
        }
        let name = attribute.split_once('.').map_or(attribute, |(_, name)| name);
        (self.compare)(name, operator.trim_start_matches('-'), &constants)
    }
}

fn evaluate(rule: &str, compare: Compare) -> bool {
    let mut reader = Reader { left: pieces(rule).into(), compare };
    let value = reader.or();
    assert!(reader.left.is_empty(), "oracle: {:?} is left of {rule}", reader.left);
    value
}

/// Whether a text that is there compares like this.
fn compares(value: &str, operator: &str, constants: &[String]) -> bool {
    let constant = constants[0].as_str();
    match operator {
        "eq" => value == constant,
        "ne" => value != constant,
        "startswith" => value.starts_with(constant),
        "notstartswith" => !value.starts_with(constant),
        "endswith" => value.ends_with(constant),
        "notendswith" => !value.ends_with(constant),
        "contains" => value.contains(constant),
        "notcontains" => !value.contains(constant),
        "in" => constants.iter().any(|c| c == value),
        "notin" => !constants.iter().any(|c| c == value),
        other => panic!("oracle: operator {other:?}"),
    }
}

fn is_negative(operator: &str) -> bool {
    operator == "ne" || operator.starts_with("not")
}

/// The client carries the state of a device, and the tenant that registered it is believed.
pub(crate) fn device_is_seen(o: &Oracle, s: &Scenario) -> bool {
    s.flow != "devicecodeflow" && s.client != "other" && (s.local() || trusts_devices(o, s))
}

/// The device condition of a policy lets it apply.
pub(crate) fn device_matches(o: &Oracle, devices: &Value, s: &Scenario) -> bool {
    let filter = &devices["deviceFilter"];
    if filter.is_null() {
        return true;
    }
    let seen = s.device.as_ref().filter(|_| device_is_seen(o, s));
    let rule = filter["rule"].as_str().unwrap_or_default();
    let met = evaluate(rule, &|name, operator, constants| {
        let constants = &folded(o, free_text(name), constants);
        let Some(device) = seen else { return is_negative(operator) };
        let all = &device.attributes;
        let attribute = all.iter().find(|(key, _)| key.to_lowercase() == name).map(|(_, value)| value);
        let managed =
            o.reading_is("MANAGED_DEVICE", "broad") && !all.get("mdmAppId").is_none_or(Value::is_null);
        if name.starts_with("extensionattribute") && !(managed || device.compliant || device.hybrid) {
            return is_negative(operator) && o.reading_is("EXTATTR_NEG", "true");
        }
        match attribute {
            Some(Value::Array(elements)) => {
                let has = elements.iter().any(|e| text(e).as_deref() == Some(constants[0].as_str()));
                has != is_negative(operator)
            }
            None | Some(Value::Null) if name == "iscompliant" => compares("false", operator, constants),
            None | Some(Value::Null) if name == "profiletype" => {
                compares("registereddevice", operator, constants)
            }
            None | Some(Value::Null) => is_negative(operator),
            Some(value) => compares(&value_text(o, free_text(name), value), operator, constants),
        }
    });
    met == (text(&filter["mode"]).as_deref() == Some("include"))
}

/// Attributes that hold anybody's words.
fn free_text(attribute: &str) -> bool {
    let words = ["displayname", "enrollmentprofilename", "manufacturer", "model", "operatingsystem"];
    words.contains(&attribute) || attribute == "operatingsystemversion" || attribute.starts_with("extension")
}

fn folded(o: &Oracle, free: bool, texts: &[String]) -> Vec<String> {
    let keep = free && o.yes("STRING_CASE");
    texts.iter().map(|text| if keep { text.clone() } else { text.to_lowercase() }).collect()
}

fn value_text(o: &Oracle, free: bool, value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    folded(o, free, &[text]).remove(0)
}

/// The application filter matches the target; `None` without a filter.
pub(crate) fn application_matches(o: &Oracle, filter: &Value, target: &Target) -> Option<(bool, bool)> {
    if filter.is_null() {
        return None;
    }
    let Target::Application(app) = target else { return None };
    let all = o.objects("servicePrincipals.json");
    assert!(!all.is_empty(), "oracle: the attributes of applications are unknown");
    let own = all.into_iter().find(|sp| text(&sp["appId"]).as_ref() == Some(app));
    let met = evaluate(filter["rule"].as_str().unwrap_or_default(), &|name, operator, constants| {
        let constants = &folded(o, true, constants);
        let (set, attribute) = name.split_once('_').unwrap_or((name, ""));
        let sets = own.map(|sp| &sp["customSecurityAttributes"]).and_then(Value::as_object);
        let found = sets.into_iter().flatten().find(|(key, _)| key.to_lowercase() == set);
        let values = found.and_then(|(_, values)| values.as_object()).into_iter().flatten();
        let value = values.into_iter().find(|(key, _)| key.to_lowercase() == attribute).map(|(_, v)| v);
        let Some(value) = value else { return is_negative(operator) };
        let texts: Vec<String> = if value.is_array() {
            items(value).into_iter().map(|v| value_text(o, true, v)).collect()
        } else {
            vec![value_text(o, true, value)]
        };
        let positive = operator.trim_start_matches("not").replace("ne", "eq");
        let some = texts.iter().any(|t| compares(t, &positive, constants));
        some != is_negative(operator)
    });
    Some((met, text(&filter["mode"]).as_deref() == Some("include")))
}
