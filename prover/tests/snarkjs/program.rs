//! snarkjs at work: the development tool of `e2e`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A folder for snarkjs, and its program.
pub struct Snarkjs {
    pub folder: PathBuf,
    program: PathBuf,
}

impl Snarkjs {
    pub fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        drop(fs::remove_dir_all(&folder));
        fs::create_dir_all(&folder).unwrap();
        let e2e = Path::new(env!("CARGO_MANIFEST_DIR")).join("../e2e");
        let program = e2e.join("node_modules/snarkjs/build/cli.cjs");
        assert!(program.exists(), "snarkjs is missing: run `npm ci` in e2e");
        Self { folder, program }
    }

    pub fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.folder.join(name), bytes).unwrap();
    }

    /// Runs a command, in which every file is one of the folder; what it prints, if it succeeds.
    pub fn run(&self, command: &str) -> Option<String> {
        let output = Command::new("node")
            .arg(&self.program)
            .args(command.split(' '))
            .current_dir(&self.folder)
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        println!("snarkjs {command}\n{text}");
        output.status.success().then_some(text)
    }
}
