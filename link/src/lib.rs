//! Linked Groth16: prepared proofs, shown unlinkably, over hidden values that they share.
//!
//! A Groth16 proof is made once and kept ([`Proof`]). For each request [`show()`] makes it
//! unrecognisable, hides the inputs that the [`Statement`] hides, and binds the result to a
//! [`Context`]; [`verify()`] and [`verify_batch`] check it. This crate knows circuits only by their
//! [`VerifyingKey`]; what a slot means is its callers' concern.
//!
//! ```
//! use ark_ec::{AffineRepr, CurveGroup};
//! use glimpse_link::*;
//! use rand_core::SeedableRng;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let (g1, g2) = (G1Affine::generator(), G2Affine::generator());
//! let times = |k: u64| (g1 * Fr::from(k)).into_affine();
//! // A key whose trapdoors are known stands in for a circuit with two slots. It lets this example
//! // prove without a witness: a·b = α·β + IC(x) + c·δ with 6·5 = 2·3 + (7 + 8x₀ + 9x₁) + c·4.
//! let key = VerifyingKey::from_parts(
//!     times(2),
//!     (g2 * Fr::from(3)).into_affine(),
//!     times(4),
//!     (g2 * Fr::from(4)).into_affine(),
//!     vec![times(7), times(8), times(9)],
//! )?;
//! let (age, licence) = (Fr::from(21), Fr::from(1));
//! let c = (Fr::from(24) - Fr::from(7 + 8 * 21 + 9)) / Fr::from(4);
//! let prepared = Proof::new(
//!     times(6),
//!     (g2 * Fr::from(5)).into_affine(),
//!     (g1 * c).into_affine(),
//! );
//!
//! // Both sides derive the statement from the verifier's request: the age stays hidden.
//! let statement = Statement::new(vec![Member {
//!     key: &key,
//!     slots: vec![Slot::Hidden(Variable::new(0)), Slot::Public(licence)],
//! }])?;
//! let context = Context::new(b"the exact bytes of the request");
//!
//! // A real caller passes the operating system's generator.
//! let mut rng = rand_chacha::ChaCha20Rng::seed_from_u64(1);
//! let shown = show(&statement, &[prepared], &[age], &context, &mut rng)?.to_bytes();
//!
//! let received = LinkedProof::from_bytes(&shown, 1, statement.variables())?;
//! verify(&statement, &received, &context, &mut rng)?;
//! let elsewhere = Context::new(b"another request");
//! assert!(verify(&statement, &received, &elsewhere, &mut rng).is_err());
//! # Ok(())
//! # }
//! ```
#![no_std]

extern crate alloc;

mod encoding;
mod key;
mod linked_proof;
mod proof;
#[doc = include_str!("../../docs/protocol/linked-groth16.md")]
pub mod protocol {}
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
