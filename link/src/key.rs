//! Verifying keys, checked once when they are loaded.

use alloc::{boxed::Box, vec::Vec};
use core::fmt;

use ark_bn254::{G1Affine, G2Affine};
use ark_ec::AffineRepr;
use glimpse_msm::{Kept, Lines, PairingProduct};
use once_cell::race::OnceBox;
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::encoding::{DecodeError, G1_BYTES, G2_BYTES, Reader, push};

/// Names the format and its version at the head of every key file.
const MAGIC: &[u8; 24] = b"glimpse/v1/verifying-key";
/// The slot count that follows the magic: unsigned, little-endian.
const COUNT_BYTES: usize = 4;

/// The verifying key of one circuit, with γ = 1 and δ₁ included.
///
/// To hold one is to know that all its load checks passed. The key of a circuit with *n* slots
/// has *n* + 1 points `IC`.
#[derive(Clone)]
pub struct VerifyingKey {
    alpha_g1: G1Affine,
    beta_g2: G2Affine,
    delta_g1: G1Affine,
    delta_g2: G2Affine,
    ic: Vec<G1Affine>,
    digest: [u8; 32],
    /// IC₀ … IC_n and δ₁.
    points: Kept,
    beta_lines: Lines,
    delta_lines: Lines,
    /// e(−α₁, β₂).
    alpha_beta_inverse: PairingProduct,
}

/// Why a verifying key was not loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The bytes do not begin as a verifying key of this version does.
    #[error("not a verifying key of this version")]
    Format,
    /// The bytes do not decode canonically.
    #[error("verifying key does not decode: {0}")]
    Decode(#[from] DecodeError),
    /// The key belongs to a circuit with another number of slots.
    #[error("expected a key with {expected} slots, got {found}")]
    SlotCount {
        /// Slots of the circuit that the key was loaded for.
        expected: usize,
        /// Slots that the key has.
        found: usize,
    },
    /// A point is off its curve or outside the prime-order subgroup.
    #[error("{element} is not in the prime-order group")]
    NotInGroup {
        /// Which point.
        element: KeyElement,
    },
    /// A point is the identity, which would let some factor be chosen freely.
    #[error("{element} is the identity")]
    Identity {
        /// Which point.
        element: KeyElement,
    },
    /// δ₂ = ±G₂ = ±γ₂: phase 2 of the set-up was skipped, so that anyone can forge.
    #[error("delta is trivial: phase 2 of the set-up was skipped")]
    TrivialDelta,
    /// δ₁ and δ₂ are not the same multiple of their generators.
    #[error("delta differs between G1 and G2")]
    DeltaMismatch,
    /// The key is well-formed, but it is not the one that was pinned.
    #[error("verifying key is not the pinned one")]
    Digest,
}

/// Names a point of a verifying key in a [`KeyError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the variants are the symbols of the protocol page"
)]
pub enum KeyElement {
    Alpha,
    Beta,
    Delta1,
    Delta2,
    /// The point of slot *index* − 1; index 0 is the constant term.
    Ic {
        index: usize,
    },
}

impl VerifyingKey {
    /// Makes a key of `ic.len() − 1` slots from its points and checks it.
    ///
    /// # Errors
    /// [`KeyError`] names the first load check that fails.
    pub fn from_parts(
        alpha_g1: G1Affine,
        beta_g2: G2Affine,
        delta_g1: G1Affine,
        delta_g2: G2Affine,
        ic: Vec<G1Affine>,
    ) -> Result<Self, KeyError> {
        check_g1(&alpha_g1, KeyElement::Alpha)?;
        let beta_lines = check_g2(&beta_g2, KeyElement::Beta)?;
        check_g1(&delta_g1, KeyElement::Delta1)?;
        let delta_lines = check_g2(&delta_g2, KeyElement::Delta2)?;
        for (index, point) in ic.iter().enumerate() {
            check_g1(point, KeyElement::Ic { index })?;
        }
        if ic.is_empty() {
            return Err(KeyError::SlotCount {
                expected: 0,
                found: 0,
            });
        }
        let generator = G2Affine::generator();
        if delta_g2 == generator || delta_g2 == -generator {
            return Err(KeyError::TrivialDelta);
        }
        let delta_ratio = PairingProduct::of(&[
            (delta_g1, generator_lines()),
            (-G1Affine::generator(), &delta_lines),
        ]);
        if !delta_ratio.is_one() {
            return Err(KeyError::DeltaMismatch);
        }

        let points: Vec<G1Affine> = ic.iter().copied().chain([delta_g1]).collect();
        let bytes = encode(&alpha_g1, &beta_g2, &delta_g1, &delta_g2, &ic);
        Ok(Self {
            alpha_g1,
            beta_g2,
            delta_g1,
            delta_g2,
            points: Kept::new(&points),
            ic,
            digest: Sha256::digest(bytes).into(),
            alpha_beta_inverse: PairingProduct::of(&[(-alpha_g1, &beta_lines)]),
            beta_lines,
            delta_lines,
        })
    }

