//! A true statement of each circuit.
#![allow(dead_code, reason = "each user takes a part")]
#![allow(
    clippy::unwrap_used,
    reason = "tests and benchmarks fail by panicking, helpers included"
)]

use glimpse_circuits::{
    Circuit, Relation, System,
    credential::{CredentialCircuit, CredentialInputs, CredentialWitness},
    enrolment::EnrolmentInputs,
    gate::GateInputs,
    member::MemberInputs,
    pseudonym::PseudonymInputs,
    range::RangeInputs,
    registry::RegistryInputs,
    set::SetStatement,
    status::StatusStatement,
    text::TextInputs,
};
use glimpse_primitives::{Fr, eddsa, poseidon};
use glimpse_protocol::{
    circuit::{CircuitId, TextMode},
    credential::StatusIndex,
    registry,
    set::SetTree,
    status::{Entries, StatusTree},
    tag,
    text::ShortText,
};

/// A true statement, synthesised with its constraints.
pub fn statement(circuit: CircuitId) -> System {
    let [secret, issuer_key_hash] = [5u64, 6].map(Fr::from);
    match circuit {
        CircuitId::Credential8 => credential::<8>(),
        CircuitId::Credential16 => credential::<16>(),
        CircuitId::Credential32 => credential::<32>(),
        CircuitId::Range => synthesise(RangeInputs::inside(1990, 1900, 2008)),
        CircuitId::Enrolment => synthesise(EnrolmentInputs::new(secret, issuer_key_hash)),
        CircuitId::Member => {
            let elements = core::array::from_fn(|i| Fr::from(i as u64));
            synthesise(MemberInputs::new(elements[3], elements, false))
        }
        CircuitId::Text => {
            let text = |text| ShortText::new(text).unwrap();
            let (text, pattern) = (text("Lindqvist"), text("dqvi"));
            synthesise(TextInputs::new(Some(&text), &pattern, TextMode::Contains))
        }
        CircuitId::Gate => {
            let inputs = core::array::from_fn(|i| i != 1);
            let inverted = core::array::from_fn(|i| i == 1);
            synthesise(GateInputs::new(inputs, inverted, false))
        }
        CircuitId::Pseudonym => synthesise(PseudonymInputs::new(secret, Fr::from(7u64))),
        CircuitId::Status => {
            let mut entries = Entries::new();
            entries.set(StatusIndex::new(5000), true).unwrap();
            let path = StatusTree::new(entries).path(StatusIndex::new(5001));
            synthesise(StatusStatement::new(&path.unwrap()))
        }
        CircuitId::Registry => {
            let roots = [1u64, 2, 3, 4].map(Fr::from);
            let mut leaves = core::array::from_fn(|i| Fr::from(i as u64));
            leaves[9] = registry::leaf(issuer_key_hash, &roots);
            synthesise(RegistryInputs {
                issuer_key_hash,
                roots,
                leaves,
            })
        }
        CircuitId::Set => {
            let tree = SetTree::new((0..100u64).map(|i| Fr::from(3 * i)).collect()).unwrap();
            let value = Fr::from(150u64);
            synthesise(SetStatement::new(value, &tree.path(value), false))
        }
    }
}

fn synthesise(statement: impl Relation) -> System {
    Circuit::new(statement).synthesize(true)
}

fn credential<const N: usize>() -> System {
    let key = eddsa::SigningKey::from_seed([1; 32]);
    let [x, y] = [key.verifying_key().x(), key.verifying_key().y()];
    let inputs = CredentialInputs::<N> {
        schema: Fr::from(1u64),
        issuer_key_hash: poseidon::hash(&[tag::ISSUER_KEY, x, y]),
        sk: Fr::from(2u64),
        status_index: Fr::from(3u64),
        issued_on: Fr::from(4u64),
        expires_on: Fr::from(5u64),
        attributes: core::array::from_fn(|i| Fr::from(i as u64)),
    };
    let signature = key.sign(inputs.message());
    let witness = CredentialWitness::new(&key.verifying_key(), &signature);
    CredentialCircuit::new(inputs, witness).synthesize(true)
}
