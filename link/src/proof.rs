//! A plain Groth16 proof, as a prover makes it once and a holder keeps it.

use alloc::{vec, vec::Vec};
use core::fmt;

use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::Field;
use glimpse_msm::{Lines, PairingProduct, Sum, sums_vartime};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{
    VerifyingKey,
    encoding::{DecodeError, G1_BYTES, G2_BYTES, Reader, push},
    key::generator_lines,
};

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

    /// A, B and C, for another implementation of Groth16.
    pub fn points(&self) -> (&G1Affine, &G2Affine, &G1Affine) {
        (&self.a, &self.b, &self.c)
    }

    /// Whether this is a valid proof under `key` of exactly these values of its slots.
    ///
    /// Only a valid proof shows nothing of its witness: [`show`](crate::show())'s re-randomisation
    /// makes any two valid proofs of one statement alike, and promises nothing of others. So a
    /// proof is checked once, when it has been made and before it is kept. The points must be in
    /// their groups too, because a part of B outside of its subgroup would stay recognisable.
    #[must_use]
    pub fn proves(&self, key: &VerifyingKey, values: &[Fr]) -> bool {
        // 𝔾₁ is the whole curve; 𝔾₂ is where there are lines.
        let in_groups = [&self.a, &self.c]
            .iter()
            .all(|point| !point.is_zero() && point.is_on_curve())
            && self.b.is_on_curve();
        if values.len() != key.slots() || !in_groups {
            return false;
        }
        let Some(b) = Lines::new(&self.b) else {
            return false;
        };
        let mut coefficients = Zeroizing::new(Vec::with_capacity(values.len() + 1));
        coefficients.push(Fr::ONE);
        coefficients.extend_from_slice(values);
        let inputs = Sum {
            kept: vec![(key.points(), &coefficients)],
            terms: Vec::new(),
        };
        let inputs = G1Projective::normalize_batch(&sums_vartime(&[inputs]));
        let mut pairs = vec![(self.a, &b), (-self.c, key.delta_lines())];
        pairs.extend(inputs.iter().map(|inputs| (-*inputs, generator_lines())));
        let product = PairingProduct::of(&pairs);
        product.times(key.alpha_beta_inverse()).is_one()
    }

    /// Decodes A, B, C of a proof that its holder has kept.
    ///
    /// All three lie on their curves. That B lies in 𝔾₂ is as little checked again as that the equation holds: [`Self::proves`] has
    /// found both when the proof was made, either is worth nothing without the other, and [`crate::verify()`] does not ask where a
    /// shown proof comes from.
    ///
    /// # Errors
    /// [`DecodeError`] unless the bytes are exactly what [`Self::to_bytes`] gives for some proof.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::exact(bytes, Self::BYTES)?;
        Ok(Self {
            a: reader.g1()?,
            b: reader.twist()?,
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
