//! The holder's secret, and what it is known by.

use core::fmt;

use ark_ff::{AdditiveGroup as _, PrimeField as _};
use glimpse_primitives::{Fr, eddsa, field, poseidon};
use zeroize::{Zeroize as _, Zeroizing};

use crate::tag;

/// The holder's secret `sk`. It never leaves the device. Zeroized on drop, redacted in `Debug`.
#[derive(Clone)]
pub struct HolderSecret(Fr);

/// The hash of an issuer's BabyJubJub key: `Poseidon(ISSUER_KEY, A.x, A.y)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct IssuerKeyHash(Fr);

/// What an issuer knows a holder by: `hid = Poseidon(HID, sk, issuer_key_hash)`; another for each issuer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct HolderId(Fr);

/// A text or byte string that is no non-zero field element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a canonical, non-zero field element")]
pub struct NotAnElement;

impl HolderSecret {
    /// Reduces 64 uniform bytes (as from HKDF) to a secret; the bias is below 2⁻²⁵⁶.
    pub fn from_uniform_bytes(bytes: &Zeroizing<[u8; 64]>) -> Self {
        Self(Fr::from_be_bytes_mod_order(bytes.as_ref()))
    }

    /// Reads the canonical form.
    ///
    /// # Errors
    /// [`NotAnElement`] for zero or anything not below the field's order.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, NotAnElement> {
        element(bytes).map(Self)
    }

    /// The canonical form, big-endian, for storage.
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(field::to_bytes(&self.0))
    }

    /// The secret as a witness.
    pub fn expose(&self) -> Fr {
        self.0
    }

    /// The identifier under which the issuer of that key knows this holder.
    pub fn holder_id(&self, issuer: IssuerKeyHash) -> HolderId {
        HolderId(poseidon::hash(&[tag::HID, self.0, issuer.0]))
    }
}

impl Drop for HolderSecret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for HolderSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HolderSecret(..)")
    }
}

impl IssuerKeyHash {
    /// The hash of that key.
    pub fn of(key: &eddsa::VerifyingKey) -> Self {
        Self(poseidon::hash(&[tag::ISSUER_KEY, key.x(), key.y()]))
    }

    /// Reads the canonical form.
    ///
    /// # Errors
    /// [`NotAnElement`].
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, NotAnElement> {
        element(bytes).map(Self)
    }

    /// The canonical form, big-endian.
    pub fn to_bytes(self) -> [u8; 32] {
        field::to_bytes(&self.0)
    }

    /// The hash as it stands in a credential's slot.
    pub const fn to_field(self) -> Fr {
        self.0
    }
}

impl HolderId {
    /// Reads the canonical form.
    ///
    /// # Errors
    /// [`NotAnElement`].
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, NotAnElement> {
        element(bytes).map(Self)
    }

    /// The canonical form, big-endian.
    pub fn to_bytes(self) -> [u8; 32] {
        field::to_bytes(&self.0)
    }

    /// The identifier as it stands in a slot.
    pub const fn to_field(self) -> Fr {
        self.0
    }
}

fn element(bytes: &[u8; 32]) -> Result<Fr, NotAnElement> {
    match field::from_bytes(bytes) {
        Ok(value) if value != Fr::ZERO => Ok(value),
        _ => Err(NotAnElement),
    }
}
