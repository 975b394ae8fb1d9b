//! The tree over a status list's entries, and the way from one entry to its four roots.

use alloc::vec::Vec;
use core::fmt;

use glimpse_primitives::Fr;
use glimpse_primitives::merkle::{self, Cap, Tree};
use glimpse_primitives::poseidon;

use super::entries::{Entries, WORD_BITS};
use crate::credential::StatusIndex;
use crate::tag;

/// Words hashed into one leaf.
pub const LEAF_WORDS: usize = 8;

/// Hashes between a leaf and the four roots.
pub const LEVELS: usize = 4;

/// A status list's tree: 1,024 leaves of eight words of 128 entries.
#[derive(Clone, PartialEq, Eq)]
pub struct StatusTree {
    entries: Entries,
    tree: Tree,
}

/// All that shows one entry to be part of a list. It gives away the holder's place in the list.
#[derive(Clone, PartialEq, Eq)]
pub struct StatusPath {
    /// The entry's number.
    pub index: StatusIndex,
    /// The words of its leaf; bit i of word w is entry 128·w + i of the leaf.
    pub words: [u128; LEAF_WORDS],
    /// From the leaf upwards, the four siblings among which the node is.
    pub groups: [[Fr; merkle::ARITY]; LEVELS],
    /// The list's roots.
    pub roots: Cap,
}

/// A leaf: `Poseidon(STATUS, w_0 … w_7)`.
#[must_use]
pub fn leaf(words: &[Fr; LEAF_WORDS]) -> Fr {
    let [a, b, c, d, e, f, g, h] = *words;
    poseidon::bulk::hash(&[tag::STATUS, a, b, c, d, e, f, g, h])
}

impl StatusTree {
    /// Builds the tree: at most 1,365 hashes, and less for a list without revocations nearby.
    #[must_use]
    #[expect(
        clippy::expect_used,
        reason = "2²⁰ entries are exactly as many leaves as the tree has"
    )]
    pub fn new(entries: Entries) -> Self {
        let filler = leaf(&[Fr::default(); LEAF_WORDS]);
        let (groups, _) = entries.words().as_chunks::<LEAF_WORDS>();
        let leaf = |words: &[u128; LEAF_WORDS]| match words {
            [0, 0, 0, 0, 0, 0, 0, 0] => filler,
            words => leaf(&words.map(Fr::from)),
        };
        let leaves: Vec<Fr> = groups.iter().map(leaf).collect();
        let tree = Tree::new(LEVELS as u32, leaves, filler).expect("every leaf has its place");
        Self { entries, tree }
    }

    /// The four nodes below the root: what an issuer signs, and a proof is about.
    #[must_use]
    pub fn roots(&self) -> Cap {
        self.tree.cap()
    }

    /// The entries.
    #[must_use]
    pub fn entries(&self) -> &Entries {
        &self.entries
    }

    /// The way from an entry to the roots.
    #[must_use]
    pub fn path(&self, index: StatusIndex) -> Option<StatusPath> {
        let word = index.get() as usize / WORD_BITS;
        let leaf = word / LEAF_WORDS;
        let (groups, _) = self.entries.words().as_chunks::<LEAF_WORDS>();
        Some(StatusPath {
            index,
            words: *groups.get(leaf)?,
            groups: self.tree.path(leaf).ok()?.groups.try_into().ok()?,
            roots: self.roots(),
        })
    }
}

/// Without the entries, which would fill screens.
impl fmt::Debug for StatusTree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StatusTree({:?})", self.roots())
    }
}

/// Redacted: the index is the holder's.
impl fmt::Debug for StatusPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StatusPath(..)")
    }
}
