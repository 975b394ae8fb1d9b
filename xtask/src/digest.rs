//! SHA-256 over files, for stamps and content-addressed names.

use std::path::Path;

use anyhow::Context as _;
use sha2::{Digest as _, Sha256};

/// The hexadecimal SHA-256 of some bytes.
pub fn of(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// The digest of several labelled parts, each framed by its length so that none runs into the next.
pub fn of_parts<'a>(parts: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> String {
    let mut hasher = Sha256::new();
    for (label, bytes) in parts {
        hasher.update((label.len() as u64).to_be_bytes());
        hasher.update(label.as_bytes());
        hasher.update((bytes.len() as u64).to_be_bytes());
        hasher.update(bytes);
    }
    hex::encode(hasher.finalize())
}

/// Reads a file, naming it in the error.
pub fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Whether a stamp file holds exactly this text.
pub fn stamp_is(path: &Path, expected: &str) -> bool {
    std::fs::read_to_string(path).is_ok_and(|found| found == expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_framed() {
        let one = of_parts([("a", b"bc".as_slice())]);
        let other = of_parts([("ab", b"c".as_slice())]);
        assert_ne!(one, other);
    }
}
