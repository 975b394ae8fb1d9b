//! Content-hashed names: `boot.js` becomes `boot-0123456789abcdef.js` wherever it is mentioned.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::bail;

use super::Files;
use crate::digest;

/// Files that browsers, other sites or the worker's creator ask for by their plain names.
const ENTRY_POINTS: [&str; 9] = [
    "index.html",
    "courier.html",
    "courier.js",
    "sw.js",
    "manifest.webmanifest",
    "favicon.ico",
    "favicon.svg",
    "robots.txt",
    "prover/worker.js",
];

/// Texts that may mention other files and are rewritten.
const TEXTS: [&str; 7] = ["html", "js", "mjs", "css", "webmanifest", "json", "svg"];

/// wasm-bindgen's own folder, already named by content and full of equal file names.
const SNIPPETS: &str = "snippets/";

/// Renames every file that only rewritable texts mention, and rewrites the mentions.
///
/// A file is renamed after all that it mentions, so its hash covers theirs. Files that mention each other
/// in a circle keep their names.
pub fn with_content_hashes(files: Files) -> anyhow::Result<Files> {
    let mentions = mentions(&files)?;
    let mut renamed: BTreeMap<String, String> = BTreeMap::new();
    let mut done: BTreeSet<String> = BTreeSet::new();
    let mut result = Files::new();
    let mut waiting: Vec<&String> = files.keys().collect();
    while !waiting.is_empty() {
        let ready: Vec<&String> = waiting
            .iter()
            .copied()
            .filter(|path| mentions[*path].iter().all(|other| done.contains(other)))
            .collect();
        // What is left mentions itself in a circle: it keeps its names, but its other mentions are rewritten.
        let circular = ready.is_empty();
        let batch = if circular { waiting.clone() } else { ready };
        for path in &batch {
            let bytes = rewrite(path, &files[*path], &renamed);
            let fixed = circular || keeps_its_name(path, &files, &mentions);
            let name = if fixed {
                (*path).clone()
            } else {
                hashed(path, &bytes)
            };
            result.insert(name.clone(), bytes);
            if name != **path {
                renamed.insert((*path).clone(), name);
            }
        }
        done.extend(batch.iter().map(|path| (*path).clone()));
        waiting.retain(|path| !done.contains(*path));
    }
    Ok(result)
}

/// Which files each text mentions, by file name.
fn mentions(files: &Files) -> anyhow::Result<BTreeMap<String, BTreeSet<String>>> {
    let mut by_name: BTreeMap<&str, &String> = BTreeMap::new();
    for path in files.keys().filter(|path| !path.contains(SNIPPETS)) {
        if let Some(other) = by_name.insert(base(path), path) {
            bail!("{other} and {path} share a file name; mentions would be ambiguous");
        }
    }
    let find = |path: &String| {
        let Some(text) = text_of(path, &files[path]) else {
            return BTreeSet::new();
        };
        by_name
            .iter()
            .filter(|(name, other)| **other != path && find_name(text, name, 0).is_some())
            .map(|(_, other)| (*other).clone())
            .collect()
    };
    Ok(files
        .keys()
        .map(|path| (path.clone(), find(path)))
        .collect())
}

fn keeps_its_name(
    path: &str,
    files: &Files,
    mentions: &BTreeMap<String, BTreeSet<String>>,
) -> bool {
    let named_by_module = || {
        files.iter().any(|(other, bytes)| {
            other.ends_with(".wasm")
                && other != path
                && contains(bytes, format!("/{}", base(path)).as_bytes())
        })
    };
    let mentioned = mentions.values().any(|set| set.contains(path));
    ENTRY_POINTS.contains(&path)
        || path.contains(SNIPPETS)
        || path.ends_with(".d.ts")
        || !mentioned
        || named_by_module()
}

