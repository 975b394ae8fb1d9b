//! `glimpse wallet`: a holder's vault, enrolment, credentials and presentations.

use std::io::IsTerminal as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use glimpse_protocol::manifest::{IssuerManifest, KeyPolicy};
use glimpse_protocol::nonce::Nonce;
use glimpse_protocol::presentation::Presentation;
use glimpse_protocol::time::DateTime;
use glimpse_protocol::words;
use glimpse_wallet::request::IncomingRequest;
use glimpse_wallet::store::DirectoryStorage;
use glimpse_wallet::vault::{Argon2Direct, Passphrase, StretchParameters};
use glimpse_wallet::wallet::{CardId, Preparation, Unlocked, Wallet};
use pollster::block_on;
use rand::rngs::OsRng;
use serde_json::json;
use zeroize::Zeroizing;

use super::local_prover::LocalProver;
use super::output::{self, Usage};
use super::wallet_consent::{tell, why_not};
use super::wallet_status::Status;
use super::{clock, files, set};

/// Where the passphrase comes from. Never from an argument, which other users can see.
const PASSPHRASE: &str = "GLIMPSE_PASSPHRASE";

/// Commands of a holder. The passphrase is read from the environment variable GLIMPSE_PASSPHRASE.
#[derive(Debug, Subcommand)]
pub enum WalletCommand {
    /// Make an encrypted wallet. One that is there is never overwritten.
    Init {
        /// The wallet's directory.
        #[arg(long)]
        dir: PathBuf,
    },
    /// Prove to an issuer that this wallet knows its secret, and remember the issuer.
    Enrol(Enrol),
    /// Check a credential (signature, schema, holder) and add it.
    Import {
        /// The wallet's directory.
        #[arg(long)]
        dir: PathBuf,
        /// The credential's file.
        credential: PathBuf,
        /// The issuer's manifest, if this wallet has not enrolled with it.
        #[arg(long)]
        issuer: Option<PathBuf>,
        /// Print as JSON.
        #[arg(long)]
        json: bool,
    },
    /// List the credentials, without their values.
    List {
        /// The wallet's directory.
        #[arg(long)]
        dir: PathBuf,
        /// Print as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Make the proofs of all credentials ahead of time.
    Prepare {
        /// The wallet's directory.
        #[arg(long)]
        dir: PathBuf,
        /// The key directory.
        #[arg(long)]
        keys: PathBuf,
        /// Accept test keys from a public seed, with which anybody can forge proofs.
        #[arg(long)]
        allow_insecure_dev: bool,
        /// Print as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Take the status list that an issuer publishes, if it is in order: signed, whole, and later than the last one.
    Status(Status),
    /// Answer a request. To call this is to consent; what is told is printed on stderr first.
    Present(Present),
    /// Say who learned what, and when.
    Ledger {
        /// The wallet's directory.
        #[arg(long)]
        dir: PathBuf,
        /// Print as JSON.
        #[arg(long)]
        json: bool,
    },
}

/// `glimpse wallet enrol`
#[derive(Debug, Args)]
pub struct Enrol {
    /// The wallet's directory.
    #[arg(long)]
    dir: PathBuf,
    /// The issuer's manifest.
    #[arg(long)]
    issuer: PathBuf,
    /// The key directory.
    #[arg(long)]
    keys: PathBuf,
    /// The issuer's nonce: 32 bytes in hexadecimal.
    #[arg(long, value_parser = super::issuer::parse_nonce)]
    nonce: Nonce,
    /// Where to write the enrolment, for the issuer.
    #[arg(long)]
    out: PathBuf,
    /// Accept test keys from a public seed, with which anybody can forge proofs.
    #[arg(long)]
    allow_insecure_dev: bool,
}

/// `glimpse wallet present`
#[derive(Debug, Args)]
pub struct Present {
    /// The wallet's directory.
    #[arg(long)]
    dir: PathBuf,
    /// The key directory.
    #[arg(long)]
    keys: PathBuf,
    /// The request: a request object, or the compact JWS of one.
    #[arg(long)]
    request: PathBuf,
    /// Where to write the presentation, as the `vp_token` of OpenID4VP.
    #[arg(long)]
    out: PathBuf,
    /// The credentials to use, one for each query in order; the first that fit if left out.
    #[arg(long)]
    card: Vec<CardId>,
    /// The file of a published set that the request is about, fetched whole from the address in the request.
    #[arg(long)]
    set: Vec<PathBuf>,
    /// The time that it is, such as 2026-11-21T18:00:00Z; now if left out.
    #[arg(long)]
    now: Option<DateTime>,
    /// Accept test keys from a public seed, with which anybody can forge proofs.
    #[arg(long)]
    allow_insecure_dev: bool,
    /// Print what was told as JSON.
    #[arg(long)]
    json: bool,
}

impl WalletCommand {
    pub fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Init { dir } => init(&dir),
            Self::Enrol(enrol) => enrol.run(),
            Self::Import {
                dir,
                credential,
                issuer,
                json,
            } => import(&dir, &credential, issuer.as_deref(), json),
            Self::List { dir, json } => list(&dir, json),
            Self::Prepare {
                dir,
                keys,
                allow_insecure_dev,
                json,
            } => prepare(
                &dir,
                &keys,
                KeyPolicy {
                    allow_insecure_dev,
                    ..KeyPolicy::default()
                },
                json,
            ),
            Self::Status(status) => status.run(),
            Self::Present(present) => present.run(),
            Self::Ledger { dir, json } => ledger(&dir, json),
        }
    }
}

