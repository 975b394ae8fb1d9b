//! Many independent affine additions with one inversion.
//!
//! An affine addition divides by x₂ − x₁. Montgomery's trick turns many divisions into one and
//! three products each, so an addition costs 5 products and a square, against 10 to 16 in
//! projective coordinates. The formulas fail where x₁ = x₂; then the product of all denominators
//! is zero. So the fast path looks for nothing at all, and a batch whose product is zero is done
//! again by [`exactly`], which sorts out doublings and sums that are the identity.

use alloc::vec::Vec;
use core::ops::Range;

use zeroize::Zeroize;

use crate::field::Field;
use crate::steps::{Step, steps};

/// A point of y² = x³ + b, or the identity: `Point::default()`.
pub(crate) struct Point<F: Field> {
    pub(crate) x: F::Rest,
    pub(crate) y: F::Rest,
}

impl<F: Field> Clone for Point<F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F: Field> Copy for Point<F> {}

impl<F: Field> Default for Point<F> {
    /// The identity, as a point with y = 0: curves of odd order have none.
    fn default() -> Self {
        Self {
            x: F::Rest::default(),
            y: F::Rest::default(),
        }
    }
}

impl<F: Field> Zeroize for Point<F> {
    fn zeroize(&mut self) {
        self.x.zeroize();
        self.y.zeroize();
    }
}

impl<F: Field> Point<F> {
    #[inline(always)]
    pub(crate) fn is_identity(&self) -> bool {
        self.y == F::Rest::default()
    }

    #[inline(always)]
    fn at(x: &F, y: &F, lane: usize) -> Self {
        Self {
            x: x.lane(lane),
            y: y.lane(lane),
        }
    }

    #[inline(always)]
    pub(crate) fn neg(&self) -> Self {
        Self {
            x: self.x,
            y: F::negate(&self.y),
        }
    }
}

/// Additions that share an inversion: enough to make it cheap, few enough to stay in cache.
const BATCH: usize = 2048;

/// Memory for one batch. It holds functions of the witness and wipes them.
pub(crate) struct Scratch<F: Field> {
    differences: Vec<F::Wide>,
    products: Vec<F::Wide>,
}

impl<F: Field> Scratch<F> {
    pub(crate) fn new() -> Self {
        Self {
            differences: Vec::with_capacity(BATCH / F::LANES),
            products: Vec::with_capacity(BATCH / F::LANES),
        }
    }
}

impl<F: Field> Drop for Scratch<F> {
    fn drop(&mut self) {
        self.differences.zeroize();
        self.products.zeroize();
    }
}

/// Gives `store` the sum of each of `count` pairs, none of whose points is the identity.
pub(crate) fn add_pairs<F: Field>(
    count: usize,
    scratch: &mut Scratch<F>,
    pair: impl Fn(usize) -> (Point<F>, Point<F>),
    mut store: impl FnMut(usize, Point<F>),
) {
    for start in (0..count).step_by(BATCH) {
        let range = start..count.min(start + BATCH);
        if !add_batch(range.clone(), scratch, &pair, &mut store) {
            exactly(range, scratch, &pair, &mut store);
        }
    }
}

/// [`add_pairs`] for small batches: one copy of the code for all of them.
pub(crate) fn add_few_pairs<F: Field>(
    count: usize,
    scratch: &mut Scratch<F>,
    pair: &dyn Fn(usize) -> (Point<F>, Point<F>),
    store: &mut dyn FnMut(usize, Point<F>),
) {
    for start in (0..count).step_by(BATCH) {
        let range = start..count.min(start + BATCH);
        if !add_batch(range.clone(), scratch, pair, &mut *store) {
            exactly(range, scratch, pair, store);
        }
    }
}

/// Adds all pairs of a range, or, if any of them has one x twice, none.
fn add_batch<F: Field>(
    range: Range<usize>,
    scratch: &mut Scratch<F>,
    pair: impl Fn(usize) -> (Point<F>, Point<F>),
    mut store: impl FnMut(usize, Point<F>),
) -> bool {
    let place = |step: Step, lane| range.start + step.at(lane);
    let Some(mut inverse) = scratch.multiply(range.len(), |step| {
        let x1 = F::load(|lane| pair(place(step, lane)).0.x);
        let x2 = F::load(|lane| pair(place(step, lane)).1.x);
        x2.sub(&x1)
    }) else {
        return false;
    };
    for step in steps::<F>(range.len()).rev() {
        let reciprocal = scratch.divide(step, &mut inverse);
        let (left, right) = load_pair(|lane| pair(place(step, lane)));
        let slope = F::mul(&right.1.sub(&left.1), &reciprocal);
        let x = F::less_both(&F::square(&slope), &left.0, &right.0);
        let y = F::less(&F::mul(&slope, &left.0.sub(&x)), &left.1);
        for lane in 0..F::LANES {
            store(place(step, lane), Point::at(&x, &y, lane));
        }
    }
    true
}

