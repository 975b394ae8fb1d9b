//! Multi-scalar multiplication, Fourier transforms and pairings for BN254, fast in WASM too.
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
//! use ark_ec::AffineRepr;
//! use glimpse_msm::msm_vartime;
//!
//! let g = G1Affine::generator();
//! let sum = msm_vartime(&[g, g], &[Fr::from(3), -Fr::from(1)]);
//! assert_eq!(sum, g + g);
//! ```

#![no_std]

extern crate alloc;
#[cfg(any(test, feature = "emulated"))]
extern crate std;

mod bases;
mod batch;
mod few;
pub mod field;
pub mod fourier;
mod groups;
mod multiples;
pub mod pairing;
mod pippenger;
mod roots;
mod self_test;
mod steps;
mod straus;
#[cfg(test)]
mod tests;

use alloc::vec::Vec;

use ark_ec::short_weierstrass::{Affine, Projective, SWCurveConfig};

pub use bases::Bases;
pub use few::{Term, few_vartime};
pub use roots::ordinates;
pub use self_test::self_test;
pub use straus::sums_vartime;

/// The representation of a prime field that is fastest on the target this is compiled for. This is the one
/// place where that is chosen.
#[cfg(not(target_arch = "wasm32"))]
type Fastest<A> = field::native::Native<A>;
#[cfg(all(target_arch = "wasm32", not(target_feature = "relaxed-simd")))]
type Fastest<A> = field::limbs::Limbs<A>;
#[cfg(all(target_arch = "wasm32", target_feature = "relaxed-simd"))]
type Fastest<A> = field::fma::Fma<A, field::fma::Simd>;

/// The representation for verifiers, whose pairings have no use for two lanes.
#[cfg(not(target_arch = "wasm32"))]
type ForVerifiers = field::native::Native<ark_bn254::Fq>;
#[cfg(target_arch = "wasm32")]
type ForVerifiers = field::limbs::Limbs<ark_bn254::Fq>;

/// A point of 𝔾₂ for pairings.
pub type Lines = pairing::Lines<ForVerifiers>;
/// Points of 𝔾₁ that verifiers sum often.
pub type Kept = straus::Kept<ForVerifiers>;
/// A verifier's sum in 𝔾₁.
pub type Sum<'a> = straus::Sum<'a, ForVerifiers>;
/// A product of pairings.
pub type PairingProduct = pairing::Product<ForVerifiers>;

/// The field of scalars.
pub type Fr = Fastest<ark_bn254::Fr>;
/// The field of coordinates of 𝔾₁.
pub type Fq = Fastest<ark_bn254::Fq>;
/// The field of coordinates of 𝔾₂.
#[cfg(not(target_arch = "wasm32"))]
pub type Fq2 = Fastest<ark_bn254::Fq2>;
/// The field of coordinates of 𝔾₂.
#[cfg(target_arch = "wasm32")]
pub type Fq2 = field::quadratic::Quadratic<Fq, ark_bn254::Fq2Config>;

/// A group of BN254, with the representation of its coordinates that was chosen above.
pub trait Group: SWCurveConfig<ScalarField = ark_bn254::Fr> {
    /// The field of coordinates.
    type Coordinates: field::Field<Ark = Self::BaseField>;

    /// √a or nothing, for each a; together, since some representations work on several at once.
    fn square_roots(squares: &[Self::BaseField]) -> Vec<Option<Self::BaseField>>;
}

impl Group for ark_bn254::g1::Config {
    type Coordinates = Fq;

    fn square_roots(squares: &[Self::BaseField]) -> Vec<Option<Self::BaseField>> {
        roots::square_roots::<Fq>(squares)
    }
}

impl Group for ark_bn254::g2::Config {
    type Coordinates = Fq2;

    fn square_roots(squares: &[Self::BaseField]) -> Vec<Option<Self::BaseField>> {
        roots::square_roots_of_pairs::<Fq>(squares)
    }
}

/// Σ scalarᵢ·pointᵢ over the shorter of both lists; takes time that depends on the scalars.
///
/// All points are in the group of order r. To sum the same points often, keep their [`Bases`].
pub fn msm_vartime<G: Group>(points: &[Affine<G>], scalars: &[ark_bn254::Fr]) -> Projective<G> {
    Bases::<G::Coordinates, G>::new(points).msm_vartime(scalars)
}
