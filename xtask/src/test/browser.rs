//! Playwright over the system's Chromium; the specs start `glimpse serve` themselves (`e2e/support`).

use std::process::{Command, Stdio};

use anyhow::Context as _;

use super::totals::Totals;
use crate::command::display;
use crate::workspace::Workspace;
use crate::{digest, native, tools};

/// Runs the specs of `e2e/specs`.
pub fn run(workspace: &Workspace, rest: &[String], slow: bool) -> anyhow::Result<Totals> {
    native::glimpse(workspace)?;
    let report = workspace.target.join("e2e").join("report.json");
    // A report of an earlier run must not be counted when Playwright dies before it writes one.
    if report.exists() {
        std::fs::remove_file(&report)?;
    }
    let mut command = playwright(workspace, "specs")?;
    command
        .env("PLAYWRIGHT_JSON_OUTPUT_FILE", &report)
        .arg("--reporter=list,json")
        .args(rest);
    if slow {
        command.env("GLIMPSE_SLOW_TESTS", "1");
    }
    let status = command
        .status()
        .with_context(|| format!("cannot start `{}`", display(&command)))?;
    let report = digest::read(&report)
        .with_context(|| format!("Playwright ended ({status}) without a report"))?;
    let mut totals = Totals::of_playwright(&report)?;
    if !status.success() && totals.failed == 0 {
        eprintln!("xtask: Playwright ended with {status} though no spec failed");
        totals.failed = 1;
    }
    Ok(totals)
}

/// A Playwright command for one project of `e2e/playwright.config.ts`, told where the product is.
pub fn playwright(workspace: &Workspace, project: &str) -> anyhow::Result<Command> {
    let mut command = tools::node(workspace, "@playwright/test/cli.js");
    command
        .current_dir(workspace.e2e())
        .stdin(Stdio::null())
        .env("GLIMPSE_CHROMIUM", tools::chromium()?)
        .env("GLIMPSE_PROGRAM", native::program(workspace))
        .env("GLIMPSE_WALLET_FILES", workspace.wallet_files())
        .env("GLIMPSE_TARGET", &workspace.target)
        .args(["test", "--project", project]);
    Ok(command)
}
