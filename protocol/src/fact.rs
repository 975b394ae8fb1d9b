//! Facts: predicates typed by a schema and fixed to a day. A fact is what a consent screen shows, what proofs show,
//! and what a verified result lists. One file a kind says how it is typed and what is claimed of which slots.

mod age;
mod compare;
mod listed;
mod presence;
mod related;
mod set;
mod text;
mod valid;

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use serde_json::{Value, json};

use crate::circuit::{CredentialSlot, TextMode};
use crate::claim::{Claim, SlotRef, Term};
use crate::formula::Formula;
use crate::predicate::{Constant, Operand, Operator};
use crate::schema::{Attribute, ClaimPath};
use crate::set::SetReference;
use crate::text::ShortText;
use crate::time::Date;
use crate::value::{AttributeType, AttributeValue, ValueError};

pub use compare::Comparison;
pub use related::{CardName, Relation};

/// The attribute that a fact or claim is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributeRef {
    /// The number of its credential among those of the request.
    pub credential: usize,
    /// Its place in the schema.
    pub number: usize,
    /// Its path.
    pub path: ClaimPath,
    /// Its name for people.
    pub label: String,
    /// Its type.
    pub attribute_type: AttributeType,
    /// Whether it may be absent.
    pub optional: bool,
}

/// A fact about a credential, provable without disclosing anything else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// An attribute compared with constants.
    Compare {
        /// The attribute.
        attribute: AttributeRef,
        /// The comparison.
        comparison: Comparison,
    },
    /// At least `years` full years lie between the attribute's date and `on`.
    AgeOver {
        /// The attribute.
        attribute: AttributeRef,
        /// Full years.
        years: u8,
        /// The request's day.
        on: Date,
    },
    /// Between `low` and `high` full years, both included, lie between the attribute's date and `on`.
    AgeBetween {
        /// The attribute.
        attribute: AttributeRef,
        /// The least number of full years.
        low: u8,
        /// The greatest number of full years.
        high: u8,
        /// The request's day.
        on: Date,
    },
    /// An attribute has one of some values, or, `negated`, has another value than these.
    Listed {
        /// The attribute.
        attribute: AttributeRef,
        /// One to sixteen values.
        values: Vec<AttributeValue>,
        /// Whether the attribute's value is none of them.
        negated: bool,
    },
    /// An attribute has a value of a published set, or, `negated`, another value.
    InSet {
        /// The attribute.
        attribute: AttributeRef,
        /// The set.
        set: Box<SetReference>,
        /// Whether the attribute's value is outside of it.
        negated: bool,
    },
    /// An attribute has a value, or has none.
    Presence {
        /// The attribute.
        attribute: AttributeRef,
        /// Whether it has a value.
        present: bool,
    },
    /// An attribute compared with another.
    Related {
        /// The attribute.
        attribute: AttributeRef,
        /// How it compares.
        relation: Relation,
        /// The other attribute, of this or of another credential.
        other: AttributeRef,
        /// What that other credential is called; nothing if it is this one.
        card: Option<CardName>,
    },
    /// A part of short text.
    Text {
        /// The attribute.
        attribute: AttributeRef,
        /// Where the pattern is.
        mode: TextMode,
        /// The pattern.
        pattern: ShortText,
    },
    /// The credential is valid on that day: its first day is not after it and its last day not before it.
    Valid {
        /// The number of the credential among those of the request.
        credential: usize,
        /// The request's day.
        on: Date,
    },
}

/// Why a predicate makes no fact: the verifier's mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FactError {
    /// The operator does not exist for the attribute's type.
    #[error("{operator} cannot be asked of {attribute_type}")]
    Unsupported {
        /// The operator's word.
        operator: &'static str,
        /// The attribute's type.
        attribute_type: AttributeType,
    },
    /// An operand that is no value of the attribute's type.
    #[error("an operand {0}")]
    Operand(ValueError),
    /// The other attribute is of another type.
    #[error("an attribute that is {0} cannot be compared with one that is {1}")]
    Types(AttributeType, AttributeType),
    /// A set has values of another type.
    #[error("an attribute that is {0} has no place in a set of type {1}")]
    SetType(AttributeType, AttributeType),
    /// An attribute is compared with itself.
    #[error("an attribute cannot be compared with itself")]
    Itself,
    /// A value is listed twice, in two forms.
    #[error("a value is listed twice")]
    Repeated,
    /// The lower bound is above the upper one.
    #[error("the bounds are reversed")]
    Reversed,
    /// Every value of the type satisfies it, so that asking is a mistake.
    #[error("every value of the type satisfies it")]
    AlwaysTrue,
    /// No value of the type satisfies it.
    #[error("no value of the type satisfies it")]
    AlwaysFalse,
    /// The day is too early for the age that is asked.
    #[error("the ages lead out of the calendar")]
    Calendar,
}

