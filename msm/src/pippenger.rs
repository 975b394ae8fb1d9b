//! Pippenger's bucket method with signed digits, all of whose additions are affine and batched.
//!
//! Scalars are cut into windows of c bits with digits in −2^(c−1) ..= 2^(c−1); negating a point is free, so a
//! window has 2^(c−1) buckets. A zero digit costs nothing, hence zeros, ones, minus ones
//! and short scalars, of which witnesses are full, cost what their digits cost.
//!
//! 1. *Fill*: points are sorted by bucket, and each bucket is added up by a tree ([`Groups::summed`]).
//! 2. *Fold*: Σ (i+1)·B_i over the buckets of a window is Σ B_i and, for each bit l, 2^l times the sum
//!    of the buckets with that bit in i. Adding B_2i and B_(2i+1) halves the problem; the odd ones are set
//!    aside first. That is two additions for each bucket, as in the usual running sum, but with no order
//!    among them, so they are batched over all windows and cost half.
//! 3. *Join*: one point is left for each bit of the scalars; Horner's rule joins them.
//!
//! Sources: N. Pippenger, *On the evaluation of powers and monomials* (SIAM J. Comput. 1980); D. J. Bernstein, J. Doumen,
//! T. Lange and J.-J. Oosterwijk, *Faster batch forgery identification* (INDOCRYPT 2012), section 4, for the
//! bucket method; batched affine buckets: A. Gabizon and Z. Williamson's *Turbo-PLONK* presentation (2019) and gnark-crypto.

use alloc::vec;
use alloc::vec::Vec;

use ark_ec::AdditiveGroup;
use ark_ec::short_weierstrass::{Affine, Projective, SWCurveConfig};
use ark_ff::{BigInt, BigInteger, PrimeField};
use zeroize::Zeroizing;

use crate::batch::{Point, Scratch};
use crate::few::Total;
use crate::field::Field;
use crate::groups::Groups;

/// Digits sorted at once: enough for good batches, few enough to stay in cache.
const GROUP: usize = 1 << 15;
/// Widest window: its digits fit an `i16`.
const MAX_WIDTH: usize = 15;

/// Σ scalar·point.
pub(crate) fn sum<F, P>(points: &[Point<F>], scalars: &[P::ScalarField]) -> Projective<P>
where
    F: Field<Ark = P::BaseField>,
    P: SWCurveConfig<ScalarField: PrimeField<BigInt = BigInt<4>>>,
{
    let terms = signed_terms(points, scalars);
    let longest = terms.iter().map(Term::bits).max().unwrap_or(0);
    if longest == 0 {
        return Projective::ZERO;
    }
    let plan = Plan::new(longest, terms.iter().map(Term::bits).sum());
    let mut scratch = Scratch::new();
    let buckets = fill(points, &terms, &plan, &mut scratch);
    let bits = fold(buckets, &plan, &mut scratch);
    join(&bits, &plan)
}

/// A scalar other than zero, at most (r−1)/2, with its point.
struct Term {
    place: u32,
    /// Whether the point is to be negated.
    negative: bool,
    scalar: BigInt<4>,
}

impl zeroize::Zeroize for Term {
    fn zeroize(&mut self) {
        self.place = 0;
        self.negative = false;
        self.scalar.zeroize();
    }
}

impl Term {
    fn bits(&self) -> usize {
        self.scalar.num_bits() as usize
    }
}

/// Drops what adds nothing, and takes the negated point where the scalar is above r/2: all scalars get
/// one bit shorter, and −1 becomes as cheap as 1.
fn signed_terms<F: Field, S: PrimeField<BigInt = BigInt<4>>>(
    points: &[Point<F>],
    scalars: &[S],
) -> Zeroizing<Vec<Term>> {
    let mut terms = Zeroizing::new(Vec::with_capacity(scalars.len()));
    for (place, (point, scalar)) in (0..).zip(points.iter().zip(scalars)) {
        if scalar.is_zero() || point.is_identity() {
            continue;
        }
        let mut scalar = scalar.into_bigint();
        let negative = scalar > S::MODULUS_MINUS_ONE_DIV_TWO;
        if negative {
            let mut rest = S::MODULUS;
            rest.sub_with_borrow(&scalar);
            scalar = rest;
        }
        terms.push(Term {
            place,
            negative,
            scalar,
        });
    }
    terms
}

/// How scalars are cut up.
struct Plan {
    /// Bits of a window.
    width: usize,
    /// How many windows there are.
    windows: usize,
}

impl Plan {
    /// For scalars of at most `longest` bits and `total` bits together.
    fn new(longest: usize, total: usize) -> Self {
        let plans = (2..=MAX_WIDTH).map(|width| Self {
            width,
            // The highest window absorbs the last carry.
            windows: (longest + 1).div_ceil(width),
        });
        let cheapest = plans.min_by_key(|plan| {
            // Each digit is one addition, each bucket two, less the one that its first digit saves.
            total / plan.width + plan.windows * plan.buckets()
        });
        cheapest.unwrap_or(Self {
            width: 2,
            windows: longest.div_ceil(2) + 1,
        })
    }

    /// Buckets of a window.
    fn buckets(&self) -> usize {
        1 << (self.width - 1)
    }
}

