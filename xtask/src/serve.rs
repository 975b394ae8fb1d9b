//! `cargo xtask serve`: build everything, then become the server.

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use clap::Args;

use crate::workspace::Workspace;
use crate::{native, wasm};

/// Options of `cargo xtask serve`.
#[derive(Args)]
pub struct Options {
    /// The wallet's port; the issuers and verifiers take the seven after it.
    #[arg(long, default_value_t = 8100)]
    base_port: u16,
    /// Where keys and databases are kept; created at first start.
    #[arg(long, default_value = "data")]
    data: PathBuf,
}

/// Builds and serves; returns only if the server could not be started or has ended.
pub fn serve(workspace: &Workspace, options: &Options) -> anyhow::Result<ExitCode> {
    wasm::build_all(workspace)?;
    let program = native::glimpse(workspace)?;
    let mut server = Command::new(program);
    server
        .current_dir(&workspace.root)
        .arg("serve")
        .args(["--base-port", &options.base_port.to_string()])
        .arg("--data")
        .arg(&options.data)
        .arg("--wallet-dir")
        .arg(workspace.wallet_files());
    become_program(server)
}

/// Replaces this process where the system can, so that signals reach the server and nothing is orphaned.
#[cfg(unix)]
fn become_program(mut server: Command) -> anyhow::Result<ExitCode> {
    use std::os::unix::process::CommandExt as _;
    let error = server.exec();
    Err(anyhow::Error::new(error).context("cannot start `glimpse serve`"))
}

#[cfg(not(unix))]
fn become_program(mut server: Command) -> anyhow::Result<ExitCode> {
    let status = server.status()?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
