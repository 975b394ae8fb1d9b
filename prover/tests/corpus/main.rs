//! Replays the committed fuzzing corpora of the readers of snarkjs's files, and keeps them reproducible.
//!
//! The files under `fuzz/corpus/prover_*` are named by their defect. They are written by
//! `cargo test -p glimpse-prover --test corpus -- --ignored`, from the files in `fixtures/snarkjs`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests fail by panicking, helpers included"
)]

mod file;

use std::fs;

use ark_bn254::{Fq, Fr};
use ark_ff::{BigInteger, PrimeField};
use file::{File, Files, at};
use glimpse_link::KeyError;
use glimpse_prover::snarkjs::{FileError, R1cs, Witness, Zkey};

fn wtns() -> Files {
    let file = File::new("cubes.wtns");
    let modulus = Fr::MODULUS.to_bytes_le();
    let mut files = file.defects(1);
    files.extend([
        (
            "more_values_counted",
            file.with(1, 36, &[12]),
            Some(FileError::Truncated),
        ),
        (
            "fewer_values_counted",
            file.with(1, 36, &[10]),
            Some(FileError::Trailing),
        ),
        (
            "no_values",
            file.with(1, 36, &[0]),
            Some(FileError::Trailing),
        ),
        (
            "huge_count",
            file.with(1, 36, &[1, 0, 0, 1]),
            Some(FileError::Count),
        ),
        (
            "first_is_not_one",
            file.with(2, 0, &[2]),
            Some(FileError::One),
        ),
        (
            "value_is_modulus",
            file.with(2, 32, &modulus),
            Some(FileError::Element),
        ),
    ]);
    files
}

fn r1cs() -> Files {
    let file = File::new("cubes.r1cs");
    let modulus = Fr::MODULUS.to_bytes_le();
    // The last row ends with C, whose last term is 36 bytes.
    let term = file.section(2).len() - 36;
    let last = file.bytes_of(2, term, 4);
    let swapped = {
        let before = file.bytes_of(2, term - 36, 4);
        let mut bytes = file.with(2, term, &before);
        let place = file.section(2).start + term - 36;
        bytes[place..place + 4].copy_from_slice(&last);
        bytes
    };
    let mut files = file.defects(1);
    files.extend([
        // Header: wires, outputs, public and private inputs, signals (8 bytes), constraints.
        (
            "more_inputs_than_wires",
            file.with(1, 40, &[9]),
            Some(FileError::Count),
        ),
        (
            "fewer_signals_than_wires",
            file.with(1, 52, &[10]),
            Some(FileError::Count),
        ),
        (
            "huge_count",
            file.with(1, 60, &[1, 0, 0, 1]),
            Some(FileError::Count),
        ),
        (
            "more_rows_counted",
            file.with(1, 60, &[10]),
            Some(FileError::Truncated),
        ),
        (
            "fewer_rows_counted",
            file.with(1, 60, &[8]),
            Some(FileError::Trailing),
        ),
        (
            "wire_out_of_range",
            file.with(2, term, &[11]),
            Some(FileError::Wire),
        ),
        ("wires_out_of_order", swapped, Some(FileError::Wire)),
        (
            "coefficient_is_modulus",
            file.with(2, term + 4, &modulus),
            Some(FileError::Element),
        ),
        (
            "label_out_of_range",
            file.with(3, 8, &[11]),
            Some(FileError::Wire),
        ),
        (
            "custom_gates",
            file.with_at(file.section(3).start - 12, &[4]),
            Some(FileError::UnknownSection { section: 4 }),
        ),
        (
            "labels_trail",
            file.lengthened(3),
            Some(FileError::Trailing),
        ),
    ]);
    files
}

