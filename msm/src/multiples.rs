//! The first multiples of points, from which Straus' method takes its summands.

use alloc::vec::Vec;

use ark_ec::AffineRepr as _;
use ark_ec::short_weierstrass::Affine;

use crate::batch::{Point, Scratch, add_few_pairs, double_batch};
use crate::field::Field;
use crate::{Bases, Group};

/// Multiples of some points: all points' first, then all points' second, and so on.
pub(crate) struct Multiples<F: Field> {
    points: usize,
    /// Places of points that are the identity: their multiples are not to be looked up.
    identities: Vec<usize>,
    multiples: Vec<Point<F>>,
}

impl<F: Field> Multiples<F> {
    /// P, 2·P … `count`·P of each point, where `count` is a power of two.
    pub(crate) fn first<G: Group<BaseField = F::Ark>>(points: &[Affine<G>], count: usize) -> Self {
        let mut all = Self::alone(points, count);
        let mut scratch = Scratch::new();
        let points = all.points;
        let mut known = 1;
        while known < count {
            // To P … k·P come (k+1)·P … (2k−1)·P and 2k·P.
            let (old, new) = all.multiples.split_at_mut(known * points);
            let largest = &old[(known - 1) * points..];
            add_few_pairs(
                (known - 1) * points,
                &mut scratch,
                &|k| (old[k], largest[k % points]),
                &mut |k, sum| new[k] = sum,
            );
            double_all(largest, &mut new[(known - 1) * points..], &mut scratch);
            known *= 2;
        }
        all
    }

    /// The points, with room for `count` multiples. The identity has no place in batches: the generator stands in for it.
    fn alone<G: Group<BaseField = F::Ark>>(points: &[Affine<G>], count: usize) -> Self {
        let mut multiples = Bases::<F, G>::new(points).into_points();
        let mut identities = Vec::new();
        let generator = Bases::<F, G>::new(&[Affine::generator()]).into_points();
        for (place, point) in multiples.iter_mut().enumerate() {
            if point.is_identity() {
                identities.push(place);
                *point = generator[0];
            }
        }
        multiples.resize(count * points.len(), Point::default());
        Self {
            points: points.len(),
            identities,
            multiples,
        }
    }

    /// Whether there is a point of that number, and it is not the identity.
    pub(crate) fn has(&self, place: usize) -> bool {
        place < self.points && !self.identities.contains(&place)
    }

    /// The multiple of that number, counted from 0, of a point.
    #[inline(always)]
    pub(crate) fn get(&self, place: usize, number: usize) -> &Point<F> {
        &self.multiples[number * self.points + place]
    }
}

/// Puts twice each point into `doubles`.
fn double_all<F: Field>(points: &[Point<F>], doubles: &mut [Point<F>], scratch: &mut Scratch<F>) {
    double_batch(points.len(), scratch, &|k| points[k], &mut |k, double| {
        doubles[k] = double
    });
}
