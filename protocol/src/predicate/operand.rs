//! What an attribute is compared with.

use alloc::string::{String, ToString as _};

use serde_json::{Value, json};

use crate::json::{JsonError, JsonErrorKind, Node};
use crate::schema::ClaimPath;
use crate::time::{Date, DateTime};
use crate::value::AttributeValue;

/// The longest text in an operand, in bytes.
pub(super) const MAX_TEXT: usize = 4096;

/// A constant, or another attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operand {
    /// A value that stands in the request.
    Constant(Constant),
    /// `{"other": …}`: the value of another attribute.
    Other(Other),
}

/// A value in a request: a boolean, an integer, or text that the schema's type reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constant(Value);

/// Another attribute, of the same or of another credential of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Other {
    /// The id of the query whose credential has it; the same credential if left out.
    pub credential: Option<String>,
    /// The attribute.
    pub path: ClaimPath,
}

impl Operand {
    pub(super) fn from_node(node: &Node<'_>) -> Result<Self, JsonError> {
        if !node.value().is_object() {
            return Constant::from_node(node).map(Self::Constant);
        }
        let mut object = node.clone().object()?;
        let mut other = object.get("other")?.object()?;
        object.finish()?;
        let credential = other.opt("credential").map(|node| node.label(64));
        let credential = credential.transpose()?;
        let path = ClaimPath::from_node(&other.get("path")?)?;
        other.finish()?;
        Ok(Self::Other(Other { credential, path }))
    }

    pub(super) fn to_json(&self) -> Value {
        match self {
            Self::Constant(constant) => constant.to_json(),
            Self::Other(Other { credential, path }) => {
                let mut other = json!({ "path": path.to_json() });
                if let Some(id) = credential {
                    other["credential"] = id.as_str().into();
                }
                json!({ "other": other })
            }
        }
    }
}

impl Constant {
    pub(super) fn from_node(node: &Node<'_>) -> Result<Self, JsonError> {
        match node.value() {
            Value::Bool(_) | Value::Number(_) => Ok(Self(node.value().clone())),
            Value::String(_) => node.label(MAX_TEXT).map(|text| Self(text.into())),
            _ => Err(node.error(JsonErrorKind::Expected("a boolean, an integer or a string"))),
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        self.0.clone()
    }
}

impl<T: Into<Constant>> From<T> for Operand {
    fn from(value: T) -> Self {
        Self::Constant(value.into())
    }
}

impl From<Other> for Operand {
    fn from(other: Other) -> Self {
        Self::Other(other)
    }
}

impl From<i64> for Constant {
    fn from(value: i64) -> Self {
        Self(value.into())
    }
}

impl From<bool> for Constant {
    fn from(value: bool) -> Self {
        Self(value.into())
    }
}

impl From<&str> for Constant {
    fn from(value: &str) -> Self {
        Self(value.into())
    }
}

impl From<Date> for Constant {
    fn from(value: Date) -> Self {
        Self(value.to_string().into())
    }
}

impl From<DateTime> for Constant {
    fn from(value: DateTime) -> Self {
        Self(value.to_string().into())
    }
}

impl From<&AttributeValue> for Constant {
    fn from(value: &AttributeValue) -> Self {
        Self(value.to_json())
    }
}
