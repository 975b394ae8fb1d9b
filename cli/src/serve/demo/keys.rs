//! Proving and verifying keys of kind `single-party`, made at first start and checked at every other.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::{Context as _, ensure};
use glimpse_link::VerifyingKey;
use glimpse_protocol::{
    circuit::CircuitId,
    identity::Identity,
    manifest::{KeyManifest, KeyPolicy},
    time::DateTime,
};
use glimpse_prover::setup;
use rand::{RngCore as _, rngs::OsRng};

use crate::serve::files;

/// Where the key files are, below the data folder.
pub const FOLDER: &str = "keys";

/// The verifying keys, by circuit.
pub type VerifyingKeys = BTreeMap<CircuitId, VerifyingKey>;

/// Makes the keys if there are none, and loads the verifying keys that the manifest names.
///
/// The manifest is written last: a folder without one holds an interrupted set-up, which is done again.
pub fn open(data: &Path, policy: KeyPolicy) -> anyhow::Result<(KeyManifest, VerifyingKeys)> {
    let folder = data.join(FOLDER);
    files::make_private_folder(&folder)?;
    let manifest = folder.join(setup::MANIFEST_FILE);
    if !manifest.is_file() {
        generate(data, &folder)?;
    }
    let manifest = fs::read(&manifest)?;
    let manifest = KeyManifest::parse(&manifest, policy).context("the key manifest is refused")?;
    let mut keys = VerifyingKeys::new();
    for entry in manifest.circuits() {
        for file in [&entry.proving_key, &entry.verifying_key] {
            let bytes = fs::read(folder.join(&file.file))?;
            ensure!(
                file.matches(&bytes),
                "{} is not the file that the manifest names",
                file.file
            );
        }
        let bytes = fs::read(folder.join(&entry.verifying_key.file))?;
        let key = VerifyingKey::from_bytes(&bytes, entry.circuit.slot_count())
            .with_context(|| format!("the verifying key of {} is refused", entry.circuit))?;
        keys.insert(entry.circuit, key);
    }
    Ok((manifest, keys))
}

fn generate(data: &Path, folder: &Path) -> anyhow::Result<()> {
    let signer = identity(&data.join("key-manifest.seed"))?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let now = DateTime::from_unix(i64::try_from(now)?)?;
    eprintln!(
        "glimpse: first start, making proving keys (kind single-party); this takes some seconds"
    );
    let made = setup::single_party(now, &signer, &mut OsRng, |circuit| eprintln!("  {circuit}"))?;
    write(folder, &made)
}

/// Writes the files, and then the manifest that names them.
pub fn write(folder: &Path, made: &setup::KeyFiles) -> anyhow::Result<()> {
    for (name, bytes) in made.files() {
        files::write_private(&folder.join(name), bytes)?;
    }
    let manifest = serde_json::to_vec_pretty(&made.manifest().to_json())?;
    files::write_private(&folder.join(setup::MANIFEST_FILE), &manifest)?;
    Ok(())
}

/// A 32-byte secret in a file of its own, made at first use.
pub fn seed(path: &Path) -> anyhow::Result<zeroize::Zeroizing<[u8; 32]>> {
    let bytes = zeroize::Zeroizing::new(files::read_or_create(path, || {
        let mut seed = vec![0; 32];
        OsRng
            .try_fill_bytes(&mut seed)
            .map_err(std::io::Error::other)?;
        Ok(seed)
    })?);
    let seed: [u8; 32] = bytes
        .as_slice()
        .try_into()
        .with_context(|| format!("{} does not hold 32 bytes", path.display()))?;
    Ok(zeroize::Zeroizing::new(seed))
}

/// An Ed25519 identity whose seed is in a file of its own.
pub fn identity(path: &Path) -> anyhow::Result<Identity> {
    Ok(Identity::from_seed(&*seed(path)?))
}
