//! `glimpse issuer`: keys and manifest, schemas, credentials.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use glimpse_issuer::{Issuer, IssuerKeys, Order, Profile};
use glimpse_protocol::circuit::CircuitId;
use glimpse_protocol::credential::StatusIndex;
use glimpse_protocol::enrolment::EnrolmentProof;
use glimpse_protocol::manifest::{IssuerManifest, KeyPolicy};
use glimpse_protocol::nonce::Nonce;
use glimpse_protocol::schema::{Schema, SchemaId};
use glimpse_protocol::status::ENTRIES;
use glimpse_protocol::time::Date;
use rand::rngs::OsRng;
use serde_json::json;
use zeroize::Zeroizing;

use super::{clock, files, keys, output};
use crate::status_folder::StatusFolder;

const MANIFEST: &str = "manifest.json";
const KEYS: &str = "keys.json";
const NEXT_INDEX: &str = "next-status-index";
/// How long a credential is valid if nothing else is said, in days.
const VALID_FOR: i64 = 365;

/// Commands of an issuer.
#[derive(Debug, Subcommand)]
pub enum IssuerCommand {
    /// Make an Ed25519 identity, a BabyJubJub key for credentials, and a signed manifest.
    Init {
        /// The directory to make them in. An issuer that is there is never overwritten.
        #[arg(long)]
        dir: PathBuf,
        /// The name for people.
        #[arg(long)]
        name: String,
        /// Where the issuer is found. Wallets fetch `/status-list` from the origin of this address.
        #[arg(long)]
        url: Option<String>,
        /// Print as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Add a schema to the manifest, or replace it by one of a higher version.
    Schema {
        /// The issuer's directory.
        #[arg(long)]
        dir: PathBuf,
        /// The schema's file.
        schema: PathBuf,
        /// Print as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Check an enrolment and sign a credential to its holder.
    Issue(Issue),
    /// Revoke a credential in the next status list, or reinstate it.
    Revoke {
        /// The issuer's directory.
        #[arg(long)]
        dir: PathBuf,
        /// The credential's place in the status list, as `issue` printed it.
        #[arg(long)]
        index: u32,
        /// Take a revocation back.
        #[arg(long)]
        reinstate: bool,
        /// Print as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Sign the status list of the next epoch: the file `status-list`, for any web server to serve.
    PublishStatus {
        /// The issuer's directory.
        #[arg(long)]
        dir: PathBuf,
        /// For how many hours nobody needs a newer one.
        #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u16).range(1..=744))]
        valid_hours: u16,
        /// Print as JSON.
        #[arg(long)]
        json: bool,
    },
}

/// `glimpse issuer issue`
#[derive(Debug, Args)]
pub struct Issue {
    /// The issuer's directory.
    #[arg(long)]
    dir: PathBuf,
    /// The key directory, whose enrolment key checks the proof.
    #[arg(long)]
    keys: PathBuf,
    /// The schema's identifier.
    #[arg(long)]
    schema: String,
    /// The nonce that the holder was given: 32 bytes in hexadecimal. Whoever
    /// gives nonces out keeps count of them: one answers once.
    #[arg(long, value_parser = parse_nonce)]
    nonce: Nonce,
    /// The attributes: a JSON object along the schema's paths.
    #[arg(long)]
    attributes: PathBuf,
    /// The holder's enrolment.
    #[arg(long)]
    enrolment: PathBuf,
    /// Where to write the credential.
    #[arg(long)]
    out: PathBuf,
    /// The first day on which it is valid; today if left out.
    #[arg(long)]
    issued_on: Option<Date>,
    /// The last day on which it is valid; a year from the first if left out.
    #[arg(long)]
    expires_on: Option<Date>,
    /// Accept test keys from a public seed, with which anybody can forge proofs.
    #[arg(long)]
    allow_insecure_dev: bool,
    /// Print as JSON.
    #[arg(long)]
    json: bool,
}

/// Reads a nonce of 32 bytes in hexadecimal.
pub fn parse_nonce(text: &str) -> Result<Nonce, String> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(text, &mut bytes).map_err(|_| "a nonce is 32 bytes in hexadecimal")?;
    Ok(Nonce::from_bytes(bytes))
}

impl IssuerCommand {
    pub fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Init {
                dir,
                name,
                url,
                json,
            } => init(&dir, name, url, json),
            Self::Schema { dir, schema, json } => add_schema(&dir, &schema, json),
            Self::Issue(issue) => issue.run(),
            Self::Revoke {
                dir,
                index,
                reinstate,
                json,
            } => revoke(&dir, index, !reinstate, json),
            Self::PublishStatus {
                dir,
                valid_hours,
                json,
            } => publish_status(&dir, valid_hours, json),
        }
    }
}

fn init(dir: &Path, name: String, url: Option<String>, json: bool) -> anyhow::Result<()> {
    // Also half an issuer is not overwritten: its key may have signed something.
    if [MANIFEST, KEYS].iter().any(|file| dir.join(file).exists()) {
        bail!("{} holds an issuer already", dir.display());
    }
    let keys = IssuerKeys::generate(&mut OsRng).context("no randomness")?;
    let file = keys.to_json();
    let profile = Profile {
        name,
        url,
        display: None,
    };
    let issuer = Issuer::create(keys, profile, clock::now(None)?)?;
    files::private_directory(dir)?;
    files::write(&dir.join(KEYS), file.as_bytes())?;
    publish(dir, issuer.manifest(), json)
}

