//! A module for benchmarks: keys and witnesses of snarkjs, proved by our prover (`cargo xtask bench --browser`).
//!
//! It is no part of what wallets load.

use glimpse_prover::snarkjs::{Witness, Zkey, proof_json};
use rand_core::OsRng;
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

    /// How many constraints the circuit has.
    pub fn constraints(&self) -> usize {
        self.0.constraints()
    }
}