/// The sums of all buckets, window by window, for each window by the size of the digit.
fn fill<F: Field>(
    points: &[Point<F>],
    terms: &[Term],
    plan: &Plan,
    scratch: &mut Scratch<F>,
) -> Groups<F> {
    let mut buckets = Groups::new();
    let at_once = (GROUP / terms.len()).clamp(1, plan.windows);
    let mut carries = Zeroizing::new(vec![0u8; terms.len()]);
    for first in (0..plan.windows).step_by(at_once) {
        let windows = at_once.min(plan.windows - first);
        let digits = digits(terms, plan, first, windows, &mut carries);
        let bucket =
            |window: usize, digit: i16| window * plan.buckets() + digit.unsigned_abs() as usize - 1;
        let entries = || {
            let windows = digits.chunks_exact(terms.len()).enumerate();
            windows
                .flat_map(|(window, digits)| {
                    digits
                        .iter()
                        .zip(terms)
                        .map(move |(digit, term)| (window, *digit, term))
                })
                .filter(|(_, digit, _)| *digit != 0)
        };

        // A counting sort: sizes, starts, then each point's place, with its sign as lowest bit.
        let mut sizes = vec![0u32; windows * plan.buckets()];
        for (window, digit, _) in entries() {
            sizes[bucket(window, digit)] += 1;
        }
        let mut starts = Vec::with_capacity(sizes.len());
        let mut total = 0;
        for size in &sizes {
            starts.push(total);
            total += *size;
        }
        let mut sorted = Zeroizing::new(vec![0u32; total as usize]);
        for (window, digit, term) in entries() {
            let start = &mut starts[bucket(window, digit)];
            sorted[*start as usize] = term.place << 1 | u32::from(term.negative != (digit < 0));
            *start += 1;
        }
        buckets.append(Groups::summed(sizes, scratch, |place| {
            let entry = sorted[place];
            let point = &points[(entry >> 1) as usize];
            if entry & 1 == 1 { point.neg() } else { *point }
        }));
    }
    buckets
}

/// Signed digits of some windows, window by window, for each window term by term. `carries` goes from one
/// call to the next.
fn digits(
    terms: &[Term],
    plan: &Plan,
    first: usize,
    windows: usize,
    carries: &mut [u8],
) -> Zeroizing<Vec<i16>> {
    let mut digits = Zeroizing::new(vec![0; terms.len() * windows]);
    for (place, (term, carry)) in terms.iter().zip(carries).enumerate() {
        let bits = term.bits();
        for window in 0..windows {
            let start = (first + window) * plan.width;
            if start >= bits && *carry == 0 {
                break;
            }
            let raw = window_at(&term.scalar.0, start, plan.width) + i32::from(*carry);
            *carry = u8::from(raw > 1 << (plan.width - 1));
            digits[window * terms.len() + place] = (raw - (i32::from(*carry) << plan.width)) as i16;
        }
    }
    digits
}

/// `width` bits of a scalar.
pub(crate) fn window_at(scalar: &[u64; 4], start: usize, width: usize) -> i32 {
    let (limb, shift) = (start / 64, start % 64);
    let low = scalar.get(limb).copied().unwrap_or(0) >> shift;
    let high = match shift {
        0 => 0,
        _ => scalar.get(limb + 1).copied().unwrap_or(0) << (64 - shift),
    };
    ((low | high) & ((1 << width) - 1)) as i32
}

/// For each bit l of a bucket's number, the sums over buckets that have it, window by window.
fn fold<F: Field>(mut buckets: Groups<F>, plan: &Plan, scratch: &mut Scratch<F>) -> Groups<F> {
    let mut lowest = Groups::new();
    let mut higher = Groups::new();
    for level in 0..plan.width - 1 {
        let odd = if level == 0 { &mut lowest } else { &mut higher };
        buckets.fold(plan.buckets() >> (level + 1), odd);
        buckets.sum(scratch);
    }
    // Bucket i stands for the digit i + 1, so each window's sum counts once more.
    lowest.merge(&buckets);
    lowest.append(higher);
    lowest.sum(scratch);
    lowest
}

/// Σ 2^(c·w + l)·S over the sums S for bits l of windows w.
fn join<F, P>(sums: &Groups<F>, plan: &Plan) -> Projective<P>
where
    F: Field<Ark = P::BaseField>,
    P: SWCurveConfig,
{
    let mut bits = vec![None; plan.windows * plan.width];
    for (place, group) in sums.iter().enumerate() {
        let (level, window) = (place / plan.windows, place % plan.windows);
        bits[window * plan.width + level] = group.first();
    }
    let mut total = Total::new();
    for point in bits.iter().rev() {
        total.double();
        if let Some(point) = point {
            // All lanes do the same.
            let lanes = (1 << F::LANES) - 1;
            total.add(lanes, &F::load(|_| point.x), &F::load(|_| point.y));
        }
    }
    total.lane(0).unwrap_or_else(|| join_exactly(&bits))
}

/// By arkworks, whatever the sums are.
#[cold]
fn join_exactly<F, P>(bits: &[Option<&Point<F>>]) -> Projective<P>
where
    F: Field<Ark = P::BaseField>,
    P: SWCurveConfig,
{
    let mut total = Projective::ZERO;
    for point in bits.iter().rev() {
        total.double_in_place();
        if let Some(point) = point {
            total += Affine::new_unchecked(F::to_ark(&point.x), F::to_ark(&point.y));
        }
    }
    total
}