fn init(dir: &Path) -> anyhow::Result<()> {
    let passphrase = passphrase()?;
    let storage = DirectoryStorage::open(dir)?;
    let parameters = StretchParameters::RECOMMENDED;
    block_on(Wallet::create(
        storage,
        (),
        &passphrase,
        parameters,
        &Argon2Direct,
        &mut OsRng,
    ))?;
    println!("a wallet is in {}", dir.display());
    Ok(())
}

impl Enrol {
    fn run(self) -> anyhow::Result<()> {
        let policy = KeyPolicy {
            allow_insecure_dev: self.allow_insecure_dev,
            ..KeyPolicy::default()
        };
        let issuer = read_manifest(&self.issuer)?;
        let wallet = open(&self.dir, LocalProver::open(&self.keys, policy)?)?;
        let mut watch = progress("enrolling");
        let proof = block_on(wallet.enrol(&issuer, &self.nonce, &mut watch, &mut OsRng))?;
        files::write_json(&self.out, &proof.to_json())?;
        println!(
            "an enrolment for {} is in {}",
            issuer.name(),
            self.out.display()
        );
        Ok(())
    }
}

fn import(dir: &Path, path: &Path, issuer: Option<&Path>, json: bool) -> anyhow::Result<()> {
    let credential = Zeroizing::new(files::read(path)?);
    let wallet = open(dir, ())?;
    let added = match issuer {
        Some(issuer) => block_on(wallet.add(&credential, &read_manifest(issuer)?, &mut OsRng)),
        None => block_on(wallet.import(&credential, &mut OsRng)),
    };
    let id = added.with_context(|| format!("{} is refused", path.display()))?;
    output::print(
        json,
        &json!({ "card": id.to_string() }),
        &format!("added as {id}"),
    );
    Ok(())
}

fn list(dir: &Path, json: bool) -> anyhow::Result<()> {
    let mut values = Vec::new();
    let mut words = Vec::new();
    let wallet = open(dir, ())?;
    for card in block_on(wallet.cards())? {
        let body = card.credential().body();
        let (id, kind, until) = (card.id(), body.schema().name(), body.expires_on());
        let issuer = card.issuer();
        words.push(format!(
            "{id}  {kind} of {}, valid until {until}",
            issuer.name()
        ));
        values.push(json!({
            "card": id.to_string(), "schema": body.schema().id().as_str(), "name": kind,
            "issuer": issuer.id().as_str(), "issuer_name": issuer.name(),
            "issued_on": body.issued_on().to_string(), "expires_on": until.to_string(),
        }));
    }
    for id in block_on(wallet.unreadable_cards())? {
        words.push(format!("{id}  cannot be read"));
        values.push(json!({ "card": id.to_string(), "unreadable": true }));
    }
    output::print(json, &values.into(), &words.join("\n"));
    Ok(())
}

fn prepare(dir: &Path, keys: &Path, policy: KeyPolicy, json: bool) -> anyhow::Result<()> {
    let wallet = open(dir, LocalProver::open(keys, policy)?)?;
    let (mut made, mut ready) = (0, 0);
    for card in block_on(wallet.cards())? {
        match block_on(wallet.preparation(&card))? {
            Preparation::Ready => ready += 1,
            Preparation::Needed => {
                let mut watch = progress("preparing");
                block_on(wallet.prepare(card.id(), &mut watch, &mut OsRng))?;
                made += 1;
            }
        }
    }
    let value = json!({ "prepared": made, "ready": ready });
    output::print(
        json,
        &value,
        &format!("{made} prepared, {ready} were ready"),
    );
    Ok(())
}

