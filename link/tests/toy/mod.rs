//! Toy circuits with real Groth16 keys (γ = 1, G₁ and G₂), as the tests' material.
#![allow(
    dead_code,
    reason = "each test binary and the benchmarks use their own part of this module"
)]

pub mod scene;

use ark_bn254::{Bn254, Fr, G1Projective, G2Projective};
use ark_ec::PrimeGroup;
use ark_ff::{Field, UniformRand};
use ark_groth16::{Groth16, ProvingKey};
use ark_relations::{
    gr1cs::{ConstraintSynthesizer, ConstraintSystemRef, SynthesisError},
    lc,
};
use glimpse_link::{Member, Proof, Slot, Statement, Variable, VerifyingKey};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

/// Reproducible randomness for tests.
pub fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

/// For public inputs x₁ … x_n: knowledge of w with w·w = w and of yᵢ = w·xᵢ. Every input occurs
/// in a constraint, and every assignment of the inputs has a witness.
#[derive(Clone)]
pub struct Toy {
    pub inputs: Vec<Option<Fr>>,
    pub witness: Option<Fr>,
}

impl ConstraintSynthesizer<Fr> for Toy {
    fn generate_constraints(self, cs: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        let missing = SynthesisError::AssignmentMissing;
        let w = cs.new_witness_variable(|| self.witness.ok_or(missing))?;
        for input in &self.inputs {
            let x = cs.new_input_variable(|| input.ok_or(missing))?;
            let y = cs.new_witness_variable(|| {
                Ok(self.witness.ok_or(missing)? * input.ok_or(missing)?)
            })?;
            cs.enforce_r1cs_constraint(|| lc!() + w, || lc!() + x, || lc!() + y)?;
        }
        cs.enforce_r1cs_constraint(|| lc!() + w, || lc!() + w, || lc!() + w)?;
        Ok(())
    }
}

/// A toy circuit with its keys.
pub struct Circuit {
    pub proving: ProvingKey<Bn254>,
    pub key: VerifyingKey,
}

impl Circuit {
    pub fn new(slots: usize, seed: u64) -> Self {
        let mut rng = rng(seed);
        let toy = Toy {
            inputs: vec![None; slots],
            witness: None,
        };
        let [alpha, beta, delta] = [(); 3].map(|()| Fr::rand(&mut rng));
        let proving = Groth16::<Bn254>::generate_parameters_with_qap(
            toy,
            alpha,
            beta,
            Fr::ONE,
            delta,
            G1Projective::generator(),
            G2Projective::generator(),
            &mut rng,
        )
        .unwrap();
        let key = VerifyingKey::from_parts(
            proving.vk.alpha_g1,
            proving.vk.beta_g2,
            proving.delta_g1,
            proving.vk.delta_g2,
            proving.vk.gamma_abc_g1.clone(),
        )
        .unwrap();
        Self { proving, key }
    }

    pub fn prove(&self, inputs: &[Fr], seed: u64) -> Proof {
        let toy = Toy {
            inputs: inputs.iter().copied().map(Some).collect(),
            witness: Some(Fr::ONE),
        };
        let proof = Groth16::<Bn254>::create_random_proof_with_reduction(
            toy,
            &self.proving,
            &mut rng(seed),
        )
        .unwrap();
        Proof::new(proof.a, proof.b, proof.c)
    }
}

/// Public, with a small number.
pub fn public(value: u64) -> Slot {
    Slot::Public(Fr::from(value))
}

/// Hidden in the variable of this number.
pub fn hidden(variable: u16) -> Slot {
    Slot::Hidden(Variable::new(variable))
}

/// The statement over these circuits and slots.
pub fn statement<'k>(members: &[(&'k Circuit, Vec<Slot>)]) -> Statement<'k> {
    let members = members
        .iter()
        .map(|(circuit, slots)| Member {
            key: &circuit.key,
            slots: slots.clone(),
        })
        .collect();
    Statement::new(members).unwrap()
}

/// What a statement's slots hold under these values of its variables.
pub fn inputs(slots: &[Slot], values: &[Fr]) -> Vec<Fr> {
    slots
        .iter()
        .map(|slot| match slot {
            Slot::Public(value) => *value,
            Slot::Hidden(variable) => values[usize::from(variable.number())],
        })
        .collect()
}

/// A prepared proof for each member, made for these values.
pub fn prepare(members: &[(&Circuit, Vec<Slot>)], values: &[Fr]) -> Vec<Proof> {
    members
        .iter()
        .zip(100..)
        .map(|((circuit, slots), seed)| circuit.prove(&inputs(slots, values), seed))
        .collect()
}
