//! From circuit names to circuits.

use ark_bn254::Fr;
use ark_relations::gr1cs::{ConstraintSynthesizer, ConstraintSystemRef, SynthesisError};
use glimpse_circuits::{
    credential::CredentialCircuit, enrolment::EnrolmentCircuit, gate::GateCircuit,
    member::MemberCircuit, pseudonym::PseudonymCircuit, range::RangeCircuit,
    registry::RegistryCircuit, status::StatusCircuit, text::TextCircuit,
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
        }
    }
}
