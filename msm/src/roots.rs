//! Square roots in batches, for points that travel compressed.
//!
//! Both fields of coordinates come down to one power in 𝔽_q: as q ≡ 3 modulo 4, d = a^((q−3)/4) gives a·d² = ±1,
//! and +1 exactly if a is a square. Then √a = a·d and 1/√a = d, so that there is nothing to invert.

use alloc::vec::Vec;

use ark_bn254::{Fq, Fq2};
use ark_ec::short_weierstrass::SWCurveConfig;
use ark_ff::{BigInteger, Field as _, PrimeField, Zero as _};

use crate::Group;
use crate::field::Field;
use crate::steps::steps;

/// For each x one of both y with y² = x³ + b, if there are any.
pub fn ordinates<G: Group>(abscissas: &[G::BaseField]) -> Vec<Option<G::BaseField>> {
    let squares: Vec<_> = abscissas
        .iter()
        .map(|x| x.square() * x + <G as SWCurveConfig>::COEFF_B)
        .collect();
    G::square_roots(&squares)
}

/// √a or nothing, for each a.
pub(crate) fn square_roots<F: Field<Ark = Fq>>(squares: &[Fq]) -> Vec<Option<Fq>> {
    let powers = powers::<F>(squares);
    let root = |(a, d): (&Fq, Fq)| {
        let root = *a * d;
        (root.square() == *a).then_some(root)
    };
    squares.iter().zip(powers).map(root).collect()
}

/// √a or nothing, for each a = a₀ + a₁u with u² = −1.
///
/// Let n = a₀² + a₁², s = √n, t = (a₀ + s)/2 and d = t^((q−3)/4). If t is a square, the root is t·d + (a₁·d/2)·u, else
/// its negated conjugate with both parts exchanged: −a₁·d/2 + t·d·u, because then (t·d)² = −t.
/// (M. Scott, *A note on the calculation of some functions in finite fields*, eprint 2020/1497.)
pub(crate) fn square_roots_of_pairs<F: Field<Ark = Fq>>(squares: &[Fq2]) -> Vec<Option<Fq2>> {
    let half = Fq::from(Fq::MODULUS_MINUS_ONE_DIV_TWO) + Fq::ONE;
    let norms: Vec<Fq> = squares
        .iter()
        .map(|a| a.c0.square() + a.c1.square())
        .collect();
    let roots = powers::<F>(&norms).into_iter().zip(&norms);
    let halves: Vec<Fq> = roots
        .zip(squares)
        .map(|((d, n), a)| {
            // With s = −a₀, which is a root of n only where a₁ = 0, t would be 0. Nowhere else is it 0.
            let s = if a.c1.is_zero() { a.c0 } else { d * n };
            (a.c0 + s) * half
        })
        .collect();
    let root = |((a, t), d): ((&Fq2, &Fq), Fq)| {
        let (first, second) = (*t * d, a.c1 * d * half);
        let candidates = [Fq2::new(first, second), Fq2::new(-second, first)];
        candidates.into_iter().find(|root| root.square() == *a)
    };
    squares
        .iter()
        .zip(&halves)
        .zip(powers::<F>(&halves))
        .map(root)
        .collect()
}

/// Bits of the exponent that are taken at once.
const WINDOW: usize = 4;

/// a^((q−3)/4) for each a.
fn powers<F: Field<Ark = Fq>>(bases: &[Fq]) -> Vec<Fq> {
    let exponent = Fq::MODULUS >> 2;
    let digits: Vec<usize> = exponent
        .to_bits_le()
        .chunks(WINDOW)
        .map(|bits| {
            bits.iter()
                .rev()
                .fold(0, |digit, bit| 2 * digit + usize::from(*bit))
        })
        .rev()
        .skip_while(|digit| *digit == 0)
        .collect();
    let mut powers = Vec::with_capacity(bases.len());
    for step in steps::<F>(bases.len()) {
        let base = F::load(|lane| F::from_ark(&bases[step.at(lane)])).wide();
        let mut table = [base; 1 << WINDOW];
        for place in 2..table.len() {
            table[place] = F::mul_by_call(&table[place - 1], &base);
        }
        let (first, rest) = digits
            .split_first()
            .map_or((0, &[][..]), |(first, rest)| (*first, rest));
        let mut power = table[first];
        for digit in rest {
            for _ in 0..WINDOW {
                power = F::square_by_call(&power);
            }
            if *digit != 0 {
                power = F::mul_by_call(&power, &table[*digit]);
            }
        }
        let power = F::settle(&power);
        let left = bases.len() - powers.len();
        powers.extend((0..F::LANES.min(left)).map(|lane| F::to_ark(&power.lane(lane))));
    }
    powers
}
