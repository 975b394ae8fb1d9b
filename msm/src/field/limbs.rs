//! Nine limbs of 29 bits, for machines whose widest product is 32 × 32 → 64 bits.
//!
//! WASM has no multiplication with a 128-bit result, so arkworks' four limbs of 64 bits cost four
//! multiplications and a cascade of carries for each limb product. Products of 29-bit limbs leave
//! room for a whole column, 18 products and a carry, in one `i64`; so a Montgomery multiplication
//! (R = 2²⁶¹) is 171 products, additions, and one shift for each column.
//!
//! Limbs are signed. Subtraction is then nine subtractions and no carry, and the spare 7 bits
//! of R absorb the larger values.
//!
//! | kind | each limb but the highest | value |
//! |---|---|---|
//! | settled | −2²⁸ ≤ l ≤ 2²⁸ | within ±1.1·p |
//! | wide | −2²⁹ ≤ l ≤ 2²⁹ | within ±2.2·p |
//!
//! A column of [`Limbs::dot`] sums at most 18 products of wide limbs and 9 with the modulus:
//! 27·2⁵⁸ and a carry are below 2⁶³; one of [`TowerField::complex_dot`] sums 54 of settled limbs and 9 with the
//! modulus, which is 22.5·2⁵⁸. A result is at most 2·(2.2·p)²/R + p < 1.1·p since R > 168·p.
//! Source: lazy carries in Bernstein's *Curve25519* (PKC 2006); product scanning in Koç, Acar and
//! Kaliski, *Analyzing and comparing Montgomery multiplication algorithms* (1996), there called FIPS.

use core::marker::PhantomData;

use zeroize::Zeroize;

use super::{BaseField, Field, Montgomery, TowerField, constants};

/// How many limbs there are.
const N: usize = 9;
/// Bits of a limb.
const BITS: usize = 29;
const MASK: i64 = (1 << BITS) - 1;
/// What centres a limb: added before the lowest bits are taken, and subtracted from them.
const HALF: i64 = 1 << (BITS - 1);

/// An element of the field that arkworks calls `A`.
pub struct Limbs<A> {
    limbs: [i64; N],
    field: PhantomData<fn() -> A>,
}

impl<A> Clone for Limbs<A> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A> Copy for Limbs<A> {}

/// A product or difference over [`Limbs`].
#[derive(Clone, Copy)]
pub struct Wide([i64; N]);

impl Zeroize for Wide {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

impl<A: Montgomery> Limbs<A> {
    const P: [i64; N] = split(&A::MODULUS.0);
    /// −1/p modulo 2²⁹.
    const INVERSE: u64 = constants::negated_inverse(A::MODULUS.0[0]) & MASK as u64;
    /// From 2²⁵⁶·x to 2²⁶¹·x.
    const FROM_ARK: Wide = Wide(split(&constants::power_of_two(266, A::MODULUS.0)));
    /// And back.
    const TO_ARK: Wide = Wide(split(&constants::power_of_two(256, A::MODULUS.0)));
    /// 2⁴⁵·2²³²/p: how often p goes into 2²³²·h is h times this by 2⁴⁵.
    const RECIPROCAL: i64 = (1 << 45) / (Self::P[8] + 1);

    const fn new(limbs: [i64; N]) -> Self {
        Self {
            limbs,
            field: PhantomData,
        }
    }

    /// Reduces limbs below 2³³ of a value within ±16·p, carrying once.
    #[inline(always)]
    fn reduce(mut limbs: [i64; N]) -> Self {
        let top = limbs[8] + (limbs[7] >> BITS);
        let times = (top * Self::RECIPROCAL) >> 45;
        let mut carry = 0;
        for (limb, p) in limbs.iter_mut().zip(Self::P).take(N - 1) {
            let sum = *limb - times * p + carry + HALF;
            carry = sum >> BITS;
            *limb = (sum & MASK) - HALF;
        }
        limbs[8] += carry - times * Self::P[8];
        Self::new(limbs)
    }

