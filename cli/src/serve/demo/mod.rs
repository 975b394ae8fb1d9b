//! The demonstration's content: who the parties are, what they issue and ask, and their keys.

mod check;
mod desk;
mod issuer;
pub mod keys;
mod question;
mod words;

use std::path::Path;

use anyhow::Context as _;
use glimpse_protocol::{manifest::KeyPolicy, time::DateTime};
use glimpse_verifier::{KeySet, Trust, Verifier};

pub use check::Refused;
pub use desk::DemoDesk;
pub use issuer::DemoIssuer;

use question::Accepted;

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
    forum: DemoDesk,
    cinema: DemoDesk,
    bank: DemoDesk,
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
            let folder = data.join("verifiers").join(party.slug());
            let accepted = Accepted::new(&registry, &university);
            DemoDesk::open(&folder, party, accepted).with_context(|| format!("cannot open {party}"))
        };
        let issuers = vec![registry.manifest().clone(), university.manifest().clone()];
        let trust = Trust::new(issuers);
        Ok(Self {
            bar: desk(Party::Bar)?,
            rental: desk(Party::Rental)?,
            forum: desk(Party::Forum)?,
            cinema: desk(Party::Cinema)?,
            bank: desk(Party::Bank)?,
            verifier: Verifier::new(keys, trust),
            registry,
            university,
        })
    }

    /// The verifying keys of all circuits.
    pub fn keys(&self) -> &KeySet {
        self.verifier.keys()
    }

    /// What checks answers. All verifiers trust both issuers; whose cards one accepts stands in its requests.
    pub const fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    /// An issuer.
    pub const fn issuer(&self, party: Party) -> &DemoIssuer {
        match party {
            Party::University => &self.university,
            Party::Registry
            | Party::Wallet
            | Party::Bar
            | Party::Rental
            | Party::Forum
            | Party::Cinema
            | Party::Bank => &self.registry,
        }
    }

    /// A verifier.
    pub const fn desk(&self, party: Party) -> &DemoDesk {
        match party {
            Party::Rental => &self.rental,
            Party::Forum => &self.forum,
            Party::Cinema => &self.cinema,
            Party::Bank => &self.bank,
            Party::Bar | Party::Wallet | Party::Registry | Party::University => &self.bar,
        }
    }
}
