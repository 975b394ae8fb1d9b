#![no_main]
//! Witnesses of snarkjs: what is accepted is canonical but for the order of its sections.

use glimpse_prover::snarkjs::Witness;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(witness) = Witness::from_bytes(data) {
        let bytes = witness.to_bytes();
        assert_eq!(bytes.len(), data.len());
        assert!(Witness::from_bytes(&bytes) == Ok(witness));
    }
});
