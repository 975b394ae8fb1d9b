//! The one call: what is accepted, and every rule that refuses.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, also in its helper functions"
)]

mod support;

use glimpse_protocol::identity::Identity;
use glimpse_protocol::plan::{CredentialChoice, Plan};
use glimpse_protocol::predicate::Operator;
use glimpse_protocol::presentation::Presentation;
use glimpse_protocol::request::{SignedRequest, SignedRequestError, StaleRequest};
use glimpse_protocol::text::ShortText;
use glimpse_protocol::value::AttributeValue;
use glimpse_verifier::{
    Fault, InMemoryReplayStore, KeySet, Rejection, Rule, Trust, Verified, Verifier,
};
use support::*;

fn verify(
    world: &mut World,
    request: &glimpse_protocol::request::Request,
    bytes: &[u8],
) -> Result<Verified, Rejection> {
    let mut replay = InMemoryReplayStore::new();
    world
        .verifier()
        .verify(request, bytes, now(), &mut replay, &mut world.rng.clone())
}

fn rule(result: Result<Verified, Rejection>) -> Rule {
    result.unwrap_err().rule().clone()
}

#[test]
fn an_answer_is_verified_and_typed() {
    let mut world = World::new();
    let request = rental(1);
    let bytes = world.present(&request);
    let verified = verify(&mut world, &request, &bytes).unwrap();
    let credential = &verified.credentials()[0];
    assert_eq!(verified.audience(), request.client_id());
    assert_eq!(credential.issuer_name(), "Motor Registry");
    assert_eq!(
        credential.value(&path("name")),
        Some(&AttributeValue::Text(
            ShortText::new("Canary Wharf").unwrap()
        ))
    );
    assert_eq!(credential.value(&path("birth_date")), None);
    let json = serde_json::to_value(&verified).unwrap();
    assert_eq!(json["verified"], true);
    let first = &json["credentials"][0];
    assert_eq!(first["disclosed"][0]["value"], "Canary Wharf");
    assert_eq!(first["disclosed"][0]["type"], "text");
    assert_eq!(first["proved"][0]["words"], "between 21 and 75 years old");
    assert_eq!(first["proved"][0]["predicate"], "age_between");
    assert_eq!(first["proved"][0]["operands"], serde_json::json!([21, 75]));
    assert_eq!(first["proved"][1]["words"], "Valid on 21 November 2026");
    assert_eq!(first["hidden"].as_array().unwrap().len(), 2);
}

#[test]
fn a_request_is_answered_once() {
    let mut world = World::new();
    let request = door(1);
    let bytes = world.present(&request);
    let again = world.present(&request);
    assert_ne!(bytes, again);
    let verifier = world.verifier();
    let mut replay = InMemoryReplayStore::new();
    let mut ask =
        |bytes: &[u8]| verifier.verify(&request, bytes, now(), &mut replay, &mut world.rng);
    // A presentation that does not verify does not use up the request.
    let mut broken = bytes.clone();
    *broken.last_mut().unwrap() ^= 1;
    assert!(matches!(rule(ask(&broken)), Rule::Proof | Rule::ProofForm));
    assert!(ask(&bytes).is_ok());
    assert_eq!(rule(ask(&bytes)), Rule::Replayed);
    assert_eq!(rule(ask(&again)), Rule::Replayed);
}

#[test]
fn an_answer_fits_its_own_request_only() {
    let mut world = World::new();
    let bytes = world.present(&door(1));
    assert_eq!(rule(verify(&mut world, &door(2), &bytes)), Rule::Proof);
    assert!(matches!(
        rule(verify(&mut world, &rental(1), &bytes)),
        Rule::Unfitting(_)
    ));
    // The same question in other bytes is another request.
    let mut spaced = door(1).bytes().to_vec();
    spaced.push(b' ');
    let spaced = glimpse_protocol::request::Request::parse(&spaced).unwrap();
    assert_eq!(rule(verify(&mut world, &spaced, &bytes)), Rule::Proof);
    // So is the same request to a stricter door.
    let stricter = request(1, query().prove(path("birth_date"), Operator::AgeOver(21)));
    assert_eq!(rule(verify(&mut world, &stricter, &bytes)), Rule::Proof);
}

