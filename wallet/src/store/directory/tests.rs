//! Dying, failing, and coming back.

use super::*;
use crate::store::{Kind, RecordId};

/// Fails at the n-th step, and while writing leaves half of the bytes behind.
#[derive(Debug, Default)]
pub struct CrashPoint {
    left: Cell<Option<usize>>,
    once: Cell<bool>,
}

impl CrashPoint {
    /// Dies after so many steps: all later ones fail.
    pub fn after(&self, steps: usize) {
        self.left.set(Some(steps));
        self.once.set(false);
    }

    /// Fails once after so many steps, as a full disk does, and works again.
    pub fn once_after(&self, steps: usize) {
        self.after(steps);
        self.once.set(true);
    }

    pub fn step(&self) -> io::Result<()> {
        match self.left.get() {
            None => Ok(()),
            Some(0) => {
                if self.once.get() {
                    self.left.set(None);
                }
                Err(io::Error::other("killed"))
            }
            Some(left) => {
                self.left.set(Some(left - 1));
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

/// The disk fails once in the middle of a batch, and the same process goes on. A journal that was
/// left for the next start would put the batch's records over those written since.
#[test]
fn what_is_written_after_a_failed_batch_stays() {
    let (one, two) = (name(Kind::Seed, 1), name(Kind::Seed, 2));
    for steps in 0.. {
        let directory = tempfile::tempdir().unwrap();
        let storage = DirectoryStorage::open(directory.path()).unwrap();
        storage.crash.once_after(steps);
        let batch = Batch::new().put(one, vec![1]).put(two, vec![1]);
        if pollster::block_on(storage.apply(batch)).is_ok() {
            assert!(steps > 6);
            break;
        }
        let seen = contents(&storage).len();
        assert!(seen == 0 || seen == 2, "half a batch is seen");
        pollster::block_on(storage.put(two, vec![2])).unwrap();
        drop(storage);
        let recovered = DirectoryStorage::open(directory.path()).unwrap();
        let stays = pollster::block_on(recovered.get(&two)).unwrap();
        assert_eq!(stays, Some(vec![2]), "after {steps} steps");
    }
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
