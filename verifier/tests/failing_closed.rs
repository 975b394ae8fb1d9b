//! What fails, fails closed: keys, stores and generators.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, also in its helper functions"
)]

mod support;

use glimpse_protocol::circuit::CircuitId;
use glimpse_protocol::identity::Identity;
use glimpse_protocol::manifest::{CircuitKeys, KeyFile, KeyKind, KeyManifest, KeyManifestBody};
use glimpse_protocol::time::DateTime;
use glimpse_verifier::{
    InMemoryReplayStore, KeySet, KeySetError, REPLAY_MARGIN, Rejection, ReplayKey, ReplayStore,
    ReplayStoreError, Rule, Seen, Verified,
};
use rand_chacha::rand_core::{self, CryptoRng, RngCore};
use support::*;

fn rule(result: Result<Verified, Rejection>) -> Rule {
    result.unwrap_err().rule().clone()
}

struct FailingStore;

impl ReplayStore for FailingStore {
    fn insert(&mut self, _: &ReplayKey, _: DateTime) -> Result<Seen, ReplayStoreError> {
        Err(ReplayStoreError("disk full".into()))
    }
}

struct FailingRng;

impl RngCore for FailingRng {
    fn next_u32(&mut self) -> u32 {
        0
    }
    fn next_u64(&mut self) -> u64 {
        0
    }
    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        bytes.fill(0);
    }
    fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), rand_core::Error> {
        Err(rand_core::Error::from(core::num::NonZeroU32::MIN))
    }
}

impl CryptoRng for FailingRng {}

#[test]
fn what_fails_fails_closed() {
    let mut world = World::new();
    let request = door(1);
    let bytes = world.present(&request);
    let verifier = world.verifier();
    let full = verifier.verify(&request, &bytes, now(), &mut FailingStore, &mut world.rng);
    assert_eq!(rule(full), Rule::ReplayStore);
    let mut replay = InMemoryReplayStore::new();
    let blind = verifier.verify(&request, &bytes, now(), &mut replay, &mut FailingRng);
    assert_eq!(rule(blind), Rule::Randomness);
    let batch = verifier.verify_batch(&[(&request, &bytes)], now(), &mut replay, &mut FailingRng);
    assert_eq!(rule(batch.into_iter().next().unwrap()), Rule::Randomness);
    assert!(
        verifier
            .verify(&request, &bytes, now(), &mut replay, &mut world.rng)
            .is_ok()
    );
}

#[test]
fn an_in_memory_store_forgets_only_what_has_expired() {
    let mut store = InMemoryReplayStore::new();
    let key = ReplayKey::of(&door(1));
    let expires = now().plus_seconds(300);
    assert_eq!(store.insert(&key, expires).unwrap(), Seen::First);
    store.forget_expired(expires);
    assert_eq!(store.insert(&key, expires).unwrap(), Seen::Again);
    store.forget_expired(expires.plus_seconds(1));
    assert_eq!(store.insert(&key, expires).unwrap(), Seen::First);
    assert_ne!(ReplayKey::of(&door(2)).to_bytes(), key.to_bytes());
}

/// A clock that runs an hour ahead makes the store forget; an hour behind, it asks for the request again.
#[test]
fn a_clock_that_steps_back_readmits_no_answer() {
    let mut world = World::new();
    let request = door(1);
    let bytes = world.present(&request);
    let verifier = world.verifier();
    let mut replay = InMemoryReplayStore::new();
    let mut ask = |replay: &mut InMemoryReplayStore| {
        verifier.verify(&request, &bytes, now(), replay, &mut world.rng)
    };
    assert!(ask(&mut replay).is_ok());
    let expires = request.expires_at();
    replay.forget_expired(expires.plus_seconds(REPLAY_MARGIN));
    assert_eq!(rule(ask(&mut replay)), Rule::Replayed);
    // Two hours span both: the clock an hour ahead at one time, an hour behind at another.
    const { assert!(REPLAY_MARGIN >= 2 * 3600) };
    replay.forget_expired(expires.plus_seconds(REPLAY_MARGIN + 1));
    assert!(ask(&mut replay).is_ok(), "nothing is kept for ever");
}

#[test]
fn keys_that_do_not_match_their_manifest_are_refused() {
    let world = World::new();
    let bytes = world.trapdoors[&CircuitId::Range].key.to_bytes();
    let entry = CircuitKeys {
        circuit: CircuitId::Range,
        constraints: 200,
        proving_key: KeyFile::of("range.pk", b"unused"),
        verifying_key: KeyFile::of("range.vk", &bytes),
    };
    let body = KeyManifestBody {
        kind: KeyKind::SingleParty,
        created: now(),
        circuits: vec![entry],
    };
    let manifest = KeyManifest::sign(body.clone(), &Identity::from_seed(&[5; 32])).unwrap();
    assert!(KeySet::load(&manifest, |_| Some(bytes.clone())).is_ok());
    assert!(matches!(
        KeySet::load(&manifest, |_| None),
        Err(KeySetError::Missing(CircuitId::Range))
    ));
    let mut changed = bytes.clone();
    changed[40] ^= 1;
    assert!(matches!(
        KeySet::load(&manifest, |_| Some(changed.clone())),
        Err(KeySetError::Digest(_))
    ));
    // Even a manifest that names it does not make a key for another circuit acceptable.
    let other = world.trapdoors[&CircuitId::Credential8].key.to_bytes();
    let mut body = body;
    body.circuits[0].verifying_key = KeyFile::of("range.vk", &other);
    let manifest = KeyManifest::sign(body, &Identity::from_seed(&[5; 32])).unwrap();
    assert!(matches!(
        KeySet::load(&manifest, |_| Some(other.clone())),
        Err(KeySetError::Key(..))
    ));
    let wrong = KeySet::from_keys([(
        CircuitId::Range,
        world.trapdoors[&CircuitId::Credential8].key.clone(),
    )]);
    assert!(matches!(wrong, Err(KeySetError::Slots(_))));
}
