//! Points of a `.zkey`: x then y, in Montgomery form; the identity is all zeros.

use ark_bn254::{Fq, Fq2};
use ark_ec::{
    AffineRepr,
    short_weierstrass::{Affine, SWCurveConfig},
};
use ark_ff::Zero;

use super::{
    FileError,
    file::{ELEMENT, Input, Output},
};

/// A coordinate with a fixed width in the file.
pub(super) trait Coordinate: Sized {
    const BYTES: usize;

    fn read(input: &mut Input<'_>) -> Result<Self, FileError>;

    fn write(self, out: &mut Output);
}

impl Coordinate for Fq {
    const BYTES: usize = ELEMENT;

    fn read(input: &mut Input<'_>) -> Result<Self, FileError> {
        input.montgomery()
    }

    fn write(self, out: &mut Output) {
        out.montgomery(self);
    }
}

impl Coordinate for Fq2 {
    const BYTES: usize = 2 * ELEMENT;

    fn read(input: &mut Input<'_>) -> Result<Self, FileError> {
        Ok(Self::new(input.montgomery()?, input.montgomery()?))
    }

    fn write(self, out: &mut Output) {
        out.montgomery(self.c0);
        out.montgomery(self.c1);
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

/// Writes points one after the other.
pub(super) fn write<P>(points: &[Affine<P>], out: &mut Output)
where
    P: SWCurveConfig<BaseField: Coordinate>,
{
    for point in points {
        let (x, y) = point.xy().unwrap_or_default();
        x.write(out);
        y.write(out);
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
