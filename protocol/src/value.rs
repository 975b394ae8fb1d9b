//! Attribute types, their values, and the injective encoding of a value as one field element.

use alloc::string::ToString as _;
use alloc::vec::Vec;
use core::fmt;

use ark_ff::{BigInt, PrimeField as _};
use glimpse_primitives::Fr;
use serde_json::Value;

use crate::json;
use crate::tag;
use crate::text::{LongText, ShortText};
use crate::time::{Date, DateTime};

pub use crate::decimal::Decimal;

/// What an absent attribute encodes to: 2²⁵², outside every type's range.
pub const ABSENT: Fr = Fr::new(BigInt([0, 0, 0, 1 << 60]));

/// The type of an attribute, fixed by its schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AttributeType {
    /// True or false.
    Bool,
    /// An integer of 64 bits.
    Integer,
    /// A civil day.
    Date,
    /// An instant in whole seconds.
    DateTime,
    /// A decimal with this many digits after the point, at most [`Decimal::MAX_SCALE`].
    Decimal {
        /// Digits after the decimal point.
        scale: u8,
    },
    /// At most 30 bytes of text, packed so that predicates can look inside.
    Text,
    /// At most 4096 bytes of text, known to proofs by its digest.
    LongText,
    /// At most 16 KiB, known to proofs by their digest.
    Bytes,
}

/// A value of an attribute.
#[derive(Clone, PartialEq, Eq)]
pub enum AttributeValue {
    /// Of type [`AttributeType::Bool`].
    Bool(bool),
    /// Of type [`AttributeType::Integer`].
    Integer(i64),
    /// Of type [`AttributeType::Date`].
    Date(Date),
    /// Of type [`AttributeType::DateTime`].
    DateTime(DateTime),
    /// Of type [`AttributeType::Decimal`] with the same scale.
    Decimal(Decimal),
    /// Of type [`AttributeType::Text`].
    Text(ShortText),
    /// Of type [`AttributeType::LongText`].
    LongText(LongText),
    /// Of type [`AttributeType::Bytes`].
    Bytes(Vec<u8>),
}

/// The longest byte-string attribute.
pub const MAX_VALUE_BYTES: usize = 16 * 1024;

/// Why something is no value of the type it should have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ValueError {
    /// Of another type.
    #[error("must be {0}")]
    Type(AttributeType),
    /// Text that is not in Unicode normalisation form C.
    #[error("text must be in Unicode normalisation form C")]
    NotNfc,
    /// Text or bytes beyond the type's limit.
    #[error("too long: the limit is {0} bytes")]
    TooLong(usize),
    /// A decimal with more digits after the point than the schema keeps.
    #[error("more digits after the point than the {0} that the schema keeps")]
    Inexact(u8),
    /// A number beyond 64 bits.
    #[error("a number beyond 64 bits")]
    OutOfRange,
    /// A date or instant that does not exist or is not written as it must be.
    #[error(transparent)]
    Time(#[from] crate::time::TimeError),
}

impl AttributeType {
    /// Whether values of this type encode in order to 64 bits, so that ranges can be proved of them.
    pub const fn is_ordered(self) -> bool {
        match self {
            Self::Integer | Self::Date | Self::DateTime | Self::Decimal { .. } => true,
            Self::Bool | Self::Text | Self::LongText | Self::Bytes => false,
        }
    }

    /// The name in schemas, and a decimal's scale.
    pub(crate) fn parts(self) -> (&'static str, Option<u8>) {
        let scale = match self {
            Self::Decimal { scale } => Some(scale),
            _ => None,
        };
        (self.name(), scale)
    }

    /// The type of that name and scale.
    pub fn from_parts(name: &str, scale: Option<u8>) -> Option<Self> {
        Some(match (name, scale) {
            ("bool", None) => Self::Bool,
            ("integer", None) => Self::Integer,
            ("date", None) => Self::Date,
            ("date-time", None) => Self::DateTime,
            ("text", None) => Self::Text,
            ("long-text", None) => Self::LongText,
            ("bytes", None) => Self::Bytes,
            ("decimal", Some(scale)) if scale <= Decimal::MAX_SCALE => Self::Decimal { scale },
            _ => return None,
        })
    }

    /// The name in schemas.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Integer => "integer",
            Self::Date => "date",
            Self::DateTime => "date-time",
            Self::Decimal { .. } => "decimal",
            Self::Text => "text",
            Self::LongText => "long-text",
            Self::Bytes => "bytes",
        }
    }

    /// The least and greatest encoding of a value of this type, if it is encoded in 64 bits.
    pub fn bounds(self) -> Option<(u64, u64)> {
        match self {
            Self::Bool => Some((0, 1)),
            Self::Integer | Self::Decimal { .. } => Some((0, u64::MAX)),
            Self::Date => Some((offset(Date::MIN.days()), offset(Date::MAX.days()))),
            Self::DateTime => Some((offset(DateTime::MIN.unix()), offset(DateTime::MAX.unix()))),
            Self::Text | Self::LongText | Self::Bytes => None,
        }
    }

    /// Reads a value from its JSON form: booleans and integers as themselves, bytes as base64url, decimals as a
    /// string or an integer, everything else as a string.
    ///
    /// # Errors
    /// [`ValueError`]: what is wrong, never the value.
    pub fn read_json(self, value: &Value) -> Result<AttributeValue, ValueError> {
        let wrong = ValueError::Type(self);
        let text = || value.as_str().ok_or(wrong);
        Ok(match self {
            Self::Bool => AttributeValue::Bool(value.as_bool().ok_or(wrong)?),
            Self::Integer => AttributeValue::Integer(value.as_i64().ok_or(wrong)?),
            Self::Date => AttributeValue::Date(text()?.parse()?),
            Self::DateTime => AttributeValue::DateTime(text()?.parse()?),
            Self::Decimal { scale } => AttributeValue::Decimal(match value {
                Value::Number(_) => Decimal::from_integer(value.as_i64().ok_or(wrong)?, scale)?,
                _ => Decimal::parse(text()?, scale)?,
            }),
            Self::Text => AttributeValue::Text(ShortText::new(text()?)?),
            Self::LongText => AttributeValue::LongText(LongText::new(text()?)?),
            Self::Bytes => {
                let bytes = json::from_base64(text()?).ok_or(wrong)?;
                if bytes.len() > MAX_VALUE_BYTES {
                    return Err(ValueError::TooLong(MAX_VALUE_BYTES));
                }
                AttributeValue::Bytes(bytes)
            }
        })
    }
}