type Coordinates<F> = (F, F);

#[inline(always)]
fn load_pair<F: Field>(
    pair: impl Fn(usize) -> (Point<F>, Point<F>),
) -> (Coordinates<F>, Coordinates<F>) {
    let left = (
        F::load(|lane| pair(lane).0.x),
        F::load(|lane| pair(lane).0.y),
    );
    let right = (
        F::load(|lane| pair(lane).1.x),
        F::load(|lane| pair(lane).1.y),
    );
    (left, right)
}

/// Doubles all points, none of which is the identity.
pub(crate) fn double_batch<F: Field>(
    count: usize,
    scratch: &mut Scratch<F>,
    point: &dyn Fn(usize) -> Point<F>,
    store: &mut dyn FnMut(usize, Point<F>),
) {
    let inverse = scratch.multiply(count, |step| {
        let y = F::load(|lane| point(step.at(lane)).y);
        y.sub(&y.neg())
    });
    // No point of odd order has y = 0.
    let Some(mut inverse) = inverse else { return };
    for step in steps::<F>(count).rev() {
        let reciprocal = scratch.divide(step, &mut inverse);
        let x1 = F::load(|lane| point(step.at(lane)).x);
        let y1 = F::load(|lane| point(step.at(lane)).y);
        // x²/2y, of which the slope is three times.
        let third = F::settle(&F::mul(&F::square(&x1.wide()), &reciprocal)).neg();
        let slope = F::less_both(&third.neg().wide(), &third, &third).wide();
        let x = F::less_both(&F::square(&slope), &x1, &x1);
        let y = F::less(&F::mul(&slope, &x1.sub(&x)), &y1);
        for lane in 0..F::LANES {
            store(step.at(lane), Point::at(&x, &y, lane));
        }
    }
}

/// Adds all pairs of a range, whatever they are.
#[cold]
#[inline(never)]
fn exactly<F: Field>(
    range: Range<usize>,
    scratch: &mut Scratch<F>,
    pair: &dyn Fn(usize) -> (Point<F>, Point<F>),
    store: &mut dyn FnMut(usize, Point<F>),
) {
    let equal = |a: &F::Rest, b: &F::Rest| {
        let difference = F::load(|_| *a).sub(&F::load(|_| *b));
        F::is_zero(&F::settle(&difference).lane(0))
    };
    let (mut sums, mut doubles) = (Vec::new(), Vec::new());
    for place in range {
        let (left, right) = pair(place);
        if !equal(&left.x, &right.x) {
            sums.push(place);
        } else if equal(&left.y, &F::negate(&right.y)) {
            store(place, Point::default());
        } else {
            doubles.push(place);
        }
    }
    double_batch(
        doubles.len(),
        scratch,
        &|k| pair(doubles[k]).0,
        &mut |k, point| store(doubles[k], point),
    );
    let pair: &dyn Fn(usize) -> (Point<F>, Point<F>) = &|k| pair(sums[k]);
    let store: &mut dyn FnMut(usize, Point<F>) = &mut |k, point| store(sums[k], point);
    add_batch(0..sums.len(), scratch, pair, store);
}

impl<F: Field> Scratch<F> {
    /// Multiplies up the denominators, lane by lane, and inverts the products; nothing if one is zero.
    #[inline(always)]
    fn multiply(&mut self, count: usize, denominator: impl Fn(Step) -> F::Wide) -> Option<F::Wide> {
        self.differences.clear();
        self.products.clear();
        let mut product: Option<F::Wide> = None;
        for step in steps::<F>(count) {
            let difference = denominator(step);
            let next = match &product {
                None => difference,
                Some(product) => F::mul(product, &difference),
            };
            self.differences.push(difference);
            self.products.push(next);
            product = Some(next);
        }
        invert::<F>(&product?)
    }

    /// The inverse of one step's denominator; the steps must come in reverse order. Leaves in `inverse` that of
    /// the product of all steps before.
    #[inline(always)]
    fn divide(&self, step: Step, inverse: &mut F::Wide) -> F::Wide {
        if step.index == 0 {
            return *inverse;
        }
        let reciprocal = F::mul(inverse, &self.products[step.index - 1]);
        *inverse = F::mul(inverse, &self.differences[step.index]);
        reciprocal
    }
}

/// 1/a in each lane, with one inversion for at most two lanes.
fn invert<F: Field>(a: &F::Wide) -> Option<F::Wide> {
    let a = F::settle(a);
    if F::LANES == 1 {
        let inverse = F::invert(&a.lane(0))?;
        return Some(F::load(|_| inverse).wide());
    }
    let swapped = F::load(|lane| a.lane(F::LANES - 1 - lane)).wide();
    let product = F::settle(&F::mul(&a.wide(), &swapped)).lane(0);
    let inverse = F::invert(&product)?;
    Some(F::mul(&F::load(|_| inverse).wide(), &swapped))
}
