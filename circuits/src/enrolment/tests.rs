use ark_ff::One;
use glimpse_primitives::babyjubjub::Fl;
use proptest::prelude::*;

use super::*;
use crate::testing::{
    Forgery, agreement_tests, assert_circuit, boundary_element, broken_rows, deletion_survivors,
    free_columns, synthesize,
};

fn sample() -> EnrolmentInputs {
    EnrolmentInputs::new(Fr::from(7u64), Fr::from(8u64))
}

#[test]
fn the_circuit_is_well_formed_and_pinned() {
    assert_circuit(&sample(), 9);
}

#[test]
fn determinism_gate() {
    let system = synthesize(&sample(), None);
    // The identifier is derived from the other two, so it counts as unknown.
    let derived = EnrolmentSlot::HolderId.index();
    assert_eq!(free_columns(&system, &[derived]), Vec::<String>::new());
    // The gate sees freedom where there is some: with the secret unknown too, a column is free.
    let secret = EnrolmentSlot::HolderSecret.index();
    assert_eq!(free_columns(&system, &[derived, secret]).len(), 1);
}

#[test]
fn no_constraint_can_be_deleted() {
    let survivors = deletion_survivors(&[sample()], Vec::new());
    assert_eq!(survivors, Vec::<String>::new());
}

fn statements() -> impl Strategy<Value = EnrolmentInputs> {
    let wrong = prop::option::of(boundary_element());
    (boundary_element(), boundary_element(), wrong).prop_map(|(sk, issuer_key_hash, wrong)| {
        let honest = EnrolmentInputs::new(sk, issuer_key_hash);
        EnrolmentInputs {
            hid: wrong.unwrap_or(honest.hid),
            ..honest
        }
    })
}

agreement_tests!(statements());

#[test]
fn a_zero_secret_is_refused() {
    let inputs = EnrolmentInputs::new(Fr::zero(), Fr::one());
    assert_eq!(inputs.check(), Err(EnrolmentClause::Secret));
    assert_eq!(broken_rows(&inputs), ["sk"]);
    let forgery = Forgery::replacing(inputs, [("sk", Fr::one())]);
    assert_eq!(forgery.broken_rows(), ["sk"]);
}

#[test]
fn a_wrong_identifier_is_refused() {
    let inputs = EnrolmentInputs {
        hid: sample().hid + Fr::one(),
        ..sample()
    };
    assert_eq!(inputs.check(), Err(EnrolmentClause::HolderId));
    assert_eq!(broken_rows(&inputs), ["hid"]);
}

#[test]
fn aliases_of_the_secret_are_other_secrets() {
    let l = Fr::new(<Fl as ark_ff::PrimeField>::MODULUS);
    for alias in [sample().sk + l, -sample().sk, sample().sk - l] {
        let inputs = EnrolmentInputs {
            sk: alias,
            ..sample()
        };
        assert_eq!(inputs.check(), Err(EnrolmentClause::HolderId));
        assert_eq!(broken_rows(&inputs), ["hid"]);
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
        assert_eq!(broken_rows(&inputs), ["hid"]);
    }
}