impl Fact {
    /// Types an operator by its attribute. `other` is the attribute that the operand names, if it names one, and the name of
    /// its credential, if that is another.
    pub(crate) fn new(
        attribute: AttributeRef,
        operator: &Operator,
        other: Option<(AttributeRef, Option<CardName>)>,
        on: Date,
    ) -> Result<Self, FactError> {
        let relation = |attribute: AttributeRef, relation, operand: &Operand| match (operand, other)
        {
            (Operand::Constant(value), _) => compare::with(attribute, relation, value),
            (Operand::Other(_), Some((other, card))) => {
                related::new(attribute, relation, other, card)
            }
            (Operand::Other(_), None) => Err(attribute.unsupported(operator.name())),
        };
        match operator {
            Operator::Eq(operand) => relation(attribute, Relation::Eq, operand),
            Operator::Ne(operand) => relation(attribute, Relation::Ne, operand),
            Operator::Lt(operand) => relation(attribute, Relation::Lt, operand),
            Operator::Lte(operand) => relation(attribute, Relation::Lte, operand),
            Operator::Gt(operand) => relation(attribute, Relation::Gt, operand),
            Operator::Gte(operand) => relation(attribute, Relation::Gte, operand),
            Operator::Between(low, high) => compare::between(attribute, low, high, false),
            Operator::NotBetween(low, high) => compare::between(attribute, low, high, true),
            Operator::AgeOver(years) => age::over(attribute, *years, on),
            Operator::AgeBetween(low, high) => age::between(attribute, *low, *high, on),
            Operator::In(values) => listed::new(attribute, values, false),
            Operator::NotIn(values) => listed::new(attribute, values, true),
            Operator::InSet(set) => set::new(attribute, set, false),
            Operator::NotInSet(set) => set::new(attribute, set, true),
            Operator::Prefix(pattern) => text::new(attribute, TextMode::Prefix, pattern),
            Operator::Suffix(pattern) => text::new(attribute, TextMode::Suffix, pattern),
            Operator::Contains(pattern) => text::new(attribute, TextMode::Contains, pattern),
            Operator::Exists => presence::new(attribute, true),
            Operator::Absent => presence::new(attribute, false),
        }
    }

    /// What is claimed of which slots, if the fact is so.
    ///
    /// # Errors
    /// [`FactError`] if the bounds are reversed or the claim is true or false of every value.
    pub fn claims(&self) -> Result<Formula<Claim>, FactError> {
        match self {
            Self::Compare {
                attribute,
                comparison,
            } => compare::claims(attribute, comparison),
            Self::AgeOver {
                attribute,
                years,
                on,
            } => age::claims_over(attribute, *years, *on),
            Self::AgeBetween {
                attribute,
                low,
                high,
                on,
            } => age::claims_between(attribute, *low, *high, *on),
            Self::Listed {
                attribute,
                values,
                negated,
            } => listed::claims(attribute, values, *negated),
            Self::InSet {
                attribute,
                set,
                negated,
            } => Ok(set::claims(attribute, set, *negated)),
            Self::Presence { attribute, present } => Ok(presence::claims(attribute, *present)),
            Self::Related {
                attribute,
                relation,
                other,
                ..
            } => Ok(related::claims(attribute, *relation, other)),
            Self::Text {
                attribute,
                mode,
                pattern,
            } => Ok(text::claims(attribute, *mode, pattern)),
            Self::Valid { credential, on } => Ok(valid::claims(*credential, *on)),
        }
    }

    /// The attribute that a predicate was stated of, if the fact is about one.
    pub fn attribute(&self) -> Option<&AttributeRef> {
        match self {
            Self::Compare { attribute, .. }
            | Self::AgeOver { attribute, .. }
            | Self::AgeBetween { attribute, .. }
            | Self::Listed { attribute, .. }
            | Self::InSet { attribute, .. }
            | Self::Presence { attribute, .. }
            | Self::Related { attribute, .. }
            | Self::Text { attribute, .. } => Some(attribute),
            Self::Valid { .. } => None,
        }
    }

    /// Every attribute that the fact is about.
    pub fn attributes(&self) -> impl Iterator<Item = &AttributeRef> {
        let other = match self {
            Self::Related { other, .. } => Some(other),
            Self::Compare { .. }
            | Self::AgeOver { .. }
            | Self::AgeBetween { .. }
            | Self::Listed { .. }
            | Self::InSet { .. }
            | Self::Presence { .. }
            | Self::Text { .. }
            | Self::Valid { .. } => None,
        };
        self.attribute().into_iter().chain(other)
    }

    /// The attributes without which the fact cannot be so.
    pub fn needs(&self) -> impl Iterator<Item = &AttributeRef> {
        let absent = matches!(self, Self::Presence { present: false, .. });
        self.attributes().filter(move |_| !absent)
    }

