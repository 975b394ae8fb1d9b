//! The addresses a wallet is willing to talk to.

use core::fmt;
use core::str::FromStr;

/// The longest address, in bytes.
const MAX_BYTES: usize = 2048;

/// An absolute `https` address, or `http` on this very machine.
///
/// A narrow subset of URLs, on which no two URL parsers disagree: ASCII only, a lower-case host, no
/// user name, no backslash, no fragment, no short forms of IP addresses. What the consent screen
/// shows as the origin is therefore where the browser will send.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Endpoint {
    text: String,
    origin_len: usize,
}

/// Scheme, host and port of an [`Endpoint`], as browsers write an origin.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(String);

/// Why a text is not an acceptable address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// Longer than 2,048 bytes.
    #[error("the address is too long")]
    TooLong,
    /// Neither `https` nor `http` on this machine.
    #[error("the address is neither https nor on this machine")]
    Insecure,
    /// The host, the port, or a character somewhere is not acceptable.
    #[error("the address is malformed")]
    Malformed,
}

impl Endpoint {
    /// Scheme, host and port.
    #[must_use]
    pub fn origin(&self) -> Origin {
        Origin(self.text[..self.origin_len].to_owned())
    }

    /// The whole address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// `/<name>` at the origin, whatever the address has for a path and a query.
    #[must_use]
    pub fn at_origin(&self, name: &str) -> Self {
        let (origin, _) = self.text.split_at(self.origin_len);
        Self {
            text: format!("{origin}/{name}"),
            origin_len: self.origin_len,
        }
    }

    /// The address with `/.well-known/<name>` put between origin and path, as RFC 8414 and
    /// OpenID4VCI do it.
    #[must_use]
    pub fn well_known(&self, name: &str) -> Self {
        let (origin, path) = self.text.split_at(self.origin_len);
        let path = path
            .split('?')
            .next()
            .unwrap_or_default()
            .trim_end_matches('/');
        Self {
            text: format!("{origin}/.well-known/{name}{path}"),
            origin_len: self.origin_len,
        }
    }
}

impl FromStr for Endpoint {
    type Err = EndpointError;

    fn from_str(text: &str) -> Result<Self, EndpointError> {
        if text.len() > MAX_BYTES {
            return Err(EndpointError::TooLong);
        }
        let (scheme, rest) = text.split_once("://").ok_or(EndpointError::Malformed)?;
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        let (host, port) = match authority.split_once(':') {
            None => (authority, None),
            Some((host, port)) => (host, Some(port)),
        };
        let here = matches!(host, "localhost" | "127.0.0.1") || host.ends_with(".localhost");
        match scheme {
            "https" => {}
            "http" if here => {}
            _ => return Err(EndpointError::Insecure),
        }
        let origin_len = scheme.len() + 3 + authority.len();
        // A default port written out would give one origin two spellings.
        let default_port = if scheme == "https" { "443" } else { "80" };
        let port_fits = port.is_none_or(|port| port != default_port && is_port(port));
        let tail = &text[origin_len..];
        if is_host(host) && port_fits && is_tail(tail) && !has_dot_segment(tail) {
            Ok(Self {
                text: text.to_owned(),
                origin_len,
            })
        } else {
            Err(EndpointError::Malformed)
        }
    }
}

/// Lower-case labels, or four decimal octets. A last label that starts with a digit is refused
/// otherwise, because URL parsers would read an IP address into it.
fn is_host(host: &str) -> bool {
    let labels: Vec<_> = host.split('.').collect();
    let label = |label: &&str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let octet = |label: &&str| {
        label
            .parse::<u8>()
            .is_ok_and(|octet| octet.to_string() == **label)
    };
    let numeric = labels
        .last()
        .is_some_and(|last| last.starts_with(|c: char| c.is_ascii_digit()));
    host.len() <= 253
        && labels.iter().all(label)
        && (!numeric || (labels.len() == 4 && labels.iter().all(octet)))
}

fn is_port(port: &str) -> bool {
    port.parse::<u16>()
        .is_ok_and(|number| number != 0 && number.to_string() == port)
}

