//! Project automation: `cargo xtask serve`, `test`, `tidy`, `bench` and `wasm`.
//!
//! Everything is driven from here so that a fresh clone needs only Rust by rustup and Node. What else is
//! missing is installed on the way from package registries (the WASM target, npm packages from the lock
//! file, Chromium by the system's package manager), and said so.

mod bench;
mod bundle;
mod command;
mod digest;
mod native;
mod serve;
mod test;
mod tidy;
mod tools;
mod wasm;
mod workspace;

use clap::{Parser, Subcommand};
use workspace::Workspace;

/// Build, serve and test Glimpse.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build everything and serve the wallet, the demo issuers and the demo verifiers.
    Serve(serve::Options),
    /// Run every test, the browser ones in a real Chromium included.
    Test(test::Options),
    /// Check formatting, lints, crate arrows, file rules and documentation.
    Tidy,
    /// Run the benchmarks, natively or in Chromium.
    Bench(bench::Options),
    /// Build the WASM modules and lay out the wallet's files.
    Wasm,
}

fn main() -> std::process::ExitCode {
    let arguments = Arguments::parse();
    match run(arguments.task) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: error: {error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> anyhow::Result<std::process::ExitCode> {
    let workspace = Workspace::load()?;
    match task {
        Task::Serve(options) => serve::serve(&workspace, &options),
        Task::Test(options) => test::test(&workspace, &options),
        Task::Tidy => tidy::tidy(&workspace),
        Task::Bench(options) => bench::bench(&workspace, &options),
        Task::Wasm => {
            wasm::build_all(&workspace)?;
            Ok(std::process::ExitCode::SUCCESS)
        }
    }
}
