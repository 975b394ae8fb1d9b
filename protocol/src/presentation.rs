//! Presentations: what a holder sends back. The plan is not among it: the verifier compiles its own request.

use alloc::string::String;
use alloc::vec::Vec;

use minicbor::data::Type;
use serde_json::{Value, json};

use crate::codec::{CodecError, Reader, Wire, Writer};
use crate::identity::Did;
use crate::json::{JsonError, JsonErrorKind, Node, from_base64, to_base64};
use crate::plan::{Plan, PlannedIssuer};
use crate::pseudonym::Pseudonym;
use crate::request::{MAX_ISSUERS, MAX_QUERIES, Request};
use crate::schema::MAX_ATTRIBUTES;
use crate::status::Epoch;
use crate::text::{LongText, ShortText};
use crate::time::{Date, DateTime};
use crate::value::{AttributeType, AttributeValue, Decimal, MAX_VALUE_BYTES};

/// The longest presentation in bytes.
pub const MAX_PRESENTATION: usize = 48 * 1024;
const MAX_PROOF: usize = 32 * 1024;

/// A presentation as it travels: which issuers, which values, and the linked proof. Decoded, but meaningless
/// until it is read against a plan and its proof is checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presentation {
    issuers: Vec<u8>,
    epochs: Vec<Epoch>,
    disclosed: Vec<WireValue>,
    pseudonyms: Vec<Pseudonym>,
    proof: Vec<u8>,
}

/// A value as it travels: the type is in the schema, not here.
#[derive(Clone, PartialEq, Eq)]
enum WireValue {
    Bool(bool),
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
}

/// Why a presentation does not fit the request: the holder's side is at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PresentationError {
    /// Not exactly one issuer for each query that shows it, or one beyond the query's list.
    #[error("names issuers that the request does not accept")]
    Issuers,
    /// Not exactly one epoch for each query that wants to know the status list.
    #[error("names another number of status lists than was asked for")]
    Epochs,
    /// Another number of values than the request asks for.
    #[error("discloses another number of values than was asked for")]
    Count,
    /// A value that is not of the claim's type.
    #[error("a disclosed value is not of its type")]
    Value,
    /// Another number of pseudonyms than the request asks for.
    #[error("gives another number of pseudonyms than was asked for")]
    Pseudonyms,
}

impl Presentation {
    /// Puts a presentation together. `issuers` are, for each query that shows it, the chosen issuer's place in the
    /// query's list; `epochs` those of [`Plan::epochs`]; `disclosed` the values in the order of [`Plan::disclosed`]; `pseudonyms` those of
    /// [`Plan::pseudonyms`]; `proof` the linked proof.
    pub fn new(
        issuers: Vec<u8>,
        epochs: Vec<Epoch>,
        disclosed: &[AttributeValue],
        pseudonyms: Vec<Pseudonym>,
        proof: Vec<u8>,
    ) -> Self {
        Self {
            issuers,
            epochs,
            disclosed: disclosed.iter().map(WireValue::of).collect(),
            pseudonyms,
            proof,
        }
    }

    /// The places of a plan's shown issuers in the request's lists, as [`Presentation::new`] wants them.
    pub fn issuer_places(request: &Request, plan: &Plan) -> Option<Vec<u8>> {
        let mut places = Vec::new();
        for (query, planned) in request.queries().iter().zip(plan.credentials()) {
            if let PlannedIssuer::Shown(issuer) = &planned.issuer {
                let place = query.issuers().iter().position(|did| did == issuer)?;
                places.push(u8::try_from(place).ok()?);
            }
        }
        Some(places)
    }

