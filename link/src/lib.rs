//! Linked Groth16: prepared proofs, shown unlinkably, over hidden values that they share.
#![no_std]

extern crate alloc;

mod encoding;
mod key;
mod linked_proof;
mod msm;
mod proof;
mod randomness;
mod show;
mod statement;
mod transcript;
mod verify;

pub use ark_bn254::{Fr, G1Affine, G2Affine};
pub use encoding::DecodeError;
pub use key::{KeyElement, KeyError, VerifyingKey};
pub use linked_proof::LinkedProof;
pub use proof::Proof;
pub use randomness::RandomnessError;
pub use show::{ShowError, show};
pub use statement::{Member, Slot, Statement, StatementError, Variable};
pub use transcript::Context;
pub use verify::{BatchRejected, Presented, Rejected, verify, verify_batch};
