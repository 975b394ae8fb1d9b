//! The wallet's static host: files read once at start, served precompressed, with caching that follows the name.
//!
//! A path is looked up in a map and never joined to a folder, so no request can leave it.

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, Response, StatusCode, header},
};
use sha2::{Digest, Sha256};

use super::{headers::Document, origin::Origins};

/// What keeps a folder from being served.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {path}: {source}", path = path.display())]
pub struct ReadError {
    path: PathBuf,
    source: io::Error,
}

/// One file in its forms.
#[derive(Debug)]
struct Asset {
    identity: Bytes,
    brotli: Option<Bytes>,
    /// Hex digest of the identity form; the entity tags derive from it.
    digest: String,
    media_type: &'static str,
    immutable: bool,
    document: Document,
}

/// All files of one folder, by request path.
#[derive(Debug, Default)]
pub struct StaticFiles {
    assets: HashMap<String, Arc<Asset>>,
}

impl StaticFiles {
    /// Reads the wallet's folder. A folder that does not exist gives an empty host, which explains itself when asked.
    pub fn wallet(folder: &Path, origins: &Origins) -> Result<Self, ReadError> {
        let courier = Document::courier(origins);
        let mut files = Self::default();
        if folder.is_dir() {
            files.read(folder, "", &|name| match name {
                "courier.html" => courier.clone(),
                "courier.js" => Document::CourierAsset,
                _ => Document::Wallet,
            })?;
        }
        if let Some(index) = files.assets.get("index.html").cloned() {
            files.assets.insert(String::new(), index);
        }
        Ok(files)
    }

    /// Reads the folder of proving and verifying keys, served below `keys/`.
    pub fn keys(folder: &Path) -> Result<Self, ReadError> {
        let mut files = Self::default();
        files.read(folder, "keys/", &|_| Document::Data)?;
        // Only public files leave the folder, whatever else an operator keeps there.
        files.assets.retain(|path, _| {
            path == "keys/manifest.json" || path.ends_with(".pk") || path.ends_with(".vk")
        });
        Ok(files)
    }

    /// Adds the files of `other`, which win over equal paths.
    pub fn merge(mut self, other: Self) -> Self {
        self.assets.extend(other.assets);
        self
    }

    /// Whether the wallet's own page is there.
    pub fn has_page(&self) -> bool {
        self.assets.contains_key("")
    }

    fn read(
        &mut self,
        folder: &Path,
        prefix: &str,
        document: &dyn Fn(&str) -> Document,
    ) -> Result<(), ReadError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| ReadError { path, source }
        };
        for entry in fs::read_dir(folder).map_err(failed(folder))? {
            let entry = entry.map_err(failed(folder))?;
            let (path, name) = (
                entry.path(),
                entry.file_name().to_string_lossy().into_owned(),
            );
            if name.starts_with('.') {
                continue;
            }
            let relative = format!("{prefix}{name}");
            if path.is_dir() {
                self.read(&path, &format!("{relative}/"), document)?;
                continue;
            }
            let compressed = ["br", "gz"].iter().any(|end| {
                path.extension().is_some_and(|e| e == *end) && path.with_extension("").is_file()
            });
            if compressed {
                continue;
            }
            let identity = fs::read(&path).map_err(failed(&path))?;
            let brotli = folder.join(format!("{name}.br"));
            let brotli = match fs::read(&brotli) {
                // A compressed form that saves nothing is not worth a second cache entry.
                Ok(bytes) if bytes.len() < identity.len() => Some(bytes.into()),
                Ok(_) => None,
                Err(error) if error.kind() == io::ErrorKind::NotFound => None,
                Err(source) => return Err(failed(&brotli)(source)),
            };
            let asset = Asset {
                digest: hex::encode(Sha256::digest(&identity)),
                identity: identity.into(),
                brotli,
                media_type: media_type(&name),
                immutable: is_content_hashed(&name),
                document: document(&relative),
            };
            self.assets.insert(relative, Arc::new(asset));
        }
        Ok(())
    }

    /// Answers a GET or HEAD for `path` (without its leading slash), and says which policy the answer needs.
    pub fn respond(&self, path: &str, request: &HeaderMap) -> (Document, Response<Body>) {
        let Some(asset) = self.assets.get(path) else {
            let mut response = Response::new(Body::from("not found\n"));
            *response.status_mut() = StatusCode::NOT_FOUND;
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            return (Document::Wallet, response);
        };
        (asset.document.clone(), asset.respond(request))
    }
}

impl Asset {
    fn respond(&self, request: &HeaderMap) -> Response<Body> {
        let brotli = self.brotli.as_ref().filter(|_| accepts_brotli(request));
        // Two encodings are two representations: a shared tag would let a cache mix them up.
        let tag = match brotli {
            Some(_) => format!("\"{}-br\"", self.digest),
            None => format!("\"{}\"", self.digest),
        };
        let unchanged = request
            .get_all(header::IF_NONE_MATCH)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(|held| matches!(held.trim().trim_start_matches("W/"), held if held == tag || held == "*"));
        let mut response = Response::new(Body::empty());
        if unchanged {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        } else {
            *response.body_mut() = Body::from(brotli.unwrap_or(&self.identity).clone());
        }
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static(self.media_type),
        );
        if brotli.is_some() {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
        }
        if self.brotli.is_some() {
            headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        }
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            headers.insert(header::ETAG, tag);
        }
        let caching = if self.immutable {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
        response
    }
}

