//! The `glimpse` program.
//!
//! `glimpse serve` runs the whole demonstration: the wallet's static host, two issuers and two verifiers, each on its
//! own origin. The other commands are the same chain for scripts, without a browser.

mod commands;
mod serve;
mod status_folder;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Issue, hold, prove and verify credentials without showing them.
#[derive(Debug, Parser)]
#[command(
    name = "glimpse",
    version,
    propagate_version = true,
    max_term_width = 100
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the wallet, two demonstration issuers and two demonstration verifiers on this machine.
    Serve(serve::Arguments),
    #[command(flatten)]
    Script(commands::Script),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Script(command) => command.run(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("glimpse: {error:#}");
            commands::Refusal::exit_code(&error).into()
        }
    }
}