/// Browsers take `.` and `..` out of a path, in any spelling, and would ask for another one than shown.
fn has_dot_segment(tail: &str) -> bool {
    let path = tail.split('?').next().unwrap_or_default();
    path.split('/').any(|segment| {
        let plain = segment.to_ascii_lowercase().replace("%2e", ".");
        matches!(plain.as_str(), "." | "..")
    })
}

/// Path and query: the characters of RFC 3986, with whole percent-encodings.
fn is_tail(tail: &str) -> bool {
    let bytes = tail.as_bytes();
    bytes.iter().enumerate().all(|(at, byte)| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => true,
        b'%' => bytes
            .get(at + 1..at + 3)
            .is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)),
        other => b"-._~!$&'()*+,;=:@/?".contains(other),
    })
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Origin {
    /// As browsers write it: `https://bar.example` or `http://localhost:8103`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_addresses_are_read() {
        for (text, origin) in [
            ("https://bar.example/a?b=c%20d", "https://bar.example"),
            ("https://bar.example", "https://bar.example"),
            ("https://bar.example?x", "https://bar.example"),
            (
                "http://localhost:8103/openid4vp/request/1",
                "http://localhost:8103",
            ),
            ("http://127.0.0.1:1/", "http://127.0.0.1:1"),
            ("https://192.0.2.7/", "https://192.0.2.7"),
            ("https://bar.example/...?a/../b", "https://bar.example"),
        ] {
            let endpoint: Endpoint = text.parse().unwrap();
            assert_eq!(
                (endpoint.as_str(), endpoint.origin().as_str()),
                (text, origin)
            );
        }
    }

    #[test]
    fn addresses_that_could_be_misread_are_refused() {
        for text in [
            "http://bar.example/",
            "ftp://localhost/",
            "HTTPS://bar.example/",
            "javascript:alert(1)",
            "https:bar.example",
            "https:///bar.example",
            "https://",
            "https://user@bar.example/",
            "https://localhost:8103@evil.example/",
            "https://bar.example\\@evil.example/",
            "https://bar.example:443/",
            "https://bar.example:0443/",
            "https://bar.example:0/",
            "https://bar.example:65536/",
            "https://bar.example:/",
            "https://Bar.example/",
            "https://bär.example/",
            "https://bar..example/",
            "https://bar.example./",
            "https://-bar.example/",
            "https://127.1/",
            "https://0x7f000001/",
            "https://2130706433/",
            "https://192.0.2.07/",
            "https://[::1]/",
            "https://bar.example/#fragment",
            "https://bar.example/ ",
            "https://bar.example/\n",
            "https://bar.example/%2",
            "https://bar.example/%zz",
            "https://bar.example/a/../b",
            "https://bar.example/a/.",
            "https://bar.example/.%2E/b?c",
            "http://localhost.evil.example/",
            "http://evillocalhost/",
        ] {
            assert!(text.parse::<Endpoint>().is_err(), "accepted {text}");
        }
        let long = format!("https://bar.example/{}", "a".repeat(MAX_BYTES));
        assert_eq!(long.parse::<Endpoint>(), Err(EndpointError::TooLong));
    }

    #[test]
    fn a_name_at_the_origin_has_nothing_else_of_the_address() {
        for address in [
            "https://a.example",
            "https://a.example/",
            "https://a.example/ada-93af?q=1",
        ] {
            let there = address.parse::<Endpoint>().unwrap().at_origin("x");
            assert_eq!(there.as_str(), "https://a.example/x");
            assert_eq!(there.origin().as_str(), "https://a.example");
        }
    }

    #[test]
    fn well_known_goes_between_origin_and_path() {
        let at = |text: &str| {
            text.parse::<Endpoint>()
                .unwrap()
                .well_known("x")
                .to_string()
        };
        assert_eq!(at("https://a.example"), "https://a.example/.well-known/x");
        assert_eq!(at("https://a.example/"), "https://a.example/.well-known/x");
        assert_eq!(
            at("https://a.example/tenant/1"),
            "https://a.example/.well-known/x/tenant/1"
        );
    }
}
