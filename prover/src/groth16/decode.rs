//! Bytes of a proving key: fixed-width, little-endian, in two forms that differ in their points.
//!
//! Compressed points are those of `link`: x, and in the top bit of its last byte whether y is the larger of y and −y.
//! Unpacked ones are x, y. A coordinate is 32 bytes below q; in 𝔽_q² `c0` comes before `c1`.

use ark_bn254::{Fq, Fq2};
use ark_ec::{AffineRepr, short_weierstrass::Affine};
use ark_ff::{BigInt, BigInteger, PrimeField};
use glimpse_msm::{Group, ordinates};
use thiserror::Error;

const COORDINATE_BYTES: usize = 32;

/// In the last byte of a compressed point.
const LARGER: u8 = 0x80;

/// How points are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Half as long; reading takes a square root a point.
    Compressed,
    /// Read at once.
    Unpacked,
}

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

/// A coordinate of fixed width.
pub(crate) trait Coordinate: ark_ff::Field {
    const BYTES: usize;

    fn write(&self, out: &mut Vec<u8>);
    fn read(bytes: &[u8]) -> Result<Self, ReadError>;
}

impl Coordinate for Fq {
    const BYTES: usize = COORDINATE_BYTES;

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.into_bigint().to_bytes_le());
    }

    fn read(bytes: &[u8]) -> Result<Self, ReadError> {
        let mut value = [0; 4];
        for (limb, bytes) in value.iter_mut().zip(bytes.as_chunks().0) {
            *limb = u64::from_le_bytes(*bytes);
        }
        Fq::from_bigint(BigInt::new(value)).ok_or(ReadError::Coordinate)
    }
}

impl Coordinate for Fq2 {
    const BYTES: usize = 2 * COORDINATE_BYTES;

    fn write(&self, out: &mut Vec<u8>) {
        self.c0.write(out);
        self.c1.write(out);
    }

    fn read(bytes: &[u8]) -> Result<Self, ReadError> {
        let (c0, c1) = bytes
            .split_at_checked(COORDINATE_BYTES)
            .ok_or(ReadError::Truncated)?;
        Ok(Self::new(Fq::read(c0)?, Fq::read(c1)?))
    }
}

/// Appends the parts of a key.
pub(crate) struct Writer {
    form: Form,
    bytes: Vec<u8>,
}

impl Writer {
    pub(crate) fn new(form: Form) -> Self {
        Self {
            form,
            bytes: Vec::new(),
        }
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    pub(crate) fn count(&mut self, count: usize) {
        self.bytes(&(count as u32).to_le_bytes());
    }

    /// Points, none of which is the identity.
    pub(crate) fn points<G: Group<BaseField: Coordinate>>(&mut self, points: &[Affine<G>]) {
        for point in points {
            point.x.write(&mut self.bytes);
            match self.form {
                Form::Unpacked => point.y.write(&mut self.bytes),
                Form::Compressed => {
                    if let Some(last) = self.bytes.last_mut()
                        && is_larger(&point.y)
                    {
                        *last |= LARGER;
                    }
                }
            }
        }
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

/// Reads the parts of a key.
///
/// Points are checked to lie on their curves, which in 𝔾₁ is all there is to check. Points of 𝔾₂
/// are *not* checked to lie in the subgroup: for one key that takes longer than a proof. It is safe
/// because [`ProvingKey`](crate::ProvingKey), the only way here, compares a SHA-256 that fixes all points
/// with the digest that a signed manifest gives, and because every proof that the points make is verified, its
/// own point of 𝔾₂ with it.
pub(crate) struct Reader<'a> {
    form: Form,
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(form: Form, bytes: &'a [u8]) -> Self {
        Self { form, bytes }
    }

    pub(crate) fn bytes(&mut self, length: usize) -> Result<&'a [u8], ReadError> {
        let (taken, rest) = self
            .bytes
            .split_at_checked(length)
            .ok_or(ReadError::Truncated)?;
        self.bytes = rest;
        Ok(taken)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], ReadError> {
        let (taken, rest) = self.bytes.split_first_chunk().ok_or(ReadError::Truncated)?;
        self.bytes = rest;
        Ok(*taken)
    }

    pub(crate) fn count(&mut self, at_most: usize) -> Result<usize, ReadError> {
        let count = u32::from_le_bytes(self.array()?) as usize;
        (count <= at_most).then_some(count).ok_or(ReadError::Count)
    }

    /// Reads one point.
    pub(crate) fn point<G: Group<BaseField: Coordinate>>(
        &mut self,
    ) -> Result<Affine<G>, ReadError> {
        let points = self.points(1)?;
        points.first().copied().ok_or(ReadError::Truncated)
    }

    /// Reads `count` points. Nothing is allocated for more than the input holds.
    pub(crate) fn points<G: Group<BaseField: Coordinate>>(
        &mut self,
        count: usize,
    ) -> Result<Vec<Affine<G>>, ReadError> {
        let width = match self.form {
            Form::Compressed => G::BaseField::BYTES,
            Form::Unpacked => 2 * G::BaseField::BYTES,
        };
        let length = count.checked_mul(width).ok_or(ReadError::Truncated)?;
        let points = self.bytes(length)?.chunks_exact(width);
        match self.form {
            Form::Compressed => compressed(points),
            Form::Unpacked => points.map(unpacked).collect(),
        }
    }

    pub(crate) fn end(self) -> Result<(), ReadError> {
        self.bytes
            .is_empty()
            .then_some(())
            .ok_or(ReadError::Trailing)
    }
}

/// x, y. Refuses the identity too, which arkworks takes 0, 0 for: a key leaves such points out.
fn unpacked<G: Group<BaseField: Coordinate>>(bytes: &[u8]) -> Result<Affine<G>, ReadError> {
    let (x, y) = bytes.split_at(G::BaseField::BYTES);
    let point = Affine::new_unchecked(Coordinate::read(x)?, Coordinate::read(y)?);
    (!point.is_zero() && point.is_on_curve())
        .then_some(point)
        .ok_or(ReadError::Curve)
}

/// All at once, because square roots are faster in batches. A mark of the identity makes x too large.
fn compressed<'a, G: Group<BaseField: Coordinate>>(
    points: impl ExactSizeIterator<Item = &'a [u8]>,
) -> Result<Vec<Affine<G>>, ReadError> {
    let mut larger = Vec::with_capacity(points.len());
    let mut abscissas = Vec::with_capacity(points.len());
    for bytes in points {
        let mut bytes = bytes.to_vec();
        let last = bytes.last_mut().ok_or(ReadError::Truncated)?;
        larger.push(*last & LARGER != 0);
        *last &= !LARGER;
        abscissas.push(G::BaseField::read(&bytes)?);
    }
    let roots = ordinates::<G>(&abscissas);
    let point = |((x, y), larger): ((_, Option<G::BaseField>), bool)| {
        let y = y.ok_or(ReadError::Curve)?;
        // No point of odd order has y = 0, so that one of both is larger.
        let y = if is_larger(&y) == larger { y } else { -y };
        Ok(Affine::new_unchecked(x, y))
    };
    abscissas
        .into_iter()
        .zip(roots)
        .zip(larger)
        .map(point)
        .collect()
}

/// Whether y > −y; in 𝔽_q² `c1` counts before `c0`.
fn is_larger<F: ark_ff::Field>(y: &F) -> bool {
    *y > -*y
}
