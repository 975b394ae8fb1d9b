//! Groth16 natively, our prover against arkworks' own, on one thread and in turn: `cargo bench -p glimpse-prover --bench stock`.
//!
//! Both start from a witness and keys and matrices in memory, and blind. The figures go to stdout and to `bench/native.json` of the
//! target directory. Times are CPU time where the system tells it, so that other programs disturb little.

#![allow(clippy::unwrap_used, reason = "a benchmark that fails may panic")]

use std::env;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use ark_bn254::{Bn254, Fr};
use ark_ff::{Field, UniformRand};
use ark_groth16::{Groth16, ProvingKey, prepare_verifying_key};
use ark_relations::gr1cs::{
    ConstraintSynthesizer, ConstraintSystem, Matrix, OptimizationGoal, R1CS_PREDICATE_LABEL,
    SynthesisMode,
};
use glimpse_prover::snarkjs::{Combination, R1cs, Witness, Zkey, generate_zkey};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use serde_json::{Value, json};

/// The domain is two to the power of these.
const POWERS: core::ops::RangeInclusive<u32> = 8..=16;

fn main() {
    // Cargo and divan give options that begin with a dash, and perhaps names of benchmarks.
    let mut names = env::args().skip(1).filter(|name| !name.starts_with('-'));
    if names.next().is_some_and(|name| !"stock".contains(&name)) {
        return;
    }
    let rounds = env::var("GLIMPSE_BENCH_ROUNDS").map_or(9, |rounds| rounds.parse().unwrap());
    println!("   rows  arkworks ms   ours ms    ratio     25 %     75 %");
    let results: Vec<Value> = POWERS.map(|power| compare(1 << power, rounds)).collect();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../bench");
    fs::create_dir_all(&folder).unwrap();
    let report = json!({ "unit": "ms", "rounds": rounds, "results": results });
    fs::write(folder.join("native.json"), format!("{report:#}\n")).unwrap();
}

fn compare(rows: usize, rounds: usize) -> Value {
    let (r1cs, values) = circuit(rows);
    let stock = Stock::new(&r1cs, &values);
    let zkey = generate_zkey(&r1cs, &mut rng(1)).unwrap();
    let ours = Zkey::from_bytes(&zkey).unwrap();
    let witness = Witness::new(values.clone()).unwrap();

    // Valid proofs, and the first run of each.
    stock.check();
    let proof = ours.prove(&witness, &mut rng(2)).unwrap();
    assert!(proof.proves(ours.verifying_key(), &values[1..2]));

    let mut times: Vec<[f64; 2]> = Vec::new();
    for round in 0..rounds {
        let seed = round as u64;
        let stock = time(|| stock.prove(seed));
        let ours = time(|| ours.prove(&witness, &mut rng(seed)).unwrap());
        times.push([stock, ours]);
    }
    let of = |value: fn(&[f64; 2]) -> f64| {
        let mut values: Vec<f64> = times.iter().map(value).collect();
        values.sort_unstable_by(f64::total_cmp);
        [0.5, 0.25, 0.75].map(|at| values[((values.len() - 1) as f64 * at).round() as usize])
    };
    // Neighbours in time are compared with each other.
    let (arkworks, ours, ratio) = (of(|x| x[0]), of(|x| x[1]), of(|x| x[1] / x[0]));
    println!(
        "{rows:>7} {:>12.2} {:>9.2} {:>8.3} {:>8.3} {:>8.3}",
        arkworks[0], ours[0], ratio[0], ratio[1], ratio[2]
    );
    let spread =
        |[median, low, high]: [f64; 3]| json!({ "median": median, "low": low, "high": high });
    json!({
        "rows": rows, "arkworks": spread(arkworks), "ours": spread(ours), "ratio": spread(ratio),
    })
}

/// Milliseconds of this thread.
fn time<T>(work: impl FnOnce() -> T) -> f64 {
    let (start, used) = (Instant::now(), cpu_time());
    black_box(work());
    let elapsed = match (used, cpu_time()) {
        (Some(before), Some(after)) => after - before,
        _ => start.elapsed(),
    };
    elapsed.as_secs_f64() * 1e3
}

/// What Linux tells of this thread.
fn cpu_time() -> Option<Duration> {
    let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = text.split(' ').next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}

/// Constraints that fill a domain, each of two wires on both sides, and a witness of random-looking values:
/// (w_i + 3·w_(i−1))·(w_i + 5) = w_(i+1).
fn circuit(rows: usize) -> (R1cs, Vec<Fr>) {
    // The 1 and one input have a row each.
    let constraints = rows - 2;
    let (one, three, five) = (Fr::ONE, Fr::from(3), Fr::from(5));
    let row = |last: u32| -> [Combination; 3] {
        let a = vec![(last - 1, three), (last, one)];
        let b = vec![(0, five), (last, one)];
        [a, b, vec![(last + 1, one)]]
    };
    let row_of = (2..).take(constraints).map(row).collect();
    let mut values = vec![one, Fr::from(2), Fr::rand(&mut rng(7))];
    for last in 2..2 + constraints {
        let next = (values[last] + three * values[last - 1]) * (values[last] + five);
        values.push(next);
    }
    (R1cs::new(values.len(), 1, row_of).unwrap(), values)
}

struct Stock {
    key: ProvingKey<Bn254>,
    matrices: Vec<Matrix<Fr>>,
    constraints: usize,
    values: Vec<Fr>,
}

impl Stock {
    fn new(r1cs: &R1cs, values: &[Fr]) -> Self {
        let key = Groth16::<Bn254>::generate_random_parameters_with_reduction(r1cs, &mut rng(3));
        let system = ConstraintSystem::new_ref();
        system.set_optimization_goal(OptimizationGoal::Constraints);
        system.set_mode(SynthesisMode::Setup);
        r1cs.generate_constraints(system.clone()).unwrap();
        system.finalize();
        let mut matrices = system.to_matrices().unwrap();
        Self {
            key: key.unwrap(),
            matrices: matrices.remove(R1CS_PREDICATE_LABEL).unwrap(),
            constraints: r1cs.constraints().len(),
            values: values.to_vec(),
        }
    }

    fn prove(&self, seed: u64) -> ark_groth16::Proof<Bn254> {
        let [r, s] = [seed, seed + 1].map(|seed| Fr::rand(&mut rng(seed)));
        Groth16::<Bn254>::create_proof_with_reduction_and_matrices(
            &self.key,
            r,
            s,
            &self.matrices,
            2,
            self.constraints,
            &self.values,
        )
        .unwrap()
    }

    fn check(&self) {
        let key = prepare_verifying_key(&self.key.vk);
        let proof = self.prove(1);
        assert!(Groth16::<Bn254>::verify_proof(&key, &proof, &self.values[1..2]).unwrap());
    }
}

fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}
