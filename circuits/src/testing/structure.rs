//! Structural checks on the rows and columns of a circuit.

use std::collections::BTreeSet;

use ark_ff::Field;
use ark_relations::gr1cs::{
    ConstraintSynthesizer, ConstraintSystem, R1CS_PREDICATE_LABEL, SynthesisMode,
};
use glimpse_primitives::Fr;

use super::value;
use crate::system::{Row, System, broken};

/// The assignment is satisfied; the values noted for each row are those of its terms; each boolean
/// column has its own row b·b = b; each column occurs in a constraint and, changed alone, breaks one,
/// but for the slots in `idle`, which do not matter at this statement.
pub(crate) fn assert_well_formed(system: &System, idle: &[usize]) {
    assert_eq!(system.broken_rows(), Vec::<&str>::new());
    for (row, values) in system.rows().iter().zip(&system.products) {
        let terms = [&row.a, &row.b, &row.c];
        assert_eq!(
            terms.map(|terms| value(terms, system.assignment())),
            *values,
            "{}",
            row.name
        );
    }
    let first_witness = 1 + system.slot_count();
    let mut rows_of: Vec<Vec<&Row>> = vec![Vec::new(); system.assignment().len()];
    for row in system.rows() {
        let columns = [&row.a, &row.b, &row.c]
            .into_iter()
            .flatten()
            .map(|term| term.0);
        let columns: BTreeSet<u32> = columns.collect();
        for column in columns {
            rows_of[column as usize].push(row);
        }
    }
    for (index, name) in system.columns.iter().enumerate() {
        let column = (first_witness + index) as u32;
        if name.ends_with("/boolean") {
            let alone = vec![(column, Fr::ONE)];
            let has_row = rows_of[column as usize]
                .iter()
                .any(|row| row.a == alone && row.b == alone && row.c == alone);
            assert!(has_row, "{name} is not constrained to be boolean");
        }
    }
    let mut assignment = system.assignment().to_vec();
    let mut unnoticed = Vec::new();
    for column in 1..assignment.len() {
        let honest = assignment[column];
        assignment[column] += Fr::from(0x1234_5678_9abc_def1u64);
        let touched: Vec<Row> = rows_of[column].iter().map(|row| (*row).clone()).collect();
        if broken(&touched, &assignment).is_empty() {
            unnoticed.push(column - 1);
        }
        assignment[column] = honest;
    }
    assert_eq!(
        unnoticed, idle,
        "slots, then witness columns, unconstrained"
    );
}

/// arkworks sees the same circuit: shape, satisfaction, and the same assignment without matrices.
pub(crate) fn assert_arkworks_agrees<C: ConstraintSynthesizer<Fr> + Clone>(
    circuit: C,
    system: &System,
) {
    let full = ConstraintSystem::new_ref();
    circuit.clone().generate_constraints(full.clone()).unwrap();
    full.finalize();
    assert!(full.is_satisfied().unwrap());
    assert_eq!(full.num_constraints(), system.row_count());
    // Which of the columns are public: the matrices alone do not say.
    let public = 1 + system.slot_count();
    assert_eq!(full.num_instance_variables(), public);
    let matrices = full
        .to_matrices()
        .unwrap()
        .remove(R1CS_PREDICATE_LABEL)
        .unwrap();
    for (i, row) in system.rows().iter().enumerate() {
        for (matrix, terms) in matrices.iter().zip([&row.a, &row.b, &row.c]) {
            let theirs: Vec<(u32, Fr)> = matrix[i].iter().map(|(x, c)| (*c as u32, *x)).collect();
            assert_eq!(&theirs, terms, "{}", row.name);
        }
    }
    let light = ConstraintSystem::new_ref();
    light.set_mode(SynthesisMode::Prove {
        construct_matrices: false,
        generate_lc_assignments: false,
    });
    circuit.generate_constraints(light.clone()).unwrap();
    let mut assignment = light.instance_assignment().unwrap();
    assignment.extend(light.witness_assignment().unwrap());
    assert_eq!(assignment, system.assignment());
}
