//! EdDSA over BabyJubJub with Poseidon, equal to circomlibjs `signPoseidon`.
//!
//! Signing is deterministic and variable-time: it belongs on the issuer's own machine.

use core::fmt;

use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::Zero;
use rand_core::{CryptoRng, RngCore};
use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{
    Fr,
    babyjubjub::{self, BASE8, Fl, InvalidPoint, Point},
    blake512, field, poseidon,
};

/// An issuer's secret key. Wiped when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct SigningKey {
    /// The scalar a with A = a·B8; circomlib calls it s >> 3.
    scalar: Fl,
    /// The secret that makes nonces unpredictable.
    prefix: [u8; 32],
    #[zeroize(skip)]
    public: VerifyingKey,
}

impl SigningKey {
    /// The key that circomlibjs derives from this private key.
    #[must_use]
    pub fn from_seed(seed: [u8; 32]) -> Self {
        let seed = Zeroizing::new(seed);
        Self::derive(&*seed)
    }

    /// A fresh key.
    ///
    /// # Errors
    /// The generator's own error; no key is made from a failing generator.
    pub fn generate<R: CryptoRng + RngCore>(rng: &mut R) -> Result<Self, rand_core::Error> {
        let mut seed = Zeroizing::new([0; 32]);
        rng.try_fill_bytes(&mut *seed)?;
        Ok(Self::derive(&*seed))
    }

    /// circomlibjs accepts seeds of any length; ours are 32 bytes, and the vectors cover others.
    fn derive(seed: &[u8]) -> Self {
        let digest = Zeroizing::new(blake512::hash(seed));
        let (mut scalar_bytes, mut prefix) = (Zeroizing::new([0; 32]), [0; 32]);
        scalar_bytes.copy_from_slice(&digest[..32]);
        prefix.copy_from_slice(&digest[32..]);
        scalar_bytes[0] &= 0xf8;
        scalar_bytes[31] = (scalar_bytes[31] & 0x7f) | 0x40;
        // s / 8 modulo l: s is a multiple of 8, so this is s >> 3 as an integer, reduced. B8 has
        // order l, so reduction changes nothing.
        let eighth = <babyjubjub::BabyJubJubConfig as ark_ec::CurveConfig>::COFACTOR_INV;
        let scalar = babyjubjub::reduce(&*scalar_bytes) * eighth;
        let public = VerifyingKey((BASE8 * scalar).into_affine());
        Self {
            scalar,
            prefix,
            public,
        }
    }

    /// The public half.
    #[must_use]
    pub fn verifying_key(&self) -> VerifyingKey {
        self.public
    }

    /// Signs one field element, deterministically.
    #[must_use]
    pub fn sign(&self, message: Fr) -> Signature {
        let mut input = Zeroizing::new([0; 64]);
        input[..32].copy_from_slice(&self.prefix);
        input[32..].copy_from_slice(&field::to_bytes_le(&message));
        let digest = Zeroizing::new(blake512::hash(&*input));
        let nonce = Zeroizing::new(babyjubjub::reduce(&*digest));
        let r8 = (BASE8 * *nonce).into_affine();
        let h = challenge(&r8, &self.public.0, message);
        let s = *nonce + babyjubjub::scalar_of(&h) * Fl::from(8u64) * self.scalar;
        Signature { r8, s }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("public", &self.public)
            .finish_non_exhaustive()
    }
}

/// An issuer's public key: a point of order l.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct VerifyingKey(Point);

/// The bytes or coordinates are not a public key.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum InvalidKey {
    /// Not a point in canonical form.
    #[error(transparent)]
    Point(#[from] InvalidPoint),
    /// A point of small order, or with a component of small order.
    #[error("not a point of prime order")]
    NotPrimeOrder,
}

