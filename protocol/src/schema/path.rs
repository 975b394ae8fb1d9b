//! Paths to attributes.

use alloc::borrow::ToOwned as _;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde_json::Value;

use super::MAX_NAME;
use crate::codec::Writer;
use crate::json::{JsonError, Node};

/// The deepest path.
const MAX_PATH: usize = 4;

/// A claims path pointer that consists of member names, such as `["address", "locality"]`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClaimPath(pub(super) Vec<String>);

impl ClaimPath {
    /// A path of one to four non-empty member names.
    pub fn new<T: AsRef<str>>(members: &[T]) -> Option<Self> {
        let fits = (1..=MAX_PATH).contains(&members.len())
            && members
                .iter()
                .all(|name| !name.as_ref().is_empty() && name.as_ref().len() <= MAX_NAME);
        fits.then(|| {
            Self(
                members
                    .iter()
                    .map(|name| name.as_ref().to_owned())
                    .collect(),
            )
        })
    }

    /// The member names, outermost first.
    pub fn members(&self) -> &[String] {
        &self.0
    }

    pub(crate) fn from_node(node: &Node<'_>) -> Result<Self, JsonError> {
        let members = node.array(MAX_PATH)?;
        let names = members
            .iter()
            .map(|member| member.label(MAX_NAME))
            .collect::<Result<Vec<_>, _>>()?;
        Self::new(&names).ok_or_else(|| node.invalid("must name at least one member"))
    }

    pub(crate) fn to_json(&self) -> Value {
        Value::from(self.0.clone())
    }

    pub(super) fn conflicts(&self, other: &Self) -> bool {
        let shorter = self.0.len().min(other.0.len());
        self.0[..shorter] == other.0[..shorter]
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.array(self.0.len());
        for name in &self.0 {
            writer.text(name);
        }
    }
}

/// As a JSON array, since names may contain dots.
impl fmt::Display for ClaimPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.to_json())
    }
}

impl serde::Serialize for ClaimPath {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
