//! Relative links in Markdown lead to a file, and fragments to a heading.

use std::path::{Component, Path, PathBuf};

use anyhow::bail;

use super::tree;
use crate::workspace::Workspace;

/// Checks every relative link of every Markdown file.
pub fn links(workspace: &Workspace) -> anyhow::Result<()> {
    let mut wrong = Vec::new();
    for path in tree::files(workspace)? {
        if !path.ends_with(".md") {
            continue;
        }
        let text = tree::text(workspace, &path).unwrap_or_default();
        for (number, target) in targets(&text) {
            if let Some(fault) = fault(workspace, &path, target) {
                wrong.push(format!("  {path}:{number}: {target}: {fault}"));
            }
        }
    }
    if !wrong.is_empty() {
        bail!("{}", wrong.join("\n"));
    }
    Ok(())
}

fn fault(workspace: &Workspace, from: &str, target: &str) -> Option<&'static str> {
    let (file, fragment) = target.split_once('#').unwrap_or((target, ""));
    let linked = if file.is_empty() {
        PathBuf::from(from)
    } else {
        normal(&Path::new(from).parent()?.join(file))?
    };
    let place = workspace.root.join(&linked);
    if !place.exists() {
        return Some("no such file");
    }
    if fragment.is_empty() || linked.extension().is_none_or(|end| end != "md") {
        return None;
    }
    let text = std::fs::read_to_string(place).ok()?;
    let known = headings(&text).any(|heading| slug(heading) == fragment);
    (!known).then_some("no such heading")
}

/// Resolves `.` and `..` without asking the file system; `None` if it leaves the repository.
fn normal(path: &Path) -> Option<PathBuf> {
    let mut resolved = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => resolved.push(name),
            Component::CurDir => {}
            Component::ParentDir => {
                if !resolved.pop() {
                    return None;
                }
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(resolved)
}

/// Line numbers and targets of relative links, outside code.
fn targets(text: &str) -> impl Iterator<Item = (usize, &str)> {
    prose(text).flat_map(|(number, line)| {
        line.match_indices("](").filter_map(move |(at, opening)| {
            let rest = &line[at + opening.len()..];
            let target = rest.split([')', ' ']).next()?;
            let external = target.contains("://") || target.starts_with("mailto:");
            let in_code = line[..at].matches('`').count() % 2 == 1;
            (!external && !in_code && !target.is_empty()).then_some((number, target))
        })
    })
}

fn headings(text: &str) -> impl Iterator<Item = &str> {
    prose(text).filter_map(|(_, line)| {
        let name = line.trim_start_matches('#');
        (name.len() < line.len() && name.starts_with(' ')).then(|| name.trim())
    })
}

/// Lines outside fenced code, numbered from 1.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    text.lines().enumerate().filter_map(move |(index, line)| {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            return None;
        }
        (!fenced).then_some((index + 1, line))
    })
}

/// A heading's anchor as GitHub makes it.
fn slug(heading: &str) -> String {
    heading
        .to_lowercase()
        .chars()
        .filter_map(|c| match c {
            ' ' => Some('-'),
            c if c.is_alphanumeric() || matches!(c, '-' | '_') => Some(c),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_relative_links_outside_code() {
        let text =
            "[a](x.md) [b](https://e.org) `[c](y.md)`\n```\n[d](z.md)\n```\n![e](../p.png)\n";
        let found: Vec<_> = targets(text).collect();
        assert_eq!(found, [(1, "x.md"), (5, "../p.png")]);
    }

    #[test]
    fn headings_become_anchors() {
        let text = "# Two rooms\n## `link`: show & verify\n```\n# no\n```\n";
        let slugs: Vec<_> = headings(text).map(slug).collect();
        assert_eq!(slugs, ["two-rooms", "link-show--verify"]);
    }

    #[test]
    fn paths_stay_inside() {
        assert_eq!(
            normal(Path::new("docs/../a.md")),
            Some(PathBuf::from("a.md"))
        );
        assert_eq!(normal(Path::new("../a.md")), None);
    }
}
