//! Sums of few points each, several sums side by side: Straus' method with signed digits of fixed width.
//!
//! A show has about four small sums for each proof, which often have points in common. Buckets would not pay, and one sum
//! alone would leave lanes idle: so each lane has a sum of its own, and all go through the same steps.
//!
//! Additions are in Jacobian coordinates by the usual formulas, which are wrong where both points are equal or opposite.
//! They give z = 0 then, as does everything that is computed from it; so a look at the end is enough, and a sum
//! that ends with z = 0 is done again by arkworks.
//!
//! Sources: E. G. Straus, *Addition chains of vectors* (American Mathematical Monthly 1964); formulas `dbl-2009-l` and
//! `madd-2004-hmv` of the Explicit-Formulas Database, for a = 0.

use alloc::vec;
use alloc::vec::Vec;

use ark_bn254::Fr;
use ark_ec::AdditiveGroup;
use ark_ec::short_weierstrass::{Affine, Projective, SWCurveConfig};
use ark_ff::{Field as _, PrimeField, Zero};
use zeroize::Zeroizing;

use crate::Group;
use crate::field::Field;
use crate::multiples::Multiples;
use crate::pippenger::window_at;

/// Bits of a digit.
const WIDTH: usize = 5;
/// P, 2·P … 16·P of each point.
const MULTIPLES: usize = 1 << (WIDTH - 1);
/// Digits of a scalar, which has 254 bits: the highest absorbs the last carry.
const WINDOWS: usize = 51;

/// A scalar times the point of that number.
pub type Term = (usize, Fr);

/// Σ scalar·point for each list of terms; takes time that depends on the scalars.
///
/// All points are in the group of order r. A term whose point does not exist is left out.
pub fn few_vartime<G: Group>(points: &[Affine<G>], sums: &[&[Term]]) -> Vec<Projective<G>> {
    few_over::<G::Coordinates, G>(points, sums)
}

pub(crate) fn few_over<F, G>(points: &[Affine<G>], sums: &[&[Term]]) -> Vec<Projective<G>>
where
    F: Field<Ark = G::BaseField>,
    G: Group,
{
    let multiples = Multiples::<F>::first(points, MULTIPLES);
    // Lanes have sums of about the same length.
    let mut order: Vec<usize> = (0..sums.len()).collect();
    order.sort_by_key(|place| sums[*place].len());
    let mut results = vec![Projective::ZERO; sums.len()];
    for places in order.chunks(F::LANES) {
        let digits: Vec<_> = places
            .iter()
            .map(|place| Digits::new(&multiples, sums[*place]))
            .collect();
        let total = add_up(&multiples, &digits);
        for (lane, place) in places.iter().enumerate() {
            results[*place] = total
                .lane(lane)
                .unwrap_or_else(|| exactly(points, sums[*place]));
        }
    }
    results
}

/// By arkworks, whatever the points are.
#[cold]
fn exactly<G: Group>(points: &[Affine<G>], terms: &[Term]) -> Projective<G> {
    let terms = terms
        .iter()
        .filter_map(|(place, scalar)| Some((points.get(*place)?, scalar)));
    terms.map(|(point, scalar)| *point * *scalar).sum()
}

/// The terms of one sum: places of points, and the digits of their scalars, lowest first.
struct Digits(Zeroizing<Vec<(usize, [i8; WINDOWS])>>);

impl Digits {
    fn new<F: Field>(multiples: &Multiples<F>, terms: &[Term]) -> Self {
        let mut digits = Zeroizing::new(Vec::with_capacity(terms.len()));
        for (place, scalar) in terms {
            if multiples.has(*place) {
                digits.push((*place, signed_digits(scalar)));
            }
        }
        Self(digits)
    }

    #[inline(always)]
    fn get(&self, term: usize, window: usize) -> (usize, i8) {
        self.0
            .get(term)
            .map_or((0, 0), |(place, digits)| (*place, digits[window]))
    }
}

/// Each from −15 to 16.
fn signed_digits(scalar: &Fr) -> [i8; WINDOWS] {
    let limbs = Zeroizing::new(scalar.into_bigint().0);
    let mut carry = 0;
    core::array::from_fn(|window| {
        let digit = window_at(&limbs, window * WIDTH, WIDTH) + carry;
        carry = i32::from(digit > MULTIPLES as i32);
        (digit - (carry << WIDTH)) as i8
    })
}

