//! Strict JSON: what people and OpenID see is read by rules that leave no room for two meanings.
//!
//! Refused everywhere: duplicate members, floating-point numbers (also `1e3` and `-0`), integers outside
//! −2⁶³ … 2⁶⁴−1, more than [`MAX_DEPTH`] levels of nesting ([`MAX_REQUEST_DEPTH`] in requests), more than
//! [`MAX_BYTES`] bytes, anything after the value. Readers of our own formats also refuse unknown members, naming the path.

mod strict;

use alloc::borrow::ToOwned as _;
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use serde::de::DeserializeSeed as _;
use serde_json::{Map, Value};

/// The longest JSON text that is read.
pub const MAX_BYTES: usize = 64 * 1024;
/// The deepest nesting of objects and arrays that is read.
pub const MAX_DEPTH: usize = 8;
/// The deepest nesting in a request, whose formulas nest inside the six levels of its envelope.
pub const MAX_REQUEST_DEPTH: usize = 18;

/// Why a JSON text was refused, and where in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {kind}")]
pub struct JsonError {
    path: String,
    kind: JsonErrorKind,
}

/// What is wrong with a JSON text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JsonErrorKind {
    /// Longer than the limit.
    #[error("longer than {MAX_BYTES} bytes")]
    TooLong,
    /// Not JSON, or JSON that the strict rules refuse; the parser's words, with line and column.
    #[error("not acceptable JSON: {0}")]
    Syntax(String),
    /// A required member is absent.
    #[error("missing")]
    Missing,
    /// A member that this format does not have.
    #[error("unknown member")]
    Unknown,
    /// The member has another JSON type than it must.
    #[error("expected {0}")]
    Expected(&'static str),
    /// The value is of the right JSON type but not acceptable.
    #[error("{0}")]
    Invalid(&'static str),
    /// More elements than the limit.
    #[error("more than {0} elements")]
    TooMany(usize),
}

impl JsonError {
    /// Where, as `$.a.b[0]`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What is wrong there.
    pub fn kind(&self) -> &JsonErrorKind {
        &self.kind
    }

    pub(crate) fn new(path: impl Into<String>, kind: JsonErrorKind) -> Self {
        Self {
            path: path.into(),
            kind,
        }
    }
}

/// Reads JSON by the strict rules.
///
/// # Errors
/// [`JsonErrorKind::TooLong`] or [`JsonErrorKind::Syntax`].
pub fn parse(bytes: &[u8]) -> Result<Value, JsonError> {
    parse_nested(bytes, MAX_DEPTH)
}

/// As [`parse`], with another limit on nesting.
pub(crate) fn parse_nested(bytes: &[u8], levels: usize) -> Result<Value, JsonError> {
    let refuse = |kind| JsonError::new("$", kind);
    if bytes.len() > MAX_BYTES {
        return Err(refuse(JsonErrorKind::TooLong));
    }
    let syntax = |error: serde_json::Error| refuse(JsonErrorKind::Syntax(error.to_string()));
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = strict::Strict::new(levels)
        .deserialize(&mut reader)
        .map_err(syntax)?;
    reader.end().map_err(syntax)?;
    Ok(value)
}

/// A place in a JSON value, which knows its path.
#[derive(Debug, Clone)]
pub(crate) struct Node<'a> {
    value: &'a Value,
    path: String,
}

impl<'a> Node<'a> {
    pub(crate) fn root(value: &'a Value) -> Self {
        Self {
            value,
            path: "$".to_owned(),
        }
    }

