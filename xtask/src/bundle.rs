//! Lays out `target/dist`: content-hashed names, precompressed copies, and the table of sizes.
//!
//! A file whose name is mentioned only in texts that we can rewrite gets a name with a content hash and may
//! be cached for ever. Entry points, and files that a WASM module names, keep their names and are revalidated.

mod compress;
mod names;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::digest;
use crate::wasm::Built;
use crate::workspace::Workspace;

/// Paths inside a bundle, with `/` between folders, and what is there.
pub type Files = BTreeMap<String, Vec<u8>>;

/// In `sw.js`, becomes a digest of all other files, so that the service worker changes with any of them.
const BUILD_MARK: &str = "__GLIMPSE_BUILD__";
/// In `sw.js`, becomes the JSON list of all paths.
const FILES_MARK: &str = "[\"__GLIMPSE_FILES__\"]";

/// Lays out the wallet: the interface and its assets at the root, the worker and its modules under `prover/`.
pub fn wallet(workspace: &Workspace, interface: &Built, provers: &[Built]) -> anyhow::Result<()> {
    let mut files = Files::new();
    collect(
        &workspace.root.join("wallet-ui").join("assets"),
        "",
        &mut files,
    )?;
    collect(&interface.folder, "", &mut files)?;
    collect(
        &workspace.root.join("prover-wasm").join("assets"),
        "prover/",
        &mut files,
    )?;
    for prover in provers {
        collect(&prover.folder, "prover/", &mut files)?;
    }
    if !files.contains_key("index.html") {
        bail!("wallet-ui/assets has no index.html");
    }
    let mut files = names::with_content_hashes(files)?;
    fill_service_worker(&mut files);
    write(workspace, "wallet", &files)
}

/// Lays out the verifier module for those who embed it.
pub fn verifier(workspace: &Workspace, built: &Built) -> anyhow::Result<()> {
    let mut files = Files::new();
    collect(&built.folder, "", &mut files)?;
    write(workspace, "verifier", &files)
}

/// Reads a folder, hidden files left out.
fn collect(folder: &Path, prefix: &str, files: &mut Files) -> anyhow::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    let entries =
        std::fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        let path = format!("{prefix}{name}");
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{path}/"), files)?;
        } else if files
            .insert(path.clone(), digest::read(&entry.path())?)
            .is_some()
        {
            bail!("two sources for {path} in the bundle");
        }
    }
    Ok(())
}

fn fill_service_worker(files: &mut Files) {
    let Some(source) = files.get("sw.js") else {
        return;
    };
    let source = String::from_utf8_lossy(source).into_owned();
    let build = digest_of(files);
    let listed: Vec<String> = files
        .keys()
        .filter(|path| path.as_str() != "sw.js")
        .map(|path| match path.as_str() {
            "index.html" => "/".to_owned(),
            other => format!("/{other}"),
        })
        .collect();
    let filled = source
        .replace(BUILD_MARK, &build[..16])
        .replace(FILES_MARK, &serde_json::json!(listed).to_string());
    files.insert("sw.js".to_owned(), filled.into_bytes());
}

fn digest_of(files: &Files) -> String {
    digest::of_parts(
        files
            .iter()
            .map(|(path, bytes)| (path.as_str(), bytes.as_slice())),
    )
}

/// Writes a bundle beside the old one and swaps them, so that a server never sees half of it.
fn write(workspace: &Workspace, name: &str, files: &Files) -> anyhow::Result<()> {
    let dist = workspace.target.join("dist");
    let (place, stamp) = (dist.join(name), dist.join(format!("{name}.stamp")));
    let digest = digest_of(files);
    if place.is_dir() && digest::stamp_is(&stamp, &digest) {
        return Ok(());
    }
    let fresh = dist.join(format!("{name}.new"));
    remove(&fresh)?;
    let cache = workspace.target.join("brotli");
    let compressed = compress::all(files, &cache)?;
    for (path, bytes) in files {
        put(&fresh.join(path), bytes)?;
        if let Some(small) = compressed.get(path) {
            put(&fresh.join(format!("{path}.br")), small)?;
        }
    }
    remove(&place)?;
    std::fs::rename(&fresh, &place)
        .with_context(|| format!("cannot put {} in its place", place.display()))?;
    std::fs::write(&stamp, digest)?;
    print_sizes(workspace.relative(&place), files, &compressed);
    Ok(())
}

fn put(path: &PathBuf, bytes: &[u8]) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
    }
    std::fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

fn remove(folder: &Path) -> anyhow::Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}

fn print_sizes(place: &Path, files: &Files, compressed: &Files) {
    println!("{:<58} {:>11} {:>11}", place.display(), "bytes", "brotli");
    for (path, bytes) in files {
        let small = compressed
            .get(path)
            .map_or_else(|| "–".to_owned(), |small| small.len().to_string());
        println!("  {path:<56} {:>11} {small:>11}", bytes.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_service_worker_lists_every_other_file_and_changes_with_each() {
        let build = |style: &str| {
            let mut files = Files::from([
                ("index.html".to_owned(), b"<html>".to_vec()),
                ("style.css".to_owned(), style.as_bytes().to_vec()),
                (
                    "sw.js".to_owned(),
                    b"const v='__GLIMPSE_BUILD__', f=[\"__GLIMPSE_FILES__\"];".to_vec(),
                ),
            ]);
            fill_service_worker(&mut files);
            String::from_utf8(files.remove("sw.js").unwrap()).unwrap()
        };
        let one = build("a{}");
        assert!(one.contains(r#"f=["/","/style.css"]"#), "{one}");
        assert!(!one.contains("__GLIMPSE"));
        assert_ne!(one, build("b{}"));
    }
}
