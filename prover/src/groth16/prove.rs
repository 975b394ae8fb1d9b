//! One Groth16 proof with r = s = 0.

use core::ops::ControlFlow;

use ark_bn254::{Fr, G1Projective};
use ark_ec::{
    CurveGroup,
    short_weierstrass::{Affine, Projective},
};
use ark_ff::AdditiveGroup;
use ark_relations::gr1cs::SynthesisError;
use glimpse_link::Proof;
use glimpse_msm::{Group, fourier::odd_values, msm_vartime};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::{
    Cancelled, Progress,
    groth16::{Assignment, Key, Shape, key::Query},
};

/// Points between two looks at the progress callback: the buckets' overhead falls with size, and
/// a step of this size stays below 0.2 s in WASM.
const CHUNK: usize = 8192;

/// A point of 𝔾₂ costs about as much as this many points of 𝔾₁.
const G2_WEIGHT: u32 = 3;

#[derive(Debug, Error)]
pub(crate) enum ProveError {
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    #[error("the key is made for a circuit of another size")]
    Shape { key: Shape, circuit: Shape },
    #[error("the evaluation domain does not exist: {0}")]
    Domain(#[from] SynthesisError),
}

/// A = α + Σ w·A, B = β + Σ w·B, C = Σ w·L + Σ h·H.
pub(crate) fn prove(
    key: &Key,
    assignment: Assignment,
    progress: &mut dyn Progress,
) -> Result<Proof, ProveError> {
    let circuit = Shape {
        instance: assignment.instance,
        witness: assignment.variables.len() - assignment.instance,
        constraints: assignment.a.len(),
    };
    if circuit != key.shape {
        return Err(ProveError::Shape {
            key: key.shape,
            circuit,
        });
    }
    let units = |points: usize| points as u32;
    let mut meter = Meter {
        progress,
        done: 0,
        total: units(key.a.points.len() + key.l.points.len() + 2 * key.h.len())
            + units(key.b.points.len()) * G2_WEIGHT,
    };
    meter.advance(0)?;

    let a = sum(&key.a, &assignment.variables, 1, &mut meter)?;
    let b = sum(&key.b, &assignment.variables, G2_WEIGHT, &mut meter)?;
    let witness = &assignment.variables[assignment.instance..];
    let l = sum(&key.l, witness, 1, &mut meter)?;

    // At full size from the start: a vector that grew would leave copies of secrets behind.
    let mut a_rows = Zeroizing::new(Vec::with_capacity(circuit.constraints + circuit.instance));
    a_rows.extend_from_slice(&assignment.a);
    a_rows.extend_from_slice(&assignment.variables[..assignment.instance]);
    // The exponents of h (`crate::qap`).
    let quotient = odd_values::<glimpse_msm::Fr>(&a_rows, &assignment.b).map(Zeroizing::new);
    let quotient = quotient.ok_or(SynthesisError::PolynomialDegreeTooLarge)?;
    drop((a_rows, assignment));
    meter.advance(units(key.h.len()))?;

    let mut h = G1Projective::ZERO;
    for (points, scalars) in key.h.chunks(CHUNK).zip(quotient.chunks(CHUNK)) {
        h += msm_vartime(points, scalars);
        meter.advance(units(points.len()))?;
    }

    Ok(Proof::new(
        (a + key.alpha_g1).into_affine(),
        (b + key.beta_g2).into_affine(),
        (l + h).into_affine(),
    ))
}

/// Σ value·point over the points of a query.
///
/// The points are converted to the form in which they are summed each time: one product for each
/// coordinate, against some hundreds for the sum.
fn sum<P: Group>(
    query: &Query<Affine<P>>,
    values: &[Fr],
    weight: u32,
    meter: &mut Meter<'_>,
) -> Result<Projective<P>, Cancelled> {
    let mut sum = Projective::<P>::ZERO;
    for (places, points) in query.places.chunks(CHUNK).zip(query.points.chunks(CHUNK)) {
        let scalars: Zeroizing<Vec<Fr>> =
            Zeroizing::new(places.iter().map(|place| values[*place as usize]).collect());
        sum += msm_vartime(points, &scalars);
        meter.advance(points.len() as u32 * weight)?;
    }
    Ok(sum)
}

struct Meter<'p> {
    progress: &'p mut dyn Progress,
    done: u32,
    total: u32,
}

impl Meter<'_> {
    fn advance(&mut self, units: u32) -> Result<(), Cancelled> {
        self.done += units;
        match self.progress.step(self.done, self.total) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(cancelled) => Err(cancelled),
        }
    }
}
