use alloc::{format, string::String, vec::Vec};

use ark_ff::{BigInteger, Field, One, PrimeField};
use serde::Deserialize;

use super::*;
use crate::field::parse_decimal;

#[derive(Deserialize)]
struct KeyVector {
    name: String,
    seed: String,
    public: [String; 2],
    packed: String,
    signatures: Vec<SignatureVector>,
}

#[derive(Deserialize)]
struct SignatureVector {
    message: String,
    r8: [String; 2],
    s: String,
    packed: String,
}

fn point(coordinates: &[String; 2]) -> Point {
    let [x, y] = coordinates.each_ref().map(|c| parse_decimal(c).unwrap());
    babyjubjub::from_coordinates(x, y).unwrap()
}

fn unhex<const N: usize>(text: &str) -> [u8; N] {
    hex::decode(text).unwrap().try_into().unwrap()
}

#[test]
fn keys_and_signatures_equal_circomlibjs() {
    let keys: Vec<KeyVector> =
        serde_json::from_str(include_str!("../../../fixtures/circomlibjs/eddsa.json")).unwrap();
    assert_eq!(keys.len(), 10);
    for key in keys {
        let signing = SigningKey::derive(&hex::decode(&key.seed).unwrap());
        let public = signing.verifying_key();
        assert_eq!(public.point(), point(&key.public), "{}", key.name);
        assert_eq!(Point::new(public.x(), public.y()), public.point());
        assert_eq!(public.to_bytes(), unhex(&key.packed), "{}", key.name);
        assert_eq!(VerifyingKey::from_bytes(&unhex(&key.packed)), Ok(public));
        for vector in key.signatures {
            let message = parse_decimal(&vector.message).unwrap();
            let signature = signing.sign(message);
            assert_eq!(signature.r8(), point(&vector.r8), "{}", key.name);
            assert_eq!(format!("{}", signature.s()), vector.s, "{}", key.name);
            assert_eq!(signature.to_bytes(), unhex(&vector.packed), "{}", key.name);
            assert_eq!(Signature::from_bytes(&unhex(&vector.packed)), Ok(signature));
            assert_eq!(public.verify(message, &signature), Ok(()));
            assert_eq!(
                public.verify(message + Fr::one(), &signature),
                Err(InvalidSignature)
            );
        }
    }
}

fn sample() -> (VerifyingKey, Fr, Signature) {
    let key = SigningKey::from_seed([3; 32]);
    let message = Fr::from(42u64);
    (key.verifying_key(), message, key.sign(message))
}

/// (0, −1) has order 2; (1/√a, 0) has order 4.
fn small_order_points() -> [Point; 3] {
    let x = babyjubjub::A.inverse().unwrap().sqrt().unwrap();
    [
        (Fr::from(0u64), Fr::one()),
        (Fr::from(0u64), -Fr::one()),
        (x, Fr::from(0u64)),
    ]
    .map(|(x, y)| babyjubjub::from_coordinates(x, y).unwrap())
}

#[test]
fn keys_of_small_or_mixed_order_are_refused() {
    let (key, ..) = sample();
    for small in small_order_points() {
        assert!(babyjubjub::clear_cofactor(&small).is_zero());
        assert_eq!(
            VerifyingKey::from_coordinates(small.x, small.y),
            Err(InvalidKey::NotPrimeOrder)
        );
        if !small.is_zero() {
            let mixed = (key.point() + small).into_affine();
            assert_eq!(
                VerifyingKey::from_coordinates(mixed.x, mixed.y),
                Err(InvalidKey::NotPrimeOrder)
            );
            assert_eq!(
                VerifyingKey::from_bytes(&babyjubjub::compress(&mixed)),
                Err(InvalidKey::NotPrimeOrder)
            );
        }
    }
    let order_four = babyjubjub::compress(&small_order_points()[2]);
    assert_eq!(
        VerifyingKey::from_bytes(&order_four),
        Err(InvalidKey::NotPrimeOrder)
    );
}

#[test]
fn keys_off_the_curve_are_refused() {
    let (key, ..) = sample();
    assert_eq!(
        VerifyingKey::from_coordinates(key.x() + Fr::one(), key.y()),
        Err(InvalidKey::Point(InvalidPoint::OffCurve))
    );
}

#[test]
fn a_response_beyond_l_is_refused() {
    let (.., signature) = sample();
    let mut bytes = signature.to_bytes();
    let mut s = signature.s().into_bigint();
    s.add_with_carry(&Fl::MODULUS);
    bytes[32..].copy_from_slice(&s.to_bytes_le());
    assert_eq!(Signature::from_bytes(&bytes), Err(MalformedSignature::S));
    bytes[32..].copy_from_slice(&Fl::MODULUS.to_bytes_le());
    assert_eq!(Signature::from_bytes(&bytes), Err(MalformedSignature::S));
}

#[test]
fn every_single_bit_of_a_signature_matters() {
    let (key, message, signature) = sample();
    for bit in 0..512 {
        let mut bytes = signature.to_bytes();
        bytes[bit / 8] ^= 1 << (bit % 8);
        if let Ok(other) = Signature::from_bytes(&bytes) {
            assert_eq!(other.to_bytes(), bytes);
            assert_eq!(
                key.verify(message, &other),
                Err(InvalidSignature),
                "bit {bit}"
            );
        }
    }
}

#[test]
fn a_small_component_in_the_nonce_point_is_refused() {
    // circomlib's equation is without a cofactor on R8, so that this is not a second signature.
    let (key, message, signature) = sample();
    for small in small_order_points() {
        let shifted = (signature.r8() + small).into_affine();
        let other = Signature::new(shifted, signature.s()).unwrap();
        assert_eq!(key.verify(message, &other).is_ok(), small.is_zero());
    }
}

#[test]
fn nonce_points_off_the_curve_are_refused() {
    let (.., signature) = sample();
    let off = Point::new_unchecked(signature.r8().x, signature.r8().y + Fr::one());
    assert_eq!(
        Signature::new(off, signature.s()),
        Err(MalformedSignature::R8(InvalidPoint::OffCurve))
    );
}

#[test]
fn the_raw_relation_refuses_keys_of_small_order() {
    // With 8·A = 0 the equation loses the message: R8 = S·B8 would sign anything.
    let s = Fl::from(5u64);
    let r8 = (BASE8 * s).into_affine();
    for small in small_order_points() {
        assert!(!equation_holds(&small, &r8, s, Fr::one()));
    }
}

#[test]
fn a_failing_generator_makes_no_key() {
    struct Failing;
    impl RngCore for Failing {
        fn next_u32(&mut self) -> u32 {
            unreachable!("only try_fill_bytes may be used")
        }
        fn next_u64(&mut self) -> u64 {
            unreachable!("only try_fill_bytes may be used")
        }
        fn fill_bytes(&mut self, _: &mut [u8]) {
            unreachable!("only try_fill_bytes may be used")
        }
        fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), rand_core::Error> {
            Err(core::num::NonZeroU32::MIN.into())
        }
    }
    impl CryptoRng for Failing {}
    assert!(SigningKey::generate(&mut Failing).is_err());
}

#[test]
fn debug_output_hides_the_secret() {
    let text = format!("{:?}", SigningKey::from_seed([3; 32]));
    assert!(text.contains("public") && !text.contains("scalar") && !text.contains("prefix"));
}
