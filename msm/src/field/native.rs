//! Arkworks' fields as they are: always reduced, so every kind of element is the same.

use zeroize::Zeroize;

use super::{BaseField, Field, Montgomery, TowerField, wide};

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
    /// Karatsuba's method on unreduced products: (a₀ + a₁)·(b₀ + b₁) − a₀·b₀ − a₁·b₁ for the second part.
    ///
    /// Sums of two elements are below 2p and fit in 256 bits; 3·4·p², the largest sum of products here, fits in 512. What
    /// is reduced is at most 6·p².
    #[inline(never)]
    fn complex_dot<const N: usize>(a: [[&Self; 2]; N], b: [[&Self; 2]; N]) -> [Self; 2] {
        const { assert!(N <= 3) };
        let square = const { wide::product(&A::MODULUS.0, &A::MODULUS.0) };
        let (mut first, mut second, mut mixed) = ([0; 8], [0; 8], [0; 8]);
        let limbs = |pair: [&Self; 2]| pair.map(|element| element.0.to_montgomery());
        for (a, b) in a.into_iter().zip(b) {
            let ([a0, a1], [b0, b1]) = (limbs(a), limbs(b));
            let sums = wide::product(&wide::add(&a0, &a1), &wide::add(&b0, &b1));
            first = wide::add(&first, &wide::product(&a0, &b0));
            second = wide::add(&second, &wide::product(&a1, &b1));
            mixed = wide::add(&mixed, &sums);
        }
        mixed = wide::subtract(&wide::subtract(&mixed, &first), &second);
        for _ in 0..N {
            first = wide::add(&first, &square);
        }
        first = wide::subtract(&first, &second);
        [first, mixed].map(|sum| Self(wide::reduce(sum)))
    }

    #[inline(always)]
    fn nine_times_plus(a: &Self, b: &Self) -> Self {
        let two = a.add(a);
        let four = two.add(&two);
        four.add(&four).add(a).add(b)
    }

    #[inline(always)]
    fn add(&self, other: &Self) -> Self {
        let sum = wide::add(&self.0.to_montgomery(), &other.0.to_montgomery());
        Self(A::from_montgomery(wide::reduce_once(&sum, &A::MODULUS.0)))
    }

    #[inline(always)]
    fn minus(&self, other: &Self) -> Self {
        let (a, b) = (self.0.to_montgomery(), other.0.to_montgomery());
        Self(A::from_montgomery(wide::subtract_modulo(
            &a,
            &b,
            &A::MODULUS.0,
        )))
    }
}
