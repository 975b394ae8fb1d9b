#![no_main]
//! Linked proofs: the first two bytes are the expected counts of proofs and variables.

use glimpse_link::LinkedProof;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let [proofs, variables, bytes @ ..] = data else {
        return;
    };
    if let Ok(proof) =
        LinkedProof::from_bytes(bytes, usize::from(*proofs), usize::from(*variables))
    {
        assert_eq!(proof.to_bytes(), bytes);
    }
});
