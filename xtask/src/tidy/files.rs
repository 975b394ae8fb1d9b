//! Rules on files: names that say nothing, lengths, clocks, and paths of somebody's machine.

use anyhow::bail;

use super::tree;
use crate::workspace::Workspace;

/// Lines of hand-written source beyond which a file should be split. Advice is about 400; this is the wall.
const LONGEST: usize = 450;

/// Files that may be longer, each with its reason.
const LONG_FOR_A_REASON: [(&str, &str); 0] = [];

/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 6] = ["util", "utils", "common", "helper", "helpers", "misc"];

/// Crates to which *now* is a parameter.
const WITHOUT_A_CLOCK: [&str; 4] = [
    "primitives/src/",
    "protocol/src/",
    "link/src/",
    "verifier/src/",
];

/// Every way to read a clock that these crates could have.
const CLOCKS: [&str; 4] = ["SystemTime", "Instant::now", "Date::now", "Timestamp::now"];

/// Refuses empty names anywhere, and source files that are too long.
pub fn names_and_lengths(workspace: &Workspace) -> anyhow::Result<()> {
    let mut wrong = Vec::new();
    for path in tree::files(workspace)? {
        if let Some(part) = empty_name(&path) {
            wrong.push(format!(
                "  {path}: `{part}` says nothing about what is inside"
            ));
        }
        let excused = LONG_FOR_A_REASON
            .iter()
            .any(|(excused, _)| *excused == path);
        if is_source(&path)
            && !excused
            && let Some(text) = tree::text(workspace, &path)
        {
            let lines = text.lines().count();
            if lines > LONGEST {
                wrong.push(format!(
                    "  {path}: {lines} lines; split it (at most {LONGEST})"
                ));
            }
        }
    }
    report(&wrong)
}

/// Refuses clocks in crates whose results must depend on their arguments only.
pub fn no_clock(workspace: &Workspace) -> anyhow::Result<()> {
    let mut wrong = Vec::new();
    for path in tree::files(workspace)? {
        if !path.ends_with(".rs") || !WITHOUT_A_CLOCK.iter().any(|root| path.starts_with(root)) {
            continue;
        }
        for (number, line) in tree::text(workspace, &path)
            .unwrap_or_default()
            .lines()
            .enumerate()
        {
            let code = line.split("//").next().unwrap_or_default();
            if let Some(clock) = CLOCKS.iter().find(|clock| code.contains(**clock)) {
                wrong.push(format!("  {path}:{}: reads a clock ({clock})", number + 1));
            }
        }
    }
    report(&wrong)
}

/// Refuses paths that exist on one machine only.
pub fn no_machine_paths(workspace: &Workspace) -> anyhow::Result<()> {
    let root = workspace.root.display().to_string();
    let mut wrong = Vec::new();
    for path in tree::files(workspace)? {
        for (number, line) in tree::text(workspace, &path)
            .unwrap_or_default()
            .lines()
            .enumerate()
        {
            if let Some(found) = machine_path(line, &root) {
                wrong.push(format!("  {path}:{}: {found}", number + 1));
            }
        }
    }
    report(&wrong)
}

fn report(wrong: &[String]) -> anyhow::Result<()> {
    if !wrong.is_empty() {
        bail!("{}", wrong.join("\n"));
    }
    Ok(())
}

fn empty_name(path: &str) -> Option<&str> {
    path.split('/')
        .map(|part| part.split('.').next().unwrap_or(part))
        .find(|stem| EMPTY_NAMES.contains(stem))
}

fn is_source(path: &str) -> bool {
    [".rs", ".ts", ".js", ".mjs", ".css"]
        .iter()
        .any(|end| path.ends_with(end))
}

/// Homes of people, and the root of this very clone.
fn machine_path<'l>(line: &'l str, root: &str) -> Option<&'l str> {
    // Put together here, so that this file does not name what it forbids.
    let homes = [
        "/ho\u{6d}e/",
        "/Us\u{65}rs/",
        "/ro\u{6f}t/",
        "C:\\Us\u{65}rs\\",
    ];
    // A clone at `/` or `/src` would forbid half of all texts.
    let root = (root.matches('/').count() >= 2).then_some(root);
    homes
        .into_iter()
        .chain(root)
        .filter(|needle| *needle != "/")
        .find_map(|needle| {
            let at = line.find(needle)?;
            // `example.org/home/` is a web address and not a path.
            let before = line[..at].chars().next_back();
            let inside =
                before.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '}' | '$'));
            (!inside).then(|| line[at..].split_whitespace().next().unwrap_or(&line[at..]))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_names_are_found_at_any_depth() {
        assert_eq!(empty_name("link/src/util.rs"), Some("util"));
        assert_eq!(empty_name("e2e/helpers/a.ts"), Some("helpers"));
        assert_eq!(empty_name("docs/utility.md"), None);
    }

    #[test]
    fn machine_paths_are_found_and_web_addresses_are_not() {
        let home = ["/ho", "me/ada/x"].concat();
        assert_eq!(
            machine_path(&format!("see {home} there"), "/a/b"),
            Some(home.as_str())
        );
        assert_eq!(machine_path("in /a/b/c", "/a/b"), Some("/a/b/c"));
        assert_eq!(machine_path(&format!("at example.org{home}"), "/a/b"), None);
        assert_eq!(machine_path("in /src/x", "/src"), None);
    }
}
