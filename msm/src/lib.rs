//! Multi-scalar multiplication and Fourier transforms for BN254, fast in WASM too.
//!
//! Proving is three quarters sums Σ kᵢ·Pᵢ. There is one algorithm for them (`pippenger`), in which nearly
//! all work is affine additions in large batches (`batch`); it is generic over a small field trait
//! ([`field::Field`]), since the best representation of a field depends on the machine.
//!
//! Everything here takes time that depends on the scalars. Proving runs on the holder's own device, and
//! its duration is seen by no other party; `docs/protocol/linked-groth16.md` says why that is accepted.
//!
//! ```
//! use ark_bn254::{Fr, G1Affine};
//! use ark_ec::{AffineRepr, CurveGroup};
//! use glimpse_msm::G1Bases;
//!
//! let g = G1Affine::generator();
//! let bases = G1Bases::new(&[g, g]);
//! let sum = bases.msm_vartime(&[Fr::from(3), -Fr::from(1)]);
//! assert_eq!(sum.into_affine(), g + g);
//! ```

#![no_std]

extern crate alloc;
#[cfg(any(test, feature = "emulated"))]
extern crate std;

mod bases;
mod batch;
pub mod field;
mod groups;
mod pippenger;
#[cfg(test)]
mod tests;

pub use bases::Bases;

/// 𝔽_q in the representation that is fastest for the target this is compiled for.
#[cfg(not(target_arch = "wasm32"))]
pub type Fq = field::native::Native<ark_bn254::Fq>;
/// 𝔽_q in the representation that is fastest for the target this is compiled for.
#[cfg(all(target_arch = "wasm32", not(target_feature = "relaxed-simd")))]
pub type Fq = field::limbs::Limbs<ark_bn254::Fq>;
/// 𝔽_q in the representation that is fastest for the target this is compiled for.
#[cfg(all(target_arch = "wasm32", target_feature = "relaxed-simd"))]
pub type Fq = field::fma::Fma<ark_bn254::Fq, field::fma::Simd>;

/// 𝔽_q² likewise.
#[cfg(not(target_arch = "wasm32"))]
pub type Fq2 = field::native::Native<ark_bn254::Fq2>;
/// 𝔽_q² likewise.
#[cfg(target_arch = "wasm32")]
pub type Fq2 = field::quadratic::Quadratic<Fq, ark_bn254::Fq2Config>;

/// Points of 𝔾₁ to be multiplied and summed.
pub type G1Bases = Bases<Fq, ark_bn254::g1::Config>;
/// Points of 𝔾₂ to be multiplied and summed.
pub type G2Bases = Bases<Fq2, ark_bn254::g2::Config>;
