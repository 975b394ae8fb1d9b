//! The prover against arkworks' own, on circuits that show what can go wrong.

use core::ops::ControlFlow;

use ark_bn254::{Bn254, Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::PrimeGroup;
use ark_ff::{AdditiveGroup, Field, PrimeField, UniformRand};
use ark_groth16::{Groth16, ProvingKey, prepare_verifying_key, r1cs_to_qap::R1CSToQAP};
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use ark_relations::gr1cs::{
    ConstraintSynthesizer, ConstraintSystem, ConstraintSystemRef, LinearCombination,
    OptimizationGoal, R1CS_PREDICATE_LABEL, SynthesisError, SynthesisMode, Variable, mat_vec_mul,
};
use ark_serialize::CanonicalSerialize;

use super::{
    Assignment, Form, Key, ProveError, ReadError, Reader, Unsatisfied, Writer, generate::generate,
    generate::shape, prove,
};
use crate::{
    Cancelled, GenerateError, Unwatched,
    qap::CircomReduction,
    support::{FailingRng, rng},
};

/// `rounds` of x ← (x + round + y)², over nested linear combinations; x and the result are public,
/// and y is a witness of which 8 bits are decomposed, so that there are bits and large values.
#[derive(Clone)]
struct Squares {
    rounds: u64,
    x: Option<Fr>,
    y: Option<u8>,
    /// Added to the public result: anything but zero makes the instance false.
    error: Fr,
}

impl Squares {
    fn new(rounds: u64, x: u64, y: u8) -> Self {
        Self {
            rounds,
            x: Some(Fr::from(x)),
            y: Some(y),
            error: Fr::ZERO,
        }
    }

    fn blank(rounds: u64) -> Self {
        Self {
            rounds,
            x: None,
            y: None,
            error: Fr::ZERO,
        }
    }

    fn result(&self) -> Option<Fr> {
        let (mut x, y) = (self.x?, Fr::from(self.y?));
        for round in 0..self.rounds {
            x = (x + Fr::from(round) + y).square();
        }
        Some(x + self.error)
    }
}

impl ConstraintSynthesizer<Fr> for Squares {
    fn generate_constraints(self, cs: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        let missing = SynthesisError::AssignmentMissing;
        let x = cs.new_input_variable(|| self.x.ok_or(missing))?;
        let expected = cs.new_input_variable(|| self.result().ok_or(missing))?;
        let mut y = LinearCombination::zero();
        for bit in 0..8 {
            let value = || self.y.map(|y| Fr::from(y >> bit & 1)).ok_or(missing);
            let variable = cs.new_witness_variable(value)?;
            let square = || LinearCombination::from(variable);
            cs.enforce_r1cs_constraint(square, square, square)?;
            y += (Fr::from(1u64 << bit), variable);
        }
        let y = cs.new_lc(|| y)?;
        let mut value = self.x;
        let mut last = x;
        for round in 0..self.rounds {
            let sum =
                cs.new_lc(|| LinearCombination::from(last) + (Fr::from(round), Variable::One) + y)?;
            value = value
                .zip(self.y)
                .map(|(value, y)| (value + Fr::from(round) + Fr::from(y)).square());
            last = cs.new_witness_variable(|| value.ok_or(missing))?;
            let sum = || LinearCombination::from(sum);
            cs.enforce_r1cs_constraint(sum, sum, || LinearCombination::from(last))?;
        }
        cs.enforce_r1cs_constraint(
            || LinearCombination::from(last),
            || LinearCombination::from(Variable::One),
            || LinearCombination::from(expected),
        )
    }
}

/// The assignment by way of arkworks' matrices.
fn assign(circuit: Squares) -> Result<Assignment, Unsatisfied> {
    let cs = ConstraintSystem::new_ref();
    cs.set_optimization_goal(OptimizationGoal::Constraints);
    circuit.generate_constraints(cs.clone()).unwrap();
    cs.finalize();
    let matrices = &cs.to_matrices().unwrap()[R1CS_PREDICATE_LABEL];
    let instance = cs.instance_assignment().unwrap();
    let all = [instance.clone(), cs.witness_assignment().unwrap()].concat();
    let [a, b, c] = [0, 1, 2].map(|matrix| mat_vec_mul(&matrices[matrix], &all));
    let products = a
        .into_iter()
        .zip(b)
        .zip(c)
        .map(|((a, b), c)| [a, b, c])
        .collect();
    Assignment::from_values(all, instance.len(), products)
}

fn ark_key(circuit: Squares, seed: u64) -> ProvingKey<Bn254> {
    let mut rng = rng(seed);
    let mut scalar = || Fr::rand(&mut rng);
    let (alpha, beta, delta) = (scalar(), scalar(), scalar());
    Groth16::<Bn254, CircomReduction>::generate_parameters_with_qap(
        circuit,
        alpha,
        beta,
        Fr::ONE,
        delta,
        G1Projective::generator(),
        G2Projective::generator(),
        &mut rng,
    )
    .unwrap()
}

fn ark_proof(key: &ProvingKey<Bn254>, circuit: Squares, r: Fr, s: Fr) -> ark_groth16::Proof<Bn254> {
    let cs = ConstraintSystem::new_ref();
    cs.set_optimization_goal(OptimizationGoal::Constraints);
    cs.set_mode(SynthesisMode::Prove {
        construct_matrices: true,
        generate_lc_assignments: false,
    });
    circuit.generate_constraints(cs.clone()).unwrap();
    cs.finalize();
    let matrices = cs.to_matrices().unwrap();
    Groth16::<Bn254, CircomReduction>::create_proof_with_reduction_and_matrices(
        key,
        r,
        s,
        &matrices[R1CS_PREDICATE_LABEL],
        cs.num_instance_variables(),
        cs.num_constraints(),
        &[
            cs.instance_assignment().unwrap(),
            cs.witness_assignment().unwrap(),
        ]
        .concat(),
    )
    .unwrap()
}

#[test]
fn circom_form_keys_give_proofs_that_arkworks_accepts() {
    // 5 + 8 rows and 3 inputs fill 16 exactly; one round more spills into 32.
    for rounds in [1, 4, 5, 40] {
        let key = ark_key(Squares::blank(rounds), rounds);
        let circuit = Squares::new(rounds, 3, 200);
        let inputs = [Fr::from(3), circuit.result().unwrap()];
        let mut rng = rng(1);
        let (r, s) = (Fr::rand(&mut rng), Fr::rand(&mut rng));
        let proof = ark_proof(&key, circuit, r, s);
        let verifying_key = prepare_verifying_key(&key.vk);
        let verify = |inputs: &[Fr]| {
            Groth16::<Bn254, CircomReduction>::verify_proof(&verifying_key, &proof, inputs).unwrap()
        };
        assert!(verify(&inputs));
        assert!(!verify(&[inputs[0], inputs[1] + Fr::ONE]));
    }
}

#[test]
fn quotient_commits_to_h_times_the_vanishing_polynomial() {
    // Σ h_i · query_i with δ = 1 must be (a·b − c)(τ), computed by plain interpolation.
    let mut rng = rng(2);
    let domain = Radix2EvaluationDomain::<Fr>::new(16).unwrap();
    let a: Vec<Fr> = (0..16).map(|_| Fr::rand(&mut rng)).collect();
    let b: Vec<Fr> = (0..16).map(|_| Fr::rand(&mut rng)).collect();
    let tau = Fr::rand(&mut rng);
    let lagrange = domain.evaluate_all_lagrange_coefficients(tau);
    let at_tau = |rows: &[Fr]| -> Fr {
        rows.iter()
            .zip(&lagrange)
            .map(|(value, basis)| *value * basis)
            .sum()
    };
    let c: Vec<Fr> = a.iter().zip(&b).map(|(a, b)| *a * b).collect();
    let expected = at_tau(&a) * at_tau(&b) - at_tau(&c);

    let scalars = CircomReduction::h_query_scalars::<Fr, Radix2EvaluationDomain<Fr>>(
        15,
        tau,
        Fr::ZERO,
        Fr::ONE,
    )
    .unwrap();
    let quotient = crate::qap::quotient::<Fr, Radix2EvaluationDomain<Fr>>(a, b).unwrap();
    let actual: Fr = scalars
        .iter()
        .zip(&quotient)
        .map(|(basis, value)| *basis * value)
        .sum();
    assert_eq!(actual, expected);
}

#[test]
fn proof_equals_arkworks_unblinded_proof() {
    for rounds in [1, 5, 60] {
        let key = ark_key(Squares::blank(rounds), rounds);
        let circuit = Squares::new(rounds, 7, 0b1010_0101);
        let expected = ark_proof(&key, circuit.clone(), Fr::ZERO, Fr::ZERO);

        let own = Key::from_ark(&key, shape(Squares::blank(rounds)).unwrap());
        let proof = prove(&own, assign(circuit).unwrap(), &mut Unwatched).unwrap();
        let expected = glimpse_link::Proof::new(expected.a, expected.b, expected.c);
        assert!(proof == expected);
    }
}

#[test]
fn false_instance_names_the_row() {
    let mut circuit = Squares::new(3, 3, 3);
    circuit.error = Fr::ONE;
    assert!(matches!(assign(circuit), Err(Unsatisfied { row: 11 })));
}

#[test]
fn generated_key_survives_both_encodings_and_refuses_damage() {
    for form in [Form::Compressed, Form::Unpacked] {
        damage(form);
    }
}

fn damage(form: Form) {
    let (key, _) = generate(Squares::blank(5), &mut rng(3)).unwrap();
    let mut out = Writer::new(form);
    key.write(&mut out);
    let bytes = out.finish();

    let read = |bytes: &[u8]| -> Result<Key, ReadError> {
        let mut reader = Reader::new(form, bytes);
        let key = Key::read(&mut reader)?;
        reader.end()?;
        Ok(key)
    };
    assert!(read(&bytes).unwrap() == key);
    for length in [0, 3, 11, 12, 100, bytes.len() - 1] {
        assert!(matches!(read(&bytes[..length]), Err(ReadError::Truncated)));
    }
    assert!(matches!(
        read(&[bytes.clone(), vec![0]].concat()),
        Err(ReadError::Trailing)
    ));

    let with = |place: usize, value: &[u8]| {
        let mut bytes = bytes.clone();
        bytes[place..place + value.len()].copy_from_slice(value);
        read(&bytes).map(drop)
    };
    // 2^24 + 1 inputs: the count is refused before anything is allocated for it.
    assert_eq!(with(0, &[1, 0, 0, 1]), Err(ReadError::Count));
    // q itself in place of α's x, and the mark of the identity, which makes any x too large.
    let (alpha, g1, g2) = match form {
        Form::Compressed => (12, 32, 64),
        Form::Unpacked => (12, 64, 128),
    };
    let modulus: Vec<u8> = ark_ff::BigInteger::to_bytes_le(&ark_bn254::Fq::MODULUS);
    assert_eq!(with(alpha, &modulus), Err(ReadError::Coordinate));
    let marked = bytes[alpha + 31] | 0x40;
    assert_eq!(with(alpha + 31, &[marked]), Err(ReadError::Coordinate));
    let beta = alpha + g1;
    match form {
        // 4³ + 3 is no square; nor is that of i in 𝔾₂.
        Form::Compressed => {
            let x = |place: usize, x: u8| {
                let mut bytes = [0; 32];
                bytes[place] = x;
                bytes
            };
            assert_eq!(with(alpha, &x(0, 4)), Err(ReadError::Curve));
            let not_in_g2 = [x(0, 4), x(0, 0)].concat();
            assert_eq!(with(beta, &not_in_g2), Err(ReadError::Curve));
        }
        // Another y for α in 𝔾₁ and for β in 𝔾₂, and 0, 0, which some write for the identity.
        Form::Unpacked => {
            for y in [alpha + 32, beta + 64] {
                assert_eq!(with(y, &[bytes[y] ^ 1]), Err(ReadError::Curve));
            }
            assert_eq!(with(alpha, &[0; 64]), Err(ReadError::Curve));
        }
    }
    // 3 inputs and 13 witness variables: the map of A has no padding, that of L has 3 bits.
    let points = (1 + key.a.points.len()) * g1 + (1 + key.b.points.len()) * g2;
    let padding = 12 + points + 2 + 2 + 1;
    assert_eq!(
        with(padding, &[bytes[padding] | 0x80]),
        Err(ReadError::Padding)
    );
}

/// The larger of both y is marked, as in `link`, whose encoding is arkworks'.
#[test]
fn compressed_points_are_those_of_arkworks() {
    let mut out = Writer::new(Form::Compressed);
    let (mut g1s, mut g2s, mut expected) = (Vec::new(), Vec::new(), Vec::new());
    let mut rng = rng(6);
    for _ in 0..10 {
        let (g1, g2) = (G1Affine::rand(&mut rng), G2Affine::rand(&mut rng));
        g1s.extend([g1, -g1]);
        g2s.extend([g2, -g2]);
    }
    out.points(&g1s);
    out.points(&g2s);
    for point in &g1s {
        point.serialize_compressed(&mut expected).unwrap();
    }
    for point in &g2s {
        point.serialize_compressed(&mut expected).unwrap();
    }
    let bytes = out.finish();
    assert!(bytes == expected);
    let mut reader = Reader::new(Form::Compressed, &bytes);
    assert_eq!(reader.points(20).as_ref(), Ok(&g1s));
    assert_eq!(reader.points(20).as_ref(), Ok(&g2s));
}

#[test]
fn key_of_another_size_is_refused() {
    let (key, _) = generate(Squares::blank(5), &mut rng(4)).unwrap();
    let assignment = assign(Squares::new(6, 1, 1)).unwrap();
    assert!(matches!(
        prove(&key, assignment, &mut Unwatched),
        Err(ProveError::Shape { .. })
    ));
}

#[test]
fn progress_reaches_its_total_and_every_step_can_cancel() {
    let (key, _) = generate(Squares::blank(5), &mut rng(5)).unwrap();
    let mut steps = Vec::new();
    let mut watch = |done: u32, total: u32| {
        steps.push((done, total));
        ControlFlow::Continue(())
    };
    prove(&key, assign(Squares::new(5, 1, 1)).unwrap(), &mut watch).unwrap();
    assert_eq!(steps[0].0, 0);
    assert!(steps.is_sorted());
    let (done, total) = *steps.last().unwrap();
    assert_eq!(done, total);

    for stop in 0..steps.len() {
        let mut seen = 0;
        let mut watch = |_: u32, _: u32| {
            seen += 1;
            if seen > stop {
                ControlFlow::Break(Cancelled)
            } else {
                ControlFlow::Continue(())
            }
        };
        let assignment = assign(Squares::new(5, 1, 1)).unwrap();
        let result = prove(&key, assignment, &mut watch);
        assert!(matches!(result, Err(ProveError::Cancelled(Cancelled))));
        assert_eq!(seen, stop + 1);
    }
}

#[test]
fn failing_generator_gives_no_key() {
    // α, β, δ take 64 bytes each; from 192 on it is τ that cannot be drawn.
    for bytes in [0, 64, 128, 192] {
        let result = generate(Squares::blank(1), &mut FailingRng(bytes));
        assert!(matches!(result, Err(GenerateError::Randomness)), "{bytes}");
    }
}
