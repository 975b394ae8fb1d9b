//! A verifying key is checked when it is loaded: each way in which one can be bad.
#![allow(clippy::unwrap_used, reason = "a test ends by panicking")]

mod toy;

use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::{AffineRepr, CurveGroup, PrimeGroup};
use ark_serialize::CanonicalSerialize;
use glimpse_link::{Context, DecodeError, KeyElement, KeyError, VerifyingKey};
use toy::Circuit;

const SLOTS: usize = 3;
/// Magic and slot count.
const HEAD: usize = 28;
const ALPHA: usize = HEAD;
const BETA: usize = ALPHA + 32;
const DELTA_1: usize = BETA + 64;
const DELTA_2: usize = DELTA_1 + 32;
const IC: usize = DELTA_2 + 64;

/// The points of a good key, to be spoilt one at a time.
struct Parts {
    alpha: G1Affine,
    beta: G2Affine,
    delta_1: G1Affine,
    delta_2: G2Affine,
    ic: Vec<G1Affine>,
}

impl Parts {
    fn new() -> Self {
        let proving = Circuit::new(SLOTS, 1).proving;
        Self {
            alpha: proving.vk.alpha_g1,
            beta: proving.vk.beta_g2,
            delta_1: proving.delta_g1,
            delta_2: proving.vk.delta_g2,
            ic: proving.vk.gamma_abc_g1,
        }
    }

    fn load(self) -> Result<VerifyingKey, KeyError> {
        VerifyingKey::from_parts(self.alpha, self.beta, self.delta_1, self.delta_2, self.ic)
    }
}

fn spoilt(spoil: impl FnOnce(&mut Parts)) -> KeyError {
    let mut parts = Parts::new();
    spoil(&mut parts);
    parts.load().unwrap_err()
}

fn stray_g2() -> G2Affine {
    (1_u64..)
        .filter_map(|x| G2Affine::get_point_from_x_unchecked(x.into(), false))
        .find(|point| !point.is_in_correct_subgroup_assuming_on_curve())
        .unwrap()
}

#[test]
fn good_key_survives_its_encoding() {
    let key = Parts::new().load().unwrap();
    let bytes = key.to_bytes();
    assert_eq!(bytes.len(), IC + 32 * (SLOTS + 1));
    let decoded = VerifyingKey::from_bytes(&bytes, SLOTS).unwrap();
    assert_eq!(decoded.to_bytes(), bytes);
    assert_eq!(decoded, key);
    assert_eq!(decoded.slots(), SLOTS);
    let pinned = VerifyingKey::from_pinned_bytes(&bytes, SLOTS, key.digest());
    assert_eq!(pinned.unwrap(), key);
}

#[test]
fn identities_are_refused() {
    let identity = |element| KeyError::Identity { element };
    assert_eq!(
        spoilt(|key| key.alpha = G1Affine::zero()),
        identity(KeyElement::Alpha)
    );
    assert_eq!(
        spoilt(|key| key.beta = G2Affine::zero()),
        identity(KeyElement::Beta)
    );
    assert_eq!(
        spoilt(|key| key.delta_1 = G1Affine::zero()),
        identity(KeyElement::Delta1)
    );
    assert_eq!(
        spoilt(|key| key.delta_2 = G2Affine::zero()),
        identity(KeyElement::Delta2)
    );
    for index in 0..=SLOTS {
        assert_eq!(
            spoilt(|key| key.ic[index] = G1Affine::zero()),
            identity(KeyElement::Ic { index })
        );
    }
}

#[test]
fn skipped_phase_two_is_refused() {
    for sign in [Fr::from(1), -Fr::from(1)] {
        let error = spoilt(|key| {
            key.delta_1 = (G1Projective::generator() * sign).into();
            key.delta_2 = (G2Projective::generator() * sign).into();
        });
        assert_eq!(error, KeyError::TrivialDelta);
    }
}

/// What such a key would allow, so that the check above is known to matter: with δ = γ = 1,
/// A = α₁, B = β₂, C = −(IC₀ + Σ x·IC) verifies for any x.
#[test]
fn key_without_phase_two_would_accept_a_forgery() {
    let Parts {
        alpha, beta, ic, ..
    } = Parts::new();
    let public = ic[1..]
        .iter()
        .zip(5_u64..)
        .fold(ic[0].into_group(), |sum, (ic, x)| sum + *ic * Fr::from(x));
    let generator = G2Affine::generator();
    let forged = <ark_bn254::Bn254 as ark_ec::pairing::Pairing>::multi_pairing(
        [-alpha, alpha, public.into_affine(), (-public).into_affine()],
        [beta, beta, generator, generator],
    );
    assert!(ark_ff::Zero::is_zero(&forged));
}

#[test]
fn mismatched_delta_is_refused() {
    let twice = |key: &mut Parts| key.delta_1 = (key.delta_1 + key.delta_1).into();
    assert_eq!(spoilt(twice), KeyError::DeltaMismatch);
    let twice = |key: &mut Parts| key.delta_2 = (key.delta_2 + key.delta_2).into();
    assert_eq!(spoilt(twice), KeyError::DeltaMismatch);
}

