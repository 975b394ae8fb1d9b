//! Nonces: every enrolment answers one question of this issuer.

use std::collections::BTreeMap;

use glimpse_protocol::nonce::Nonce;
use glimpse_protocol::time::DateTime;
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
    /// [`NonceState::Fresh`]. A nonce that has expired at `now` is unknown.
    ///
    /// # Errors
    /// [`NonceStoreError`].
    fn consume(&mut self, nonce: &Nonce, now: DateTime) -> Result<NonceState, NonceStoreError>;
}

/// How long an enrolment may answer a nonce of [`InMemoryNonces`], in seconds.
pub const NONCE_LIFETIME: i64 = 600;

/// How many nonces [`InMemoryNonces`] holds at most: some megabytes.
pub const MAX_NONCES: usize = 1 << 16;

/// A store in memory: for one process, and for as long as it runs.
///
/// A nonce lives for [`NONCE_LIFETIME`], whether it is answered or not, and is unknown from then on. Those that live are
/// never driven out by new ones: when there are [`MAX_NONCES`], no more are handed out.
#[derive(Debug, Default)]
pub struct InMemoryNonces {
    alive: BTreeMap<Nonce, Alive>,
}

#[derive(Debug)]
struct Alive {
    expires: DateTime,
    used: bool,
}

/// Why no nonce was handed out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NonceError {
    /// Too many are waiting for an answer.
    #[error("too many enrolments are under way: try again in some minutes")]
    Full,
    /// The random generator failed.
    #[error("the random generator failed")]
    Randomness(#[source] rand_core::Error),
}

impl InMemoryNonces {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// Hands out a fresh nonce.
    ///
    /// # Errors
    /// [`NonceError`].
    pub fn issue<R: CryptoRng + RngCore>(
        &mut self,
        now: DateTime,
        rng: &mut R,
    ) -> Result<Nonce, NonceError> {
        if self.alive.len() >= MAX_NONCES {
            self.alive.retain(|_, alive| alive.expires >= now);
        }
        if self.alive.len() >= MAX_NONCES {
            return Err(NonceError::Full);
        }
        let nonce = Nonce::generate(rng).map_err(NonceError::Randomness)?;
        let (expires, used) = (now.plus_seconds(NONCE_LIFETIME), false);
        self.alive.insert(nonce, Alive { expires, used });
        Ok(nonce)
    }
}

impl NonceStore for InMemoryNonces {
    fn consume(&mut self, nonce: &Nonce, now: DateTime) -> Result<NonceState, NonceStoreError> {
        Ok(match self.alive.get_mut(nonce) {
            Some(alive) if alive.expires >= now => {
                if core::mem::replace(&mut alive.used, true) {
                    NonceState::Used
                } else {
                    NonceState::Fresh
                }
            }
            _ => NonceState::Unknown,
        })
    }
}

#[cfg(test)]
mod tests {
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng as _};

    use super::*;

    fn at(seconds: i64) -> DateTime {
        DateTime::from_unix(1_795_000_000 + seconds).unwrap()
    }

    #[test]
    fn a_nonce_lives_for_its_time_and_once() {
        let mut nonces = InMemoryNonces::new();
        let mut rng = ChaCha20Rng::from_seed([1; 32]);
        let [first, second] = [0, 1].map(|_| nonces.issue(at(0), &mut rng).unwrap());
        let mut consume = |nonce, seconds| nonces.consume(nonce, at(seconds)).unwrap();
        assert_eq!(consume(&first, NONCE_LIFETIME), NonceState::Fresh);
        assert_eq!(consume(&first, NONCE_LIFETIME), NonceState::Used);
        assert_eq!(consume(&second, NONCE_LIFETIME + 1), NonceState::Unknown);
        assert_eq!(consume(&Nonce::from_bytes([9; 32]), 0), NonceState::Unknown);
    }

    #[test]
    fn a_full_store_hands_out_nothing_and_forgets_nothing() {
        let mut nonces = InMemoryNonces::new();
        let mut rng = ChaCha20Rng::from_seed([1; 32]);
        let first = nonces.issue(at(0), &mut rng).unwrap();
        for _ in 1..MAX_NONCES {
            nonces.issue(at(1), &mut rng).unwrap();
        }
        let refused = nonces.issue(at(NONCE_LIFETIME), &mut rng);
        assert!(matches!(refused, Err(NonceError::Full)));
        let state = nonces.consume(&first, at(NONCE_LIFETIME)).unwrap();
        assert_eq!(state, NonceState::Fresh);
        // One has run out: there is room for one, and no more.
        let later = at(NONCE_LIFETIME + 1);
        assert!(nonces.issue(later, &mut rng).is_ok());
        let refused = nonces.issue(later, &mut rng);
        assert!(matches!(refused, Err(NonceError::Full)));
    }
}
