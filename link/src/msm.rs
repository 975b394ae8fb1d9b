//! Sums of a few scaled points: Straus' method with width-5 signed digits.
//!
//! A verification sums about forty points; what a show sums, `glimpse_msm` does side by side. Buckets (Pippenger) pay off
//! only for many more, where `glimpse_msm` takes over. Both take time that depends on the scalars;
//! `docs/protocol/linked-groth16.md` says why that is accepted.

use alloc::vec;
use alloc::vec::Vec;

use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::{
    AdditiveGroup, CurveGroup,
    short_weierstrass::{Affine, Projective, SWCurveConfig},
};
use ark_ff::{BigInteger, PrimeField, Zero};
use zeroize::Zeroizing;

/// Bits of a signed digit window.
const WIDTH: usize = 5;
/// Odd multiples 1, 3, … 15 of each point.
const TABLE: usize = 1 << (WIDTH - 2);
/// From this many points on, buckets are as fast, measured natively. In WASM, where nobody verifies large
/// batches, they would only make the verifier's module larger.
const BUCKETS_FROM: usize = if cfg!(target_arch = "wasm32") {
    usize::MAX
} else {
    64
};

/// `Σ scalarᵢ·pointᵢ`; variable time.
pub(crate) fn msm_vartime(terms: &[(G1Affine, Fr)]) -> G1Projective {
    if terms.len() < BUCKETS_FROM {
        return few_vartime(terms);
    }
    let (points, scalars): (Vec<_>, Vec<_>) = terms.iter().copied().unzip();
    glimpse_msm::msm_vartime(&points, &Zeroizing::new(scalars))
}

/// The same in either group, for a few points only.
pub(crate) fn few_vartime<P: SWCurveConfig>(
    terms: &[(Affine<P>, P::ScalarField)],
) -> Projective<P> {
    let table = odd_multiples(terms.iter().map(|(point, _)| *point));
    let digits: Zeroizing<Vec<Vec<i8>>> = Zeroizing::new(
        terms
            .iter()
            .map(|(_, scalar)| signed_digits(*scalar))
            .collect(),
    );
    let length = digits.iter().map(Vec::len).max().unwrap_or(0);

    let mut sum = Projective::<P>::zero();
    for position in (0..length).rev() {
        sum.double_in_place();
        for (digits, multiples) in digits.iter().zip(table.chunks_exact(TABLE)) {
            let digit = digits.get(position).copied().unwrap_or(0);
            let multiple = &multiples[usize::from(digit.unsigned_abs() / 2)];
            match digit {
                0 => {}
                1.. => sum += multiple,
                ..0 => sum -= multiple,
            }
        }
    }
    sum
}

/// For each point P: P, 3P, 5P, … 15P, brought to affine form with one inversion for all.
fn odd_multiples<P: SWCurveConfig>(points: impl Iterator<Item = Affine<P>>) -> Vec<Affine<P>> {
    let mut multiples = Vec::new();
    for point in points {
        let mut multiple = Projective::from(point);
        let twice = multiple.double();
        multiples.push(multiple);
        for _ in 1..TABLE {
            multiple += twice;
            multiples.push(multiple);
        }
    }
    Projective::normalize_batch(&multiples)
}

/// Width-5 non-adjacent form, least digit first: each digit is 0 or odd with |digit| < 16.
fn signed_digits<F: PrimeField>(scalar: F) -> Vec<i8> {
    let mut rest = scalar.into_bigint();
    let mut digits = vec![0; rest.num_bits() as usize + 1];
    for digit in &mut digits {
        if rest.is_odd() {
            let low = (rest.as_ref()[0] & ((1 << WIDTH) - 1)) as i8;
            *digit = if low >= 1 << (WIDTH - 1) {
                low - (1 << WIDTH)
            } else {
                low
            };
            // Scalars have 254 bits of 256, so neither step can overflow.
            if *digit > 0 {
                rest.sub_with_borrow(&F::BigInt::from(digit.unsigned_abs()));
            } else {
                rest.add_with_carry(&F::BigInt::from(digit.unsigned_abs()));
            }
        }
        rest.div2();
    }
    digits
}
