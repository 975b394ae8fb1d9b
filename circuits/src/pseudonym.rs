//! The pseudonym relation: a stable identifier of one holder in one scope.

use ark_ff::Zero;
use glimpse_primitives::{Fr, poseidon as native};
use glimpse_protocol::{
    circuit::{CircuitId, PseudonymSlot},
    tag,
};
use thiserror::Error;

use crate::{
    poseidon::hash,
    relation::{Circuit, Relation, in_slot_order},
    system::System,
};

/// The public slots, by name.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct PseudonymInputs {
    /// The holder's secret, not zero.
    pub sk: Fr,
    /// What the pseudonym is for.
    pub scope: Fr,
    /// The pseudonym.
    pub pseudonym: Fr,
}

/// Redacted: the slots hold what the proof may hide.
impl core::fmt::Debug for PseudonymInputs {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("PseudonymInputs").finish_non_exhaustive()
    }
}

impl PseudonymInputs {
    /// The true statement about this holder and scope.
    #[must_use]
    pub fn new(sk: Fr, scope: Fr) -> Self {
        Self {
            sk,
            scope,
            pseudonym: native::hash(&[tag::PSEUDONYM, sk, scope]),
        }
    }
}

/// A clause of the relation, in the order in which `check` looks at them.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum PseudonymClause {
    /// sk ≠ 0
    #[error("the holder's secret is zero")]
    Secret,
    /// pseudonym = Poseidon₃(PSEUDONYM, sk, scope)
    #[error("the pseudonym is not that of the secret in this scope")]
    Pseudonym,
}

/// The pseudonym circuit.
pub type PseudonymCircuit = Circuit<PseudonymInputs>;

impl Relation for PseudonymInputs {
    const ID: CircuitId = CircuitId::Pseudonym;
    type Clause = PseudonymClause;

    fn blank() -> Self {
        Self::new(Fr::default(), Fr::default())
    }

    fn to_slots(&self) -> Vec<Fr> {
        in_slot_order([
            (PseudonymSlot::HolderSecret.index(), self.sk),
            (PseudonymSlot::Scope.index(), self.scope),
            (PseudonymSlot::Pseudonym.index(), self.pseudonym),
        ])
    }

    fn check(&self) -> Result<(), PseudonymClause> {
        if self.sk.is_zero() {
            return Err(PseudonymClause::Secret);
        }
        if self.pseudonym != native::hash(&[tag::PSEUDONYM, self.sk, self.scope]) {
            return Err(PseudonymClause::Pseudonym);
        }
        Ok(())
    }

    fn constrain(&self, system: &mut System) {
        let [sk, scope, pseudonym] = [
            PseudonymSlot::HolderSecret,
            PseudonymSlot::Scope,
            PseudonymSlot::Pseudonym,
        ]
        .map(|slot| system.slot(slot.index()));
        system.enforce_nonzero("sk", &sk);
        let tag = system.constant(tag::PSEUDONYM);
        let computed = hash(system, "hash", [&tag, &sk, &scope]);
        system.enforce_equal("pseudonym", &computed, &pseudonym);
    }
}

#[cfg(test)]
mod tests;
