//! `cargo xtask test`: native tests and doc tests, then the browser tests against the served product.

mod browser;
mod totals;

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{ExitCode, Stdio};

use anyhow::{Context as _, bail};
use clap::Args;
use totals::Totals;

use crate::command::{cargo, display};
use crate::workspace::Workspace;
use crate::{tools, wasm};

pub use browser::playwright;

/// Options of `cargo xtask test`.
#[derive(Args)]
pub struct Options {
    /// Run the slow tests too.
    #[arg(long)]
    all: bool,
    /// Run only the native tests.
    #[arg(long, conflicts_with = "browser")]
    native: bool,
    /// Run only the browser tests.
    #[arg(long)]
    browser: bool,
    /// After `--`: arguments for `cargo test`, or with `--browser` for Playwright.
    #[arg(last = true)]
    rest: Vec<String>,
}

/// Runs the tests and closes with the totals alone on a line.
pub fn test(workspace: &Workspace, options: &Options) -> anyhow::Result<ExitCode> {
    // Installations come first: a machine that cannot have them should say so before the long part.
    if !options.native {
        tools::wasm_target()?;
        tools::npm_packages(workspace)?;
        tools::chromium()?;
    } else if options.all {
        // Slow native tests ask programs of npm packages for their opinion.
        tools::npm_packages(workspace)?;
    }
    let mut totals = Totals::default();
    if !options.browser {
        totals += native_tests(workspace, options)?;
    }
    if !options.native {
        wasm::build_all(workspace)?;
        wasm::build_for_tests(workspace)?;
        let rest = if options.browser {
            &options.rest[..]
        } else {
            &[]
        };
        totals += browser::run(workspace, rest, options.all)?;
    }
    println!("\n{totals}");
    if totals.passed == 0 && totals.failed == 0 {
        bail!("no test ran");
    }
    Ok(if totals.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The product's crates together, and xtask by itself: tested together, the two would share features that
/// differ from those of `cargo xtask`, and its tools would be compiled a second time.
fn native_tests(workspace: &Workspace, options: &Options) -> anyhow::Result<Totals> {
    let mut totals = cargo_test(workspace, options, &["--workspace", "--exclude", "xtask"])?;
    totals += cargo_test(workspace, options, &["--package", "xtask"])?;
    Ok(totals)
}

fn cargo_test(
    workspace: &Workspace,
    options: &Options,
    selection: &[&str],
) -> anyhow::Result<Totals> {
    let mut command = cargo();
    command
        .current_dir(&workspace.root)
        .args(["test", "--no-fail-fast"])
        .args(selection)
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    let mut after: Vec<&str> = options.rest.iter().map(String::as_str).collect();
    if options.all {
        after.push("--include-ignored");
    }
    if !after.is_empty() {
        command.arg("--").args(after);
    }
    let mut child = command
        .spawn()
        .with_context(|| format!("cannot start `{}`", display(&command)))?;
    let mut totals = Totals::default();
    if let Some(output) = child.stdout.take() {
        let mut terminal = std::io::stdout();
        for line in BufReader::new(output).lines() {
            let line = line?;
            writeln!(terminal, "{line}")?;
            totals += Totals::of_cargo_line(&line);
        }
    }
    let status = child.wait()?;
    if !status.success() && totals.failed == 0 {
        bail!(
            "`{}` failed ({status}) before any test did",
            display(&command)
        );
    }
    Ok(totals)
}
