//! Fourier transforms over a prime field, arranged for what a Groth16 prover computes.
//!
//! The prover has the values of two polynomials on the n-th roots of unity and wants others at the
//! odd powers of a 2n-th root g. The way there leads through coefficients in bit-reversed order:
//! decimation in frequency puts them out so, decimation in time takes them in so, and what lies
//! between, the product of the j-th with g^j, minds no order. So nothing is ever permuted. The
//! inverse transform leaves a factor n, which is taken off once at the end.
//!
//! Sources: W. M. Gentleman and G. Sande, *Fast Fourier transforms for fun and profit* (1966), and
//! J. W. Cooley and J. W. Tukey (1965), for the two directions.

use alloc::vec;
use alloc::vec::Vec;

use ark_ff::{FftField, Field as _};
use zeroize::Zeroizing;

use crate::field::Field;
use crate::steps::steps;

/// The values of a·b − c at g, g³, … g^(2n−1), where a and b have the given values on the n-th
/// roots of unity in order, c has their products there, and all three have degree below n.
///
/// Values that are missing up to the next power of two, n, are zero. Nothing comes back if the field
/// has no 2n-th roots of unity.
pub fn odd_values<F>(a: &[F::Ark], b: &[F::Ark]) -> Option<Vec<F::Ark>>
where
    F: Field<Ark: FftField>,
{
    let size = a.len().max(b.len()).next_power_of_two();
    let coset = Coset::<F>::new(size)?;
    let settled = |values: &[F::Ark]| {
        let mut settled = Zeroizing::new(vec![F::Rest::default(); size]);
        for (settled, value) in settled.iter_mut().zip(values) {
            *settled = F::from_ark(value);
        }
        settled
    };
    let (mut a, mut b) = (settled(a), settled(b));
    let mut c = Zeroizing::new(vec![F::Rest::default(); size]);
    for step in steps::<F>(size) {
        let [a, b] = [&a, &b].map(|values| F::load(|lane| values[step.at(lane)]).wide());
        step.store(&mut c, &product::<F>(&a, &b));
    }
    for values in [&mut a, &mut b, &mut c] {
        coset.to_odd(values);
    }
    // All three are n times too large.
    let scale = F::from_ark(&F::Ark::from(size as u64).inverse()?);
    let scale = F::load(|_| scale).wide();
    let mut out = Zeroizing::new(vec![F::Rest::default(); size]);
    for step in steps::<F>(size) {
        let [a, b, c] = [&a, &b, &c].map(|values| F::load(|lane| values[step.at(lane)]));
        let ab = F::mul(&F::mul(&a.wide(), &b.wide()), &scale);
        step.store(&mut out, &product::<F>(&F::less(&ab, &c).wide(), &scale));
    }
    Some(out.iter().map(F::to_ark).collect())
}

/// The powers g^0, … g^(n−1) of a primitive 2n-th root of unity.
struct Coset<F: Field> {
    powers: Vec<F::Rest>,
}

impl<F: Field<Ark: FftField>> Coset<F> {
    fn new(size: usize) -> Option<Self> {
        let root = F::Ark::get_root_of_unity(2 * size as u64)?;
        let mut powers = vec![F::from_ark(&F::Ark::ONE); size];
        // Each half is the one before, times a power of g; so lanes are independent.
        let (mut known, mut next) = (1, root);
        while known < size {
            let factor = F::from_ark(&next);
            let factor = F::load(|_| factor).wide();
            for step in steps::<F>(known) {
                let power = F::load(|lane| powers[step.at(lane)]).wide();
                step.store(&mut powers[known..], &product::<F>(&power, &factor));
            }
            known *= 2;
            next.square_in_place();
        }
        Some(Self { powers })
    }

    /// From values on the n-th roots of unity to n times those at the odd powers of g.
    fn to_odd(&self, values: &mut [F::Rest]) {
        let size = self.powers.len();
        let bits = size.trailing_zeros();
        let minus_one = F::negate(&self.powers[0]);
        for bit in (1..bits).rev() {
            butterflies::<F>(values, 1 << bit, |u, v, offset| {
                // ω^−k = −ω^(n/2 − k), where ω is g².
                let negated = F::load(|lane| match offset[lane] << (bits - bit) {
                    0 => minus_one,
                    twice_k => self.powers[size - twice_k],
                });
                let difference = product::<F>(&v.sub(u), &negated.wide());
                (F::plus(&u.wide(), v), difference)
            });
        }
        if bits > 0 {
            butterflies::<F>(values, 1, sum_and_difference);
        }
        let reversed = |place: usize| match bits {
            0 => 0,
            _ => place.reverse_bits() >> (usize::BITS - bits),
        };
        for step in steps::<F>(size) {
            let value = F::load(|lane| values[step.at(lane)]).wide();
            let power = F::load(|lane| self.powers[reversed(step.at(lane))]).wide();
            step.store(values, &product::<F>(&value, &power));
        }
        if bits > 0 {
            butterflies::<F>(values, 1, sum_and_difference);
        }
        for bit in 1..bits {
            butterflies::<F>(values, 1 << bit, |u, v, offset| {
                let power = F::load(|lane| self.powers[offset[lane] << (bits - bit)]);
                let v = product::<F>(&v.wide(), &power.wide());
                sum_and_difference(u, &v, offset)
            });
        }
    }
}

#[inline(always)]
fn sum_and_difference<F: Field>(u: &F, v: &F, _: [usize; 2]) -> (F, F) {
    (F::plus(&u.wide(), v), F::less(&u.wide(), v))
}

/// Replaces all pairs `half`, a power of two, apart, block by block; the closure is also told where
/// in its block the pair of each lane (of two at most) lies.
#[inline(always)]
fn butterflies<F: Field>(
    values: &mut [F::Rest],
    half: usize,
    butterfly: impl Fn(&F, &F, [usize; 2]) -> (F, F),
) {
    for step in steps::<F>(values.len() / 2) {
        let offset = |lane: usize| step.at(lane) & (half - 1);
        let place = |lane: usize| 2 * step.at(lane) - offset(lane);
        let u = F::load(|lane| values[place(lane)]);
        let v = F::load(|lane| values[place(lane) + half]);
        let (u, v) = butterfly(&u, &v, [offset(0), offset(1)]);
        for lane in 0..F::LANES {
            values[place(lane)] = u.lane(lane);
            values[place(lane) + half] = v.lane(lane);
        }
    }
}

/// a·b, settled.
#[inline(always)]
fn product<F: Field>(a: &F::Wide, b: &F::Wide) -> F {
    F::settle(&F::mul(a, b))
}