fn rewrite(path: &str, bytes: &[u8], renamed: &BTreeMap<String, String>) -> Vec<u8> {
    let Some(text) = text_of(path, bytes) else {
        return bytes.to_vec();
    };
    let mut text = text.to_owned();
    for (old, new) in renamed {
        let (old, new) = (base(old), base(new));
        let mut from = 0;
        while let Some(at) = find_name(&text, old, from) {
            text.replace_range(at..at + old.len(), new);
            from = at + new.len();
        }
    }
    text.into_bytes()
}

/// Finds a file name that is not part of a longer one.
fn find_name(text: &str, name: &str, from: usize) -> Option<usize> {
    let part_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    text[from..]
        .match_indices(name)
        .map(|(at, _)| from + at)
        .find(|&at| {
            // "./name" is a mention, "other.name" is not: a leading slash ends what may belong to a name.
            !text[..at].ends_with(part_of_name)
                && !text[at + name.len()..].starts_with(part_of_name)
        })
}

fn text_of<'b>(path: &str, bytes: &'b [u8]) -> Option<&'b str> {
    let (_, extension) = path.rsplit_once('.')?;
    TEXTS.contains(&extension).then_some(())?;
    std::str::from_utf8(bytes).ok()
}

fn base(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

fn hashed(path: &str, bytes: &[u8]) -> String {
    let hash = &digest::of(bytes)[..16];
    match path.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}-{hash}.{extension}"),
        None => format!("{path}-{hash}"),
    }
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack
        .windows(needle.len())
        .any(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundle(style: &str) -> Files {
        let files = [
            (
                "index.html",
                "<script src=\"/boot.js\"></script><link href=\"style.css\">",
            ),
            ("boot.js", "import init from './app.js'; // see unboot.js"),
            ("app.js", "fetch(new URL('app_bg.wasm', import.meta.url))"),
            ("app_bg.wasm", "\0asm /prover/worker.js /named.svg"),
            ("prover/worker.js", "import './prover.js'"),
            ("prover/prover.js", "1"),
            ("named.svg", "<svg/>"),
            ("style.css", style),
            ("a.js", "import './b.js'"),
            ("b.js", "import './a.js'"),
        ];
        let files = files
            .into_iter()
            .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
            .collect();
        with_content_hashes(files).unwrap()
    }

    fn find<'f>(files: &'f Files, start: &str) -> &'f str {
        let found: Vec<_> = files
            .keys()
            .filter(|path| path.starts_with(start))
            .collect();
        assert_eq!(found.len(), 1, "{start}: {found:?}");
        found[0]
    }

    #[test]
    fn every_mention_leads_to_a_file() {
        let files = bundle("body {}");
        let index = String::from_utf8(files["index.html"].clone()).unwrap();
        let boot = find(&files, "boot-");
        assert!(index.contains(&format!("\"/{boot}\"")), "{index}");
        assert!(index.contains(find(&files, "style-")));
        let text = String::from_utf8(files[boot].clone()).unwrap();
        assert!(text.contains(&format!("'./{}'", find(&files, "app-"))));
        assert!(text.contains("unboot.js"), "part of a longer name");
    }

    #[test]
    fn entry_points_and_what_modules_or_circles_name_keep_their_names() {
        let files = bundle("");
        for path in [
            "index.html",
            "prover/worker.js",
            "named.svg",
            "a.js",
            "b.js",
        ] {
            assert!(files.contains_key(path), "{path}");
        }
    }

    #[test]
    fn a_change_reaches_only_the_names_that_depend_on_it() {
        let (one, other) = (bundle("a"), bundle("b"));
        assert_ne!(find(&one, "style-"), find(&other, "style-"));
        assert_ne!(one["index.html"], other["index.html"]);
        assert_eq!(find(&one, "boot-"), find(&other, "boot-"));
    }

    #[test]
    fn equal_file_names_are_refused() {
        let files = Files::from([
            ("a/x.js".to_owned(), Vec::new()),
            ("b/x.js".to_owned(), Vec::new()),
        ]);
        assert!(with_content_hashes(files).is_err());
    }
}
