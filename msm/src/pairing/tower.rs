//! 𝔽_p¹² = 𝔽_p⁶\[w\]/(w² − v) over 𝔽_p⁶ = 𝔽_p²\[v\]/(v³ − ξ) over 𝔽_p² = 𝔽_p\[u\]/(u² + 1), with ξ = 9 + u.
//!
//! Products in 𝔽_p⁶ are written out over 𝔽_p². Summing before reducing ([`TowerField::complex_dot`]) costs as little as saving
//! products by Karatsuba's method, and needs hardly any additions. P. Longa, *Efficient algorithms for large prime
//! characteristic fields and their application to bilinear pairings* ([eprint 2022/367](https://eprint.iacr.org/2022/367)).

use alloc::vec::Vec;
use core::array::from_fn;

use ark_bn254::{Fq, Fq12Config};
use ark_ff::Fp12Config;

use crate::field::{Field, TowerField};

/// c₀ + c₁·u.
#[derive(Clone, Copy)]
pub(super) struct Fp2<F> {
    pub(super) c0: F,
    pub(super) c1: F,
}

/// c₀ + c₁·v + c₂·v².
#[derive(Clone, Copy)]
pub(super) struct Fp6<F>(pub(super) [Fp2<F>; 3]);

/// c₀ + c₁·w.
#[derive(Clone, Copy)]
pub(super) struct Fp12<F> {
    pub(super) c0: Fp6<F>,
    pub(super) c1: Fp6<F>,
}

/// Σ aᵢ·bᵢ.
#[inline(always)]
pub(super) fn dot<F: TowerField, const N: usize>(a: [&Fp2<F>; N], b: [&Fp2<F>; N]) -> Fp2<F> {
    let [c0, c1] = F::complex_dot(a.map(Fp2::parts), b.map(Fp2::parts));
    Fp2 { c0, c1 }
}

/// Inverts all elements for the price of one inversion, or fails if any is zero (Montgomery's trick).
pub(crate) fn invert_all<F: TowerField>(elements: &mut [F]) -> Option<()> {
    let mut product = F::load(|_| F::from_ark(&ark_ff::Field::ONE));
    let mut before = Vec::with_capacity(elements.len());
    for element in elements.iter() {
        before.push(product);
        product = product.times(element);
    }
    let inverse = F::invert(&product.lane(0))?;
    let mut inverse = F::load(|_| inverse);
    for (element, before) in elements.iter_mut().zip(before).rev() {
        let next = inverse.times(element);
        *element = inverse.times(&before);
        inverse = next;
    }
    Some(())
}

impl<F: TowerField> Fp2<F> {
    pub(super) fn from_ark(element: &ark_bn254::Fq2) -> Self
    where
        F: Field<Ark = Fq>,
    {
        Self {
            c0: F::load(|_| F::from_ark(&element.c0)),
            c1: F::load(|_| F::from_ark(&element.c1)),
        }
    }

    #[inline(always)]
    fn parts(&self) -> [&F; 2] {
        [&self.c0, &self.c1]
    }

    pub(super) fn rest(&self) -> [F::Rest; 2] {
        [self.c0.lane(0), self.c1.lane(0)]
    }

    #[inline(always)]
    pub(super) fn load([c0, c1]: &[F::Rest; 2]) -> Self {
        Self {
            c0: F::load(|_| *c0),
            c1: F::load(|_| *c1),
        }
    }

    pub(super) fn is_zero(&self) -> bool {
        F::is_zero(&self.c0.lane(0)) && F::is_zero(&self.c1.lane(0))
    }

    #[inline(always)]
    pub(super) fn add(&self, other: &Self) -> Self {
        Self {
            c0: self.c0.add(&other.c0),
            c1: self.c1.add(&other.c1),
        }
    }

    #[inline(always)]
    pub(super) fn sub(&self, other: &Self) -> Self {
        Self {
            c0: self.c0.minus(&other.c0),
            c1: self.c1.minus(&other.c1),
        }
    }

    #[inline(always)]
    pub(super) fn double(&self) -> Self {
        self.add(self)
    }

    #[inline(always)]
    pub(super) fn neg(&self) -> Self {
        Self {
            c0: self.c0.neg(),
            c1: self.c1.neg(),
        }
    }

