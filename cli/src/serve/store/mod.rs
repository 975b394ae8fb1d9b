//! What the demonstration's parties must remember: offers, nonces, sessions, answered requests and accounts, in one
//! redb file.
//!
//! Every change is one durable transaction that is committed before its caller is told: after a crash the store says
//! what the last answer said, or that the step never happened. Secrets that others present (codes, tokens) are kept as
//! digests only. Writers are serialised by redb, so of two equal submissions exactly one finds the step undone.

mod accounts;
mod issuance;
mod sessions;
#[cfg(test)]
mod tests;

use std::{fs, io, path::Path};

use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

pub use accounts::Visit;
pub use issuance::{IssueError, NewOffer, Offer, OfferStage, RedeemError};
pub use sessions::{NewRequest, NewSession, Refusal, RequestRecord, ResponseMode, Session};

/// Seconds since 1970, by the server's clock.
pub type Seconds = u64;

/// JSON records by identifier.
type Records = TableDefinition<'static, &'static str, &'static [u8]>;
/// Digest of a bearer secret, to the identifier of the record that it opens.
type Secrets = TableDefinition<'static, &'static [u8], &'static str>;
/// Something seen or given out, to the time after which it may be forgotten.
type Expiries = TableDefinition<'static, &'static [u8], Seconds>;

const OFFERS: Records = Records::new("offers");
const CODES: Secrets = Secrets::new("codes");
const TOKENS: Secrets = Secrets::new("tokens");
const NONCES: Expiries = Expiries::new("nonces");
const STATUS_INDICES: TableDefinition<'static, &'static str, u32> =
    TableDefinition::new("status-indices");
const SESSIONS: Records = Records::new("sessions");
const REQUESTS: Records = Records::new("requests");
const ANSWERED: Expiries = Expiries::new("answered");
/// Verifier and pseudonym, to the time when the account was made. Accounts are kept as long as the data folder.
const ACCOUNTS: TableDefinition<'static, (&'static str, &'static str), Seconds> =
    TableDefinition::new("accounts");

/// How long an answered request stays remembered after it expired, so that a clock set back cannot revive it.
const ANSWERED_MARGIN: Seconds = 2 * 3600;

/// The most live records of one kind; more is an attack or a fault, and is refused rather than stored.
const CAPACITY: u64 = 20_000;

