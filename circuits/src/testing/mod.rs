//! What the tests of every circuit share. For a new circuit, with `R: Relation`:
//!
//! - [`assert_circuit`] on one true statement: structure, arkworks' view, the shape in `fixtures/circuits`;
//! - [`agreement_tests`]: `check` and the constraints agree on drawn statements, see [`boundary_element`];
//! - [`broken_rows`] and [`Forgery`]: for each clause a witness that breaks just it, the constraint named;
//! - [`free_columns`]: with the inputs fixed, and what follows from them unknown, nothing is free;
//! - [`deletion_survivors`]: no row can go unnoticed.
//!
//! `range/tests.rs` is a short example of all five.

mod agreement;
mod boundary;
mod deletion;
mod jacobian;
mod malicious;
mod shape;
mod structure;

pub(crate) use agreement::{agreement_tests, assert_agreement};
pub(crate) use boundary::boundary_element;
pub(crate) use deletion::deletion_survivors;
pub(crate) use jacobian::{free_columns, implied_rows};
pub(crate) use malicious::{Forgery, broken_rows, synthesize};
pub(crate) use shape::assert_shape_is_pinned;
pub(crate) use structure::{assert_arkworks_agrees, assert_well_formed};

use glimpse_primitives::Fr;

use crate::relation::{Circuit, Relation};

/// Cases of a property in the default tier; the slow tier runs [`MANY_CASES`].
pub(crate) const FEW_CASES: u32 = 1_000;
/// Cases of a property in the slow tier.
pub(crate) const MANY_CASES: u32 = 20_000;

/// A true statement's circuit is well formed, fits a domain of 2^`log_domain` with its slots, is what
/// arkworks sees, and has the pinned shape; so has the blank that keys are made from.
pub(crate) fn assert_circuit<R: Relation + Clone>(statement: &R, log_domain: u32) {
    assert_circuit_but_for(&[], statement, log_domain);
}

/// The same, but for slots that do not matter at this statement; at another they should.
pub(crate) fn assert_circuit_but_for<R: Relation + Clone>(
    idle: &[usize],
    statement: &R,
    log_domain: u32,
) {
    assert!(statement.check().is_ok());
    let circuit = Circuit::new(statement.clone());
    let system = circuit.synthesize(true);
    assert!(system.row_count() + 1 + system.slot_count() <= 1 << log_domain);
    assert_well_formed(&system, idle);
    // What a prover takes is the same, of a pass without rows.
    let (assignment, products) = circuit.synthesize(false).into_values();
    assert_eq!(assignment, system.assignment());
    assert_eq!(products, system.products);
    assert_arkworks_agrees(circuit, &system);
    assert_shape_is_pinned(R::ID, &system);
    assert_shape_is_pinned(R::ID, &Circuit::<R>::blank().synthesize(true));
}

fn value(terms: &[(u32, Fr)], assignment: &[Fr]) -> Fr {
    let products = terms
        .iter()
        .map(|(column, x)| assignment[*column as usize] * x);
    products.sum()
}
