//! What a malformed or hostile key can make of a proof: nothing.

use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::PrimeField;
use glimpse_protocol::{
    identity::Identity,
    manifest::{CircuitKeys, KeyFile, KeyKind, KeyManifest, KeyManifestBody},
    nonce::Nonce,
    time::DateTime,
};

use super::*;
use crate::{
    EnrolError, HeldCredential, PresentError, ProvingKeyError, enrol,
    groth16::Key,
    present,
    support::{Issuer, KEYS, request, rng, secret, usual},
};

/// A change of a key that leaves a well-formed file of the same length.
type Spoil = fn(&mut Key);

/// One point in each part of a key.
const SPOILS: [(&str, Spoil); 7] = [
    ("alpha", |key| key.alpha_g1 = G1Affine::generator()),
    ("beta", |key| key.beta_g2 = G2Affine::generator()),
    ("A", |key| key.a.points[0] = G1Affine::generator()),
    ("B", |key| key.b.points[0] = G2Affine::generator()),
    ("B, outside of the subgroup", |key| {
        key.b.points[0] = (key.b.points[0] + outside()).into_affine();
    }),
    ("L", |key| key.l.points[0] = G1Affine::generator()),
    ("H", |key| key.h.swap(0, 1)),
];

/// A point of the curve over which 𝔾₂ is a subgroup, with no part in 𝔾₂.
fn outside() -> ark_bn254::G2Projective {
    let stray = (1_u64..)
        .filter_map(|x| G2Affine::get_point_from_x_unchecked(x.into(), false))
        .find(|point| !point.is_in_correct_subgroup_assuming_on_curve())
        .unwrap();
    stray.mul_bigint(Fr::MODULUS)
}

/// Publishes the key of a circuit with one point changed, in a manifest that names its digest, and
/// loads it as a wallet does.
fn published(circuit: CircuitId, spoil: Spoil) -> ProvingKeys {
    let mut key = KEYS.get(circuit).unwrap().clone();
    spoil(&mut key.key);
    let file = key.to_bytes();
    let manifest = manifest(circuit, &file, &key.verifying_key().to_bytes());
    let mut keys: ProvingKeys = CircuitId::ALL
        .into_iter()
        .filter(|other| *other != circuit)
        .map(|other| KEYS.get(other).unwrap().clone())
        .collect();
    keys.load(&manifest, circuit, &file).unwrap();
    keys
}

fn manifest(circuit: CircuitId, proving: &[u8], verifying: &[u8]) -> KeyManifest {
    let body = KeyManifestBody {
        kind: KeyKind::SingleParty,
        created: DateTime::from_unix(1_795_000_000).unwrap(),
        circuits: vec![CircuitKeys {
            circuit,
            constraints: 1,
            proving_key: KeyFile::of("a.pk", proving),
            verifying_key: KeyFile::of("a.vk", verifying),
        }],
    };
    KeyManifest::sign(body, &Identity::from_seed(&[7; 32])).unwrap()
}

#[test]
fn key_with_one_wrong_point_proves_nothing() {
    for (part, spoil) in SPOILS {
        let keys = published(CircuitId::Range, spoil);
        // All of an odd value's lowest bits are variables that are not zero, so every point counts.
        let refused = prepare_range(&keys, 2047, 0, 2048).expect_err(part);
        assert_eq!(
            refused,
            PrepareError::UnsoundKey(CircuitId::Range),
            "{part}"
        );
    }
}

#[test]
fn every_kind_of_proof_is_verified_before_it_is_given_out() {
    let issuer = Issuer::new(1);
    let credential = issuer.issue(7, &secret(1));
    let spoil: Spoil = |key| key.h.swap(0, 1);

    let keys = published(CircuitId::Credential8, spoil);
    let refused = prepare_credential(&keys, &credential, &secret(1), &mut Unwatched);
    let unsound = PrepareError::UnsoundKey(CircuitId::Credential8);
    assert_eq!(refused.unwrap_err(), unsound);

    let keys = published(CircuitId::Enrolment, spoil);
    let refused = enrol(
        &keys,
        &issuer.manifest,
        &Nonce::from_bytes([1; 32]),
        &secret(1),
        &mut Unwatched,
        &mut rng(1),
    );
    let unsound = PrepareError::UnsoundKey(CircuitId::Enrolment);
    assert_eq!(refused.unwrap_err(), EnrolError::Prepare(unsound));

    let prepared = prepare_credential(&KEYS, &credential, &secret(1), &mut Unwatched).unwrap();
    let refused = present(
        &published(CircuitId::Range, spoil),
        &request(1, [usual(7, &[&issuer])]),
        &[HeldCredential {
            credential: &credential,
            prepared: &prepared,
            status: None,
        }],
        &[],
        &secret(1),
        &mut Unwatched,
        &mut rng(1),
    );
    let unsound = PrepareError::UnsoundKey(CircuitId::Range);
    assert_eq!(refused.unwrap_err(), PresentError::Prepare(unsound));
}

/// Proofs are verified against the key inside the file, so it has to be the verifiers' own.
#[test]
fn verifying_key_inside_is_the_one_that_verifiers_use() {
    let file = KEYS.get(CircuitId::Range).unwrap().to_bytes();
    let verifying = KEYS
        .get(CircuitId::Range)
        .unwrap()
        .verifying_key()
        .to_bytes();
    let mut keys = ProvingKeys::new();
    let good = manifest(CircuitId::Range, &file, &verifying);
    keys.load(&good, CircuitId::Range, &file).unwrap();
    let other = manifest(CircuitId::Range, &file, b"another");
    assert_eq!(
        keys.load(&other, CircuitId::Range, &file).unwrap_err(),
        ProvingKeyError::OtherVerifyingKey
    );
}

#[test]
fn a_fact_is_prepared_from_the_values_of_its_slots() {
    let bytes = |slots: &[u64]| -> Vec<u8> {
        let slots = slots.iter();
        slots
            .flat_map(|slot| field::to_bytes(&Fr::from(*slot)))
            .collect()
    };
    let slots = [1990, 0, 2008, 0, 1];
    let fact = prepare_fact(&KEYS, CircuitId::Range, &bytes(&slots)).unwrap();
    assert!(fact.proves(CircuitId::Range, &slots.map(Fr::from)));
    let mut not_canonical = bytes(&slots);
    not_canonical[..32].fill(0xff);
    for (circuit, slots) in [
        (CircuitId::Range, bytes(&[2009, 0, 2008, 0, 1])),
        (CircuitId::Range, bytes(&slots[..4])),
        (CircuitId::Range, [bytes(&slots), vec![0]].concat()),
        (CircuitId::Range, not_canonical),
        (CircuitId::Status, bytes(&[7, 1, 2, 3, 4, 1])),
    ] {
        let refused = prepare_fact(&KEYS, circuit, &slots).map(drop);
        assert_eq!(refused, Err(PrepareError::False(circuit)));
    }
}
