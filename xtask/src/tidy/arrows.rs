//! Which crate may use which: exactly the arrows of `docs/architecture.md`, and what some must never reach.

use std::collections::BTreeSet;

use anyhow::bail;
use cargo_metadata::DependencyKind;

use crate::command::{capture, cargo};
use crate::tools::WASM_TARGET;
use crate::workspace::Workspace;

/// The prefix of our crates' names, which folders leave out.
const PREFIX: &str = "glimpse-";

/// Allowed normal dependencies among our own crates. `cli` may use any library and is not listed.
const ALLOWED: [(&str, &[&str]); 13] = [
    ("primitives", &[]),
    ("msm", &[]),
    ("link", &["msm"]),
    ("protocol", &["primitives"]),
    ("circuits", &["protocol", "primitives"]),
    ("issuer", &["protocol", "primitives", "link"]),
    ("verifier", &["protocol", "primitives", "link"]),
    (
        "prover",
        &["circuits", "protocol", "primitives", "link", "msm"],
    ),
    ("prover-wasm", &["prover", "protocol"]),
    ("wallet", &["protocol", "primitives", "exchange"]),
    ("wallet-ui", &["wallet", "exchange", "verifier", "protocol"]),
    ("exchange", &["protocol"]),
    ("xtask", &[]),
];

/// Crates that are programs or bindings: nothing may depend on them.
const LEAVES: [&str; 4] = ["cli", "xtask", "prover-wasm", "wallet-ui"];

/// Crates that stay small and free of proving machinery, natively and in WASM.
const LEAN: [&str; 4] = ["primitives", "protocol", "link", "verifier"];

/// What they must not reach by normal dependencies.
const FORBIDDEN: [&str; 6] = [
    "ark-relations",
    "ark-r1cs-std",
    "ark-groth16",
    "ark-snark",
    "ark-crypto-primitives",
    "rayon",
];

/// Checks every dependency between our crates.
pub fn arrows(workspace: &Workspace) -> anyhow::Result<()> {
    let mut wrong = Vec::new();
    for package in &workspace.metadata.packages {
        let from = package.name.trim_start_matches(PREFIX);
        for dependency in &package.dependencies {
            // Tests may use what they compare with; only what ships is bound by the arrows.
            if dependency.path.is_none() || dependency.kind == DependencyKind::Development {
                continue;
            }
            let to = dependency.name.trim_start_matches(PREFIX);
            if let Some(fault) = fault(from, to) {
                wrong.push(format!("  {from} -> {to}: {fault}"));
            }
        }
    }
    if !wrong.is_empty() {
        bail!("{}", wrong.join("\n"));
    }
    Ok(())
}

fn fault(from: &str, to: &str) -> Option<&'static str> {
    if LEAVES.contains(&to) {
        return Some("nothing may depend on a program or a binding");
    }
    if from == "cli" {
        return None;
    }
    match ALLOWED.iter().find(|(name, _)| *name == from) {
        None => Some("this crate has no entry in xtask/src/tidy/arrows.rs"),
        Some((_, allowed)) if allowed.contains(&to) => None,
        Some(_) => Some("not an allowed arrow (docs/architecture.md)"),
    }
}

/// Checks what the lean crates reach over all their normal dependencies, with the features they really have.
pub fn reach(workspace: &Workspace) -> anyhow::Result<()> {
    let host = host_triple()?;
    let mut wrong = Vec::new();
    for name in LEAN {
        for target in [host.as_str(), WASM_TARGET] {
            let mut tree = cargo();
            tree.current_dir(&workspace.root)
                .args(["tree", "--edges", "normal", "--prefix", "none"])
                .args(["--package", &format!("{PREFIX}{name}")])
                .args(["--target", target, "--format", "{p}"]);
            if name == "verifier" && target == WASM_TARGET {
                tree.args(["--features", "wasm"]);
            }
            let tree = capture(&mut tree, "cargo cannot resolve the dependencies")?;
            for reached in forbidden_in(&tree) {
                wrong.push(format!("  {name} reaches {reached} on {target}"));
            }
        }
    }
    if !wrong.is_empty() {
        bail!("{}", wrong.join("\n"));
    }
    Ok(())
}

fn forbidden_in(tree: &str) -> BTreeSet<&str> {
    tree.lines()
        .filter_map(|line| line.split(' ').next())
        .filter(|name| FORBIDDEN.contains(name))
        .collect()
}

fn host_triple() -> anyhow::Result<String> {
    let version = capture(
        std::process::Command::new("rustc").arg("-vV"),
        "install Rust by rustup",
    )?;
    match version.lines().find_map(|line| line.strip_prefix("host: ")) {
        Some(host) => Ok(host.to_owned()),
        None => bail!("`rustc -vV` names no host"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_are_exact() {
        assert_eq!(fault("prover", "circuits"), None);
        assert_eq!(fault("cli", "prover"), None);
        for (from, to) in [
            ("primitives", "protocol"),
            ("link", "primitives"),
            ("verifier", "prover"),
            ("verifier", "circuits"),
            ("wallet", "prover"),
            ("wallet-ui", "prover"),
            ("prover-wasm", "link"),
            ("xtask", "protocol"),
            ("cli", "xtask"),
            ("cli", "wallet-ui"),
            ("newcomer", "protocol"),
        ] {
            assert!(fault(from, to).is_some(), "{from} -> {to}");
        }
    }

    #[test]
    fn finds_forbidden_crates_by_their_whole_name() {
        let tree = "glimpse-link v0.1.0 (link)\nark-ff v0.6.0\nrayon v1.0.0\nrayon-core v1.0.0\n";
        assert_eq!(
            forbidden_in(tree).into_iter().collect::<Vec<_>>(),
            ["rayon"]
        );
    }
}
