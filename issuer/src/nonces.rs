//! Nonces: every enrolment answers one question of this issuer.

use std::collections::BTreeMap;

use glimpse_protocol::nonce::Nonce;
use rand_core::{CryptoRng, RngCore};

/// What a store knows of a nonce.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NonceState {
    /// It was waiting for an answer, and is used up now, durably.
    Fresh,
    /// It was answered before.
    Used,
    /// It was never handed out, or long ago.
    Unknown,
}

/// The store could not answer. Nothing is issued then.
#[derive(Debug, thiserror::Error)]
#[error("the nonce store failed")]
pub struct NonceStoreError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// Remembers which nonces were handed out and answered.
pub trait NonceStore {
    /// Uses up `nonce`, in one atomic step across all that share the store, and durably before it returns
    /// [`NonceState::Fresh`].
    ///
    /// # Errors
    /// [`NonceStoreError`].
    fn consume(&mut self, nonce: &Nonce) -> Result<NonceState, NonceStoreError>;
}

/// A store in memory: for one process, and for as long as it runs.
#[derive(Debug, Default)]
pub struct InMemoryNonces {
    used: BTreeMap<Nonce, bool>,
}

impl InMemoryNonces {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// Hands out a fresh nonce.
    ///
    /// # Errors
    /// The generator's, if it fails.
    pub fn issue<R: CryptoRng + RngCore>(
        &mut self,
        rng: &mut R,
    ) -> Result<Nonce, rand_core::Error> {
        let nonce = Nonce::generate(rng)?;
        self.used.insert(nonce, false);
        Ok(nonce)
    }
}

impl NonceStore for InMemoryNonces {
    fn consume(&mut self, nonce: &Nonce) -> Result<NonceState, NonceStoreError> {
        Ok(match self.used.get_mut(nonce) {
            None => NonceState::Unknown,
            Some(true) => NonceState::Used,
            Some(used) => {
                *used = true;
                NonceState::Fresh
            }
        })
    }
}
