#![no_main]
//! Verifying keys: the first byte is the expected slot count.

use glimpse_link::VerifyingKey;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((slots, bytes)) = data.split_first() else {
        return;
    };
    if let Ok(key) = VerifyingKey::from_bytes(bytes, usize::from(*slots)) {
        assert_eq!(key.to_bytes(), bytes);
    }
});
