//! The status relation: whether an entry of a status list is clear.

use ark_ff::{PrimeField, Zero};
use glimpse_primitives::{Fr, merkle::ARITY};
use glimpse_protocol::{
    circuit::{CircuitId, StatusSlot},
    status::{ENTRIES, LEAF_WORDS, LEVELS, StatusPath, WORD_BITS, leaf},
    tag,
};
use thiserror::Error;

use crate::{
    bits::select,
    merkle::{LEVEL_BITS, climb, leads_to},
    poseidon::hash,
    relation::{Circuit, Relation, in_slot_order},
    system::System,
};

/// Bits of the place of an entry in its word, of a word in its leaf, and of the whole index.
const ENTRY_BITS: usize = WORD_BITS.ilog2() as usize;
const PLACE_BITS: usize = LEAF_WORDS.ilog2() as usize;
const INDEX_BITS: usize = ENTRY_BITS + PLACE_BITS + LEVEL_BITS * (LEVELS + 1);
const _: () = assert!(1 << INDEX_BITS == ENTRIES);

/// The public slots, by name, and the way from the entry to the roots, which the prover keeps to itself.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct StatusStatement {
    /// The entry's number.
    pub index: Fr,
    /// The list's roots.
    pub roots: [Fr; ARITY],
    /// 1 if the entry is clear, 0 if it is set.
    pub holds: Fr,
    /// The words of the entry's leaf.
    pub words: [Fr; LEAF_WORDS],
    /// From the leaf upwards, the four siblings among which the node is.
    pub groups: [[Fr; ARITY]; LEVELS],
}

/// Redacted: the slots hold what the proof may hide.
impl core::fmt::Debug for StatusStatement {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("StatusStatement").finish_non_exhaustive()
    }
}

impl StatusStatement {
    /// The true statement about an entry of a list.
    #[must_use]
    pub fn new(path: &StatusPath) -> Self {
        let index = path.index.get() as usize;
        let word = path.words[index / WORD_BITS % LEAF_WORDS];
        Self {
            index: Fr::from(path.index.get()),
            roots: path.roots,
            holds: Fr::from(word >> (index % WORD_BITS) & 1 == 0),
            words: path.words.map(Fr::from),
            groups: path.groups,
        }
    }
}

/// A clause of the relation, in the order in which `check` looks at them.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum StatusClause {
    /// index < 2²⁰
    #[error("the index is beyond the list's end")]
    Index,
    /// w_j < 2¹²⁸ for the entry's word
    #[error("the entry's word has more than 128 bits")]
    Word,
    /// The leaf stands at its place under the roots.
    #[error("the entry is not part of the list")]
    Path,
    /// holds = 1 − bit
    #[error("the result is not that of the entry")]
    Holds,
}

/// The status circuit.
pub type StatusCircuit = Circuit<StatusStatement>;

impl Relation for StatusStatement {
    const ID: CircuitId = CircuitId::Status;
    type Clause = StatusClause;

    fn blank() -> Self {
        Self {
            index: Fr::zero(),
            roots: [Fr::zero(); ARITY],
            holds: Fr::zero(),
            words: [Fr::zero(); LEAF_WORDS],
            groups: [[Fr::zero(); ARITY]; LEVELS],
        }
    }

    fn to_slots(&self) -> Vec<Fr> {
        let [a, b, c, d] = self.roots;
        in_slot_order([
            (StatusSlot::Index.index(), self.index),
            (StatusSlot::Root(0).index(), a),
            (StatusSlot::Root(1).index(), b),
            (StatusSlot::Root(2).index(), c),
            (StatusSlot::Root(3).index(), d),
            (StatusSlot::Holds.index(), self.holds),
        ])
    }

    fn check(&self) -> Result<(), StatusClause> {
        let [index, 0, 0, 0] = self.index.into_bigint().0 else {
            return Err(StatusClause::Index);
        };
        if index >= ENTRIES as u64 {
            return Err(StatusClause::Index);
        }
        let index = index as usize;
        let word = self.words[index / WORD_BITS % LEAF_WORDS].into_bigint().0;
        let [low, high, 0, 0] = word else {
            return Err(StatusClause::Word);
        };
        let word = u128::from(high) << 64 | u128::from(low);
        let place = index / WORD_BITS / LEAF_WORDS;
        if !leads_to(leaf(&self.words), place, &self.groups, &self.roots) {
            return Err(StatusClause::Path);
        }
        if self.holds != Fr::from(word >> (index % WORD_BITS) & 1 == 0) {
            return Err(StatusClause::Holds);
        }
        Ok(())
    }

    fn constrain(&self, system: &mut System) {
        let [index, holds] =
            [StatusSlot::Index, StatusSlot::Holds].map(|slot| system.slot(slot.index()));
        let roots = core::array::from_fn(|i| system.slot(StatusSlot::Root(i).index()));

        let index = system.decompose("index", &index, INDEX_BITS);
        let (entry, rest) = index.split_at(ENTRY_BITS);
        let (place, leaf) = rest.split_at(PLACE_BITS);

        let words: [_; LEAF_WORDS] =
            core::array::from_fn(|i| system.step("words", i, |s| s.witness("word", self.words[i])));
        let tag = system.constant(tag::STATUS);
        let [a, b, c, d, e, f, g, h] = words.each_ref();
        let node = hash(system, "leaf", [&tag, a, b, c, d, e, f, g, h]);
        climb(system, "path", node, leaf, &self.groups, &roots);

        let word = system.scope("word", |system| select(system, words.to_vec(), place));
        let bits = system.decompose("word", &word, WORD_BITS);
        let bit = system.scope("entry", |system| select(system, bits, entry));
        let clear = bit.scale(-Fr::from(1u64)).offset(Fr::from(1u64));
        system.enforce_equal("holds", &clear, &holds);
    }
}

#[cfg(test)]
mod tests;
