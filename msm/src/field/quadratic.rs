//! 𝔽_p² = 𝔽_p\[u\]/(u² + 1) over any representation of 𝔽_p: what 𝔾₂ of BN254 is defined over.
//!
//! A product is two sums of two products, each reduced once: four products and two reductions,
//! where Karatsuba's method over whole multiplications has three of both. Where a reduction costs
//! as much as a product that is the same, and sums of wide elements, which would be too large, are not needed.

use core::marker::PhantomData;

use ark_ff::{Fp2, Fp2Config};
use zeroize::Zeroize;

use super::{BaseField, Field};

/// Elements c₀ + c₁·u, where `C` is arkworks' definition of the field.
pub struct Quadratic<F, C> {
    c0: F,
    c1: F,
    field: PhantomData<fn() -> C>,
}

impl<F: Copy, C> Clone for Quadratic<F, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F: Copy, C> Copy for Quadratic<F, C> {}

/// A product or difference over [`Quadratic`].
#[derive(Clone, Copy)]
pub struct Wide<W> {
    c0: W,
    c1: W,
}

impl<W: Zeroize> Zeroize for Wide<W> {
    fn zeroize(&mut self) {
        self.c0.zeroize();
        self.c1.zeroize();
    }
}

impl<F, C> Quadratic<F, C> {
    #[inline(always)]
    fn new(c0: F, c1: F) -> Self {
        Self {
            c0,
            c1,
            field: PhantomData,
        }
    }
}

impl<F, C> Field for Quadratic<F, C>
where
    F: BaseField<Ark = C::Fp>,
    C: Fp2Config,
{
    const LANES: usize = F::LANES;
    type Ark = Fp2<C>;
    type Rest = [F::Rest; 2];
    type Wide = Wide<F::Wide>;

    fn from_ark(element: &Fp2<C>) -> Self::Rest {
        [F::from_ark(&element.c0), F::from_ark(&element.c1)]
    }

    fn to_ark([c0, c1]: &Self::Rest) -> Fp2<C> {
        Fp2::new(F::to_ark(c0), F::to_ark(c1))
    }

    #[inline(always)]
    fn negate([c0, c1]: &Self::Rest) -> Self::Rest {
        [F::negate(c0), F::negate(c1)]
    }

    #[inline(always)]
    fn load(mut element: impl FnMut(usize) -> Self::Rest) -> Self {
        Self::new(
            F::load(|lane| element(lane)[0]),
            F::load(|lane| element(lane)[1]),
        )
    }

    #[inline(always)]
    fn lane(&self, lane: usize) -> Self::Rest {
        [self.c0.lane(lane), self.c1.lane(lane)]
    }

    #[inline(always)]
    fn wide(&self) -> Self::Wide {
        Wide {
            c0: self.c0.wide(),
            c1: self.c1.wide(),
        }
    }

    #[inline(always)]
    fn neg(&self) -> Self {
        Self::new(self.c0.neg(), self.c1.neg())
    }

    #[inline(always)]
    fn sub(&self, other: &Self) -> Self::Wide {
        Wide {
            c0: self.c0.sub(&other.c0),
            c1: self.c1.sub(&other.c1),
        }
    }

    /// A call costs little against the thousand instructions of this, of which a dozen copies would be made.
    #[inline(never)]
    fn mul(a: &Self::Wide, b: &Self::Wide) -> Self::Wide {
        Wide {
            c0: F::dot(&a.c0, &b.c0, &F::neg_wide(&a.c1), &b.c1),
            c1: F::dot(&a.c0, &b.c1, &a.c1, &b.c0),
        }
    }

    /// (c₀ + c₁)·(c₀ − c₁) and c₀·2c₁.
    #[inline(never)]
    fn square(a: &Self::Wide) -> Self::Wide {
        let (c0, c1) = (F::settle(&a.c0), F::settle(&a.c1));
        let minus_c1 = c1.neg();
        Wide {
            c0: F::mul(&c0.sub(&minus_c1), &c0.sub(&c1)),
            c1: F::mul(&c0.wide(), &c1.sub(&minus_c1)),
        }
    }

    #[inline(always)]
    fn settle(a: &Self::Wide) -> Self {
        Self::new(F::settle(&a.c0), F::settle(&a.c1))
    }

    #[inline(always)]
    fn plus(a: &Self::Wide, b: &Self) -> Self {
        Self::new(F::plus(&a.c0, &b.c0), F::plus(&a.c1, &b.c1))
    }

    #[inline(always)]
    fn less(a: &Self::Wide, b: &Self) -> Self {
        Self::new(F::less(&a.c0, &b.c0), F::less(&a.c1, &b.c1))
    }

    #[inline(always)]
    fn less_both(a: &Self::Wide, b: &Self, c: &Self) -> Self {
        Self::new(
            F::less_both(&a.c0, &b.c0, &c.c0),
            F::less_both(&a.c1, &b.c1, &c.c1),
        )
    }
}
