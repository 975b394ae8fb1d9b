//! The lines of a Miller loop, which depend on its point of 𝔾₂ only.

use alloc::vec::Vec;

use ark_bn254::{Config, Fq, G2Affine, g2};
use ark_ec::AffineRepr as _;
use ark_ec::bn::BnConfig;
use ark_ec::short_weierstrass::SWCurveConfig;
use ark_ff::{AdditiveGroup as _, Field as _};

use super::tower::{Fp2, dot, invert_all};
use crate::field::TowerField;

/// A point of 𝔾₂ as a pairing takes it: to hold one is to know that the point lies in the group and is not the identity.
#[derive(Clone)]
pub struct Lines<F: TowerField>(pub(super) Vec<Line<F>>);

/// 1 + x/y·l₁·w + 1/y·l₂·v·w at the point (x, y) of 𝔾₁: factors in 𝔽_p² make no difference to a pairing.
pub(super) type Line<F> = [[<F as crate::field::Field>::Rest; 2]; 2];

impl<F: TowerField<Ark = Fq>> Lines<F> {
    /// The lines of a point of the twisted curve, or nothing if it is the identity or outside of the subgroup of order r.
    ///
    /// The loop ends at \[6x + 2\]Q + ψ(Q) − ψ²(Q), where ψ is the p-power endomorphism of the twist. In 𝔾₂, on which ψ is
    /// multiplication by p, that is −ψ³(Q), because r divides 6x + 2 + p − p² + p³. Conversely η = 6x + 2 + ψ − ψ² + ψ³
    /// has no other zeros: by ψ² = tψ − p it is a + bψ for integers a and b, its norm a² + abt + b²p annihilates
    /// them, and the greatest common divisor of this norm and the order of the twist, r·(2p − r), is r.
    /// (Y. Dai, K. Lin, C.-A. Zhao and Z. Zhou, *Fast subgroup membership testings for 𝔾₁, 𝔾₂ and 𝔾_T on pairing-friendly
    /// curves*, [eprint 2022/348](https://eprint.iacr.org/2022/348), section 3.)
    ///
    /// The formulas fail where a sum meets the identity, or adds equal or opposite points. Each of these
    /// cases, none of which occurs in 𝔾₂, makes the first coefficient of its line zero, which cannot be inverted.
    pub fn new(point: &G2Affine) -> Option<Self> {
        if point.is_zero() {
            return None;
        }
        let q: Affine<F> = Affine::new(point);
        let minus_q = q.neg();
        let mut walk = Walk::new(&q);
        let mut lines = Vec::with_capacity(super::LINES);
        for digit in Config::ATE_LOOP_COUNT.iter().rev().skip(1) {
            lines.push(walk.double());
            match digit {
                0 => {}
                1.. => lines.push(walk.add(&q)),
                ..0 => lines.push(walk.add(&minus_q)),
            }
        }
        let first = q.psi();
        let second = first.psi();
        lines.push(walk.add(&first));
        lines.push(walk.add(&second.neg()));
        if !walk.is_at(&second.psi().neg()) {
            return None;
        }

        let mut norms: Vec<F> = lines.iter().map(|[l0, _, _]| l0.norm()).collect();
        invert_all(&mut norms)?;
        let normal = |([l0, l1, l2], norm): (&[Fp2<F>; 3], &F)| {
            let inverse = l0.conjugate().scale(norm);
            [l1.mul(&inverse).rest(), l2.mul(&inverse).rest()]
        };
        Some(Self(lines.iter().zip(&norms).map(normal).collect()))
    }
}

#[derive(Clone, Copy)]
struct Affine<F> {
    x: Fp2<F>,
    y: Fp2<F>,
}

impl<F: TowerField<Ark = Fq>> Affine<F> {
    fn new(point: &G2Affine) -> Self {
        Self {
            x: Fp2::from_ark(&point.x),
            y: Fp2::from_ark(&point.y),
        }
    }

    fn neg(&self) -> Self {
        Self {
            x: self.x,
            y: self.y.neg(),
        }
    }

    /// The p-power endomorphism: off the twist, raise to the p-th power, and back.
    fn psi(&self) -> Self {
        Self {
            x: self
                .x
                .conjugate()
                .mul(&Fp2::from_ark(&Config::TWIST_MUL_BY_Q_X)),
            y: self
                .y
                .conjugate()
                .mul(&Fp2::from_ark(&Config::TWIST_MUL_BY_Q_Y)),
        }
    }
}

/// The point (x/z, y/z) on its way through the loop.
///
/// C. Costello, T. Lange and M. Naehrig, *Faster pairing computations on curves with high-degree twists* (PKC 2010), as
/// in the appendix of [eprint 2013/722](https://eprint.iacr.org/2013/722).
struct Walk<F> {
    x: Fp2<F>,
    y: Fp2<F>,
    z: Fp2<F>,
    half: F,
    /// Three times the coefficient b of the twist.
    triple_b: Fp2<F>,
}

impl<F: TowerField<Ark = Fq>> Walk<F> {
    fn new(start: &Affine<F>) -> Self {
        let half = Fq::ONE.double().inverse().unwrap_or_default();
        let b = g2::Config::COEFF_B;
        Self {
            x: start.x,
            y: start.y,
            z: Fp2::from_ark(&ark_bn254::Fq2::ONE),
            half: F::load(|_| F::from_ark(&half)),
            triple_b: Fp2::from_ark(&(b.double() + b)),
        }
    }

    /// Doubles, and gives the tangent l₀·y + l₁·x·w + l₂·v·w.
    fn double(&mut self) -> [Fp2<F>; 3] {
        let a = self.x.mul(&self.y).scale(&self.half);
        let b = self.y.square();
        let c = self.z.square();
        let e = self.triple_b.mul(&c);
        let f = e.double().add(&e);
        let g = b.add(&f).scale(&self.half);
        let h = self.y.mul(&self.z.double());
        let j = self.x.square();
        let e_square = e.square();

        self.x = a.mul(&b.sub(&f));
        self.y = g.square().sub(&e_square.double().add(&e_square));
        self.z = b.mul(&h);
        [h.neg(), j.double().add(&j), e.sub(&b)]
    }

    /// Adds a point, and gives the line through both.
    fn add(&mut self, q: &Affine<F>) -> [Fp2<F>; 3] {
        let theta = self.y.sub(&q.y.mul(&self.z));
        let lambda = self.x.sub(&q.x.mul(&self.z));
        let c = theta.square();
        let d = lambda.square();
        let e = lambda.mul(&d);
        let f = self.z.mul(&c);
        let g = self.x.mul(&d);
        let h = e.add(&f).sub(&g.double());

        self.x = lambda.mul(&h);
        self.y = dot([&theta, &e.neg()], [&g.sub(&h), &self.y]);
        self.z = self.z.mul(&e);
        [
            lambda,
            theta.neg(),
            dot([&theta, &lambda.neg()], [&q.x, &q.y]),
        ]
    }

    fn is_at(&self, point: &Affine<F>) -> bool {
        self.x.sub(&point.x.mul(&self.z)).is_zero() && self.y.sub(&point.y.mul(&self.z)).is_zero()
    }
}
