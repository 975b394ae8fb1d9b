//! Comparisons with constants: by a range where values are numbers of 64 bits, by membership elsewhere.

use alloc::vec::Vec;

use serde_json::Value;

use super::{AttributeRef, Fact, FactError, Relation};
use crate::claim::{Claim, Term};
use crate::formula::Formula;
use crate::predicate::Constant;
use crate::value::AttributeValue;

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
    /// Less than the first or greater than the second.
    NotBetween(AttributeValue, AttributeValue),
}

/// A comparison with one constant.
pub(super) fn with(
    attribute: AttributeRef,
    relation: Relation,
    constant: &Constant,
) -> Result<Fact, FactError> {
    if relation.is_order() && !attribute.attribute_type.is_ordered() {
        return Err(attribute.unsupported(relation.operator()));
    }
    let value = attribute.read(constant)?;
    let comparison = match relation {
        Relation::Eq => Comparison::Eq(value),
        Relation::Ne => Comparison::Ne(value),
        Relation::Lt => Comparison::Lt(value),
        Relation::Lte => Comparison::Lte(value),
        Relation::Gt => Comparison::Gt(value),
        Relation::Gte => Comparison::Gte(value),
    };
    Ok(Fact::Compare {
        attribute,
        comparison,
    })
}

/// Within two constants, or, `negated`, outside.
pub(super) fn between(
    attribute: AttributeRef,
    low: &Constant,
    high: &Constant,
    negated: bool,
) -> Result<Fact, FactError> {
    let comparison = match negated {
        false => Comparison::Between,
        true => Comparison::NotBetween,
    };
    if !attribute.attribute_type.is_ordered() {
        let operator = if negated { "not_between" } else { "between" };
        return Err(attribute.unsupported(operator));
    }
    let comparison = comparison(attribute.read(low)?, attribute.read(high)?);
    Ok(Fact::Compare {
        attribute,
        comparison,
    })
}

pub(super) fn claims(
    attribute: &AttributeRef,
    comparison: &Comparison,
) -> Result<Formula<Claim>, FactError> {
    let value = attribute.term();
    let Some((least, greatest)) = attribute.attribute_type.bounds() else {
        let (element, negated) = match comparison {
            Comparison::Eq(v) => (v, false),
            Comparison::Ne(v) => (v, true),
            Comparison::Lt(_)
            | Comparison::Lte(_)
            | Comparison::Gt(_)
            | Comparison::Gte(_)
            | Comparison::Between(..)
            | Comparison::NotBetween(..) => {
                return Err(attribute.unsupported(comparison.operator()));
            }
        };
        let element = Term::Constant(element.encode());
        return Ok(Claim::member(value, &[element], negated).into());
    };
    let code = |value: &AttributeValue| {
        let code = value.encode_u64();
        code.ok_or_else(|| attribute.unsupported(comparison.operator()))
    };
    // `None` where the bound would lie beyond 64 bits: then no value is inside.
    let (lower, upper, negated) = match comparison {
        Comparison::Eq(v) => (Some(code(v)?), Some(code(v)?), false),
        Comparison::Ne(v) => (Some(code(v)?), Some(code(v)?), true),
        Comparison::Lt(v) => (Some(0), code(v)?.checked_sub(1), false),
        Comparison::Lte(v) => (Some(0), Some(code(v)?), false),
        Comparison::Gt(v) => (code(v)?.checked_add(1), Some(u64::MAX), false),
        Comparison::Gte(v) => (Some(code(v)?), Some(u64::MAX), false),
        Comparison::Between(low, high) => (Some(code(low)?), Some(code(high)?), false),
        Comparison::NotBetween(low, high) => (Some(code(low)?), Some(code(high)?), true),
    };
    let (inside, outside) = match negated {
        false => (FactError::AlwaysTrue, FactError::AlwaysFalse),
        true => (FactError::AlwaysFalse, FactError::AlwaysTrue),
    };
    let (Some(lower), Some(upper)) = (lower, upper) else {
        return Err(outside);
    };
    if lower > upper {
        return Err(FactError::Reversed);
    }
    if lower > greatest || upper < least {
        return Err(outside);
    }
    if lower <= least && upper >= greatest {
        return Err(inside);
    }
    Ok(Claim::range(value, Term::code(lower), Term::code(upper), negated).into())
}

impl Comparison {
    pub(super) const fn operator(&self) -> &'static str {
        match self {
            Self::Eq(_) => "eq",
            Self::Ne(_) => "ne",
            Self::Lt(_) => "lt",
            Self::Lte(_) => "lte",
            Self::Gt(_) => "gt",
            Self::Gte(_) => "gte",
            Self::Between(..) => "between",
            Self::NotBetween(..) => "not_between",
        }
    }

    pub(super) fn operands(&self) -> Vec<Value> {
        match self {
            Self::Eq(v) | Self::Ne(v) | Self::Lt(v) | Self::Lte(v) | Self::Gt(v) | Self::Gte(v) => {
                alloc::vec![v.to_json()]
            }
            Self::Between(low, high) | Self::NotBetween(low, high) => {
                alloc::vec![low.to_json(), high.to_json()]
            }
        }
    }
}
