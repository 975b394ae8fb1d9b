#![no_main]
//! Issuer manifests.

use glimpse_protocol::manifest::IssuerManifest;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(manifest) = IssuerManifest::parse(data) {
        let again = IssuerManifest::parse(manifest.to_json().to_string().as_bytes());
        assert_eq!(again, Ok(manifest));
    }
});
