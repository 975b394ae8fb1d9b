//! What a set is: its publisher's words for it, and the roots that fix its elements.

use alloc::string::String;
use alloc::vec::Vec;

use glimpse_primitives::{Fr, field};
use serde_json::{Value, json};

use super::file::{MAX_HEAD_BYTES, width};
use super::tree::{MAX_ELEMENTS, pad, root_count};
use crate::CodecError;
use crate::circuit::SetSlot;
use crate::codec::{Reader, Writer};
use crate::identity::Did;
use crate::json::{JsonError, Node, Object, is_label};
use crate::request::Endpoint;
use crate::value::AttributeType;

const MAX_DID: usize = 128;

/// The longest name of a set in bytes.
pub const MAX_SET_NAME: usize = 64;

/// A set as its publisher describes it: all that a proof and its verifier need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetDescription {
    publisher: Did,
    name: String,
    attribute_type: AttributeType,
    size: u32,
    roots: Vec<Fr>,
}

/// A set as a request names it: a description, and where the file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetReference {
    uri: Endpoint,
    description: SetDescription,
}

impl SetDescription {
    pub(super) fn new(
        publisher: Did,
        name: String,
        attribute_type: AttributeType,
        size: u32,
        roots: Vec<Fr>,
    ) -> Result<Self, CodecError> {
        if !is_label(&name, MAX_SET_NAME) {
            return Err(CodecError::Invalid("not a name"));
        }
        if !(1..=MAX_ELEMENTS).contains(&(size as usize)) {
            return Err(CodecError::Limit);
        }
        if roots.len() != root_count(size as usize) {
            return Err(CodecError::Invalid(
                "a set of this size has another number of roots",
            ));
        }
        Ok(Self {
            publisher,
            name,
            attribute_type,
            size,
            roots,
        })
    }

    /// Who signed it.
    #[must_use]
    pub fn publisher(&self) -> &Did {
        &self.publisher
    }

    /// Its name for people, the publisher's choice.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The type of its values.
    #[must_use]
    pub fn attribute_type(&self) -> AttributeType {
        self.attribute_type
    }

    /// How many values it has, at least 1.
    #[must_use]
    pub fn size(&self) -> u32 {
        self.size
    }

    /// The roots of its tree, 1 to 16.
    #[must_use]
    pub fn roots(&self) -> &[Fr] {
        &self.roots
    }

    /// The roots as the circuit has them: fewer than 16 repeat the last.
    #[must_use]
    pub fn root_slots(&self) -> [Fr; SetSlot::ROOTS] {
        pad(&self.roots, 0)
    }

    /// The greatest length of the set's file in bytes.
    #[must_use]
    pub fn max_file_bytes(&self) -> usize {
        self.elements_bytes() + MAX_HEAD_BYTES + 16
    }

    /// The length of the elements in the file.
    pub(super) fn elements_bytes(&self) -> usize {
        self.size as usize * width(self.attribute_type)
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        let (name, scale) = self.attribute_type.parts();
        writer.text(self.publisher.as_str()).text(&self.name);
        writer.text(name).uint(scale.unwrap_or_default().into());
        writer.uint(self.size.into()).array(self.roots.len());
        for root in &self.roots {
            writer.bytes(&field::to_bytes(root));
        }
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, CodecError> {
        let publisher = reader.text(MAX_DID)?.parse();
        let publisher = publisher.map_err(|_| CodecError::Invalid("not a did:key of Ed25519"))?;
        let name = reader.text(MAX_SET_NAME)?;
        let (type_name, scale) = (reader.text(16)?, reader.uint()?);
        let scale = (type_name == "decimal").then_some(scale).or(match scale {
            0 => None,
            other => Some(other),
        });
        let attribute_type = AttributeType::from_parts(&type_name, scale)
            .ok_or(CodecError::Invalid("a type that is not known here"))?;
        let size = reader.uint()?;
        let roots = reader.list(SetSlot::ROOTS, |reader| {
            field::from_bytes(&reader.byte_array()?)
                .map_err(|_| CodecError::Invalid("not a field element"))
        })?;
        Self::new(publisher, name, attribute_type, size, roots)
    }

    fn from_object(object: &mut Object<'_>) -> Result<Self, JsonError> {
        let publisher = object.get("publisher")?;
        let publisher = publisher.parse_with("not a did:key of Ed25519", str::parse)?;
        let name = object.get("name")?.label(MAX_SET_NAME)?;
        let type_node = object.get("type")?;
        let scale = object.opt("scale").map(|node| node.uint()).transpose()?;
        let attribute_type = AttributeType::from_parts(type_node.str()?, scale)
            .ok_or_else(|| type_node.invalid("a type that is not known here"))?;
        let size = object.get("size")?;
        let number = size.uint()?;
        let roots = object.get("roots")?.array(SetSlot::ROOTS)?;
        let root = |node: &Node<'_>| {
            field::from_bytes(&node.hex()?).map_err(|_| node.invalid("not a field element"))
        };
        let roots = roots.iter().map(root).collect::<Result<_, _>>()?;
        Self::new(publisher, name, attribute_type, number, roots)
            .map_err(|_| size.invalid("a set of this size has another number of roots"))
    }

    /// What a request says of the set, but for where its file is.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let roots = self.roots.iter();
        let roots: Vec<String> = roots
            .map(|root| hex::encode(field::to_bytes(root)))
            .collect();
        let (name, scale) = self.attribute_type.parts();
        let mut out = json!({
            "publisher": self.publisher.as_str(), "name": self.name, "type": name, "size": self.size, "roots": roots,
        });
        if let Some(scale) = scale {
            out["scale"] = scale.into();
        }
        out
    }
}

impl SetReference {
    /// Names a set and where its file is.
    #[must_use]
    pub fn new(uri: Endpoint, description: SetDescription) -> Self {
        Self { uri, description }
    }

    /// Where the file is.
    #[must_use]
    pub fn uri(&self) -> &Endpoint {
        &self.uri
    }

    /// What the file must be.
    #[must_use]
    pub fn description(&self) -> &SetDescription {
        &self.description
    }

    /// Reads the value of `set` in a request.
    pub(crate) fn from_node(node: Node<'_>) -> Result<Self, JsonError> {
        let mut object = node.object()?;
        let uri = object.get("uri")?;
        let acceptable = Endpoint::new(uri.str()?);
        let uri = acceptable.ok_or_else(|| uri.invalid("an https URL without fragment"))?;
        let description = SetDescription::from_object(&mut object)?;
        object.finish()?;
        Ok(Self { uri, description })
    }

    /// The value of `set` in a request.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut out = self.description.to_json();
        out["uri"] = self.uri.as_str().into();
        out
    }
}
