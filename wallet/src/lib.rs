//! What a wallet does without a screen.
//!
//! The same code runs in the browser and natively: proofs are made by a [`Prover`](prover::Prover)
//! that the caller brings, bytes rest in a [`Storage`](store::Storage) that sees ciphertext only,
//! and nothing here opens a connection or reads a clock. The other side's HTTP is data:
//! [`offer`] and [`request`] say what to send and take what came back.

pub mod ahead;
pub mod consent;
pub mod endpoint;
mod form;
pub mod http;
pub mod ledger;
pub mod offer;
pub mod prover;
pub mod request;
pub mod set;
pub mod status;
pub mod store;
pub mod vault;
pub mod wallet;
