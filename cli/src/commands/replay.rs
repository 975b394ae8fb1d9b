//! A replay store in a directory: one file for each answered request.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use glimpse_protocol::time::DateTime;
use glimpse_verifier::{ReplayKey, ReplayStore, ReplayStoreError, Seen};
use sha2::{Digest as _, Sha256};

/// The file system decides who is first: a file is created or exists already.
#[derive(Debug)]
pub struct DirectoryReplayStore(PathBuf);

impl DirectoryReplayStore {
    pub fn open(directory: &Path) -> anyhow::Result<Self> {
        super::files::private_directory(directory)?;
        Ok(Self(directory.to_owned()))
    }

    fn create(&self, key: &ReplayKey, expires: DateTime) -> std::io::Result<Seen> {
        let path = self.0.join(hex::encode(Sha256::digest(key.to_bytes())));
        let mut file = match OpenOptions::new().write(true).create_new(true).open(path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(Seen::Again),
            other => other?,
        };
        writeln!(file, "{expires}")?;
        file.sync_all()?;
        #[cfg(unix)]
        fs::File::open(&self.0)?.sync_all()?;
        Ok(Seen::First)
    }
}

impl ReplayStore for DirectoryReplayStore {
    fn insert(&mut self, key: &ReplayKey, expires: DateTime) -> Result<Seen, ReplayStoreError> {
        self.create(key, expires)
            .map_err(|error| ReplayStoreError(Box::new(error)))
    }
}
