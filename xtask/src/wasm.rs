//! The WASM pipeline: `cargo rustc` → wasm-bindgen (as a library, so its version is that of `Cargo.lock`)
//! → `wasm-opt` of the locked npm package → the layout of [`crate::bundle`].
//!
//! Cargo itself decides whether a module must be recompiled. The later stages run again only when the
//! digest of what cargo produced, or the pipeline, has changed.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use wasm_bindgen_cli_support::Bindgen;

use crate::command::{cargo, run};
use crate::tools::WASM_TARGET;
use crate::workspace::Workspace;
use crate::{bundle, digest, tools};

/// Raise when the steps below change in a way that their arguments do not show.
const PIPELINE: &str = "3";

/// The WASM features that every supported browser has. `--all-features` would make Chromium refuse the module.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// One module to build.
struct Module {
    package: &'static str,
    /// An example of the package instead of its library.
    example: Option<&'static str>,
    /// Whether it may use the vectors of relaxed SIMD, which not every browser has.
    relaxed_simd: bool,
    features: &'static [&'static str],
    /// One for each set of flags: cargo compiles everything again when those of a profile change.
    profile: &'static str,
    /// For the compiler's back end.
    llvm: Option<&'static str>,
    optimise: &'static str,
    typescript: bool,
}

/// Arithmetic that must be inlined says so. By measurement, more makes modules larger and nothing faster.
const INLINE_LITTLE: Option<&str> = Some("-inline-threshold=15");

const PROVER: Module = Module {
    package: "glimpse-prover-wasm",
    example: None,
    relaxed_simd: false,
    features: &[],
    profile: "wasm-prover",
    llvm: INLINE_LITTLE,
    optimise: "-O3",
    typescript: false,
};

/// The same for browsers with relaxed SIMD; its engine falls back to the other one.
const PROVER_RELAXED_SIMD: Module = Module {
    relaxed_simd: true,
    profile: "wasm-prover-relaxed-simd",
    ..PROVER
};

const VERIFIER: Module = Module {
    package: "glimpse-verifier",
    example: None,
    relaxed_simd: false,
    features: &["wasm"],
    profile: "wasm-verifier",
    llvm: INLINE_LITTLE,
    optimise: "-Oz",
    typescript: true,
};

const INTERFACE: Module = Module {
    package: "glimpse-wallet-ui",
    example: None,
    relaxed_simd: false,
    features: &[],
    profile: "wasm-ui",
    llvm: None,
    optimise: "-Oz",
    typescript: false,
};

/// The prover on keys of snarkjs, for benchmarks.
const SNARKJS: Module = Module {
    example: Some("snarkjs"),
    ..PROVER
};

const SNARKJS_RELAXED_SIMD: Module = Module {
    example: SNARKJS.example,
    ..PROVER_RELAXED_SIMD
};

/// Our circuits with arkworks' prover, for benchmarks.
const STOCK: Module = Module {
    example: Some("stock"),
    profile: "wasm-stock",
    llvm: None,
    ..PROVER
};

/// The prover's sums against arkworks', for tests.
const SUMS: Module = Module {
    example: Some("sums"),
    ..PROVER
};

const SUMS_RELAXED_SIMD: Module = Module {
    example: SUMS.example,
    ..PROVER_RELAXED_SIMD
};

impl Module {
    /// The name of the compiled file.
    fn stem(&self) -> String {
        self.example.unwrap_or(self.package).replace('-', "_")
    }

    /// The name of its bound files and of their folder.
    fn name(&self) -> String {
        let variant = if self.relaxed_simd {
            "_relaxed_simd"
        } else {
            ""
        };
        format!("{}{variant}", self.stem())
    }
}

/// The bound files of a module, in a folder of their own.
pub struct Built {
    /// The folder that holds `NAME.js`, `NAME_bg.wasm` and perhaps `NAME.d.ts` and `snippets/`.
    pub folder: PathBuf,
}

/// Builds every module and lays out `target/dist`.
pub fn build_all(workspace: &Workspace) -> anyhow::Result<()> {
    tools::wasm_target()?;
    tools::npm_packages(workspace)?;
    let provers = [
        build(workspace, &PROVER)?,
        build(workspace, &PROVER_RELAXED_SIMD)?,
    ];
    let verifier = build(workspace, &VERIFIER)?;
    let interface = build(workspace, &INTERFACE)?;
    bundle::wallet(workspace, &interface, &provers)?;
    bundle::verifier(workspace, &verifier)
}

/// Builds the modules that only benchmarks load, into `target/wasm-modules/{snarkjs,stock}*`.
pub fn build_for_benchmarks(workspace: &Workspace) -> anyhow::Result<()> {
    build(workspace, &STOCK)?;
    build(workspace, &SNARKJS)?;
    build(workspace, &SNARKJS_RELAXED_SIMD)?;
    Ok(())
}

/// Builds the modules that only tests load, into `target/wasm-modules/sums*`.
pub fn build_for_tests(workspace: &Workspace) -> anyhow::Result<()> {
    build(workspace, &SUMS)?;
    build(workspace, &SUMS_RELAXED_SIMD)?;
    Ok(())
}

