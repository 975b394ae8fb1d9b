//! Sums of some dozens of points, as verifiers have them: Straus' method with digits in non-adjacent form.
//!
//! In [`few`](crate::few) each lane has a sum, and all go through the same windows. Here there is one lane and no common grid: a digit is where
//! its scalar has one, so that there are fewer of them, and a weight of 128 bits costs half of a scalar of 254. Multiples of points
//! that every verification needs are [`Kept`].
//!
//! A prover chooses points and scalars of these sums. Additions are those of [`Total`], which are wrong where both points are
//! equal or opposite, but then end with z = 0: such a sum is done again by arkworks, and no choice of points makes a wrong one.

use alloc::vec;
use alloc::vec::Vec;

use ark_bn254::{Fq, Fr, G1Affine, G1Projective, g1};
use ark_ff::{BigInt, BigInteger, PrimeField};
use zeroize::Zeroizing;

use crate::batch::Point;
use crate::few::Total;
use crate::field::Field;
use crate::multiples::Multiples;

/// Bits of a digit for points that occur once, by measurement.
const WIDTH: usize = 5;
/// For those whose multiples are kept.
const KEPT_WIDTH: usize = 6;
/// From this many points on, buckets are as fast, measured natively.
const BUCKETS_FROM: usize = 64;
/// In WASM, where nobody verifies large batches, they would only make the verifier's module larger.
const BUCKETS: bool = cfg!(not(target_arch = "wasm32"));

/// Points of 𝔾₁ that are summed often, with their odd multiples.
#[derive(Clone)]
pub struct Kept<F: Field>(Multiples<F>);

/// A sum of scaled points.
#[derive(Clone)]
pub struct Sum<'a, F: Field> {
    /// Kept points, with a scalar for each of them. If there are fewer scalars, the last points are left out.
    pub kept: Vec<(&'a Kept<F>, &'a [Fr])>,
    /// Other points.
    pub terms: Vec<(G1Affine, Fr)>,
}

impl<F: Field<Ark = Fq>> Kept<F> {
    /// Takes points of the curve.
    pub fn new(points: &[G1Affine]) -> Self {
        Self(Multiples::odd(points, table_length(KEPT_WIDTH)))
    }
}

impl<F: Field> Sum<'_, F> {
    /// A sum without kept points.
    pub fn of(terms: impl IntoIterator<Item = (G1Affine, Fr)>) -> Self {
        Self {
            kept: Vec::new(),
            terms: terms.into_iter().collect(),
        }
    }
}

/// The value of each sum; takes time that depends on the scalars. All points are on the curve, or the identity.
pub fn sums_vartime<F: Field<Ark = Fq>>(sums: &[Sum<'_, F>]) -> Vec<G1Projective> {
    const { assert!(F::LANES == 1) };
    let small = |sum: &&Sum<'_, F>| !BUCKETS || sum.points() < BUCKETS_FROM;
    let points: Vec<G1Affine> = sums
        .iter()
        .filter(small)
        .flat_map(|sum| sum.terms.iter().map(|(point, _)| *point))
        .collect();
    // Together, because that takes a few inversions however many there are.
    let multiples = Multiples::odd(&points, table_length(WIDTH));
    let mut places = 0..;
    let sum = |sum: &Sum<'_, F>| {
        if !small(&sum) {
            return sum.in_buckets();
        }
        let mut terms = Vec::with_capacity(sum.points());
        for (kept, scalars) in &sum.kept {
            let scalars = scalars.iter().take(kept.0.points()).enumerate();
            terms.extend(
                scalars
                    .filter_map(|(place, scalar)| Term::new(&kept.0, place, *scalar, KEPT_WIDTH)),
            );
        }
        let own = sum.terms.iter().zip(&mut places);
        terms.extend(
            own.filter_map(|((_, scalar), place)| Term::new(&multiples, place, *scalar, WIDTH)),
        );
        add_up(&terms).unwrap_or_else(|| exactly(&terms))
    };
    sums.iter().map(sum).collect()
}

