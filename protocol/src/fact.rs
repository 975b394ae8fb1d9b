//! Facts: predicates typed by a schema and fixed to a day. A fact is what a consent screen shows, what a range
//! proof proves, and what a verified result lists.

use alloc::string::String;
use alloc::vec::Vec;

use crate::circuit::CredentialSlot;
use crate::predicate::{Operator, Predicate};
use crate::range::{RangeClaim, Term};
use crate::schema::{Attribute, ClaimPath};
use crate::time::Date;
use crate::value::{AttributeType, AttributeValue, ValueError, encode_date};

/// The attribute that a fact or claim is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributeRef {
    /// Its place in the schema.
    pub number: usize,
    /// Its path.
    pub path: ClaimPath,
    /// Its name for people.
    pub label: String,
    /// Its type.
    pub attribute_type: AttributeType,
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
    /// The credential is valid on that day: its first day is not after it and its last day not before it.
    Valid {
        /// The request's day.
        on: Date,
    },
}

/// A comparison with typed constants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Comparison {
    /// Equal.
    Eq(AttributeValue),
    /// Not equal.
    Ne(AttributeValue),
    /// Less, or earlier.
    Lt(AttributeValue),
    /// Not greater, or not later.
    Lte(AttributeValue),
    /// Greater, or later.
    Gt(AttributeValue),
    /// Not less, or not earlier.
    Gte(AttributeValue),
    /// Within both, which are included.
    Between(AttributeValue, AttributeValue),
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
    /// A bound that is no value of the attribute's type.
    #[error("a bound {0}")]
    Operand(ValueError),
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
    /// Types a predicate by its attribute.
    pub(crate) fn new(
        number: usize,
        attribute: &Attribute,
        predicate: &Predicate,
        on: Date,
    ) -> Result<Self, FactError> {
        let attribute_type = attribute.attribute_type();
        let operator = &predicate.operator;
        let unsupported = FactError::Unsupported {
            operator: operator.name(),
            attribute_type,
        };
        let supported = match operator {
            Operator::Eq(_) | Operator::Ne(_) => attribute_type.bounds().is_some(),
            Operator::AgeOver(_) | Operator::AgeBetween(..) => {
                attribute_type == AttributeType::Date
            }
            Operator::Lt(_)
            | Operator::Lte(_)
            | Operator::Gt(_)
            | Operator::Gte(_)
            | Operator::Between(..) => attribute_type.is_ordered(),
        };
        if !supported {
            return Err(unsupported);
        }
        let read = |operand: &crate::predicate::Operand| {
            attribute_type
                .read_json(operand.value())
                .map_err(FactError::Operand)
        };
        let comparison = match operator {
            Operator::Eq(v) => Comparison::Eq(read(v)?),
            Operator::Ne(v) => Comparison::Ne(read(v)?),
            Operator::Lt(v) => Comparison::Lt(read(v)?),
            Operator::Lte(v) => Comparison::Lte(read(v)?),
            Operator::Gt(v) => Comparison::Gt(read(v)?),
            Operator::Gte(v) => Comparison::Gte(read(v)?),
            Operator::Between(low, high) => Comparison::Between(read(low)?, read(high)?),
            Operator::AgeOver(years) => {
                return Ok(Self::AgeOver {
                    attribute: AttributeRef::new(number, attribute),
                    years: *years,
                    on,
                });
            }
            Operator::AgeBetween(low, high) => {
                let attribute = AttributeRef::new(number, attribute);
                return Ok(Self::AgeBetween {
                    attribute,
                    low: *low,
                    high: *high,
                    on,
                });
            }
        };
        Ok(Self::Compare {
            attribute: AttributeRef::new(number, attribute),
            comparison,
        })
    }

    /// The attribute, if the fact is about one.
    pub fn attribute(&self) -> Option<&AttributeRef> {
        match self {
            Self::Compare { attribute, .. }
            | Self::AgeOver { attribute, .. }
            | Self::AgeBetween { attribute, .. } => Some(attribute),
            Self::Valid { .. } => None,
        }
    }

    /// The operator's word in requests.
    pub const fn operator(&self) -> &'static str {
        match self {
            Self::Compare { comparison, .. } => match comparison {
                Comparison::Eq(_) => "eq",
                Comparison::Ne(_) => "ne",
                Comparison::Lt(_) => "lt",
                Comparison::Lte(_) => "lte",
                Comparison::Gt(_) => "gt",
                Comparison::Gte(_) => "gte",
                Comparison::Between(..) => "between",
            },
            Self::AgeOver { .. } => "age_over",
            Self::AgeBetween { .. } => "age_between",
            Self::Valid { .. } => "not_expired",
        }
    }

    /// The operands as JSON: bounds, ages, or nothing.
    pub fn operands(&self) -> Vec<serde_json::Value> {
        match self {
            Self::Compare { comparison, .. } => match comparison {
                Comparison::Eq(v)
                | Comparison::Ne(v)
                | Comparison::Lt(v)
                | Comparison::Lte(v)
                | Comparison::Gt(v)
                | Comparison::Gte(v) => alloc::vec![v.to_json()],
                Comparison::Between(low, high) => alloc::vec![low.to_json(), high.to_json()],
            },
            Self::AgeOver { years, .. } => alloc::vec![(*years).into()],
            Self::AgeBetween { low, high, .. } => alloc::vec![(*low).into(), (*high).into()],
            Self::Valid { .. } => Vec::new(),
        }
    }

    /// What a range proof shows if the fact is so.
    ///
    /// # Errors
    /// [`FactError`] if the bounds are reversed or the claim is true or false of every value.
    pub fn range(&self) -> Result<RangeClaim, FactError> {
        match self {
            // The day is compared with both dates at once: one proof, and the dates stay hidden.
            Self::Valid { on } => Ok(RangeClaim {
                value: Term::Constant(encode_date(*on)),
                lower: Term::Slot(CredentialSlot::IssuedOn),
                upper: Term::Slot(CredentialSlot::ExpiresOn),
                holds: true,
            }),
            Self::AgeOver {
                attribute,
                years,
                on,
            } => {
                let latest = on
                    .years_before((*years).into())
                    .map_err(|_| FactError::Calendar)?;
                Ok(RangeClaim::of(
                    attribute.slot(),
                    0,
                    encode_date(latest),
                    true,
                ))
            }
            Self::AgeBetween {
                attribute,
                low,
                high,
                on,
            } => {
                if low > high {
                    return Err(FactError::Reversed);
                }
                // Whoever is older than `high` had reached `high + 1` by that day; everybody born later had not.
                let too_old = on
                    .years_before(u16::from(*high) + 1)
                    .map_err(|_| FactError::Calendar)?;
                let latest = on
                    .years_before((*low).into())
                    .map_err(|_| FactError::Calendar)?;
                let (lower, upper) = (encode_date(too_old) + 1, encode_date(latest));
                Ok(RangeClaim::of(attribute.slot(), lower, upper, true))
            }
            Self::Compare {
                attribute,
                comparison,
            } => comparison.range(attribute),
        }
    }
}

