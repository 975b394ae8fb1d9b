//! `glimpse set`: published sets of values.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use glimpse_primitives::field;
use glimpse_protocol::request::Endpoint;
use glimpse_protocol::set::{PublishedSet, PublishedSetError, SetFile};
use glimpse_protocol::time::DateTime;
use glimpse_protocol::value::{AttributeType, AttributeValue};
use glimpse_wallet::request::IncomingRequest;
use glimpse_wallet::store::DirectoryStorage;
use glimpse_wallet::wallet::{Unlocked, Wallet};
use pollster::block_on;
use rand::rngs::OsRng;
use serde_json::{Value, json};

use super::local_prover::LocalProver;
use super::{clock, files, issuer, output};

/// Commands about published sets.
#[derive(Debug, Subcommand)]
pub enum SetCommand {
    /// Sign a set of values: a file for any web server to serve.
    Publish(Publish),
    /// Check the file of a set and say what it is, as a request names it.
    Show {
        /// The set's file.
        set: PathBuf,
        /// Where it is published.
        #[arg(long, value_parser = parse_uri)]
        uri: Option<Endpoint>,
        /// Print as JSON.
        #[arg(long)]
        json: bool,
    },
}

/// `glimpse set publish`
#[derive(Debug, Args)]
pub struct Publish {
    /// The directory of the issuer who signs.
    #[arg(long)]
    dir: PathBuf,
    /// The set's name for people.
    #[arg(long)]
    name: String,
    /// The type of the values, as in schemas: text, integer, date and so on.
    #[arg(long = "type")]
    attribute_type: String,
    /// The digits after the point, of decimals.
    #[arg(long)]
    scale: Option<u8>,
    /// The values: a JSON array, or text with one value a line.
    #[arg(long)]
    values: PathBuf,
    /// Where to write the set.
    #[arg(long)]
    out: PathBuf,
    /// The time that it is, such as 2026-11-21T18:00:00Z; now if left out.
    #[arg(long)]
    now: Option<DateTime>,
    /// Print as JSON.
    #[arg(long)]
    json: bool,
}

impl SetCommand {
    pub fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Publish(publish) => publish.run(),
            Self::Show { set, uri, json } => show(&set, uri, json),
        }
    }
}

impl Publish {
    fn run(self) -> anyhow::Result<()> {
        let of = AttributeType::from_parts(&self.attribute_type, self.scale)
            .with_context(|| format!("there is no type {}", self.attribute_type))?;
        let values = read(&files::read_set(&self.values)?, of)
            .with_context(|| format!("{} is refused", self.values.display()))?;
        let signer = issuer::open(&self.dir)?;
        let set = signer.publish_set(&self.name, of, &values, clock::now(self.now)?)?;
        files::write(&self.out, &set.to_bytes())?;
        describe(&set, None, self.json);
        Ok(())
    }
}

fn show(path: &Path, uri: Option<Endpoint>, json: bool) -> anyhow::Result<()> {
    let set = PublishedSet::from_bytes(&files::read_set(path)?)
        .with_context(|| format!("{} is refused", path.display()))?;
    describe(&set, uri, json);
    Ok(())
}

/// Checks the file of a set that a request names, and keeps it in the wallet.
pub fn take(
    wallet: &Wallet<DirectoryStorage, LocalProver, Unlocked>,
    incoming: &IncomingRequest,
    path: &Path,
    now: DateTime,
) -> anyhow::Result<()> {
    let file = SetFile::from_bytes(&files::read_set(path)?)?;
    let mut asked = incoming.missing_sets();
    let source = asked.find(|source| source.description() == file.description());
    let source = source.ok_or(PublishedSetError::Other)?;
    Ok(block_on(wallet.take_set(
        incoming,
        source,
        &file.to_bytes(),
        now,
        &mut OsRng,
    ))?)
}

fn describe(set: &PublishedSet, uri: Option<Endpoint>, json: bool) {
    let of = set.description();
    let value = match uri {
        // The operand of `in` and `not_in`, ready to be copied.
        Some(uri) => json!({ "set": set.reference(uri).to_json() }),
        None => json!({
            "name": of.name(), "publisher": of.publisher().as_str(), "type": of.attribute_type().name(),
            "size": of.size(), "issued_at": set.issued_at().to_string(),
            "roots": of.roots().iter().map(|root| hex::encode(field::to_bytes(root))).collect::<Vec<_>>(),
        }),
    };
    let words = format!(
        "{}: {} values of type {}, signed by {} at {}",
        of.name(),
        of.size(),
        of.attribute_type(),
        of.publisher(),
        set.issued_at()
    );
    output::print(json, &value, &words);
}

/// A JSON array, or a value a line: text as it stands, numbers and truth values as in JSON.
fn read(bytes: &[u8], of: AttributeType) -> anyhow::Result<Vec<AttributeValue>> {
    let text = std::str::from_utf8(bytes).context("not UTF-8")?;
    let values: Vec<Value> = match text.trim_start().starts_with('[') {
        true => serde_json::from_str(text)?,
        false => text.lines().map(|line| of_line(line, of)).collect(),
    };
    if values.is_empty() {
        bail!("there are no values");
    }
    let typed = values.iter().enumerate().map(|(place, value)| {
        let typed = of.read_json(value);
        typed.with_context(|| format!("value {}", place + 1))
    });
    typed.collect()
}

fn of_line(line: &str, of: AttributeType) -> Value {
    let scalar = matches!(of, AttributeType::Bool | AttributeType::Integer);
    let parsed = scalar.then(|| serde_json::from_str(line).ok()).flatten();
    parsed.unwrap_or_else(|| line.into())
}

fn parse_uri(text: &str) -> Result<Endpoint, String> {
    Endpoint::new(text).ok_or_else(|| "not an https URL without fragment".to_owned())
}
