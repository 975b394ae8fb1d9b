//! The whole chain, by the program itself: keys, issuer, wallet, verifier, and every refusal on the
//! way.
#![allow(clippy::unwrap_used, reason = "a test ends by panicking")]

#[path = "walk/sets.rs"]
mod sets;

mod support;

use std::fs;

use glimpse_protocol::predicate::Operator;
use glimpse_protocol::time::{Date, DateTime};
use serde_json::{Value, json};
use support::*;

#[test]
fn the_whole_chain() {
    let walk = set_up();
    walk.done("wallet prepare --dir W --keys K");
    let again: Value =
        serde_json::from_str(&walk.done("wallet prepare --dir W --keys K --json")).unwrap();
    assert_eq!(again, json!({ "prepared": 0, "ready": 1 }));

    bar_and_rental(&walk);
    sets::published_sets(&walk);
    refused_presentations(&walk);
    refused_requests(&walk);
    refused_credentials(&walk);
    refused_keys(&walk);
    nothing_readable_is_stored(&walk);
}

fn bar_and_rental(walk: &Walk) {
    walk.write(
        "bar.json",
        &walk.request(1, |query| {
            query.prove(path("birth_date"), Operator::AgeOver(18))
        }),
    );
    walk.done("wallet present --dir W --keys K --request bar.json --out P.json");
    let presentation = text(&fs::read(walk.path("P.json")).unwrap());
    assert!(!presentation.contains(SURNAME));
    let verified = walk.done(&walk.verify("bar.json", "P.json", " --replay-store seen"));
    let verified: Value = serde_json::from_str(&verified).unwrap();
    let licence = &verified["credentials"][0];
    assert_eq!(licence["schema"]["id"], SCHEMA, "{verified:#}");
    assert!(verified.to_string().contains("age_over") && !verified.to_string().contains(SURNAME));

    walk.write(
        "rental.json",
        &walk.request(2, |query| {
            query
                .disclose(path("family_name"))
                .prove(path("birth_date"), Operator::AgeBetween(21, 75))
                .prove(path("points"), Operator::Lt(8.into()))
        }),
    );
    let told =
        walk.done("wallet present --dir W --keys K --request rental.json --out P2.json --json");
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["cards"][0]["disclosed"]["family_name"], SURNAME);
    assert_eq!(told["cards"][0]["hidden"], json!(["middle name"]));
    let verified = walk.done(&walk.verify("rental.json", "P2.json", ""));
    assert!(verified.contains(SURNAME));

    let ledger: Value = serde_json::from_str(&walk.done("wallet ledger --dir W --json")).unwrap();
    assert_eq!(ledger.as_array().unwrap().len(), 2);
}

fn refused_presentations(walk: &Walk) {
    let replay = walk.verify("bar.json", "P.json", " --replay-store seen");
    walk.refused(&replay, "refused");
    walk.refused(&walk.verify("rental.json", "P.json", ""), "refused");
    walk.refused(&walk.verify("bar.json", "P2.json", ""), "refused");
    let later = walk.now.plus_seconds(301);
    let late = walk
        .verify("bar.json", "P.json", "")
        .replace(&walk.now.to_string(), &later.to_string());
    walk.refused(&late, "expired");

    let token: Value = serde_json::from_slice(&fs::read(walk.path("P.json")).unwrap()).unwrap();
    let good = token["licence"][0].as_str().unwrap();
    let bytes = glimpse_protocol::json::from_base64(good).unwrap();
    // Every bit is flipped in the verifier's own tests; here some all over the file.
    for at in (0..bytes.len()).step_by(97) {
        let mut changed = bytes.clone();
        changed[at] ^= 1 << (at % 8);
        let changed = glimpse_protocol::json::to_base64(&changed);
        walk.write("changed.json", &json!({ "licence": [changed] }));
        walk.refused(&walk.verify("bar.json", "changed.json", ""), "refused");
    }
    walk.done("issuer init --dir other --name Other");
    let untrusting = walk
        .verify("bar.json", "P.json", "")
        .replace("I/manifest", "other/manifest");
    walk.refused(&untrusting, "refused");
}

