//! The one byte form of points and scalars, and a reader that accepts nothing else.
//!
//! A scalar is 32 bytes, little-endian, below r. A point is its x coordinate, little-endian, with
//! the sign of y in the top bit of the last byte (32 bytes in 𝔾₁, 64 in 𝔾₂: `c0` before `c1`).
//! The identity has no encoding here: no honest message of this protocol holds it.

use alloc::vec::Vec;

use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::short_weierstrass::{Affine, SWFlags};
use ark_serialize::{CanonicalDeserialize, CanonicalDeserializeWithFlags, CanonicalSerialize};
use glimpse_msm::{Group, ordinates};
use thiserror::Error;

pub(crate) const SCALAR_BYTES: usize = 32;
pub(crate) const G1_BYTES: usize = 32;
pub(crate) const G2_BYTES: usize = 64;

/// Why bytes are not the canonical encoding of what was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The input is shorter or longer than its statement or circuit says.
    #[error("expected {expected} bytes, got {found}")]
    Length {
        /// Bytes that the expected shape takes.
        expected: usize,
        /// Bytes given.
        found: usize,
    },
    /// Not a canonical point other than the identity: of the prime-order group, or for B′ of a linked proof of the twist.
    #[error("no canonical group element at byte {offset}")]
    Point {
        /// Where the element starts.
        offset: usize,
    },
    /// Not a scalar below the group order.
    #[error("no canonical scalar at byte {offset}")]
    Scalar {
        /// Where the scalar starts.
        offset: usize,
    },
}

/// Reads an input whose exact length has been checked before anything is allocated or computed.
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    total: usize,
}

impl<'a> Reader<'a> {
    /// Starts reading, if `bytes` has exactly the `expected` length.
    pub(crate) fn exact(bytes: &'a [u8], expected: usize) -> Result<Self, DecodeError> {
        if bytes.len() != expected {
            return Err(DecodeError::Length {
                expected,
                found: bytes.len(),
            });
        }
        Ok(Self {
            rest: bytes,
            total: expected,
        })
    }

    pub(crate) fn g1(&mut self) -> Result<G1Affine, DecodeError> {
        let offset = self.offset();
        point(self.take(G1_BYTES)?).ok_or(DecodeError::Point { offset })
    }

    /// A point of the twist that may lie outside of the group, which whoever takes its lines finds out.
    pub(crate) fn twist(&mut self) -> Result<G2Affine, DecodeError> {
        let offset = self.offset();
        point(self.take(G2_BYTES)?).ok_or(DecodeError::Point { offset })
    }

    pub(crate) fn scalar(&mut self) -> Result<Fr, DecodeError> {
        let offset = self.offset();
        // The derived decoder refuses everything from r upwards instead of reducing it.
        Fr::deserialize_compressed(self.take(SCALAR_BYTES)?)
            .map_err(|_| DecodeError::Scalar { offset })
    }

    pub(crate) fn take(&mut self, length: usize) -> Result<&'a [u8], DecodeError> {
        let (taken, rest) = self
            .rest
            .split_at_checked(length)
            .ok_or(DecodeError::Length {
                expected: self.offset().saturating_add(length),
                found: self.total,
            })?;
        self.rest = rest;
        Ok(taken)
    }

    fn offset(&self) -> usize {
        self.total - self.rest.len()
    }
}

/// Finds y from x, so that the point is on its curve; of the subgroup nothing is known. 𝔾₁ is the whole curve.
///
/// The decoder of x refuses what is not below q and bits that are no flag. Flags leave one spelling for each point except the
/// identity, which is refused here. No point of either curve has y = 0, since their orders are odd.
fn point<P: Group>(bytes: &[u8]) -> Option<Affine<P>> {
    let (x, flags) = P::BaseField::deserialize_with_flags::<_, SWFlags>(bytes).ok()?;
    let y = ordinates::<P>(&[x]).pop()??;
    let (smaller, larger) = if y < -y { (y, -y) } else { (-y, y) };
    let y = match flags {
        SWFlags::YIsPositive => smaller,
        SWFlags::YIsNegative => larger,
        SWFlags::PointAtInfinity => return None,
    };
    Some(Affine::new_unchecked(x, y))
}

/// Appends the canonical bytes of a point or scalar.
pub(crate) fn push(out: &mut Vec<u8>, item: &impl CanonicalSerialize) {
    #[expect(
        clippy::expect_used,
        reason = "writing to a Vec cannot fail, and neither can encoding a field element"
    )]
    item.serialize_compressed(out)
        .expect("writing to memory succeeds");
}
