#![no_main]
//! Prepared proofs: what is accepted is canonical, and of one kind only.

use glimpse_prover::{PreparedCredential, PreparedPredicate};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let credential = PreparedCredential::from_bytes(data).map(|prepared| prepared.to_bytes());
    let range = PreparedPredicate::from_bytes(data).map(|prepared| prepared.to_bytes());
    assert!(credential.is_err() || range.is_err());
    for bytes in [credential, range].into_iter().flatten() {
        assert_eq!(bytes.as_slice(), data);
    }
});
