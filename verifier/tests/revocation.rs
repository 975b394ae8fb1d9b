//! Status lists: by which lists an answer counts, and that the verifier has read them itself.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, also in its helper functions"
)]

mod support;

use glimpse_protocol::credential::StatusIndex;
use glimpse_protocol::identity::Identity;
use glimpse_protocol::plan::{CredentialChoice, Plan};
use glimpse_protocol::presentation::{Presentation, PresentationError};
use glimpse_protocol::request::{QueryBuilder, Request};
use glimpse_protocol::status::{Entries, Epoch, StaleStatus, StatusHead, StatusList};
use glimpse_protocol::time::DateTime;
use glimpse_protocol::words;
use glimpse_verifier::{
    Fault, InMemoryReplayStore, Rejection, Rule, Trust, Verified, VerifiedIssuer, Verifier,
};
use serde_json::{Value, json};
use support::*;

fn verify_at(
    world: &World,
    request: &Request,
    bytes: &[u8],
    now: DateTime,
) -> Result<Verified, Rejection> {
    let mut trust = Trust::new(vec![manifest(1), manifest(2)]);
    trust.statuses = world.statuses.clone();
    let mut replay = InMemoryReplayStore::new();
    let verifier = Verifier::new(world.keys(), trust);
    verifier.verify(request, bytes, now, &mut replay, &mut world.rng.clone())
}

fn verify(world: &World, request: &Request, bytes: &[u8]) -> Result<Verified, Rejection> {
    verify_at(world, request, bytes, now())
}

fn rule(result: Result<Verified, Rejection>) -> Rule {
    result.unwrap_err().rule().clone()
}

/// Credentials of a shown issuer, by these lists of the first issuer or one of the second.
fn shown(tolerance: u32, heads: &[&StatusHead]) -> Request {
    let mut known: Vec<StatusHead> = heads.iter().copied().cloned().collect();
    known.push(head(2, 1, -60, 9));
    request(1, query().not_revoked(tolerance, &known))
}

/// Credentials of the first or the second issuer, by these lists.
fn hiding(tolerance: u32, heads: &[StatusHead]) -> Request {
    let (one, two) = (manifest(1), manifest(2));
    let asked = QueryBuilder::hiding_issuer("licence", &[schema()], &[&one, &two], now().date());
    request(1, asked.not_revoked(tolerance, heads))
}

#[test]
fn a_credential_is_not_revoked_by_a_list_that_the_verifier_has() {
    let mut world = World::new();
    let own = head(1, 4, -60, 9);
    // Of another issuer, and of its own an older one.
    world.statuses = vec![head(2, 9, -60, 9), own.clone(), head(1, 3, -120, 8)];
    let request = shown(0, &[&own]);
    let bytes = world.present_under(&request, Some(&own));
    let verified = verify(&world, &request, &bytes).unwrap();
    let credential = &verified.credentials()[0];
    assert_eq!(credential.not_revoked_by(), [own]);
    let json = serde_json::to_value(&verified).unwrap();
    let expected = json!({
        "issuer": manifest(1).id(), "epoch": 4,
        "valid_from": "2026-11-21T17:59:00Z", "valid_until": "2026-11-21T18:59:00Z",
        "words": "Not revoked by its issuer",
    });
    assert_eq!(json["credentials"][0]["not_revoked"], expected);

    let unasked = door(1);
    let bytes = world.present(&unasked);
    let verified = verify(&world, &unasked, &bytes).unwrap();
    assert!(verified.credentials()[0].not_revoked_by().is_empty());
    let json = serde_json::to_value(&verified).unwrap();
    assert_eq!(json["credentials"][0]["not_revoked"], Value::Null);
}

#[test]
fn a_list_that_the_verifier_has_not_read_does_not_count() {
    let mut world = World::new();
    let own = head(1, 4, -60, 9);
    let request = shown(3600, &[&own]);
    let bytes = world.present_under(&request, Some(&own));
    // None at all, another issuer's of that number, an older one, a newer one.
    for statuses in [
        vec![],
        vec![head(2, 4, -60, 9)],
        vec![head(1, 3, -120, 8)],
        vec![head(1, 5, -30, 10)],
    ] {
        world.statuses = statuses;
        let rejection = verify(&world, &request, &bytes).unwrap_err();
        assert_eq!(rejection.rule(), &Rule::MissingStatus);
        assert_eq!(rejection.fault(), Fault::Verifier);
    }
    world.statuses = vec![own];
    assert!(verify(&world, &request, &bytes).is_ok());
}

