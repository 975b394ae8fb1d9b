//! The demonstration's content: who the parties are, what they issue and ask, and their keys.

mod check;
mod desk;
mod issuer;
pub mod keys;
mod question;
mod universities;
mod words;

use std::{
    path::Path,
    sync::{PoisonError, RwLock},
};

use anyhow::Context as _;
use glimpse_protocol::{manifest::KeyPolicy, status::StatusHead, time::DateTime};
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
    keys: KeySet,
    verifier: RwLock<Verifier>,
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
            DemoDesk::open(&folder, party, accepted, origins, now)
                .with_context(|| format!("cannot open {party}"))
        };
        let issuers = vec![registry.manifest().clone(), university.manifest().clone()];
        let mut trust = Trust::new(issuers);
        let cinema = desk(Party::Cinema)?;
        if let Some(set) = cinema.set() {
            trust.add_set(&set.published);
        }
        Ok(Self {
            bar: desk(Party::Bar)?,
            rental: desk(Party::Rental)?,
            forum: desk(Party::Forum)?,
            cinema,
            bank: desk(Party::Bank)?,
            verifier: RwLock::new(Verifier::new(keys.clone(), trust)),
            keys,
            registry,
            university,
        })
    }

    /// The verifying keys of all circuits.
    pub const fn keys(&self) -> &KeySet {
        &self.keys
    }

    /// What both issuers have published of their status lists: the newest, and those before.
    pub fn statuses(&self, now: DateTime) -> anyhow::Result<Vec<StatusHead>> {
        let mut heads = self.registry.status_heads(now)?;
        heads.extend(self.university.status_heads(now)?);
        Ok(heads)
    }

    /// Uses what checks answers, which knows the newest status lists. All verifiers trust both issuers; whose cards one
    /// accepts stands in its requests.
    pub fn with_verifier<T>(
        &self,
        now: DateTime,
        check: impl FnOnce(&Verifier) -> T,
    ) -> anyhow::Result<T> {
        let statuses = self.statuses(now)?;
        let read = || self.verifier.read().unwrap_or_else(PoisonError::into_inner);
        if read().trust().statuses != statuses {
            let mut verifier = self
                .verifier
                .write()
                .unwrap_or_else(PoisonError::into_inner);
            verifier.trust_mut().statuses = statuses;
        }
        Ok(check(&read()))
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
