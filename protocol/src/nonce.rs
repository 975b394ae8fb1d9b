//! Nonces: fresh values that make a message answer one question only.

use alloc::string::String;
use core::fmt;

/// 32 bytes, fresh for every question asked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Nonce([u8; 32]);

impl Nonce {
    /// A fresh nonce.
    ///
    /// # Errors
    /// The generator's, if it fails.
    pub fn generate<R: rand_core::CryptoRng + rand_core::RngCore>(
        rng: &mut R,
    ) -> Result<Self, rand_core::Error> {
        let mut bytes = [0; 32];
        rng.try_fill_bytes(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// A nonce received or stored.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads base64url without padding.
    pub fn from_base64(text: &str) -> Option<Self> {
        crate::json::from_base64(text)?.try_into().ok().map(Self)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Base64url without padding, as in requests.
    pub fn to_base64(&self) -> String {
        crate::json::to_base64(&self.0)
    }
}

impl fmt::Debug for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_base64())
    }
}
