//! The registry relation: an issuer and its status list are among those that a verifier accepts.

use glimpse_primitives::{Fr, merkle::ARITY};
use glimpse_protocol::{
    circuit::{CircuitId, RegistrySlot},
    registry::{LEAVES, leaf},
    tag,
};
use thiserror::Error;

use crate::{
    bits::enforce_one_of,
    poseidon::hash,
    relation::{Circuit, Relation},
    system::System,
};

/// The public slots, by name.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct RegistryInputs {
    /// The hash of the issuer's key.
    pub issuer_key_hash: Fr,
    /// The roots of its status list.
    pub roots: [Fr; ARITY],
    /// The registry's leaves; a shorter registry repeats a leaf.
    pub leaves: [Fr; LEAVES],
}

/// Redacted: the slots hold what the proof may hide.
impl core::fmt::Debug for RegistryInputs {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("RegistryInputs").finish_non_exhaustive()
    }
}

/// A clause of the relation.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum RegistryClause {
    /// ∏ (leaf − leaf_i) = 0
    #[error("the issuer with this status list is not in the registry")]
    Leaf,
}

/// The registry circuit.
pub type RegistryCircuit = Circuit<RegistryInputs>;

impl Relation for RegistryInputs {
    const ID: CircuitId = CircuitId::Registry;
    type Clause = RegistryClause;

    fn blank() -> Self {
        let zero = Fr::default();
        Self {
            issuer_key_hash: zero,
            roots: [zero; ARITY],
            leaves: [zero; LEAVES],
        }
    }

    fn to_slots(&self) -> Vec<Fr> {
        let mut slots = vec![Fr::default(); Self::ID.slot_count()];
        slots[RegistrySlot::IssuerKeyHash.index()] = self.issuer_key_hash;
        for (number, root) in self.roots.iter().enumerate() {
            slots[RegistrySlot::Root(number).index()] = *root;
        }
        for (number, leaf) in self.leaves.iter().enumerate() {
            slots[RegistrySlot::Leaf(number).index()] = *leaf;
        }
        slots
    }

    fn check(&self) -> Result<(), RegistryClause> {
        let found = self
            .leaves
            .contains(&leaf(self.issuer_key_hash, &self.roots));
        found.then_some(()).ok_or(RegistryClause::Leaf)
    }

    fn constrain(&self, system: &mut System) {
        let issuer = system.slot(RegistrySlot::IssuerKeyHash.index());
        let roots: [_; ARITY] =
            core::array::from_fn(|i| system.slot(RegistrySlot::Root(i).index()));
        let tag = system.constant(tag::REGISTRY);
        let [a, b, c, d] = roots.each_ref();
        let leaf = hash(system, "hash", [&tag, &issuer, a, b, c, d]);

        let leaves: [_; LEAVES] =
            core::array::from_fn(|i| system.slot(RegistrySlot::Leaf(i).index()));
        enforce_one_of(system, "leaf", &leaf, &leaves);
    }
}

#[cfg(test)]
mod tests;
