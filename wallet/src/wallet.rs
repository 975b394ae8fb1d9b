//! The wallet itself: locked or unlocked, and what each of the two can do.

mod ahead;
mod cards;
mod consent;
mod issuers;
mod kept;
mod lists;
mod proofs;
mod records;
mod sets;

pub use cards::{AddError, Card, CardId};
pub(crate) use kept::FactId;
pub(crate) use lists::status_fact;

pub use consent::{Answer, AskError, PresentError, Presented};
pub use lists::ListTaken;
pub use proofs::{EnrolError, Preparation, PrepareError};
pub use records::RecordsError;
pub use sets::TakeSetError;

use rand_core::{CryptoRng, RngCore};

use crate::store::{Batch, RecordName, Storage};
use crate::vault::{
    HeaderError, LockedVault, OpenVault, Passphrase, SealError, Seed, Stretch, StretchParameters,
    UnlockError,
};

/// A wallet over some storage and some prover. `State` is [`Locked`] or [`Unlocked`]; only an
/// unlocked wallet has methods that read or write cards.
#[derive(Debug)]
pub struct Wallet<S, P, State> {
    storage: S,
    prover: P,
    state: State,
}

/// The data key is not in memory.
#[derive(Debug)]
pub struct Locked(LockedVault);

/// The data key and the seed are in memory, and are wiped when the wallet is locked or dropped.
#[derive(Debug)]
pub struct Unlocked {
    vault: OpenVault,
    seed: Seed,
}

/// Why no wallet was created. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum CreateError<E: std::error::Error + 'static> {
    /// There is a wallet already; it is never overwritten.
    #[error("there is a wallet here already")]
    Exists,
    /// The vault could not be made.
    #[error(transparent)]
    Vault(#[from] SealError),
    /// Storage failed, or a record could not be sealed.
    #[error(transparent)]
    Records(#[from] RecordsError<E>),
}

/// Why there is no wallet to unlock.
#[derive(Debug, thiserror::Error)]
pub enum OpenError<E: std::error::Error + 'static> {
    /// None was created here.
    #[error("there is no wallet here")]
    Missing,
    /// The vault's header was damaged.
    #[error("the vault is damaged: {0}")]
    Damaged(#[from] HeaderError),
    /// Storage failed.
    #[error(transparent)]
    Records(#[from] RecordsError<E>),
}

/// The wallet stayed locked. It is handed back, to try again.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct UnlockFailed<S, P, E: std::error::Error + 'static> {
    /// The wallet, still locked.
    pub wallet: Wallet<S, P, Locked>,
    /// Why.
    pub error: UnlockWalletError<E>,
}

/// Why a wallet stayed locked.
#[derive(Debug, thiserror::Error)]
pub enum UnlockWalletError<E: std::error::Error + 'static> {
    /// The passphrase is wrong, or the vault is damaged.
    #[error(transparent)]
    Vault(#[from] UnlockError),
    /// The seed is missing or unreadable.
    #[error(transparent)]
    Records(#[from] RecordsError<E>),
}

/// Why the passphrase is still the old one.
#[derive(Debug, thiserror::Error)]
pub enum ChangePassphraseError<E: std::error::Error + 'static> {
    /// The current passphrase is wrong, or the new one could not be stretched.
    #[error(transparent)]
    Vault(#[from] SealError),
    /// Storage failed.
    #[error(transparent)]
    Records(#[from] RecordsError<E>),
}

impl<S: Storage, P> Wallet<S, P, Locked> {
    /// Finds the wallet that is in this storage.
    pub async fn open(storage: S, prover: P) -> Result<Self, OpenError<S::Error>> {
        let header = storage
            .get(&RecordName::HEADER)
            .await
            .map_err(RecordsError::Storage)?;
        let vault = LockedVault::from_bytes(&header.ok_or(OpenError::Missing)?)?;
        Ok(Self {
            storage,
            prover,
            state: Locked(vault),
        })
    }

    /// Unlocks with the passphrase. The locked wallet comes back if that fails.
    pub async fn unlock(
        self,
        passphrase: &Passphrase,
        stretch: &impl Stretch,
    ) -> Result<Wallet<S, P, Unlocked>, Box<UnlockFailed<S, P, S::Error>>> {
        match self.try_unlock(passphrase, stretch).await {
            Ok(state) => Ok(Wallet {
                storage: self.storage,
                prover: self.prover,
                state,
            }),
            Err(error) => Err(Box::new(UnlockFailed {
                wallet: self,
                error,
            })),
        }
    }

    async fn try_unlock(
        &self,
        passphrase: &Passphrase,
        stretch: &impl Stretch,
    ) -> Result<Unlocked, UnlockWalletError<S::Error>> {
        let vault = self.state.0.unlock(passphrase, stretch).await?;
        let stored = self
            .storage
            .get(&RecordName::SEED)
            .await
            .map_err(RecordsError::Storage)?;
        let sealed = stored.ok_or(RecordsError::Missing)?;
        let bytes = vault
            .open(&RecordName::SEED, &sealed)
            .map_err(RecordsError::Record)?;
        let seed = Seed::from_slice(&bytes).ok_or(RecordsError::Content("seed"))?;
        Ok(Unlocked { vault, seed })
    }
}

impl<S: Storage, P> Wallet<S, P, Unlocked> {
    /// Creates a wallet in empty storage, with a new data key and a new seed.
    pub async fn create<R: CryptoRng + RngCore>(
        storage: S,
        prover: P,
        passphrase: &Passphrase,
        parameters: StretchParameters,
        stretch: &impl Stretch,
        rng: &mut R,
    ) -> Result<Self, CreateError<S::Error>> {
        let names = storage.list().await.map_err(RecordsError::Storage)?;
        if !names.is_empty() {
            return Err(CreateError::Exists);
        }
        let vault = OpenVault::create(passphrase, parameters, stretch, rng).await?;
        let seed = Seed::generate(rng).ok_or(SealError::Randomness)?;
        let sealed = vault
            .seal(&RecordName::SEED, seed.expose(), rng)
            .map_err(RecordsError::Record)?;
        let batch = Batch::new()
            .put(RecordName::HEADER, vault.header_bytes())
            .put(RecordName::SEED, sealed);
        storage.apply(batch).await.map_err(RecordsError::Storage)?;
        Ok(Self {
            storage,
            prover,
            state: Unlocked { vault, seed },
        })
    }

    /// Wipes the keys from memory.
    #[must_use]
    pub fn lock(self) -> Wallet<S, P, Locked> {
        let Unlocked { vault, seed } = self.state;
        drop(seed);
        Wallet {
            storage: self.storage,
            prover: self.prover,
            state: Locked(vault.lock()),
        }
    }

    /// Changes the passphrase. Until the new header is stored the old passphrase holds.
    pub async fn change_passphrase<R: CryptoRng + RngCore>(
        &mut self,
        current: &Passphrase,
        new: &Passphrase,
        parameters: StretchParameters,
        stretch: &impl Stretch,
        rng: &mut R,
    ) -> Result<(), ChangePassphraseError<S::Error>> {
        let vault = self
            .state
            .vault
            .change_passphrase(current, new, parameters, stretch, rng)
            .await?;
        self.storage
            .put(RecordName::HEADER, vault.header_bytes())
            .await
            .map_err(RecordsError::Storage)?;
        self.state.vault = vault;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
