use ark_ff::{Field, One};
use glimpse_primitives::babyjubjub::Fl;
use proptest::prelude::*;

use super::*;
use crate::testing::{
    Forgery, agreement_tests, assert_circuit, boundary_element, broken_rows, deletion_survivors,
    free_columns, synthesize,
};

fn sample() -> PseudonymInputs {
    PseudonymInputs::new(Fr::from(7u64), Fr::from(8u64))
}

#[test]
fn the_circuit_is_well_formed_and_pinned() {
    assert_circuit(&sample(), 9);
}

#[test]
fn determinism_gate() {
    // The pseudonym is derived from the other two, so it counts as unknown.
    let free = free_columns(
        &synthesize(&sample(), None),
        &[PseudonymSlot::Pseudonym.index()],
    );
    assert_eq!(free, Vec::<String>::new());
}

#[test]
fn no_constraint_can_be_deleted() {
    let survivors = deletion_survivors(&[sample()], Vec::new());
    assert_eq!(survivors, Vec::<String>::new());
}

fn statements() -> impl Strategy<Value = PseudonymInputs> {
    let wrong = prop::option::of(boundary_element());
    (boundary_element(), boundary_element(), wrong).prop_map(|(sk, scope, wrong)| {
        let honest = PseudonymInputs::new(sk, scope);
        PseudonymInputs {
            pseudonym: wrong.unwrap_or(honest.pseudonym),
            ..honest
        }
    })
}

agreement_tests!(statements());

#[test]
fn a_zero_secret_is_refused() {
    // Everybody would have this pseudonym.
    let inputs = PseudonymInputs::new(Fr::zero(), Fr::one());
    assert_eq!(inputs.check(), Err(PseudonymClause::Secret));
    for hint in [Fr::zero(), Fr::one()] {
        assert_eq!(
            Forgery::replacing(inputs, [("sk", hint)]).broken_rows(),
            ["sk"]
        );
    }
}

#[test]
fn a_wrong_pseudonym_is_refused() {
    for pseudonym in [
        Fr::zero(),
        Fr::one(),
        sample().pseudonym + Fr::one(),
        -sample().pseudonym,
        // Those of another scope, of another purpose, without a purpose.
        PseudonymInputs::new(sample().sk, Fr::one()).pseudonym,
        native::hash(&[tag::HID, sample().sk, sample().scope]),
        native::hash(&[sample().sk, sample().scope]),
    ] {
        let inputs = PseudonymInputs {
            pseudonym,
            ..sample()
        };
        assert_eq!(inputs.check(), Err(PseudonymClause::Pseudonym));
        assert_eq!(broken_rows(&inputs), ["pseudonym"]);
    }
}

#[test]
fn aliases_of_the_secret_have_other_pseudonyms() {
    let l = Fr::new(<Fl as ark_ff::PrimeField>::MODULUS);
    let inverse = sample().sk.inverse().unwrap();
    for sk in [sample().sk + l, sample().sk - l, -sample().sk, inverse] {
        let inputs = PseudonymInputs { sk, ..sample() };
        assert_eq!(inputs.check(), Err(PseudonymClause::Pseudonym));
        assert_eq!(broken_rows(&inputs), ["pseudonym"]);
    }
}

#[test]
fn swapped_slots_are_refused() {
    let PseudonymInputs {
        sk,
        scope,
        pseudonym,
    } = sample();
    for [sk, scope, pseudonym] in [
        [scope, sk, pseudonym],
        [pseudonym, scope, sk],
        [sk, pseudonym, scope],
    ] {
        let inputs = PseudonymInputs {
            sk,
            scope,
            pseudonym,
        };
        assert_eq!(broken_rows(&inputs), ["pseudonym"]);
    }
}
