//! The verifier for JavaScript: translates bytes and JSON, decides nothing.

use glimpse_protocol::identity::Did;
use glimpse_protocol::manifest::{IssuerManifest, KeyFile, KeyManifest, KeyPolicy};
use glimpse_protocol::request::Request;
use glimpse_protocol::set::PublishedSet;
use glimpse_protocol::time::DateTime;
use rand_core::OsRng;
use serde_json::json;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::{InMemoryReplayStore, KeySet, Trust, Verifier};

/// Verifying keys on their way in: the manifest, and the files that it names.
#[wasm_bindgen]
pub struct KeyFiles {
    manifest: KeyManifest,
    files: Vec<(String, Vec<u8>)>,
}

/// A verifier with a replay store in memory.
#[wasm_bindgen]
pub struct JsVerifier {
    verifier: Verifier,
    replay: InMemoryReplayStore,
}

#[wasm_bindgen]
impl KeyFiles {
    /// Reads a key manifest, which `signer` (a did:key) must have signed if it is given; throws what is wrong with it.
    #[wasm_bindgen(constructor)]
    pub fn new(manifest_json: &[u8], signer: Option<String>) -> Result<KeyFiles, String> {
        let signer = signer
            .map(|did| did.parse::<Did>())
            .transpose()
            .map_err(|error| error.to_string())?;
        let policy = KeyPolicy {
            signer,
            ..KeyPolicy::default()
        };
        let manifest =
            KeyManifest::parse(manifest_json, policy).map_err(|error| error.to_string())?;
        Ok(Self {
            manifest,
            files: Vec::new(),
        })
    }

    /// The names of the files that are needed, as a JSON array.
    pub fn needed(&self) -> String {
        let names: Vec<&str> = self
            .manifest
            .circuits()
            .iter()
            .map(|keys| keys.verifying_key.file.as_str())
            .collect();
        json!(names).to_string()
    }

    /// Adds a file.
    pub fn add(&mut self, file: String, contents: Vec<u8>) {
        self.files.push((file, contents));
    }
}

#[wasm_bindgen]
impl JsVerifier {
    /// A verifier with these keys, which trusts the issuers of a JSON array of manifests; throws what is wrong.
    #[wasm_bindgen(constructor)]
    pub fn new(keys: KeyFiles, manifests_json: &[u8]) -> Result<JsVerifier, String> {
        let read = |wanted: &KeyFile| {
            let found = keys.files.iter().find(|(name, _)| *name == wanted.file);
            found.map(|(_, contents)| contents.clone())
        };
        let key_set = KeySet::load(&keys.manifest, read).map_err(|error| error.to_string())?;
        let issuers =
            IssuerManifest::parse_many(manifests_json).map_err(|error| error.to_string())?;
        let verifier = Verifier::new(key_set, Trust::new(issuers));
        Ok(Self {
            verifier,
            replay: InMemoryReplayStore::new(),
        })
    }

    /// Takes in the file of a trusted issuer's status list, or its head alone; throws what is wrong with it. Needed before
    /// answers that rest on it: the newest list of each issuer, and earlier ones for as long as requests tolerate them.
    pub fn add_status(&mut self, file: &[u8]) -> Result<(), String> {
        let added = self.verifier.trust_mut().add_status(file);
        added.map_err(|error| error.to_string())
    }

    /// Takes in the file of a published set, after building the tree over its elements; throws what is wrong with it. Needed
    /// before answers to requests that name it.
    pub fn add_set(&mut self, file: &[u8]) -> Result<(), String> {
        let set = PublishedSet::from_bytes(file).map_err(|error| error.to_string())?;
        self.verifier.trust_mut().add_set(&set);
        Ok(())
    }

    /// Verifies a presentation; `now_seconds` is Unix time. Returns `{"verified":true,…}` or
    /// `{"verified":false,"rejection":{…}}`; throws if the request is none.
    pub fn verify(
        &mut self,
        request: &[u8],
        presentation: &[u8],
        now_seconds: f64,
    ) -> Result<String, String> {
        let request = Request::parse(request).map_err(|error| error.to_string())?;
        let now = DateTime::from_unix(now_seconds as i64).map_err(|error| error.to_string())?;
        self.replay.forget_expired(now);
        let outcome =
            self.verifier
                .verify(&request, presentation, now, &mut self.replay, &mut OsRng);
        Ok(match outcome {
            Ok(verified) => json!(verified).to_string(),
            Err(rejection) => json!({ "verified": false, "rejection": rejection }).to_string(),
        })
    }
}
