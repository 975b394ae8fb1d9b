//! The definition of one attribute.

use alloc::string::String;

use serde_json::{Value, json};

use super::{ClaimPath, MAX_NAME};
use crate::codec::Writer;
use crate::json::{JsonError, Node};
use crate::value::AttributeType;

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
        let digits = scale.as_ref().map(|node| node.uint()).transpose()?;
        let attribute_type = AttributeType::from_parts(type_node.str()?, digits);
        let attribute_type = attribute_type.ok_or_else(|| match (&scale, type_node.str()) {
            (None, Ok("decimal")) => type_node.invalid("a decimal needs a scale"),
            (Some(node), Ok("decimal")) => node.invalid("at most 18 digits after the point"),
            (Some(node), _) => node.invalid("only a decimal has a scale"),
            (None, _) => type_node.invalid("a type that is not known here"),
        })?;
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
        let (name, scale) = self.attribute_type.parts();
        let mut out = json!({ "path": self.path.to_json(), "type": name, "label": self.label });
        if let Some(scale) = scale {
            out["scale"] = scale.into();
        }
        if self.optional {
            out["optional"] = true.into();
        }
        out
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        let (name, scale) = self.attribute_type.parts();
        writer.array(5);
        self.path.write(writer);
        writer.text(name).uint(scale.unwrap_or_default().into());
        writer.text(&self.label).bool(self.optional);
    }
}
