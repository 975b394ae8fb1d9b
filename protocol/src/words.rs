//! Facts in plain English: the one place that puts them into words, for wallet and verifier alike.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::circuit::TextMode;
use crate::fact::{AttributeRef, CardName, Comparison, Fact, Relation};
use crate::formula::Formula;
use crate::request::MAX_QUERIES;
use crate::set::SetDescription;
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
        Fact::Listed {
            attribute,
            values,
            negated,
        } => listed(attribute, values, *negated),
        Fact::InSet {
            attribute,
            set,
            negated,
        } => in_set(attribute, set.description(), *negated),
        Fact::Presence { attribute, present } => match present {
            true => format!("{}: given", attribute.label),
            false => format!("{}: not given", attribute.label),
        },
        Fact::Related {
            attribute,
            relation,
            other,
            card,
        } => {
            let whose = card.as_ref().map(|card| whose(card, voice));
            related(attribute, *relation, other, &whose.unwrap_or_default())
        }
        Fact::Text {
            attribute,
            mode,
            pattern,
        } => {
            let part = match mode {
                TextMode::Prefix => "begins with",
                TextMode::Suffix => "ends with",
                TextMode::Contains => "contains",
            };
            format!("{}: {part} {}", attribute.label, quoted(pattern.as_str()))
        }
        Fact::Valid { on, .. } => format!("Valid on {}", date(*on)),
        Fact::Compare {
            attribute,
            comparison,
        } => compare(attribute, comparison),
    }
}

/// A combination of facts in words, such as "18 or older, or Student: exactly yes".
///
/// Members that are themselves combinations stand in brackets.
pub fn formula(formula: &Formula<Fact>, voice: Voice) -> String {
    let join = |members: &[Formula<Fact>], word: &str| {
        let members = members.iter().map(|member| nested(member, voice));
        let members = members.enumerate().map(|(place, said)| match place {
            0 => said,
            _ => inside_sentence(said),
        });
        members.collect::<Vec<_>>().join(word)
    };
    match formula {
        Formula::Leaf(leaf) => fact(leaf, voice),
        Formula::All(members) => join(members, " and "),
        Formula::Any(members) => join(members, ", or "),
        Formula::Not(inner) => {
            denied(inner, voice).unwrap_or_else(|| format!("not so: {}", nested(inner, voice)))
        }
    }
}

/// That a credential is not revoked, in words: by the list of its issuer, or, if it is not known who that is, of
/// whichever of several it is.
pub fn not_revoked(issuers: usize) -> &'static str {
    match issuers {
        0 | 1 => "Not revoked by its issuer",
        _ => "Not revoked by its issuer, whichever of them that is",
    }
}

/// The opposite of a fact, where English has it in one breath: "You are under 26". What may be absent has no such
/// opposite, since a fact about it is also untrue if there is no value.
fn denied(inner: &Formula<Fact>, voice: Voice) -> Option<String> {
    let Formula::Leaf(leaf) = inner else {
        return None;
    };
    match leaf {
        Fact::Presence { attribute, present } => Some(fact(
            &Fact::Presence {
                attribute: attribute.clone(),
                present: !present,
            },
            voice,
        )),
        _ if leaf.attributes().any(|attribute| attribute.optional) => None,
        Fact::AgeOver {
            attribute, years, ..
        } if attribute.is_birth_date() => Some(match voice {
            Voice::Holder => format!("You are under {years}"),
            Voice::Others => format!("under {years}"),
        }),
        Fact::Listed {
            attribute,
            values,
            negated,
        } => Some(listed(attribute, values, !negated)),
        Fact::InSet {
            attribute,
            set,
            negated,
        } => Some(in_set(attribute, set.description(), !negated)),
        Fact::AgeOver { .. }
        | Fact::AgeBetween { .. }
        | Fact::Compare { .. }
        | Fact::Related { .. }
        | Fact::Text { .. }
        | Fact::Valid { .. } => None,
    }
}

fn inside_sentence(said: String) -> String {
    match said.strip_prefix("You ") {
        Some(rest) => format!("you {rest}"),
        None => said,
    }
}