#[test]
fn of_two_manifests_of_an_issuer_the_newest_counts() {
    let mut world = World::new();
    let bytes = world.present(&door(1));
    let mut body = world.manifest.body().clone();
    body.credential_key = glimpse_primitives::eddsa::SigningKey::from_seed([9; 32]).verifying_key();
    body.issued_at = now().plus_seconds(1);
    let renewed =
        glimpse_protocol::manifest::IssuerManifest::sign(body, &Identity::from_seed(&[1; 32]))
            .unwrap();
    // The credential rests on a key that its issuer has replaced.
    let older = world.manifest.clone();
    for issuers in [
        vec![older.clone(), renewed.clone()],
        vec![renewed.clone(), older.clone()],
    ] {
        let verifier = Verifier::new(world.keys(), Trust::new(issuers));
        let mut replay = InMemoryReplayStore::new();
        let result = verifier.verify(&door(1), &bytes, now(), &mut replay, &mut world.rng);
        assert_eq!(rule(result), Rule::Proof);
    }
}

#[test]
fn another_value_than_the_proved_one_is_refused() {
    let mut world = World::new();
    let request = rental(1);
    let bytes = world.present(&request);
    let proof = Presentation::from_bytes(&bytes).unwrap().proof().to_vec();
    let lie = AttributeValue::Text(ShortText::new("Canary Warf").unwrap());
    let forged = Presentation::new(vec![0], vec![], &[lie], vec![], proof.clone()).to_bytes();
    let rejection = verify(&mut world, &request, &forged).unwrap_err();
    assert_eq!(rejection.rule(), &Rule::Proof);
    // A rejection never echoes what was disclosed.
    let said = format!(
        "{rejection} {rejection:?} {}",
        serde_json::to_string(&rejection).unwrap()
    );
    assert!(!said.contains("Canary"));
    let typed = Presentation::new(
        vec![0],
        vec![],
        &[AttributeValue::Integer(1)],
        vec![],
        proof.clone(),
    )
    .to_bytes();
    assert!(matches!(
        rule(verify(&mut world, &request, &typed)),
        Rule::Unfitting(_)
    ));
    let more = Presentation::new(vec![0, 0], vec![], &[], vec![], proof.clone()).to_bytes();
    assert!(matches!(
        rule(verify(&mut world, &request, &more)),
        Rule::Unfitting(_)
    ));
    let outside = Presentation::new(vec![2], vec![], &[], vec![], proof).to_bytes();
    assert!(matches!(
        rule(verify(&mut world, &request, &outside)),
        Rule::Unfitting(_)
    ));
}

/// The plan says `holds` = 1; a proof that the range does not hold must not pass for it.
#[test]
fn a_proof_that_a_predicate_is_false_is_refused() {
    let mut world = World::new();
    let asked = request(1, query().prove(path("points"), Operator::Eq(3.into())));
    let denied = request(1, query().prove(path("points"), Operator::Ne(3.into())));
    let credential = world.credential.clone();
    let choice = [CredentialChoice::of("licence", &credential)];
    let plan = Plan::compile(&denied, &choice).unwrap();
    let context = Plan::compile(&asked, &choice).unwrap().context(&asked);
    let bytes = world.present_as(&asked, &plan, &[], &context);
    assert_eq!(rule(verify(&mut world, &asked, &bytes)), Rule::Proof);
}

/// The dates that are compared with the day are those that the credential's own proof is about.
#[test]
fn a_true_range_about_another_slot_does_not_pass_for_validity() {
    let mut world = World::new();
    let asked = request(1, query());
    let weaker = query()
        .accept_expired()
        .prove(path("points"), Operator::Gte(0.into()));
    let weaker = request(1, weaker);
    let credential = world.credential.clone();
    let choice = [CredentialChoice::of("licence", &credential)];
    let plan = Plan::compile(&weaker, &choice).unwrap();
    let context = Plan::compile(&asked, &choice).unwrap().context(&asked);
    let bytes = world.present_as(&asked, &plan, &[], &context);
    assert_eq!(rule(verify(&mut world, &asked, &bytes)), Rule::Proof);
}

