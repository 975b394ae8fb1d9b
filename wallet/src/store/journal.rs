//! The bytes of a journal: a batch that can be told from half a batch.

use sha2::{Digest, Sha256};

use super::{Batch, Change};

const CHECKSUM_LEN: usize = 32;

/// Per change: length of the name, name, 0 for a removal or 1 and the length and bytes; then
/// SHA-256 of it all.
pub(super) fn encode(batch: &Batch) -> Vec<u8> {
    let mut bytes = Vec::new();
    for change in batch.changes() {
        let (name, content) = match change {
            Change::Put(name, content) => (name.to_string(), Some(content)),
            Change::Delete(name) => (name.to_string(), None),
        };
        put_part(&mut bytes, name.as_bytes());
        match content {
            None => bytes.push(0),
            Some(content) => {
                bytes.push(1);
                put_part(&mut bytes, content);
            }
        }
    }
    let checksum = Sha256::digest(&bytes);
    bytes.extend_from_slice(&checksum);
    bytes
}

pub(super) fn decode(bytes: &[u8]) -> Option<Batch> {
    let (mut rest, checksum) = bytes.split_at_checked(bytes.len().checked_sub(CHECKSUM_LEN)?)?;
    if Sha256::digest(rest).as_slice() != checksum {
        return None;
    }
    let mut batch = Batch::new();
    while !rest.is_empty() {
        let name = std::str::from_utf8(take_part(&mut rest)?)
            .ok()?
            .parse()
            .ok()?;
        let (&marker, after) = rest.split_first()?;
        rest = after;
        batch = match marker {
            0 => batch.delete(name),
            1 => batch.put(name, take_part(&mut rest)?.to_vec()),
            _ => return None,
        };
    }
    Some(batch)
}

fn put_part(bytes: &mut Vec<u8>, part: &[u8]) {
    bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
    bytes.extend_from_slice(part);
}

fn take_part<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, after) = rest.split_first_chunk::<8>()?;
    let (part, after) =
        after.split_at_checked(usize::try_from(u64::from_be_bytes(*length)).ok()?)?;
    *rest = after;
    Some(part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Kind, RecordId, RecordName};

    #[test]
    fn half_or_changed_journals_are_refused() {
        let name = |byte| RecordName::new(Kind::Ledger, RecordId::from_bytes([byte; 16]));
        let batch = Batch::new().put(name(1), vec![1]).delete(name(2));
        let journal = encode(&batch);
        assert_eq!(decode(&journal), Some(batch));
        for index in 0..journal.len() {
            let mut damaged = journal.clone();
            damaged[index] ^= 1;
            assert_eq!(decode(&damaged), None, "byte {index}");
            assert_eq!(decode(&journal[..index]), None, "cut at {index}");
        }
    }
}
