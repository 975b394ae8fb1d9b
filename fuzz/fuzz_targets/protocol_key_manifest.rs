#![no_main]
//! Key manifests.

use glimpse_protocol::manifest::{KeyManifest, KeyPolicy};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(manifest) = KeyManifest::parse(data, KeyPolicy::default()) {
        let again = KeyManifest::parse(manifest.to_json().to_string().as_bytes(), KeyPolicy::default());
        assert_eq!(again, Ok(manifest));
    }
});
