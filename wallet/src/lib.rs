//! What a wallet does without a screen.
//!
//! The same code runs in the browser and natively: proofs are made by a [`Prover`](prover::Prover)
//! that the caller brings, bytes rest in a [`Storage`](store::Storage) that sees ciphertext only,
//! and nothing here opens a connection or reads a clock.

pub mod store;
pub mod vault;
