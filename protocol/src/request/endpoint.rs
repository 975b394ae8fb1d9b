//! Where answers go.

use alloc::borrow::ToOwned as _;
use alloc::string::String;
use core::fmt;

/// An `https` URL, or an `http` one on this very machine, without user information or fragment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Endpoint {
    url: String,
    origin_len: usize,
}

impl Endpoint {
    const MAX_BYTES: usize = 512;

    /// The endpoint of that URL, if it is acceptable.
    pub fn new(url: &str) -> Option<Self> {
        let printable = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`{|}#".contains(&byte);
        if url.len() > Self::MAX_BYTES || !url.bytes().all(printable) {
            return None;
        }
        let (scheme, rest) = url.split_once("://")?;
        let authority = rest.split(['/', '?']).next()?;
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        };
        let host_ok = !host.is_empty()
            && host.bytes().all(|byte| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'.'
            });
        let port_ok = port.is_none_or(|port| {
            !port.is_empty()
                && port.bytes().all(|byte| byte.is_ascii_digit())
                && port.parse::<u16>().is_ok()
        });
        let scheme_ok = match scheme {
            "https" => true,
            "http" => matches!(host, "localhost" | "127.0.0.1"),
            _ => false,
        };
        (host_ok && port_ok && scheme_ok).then(|| Self {
            url: url.to_owned(),
            origin_len: scheme.len() + 3 + authority.len(),
        })
    }

    /// The whole URL.
    pub fn as_str(&self) -> &str {
        &self.url
    }

    /// Scheme, host and port: what a wallet shows as the receiver.
    pub fn origin(&self) -> &str {
        &self.url[..self.origin_len]
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_cut_at_the_right_place() {
        for (url, origin) in [
            ("https://anchor.example/r/1?x=y:z", "https://anchor.example"),
            (
                "http://localhost:8103/openid4vp/response/ID",
                "http://localhost:8103",
            ),
            ("https://anchor.example:8443", "https://anchor.example:8443"),
            ("https://anchor.example?at=@home", "https://anchor.example"),
        ] {
            assert_eq!(Endpoint::new(url).unwrap().origin(), origin);
        }
    }

    #[test]
    fn other_urls_are_refused() {
        for url in [
            "http://anchor.example/",
            "https://user@anchor.example/",
            "https://anchor.example@evil.example/",
            "https://anchor.example/#x",
            "https://anchor.example\\@evil.example/",
            "https:///path",
            "https://anchor.example:99999/",
            "https://anchor.example:+1/",
            "https://Ａnchor.example/",
            "javascript://localhost/%0aalert(1)",
            "http://localhost.evil.example/",
        ] {
            assert_eq!(Endpoint::new(url), None, "accepted {url}");
        }
    }
}
