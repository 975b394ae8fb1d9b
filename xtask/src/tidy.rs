//! `cargo xtask tidy`: what review should not have to look for.

mod arrows;
mod files;
mod links;
mod tree;

use std::process::{Command, ExitCode};
use std::time::Instant;

use crate::command::{cargo, run};
use crate::tools::{self, WASM_TARGET};
use crate::workspace::Workspace;

/// Crates that exist only for browsers and are linted and documented for WASM.
const BROWSER_CRATES: [&str; 2] = ["glimpse-prover-wasm", "glimpse-wallet-ui"];

type Check = fn(&Workspace) -> anyhow::Result<()>;

/// The checks, the quick ones first.
const CHECKS: [(&str, Check); 12] = [
    ("lock file", lock_file),
    ("formatting", formatting),
    ("crate arrows", arrows::arrows),
    ("forbidden reach", arrows::reach),
    ("no clock in libraries", files::no_clock),
    ("file names and lengths", files::names_and_lengths),
    ("no machine paths", files::no_machine_paths),
    ("links in documents", links::links),
    ("dependency policy", dependency_policy),
    ("lints", lints),
    ("documentation", documentation),
    ("browser tests compile", browser_tests),
];

/// Runs every check and names all that failed.
pub fn tidy(workspace: &Workspace) -> anyhow::Result<ExitCode> {
    tools::wasm_target()?;
    tools::npm_packages(workspace)?;
    let mut failed = Vec::new();
    for (name, check) in CHECKS {
        let start = Instant::now();
        match check(workspace) {
            Ok(()) => println!("tidy: {name}: ok ({:.1} s)", start.elapsed().as_secs_f32()),
            Err(error) => {
                println!("tidy: {name}: FAILED\n{error:#}");
                failed.push(name);
            }
        }
    }
    if failed.is_empty() {
        println!("tidy: all {} checks hold", CHECKS.len());
        return Ok(ExitCode::SUCCESS);
    }
    println!("tidy: failed: {}", failed.join(", "));
    Ok(ExitCode::FAILURE)
}

fn cargo_here(workspace: &Workspace) -> Command {
    let mut command = cargo();
    command.current_dir(&workspace.root);
    command
}

fn lock_file(workspace: &Workspace) -> anyhow::Result<()> {
    crate::command::capture(
        cargo_here(workspace).args(["metadata", "--locked", "--format-version", "1"]),
        "commit the Cargo.lock that a build writes",
    )
    .map(drop)
}

fn formatting(workspace: &Workspace) -> anyhow::Result<()> {
    run(
        cargo_here(workspace).args(["fmt", "--all", "--check"]),
        "run `cargo fmt --all`",
    )
}

fn dependency_policy(workspace: &Workspace) -> anyhow::Result<()> {
    if tools::find_program("cargo-deny").is_none() {
        println!("tidy: cargo-deny is not installed; deny.toml is not checked here");
        return Ok(());
    }
    // Advisories need their database from the network, so they are a check of their own: `cargo deny check`.
    run(
        cargo_here(workspace).args(["deny", "check", "bans", "licenses", "sources"]),
        "see deny.toml",
    )
}

fn lints(workspace: &Workspace) -> anyhow::Result<()> {
    let advice = "clippy found something";
    let deny = ["--", "-D", "warnings"];
    let mut native = cargo_here(workspace);
    native.args(["clippy", "--quiet", "--all-targets"]);
    run(native.args(deny), advice)?;

    let mut browser = cargo_here(workspace);
    browser.args(["clippy", "--quiet", "--target", WASM_TARGET]);
    browser.args(["--lib", "--bins", "--examples"]);
    for package in BROWSER_CRATES {
        browser.args(["--package", package]);
    }
    run(browser.args(deny), advice)?;

    let mut verifier = cargo_here(workspace);
    verifier.args(["clippy", "--quiet", "--target", WASM_TARGET]);
    verifier.args(["--package", "glimpse-verifier", "--features", "wasm"]);
    run(verifier.args(deny), advice)
}

fn documentation(workspace: &Workspace) -> anyhow::Result<()> {
    let advice = "rustdoc found something";
    let flags = ("RUSTDOCFLAGS", "-D warnings");
    let mut native = cargo_here(workspace);
    native.args(["doc", "--quiet", "--no-deps", "--document-private-items"]);
    run(native.env(flags.0, flags.1), advice)?;
    let mut browser = cargo_here(workspace);
    browser.args(["doc", "--quiet", "--no-deps", "--document-private-items"]);
    browser.args(["--target", WASM_TARGET]);
    for package in BROWSER_CRATES {
        browser.args(["--package", package]);
    }
    run(browser.env(flags.0, flags.1), advice)
}

fn browser_tests(workspace: &Workspace) -> anyhow::Result<()> {
    run(
        tools::node(workspace, "typescript/bin/tsc")
            .arg("--noEmit")
            .current_dir(workspace.e2e()),
        "the browser tests have type errors",
    )
}
