//! The attributes of a demonstration schema as a form shows them.

use serde::Deserialize;

/// One attribute.
#[derive(Clone, Debug, Deserialize)]
pub struct Field {
    /// Where the value stands in the attributes' JSON.
    pub path: Vec<String>,
    /// Its label for people.
    pub label: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: FieldKind,
    /// Whether it may be absent.
    #[serde(default)]
    pub optional: bool,
}

/// The attribute types that the demonstration's schemas use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldKind {
    /// Yes or no.
    Bool,
    /// A whole number.
    Integer,
    /// A calendar day.
    Date,
    /// A number of fixed scale.
    Decimal,
    /// Up to 30 bytes.
    Text,
    /// Any length; only a digest is in the credential.
    LongText,
}

impl FieldKind {
    /// The name, as in the schema.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Integer => "integer",
            Self::Date => "date",
            Self::Decimal => "decimal",
            Self::Text => "text",
            Self::LongText => "long-text",
        }
    }
}
