#![no_main]
//! Groth16 keys of snarkjs.

use glimpse_prover::snarkjs::Zkey;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(key) = Zkey::from_bytes(data) {
        assert!(key.public() < key.wires());
    }
});