/// A storage fault: nothing was changed, and the caller must fail closed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused: disk full, file locked by another process, corrupt.
    #[error("the database failed: {0}")]
    Database(#[from] redb::Error),
    /// The folder or file could not be made ready.
    #[error("cannot prepare the database file: {0}")]
    File(#[from] io::Error),
    /// A record is not what this version wrote.
    #[error("a stored record is unreadable: {0}")]
    Record(#[from] serde_json::Error),
    /// Too many live records.
    #[error("too many open {0}; try again later")]
    Full(&'static str),
}

macro_rules! from_redb {
    ($($error:ty),*) => {$(
        impl From<$error> for StoreError {
            fn from(error: $error) -> Self { Self::Database(error.into()) }
        }
    )*};
}
from_redb!(
    redb::DatabaseError,
    redb::TransactionError,
    redb::TableError,
    redb::StorageError,
    redb::CommitError
);

/// The open database.
#[derive(Debug)]
pub struct Store {
    database: Database,
}

impl Store {
    /// Opens or creates the database at `path`, readable by its owner only.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let mut options = fs::OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        drop(options.open(path)?);
        let database = Database::create(path)?;
        let store = Self { database };
        store.write(|tx| {
            for table in [OFFERS, SESSIONS, REQUESTS] {
                tx.0.open_table(table)?;
            }
            for table in [CODES, TOKENS] {
                tx.0.open_table(table)?;
            }
            for table in [NONCES, ANSWERED] {
                tx.0.open_table(table)?;
            }
            tx.0.open_table(STATUS_INDICES)?;
            tx.0.open_table(ACCOUNTS)?;
            Ok::<_, StoreError>(())
        })?;
        Ok(store)
    }

    /// Runs one durable transaction. An error from `change` rolls everything back.
    fn write<T, E: From<StoreError>>(
        &self,
        change: impl FnOnce(&Transaction) -> Result<T, E>,
    ) -> Result<T, E> {
        let tx = Transaction(self.database.begin_write().map_err(StoreError::from)?);
        let outcome = change(&tx)?;
        tx.0.commit().map_err(StoreError::from)?;
        Ok(outcome)
    }

    fn read_record<T: DeserializeOwned>(
        &self,
        table: Records,
        id: &str,
    ) -> Result<Option<T>, StoreError> {
        let tx = self.database.begin_read()?;
        let table = tx.open_table(table)?;
        table
            .get(id)?
            .map(|bytes| Ok(serde_json::from_slice(bytes.value())?))
            .transpose()
    }

    fn read_secret<T: DeserializeOwned>(
        &self,
        secrets: Secrets,
        secret: &str,
        records: Records,
    ) -> Result<Option<(String, T)>, StoreError> {
        let tx = self.database.begin_read()?;
        let Some(id) = tx
            .open_table(secrets)?
            .get(digest(secret).as_slice())?
            .map(|id| id.value().to_owned())
        else {
            return Ok(None);
        };
        let record = tx
            .open_table(records)?
            .get(id.as_str())?
            .map(|b| serde_json::from_slice(b.value()));
        Ok(record.transpose()?.map(|record| (id, record)))
    }

    /// Forgets what expired before `now`. Answered requests are kept for a margin longer.
    pub fn purge(&self, now: Seconds) -> Result<(), StoreError> {
        self.write(|tx| {
            for table in [NONCES, ANSWERED] {
                tx.0.open_table(table)?.retain(|_, expiry| expiry >= now)?;
            }
            for table in [OFFERS, SESSIONS, REQUESTS] {
                tx.0.open_table(table)?
                    .retain(|_, record| forget_at(record) >= now)?;
            }
            let offers = tx.0.open_table(OFFERS)?;
            for table in [CODES, TOKENS] {
                tx.0.open_table(table)?
                    .retain(|_, id| offers.get(id).is_ok_and(|offer| offer.is_some()))?;
            }
            Ok(())
        })
    }
}

/// One write transaction, with the few operations that the records need.
struct Transaction(redb::WriteTransaction);

impl Transaction {
    fn get<T: DeserializeOwned>(&self, table: Records, id: &str) -> Result<Option<T>, StoreError> {
        let table = self.0.open_table(table)?;
        let record = table.get(id)?;
        record
            .map(|bytes| Ok(serde_json::from_slice(bytes.value())?))
            .transpose()
    }

    fn put<T: Serialize>(&self, table: Records, id: &str, record: &T) -> Result<(), StoreError> {
        self.0
            .open_table(table)?
            .insert(id, serde_json::to_vec(record)?.as_slice())?;
        Ok(())
    }

    /// Refuses to let a kind of record grow without bound.
    fn make_room(&self, table: Records, kind: &'static str) -> Result<(), StoreError> {
        use redb::ReadableTableMetadata;
        match self.0.open_table(table)?.len()? {
            0..CAPACITY => Ok(()),
            _ => Err(StoreError::Full(kind)),
        }
    }

    fn opens(&self, table: Secrets, secret: &str) -> Result<Option<String>, StoreError> {
        let table = self.0.open_table(table)?;
        Ok(table
            .get(digest(secret).as_slice())?
            .map(|id| id.value().to_owned()))
    }

    fn put_secret(&self, table: Secrets, secret: &str, id: &str) -> Result<(), StoreError> {
        self.0
            .open_table(table)?
            .insert(digest(secret).as_slice(), id)?;
        Ok(())
    }
}

/// The digest under which a bearer secret is kept. The secrets are random, so no salt is needed.
fn digest(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// When a stored record may be forgotten; an unreadable one at once.
fn forget_at(record: &[u8]) -> Seconds {
    #[derive(serde::Deserialize)]
    struct Dated {
        forget_at: Seconds,
    }
    serde_json::from_slice::<Dated>(record).map_or(0, |record| record.forget_at)
}
