//! Verifies presentations: request + presentation + trust → [`Verified`], or a [`Rejection`] that says which
//! rule failed and whose fault it is.
//!
//! A verifier makes one call. Everything that is proved comes from the verifier's own request; a presentation
//! only says which accepted issuer it rests on, which values it discloses, and why they are true. There is no
//! clock, no network and no global state here: time, randomness and the replay store are parameters.
//!
//! ```
//! use glimpse_protocol::{request::Request, time::DateTime};
//! use glimpse_verifier::{KeySet, Rejection, ReplayStore, Trust, Verified, Verifier};
//!
//! fn admit(
//!     (keys, trust): (KeySet, Trust), // loaded once, at start
//!     request: &Request,              // the request that this service made
//!     answer: &[u8],
//!     now: DateTime,
//!     replay: &mut dyn ReplayStore,
//! ) -> Result<Verified, Rejection> {
//!     Verifier::new(keys, trust).verify(request, answer, now, replay, &mut rand::rngs::OsRng)
//! }
//! ```
//! `examples/verify.rs` does it whole, from files, with an answer that was recorded.

mod keys;
mod rejection;
mod replay;
mod verified;
mod verifier;
#[cfg(all(target_arch = "wasm32", feature = "wasm"))]
mod wasm;

pub use keys::{KeySet, KeySetError};
pub use rejection::{Fault, Rejection, Rule};
pub use replay::{
    InMemoryReplayStore, REPLAY_MARGIN, ReplayKey, ReplayStore, ReplayStoreError, Seen,
};
pub use verified::{NamedIssuer, Verified, VerifiedCredential, VerifiedIssuer};
pub use verifier::{Trust, Verifier};