/// An epoch is a number that an issuer could give to one holder alone: an answer names only what everybody is asked.
#[test]
fn a_list_that_the_request_does_not_name_does_not_count() {
    let mut world = World::new();
    let (old, own, next) = (head(1, 3, -120, 9), head(1, 4, -60, 9), head(1, 5, -30, 9));
    let wide = shown(3600, &[&old, &own, &next]);
    world.statuses = vec![old.clone(), own.clone(), next.clone()];
    for head in [&old, &own, &next] {
        let bytes = world.present_under(&wide, Some(head));
        assert!(verify(&world, &wide, &bytes).is_ok());
    }
    let narrow = shown(3600, &[&own]);
    let renamed = |request: &Request, other: &StatusHead, world: &mut World| {
        let bytes = world.present_under(request, Some(&own));
        assert!(verify(world, request, &bytes).is_ok());
        let proof = Presentation::from_bytes(&bytes).unwrap().proof().to_vec();
        let renamed = Presentation::new(vec![0], vec![other.epoch()], &[], vec![], proof);
        rule(verify(world, request, &renamed.to_bytes()))
    };
    for other in [old, next] {
        let unfitting = Rule::Unfitting(PresentationError::Epochs);
        assert_eq!(renamed(&narrow, &other, &mut world), unfitting);
        // The entries are the same and so are the roots: the number is under the proof itself.
        assert_eq!(renamed(&wide, &other, &mut world), Rule::Proof);
    }
}

#[test]
fn a_list_counts_for_its_time() {
    let mut world = World::new();
    let (own, next) = (head(1, 4, -60, 9), head(1, 5, 30, 9));
    let answer = |world: &mut World, tolerance| {
        let request = shown(tolerance, &[&own]);
        let bytes = world.present_under(&request, Some(&own));
        (request, bytes)
    };
    let at = |world: &World, (request, bytes): &(Request, Vec<u8>), seconds| {
        let result = verify_at(world, request, bytes, now().plus_seconds(seconds));
        result.map_err(|rejection| rejection.rule().clone()).err()
    };
    let stale = |why| Some(Rule::StaleStatus(why));
    let (strict, lenient) = (answer(&mut world, 0), answer(&mut world, 60));
    world.statuses = vec![own.clone(), next];
    assert_eq!(at(&world, &strict, 29), None);
    assert_eq!(at(&world, &strict, 30), stale(StaleStatus::Superseded));
    assert_eq!(at(&world, &lenient, 89), None);
    assert_eq!(at(&world, &lenient, 90), stale(StaleStatus::Superseded));

    // An hour is over.
    let ending = head(1, 4, -3600, 9);
    world.statuses = vec![ending.clone()];
    let of = |world: &mut World, tolerance| {
        let request = shown(tolerance, &[&ending]);
        let bytes = world.present_under(&request, Some(&ending));
        (request, bytes)
    };
    let (strict, lenient) = (of(&mut world, 0), of(&mut world, 60));
    assert_eq!(at(&world, &strict, 0), None);
    assert_eq!(at(&world, &strict, 1), stale(StaleStatus::Ended));
    assert_eq!(at(&world, &lenient, 60), None);
    assert_eq!(at(&world, &lenient, 61), stale(StaleStatus::Ended));

    let future = head(1, 4, 61, 9);
    world.statuses = vec![future.clone()];
    let request = shown(60, &[&future]);
    let bytes = world.present_under(&request, Some(&future));
    let rejection = verify(&world, &request, &bytes).unwrap_err();
    assert_eq!(rejection.rule(), &Rule::StaleStatus(StaleStatus::NotYet));
    assert_eq!(rejection.fault(), Fault::Verifier);
}

#[test]
fn two_lists_of_one_epoch_are_the_issuers_deceit() {
    let mut world = World::new();
    let (own, twin) = (head(1, 4, -60, 9), head(1, 4, -60, 10));
    let request = shown(0, &[&own]);
    let bytes = world.present_under(&request, Some(&own));
    world.statuses = vec![own.clone(), twin.clone()];
    let rejection = verify(&world, &request, &bytes).unwrap_err();
    assert_eq!(rejection.rule(), &Rule::Equivocation);
    assert_eq!(rejection.fault(), Fault::Issuer);
    // The same head twice is no harm.
    world.statuses = vec![own.clone(), own.clone()];
    assert!(verify(&world, &request, &bytes).is_ok());
    // A request with another list than the verifier's own.
    let other = head(2, 1, -60, 9);
    let hidden = hiding(0, &[twin, other.clone()]);
    let bytes = world.present(&hidden);
    world.statuses = vec![own, other];
    assert_eq!(rule(verify(&world, &hidden, &bytes)), Rule::Equivocation);
}

