#![no_main]
//! Sums of scaled points: every representation against arkworks.
//!
//! The input is a list of 34-byte terms: a point, as one of few multiples of the generator so that equal and
//! opposite points are frequent, and a scalar, reduced.

use ark_bn254::{Fq, Fq2Config, Fr, g1, g2};
use ark_ec::short_weierstrass::{Affine, Projective, SWCurveConfig};
use ark_ec::{CurveGroup, PrimeGroup, VariableBaseMSM};
use ark_ff::PrimeField;
use glimpse_msm::Bases;
use glimpse_msm::field::Field;
use glimpse_msm::field::fma::{Emulated, Fma};
use glimpse_msm::field::limbs::Limbs;
use glimpse_msm::field::native::Native;
use glimpse_msm::field::quadratic::Quadratic;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let terms: Vec<(i16, Fr)> = data
        .chunks_exact(34)
        .take(64)
        .map(|term| {
            let multiple = i16::from_le_bytes([term[0], term[1]]);
            (multiple, Fr::from_le_bytes_mod_order(&term[2..]))
        })
        .collect();
    let (points, scalars) = spread::<g1::Config>(&terms);
    check::<Native<Fq>, _>(&points, &scalars);
    check::<Limbs<Fq>, _>(&points, &scalars);
    check::<Fma<Fq, Emulated>, _>(&points, &scalars);
    let (points, scalars) = spread::<g2::Config>(&terms);
    check::<Quadratic<Limbs<Fq>, Fq2Config>, _>(&points, &scalars);
    check::<Quadratic<Fma<Fq, Emulated>, Fq2Config>, _>(&points, &scalars);
});

fn spread<P: SWCurveConfig<ScalarField = Fr>>(terms: &[(i16, Fr)]) -> (Vec<Affine<P>>, Vec<Fr>) {
    let generator = Projective::<P>::generator();
    let points: Vec<_> = terms
        .iter()
        .map(|(multiple, _)| generator * Fr::from(*multiple))
        .collect();
    let scalars = terms.iter().map(|(_, scalar)| *scalar).collect();
    (Projective::normalize_batch(&points), scalars)
}

fn check<F, P>(points: &[Affine<P>], scalars: &[Fr])
where
    F: Field<Ark = P::BaseField>,
    P: SWCurveConfig<ScalarField = Fr>,
{
    let expected = Projective::<P>::msm_unchecked(points, scalars);
    assert_eq!(Bases::<F, P>::new(points).msm_vartime(scalars), expected);
}
