//! Loading proving keys, and refusing what is none.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests fail by panicking, helpers included"
)]

mod support;

use ark_bn254::Fq;
use ark_ff::{BigInteger, PrimeField};
use glimpse_protocol::circuit::CircuitId;
use glimpse_prover::{GenerateError, ProvingKey, ProvingKeyError, setup};
use sha2::{Digest, Sha256};
use support::{FailingRng, KEYS, rng};

fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

fn load(bytes: &[u8], circuit: CircuitId) -> Result<ProvingKey, ProvingKeyError> {
    ProvingKey::from_bytes(bytes, &digest(bytes), circuit)
}

#[test]
fn keys_survive_their_encoding() {
    for circuit in CircuitId::ALL {
        let bytes = KEYS.get(circuit).unwrap().to_bytes();
        let key = load(&bytes, circuit).unwrap();
        assert_eq!(key.circuit(), circuit);
        assert_eq!(
            key.verifying_key(),
            KEYS.get(circuit).unwrap().verifying_key()
        );
        assert!(key.to_bytes() == bytes);

        let unpacked = key.to_unpacked();
        let again = ProvingKey::from_unpacked(&unpacked, &digest(&bytes), circuit).unwrap();
        assert!(again.to_bytes() == bytes && again.to_unpacked() == unpacked);
        assert!(unpacked.len() > bytes.len() * 9 / 5);
    }
}

/// What was kept on a device is bound to the file's digest, wherever it may have been.
#[test]
fn any_other_unpacked_key_is_refused() {
    let key = KEYS.get(CircuitId::Range).unwrap();
    let (good, file) = (key.to_unpacked(), digest(&key.to_bytes()));
    let load = |bytes: &[u8]| ProvingKey::from_unpacked(bytes, &file, CircuitId::Range);
    assert!(load(&good).is_ok());

    // The key of another seed is on the curve everywhere.
    let other = setup::generate(CircuitId::Range, &mut rng(1)).unwrap();
    assert_eq!(
        load(&other.to_unpacked()).unwrap_err(),
        ProvingKeyError::Digest
    );
    // So is the same key with two points of H exchanged, and with one of them negated.
    let last = good.len() - 64;
    let mut exchanged = good.clone();
    exchanged[last - 64..].rotate_left(64);
    assert_eq!(load(&exchanged).unwrap_err(), ProvingKeyError::Digest);
    let mut negated = good.clone();
    let y: [u8; 32] = good[last + 32..].try_into().unwrap();
    let y = -Fq::from_le_bytes_mod_order(&y);
    negated[last + 32..].copy_from_slice(&y.into_bigint().to_bytes_le());
    assert_eq!(load(&negated).unwrap_err(), ProvingKeyError::Digest);

    assert!(load(&key.to_bytes()).is_err());
    assert!(load(&[]).is_err());
    for place in (0..good.len()).step_by(97) {
        let mut flipped = good.clone();
        flipped[place] ^= 1;
        assert!(load(&flipped).is_err(), "{place}");
        assert!(load(&good[..place]).is_err(), "{place}");
    }
}

#[test]
fn any_other_file_is_refused_by_its_digest() {
    let bytes = KEYS.get(CircuitId::Range).unwrap().to_bytes();
    let expected = digest(&bytes);
    let mut flipped = bytes.clone();
    *flipped.last_mut().unwrap() ^= 1;
    for wrong in [&flipped[..], &bytes[..bytes.len() - 1], &[]] {
        assert_eq!(
            ProvingKey::from_bytes(wrong, &expected, CircuitId::Range).unwrap_err(),
            ProvingKeyError::Digest
        );
    }
}

#[test]
fn malformed_files_are_refused_though_a_manifest_names_them() {
    let bytes = KEYS.get(CircuitId::Range).unwrap().to_bytes();
    assert_eq!(
        load(&[], CircuitId::Range).unwrap_err(),
        ProvingKeyError::Format
    );
    assert_eq!(
        load(&bytes[1..], CircuitId::Range).unwrap_err(),
        ProvingKeyError::Format
    );
    // Cut everywhere: an error each time, and never a crash.
    for length in (22..bytes.len()).step_by(61) {
        assert!(load(&bytes[..length], CircuitId::Range).is_err());
    }
    let longer = [bytes.clone(), vec![0]].concat();
    assert_eq!(
        load(&longer, CircuitId::Range).unwrap_err(),
        ProvingKeyError::Malformed
    );
    let mut version = bytes.clone();
    version[22 + 1 + 5] ^= 1;
    assert_eq!(
        load(&version, CircuitId::Range).unwrap_err(),
        ProvingKeyError::Circuit {
            expected: CircuitId::Range
        }
    );
}

#[test]
fn key_of_another_circuit_is_refused() {
    let bytes = KEYS.get(CircuitId::Range).unwrap().to_bytes();
    for circuit in CircuitId::ALL {
        let result = load(&bytes, circuit);
        if circuit != CircuitId::Range {
            assert_eq!(
                result.unwrap_err(),
                ProvingKeyError::Circuit { expected: circuit }
            );
        }
    }
}

#[test]
fn generated_keys_differ_by_randomness_only() {
    let one = setup::generate(CircuitId::Range, &mut rng(1)).unwrap();
    let same = setup::generate(CircuitId::Range, &mut rng(1)).unwrap();
    let other = setup::generate(CircuitId::Range, &mut rng(2)).unwrap();
    assert!(one.to_bytes() == same.to_bytes());
    assert_ne!(one.verifying_key(), other.verifying_key());
    let result = setup::generate(CircuitId::Range, &mut FailingRng(200));
    assert!(matches!(result, Err(GenerateError::Randomness)));
}
