//! What a verifier is told: every field of the result, of an answer that hides what it can.
#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, also in its helper functions"
)]

mod support;

use glimpse_primitives::eddsa;
use glimpse_protocol::formula::Formula;
use glimpse_protocol::identity::Identity;
use glimpse_protocol::manifest::IssuerManifest;
use glimpse_protocol::predicate::{Operator, Predicate};
use glimpse_protocol::pseudonym::{Pseudonym, Scope};
use glimpse_protocol::request::{QueryBuilder, Request};
use glimpse_verifier::{InMemoryReplayStore, Rejection, Rule, Trust, Verified, Verifier};
use serde_json::json;
use support::*;

/// Whom the holder of a licence by one of two registries, whichever it is, is to the forum.
fn forum(nonce: u8) -> Request {
    let (one, two) = (manifest(1), manifest(2));
    let leaf = |name, operator| {
        Formula::Leaf(Predicate {
            path: path(name),
            operator,
        })
    };
    let of_age = leaf("birth_date", Operator::AgeOver(18));
    let spotless = leaf("points", Operator::Lt(4.into()));
    let query = QueryBuilder::hiding_issuer("licence", &[schema()], &[&one, &two], now().date())
        .disclose(path("name"))
        .pseudonym("forum")
        .prove_that(Formula::Any(vec![of_age, spotless]));
    request(nonce, query)
}

fn ask(world: &mut World, issuers: Vec<IssuerManifest>) -> Result<Verified, Rejection> {
    let request = forum(1);
    let bytes = world.present(&request);
    let verifier = Verifier::new(world.keys(), Trust::new(issuers));
    let mut replay = InMemoryReplayStore::new();
    verifier.verify(&request, &bytes, now(), &mut replay, &mut world.rng)
}

#[test]
fn a_result_says_what_was_learned_and_no_more() {
    let mut world = World::new();
    let verified = ask(&mut world, vec![manifest(1), manifest(2)]).unwrap();
    let request = forum(1);
    let first = &verified.credentials()[0];
    let (scope, forum) = (Scope::new("forum").unwrap(), Identity::from_seed(&[9; 32]));
    let pseudonym = Pseudonym::of(&world.secret, &scope, &forum.did()).unwrap();
    let did = |seed| Identity::from_seed(&[seed; 32]).did();
    let expected = json!({
        "verified": true,
        "audience": request.client_id(),
        "nonce": request.nonce().to_base64(),
        "credentials": [{
            "query": "licence",
            "issuer": {"one_of": [
                {"id": did(1), "name": "Motor Registry"},
                {"id": did(2), "name": "Motor Registry"},
            ]},
            "schema": {"id": "licence", "name": "Licence"},
            "as_of": "2026-11-21",
            "valid_on": "2026-11-21",
            "not_revoked": null,
            "disclosed": [
                {"path": ["name"], "label": "Name", "type": "text", "value": "Canary Wharf"},
            ],
            "proved": [
                {
                    "any": [
                        {
                            "path": ["birth_date"], "label": "Date of birth",
                            "predicate": "age_over", "operands": [18], "words": "18 or older",
                        },
                        {
                            "path": ["points"], "label": "Points",
                            "predicate": "lt", "operands": [4], "words": "Points: less than 4",
                        },
                    ],
                    "words": "18 or older, or Points: less than 4",
                },
                {"predicate": "not_expired", "operands": [], "words": "Valid on 21 November 2026"},
            ],
            "hidden": [
                {"path": ["birth_date"], "label": "Date of birth"},
                {"path": ["points"], "label": "Points"},
            ],
            "pseudonym": {"scope": "forum", "value": pseudonym.to_string()},
        }],
    });
    assert_eq!(serde_json::to_value(&verified).unwrap(), expected);

    // What a program reads says the same.
    assert_eq!(verified.nonce(), request.nonce().to_base64());
    assert_eq!(first.query(), "licence");
    assert_eq!(first.issuer_name(), "one of Motor Registry, Motor Registry");
    assert_eq!(first.schemas(), [schema().id().clone()]);
    assert_eq!(first.schema_names(), ["Licence"]);
    assert_eq!(first.pseudonym(), Some(&pseudonym));
    assert_eq!(first.as_of(), now().date());
    assert_eq!(first.proved().len(), 2);
    assert_eq!(first.disclosed().count(), 1);
    assert_eq!(first.hidden().len(), 2);
    assert_eq!(first.not_revoked_by(), []);
}

/// A hidden issuer counts by the key that its newest manifest gives, not by one that the request remembers.
#[test]
fn a_hidden_issuer_with_a_former_key_is_refused() {
    let mut world = World::new();
    let mut body = manifest(2).body().clone();
    body.credential_key = eddsa::SigningKey::from_seed([5; 32]).verifying_key();
    let renewed = IssuerManifest::sign(body, &Identity::from_seed(&[2; 32])).unwrap();
    let refused = ask(&mut world, vec![manifest(1), renewed]).unwrap_err();
    assert_eq!(*refused.rule(), Rule::IssuerKey);
    let refused = ask(&mut world, vec![manifest(1)]).unwrap_err();
    assert_eq!(*refused.rule(), Rule::UnknownIssuer);
}

#[test]
fn a_refusal_says_whose_fault_it_is_and_what_to_do() {
    let mut world = World::new();
    let refused = ask(&mut world, vec![manifest(1)]).unwrap_err();
    let said = serde_json::to_value(&refused).unwrap();
    let expected = json!({
        "rule": "unknown_issuer",
        "fault": "verifier",
        "message": "the issuer's manifest is not among those that are trusted",
        "advice": "Load the manifests of all issuers that requests accept.",
    });
    assert_eq!(said, expected);
}
