//! A module for benchmarks: keys, witnesses and proofs of snarkjs, for our prover and verifier (`cargo xtask bench --browser`).
//!
//! It is no part of what wallets load.

use ark_bn254::{Fq2, Fr, G1Affine, G2Affine};
use ark_ff::PrimeField;
use glimpse_link::Proof;
use glimpse_prover::snarkjs::{Witness, Zkey, proof_json};
use rand_core::OsRng;
use serde::Deserialize;
use wasm_bindgen::prelude::*;

/// A loaded `.zkey`.
#[wasm_bindgen]
pub struct Key(Zkey);

#[wasm_bindgen]
impl Key {
    /// Reads and checks a `.zkey` file.
    ///
    /// # Errors
    /// Why the file is refused.
    #[wasm_bindgen(constructor)]
    pub fn new(zkey: &[u8]) -> Result<Self, JsError> {
        Ok(Self(Zkey::from_bytes(zkey)?))
    }

    /// The `proof.json` of a new proof for a `.wtns` file.
    ///
    /// # Errors
    /// Why the witness is refused.
    pub fn prove(&self, wtns: &[u8]) -> Result<String, JsError> {
        let witness = Witness::from_bytes(wtns)?;
        Ok(proof_json(&self.0.prove(&witness, &mut OsRng)?))
    }

    /// Whether a proof in the form of snarkjs's `proof.json` is valid for the values in `public.json`.
    ///
    /// # Errors
    /// If either is not of that form.
    pub fn verify(&self, proof: &str, inputs: &str) -> Result<bool, JsError> {
        let proof: ProofJson = serde_json::from_str(proof)?;
        let inputs: Vec<String> = serde_json::from_str(inputs)?;
        let inputs: Vec<Fr> = inputs.iter().map(|x| number(x)).collect::<Result<_, _>>()?;
        let [a, c] = [&proof.pi_a, &proof.pi_c]
            .map(|[x, y, _]| Ok::<_, JsError>(G1Affine::new_unchecked(number(x)?, number(y)?)));
        let [x, y, _] = &proof.pi_b;
        let [x, y] = [x, y].map(|[c0, c1]| Ok::<_, JsError>(Fq2::new(number(c0)?, number(c1)?)));
        let b = G2Affine::new_unchecked(x?, y?);
        // Checks that the points are in their groups.
        Ok(Proof::new(a?, b, c?).proves(self.0.verifying_key(), &inputs))
    }

    /// How many constraints the circuit has.
    pub fn constraints(&self) -> usize {
        self.0.constraints()
    }
}

/// Coordinates as decimal numbers; the third is that of affine points.
#[derive(Deserialize)]
struct ProofJson {
    pi_a: [String; 3],
    pi_b: [[String; 2]; 3],
    pi_c: [String; 3],
}

fn number<F: PrimeField>(decimal: &str) -> Result<F, JsError> {
    F::from_str(decimal).map_err(|_| JsError::new("not a number of the field"))
}