    /// Reads the canonical CBOR form.
    ///
    /// # Errors
    /// [`CodecError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CodecError> {
        Self::from_wire(bytes)
    }

    /// The canonical CBOR form.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.to_wire()
    }

    /// For each query of the request, the issuer that was chosen, if the query has it shown.
    ///
    /// # Errors
    /// [`PresentationError::Issuers`].
    pub fn issuers<'r>(
        &self,
        request: &'r Request,
    ) -> Result<Vec<Option<&'r Did>>, PresentationError> {
        let mut places = self.issuers.iter();
        let mut issuers = Vec::new();
        for query in request.queries() {
            issuers.push(match query.hidden_issuers() {
                Some(_) => None,
                None => {
                    let place = places.next().map(|place| usize::from(*place));
                    let did = place.and_then(|place| query.issuers().get(place));
                    Some(did.ok_or(PresentationError::Issuers)?)
                }
            });
        }
        match places.next() {
            None => Ok(issuers),
            Some(_) => Err(PresentationError::Issuers),
        }
    }

    /// For each query of the request, the epoch of the status list that its answer rests on, if the query demands that
    /// the credential is not revoked and has the issuer shown.
    ///
    /// # Errors
    /// [`PresentationError::Epochs`].
    pub fn epochs(&self, request: &Request) -> Result<Vec<Option<Epoch>>, PresentationError> {
        let mut named = self.epochs.iter();
        let mut epochs = Vec::new();
        for query in request.queries() {
            let asked = query.not_revoked().is_some() && query.hidden_issuers().is_none();
            epochs.push(match asked {
                true => Some(*named.next().ok_or(PresentationError::Epochs)?),
                false => None,
            });
        }
        match named.next() {
            None => Ok(epochs),
            Some(_) => Err(PresentationError::Epochs),
        }
    }

    /// The disclosed values, typed by the plan and in its order.
    ///
    /// # Errors
    /// [`PresentationError::Count`] or [`PresentationError::Value`].
    pub fn disclosed(&self, plan: &Plan) -> Result<Vec<AttributeValue>, PresentationError> {
        if self.disclosed.len() != plan.disclosed().count() {
            return Err(PresentationError::Count);
        }
        let pairs = self.disclosed.iter().zip(plan.disclosed());
        pairs
            .map(|(value, (_, claim))| {
                value
                    .read(claim.attribute_type)
                    .ok_or(PresentationError::Value)
            })
            .collect()
    }

    /// The pseudonyms, in the order of [`Plan::pseudonyms`].
    ///
    /// # Errors
    /// [`PresentationError::Pseudonyms`].
    pub fn pseudonyms(&self, plan: &Plan) -> Result<&[Pseudonym], PresentationError> {
        match self.pseudonyms.len() == plan.pseudonyms().count() {
            true => Ok(&self.pseudonyms),
            false => Err(PresentationError::Pseudonyms),
        }
    }

    /// The linked proof, undecoded.
    pub fn proof(&self) -> &[u8] {
        &self.proof
    }

    /// The `vp_token` of OpenID4VP. One linked proof answers all queries, so it stands under the first.
    pub fn to_vp_token(&self, request: &Request) -> Value {
        let id = request.queries().first().map_or("", |query| query.id());
        json!({ id: [to_base64(&self.to_bytes())] })
    }

    /// The bytes of the presentation inside a `vp_token`.
    ///
    /// # Errors
    /// [`JsonError`].
    pub fn bytes_of_vp_token(token: &[u8], request: &Request) -> Result<Vec<u8>, JsonError> {
        let value = crate::json::parse(token)?;
        let root = Node::root(&value);
        let first = request.queries().first().map_or("", |query| query.id());
        let only = match &value {
            Value::Object(members) if members.len() == 1 => members.get(first),
            Value::Object(_) => None,
            _ => return Err(root.error(JsonErrorKind::Expected("an object"))),
        };
        let wrong = || root.invalid("must hold one presentation, under the first query's id");
        match only {
            Some(Value::Array(items)) if items.len() == 1 => {
                items[0].as_str().and_then(from_base64).ok_or_else(wrong)
            }
            _ => Err(wrong()),
        }
    }
}

impl Wire for Presentation {
    const MAX_BYTES: usize = MAX_PRESENTATION;

