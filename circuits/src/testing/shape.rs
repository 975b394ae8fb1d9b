//! The pinned shape of a circuit.

use std::{collections::BTreeSet, fs, path::Path};

use glimpse_primitives::{Fr, field};
use glimpse_protocol::circuit::CircuitId;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::system::{Row, System};

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
    let in_b: BTreeSet<u32> = system
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
