//! The tree over a set's elements, and the way from one leaf to the roots.

use alloc::vec::Vec;
use core::fmt;

use ark_ff::{BigInt, PrimeField as _};
use glimpse_primitives::{Fr, field, poseidon};

use crate::circuit::SetSlot;
use crate::tag;

/// The greatest number of elements of a set.
pub const MAX_ELEMENTS: usize = 1 << 20;

/// Elements hashed into one leaf.
pub const LEAF_ELEMENTS: usize = 10;

/// Children of a node.
pub const ARITY: usize = 9;

/// Hashes between a leaf and its root.
pub const LEVELS: usize = 4;

/// Leaves under one root.
const LEAVES: usize = ARITY.pow(LEVELS as u32);

// Every set has room, the bound below all elements included.
const _: () = assert!(LEAF_ELEMENTS * LEAVES * SetSlot::ROOTS > MAX_ELEMENTS);

/// Stands behind the last element, and in places of a leaf that are left over: 2²⁴⁸, which is above the encoding of
/// every value that is not absent.
pub const ABOVE: Fr = Fr::new(BigInt([0, 0, 0, 1 << 56]));

/// Stands in front of the first element: −2²⁴⁸.
pub const BELOW: Fr = {
    let BigInt([a, b, c, d]) = Fr::MODULUS;
    Fr::new(BigInt([a, b, c, d - (1 << 56)]))
};

/// The tree of a set: its elements in ascending order, ten a leaf, nine nodes a parent, and 1 to 16 roots.
#[derive(Clone, PartialEq, Eq)]
pub struct SetTree {
    /// In ascending order, without the bounds.
    elements: Vec<Fr>,
    /// From the leaves to the roots.
    levels: Vec<Vec<Fr>>,
}

/// All that shows whether a value is in a set. It gives away where the value stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SetPath {
    /// The leaf's elements.
    pub elements: [Fr; LEAF_ELEMENTS],
    /// The first element of the next leaf.
    pub next: Fr,
    /// From the leaf upwards, the siblings among which the node is.
    pub groups: [[Fr; ARITY]; LEVELS],
    /// The set's roots.
    pub roots: [Fr; SetSlot::ROOTS],
}

/// Why elements make no set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SetElementsError {
    /// None, or more than 2²⁰.
    #[error("a set has between 1 and 1,048,576 elements")]
    Size,
    /// An element is not above the one before it, or is none of an encoding.
    #[error("the elements are not encodings in strictly ascending order")]
    Order,
}

/// A leaf: `Poseidon(SET, e_0 … e_9, next)`.
#[must_use]
pub fn leaf(elements: &[Fr; LEAF_ELEMENTS], next: Fr) -> Fr {
    let [a, b, c, d, e, f, g, h, i, j] = *elements;
    poseidon::bulk::hash(&[tag::SET, a, b, c, d, e, f, g, h, i, j, next])
}

/// The parent of nine nodes.
#[must_use]
pub fn parent(children: &[Fr; ARITY]) -> Fr {
    poseidon::bulk::hash(children)
}

impl SetTree {
    /// Builds the tree over encodings in strictly ascending order: a hash for each ten, and an eighth more above.
    ///
    /// # Errors
    /// [`SetElementsError`].
    pub fn new(elements: Vec<Fr>) -> Result<Self, SetElementsError> {
        if !(1..=MAX_ELEMENTS).contains(&elements.len()) {
            return Err(SetElementsError::Size);
        }
        let ascending = elements.is_sorted_by(|one, next| integer(one) < integer(next));
        let last = elements.last().is_some_and(is_encoding);
        if !(ascending && last) {
            return Err(SetElementsError::Order);
        }
        let mut this = Self {
            elements,
            levels: Vec::with_capacity(LEVELS + 1),
        };
        let leaves = leaf_count(this.elements.len());
        let hash = |number| {
            let (elements, next) = this.leaf(number);
            leaf(&elements, next)
        };
        this.levels.push((0..leaves).map(hash).collect());
        for height in 0..LEVELS {
            let nodes = this.levels[height].len().div_ceil(ARITY);
            let above = (0..nodes).map(|number| parent(&this.group(height, number)));
            this.levels.push(above.collect());
        }
        Ok(this)
    }

    /// The roots: 1 to 16, as many as there are elements for.
    #[must_use]
    pub fn roots(&self) -> &[Fr] {
        &self.levels[LEVELS]
    }

    /// The elements, in ascending order.
    #[must_use]
    pub fn elements(&self) -> &[Fr] {
        &self.elements
    }

    /// Whether the value is an element.
    #[must_use]
    pub fn contains(&self, value: Fr) -> bool {
        let value = integer(&value);
        let search = |element: &Fr| integer(element).cmp(&value);
        self.elements.binary_search_by(search).is_ok()
    }

    /// The way from the leaf where the value stands, or would stand, to the roots. What is not below 2²⁴⁸, such as the
    /// encoding of *absent*, stands nowhere, and any leaf will do for it: the first.
    #[must_use]
    pub fn path(&self, value: Fr) -> SetPath {
        let bound = integer(&value);
        let up_to = |element: &Fr| integer(element) <= bound;
        let place = match is_encoding(&value) {
            true => self.elements.partition_point(up_to),
            false => 0,
        };
        let mut number = place / LEAF_ELEMENTS;
        let (elements, next) = self.leaf(number);
        let mut groups = [[Fr::default(); ARITY]; LEVELS];
        for (height, group) in groups.iter_mut().enumerate() {
            number /= ARITY;
            *group = self.group(height, number);
        }
        SetPath {
            elements,
            next,
            groups,
            roots: pad(self.roots(), 0),
        }
    }

