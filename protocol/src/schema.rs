//! Schemas: the ordered, typed attributes of one kind of credential.

mod attribute;
mod path;
mod values;

use alloc::borrow::ToOwned as _;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use glimpse_primitives::Fr;
use serde_json::{Value, json};

use crate::circuit::CircuitId;
use crate::codec::{Writer, build};
use crate::json::{JsonError, Node};
use crate::tag;
use crate::value::digest_to_field;

pub use attribute::Attribute;
pub use path::ClaimPath;
pub use values::AttributesError;

/// The most attributes of any schema.
pub const MAX_ATTRIBUTES: usize = 32;
const MAX_NAME: usize = 128;

/// The identifier of a kind of credential, such as `org.iso.18013.5.1.mDL`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SchemaId(String);

/// How many attribute slots a credential has. The smallest that fits is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SizeClass {
    /// Up to 8 attributes.
    Eight,
    /// Up to 16 attributes.
    Sixteen,
    /// Up to 32 attributes.
    ThirtyTwo,
}

/// The ordered, typed attributes of one kind of credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schema {
    id: SchemaId,
    version: u32,
    name: String,
    attributes: Vec<Attribute>,
}

/// The field element that stands for a schema inside proofs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SchemaDigest(pub(crate) Fr);

impl SchemaId {
    /// A non-empty identifier of at most 128 printable ASCII characters without spaces.
    pub fn new(text: &str) -> Option<Self> {
        let fits = !text.is_empty()
            && text.len() <= MAX_NAME
            && text.bytes().all(|byte| byte.is_ascii_graphic());
        fits.then(|| Self(text.to_owned()))
    }

    /// The identifier as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl SizeClass {
    /// The smallest class with room for that many attributes.
    pub const fn fitting(attributes: usize) -> Option<Self> {
        match attributes {
            0..=8 => Some(Self::Eight),
            9..=16 => Some(Self::Sixteen),
            17..=32 => Some(Self::ThirtyTwo),
            _ => None,
        }
    }

    /// The number of attribute slots.
    pub const fn slots(self) -> usize {
        match self {
            Self::Eight => 8,
            Self::Sixteen => 16,
            Self::ThirtyTwo => 32,
        }
    }

    /// The credential circuit of this class.
    pub const fn circuit(self) -> CircuitId {
        match self {
            Self::Eight => CircuitId::Credential8,
            Self::Sixteen => CircuitId::Credential16,
            Self::ThirtyTwo => CircuitId::Credential32,
        }
    }
}

impl Schema {
    /// Reads the JSON form.
    ///
    /// # Errors
    /// [`JsonError`] with the path of what is wrong: unknown types and members, repeated or nested paths.
    pub fn parse(bytes: &[u8]) -> Result<Self, JsonError> {
        Self::from_node(Node::root(&crate::json::parse(bytes)?))
    }

    pub(crate) fn from_node(node: Node<'_>) -> Result<Self, JsonError> {
        let mut object = node.object()?;
        let id = object
            .get("id")?
            .parse_with("must be printable ASCII without spaces", |text| {
                SchemaId::new(text).ok_or(())
            })?;
        let version = object.get("version")?.uint()?;
        let name = object.get("name")?.label(MAX_NAME)?;
        let list = object.get("attributes")?;
        let mut attributes: Vec<Attribute> = Vec::new();
        for node in list.array(MAX_ATTRIBUTES)? {
            let place = node.clone();
            let attribute = Attribute::from_node(node)?;
            if attributes
                .iter()
                .any(|earlier| earlier.path.conflicts(&attribute.path))
            {
                return Err(place.invalid(
                    "its path is that of another attribute, or leads into or out of one",
                ));
            }
            attributes.push(attribute);
        }
        if attributes.is_empty() {
            return Err(list.invalid("a schema has at least one attribute"));
        }
        object.finish()?;
        Ok(Self {
            id,
            version,
            name,
            attributes,
        })
    }

    /// The JSON form.
    pub fn to_json(&self) -> Value {
        let attributes: Vec<Value> = self.attributes.iter().map(Attribute::to_json).collect();
        json!({ "id": self.id.0, "version": self.version, "name": self.name, "attributes": attributes })
    }

    /// The identifier of this kind of credential.
    pub fn id(&self) -> &SchemaId {
        &self.id
    }

    /// The issuer's version of this schema.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// The name for people, such as "Driving licence".
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The attributes in the order of their slots, one to 32.
    pub fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    /// The slot number and definition of the attribute at `path`.
    pub fn find(&self, path: &ClaimPath) -> Option<(usize, &Attribute)> {
        self.attributes
            .iter()
            .enumerate()
            .find(|(_, attribute)| attribute.path == *path)
    }

    /// How many slots a credential of this schema has.
    pub fn size_class(&self) -> SizeClass {
        // Parsing bounds the number of attributes by the largest class.
        SizeClass::fitting(self.attributes.len()).unwrap_or(SizeClass::ThirtyTwo)
    }

    /// SHA-256 of the canonical CBOR form in its domain, cut to 31 bytes: binds types, order, paths and labels.
    pub fn digest(&self) -> SchemaDigest {
        SchemaDigest(digest_to_field(
            &tag::SCHEMA.sha256(&[&build(|writer| self.write(writer))]),
        ))
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer
            .array(4)
            .text(&self.id.0)
            .uint(self.version.into())
            .text(&self.name);
        writer.array(self.attributes.len());
        for attribute in &self.attributes {
            attribute.write(writer);
        }
    }
}

impl SchemaDigest {
    /// The digest as it stands in a credential's slot.
    pub const fn to_field(self) -> Fr {
        self.0
    }
}

impl fmt::Display for SchemaId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl serde::Serialize for SchemaId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
