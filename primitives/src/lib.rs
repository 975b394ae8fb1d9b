//! The hash, curve and signature that Glimpse proves things about, equal to circomlib's.
//!
//! A credential is signed and hashed *inside* circuits over the BN254 scalar field, so its
//! primitives are the ones that are cheap there: the Poseidon hash, the BabyJubJub curve and the
//! EdDSA signature over both. Every value equals that of circomlibjs, which independent tools can
//! recompute; `fixtures/circomlibjs` holds the recorded vectors.
//!
//! Nothing here reads a clock, allocates per call on a hot path without need, or decodes leniently:
//! a byte string is accepted only if it is the one canonical encoding of a valid value.
//!
//! ```
//! use glimpse_primitives::{Fr, eddsa::SigningKey, poseidon};
//!
//! let key = SigningKey::from_seed([7; 32]);
//! let message = poseidon::hash(&[Fr::from(1u64), Fr::from(2u64)]);
//! let signature = key.sign(message);
//! assert!(key.verifying_key().verify(message, &signature).is_ok());
//! ```
#![doc = include_str!("../../docs/protocol/primitives.md")]
#![no_std]

extern crate alloc;

pub mod babyjubjub;
mod blake512;
pub mod eddsa;
pub mod field;
mod grain;
pub mod merkle;
pub mod poseidon;

pub use ark_bn254::Fr;