    /// The elements of a leaf and the first of the next: the whole list is −2²⁴⁸, all elements, then 2²⁴⁸ without end.
    fn leaf(&self, number: usize) -> ([Fr; LEAF_ELEMENTS], Fr) {
        let at = |place: usize| match place.checked_sub(1) {
            None => BELOW,
            Some(place) => self.elements.get(place).copied().unwrap_or(ABOVE),
        };
        let first = number * LEAF_ELEMENTS;
        let elements = core::array::from_fn(|place| at(first + place));
        (elements, at(first + LEAF_ELEMENTS))
    }

    /// The `number`-th nine nodes of a level.
    fn group(&self, height: usize, number: usize) -> [Fr; ARITY] {
        pad(&self.levels[height], number * ARITY)
    }
}

/// N nodes from a place on; those beyond the end repeat the last.
pub(super) fn pad<const N: usize>(nodes: &[Fr], from: usize) -> [Fr; N] {
    core::array::from_fn(|place| {
        let node = nodes.get(from + place).or(nodes.last());
        node.copied().unwrap_or_default()
    })
}

/// How many leaves a set of this size has: the bound below takes a place.
fn leaf_count(size: usize) -> usize {
    size / LEAF_ELEMENTS + 1
}

/// How many roots a set of this size has.
pub(super) fn root_count(size: usize) -> usize {
    leaf_count(size).div_ceil(LEAVES)
}

/// Whether an element may be the encoding of a value that is not absent.
fn is_encoding(element: &Fr) -> bool {
    integer(element) < integer(&ABOVE)
}

/// An element as the integer that it stands for, most significant byte first.
fn integer(element: &Fr) -> [u8; 32] {
    field::to_bytes(element)
}

/// Without the elements, which would fill screens.
impl fmt::Debug for SetTree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SetTree({} elements)", self.elements.len())
    }
}

/// Redacted: where the value stands is the holder's.
impl fmt::Debug for SetPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SetPath(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::ABSENT;

    fn even(count: u64) -> Vec<Fr> {
        (0..count).map(|i| Fr::from(2 * i)).collect()
    }

    /// Follows a path as a verifier of paths would.
    fn leads(path: &SetPath) -> bool {
        let mut node = leaf(&path.elements, path.next);
        for group in &path.groups {
            if !group.contains(&node) {
                return false;
            }
            node = parent(group);
        }
        path.roots.contains(&node)
    }

    /// How far an element is above −2²⁴⁸.
    fn from(x: Fr) -> [u8; 32] {
        integer(&(x - BELOW))
    }

    #[test]
    fn every_value_has_its_leaf() {
        // One element, and numbers around a whole leaf and a whole group of leaves.
        for count in [1, 8, 9, 10, 11, 19, 20, 89, 90, 91, 200] {
            let tree = SetTree::new(even(count)).unwrap();
            assert_eq!(tree.roots().len(), 1);
            let values = (0..2 * count + 3).map(Fr::from);
            for value in values.chain([ABOVE - Fr::from(1u64)]) {
                let path = tree.path(value);
                assert!(leads(&path), "{count}");
                // Between the leaf's first element and the next leaf's, counted from −2²⁴⁸.
                assert!(from(path.elements[0]) <= from(value), "{count} {value}");
                assert!(from(value) < from(path.next), "{count} {value}");
                assert_eq!(path.elements.contains(&value), tree.contains(value));
            }
            assert!(leads(&tree.path(ABSENT)) && !tree.contains(ABSENT));
            assert!(leads(&tree.path(ABOVE)) && leads(&tree.path(BELOW)));
        }
    }

    #[test]
    fn what_is_beyond_6561_leaves_has_a_root_of_its_own() {
        // The bound below all takes a place.
        let tree = SetTree::new(even((LEAVES * LEAF_ELEMENTS) as u64)).unwrap();
        assert_eq!(
            (tree.roots().len(), root_count(tree.elements().len())),
            (2, 2)
        );
        assert_eq!(
            (root_count(1), root_count(LEAVES * LEAF_ELEMENTS - 1)),
            (1, 1)
        );
        assert_eq!(root_count(MAX_ELEMENTS), SetSlot::ROOTS);
        let last = *tree.elements().last().unwrap();
        for value in [Fr::default(), last, last + Fr::from(1u64)] {
            assert!(leads(&tree.path(value)));
        }
    }

    #[test]
    fn what_is_no_set_is_refused() {
        let of = |elements: &[Fr]| SetTree::new(elements.to_vec()).map(drop);
        let [one, two] = [1u64, 2].map(Fr::from);
        assert_eq!(of(&[]), Err(SetElementsError::Size));
        assert_eq!(of(&[one, two]), Ok(()));
        assert_eq!(of(&[two, one]), Err(SetElementsError::Order));
        assert_eq!(of(&[one, one]), Err(SetElementsError::Order));
        assert_eq!(of(&[one, ABOVE - one]), Ok(()));
        for wrong in [ABOVE, ABSENT, BELOW, -one] {
            assert_eq!(of(&[one, wrong]), Err(SetElementsError::Order));
        }
        let many = (0..=MAX_ELEMENTS as u64).map(Fr::from).collect();
        assert_eq!(SetTree::new(many), Err(SetElementsError::Size));
    }

    #[test]
    fn bounds_are_opposite() {
        assert_eq!(ABOVE + BELOW, Fr::default());
        assert_eq!(
            ABOVE,
            Fr::from(1u64 << 62) * Fr::from(1u128 << 126) * Fr::from(1u64 << 60)
        );
    }
}
