//! `glimpse keys`: make and inspect proving and verifying keys.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Subcommand;
use glimpse_link::VerifyingKey;
use glimpse_protocol::circuit::CircuitId;
use glimpse_protocol::identity::Identity;
use glimpse_protocol::manifest::{KeyFile, KeyManifest, KeyPolicy};
use glimpse_prover::setup;
use glimpse_verifier::KeySet;
use rand::rngs::OsRng;
use serde_json::json;

use super::{clock, files, output};

/// Commands about keys.
#[derive(Debug, Subcommand)]
pub enum Keys {
    /// Generate proving and verifying keys of kind single-party, from the system's randomness.
    ///
    /// Whoever could read this machine's memory now could forge proofs later; proofs hide what they
    /// hide in any case.
    Init {
        /// The directory to make them in. One that holds keys is never overwritten.
        #[arg(long)]
        dir: PathBuf,
        /// Print the manifest's summary as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Say what a key directory holds, and check every file against the manifest.
    Info {
        /// The directory.
        dir: PathBuf,
        /// Print as JSON.
        #[arg(long)]
        json: bool,
        /// Accept test keys from a public seed, with which anybody can forge proofs.
        #[arg(long)]
        allow_insecure_dev: bool,
    },
}

impl Keys {
    pub fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Init { dir, json } => init(&dir, json),
            Self::Info {
                dir,
                json,
                allow_insecure_dev,
            } => info(
                &dir,
                json,
                KeyPolicy {
                    allow_insecure_dev,
                    ..KeyPolicy::default()
                },
            ),
        }
    }
}

fn init(dir: &Path, json: bool) -> anyhow::Result<()> {
    if dir.join(setup::MANIFEST_FILE).exists() {
        bail!("{} holds keys already", dir.display());
    }
    // The signer is forgotten: the signature ties the files together, and no other manifest can ever
    // be signed in the same name.
    let signer = Identity::generate(&mut OsRng).context("no randomness")?;
    let made = setup::single_party(clock::now(None)?, &signer, &mut OsRng, |circuit| {
        eprintln!("glimpse: making the keys of {circuit}");
    })?;
    files::private_directory(dir)?;
    for (name, bytes) in made.files() {
        files::write(&dir.join(name), bytes)?;
    }
    // Last: a directory without a manifest holds no keys.
    files::write_json(&dir.join(setup::MANIFEST_FILE), &made.manifest().to_json())?;
    info(dir, json, KeyPolicy::default())
}

fn info(dir: &Path, json: bool, policy: KeyPolicy) -> anyhow::Result<()> {
    let manifest = manifest(dir, policy)?;
    verifying_keys(dir, &manifest)?;
    let mut words = format!(
        "kind {}, made {}",
        manifest.kind().name(),
        manifest.created()
    );
    let mut circuits = Vec::new();
    for keys in manifest.circuits() {
        let proving = &keys.proving_key;
        if !proving.matches(&files::read_key(&dir.join(&proving.file))?) {
            bail!(
                "the proving key of {} does not match the manifest",
                keys.circuit
            );
        }
        words += &format!(
            "\n{} version {}: {} constraints, proving key {} bytes, sha256 {}",
            keys.circuit.name(),
            keys.circuit.version(),
            keys.constraints,
            proving.bytes,
            proving.sha256,
        );
        let file = |key: &KeyFile| json!({ "file": key.file, "bytes": key.bytes, "sha256": key.sha256.to_string() });
        circuits.push(json!({
            "circuit": keys.circuit.name(),
            "version": keys.circuit.version(),
            "constraints": keys.constraints,
            "proving_key": file(proving),
            "verifying_key": file(&keys.verifying_key),
        }));
    }
    let value = json!({
        "kind": manifest.kind().name(),
        "created": manifest.created().to_string(),
        "signer": manifest.signer().as_str(),
        "circuits": circuits,
    });
    output::print(json, &value, &words);
    Ok(())
}

/// Reads the manifest of a key directory.
pub fn manifest(dir: &Path, policy: KeyPolicy) -> anyhow::Result<KeyManifest> {
    let bytes = files::read(&dir.join(setup::MANIFEST_FILE))?;
    KeyManifest::parse(&bytes, policy).with_context(|| format!("the keys in {}", dir.display()))
}

/// Loads the verifying keys of a key directory, each checked against the manifest.
pub fn verifying_keys(dir: &Path, manifest: &KeyManifest) -> anyhow::Result<KeySet> {
    KeySet::load(manifest, |file| files::read_key(&dir.join(&file.file)).ok())
        .with_context(|| format!("the keys in {}", dir.display()))
}

/// One of them.
pub fn verifying_key(keys: &KeySet, circuit: CircuitId) -> anyhow::Result<&VerifyingKey> {
    keys.get(circuit)
        .with_context(|| format!("there is no verifying key of {circuit}"))
}
