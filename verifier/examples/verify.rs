//! A verified result in ten lines, with an answer that was recorded: `cargo run -p glimpse-verifier --example verify`.

use std::{error::Error, fs, path::Path};

use glimpse_protocol::manifest::{IssuerManifest, KeyManifest, KeyPolicy};
use glimpse_protocol::{presentation::Presentation, request::Request};
use glimpse_verifier::{InMemoryReplayStore, KeySet, Trust, Verifier};
use rand::rngs::OsRng;

fn main() -> Result<(), Box<dyn Error>> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/verifier");
    let read = |name: &str| fs::read(directory.join(name));
    // Only since this answer was recorded with keys for tests; a service takes the default.
    let policy = KeyPolicy {
        allow_insecure_dev: true,
        ..KeyPolicy::default()
    };
    let now = "2026-11-21T18:01:00Z".parse()?; // a service reads its clock

    // Once, at start: the keys, the issuers to trust, and what was answered before.
    let manifest = KeyManifest::parse(&read("key-manifest.json")?, policy)?;
    let keys = KeySet::load(&manifest, |file| read(&file.file).ok())?;
    let issuers = vec![IssuerManifest::parse(&read("issuer.json")?)?];
    let verifier = Verifier::new(keys, Trust::new(issuers));
    let mut replay = InMemoryReplayStore::new();

    // For each answer: the request that this service made and kept, and what the wallet posted.
    let request = Request::parse(&read("request.json")?)?;
    let answer = Presentation::bytes_of_vp_token(&read("vp-token.json")?, &request)?;
    let verified = verifier.verify(&request, &answer, now, &mut replay, &mut OsRng)?;

    println!("{:#}", serde_json::to_value(&verified)?);
    Ok(())
}
