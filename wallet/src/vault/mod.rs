//! Everything the wallet keeps is ciphertext under one random data key.
//!
//! The data key is drawn once, when the vault is created, and never changes. A passphrase, stretched
//! by Argon2id, wraps it in the [`Header`]; changing the passphrase rewrites the header and leaves
//! every record as it is. The format, from `docs/protocol/vault.md`:
//!
#![doc = include_str!("../../../docs/protocol/vault.md")]

mod header;
mod key;
mod passphrase;
mod record;
mod seed;
mod stretch;

pub use header::{Header, HeaderError};
pub use key::{DataKey, StretchedKey};
pub use passphrase::{Passphrase, PassphraseError};
pub use record::RecordError;
pub use seed::Seed;
#[cfg(not(target_arch = "wasm32"))]
pub use stretch::Argon2Direct;
pub use stretch::{Salt, Stretch, StretchError, StretchParameters, WeakParameters};

use rand_core::{CryptoRng, RngCore};
use zeroize::Zeroizing;

use crate::store::RecordName;

/// A vault whose header is known and whose key is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockedVault {
    header: Header,
}

/// A vault whose data key is in memory. Dropping or [locking](Self::lock) it wipes the key.
#[derive(Debug)]
pub struct OpenVault {
    header: Header,
    key: DataKey,
}

/// Why a vault could not be created or its passphrase not be changed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The operating system gave no randomness. Nothing was written.
    #[error("the system's random number generator failed")]
    Randomness,
    /// The passphrase could not be stretched.
    #[error(transparent)]
    Stretch(#[from] StretchError),
    /// The current passphrase, asked for before it is changed, is not right.
    #[error("the current passphrase is wrong")]
    WrongPassphrase,
}

/// Why a vault stayed locked.
#[derive(Debug, thiserror::Error)]
pub enum UnlockError {
    /// The header is whole, and this passphrase does not open it.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    /// The header was damaged, cut off, or written by something else.
    #[error("the vault is damaged: {0}")]
    Damaged(#[from] HeaderError),
    /// The passphrase could not be stretched.
    #[error(transparent)]
    Stretch(#[from] StretchError),
}

impl LockedVault {
    /// Reads the bytes of a header. What it returns is well formed; only [`unlock`](Self::unlock)
    /// can tell whether it is genuine.
    pub fn from_bytes(header: &[u8]) -> Result<Self, HeaderError> {
        Ok(Self {
            header: Header::from_bytes(header)?,
        })
    }

    /// Stretches the passphrase and unwraps the data key.
    pub async fn unlock(
        &self,
        passphrase: &Passphrase,
        stretch: &impl Stretch,
    ) -> Result<OpenVault, UnlockError> {
        let stretched = stretch
            .stretch(passphrase, self.header.salt(), self.header.parameters())
            .await?;
        let key = self
            .header
            .unwrap_key(&stretched)
            .ok_or(UnlockError::WrongPassphrase)?;
        Ok(OpenVault {
            header: self.header.clone(),
            key,
        })
    }
}

impl OpenVault {
    /// Draws a new data key and wraps it with `passphrase`.
    pub async fn create<R: CryptoRng + RngCore>(
        passphrase: &Passphrase,
        parameters: StretchParameters,
        stretch: &impl Stretch,
        rng: &mut R,
    ) -> Result<Self, SealError> {
        let key = DataKey::generate(rng).ok_or(SealError::Randomness)?;
        let header = seal_header(&key, passphrase, parameters, stretch, rng).await?;
        Ok(Self { header, key })
    }

    /// The bytes to store under [`RecordName::HEADER`].
    #[must_use]
    pub fn header_bytes(&self) -> Vec<u8> {
        self.header.to_bytes()
    }

    /// Wraps the same data key with another passphrase, after checking the current one. The new
    /// header takes effect when its bytes are stored; a copy of the old header, say in a backup,
    /// still opens with the old passphrase.
    pub async fn change_passphrase<R: CryptoRng + RngCore>(
        &self,
        current: &Passphrase,
        new: &Passphrase,
        parameters: StretchParameters,
        stretch: &impl Stretch,
        rng: &mut R,
    ) -> Result<Self, SealError> {
        let stretched = stretch
            .stretch(current, self.header.salt(), self.header.parameters())
            .await?;
        let key = self
            .header
            .unwrap_key(&stretched)
            .ok_or(SealError::WrongPassphrase)?;
        let header = seal_header(&key, new, parameters, stretch, rng).await?;
        Ok(Self { header, key })
    }

    /// Forgets the data key.
    #[must_use]
    pub fn lock(self) -> LockedVault {
        LockedVault {
            header: self.header.clone(),
        }
    }

    /// Encrypts a record for one name. The name is authenticated: under another name the bytes do
    /// not open.
    pub fn seal<R: CryptoRng + RngCore>(
        &self,
        name: &RecordName,
        plaintext: &[u8],
        rng: &mut R,
    ) -> Result<Vec<u8>, RecordError> {
        record::seal(&self.key, name, plaintext, rng)
    }

    /// Decrypts the record that was sealed for `name`.
    pub fn open(
        &self,
        name: &RecordName,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, RecordError> {
        record::open(&self.key, name, sealed)
    }
}

async fn seal_header<R: CryptoRng + RngCore>(
    key: &DataKey,
    passphrase: &Passphrase,
    parameters: StretchParameters,
    stretch: &impl Stretch,
    rng: &mut R,
) -> Result<Header, SealError> {
    let salt = Salt::generate(rng).ok_or(SealError::Randomness)?;
    let stretched = stretch.stretch(passphrase, &salt, parameters).await?;
    Header::wrap_key(key, &stretched, salt, parameters, rng).ok_or(SealError::Randomness)
}

#[cfg(test)]
pub(crate) mod tests;
