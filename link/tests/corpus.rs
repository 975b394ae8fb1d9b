//! Replays the committed fuzzing corpora of this crate's parsers, and keeps them reproducible.
//!
//! The files under `fuzz/corpus/link_*` are named by their defect. They are written by
//! `cargo test -p glimpse-link --test corpus -- --ignored`, from the seeds below.
#![allow(clippy::unwrap_used, reason = "a test ends by panicking")]

mod toy;

use std::{fs, path::PathBuf};

use ark_bn254::{Fr, G1Affine};
use ark_ec::AffineRepr;
use ark_serialize::CanonicalSerialize;
use glimpse_link::{Context, LinkedProof, Proof, VerifyingKey, show};
use toy::{Circuit, hidden, prepare, public, rng, statement};

fn folder(target: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "../fuzz/corpus", target]
        .iter()
        .collect()
}

/// A good input, and how it can be spoilt.
fn cases(good: Vec<u8>, points_at: usize) -> Files {
    let spoilt = |spoil: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = good.clone();
        spoil(&mut bytes);
        bytes
    };
    let identity = |bytes: &mut Vec<u8>| {
        G1Affine::zero()
            .serialize_compressed(&mut bytes[points_at..])
            .unwrap();
    };
    vec![
        ("empty", Vec::new()),
        ("trailing_byte", spoilt(&|bytes| bytes.push(0))),
        (
            "truncated",
            spoilt(&|bytes| bytes.truncate(bytes.len() - 1)),
        ),
        ("identity", spoilt(&identity)),
        ("both_flags", spoilt(&|bytes| bytes[points_at + 31] |= 0xc0)),
        (
            "coordinate_too_large",
            spoilt(&|bytes| bytes[points_at..points_at + 32].fill(0x3f)),
        ),
        (
            "off_curve_or_other_point",
            spoilt(&|bytes| bytes[points_at] ^= 1),
        ),
        (
            "last_element_too_large",
            spoilt(&|bytes| {
                let length = bytes.len();
                bytes[length - 32..].fill(0xff);
            }),
        ),
        ("good", good),
    ]
}

/// The files of one corpus, by name.
type Files = Vec<(&'static str, Vec<u8>)>;

fn corpora() -> Vec<(&'static str, Files)> {
    let circuit = Circuit::new(3, 1);
    let members = [(&circuit, vec![public(7), hidden(0), hidden(1)])];
    let values = [11, 12].map(Fr::from);
    let proofs = prepare(&members, &values);
    let context = Context::new(b"corpus");
    let shown = show(
        &statement(&members),
        &proofs,
        &values,
        &context,
        &mut rng(1),
    )
    .unwrap();
    // Counts of slots, proofs and variables come first: a fuzzer may vary them.
    let key = [vec![3], circuit.key.to_bytes()].concat();
    let linked = [vec![1, 2], shown.to_bytes()].concat();
    vec![
        ("link_key", cases(key, 1 + 28)),
        ("link_proof", cases(proofs[0].to_bytes(), 0)),
        ("link_linked_proof", cases(linked, 2)),
    ]
}

/// What the fuzz target of the same name does: accept canonical bytes or refuse, never panic.
fn replay(target: &str, data: &[u8]) -> bool {
    match (target, data) {
        ("link_key", [slots, bytes @ ..]) => VerifyingKey::from_bytes(bytes, usize::from(*slots))
            .map(|key| assert_eq!(key.to_bytes(), bytes))
            .is_ok(),
        ("link_linked_proof", [proofs, variables, bytes @ ..]) => {
            LinkedProof::from_bytes(bytes, usize::from(*proofs), usize::from(*variables))
                .map(|proof| assert_eq!(proof.to_bytes(), bytes))
                .is_ok()
        }
        ("link_proof", bytes) => Proof::from_bytes(bytes)
            .map(|proof| assert_eq!(proof.to_bytes(), bytes))
            .is_ok(),
        _ => false,
    }
}

#[test]
fn corpus_is_refused_but_for_what_is_good() {
    for (target, _) in corpora() {
        let mut count = 0;
        for entry in fs::read_dir(folder(target)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let accepted = replay(target, &fs::read(&path).unwrap());
            // One defect may yield another point of the curve: canonical, but of no use.
            if name != "off_curve_or_other_point" {
                assert_eq!(accepted, name.starts_with("good"), "{target}/{name}");
            }
            count += 1;
        }
        assert!(count >= 9, "{target} has lost files");
    }
}

#[test]
fn corpus_is_what_its_generator_writes() {
    for (target, cases) in corpora() {
        for (name, bytes) in cases {
            let committed = fs::read(folder(target).join(name)).unwrap();
            assert_eq!(committed, bytes, "{target}/{name}");
        }
    }
}

#[test]
#[ignore = "writes fuzz/corpus: run when an encoding changes"]
fn write_corpus() {
    for (target, cases) in corpora() {
        fs::create_dir_all(folder(target)).unwrap();
        for (name, bytes) in cases {
            fs::write(folder(target).join(name), bytes).unwrap();
        }
    }
}
