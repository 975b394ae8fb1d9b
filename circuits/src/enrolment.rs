//! The enrolment relation: the prover knows the secret behind a holder identifier.

use ark_ff::Zero;
use ark_relations::gr1cs::{ConstraintSynthesizer, ConstraintSystemRef, SynthesisError};
use glimpse_primitives::{Fr, poseidon as native};
use glimpse_protocol::{
    circuit::{CircuitId, EnrolmentSlot},
    tag,
};
use thiserror::Error;

use crate::{poseidon::hash, system::System};

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

    /// The values in the order of the circuit's slots.
    #[must_use]
    pub fn to_slots(&self) -> Vec<Fr> {
        let mut slots = vec![Fr::default(); CircuitId::Enrolment.slot_count()];
        for (slot, value) in [
            (EnrolmentSlot::IssuerKeyHash, self.issuer_key_hash),
            (EnrolmentSlot::HolderId, self.hid),
            (EnrolmentSlot::HolderSecret, self.sk),
        ] {
            slots[slot.index()] = value;
        }
        slots
    }
}

/// A clause of the relation, in the order in which [`check`] looks at them.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum EnrolmentClause {
    /// sk ≠ 0
    #[error("the holder's secret is zero")]
    Secret,
    /// hid = Poseidon₃(HID, sk, issuer_key_hash)
    #[error("the identifier is not that of the secret")]
    HolderId,
}

/// The relation in plain Rust.
///
/// # Errors
/// The first clause that fails.
pub fn check(inputs: &EnrolmentInputs) -> Result<(), EnrolmentClause> {
    if inputs.sk.is_zero() {
        return Err(EnrolmentClause::Secret);
    }
    if inputs.hid != native::hash(&[tag::HID, inputs.sk, inputs.issuer_key_hash]) {
        return Err(EnrolmentClause::HolderId);
    }
    Ok(())
}

/// The enrolment circuit.
#[derive(Clone, Copy, Debug)]
pub struct EnrolmentCircuit {
    inputs: EnrolmentInputs,
}

impl EnrolmentCircuit {
    /// Which circuit this is.
    pub const ID: CircuitId = CircuitId::Enrolment;

    /// An instance to prove. There is no witness besides the slots.
    #[must_use]
    pub fn new(inputs: EnrolmentInputs) -> Self {
        Self { inputs }
    }

    /// An instance for set-up: the right shape, and no true statement.
    #[must_use]
    pub fn blank() -> Self {
        Self::new(EnrolmentInputs::new(Fr::default(), Fr::default()))
    }

    /// Runs the relation once: the witness, and if `recording` the named constraints.
    #[must_use]
    pub fn synthesize(&self, recording: bool) -> System {
        let mut system = System::new(&self.inputs.to_slots(), recording);
        Self::constrain(&mut system);
        system
    }

    pub(crate) fn constrain(system: &mut System) {
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

impl ConstraintSynthesizer<Fr> for EnrolmentCircuit {
    fn generate_constraints(self, cs: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        self.synthesize(cs.should_construct_matrices()).export(&cs)
    }
}

#[cfg(test)]
mod tests;
