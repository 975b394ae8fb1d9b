//! Status lists: which of its credentials an issuer has revoked, published once an epoch for everybody alike.
//!
//! ```
//! use glimpse_protocol::credential::StatusIndex;
//! use glimpse_protocol::identity::Identity;
//! use glimpse_protocol::status::{Entries, Epoch, StatusList};
//!
//! let registry = Identity::from_seed(&[2; 32]);
//! let mut entries = Entries::new();
//! entries.set(StatusIndex::new(7), true);
//! let list = StatusList::sign(
//!     entries,
//!     Epoch::FIRST,
//!     "2026-11-21T00:00:00Z".parse()?,
//!     "2026-11-22T00:00:00Z".parse()?,
//!     &registry,
//! )?;
//! let read = StatusList::from_bytes(&list.to_bytes())?;
//! assert!(read.entries().is_revoked(StatusIndex::new(7)));
//! assert_eq!(read.head().issuer(), &registry.did());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![doc = include_str!("../../docs/protocol/status.md")]

mod entries;
mod file;
mod head;
mod tree;

use alloc::vec::Vec;

pub use entries::{BITMAP_BYTES, ENTRIES, Entries, EntriesError, WORD_BITS};
pub use file::StatusFile;
pub use head::{
    Epoch, MAX_VALIDITY, Order, StaleStatus, StatusHead, StatusHeadError, SuccessionError,
};
pub use tree::{LEAF_WORDS, LEVELS, StatusPath, StatusTree, leaf};

use crate::CodecError;
use crate::credential::StatusIndex;
use crate::identity::Identity;
use crate::time::DateTime;
use head::MAX_HEAD_BYTES;

/// The greatest length of a status list in bytes.
pub const MAX_LIST_BYTES: usize = BITMAP_BYTES + MAX_HEAD_BYTES + 16;

/// An issuer's signed status list, with its tree. To hold one means that its head is signed and that its roots are
/// those of its entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusList {
    head: StatusHead,
    tree: StatusTree,
}

/// Why bytes are no status list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StatusListError {
    /// Not a status list, or not in canonical form.
    #[error("not a status list: {0}")]
    Form(#[from] CodecError),
    /// The head is not valid.
    #[error(transparent)]
    Head(#[from] StatusHeadError),
    /// The signed roots are those of another list.
    #[error("the status list's entries are not those that were signed")]
    Roots,
}

impl StatusList {
    /// Publishes `entries` for an epoch.
    ///
    /// # Errors
    /// [`StatusHeadError::Period`] if it would end before it begins, or be valid for too long.
    pub fn sign(
        entries: Entries,
        epoch: Epoch,
        valid_from: DateTime,
        valid_until: DateTime,
        identity: &Identity,
    ) -> Result<Self, StatusHeadError> {
        let tree = StatusTree::new(entries);
        let head = StatusHead::sign(epoch, valid_from, valid_until, tree.roots(), identity)?;
        Ok(Self { head, tree })
    }

    /// Reads the file, checks the signature first and then, by building the tree, that the roots fit the entries.
    ///
    /// # Errors
    /// [`StatusListError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StatusListError> {
        StatusFile::from_bytes(bytes)?.check()
    }

    /// The canonical file: 350 bytes and about as many as there are revoked credentials, at most 132 kB.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        file::write(&self.head, self.tree.entries())
    }

    /// What is signed: all that a verifier needs.
    #[must_use]
    pub fn head(&self) -> &StatusHead {
        &self.head
    }

    /// Which credentials are revoked.
    #[must_use]
    pub fn entries(&self) -> &Entries {
        self.tree.entries()
    }

    /// The way from an entry to the roots; `None` if it is beyond the list's end.
    #[must_use]
    pub fn path(&self, index: StatusIndex) -> Option<StatusPath> {
        self.tree.path(index)
    }
}
