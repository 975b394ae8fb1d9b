#![no_main]
//! Credential files, for the holder and under the manifest of the corpus.

use std::sync::LazyLock;

use glimpse_protocol::{credential::Credential, holder::HolderId, manifest::IssuerManifest};

const GOOD: &[u8] = include_bytes!("../corpus/protocol_credential/good");

static ISSUER: LazyLock<IssuerManifest> = LazyLock::new(|| {
    IssuerManifest::parse(include_bytes!("../corpus/protocol_issuer_manifest/good")).unwrap()
});

static HOLDER: LazyLock<HolderId> = LazyLock::new(|| {
    let value = glimpse_protocol::json::parse(GOOD).unwrap();
    let mut bytes = [0; 32];
    hex::decode_to_slice(value["holder"].as_str().unwrap(), &mut bytes).unwrap();
    let holder = HolderId::from_bytes(&bytes).unwrap();
    Credential::open(GOOD, &ISSUER, holder).unwrap();
    holder
});

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(credential) = Credential::open(data, &ISSUER, *HOLDER) {
        let again = Credential::open(credential.to_json_string().as_bytes(), &ISSUER, *HOLDER);
        assert_eq!(again, Ok(credential));
    }
});
