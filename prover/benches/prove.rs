//! The prover natively, on one thread. `cargo bench -p glimpse-prover`.

#![allow(clippy::unwrap_used, reason = "a benchmark that fails may panic")]

#[path = "../tests/support/mod.rs"]
mod support;

use divan::Bencher;
use glimpse_protocol::{
    circuit::CircuitId,
    credential::StatusIndex,
    set::PublishedSet,
    status::{Entries, Epoch, StatusList},
    time::DateTime,
    value::{AttributeType, AttributeValue},
};
use glimpse_prover::{
    HeldCredential, PreparedPredicate, ProvingKey, Unwatched, prepare_credential, prepare_range,
    prepare_status, present, setup,
};
use sha2::{Digest, Sha256};
use support::{Issuer, KEYS, request, rng, secret, usual};

fn main() {
    divan::main();
}

/// A credential of each size class, as its number of attributes.
#[divan::bench(args = [8, 16, 32], sample_count = 10)]
fn prepare_card(bencher: Bencher<'_, '_>, class: usize) {
    let attributes = [7, 16, 30][class.ilog2() as usize - 3];
    let credential = Issuer::new(1).issue(attributes, &secret(1));
    bencher.bench(|| prepare_credential(&KEYS, &credential, &secret(1), &mut Unwatched));
}

#[divan::bench]
fn prepare_one_range(bencher: Bencher<'_, '_>) {
    let _ = &*KEYS;
    bencher.bench(|| prepare_range(&KEYS, 1990, 0, 2008));
}

/// A card and `kept` + made = 3 ranges: shown only, or proved on the spot.
#[divan::bench(args = [3, 0])]
fn answer_with_ranges_kept(bencher: Bencher<'_, '_>, kept: usize) {
    let issuer = Issuer::new(1);
    let credential = issuer.issue(16, &secret(1));
    let prepared = prepare_credential(&KEYS, &credential, &secret(1), &mut Unwatched).unwrap();
    let request = request(1, [usual(16, &[&issuer])]);
    let held = [HeldCredential {
        credential: &credential,
        prepared: &prepared,
        status: None,
    }];
    let answer = |ranges: &[PreparedPredicate]| {
        present(
            &KEYS,
            &request,
            &held,
            ranges,
            &secret(1),
            &mut Unwatched,
            &mut rng(1),
        )
        .unwrap()
    };
    let made = answer(&[]).made.into_iter().map(|made| made.predicate);
    let made: Vec<_> = made.collect();
    bencher.bench(|| answer(&made[..kept]));
}

/// A hundredth of all credentials revoked, each in a place of its own.
fn crowded_list(issuer: &Issuer) -> StatusList {
    let mut entries = Entries::new();
    for index in (0..1 << 20).step_by(100) {
        entries.set(StatusIndex::new(index), true).unwrap();
    }
    let at = |seconds: i64| DateTime::from_unix(1_795_000_000 + seconds).unwrap();
    StatusList::sign(entries, Epoch::FIRST, at(0), at(86_400), &issuer.identity).unwrap()
}

/// Signature, form and the whole tree.
#[divan::bench(sample_count = 10)]
fn read_status_list(bencher: Bencher<'_, '_>) {
    let bytes = crowded_list(&Issuer::new(1)).to_bytes();
    bencher.bench(|| StatusList::from_bytes(&bytes));
}

#[divan::bench(sample_count = 10)]
fn prepare_one_status(bencher: Bencher<'_, '_>) {
    let issuer = Issuer::new(1);
    let credential = issuer.issue(7, &secret(1));
    let list = crowded_list(&issuer);
    let _ = &*KEYS;
    bencher.bench(|| prepare_status(&KEYS, &credential, &list, &mut Unwatched).unwrap());
}

/// Form, signature, order and the whole tree of a set of integers.
#[divan::bench(args = [1_000, 40_000, 1 << 20], sample_count = 3, sample_size = 1)]
fn read_set(bencher: Bencher<'_, '_>, values: i64) {
    let values: Vec<_> = (0..values).map(AttributeValue::Integer).collect();
    let (of, at) = (AttributeType::Integer, DateTime::from_unix(1_795_000_000));
    let identity = Issuer::new(1).identity;
    let set = PublishedSet::publish("Numbers", of, &values, at.unwrap(), &identity).unwrap();
    let bytes = set.to_bytes();
    bencher.bench(|| PublishedSet::from_bytes(&bytes).unwrap());
}

#[divan::bench]
fn load_key(bencher: Bencher<'_, '_>) {
    let bytes = KEYS.get(CircuitId::Credential16).unwrap().to_bytes();
    let digest = Sha256::digest(&bytes).into();
    bencher.bench(|| ProvingKey::from_bytes(&bytes, &digest, CircuitId::Credential16));
}

#[divan::bench]
fn load_unpacked_key(bencher: Bencher<'_, '_>) {
    let key = KEYS.get(CircuitId::Credential16).unwrap();
    let digest = Sha256::digest(key.to_bytes()).into();
    let bytes = key.to_unpacked();
    bencher.bench(|| ProvingKey::from_unpacked(&bytes, &digest, CircuitId::Credential16));
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn generate_key(bencher: Bencher<'_, '_>) {
    bencher.bench(|| setup::generate(CircuitId::Credential16, &mut rng(1)));
}
