//! Five limbs of 51 bits in floating-point numbers, two elements side by side, for relaxed SIMD.
//!
//! WASM's vectors have no good integer product, but with relaxed SIMD they have a fused
//! multiply-add, which forms all 102 bits of a product before it rounds once. So with
//! C = 3·2¹⁰² (`HIGH`), whose last place is 2⁵¹,
//!
//! ```text
//! high = fma(a, b, C)              C + a·b, rounded to a multiple of 2⁵¹
//! low  = fma(a, b, C + 3·2⁵¹ − high)   3·2⁵¹ + what was rounded away, exactly
//! ```
//!
//! split a product into two halves. Both results stay in one binade, where a float's bits
//! grow by one for each unit in the last place: so columns are summed as integers, bits and all,
//! and the sums start from constants that take the surplus bits off (`starts`). Limbs are signed,
//! since rounding is to nearest.
//!
//! | kind | each limb but the highest | value |
//! |---|---|---|
//! | settled | −2⁵⁰ ≤ l ≤ 2⁵⁰ | within ±0.51·p |
//! | wide | −2⁵¹ ≤ l ≤ 2⁵¹ | within ±1.02·p |
//!
//! R = 2²⁵⁵ is only 2.6·p. A sum of two products of wide elements is reduced to at most
//! 2·1.02²/2.6·p + p/2 = 1.3·p; the last step of the reduction looks at the highest limb and takes or adds another
//! p. So [`Fma::mul`] and [`Fma::dot`] return settled values.
//!
//! Sources: the splitting is that of Emmart, Zheng and Weems, *Faster modular exponentiation using
//! double precision floating point arithmetic on the GPU* (ARITH 2018), there with rounding
//! towards zero; for rounding to nearest and WASM, G. Mitscha-Baude's entry to ZPrize 2023
//! (<https://github.com/mitschabaude/montgomery>), whose description, not code, was followed.

#![expect(
    clippy::needless_range_loop,
    reason = "polynomial products are about places, several at a time"
)]

mod pair;

use core::{hint::black_box, marker::PhantomData};

use zeroize::Zeroize;

use super::{BaseField, Field, Montgomery, constants};
#[cfg(any(test, feature = "emulated"))]
pub use pair::Emulated;
pub use pair::Pair;
#[cfg(all(target_arch = "wasm32", target_feature = "relaxed-simd"))]
pub use pair::Simd;

/// How many limbs there are.
const N: usize = 5;
/// Bits of a limb.
const BITS: usize = 51;
const MASK: u64 = (1 << BITS) - 1;

const TWO_50: f64 = (1u64 << 50) as f64;
const TWO_51: f64 = (1u64 << 51) as f64;
const TWO_52: f64 = (1u64 << 52) as f64;
/// Added to and subtracted from a float below 2⁵¹, it rounds to an integer.
const UNIT: f64 = 3.0 * TWO_51;
/// The same for multiples of 2⁵¹.
const HIGH: f64 = 3.0 * TWO_51 * TWO_51;

/// Two elements of the field that arkworks calls `A`, in the lanes of `P`.
pub struct Fma<A, P> {
    limbs: [P; N],
    field: PhantomData<fn() -> A>,
}

impl<A, P: Copy> Clone for Fma<A, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A, P: Copy> Copy for Fma<A, P> {}

/// Products or differences over [`Fma`].
#[derive(Clone, Copy)]
pub struct Wide<P>([P; N]);

impl<P: Pair> Zeroize for Wide<P> {
    fn zeroize(&mut self) {
        self.0 = [P::splat(0.0); N];
        // Keeps the compiler from leaving out a write that nobody reads.
        black_box(&mut self.0);
    }
}

impl<A: Montgomery, P: Pair> Fma<A, P> {
    const MODULUS: [f64; N] = split(&A::MODULUS.0);
    /// −1/p modulo 2⁵¹.
    const INVERSE: f64 = split(&[constants::negated_inverse(A::MODULUS.0[0]) & MASK, 0, 0, 0])[0];
    /// How often p goes into 2²⁰⁴ times a number.
    const RECIPROCAL: f64 = 1.0 / Self::MODULUS[N - 1];
    /// From 2²⁵⁶·x to 2²⁵⁵·x.
    const FROM_ARK: [f64; N] = split(&constants::power_of_two(254, A::MODULUS.0));
    /// And back.
    const TO_ARK: [f64; N] = split(&constants::power_of_two(256, A::MODULUS.0));

