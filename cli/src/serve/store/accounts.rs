//! Accounts: who signed up with which verifier, by pseudonym and nothing else.

use redb::{ReadableTable as _, ReadableTableMetadata as _};

use super::{ACCOUNTS, CAPACITY, Seconds, Store, StoreError};

/// Whether an account was there before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visit {
    /// It has just been made.
    First,
    /// It was there.
    Again,
}

impl Store {
    /// Finds the account of `pseudonym` with `verifier`, or makes it. [`Visit::First`] for exactly one caller, ever.
    pub fn sign_in(
        &self,
        verifier: &str,
        pseudonym: &str,
        now: Seconds,
    ) -> Result<Visit, StoreError> {
        self.write(|tx| {
            let mut accounts = tx.0.open_table(ACCOUNTS)?;
            if accounts.get((verifier, pseudonym))?.is_some() {
                return Ok(Visit::Again);
            }
            if accounts.len()? >= CAPACITY {
                return Err(StoreError::Full("accounts"));
            }
            accounts.insert((verifier, pseudonym), now)?;
            Ok(Visit::First)
        })
    }
}
