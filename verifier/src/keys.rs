//! The verifying keys that a verifier trusts.

use std::collections::BTreeMap;

use glimpse_link::{KeyError, VerifyingKey};
use glimpse_protocol::circuit::CircuitId;
use glimpse_protocol::manifest::{KeyFile, KeyManifest};

/// A verifying key for each circuit, loaded and checked.
#[derive(Debug, Clone)]
pub struct KeySet(BTreeMap<CircuitId, VerifyingKey>);

/// Why keys were refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeySetError {
    /// A file of the manifest could not be had.
    #[error("the verifying key of {0} is missing")]
    Missing(CircuitId),
    /// A file is not the one that the manifest names.
    #[error("the verifying key of {0} does not match the manifest")]
    Digest(CircuitId),
    /// A file holds no acceptable key.
    #[error("the verifying key of {0}: {1}")]
    Key(CircuitId, KeyError),
    /// A key has another number of slots than the circuit.
    #[error("the key for {0} belongs to another circuit")]
    Slots(CircuitId),
}

impl KeySet {
    /// Loads every verifying key of a manifest. `read` gives the contents of a file.
    ///
    /// # Errors
    /// [`KeySetError`] for the first key that is not exactly the manifest's.
    pub fn load(
        manifest: &KeyManifest,
        mut read: impl FnMut(&KeyFile) -> Option<Vec<u8>>,
    ) -> Result<Self, KeySetError> {
        let mut keys = BTreeMap::new();
        for entry in manifest.circuits() {
            let circuit = entry.circuit;
            let bytes = read(&entry.verifying_key).ok_or(KeySetError::Missing(circuit))?;
            if !entry.verifying_key.matches(&bytes) {
                return Err(KeySetError::Digest(circuit));
            }
            let key = VerifyingKey::from_bytes(&bytes, circuit.slot_count())
                .map_err(|error| KeySetError::Key(circuit, error))?;
            keys.insert(circuit, key);
        }
        Ok(Self(keys))
    }

    /// Keys already loaded, trusted by whatever the caller rests on.
    ///
    /// # Errors
    /// [`KeySetError::Slots`].
    pub fn from_keys(
        keys: impl IntoIterator<Item = (CircuitId, VerifyingKey)>,
    ) -> Result<Self, KeySetError> {
        let check =
            |(circuit, key): (CircuitId, VerifyingKey)| match key.slots() == circuit.slot_count() {
                true => Ok((circuit, key)),
                false => Err(KeySetError::Slots(circuit)),
            };
        keys.into_iter()
            .map(check)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The key of a circuit.
    pub fn get(&self, circuit: CircuitId) -> Option<&VerifyingKey> {
        self.0.get(&circuit)
    }
}
