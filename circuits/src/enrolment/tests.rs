use ark_ff::One;
use glimpse_primitives::babyjubjub::Fl;
use proptest::prelude::*;

use super::*;
use crate::{
    system::{Tamper, broken},
    testing::{
        assert_arkworks_agrees, assert_shape_is_pinned, assert_well_formed, boundary_element,
        free_columns,
    },
};

fn sample() -> EnrolmentInputs {
    EnrolmentInputs::new(Fr::from(7u64), Fr::from(8u64))
}

fn broken_rows(inputs: EnrolmentInputs, tamper: Option<Tamper>) -> Vec<String> {
    let mut system = System::new(&inputs.to_slots(), true);
    system.tamper = tamper;
    EnrolmentCircuit::constrain(&mut system);
    system
        .broken_rows()
        .into_iter()
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_circuit_is_well_formed_and_pinned() {
    let circuit = EnrolmentCircuit::new(sample());
    let system = circuit.synthesize(true);
    assert!(system.row_count() + 1 + system.slot_count() < 512);
    assert_well_formed(&system);
    assert_arkworks_agrees(circuit, &system);
    assert_shape_is_pinned(EnrolmentCircuit::ID, &system);
    assert_shape_is_pinned(
        EnrolmentCircuit::ID,
        &EnrolmentCircuit::blank().synthesize(true),
    );
}

#[test]
fn determinism_gate() {
    let system = EnrolmentCircuit::new(sample()).synthesize(true);
    // The identifier is derived from the other two, so it counts as unknown.
    assert_eq!(
        free_columns(&system, &[EnrolmentSlot::HolderId.index()]),
        Vec::<String>::new()
    );
    // The gate sees freedom where there is some: with the secret unknown too, a column is free.
    let free = free_columns(
        &system,
        &[
            EnrolmentSlot::HolderId.index(),
            EnrolmentSlot::HolderSecret.index(),
        ],
    );
    assert_eq!(free.len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn constraints_agree_with_the_relation(
        sk in boundary_element(),
        issuer_key_hash in boundary_element(),
        wrong in prop::option::of(boundary_element()),
    ) {
        static ROWS: std::sync::OnceLock<Vec<crate::Row>> = std::sync::OnceLock::new();
        let rows = ROWS.get_or_init(|| EnrolmentCircuit::blank().synthesize(true).rows().to_vec());
        let mut inputs = EnrolmentInputs::new(sk, issuer_key_hash);
        if let Some(wrong) = wrong {
            inputs.hid = wrong;
        }
        let system = EnrolmentCircuit::new(inputs).synthesize(false);
        prop_assert_eq!(broken(rows, system.assignment()).is_empty(), check(&inputs).is_ok());
    }
}

#[test]
fn a_zero_secret_is_refused() {
    let inputs = EnrolmentInputs::new(Fr::zero(), Fr::one());
    assert_eq!(check(&inputs), Err(EnrolmentClause::Secret));
    assert_eq!(broken_rows(inputs, None), ["sk"]);
    let tamper: Tamper = Box::new(|name, value| if name == "sk" { Fr::one() } else { value });
    assert_eq!(broken_rows(inputs, Some(tamper)), ["sk"]);
}

#[test]
fn a_wrong_identifier_is_refused() {
    let inputs = EnrolmentInputs {
        hid: sample().hid + Fr::one(),
        ..sample()
    };
    assert_eq!(check(&inputs), Err(EnrolmentClause::HolderId));
    assert_eq!(broken_rows(inputs, None), ["hid"]);
}

#[test]
fn aliases_of_the_secret_are_other_secrets() {
    let l = Fr::new(<Fl as ark_ff::PrimeField>::MODULUS);
    for alias in [sample().sk + l, -sample().sk, sample().sk - l] {
        let inputs = EnrolmentInputs {
            sk: alias,
            ..sample()
        };
        assert_eq!(check(&inputs), Err(EnrolmentClause::HolderId));
        assert_eq!(broken_rows(inputs, None), ["hid"]);
    }
}

#[test]
fn swapped_slots_are_refused() {
    let EnrolmentInputs {
        issuer_key_hash,
        hid,
        sk,
    } = sample();
    for inputs in [
        EnrolmentInputs {
            issuer_key_hash: sk,
            hid,
            sk: issuer_key_hash,
        },
        EnrolmentInputs {
            issuer_key_hash: hid,
            hid: issuer_key_hash,
            sk,
        },
        EnrolmentInputs {
            issuer_key_hash,
            hid: sk,
            sk: hid,
        },
    ] {
        assert_eq!(broken_rows(inputs, None), ["hid"]);
    }
}
