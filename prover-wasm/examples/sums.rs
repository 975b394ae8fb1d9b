//! A module for tests: sums of scaled points by each representation of this build, compared with arkworks' in a browser.
//!
//! It is no part of what wallets load.

#[path = "../../msm/src/tests/sums/adversarial.rs"]
mod adversarial;

use adversarial::Cases;
use ark_bn254::{Fr, g1, g2};
use ark_ec::VariableBaseMSM as _;
use ark_ec::short_weierstrass::{Affine, Projective, SWCurveConfig};
use glimpse_msm::field::Field;
#[cfg(not(target_feature = "relaxed-simd"))]
use glimpse_msm::field::native::Native;
use glimpse_msm::{Bases, Group, Kept, Sum, few_vartime, sums_vartime};
use wasm_bindgen::prelude::*;

/// What this build sums with.
#[wasm_bindgen]
#[must_use]
pub fn representations() -> Vec<String> {
    #[cfg(not(target_feature = "relaxed-simd"))]
    let names = ["arkworks", "9 x 29 bits"];
    #[cfg(target_feature = "relaxed-simd")]
    let names = ["relaxed SIMD"];
    names.map(String::from).to_vec()
}

/// Compares adversarial sums of up to 2^`bits` points of 𝔾₁.
///
/// # Errors
/// Which case differs.
#[wasm_bindgen(js_name = compareG1)]
pub fn compare_g1(cases: usize, bits: u32, seed: u32) -> Result<(), JsError> {
    for (case, (points, scalars)) in Cases::<g1::Config>::new(bits, seed.into())
        .take(cases)
        .enumerate()
    {
        let expected = Projective::msm_unchecked(&points, &scalars);
        #[cfg(not(target_feature = "relaxed-simd"))]
        check::<Native<ark_bn254::Fq>, _>(case, &points, &scalars, &expected)?;
        check::<glimpse_msm::Fq, _>(case, &points, &scalars, &expected)?;
    }
    Ok(())
}

/// The same in 𝔾₂.
///
/// # Errors
/// Which case differs.
#[wasm_bindgen(js_name = compareG2)]
pub fn compare_g2(cases: usize, bits: u32, seed: u32) -> Result<(), JsError> {
    for (case, (points, scalars)) in Cases::<g2::Config>::new(bits, seed.into())
        .take(cases)
        .enumerate()
    {
        let expected = Projective::msm_unchecked(&points, &scalars);
        #[cfg(not(target_feature = "relaxed-simd"))]
        check::<Native<ark_bn254::Fq2>, _>(case, &points, &scalars, &expected)?;
        check::<glimpse_msm::Fq2, _>(case, &points, &scalars, &expected)?;
    }
    Ok(())
}

/// Compares what shows and verifiers sum: few points of 𝔾₁ and 𝔾₂, several sums at once, some points kept.
///
/// # Errors
/// Which case differs.
#[wasm_bindgen(js_name = compareFew)]
pub fn compare_few(cases: usize, bits: u32, seed: u32) -> Result<(), JsError> {
    for (case, (points, scalars)) in Cases::<g2::Config>::new(bits, seed.into())
        .take(cases / 8)
        .enumerate()
    {
        check_few(case, &points, &scalars)?;
    }
    for (case, (points, scalars)) in Cases::<g1::Config>::new(bits, seed.into())
        .take(cases)
        .enumerate()
    {
        check_few(case, &points, &scalars)?;
        let (kept, others) = points.split_at(case % (points.len() + 1));
        let (of_kept, of_others) = scalars.split_at(kept.len());
        let terms = || others.iter().copied().zip(of_others.iter().copied());
        let (kept, all) = (Kept::new(kept), Kept::new(&points));
        let sums = [
            Sum {
                kept: vec![(&kept, of_kept), (&all, &scalars)],
                terms: terms().collect(),
            },
            Sum::of(terms()),
        ];
        let all = Projective::msm_unchecked(&points, &scalars);
        let expected = [all + all, Projective::msm_unchecked(others, of_others)];
        if sums_vartime(&sums) != expected {
            return Err(JsError::new(&format!("case {case} of verifiers differs")));
        }
    }
    Ok(())
}

fn check_few<P: Group>(case: usize, points: &[Affine<P>], scalars: &[Fr]) -> Result<(), JsError> {
    let terms: Vec<_> = scalars.iter().copied().enumerate().collect();
    let (first, second) = terms.split_at(terms.len() / 2);
    let found = few_vartime(points, &[&terms, first, second]);
    let halves = points.split_at(first.len());
    let expected = [
        Projective::msm_unchecked(points, scalars),
        Projective::msm_unchecked(halves.0, &scalars[..first.len()]),
        Projective::msm_unchecked(halves.1, &scalars[first.len()..]),
    ];
    match found == expected {
        true => Ok(()),
        false => Err(JsError::new(&format!("case {case} of few differs"))),
    }
}

fn check<F, P>(
    case: usize,
    points: &[Affine<P>],
    scalars: &[Fr],
    expected: &Projective<P>,
) -> Result<(), JsError>
where
    F: Field<Ark = P::BaseField>,
    P: SWCurveConfig<ScalarField = Fr>,
{
    if Bases::<F, P>::new(points).msm_vartime(scalars) == *expected {
        return Ok(());
    }
    let field = core::any::type_name::<F>();
    Err(JsError::new(&format!("case {case} differs by {field}")))
}