    /// Decodes the key of a circuit with `slots` slots, and checks it.
    ///
    /// The count comes from the caller's own circuit, never from the file.
    ///
    /// # Errors
    /// [`KeyError`] names the first load check that fails.
    pub fn from_bytes(bytes: &[u8], slots: usize) -> Result<Self, KeyError> {
        let head = MAGIC.len() + COUNT_BYTES;
        let (magic, count) = bytes
            .get(..head)
            .and_then(|head| head.split_last_chunk::<COUNT_BYTES>())
            .ok_or(KeyError::Format)?;
        if magic != MAGIC {
            return Err(KeyError::Format);
        }
        let found = u32::from_le_bytes(*count) as usize;
        if found != slots {
            return Err(KeyError::SlotCount {
                expected: slots,
                found,
            });
        }

        // `slots` came out of four bytes, so this cannot overflow 64 bits, and saturates on 32.
        let points = (slots.saturating_add(3)).saturating_mul(G1_BYTES) + 2 * G2_BYTES;
        let mut reader = Reader::exact(bytes, points.saturating_add(head))?;
        reader.take(head)?;
        let alpha_g1 = reader.g1()?;
        let beta_g2 = reader.twist()?;
        let delta_g1 = reader.g1()?;
        let delta_g2 = reader.twist()?;
        let ic = (0..=slots).map(|_| reader.g1()).collect::<Result<_, _>>()?;
        Self::from_parts(alpha_g1, beta_g2, delta_g1, delta_g2, ic)
    }

    /// [`Self::from_bytes`] for a key whose [`digest`](Self::digest) is known beforehand.
    ///
    /// # Errors
    /// [`KeyError::Digest`] for any other key, and all errors of [`Self::from_bytes`].
    pub fn from_pinned_bytes(
        bytes: &[u8],
        slots: usize,
        digest: &[u8; 32],
    ) -> Result<Self, KeyError> {
        // First, so that an unknown file is refused before it costs any curve arithmetic.
        if Sha256::digest(bytes).as_slice() != digest {
            return Err(KeyError::Digest);
        }
        Self::from_bytes(bytes, slots)
    }

    /// The canonical encoding; [`Self::from_bytes`] accepts no other.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        encode(
            &self.alpha_g1,
            &self.beta_g2,
            &self.delta_g1,
            &self.delta_g2,
            &self.ic,
        )
    }

    /// SHA-256 of [`Self::to_bytes`]: the name of this key in transcripts and manifests.
    #[must_use]
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// How many public inputs the circuit has.
    #[must_use]
    pub fn slots(&self) -> usize {
        self.ic.len() - 1
    }

    pub(crate) fn delta_g1(&self) -> G1Affine {
        self.delta_g1
    }

    pub(crate) fn delta_g2(&self) -> G2Affine {
        self.delta_g2
    }

    pub(crate) fn ic(&self) -> &[G1Affine] {
        &self.ic
    }

    pub(crate) fn alpha_g1(&self) -> G1Affine {
        self.alpha_g1
    }

    /// IC₀ … IC_n and δ₁.
    pub(crate) fn points(&self) -> &Kept {
        &self.points
    }

    pub(crate) fn beta_lines(&self) -> &Lines {
        &self.beta_lines
    }

    pub(crate) fn delta_lines(&self) -> &Lines {
        &self.delta_lines
    }

    pub(crate) fn alpha_beta_inverse(&self) -> &PairingProduct {
        &self.alpha_beta_inverse
    }
}

/// The lines of the generator of 𝔾₂, which is γ₂ of every key.
pub(crate) fn generator_lines() -> &'static Lines {
    static GENERATOR: OnceBox<Lines> = OnceBox::new();
    GENERATOR.get_or_init(|| {
        #[expect(
            clippy::expect_used,
            reason = "the generator of a group is a member of it"
        )]
        Box::new(Lines::new(&G2Affine::generator()).expect("the generator lies in the group"))
    })
}

/// Two keys are equal when their encodings are.
impl PartialEq for VerifyingKey {
    fn eq(&self, other: &Self) -> bool {
        self.digest == other.digest
    }
}

impl Eq for VerifyingKey {}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({} slots, ", self.slots())?;
        for byte in self.digest {
            write!(f, "{byte:02x}")?;
        }
        f.write_str(")")
    }
}

impl fmt::Display for KeyElement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Alpha => f.write_str("alpha"),
            Self::Beta => f.write_str("beta"),
            Self::Delta1 => f.write_str("delta in G1"),
            Self::Delta2 => f.write_str("delta in G2"),
            Self::Ic { index } => write!(f, "IC[{index}]"),
        }
    }
}

fn check_g1(point: &G1Affine, element: KeyElement) -> Result<(), KeyError> {
    if point.is_zero() {
        return Err(KeyError::Identity { element });
    }
    // 𝔾₁ is the whole curve.
    if !point.is_on_curve() {
        return Err(KeyError::NotInGroup { element });
    }
    Ok(())
}

fn check_g2(point: &G2Affine, element: KeyElement) -> Result<Lines, KeyError> {
    if point.is_zero() {
        return Err(KeyError::Identity { element });
    }
    if !point.is_on_curve() {
        return Err(KeyError::NotInGroup { element });
    }
    Lines::new(point).ok_or(KeyError::NotInGroup { element })
}

fn encode(
    alpha_g1: &G1Affine,
    beta_g2: &G2Affine,
    delta_g1: &G1Affine,
    delta_g2: &G2Affine,
    ic: &[G1Affine],
) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    let slots = ic.len().saturating_sub(1) as u32;
    out.extend_from_slice(&slots.to_le_bytes());
    push(&mut out, alpha_g1);
    push(&mut out, beta_g2);
    push(&mut out, delta_g1);
    push(&mut out, delta_g2);
    for point in ic {
        push(&mut out, point);
    }
    out
}
