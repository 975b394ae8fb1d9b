//! Schemas: the ordered, typed attributes of one kind of credential.

use alloc::borrow::ToOwned as _;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use glimpse_primitives::Fr;
use serde_json::{Map, Value, json};

use crate::circuit::CircuitId;
use crate::codec::{CodecError, Reader, Wire, Writer};
use crate::json::{JsonError, JsonErrorKind, Node};
use crate::tag;
use crate::value::{AttributeType, AttributeValue, Decimal, digest_to_field};

/// The most attributes of any schema.
pub const MAX_ATTRIBUTES: usize = 32;
const MAX_PATH: usize = 4;
const MAX_NAME: usize = 128;

/// The identifier of a kind of credential, such as `org.iso.18013.5.1.mDL`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SchemaId(String);

/// A claims path pointer that consists of member names, such as `["address", "locality"]`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClaimPath(Vec<String>);

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

/// One attribute of a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    path: ClaimPath,
    attribute_type: AttributeType,
    label: String,
    optional: bool,
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

    fn conflicts(&self, other: &Self) -> bool {
        let shorter = self.0.len().min(other.0.len());
        self.0[..shorter] == other.0[..shorter]
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
        SchemaDigest(digest_to_field(&tag::SCHEMA.sha256(&[&self.to_wire()])))
    }

    /// Reads the attributes of one credential from a JSON object nested along the schema's paths. Absent
    /// optional attributes may be left out or `null`.
    ///
    /// # Errors
    /// [`AttributesError`] with the path of what is wrong.
    pub fn read_attributes(
        &self,
        bytes: &[u8],
    ) -> Result<Vec<Option<AttributeValue>>, AttributesError> {
        let value = crate::json::parse(bytes)?;
        let Value::Object(members) = &value else {
            return Err(Node::root(&value)
                .error(JsonErrorKind::Expected("an object"))
                .into());
        };
        self.refuse_unknown(members, &mut Vec::new())?;
        self.attributes
            .iter()
            .map(|attribute| {
                let found = attribute
                    .path
                    .0
                    .iter()
                    .try_fold(&value, |value, name| value.get(name));
                let at = || attribute.path.clone();
                match found {
                    None | Some(Value::Null) if attribute.optional => Ok(None),
                    None | Some(Value::Null) => Err(AttributesError::Missing(at())),
                    Some(value) => attribute
                        .attribute_type
                        .read_json(value)
                        .map(Some)
                        .map_err(|error| AttributesError::Value(at(), error)),
                }
            })
            .collect()
    }

    /// The JSON object that [`Schema::read_attributes`] reads; absent attributes are left out.
    pub fn write_attributes(&self, values: &[Option<AttributeValue>]) -> Value {
        let mut root = Value::Object(Map::new());
        for (attribute, value) in self.attributes.iter().zip(values) {
            if let Some(value) = value {
                let place = attribute
                    .path
                    .0
                    .iter()
                    .fold(&mut root, |place, name| &mut place[name.as_str()]);
                *place = value.to_json();
            }
        }
        root
    }

    fn refuse_unknown(
        &self,
        members: &Map<String, Value>,
        at: &mut Vec<String>,
    ) -> Result<(), AttributesError> {
        for (name, value) in members {
            at.push(name.clone());
            let leaf = self
                .attributes
                .iter()
                .any(|attribute| attribute.path.0 == *at);
            let branch = self
                .attributes
                .iter()
                .any(|attribute| attribute.path.0.starts_with(at));
            match value {
                _ if leaf => {}
                Value::Object(inner) if branch => self.refuse_unknown(inner, at)?,
                _ => return Err(AttributesError::Unknown(ClaimPath(at.clone()))),
            }
            at.pop();
        }
        Ok(())
    }
}

/// Why attributes do not fit their schema. Names paths, never values.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AttributesError {
    /// Not acceptable JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// An attribute that the schema does not have.
    #[error("{0}: the schema has no such attribute")]
    Unknown(ClaimPath),
    /// A mandatory attribute is absent.
    #[error("{0}: missing")]
    Missing(ClaimPath),
    /// A value that is not of the attribute's type.
    #[error("{0}: {1}")]
    Value(ClaimPath, crate::value::ValueError),
}

impl Attribute {
    fn from_node(node: Node<'_>) -> Result<Self, JsonError> {
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

    fn to_json(&self) -> Value {
        let mut out = json!({ "path": self.path.to_json(), "type": self.attribute_type.name(), "label": self.label });
        if let AttributeType::Decimal { scale } = self.attribute_type {
            out["scale"] = scale.into();
        }
        if self.optional {
            out["optional"] = true.into();
        }
        out
    }
}

impl Wire for Schema {
    const MAX_BYTES: usize = crate::json::MAX_BYTES;

    fn write(&self, writer: &mut Writer) {
        writer
            .array(4)
            .text(&self.id.0)
            .uint(self.version.into())
            .text(&self.name);
        writer.array(self.attributes.len());
        for attribute in &self.attributes {
            let scale = match attribute.attribute_type {
                AttributeType::Decimal { scale } => scale,
                _ => 0,
            };
            writer.array(5);
            attribute.path.write(writer);
            writer
                .text(attribute.attribute_type.name())
                .uint(scale.into());
            writer.text(&attribute.label).bool(attribute.optional);
        }
    }

    /// Reads through the JSON rules, so that there is one definition of a valid schema.
    fn read(reader: &mut Reader<'_>) -> Result<Self, CodecError> {
        reader.tuple(4)?;
        let id = reader.text(MAX_NAME)?;
        let version: u32 = reader.uint()?;
        let name = reader.text(MAX_NAME)?;
        let attributes = reader.list(MAX_ATTRIBUTES, |reader| {
            reader.tuple(5)?;
            let path = ClaimPath::read(reader)?;
            let kind = reader.text(16)?;
            let scale: u8 = reader.uint()?;
            let mut out =
                json!({ "path": path.to_json(), "type": kind, "label": reader.text(MAX_NAME)? });
            if kind == "decimal" {
                out["scale"] = scale.into();
            }
            out["optional"] = reader.bool()?.into();
            Ok(out)
        })?;
        let value = json!({ "id": id, "version": version, "name": name, "attributes": attributes });
        Self::from_node(Node::root(&value)).map_err(|_| CodecError::Invalid("schema"))
    }
}

impl ClaimPath {
    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.array(self.0.len());
        for name in &self.0 {
            writer.text(name);
        }
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, CodecError> {
        let names = reader.list(MAX_PATH, |reader| reader.text(MAX_NAME))?;
        Self::new(&names).ok_or(CodecError::Invalid("path"))
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

impl serde::Serialize for SchemaId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
