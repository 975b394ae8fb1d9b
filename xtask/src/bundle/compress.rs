//! Brotli copies, made once per content and kept in a cache.

use std::path::Path;
use std::sync::Mutex;

use anyhow::Context as _;

use super::Files;
use crate::digest;

/// Texts and modules compress; pictures and fonts are compressed already.
const COMPRESSIBLE: [&str; 10] = [
    "html",
    "js",
    "mjs",
    "css",
    "wasm",
    "json",
    "webmanifest",
    "svg",
    "txt",
    "ts",
];
/// Below this a compressed copy saves no packet.
const WORTH_IT: usize = 512;

/// Compresses what is worth it, on all cores; the result is keyed by the same paths.
pub fn all(files: &Files, cache: &Path) -> anyhow::Result<Files> {
    std::fs::create_dir_all(cache).with_context(|| format!("cannot create {}", cache.display()))?;
    let queue: Mutex<Vec<(&String, &Vec<u8>)>> = Mutex::new(
        files
            .iter()
            .filter(|(path, bytes)| compressible(path) && bytes.len() >= WORTH_IT)
            .collect(),
    );
    let done = Mutex::new(Files::new());
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| -> anyhow::Result<()> {
        let threads: Vec<_> = (0..workers)
            .map(|_| {
                scope.spawn(|| -> anyhow::Result<()> {
                    while let Some((path, bytes)) = take(&queue) {
                        let small = one(bytes, cache)?;
                        if small.len() < bytes.len()
                            && let Ok(mut done) = done.lock()
                        {
                            done.insert(path.clone(), small);
                        }
                    }
                    Ok(())
                })
            })
            .collect();
        for thread in threads {
            thread
                .join()
                .map_err(|_| anyhow::anyhow!("a compression thread died"))??;
        }
        Ok(())
    })?;
    done.into_inner()
        .map_err(|_| anyhow::anyhow!("a compression thread died"))
}

fn take<T>(queue: &Mutex<Vec<T>>) -> Option<T> {
    queue.lock().ok()?.pop()
}

fn compressible(path: &str) -> bool {
    path.rsplit_once('.')
        .is_some_and(|(_, extension)| COMPRESSIBLE.contains(&extension))
}

fn one(bytes: &[u8], cache: &Path) -> anyhow::Result<Vec<u8>> {
    let kept = cache.join(format!("{}.br", digest::of(bytes)));
    if let Ok(small) = std::fs::read(&kept) {
        return Ok(small);
    }
    let mut small = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: bytes.len(),
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &bytes[..], &mut small, &parameters).context("brotli failed")?;
    // Written aside first: a build that is stopped must not leave half a file under a final name.
    let aside = kept.with_extension("part");
    std::fs::write(&aside, &small)?;
    std::fs::rename(&aside, &kept)?;
    Ok(small)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compresses_texts_only_and_losslessly() {
        let folder = std::env::temp_dir().join(format!("xtask-brotli-{}", std::process::id()));
        let text = b"a line that repeats\n".repeat(100);
        let files = Files::from([
            ("a.css".to_owned(), text.clone()),
            ("b.png".to_owned(), text.clone()),
            ("c.js".to_owned(), b"short".to_vec()),
        ]);
        for _ in ["fresh", "from the cache"] {
            let small = all(&files, &folder).unwrap();
            assert_eq!(small.keys().collect::<Vec<_>>(), ["a.css"]);
            let mut back = Vec::new();
            brotli::BrotliDecompress(&mut &small["a.css"][..], &mut back).unwrap();
            assert_eq!(back, text);
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
