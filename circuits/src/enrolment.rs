//! The enrolment relation: the prover knows the secret behind a holder identifier.

use ark_ff::Zero;
use glimpse_primitives::{Fr, poseidon as native};
use glimpse_protocol::{
    circuit::{CircuitId, EnrolmentSlot},
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
pub struct EnrolmentInputs {
    /// Hash of the issuer's key.
    pub issuer_key_hash: Fr,
    /// The holder's identifier at this issuer.
    pub hid: Fr,
    /// The holder's secret, not zero.
    pub sk: Fr,
}

/// Redacted: the slots hold what the proof may hide.
impl core::fmt::Debug for EnrolmentInputs {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("EnrolmentInputs").finish_non_exhaustive()
    }
}

impl EnrolmentInputs {
    /// The true statement about this holder and issuer.
    #[must_use]
    pub fn new(sk: Fr, issuer_key_hash: Fr) -> Self {
        Self {
            issuer_key_hash,
            hid: native::hash(&[tag::HID, sk, issuer_key_hash]),
            sk,
        }
    }
}

/// A clause of the relation, in the order in which [`Relation::check`] looks at them.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum EnrolmentClause {
    /// sk ≠ 0
    #[error("the holder's secret is zero")]
    Secret,
    /// hid = Poseidon₃(HID, sk, issuer_key_hash)
    #[error("the identifier is not that of the secret")]
    HolderId,
}

/// The enrolment circuit.
pub type EnrolmentCircuit = Circuit<EnrolmentInputs>;

impl Relation for EnrolmentInputs {
    const ID: CircuitId = CircuitId::Enrolment;
    type Clause = EnrolmentClause;

    fn blank() -> Self {
        Self::new(Fr::default(), Fr::default())
    }

    fn to_slots(&self) -> Vec<Fr> {
        in_slot_order([
            (EnrolmentSlot::IssuerKeyHash.index(), self.issuer_key_hash),
            (EnrolmentSlot::HolderId.index(), self.hid),
            (EnrolmentSlot::HolderSecret.index(), self.sk),
        ])
    }

    fn check(&self) -> Result<(), EnrolmentClause> {
        if self.sk.is_zero() {
            return Err(EnrolmentClause::Secret);
        }
        if self.hid != native::hash(&[tag::HID, self.sk, self.issuer_key_hash]) {
            return Err(EnrolmentClause::HolderId);
        }
        Ok(())
    }

    fn constrain(&self, system: &mut System) {
        let [issuer_key_hash, hid, sk] = [
            EnrolmentSlot::IssuerKeyHash,
            EnrolmentSlot::HolderId,
            EnrolmentSlot::HolderSecret,
        ]
        .map(|slot| system.slot(slot.index()));
        system.enforce_nonzero("sk", &sk);
        let tag = system.constant(tag::HID);
        let computed = hash(system, "hash", [&tag, &sk, &issuer_key_hash]);
        system.enforce_equal("hid", &computed, &hid);
    }
}

#[cfg(test)]
mod tests;