fn refused_requests(walk: &Walk) {
    let present = |request: &str| {
        format!("wallet present --dir W --keys K --request {request} --out never.json")
    };
    walk.refused(&present("bar.json"), "answered already");
    let ask = |nonce, name: &'static str, operator| {
        walk.write(
            name,
            &walk.request(nonce, |query| query.prove(path("points"), operator)),
        );
    };
    ask(3, "untrue.json", Operator::Gt(3.into()));
    walk.refused(&present("untrue.json"), "what is asked for is not so");
    walk.write(
        "absent.json",
        &walk.request(4, |query| query.disclose(path("middle_name"))),
    );
    walk.refused(&present("absent.json"), "does not have middle name");
    walk.write(
        "unknown.json",
        &walk.request(5, |query| query.disclose(path("shoe_size"))),
    );
    walk.refused(&present("unknown.json"), "no attribute");
    ask(6, "fresh.json", Operator::Lte(3.into()));
    let stale = format!(
        "{} --now {}",
        present("fresh.json"),
        walk.now.plus_seconds(301)
    );
    walk.refused(&stale, "expired");

    let mut changed = walk.request(7, |query| query);
    changed["dcql_query"]["credentials"][0]["meta"]["surprise"] = json!(1);
    walk.write("surprise.json", &changed);
    walk.refused(&present("surprise.json"), "unknown member");
    let mut changed = walk.request(8, |query| query);
    changed["dcql_query"]["credentials"][0]["meta"]["issuers"] = json!([walk.issuer("other")]);
    walk.write("foreign.json", &changed);
    walk.refused(
        &present("foreign.json"),
        "does not accept credentials of Registry",
    );
    assert!(!walk.path("never.json").exists());
}

fn refused_credentials(walk: &Walk) {
    let import = "wallet import --dir W never-added.json";
    let good = fs::read(walk.path("credential.json")).unwrap();
    let with = |name: &str, value: Value| {
        let mut credential: Value = serde_json::from_slice(&good).unwrap();
        credential[name] = value;
        walk.write("never-added.json", &credential);
    };
    walk.refused("wallet import --dir W credential.json", "already");
    fs::write(walk.path("never-added.json"), &good[..good.len() / 2]).unwrap();
    walk.refused(import, "not a credential file");
    with(
        "attributes",
        json!({ "family_name": SURNAME, "birth_date": "1980-12-10", "points": 3 }),
    );
    walk.refused(import, "signature does not fit");
    with("expires_on", json!("2099-01-01"));
    walk.refused(import, "signature does not fit");
    with("issuer", json!(walk.issuer("other")));
    walk.refused(import, "has not enrolled");

    // The same enrolment shown to another issuer, answered to another nonce, and another wallet's credential.
    walk.refused(&issue("other", "never.json"), "another issuer");
    walk.refused(
        &issue("I", "never.json").replace(NONCE, &NONCE.replace('1', "2")),
        "another nonce",
    );
    walk.refused(
        &issue("I", "never.json").replace(SCHEMA, "org.example.none"),
        "has no schema",
    );
    walk.done("wallet init --dir V");
    walk.refused(
        "wallet import --dir V credential.json --issuer I/manifest.json",
        "another holder",
    );

    walk.write(
        "schema2.json",
        &json!({ "id": "x", "version": 1, "name": "x", "attributes": [
        { "path": ["a"], "type": "colour", "label": "a" }]}),
    );
    walk.refused(
        "issuer schema --dir I schema2.json",
        "a type that is not known here",
    );
    let list: Value = serde_json::from_str(&walk.done("wallet list --dir W --json")).unwrap();
    assert_eq!(list.as_array().unwrap().len(), 1);
}

