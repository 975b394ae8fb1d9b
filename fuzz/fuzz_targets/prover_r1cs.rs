#![no_main]
//! Constraints of circom: what is accepted is canonical but for the order of its sections.

use glimpse_prover::snarkjs::R1cs;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(r1cs) = R1cs::from_bytes(data) {
        let bytes = r1cs.to_bytes();
        assert_eq!(bytes.len(), data.len());
        assert!(R1cs::from_bytes(&bytes) == Ok(r1cs));
    }
});
