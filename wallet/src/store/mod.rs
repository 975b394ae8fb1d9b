//! Where ciphertext rests: names that tell nothing, bytes that tell nothing, changes that happen
//! whole or not at all.

#[cfg(not(target_arch = "wasm32"))]
mod directory;
#[cfg(not(target_arch = "wasm32"))]
mod journal;
mod memory;
mod name;

#[cfg(not(target_arch = "wasm32"))]
pub use directory::{DirectoryError, DirectoryStorage};
pub use memory::{Crash, MemoryStorage};
pub use name::{Kind, RecordId, RecordName};

/// Storage of opaque records: IndexedDB in a browser, a directory natively.
///
/// What it holds is ciphertext (see [`vault`](crate::vault)), so an implementation needs no secrets
/// and must add none. Methods take `&self`, because the handles beneath are shared.
#[expect(async_fn_in_trait, reason = "the browser's futures are not Send")]
pub trait Storage {
    /// What can go wrong beneath.
    type Error: std::error::Error + 'static;

    /// The record of this name, if there is one.
    async fn get(&self, name: &RecordName) -> Result<Option<Vec<u8>>, Self::Error>;

    /// All names, in no particular order.
    async fn list(&self) -> Result<Vec<RecordName>, Self::Error>;

    /// Makes all changes or none, also when the program dies in between. When it returns, the
    /// changes are durable. After an error nobody can know whether they happened, but all later
    /// reads agree.
    async fn apply(&self, batch: Batch) -> Result<(), Self::Error>;

    /// Writes one record, replacing an older one of the same name.
    async fn put(&self, name: RecordName, bytes: Vec<u8>) -> Result<(), Self::Error> {
        self.apply(Batch::new().put(name, bytes)).await
    }

    /// Removes one record if it exists.
    async fn delete(&self, name: RecordName) -> Result<(), Self::Error> {
        self.apply(Batch::new().delete(name)).await
    }
}

impl<S: Storage> Storage for &S {
    type Error = S::Error;

    async fn get(&self, name: &RecordName) -> Result<Option<Vec<u8>>, Self::Error> {
        (**self).get(name).await
    }

    async fn list(&self) -> Result<Vec<RecordName>, Self::Error> {
        (**self).list().await
    }

    async fn apply(&self, batch: Batch) -> Result<(), Self::Error> {
        (**self).apply(batch).await
    }
}

/// Changes that belong together, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch(Vec<Change>);

/// One change of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Write, replacing what was there.
    Put(RecordName, Vec<u8>),
    /// Remove, if it is there.
    Delete(RecordName),
}

impl Batch {
    /// No changes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a write.
    #[must_use]
    pub fn put(mut self, name: RecordName, bytes: Vec<u8>) -> Self {
        self.0.push(Change::Put(name, bytes));
        self
    }

    /// Adds a removal.
    #[must_use]
    pub fn delete(mut self, name: RecordName) -> Self {
        self.0.push(Change::Delete(name));
        self
    }

    /// The changes in the order in which they take effect.
    #[must_use]
    pub fn changes(&self) -> &[Change] {
        &self.0
    }
}

#[cfg(test)]
mod tests;
