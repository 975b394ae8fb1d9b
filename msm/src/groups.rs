//! Points in groups, and the sum of each group.

use alloc::vec;
use alloc::vec::Vec;

use zeroize::Zeroizing;

use crate::batch::{Point, Scratch, add_pairs};
use crate::field::Field;

/// Points side by side, group after group; none of them is the identity.
pub(crate) struct Groups<F: Field> {
    points: Zeroizing<Vec<Point<F>>>,
    sizes: Vec<u32>,
}

impl<F: Field> Groups<F> {
    /// No groups.
    pub(crate) fn new() -> Self {
        Self {
            points: Zeroizing::new(Vec::new()),
            sizes: Vec::new(),
        }
    }

    /// Sums up groups of points that lie elsewhere: the point of place i, in the order of the
    /// groups, is `source(i)`.
    pub(crate) fn summed(
        sizes: Vec<u32>,
        scratch: &mut Scratch<F>,
        source: impl Fn(usize) -> Point<F>,
    ) -> Self {
        let mut groups = Self::halved(sizes, scratch, source);
        groups.sum(scratch);
        groups
    }

    /// Adds up each group, so that one point at most remains of it.
    pub(crate) fn sum(&mut self, scratch: &mut Scratch<F>) {
        while self.sizes.iter().any(|size| *size > 1) {
            let sizes = core::mem::take(&mut self.sizes);
            *self = Self::halved(sizes, scratch, |place| self.points[place]);
        }
    }

    /// Adds neighbours, all groups in one batch. A heap of equal scalars is no special case: it
    /// is one large group, and its size halves like that of the others.
    fn halved(
        mut sizes: Vec<u32>,
        scratch: &mut Scratch<F>,
        source: impl Fn(usize) -> Point<F>,
    ) -> Self {
        let total = sizes.iter().map(|size| size.div_ceil(2) as usize).sum();
        let mut points = Zeroizing::new(vec![Point::default(); total]);
        let mut pairs = Vec::with_capacity(total);
        let (mut from, mut to) = (0u32, 0u32);
        for size in &mut sizes {
            for pair in 0..*size / 2 {
                pairs.push((from + 2 * pair, to + pair));
            }
            from += *size;
            let left = *size % 2;
            *size = *size / 2 + left;
            to += *size;
            if left == 1 {
                points[to as usize - 1] = source(from as usize - 1);
            }
        }
        let mut cancelled = false;
        add_pairs(
            pairs.len(),
            scratch,
            |k| {
                let place = pairs[k].0 as usize;
                (source(place), source(place + 1))
            },
            |k, sum| {
                cancelled |= sum.is_identity();
                points[pairs[k].1 as usize] = sum;
            },
        );
        let mut halved = Self { points, sizes };
        if cancelled {
            halved.drop_identities();
        }
        halved
    }

    fn drop_identities(&mut self) {
        let mut start = 0;
        for size in &mut self.sizes {
            let end = start + *size as usize;
            *size = self.points[start..end]
                .iter()
                .filter(|point| !point.is_identity())
                .count() as u32;
            start = end;
        }
        self.points.retain(|point| !point.is_identity());
    }

    /// Joins groups 2i and 2i + 1, and copies the points of the latter into groups of their own, of
    /// `width` joined groups each, behind those of `odd`.
    pub(crate) fn fold(&mut self, width: usize, odd: &mut Self) {
        let mut place = 0;
        let mut joined = Vec::with_capacity(self.sizes.len() / 2);
        let (pairs, _) = self.sizes.as_chunks::<2>();
        for pairs in pairs.chunks(width) {
            let before = odd.points.len();
            for [first, second] in pairs {
                let (start, end) = (place + *first as usize, place + (*first + *second) as usize);
                odd.points.extend_from_slice(&self.points[start..end]);
                joined.push(*first + *second);
                place = end;
            }
            odd.sizes.push((odd.points.len() - before) as u32);
        }
        self.sizes = joined;
    }

    /// Puts all groups of `other` behind those that there are.
    pub(crate) fn append(&mut self, other: Self) {
        self.points.extend_from_slice(&other.points);
        self.sizes.extend_from_slice(&other.sizes);
    }

    /// Puts the points of each group of `other`, which has as many groups, into the same group of self.
    pub(crate) fn merge(&mut self, other: &Self) {
        let mut merged = Self::new();
        merged
            .points
            .reserve(self.points.len() + other.points.len());
        for (mine, theirs) in self.iter().zip(other.iter()) {
            merged.points.extend_from_slice(mine);
            merged.points.extend_from_slice(theirs);
            merged.sizes.push((mine.len() + theirs.len()) as u32);
        }
        *self = merged;
    }

    /// The points of each group.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &[Point<F>]> {
        let mut rest = &self.points[..];
        self.sizes.iter().map(move |size| {
            let (group, others) = rest.split_at(*size as usize);
            rest = others;
            group
        })
    }
}
