//! Where things are: the workspace root, the target folder, and the names of our crates.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use cargo_metadata::{Metadata, MetadataCommand, Package};

/// The loaded workspace.
pub struct Workspace {
    /// The folder of the root `Cargo.toml`.
    pub root: PathBuf,
    /// Cargo's target folder, which `CARGO_TARGET_DIR` may have moved.
    pub target: PathBuf,
    /// `cargo metadata` of the workspace's own crates.
    pub metadata: Metadata,
}

impl Workspace {
    /// Reads the workspace around the current folder.
    pub fn load() -> anyhow::Result<Self> {
        let metadata = MetadataCommand::new()
            .no_deps()
            .exec()
            .context("cannot read the workspace; run `cargo xtask` inside a clone of Glimpse")?;
        Ok(Self {
            root: metadata.workspace_root.clone().into_std_path_buf(),
            target: metadata.target_directory.clone().into_std_path_buf(),
            metadata,
        })
    }

    /// One of our own packages by its name.
    pub fn package(&self, name: &str) -> Option<&Package> {
        self.metadata
            .packages
            .iter()
            .find(|package| package.name.as_str() == name)
    }

    /// The folder of the browser tests, which also holds the npm tools.
    pub fn e2e(&self) -> PathBuf {
        self.root.join("e2e")
    }

    /// The folder that `cargo xtask serve` serves the wallet from.
    pub fn wallet_files(&self) -> PathBuf {
        self.target.join("dist").join("wallet")
    }

    /// A path relative to the root, for messages.
    pub fn relative<'p>(&self, path: &'p Path) -> &'p Path {
        path.strip_prefix(&self.root).unwrap_or(path)
    }
}