fn nested(inner: &Formula<Fact>, voice: Voice) -> String {
    match inner {
        Formula::Leaf(leaf) => fact(leaf, voice),
        Formula::Not(of) if denied(of, voice).is_some() => formula(inner, voice),
        Formula::All(members) | Formula::Any(members) if members.len() == 1 => {
            formula(inner, voice)
        }
        Formula::All(_) | Formula::Any(_) | Formula::Not(_) => {
            format!("({})", formula(inner, voice))
        }
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

/// A constant of a request in words. Text stands in quotes, since the verifier chose it: `FR, IT` would read as two.
fn constant(of: &AttributeValue) -> String {
    match of {
        AttributeValue::Text(_) | AttributeValue::LongText(_) | AttributeValue::Bytes(_) => {
            quoted(&value(of))
        }
        AttributeValue::Bool(_)
        | AttributeValue::Integer(_)
        | AttributeValue::Date(_)
        | AttributeValue::DateTime(_)
        | AttributeValue::Decimal(_) => value(of),
    }
}

/// A verifier's text in quotes that it cannot close itself; of a long one the beginning and its length.
pub fn quoted(text: &str) -> String {
    const SHOWN: usize = 60;
    let inside = |text: &str| text.replace(['“', '”', '„', '"'], "'");
    let length = text.chars().count();
    if length <= SHOWN {
        return format!("“{}”", inside(text));
    }
    let beginning: String = text.chars().take(SHOWN).collect();
    format!("“{}…” ({length} characters)", inside(&beginning))
}

fn compare(attribute: &AttributeRef, comparison: &Comparison) -> String {
    let label = &attribute.label;
    let (less, not_greater, greater, not_less) = match is_time(attribute) {
        true => ("before", "on or before", "after", "on or after"),
        false => ("less than", "at most", "more than", "at least"),
    };
    match comparison {
        Comparison::Eq(v) => format!("{label}: exactly {}", constant(v)),
        Comparison::Ne(v) => given_but(attribute, &format!("not {}", constant(v))),
        Comparison::Lt(v) => format!("{label}: {less} {}", constant(v)),
        Comparison::Lte(v) => format!("{label}: {not_greater} {}", constant(v)),
        Comparison::Gt(v) => format!("{label}: {greater} {}", constant(v)),
        Comparison::Gte(v) => format!("{label}: {not_less} {}", constant(v)),
        Comparison::Between(low, high) => {
            format!("{label}: from {} to {}", constant(low), constant(high))
        }
        Comparison::NotBetween(low, high) => {
            let bounds = format!("not from {} to {}", constant(low), constant(high));
            given_but(attribute, &bounds)
        }
    }
}

fn listed(attribute: &AttributeRef, values: &[AttributeValue], negated: bool) -> String {
    let values: Vec<String> = values.iter().map(constant).collect();
    match (negated, values.as_slice()) {
        (false, _) => format!("{}: {}", attribute.label, values.join(" or ")),
        (true, [value]) => given_but(attribute, &format!("not {value}")),
        (true, _) => given_but(attribute, &format!("neither {}", values.join(" nor "))),
    }
}

/// That an attribute has a value, but not such a one. Where it may be absent, its presence is shown, too.
fn given_but(attribute: &AttributeRef, not: &str) -> String {
    match attribute.optional {
        true => format!("{}: given, but {not}", attribute.label),
        false => format!("{}: {not}", attribute.label),
    }
}

fn in_set(attribute: &AttributeRef, set: &SetDescription, negated: bool) -> String {
    let (name, publisher) = (quoted(set.name()), set.publisher());
    let entries = match set.size() {
        1 => String::from("the only entry"),
        size => format!("the {} entries", grouped(size)),
    };
    let among = format!("among {entries} of {name}, published by {publisher}");
    match negated {
        false => format!("{}: {among}", attribute.label),
        true => given_but(attribute, &format!("not {among}")),
    }
}

/// A number with its digits in groups of three.
fn grouped(number: u32) -> String {
    match number {
        0..1000 => format!("{number}"),
        _ => format!("{},{:03}", grouped(number / 1000), number % 1000),
    }
}

fn related(
    attribute: &AttributeRef,
    relation: Relation,
    other: &AttributeRef,
    whose: &str,
) -> String {
    let said = match (relation, is_time(attribute)) {
        (Relation::Eq, _) => "the same as",
        (Relation::Ne, _) => "not the same as",
        (Relation::Lt, true) => "before",
        (Relation::Lte, true) => "on or before",
        (Relation::Gt, true) => "after",
        (Relation::Gte, true) => "on or after",
        (Relation::Lt, false) => "less than",
        (Relation::Lte, false) => "at most",
        (Relation::Gt, false) => "more than",
        (Relation::Gte, false) => "at least",
    };
    let said = format!("{said} {}{whose}", other.label);
    match relation {
        Relation::Ne if other.optional => given_but(attribute, &format!("{said} (also given)")),
        Relation::Ne => given_but(attribute, &said),
        Relation::Eq | Relation::Lt | Relation::Lte | Relation::Gt | Relation::Gte => {
            format!("{}: {said}", attribute.label)
        }
    }
}

/// Of which other card an attribute is.
fn whose(card: &CardName, voice: Voice) -> String {
    const PLACES: [&str; MAX_QUERIES] = ["first", "second", "third", "fourth"];
    let article = match voice {
        Voice::Holder => "your",
        Voice::Others => "the",
    };
    match card {
        CardName::Kind(name) => format!(" of {article} {}", quoted(name)),
        CardName::Place(place) => {
            let place = PLACES.get(*place).unwrap_or(&"other");
            format!(" of {article} {place} card")
        }
    }
}

fn is_time(attribute: &AttributeRef) -> bool {
    matches!(
        attribute.attribute_type,
        AttributeType::Date | AttributeType::DateTime
    )
}

#[cfg(test)]
mod tests {
    use super::{grouped, quoted};

    #[test]
    fn numbers_are_grouped() {
        let words = [1, 999, 1000, 40_000, 1_048_576].map(grouped);
        assert_eq!(words, ["1", "999", "1,000", "40,000", "1,048,576"]);
    }

    #[test]
    fn a_verifiers_text_cannot_close_its_quotes() {
        assert_eq!(quoted("FR, IT"), "“FR, IT”");
        assert_eq!(quoted("x” and “y"), "“x' and 'y”");
        let long = quoted(&"a".repeat(61));
        assert!(long.ends_with("a…” (61 characters)"), "{long}");
    }
}
