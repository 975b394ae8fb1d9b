//! Proving and verifying keys of kind `single-party`, made at first start and checked at every other.

use std::{
    fs,
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::{Context as _, ensure};
use glimpse_protocol::{
    identity::Identity,
    manifest::{KeyManifest, KeyPolicy},
    time::DateTime,
};
use glimpse_prover::setup;
use glimpse_verifier::KeySet;
use rand::{RngCore as _, rngs::OsRng};

use crate::serve::files;

/// Where the key files are, below the data folder.
pub const FOLDER: &str = "keys";

/// Makes the keys if there are none, and loads the verifying keys that the manifest names.
///
/// The manifest is written last: a folder without one holds an interrupted set-up, which is done again.
pub fn open(data: &Path, policy: KeyPolicy) -> anyhow::Result<KeySet> {
    let folder = data.join(FOLDER);
    files::make_private_folder(&folder)?;
    let manifest = folder.join(setup::MANIFEST_FILE);
    if !manifest.is_file() {
        generate(data, &folder)?;
    }
    let manifest =
        KeyManifest::parse(&fs::read(&manifest)?, policy).context("the key manifest is refused")?;
    for entry in manifest.circuits() {
        let file = &entry.proving_key;
        let bytes = fs::read(folder.join(&file.file))?;
        ensure!(
            file.matches(&bytes),
            "{} is not the file that the manifest names",
            file.file
        );
    }
    Ok(KeySet::load(&manifest, |file| {
        fs::read(folder.join(&file.file)).ok()
    })?)
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
