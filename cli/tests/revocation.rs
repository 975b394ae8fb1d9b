//! Revocation by the program itself: issue, publish, prove, revoke, publish, refuse.
#![allow(clippy::unwrap_used, reason = "a test ends by panicking")]

mod support;

use std::fs;

use glimpse_protocol::request::QueryBuilder;
use glimpse_protocol::status::StatusFile;
use serde_json::{Value, json};
use support::*;

const PUBLISH: &str = "issuer publish-status --dir I";
const TAKE: &str = "wallet status --dir W --keys K I/status-list";

/// A request that demands a credential which the published list does not revoke.
fn ask(walk: &mut Walk, nonce: u8) {
    walk.now = this_moment();
    let file = StatusFile::from_bytes(&fs::read(walk.path("I/status-list")).unwrap()).unwrap();
    let heads = [file.head().clone()];
    let demand = |query: QueryBuilder| query.not_revoked(0, &heads);
    walk.write("request.json", &walk.request(nonce, demand));
}

#[test]
fn a_revoked_credential_is_shown_no_more() {
    let mut walk = set_up();
    walk.done(PUBLISH);
    ask(&mut walk, 1);
    let present = "wallet present --dir W --keys K --request request.json --out P.json";
    walk.refused(present, "status list");
    walk.done(TAKE);
    let told: Value = serde_json::from_str(&walk.done(&format!("{present} --json"))).unwrap();
    let proved = told["cards"][0]["proved"].to_string();
    assert!(proved.contains("Not revoked"), "{proved}");

    // The verifier has read the list itself, or does not accept the answer.
    let verify = |walk: &Walk, lists: &str| walk.verify("request.json", "P.json", lists);
    walk.refused(&verify(&walk, ""), "missing_status");
    let not_a_list = verify(&walk, " --status-lists I/manifest.json");
    walk.refused(&not_a_list, "no acceptable status list");
    let verified = walk.done(&verify(&walk, " --status-lists I/status-list"));
    let verified: Value = serde_json::from_str(&verified).unwrap();
    let list = &verified["credentials"][0]["not_revoked"];
    assert_eq!(list["epoch"], 1);
    assert_eq!(list["issuer"], json!(walk.issuer("I")));

    fs::rename(walk.path("I/status-list"), walk.path("old")).unwrap();
    fs::copy(walk.path("old"), walk.path("I/status-list")).unwrap();
    walk.done("issuer revoke --dir I --index 0");
    walk.done(PUBLISH);
    // By the old list nothing is proved any more to who has the new one.
    walk.now = this_moment();
    let late = verify(&walk, " --status-lists old I/status-list");
    walk.refused(&late, "status_superseded");
    let taken: Value = serde_json::from_str(&walk.done(&format!("{TAKE} --json"))).unwrap();
    assert_eq!(taken["revoked"].as_array().unwrap().len(), 1);
    ask(&mut walk, 2);
    walk.refused(present, "revoked");
    // Nobody can make the wallet forget it.
    walk.refused("wallet status --dir W --keys K old", "older");
}
