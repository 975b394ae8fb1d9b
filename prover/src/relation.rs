//! From circuit names to circuits.

use ark_bn254::Fr;
use ark_relations::gr1cs::{ConstraintSynthesizer, ConstraintSystemRef, SynthesisError};
use glimpse_circuits::{
    System,
    credential::CredentialCircuit,
    enrolment::EnrolmentCircuit,
    gate::{GateCircuit, GateInputs},
    member::{MemberCircuit, MemberInputs},
    pseudonym::{PseudonymCircuit, PseudonymInputs},
    range::{RangeCircuit, RangeInputs},
    registry::{RegistryCircuit, RegistryInputs},
    set::SetCircuit,
    status::StatusCircuit,
    text::{TextCircuit, TextInputs},
};
use glimpse_protocol::circuit::CircuitId;

/// The shape of a circuit, for key generation.
#[derive(Clone, Copy)]
pub(crate) struct Blank(pub(crate) CircuitId);

impl ConstraintSynthesizer<Fr> for Blank {
    fn generate_constraints(self, cs: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        match self.0 {
            CircuitId::Credential8 => CredentialCircuit::<8>::blank().generate_constraints(cs),
            CircuitId::Credential16 => CredentialCircuit::<16>::blank().generate_constraints(cs),
            CircuitId::Credential32 => CredentialCircuit::<32>::blank().generate_constraints(cs),
            CircuitId::Range => RangeCircuit::blank().generate_constraints(cs),
            CircuitId::Enrolment => EnrolmentCircuit::blank().generate_constraints(cs),
            CircuitId::Member => MemberCircuit::blank().generate_constraints(cs),
            CircuitId::Text => TextCircuit::blank().generate_constraints(cs),
            CircuitId::Gate => GateCircuit::blank().generate_constraints(cs),
            CircuitId::Pseudonym => PseudonymCircuit::blank().generate_constraints(cs),
            CircuitId::Status => StatusCircuit::blank().generate_constraints(cs),
            CircuitId::Registry => RegistryCircuit::blank().generate_constraints(cs),
            CircuitId::Set => SetCircuit::blank().generate_constraints(cs),
        }
    }
}

/// A predicate's statement with these values of its slots, synthesised; `None` if the circuit is none of a predicate, or
/// has another number of slots.
pub(crate) fn synthesise(circuit: CircuitId, slots: &[Fr]) -> Option<System> {
    Some(match circuit {
        CircuitId::Range => {
            let &[value, lower, upper, negated, holds] = slots else {
                return None;
            };
            let inputs = RangeInputs {
                value,
                lower,
                upper,
                negated,
                holds,
            };
            RangeCircuit::new(inputs).synthesize(false)
        }
        CircuitId::Member => {
            let [value, elements @ .., negated, holds] = slots else {
                return None;
            };
            let inputs = MemberInputs {
                value: *value,
                elements: elements.try_into().ok()?,
                negated: *negated,
                holds: *holds,
            };
            MemberCircuit::new(inputs).synthesize(false)
        }
        CircuitId::Gate => {
            let (inputs, rest) = slots.split_first_chunk()?;
            let (inverted, rest) = rest.split_first_chunk()?;
            let &[negated, out] = rest else { return None };
            let inputs = GateInputs {
                inputs: *inputs,
                inverted: *inverted,
                negated,
                out,
            };
            GateCircuit::new(inputs).synthesize(false)
        }
        CircuitId::Pseudonym => {
            let &[sk, scope, pseudonym] = slots else {
                return None;
            };
            let inputs = PseudonymInputs {
                sk,
                scope,
                pseudonym,
            };
            PseudonymCircuit::new(inputs).synthesize(false)
        }
        CircuitId::Text => {
            let &[value, pattern, length, mode, holds] = slots else {
                return None;
            };
            let inputs = TextInputs {
                value,
                pattern,
                length,
                mode,
                holds,
            };
            TextCircuit::new(inputs).synthesize(false)
        }
        CircuitId::Registry => {
            let (issuer_key_hash, rest) = slots.split_first()?;
            let (roots, leaves) = rest.split_first_chunk()?;
            let inputs = RegistryInputs {
                issuer_key_hash: *issuer_key_hash,
                roots: *roots,
                leaves: leaves.try_into().ok()?,
            };
            RegistryCircuit::new(inputs).synthesize(false)
        }
        // What these prove takes more than the values of their slots.
        CircuitId::Credential8
        | CircuitId::Credential16
        | CircuitId::Credential32
        | CircuitId::Enrolment
        | CircuitId::Status
        | CircuitId::Set => return None,
    })
}
