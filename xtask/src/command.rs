//! Running other programs, with errors that say what to do.

use std::ffi::OsStr;
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

/// A `cargo` of the same toolchain as the one that runs us.
pub fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs a command with our own output streams; an error names the command and what to do about it.
pub fn run(command: &mut Command, advice: &str) -> anyhow::Result<()> {
    let shown = display(command);
    let status = command
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("cannot start `{shown}`: {advice}"))?;
    if !status.success() {
        bail!("`{shown}` failed ({status}): {advice}");
    }
    Ok(())
}

/// Runs a command and returns what it printed on stdout; stderr is shown only if it fails.
pub fn capture(command: &mut Command, advice: &str) -> anyhow::Result<String> {
    let shown = display(command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start `{shown}`: {advice}"))?;
    if !output.status.success() {
        bail!(
            "`{shown}` failed ({}): {advice}\n{}",
            output.status,
            String::from_utf8_lossy(&output.stderr).trim_end()
        );
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{shown}` printed no UTF-8"))
}

/// The command as a person would type it.
pub fn display(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(OsStr::to_string_lossy)
        .collect::<Vec<_>>()
        .join(" ")
}
