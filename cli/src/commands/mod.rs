//! The chain as commands: keys, issuer, wallet, verifier. Each prints its result on stdout, in words
//! or with `--json`, and everything else on stderr.

mod clock;
pub mod files;
mod issuer;
mod keys;
mod local_prover;
mod output;
mod replay;
mod set;
mod verify;
mod wallet;
mod wallet_consent;
mod wallet_status;

use clap::Subcommand;

pub use output::Refusal;

/// The commands for scripts.
#[derive(Debug, Subcommand)]
pub enum Script {
    /// Make and inspect proving and verifying keys.
    #[command(subcommand)]
    Keys(keys::Keys),
    /// Be an issuer: make keys, publish schemas, sign credentials.
    #[command(subcommand)]
    Issuer(issuer::IssuerCommand),
    /// Be a holder: keep credentials encrypted, prepare and present proofs.
    #[command(subcommand)]
    Wallet(wallet::WalletCommand),
    /// Publish and inspect sets of values that requests refer to.
    #[command(subcommand)]
    Set(set::SetCommand),
    /// Be a verifier: check a presentation against the request that it answers.
    Verify(verify::Verify),
}

impl Script {
    /// Carries the command out. Nothing is half done when it fails.
    pub fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Keys(command) => command.run(),
            Self::Issuer(command) => command.run(),
            Self::Wallet(command) => command.run(),
            Self::Set(command) => command.run(),
            Self::Verify(command) => command.run(),
        }
    }
}