    #[inline(always)]
    fn new(limbs: [P; N]) -> Self {
        Self {
            limbs,
            field: PhantomData,
        }
    }

    /// Reduces limbs below 2⁵² of values within ±3·p.
    #[inline(always)]
    fn reduce(mut limbs: [P; N]) -> Self {
        let times = nearest(limbs[N - 1], Self::RECIPROCAL);
        for i in 0..N {
            limbs[i] = times.madd(P::splat(-Self::MODULUS[i]), limbs[i]);
        }
        for i in 0..N - 1 {
            let carry = limbs[i].add(P::splat(HIGH)).sub(P::splat(HIGH));
            limbs[i] = limbs[i].sub(carry);
            limbs[i + 1] = carry.madd(P::splat(1.0 / TWO_51), limbs[i + 1]);
        }
        Self::new(limbs)
    }

    /// Montgomery's reduction of columns that started from `starts(products)`.
    #[inline(always)]
    fn montgomery(mut columns: [P; 2 * N], products: [u64; 2 * N - 1]) -> Wide<P> {
        for i in 0..N {
            let low = columns[i]
                .and(MASK)
                .or(TWO_52.to_bits())
                .sub(P::splat(TWO_52));
            let inverse = P::splat(Self::INVERSE);
            let high = low.madd(inverse, P::splat(HIGH));
            let mut m = low.madd(inverse, P::splat(HIGH).sub(high));
            if i == N - 1 {
                // What the result would be by its highest limb; m may differ by multiples of 2⁵¹.
                let top = columns[2 * N - 1]
                    .add_bits(top_bias(products))
                    .sub(P::splat(UNIT));
                let top = m.madd(P::splat(Self::MODULUS[N - 1] / TWO_51), top);
                let times = nearest(top, Self::RECIPROCAL);
                m = times.madd(P::splat(-TWO_51), m);
            }
            for j in 0..N {
                accumulate(&mut columns, i + j, m, P::splat(Self::MODULUS[j]));
            }
            // All lower bits of the column are zero now.
            columns[i + 1] = columns[i + 1].add_lanes(columns[i].shift());
        }
        let mut limbs = [P::splat(0.0); N];
        for i in N..2 * N - 1 {
            limbs[i - N] = columns[i]
                .and(MASK)
                .or(TWO_52.to_bits())
                .sub(P::splat(TWO_52 + TWO_50));
            columns[i + 1] = columns[i + 1].add_lanes(columns[i].shift());
        }
        limbs[N - 1] = columns[2 * N - 1].sub(P::splat(UNIT));
        Wide(limbs)
    }

    /// The canonical value, in 0..p, of one lane.
    fn canonical(limbs: [f64; N]) -> [u64; 4] {
        let mut limbs = limbs.map(|limb| limb as i64);
        let p: [i64; N] = Self::MODULUS.map(|limb| limb as i64);
        let carry = |limbs: &mut [i64; N]| {
            for i in 0..N - 1 {
                limbs[i + 1] += limbs[i] >> BITS;
                limbs[i] &= MASK as i64;
            }
        };
        carry(&mut limbs);
        while limbs[N - 1] < 0 {
            for (limb, p) in limbs.iter_mut().zip(p) {
                *limb += p;
            }
            carry(&mut limbs);
        }
        let mut value = join(&limbs);
        while !constants::less(value, A::MODULUS.0) {
            value = constants::subtract(value, A::MODULUS.0);
        }
        value
    }
}

/// How many limb products fall into each column of a product.
const PRODUCT: [u64; 2 * N - 1] = [1, 2, 3, 4, 5, 4, 3, 2, 1];
/// The same for a square, with equal products made once.
const SQUARE: [u64; 2 * N - 1] = [1, 1, 2, 2, 3, 2, 2, 1, 1];
/// The same for a sum of two products.
const DOT: [u64; 2 * N - 1] = [2, 4, 6, 8, 10, 8, 6, 4, 2];