#[test]
fn points_outside_the_group_are_refused() {
    let outside = |element| KeyError::NotInGroup { element };
    let off_g1 = G1Affine::new_unchecked(1.into(), 3.into());
    let off_g2 = G2Affine::new_unchecked(1.into(), 3.into());
    assert_eq!(spoilt(|key| key.alpha = off_g1), outside(KeyElement::Alpha));
    assert_eq!(spoilt(|key| key.beta = off_g2), outside(KeyElement::Beta));
    assert_eq!(
        spoilt(|key| key.beta = stray_g2()),
        outside(KeyElement::Beta)
    );
    assert_eq!(
        spoilt(|key| key.delta_1 = off_g1),
        outside(KeyElement::Delta1)
    );
    assert_eq!(
        spoilt(|key| key.delta_2 = stray_g2()),
        outside(KeyElement::Delta2)
    );
    assert_eq!(
        spoilt(|key| key.ic[2] = off_g1),
        outside(KeyElement::Ic { index: 2 })
    );
}

#[test]
fn key_without_constant_term_is_refused() {
    assert!(matches!(
        spoilt(|key| key.ic.clear()),
        KeyError::SlotCount { .. }
    ));
}

#[test]
fn other_slot_counts_are_refused() {
    let bytes = Parts::new().load().unwrap().to_bytes();
    for expected in [0, SLOTS - 1, SLOTS + 1, usize::MAX] {
        assert_eq!(
            VerifyingKey::from_bytes(&bytes, expected),
            Err(KeyError::SlotCount {
                expected,
                found: SLOTS
            })
        );
    }
    // A file that claims the right count, with one point too few or too many.
    let mut short = bytes.clone();
    short.truncate(bytes.len() - 32);
    let mut long = bytes.clone();
    long.extend_from_slice(&bytes[IC..IC + 32]);
    let mut trailing = bytes.clone();
    trailing.push(0);
    for wrong in [short, long, trailing] {
        assert_eq!(
            VerifyingKey::from_bytes(&wrong, SLOTS),
            Err(KeyError::Decode(DecodeError::Length {
                expected: bytes.len(),
                found: wrong.len()
            }))
        );
    }
    // A count that no memory could hold is refused by the length, before allocation.
    let mut huge = bytes;
    huge[24..28].copy_from_slice(&[0xff; 4]);
    assert!(VerifyingKey::from_bytes(&huge, u32::MAX as usize).is_err());
}

#[test]
fn foreign_files_are_refused() {
    assert_eq!(VerifyingKey::from_bytes(&[], SLOTS), Err(KeyError::Format));
    let mut bytes = Parts::new().load().unwrap().to_bytes();
    bytes[9] = b'2';
    assert_eq!(
        VerifyingKey::from_bytes(&bytes, SLOTS),
        Err(KeyError::Format)
    );
}

#[test]
fn encoded_identities_and_stray_points_are_refused() {
    let bytes = Parts::new().load().unwrap().to_bytes();
    let refused = |offset: usize, point: &dyn Fn(&mut [u8])| {
        let mut wrong = bytes.clone();
        point(&mut wrong[offset..]);
        assert_eq!(
            VerifyingKey::from_bytes(&wrong, SLOTS),
            Err(KeyError::Decode(DecodeError::Point { offset }))
        );
    };
    let identity_1 = |out: &mut [u8]| G1Affine::zero().serialize_compressed(out).unwrap();
    let identity_2 = |out: &mut [u8]| G2Affine::zero().serialize_compressed(out).unwrap();
    let stray = |out: &mut [u8]| stray_g2().serialize_compressed(out).unwrap();
    for offset in [ALPHA, DELTA_1, IC, IC + 96] {
        refused(offset, &identity_1);
    }
    for (offset, element) in [(BETA, KeyElement::Beta), (DELTA_2, KeyElement::Delta2)] {
        refused(offset, &identity_2);
        let mut wrong = bytes.clone();
        stray(&mut wrong[offset..]);
        assert_eq!(
            VerifyingKey::from_bytes(&wrong, SLOTS),
            Err(KeyError::NotInGroup { element })
        );
    }
}

#[test]
fn every_flipped_bit_gives_no_key_or_another_name() {
    let key = Parts::new().load().unwrap();
    let bytes = key.to_bytes();
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(
            VerifyingKey::from_pinned_bytes(&flipped, SLOTS, key.digest()),
            Err(KeyError::Digest)
        );
        if let Ok(other) = VerifyingKey::from_bytes(&flipped, SLOTS) {
            assert_ne!(other.digest(), key.digest());
            assert_ne!(other, key);
            assert_eq!(other.to_bytes(), flipped);
        }
    }
}

/// What is printed names a key or a context, and holds nothing else of it.
#[test]
fn keys_and_contexts_are_printed_by_name() {
    let key = Parts::new().load().unwrap();
    let digest: String = key
        .digest()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(
        format!("{key:?}"),
        format!("VerifyingKey({SLOTS} slots, {digest})")
    );
    let refused = KeyError::NotInGroup {
        element: KeyElement::Beta,
    };
    assert!(refused.to_string().contains("beta"), "{refused}");
    let [one, other] = [&b"one"[..], b"other"].map(|bytes| format!("{:?}", Context::new(bytes)));
    assert!(one.starts_with("Context(") && one.len() < 20 && one != other);
}
