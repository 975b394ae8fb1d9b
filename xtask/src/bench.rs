//! `cargo xtask bench`: divan natively, or the browser benchmarks in Chromium.

use std::process::ExitCode;

use clap::Args;

use crate::command::{cargo, run};
use crate::workspace::Workspace;
use crate::{native, test, tools, wasm};

/// Options of `cargo xtask bench`.
#[derive(Args)]
pub struct Options {
    /// Run the benchmarks of `e2e/bench` in Chromium.
    #[arg(long)]
    browser: bool,
    /// After `--`: arguments for divan, or with `--browser` for Playwright.
    #[arg(last = true)]
    rest: Vec<String>,
}

/// Runs the benchmarks; their figures go to stdout.
pub fn bench(workspace: &Workspace, options: &Options) -> anyhow::Result<ExitCode> {
    if options.browser {
        wasm::build_all(workspace)?;
        wasm::build_for_benchmarks(workspace)?;
        tools::chromium()?;
        native::glimpse(workspace)?;
        native::snarkjs_files(workspace)?;
        run(
            test::playwright(workspace, "bench")?
                .arg("--reporter=line")
                .args(&options.rest),
            "a browser benchmark failed",
        )?;
    } else {
        let mut command = cargo();
        command
            .current_dir(&workspace.root)
            .args(["bench", "--benches"]);
        if !options.rest.is_empty() {
            command.arg("--").args(&options.rest);
        }
        run(&mut command, "a benchmark failed")?;
    }
    Ok(ExitCode::SUCCESS)
}