/// Added to each column so that it stays positive and can be shifted without its sign: a column is a
/// sum of at most 15 lows and 15 highs, below 2⁵⁷.
const BIAS: u64 = 1 << 60;

/// What columns start from: with the bits that all summands bring along, each column is its true
/// sum above [`BIAS`], the highest above the bits of [`UNIT`].
const fn starts(products: [u64; 2 * N - 1]) -> [u64; 2 * N] {
    let mut starts = [0u64; 2 * N];
    let mut k = 0;
    while k < 2 * N {
        let lows = if k < 2 * N - 1 {
            products[k] + PRODUCT[k]
        } else {
            0
        };
        let highs = if k > 0 {
            products[k - 1] + PRODUCT[k - 1]
        } else {
            0
        };
        let bias = if k < 2 * N - 1 { BIAS } else { UNIT.to_bits() };
        let carried = if k > 0 { BIAS >> BITS } else { 0 };
        // The result's limbs are centred.
        let half = if N <= k && k < 2 * N - 1 {
            1 << (BITS - 1)
        } else {
            0
        };
        starts[k] = bias
            .wrapping_add(half)
            .wrapping_sub(carried)
            .wrapping_sub(lows.wrapping_mul(UNIT.to_bits()))
            .wrapping_sub(highs.wrapping_mul(HIGH.to_bits()));
        k += 1;
    }
    starts
}

/// What makes the highest column, before the last step of the reduction, its true sum above [`UNIT`].
const fn top_bias(products: [u64; 2 * N - 1]) -> u64 {
    UNIT.to_bits()
        .wrapping_sub(starts(products)[2 * N - 1])
        .wrapping_sub(products[2 * N - 2].wrapping_mul(HIGH.to_bits()))
}

#[inline(always)]
fn begin<P: Pair>(starts: [u64; 2 * N]) -> [P; 2 * N] {
    starts.map(P::splat_bits)
}

/// Adds a·b to column `k` and the one above; |a·b| ≤ 2¹⁰².
#[inline(always)]
fn accumulate<P: Pair>(columns: &mut [P; 2 * N], k: usize, a: P, b: P) {
    let high = a.madd(b, P::splat(HIGH));
    let low = a.madd(b, P::splat(HIGH + UNIT).sub(high));
    columns[k] = columns[k].add_lanes(low);
    columns[k + 1] = columns[k + 1].add_lanes(high);
}

#[inline(always)]
fn accumulate_all<P: Pair>(columns: &mut [P; 2 * N], a: &[P; N], b: &[P; N]) {
    for i in 0..N {
        for j in 0..N {
            accumulate(columns, i + j, a[i], b[j]);
        }
    }
}

/// The integer nearest to `a`·`scale`.
#[inline(always)]
fn nearest<P: Pair>(a: P, scale: f64) -> P {
    a.madd(P::splat(scale), P::splat(UNIT)).sub(P::splat(UNIT))
}

impl<A: Montgomery, P: Pair> Field for Fma<A, P> {
    const LANES: usize = 2;
    type Ark = A;
    type Rest = [f64; N];
    type Wide = Wide<P>;

    fn from_ark(element: &A) -> [f64; N] {
        let wide = Wide(split(&element.to_montgomery()).map(P::splat));
        Self::settle(&Self::mul(&wide, &Wide(Self::FROM_ARK.map(P::splat)))).lane(0)
    }

    fn to_ark(element: &[f64; N]) -> A {
        let wide = Self::load(|_| *element).wide();
        let wide = Self::mul(&wide, &Wide(Self::TO_ARK.map(P::splat)));
        A::from_montgomery(Self::canonical(Self::settle(&wide).lane(0)))
    }

    #[inline(always)]
    fn negate(element: &[f64; N]) -> [f64; N] {
        element.map(|limb| -limb)
    }

    #[inline(always)]
    fn load(mut element: impl FnMut(usize) -> [f64; N]) -> Self {
        let (first, second) = (element(0), element(1));
        Self::new(core::array::from_fn(|i| P::new(first[i], second[i])))
    }

