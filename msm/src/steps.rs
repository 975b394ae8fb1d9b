//! Sharing out places of a list among lanes.

use crate::field::Field;

/// The places that one value of a field's lanes stands for.
#[derive(Clone, Copy)]
pub(crate) struct Step {
    /// Counts steps from zero.
    pub(crate) index: usize,
    first: usize,
    last: usize,
}

/// The steps through `count` places.
pub(crate) fn steps<F: Field>(count: usize) -> impl DoubleEndedIterator<Item = Step> {
    (0..count.div_ceil(F::LANES)).map(move |index| Step {
        index,
        first: index * F::LANES,
        last: count - 1,
    })
}

impl Step {
    /// The place of a lane. At the end the last place is repeated, so that no lane is ever without one.
    #[inline(always)]
    pub(crate) fn at(self, lane: usize) -> usize {
        (self.first + lane).min(self.last)
    }

    /// Puts the element of each lane to its place.
    #[inline(always)]
    pub(crate) fn store<F: Field>(self, values: &mut [F::Rest], elements: &F) {
        for lane in 0..F::LANES {
            values[self.at(lane)] = elements.lane(lane);
        }
    }
}