fn add_schema(dir: &Path, path: &Path, json: bool) -> anyhow::Result<()> {
    let schema = Schema::parse(&files::read(path)?)
        .with_context(|| format!("{} is no acceptable schema", path.display()))?;
    let mut issuer = open(dir)?;
    if !issuer.manifest().schemas().contains(&schema) {
        issuer.add_schema(schema, clock::now(None)?)?;
    }
    publish(dir, issuer.manifest(), json)
}

fn publish(dir: &Path, manifest: &IssuerManifest, json: bool) -> anyhow::Result<()> {
    files::write_json(&dir.join(MANIFEST), &manifest.to_json())?;
    let schemas: Vec<_> = manifest
        .schemas()
        .iter()
        .map(|schema| schema.id().as_str())
        .collect();
    let value =
        json!({ "issuer": manifest.id().as_str(), "name": manifest.name(), "schemas": schemas });
    output::print(
        json,
        &value,
        &format!("{} is {}", manifest.name(), manifest.id()),
    );
    Ok(())
}

fn revoke(dir: &Path, index: u32, revoked: bool, json: bool) -> anyhow::Result<()> {
    open(dir)?;
    let changed = StatusFolder::new(dir).set_revoked(StatusIndex::new(index), revoked)?;
    let value = json!({ "status_index": index, "revoked": revoked, "changed": changed });
    let words = match (changed, revoked) {
        (true, true) => "revoked, once it is published",
        (true, false) => "reinstated, once it is published",
        (false, true) => "was revoked already",
        (false, false) => "was not revoked",
    };
    output::print(json, &value, &format!("{index} {words}"));
    Ok(())
}

fn publish_status(dir: &Path, valid_hours: u16, json: bool) -> anyhow::Result<()> {
    let valid_for = i64::from(valid_hours) * 3600;
    let list = StatusFolder::new(dir).publish(&open(dir)?, clock::now(None)?, valid_for)?;
    let (head, revoked) = (list.head(), list.entries().revoked());
    let value = json!({
        "issuer": head.issuer().as_str(), "epoch": head.epoch().get(), "revoked": revoked,
        "valid_from": head.valid_from().to_string(), "valid_until": head.valid_until().to_string(),
    });
    let words = format!(
        "epoch {}, {revoked} revoked, until {}",
        head.epoch(),
        head.valid_until()
    );
    output::print(json, &value, &words);
    Ok(())
}

impl Issue {
    fn run(self) -> anyhow::Result<()> {
        let issuer = open(&self.dir)?;
        let policy = KeyPolicy {
            allow_insecure_dev: self.allow_insecure_dev,
            ..KeyPolicy::default()
        };
        let keys = keys::verifying_keys(&self.keys, &keys::manifest(&self.keys, policy)?)?;
        let key = keys::verifying_key(&keys, CircuitId::Enrolment)?;
        let enrolment = EnrolmentProof::parse(&files::read(&self.enrolment)?)
            .with_context(|| format!("{} is no enrolment", self.enrolment.display()))?;
        if *enrolment.nonce() != self.nonce {
            bail!("the enrolment answers another nonce");
        }
        let checked = issuer.check_enrolment(&enrolment, key, &mut OsRng)?;

        let schema = SchemaId::new(&self.schema).context("not the identifier of a schema")?;
        let issued_on = match self.issued_on {
            Some(day) => day,
            None => clock::now(None)?.date(),
        };
        let expires_on = match self.expires_on {
            Some(day) => day,
            None => issued_on.plus_days(VALID_FOR)?,
        };
        let attributes = files::read(&self.attributes)?;
        let index = next_index(&self.dir)?;
        let order = Order {
            schema: &schema,
            status_index: StatusIndex::new(index),
            issued_on,
            expires_on,
            attributes: &attributes,
        };
        let credential = issuer.sign(order, &checked)?;
        // The index is used up before anything signed with it exists.
        files::write(
            &self.dir.join(NEXT_INDEX),
            (index + 1).to_string().as_bytes(),
        )?;
        files::write_json(&self.out, &credential.to_json())?;
        let value = json!({
            "schema": schema.as_str(), "status_index": index,
            "issued_on": issued_on.to_string(), "expires_on": expires_on.to_string(),
        });
        let words = format!("{schema}, valid from {issued_on} to {expires_on}");
        output::print(self.json, &value, &words);
        Ok(())
    }
}

pub(super) fn open(dir: &Path) -> anyhow::Result<Issuer> {
    let (keys, manifest) = (dir.join(KEYS), dir.join(MANIFEST));
    let keys = IssuerKeys::parse(&Zeroizing::new(files::read(&keys)?))
        .with_context(|| keys.display().to_string())?;
    let manifest = IssuerManifest::parse(&files::read(&manifest)?)
        .with_context(|| format!("{} is no acceptable manifest", manifest.display()))?;
    Ok(Issuer::open(keys, manifest)?)
}

fn next_index(dir: &Path) -> anyhow::Result<u32> {
    let path = dir.join(NEXT_INDEX);
    if !path.exists() {
        return Ok(0);
    }
    let text = String::from_utf8(files::read(&path)?)?;
    let index = text
        .trim()
        .parse::<u32>()
        .ok()
        .filter(|index| (*index as usize) < ENTRIES);
    index.with_context(|| format!("{} holds no place of a status list", path.display()))
}
