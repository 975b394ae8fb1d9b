//! The signed file of a set.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use ark_ff::PrimeField as _;
use glimpse_primitives::{Fr, field};

use super::description::{SetDescription, SetReference};
use super::tree::{MAX_ELEMENTS, SetElementsError, SetPath, SetTree};
use crate::CodecError;
use crate::codec::{Reader, Wire, Writer, build};
use crate::identity::Identity;
use crate::request::Endpoint;
use crate::tag;
use crate::time::DateTime;
use crate::value::{AttributeType, AttributeValue};

/// The greatest length of a head in bytes.
pub(super) const MAX_HEAD_BYTES: usize = 1024;

/// The greatest length of a set's file in bytes: 32.5 MB.
pub const MAX_SET_BYTES: usize = MAX_ELEMENTS * 31 + MAX_HEAD_BYTES + 16;

/// A published set with its tree. To hold one means that its publisher signed its description, and that its roots are
/// those of its elements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedSet {
    head: SetHead,
    tree: SetTree,
}

/// A set's file: its head is signed and its elements ascend, but they have not been compared with the signed roots.
///
/// Reading one is quick. That is for whoever decides by the head alone whether to go on, and for whoever reads back, from
/// where nobody else writes, a set that it has checked before.
#[derive(Clone, PartialEq, Eq)]
pub struct SetFile {
    head: SetHead,
    /// As in the file.
    elements: Vec<u8>,
}

/// Why values make no set: the publisher's mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PublishSetError {
    /// A value of another type than the set's.
    #[error("a value of another type than the set's")]
    Type,
    /// None, or too many.
    #[error(transparent)]
    Elements(#[from] SetElementsError),
    /// The name is empty, too long, or has control characters.
    #[error("a set's name is text of 1 to 64 bytes without control characters")]
    Name,
    /// A value twice, perhaps in two forms.
    #[error("a value is listed twice")]
    Repeated,
}

/// Why bytes are no published set, or not the one that is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PublishedSetError {
    /// Not a set, or not in canonical form.
    #[error("not a published set: {0}")]
    Form(#[from] CodecError),
    /// Its publisher did not sign exactly this.
    #[error("the set's signature does not fit: it was changed, or signed by another key")]
    Signature,
    /// The elements are not as many or not in order.
    #[error(transparent)]
    Elements(#[from] SetElementsError),
    /// The signed roots are those of other elements.
    #[error("the set's elements are not those that were signed")]
    Roots,
    /// Another set than the one that a request names.
    #[error("not the set that the request names")]
    Other,
}

/// The signed part.
#[derive(Debug, Clone, PartialEq, Eq)]
struct SetHead {
    description: SetDescription,
    issued_at: DateTime,
    signature: [u8; 64],
}

/// The file's parts before their meaning is looked at.
struct Parts {
    head: Vec<u8>,
    elements: Vec<u8>,
}

impl Wire for SetHead {
    const MAX_BYTES: usize = MAX_HEAD_BYTES;

    fn write(&self, writer: &mut Writer) {
        writer.array(2);
        self.write_signed(writer);
        writer.bytes(&self.signature);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, CodecError> {
        reader.tuple(2)?;
        reader.tuple(8)?;
        reader.version(1)?;
        let description = SetDescription::read(reader)?;
        let issued_at = DateTime::from_unix(reader.int()?)
            .map_err(|_| CodecError::Invalid("outside the years 1 to 9999"))?;
        Ok(Self {
            description,
            issued_at,
            signature: reader.byte_array()?,
        })
    }
}

impl SetHead {
    fn write_signed(&self, writer: &mut Writer) {
        writer.array(8).uint(1);
        self.description.write(writer);
        writer.int(self.issued_at.unix());
    }

    fn signed_bytes(&self) -> Vec<u8> {
        build(|writer| self.write_signed(writer))
    }
}

impl Wire for Parts {
    const MAX_BYTES: usize = MAX_SET_BYTES;

    fn write(&self, writer: &mut Writer) {
        writer.array(2).bytes(&self.head).bytes(&self.elements);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, CodecError> {
        reader.tuple(2)?;
        Ok(Self {
            head: reader.bytes(MAX_HEAD_BYTES)?,
            elements: reader.bytes(MAX_ELEMENTS * 31)?,
        })
    }
}

impl PublishedSet {
    /// Publishes values, in any order.
    ///
    /// # Errors
    /// [`PublishSetError`].
    pub fn publish(
        name: &str,
        attribute_type: AttributeType,
        values: &[AttributeValue],
        issued_at: DateTime,
        identity: &Identity,
    ) -> Result<Self, PublishSetError> {
        if values
            .iter()
            .any(|value| value.attribute_type() != attribute_type)
        {
            return Err(PublishSetError::Type);
        }
        let mut elements: Vec<Fr> = values.iter().map(AttributeValue::encode).collect();
        elements.sort_by_cached_key(field::to_bytes);
        if elements.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(PublishSetError::Repeated);
        }
        let tree = SetTree::new(elements)?;
        let (name, size) = (String::from(name), tree.elements().len() as u32);
        let roots = tree.roots().to_vec();
        let description = SetDescription::new(identity.did(), name, attribute_type, size, roots)
            .map_err(|_| PublishSetError::Name)?;
        let mut head = SetHead {
            description,
            issued_at,
            signature: [0; 64],
        };
        head.signature = identity.sign_in(tag::PUBLISHED_SET, &head.signed_bytes());
        Ok(Self { head, tree })
    }

    /// Reads the file; checks the signature first and then, by building the tree, that the roots fit the elements.
    ///
    /// # Errors
    /// [`PublishedSetError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PublishedSetError> {
        SetFile::from_bytes(bytes)?.check()
    }

    /// The same, of the set that a request names and no other. The tree is built last, so that another set's file is
    /// refused at once.
    ///
    /// # Errors
    /// [`PublishedSetError`].
    pub fn open(bytes: &[u8], reference: &SetReference) -> Result<Self, PublishedSetError> {
        SetFile::open(bytes, reference)?.check()
    }

    /// The canonical file: 200 bytes, and 8 or 31 for each element.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let width = width(self.description().attribute_type());
        let element = |element: &Fr| field::to_bytes(element).into_iter().skip(32 - width);
        let parts = Parts {
            head: self.head.to_wire(),
            elements: self.tree.elements().iter().flat_map(element).collect(),
        };
        parts.to_wire()
    }

    /// What the set is.
    #[must_use]
    pub fn description(&self) -> &SetDescription {
        &self.head.description
    }

    /// When its publisher signed it.
    #[must_use]
    pub fn issued_at(&self) -> DateTime {
        self.head.issued_at
    }

    /// How a request names the set, if its file is there.
    #[must_use]
    pub fn reference(&self, uri: Endpoint) -> SetReference {
        SetReference::new(uri, self.description().clone())
    }

    /// Whether an encoding is that of an element.
    #[must_use]
    pub fn contains(&self, value: Fr) -> bool {
        self.tree.contains(value)
    }

    /// The way from where an encoding stands, or would stand, to the roots.
    #[must_use]
    pub fn path(&self, value: Fr) -> SetPath {
        self.tree.path(value)
    }
}

