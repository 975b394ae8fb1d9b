//! Points of a `.zkey`: x then y, in Montgomery form; the identity is all zeros.

use ark_bn254::{Fq, Fq2};
use ark_ec::short_weierstrass::{Affine, SWCurveConfig};
use ark_ff::Zero;

use super::{
    FileError,
    file::{ELEMENT, Input},
};

/// A coordinate with a fixed width in the file.
pub(super) trait Coordinate: Sized {
    const BYTES: usize;

    fn read(input: &mut Input<'_>) -> Result<Self, FileError>;
}

impl Coordinate for Fq {
    const BYTES: usize = ELEMENT;

    fn read(input: &mut Input<'_>) -> Result<Self, FileError> {
        input.montgomery()
    }
}

impl Coordinate for Fq2 {
    const BYTES: usize = 2 * ELEMENT;

    fn read(input: &mut Input<'_>) -> Result<Self, FileError> {
        Ok(Self::new(input.montgomery()?, input.montgomery()?))
    }
}

/// Reads a point of the prime-order group.
pub(super) fn point<P>(input: &mut Input<'_>) -> Result<Affine<P>, FileError>
where
    P: SWCurveConfig<BaseField: Coordinate>,
{
    let (x, y) = (P::BaseField::read(input)?, P::BaseField::read(input)?);
    if x.is_zero() && y.is_zero() {
        return Ok(Affine::identity());
    }
    let point = Affine::new_unchecked(x, y);
    if !point.is_on_curve() {
        Err(FileError::Curve)
    } else if !point.is_in_correct_subgroup_assuming_on_curve() {
        Err(FileError::Subgroup)
    } else {
        Ok(point)
    }
}

/// Reads a section of `count` points, the identity perhaps among them.
pub(super) fn points<P>(mut input: Input<'_>, count: usize) -> Result<Vec<Affine<P>>, FileError>
where
    P: SWCurveConfig<BaseField: Coordinate>,
{
    let points = input.many(count, 2 * P::BaseField::BYTES, point)?;
    input.end()?;
    Ok(points)
}