impl VerifyingKey {
    /// Decodes circomlib's packed point.
    ///
    /// # Errors
    /// [`InvalidKey`] unless the bytes are the canonical encoding of a point of order l.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, InvalidKey> {
        Self::from_point(babyjubjub::decompress(bytes)?)
    }

    /// The key with these coordinates.
    ///
    /// # Errors
    /// [`InvalidKey`] unless the point is on the curve and of order l.
    pub fn from_coordinates(x: Fr, y: Fr) -> Result<Self, InvalidKey> {
        Self::from_point(babyjubjub::from_coordinates(x, y)?)
    }

    fn from_point(point: Point) -> Result<Self, InvalidKey> {
        if point.is_zero() || !point.is_in_correct_subgroup_assuming_on_curve() {
            return Err(InvalidKey::NotPrimeOrder);
        }
        Ok(Self(point))
    }

    /// circomlib's packed point.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 32] {
        babyjubjub::compress(&self.0)
    }

    /// The point.
    pub fn point(&self) -> Point {
        self.0
    }

    /// The x coordinate.
    #[must_use]
    pub fn x(&self) -> Fr {
        self.0.x
    }

    /// The y coordinate.
    #[must_use]
    pub fn y(&self) -> Fr {
        self.0.y
    }

    /// Checks a signature over one field element.
    ///
    /// # Errors
    /// [`InvalidSignature`] if the equation does not hold; it says nothing more.
    pub fn verify(&self, message: Fr, signature: &Signature) -> Result<(), InvalidSignature> {
        if equation_holds(&self.0, &signature.r8, signature.s, message) {
            Ok(())
        } else {
            Err(InvalidSignature)
        }
    }
}

/// A signature: R8 on the curve and S < l.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Signature {
    r8: Point,
    s: Fl,
}

/// The signature does not verify.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error("the signature does not verify")]
pub struct InvalidSignature;

/// The bytes are not a signature.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum MalformedSignature {
    /// R8 is not a point in canonical form.
    #[error("R8: {0}")]
    R8(#[from] InvalidPoint),
    /// S is not below l, so that it is another signature's second encoding.
    #[error("S is not canonical")]
    S,
}

impl Signature {
    /// Joins the two halves.
    ///
    /// # Errors
    /// [`MalformedSignature::R8`] unless the point is on the curve.
    pub fn new(r8: Point, s: Fl) -> Result<Self, MalformedSignature> {
        let r8 = babyjubjub::from_coordinates(r8.x, r8.y)?;
        Ok(Self { r8, s })
    }

    /// Decodes circomlib's packed signature: packed R8, then S in 32 little-endian bytes.
    ///
    /// # Errors
    /// [`MalformedSignature`] unless the bytes are the one encoding of a point and an S < l.
    pub fn from_bytes(bytes: &[u8; 64]) -> Result<Self, MalformedSignature> {
        let (mut r8, mut s) = ([0; 32], [0; 32]);
        r8.copy_from_slice(&bytes[..32]);
        s.copy_from_slice(&bytes[32..]);
        let r8 = babyjubjub::decompress(&r8)?;
        let s = field::from_bytes_le(&s).map_err(|_| MalformedSignature::S)?;
        Ok(Self { r8, s })
    }

    /// circomlib's packed signature.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 64] {
        let mut bytes = [0; 64];
        bytes[..32].copy_from_slice(&babyjubjub::compress(&self.r8));
        bytes[32..].copy_from_slice(&field::to_bytes_le(&self.s));
        bytes
    }

    /// The nonce point R8.
    pub fn r8(&self) -> Point {
        self.r8
    }

    /// The response S.
    #[must_use]
    pub fn s(&self) -> Fl {
        self.s
    }
}

/// h = Poseidon₅(R8.x, R8.y, A.x, A.y, M).
#[must_use]
pub fn challenge(r8: &Point, key: &Point, message: Fr) -> Fr {
    poseidon::hash(&[r8.x, r8.y, key.x, key.y, message])
}

/// The relation that the circuit proves, for any points at all: A and R8 on the curve, 8·A ≠ 0 and
/// S·B8 = R8 + h·(8·A).
///
/// [`VerifyingKey::verify`] is this relation for a key of order l. Unlike it, this function accepts
/// a key with a small-order component, as the circuit does; whoever trusts an issuer's key has
/// checked its order once.
#[must_use]
pub fn equation_holds(key: &Point, r8: &Point, s: Fl, message: Fr) -> bool {
    if !key.is_on_curve() || !r8.is_on_curve() {
        return false;
    }
    let key8 = babyjubjub::clear_cofactor(key);
    // 8·A has order l, so that h matters modulo l only.
    let h = babyjubjub::scalar_of(&challenge(r8, key, message));
    !key8.is_zero() && BASE8 * s == key8 * h + r8
}

#[cfg(test)]
mod tests;
