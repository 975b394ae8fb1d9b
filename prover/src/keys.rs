//! The proving keys that are at hand.

use std::collections::BTreeMap;

use glimpse_protocol::{circuit::CircuitId, manifest::KeyManifest};
use thiserror::Error;

use crate::{ProvingKey, ProvingKeyError};

/// Proving keys by circuit, each loaded when it is first needed.
#[derive(Debug, Default)]
pub struct ProvingKeys(BTreeMap<CircuitId, ProvingKey>);

/// The key of a circuit is needed and not at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the proving key of circuit {0} is not loaded")]
pub struct MissingKey(pub CircuitId);

impl ProvingKeys {
    /// No keys.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Loads the key file of `circuit` that `manifest` names. The verifying key inside must be the
    /// one that the manifest names to verifiers: it is what new proofs are checked against.
    ///
    /// # Errors
    /// [`ProvingKeyError::Digest`] if the bytes are another file's or the manifest has none for
    /// the circuit, [`ProvingKeyError::OtherVerifyingKey`], and all errors of
    /// [`ProvingKey::from_bytes`].
    pub fn load(
        &mut self,
        manifest: &KeyManifest,
        circuit: CircuitId,
        bytes: &[u8],
    ) -> Result<&ProvingKey, ProvingKeyError> {
        self.load_by(manifest, circuit, |digest| {
            ProvingKey::from_bytes(bytes, digest, circuit)
        })
    }

    /// As [`Self::load`], from the key's unpacked form.
    ///
    /// # Errors
    /// Those of [`Self::load`] and [`ProvingKey::from_unpacked`].
    pub fn load_unpacked(
        &mut self,
        manifest: &KeyManifest,
        circuit: CircuitId,
        bytes: &[u8],
    ) -> Result<&ProvingKey, ProvingKeyError> {
        self.load_by(manifest, circuit, |digest| {
            ProvingKey::from_unpacked(bytes, digest, circuit)
        })
    }

    fn load_by(
        &mut self,
        manifest: &KeyManifest,
        circuit: CircuitId,
        read: impl FnOnce(&[u8; 32]) -> Result<ProvingKey, ProvingKeyError>,
    ) -> Result<&ProvingKey, ProvingKeyError> {
        let entry = manifest.keys(circuit).ok_or(ProvingKeyError::Digest)?;
        let key = read(&entry.proving_key.sha256.to_bytes())?;
        if *key.verifying_key().digest() != entry.verifying_key.sha256.to_bytes() {
            return Err(ProvingKeyError::OtherVerifyingKey);
        }
        let place = self.0.entry(circuit);
        Ok(place.insert_entry(key).into_mut())
    }

    /// Adds a key, in place of an earlier one of its circuit.
    pub fn insert(&mut self, key: ProvingKey) {
        self.0.insert(key.circuit(), key);
    }

    /// The key of `circuit`.
    ///
    /// # Errors
    /// [`MissingKey`] if it has not been loaded.
    pub fn get(&self, circuit: CircuitId) -> Result<&ProvingKey, MissingKey> {
        self.0.get(&circuit).ok_or(MissingKey(circuit))
    }
}

impl FromIterator<ProvingKey> for ProvingKeys {
    fn from_iter<I: IntoIterator<Item = ProvingKey>>(keys: I) -> Self {
        let mut all = Self::new();
        for key in keys {
            all.insert(key);
        }
        all
    }
}
