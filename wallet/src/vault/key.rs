use core::fmt;

use rand_core::{CryptoRng, RngCore};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The random 256-bit key under which every record is encrypted.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct DataKey([u8; 32]);

/// 32 bytes made from a passphrase by [`Stretch`](super::Stretch). They wrap the data key and are
/// wiped when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct StretchedKey([u8; 32]);

impl DataKey {
    /// `None` when the generator fails: a vault must never be made with a guessable key.
    pub(super) fn generate<R: CryptoRng + RngCore>(rng: &mut R) -> Option<Self> {
        let mut key = Self([0; 32]);
        rng.try_fill_bytes(&mut key.0).ok()?;
        Some(key)
    }

    pub(super) fn from_slice(bytes: &[u8]) -> Option<Self> {
        Some(Self(bytes.try_into().ok()?))
    }

    pub(super) fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl StretchedKey {
    /// Takes the output of Argon2id. For implementations of [`Stretch`](super::Stretch).
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub(super) fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey(redacted)")
    }
}

impl fmt::Debug for StretchedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StretchedKey(redacted)")
    }
}