#[test]
fn a_result_says_whether_validity_was_asked_for() {
    let mut world = World::new();
    let mut valid_on = |request: &glimpse_protocol::request::Request| {
        let bytes = world.present(request);
        let verified = verify(&mut world, request, &bytes).unwrap();
        let json = serde_json::to_value(&verified).unwrap();
        let day = verified.credentials()[0].valid_on();
        assert_eq!(
            json["credentials"][0]["valid_on"].as_str(),
            day.map(|day| day.to_string()).as_deref()
        );
        day
    };
    assert_eq!(valid_on(&door(1)), Some(now().date()));
    let careless = query().disclose(path("name")).accept_expired();
    assert_eq!(valid_on(&request(2, careless)), None);
}

#[test]
fn time_is_checked_before_anything_costs() {
    let mut world = World::new();
    let request = door(1);
    let bytes = world.present(&request);
    let verifier = world.verifier();
    let mut at = |seconds: i64| {
        let now = now().plus_seconds(seconds);
        verifier.verify(
            &request,
            &bytes,
            now,
            &mut InMemoryReplayStore::new(),
            &mut world.rng,
        )
    };
    assert!(at(300).is_ok());
    let late = at(301).unwrap_err();
    assert_eq!((late.code(), late.fault()), ("expired", Fault::Holder));
    assert_eq!(rule(at(-61)), Rule::Stale(StaleRequest::NotYet));
    assert!(at(-60).is_ok());
}

#[test]
fn trust_is_the_verifiers_own() {
    let mut world = World::new();
    let request = door(1);
    let bytes = world.present(&request);
    let mut ask = |verifier: Verifier| {
        verifier.verify(
            &request,
            &bytes,
            now(),
            &mut InMemoryReplayStore::new(),
            &mut world.rng,
        )
    };
    let keys = World::new().keys();
    let trusting = |seed| Verifier::new(keys.clone(), Trust::new(vec![manifest(seed)]));
    assert_eq!(rule(ask(trusting(2))), Rule::UnknownIssuer);
    assert!(ask(trusting(1)).is_ok());
    let no_keys = KeySet::from_keys([]).unwrap();
    assert_eq!(
        rule(ask(Verifier::new(no_keys, Trust::new(vec![manifest(1)])))),
        Rule::MissingKey
    );
}

/// A verifier without state is handed its request back by whoever wants to be let in.
#[test]
fn a_request_that_is_handed_back_must_be_ones_own() {
    let mut world = World::new();
    let (own, other) = (Identity::from_seed(&[9; 32]), Identity::from_seed(&[8; 32]));
    let verifier = world.verifier();
    let mut ask = |signed: &SignedRequest| {
        let bytes = world.present(signed.request());
        let mut replay = InMemoryReplayStore::new();
        verifier.verify_signed(
            &own.did(),
            signed,
            &bytes,
            now(),
            &mut replay,
            &mut world.rng,
        )
    };
    let signed = SignedRequest::sign(door(1), &own).unwrap();
    let handed_back = SignedRequest::verify(signed.as_str()).unwrap();
    assert!(ask(&handed_back).is_ok());

    // One that somebody else wrote and signed, whose proof is good.
    let theirs = query().disclose(path("name")).accept_expired();
    let theirs = request_of(&other, 1, theirs);
    let theirs = SignedRequest::sign(theirs, &other).unwrap();
    assert_eq!(rule(ask(&theirs)), Rule::Audience);

    // One that names this verifier, signed by somebody else, is not even a signed request.
    let weaker = request(1, query().disclose(path("name")).accept_expired());
    let refused = SignedRequest::sign(weaker.clone(), &other).unwrap_err();
    assert_eq!(refused, SignedRequestError::OtherClient);
    let [header, _, signature] = parts(signed.as_str());
    let payload = glimpse_protocol::json::to_base64(weaker.bytes());
    let signed_by = |identity: &Identity| {
        let message = format!("{header}.{payload}");
        let signature = identity.sign(message.as_bytes());
        format!(
            "{message}.{}",
            glimpse_protocol::json::to_base64(&signature)
        )
    };
    for forged in [format!("{header}.{payload}.{signature}"), signed_by(&other)] {
        assert_eq!(
            SignedRequest::verify(&forged).unwrap_err(),
            SignedRequestError::Signature
        );
    }
}

