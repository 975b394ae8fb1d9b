//! The cinema's published set: the universities whose students pay half.

use anyhow::Context as _;
use glimpse_protocol::{
    identity::Identity,
    set::PublishedSet,
    text::ShortText,
    time::DateTime,
    value::{AttributeType, AttributeValue},
};

/// The name of the file at its publisher's.
pub const FILE: &str = "universities";

/// The set, signed by `publisher`. Its roots are the same at each start, so that a wallet fetches it once.
pub fn publish(publisher: &Identity, now: DateTime) -> anyhow::Result<PublishedSet> {
    let names = include_str!("../../../demo/universities.txt").lines();
    let value = |name| {
        let text = ShortText::new(name).with_context(|| format!("{name} is too long"))?;
        Ok(AttributeValue::Text(text))
    };
    let values: Vec<_> = names.map(value).collect::<anyhow::Result<_>>()?;
    let of = AttributeType::Text;
    Ok(PublishedSet::publish(
        "Universities",
        of,
        &values,
        now,
        publisher,
    )?)
}
