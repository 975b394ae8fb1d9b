//! The holder's side of the mathematics: keys and witnesses become proofs, proofs become presentations.
//!
//! A credential is proved once, ahead of time ([`prepare_credential`], up to a second in a browser).
//! Answering a request then means making the small range proofs that it needs, and showing
//! everything together, unrecognisably and bound to the request ([`present()`], milliseconds).
//!
//! ```
//! use glimpse_prover::{ProvingKeys, prepare_range, setup};
//! use glimpse_protocol::circuit::CircuitId;
//!
//! // Real keys come from a signed manifest: see `ProvingKeys::load`.
//! let keys = ProvingKeys::from_iter([setup::generate_insecure_dev(CircuitId::Range)?]);
//! let adult = prepare_range(&keys, 1990, 0, 2008)?;
//! assert!(adult.proves(CircuitId::Range, &[1990, 0, 2008, 0, 1].map(u64::into)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![doc = include_str!("../../docs/protocol/keys.md")]

mod enrol;
mod groth16;
mod key;
mod keys;
mod prepare;
mod prepared;
mod present;
mod progress;
pub mod qap;
mod relation;
mod set;
pub mod setup;
pub mod snarkjs;
mod statement;
mod status;

// The crate under the name by which tests outside know it, so that tests inside share their support.
#[cfg(test)]
extern crate self as glimpse_prover;
#[cfg(test)]
#[path = "../tests/support/mod.rs"]
mod support;

pub use enrol::{EnrolError, enrol};
/// Whether this build's arithmetic works on this machine; a build with relaxed SIMD must ask before it is used.
pub use glimpse_msm::self_test;
pub use groth16::GenerateError;
pub use key::{ProvingKey, ProvingKeyError};
pub use keys::{MissingKey, ProvingKeys};
pub use prepare::{
    PrepareError, prepare_credential, prepare_fact, prepare_predicate, prepare_range,
};
pub use prepared::{PreparedCredential, PreparedError, PreparedPredicate};
pub use present::{HeldCredential, MadePredicate, PresentError, Presented, plan, present};
pub use progress::{Cancelled, Progress, Unwatched};
pub use set::prepare_set;
pub use status::{PrepareStatusError, prepare_status};
