//! Key generation by one party, who could keep the trapdoor.

use ark_bn254::{Bn254, Fr, G1Projective, G2Projective};
use ark_ec::PrimeGroup;
use ark_ff::{PrimeField, Zero};
use ark_groth16::Groth16;
use ark_relations::gr1cs::{
    ConstraintSynthesizer, ConstraintSystem, OptimizationGoal, SynthesisError, SynthesisMode,
};
use glimpse_link::{KeyError, VerifyingKey};
use rand_core::{CryptoRng, Error, RngCore};
use thiserror::Error as ThisError;
use zeroize::Zeroizing;

use crate::{
    groth16::{Key, Shape},
    qap::CircomReduction,
};

/// Why no key was generated.
#[derive(Debug, ThisError)]
pub enum GenerateError {
    /// The random generator failed; a key from weak randomness could be forged for.
    #[error("the random generator failed")]
    Randomness,
    /// The circuit could not be synthesised: a defect of the program.
    #[error("the circuit could not be synthesised: {0}")]
    Synthesis(#[from] SynthesisError),
    /// The key fails the checks of every verifier: a defect of the circuit, such as an input
    /// that no constraint uses.
    #[error("the generated key is unusable: {0}")]
    Key(#[from] KeyError),
}

/// A proving key and its verifying key for `circuit`, with γ = 1 and the standard generators.
///
/// The trapdoor (α, β, δ and τ) is drawn from `rng`. α, β and δ are erased here; τ and their
/// products live inside arkworks' generator until their memory is used again, so generate keys
/// in a process that ends soon.
pub(crate) fn generate<R: CryptoRng + RngCore>(
    circuit: impl ConstraintSynthesizer<Fr> + Clone,
    rng: &mut R,
) -> Result<(Key, VerifyingKey), GenerateError> {
    let shape = shape(circuit.clone())?;
    let key = parameters(circuit, rng)?;
    let verifying_key = VerifyingKey::from_parts(
        key.vk.alpha_g1,
        key.vk.beta_g2,
        key.delta_g1,
        key.vk.delta_g2,
        key.vk.gamma_abc_g1.clone(),
    )?;
    Ok((Key::from_ark(&key, shape), verifying_key))
}

/// The same with \[β\]₁ and \[B\]₁, which our keys leave out, and before any check.
pub(crate) fn parameters<R: CryptoRng + RngCore>(
    circuit: impl ConstraintSynthesizer<Fr>,
    rng: &mut R,
) -> Result<ark_groth16::ProvingKey<Bn254>, GenerateError> {
    let mut rng = Guarded { rng, failed: false };
    let alpha = Zeroizing::new(rng.nonzero_scalar()?);
    let beta = Zeroizing::new(rng.nonzero_scalar()?);
    let delta = Zeroizing::new(rng.nonzero_scalar()?);
    let gamma = Fr::from(1);

    let key = Groth16::<Bn254, CircomReduction>::generate_parameters_with_qap(
        circuit,
        *alpha,
        *beta,
        gamma,
        *delta,
        G1Projective::generator(),
        G2Projective::generator(),
        &mut rng,
    )?;
    if rng.failed {
        return Err(GenerateError::Randomness);
    }
    Ok(key)
}

/// Counts the variables and constraints of a circuit.
pub(crate) fn shape(circuit: impl ConstraintSynthesizer<Fr>) -> Result<Shape, SynthesisError> {
    let system = ConstraintSystem::new_ref();
    system.set_optimization_goal(OptimizationGoal::Constraints);
    system.set_mode(SynthesisMode::Setup);
    circuit.generate_constraints(system.clone())?;
    Ok(Shape {
        instance: system.num_instance_variables(),
        witness: system.num_witness_variables(),
        constraints: system.num_constraints(),
    })
}

/// Remembers that a generator failed, where arkworks knows only generators that cannot.
struct Guarded<'r, R> {
    rng: &'r mut R,
    failed: bool,
}

impl<R: CryptoRng + RngCore> Guarded<'_, R> {
    fn nonzero_scalar(&mut self) -> Result<Fr, GenerateError> {
        let mut bytes = Zeroizing::new([0; 64]);
        self.rng
            .try_fill_bytes(bytes.as_mut())
            .map_err(|_| GenerateError::Randomness)?;
        // Reducing 64 bytes is meant: the result is uniform up to 2⁻²⁵⁷.
        let scalar = Fr::from_le_bytes_mod_order(bytes.as_ref());
        if scalar.is_zero() {
            return Err(GenerateError::Randomness);
        }
        Ok(scalar)
    }
}

impl<R: RngCore> RngCore for Guarded<'_, R> {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.fill_bytes(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill_bytes(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        if self.rng.try_fill_bytes(bytes).is_err() {
            // Any value on which rejection sampling ends will do: the key is thrown away.
            bytes.fill(1);
            self.failed = true;
        }
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.fill_bytes(bytes);
        Ok(())
    }
}
