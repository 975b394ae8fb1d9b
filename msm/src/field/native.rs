//! Arkworks' fields as they are: always reduced, so every kind of element is the same.

use zeroize::Zeroize;

use super::{BaseField, Field, Montgomery, TowerField, constants};

/// An element of an arkworks field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Native<A>(A);

impl<A: Zeroize> Zeroize for Native<A> {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

impl<A: ark_ff::Field> Field for Native<A> {
    const LANES: usize = 1;
    type Ark = A;
    type Rest = A;
    type Wide = A;

    fn from_ark(element: &A) -> A {
        *element
    }

    fn to_ark(element: &A) -> A {
        *element
    }

    #[inline(always)]
    fn negate(element: &A) -> A {
        -*element
    }

    #[inline(always)]
    fn load(mut element: impl FnMut(usize) -> A) -> Self {
        Self(element(0))
    }

    #[inline(always)]
    fn lane(&self, _: usize) -> A {
        self.0
    }

    #[inline(always)]
    fn wide(&self) -> A {
        self.0
    }

    #[inline(always)]
    fn neg(&self) -> Self {
        Self(-self.0)
    }

    #[inline(always)]
    fn sub(&self, other: &Self) -> A {
        self.0 - other.0
    }

    #[inline(always)]
    fn mul(a: &A, b: &A) -> A {
        *a * b
    }

    #[inline(always)]
    fn square(a: &A) -> A {
        a.square()
    }

    #[inline(always)]
    fn settle(a: &A) -> Self {
        Self(*a)
    }

    #[inline(always)]
    fn plus(a: &A, b: &Self) -> Self {
        Self(*a + b.0)
    }

    #[inline(always)]
    fn less(a: &A, b: &Self) -> Self {
        Self(*a - b.0)
    }

    #[inline(always)]
    fn less_both(a: &A, b: &Self, c: &Self) -> Self {
        Self(*a - b.0 - c.0)
    }
}

impl<A: Montgomery> BaseField for Native<A> {
    #[inline(always)]
    fn neg_wide(a: &A) -> A {
        -*a
    }

    #[inline(always)]
    fn dot(a: &A, b: &A, c: &A, d: &A) -> A {
        A::sum_of_products(&[*a, *c], &[*b, *d])
    }
}

impl<A: Montgomery> TowerField for Native<A> {
    /// Montgomery's reduction, interleaved with all products: one limb of each first factor at a time.
    ///
    /// The sum of six products below p² is reduced to less than 6·p²/2²⁵⁶ + p < 2.2·p, so at most two p remain to be
    /// subtracted. P. Longa, *Efficient algorithms for large prime characteristic fields and their application to
    /// bilinear pairings* ([eprint 2022/367](https://eprint.iacr.org/2022/367)), algorithm 2.
    #[inline(never)]
    fn sum_of_products<const N: usize>(terms: [[&Self; 4]; N]) -> Self {
        const { assert!(N <= 3) };
        let p = A::MODULUS.0;
        let inverse = const { constants::negated_inverse(A::MODULUS.0[0]) };
        let limbs = terms.map(|term| term.map(|factor| factor.0.to_montgomery()));
        let mut low = [0u64; 4];
        let mut high = 0u128;
        for i in 0..4 {
            for [a, b, c, d] in &limbs {
                high += u128::from(add_product(&mut low, a[i], b));
                high += u128::from(add_product(&mut low, c[i], d));
            }
            let m = low[0].wrapping_mul(inverse);
            high += u128::from(add_product(&mut low, m, &p));
            low = [low[1], low[2], low[3], high as u64];
            high >>= 64;
        }
        while !constants::less(low, p) {
            low = constants::subtract(low, p);
        }
        Self(A::from_montgomery(low))
    }

    #[inline(always)]
    fn nine_times_plus(a: &Self, b: &Self) -> Self {
        let eight = a.0.double().double().double();
        Self(eight + a.0 + b.0)
    }
}

/// Adds a·b to `sum` and returns what is carried out of it.
#[inline(always)]
fn add_product(sum: &mut [u64; 4], a: u64, b: &[u64; 4]) -> u64 {
    let mut carry = 0;
    for (sum, b) in sum.iter_mut().zip(b) {
        // (2⁶⁴ − 1)² + 2·(2⁶⁴ − 1) is just below 2¹²⁸.
        let wide = u128::from(a) * u128::from(*b) + u128::from(*sum) + u128::from(carry);
        *sum = wide as u64;
        carry = (wide >> 64) as u64;
    }
    carry
}