fn zkey() -> Files {
    let file = File::new("cubes.zkey");
    let (q, r) = (Fq::MODULUS.to_bytes_le(), Fr::MODULUS.to_bytes_le());
    // The header: q and r with lengths, wires, inputs, domain, then the points.
    let (counts, alpha) = (72, 84);
    let beta = alpha + 2 * 64;
    let gamma = beta + 128;
    let (delta_1, delta_2) = (gamma + 128, gamma + 128 + 64);
    let one = file.bytes_of(2, gamma, 128);
    // (0, y) with the y of a curve point: no point has x = 0 and that y.
    let alpha_y = file.bytes_of(2, alpha + 32, 32);
    let off_curve = [vec![0; 32], alpha_y].concat();
    // The last three coefficients are the rows of the inputs: matrix, row, wire, value.
    let inputs = file.section(4).len() - 3 * 44;
    let mut files = file.defects(2);
    files.extend([
        ("plonk", file.with(1, 0, &[2]), Some(FileError::Protocol)),
        (
            "other_scalar_field",
            file.with(2, 40, &[2]),
            Some(FileError::Field),
        ),
        (
            "huge_count",
            file.with(2, counts, &[1, 0, 0, 1]),
            Some(FileError::Count),
        ),
        (
            "more_inputs_than_wires",
            file.with(2, counts + 4, &[11]),
            Some(FileError::Count),
        ),
        (
            "other_domain",
            file.with(2, counts + 8, &[32]),
            Some(FileError::Count),
        ),
        (
            "gamma_is_not_one",
            file.with(2, gamma, &file.bytes_of(2, beta, 128)),
            Some(FileError::Gamma),
        ),
        (
            "delta_is_one",
            file.with(2, delta_2, &one),
            Some(FileError::VerifyingKey(KeyError::TrivialDelta)),
        ),
        (
            "deltas_differ",
            file.with(2, delta_1, &file.bytes_of(2, alpha, 64)),
            Some(FileError::VerifyingKey(KeyError::DeltaMismatch)),
        ),
        (
            "coordinate_is_modulus",
            file.with(2, alpha, &q),
            Some(FileError::Element),
        ),
        (
            "off_curve",
            file.with(5, 0, &off_curve),
            Some(FileError::Curve),
        ),
        (
            "outside_subgroup",
            file.with(7, 0, &outside_subgroup()),
            Some(FileError::Subgroup),
        ),
        (
            "h_is_the_identity",
            file.with(9, 0, &[0; 64]),
            Some(FileError::Curve),
        ),
        (
            "third_matrix",
            file.with(4, 4, &[2]),
            Some(FileError::Count),
        ),
        (
            "row_beyond_domain",
            file.with(4, 8, &[16]),
            Some(FileError::Count),
        ),
        (
            "wire_out_of_range",
            file.with(4, 12, &[11]),
            Some(FileError::Wire),
        ),
        (
            "coefficient_is_modulus",
            file.with(4, 16, &r),
            Some(FileError::Element),
        ),
        (
            "more_coefficients_counted",
            file.with(4, 3, &[1]),
            Some(FileError::Truncated),
        ),
        (
            "input_row_of_another_wire",
            file.with(4, inputs + 8, &[1]),
            Some(FileError::InputRows),
        ),
        (
            "input_row_in_b",
            file.with(4, inputs, &[1]),
            Some(FileError::InputRows),
        ),
        (
            "input_row_twice",
            file.with(4, inputs + 4, &[10, 0, 0, 0, 1]),
            Some(FileError::InputRows),
        ),
        (
            "input_row_not_one",
            file.with(4, inputs + 12, &[1; 8]),
            Some(FileError::InputRows),
        ),
        (
            "b_in_g1_trails",
            file.lengthened(6),
            Some(FileError::Trailing),
        ),
        ("h_trails", file.lengthened(9), Some(FileError::Trailing)),
    ]);
    files
}

/// A point of the twist outside the prime-order subgroup, in the form of a `.zkey`.
fn outside_subgroup() -> Vec<u8> {
    let point = (1u64..)
        .filter_map(|x| {
            let x = ark_bn254::Fq2::new(x.into(), 0u64.into());
            ark_bn254::G2Affine::get_point_from_x_unchecked(x, false)
        })
        .find(|point| !point.is_in_correct_subgroup_assuming_on_curve())
        .unwrap();
    let coordinates = [point.x.c0, point.x.c1, point.y.c0, point.y.c1];
    coordinates.iter().flat_map(|x| x.0.to_bytes_le()).collect()
}

fn corpora() -> [(&'static str, Files); 3] {
    [
        ("prover_wtns", wtns()),
        ("prover_r1cs", r1cs()),
        ("prover_zkey", zkey()),
    ]
}

/// What the fuzz target of the same name does: accept or refuse, never panic.
fn replay(target: &str, data: &[u8]) -> Result<(), FileError> {
    match target {
        "prover_wtns" => Witness::from_bytes(data).map(drop),
        "prover_r1cs" => R1cs::from_bytes(data).map(drop),
        "prover_zkey" => Zkey::from_bytes(data).map(drop),
        other => panic!("no target {other}"),
    }
}

#[test]
fn each_defect_is_named() {
    for (target, files) in corpora() {
        for (name, bytes, expected) in files {
            assert_eq!(replay(target, &bytes).err(), expected, "{target}/{name}");
        }
    }
}

#[test]
fn every_length_is_refused_but_the_whole() {
    for (target, file) in [("prover_wtns", "cubes.wtns"), ("prover_r1cs", "cubes.r1cs")] {
        let File(bytes) = File::new(file);
        for length in 0..bytes.len() {
            assert!(
                replay(target, &bytes[..length]).is_err(),
                "{target}: {length}"
            );
        }
    }
}

#[test]
fn corpus_is_what_its_generator_writes() {
    for (target, files) in corpora() {
        let folder = at("fuzz/corpus").join(target);
        assert_eq!(
            fs::read_dir(&folder).unwrap().count(),
            files.len(),
            "{target}"
        );
        for (name, bytes, _) in files {
            assert!(
                fs::read(folder.join(name)).unwrap() == bytes,
                "{target}/{name}"
            );
        }
    }
}

#[test]
#[ignore = "writes fuzz/corpus: run when an encoding changes"]
fn write_corpus() {
    for (target, files) in corpora() {
        let folder = at("fuzz/corpus").join(target);
        fs::create_dir_all(&folder).unwrap();
        for (name, bytes, _) in files {
            fs::write(folder.join(name), bytes).unwrap();
        }
    }
}