#[test]
fn an_answer_cannot_leave_out_what_was_asked() {
    let mut world = World::new();
    let own = head(1, 4, -60, 9);
    world.statuses = vec![own.clone()];
    let (asked, unasked) = (shown(0, &[&own]), request(1, query()));
    let rewritten = |bytes: &[u8], epochs: Vec<Epoch>| {
        let proof = Presentation::from_bytes(bytes).unwrap().proof().to_vec();
        Presentation::new(vec![0], epochs, &[], vec![], proof).to_bytes()
    };
    let full = world.present_under(&asked, Some(&own));
    let unfitting = Rule::Unfitting(PresentationError::Epochs);
    assert_eq!(
        rule(verify(&world, &asked, &rewritten(&full, vec![]))),
        unfitting
    );
    let bare = world.present(&unasked);
    let more = rewritten(&bare, vec![own.epoch()]);
    assert_eq!(rule(verify(&world, &unasked, &more)), unfitting);

    // An answer to the weaker question, dressed up as one to the stronger.
    let credential = world.credential.clone();
    let choice = CredentialChoice::of("licence", &credential).with_status(Some(&own));
    let weaker = Plan::compile(&unasked, &[choice]).unwrap();
    let stronger = Plan::compile(&asked, &[choice]).unwrap();
    let bytes = world.present_as(&unasked, &weaker, &[], &stronger.context(&asked));
    let dressed = rewritten(&bytes, vec![own.epoch()]);
    assert_eq!(rule(verify(&world, &asked, &dressed)), Rule::ProofForm);
}

#[test]
fn lists_of_hidden_issuers_are_the_verifiers_own_and_fresh() {
    let mut world = World::new();
    let heads = [head(1, 4, -60, 9), head(2, 7, -60, 9)];
    let request = hiding(0, &heads);
    let bytes = world.present(&request);
    world.statuses = heads.to_vec();
    let verified = verify(&world, &request, &bytes).unwrap();
    let credential = &verified.credentials()[0];
    assert!(matches!(credential.issuer(), VerifiedIssuer::OneOf(issuers) if issuers.len() == 2));
    assert_eq!(credential.not_revoked_by(), heads);
    let json = serde_json::to_value(&verified).unwrap();
    let lists = &json["credentials"][0]["not_revoked"];
    assert_eq!(lists["words"], words::not_revoked(2));
    let lists = &lists["one_of"];
    assert_eq!(
        (&lists[0]["epoch"], &lists[1]["epoch"]),
        (&json!(4), &json!(7))
    );

    let mut with = |statuses: Vec<StatusHead>| {
        world.statuses = statuses;
        rule(verify(&world, &request, &bytes))
    };
    let [one, two] = heads;
    assert_eq!(with(vec![one.clone()]), Rule::MissingStatus);
    let passed = head(2, 8, -30, 9);
    let refused = with(vec![one.clone(), two.clone(), passed.clone()]);
    assert_eq!(refused, Rule::StaleStatus(StaleStatus::Superseded));
    assert_eq!(with(vec![one, passed]), Rule::MissingStatus);
}

#[test]
fn lists_are_read_from_files_or_heads() {
    let list = |mark| {
        let mut entries = Entries::new();
        entries.set(StatusIndex::new(mark), true).unwrap();
        let identity = Identity::from_seed(&[1; 32]);
        let until = now().plus_seconds(60);
        StatusList::sign(entries, Epoch::FIRST, now(), until, &identity).unwrap()
    };
    let (one, other) = (list(1), list(2));
    let mut trust = Trust::new(vec![]);
    trust.add_status(&one.to_bytes()).unwrap();
    trust.add_status(&one.head().to_bytes()).unwrap();
    assert_eq!(trust.statuses, [one.head().clone()]);
    // What contradicts it is kept, too: it must not go unnoticed.
    trust.add_status(&other.head().to_bytes()).unwrap();
    assert_eq!(trust.statuses.len(), 2);
    let mut broken = one.to_bytes();
    broken[40] ^= 1;
    for bytes in [&broken[..], b"", b"{}"] {
        assert!(trust.add_status(bytes).is_err());
    }
    assert_eq!(trust.statuses.len(), 2);
}