    pub(crate) fn value(&self) -> &'a Value {
        self.value
    }

    pub(crate) fn error(&self, kind: JsonErrorKind) -> JsonError {
        JsonError::new(self.path.clone(), kind)
    }

    pub(crate) fn invalid(&self, why: &'static str) -> JsonError {
        self.error(JsonErrorKind::Invalid(why))
    }

    pub(crate) fn object(self) -> Result<Object<'a>, JsonError> {
        match self.value {
            Value::Object(members) => Ok(Object {
                members,
                path: self.path,
                read: Vec::new(),
            }),
            _ => Err(self.error(JsonErrorKind::Expected("an object"))),
        }
    }

    pub(crate) fn array(&self, limit: usize) -> Result<Vec<Node<'a>>, JsonError> {
        let Value::Array(items) = self.value else {
            return Err(self.error(JsonErrorKind::Expected("an array")));
        };
        if items.len() > limit {
            return Err(self.error(JsonErrorKind::TooMany(limit)));
        }
        Ok(items
            .iter()
            .enumerate()
            .map(|(i, value)| Node {
                value,
                path: format!("{}[{i}]", self.path),
            })
            .collect())
    }

    pub(crate) fn str(&self) -> Result<&'a str, JsonError> {
        self.value
            .as_str()
            .ok_or_else(|| self.error(JsonErrorKind::Expected("a string")))
    }

    /// A string of at least one and at most `limit` bytes.
    pub(crate) fn label(&self, limit: usize) -> Result<String, JsonError> {
        let text = self.str()?;
        if text.is_empty() {
            return Err(self.invalid("must not be empty"));
        }
        if text.len() > limit {
            return Err(self.invalid("too long"));
        }
        if !is_label(text, limit) {
            return Err(self.invalid("must not contain control characters"));
        }
        Ok(text.to_owned())
    }

    pub(crate) fn bool(&self) -> Result<bool, JsonError> {
        self.value
            .as_bool()
            .ok_or_else(|| self.error(JsonErrorKind::Expected("true or false")))
    }

    pub(crate) fn i64(&self) -> Result<i64, JsonError> {
        self.value
            .as_i64()
            .ok_or_else(|| self.error(JsonErrorKind::Expected("an integer of 64 bits")))
    }

    pub(crate) fn uint<T: TryFrom<u64>>(&self) -> Result<T, JsonError> {
        self.value
            .as_u64()
            .and_then(|number| T::try_from(number).ok())
            .ok_or_else(|| self.error(JsonErrorKind::Expected("a non-negative integer in range")))
    }

    /// Exactly `N` bytes in lower-case hexadecimal.
    pub(crate) fn hex<const N: usize>(&self) -> Result<[u8; N], JsonError> {
        let text = self.str()?;
        let mut out = [0; N];
        let lower = text.bytes().all(|byte| !byte.is_ascii_uppercase());
        match hex::decode_to_slice(text, &mut out) {
            Ok(()) if lower => Ok(out),
            _ => Err(self.error(JsonErrorKind::Expected(
                "lower-case hexadecimal of the right length",
            ))),
        }
    }

    /// Bytes in base64url without padding.
    pub(crate) fn base64(&self) -> Result<Vec<u8>, JsonError> {
        from_base64(self.str()?)
            .ok_or_else(|| self.error(JsonErrorKind::Expected("base64url without padding")))
    }

    /// Maps a typed parse error of the text at this place to its path.
    pub(crate) fn parse_with<T, E>(
        &self,
        why: &'static str,
        parse: impl FnOnce(&'a str) -> Result<T, E>,
    ) -> Result<T, JsonError> {
        parse(self.str()?).map_err(|_| self.invalid(why))
    }
}

/// Whether text has at least one and at most `limit` bytes, and no characters that control what is around it.
pub(crate) fn is_label(text: &str, limit: usize) -> bool {
    let controls = |c: char| c.is_control() || reorders(c);
    (1..=limit).contains(&text.len()) && !text.chars().any(controls)
}

/// An object being read: remembers what was asked for, so that the rest can be refused.
#[derive(Debug)]
pub(crate) struct Object<'a> {
    members: &'a Map<String, Value>,
    path: String,
    read: Vec<&'static str>,
}

