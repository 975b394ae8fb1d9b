//! Groth16 proving for any circuit; knows nothing of credentials.
//!
//! Proofs made here are *unblinded*: with Groth16's r and s both zero, A and B are functions of
//! the witness. They never leave the device as they are. What leaves is the output of
//! [`glimpse_link::show`], whose re-randomisation maps *any* valid proof of a statement to a
//! uniformly random one (BKSV20, theorem 3), so blinding here would add nothing. Leaving it out
//! saves a multi-scalar multiplication in 𝔾₁ and the key section for it: r = 0 removes the only
//! use of \[B\]₁. `docs/protocol/keys.md` section 3 has the argument.

mod assignment;
mod decode;
mod generate;
mod key;
mod prove;
#[cfg(test)]
mod tests;

pub(crate) use assignment::{Assignment, Unsatisfied};
pub(crate) use decode::{Form, ReadError, Reader, Writer};
pub use generate::GenerateError;
pub(crate) use generate::{generate, parameters};
pub(crate) use key::{Key, Shape};
pub(crate) use prove::{ProveError, prove};
