//! One file per record. A batch is first written whole to a journal; the rename that gives the
//! journal its name is the moment at which the batch has happened, and opening the directory
//! finishes whatever a crash left undone.

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
    #[cfg(test)]
    pub(super) crash: tests::CrashPoint,
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
            #[cfg(test)]
            crash: tests::CrashPoint::default(),
        };
        storage.recover()?;
        Ok(storage)
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
        match batch.changes() {
            [] => Ok(()),
            // One file changes by one rename or one removal, which is atomic already.
            [change] => self.change(change),
            _ => {
                self.replace(JOURNAL, &journal::encode(batch))?;
                self.finish(batch)
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
        let path = self.path(&name.to_string());
        read_if_there(&path).map_err(|source| at(&path, source))
    }

    /// Files that no wallet wrote are passed over.
    async fn list(&self) -> Result<Vec<RecordName>, DirectoryError> {
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
pub(super) mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::store::{Kind, RecordId};

    /// Dies at the n-th step, and while writing leaves half of the bytes behind.
    #[derive(Debug, Default)]
    pub struct CrashPoint(Cell<Option<usize>>);

    impl CrashPoint {
        pub fn after(&self, steps: usize) {
            self.0.set(Some(steps));
        }

        pub fn step(&self) -> io::Result<()> {
            match self.0.get() {
                None => Ok(()),
                Some(0) => Err(io::Error::other("killed")),
                Some(left) => {
                    self.0.set(Some(left - 1));
                    Ok(())
                }
            }
        }

        pub fn tear(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
            self.step().inspect_err(|_| {
                file.write_all(&bytes[..bytes.len() / 2]).unwrap();
            })
        }
    }

    fn name(kind: Kind, byte: u8) -> RecordName {
        RecordName::new(kind, RecordId::from_bytes([byte; 16]))
    }

    fn contents(storage: &DirectoryStorage) -> Vec<(RecordName, Vec<u8>)> {
        let mut names = pollster::block_on(storage.list()).unwrap();
        names.sort();
        names
            .into_iter()
            .map(|name| {
                (
                    name,
                    pollster::block_on(storage.get(&name)).unwrap().unwrap(),
                )
            })
            .collect()
    }

    #[test]
    fn killed_at_any_step_a_batch_has_happened_or_not() {
        let old = [
            (name(Kind::Credential, 1), b"one".to_vec()),
            (name(Kind::Credential, 2), b"two".to_vec()),
        ];
        let batch = Batch::new()
            .put(old[0].0, b"one, changed".to_vec())
            .delete(old[1].0)
            .put(name(Kind::Ledger, 3), b"three".to_vec());
        let new = vec![
            (old[0].0, b"one, changed".to_vec()),
            (name(Kind::Ledger, 3), b"three".to_vec()),
        ];

        let (mut rolled_back, mut rolled_forward) = (0, 0);
        for steps in 0.. {
            let directory = tempfile::tempdir().unwrap();
            let storage = DirectoryStorage::open(directory.path()).unwrap();
            for (name, bytes) in &old {
                pollster::block_on(storage.put(*name, bytes.clone())).unwrap();
            }
            storage.crash.after(steps);
            let result = pollster::block_on(storage.apply(batch.clone()));
            drop(storage);

            let recovered = DirectoryStorage::open(directory.path()).unwrap();
            assert!(!directory.path().join(JOURNAL).exists());
            assert!(!directory.path().join(TEMPORARY).exists());
            let found = contents(&recovered);
            match result {
                Ok(()) => {
                    assert_eq!(found, new);
                    break;
                }
                Err(_) if found == old => rolled_back += 1,
                Err(_) => {
                    assert_eq!(found, new, "after {steps} steps");
                    rolled_forward += 1;
                }
            }
        }
        assert!(
            rolled_back >= 2 && rolled_forward >= 5,
            "{rolled_back} {rolled_forward}"
        );
    }

    #[test]
    fn killed_during_recovery_it_recovers_the_next_time() {
        let batch = Batch::new()
            .put(name(Kind::Seed, 1), vec![1])
            .put(name(Kind::Seed, 2), vec![2]);
        let directory = tempfile::tempdir().unwrap();
        let storage = DirectoryStorage::open(directory.path()).unwrap();
        storage.crash.after(4);
        pollster::block_on(storage.apply(batch)).unwrap_err();
        for steps in 0..5 {
            storage.crash.after(steps);
            let _ = storage.recover();
        }
        drop(storage);
        assert_eq!(
            contents(&DirectoryStorage::open(directory.path()).unwrap()).len(),
            2
        );
    }

    #[test]
    fn a_damaged_journal_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join(JOURNAL), b"nonsense").unwrap();
        let refused = DirectoryStorage::open(directory.path()).unwrap_err();
        assert!(matches!(refused, DirectoryError::Journal { .. }));
    }

    #[test]
    fn one_process_at_a_time() {
        let directory = tempfile::tempdir().unwrap();
        let first = DirectoryStorage::open(directory.path()).unwrap();
        let refused = DirectoryStorage::open(directory.path()).unwrap_err();
        assert!(matches!(refused, DirectoryError::InUse { .. }));
        drop(first);
        DirectoryStorage::open(directory.path()).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let inner = directory.path().join("wallet");
        let storage = DirectoryStorage::open(&inner).unwrap();
        pollster::block_on(storage.put(RecordName::SEED, vec![7])).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&inner), 0o700);
        assert_eq!(mode(&inner.join(RecordName::SEED.to_string())), 0o600);
    }
}