    /// The other root of u² + 1 in place of u: the p-th power.
    #[inline(always)]
    pub(super) fn conjugate(&self) -> Self {
        Self {
            c0: self.c0,
            c1: self.c1.neg(),
        }
    }

    #[inline(always)]
    pub(super) fn mul(&self, other: &Self) -> Self {
        dot([self], [other])
    }

    /// (c₀ + c₁)·(c₀ − c₁) and c₀·2c₁.
    #[inline(never)]
    pub(super) fn square(&self) -> Self {
        let minus_c1 = self.c1.neg();
        let sum = self.c0.sub(&minus_c1);
        let product = F::mul(&self.c0.wide(), &self.c1.sub(&minus_c1));
        Self {
            c0: F::settle(&F::mul(&sum, &self.c0.sub(&self.c1))),
            c1: F::settle(&product),
        }
    }

    #[inline(always)]
    pub(super) fn scale(&self, factor: &F) -> Self {
        Self {
            c0: self.c0.times(factor),
            c1: self.c1.times(factor),
        }
    }

    /// ξ·self.
    #[inline(always)]
    pub(super) fn xi(&self) -> Self {
        Self {
            c0: F::nine_times_plus(&self.c0, &self.c1.neg()),
            c1: F::nine_times_plus(&self.c1, &self.c0),
        }
    }

    /// The product with the conjugate.
    pub(super) fn norm(&self) -> F {
        self.c0.times(&self.c0).add(&self.c1.times(&self.c1))
    }

    fn invert(&self) -> Option<Self> {
        let mut norm = [self.norm()];
        invert_all(&mut norm)?;
        Some(self.conjugate().scale(&norm[0]))
    }
}

impl<F: TowerField> Fp6<F> {
    fn add(&self, other: &Self) -> Self {
        Self(from_fn(|i| self.0[i].add(&other.0[i])))
    }

    fn sub(&self, other: &Self) -> Self {
        Self(from_fn(|i| self.0[i].sub(&other.0[i])))
    }

    fn neg(&self) -> Self {
        Self(from_fn(|i| self.0[i].neg()))
    }

    /// v·self.
    fn times_v(&self) -> Self {
        let [c0, c1, c2] = &self.0;
        Self([c2.xi(), *c0, *c1])
    }

    fn mul(&self, other: &Self) -> Self {
        let [a0, a1, a2] = &self.0;
        let [b0, b1, b2] = &other.0;
        let (xi_b1, xi_b2) = (b1.xi(), b2.xi());
        Self([
            dot([a0, a1, a2], [b0, &xi_b2, &xi_b1]),
            dot([a0, a1, a2], [b1, b0, &xi_b2]),
            dot([a0, a1, a2], [b2, b1, b0]),
        ])
    }

    /// By the adjugate of the matrix by which an element multiplies.
    fn invert(&self) -> Option<Self> {
        let [a0, a1, a2] = &self.0;
        let (xi_a1, xi_a2) = (a1.xi(), a2.xi());
        let c0 = dot([a0, &a1.neg()], [a0, &xi_a2]);
        let c1 = dot([a2, &a0.neg()], [&xi_a2, a1]);
        let c2 = dot([a1, &a0.neg()], [a1, a2]);
        let norm = dot([a0, &xi_a2, &xi_a1], [&c0, &c1, &c2]);
        let inverse = norm.invert()?;
        Some(Self([c0.mul(&inverse), c1.mul(&inverse), c2.mul(&inverse)]))
    }
}

impl<F: TowerField<Ark = Fq>> Fp12<F> {
    pub(super) fn one() -> Self {
        let one = F::load(|_| F::from_ark(&ark_ff::Field::ONE));
        let mut value = Self::zero();
        value.c0.0[0].c0 = one;
        value
    }

    pub(super) fn zero() -> Self {
        let zero = F::load(|_| F::Rest::default());
        let zero = Fp6([Fp2 { c0: zero, c1: zero }; 3]);
        Self { c0: zero, c1: zero }
    }

    pub(super) fn is_one(&self) -> bool {
        let rest = self.c0.sub(&Self::one().c0);
        rest.0.iter().chain(&self.c1.0).all(Fp2::is_zero)
    }

    pub(super) fn mul(&self, other: &Self) -> Self {
        let low = self.c0.mul(&other.c0);
        let high = self.c1.mul(&other.c1);
        let all = self.c0.add(&self.c1).mul(&other.c0.add(&other.c1));
        Self {
            c0: low.add(&high.times_v()),
            c1: all.sub(&low).sub(&high),
        }
    }

