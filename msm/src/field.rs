//! What the algorithms ask of a field, and the fields that give it.
//!
//! | field | representation | where |
//! |---|---|---|
//! | [`Native`] | arkworks' own, 4 × 64 bits | natively, and as reference |
//! | [`Limbs`] | 9 × 29 bits in `i64`, carried only by multiplication | WASM |
//! | [`Fma`] | 5 × 51 bits in `f64`, two elements side by side | WASM with relaxed SIMD |
//! | [`Quadratic`] | pairs over one of these | 𝔾₂ |
//!
//! [`Native`]: native::Native
//! [`Limbs`]: limbs::Limbs
//! [`Fma`]: fma::Fma
//! [`Quadratic`]: quadratic::Quadratic

mod constants;
pub mod fma;
pub mod limbs;
pub mod native;
pub mod quadratic;
mod wide;

use ark_ff::PrimeField;
use zeroize::Zeroize;

/// `LANES` elements of a field side by side, each of them *settled*.
///
/// Lazy representations are fast because they carry and reduce seldom, and wrong as soon as an
/// operand is larger than the multiplication allows for. So size is part of the type: a settled
/// element is small enough to be stored and subtracted, a [`Field::Wide`] one is only good for
/// multiplying or settling. With these two kinds no caller has bounds to think of.
/// (Fiat-crypto separates *tight* from *loose* elements in this way: Erbsen et al., IEEE S&P 2019.)
pub trait Field: Copy {
    /// How many elements one value holds.
    const LANES: usize;

    /// The same elements for arkworks.
    type Ark: ark_ff::Field;
    /// One settled element as it lies in memory.
    type Rest: Copy + Default + PartialEq + Send + Sync + Zeroize;
    /// `LANES` products or differences.
    type Wide: Copy + Zeroize;

    /// Converts one element.
    fn from_ark(element: &Self::Ark) -> Self::Rest;
    /// Converts one element back, to its canonical form.
    fn to_ark(element: &Self::Rest) -> Self::Ark;
    /// −`element`.
    fn negate(element: &Self::Rest) -> Self::Rest;

    /// Whether an element is zero, in any of its forms.
    fn is_zero(element: &Self::Rest) -> bool {
        ark_ff::Zero::is_zero(&Self::to_ark(element))
    }

    /// 1/`element`, or nothing for zero.
    fn invert(element: &Self::Rest) -> Option<Self::Rest> {
        let inverse = ark_ff::Field::inverse(&Self::to_ark(element))?;
        Some(Self::from_ark(&inverse))
    }

    /// Takes up one element for each lane.
    fn load(element: impl FnMut(usize) -> Self::Rest) -> Self;
    /// Puts down the element of one lane.
    fn lane(&self, lane: usize) -> Self::Rest;
    /// The same elements as operands.
    fn wide(&self) -> Self::Wide;
    /// −self.
    fn neg(&self) -> Self;
    /// self − other.
    fn sub(&self, other: &Self) -> Self::Wide;

    /// a·b.
    fn mul(a: &Self::Wide, b: &Self::Wide) -> Self::Wide;
    /// a².
    fn square(a: &Self::Wide) -> Self::Wide;
    /// [`Self::mul`] where a copy of its hundreds of instructions would make a module larger than it makes a sum faster.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    fn mul_by_call(a: &Self::Wide, b: &Self::Wide) -> Self::Wide {
        Self::mul(a, b)
    }
    /// [`Self::square`] in the same places.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    fn square_by_call(a: &Self::Wide) -> Self::Wide {
        Self::square(a)
    }
    /// a as a settled element.
    fn settle(a: &Self::Wide) -> Self;
    /// a + b.
    fn plus(a: &Self::Wide, b: &Self) -> Self;
    /// a − b.
    fn less(a: &Self::Wide, b: &Self) -> Self;
    /// a − b − c.
    fn less_both(a: &Self::Wide, b: &Self, c: &Self) -> Self;
}

/// What pairs of elements ask of a field beyond [`Field`].
pub trait BaseField: Field {
    /// −a.
    fn neg_wide(a: &Self::Wide) -> Self::Wide;
    /// a·b + c·d.
    fn dot(a: &Self::Wide, b: &Self::Wide, c: &Self::Wide, d: &Self::Wide) -> Self::Wide;
}

/// What the towers of [`pairing`](crate::pairing) ask of a field beyond [`BaseField`]. One element at a time, always settled.
pub trait TowerField: BaseField<Ark: Montgomery> {
    /// Σ a·b over at most three a and b in 𝔽_p\[u\]/(u² + 1), both parts reduced once.
    fn complex_dot<const N: usize>(a: [[&Self; 2]; N], b: [[&Self; 2]; N]) -> [Self; 2];
    /// 9·a + b.
    fn nine_times_plus(a: &Self, b: &Self) -> Self;

    /// a + b.
    #[inline(always)]
    fn add(&self, other: &Self) -> Self {
        Self::plus(&self.wide(), other)
    }

    /// a − b.
    #[inline(always)]
    fn minus(&self, other: &Self) -> Self {
        Self::less(&self.wide(), other)
    }

    /// a·b.
    #[inline(always)]
    fn times(&self, other: &Self) -> Self {
        Self::settle(&Self::mul(&self.wide(), &other.wide()))
    }
}

/// A prime field of 254 bits whose Montgomery form, 2²⁵⁶ times the value, can be seen.
pub trait Montgomery: PrimeField<BigInt = ark_ff::BigInt<4>> {
    /// 2²⁵⁶ times the value, reduced.
    fn to_montgomery(&self) -> [u64; 4];
    /// Undoes [`Montgomery::to_montgomery`]; the limbs are below the modulus.
    fn from_montgomery(limbs: [u64; 4]) -> Self;
}

impl<C: ark_ff::MontConfig<4>> Montgomery for ark_ff::Fp<ark_ff::MontBackend<C, 4>, 4> {
    fn to_montgomery(&self) -> [u64; 4] {
        self.0.0
    }

    fn from_montgomery(limbs: [u64; 4]) -> Self {
        Self::new_unchecked(ark_ff::BigInt(limbs))
    }
}