    fn write(&self, writer: &mut Writer) {
        writer.array(6).uint(1).array(self.issuers.len());
        for place in &self.issuers {
            writer.uint((*place).into());
        }
        writer.array(self.epochs.len());
        for epoch in &self.epochs {
            writer.uint(epoch.get());
        }
        writer.array(self.disclosed.len());
        for value in &self.disclosed {
            value.write(writer);
        }
        writer.array(self.pseudonyms.len());
        for pseudonym in &self.pseudonyms {
            writer.bytes(&pseudonym.to_bytes());
        }
        writer.bytes(&self.proof);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, CodecError> {
        reader.tuple(6)?;
        reader.version(1)?;
        let issuers = reader.list(MAX_QUERIES, |reader| match reader.uint()? {
            place if usize::from(place) < MAX_ISSUERS => Ok(place),
            _ => Err(CodecError::Limit),
        })?;
        let epochs = reader.list(MAX_QUERIES, |reader| {
            Epoch::new(reader.uint()?).ok_or(CodecError::Invalid("epochs count from 1"))
        })?;
        let disclosed = reader.list(MAX_QUERIES * MAX_ATTRIBUTES, WireValue::read_wire)?;
        let pseudonyms = reader.list(MAX_QUERIES, |reader| {
            let bytes = reader.bytes(32)?;
            let bytes = bytes
                .as_slice()
                .try_into()
                .map_err(|_| CodecError::Malformed)?;
            Pseudonym::from_bytes(bytes).ok_or(CodecError::Invalid("a pseudonym"))
        })?;
        Ok(Self {
            issuers,
            epochs,
            disclosed,
            pseudonyms,
            proof: reader.bytes(MAX_PROOF)?,
        })
    }
}

impl WireValue {
    fn of(value: &AttributeValue) -> Self {
        match value {
            AttributeValue::Bool(value) => Self::Bool(*value),
            AttributeValue::Integer(value) => Self::Int(*value),
            AttributeValue::Date(value) => Self::Int(value.days()),
            AttributeValue::DateTime(value) => Self::Int(value.unix()),
            AttributeValue::Decimal(value) => Self::Int(value.units()),
            AttributeValue::Text(value) => Self::Text(value.as_str().into()),
            AttributeValue::LongText(value) => Self::Text(value.as_str().into()),
            AttributeValue::Bytes(value) => Self::Bytes(value.clone()),
        }
    }

    fn read(&self, attribute_type: AttributeType) -> Option<AttributeValue> {
        Some(match (attribute_type, self) {
            (AttributeType::Bool, Self::Bool(value)) => AttributeValue::Bool(*value),
            (AttributeType::Integer, Self::Int(value)) => AttributeValue::Integer(*value),
            (AttributeType::Date, Self::Int(value)) => {
                AttributeValue::Date(Date::from_days(*value).ok()?)
            }
            (AttributeType::DateTime, Self::Int(value)) => {
                AttributeValue::DateTime(DateTime::from_unix(*value).ok()?)
            }
            (AttributeType::Decimal { scale }, Self::Int(value)) => {
                AttributeValue::Decimal(Decimal::from_units(*value, scale))
            }
            (AttributeType::Text, Self::Text(value)) => {
                AttributeValue::Text(ShortText::new(value).ok()?)
            }
            (AttributeType::LongText, Self::Text(value)) => {
                AttributeValue::LongText(LongText::new(value).ok()?)
            }
            (AttributeType::Bytes, Self::Bytes(value)) => AttributeValue::Bytes(value.clone()),
            (_, Self::Bool(_) | Self::Int(_) | Self::Text(_) | Self::Bytes(_)) => return None,
        })
    }

    fn write(&self, writer: &mut Writer) {
        match self {
            Self::Bool(value) => writer.bool(*value),
            Self::Int(value) => writer.int(*value),
            Self::Text(value) => writer.text(value),
            Self::Bytes(value) => writer.bytes(value),
        };
    }

    fn read_wire(reader: &mut Reader<'_>) -> Result<Self, CodecError> {
        match reader.datatype()? {
            Type::Bool => reader.bool().map(Self::Bool),
            Type::String => reader.text(LongText::MAX_BYTES).map(Self::Text),
            Type::Bytes => reader.bytes(MAX_VALUE_BYTES).map(Self::Bytes),
            _ => reader.int().map(Self::Int),
        }
    }
}

/// Says the kind only: disclosed values belong to the verifier, not into logs.
impl core::fmt::Debug for WireValue {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Bool(_) => "Bool(..)",
            Self::Int(_) => "Int(..)",
            Self::Text(_) => "Text(..)",
            Self::Bytes(_) => "Bytes(..)",
        })
    }
}