impl AttributeValue {
    /// The type of which this is a value.
    pub fn attribute_type(&self) -> AttributeType {
        match self {
            Self::Bool(_) => AttributeType::Bool,
            Self::Integer(_) => AttributeType::Integer,
            Self::Date(_) => AttributeType::Date,
            Self::DateTime(_) => AttributeType::DateTime,
            Self::Decimal(decimal) => AttributeType::Decimal {
                scale: decimal.scale(),
            },
            Self::Text(_) => AttributeType::Text,
            Self::LongText(_) => AttributeType::LongText,
            Self::Bytes(_) => AttributeType::Bytes,
        }
    }

    /// The value as one field element, injective among the values of its type. Digests are injective as far as
    /// SHA-256, cut to 248 bits, is collision-resistant.
    pub fn encode(&self) -> Fr {
        match self {
            Self::Bool(_)
            | Self::Integer(_)
            | Self::Date(_)
            | Self::DateTime(_)
            | Self::Decimal(_) => Fr::from(self.encode_u64().unwrap_or_default()),
            Self::Text(text) => from_31_bytes(&text.packed()),
            Self::LongText(text) => {
                digest_to_field(&tag::LONG_TEXT.sha256(&[text.as_str().as_bytes()]))
            }
            Self::Bytes(bytes) => digest_to_field(&tag::BYTES.sha256(&[bytes])),
        }
    }

    /// The encoding of a value of 64 bits; `None` for text and bytes.
    pub fn encode_u64(&self) -> Option<u64> {
        match self {
            Self::Bool(value) => Some(u64::from(*value)),
            Self::Integer(value) => Some(offset(*value)),
            Self::Date(value) => Some(encode_date(*value)),
            Self::DateTime(value) => Some(offset(value.unix())),
            Self::Decimal(value) => Some(offset(value.units())),
            Self::Text(_) | Self::LongText(_) | Self::Bytes(_) => None,
        }
    }

    /// The JSON form that [`AttributeType::read_json`] reads.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Bool(value) => Value::Bool(*value),
            Self::Integer(value) => Value::from(*value),
            Self::Bytes(bytes) => Value::String(json::to_base64(bytes)),
            Self::Date(_)
            | Self::DateTime(_)
            | Self::Decimal(_)
            | Self::Text(_)
            | Self::LongText(_) => Value::String(self.to_string()),
        }
    }
}

/// A present value's encoding, or [`ABSENT`].
pub fn encode_optional(value: Option<&AttributeValue>) -> Fr {
    value.map_or(ABSENT, AttributeValue::encode)
}

/// A day as its 64-bit encoding: days since 1970-01-01 plus 2⁶³.
pub fn encode_date(date: Date) -> u64 {
    offset(date.days())
}

/// The first 31 bytes of a digest as a field element.
pub(crate) fn digest_to_field(digest: &[u8; 32]) -> Fr {
    let mut bytes = [0; 31];
    bytes.copy_from_slice(&digest[..31]);
    from_31_bytes(&bytes)
}

fn from_31_bytes(bytes: &[u8; 31]) -> Fr {
    // 31 bytes are below 2²⁴⁸ and so below the field's order: no reduction takes place.
    Fr::from_be_bytes_mod_order(bytes)
}

/// v + 2⁶³: keeps the order of signed integers among unsigned ones.
const fn offset(value: i64) -> u64 {
    (value as u64) ^ (1 << 63)
}

impl fmt::Display for AttributeType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("true or false"),
            Self::Integer => f.write_str("an integer of 64 bits"),
            Self::Date => f.write_str("a date"),
            Self::DateTime => f.write_str("an instant with its zone"),
            Self::Decimal { scale } => {
                write!(f, "a decimal with at most {scale} digits after the point")
            }
            Self::Text => f.write_str("text of at most 30 bytes"),
            Self::LongText => f.write_str("text of at most 4096 bytes"),
            Self::Bytes => f.write_str("bytes in base64url"),
        }
    }
}

/// For people: dates in ISO form, bytes as base64url.
impl fmt::Display for AttributeValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => f.write_str(if *value { "yes" } else { "no" }),
            Self::Integer(value) => write!(f, "{value}"),
            Self::Date(value) => write!(f, "{value}"),
            Self::DateTime(value) => write!(f, "{value}"),
            Self::Decimal(value) => write!(f, "{value}"),
            Self::Text(text) => f.write_str(text.as_str()),
            Self::LongText(text) => f.write_str(text.as_str()),
            Self::Bytes(bytes) => f.write_str(&json::to_base64(bytes)),
        }
    }
}

/// Says the type only: values are private.
impl fmt::Debug for AttributeValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AttributeValue({})", self.attribute_type().name())
    }
}
