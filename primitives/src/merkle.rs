//! Trees of arity four over Poseidon, shown by their cap: the four nodes below the root.
//!
//! Where another tree would hash its last four nodes into one root, this one leaves them as they are.
//! Whoever checks a path is given all four, and saves a hash inside a circuit for the price of three
//! further public values.

use alloc::vec::Vec;

use crate::{Fr, poseidon};

/// Children of a node, and nodes of a cap.
pub const ARITY: usize = 4;

/// The nodes below the root.
pub type Cap = [Fr; ARITY];

/// A tree of `4^(levels + 1)` leaves, of which the first ones are given and all others alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree {
    /// From the leaves to the cap. Nodes beyond a level's end are that level's filler.
    levels: Vec<Level>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Level {
    nodes: Vec<Fr>,
    filler: Fr,
}

/// The way from a leaf to the cap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// The leaf's number.
    pub index: usize,
    /// At each level, from the leaves upwards, the four siblings among which the node is.
    pub groups: Vec<[Fr; ARITY]>,
}

/// More leaves than the tree has, or a number beyond its last leaf.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("beyond the last leaf of the tree")]
pub struct BeyondLastLeaf;

/// The parent of four nodes: Poseidon₄.
#[must_use]
pub fn parent(children: &[Fr; ARITY]) -> Fr {
    poseidon::bulk::hash(children)
}

/// How many leaves a tree has that takes `levels` hashes from a leaf to the cap.
#[must_use]
pub const fn leaf_count(levels: u32) -> usize {
    ARITY.pow(levels + 1)
}

impl Tree {
    /// The tree that takes `levels` hashes from a leaf to the cap; leaves that are not given are `filler`.
    ///
    /// Costs a hash for each four leaves given, a third more for the levels above, and less if
    /// neighbouring nodes are fillers.
    ///
    /// # Errors
    /// [`BeyondLastLeaf`] for more than `4^(levels + 1)` leaves.
    pub fn new(levels: u32, leaves: Vec<Fr>, filler: Fr) -> Result<Self, BeyondLastLeaf> {
        if leaves.len() > leaf_count(levels) {
            return Err(BeyondLastLeaf);
        }
        let mut level = Level {
            nodes: leaves,
            filler,
        };
        let mut all = Vec::with_capacity(levels as usize + 1);
        for _ in 0..levels {
            let above = level.above();
            all.push(level);
            level = above;
        }
        all.push(level);
        Ok(Self { levels: all })
    }

    /// The four nodes below the root.
    #[must_use]
    pub fn cap(&self) -> Cap {
        match self.levels.last() {
            Some(top) => top.group(0),
            None => Cap::default(),
        }
    }

    /// The way from a leaf to the cap.
    ///
    /// # Errors
    /// [`BeyondLastLeaf`].
    pub fn path(&self, index: usize) -> Result<Path, BeyondLastLeaf> {
        let (_, below) = self.levels.split_last().ok_or(BeyondLastLeaf)?;
        if index >= leaf_count(below.len() as u32) {
            return Err(BeyondLastLeaf);
        }
        let groups = (0..).zip(below);
        let groups = groups.map(|(height, level)| level.group((index >> (2 * height)) / ARITY));
        Ok(Path {
            index,
            groups: groups.collect(),
        })
    }
}

impl Level {
    /// The `number`-th four nodes.
    fn group(&self, number: usize) -> [Fr; ARITY] {
        core::array::from_fn(|place| {
            let node = self.nodes.get(number * ARITY + place);
            node.copied().unwrap_or(self.filler)
        })
    }

    fn above(&self) -> Self {
        let filler = parent(&[self.filler; ARITY]);
        let nodes = (0..self.nodes.len().div_ceil(ARITY)).map(|number| {
            let children = self.group(number);
            if children == [self.filler; ARITY] {
                filler
            } else {
                parent(&children)
            }
        });
        Self {
            nodes: nodes.collect(),
            filler,
        }
    }
}

impl Path {
    /// The cap's node that the path leads to from `leaf`, with its place; `None` if the path does not
    /// contain what it should.
    #[must_use]
    pub fn climb(&self, leaf: Fr) -> Option<(usize, Fr)> {
        let (mut index, mut node) = (self.index, leaf);
        for group in &self.groups {
            if group[index % ARITY] != node {
                return None;
            }
            node = parent(group);
            index /= ARITY;
        }
        (index < ARITY).then_some((index, node))
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use proptest::prelude::*;

    use super::*;

    fn leaves(count: usize) -> Vec<Fr> {
        (0..count as u64).map(|i| Fr::from(i + 1)).collect()
    }

    /// The definition, by recursion from the top.
    fn node(leaves: &[Fr], filler: Fr, height: u32, number: usize) -> Fr {
        if height == 0 {
            return leaves.get(number).copied().unwrap_or(filler);
        }
        let child = |place| node(leaves, filler, height - 1, ARITY * number + place);
        parent(&[child(0), child(1), child(2), child(3)])
    }

    proptest! {
        #[test]
        fn the_cap_is_that_of_the_definition(
            levels in 0u32..3, share in 0usize..=64, filled in 0u64..3
        ) {
            let leaves = leaves(share.min(leaf_count(levels)));
            let filler = Fr::from(filled);
            let tree = Tree::new(levels, leaves.clone(), filler).unwrap();
            for (place, found) in tree.cap().into_iter().enumerate() {
                prop_assert_eq!(found, node(&leaves, filler, levels, place));
            }
        }

        #[test]
        fn every_path_leads_to_the_cap(given in 0usize..=64, index in 0usize..64) {
            let tree = Tree::new(2, leaves(given), Fr::from(9u64)).unwrap();
            let path = tree.path(index).unwrap();
            let leaf = leaves(given).get(index).copied().unwrap_or(Fr::from(9u64));
            prop_assert_eq!(path.climb(leaf), Some((index / 16, tree.cap()[index / 16])));
            prop_assert_eq!(path.climb(leaf + Fr::from(1u64)), None);
        }
    }

    #[test]
    fn what_is_beyond_the_last_leaf_is_refused() {
        assert_eq!(
            Tree::new(1, leaves(17), Fr::from(0u64)),
            Err(BeyondLastLeaf)
        );
        let tree = Tree::new(1, leaves(16), Fr::from(0u64)).unwrap();
        assert_eq!(tree.path(16), Err(BeyondLastLeaf));
        let astray = Path {
            index: 16,
            ..tree.path(0).unwrap()
        };
        assert_eq!(astray.climb(Fr::from(1u64)), None);
    }

    #[test]
    fn a_group_of_another_place_leads_elsewhere() {
        let tree = Tree::new(2, leaves(64), Fr::from(0u64)).unwrap();
        let mut path = tree.path(5).unwrap();
        path.index = 6;
        assert_eq!(path.climb(Fr::from(6u64)), None);
        path.index = 5;
        path.groups[1][0] += Fr::from(1u64);
        assert_ne!(path.climb(Fr::from(6u64)), Some((0, tree.cap()[0])));
    }

    #[test]
    fn an_empty_tree_costs_a_hash_a_level() {
        let tree = Tree::new(8, vec![], Fr::from(0u64)).unwrap();
        let mut filler = Fr::from(0u64);
        for _ in 0..8 {
            filler = parent(&[filler; 4]);
        }
        assert_eq!(tree.cap(), [filler; 4]);
    }
}