    /// The day on which the credential is valid, if that is the fact.
    pub fn valid_on(&self) -> Option<Date> {
        match self {
            Self::Valid { on, .. } => Some(*on),
            Self::Compare { .. }
            | Self::AgeOver { .. }
            | Self::AgeBetween { .. }
            | Self::Listed { .. }
            | Self::InSet { .. }
            | Self::Presence { .. }
            | Self::Related { .. }
            | Self::Text { .. } => None,
        }
    }

    /// The operator's word in requests.
    pub const fn operator(&self) -> &'static str {
        match self {
            Self::Compare { comparison, .. } => comparison.operator(),
            Self::AgeOver { .. } => "age_over",
            Self::AgeBetween { .. } => "age_between",
            Self::Listed { negated: false, .. } => "in",
            Self::Listed { negated: true, .. } => "not_in",
            Self::InSet { negated: false, .. } => "in",
            Self::InSet { negated: true, .. } => "not_in",
            Self::Presence { present: true, .. } => "exists",
            Self::Presence { present: false, .. } => "absent",
            Self::Related { relation, .. } => relation.operator(),
            Self::Text { mode, .. } => text::operator(*mode),
            Self::Valid { .. } => "not_expired",
        }
    }

    /// The operands as JSON: bounds, ages, values, the other attribute, or nothing.
    pub fn operands(&self) -> Vec<Value> {
        match self {
            Self::Compare { comparison, .. } => comparison.operands(),
            Self::AgeOver { years, .. } => alloc::vec![json!(years)],
            Self::AgeBetween { low, high, .. } => alloc::vec![json!(low), json!(high)],
            Self::Listed { values, .. } => values.iter().map(AttributeValue::to_json).collect(),
            Self::InSet { set, .. } => alloc::vec![json!({ "set": set.to_json() })],
            Self::Related { other, .. } => {
                alloc::vec![json!({ "credential": other.credential, "path": other.path })]
            }
            Self::Text { pattern, .. } => alloc::vec![json!(pattern.as_str())],
            Self::Presence { .. } | Self::Valid { .. } => Vec::new(),
        }
    }

    /// The two slots that hold one value if the fact is so, where that is all there is to it but for presence.
    pub(crate) fn equates(&self) -> Option<(SlotRef, SlotRef)> {
        match self {
            Self::Related {
                attribute,
                relation: Relation::Eq,
                other,
                ..
            } => Some((attribute.slot(), other.slot())),
            Self::Related { .. }
            | Self::Compare { .. }
            | Self::AgeOver { .. }
            | Self::AgeBetween { .. }
            | Self::Listed { .. }
            | Self::InSet { .. }
            | Self::Presence { .. }
            | Self::Text { .. }
            | Self::Valid { .. } => None,
        }
    }
}

impl AttributeRef {
    pub(crate) fn new(credential: usize, number: usize, attribute: &Attribute) -> Self {
        Self {
            credential,
            number,
            path: attribute.path().clone(),
            label: attribute.label().into(),
            attribute_type: attribute.attribute_type(),
            optional: attribute.is_optional(),
        }
    }

    /// Its slot in its credential's proof.
    pub const fn slot(&self) -> SlotRef {
        SlotRef {
            credential: self.credential,
            slot: CredentialSlot::Attribute(self.number),
        }
    }

    /// Whether this is the holder's date of birth by its standard names, so that an age may be worded as the
    /// holder's. A nested one, as in `["guardian", "birth_date"]`, may be somebody else's.
    pub fn is_birth_date(&self) -> bool {
        match self.path.members() {
            [name] => matches!(name.as_str(), "birth_date" | "birthdate" | "date_of_birth"),
            _ => false,
        }
    }

    fn term(&self) -> Term {
        Term::Slot(self.slot())
    }

    fn read(&self, constant: &Constant) -> Result<AttributeValue, FactError> {
        self.attribute_type
            .read_json(&constant.to_json())
            .map_err(FactError::Operand)
    }

    fn unsupported(&self, operator: &'static str) -> FactError {
        FactError::Unsupported {
            operator,
            attribute_type: self.attribute_type,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_holders_own_date_of_birth_is_worded_as_an_age() {
        let is_birth_date = |members: &[&str]| {
            let path = ClaimPath::new(members);
            path.is_some_and(|path| {
                AttributeRef {
                    credential: 0,
                    number: 0,
                    path,
                    label: "Born".into(),
                    attribute_type: AttributeType::Date,
                    optional: false,
                }
                .is_birth_date()
            })
        };
        assert!(is_birth_date(&["birth_date"]));
        assert!(!is_birth_date(&["guardian", "birth_date"]));
        assert!(!is_birth_date(&["expiry_date"]));
    }
}