impl SetFile {
    /// Reads the file: its form, the signature, and that there are as many elements as were signed, in ascending order.
    ///
    /// # Errors
    /// [`PublishedSetError`], all but [`Other`](PublishedSetError::Other) and [`Roots`](PublishedSetError::Roots).
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PublishedSetError> {
        Self::read(bytes, |_| true)
    }

    /// The same, of the set that a request names and no other.
    ///
    /// # Errors
    /// [`PublishedSetError`], all but [`Roots`](PublishedSetError::Roots).
    pub fn open(bytes: &[u8], reference: &SetReference) -> Result<Self, PublishedSetError> {
        Self::read(bytes, |read| read == reference.description())
    }

    fn read(
        bytes: &[u8],
        is_meant: impl FnOnce(&SetDescription) -> bool,
    ) -> Result<Self, PublishedSetError> {
        let parts = Parts::from_wire(bytes)?;
        let head = SetHead::from_wire(&parts.head)?;
        let publisher = head.description.publisher();
        publisher
            .verify_in(tag::PUBLISHED_SET, &head.signed_bytes(), &head.signature)
            .map_err(|_| PublishedSetError::Signature)?;
        if !is_meant(&head.description) {
            return Err(PublishedSetError::Other);
        }
        let file = Self {
            head,
            elements: parts.elements,
        };
        if file.elements.len() != file.description().elements_bytes() {
            return Err(SetElementsError::Size.into());
        }
        // All have the same length, so that they compare as numbers do.
        if !file.elements().is_sorted_by(|one, next| one < next) {
            return Err(SetElementsError::Order.into());
        }
        Ok(file)
    }

    /// Builds the tree over the elements and compares its roots with the signed ones.
    ///
    /// # Errors
    /// [`PublishedSetError::Roots`].
    pub fn check(self) -> Result<PublishedSet, PublishedSetError> {
        let tree = SetTree::new(self.encodings().collect())?;
        if tree.roots() != self.head.description.roots() {
            return Err(PublishedSetError::Roots);
        }
        Ok(PublishedSet {
            head: self.head,
            tree,
        })
    }

    /// The canonical file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let parts = Parts {
            head: self.head.to_wire(),
            elements: self.elements.clone(),
        };
        parts.to_wire()
    }

    /// What the publisher signed.
    #[must_use]
    pub fn description(&self) -> &SetDescription {
        &self.head.description
    }

    /// Whether an encoding is that of an element: of the set that was signed only if the file was checked.
    #[must_use]
    pub fn contains(&self, value: Fr) -> bool {
        let width = width(self.description().attribute_type());
        let value = field::to_bytes(&value);
        let (zeros, value) = value.split_at(32 - width);
        // There is no slice of chunks to search in.
        let (mut low, mut high) = (0, self.elements.len() / width);
        while low < high {
            let middle = (low + high) / 2;
            match self.elements[middle * width..(middle + 1) * width] < *value {
                true => low = middle + 1,
                false => high = middle,
            }
        }
        zeros.iter().all(|byte| *byte == 0) && self.elements().nth(low) == Some(value)
    }

    /// The encodings of its elements, in ascending order.
    pub fn encodings(&self) -> impl Iterator<Item = Fr> {
        // Fewer bytes than the modulus has: nothing is reduced.
        self.elements().map(Fr::from_be_bytes_mod_order)
    }

    fn elements(&self) -> impl Iterator<Item = &[u8]> {
        self.elements
            .chunks_exact(width(self.description().attribute_type()))
    }
}

/// Without the elements, which would fill screens.
impl fmt::Debug for SetFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SetFile").field(self.description()).finish()
    }
}

/// Bytes of an element in the file: encodings of the ordered types and of truth values have 64 bits, all others 248.
pub(super) fn width(attribute_type: AttributeType) -> usize {
    match attribute_type {
        AttributeType::Bool
        | AttributeType::Integer
        | AttributeType::Date
        | AttributeType::DateTime
        | AttributeType::Decimal { .. } => 8,
        AttributeType::Text | AttributeType::LongText | AttributeType::Bytes => 31,
    }
}
