//! `glimpse wallet status`: issuers' status lists.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::Args;
use glimpse_protocol::manifest::KeyPolicy;
use glimpse_protocol::status::StatusFile;
use glimpse_protocol::time::DateTime;
use glimpse_wallet::http::HttpResponse;
use glimpse_wallet::wallet::ListTaken;
use pollster::block_on;
use rand::rngs::OsRng;
use serde_json::json;

use super::local_prover::LocalProver;
use super::{clock, files, output, wallet};

/// `glimpse wallet status`
#[derive(Debug, Args)]
pub struct Status {
    /// The wallet's directory.
    #[arg(long)]
    dir: PathBuf,
    /// The key directory.
    #[arg(long)]
    keys: PathBuf,
    /// The list's file, of an issuer whose credential is here and whose manifest has an address.
    list: PathBuf,
    /// The time that it is, such as 2026-11-21T18:00:00Z; now if left out.
    #[arg(long)]
    now: Option<DateTime>,
    /// Accept test keys from a public seed, with which anybody can forge proofs.
    #[arg(long)]
    allow_insecure_dev: bool,
    /// Print as JSON.
    #[arg(long)]
    json: bool,
}

impl Status {
    pub fn run(self) -> anyhow::Result<()> {
        let policy = KeyPolicy {
            allow_insecure_dev: self.allow_insecure_dev,
            ..KeyPolicy::default()
        };
        let refused = || format!("{} is refused", self.list.display());
        let body = files::read(&self.list)?;
        let file = StatusFile::from_bytes(&body).with_context(refused)?;
        let head = file.head();
        let wallet = wallet::open(&self.dir, LocalProver::open(&self.keys, policy)?)?;
        let sources = block_on(wallet.list_sources())?;
        let mut sources = sources.iter();
        let source = sources
            .find(|source| source.issuer() == head.issuer())
            .context("no credential here is of the issuer who signed this list")?;
        let response = HttpResponse {
            status: 200,
            body: body.clone(),
        };
        let now = clock::now(self.now)?;
        let taken = block_on(wallet.take_list(source, &response, now, &mut OsRng))?;
        if let ListTaken::Refused(trouble) = taken {
            bail!("{}: {}: {trouble}", refused(), source.name());
        }
        let mut revoked = Vec::new();
        for card in block_on(wallet.cards())? {
            if card.issuer().id() == head.issuer() && card.status().is_revoked() {
                revoked.push(card.id().to_string());
            }
        }
        let words = match revoked.is_empty() {
            true => format!("{} revokes nothing that is here", source.name()),
            false => format!("{} has revoked {}", source.name(), revoked.join(", ")),
        };
        let value = json!({
            "issuer": head.issuer().as_str(), "epoch": head.epoch().get(), "revoked": revoked,
        });
        output::print(self.json, &value, &words);
        Ok(())
    }
}
