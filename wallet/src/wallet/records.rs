//! Reading and writing sealed records. One record holds up to two parts, each with its length.

use rand_core::{CryptoRng, RngCore};
use zeroize::Zeroizing;

use super::{Unlocked, Wallet};
use crate::store::{Kind, RecordId, RecordName, Storage};
use crate::vault::RecordError;

/// Why stored records could not be used.
#[derive(Debug, thiserror::Error)]
pub enum RecordsError<E: std::error::Error + 'static> {
    /// Storage failed.
    #[error("storage failed: {0}")]
    Storage(#[source] E),
    /// A record could not be sealed or opened.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// A record that must be there is not.
    #[error("a record is missing")]
    Missing,
    /// A record opened and holds nonsense: a bug, or a newer program.
    #[error("a stored {0} cannot be read")]
    Content(&'static str),
}

impl<S: Storage, P> Wallet<S, P, Unlocked> {
    pub(super) async fn names(
        &self,
        kind: Kind,
    ) -> Result<Vec<RecordName>, RecordsError<S::Error>> {
        let mut names = self.storage.list().await.map_err(RecordsError::Storage)?;
        names.retain(|name| name.kind() == kind);
        names.sort_unstable();
        Ok(names)
    }

    pub(super) async fn read(
        &self,
        name: &RecordName,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, RecordsError<S::Error>> {
        match self
            .storage
            .get(name)
            .await
            .map_err(RecordsError::Storage)?
        {
            None => Ok(None),
            Some(sealed) => Ok(Some(self.state.vault.open(name, &sealed)?)),
        }
    }

    pub(super) fn sealed<R: CryptoRng + RngCore>(
        &self,
        name: &RecordName,
        plaintext: &[u8],
        rng: &mut R,
    ) -> Result<Vec<u8>, RecordsError<S::Error>> {
        Ok(self.state.vault.seal(name, plaintext, rng)?)
    }

    pub(super) fn fresh_name<R: CryptoRng + RngCore>(
        kind: Kind,
        rng: &mut R,
    ) -> Result<RecordName, RecordsError<S::Error>> {
        let id = RecordId::generate(rng).ok_or(RecordError::Randomness)?;
        Ok(RecordName::new(kind, id))
    }
}

/// Two parts, the first with its length in front. Reserved at once, so that growing leaves no copy.
pub(super) fn join(first: &[u8], second: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(8 + first.len() + second.len()));
    bytes.extend_from_slice(&(first.len() as u64).to_be_bytes());
    bytes.extend_from_slice(first);
    bytes.extend_from_slice(second);
    bytes
}

pub(super) fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<8>()?;
    rest.split_at_checked(usize::try_from(u64::from_be_bytes(*length)).ok()?)
}
