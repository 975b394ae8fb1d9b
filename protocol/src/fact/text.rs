//! Parts of short text, byte by byte.

use super::{AttributeRef, Fact, FactError};
use crate::circuit::TextMode;
use crate::claim::Claim;
use crate::formula::Formula;
use crate::text::ShortText;
use crate::value::AttributeType;

pub(super) fn new(
    attribute: AttributeRef,
    mode: TextMode,
    pattern: &str,
) -> Result<Fact, FactError> {
    if attribute.attribute_type != AttributeType::Text {
        return Err(attribute.unsupported(operator(mode)));
    }
    let pattern = ShortText::new(pattern).map_err(FactError::Operand)?;
    if pattern.as_str().is_empty() {
        return Err(FactError::AlwaysTrue);
    }
    Ok(Fact::Text {
        attribute,
        mode,
        pattern,
    })
}

pub(super) fn claims(
    attribute: &AttributeRef,
    mode: TextMode,
    pattern: &ShortText,
) -> Formula<Claim> {
    Claim::text(attribute.term(), pattern, mode).into()
}

pub(super) const fn operator(mode: TextMode) -> &'static str {
    match mode {
        TextMode::Prefix => "prefix",
        TextMode::Suffix => "suffix",
        TextMode::Contains => "contains",
    }
}
