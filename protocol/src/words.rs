//! Facts in plain English: the one place that puts them into words, for wallet and verifier alike.

use alloc::format;
use alloc::string::String;

use crate::fact::{AttributeRef, Comparison, Fact};
use crate::time::{Date, DateTime};
use crate::value::{AttributeType, AttributeValue};

/// Whom the words address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// The holder: "You are 18 or older".
    Holder,
    /// Anybody else: "18 or older".
    Others,
}

/// A fact in words, such as "You are 18 or older" or "Valid on 21 November 2026".
///
/// An age is worded as the person's only if the attribute is a date of birth; asked of any other date it is
/// worded as what it is, so that a request cannot dress up one date as another.
pub fn fact(fact: &Fact, voice: Voice) -> String {
    let you = |words: String| match voice {
        Voice::Holder => format!("You are {words}"),
        Voice::Others => words,
    };
    match fact {
        Fact::AgeOver {
            attribute, years, ..
        } if attribute.is_birth_date() => you(format!("{years} or older")),
        Fact::AgeOver {
            attribute,
            years,
            on,
        } => {
            format!(
                "{}: at least {years} years before {}",
                attribute.label,
                date(*on)
            )
        }
        Fact::AgeBetween {
            attribute,
            low,
            high,
            ..
        } if attribute.is_birth_date() => you(format!("between {low} and {high} years old")),
        Fact::AgeBetween {
            attribute,
            low,
            high,
            on,
        } => {
            format!(
                "{}: {low} to {high} full years before {}",
                attribute.label,
                date(*on)
            )
        }
        Fact::Valid { on } => format!("Valid on {}", date(*on)),
        Fact::Compare {
            attribute,
            comparison,
        } => compare(attribute, comparison),
    }
}

/// A value in words: dates as "21 November 2026", the rest as itself.
pub fn value(value: &AttributeValue) -> String {
    match value {
        AttributeValue::Date(day) => date(*day),
        AttributeValue::DateTime(at) => instant(*at),
        AttributeValue::Bool(_)
        | AttributeValue::Integer(_)
        | AttributeValue::Decimal(_)
        | AttributeValue::Text(_)
        | AttributeValue::LongText(_)
        | AttributeValue::Bytes(_) => format!("{value}"),
    }
}

/// A day in words: "21 November 2026".
pub fn date(date: Date) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let (year, month, day) = date.civil();
    format!("{day} {} {year}", MONTHS[usize::from(month) - 1])
}

fn instant(at: DateTime) -> String {
    let text = format!("{at}");
    format!("{}, {} UTC", date(at.date()), &text[11..19])
}

fn compare(attribute: &AttributeRef, comparison: &Comparison) -> String {
    let label = &attribute.label;
    let time = matches!(
        attribute.attribute_type,
        AttributeType::Date | AttributeType::DateTime
    );
    let (less, not_greater, greater, not_less) = match time {
        true => ("before", "on or before", "after", "on or after"),
        false => ("less than", "at most", "more than", "at least"),
    };
    match comparison {
        Comparison::Eq(v) => format!("{label}: exactly {}", value(v)),
        Comparison::Ne(v) => format!("{label}: not {}", value(v)),
        Comparison::Lt(v) => format!("{label}: {less} {}", value(v)),
        Comparison::Lte(v) => format!("{label}: {not_greater} {}", value(v)),
        Comparison::Gt(v) => format!("{label}: {greater} {}", value(v)),
        Comparison::Gte(v) => format!("{label}: {not_less} {}", value(v)),
        Comparison::Between(low, high) => {
            format!("{label}: from {} to {}", value(low), value(high))
        }
    }
}
