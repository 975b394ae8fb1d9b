//! Presets are members of `meta`, the very ones that `docs/protocol/request.md` lists.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, also in its helper functions"
)]

mod support;

use glimpse_protocol::request::QueryBuilder;
use glimpse_protocol::status::{Entries, Epoch, StatusHead, StatusList};
use serde_json::{Value, json};
use support::*;

const DOCUMENTED: &str = include_str!("../../docs/protocol/request.md");

fn head() -> StatusHead {
    let until = now().plus_seconds(3600);
    let epoch = Epoch::new(1).unwrap();
    let list = StatusList::sign(Entries::new(), epoch, now(), until, &identity(1));
    list.unwrap().head().clone()
}

/// What stands beside a preset's line of Rust.
fn documented(method: &str) -> Value {
    let begins = format!("| `.{method}(");
    let mut rows = DOCUMENTED.lines().filter(|line| line.starts_with(&begins));
    let row = rows.next().unwrap();
    let members = row
        .split(" | `")
        .nth(1)
        .and_then(|cell| cell.strip_suffix("` |"));
    serde_json::from_str(&format!("{{{}}}", members.unwrap())).unwrap()
}

/// The members of `meta` that a preset adds.
fn added(preset: impl FnOnce(QueryBuilder) -> QueryBuilder) -> Value {
    let request = builder().query(preset(query())).build().unwrap();
    assert!(request.queries()[0].not_expired());
    let mut value: Value = serde_json::from_slice(request.bytes()).unwrap();
    let mut meta = value["dcql_query"]["credentials"][0]["meta"].take();
    let members = meta.as_object_mut().unwrap();
    members.retain(|name, _| !["schema", "issuers", "as_of"].contains(&name.as_str()));
    meta
}

#[test]
fn presets_are_what_their_documentation_says() {
    let age = added(|query| query.age_over(path("birth_date"), 18));
    assert_eq!(age, documented("age_over"));
    let resident = added(|query| query.resident_of(path("resident_country"), &["FR", "DE"]));
    assert_eq!(resident, documented("resident_of"));
    let person = added(|query| query.one_per_person("poll"));
    assert_eq!(person, documented("one_per_person"));
    let mut licence = added(|query| query.valid_licence(path("category"), &["B"], 0, &[head()]));
    let named = licence["not_revoked"]["heads"][0].take();
    let named = glimpse_protocol::json::from_base64(named.as_str().unwrap()).unwrap();
    assert_eq!(StatusHead::from_bytes(&named).unwrap(), head());
    licence["not_revoked"]["heads"][0] = json!("…");
    assert_eq!(licence, documented("valid_licence"));
}