fn parts(jwt: &str) -> [&str; 3] {
    let parts: Vec<&str> = jwt.split('.').collect();
    parts.try_into().unwrap()
}

#[test]
fn the_readme_shows_the_lines_of_the_example() {
    let example = include_str!("../examples/verify.rs");
    let (_, rest) = example.split_once("    // Once, at start").unwrap();
    let (lines, _) = rest.split_once("\n    println!").unwrap();
    let shown = lines.replace("\n    ", "\n");
    let readme = include_str!("../../README.md");
    assert!(readme.contains(shown.trim_end()));
}

/// The same signature by another accepted issuer: the key's hash is public in the statement.
#[test]
fn a_credential_does_not_pass_for_another_issuers() {
    let mut world = World::new();
    let request = door(1);
    let bytes = world.present(&request);
    let proof = Presentation::from_bytes(&bytes).unwrap().proof().to_vec();
    let other = Presentation::new(vec![1], vec![], &[], vec![], proof).to_bytes();
    let trust = Trust::new(vec![manifest(1), manifest(2)]);
    let verifier = Verifier::new(world.keys(), trust);
    let result = verifier.verify(
        &request,
        &other,
        now(),
        &mut InMemoryReplayStore::new(),
        &mut world.rng,
    );
    assert_eq!(rule(result), Rule::Proof);
}

fn flip(step: usize) {
    let mut world = World::new();
    let request = rental(1);
    let good = world.present(&request);
    for bit in (0..good.len() * 8).step_by(step) {
        let mut bytes = good.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        assert!(
            verify(&mut world, &request, &bytes).is_err(),
            "bit {bit} flipped and accepted"
        );
    }
    assert!(verify(&mut world, &request, &good).is_ok());
}

#[test]
fn a_flipped_bit_is_refused() {
    flip(11);
}

#[test]
#[ignore = "slow: cargo xtask test --all"]
fn any_flipped_bit_is_refused() {
    flip(1);
}

#[test]
fn cut_and_lengthened_answers_are_refused() {
    let mut world = World::new();
    let request = rental(1);
    let good = world.present(&request);
    for len in 0..good.len() {
        assert!(matches!(
            rule(verify(&mut world, &request, &good[..len])),
            Rule::Malformed(_)
        ));
    }
    let mut longer = good.clone();
    longer.push(0);
    assert!(matches!(
        rule(verify(&mut world, &request, &longer)),
        Rule::Malformed(_)
    ));
    let huge = vec![0x84; 1 << 20];
    assert!(matches!(
        rule(verify(&mut world, &request, &huge)),
        Rule::Malformed(_)
    ));
}

#[test]
fn a_batch_names_its_failing_members() {
    let mut world = World::new();
    let requests: Vec<_> = (1..=5).map(door).collect();
    let mut answers: Vec<Vec<u8>> = requests
        .iter()
        .map(|request| world.present(request))
        .collect();
    answers[1] = answers[0].clone();
    answers[2].truncate(9);
    let mut batch: Vec<_> = requests
        .iter()
        .zip(&answers)
        .map(|(request, bytes)| (request, bytes.as_slice()))
        .collect();
    batch.push(batch[4]);
    let mut replay = InMemoryReplayStore::new();
    let results = world
        .verifier()
        .verify_batch(&batch, now(), &mut replay, &mut world.rng);
    let codes: Vec<_> = results
        .iter()
        .map(|result| result.as_ref().map_or_else(Rejection::code, |_| "ok"))
        .collect();
    assert_eq!(codes, ["ok", "proof", "malformed", "ok", "ok", "replayed"]);
    assert!(
        world
            .verifier()
            .verify_batch(&[], now(), &mut replay, &mut world.rng)
            .is_empty()
    );
}