    /// c₀² + v·c₁² = (c₀ + c₁)·(c₀ + v·c₁) − c₀·c₁ − v·c₀·c₁.
    pub(super) fn square(&self) -> Self {
        let product = self.c0.mul(&self.c1);
        let all = self.c0.add(&self.c1).mul(&self.c0.add(&self.c1.times_v()));
        Self {
            c0: all.sub(&product).sub(&product.times_v()),
            c1: product.add(&product),
        }
    }

    /// The product with 1 + l₁·w + l₂·v·w.
    pub(super) fn mul_by_line(&self, l1: &Fp2<F>, l2: &Fp2<F>) -> Self {
        let ([a0, a1, a2], [b0, b1, b2]) = (&self.c0.0, &self.c1.0);
        let (xi_l1, xi_l2) = (l1.xi(), l2.xi());
        Self {
            c0: Fp6([
                a0.add(&dot([b2, b1], [&xi_l1, &xi_l2])),
                a1.add(&dot([b0, b2], [l1, &xi_l2])),
                a2.add(&dot([b1, b0], [l1, l2])),
            ]),
            c1: Fp6([
                b0.add(&dot([a0, a2], [l1, &xi_l2])),
                b1.add(&dot([a1, a0], [l1, l2])),
                b2.add(&dot([a2, a1], [l1, l2])),
            ]),
        }
    }

    /// −w in place of w: the p⁶-th power, and in the cyclotomic subgroup the inverse.
    pub(super) fn conjugate(&self) -> Self {
        Self {
            c0: self.c0,
            c1: self.c1.neg(),
        }
    }

    pub(super) fn invert(&self) -> Option<Self> {
        let norm = self.c0.mul(&self.c0).sub(&self.c1.mul(&self.c1).times_v());
        let inverse = norm.invert()?;
        Some(Self {
            c0: self.c0.mul(&inverse),
            c1: self.c1.mul(&inverse).neg(),
        })
    }

    /// The p^`power`-th power.
    ///
    /// The coefficient of wⁱ is conjugated `power` times and multiplied by ξ^(i·(p^`power` − 1)/6).
    pub(super) fn frobenius(&self, power: usize) -> Self {
        let factor = Fp2::from_ark(&Fq12Config::FROBENIUS_COEFF_FP12_C1[power]);
        let mut factors = [factor; 5];
        for i in 1..5 {
            factors[i] = factors[i - 1].mul(&factor);
        }
        let conjugate = |a: &Fp2<F>| match power % 2 {
            0 => *a,
            _ => a.conjugate(),
        };
        let image = |a: &Fp2<F>, i: usize| conjugate(a).mul(&factors[i - 1]);
        let ([a0, a1, a2], [b0, b1, b2]) = (&self.c0.0, &self.c1.0);
        Self {
            c0: Fp6([conjugate(a0), image(a1, 2), image(a2, 4)]),
            c1: Fp6([image(b0, 1), image(b1, 3), image(b2, 5)]),
        }
    }

    /// The square of an element of the cyclotomic subgroup: three squares in 𝔽_p⁴.
    ///
    /// R. Granger and M. Scott, *Faster squaring in the cyclotomic subgroup of sixth degree extensions* (PKC 2010).
    pub(super) fn cyclotomic_square(&self) -> Self {
        let ([z0, z4, z3], [z2, z1, z5]) = (&self.c0.0, &self.c1.0);
        // 3·t − 2·z and 3·t + 2·z.
        let minus = |t: &Fp2<F>, z: &Fp2<F>| t.sub(z).double().add(t);
        let plus = |t: &Fp2<F>, z: &Fp2<F>| t.add(z).double().add(t);
        // (a + b·s)² with s² = ξ.
        let square = |a: &Fp2<F>, b: &Fp2<F>| {
            let low = dot([a, b], [a, &b.xi()]);
            (low, a.mul(&b.double()))
        };
        let (t0, t1) = square(z0, z1);
        let (t2, t3) = square(z2, z3);
        let (t4, t5) = square(z4, z5);
        Self {
            c0: Fp6([minus(&t0, z0), minus(&t2, z4), minus(&t4, z3)]),
            c1: Fp6([plus(&t5.xi(), z2), plus(&t1, z1), plus(&t3, z5)]),
        }
    }
}