fn build(workspace: &Workspace, module: &Module) -> anyhow::Result<Built> {
    let name = module.name();
    run(
        &mut compile(workspace, module)?,
        "the module does not compile",
    )?;
    let mut compiled = workspace.target.join(WASM_TARGET).join(module.profile);
    if module.example.is_some() {
        compiled.push("examples");
    }
    compiled.push(format!("{}.wasm", module.stem()));
    let input = digest::read(&compiled)?;

    let folder = workspace.target.join("wasm-modules").join(&name);
    let stamp = folder.join(".stamp");
    let expected = stamp_of(workspace, module, &input)?;
    if digest::stamp_is(&stamp, &expected) {
        return Ok(Built { folder });
    }
    if folder.exists() {
        std::fs::remove_dir_all(&folder)
            .with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    bind(&name, &compiled, &folder, module.typescript)?;
    optimise(workspace, module, &folder.join(format!("{name}_bg.wasm")))?;
    std::fs::write(&stamp, expected)?;
    Ok(Built { folder })
}

fn compile(workspace: &Workspace, module: &Module) -> anyhow::Result<std::process::Command> {
    let Some(package) = workspace.package(module.package) else {
        bail!("the workspace has no crate {}", module.package);
    };
    for feature in module.features {
        if !package.features.contains_key(*feature) {
            bail!("{} has no feature `{feature}`", module.package);
        }
    }
    let mut command = cargo();
    command.current_dir(&workspace.root).arg("rustc");
    match module.example {
        Some(example) => command.args(["--example", example]),
        None => command.arg("--lib"),
    };
    command
        .args(["--crate-type", "cdylib"])
        .args(["--package", module.package, "--profile", module.profile])
        .args(["--target", WASM_TARGET])
        .env("CARGO_ENCODED_RUSTFLAGS", flags(workspace, module));
    if !module.features.is_empty() {
        command.arg("--features").arg(module.features.join(","));
    }
    Ok(command)
}

/// Panic messages carry source paths; without this they would carry the builder's home into a public file
/// and make two machines' builds differ.
fn flags(workspace: &Workspace, module: &Module) -> String {
    let home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")));
    let mut flags = vec![format!(
        "--remap-path-prefix={}=/glimpse",
        workspace.root.display()
    )];
    if let Some(home) = home {
        flags.push(format!("--remap-path-prefix={}=/cargo", home.display()));
    }
    if let Some(llvm) = module.llvm {
        flags.push(format!("-Cllvm-args={llvm}"));
    }
    if module.relaxed_simd {
        flags.push("-Ctarget-feature=+simd128,+relaxed-simd".to_owned());
    }
    flags.join("\u{1f}")
}

fn stamp_of(workspace: &Workspace, module: &Module, input: &[u8]) -> anyhow::Result<String> {
    let lock = digest::read(&workspace.e2e().join("package-lock.json"))?;
    let cargo_lock = std::fs::read_to_string(workspace.root.join("Cargo.lock"))?;
    let bindgen = locked_version(&cargo_lock, "wasm-bindgen-cli-support").unwrap_or_default();
    Ok(digest::of_parts([
        ("pipeline", PIPELINE.as_bytes()),
        ("bindgen", bindgen.as_bytes()),
        ("npm", lock.as_slice()),
        ("features", features(module).join(" ").as_bytes()),
        ("optimise", module.optimise.as_bytes()),
        ("module", input),
    ]))
}

/// What `wasm-opt` may expect of browsers.
fn features(module: &Module) -> Vec<&'static str> {
    let mut features = FEATURES.to_vec();
    if module.relaxed_simd {
        features.extend(["--enable-simd", "--enable-relaxed-simd"]);
    }
    features
}

/// The version of a package in the text of a `Cargo.lock`.
fn locked_version<'l>(lock: &'l str, name: &str) -> Option<&'l str> {
    let entry = lock
        .split_once(&format!("name = \"{name}\"\nversion = \""))?
        .1;
    entry.split('"').next()
}

fn bind(name: &str, compiled: &Path, folder: &Path, typescript: bool) -> anyhow::Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(compiled)
        .out_name(name)
        .typescript(typescript)
        // The glue finds its module beside itself, so `init()` needs no argument.
        .omit_default_module_path(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .web(true)?;
    bindgen
        .generate(folder)
        .with_context(|| format!("wasm-bindgen cannot bind {}", compiled.display()))
}

fn optimise(workspace: &Workspace, module: &Module, wasm: &Path) -> anyhow::Result<()> {
    let optimised = wasm.with_extension("optimised");
    run(
        tools::node(workspace, "binaryen/bin/wasm-opt")
            .arg(module.optimise)
            .args(["--strip-debug", "--strip-producers"])
            .args(features(module))
            .arg(wasm)
            .arg("-o")
            .arg(&optimised),
        "wasm-opt of the npm package `binaryen` refused the module",
    )?;
    std::fs::rename(&optimised, wasm).with_context(|| format!("cannot replace {}", wasm.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_locked_version() {
        let lock = "[[package]]\nname = \"a\"\nversion = \"1.0\"\n\n[[package]]\nname = \"ab\"\nversion = \"2.0\"\n";
        assert_eq!(locked_version(lock, "ab"), Some("2.0"));
        assert_eq!(locked_version(lock, "b"), None);
    }
}