fn add_up<F: Field>(multiples: &Multiples<F>, sums: &[Digits]) -> Total<F> {
    let longest = sums.iter().map(|digits| digits.0.len()).max().unwrap_or(0);
    let mut total = Total::new();
    for window in (0..WINDOWS).rev() {
        for _ in 0..WIDTH {
            total.double();
        }
        for term in 0..longest {
            let digit = |lane: usize| {
                sums.get(lane)
                    .map_or((0, 0), |digits| digits.get(term, window))
            };
            let busy = |lane: &usize| digit(*lane).1 != 0;
            let lanes = (0..F::LANES)
                .filter(busy)
                .fold(0, |lanes, lane| lanes | 1 << lane);
            let Some(first) = (0..F::LANES).find(busy) else {
                continue;
            };
            // A lane without a digit takes part with another's point, and forgets the result.
            let point = |lane| {
                let (place, digit) = digit(if busy(&lane) { lane } else { first });
                let multiple = multiples.get(place, usize::from(digit.unsigned_abs()) - 1);
                if digit < 0 { multiple.neg() } else { *multiple }
            };
            total.add(
                lanes,
                &F::load(|lane| point(lane).x),
                &F::load(|lane| point(lane).y),
            );
        }
    }
    total
}

/// A point (x/z², y/z³) in each lane that has begun.
pub(crate) struct Total<F: Field> {
    x: F,
    y: F,
    z: F,
    /// A bit for each lane.
    begun: u32,
    one: F::Rest,
}

impl<F: Field> Total<F> {
    pub(crate) fn new() -> Self {
        let one = F::from_ark(&F::Ark::ONE);
        let ones = F::load(|_| one);
        Self {
            x: ones,
            y: ones,
            z: ones,
            begun: 0,
            one,
        }
    }

    /// The sum of a lane, unless an addition has met a special case.
    pub(crate) fn lane<G: SWCurveConfig<BaseField = F::Ark>>(
        &self,
        lane: usize,
    ) -> Option<Projective<G>> {
        if self.begun & 1 << lane == 0 {
            return Some(Projective::ZERO);
        }
        let [x, y, z] = [&self.x, &self.y, &self.z].map(|f| F::to_ark(&f.lane(lane)));
        (!z.is_zero()).then(|| Projective::new_unchecked(x, y, z))
    }

    /// Doubles all lanes.
    #[inline(never)]
    pub(crate) fn double(&mut self) {
        if self.begun == 0 {
            return;
        }
        let x = &self.x;
        let twice_y = F::plus(&self.y.wide(), &self.y);
        // 2y² and 4y².
        let half = F::settle(&F::mul(&self.y.wide(), &twice_y.wide()));
        let b = F::plus(&half.wide(), &half);
        let s = F::settle(&F::mul(&x.wide(), &b.wide()));
        let eight = F::settle(&F::mul(&half.wide(), &b.wide()));
        let square = F::settle(&F::square(&x.wide())).neg();
        let slope = F::less_both(&square.neg().wide(), &square, &square).wide();
        self.z = F::settle(&F::mul(&twice_y.wide(), &self.z.wide()));
        let x = F::less_both(&F::square(&slope), &s, &s);
        self.y = F::less(&F::mul(&slope, &s.sub(&x)), &eight);
        self.x = x;
    }

    /// Adds an affine point to each of `lanes`; others stay as they are.
    #[inline(never)]
    pub(crate) fn add(&mut self, lanes: u32, x2: &F, y2: &F) {
        let z2 = F::square(&self.z.wide());
        let z3 = F::mul(&z2, &self.z.wide());
        let h = F::less(&F::mul(&x2.wide(), &z2), &self.x).wide();
        let r = F::less(&F::mul(&y2.wide(), &z3), &self.y).wide();
        let h2 = F::square(&h);
        let h3 = F::settle(&F::mul(&h2, &h));
        let v = F::settle(&F::mul(&self.x.wide(), &h2));
        let z = F::settle(&F::mul(&self.z.wide(), &h));
        let x = F::less(&F::less_both(&F::square(&r), &v, &v).wide(), &h3);
        let y1 = F::settle(&F::mul(&self.y.wide(), &h3.wide()));
        let y = F::less(&F::mul(&r, &v.sub(&x)), &y1);
        if lanes & self.begun == (1 << F::LANES) - 1 {
            (self.x, self.y, self.z) = (x, y, z);
            return;
        }
        let (begun, one) = (self.begun, self.one);
        let choose = |sum: &F, old: &F, first: &dyn Fn(usize) -> F::Rest| {
            F::load(|lane| match (lanes >> lane & 1, begun >> lane & 1) {
                (0, _) => old.lane(lane),
                (_, 0) => first(lane),
                _ => sum.lane(lane),
            })
        };
        self.x = choose(&x, &self.x, &|lane| x2.lane(lane));
        self.y = choose(&y, &self.y, &|lane| y2.lane(lane));
        self.z = choose(&z, &self.z, &|_| one);
        self.begun |= lanes;
    }
}