/// Whether the client takes brotli: named or wildcarded, and not with weight 0.
fn accepts_brotli(request: &HeaderMap) -> bool {
    let weight = |wanted: &str| {
        request
            .get_all(header::ACCEPT_ENCODING)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .find_map(|item| {
                let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
                let weight = parameters
                    .trim()
                    .strip_prefix("q=")
                    .map_or(Ok(1.0), str::parse::<f32>);
                (name.trim().eq_ignore_ascii_case(wanted)).then(|| weight.unwrap_or(0.0))
            })
    };
    weight("br")
        .or_else(|| weight("*"))
        .is_some_and(|weight| weight > 0.0)
}

/// Whether a name carries a digest of its content: a part of at least 16 lower-case hex digits.
fn is_content_hashed(name: &str) -> bool {
    let Some((stem, _)) = name.split_once('.') else {
        return false;
    };
    let part = stem.rsplit(['-', '_']).next().unwrap_or(stem);
    part.len() >= 16 && part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(encoding: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, encoding.parse().unwrap());
        headers
    }

    fn files() -> (tempfile::TempDir, StaticFiles) {
        let folder = tempfile::tempdir().unwrap();
        fs::write(
            folder.path().join("index.html"),
            "<!doctype html> a page that is long",
        )
        .unwrap();
        fs::write(folder.path().join("index.html.br"), "short").unwrap();
        fs::write(folder.path().join("courier.html"), "courier").unwrap();
        fs::write(folder.path().join("app-0123456789abcdef.js"), "js").unwrap();
        fs::write(folder.path().join(".secret"), "no").unwrap();
        let origins = Origins::new("localhost", 8100).unwrap();
        let files = StaticFiles::wallet(folder.path(), &origins).unwrap();
        (folder, files)
    }

    #[test]
    fn brotli_is_served_only_to_those_who_take_it() {
        let (_folder, files) = files();
        for (encoding, expected) in [
            ("gzip, br", true),
            ("br;q=0.5", true),
            ("*", true),
            ("gzip", false),
            ("br;q=0", false),
            ("*, br;q=0", false),
        ] {
            let (_, response) = files.respond("", &request(encoding));
            assert_eq!(
                response.headers().contains_key(header::CONTENT_ENCODING),
                expected,
                "{encoding}"
            );
            assert_eq!(response.headers()[header::VARY], "accept-encoding");
        }
    }

    #[test]
    fn each_encoding_has_its_own_tag_and_revalidates() {
        let (_folder, files) = files();
        let (_, plain) = files.respond("index.html", &request("identity"));
        let (_, brotli) = files.respond("index.html", &request("br"));
        let (plain, brotli) = (
            &plain.headers()[header::ETAG],
            &brotli.headers()[header::ETAG],
        );
        assert_ne!(plain, brotli);
        let mut again = request("br");
        again.insert(header::IF_NONE_MATCH, brotli.clone());
        assert_eq!(
            files.respond("index.html", &again).1.status(),
            StatusCode::NOT_MODIFIED
        );
        again.insert(header::IF_NONE_MATCH, plain.clone());
        assert_eq!(
            files.respond("index.html", &again).1.status(),
            StatusCode::OK
        );
    }

    #[test]
    fn only_names_with_a_digest_are_cached_for_good() {
        let (_folder, files) = files();
        let caching = |path| {
            let (_, response) = files.respond(path, &HeaderMap::new());
            response.headers()[header::CACHE_CONTROL]
                .to_str()
                .unwrap()
                .to_owned()
        };
        assert!(caching("app-0123456789abcdef.js").contains("immutable"));
        assert_eq!(caching("index.html"), "no-cache");
        assert!(!is_content_hashed("glimpse_wallet_ui_bg.wasm"));
        assert!(is_content_hashed(&format!("{}.pk", "0f".repeat(32))));
    }

    #[test]
    fn hidden_files_and_paths_out_of_the_folder_are_not_there() {
        let (_folder, files) = files();
        for path in [".secret", "../Cargo.toml", "/etc/passwd", "index.html.br"] {
            assert_eq!(
                files.respond(path, &HeaderMap::new()).1.status(),
                StatusCode::NOT_FOUND,
                "{path}"
            );
        }
    }

    #[test]
    fn the_courier_has_a_policy_of_its_own() {
        let (_folder, files) = files();
        let (Document::Courier(policy), _) = files.respond("courier.html", &HeaderMap::new())
        else {
            panic!("the courier got another document's policy");
        };
        assert!(policy.starts_with("sandbox allow-scripts; default-src 'none'"));
        assert!(policy.contains("script-src http://localhost:8100;"));
        assert!(!policy.contains("allow-same-origin") && !policy.contains("wasm"));
    }
}
