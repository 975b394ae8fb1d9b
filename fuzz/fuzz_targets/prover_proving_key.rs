#![no_main]
//! Proving key files that a manifest names: the first byte chooses the circuit.

use glimpse_protocol::circuit::CircuitId;
use glimpse_prover::ProvingKey;
use sha2::{Digest, Sha256};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((circuit, bytes)) = data.split_first() else {
        return;
    };
    let circuit = CircuitId::ALL[usize::from(*circuit) % CircuitId::ALL.len()];
    let digest = Sha256::digest(bytes).into();
    if let Ok(key) = ProvingKey::from_bytes(bytes, &digest, circuit) {
        assert!(key.to_bytes() == bytes);
    }
});
