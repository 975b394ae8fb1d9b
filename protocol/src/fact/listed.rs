//! Small sets that stand in the request.

use alloc::vec::Vec;

use super::{AttributeRef, Fact, FactError};
use crate::claim::{Claim, Term};
use crate::formula::Formula;
use crate::predicate::Constant;
use crate::value::{AttributeType, AttributeValue};

pub(super) fn new(
    attribute: AttributeRef,
    values: &[Constant],
    negated: bool,
) -> Result<Fact, FactError> {
    let mut typed: Vec<AttributeValue> = Vec::new();
    for value in values {
        let value = attribute.read(value)?;
        if typed.contains(&value) {
            return Err(FactError::Repeated);
        }
        typed.push(value);
    }
    Ok(Fact::Listed {
        attribute,
        values: typed,
        negated,
    })
}

pub(super) fn claims(
    attribute: &AttributeRef,
    values: &[AttributeValue],
    negated: bool,
) -> Result<Formula<Claim>, FactError> {
    if attribute.attribute_type == AttributeType::Bool && values.len() == 2 {
        return Err(match negated {
            false => FactError::AlwaysTrue,
            true => FactError::AlwaysFalse,
        });
    }
    let elements: Vec<Term> = values
        .iter()
        .map(|value| Term::Constant(value.encode()))
        .collect();
    Ok(Claim::member(attribute.term(), &elements, negated).into())
}
