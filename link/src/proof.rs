//! A plain Groth16 proof, as a prover makes it once and a holder keeps it.

use alloc::vec::Vec;
use core::fmt;

use ark_bn254::{G1Affine, G2Affine};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::encoding::{DecodeError, G1_BYTES, G2_BYTES, Reader, push};

/// A Groth16 proof (A, B, C) that is prepared for [`show`](crate::show()).
///
/// It stays with its holder: whoever sees it can recognise nothing shown from it, but it proves
/// that its public inputs are valid to anyone who guesses them. So it is erased when dropped.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Proof {
    pub(crate) a: G1Affine,
    pub(crate) b: G2Affine,
    pub(crate) c: G1Affine,
}

impl Proof {
    /// Bytes of an encoded proof.
    pub const BYTES: usize = 2 * G1_BYTES + G2_BYTES;

    /// Takes the elements of a proof that the caller has made itself.
    #[must_use]
    pub fn new(a: G1Affine, b: G2Affine, c: G1Affine) -> Self {
        Self { a, b, c }
    }

    /// Decodes A, B, C.
    ///
    /// # Errors
    /// [`DecodeError`] unless the bytes are exactly what [`Self::to_bytes`] gives for some proof.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::exact(bytes, Self::BYTES)?;
        Ok(Self {
            a: reader.g1()?,
            b: reader.g2()?,
            c: reader.g1()?,
        })
    }

    /// The canonical encoding: A, B, C, compressed.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(Self::BYTES);
        push(&mut out, &self.a);
        push(&mut out, &self.b);
        push(&mut out, &self.c);
        out
    }
}

/// Says nothing about the proof: it belongs in no log.
impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Proof(..)")
    }
}
