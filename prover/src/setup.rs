//! Generation of keys by one party, and the files and manifest they are published as.
//!
//! `docs/protocol/keys.md` section 2 describes the kinds. Generate in a process that ends soon: not
//! every trace of the trapdoor can be erased from memory.

use glimpse_protocol::{
    circuit::CircuitId,
    identity::Identity,
    manifest::{CircuitKeys, KeyFile, KeyKind, KeyManifest, KeyManifestBody, KeyManifestError},
    time::DateTime,
};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use rand_core::{CryptoRng, RngCore};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::{GenerateError, ProvingKey, groth16, relation};

/// The manifest's place beside the key files.
pub const MANIFEST_FILE: &str = "manifest.json";

const INSECURE_DEV_DOMAIN: &[u8] = b"glimpse/v1/insecure-dev-keys";

/// Everything a key directory holds. Write the manifest last: it names the others.
pub struct KeyFiles {
    manifest: KeyManifest,
    files: Vec<(String, Vec<u8>)>,
}

/// Why there is no key directory.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SetupError {
    /// A key could not be generated.
    #[error("the key of circuit {circuit} could not be generated: {source}")]
    Generate {
        /// The circuit.
        circuit: CircuitId,
        /// What went wrong.
        source: GenerateError,
    },
    /// The manifest does not pass its own checks: a defect of the program.
    #[error(transparent)]
    Manifest(#[from] KeyManifestError),
}

/// Generates the key of one circuit from fresh randomness.
///
/// # Errors
/// [`GenerateError`], for a failing `rng` or a defect of the program.
pub fn generate<R: CryptoRng + RngCore>(
    circuit: CircuitId,
    rng: &mut R,
) -> Result<ProvingKey, GenerateError> {
    let (key, verifying_key) = groth16::generate(relation::Blank(circuit), rng)?;
    Ok(ProvingKey::new(circuit, verifying_key, key))
}

/// The key of one circuit from a public seed. **Anybody can forge proofs with it**: for tests only.
///
/// # Errors
/// [`GenerateError`] for a defect of the program.
pub fn generate_insecure_dev(circuit: CircuitId) -> Result<ProvingKey, GenerateError> {
    let mut seed = Sha256::new();
    seed.update(INSECURE_DEV_DOMAIN);
    seed.update(circuit.name());
    generate(circuit, &mut ChaCha20Rng::from_seed(seed.finalize().into()))
}

/// Generates all keys of kind `single-party` from `rng`, and signs their manifest.
///
/// `announce` hears of each circuit before the seconds that its key takes.
///
/// # Errors
/// [`SetupError`]; nothing is left to clean up.
pub fn single_party<R: CryptoRng + RngCore>(
    created: DateTime,
    signer: &Identity,
    rng: &mut R,
    mut announce: impl FnMut(CircuitId),
) -> Result<KeyFiles, SetupError> {
    KeyFiles::new(KeyKind::SingleParty, created, signer, |circuit| {
        announce(circuit);
        generate(circuit, rng)
    })
}

/// Generates all keys of kind `insecure-dev`, the same ones each time. Their manifest is refused
/// unless the reader's policy asks for such keys.
///
/// # Errors
/// [`SetupError`] for a defect of the program.
pub fn insecure_dev(created: DateTime, signer: &Identity) -> Result<KeyFiles, SetupError> {
    KeyFiles::new(KeyKind::InsecureDev, created, signer, generate_insecure_dev)
}

impl KeyFiles {
    fn new(
        kind: KeyKind,
        created: DateTime,
        signer: &Identity,
        mut generate: impl FnMut(CircuitId) -> Result<ProvingKey, GenerateError>,
    ) -> Result<Self, SetupError> {
        let mut files = Vec::new();
        let mut circuits = Vec::new();
        for circuit in CircuitId::ALL {
            let key =
                generate(circuit).map_err(|source| SetupError::Generate { circuit, source })?;
            let mut file = |extension: &str, bytes: Vec<u8>| {
                let mut entry = KeyFile::of("", &bytes);
                // Named by content, so that caches may keep a file for ever.
                entry.file = format!("{}.{extension}", entry.sha256);
                files.push((entry.file.clone(), bytes));
                entry
            };
            circuits.push(CircuitKeys {
                circuit,
                constraints: key.constraints() as u32,
                proving_key: file("pk", key.to_bytes()),
                verifying_key: file("vk", key.verifying_key().to_bytes()),
            });
        }
        let body = KeyManifestBody {
            kind,
            created,
            circuits,
        };
        Ok(Self {
            manifest: KeyManifest::sign(body, signer)?,
            files,
        })
    }

    /// The signed manifest; its JSON form goes to [`MANIFEST_FILE`].
    #[must_use]
    pub fn manifest(&self) -> &KeyManifest {
        &self.manifest
    }

    /// The key files: names as in the manifest, and contents.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files
            .iter()
            .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
    }
}
