#![no_main]
//! Vault headers: what is accepted is canonical.

use glimpse_wallet::vault::Header;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(header) = Header::from_bytes(data) {
        assert_eq!(header.to_bytes(), data);
    }
});
