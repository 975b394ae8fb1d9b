//! The file in which a list travels and rests.

use alloc::vec::Vec;

use super::entries::{BITMAP_BYTES, Entries};
use super::head::{MAX_HEAD_BYTES, StatusHead};
use super::tree::StatusTree;
use super::{MAX_LIST_BYTES, StatusList, StatusListError};
use crate::CodecError;
use crate::codec::{Reader, Wire, Writer};

/// A status list's file: its head is signed, but its entries have not been compared with the signed roots.
///
/// Reading one is quick. That is for whoever decides by the head alone whether to go on, and for whoever
/// reads back, from where nobody else writes, a list that it has checked before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusFile {
    head: StatusHead,
    entries: Entries,
}

/// The file's parts before their meaning is looked at.
struct Parts {
    head: Vec<u8>,
    entries: Vec<u8>,
}

impl Wire for Parts {
    const MAX_BYTES: usize = MAX_LIST_BYTES;

    fn write(&self, writer: &mut Writer) {
        writer.array(2).bytes(&self.head).bytes(&self.entries);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, CodecError> {
        reader.tuple(2)?;
        Ok(Self {
            head: reader.bytes(MAX_HEAD_BYTES)?,
            entries: reader.bytes(BITMAP_BYTES + 1)?,
        })
    }
}

/// The canonical file.
pub(super) fn write(head: &StatusHead, entries: &Entries) -> Vec<u8> {
    let parts = Parts {
        head: head.to_bytes(),
        entries: entries.to_bytes(),
    };
    parts.to_wire()
}

impl StatusFile {
    /// Reads the file: its form, the signature, and the one form of its entries.
    ///
    /// # Errors
    /// [`StatusListError::Form`] and [`StatusListError::Head`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StatusListError> {
        let parts = Parts::from_wire(bytes)?;
        let head = StatusHead::from_bytes(&parts.head)?;
        let entries = Entries::from_bytes(&parts.entries)
            .map_err(|_| CodecError::Invalid("the entries are not in their compact form"))?;
        Ok(Self { head, entries })
    }

    /// Builds the tree over the entries and compares its roots with the signed ones.
    ///
    /// # Errors
    /// [`StatusListError::Roots`].
    pub fn check(self) -> Result<StatusList, StatusListError> {
        let tree = StatusTree::new(self.entries);
        if tree.roots() != *self.head.roots() {
            return Err(StatusListError::Roots);
        }
        Ok(StatusList {
            head: self.head,
            tree,
        })
    }

    /// What is signed.
    #[must_use]
    pub fn head(&self) -> &StatusHead {
        &self.head
    }

    /// Which credentials the file says are revoked: what the issuer signed only if the file was checked.
    #[must_use]
    pub fn entries(&self) -> &Entries {
        &self.entries
    }
}
