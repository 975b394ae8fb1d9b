//! The files of snarkjs and circom for BN254 (`bn128` there): `.zkey`, `.r1cs` and `.wtns`.
//!
//! They are read so that snarkjs and this prover can be compared on one key and one witness, and
//! written so that circom's tools can look at our circuits:
//!
//! ```text
//! .zkey + .wtns ─► Zkey::prove ─► proof ─► snarkjs groth16 verify
//! our circuit ─► R1cs::of, Witness::of ─► snarkjs r1cs info, wtns check, groth16 setup
//! .r1cs ─► generate_zkey ─► snarkjs groth16 prove, Zkey::prove
//! ```
//!
//! Nothing of a wallet uses this. A proving key of a wallet cannot be written as `.zkey`: that wants \[β\]₁ and \[B\]₁,
//! with which snarkjs blinds its proofs, and which our keys leave out (`docs/protocol/keys.md`). So [`generate_zkey`]
//! makes a key anew.
//!
//! What the formats do not say on their face:
//!
//! - Coordinates in a `.zkey` are in Montgomery form, R·x with R = 2²⁵⁶; the identity is all zeros.
//! - Its coefficients are R²·x: snarkjs multiplies them by a witness that is *not* in Montgomery form, which
//!   takes one R off again.
//! - It has no number of constraints and no C. The last rows of A, one for each input and for the 1,
//!   hold that wire alone; the rows before them are the constraints. C·w is taken to be A·w times B·w, so a witness
//!   that breaks a constraint gives a proof that is invalid.
//! - H holds \[L_(2i+1)(τ)/δ\]₁, as in [`crate::qap`].
//!
//! Sources: the format descriptions of `r1csfile` and `snarkjs`, and what their programs write.

mod file;
mod generate;
mod point;
mod proof;
mod r1cs;
mod wtns;
mod zkey;

use glimpse_link::KeyError;
use thiserror::Error;

pub use generate::generate_zkey;
pub use proof::{proof_json, public_json};
pub use r1cs::{Combination, R1cs};
pub use wtns::Witness;
pub use zkey::{Zkey, ZkeyError};

/// Why bytes are no file of the format, or none that this crate reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FileError {
    /// The first four bytes are those of no such file.
    #[error("not a file of this format")]
    Magic,
    /// The format has another version.
    #[error("a version of the format that is not known")]
    Version,
    /// The file, or a section of it, ends too early.
    #[error("the file ends too early")]
    Truncated,
    /// Bytes follow the last section, or the end of what a section holds.
    #[error("bytes follow the end")]
    Trailing,
    /// A section is missing.
    #[error("section {section} is missing")]
    MissingSection {
        /// Its number in the format.
        section: u32,
    },
    /// A section comes twice.
    #[error("section {section} comes twice")]
    DuplicateSection {
        /// Its number in the format.
        section: u32,
    },
    /// A section that the format does not have, or that holds custom gates.
    #[error("section {section} is not known")]
    UnknownSection {
        /// Its number.
        section: u32,
    },
    /// The key is for another proof system than Groth16.
    #[error("not a Groth16 key")]
    Protocol,
    /// The file is over another curve's fields.
    #[error("not over the fields of BN254")]
    Field,
    /// A count is out of range, or contradicts another.
    #[error("a count is out of range")]
    Count,
    /// A number is not below its field's modulus.
    #[error("a number is not below the modulus")]
    Element,
    /// A point is not on its curve, or is the identity where that makes no sense.
    #[error("a point is not on its curve")]
    Curve,
    /// A point of 𝔾₂ is outside the prime-order subgroup.
    #[error("a point is not in the prime-order subgroup")]
    Subgroup,
    /// A wire does not exist, or the wires of a sum are not in ascending order.
    #[error("a wire is out of range or out of order")]
    Wire,
    /// The first wire of a witness is not 1.
    #[error("the first wire is not 1")]
    One,
    /// The last rows of A and B are not one for each input.
    #[error("the rows of the inputs are missing")]
    InputRows,
    /// γ is not 1.
    #[error("gamma is not 1")]
    Gamma,
    /// The verifying key inside fails its checks.
    #[error("the verifying key inside is unusable: {0}")]
    VerifyingKey(#[from] KeyError),
}
