//! Two double-precision numbers side by side: WASM's, and an emulation for tests.

/// What [`super::Fma`] asks of a vector of two lanes, each of them both a float and its 64 bits.
pub trait Pair: Copy {
    /// Two floats.
    fn new(first: f64, second: f64) -> Self;
    /// The float in lane 0 or 1.
    fn lane(self, lane: usize) -> f64;
    /// One float in both lanes.
    fn splat(both: f64) -> Self;
    /// The same bits in both lanes.
    fn splat_bits(both: u64) -> Self;
    /// self + other as floats.
    fn add(self, other: Self) -> Self;
    /// self − other as floats.
    fn sub(self, other: Self) -> Self;
    /// −self as floats.
    fn neg(self) -> Self;
    /// self·by + plus as floats, rounded once.
    fn madd(self, by: Self, plus: Self) -> Self;
    /// Sum of the bits as integers, modulo 2⁶⁴.
    fn add_lanes(self, other: Self) -> Self;
    /// Sum of the bits and a constant.
    #[inline(always)]
    fn add_bits(self, constant: u64) -> Self {
        self.add_lanes(Self::splat_bits(constant))
    }
    /// The bits, shifted right by 51 without regard to sign.
    fn shift(self) -> Self;
    /// The bits that are set in a mask too.
    fn and(self, mask: u64) -> Self;
    /// The bits and those of a mask.
    fn or(self, mask: u64) -> Self;
}

/// A WASM vector. Needs `-C target-feature=+simd128,+relaxed-simd`.
#[cfg(all(target_arch = "wasm32", target_feature = "relaxed-simd"))]
#[derive(Clone, Copy)]
pub struct Simd(core::arch::wasm32::v128);

#[cfg(all(target_arch = "wasm32", target_feature = "relaxed-simd"))]
mod simd {
    use core::arch::wasm32::{
        f64x2, f64x2_add, f64x2_extract_lane, f64x2_neg, f64x2_relaxed_madd, f64x2_splat,
        f64x2_sub, i64x2_add, u64x2_shr, u64x2_splat, v128_and, v128_or,
    };

    use super::{Pair, Simd};
    use crate::field::fma::BITS;

    impl Pair for Simd {
        #[inline(always)]
        fn new(first: f64, second: f64) -> Self {
            Self(f64x2(first, second))
        }

        #[inline(always)]
        fn lane(self, lane: usize) -> f64 {
            match lane {
                0 => f64x2_extract_lane::<0>(self.0),
                _ => f64x2_extract_lane::<1>(self.0),
            }
        }

        #[inline(always)]
        fn splat(both: f64) -> Self {
            Self(f64x2_splat(both))
        }

        #[inline(always)]
        fn splat_bits(both: u64) -> Self {
            Self(u64x2_splat(both))
        }

        #[inline(always)]
        fn add(self, other: Self) -> Self {
            Self(f64x2_add(self.0, other.0))
        }

        #[inline(always)]
        fn sub(self, other: Self) -> Self {
            Self(f64x2_sub(self.0, other.0))
        }

        #[inline(always)]
        fn neg(self) -> Self {
            Self(f64x2_neg(self.0))
        }

        #[inline(always)]
        fn madd(self, by: Self, plus: Self) -> Self {
            Self(f64x2_relaxed_madd(self.0, by.0, plus.0))
        }

        #[inline(always)]
        fn add_lanes(self, other: Self) -> Self {
            Self(i64x2_add(self.0, other.0))
        }

        #[inline(always)]
        fn shift(self) -> Self {
            Self(u64x2_shr(self.0, BITS as u32))
        }

        #[inline(always)]
        fn and(self, mask: u64) -> Self {
            Self(v128_and(self.0, u64x2_splat(mask)))
        }

        #[inline(always)]
        fn or(self, mask: u64) -> Self {
            Self(v128_or(self.0, u64x2_splat(mask)))
        }
    }
}

/// The same semantics with scalar instructions, for any machine; or those of a machine without a fused
/// multiply-add, which relaxed SIMD allows and which the arithmetic cannot bear.
#[cfg(any(test, feature = "emulated"))]
#[derive(Clone, Copy, Debug)]
pub struct Emulated<const FUSED: bool = true>([f64; 2]);

#[cfg(any(test, feature = "emulated"))]
mod emulated {
    use super::{Emulated, Pair};
    use crate::field::fma::BITS;

    impl<const FUSED: bool> Emulated<FUSED> {
        fn bits(self, map: impl Fn(u64) -> u64) -> Self {
            Self(self.0.map(|lane| f64::from_bits(map(lane.to_bits()))))
        }
    }

    impl<const FUSED: bool> Pair for Emulated<FUSED> {
        fn new(first: f64, second: f64) -> Self {
            Self([first, second])
        }

        fn lane(self, lane: usize) -> f64 {
            self.0[lane]
        }

        fn splat(both: f64) -> Self {
            Self([both; 2])
        }

        fn splat_bits(both: u64) -> Self {
            Self([f64::from_bits(both); 2])
        }

        fn add(self, other: Self) -> Self {
            Self([self.0[0] + other.0[0], self.0[1] + other.0[1]])
        }

        fn sub(self, other: Self) -> Self {
            Self([self.0[0] - other.0[0], self.0[1] - other.0[1]])
        }

        fn neg(self) -> Self {
            Self(self.0.map(|lane| -lane))
        }

        fn madd(self, by: Self, plus: Self) -> Self {
            let madd = |lane: usize| {
                let (a, b, c) = (self.0[lane], by.0[lane], plus.0[lane]);
                if FUSED { a.mul_add(b, c) } else { a * b + c }
            };
            Self([madd(0), madd(1)])
        }

        fn add_lanes(self, other: Self) -> Self {
            let sum = |lane: usize| {
                f64::from_bits(self.0[lane].to_bits().wrapping_add(other.0[lane].to_bits()))
            };
            Self([sum(0), sum(1)])
        }

        fn shift(self) -> Self {
            self.bits(|bits| bits >> BITS)
        }

        fn and(self, mask: u64) -> Self {
            self.bits(|bits| bits & mask)
        }

        fn or(self, mask: u64) -> Self {
            self.bits(|bits| bits | mask)
        }
    }
}
