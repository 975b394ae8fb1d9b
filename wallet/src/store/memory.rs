use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use super::{Batch, Change, RecordName, Storage};

/// Records in memory. Clones share them, as two handles to one directory would; it can be told to
/// die at the n-th operation, which is how tests kill a wallet at every point.
#[derive(Clone, Debug, Default)]
pub struct MemoryStorage {
    records: Rc<RefCell<BTreeMap<RecordName, Vec<u8>>>>,
    operations_left: Rc<Cell<Option<usize>>>,
}

/// The storage was told to die here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the storage died")]
pub struct Crash;

impl MemoryStorage {
    /// Empty storage that never fails.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets `operations` more succeed and fails every one after them.
    pub fn crash_after(&self, operations: usize) {
        self.operations_left.set(Some(operations));
    }

    /// Starts again with whatever was stored before the crash.
    pub fn recover(&self) {
        self.operations_left.set(None);
    }

    /// A copy that shares nothing with this one.
    #[must_use]
    pub fn snapshot(&self) -> BTreeMap<RecordName, Vec<u8>> {
        self.records.borrow().clone()
    }

    /// Storage that holds these records.
    #[must_use]
    pub fn from_snapshot(records: BTreeMap<RecordName, Vec<u8>>) -> Self {
        Self {
            records: Rc::new(RefCell::new(records)),
            operations_left: Rc::default(),
        }
    }

    fn step(&self) -> Result<(), Crash> {
        match self.operations_left.get() {
            None => Ok(()),
            Some(0) => Err(Crash),
            Some(left) => {
                self.operations_left.set(Some(left - 1));
                Ok(())
            }
        }
    }
}

impl Storage for MemoryStorage {
    type Error = Crash;

    async fn get(&self, name: &RecordName) -> Result<Option<Vec<u8>>, Crash> {
        self.step()?;
        Ok(self.records.borrow().get(name).cloned())
    }

    async fn list(&self) -> Result<Vec<RecordName>, Crash> {
        self.step()?;
        Ok(self.records.borrow().keys().copied().collect())
    }

    async fn apply(&self, batch: Batch) -> Result<(), Crash> {
        self.step()?;
        let mut records = self.records.borrow_mut();
        for change in batch.0 {
            match change {
                Change::Put(name, bytes) => records.insert(name, bytes),
                Change::Delete(name) => records.remove(&name),
            };
        }
        Ok(())
    }
}
