//! Bytes of a proving key: fixed-width, little-endian, points uncompressed.
//!
//! A point is x then y; a coordinate is 32 bytes below q; in 𝔽_q² `c0` comes before `c1`.
//! Compressed points would halve the file, but each costs a square root in 𝔽_q, which together
//! would cost more than half of what proving does; see `docs/performance.md`.

use ark_bn254::{Fq, Fq2, G1Affine, G2Affine};
use ark_ec::{
    AffineRepr,
    short_weierstrass::{Affine, SWCurveConfig},
};
use ark_ff::{BigInt, BigInteger, PrimeField};
use thiserror::Error;

const COORDINATE_BYTES: usize = 32;

/// Why bytes are no proving key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum ReadError {
    #[error("the key ends too early")]
    Truncated,
    #[error("bytes follow the key")]
    Trailing,
    #[error("a count is out of range")]
    Count,
    #[error("padding bits are set")]
    Padding,
    #[error("a coordinate is not below the field's modulus")]
    Coordinate,
    #[error("a point is not on its curve")]
    Curve,
}

/// Appends the parts of a key.
#[derive(Default)]
pub(crate) struct Writer(Vec<u8>);

impl Writer {
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    pub(crate) fn count(&mut self, count: usize) {
        self.bytes(&(count as u32).to_le_bytes());
    }

    pub(crate) fn g1(&mut self, point: &G1Affine) {
        self.coordinate(&point.x);
        self.coordinate(&point.y);
    }

    pub(crate) fn g2(&mut self, point: &G2Affine) {
        for coordinate in [point.x.c0, point.x.c1, point.y.c0, point.y.c1] {
            self.coordinate(&coordinate);
        }
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.0
    }

    fn coordinate(&mut self, coordinate: &Fq) {
        self.bytes(&coordinate.into_bigint().to_bytes_le());
    }
}

/// Reads the parts of a key.
///
/// Points are checked to lie on their curves, which in 𝔾₁ is all there is to check. Points of 𝔾₂
/// are *not* checked to lie in the subgroup: for one key that takes longer than a proof. It is safe
/// because [`ProvingKey::from_bytes`](crate::ProvingKey::from_bytes), the only way here, has
/// compared the SHA-256 of the whole input with the digest that a signed manifest gives, and
/// because every proof that the points make is verified, its own point of 𝔾₂ with it.
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn bytes(&mut self, length: usize) -> Result<&'a [u8], ReadError> {
        let (taken, rest) = self
            .0
            .split_at_checked(length)
            .ok_or(ReadError::Truncated)?;
        self.0 = rest;
        Ok(taken)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], ReadError> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(ReadError::Truncated)?;
        self.0 = rest;
        Ok(*taken)
    }

    pub(crate) fn count(&mut self, at_most: usize) -> Result<usize, ReadError> {
        let count = u32::from_le_bytes(self.array()?) as usize;
        (count <= at_most).then_some(count).ok_or(ReadError::Count)
    }

    pub(crate) fn g1(&mut self) -> Result<G1Affine, ReadError> {
        let point = G1Affine::new_unchecked(self.coordinate()?, self.coordinate()?);
        on_curve(point)
    }

    pub(crate) fn g2(&mut self) -> Result<G2Affine, ReadError> {
        let mut pair = || Ok(Fq2::new(self.coordinate()?, self.coordinate()?));
        let point = G2Affine::new_unchecked(pair()?, pair()?);
        on_curve(point)
    }

    /// Reads `count` items, none of them smaller than a coordinate.
    pub(crate) fn many<T>(
        &mut self,
        count: usize,
        item: impl Fn(&mut Self) -> Result<T, ReadError>,
    ) -> Result<Vec<T>, ReadError> {
        // Checked before allocating, so that a count cannot ask for more than the input holds.
        if self.0.len() / COORDINATE_BYTES < count {
            return Err(ReadError::Truncated);
        }
        (0..count).map(|_| item(self)).collect()
    }

    pub(crate) fn end(self) -> Result<(), ReadError> {
        self.0.is_empty().then_some(()).ok_or(ReadError::Trailing)
    }

    fn coordinate(&mut self) -> Result<Fq, ReadError> {
        let bytes: [u8; COORDINATE_BYTES] = self.array()?;
        let (limbs, _) = bytes.as_chunks::<8>();
        let mut value = [0; 4];
        for (limb, bytes) in value.iter_mut().zip(limbs) {
            *limb = u64::from_le_bytes(*bytes);
        }
        Fq::from_bigint(BigInt::new(value)).ok_or(ReadError::Coordinate)
    }
}

/// Refuses the identity too, which arkworks takes 0, 0 for: a key leaves such points out.
fn on_curve<P: SWCurveConfig>(point: Affine<P>) -> Result<Affine<P>, ReadError> {
    (!point.is_zero() && point.is_on_curve())
        .then_some(point)
        .ok_or(ReadError::Curve)
}