impl<'a> Object<'a> {
    pub(crate) fn opt(&mut self, name: &'static str) -> Option<Node<'a>> {
        self.read.push(name);
        let value = self.members.get(name)?;
        Some(Node {
            value,
            path: format!("{}.{name}", self.path),
        })
    }

    pub(crate) fn get(&mut self, name: &'static str) -> Result<Node<'a>, JsonError> {
        let missing = JsonError::new(format!("{}.{name}", self.path), JsonErrorKind::Missing);
        self.opt(name).ok_or(missing)
    }

    /// Refuses members that nobody asked for.
    pub(crate) fn finish(self) -> Result<(), JsonError> {
        match self
            .members
            .keys()
            .find(|name| !self.read.contains(&name.as_str()))
        {
            Some(name) => Err(JsonError::new(
                format!("{}.{name}", self.path),
                JsonErrorKind::Unknown,
            )),
            None => Ok(()),
        }
    }

    /// Requires `name` to be exactly `text`.
    pub(crate) fn constant(
        &mut self,
        name: &'static str,
        text: &str,
        why: &'static str,
    ) -> Result<(), JsonError> {
        let node = self.get(name)?;
        if node.str()? == text {
            Ok(())
        } else {
            Err(node.invalid(why))
        }
    }

    /// Requires `version` to be this format's.
    pub(crate) fn version(&mut self, version: u64) -> Result<(), JsonError> {
        let node = self.get("version")?;
        if node.uint::<u64>()? == version {
            Ok(())
        } else {
            Err(node.invalid("a version that is not known here"))
        }
    }
}

/// Whether a character breaks the line or changes the direction of the text around it. Names and purposes stand on
/// consent screens, where their author could otherwise rearrange the wallet's own words.
const fn reorders(c: char) -> bool {
    matches!(
        c,
        '\u{061c}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
    )
}

/// Base64url without padding.
pub fn to_base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads canonical base64url without padding; `None` if the text is anything else.
pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(text)
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ambiguous_json_is_refused() {
        for text in [
            r#"{"a":1,"a":1}"#,
            r#"{"x":{"a":1,"\u0061":2}}"#,
            "1.0",
            "1e3",
            "-0",
            "18446744073709551616",
            "[[[[[[[[[1]]]]]]]]]",
            "{} {}",
            "[1,]",
            "\"\\ud800\"",
            "",
            "NaN",
        ] {
            assert!(parse(text.as_bytes()).is_err(), "accepted {text}");
        }
        assert!(parse(&[b'"', 0xff, b'"']).is_err());
        assert!(parse(" ".repeat(MAX_BYTES + 1).as_bytes()).is_err());
    }

    #[test]
    fn plain_json_is_read() {
        assert!(parse(b"[[[[[[[[1]]]]]]]]").is_ok());
        assert_eq!(
            parse(b"-9223372036854775808").unwrap(),
            Value::from(i64::MIN)
        );
    }

    #[test]
    fn labels_cannot_rearrange_the_text_around_them() {
        let accepted = |text: &str| {
            let value = Value::from(text);
            Node::root(&value).label(64).is_ok()
        };
        for text in ["Bar", "שלום", "بار", "می\u{200c}خواهم"] {
            assert!(accepted(text), "refused {text}");
        }
        for c in [
            '\n', '\u{061c}', '\u{200f}', '\u{2028}', '\u{202e}', '\u{2066}',
        ] {
            assert!(!accepted(&format!("Bar{c}")), "accepted {c:?}");
        }
    }

    #[test]
    fn unknown_members_are_named() {
        let value = parse(br#"{"a":{"known":1,"other":2}}"#).unwrap();
        let mut root = Node::root(&value).object().unwrap();
        let mut inner = root.get("a").unwrap().object().unwrap();
        inner.get("known").unwrap();
        assert_eq!(inner.finish().unwrap_err().path(), "$.a.other");
        root.finish().unwrap();
    }
}
