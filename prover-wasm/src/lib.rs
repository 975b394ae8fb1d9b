//! The prover for browsers: a module that `assets/engine.js` loads into a worker.
//!
//! It translates between JavaScript and [`glimpse_prover`], and decides nothing.

mod failure;
mod issuers;
mod job;
mod request;
mod stretch;

use core::ops::ControlFlow;

use glimpse_protocol::{
    circuit::CircuitId,
    manifest::{KeyManifest, KeyPolicy},
};
use glimpse_prover::{Cancelled, ProvingKeys};
use js_sys::Function;
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use failure::Failure;
pub use job::Job;
use request::{Bytes, Init, Initialised, KeyEntry, Stretched};

/// Whether this build's arithmetic works on this machine: [`glimpse_prover::self_test`].
#[wasm_bindgen(js_name = selfTest)]
#[must_use]
pub fn self_test() -> bool {
    glimpse_prover::self_test()
}

/// The proving keys at hand, and the manifest that names them.
#[wasm_bindgen]
#[derive(Default)]
pub struct Engine {
    manifest: Option<KeyManifest>,
    keys: ProvingKeys,
}

#[wasm_bindgen]
impl Engine {
    /// An engine without keys: it can only stretch passphrases.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the key manifest, JSON, if it is signed and of an acceptable kind.
    ///
    /// # Errors
    /// Code `manifest`.
    pub fn init(&mut self, manifest: &str, body: JsValue) -> Result<JsValue, JsValue> {
        let Init { allow_insecure_dev } = read(body)?;
        let policy = KeyPolicy {
            allow_insecure_dev,
            ..KeyPolicy::default()
        };
        let manifest = KeyManifest::parse(manifest.as_bytes(), policy)
            .map_err(|error| Failure::new("manifest", error))?;
        let reply = Initialised {
            kind: manifest.kind().name(),
            keys: manifest.circuits().iter().map(KeyEntry::of).collect(),
        };
        self.keys = ProvingKeys::new();
        self.manifest = Some(manifest);
        write(&reply)
    }

    /// Argon2id of a passphrase: the "stretched key" of docs/protocol/vault.md.
    ///
    /// # Errors
    /// Codes `stretch_costs` and `out_of_memory`.
    pub fn stretch(&self, body: JsValue) -> Result<JsValue, JsValue> {
        let key = stretch::stretch(&read(body)?)?;
        write(&Stretched { key })
    }

    /// The key files that a job needs and that are not loaded: `[{circuit, file, sha256, bytes}]`.
    ///
    /// # Errors
    /// Codes `not_initialised` and `keys_unavailable`.
    #[wasm_bindgen(js_name = missingKeys)]
    pub fn missing_keys(&self, job: &Job) -> Result<JsValue, JsValue> {
        let manifest = self.manifest()?;
        let mut missing = Vec::new();
        for circuit in job.circuits() {
            if self.keys.get(circuit).is_err() {
                let entry = manifest
                    .keys(circuit)
                    .ok_or_else(|| Failure::new("keys_unavailable", "the manifest lacks a key"))?;
                missing.push(KeyEntry::of(entry));
            }
        }
        write(&missing)
    }

    /// The SHA-256 of every proving key that the manifest names, in hex.
    ///
    /// # Errors
    /// Code `not_initialised`.
    #[wasm_bindgen(js_name = keyDigests)]
    pub fn key_digests(&self) -> Result<JsValue, JsValue> {
        let digests: Vec<String> = self
            .manifest()?
            .circuits()
            .iter()
            .map(|keys| keys.proving_key.sha256.to_string())
            .collect();
        write(&digests)
    }

    /// Loads a key file, and gives its unpacked form to keep.
    ///
    /// # Errors
    /// Code `key_digest` if it is not the one that the manifest names, else `key_malformed`.
    #[wasm_bindgen(js_name = addKey)]
    pub fn add_key(&mut self, circuit: &str, bytes: &[u8]) -> Result<Vec<u8>, JsValue> {
        let (manifest, circuit) = (self.manifest.as_ref(), circuit_named(circuit)?);
        let manifest = manifest.ok_or_else(not_initialised)?;
        let key = self.keys.load(manifest, circuit, bytes);
        Ok(key.map_err(Failure::from)?.to_unpacked())
    }

    /// Loads a key from its unpacked form.
    ///
    /// # Errors
    /// As [`Self::add_key`]; the file is then to be loaded.
    #[wasm_bindgen(js_name = addUnpackedKey)]
    pub fn add_unpacked_key(&mut self, circuit: &str, bytes: &[u8]) -> Result<(), JsValue> {
        let (manifest, circuit) = (self.manifest.as_ref(), circuit_named(circuit)?);
        let manifest = manifest.ok_or_else(not_initialised)?;
        let key = self.keys.load_unpacked(manifest, circuit, bytes);
        key.map_err(Failure::from)?;
        Ok(())
    }

    /// Does a job; `report` is called with (done, total) as it goes.
    ///
    /// # Errors
    /// See `docs/protocol/worker.md`.
    pub fn run(&self, job: Job, report: &Function) -> Result<JsValue, JsValue> {
        let mut progress =
            |done: u32, total: u32| match report.call2(&JsValue::NULL, &done.into(), &total.into())
            {
                Ok(_) => ControlFlow::Continue(()),
                // A page that is not there any more waits for nothing.
                Err(_) => ControlFlow::Break(Cancelled),
            };
        job.run(&self.keys, &mut progress)
    }

    fn manifest(&self) -> Result<&KeyManifest, Failure> {
        self.manifest.as_ref().ok_or_else(not_initialised)
    }
}

fn circuit_named(name: &str) -> Result<CircuitId, Failure> {
    CircuitId::from_name(name)
        .ok_or_else(|| Failure::new("bad_request", "there is no such circuit"))
}

fn not_initialised() -> Failure {
    Failure::new("not_initialised", "the worker has not been initialised")
}

fn read<T: DeserializeOwned>(body: JsValue) -> Result<T, Failure> {
    Ok(serde_wasm_bindgen::from_value(body)?)
}

fn write(reply: &impl Serialize) -> Result<JsValue, JsValue> {
    Ok(serde_wasm_bindgen::to_value(reply).map_err(Failure::from)?)
}

impl KeyEntry {
    fn of(keys: &glimpse_protocol::manifest::CircuitKeys) -> Self {
        let file = &keys.proving_key;
        Self {
            circuit: keys.circuit.name(),
            file: file.file.clone(),
            sha256: file.sha256.to_string(),
            bytes: file.bytes,
        }
    }
}

impl Bytes {
    /// A value of a fixed length, such as a nonce.
    fn array<const N: usize>(&self) -> Result<zeroize::Zeroizing<[u8; N]>, Failure> {
        <[u8; N]>::try_from(&**self)
            .map(zeroize::Zeroizing::new)
            .map_err(|_| Failure::new("bad_request", "a value has the wrong length"))
    }
}
