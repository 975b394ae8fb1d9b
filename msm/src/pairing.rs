//! Products of optimal ate pairings of BN254, and whether such a product is one.
//!
//! arkworks' formulas, generic over the representation of the field, because that is what makes them fast: see `tower`
//! for products of the extension fields. All pairs of a product share the squarings of one Miller loop, and the
//! subgroup check of a point of 𝔾₂ is what remains of its lines ([`Lines::new`]).
//!
//! F. Vercauteren, *Optimal pairings* ([eprint 2008/096](https://eprint.iacr.org/2008/096)); J.-L. Beuchat et al., *High-speed
//! software implementation of the optimal ate pairing over Barreto–Naehrig curves* ([eprint 2010/354](https://eprint.iacr.org/2010/354)).

mod lines;
mod tower;

use alloc::vec::Vec;
use ark_bn254::{Config, Fq, G1Affine};
use ark_ec::AffineRepr as _;
use ark_ec::bn::BnConfig;

pub use lines::Lines;
pub(crate) use tower::invert_all;
use tower::{Fp2, Fp12};

use crate::field::TowerField;

/// Doublings and additions of a loop.
const LINES: usize = {
    let mut lines = Config::ATE_LOOP_COUNT.len() - 1 + 2;
    let mut place = 0;
    while place < Config::ATE_LOOP_COUNT.len() - 1 {
        lines += (Config::ATE_LOOP_COUNT[place] != 0) as usize;
        place += 1;
    }
    lines
};

/// Pairs whose Miller loops run together: enough to share squarings, few enough for their lines to stay in cache.
const TOGETHER: usize = 32;

/// A product of pairings, up to the final exponentiation.
#[derive(Clone, Copy)]
pub struct Product<F: TowerField>(Fp12<F>);

impl<F: TowerField<Ark = Fq>> Product<F> {
    /// Π e(P, Q) over pairs of a point P, which may be the identity, and the lines of a point Q.
    pub fn of(pairs: &[(G1Affine, &Lines<F>)]) -> Self {
        let product = pairs.chunks(TOGETHER).map(miller_loop);
        Self(product.reduce(|a, b| a.mul(&b)).unwrap_or_else(Fp12::one))
    }

    /// The product of both.
    #[must_use]
    pub fn times(&self, other: &Self) -> Self {
        Self(self.0.mul(&other.0))
    }

    /// Whether the product of the pairings is one.
    pub fn is_one(&self) -> bool {
        final_exponentiation(&self.0).is_some_and(|value| value.is_one())
    }

    /// The value in 𝔾_T, for comparison with arkworks; nothing if there is none.
    #[cfg(test)]
    pub(crate) fn value(&self) -> Option<ark_bn254::Fq12> {
        let value = final_exponentiation(&self.0)?;
        let fp6 = |a: &tower::Fp6<F>| {
            let [c0, c1, c2] = a.0.map(|c| {
                let [c0, c1] = c.rest();
                ark_bn254::Fq2::new(F::to_ark(&c0), F::to_ark(&c1))
            });
            ark_bn254::Fq6::new(c0, c1, c2)
        };
        Some(ark_bn254::Fq12::new(fp6(&value.c0), fp6(&value.c1)))
    }
}

fn miller_loop<F: TowerField<Ark = Fq>>(pairs: &[(G1Affine, &Lines<F>)]) -> Fp12<F> {
    let mut inverses = Vec::with_capacity(pairs.len());
    let pairs = pairs.iter().filter(|(point, _)| !point.is_zero());
    let mut pairs: Vec<_> = pairs
        .map(|(point, lines)| {
            let [x, y] = [&point.x, &point.y].map(|a| F::load(|_| F::from_ark(a)));
            inverses.push(y);
            (x, y, lines.0.iter())
        })
        .collect();
    // The curve's order is odd, so that y is zero only off the curve: a product that is one never comes of that.
    let mut product = match invert_all(&mut inverses) {
        Some(()) => Fp12::one(),
        None => Fp12::zero(),
    };
    for ((x, y, _), inverse) in pairs.iter_mut().zip(inverses) {
        (*x, *y) = (x.times(&inverse), inverse);
    }
    let mut multiply = |product: &mut Fp12<F>| {
        for (x, y, lines) in &mut pairs {
            if let Some([l1, l2]) = lines.next() {
                let (l1, l2) = (Fp2::load(l1).scale(x), Fp2::load(l2).scale(y));
                *product = product.mul_by_line(&l1, &l2);
            }
        }
    };
    for (place, digit) in Config::ATE_LOOP_COUNT.iter().rev().skip(1).enumerate() {
        if place > 0 {
            product = product.square();
        }
        multiply(&mut product);
        if *digit != 0 {
            multiply(&mut product);
        }
    }
    multiply(&mut product);
    multiply(&mut product);
    product
}

/// The power (p¹² − 1)/r·2x·(6x² + 3x + 1), or nothing for zero. The last factor is prime to r.
///
/// L. Fuentes-Castañeda, E. Knapp and F. Rodríguez-Henríquez, *Faster hashing to 𝔾₂* (SAC 2011), section 5.
fn final_exponentiation<F: TowerField<Ark = Fq>>(f: &Fp12<F>) -> Option<Fp12<F>> {
    let r = f.conjugate().mul(&f.invert()?);
    let r = r.frobenius(2).mul(&r);

    let y0 = power_of_minus_x(&r);
    let y1 = y0.cyclotomic_square();
    let y3 = y1.cyclotomic_square().mul(&y1);
    let y4 = power_of_minus_x(&y3);
    let y6 = power_of_minus_x(&y4.cyclotomic_square());
    let y8 = y6.conjugate().mul(&y4).mul(&y3.conjugate());
    let y9 = y8.mul(&y1);
    let y11 = y8.mul(&y4).mul(&r);
    let y13 = y9.frobenius(1).mul(&y11);
    let y14 = y8.frobenius(2).mul(&y13);
    let y15 = r.conjugate().mul(&y9).frobenius(3);
    Some(y15.mul(&y14))
}

/// f^(−x) in the cyclotomic subgroup, by digits in non-adjacent form of width 4.
fn power_of_minus_x<F: TowerField<Ark = Fq>>(f: &Fp12<F>) -> Fp12<F> {
    let square = f.cyclotomic_square();
    let mut odd = [*f; 4];
    for i in 1..4 {
        odd[i] = odd[i - 1].mul(&square);
    }
    let mut digits = X_DIGITS.iter().rev().skip_while(|digit| **digit == 0);
    let first = digits.next().map_or(0, |digit| *digit as usize / 2);
    let mut power = odd[first];
    for digit in digits {
        power = power.cyclotomic_square();
        let factor = odd[usize::from(digit.unsigned_abs()) / 2];
        match digit {
            0 => {}
            1.. => power = power.mul(&factor),
            ..0 => power = power.mul(&factor.conjugate()),
        }
    }
    power.conjugate()
}

/// The curve's parameter x in signed digits, lowest first: each is 0 or odd and below 8 in size.
const X_DIGITS: [i8; 64] = {
    assert!(Config::X.len() == 1 && !Config::X_IS_NEGATIVE);
    let mut rest = Config::X[0];
    let mut digits = [0; 64];
    let mut place = 0;
    while place < 64 {
        if rest % 2 == 1 {
            let low = (rest % 16) as i8;
            digits[place] = if low < 8 { low } else { low - 16 };
            // x has 63 bits, so adding at most 7 does not overflow.
            rest = rest.wrapping_sub(digits[place] as u64);
        }
        rest /= 2;
        place += 1;
    }
    digits
};