impl Comparison {
    fn range(&self, attribute: &AttributeRef) -> Result<RangeClaim, FactError> {
        let (slot, attribute_type) = (attribute.slot(), attribute.attribute_type);
        let unsupported = FactError::Unsupported {
            operator: "comparison",
            attribute_type,
        };
        let (least, greatest) = attribute_type.bounds().ok_or(unsupported)?;
        let code = |value: &AttributeValue| value.encode_u64().ok_or(unsupported);
        // `None` where the bound would lie beyond 64 bits: then no value is inside.
        let (lower, upper) = match self {
            Self::Eq(v) => (Some(code(v)?), Some(code(v)?)),
            Self::Ne(v) => return Ok(RangeClaim::of(slot, code(v)?, code(v)?, false)),
            Self::Lt(v) => (Some(0), code(v)?.checked_sub(1)),
            Self::Lte(v) => (Some(0), Some(code(v)?)),
            Self::Gt(v) => (code(v)?.checked_add(1), Some(u64::MAX)),
            Self::Gte(v) => (Some(code(v)?), Some(u64::MAX)),
            Self::Between(low, high) => {
                let (low, high) = (code(low)?, code(high)?);
                if low > high {
                    return Err(FactError::Reversed);
                }
                (Some(low), Some(high))
            }
        };
        let (Some(lower), Some(upper)) = (lower, upper) else {
            return Err(FactError::AlwaysFalse);
        };
        if lower > greatest || upper < least {
            return Err(FactError::AlwaysFalse);
        }
        if lower <= least && upper >= greatest {
            return Err(FactError::AlwaysTrue);
        }
        Ok(RangeClaim::of(slot, lower, upper, true))
    }
}

impl AttributeRef {
    pub(crate) fn new(number: usize, attribute: &Attribute) -> Self {
        Self {
            number,
            path: attribute.path().clone(),
            label: attribute.label().into(),
            attribute_type: attribute.attribute_type(),
        }
    }

    /// Its slot in the credential circuit.
    pub const fn slot(&self) -> CredentialSlot {
        CredentialSlot::Attribute(self.number)
    }

    /// Whether this is the holder's date of birth by its standard names, so that an age may be worded as the
    /// holder's. A nested one, as in `["guardian", "birth_date"]`, may be somebody else's.
    pub fn is_birth_date(&self) -> bool {
        match self.path.members() {
            [name] => matches!(name.as_str(), "birth_date" | "birthdate" | "date_of_birth"),
            _ => false,
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
                    number: 0,
                    path,
                    label: "Born".into(),
                    attribute_type: AttributeType::Date,
                }
                .is_birth_date()
            })
        };
        assert!(is_birth_date(&["birth_date"]));
        assert!(!is_birth_date(&["guardian", "birth_date"]));
        assert!(!is_birth_date(&["expiry_date"]));
    }
}
