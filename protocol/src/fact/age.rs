//! Ages: full years between a date and the request's day.

use super::{AttributeRef, Fact, FactError};
use crate::claim::{Claim, Term};
use crate::formula::Formula;
use crate::time::Date;
use crate::value::{AttributeType, encode_date};

pub(super) fn over(attribute: AttributeRef, years: u8, on: Date) -> Result<Fact, FactError> {
    if attribute.attribute_type != AttributeType::Date {
        return Err(attribute.unsupported("age_over"));
    }
    Ok(Fact::AgeOver {
        attribute,
        years,
        on,
    })
}

pub(super) fn between(
    attribute: AttributeRef,
    low: u8,
    high: u8,
    on: Date,
) -> Result<Fact, FactError> {
    if attribute.attribute_type != AttributeType::Date {
        return Err(attribute.unsupported("age_between"));
    }
    Ok(Fact::AgeBetween {
        attribute,
        low,
        high,
        on,
    })
}

pub(super) fn claims_over(
    attribute: &AttributeRef,
    years: u8,
    on: Date,
) -> Result<Formula<Claim>, FactError> {
    let latest = before(on, years.into())?;
    Ok(born(attribute, 0, encode_date(latest), on))
}

pub(super) fn claims_between(
    attribute: &AttributeRef,
    low: u8,
    high: u8,
    on: Date,
) -> Result<Formula<Claim>, FactError> {
    if low > high {
        return Err(FactError::Reversed);
    }
    // Whoever is older than `high` had reached `high + 1` by that day; everybody born later had not.
    let too_old = before(on, u16::from(high) + 1)?;
    let latest = before(on, low.into())?;
    Ok(born(
        attribute,
        encode_date(too_old) + 1,
        encode_date(latest),
        on,
    ))
}

fn before(on: Date, years: u16) -> Result<Date, FactError> {
    on.years_before(years).map_err(|_| FactError::Calendar)
}

fn born(attribute: &AttributeRef, lower: u64, upper: u64, on: Date) -> Formula<Claim> {
    Claim::range(
        attribute.term(),
        Term::code(lower),
        Term::code(upper),
        false,
    )
    .on(on)
    .into()
}
