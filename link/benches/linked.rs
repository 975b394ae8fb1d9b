//! A credential with 22 slots and two range proofs of 4: shown, verified, and in batches of 100.
#![allow(clippy::unwrap_used, reason = "a test ends by panicking")]

#[path = "../tests/toy/mod.rs"]
mod toy;

use divan::{Bencher, black_box};
use glimpse_link::{
    Context, Fr, LinkedProof, Presented, Proof, Slot, Statement, show, verify, verify_batch,
};
use toy::{Circuit, hidden, prepare, public, rng, statement};

fn main() {
    divan::main();
}

struct Scene {
    credential: Circuit,
    range: Circuit,
}

impl Scene {
    fn new() -> Self {
        Self {
            credential: Circuit::new(22, 1),
            range: Circuit::new(4, 2),
        }
    }

    /// Schema and issuer public, the rest hidden; each range proof on one of the hidden values.
    fn members(&self) -> [(&Circuit, Vec<Slot>); 3] {
        let credential = (0..22)
            .map(|slot| match slot {
                0 | 1 => public(slot),
                _ => hidden(slot as u16 - 2),
            })
            .collect();
        let range = |variable| vec![hidden(variable), public(0), public(9), public(1)];
        [
            (&self.credential, credential),
            (&self.range, range(3)),
            (&self.range, range(7)),
        ]
    }

    fn material(&self) -> (Statement<'_>, Vec<Proof>, Vec<Fr>, Context) {
        let values: Vec<Fr> = (1..=20).map(|value| -Fr::from(value)).collect();
        (
            statement(&self.members()),
            prepare(&self.members(), &values),
            values,
            Context::new(b"request"),
        )
    }
}

#[divan::bench]
fn showing(bencher: Bencher<'_, '_>) {
    let scene = Scene::new();
    let (statement, proofs, values, context) = scene.material();
    let mut rng = rng(1);
    bencher.bench_local(|| show(&statement, &proofs, &values, &context, &mut rng).unwrap());
}

/// What a prover pays to check one plain proof that it has made.
#[divan::bench(args = [4, 22])]
fn checking_a_new_proof(bencher: Bencher<'_, '_>, slots: usize) {
    let circuit = Circuit::new(slots, 1);
    let values: Vec<Fr> = (1..=slots as u64).map(|value| -Fr::from(value)).collect();
    let proof = circuit.prove(&values, 2);
    bencher.bench_local(|| assert!(black_box(&proof).proves(&circuit.key, &values)));
}

#[divan::bench]
fn decoding(bencher: Bencher<'_, '_>) {
    let scene = Scene::new();
    let (statement, proofs, values, context) = scene.material();
    let bytes = show(&statement, &proofs, &values, &context, &mut rng(1))
        .unwrap()
        .to_bytes();
    bencher.bench_local(|| LinkedProof::from_bytes(black_box(&bytes), 3, 20).unwrap());
}

#[divan::bench]
fn verifying(bencher: Bencher<'_, '_>) {
    let scene = Scene::new();
    let (statement, proofs, values, context) = scene.material();
    let mut rng = rng(1);
    let proof = show(&statement, &proofs, &values, &context, &mut rng).unwrap();
    bencher.bench_local(|| verify(&statement, &proof, &context, &mut rng).unwrap());
}

#[divan::bench(sample_count = 10)]
fn verifying_100(bencher: Bencher<'_, '_>) {
    let scene = Scene::new();
    let (statement, proofs, values, context) = scene.material();
    let mut rng = rng(1);
    let shown: Vec<_> = (0..100)
        .map(|_| show(&statement, &proofs, &values, &context, &mut rng).unwrap())
        .collect();
    let batch: Vec<_> = shown
        .iter()
        .map(|proof| Presented {
            statement: &statement,
            proof,
            context: &context,
        })
        .collect();
    bencher.bench_local(|| verify_batch(&batch, &mut rng).unwrap());
}
