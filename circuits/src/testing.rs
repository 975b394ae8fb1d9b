//! What the tests of every circuit share: the determinism gate, structural checks, pinned shapes.

use std::{collections::BTreeMap, fs, path::Path};

use ark_ff::{AdditiveGroup, Field};
use ark_relations::gr1cs::{
    ConstraintSynthesizer, ConstraintSystem, R1CS_PREDICATE_LABEL, SynthesisMode,
};
use glimpse_primitives::{Fr, field};
use glimpse_protocol::circuit::CircuitId;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::system::{Row, System, broken};

/// The columns that the constraints leave free to first order at this assignment, with the slots in
/// `unknown` counted as unknown and all others fixed.
///
/// A column is free if the Jacobian of the constraints has no pivot for it. What is not caught is
/// discrete freedom, such as a second root of b² = b: see [`assert_well_formed`].
pub(crate) fn free_columns(system: &System, unknown: &[usize]) -> Vec<String> {
    let assignment = system.assignment();
    let first_witness = 1 + system.slot_count();
    let is_unknown =
        |column: usize| column >= first_witness || unknown.iter().any(|slot| slot + 1 == column);
    let mut pivots: BTreeMap<u32, Vec<(u32, Fr)>> = BTreeMap::new();
    let mut dense = vec![Fr::ZERO; assignment.len()];
    for row in system.rows() {
        // d(A·B − C) = B·dA + A·dB − dC
        let (a, b) = (value(&row.a, assignment), value(&row.b, assignment));
        for (terms, factor) in [(&row.a, b), (&row.b, a), (&row.c, -Fr::ONE)] {
            for (column, coefficient) in terms {
                if is_unknown(*column as usize) {
                    dense[*column as usize] += factor * coefficient;
                }
            }
        }
        // Eliminate from the newest column down: most rows define the column they introduce.
        for column in (1..dense.len()).rev() {
            let leading = dense[column];
            if leading == Fr::ZERO {
                continue;
            }
            if let Some(pivot) = pivots.get(&(column as u32)) {
                for (other, coefficient) in pivot {
                    dense[*other as usize] -= leading * coefficient;
                }
            } else {
                let inverse = leading.inverse().unwrap();
                let sparse = (1..=column)
                    .filter(|c| dense[*c] != Fr::ZERO)
                    .map(|c| (c as u32, dense[c] * inverse))
                    .collect();
                pivots.insert(column as u32, sparse);
                dense[..=column].fill(Fr::ZERO);
                break;
            }
        }
    }
    (1..assignment.len())
        .filter(|column| is_unknown(*column) && !pivots.contains_key(&(*column as u32)))
        .map(|column| match column.checked_sub(first_witness) {
            Some(witness) => system.columns[witness].clone(),
            None => format!("slot {}", column - 1),
        })
        .collect()
}

/// Structural checks: the assignment is satisfied; the values noted for each row are those of its terms; each boolean column has its own row b·b = b; each
/// column occurs in a constraint and, changed alone, breaks one.
pub(crate) fn assert_well_formed(system: &System) {
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
        let columns: std::collections::BTreeSet<u32> = columns.collect();
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
    for column in 1..assignment.len() {
        let honest = assignment[column];
        assignment[column] += Fr::from(0x1234_5678_9abc_def1u64);
        let touched: Vec<Row> = rows_of[column].iter().map(|row| (*row).clone()).collect();
        assert!(
            !broken(&touched, &assignment).is_empty(),
            "column {column} is unconstrained"
        );
        assignment[column] = honest;
    }
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

/// The shape of a circuit, as pinned in `fixtures/circuits`.
#[derive(Debug, Deserialize, Eq, PartialEq, Serialize)]
struct Shape {
    circuit: String,
    version: u32,
    constraints: usize,
    slots: Vec<String>,
    columns: usize,
    nonzeros: [usize; 3],
    columns_in_b: usize,
    /// SHA-256 over the rows in order, each matrix row as its length and its terms (column, then
    /// the coefficient in 32 big-endian bytes); lengths and columns in 4 big-endian bytes.
    matrices_sha256: String,
}

/// Compares a circuit's shape with the pinned one. `GLIMPSE_REGENERATE=1` writes it instead.
pub(crate) fn assert_shape_is_pinned(id: CircuitId, system: &System) {
    let mut digest = Sha256::new();
    for row in system.rows() {
        for terms in [&row.a, &row.b, &row.c] {
            digest.update((terms.len() as u32).to_be_bytes());
            for (column, coefficient) in terms {
                digest.update(column.to_be_bytes());
                digest.update(field::to_bytes(coefficient));
            }
        }
    }
    let in_b: std::collections::BTreeSet<u32> = system
        .rows()
        .iter()
        .flat_map(|row| &row.b)
        .map(|term| term.0)
        .collect();
    let count = |terms: fn(&Row) -> &Vec<(u32, Fr)>| {
        system
            .rows()
            .iter()
            .map(|row| terms(row).len())
            .sum::<usize>()
    };
    let shape = Shape {
        circuit: id.name().to_owned(),
        version: id.version(),
        constraints: system.row_count(),
        slots: id.slots().iter().map(|&name| name.to_owned()).collect(),
        columns: system.assignment().len(),
        nonzeros: [
            count(|row| &row.a),
            count(|row| &row.b),
            count(|row| &row.c),
        ],
        columns_in_b: in_b.len(),
        matrices_sha256: hex::encode(digest.finalize()),
    };
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../fixtures/circuits")
        .join(format!("{}.json", id.name()));
    if std::env::var_os("GLIMPSE_REGENERATE").is_some() {
        fs::write(&path, serde_json::to_string_pretty(&shape).unwrap() + "\n").unwrap();
    }
    let pinned: Shape = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(
        shape, pinned,
        "a changed circuit needs a new version and new keys"
    );
}

fn value(terms: &[(u32, Fr)], assignment: &[Fr]) -> Fr {
    terms
        .iter()
        .map(|(column, x)| assignment[*column as usize] * x)
        .sum()
}

/// A field element drawn near the boundaries where circuits go wrong.
pub(crate) fn boundary_element() -> impl proptest::strategy::Strategy<Value = Fr> {
    use proptest::prelude::*;
    let half = Fr::from(2u64).inverse().unwrap();
    let power = |exponent: u64| Fr::from(2u64).pow([exponent]);
    let anchors = [
        Fr::ZERO,
        power(8),
        power(32),
        power(63),
        power(64),
        power(65),
        power(128),
        power(252),
        power(253),
        -half,
        half,
        -power(64),
    ];
    let anchor = prop::sample::select(anchors.to_vec());
    prop_oneof![
        4 => (anchor, -3i64..=3).prop_map(|(anchor, shift)| anchor + Fr::from(shift)),
        3 => any::<u64>().prop_map(Fr::from),
        1 => any::<[u64; 4]>().prop_map(move |l| {
            l.into_iter().fold(Fr::ZERO, |sum, limb| sum * power(64) + Fr::from(limb))
        }),
    ]
}
