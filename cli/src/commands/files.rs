//! Files of the commands: read with a limit, written whole or not at all.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use glimpse_protocol::set::MAX_SET_BYTES;

/// The largest JSON file that is read, in bytes; the formats have smaller limits of their own.
const MAX_DOCUMENT: u64 = 1024 * 1024;
/// The largest key file that is read, in bytes.
const MAX_KEY: u64 = 64 * 1024 * 1024;

/// Reads a document.
pub fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    read_within(path, MAX_DOCUMENT)
}

/// Reads the file of a published set.
pub fn read_set(path: &Path) -> anyhow::Result<Vec<u8>> {
    read_within(path, MAX_SET_BYTES as u64)
}

/// Reads a key file.
pub fn read_key(path: &Path) -> anyhow::Result<Vec<u8>> {
    read_within(path, MAX_KEY)
}

fn read_within(path: &Path, limit: u64) -> anyhow::Result<Vec<u8>> {
    let context = || format!("cannot read {}", path.display());
    let mut bytes = Vec::new();
    let file = fs::File::open(path).with_context(context)?;
    file.take(limit + 1)
        .read_to_end(&mut bytes)
        .with_context(context)?;
    if bytes.len() as u64 > limit {
        bail!("{} is larger than {limit} bytes", path.display());
    }
    Ok(bytes)
}

/// Makes a directory that only its owner can enter, if there is none.
pub fn private_directory(path: &Path) -> anyhow::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(path)
        .with_context(|| format!("cannot make {}", path.display()))
}

/// Writes a file that only its owner can read: to a temporary file beside it, flushed to disk, which
/// then takes the name. A crash leaves the old file or the new one.
pub fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    };
    let write = || -> std::io::Result<()> {
        // `tempfile` makes its files with mode 0600.
        let mut file = tempfile::NamedTempFile::new_in(&folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        #[cfg(unix)]
        fs::File::open(&folder)?.sync_all()?;
        Ok(())
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

/// Writes JSON for people.
pub fn write_json(path: &Path, value: &serde_json::Value) -> anyhow::Result<()> {
    write(path, format!("{value:#}\n").as_bytes())
}
