//! Replays: every request is answered once.

use std::collections::BTreeMap;

use glimpse_protocol::nonce::Nonce;
use glimpse_protocol::request::Request;
use glimpse_protocol::time::DateTime;

/// How long beyond its request's expiry an answer is remembered, in seconds. A clock that is an hour ahead at one time
/// and an hour behind at another steps back by two; an answer that was forgotten before would then be accepted again.
pub const REPLAY_MARGIN: i64 = 2 * 3600;

/// What a presentation is remembered by: who asked, and with which nonce. Never by its bytes, which a third
/// party could change without changing their meaning.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReplayKey {
    audience: String,
    nonce: Nonce,
}

/// What a store answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// The key was not there before and is there now, durably.
    First,
    /// The key was there already.
    Again,
}

/// The store could not answer. Nothing is accepted then.
#[derive(Debug, thiserror::Error)]
#[error("the replay store failed")]
pub struct ReplayStoreError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// Remembers which requests were answered.
pub trait ReplayStore {
    /// Inserts `key` unless it is there, in one atomic step across all threads and processes that share the
    /// store, and durably before it returns [`Seen::First`]. After `keep_until` the key may be forgotten: the request
    /// is expired by then, by [`REPLAY_MARGIN`] at least.
    ///
    /// # Errors
    /// [`ReplayStoreError`].
    fn insert(&mut self, key: &ReplayKey, keep_until: DateTime) -> Result<Seen, ReplayStoreError>;
}

/// A store in memory: for one process, and for as long as it runs.
#[derive(Debug, Default)]
pub struct InMemoryReplayStore {
    seen: BTreeMap<ReplayKey, DateTime>,
}

impl ReplayKey {
    /// The key of answers to that request.
    pub fn of(request: &Request) -> Self {
        Self {
            audience: request.client_id(),
            nonce: *request.nonce(),
        }
    }

    /// The key as bytes, the same for the same key and for no other.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = self.nonce.as_bytes().to_vec();
        out.extend_from_slice(self.audience.as_bytes());
        out
    }
}

impl InMemoryReplayStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// Forgets what need not be kept any more. A service calls it now and then, with the time that it verifies at.
    pub fn forget_expired(&mut self, now: DateTime) {
        self.seen.retain(|_, keep_until| *keep_until >= now);
    }
}

impl ReplayStore for InMemoryReplayStore {
    fn insert(&mut self, key: &ReplayKey, keep_until: DateTime) -> Result<Seen, ReplayStoreError> {
        if self.seen.contains_key(key) {
            return Ok(Seen::Again);
        }
        self.seen.insert(key.clone(), keep_until);
        Ok(Seen::First)
    }
}
