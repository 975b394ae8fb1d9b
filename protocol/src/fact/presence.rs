//! Whether an attribute has a value at all.

use super::{AttributeRef, Fact, FactError};
use crate::claim::Claim;
use crate::formula::Formula;

pub(super) fn new(attribute: AttributeRef, present: bool) -> Result<Fact, FactError> {
    match (attribute.optional, present) {
        (true, _) => Ok(Fact::Presence { attribute, present }),
        (false, true) => Err(FactError::AlwaysTrue),
        (false, false) => Err(FactError::AlwaysFalse),
    }
}

pub(super) fn claims(attribute: &AttributeRef, present: bool) -> Formula<Claim> {
    let exists = Formula::Leaf(Claim::exists(attribute.term()));
    match present {
        true => exists,
        false => exists.negate(),
    }
}
