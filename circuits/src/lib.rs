//! The relations that Glimpse proves, as rank-1 constraints over BN254's scalar field.
//!
//! Each [`Relation`] exists twice: `check` is plain Rust and says which clause fails, `constrain` writes
//! constraints that carry the clause's name. The gadgets mirror `glimpse_primitives` file by file.
//!
//! ```
//! use glimpse_circuits::{Relation, range::{RangeCircuit, RangeInputs}};
//!
//! let inputs = RangeInputs::inside(1990, 1900, 2008);
//! assert_eq!(inputs.check(), Ok(()));
//! assert!(RangeCircuit::new(inputs).synthesize(true).broken_rows().is_empty());
//! ```
#![doc = include_str!("../../docs/protocol/circuits.md")]

mod babyjubjub;
mod bits;
pub mod credential;
mod eddsa;
pub mod enrolment;
mod expression;
pub mod gate;
pub mod member;
mod merkle;
mod poseidon;
pub mod pseudonym;
pub mod range;
pub mod registry;
mod relation;
pub mod set;
pub mod status;
mod system;
#[cfg(test)]
mod testing;
pub mod text;

pub use relation::{Circuit, Relation};
pub use system::{Row, System};
