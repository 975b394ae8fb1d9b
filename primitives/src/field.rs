//! Canonical encodings of [`Fr`], the scalar field of BN254.
//!
//! The order is r = 21888242871839275222246405745257275088548364400416034343698204186575808495617.
//! A value has exactly one encoding; `x + r` is refused wherever `x` is accepted.

use ark_ff::{BigInteger, PrimeField};
use thiserror::Error;

use crate::Fr;

/// The encoding is not the canonical one of a field element.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error("not the canonical encoding of a field element")]
pub struct NonCanonical;

/// Encodes `value` as 32 big-endian bytes.
#[must_use]
pub fn to_bytes(value: &Fr) -> [u8; 32] {
    let mut bytes = [0; 32];
    let limbs = value.into_bigint().0;
    for (chunk, limb) in bytes.rchunks_exact_mut(8).zip(limbs) {
        chunk.copy_from_slice(&limb.to_be_bytes());
    }
    bytes
}

/// Decodes 32 big-endian bytes.
///
/// # Errors
/// [`NonCanonical`] if the integer is not below r.
pub fn from_bytes(bytes: &[u8; 32]) -> Result<Fr, NonCanonical> {
    let mut limbs = [0u64; 4];
    for (limb, chunk) in limbs.iter_mut().zip(bytes.rchunks_exact(8)) {
        *limb = chunk
            .iter()
            .fold(0, |sum, byte| (sum << 8) | u64::from(*byte));
    }
    Fr::from_bigint(ark_ff::BigInt(limbs)).ok_or(NonCanonical)
}

/// The field element of a 64-bit integer.
#[must_use]
pub fn from_u64(value: u64) -> Fr {
    Fr::from(value)
}

/// Parses a decimal integer below r: digits only, no sign, no leading zero.
///
/// # Errors
/// [`NonCanonical`] for anything else, the empty string included.
pub fn parse_decimal(text: &str) -> Result<Fr, NonCanonical> {
    let digits = text.as_bytes();
    // r has 77 digits, so longer strings cannot be canonical; the bound also keeps the sum below
    // from overflowing the 320 bits it is given.
    if digits.is_empty() || digits.len() > 77 || (digits[0] == b'0' && digits.len() > 1) {
        return Err(NonCanonical);
    }
    let mut limbs = [0u64; 5];
    for digit in digits {
        if !digit.is_ascii_digit() {
            return Err(NonCanonical);
        }
        let mut carry = u128::from(digit - b'0');
        for limb in &mut limbs {
            let sum = u128::from(*limb) * 10 + carry;
            *limb = sum as u64;
            carry = sum >> 64;
        }
    }
    let [low @ .., high] = limbs;
    if high != 0 {
        return Err(NonCanonical);
    }
    Fr::from_bigint(ark_ff::BigInt(low)).ok_or(NonCanonical)
}

/// Encodes as 32 little-endian bytes, circomlib's byte order for points and scalars.
pub(crate) fn to_bytes_le<F: PrimeField<BigInt = ark_ff::BigInt<4>>>(value: &F) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(&value.into_bigint().to_bytes_le());
    bytes
}

/// Decodes 32 little-endian bytes into any 256-bit prime field, refusing values not below its order.
pub(crate) fn from_bytes_le<F: PrimeField<BigInt = ark_ff::BigInt<4>>>(
    bytes: &[u8; 32],
) -> Result<F, NonCanonical> {
    let mut limbs = [0u64; 4];
    for (limb, chunk) in limbs.iter_mut().zip(bytes.chunks_exact(8)) {
        *limb = chunk
            .iter()
            .rev()
            .fold(0, |sum, byte| (sum << 8) | u64::from(*byte));
    }
    F::from_bigint(ark_ff::BigInt(limbs)).ok_or(NonCanonical)
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use ark_ff::{BigInteger, One, Zero};
    use proptest::prelude::*;

    use super::*;

    const R: &str = "21888242871839275222246405745257275088548364400416034343698204186575808495617";
    const R_MINUS_1: &str =
        "21888242871839275222246405745257275088548364400416034343698204186575808495616";

    #[test]
    fn the_order_and_above_are_refused() {
        let mut r = Fr::MODULUS;
        for _ in 0..3 {
            let mut bytes = [0; 32];
            bytes.copy_from_slice(&r.to_bytes_be());
            assert_eq!(from_bytes(&bytes), Err(NonCanonical));
            r.add_with_carry(&ark_ff::BigInt::one());
        }
        assert_eq!(from_bytes(&[0xff; 32]), Err(NonCanonical));
        assert_eq!(from_bytes(&to_bytes(&-Fr::one())), Ok(-Fr::one()));
        assert_eq!(from_bytes_le::<Fr>(&[0xff; 32]), Err(NonCanonical));
    }

    #[test]
    fn big_endian_is_big_endian() {
        let mut one = [0; 32];
        one[31] = 1;
        assert_eq!(to_bytes(&Fr::one()), one);
        assert_eq!(to_bytes(&from_u64(1)), one);
        one.reverse();
        assert_eq!(to_bytes_le(&Fr::one()), one);
    }

    #[test]
    fn decimals_are_strict() {
        assert_eq!(parse_decimal("0"), Ok(Fr::zero()));
        assert_eq!(parse_decimal(R_MINUS_1), Ok(-Fr::one()));
        let nines = "9".repeat(77);
        for bad in [
            "", "00", "01", "+1", "-1", " 1", "1 ", "1_0", "0x1", "1.0", "١", R, &nines,
        ] {
            assert_eq!(parse_decimal(bad), Err(NonCanonical), "{bad}");
        }
        assert_eq!(parse_decimal(&"1".repeat(78)), Err(NonCanonical));
    }

    proptest! {
        #[test]
        fn encodings_round_trip(limbs: [u64; 4]) {
            let value = Fr::new(ark_ff::BigInt([limbs[0], limbs[1], limbs[2], limbs[3] >> 3]));
            prop_assert_eq!(from_bytes(&to_bytes(&value)), Ok(value));
            prop_assert_eq!(from_bytes_le(&to_bytes_le(&value)), Ok(value));
            prop_assert_eq!(parse_decimal(&value.to_string()), Ok(value));
        }

        #[test]
        fn an_accepted_encoding_is_the_only_one(bytes: [u8; 32]) {
            if let Ok(value) = from_bytes(&bytes) {
                prop_assert_eq!(to_bytes(&value), bytes);
            }
        }
    }
}
