//! Poseidon natively, on one thread: `cargo bench -p glimpse-primitives`.

use divan::{Bencher, black_box};
use glimpse_primitives::{Fr, merkle::Tree, poseidon};

fn main() {
    divan::main();
}

fn inputs<const N: usize>() -> [Fr; N] {
    core::array::from_fn(|i| -Fr::from(i as u64 + 1))
}

#[divan::bench(consts = [2, 4, 9, 12])]
fn plain<const N: usize>(bencher: Bencher<'_, '_>) {
    let inputs = inputs::<N>();
    bencher.bench(|| poseidon::hash(black_box(&inputs)));
}

#[divan::bench(consts = [2, 4, 9, 12])]
fn bulk<const N: usize>(bencher: Bencher<'_, '_>) {
    let inputs = inputs::<N>();
    bencher.bench(|| poseidon::bulk::hash(black_box(&inputs)));
}

/// 1,024 leaves.
#[divan::bench(sample_count = 10)]
fn tree(bencher: Bencher<'_, '_>) {
    let leaves: Vec<Fr> = (1..=1024u64).map(Fr::from).collect();
    bencher.bench(|| Tree::new(4, leaves.clone(), Fr::from(0u64)));
}
