//! The definition of one attribute.

use alloc::string::String;

use serde_json::{Value, json};

use super::{ClaimPath, MAX_NAME};
use crate::codec::Writer;
use crate::json::{JsonError, Node};
use crate::value::{AttributeType, Decimal};

/// One attribute of a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    pub(super) path: ClaimPath,
    pub(super) attribute_type: AttributeType,
    label: String,
    pub(super) optional: bool,
}

impl Attribute {
    /// Where the value is found in the JSON form of the attributes.
    pub fn path(&self) -> &ClaimPath {
        &self.path
    }

    /// The type of the value.
    pub fn attribute_type(&self) -> AttributeType {
        self.attribute_type
    }

    /// The name for people.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Whether the attribute may be absent.
    pub fn is_optional(&self) -> bool {
        self.optional
    }

    pub(super) fn from_node(node: Node<'_>) -> Result<Self, JsonError> {
        let mut object = node.object()?;
        let path = ClaimPath::from_node(&object.get("path")?)?;
        let type_node = object.get("type")?;
        let scale = object.opt("scale");
        let attribute_type = match (type_node.str()?, &scale) {
            ("bool", None) => AttributeType::Bool,
            ("integer", None) => AttributeType::Integer,
            ("date", None) => AttributeType::Date,
            ("date-time", None) => AttributeType::DateTime,
            ("text", None) => AttributeType::Text,
            ("long-text", None) => AttributeType::LongText,
            ("bytes", None) => AttributeType::Bytes,
            ("decimal", Some(node)) => match node.uint()? {
                scale if scale <= Decimal::MAX_SCALE => AttributeType::Decimal { scale },
                _ => return Err(node.invalid("at most 18 digits after the point")),
            },
            ("decimal", None) => return Err(type_node.invalid("a decimal needs a scale")),
            (_, Some(node)) => return Err(node.invalid("only a decimal has a scale")),
            (_, None) => return Err(type_node.invalid("a type that is not known here")),
        };
        let label = object.get("label")?.label(MAX_NAME)?;
        let optional = object
            .opt("optional")
            .map_or(Ok(false), |node| node.bool())?;
        object.finish()?;
        Ok(Self {
            path,
            attribute_type,
            label,
            optional,
        })
    }

    pub(super) fn to_json(&self) -> Value {
        let mut out = json!({ "path": self.path.to_json(), "type": self.attribute_type.name(), "label": self.label });
        if let AttributeType::Decimal { scale } = self.attribute_type {
            out["scale"] = scale.into();
        }
        if self.optional {
            out["optional"] = true.into();
        }
        out
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        let scale = match self.attribute_type {
            AttributeType::Decimal { scale } => scale,
            _ => 0,
        };
        writer.array(5);
        self.path.write(writer);
        writer.text(self.attribute_type.name()).uint(scale.into());
        writer.text(&self.label).bool(self.optional);
    }
}
