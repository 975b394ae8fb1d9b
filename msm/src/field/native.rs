//! Arkworks' fields as they are: always reduced, so every kind of element is the same.

use zeroize::Zeroize;

use super::{BaseField, Field};

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

impl<A: super::Montgomery> BaseField for Native<A> {
    #[inline(always)]
    fn neg_wide(a: &A) -> A {
        -*a
    }

    #[inline(always)]
    fn dot(a: &A, b: &A, c: &A, d: &A) -> A {
        A::sum_of_products(&[*a, *c], &[*b, *d])
    }
}