fn refused_keys(walk: &Walk) {
    for (passphrase, code) in [(Some("wrong"), 1), (None, 2), (Some(""), 2)] {
        let output = walk.run_as(passphrase, "wallet list --dir W");
        assert_eq!(output.status.code(), Some(code), "{passphrase:?}");
    }
    let wrong = walk.run_as(Some("wrong"), "wallet list --dir W");
    assert!(text(&wrong.stderr).contains("the passphrase is wrong"));
    assert_eq!(walk.run("wallet list").status.code(), Some(2));
    assert_eq!(walk.run("verify --now yesterday").status.code(), Some(2));
    walk.refused("wallet init --dir W", "there is a wallet here already");
    walk.refused("issuer init --dir I --name Again", "already");
    walk.refused("keys init --dir K", "already");
    walk.refused("wallet list --dir nowhere", "no wallet");
    assert!(!walk.path("nowhere").exists());

    let info: Value = serde_json::from_str(&walk.done("keys info K --json")).unwrap();
    assert_eq!(info["kind"], "single-party");
    let file = |kind: &str| {
        walk.path("K")
            .join(info["circuits"][0][kind]["file"].as_str().unwrap())
    };
    for kind in ["proving_key", "verifying_key"] {
        let good = fs::read(file(kind)).unwrap();
        let mut bad = good.clone();
        bad[good.len() / 2] ^= 1;
        fs::write(file(kind), &bad).unwrap();
        walk.refused("keys info K", "does not match the manifest");
        fs::write(file(kind), &good).unwrap();
    }
    walk.done("keys info K");
}

/// Every file of the wallet, and every secret file of the issuer.
fn nothing_readable_is_stored(walk: &Walk) {
    for entry in fs::read_dir(walk.path("W")).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        let found = bytes
            .windows(SURNAME.len())
            .any(|window| window == SURNAME.as_bytes());
        assert!(!found, "an attribute is readable");
    }
    #[cfg(unix)]
    for file in [
        "I/keys.json",
        "credential.json",
        "W/header-00000000000000000000000000000000",
    ] {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(walk.path(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{file} is readable by others");
    }
}

#[test]
fn every_command_has_help() {
    let walk = Walk {
        folder: tempfile::tempdir().unwrap(),
        now: DateTime::from_unix(0).unwrap(),
    };
    for command in [
        "",
        "keys ",
        "keys init ",
        "keys info ",
        "issuer ",
        "issuer init ",
        "issuer schema ",
        "issuer issue ",
        "wallet ",
        "wallet init ",
        "wallet enrol ",
        "wallet import ",
        "wallet list ",
        "wallet prepare ",
        "wallet present ",
        "wallet ledger ",
        "verify ",
        "serve ",
    ] {
        let help = walk.done(&format!("{command}--help"));
        assert!(help.contains("Usage: glimpse"), "{command}");
    }
}

#[test]
fn an_expired_credential_proves_nothing_about_today() {
    let walk = set_up();
    let past = Date::new(2020, 1, 1).unwrap();
    walk.done(&format!(
        "{} --issued-on 2019-01-01 --expires-on {past}",
        issue("I", "old.json")
    ));
    let cards: Value = serde_json::from_str(&walk.done("wallet list --dir W --json")).unwrap();
    let good = cards[0]["card"].as_str().unwrap().to_owned();
    walk.done("wallet import --dir W old.json");
    let cards: Value = serde_json::from_str(&walk.done("wallet list --dir W --json")).unwrap();
    let old = cards
        .as_array()
        .unwrap()
        .iter()
        .map(|card| card["card"].as_str().unwrap())
        .find(|id| *id != good);
    walk.write("valid.json", &walk.request(9, |query| query));
    let present = format!(
        "wallet present --dir W --keys K --request valid.json --out P.json --card {}",
        old.unwrap()
    );
    walk.refused(&present, "Valid on");
}
