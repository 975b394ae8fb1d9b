//! Issues credentials: checks that a holder knows the secret behind its identifier, then signs attributes for
//! that identifier. The issuer never learns the secret, and hears nothing of where the credential is shown.
//!
//! ```
//! use glimpse_issuer::{Issuer, IssuerKeys, Profile};
//! use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng as _};
//!
//! let mut rng = ChaCha20Rng::from_seed([1; 32]); // an issuer takes the operating system's generator
//! let keys = IssuerKeys::generate(&mut rng).map_err(|_| "no randomness")?;
//! let profile = Profile { name: "Motor Registry".into(), url: None, display: None };
//! let issuer = Issuer::create(keys, profile, "2026-11-21T09:00:00Z".parse()?)?;
//! assert_eq!(issuer.manifest().name(), "Motor Registry");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod enrolment;
mod issuer;
mod keys;
mod nonces;
mod set;
mod status;

pub use enrolment::{CheckedEnrolment, EnrolmentError};
pub use issuer::{IssueError, Issuer, IssuerError, Order, Profile};
pub use keys::{IssuerKeys, KeysError};
pub use nonces::{
    InMemoryNonces, MAX_NONCES, NONCE_LIFETIME, NonceError, NonceState, NonceStore, NonceStoreError,
};
pub use status::{NoSuchEntry, PublishError, set_revoked};
