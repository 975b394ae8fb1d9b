//! Sums of some dozens of points, as verifiers have them: Straus' method with digits in non-adjacent form.
//!
//! In [`few`](crate::few) each lane has a sum, and all go through the same windows. Here there is one lane and no common grid: a digit is where
//! its scalar has one, so that there are fewer of them, and a weight of 128 bits costs half of a scalar of 254. Multiples of points
//! that every verification needs are [`Kept`].
//!
//! A prover chooses points and scalars of these sums. The formulas for additions are wrong where both points are equal or
//! opposite, but then give z = 0, as does everything that is computed from it: such a sum is done again by arkworks, and no choice of points
//! makes a wrong one. All operations are those of pairings, each of which takes and gives settled elements.
//!
//! Formulas: `dbl-2009-l` and `madd-2004-hmv` of the Explicit-Formulas Database, for a = 0.

use alloc::vec;
use alloc::vec::Vec;

use ark_bn254::{Fq, Fr, G1Affine, G1Projective};
use ark_ec::AffineRepr as _;
use ark_ff::{AdditiveGroup as _, BigInt, BigInteger, Field as _, PrimeField, Zero as _};
use zeroize::Zeroizing;

use crate::batch::Point;
use crate::field::{Field, TowerField};
use crate::pairing::invert_all;

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

/// The odd multiples P, 3·P … of points, those of the first point first.
#[derive(Clone)]
struct Multiples<F: Field> {
    points: Vec<G1Affine>,
    /// How many there are of each point.
    each: usize,
    /// Empty if they could not be found, which is so of no points of the curve.
    all: Vec<Point<F>>,
}

/// A sum of scaled points.
#[derive(Clone)]
pub struct Sum<'a, F: Field> {
    /// Kept points, with a scalar for each of them. If there are fewer scalars, the last points are left out.
    pub kept: Vec<(&'a Kept<F>, &'a [Fr])>,
    /// Other points.
    pub terms: Vec<(G1Affine, Fr)>,
}

