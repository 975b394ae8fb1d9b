//! What the build needs besides Rust and Node, installed from package registries when it is missing.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

use crate::command::{capture, run};
use crate::digest;
use crate::workspace::Workspace;

/// The compilation target of every browser module.
pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Makes sure that the standard library for WASM is there.
pub fn wasm_target() -> anyhow::Result<()> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let libraries = capture(
        Command::new(rustc).args(["--print", "target-libdir", "--target", WASM_TARGET]),
        "install Rust by rustup",
    )?;
    if Path::new(libraries.trim()).is_dir() {
        return Ok(());
    }
    eprintln!("xtask: adding the Rust target {WASM_TARGET}");
    run(
        Command::new("rustup").args(["target", "add", WASM_TARGET]),
        "install the standard library for wasm32-unknown-unknown, with rustup or your system's package manager",
    )
}

/// Installs the npm packages of `e2e/package-lock.json`, unless exactly those are installed.
pub fn npm_packages(workspace: &Workspace) -> anyhow::Result<()> {
    let e2e = workspace.e2e();
    let lock = digest::of(&digest::read(&e2e.join("package-lock.json"))?);
    let stamp = e2e.join("node_modules").join(".xtask-lock");
    if digest::stamp_is(&stamp, &lock) {
        return Ok(());
    }
    eprintln!("xtask: installing the npm packages of e2e/package-lock.json");
    // No package of ours needs an install script, so none may run.
    run(
        Command::new("npm")
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
            .current_dir(&e2e),
        "install Node 20 or newer with npm, and check that the npm registry can be reached",
    )?;
    std::fs::write(&stamp, lock).with_context(|| format!("cannot write {}", stamp.display()))
}

/// A `node` command that runs a script of an installed npm package.
pub fn node(workspace: &Workspace, script: &str) -> Command {
    let mut command = Command::new("node");
    command.arg(workspace.e2e().join("node_modules").join(script));
    command
}

/// Finds Chromium (`GLIMPSE_CHROMIUM` goes first), or installs the system's package.
pub fn chromium() -> anyhow::Result<PathBuf> {
    if let Some(chosen) = std::env::var_os("GLIMPSE_CHROMIUM").map(PathBuf::from) {
        if chosen.is_file() {
            return Ok(chosen);
        }
        bail!(
            "GLIMPSE_CHROMIUM names {}, which is no file",
            chosen.display()
        );
    }
    if let Some(found) = installed_chromium() {
        return Ok(found);
    }
    let advice = "install Chromium with your package manager, or set GLIMPSE_CHROMIUM to a Chrome or Chromium";
    if find_program("apt-get").is_none() {
        bail!("the browser tests need Chromium: {advice}");
    }
    eprintln!("xtask: installing Chromium by apt-get");
    run(apt_get()?.arg("update").arg("-qq"), advice)?;
    run(
        apt_get()?.args([
            "install",
            "-y",
            "-qq",
            "--no-install-recommends",
            "chromium",
        ]),
        advice,
    )?;
    installed_chromium().with_context(|| format!("Chromium is still missing: {advice}"))
}

fn installed_chromium() -> Option<PathBuf> {
    [
        "chromium",
        "chromium-browser",
        "google-chrome-stable",
        "google-chrome",
    ]
    .into_iter()
    .find_map(find_program)
}

/// `apt-get` as root: directly, or by a `sudo` that asks nothing.
fn apt_get() -> anyhow::Result<Command> {
    let user = capture(Command::new("id").arg("-u"), "the program `id` is missing")?;
    let mut command = if user.trim() == "0" {
        Command::new("apt-get")
    } else if find_program("sudo").is_some() {
        let mut sudo = Command::new("sudo");
        sudo.args(["-n", "apt-get"]);
        sudo
    } else {
        bail!("installing Chromium needs root: run `apt-get install chromium` yourself");
    };
    command.env("DEBIAN_FRONTEND", "noninteractive");
    Ok(command)
}

/// The first file of that name on `PATH`.
pub fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|candidate| candidate.is_file())
}
