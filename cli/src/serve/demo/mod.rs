//! The demonstration's content: who the parties are, what they issue and ask, and their keys.

mod check;
mod desk;
mod issuer;
pub mod keys;
mod words;

use std::path::Path;

use anyhow::Context as _;
use glimpse_protocol::{manifest::KeyPolicy, time::DateTime};
use glimpse_verifier::{KeySet, Trust, Verifier};

pub use check::Refused;
pub use desk::DemoDesk;
pub use issuer::DemoIssuer;

use super::{
    files,
    origin::{Origins, Party},
};

/// All parties, with their keys.
pub struct Demo {
    verifier: Verifier,
    registry: DemoIssuer,
    university: DemoIssuer,
    bar: DemoDesk,
    rental: DemoDesk,
}

impl Demo {
    /// Opens the parties below `data`; makes whatever keys are missing.
    pub fn open(
        data: &Path,
        origins: &Origins,
        policy: KeyPolicy,
        now: DateTime,
    ) -> anyhow::Result<Self> {
        files::make_private_folder(data)?;
        let keys = keys::open(data, policy)?;
        let issuer = |party: Party| {
            DemoIssuer::open(
                &data.join("issuers").join(party.slug()),
                party,
                origins,
                now,
            )
            .with_context(|| format!("cannot open {party}"))
        };
        let registry = issuer(Party::Registry)?;
        let university = issuer(Party::University)?;
        let desk = |party: Party| {
            DemoDesk::open(&data.join("verifiers").join(party.slug()), party, &registry)
                .with_context(|| format!("cannot open {party}"))
        };
        let (bar, rental) = (desk(Party::Bar)?, desk(Party::Rental)?);
        let trust = Trust {
            issuers: vec![registry.manifest().clone()],
        };
        Ok(Self {
            verifier: Verifier::new(keys, trust),
            registry,
            university,
            bar,
            rental,
        })
    }

    /// The verifying keys of all circuits.
    pub fn keys(&self) -> &KeySet {
        self.verifier.keys()
    }

    /// What checks answers. Both verifiers trust the Motor Registry, and share its keys.
    pub const fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    /// An issuer.
    pub const fn issuer(&self, party: Party) -> &DemoIssuer {
        match party {
            Party::University => &self.university,
            Party::Registry | Party::Wallet | Party::Bar | Party::Rental => &self.registry,
        }
    }

    /// A verifier.
    pub const fn desk(&self, party: Party) -> &DemoDesk {
        match party {
            Party::Rental => &self.rental,
            Party::Bar | Party::Wallet | Party::Registry | Party::University => &self.bar,
        }
    }
}