    /// Montgomery's reduction of a sum of products, given by its columns. The limbs of the result but the highest are in
    /// −`CENTRE` .. 2²⁹ − `CENTRE`.
    #[inline(always)]
    fn montgomery<const CENTRE: i64>(column: impl Columns) -> [i64; N] {
        let mut m = [0i64; N];
        let mut out = [0i64; N];
        let mut carry = 0i64;
        macro_rules! low {
            ($($k:literal)*) => {$(
                let mut sum = carry + column.at::<$k>();
                for i in (0..N).take($k) {
                    sum += m[i] * Self::P[$k - i];
                }
                m[$k] = ((sum as u64).wrapping_mul(Self::INVERSE) & MASK as u64) as i64;
                carry = (sum + m[$k] * Self::P[0]) >> BITS;
            )*};
        }
        macro_rules! high {
            ($($k:literal)*) => {$(
                let mut sum = carry + column.at::<$k>();
                for i in $k - 8..N {
                    sum += m[i] * Self::P[$k - i];
                }
                sum += CENTRE;
                out[$k - N] = (sum & MASK) - CENTRE;
                carry = sum >> BITS;
            )*};
        }
        low!(0 1 2 3 4 5 6 7 8);
        high!(9 10 11 12 13 14 15 16);
        out[8] = carry;
        out
    }

    /// The limbs of the canonical value in 0..p.
    fn canonical(&self) -> [u64; 4] {
        // The highest limb tells the sign once all others are in 0..2²⁹.
        let mut limbs = carried(self.limbs);
        while limbs[8] < 0 {
            for (limb, p) in limbs.iter_mut().zip(Self::P) {
                *limb += p;
            }
            limbs = carried(limbs);
        }
        let mut value = join(&limbs);
        while !constants::less(value, A::MODULUS.0) {
            value = constants::subtract(value, A::MODULUS.0);
        }
        value
    }
}

/// The columns of a product of two polynomials with `N` coefficients.
trait Columns {
    /// Σ a_i·b_(K−i).
    fn at<const K: usize>(&self) -> i64;
}

struct Product<'a>(&'a [i64; N], &'a [i64; N]);

impl Columns for Product<'_> {
    #[inline(always)]
    fn at<const K: usize>(&self) -> i64 {
        let mut sum = 0;
        for i in K.saturating_sub(N - 1)..=(if K < N { K } else { N - 1 }) {
            sum += self.0[i] * self.1[K - i];
        }
        sum
    }
}

/// A square, by 45 products.
struct Square<'a>(&'a [i64; N], [i64; N]);

impl Columns for Square<'_> {
    #[inline(always)]
    fn at<const K: usize>(&self) -> i64 {
        let mut sum = if K.is_multiple_of(2) {
            self.0[K / 2] * self.0[K / 2]
        } else {
            0
        };
        for i in K.saturating_sub(N - 1)..K.div_ceil(2) {
            sum += self.0[i] * self.1[K - i];
        }
        sum
    }
}

/// Σ a·b + c·d.
impl<A, const T: usize> Columns for [[&Limbs<A>; 4]; T] {
    #[inline(always)]
    fn at<const K: usize>(&self) -> i64 {
        let mut sum = 0;
        for [a, b, c, d] in self {
            sum += Product(&a.limbs, &b.limbs).at::<K>() + Product(&c.limbs, &d.limbs).at::<K>();
        }
        sum
    }
}

struct Sum<L, R>(L, R);

impl<L: Columns, R: Columns> Columns for Sum<L, R> {
    #[inline(always)]
    fn at<const K: usize>(&self) -> i64 {
        self.0.at::<K>() + self.1.at::<K>()
    }
}

impl<A: Montgomery> Field for Limbs<A> {
    const LANES: usize = 1;
    type Ark = A;
    type Rest = [i32; N];
    type Wide = Wide;

    fn from_ark(element: &A) -> [i32; N] {
        let wide = Self::mul(&Wide(split(&element.to_montgomery())), &Self::FROM_ARK);
        Self::settle(&wide).lane(0)
    }

    fn to_ark(element: &[i32; N]) -> A {
        let wide = Self::load(|_| *element).wide();
        A::from_montgomery(Self::settle(&Self::mul(&wide, &Self::TO_ARK)).canonical())
    }

    #[inline(always)]
    fn negate(element: &[i32; N]) -> [i32; N] {
        element.map(|limb| -limb)
    }

    #[inline(always)]
    fn load(mut element: impl FnMut(usize) -> [i32; N]) -> Self {
        Self::new(element(0).map(i64::from))
    }

    #[inline(always)]
    fn lane(&self, _: usize) -> [i32; N] {
        self.limbs.map(|limb| limb as i32)
    }

    #[inline(always)]
    fn wide(&self) -> Wide {
        Wide(self.limbs)
    }