    #[inline(always)]
    fn lane(&self, lane: usize) -> [f64; N] {
        self.limbs.map(|limb| limb.lane(lane))
    }

    #[inline(always)]
    fn wide(&self) -> Wide<P> {
        Wide(self.limbs)
    }

    #[inline(always)]
    fn neg(&self) -> Self {
        Self::new(self.limbs.map(P::neg))
    }

    #[inline(always)]
    fn sub(&self, other: &Self) -> Wide<P> {
        Wide(minus(&self.limbs, &other.limbs))
    }

    #[inline(always)]
    fn mul(a: &Wide<P>, b: &Wide<P>) -> Wide<P> {
        let mut columns = begin(const { starts(PRODUCT) });
        accumulate_all(&mut columns, &a.0, &b.0);
        Self::montgomery(columns, PRODUCT)
    }

    /// The operand may be wide: then a doubled product is 2¹⁰³ at most, so what is doubled is settled first.
    #[inline(always)]
    fn square(a: &Wide<P>) -> Wide<P> {
        let a = Self::settle(a).limbs;
        let mut columns = begin(const { starts(SQUARE) });
        for i in 0..N {
            accumulate(&mut columns, 2 * i, a[i], a[i]);
            let twice = a[i].add(a[i]);
            for j in i + 1..N {
                accumulate(&mut columns, i + j, twice, a[j]);
            }
        }
        Self::montgomery(columns, SQUARE)
    }

    #[inline(always)]
    fn settle(a: &Wide<P>) -> Self {
        Self::reduce(a.0)
    }

    #[inline(always)]
    fn plus(a: &Wide<P>, b: &Self) -> Self {
        Self::reduce(core::array::from_fn(|i| a.0[i].add(b.limbs[i])))
    }

    #[inline(always)]
    fn less(a: &Wide<P>, b: &Self) -> Self {
        Self::reduce(minus(&a.0, &b.limbs))
    }

    #[inline(always)]
    fn less_both(a: &Wide<P>, b: &Self, c: &Self) -> Self {
        Self::reduce(minus(&minus(&a.0, &b.limbs), &c.limbs))
    }
}

impl<A: Montgomery, P: Pair> BaseField for Fma<A, P> {
    #[inline(always)]
    fn neg_wide(a: &Wide<P>) -> Wide<P> {
        Wide(a.0.map(P::neg))
    }

    #[inline(always)]
    fn dot(a: &Wide<P>, b: &Wide<P>, c: &Wide<P>, d: &Wide<P>) -> Wide<P> {
        let mut columns = begin(const { starts(DOT) });
        accumulate_all(&mut columns, &a.0, &b.0);
        accumulate_all(&mut columns, &c.0, &d.0);
        Self::montgomery(columns, DOT)
    }
}

#[inline(always)]
fn minus<P: Pair>(a: &[P; N], b: &[P; N]) -> [P; N] {
    core::array::from_fn(|i| a[i].sub(b[i]))
}

/// An integer of 254 bits in limbs within ±2⁵⁰ (but the highest).
const fn split(value: &[u64; 4]) -> [f64; N] {
    let mut limbs = [0.0; N];
    let mut carry = 0;
    let mut i = 0;
    while i < N {
        let mut limb = constants::bits(value, BITS * i, BITS) as i64 + carry;
        carry = 0;
        if i < N - 1 && limb >= 1 << (BITS - 1) {
            limb -= 1 << BITS;
            carry = 1;
        }
        limbs[i] = limb as f64;
        i += 1;
    }
    limbs
}

/// The integer with limbs in 0..2⁵¹, below 2²⁵⁶.
fn join(limbs: &[i64; N]) -> [u64; 4] {
    let mut value = [0; 4];
    for (i, limb) in limbs.iter().enumerate() {
        let (word, shift) = (BITS * i / 64, BITS * i % 64);
        value[word] |= (*limb as u64) << shift;
        if shift + BITS > 64 && word + 1 < 4 {
            value[word + 1] |= *limb as u64 >> (64 - shift);
        }
    }
    value
}
