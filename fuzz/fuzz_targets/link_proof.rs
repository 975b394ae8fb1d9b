#![no_main]
//! Plain Groth16 proofs.

use glimpse_link::Proof;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(proof) = Proof::from_bytes(data) {
        assert_eq!(proof.to_bytes(), data);
    }
});
