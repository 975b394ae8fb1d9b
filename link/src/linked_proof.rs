//! What a holder sends: re-randomised proofs, their commitments and one opening proof for all.

use alloc::vec::Vec;

use ark_bn254::{Fr, G1Affine, G2Affine};

use crate::encoding::{DecodeError, G1_BYTES, G2_BYTES, Reader, SCALAR_BYTES, push};

/// The part of one linked proof that is fixed before the challenge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shown {
    /// A′ = A / r₁.
    pub(crate) a: G1Affine,
    /// B′ = r₁·B + r₁·r₂·δ₂: on the twist, but in 𝔾₂ only if it has [`Lines`](glimpse_msm::Lines).
    pub(crate) b: G2Affine,
    /// C″ = C + r₂·A − z·G₁.
    pub(crate) c: G1Affine,
    /// U = Σ hidden x·IC + z·δ₁.
    pub(crate) u: G1Affine,
    /// T = Σ hidden k·IC + κ·δ₁.
    pub(crate) t: G1Affine,
}

impl Shown {
    pub(crate) const BYTES: usize = 4 * G1_BYTES + G2_BYTES;

    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        push(out, &self.a);
        push(out, &self.b);
        push(out, &self.c);
        push(out, &self.u);
        push(out, &self.t);
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            a: reader.g1()?,
            b: reader.twist()?,
            c: reader.g1()?,
            u: reader.g1()?,
            t: reader.g1()?,
        })
    }
}

/// A proof of a [`Statement`](crate::Statement), good for one [`Context`](crate::Context).
///
/// To hold one is to know that it is well-formed, not that it is true, nor that B′ lies in 𝔾₂: see
/// [`verify`](crate::verify()).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedProof {
    /// One for each proof.
    pub(crate) shown: Vec<Shown>,
    /// s_z, one for each proof: opens the δ₁ part of U.
    pub(crate) blinder_responses: Vec<Fr>,
    /// s_v, one for each variable.
    pub(crate) responses: Vec<Fr>,
}

impl LinkedProof {
    /// Bytes of a proof that links `proofs` proofs over `variables` hidden variables, or `None`
    /// if no memory could hold them.
    #[must_use]
    pub fn encoded_len(proofs: usize, variables: usize) -> Option<usize> {
        let per_proof = proofs.checked_mul(Shown::BYTES + SCALAR_BYTES)?;
        per_proof.checked_add(variables.checked_mul(SCALAR_BYTES)?)
    }

    /// Decodes a proof of the shape that the verifier's own statement has.
    ///
    /// # Errors
    /// [`DecodeError`] unless the bytes are exactly what [`Self::to_bytes`] gives for some proof
    /// of this shape.
    pub fn from_bytes(bytes: &[u8], proofs: usize, variables: usize) -> Result<Self, DecodeError> {
        let expected = Self::encoded_len(proofs, variables).unwrap_or(usize::MAX);
        // The length is checked first, so nothing that follows allocates more than the input.
        let mut reader = Reader::exact(bytes, expected)?;
        Ok(Self {
            shown: (0..proofs)
                .map(|_| Shown::decode(&mut reader))
                .collect::<Result<_, _>>()?,
            blinder_responses: (0..proofs)
                .map(|_| reader.scalar())
                .collect::<Result<_, _>>()?,
            responses: (0..variables)
                .map(|_| reader.scalar())
                .collect::<Result<_, _>>()?,
        })
    }

    /// The canonical encoding: (A′, B′, C″, U, T) of each proof, then all s_z, then all s_v.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for shown in &self.shown {
            shown.encode(&mut out);
        }
        for response in self.blinder_responses.iter().chain(&self.responses) {
            push(&mut out, response);
        }
        out
    }
}