impl Present {
    fn run(self) -> anyhow::Result<()> {
        let policy = KeyPolicy {
            allow_insecure_dev: self.allow_insecure_dev,
            ..KeyPolicy::default()
        };
        let now = clock::now(self.now)?;
        let incoming = IncomingRequest::from_file(&files::read(&self.request)?, now)
            .with_context(|| format!("{} is refused", self.request.display()))?;
        let wallet = open(&self.dir, LocalProver::open(&self.keys, policy)?)?;
        for path in &self.set {
            set::take(&wallet, &incoming, path, now)
                .with_context(|| format!("{} is refused", path.display()))?;
        }
        let incoming = block_on(wallet.recall_sets(incoming))?;
        let choice = match self.card.is_empty() {
            false => self.card,
            true => match block_on(wallet.choose(&incoming, &[], None))? {
                Some(choice) => choice,
                None => {
                    let queries = block_on(wallet.candidates(&incoming))?;
                    bail!("no credential can answer: {}", why_not(&queries))
                }
            },
        };
        let consent = block_on(wallet.ask(&incoming, &choice))?;
        let told = tell(&consent);
        let mut watch = progress("proving");
        let presented = block_on(wallet.present(consent, now, &mut watch, &mut OsRng))?;
        let presentation = Presentation::from_bytes(presented.presentation())?;
        files::write_json(&self.out, &presentation.to_vp_token(incoming.request()))?;
        let words = format!("a presentation is in {}", self.out.display());
        output::print(self.json, &told, &words);
        Ok(())
    }
}

fn ledger(dir: &Path, json: bool) -> anyhow::Result<()> {
    let mut values = Vec::new();
    let mut lines = Vec::new();
    for (_, entry) in block_on(open(dir, ())?.ledger())? {
        let name = entry.verifier_name.as_deref().unwrap_or("(no name)");
        lines.push(format!(
            "{}  {name} ({})",
            DateTime::from_unix(entry.at)?,
            entry.verifier
        ));
        for card in &entry.cards {
            lines.extend(
                card.disclosed
                    .iter()
                    .map(|(label, value)| format!("  {label}: {value}")),
            );
            let scope = card.pseudonym.as_deref().map(words::quoted);
            lines.extend(scope.map(|scope| format!("  a pseudonym for {scope}")));
            lines.extend(card.proved.iter().map(|fact| format!("  proved: {fact}")));
        }
        values.push(serde_json::to_value(&entry)?);
    }
    output::print(json, &values.into(), &lines.join("\n"));
    Ok(())
}

pub(super) fn open<P>(
    dir: &Path,
    prover: P,
) -> anyhow::Result<Wallet<DirectoryStorage, P, Unlocked>>
where
    P: std::fmt::Debug,
{
    let passphrase = passphrase()?;
    // Opening storage would make the directory, and a wallet is only made by `init`.
    if !dir.is_dir() {
        bail!("there is no wallet in {}", dir.display());
    }
    let locked = block_on(Wallet::open(DirectoryStorage::open(dir)?, prover))
        .with_context(|| format!("cannot open the wallet in {}", dir.display()))?;
    match block_on(locked.unlock(&passphrase, &Argon2Direct)) {
        Ok(wallet) => Ok(wallet),
        Err(failed) => Err(failed.error.into()),
    }
}

fn passphrase() -> anyhow::Result<Passphrase> {
    let text = std::env::var(PASSPHRASE).map_err(|_| {
        Usage(format!(
            "the environment variable {PASSPHRASE} holds no passphrase"
        ))
    })?;
    let text = Zeroizing::new(text);
    Ok(Passphrase::new(&text).map_err(|error| Usage(format!("{PASSPHRASE}: {error}")))?)
}

fn read_manifest(path: &Path) -> anyhow::Result<IssuerManifest> {
    IssuerManifest::parse(&files::read(path)?)
        .with_context(|| format!("{} is no acceptable manifest", path.display()))
}

/// Shows progress to a person, and nothing to a script.
fn progress(what: &'static str) -> impl FnMut(u32, u32) -> ControlFlow<()> {
    let terminal = std::io::stderr().is_terminal();
    move |done, total| {
        if terminal {
            eprint!("\rglimpse: {what} {done}/{total} ");
            if done == total {
                eprintln!();
            }
        }
        ControlFlow::Continue(())
    }
}