impl<F: TowerField<Ark = Fq>> Kept<F> {
    /// Takes points of the curve.
    pub fn new(points: &[G1Affine]) -> Self {
        Self(Multiples::new(points.to_vec(), KEPT_WIDTH))
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
pub fn sums_vartime<F: TowerField<Ark = Fq>>(sums: &[Sum<'_, F>]) -> Vec<G1Projective> {
    const { assert!(F::LANES == 1) };
    let small = |sum: &&Sum<'_, F>| !BUCKETS || sum.points() < BUCKETS_FROM;
    let points: Vec<G1Affine> = sums
        .iter()
        .filter(small)
        .flat_map(|sum| sum.terms.iter().map(|(point, _)| *point))
        .collect();
    // Together, because that takes a few inversions however many there are.
    let multiples = Multiples::new(points, WIDTH);
    let mut places = 0..;
    let sum = |sum: &Sum<'_, F>| {
        if !small(&sum) {
            return sum.in_buckets();
        }
        let mut terms = Vec::with_capacity(sum.points());
        for (kept, scalars) in &sum.kept {
            let scalars = scalars.iter().take(kept.0.points.len()).enumerate();
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
        let kept = self
            .kept
            .iter()
            .flat_map(|(kept, scalars)| kept.0.points.iter().copied().zip(scalars.iter().copied()));
        let (points, scalars): (Vec<_>, Vec<_>) = kept.chain(self.terms.iter().copied()).unzip();
        crate::msm_vartime(&points, &Zeroizing::new(scalars))
    }
}

impl<F: TowerField<Ark = Fq>> Multiples<F> {
    /// For digits of `width` bits: up to 2^(`width` − 1) − 1 times each point.
    fn new(points: Vec<G1Affine>, width: usize) -> Self {
        let each = 1 << (width - 2);
        let all = Self::odd(&points, each).unwrap_or_default();
        Self { points, each, all }
    }

    /// All with two inversions.
    fn odd(points: &[G1Affine], each: usize) -> Option<Vec<Point<F>>> {
        // The identity's are never looked up.
        let affine = |point: &G1Affine| {
            let point = if point.is_zero() {
                G1Affine::generator()
            } else {
                *point
            };
            [&point.x, &point.y].map(|a| F::load(|_| F::from_ark(a)))
        };
        let points: Vec<[F; 2]> = points.iter().map(affine).collect();
        let mut halves: Vec<F> = points.iter().map(|[_, y]| y.add(y)).collect();
        invert_all(&mut halves)?;
        let mut multiples = Vec::with_capacity(each * points.len());
        for ([x, y], inverse) in points.iter().zip(&halves) {
            let square = x.times(x);
            let slope = square.add(&square).add(&square).times(inverse);
            let twice_x = slope.times(&slope).minus(x).minus(x);
            let twice_y = slope.times(&x.minus(&twice_x)).minus(y);
            let mut multiple = Jacobian::new(x, y);
            multiples.push(multiple);
            for _ in 1..each {
                multiple.add(&twice_x, &twice_y);
                multiples.push(multiple);
            }
        }
        let mut inverses: Vec<F> = multiples.iter().map(|multiple| multiple.z).collect();
        invert_all(&mut inverses)?;
        let normal = |(multiple, inverse): (&Jacobian<F>, &F)| {
            let square = inverse.times(inverse);
            Point {
                x: multiple.x.times(&square).lane(0),
                y: multiple.y.times(&square).times(inverse).lane(0),
            }
        };
        Some(multiples.iter().zip(&inverses).map(normal).collect())
    }
}

/// A point (x/z², y/z³).
#[derive(Clone, Copy)]
struct Jacobian<F> {
    x: F,
    y: F,
    z: F,
}

impl<F: TowerField<Ark = Fq>> Jacobian<F> {
    fn new(x: &F, y: &F) -> Self {
        Self {
            x: *x,
            y: *y,
            z: F::load(|_| F::from_ark(&Fq::ONE)),
        }
    }

    fn double(&mut self) {
        let a = self.x.times(&self.x);
        let twice_y = self.y.add(&self.y);
        // 2y², and 4x·y².
        let b = self.y.times(&twice_y);
        let s = self.x.times(&b.add(&b));
        let slope = a.add(&a).add(&a);
        let square = b.times(&b);
        self.z = twice_y.times(&self.z);
        self.x = slope.times(&slope).minus(&s).minus(&s);
        self.y = slope.times(&s.minus(&self.x));
        self.y = self.y.minus(&square.add(&square));
    }

    fn add(&mut self, x: &F, y: &F) {
        let z2 = self.z.times(&self.z);
        let h = x.times(&z2).minus(&self.x);
        let r = y.times(&z2.times(&self.z)).minus(&self.y);
        let h2 = h.times(&h);
        let h3 = h2.times(&h);
        let v = self.x.times(&h2);
        let y1 = self.y.times(&h3);
        self.z = self.z.times(&h);
        self.x = r.times(&r).minus(&h3).minus(&v).minus(&v);
        self.y = r.times(&v.minus(&self.x)).minus(&y1);
    }
}

/// A point's multiples, its scalar, and the scalar's digits, lowest first.
struct Term<'a, F: Field> {
    point: G1Affine,
    multiples: &'a [Point<F>],
    scalar: Zeroizing<Fr>,
    digits: Zeroizing<Vec<i8>>,
}

impl<'a, F: Field> Term<'a, F> {
    /// Nothing if there is no such point, or it is the identity.
    fn new(multiples: &'a Multiples<F>, place: usize, scalar: Fr, width: usize) -> Option<Self> {
        let point = *multiples.points.get(place).filter(|p| !p.is_zero())?;
        let first = place * multiples.each;
        let all = multiples.all.get(first..first + multiples.each);
        Some(Self {
            point,
            multiples: all.unwrap_or_default(),
            scalar: Zeroizing::new(scalar),
            digits: signed_digits(&scalar, width),
        })
    }
}

/// Nothing if an addition has met a special case.
fn add_up<F: TowerField<Ark = Fq>>(terms: &[Term<'_, F>]) -> Option<G1Projective> {
    let length = terms.iter().map(|term| term.digits.len()).max();
    let mut total: Option<Jacobian<F>> = None;
    for position in (0..length.unwrap_or(0)).rev() {
        if let Some(total) = &mut total {
            total.double();
        }
        for term in terms {
            let digit = term.digits.get(position).copied().unwrap_or(0);
            if digit == 0 {
                continue;
            }
            let multiple = term.multiples.get(usize::from(digit.unsigned_abs() / 2))?;
            let x = F::load(|_| multiple.x);
            let y = F::load(|_| multiple.y);
            let y = if digit < 0 { y.neg() } else { y };
            match &mut total {
                Some(total) => total.add(&x, &y),
                None => total = Some(Jacobian::new(&x, &y)),
            }
        }
    }
    let Some(Jacobian { x, y, z }) = total else {
        return Some(G1Projective::ZERO);
    };
    let [x, y, z] = [x, y, z].map(|a| F::to_ark(&a.lane(0)));
    (!z.is_zero()).then(|| G1Projective::new_unchecked(x, y, z))
}

/// By arkworks, whatever the points are.
#[cold]
fn exactly<F: Field>(terms: &[Term<'_, F>]) -> G1Projective {
    terms.iter().map(|term| term.point * *term.scalar).sum()
}

/// Non-adjacent form of the scalar or of what it falls short of r, whichever is shorter, least digit first: each digit is 0 or odd with
/// |digit| < 2^(`width` − 1), which is at most 7 bits.
fn signed_digits(scalar: &Fr, width: usize) -> Zeroizing<Vec<i8>> {
    let mut rest = Zeroizing::new(scalar.into_bigint());
    let negative = *rest > Fr::MODULUS_MINUS_ONE_DIV_TWO;
    if negative {
        *rest = (-*scalar).into_bigint();
    }
    let mut digits = Zeroizing::new(vec![0; rest.num_bits() as usize + 1]);
    for digit in digits.iter_mut() {
        if rest.is_odd() {
            let low = (rest.as_ref()[0] & ((1 << width) - 1)) as i8;
            *digit = if low >= 1 << (width - 1) {
                low - (1 << width)
            } else {
                low
            };
            // There are 253 bits of 256, so neither step can overflow.
            if *digit > 0 {
                rest.sub_with_borrow(&BigInt::from(digit.unsigned_abs()));
            } else {
                rest.add_with_carry(&BigInt::from(digit.unsigned_abs()));
            }
        }
        rest.div2();
        if negative {
            *digit = -*digit;
        }
    }
    digits
}
