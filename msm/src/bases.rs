//! Points in the form in which they are summed.

use alloc::vec::Vec;
use core::marker::PhantomData;

use ark_ec::AffineRepr as _;
use ark_ec::short_weierstrass::{Affine, Projective, SWCurveConfig};
use ark_ff::{BigInt, PrimeField};

use crate::batch::Point;
use crate::field::Field;
use crate::pippenger;

/// Points of the curve `P`, converted once to the representation `F` of its field.
///
/// The curve's equation has a = 0 and its order is odd; all points are in its group of order r.
pub struct Bases<F: Field, P> {
    points: Vec<Point<F>>,
    curve: PhantomData<fn() -> P>,
}

impl<F, P> Bases<F, P>
where
    F: Field<Ark = P::BaseField>,
    P: SWCurveConfig<ScalarField: PrimeField<BigInt = BigInt<4>>>,
{
    /// Converts points; the identity may be among them.
    pub fn new(points: &[Affine<P>]) -> Self {
        let convert = |point: &Affine<P>| {
            if point.is_zero() {
                Point::default()
            } else {
                Point {
                    x: F::from_ark(&point.x),
                    y: F::from_ark(&point.y),
                }
            }
        };
        Self {
            points: points.iter().map(convert).collect(),
            curve: PhantomData,
        }
    }

    pub(crate) fn into_points(self) -> Vec<Point<F>> {
        self.points
    }

    /// Σ scalarᵢ·pointᵢ over the shorter of both lists; takes time that depends on the scalars.
    pub fn msm_vartime(&self, scalars: &[P::ScalarField]) -> Projective<P> {
        pippenger::sum(&self.points, scalars)
    }
}
