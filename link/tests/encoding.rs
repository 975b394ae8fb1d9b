//! One proof has one encoding, and nothing else is one.
#![allow(clippy::unwrap_used, reason = "a test ends by panicking")]

mod toy;

use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::{BigInteger, PrimeField};
use glimpse_link::{BatchRejected, DecodeError, LinkedProof, Presented, Rejected, verify_batch};
use toy::rng;
use toy::scene::{A, B, C, SHOWN, Scene, T, U, get, set};

#[test]
fn honest_presentation_verifies_and_survives_its_encoding() {
    let scene = Scene::new();
    let proof = scene.show(3);
    assert_eq!(scene.verify(&proof), Ok(()));
    let bytes = proof.to_bytes();
    assert_eq!(Some(bytes.len()), LinkedProof::encoded_len(2, 3));
    let decoded = LinkedProof::from_bytes(&bytes, 2, 3).unwrap();
    assert_eq!(decoded, proof);
    assert_eq!(decoded.to_bytes(), bytes);
}

#[test]
fn every_flipped_bit_is_refused() {
    let scene = Scene::new();
    let bytes = scene.show(3).to_bytes();
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        if let Ok(proof) = LinkedProof::from_bytes(&flipped, 2, 3) {
            assert_eq!(scene.verify(&proof), Err(Rejected::Invalid), "bit {bit}");
        }
    }
}

#[test]
fn other_lengths_are_refused() {
    let bytes = Scene::new().show(3).to_bytes();
    let mut longer = bytes.clone();
    longer.push(0);
    for wrong in [&longer[..], &bytes[..bytes.len() - 1], &bytes[..0]] {
        assert_eq!(
            LinkedProof::from_bytes(wrong, 2, 3),
            Err(DecodeError::Length {
                expected: bytes.len(),
                found: wrong.len()
            })
        );
    }
    assert!(LinkedProof::from_bytes(&bytes, usize::MAX, 3).is_err());
    assert!(LinkedProof::from_bytes(&bytes, 2, usize::MAX).is_err());
}

#[test]
fn responses_plus_the_group_order_are_refused() {
    let bytes = Scene::new().show(3).to_bytes();
    for offset in (2 * SHOWN..bytes.len()).step_by(32) {
        let scalar: Fr = get(&bytes, (offset, 32));
        let mut alias = scalar.into_bigint();
        assert!(!alias.add_with_carry(&Fr::MODULUS));
        let mut wrong = bytes.clone();
        wrong[offset..offset + 32].copy_from_slice(&alias.to_bytes_le());
        assert_eq!(
            LinkedProof::from_bytes(&wrong, 2, 3),
            Err(DecodeError::Scalar { offset })
        );
    }
}

#[test]
fn coordinates_plus_the_field_order_and_identities_are_refused() {
    let bytes = Scene::new().show(3).to_bytes();
    for part in [A, C, U, T] {
        let point: G1Affine = get(&bytes, part);
        let mut alias = point.x.into_bigint();
        assert!(!alias.add_with_carry(&ark_bn254::Fq::MODULUS));
        let mut wrong = bytes.clone();
        let x = &mut wrong[part.0..part.0 + 32];
        let sign = x[31] & 0xc0;
        x.copy_from_slice(&alias.to_bytes_le());
        x[31] |= sign;
        let error = Err(DecodeError::Point { offset: part.0 });
        assert_eq!(LinkedProof::from_bytes(&wrong, 2, 3), error);

        set(&mut wrong, part, &G1Affine::zero());
        assert_eq!(LinkedProof::from_bytes(&wrong, 2, 3), error);
    }
    let mut wrong = bytes;
    set(&mut wrong, B, &G2Affine::zero());
    assert_eq!(
        LinkedProof::from_bytes(&wrong, 2, 3),
        Err(DecodeError::Point { offset: B.0 })
    );
}

/// What decodes is on the twist; the verifier finds out that it is not in 𝔾₂, when it takes its lines.
#[test]
fn points_outside_the_subgroup_are_refused() {
    let scene = Scene::new();
    let mut bytes = scene.show(3).to_bytes();
    set(&mut bytes, B, &stray_g2());
    let stray = LinkedProof::from_bytes(&bytes, 2, 3).unwrap();
    assert_eq!(scene.verify(&stray), Err(Rejected::Invalid));
    let (statement, honest) = (scene.statement(), scene.show(4));
    let batch = [&honest, &stray, &honest].map(|proof| Presented {
        statement: &statement,
        proof,
        context: &scene.context,
    });
    assert_eq!(
        verify_batch(&batch, &mut rng(1)),
        Err(BatchRejected::Members(vec![1]))
    );
}

/// A point of the twist that is not in 𝔾₂.
fn stray_g2() -> G2Affine {
    (1_u64..)
        .filter_map(|x| G2Affine::get_point_from_x_unchecked(x.into(), false))
        .find(|point| !point.is_in_correct_subgroup_assuming_on_curve())
        .unwrap()
}
