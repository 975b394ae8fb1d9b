//! The native `glimpse` program, built in the profile of the tests so that nothing is compiled twice.

use std::path::PathBuf;

use crate::command::{cargo, run};
use crate::workspace::Workspace;

const PACKAGE: &str = "glimpse-cli";

/// Builds the program and returns where it is.
pub fn glimpse(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    run(
        cargo().current_dir(&workspace.root).args([
            "build",
            "--package",
            PACKAGE,
            "--bin",
            "glimpse",
        ]),
        "the program `glimpse` does not compile",
    )?;
    Ok(program(workspace))
}

/// Has circuits of ours written in snarkjs's formats, for benchmarks.
pub fn snarkjs_files(workspace: &Workspace) -> anyhow::Result<()> {
    let folder = workspace.target.join("bench-circuits").join("own");
    run(
        cargo()
            .current_dir(&workspace.root)
            .args(["run", "--package", "glimpse-prover"])
            .args(["--example", "snarkjs-files", "--"])
            .arg(folder)
            .args(["credential-16", "range", "status"]),
        "our circuits cannot be written for snarkjs",
    )
}

/// Where a build leaves the program.
pub fn program(workspace: &Workspace) -> PathBuf {
    workspace
        .target
        .join("debug")
        .join(format!("glimpse{}", std::env::consts::EXE_SUFFIX))
}
