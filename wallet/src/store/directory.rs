//! One file per record. A batch is first written whole to a journal; the rename that gives the
//! journal its name is the moment at which the batch has happened, and opening the directory
//! finishes whatever a crash left undone.

use std::cell::Cell;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::journal;
use super::{Batch, Change, RecordName, Storage};

const JOURNAL: &str = "journal";
const LOCK: &str = "lock";
const TEMPORARY: &str = "temporary";
/// The largest record or journal that is read, in bytes.
const MAX_FILE: u64 = 64 * 1024 * 1024;

/// Records as files of a directory that one process uses at a time. On Unix the directory is
/// readable by its owner only (0700, files 0600).
#[derive(Debug)]
pub struct DirectoryStorage {
    directory: PathBuf,
    /// Held until the storage is dropped; the operating system releases it when the process dies.
    _lock: File,
    /// A batch failed halfway, so that there may be a journal which is not carried out to its end.
    unfinished: Cell<bool>,
    #[cfg(test)]
    pub(crate) crash: tests::CrashPoint,
}

/// Why the directory could not be used.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// Another process has the wallet open.
    #[error("the wallet in {} is in use by another process", directory.display())]
    InUse {
        /// The directory.
        directory: PathBuf,
    },
    /// The journal is whole by its name and not by its content: the file system lost what it had
    /// promised to keep, or somebody wrote there.
    #[error("the journal in {} is damaged", directory.display())]
    Journal {
        /// The directory.
        directory: PathBuf,
    },
    /// The operating system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
}

impl DirectoryStorage {
    /// Opens the directory, creating it if it does not exist, and finishes an interrupted batch.
    pub fn open(directory: &Path) -> Result<Self, DirectoryError> {
        create_private(directory).map_err(|source| at(directory, source))?;
        let path = directory.join(LOCK);
        let lock = private_file(&path).map_err(|source| at(&path, source))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => {
                return Err(DirectoryError::InUse {
                    directory: directory.to_owned(),
                });
            }
            Err(fs::TryLockError::Error(source)) => return Err(at(&path, source)),
        }
        let storage = Self {
            directory: directory.to_owned(),
            _lock: lock,
            unfinished: Cell::new(true),
            #[cfg(test)]
            crash: tests::CrashPoint::default(),
        };
        storage.settle()?;
        Ok(storage)
    }

    /// Carries out what an interruption left undone, in the life of an earlier process or of this
    /// one. Nothing is read or written before: a journal that is carried out late would put older
    /// records in the place of newer ones.
    fn settle(&self) -> Result<(), DirectoryError> {
        if self.unfinished.get() {
            self.recover()?;
            self.unfinished.set(false);
        }
        Ok(())
    }

    /// A temporary file is one whose rename never happened, so it is dropped. A journal is a batch
    /// that has happened, so it is applied; doing so twice changes nothing.
    fn recover(&self) -> Result<(), DirectoryError> {
        remove_if_there(&self.path(TEMPORARY)).map_err(|source| at(&self.directory, source))?;
        let path = self.path(JOURNAL);
        let Some(bytes) = read_if_there(&path).map_err(|source| at(&path, source))? else {
            return Ok(());
        };
        let batch = journal::decode(&bytes).ok_or_else(|| DirectoryError::Journal {
            directory: self.directory.clone(),
        })?;
        self.finish(&batch)
    }

    fn commit(&self, batch: &Batch) -> Result<(), DirectoryError> {
        self.settle()?;
        match batch.changes() {
            [] => Ok(()),
            // One file changes by one rename or one removal, which is atomic already.
            [change] => self.change(change),
            _ => {
                self.unfinished.set(true);
                self.replace(JOURNAL, &journal::encode(batch))?;
                self.finish(batch)?;
                self.unfinished.set(false);
                Ok(())
            }
        }
    }

    fn finish(&self, batch: &Batch) -> Result<(), DirectoryError> {
        for change in batch.changes() {
            self.change(change)?;
        }
        self.remove(JOURNAL)
    }

    fn change(&self, change: &Change) -> Result<(), DirectoryError> {
        match change {
            Change::Put(name, bytes) => self.replace(&name.to_string(), bytes),
            Change::Delete(name) => self.remove(&name.to_string()),
        }
    }

    /// Writes a temporary file, makes it durable, renames it, and makes the rename durable.
    fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), DirectoryError> {
        let temporary = self.path(TEMPORARY);
        let write = || {
            let mut file = private_file(&temporary)?;
            file.set_len(0)?;
            #[cfg(test)]
            self.crash.tear(&mut file, bytes)?;
            file.write_all(bytes)?;
            file.sync_all()
        };
        write().map_err(|source| at(&temporary, source))?;
        self.step()?;
        let path = self.path(name);
        fs::rename(&temporary, &path).map_err(|source| at(&path, source))?;
        self.sync()
    }

    fn remove(&self, name: &str) -> Result<(), DirectoryError> {
        self.step()?;
        let path = self.path(name);
        remove_if_there(&path).map_err(|source| at(&path, source))?;
        self.sync()
    }

    /// Makes renames and removals durable.
    fn sync(&self) -> Result<(), DirectoryError> {
        self.step()?;
        // Windows neither needs nor allows this.
        #[cfg(unix)]
        File::open(&self.directory)
            .and_then(|directory| directory.sync_all())
            .map_err(|source| at(&self.directory, source))?;
        Ok(())
    }

    #[cfg(not(test))]
    #[expect(
        clippy::unused_self,
        clippy::unnecessary_wraps,
        reason = "tests die here"
    )]
    fn step(&self) -> Result<(), DirectoryError> {
        Ok(())
    }

    #[cfg(test)]
    fn step(&self) -> Result<(), DirectoryError> {
        self.crash
            .step()
            .map_err(|source| at(&self.directory, source))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }
}

impl Storage for DirectoryStorage {
    type Error = DirectoryError;

    async fn get(&self, name: &RecordName) -> Result<Option<Vec<u8>>, DirectoryError> {
        self.settle()?;
        let path = self.path(&name.to_string());
        read_if_there(&path).map_err(|source| at(&path, source))
    }

    /// Files that no wallet wrote are passed over.
    async fn list(&self) -> Result<Vec<RecordName>, DirectoryError> {
        self.settle()?;
        let fault = |source| at(&self.directory, source);
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.directory).map_err(fault)? {
            let name = entry.map_err(fault)?.file_name();
            names.extend(
                name.to_str()
                    .and_then(|name| name.parse::<RecordName>().ok()),
            );
        }
        Ok(names)
    }

    async fn apply(&self, batch: Batch) -> Result<(), DirectoryError> {
        self.commit(&batch)
    }
}

fn read_if_there(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
        Ok(metadata) if metadata.len() > MAX_FILE => Err(io::Error::new(
            ErrorKind::FileTooLarge,
            "larger than any record",
        )),
        Ok(_) => fs::read(path).map(Some),
    }
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

fn create_private(directory: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn at(path: &Path, source: io::Error) -> DirectoryError {
    DirectoryError::Io {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
pub(crate) mod tests;
