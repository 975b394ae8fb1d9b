//! Whether the arithmetic of this build works on this machine.

use ark_bn254::{Fr, g1};
use ark_ec::short_weierstrass::Projective;
use ark_ec::{AdditiveGroup, CurveGroup, PrimeGroup};
use ark_ff::Field as _;

use crate::field::Field;
use crate::{Bases, Fq};

/// Compares a sum with arkworks', in a few milliseconds.
///
/// Relaxed SIMD leaves it to the machine whether `madd` rounds once or twice; rounding twice makes nearly every product
/// of [`field::fma`](crate::field::fma) wrong. A build with relaxed SIMD must not be used where this is false; other builds
/// leave nothing to the machine.
pub fn self_test() -> bool {
    !cfg!(target_feature = "relaxed-simd") || agrees::<Fq>()
}

/// Sums 2^i·G times (−1/3)^i for six i, so that all limbs of all operands are busy.
pub(crate) fn agrees<F: Field<Ark = ark_bn254::Fq>>() -> bool {
    let Some(third) = Fr::from(3).inverse() else {
        return false;
    };
    let (mut point, mut scalar) = (Projective::<g1::Config>::generator(), Fr::from(1));
    let (mut points, mut scalars) = ([point; 6], [scalar; 6]);
    for place in 0..6 {
        point.double_in_place();
        scalar *= -third;
        (points[place], scalars[place]) = (point, scalar);
    }
    let points = Projective::normalize_batch(&points);
    let scaled = points.iter().zip(&scalars);
    let expected: Projective<_> = scaled.map(|(point, scalar)| *point * *scalar).sum();
    Bases::<F, _>::new(&points).msm_vartime(&scalars) == expected
}