impl<F: Field<Ark = Fq>> Sum<'_, F> {
    fn points(&self) -> usize {
        let kept = self.kept.iter().map(|(_, scalars)| scalars.len());
        kept.sum::<usize>() + self.terms.len()
    }

    fn in_buckets(&self) -> G1Projective {
        let kept = self.kept.iter().flat_map(|(kept, scalars)| {
            let scalars = scalars.iter().take(kept.0.points()).enumerate();
            scalars.filter_map(|(place, scalar)| Some((point(&kept.0, place)?, *scalar)))
        });
        let (points, scalars): (Vec<_>, Vec<_>) = kept.chain(self.terms.iter().copied()).unzip();
        crate::msm_vartime(&points, &Zeroizing::new(scalars))
    }
}

/// A point's multiples, its scalar, and the scalar's digits, lowest first.
struct Term<'a, F: Field> {
    multiples: &'a Multiples<F>,
    place: usize,
    scalar: Zeroizing<Fr>,
    digits: Zeroizing<Vec<i8>>,
}

impl<'a, F: Field> Term<'a, F> {
    /// Nothing if the point is the identity.
    fn new(multiples: &'a Multiples<F>, place: usize, scalar: Fr, width: usize) -> Option<Self> {
        multiples.has(place).then(|| Self {
            multiples,
            place,
            scalar: Zeroizing::new(scalar),
            digits: signed_digits(&scalar, width),
        })
    }

    /// The summand at a digit, if it is not zero.
    #[inline(always)]
    fn at(&self, position: usize) -> Option<Point<F>> {
        let digit = *self.digits.get(position).filter(|digit| **digit != 0)?;
        let multiple = self
            .multiples
            .get(self.place, usize::from(digit.unsigned_abs() / 2));
        Some(if digit < 0 { multiple.neg() } else { *multiple })
    }
}

/// Nothing if an addition has met a special case.
fn add_up<F: Field<Ark = Fq>>(terms: &[Term<'_, F>]) -> Option<G1Projective> {
    let length = terms.iter().map(|term| term.digits.len()).max();
    let mut total = Total::<F>::new();
    for position in (0..length.unwrap_or(0)).rev() {
        total.double();
        for point in terms.iter().filter_map(|term| term.at(position)) {
            total.add(1, &F::load(|_| point.x), &F::load(|_| point.y));
        }
    }
    total.lane::<g1::Config>(0)
}

/// By arkworks, whatever the points are.
#[cold]
fn exactly<F: Field<Ark = Fq>>(terms: &[Term<'_, F>]) -> G1Projective {
    let scaled = terms
        .iter()
        .filter_map(|term| Some(point(term.multiples, term.place)? * *term.scalar));
    scaled.sum()
}

/// The point itself, unless it is the identity.
fn point<F: Field<Ark = Fq>>(multiples: &Multiples<F>, place: usize) -> Option<G1Affine> {
    let Point { x, y } = multiples.has(place).then(|| multiples.get(place, 0))?;
    Some(G1Affine::new_unchecked(F::to_ark(x), F::to_ark(y)))
}

/// How many odd numbers there are below 2^(`width` − 1).
const fn table_length(width: usize) -> usize {
    1 << (width - 2)
}

/// Non-adjacent form, least digit first: each digit is 0 or odd with |digit| < 2^(`width` − 1), which is at most 7 bits.
fn signed_digits(scalar: &Fr, width: usize) -> Zeroizing<Vec<i8>> {
    let mut rest = Zeroizing::new(scalar.into_bigint());
    let mut digits = Zeroizing::new(vec![0; rest.num_bits() as usize + 1]);
    for digit in digits.iter_mut() {
        if rest.is_odd() {
            let low = (rest.as_ref()[0] & ((1 << width) - 1)) as i8;
            *digit = if low >= 1 << (width - 1) {
                low - (1 << width)
            } else {
                low
            };
            // Scalars have 254 bits of 256, so neither step can overflow.
            if *digit > 0 {
                rest.sub_with_borrow(&BigInt::from(digit.unsigned_abs()));
            } else {
                rest.add_with_carry(&BigInt::from(digit.unsigned_abs()));
            }
        }
        rest.div2();
    }
    digits
}
