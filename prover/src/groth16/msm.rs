//! Multi-scalar multiplication: the one place to change for a faster algorithm.

use ark_ec::{AffineRepr, VariableBaseMSM};
use ark_ff::PrimeField;

/// Σ scalar·point over pairs; the slices have one length.
///
/// Variable-time in the scalars, which are witness values: proving runs on the holder's own
/// device, and its duration is seen by no other party. Arkworks groups the scalars by size
/// first, so that the many bits of a witness cost one addition each, and zeros nothing.
pub(super) fn msm_vartime<G: AffineRepr>(
    points: &[G],
    scalars: &[<G::ScalarField as PrimeField>::BigInt],
) -> G::Group
where
    G::Group: VariableBaseMSM<MulBase = G>,
{
    G::Group::msm_bigint(points, scalars)
}
