//! The demonstration's content: who the parties are, what they issue and ask, and their keys.

mod desk;
mod field;
mod issuer;
mod words;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::Value;

pub use desk::{Asked, DemoDesk, Refused};
pub use field::{Field, FieldKind};
pub use issuer::DemoIssuer;

use super::{
    files,
    origin::{Origins, Party},
    store::{Seconds, StoreError},
};

/// All parties, with their keys.
pub struct Demo {
    keys: PathBuf,
    registry: DemoIssuer,
    university: DemoIssuer,
    bar: DemoDesk,
    rental: DemoDesk,
}

impl Demo {
    /// Opens the parties below `data`; makes whatever keys are missing.
    pub fn open(data: &Path, origins: &Origins) -> anyhow::Result<Self> {
        let keys = data.join("keys");
        files::make_private_folder(&keys)?;
        let issuer = |party: Party| {
            DemoIssuer::open(&data.join("issuers").join(party.slug()), party, origins)
                .with_context(|| format!("cannot open {party}"))
        };
        let registry = issuer(Party::Registry)?;
        let university = issuer(Party::University)?;
        let desk = |party: Party| {
            DemoDesk::open(&data.join("verifiers").join(party.slug()), party, &registry)
                .with_context(|| format!("cannot open {party}"))
        };
        let (bar, rental) = (desk(Party::Bar)?, desk(Party::Rental)?);
        Ok(Self {
            keys,
            registry,
            university,
            bar,
            rental,
        })
    }

    /// Where the proving and verifying keys are.
    pub fn keys_folder(&self) -> PathBuf {
        self.keys.clone()
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
