//! `glimpse verify`: check a presentation against the request that it answers.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use glimpse_protocol::identity::Did;
use glimpse_protocol::manifest::{IssuerManifest, KeyPolicy};
use glimpse_protocol::presentation::Presentation;
use glimpse_protocol::request::{Request, SignedRequest};
use glimpse_protocol::set::PublishedSet;
use glimpse_protocol::time::DateTime;
use glimpse_verifier::{InMemoryReplayStore, ReplayStore, Trust, Verifier};
use rand::rngs::OsRng;
use serde_json::json;

use super::replay::DirectoryReplayStore;
use super::{Refusal, clock, files, keys};

/// Prints what a presentation proves, as JSON: disclosed values, facts, issuer, schema.
#[derive(Debug, Args)]
pub struct Verify {
    /// The key directory.
    #[arg(long)]
    keys: PathBuf,
    /// The request that was made: a request object, or the compact JWS of one.
    #[arg(long)]
    request: PathBuf,
    /// Manifests of the issuers that are trusted.
    #[arg(long, required = true, num_args = 1..)]
    issuers: Vec<PathBuf>,
    /// Status lists that the issuers published, or their heads: the newest, and earlier ones that still count. Needed if
    /// the request demands that a credential is not revoked.
    #[arg(long, num_args = 1..)]
    status_lists: Vec<PathBuf>,
    /// The files of the published sets that the request names.
    #[arg(long, num_args = 1..)]
    sets: Vec<PathBuf>,
    /// The presentation, as `glimpse wallet present` writes it.
    #[arg(long)]
    presentation: PathBuf,
    /// The time to verify at, such as 2026-11-21T18:00:00Z; now if left out.
    #[arg(long)]
    now: Option<DateTime>,
    /// A directory that remembers answered requests, so that each is answered once.
    #[arg(long)]
    replay_store: Option<PathBuf>,
    /// Whose keys are trusted: the did:key that must have signed their manifest; anybody's if left out.
    #[arg(long)]
    key_signer: Option<Did>,
    /// Accept test keys from a public seed, with which anybody can forge proofs.
    #[arg(long)]
    allow_insecure_dev: bool,
    /// Print a refusal as JSON as well. A result is JSON in any case.
    #[arg(long)]
    json: bool,
}

impl Verify {
    pub fn run(self) -> anyhow::Result<()> {
        let policy = KeyPolicy {
            allow_insecure_dev: self.allow_insecure_dev,
            signer: self.key_signer,
        };
        let keys = keys::verifying_keys(&self.keys, &keys::manifest(&self.keys, policy)?)?;
        let mut issuers = Vec::with_capacity(self.issuers.len());
        for path in &self.issuers {
            let manifest = IssuerManifest::parse(&files::read(path)?)
                .with_context(|| format!("{} is no acceptable manifest", path.display()))?;
            issuers.push(manifest);
        }
        let mut trust = Trust::new(issuers);
        for path in &self.status_lists {
            trust
                .add_status(&files::read(path)?)
                .with_context(|| format!("{} is no acceptable status list", path.display()))?;
        }
        for path in &self.sets {
            let set = PublishedSet::from_bytes(&files::read_set(path)?)
                .with_context(|| format!("{} is no acceptable set", path.display()))?;
            trust.add_set(&set);
        }
        let request = read_request(&files::read(&self.request)?)
            .with_context(|| format!("{} is no acceptable request", self.request.display()))?;
        let token = files::read(&self.presentation)?;
        let bytes = Presentation::bytes_of_vp_token(&token, &request)
            .with_context(|| format!("{} is no presentation", self.presentation.display()))?;
        let mut replay: Box<dyn ReplayStore> = match &self.replay_store {
            Some(directory) => Box::new(DirectoryReplayStore::open(directory)?),
            None => Box::new(InMemoryReplayStore::new()),
        };
        let now = clock::now(self.now)?;
        let verified = Verifier::new(keys, trust)
            .verify(&request, &bytes, now, &mut *replay, &mut OsRng)
            .map_err(|rejection| {
                let json = self.json.then(|| {
                    json!({
                        "refused": rejection.code(),
                        "fault": format!("{:?}", rejection.fault()).to_lowercase(),
                        "reason": rejection.to_string(),
                        "advice": rejection.advice(),
                    })
                });
                Refusal::new(format!("refused ({}): {rejection}", rejection.code()), json)
            })?;
        println!("{:#}", serde_json::to_value(&verified)?);
        Ok(())
    }
}

fn read_request(bytes: &[u8]) -> anyhow::Result<Request> {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.trim_start().starts_with('{') => {
            Ok(SignedRequest::verify(text.trim())?.into_request())
        }
        _ => Ok(Request::parse(bytes)?),
    }
}
