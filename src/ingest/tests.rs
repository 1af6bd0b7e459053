//! Lines of pointers, encodings, wrappers.

use super::locate::line_of;
use super::{IngestError, SourceFile, decode, load_files};

fn file(path: &str, text: &str) -> SourceFile {
    SourceFile { path: path.into(), bytes: text.as_bytes().to_vec() }
}

#[test]
fn a_pointer_finds_its_line() {
    let text = "{\n  \"a\": [1,\n    {\"b\": \"x\\\"]\"},\n {\"c~/\": 2}]\n}";
    assert_eq!(line_of(text, "/a/1/b"), Some(3));
    assert_eq!(line_of(text, "/a/2/c~0~1"), Some(4));
    assert_eq!(line_of(text, "/a/9"), None);
}

#[test]
fn encodings_are_told_by_their_mark() {
    let utf16: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain("{}".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert_eq!(decode(&utf16).as_deref(), Some("{}"));
    assert_eq!(decode(b"\xEF\xBB\xBF{}").as_deref(), Some("{}"));
    assert_eq!(decode(b"\xff\xfe\x00"), None);
}

#[test]
fn two_different_objects_with_one_id_are_a_problem() {
    let a = file("a.json", r#"{"id":"1","state":"enabled","conditions":{}}"#);
    let b = file("b.json", r#"{"id":"1","state":"disabled","conditions":{}}"#);
    let same =
        load_files("x", &[a.clone(), file("c.json", r#"[{"id":"1","conditions":{},"state":"enabled"}]"#)]);
    assert_eq!(same.map(|i| i.tenant.policies.len()).ok(), Some(1));
    let error = load_files("x", &[a, b]).err();
    assert!(matches!(error, Some(IngestError::Problems(p)) if p[0].message.contains("different content")));
}

#[test]
fn a_page_without_its_continuation_is_truncated() {
    let page = r#"{"@odata.nextLink":"x","value":[{"id":"1","state":"enabled","conditions":{}}]}"#;
    let last = r#"{"value":[{"id":"2","state":"enabled","conditions":{}}]}"#;
    assert!(load_files("x", &[file("p1.json", page)]).is_err());
    assert!(load_files("x", &[file("p1.json", page), file("p2.json", last)]).is_ok());
}

#[test]
fn a_key_that_stands_twice_is_not_lost() {
    let policy = |text: &str| {
        let ingested =
            load_files("x", &[file("a.json", &format!(r#"{{"id":"1","conditions":{{}},{text}}}"#))]);
        ingested.ok().map(|i| (i.tenant.policies[0].clone(), i.unmodelled))
    };
    let (twice, records) =
        policy(r#""state":"disabled","state":"enabled""#).unwrap_or_else(|| unreachable!());
    assert!(matches!(twice.state, crate::model::PolicyState::Unread(_)));
    assert!(records.iter().any(|record| record.pointer == "/state"));
    let (cased, _) = policy(r#""State":"enabled","state":"disabled""#).unwrap_or_else(|| unreachable!());
    assert!(matches!(cased.state, crate::model::PolicyState::Unread(_)));
    let (same, _) = policy(r#""state":"enabled","state":"enabled""#).unwrap_or_else(|| unreachable!());
    assert_eq!(same.state, crate::model::PolicyState::Enabled);
    let (other, records) = policy(r#""state":"enabled","grantControls":null,"grantControls":{}"#)
        .unwrap_or_else(|| unreachable!());
    assert!(other.unread_grant.is_empty(), "a null says nothing");
    assert!(records.iter().any(|record| record.pointer == "/grantControls#before"));
    let (_, records) = policy(r#""state":"enabled","y":1,"y":2,"y":3"#).unwrap_or_else(|| unreachable!());
    let pointers: Vec<&str> = records.iter().map(|record| record.pointer.as_str()).collect();
    assert_eq!(pointers, ["/y", "/y#before", "/y#before#"], "each value is on record");
    let (list, _) = policy(r#""state":"enabled","x":{"a":1,"a":2}"#).unwrap_or_else(|| unreachable!());
    assert_eq!(list.unread_scope.len(), 1);
}
