//! The files that git tracks or would track.

use std::path::PathBuf;
use std::process::Command;

use crate::command::capture;
use crate::workspace::Workspace;

/// Paths relative to the root with `/` between folders; ignored and deleted files are left out.
pub fn files(workspace: &Workspace) -> anyhow::Result<Vec<String>> {
    let listed = capture(
        Command::new("git").current_dir(&workspace.root).args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
            "--deduplicate",
        ]),
        "tidy needs git and a clone",
    )?;
    Ok(listed
        .split('\0')
        .filter(|path| !path.is_empty() && place(workspace, path).is_file())
        .map(str::to_owned)
        .collect())
}

/// Where such a path is.
pub fn place(workspace: &Workspace, path: &str) -> PathBuf {
    workspace.root.join(path)
}

/// The text of a file, or nothing if it is not UTF-8.
pub fn text(workspace: &Workspace, path: &str) -> Option<String> {
    std::fs::read_to_string(place(workspace, path)).ok()
}