    #[inline(always)]
    fn neg(&self) -> Self {
        Self::new(self.limbs.map(|limb| -limb))
    }

    #[inline(always)]
    fn sub(&self, other: &Self) -> Wide {
        Wide(minus(&self.limbs, &other.limbs))
    }

    #[inline(always)]
    fn mul(a: &Wide, b: &Wide) -> Wide {
        Wide(Self::montgomery::<0>(Product(&a.0, &b.0)))
    }

    #[inline(always)]
    fn square(a: &Wide) -> Wide {
        Wide(Self::montgomery::<0>(Square(
            &a.0,
            a.0.map(|limb| 2 * limb),
        )))
    }

    #[inline(always)]
    fn settle(a: &Wide) -> Self {
        Self::reduce(a.0)
    }

    #[inline(always)]
    fn plus(a: &Wide, b: &Self) -> Self {
        Self::reduce(core::array::from_fn(|i| a.0[i] + b.limbs[i]))
    }

    #[inline(always)]
    fn less(a: &Wide, b: &Self) -> Self {
        Self::reduce(minus(&a.0, &b.limbs))
    }

    #[inline(always)]
    fn less_both(a: &Wide, b: &Self, c: &Self) -> Self {
        Self::reduce(minus(&minus(&a.0, &b.limbs), &c.limbs))
    }
}

impl<A: Montgomery> BaseField for Limbs<A> {
    #[inline(always)]
    fn neg_wide(a: &Wide) -> Wide {
        Wide(a.0.map(|limb| -limb))
    }

    #[inline(always)]
    fn dot(a: &Wide, b: &Wide, c: &Wide, d: &Wide) -> Wide {
        Wide(Self::montgomery::<0>(Sum(
            Product(&a.0, &b.0),
            Product(&c.0, &d.0),
        )))
    }
}

/// Nothing is inlined: towers do all this in hundreds of places, and a call costs little against a hundred instructions.
impl<A: Montgomery> TowerField for Limbs<A> {
    #[inline(never)]
    fn complex_dot<const K: usize>(a: [[&Self; 2]; K], b: [[&Self; 2]; K]) -> [Self; 2] {
        let minus: [Self; K] = core::array::from_fn(|i| b[i][1].neg());
        let first: [_; K] = core::array::from_fn(|i| [a[i][0], b[i][0], a[i][1], &minus[i]]);
        let second: [_; K] = core::array::from_fn(|i| [a[i][0], b[i][1], a[i][1], b[i][0]]);
        [sum_of_products(first), sum_of_products(second)]
    }

    #[inline(never)]
    fn nine_times_plus(a: &Self, b: &Self) -> Self {
        Self::reduce(core::array::from_fn(|i| 9 * a.limbs[i] + b.limbs[i]))
    }

    #[inline(never)]
    fn add(&self, other: &Self) -> Self {
        Self::plus(&self.wide(), other)
    }

    #[inline(never)]
    fn minus(&self, other: &Self) -> Self {
        Self::less(&self.wide(), other)
    }

    #[inline(never)]
    fn times(&self, other: &Self) -> Self {
        Self::new(Self::montgomery::<HALF>(Product(&self.limbs, &other.limbs)))
    }
}

/// Σ a·b + c·d over at most three `[a, b, c, d]`.
#[inline(never)]
fn sum_of_products<A: Montgomery, const K: usize>(terms: [[&Limbs<A>; 4]; K]) -> Limbs<A> {
    const { assert!(K <= 3) };
    Limbs::new(Limbs::<A>::montgomery::<HALF>(terms))
}

#[inline(always)]
fn minus(a: &[i64; N], b: &[i64; N]) -> [i64; N] {
    core::array::from_fn(|i| a[i] - b[i])
}

/// An integer of 256 bits in limbs of 29.
const fn split(value: &[u64; 4]) -> [i64; N] {
    let mut limbs = [0; N];
    let mut i = 0;
    while i < N {
        limbs[i] = constants::bits(value, BITS * i, BITS) as i64;
        i += 1;
    }
    limbs
}

/// Undoes [`split`]: all limbs are in 0..2²⁹, and the value is below 2²⁵⁶.
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

/// The same value with all limbs but the highest in 0..2²⁹.
fn carried(mut limbs: [i64; N]) -> [i64; N] {
    for i in 0..N - 1 {
        limbs[i + 1] += limbs[i] >> BITS;
        limbs[i] &= MASK;
    }
    limbs
}
