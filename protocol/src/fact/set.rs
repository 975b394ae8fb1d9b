//! Published sets, which the request names by their roots.

use alloc::boxed::Box;

use super::{AttributeRef, Fact, FactError};
use crate::claim::Claim;
use crate::formula::Formula;
use crate::set::SetReference;

pub(super) fn new(
    attribute: AttributeRef,
    set: &SetReference,
    negated: bool,
) -> Result<Fact, FactError> {
    let of = set.description().attribute_type();
    if of != attribute.attribute_type {
        return Err(FactError::SetType(attribute.attribute_type, of));
    }
    Ok(Fact::InSet {
        attribute,
        set: Box::new(set.clone()),
        negated,
    })
}

pub(super) fn claims(
    attribute: &AttributeRef,
    set: &SetReference,
    negated: bool,
) -> Formula<Claim> {
    Claim::set(attribute.term(), set.description(), negated).into()
}
