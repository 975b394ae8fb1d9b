//! How many values are left of one attribute.

use glimpse_primitives::{Fr, field};
use glimpse_protocol::circuit::CircuitId;
use glimpse_protocol::claim::Term;
use glimpse_protocol::relation;
use glimpse_protocol::set::SetFile;
use glimpse_protocol::text::ShortText;
use glimpse_protocol::value::{ABSENT, AttributeType};

use super::Claimed;

/// What is claimed of a value that is sought.
pub(super) struct Rule<'a> {
    named: Named<'a>,
    /// Whether the value is inside of what is named, rather than outside.
    inside: bool,
    /// Whether it may be absent as well.
    denied: bool,
}

/// The values that a claim names.
enum Named<'a> {
    /// Numbers from the first to the second.
    Numbers(u64, u64),
    /// These, in order.
    Values(Vec<Fr>),
    /// Those of a published set.
    Set(&'a SetFile),
    /// Texts with a part: its pattern, length and mode.
    Texts(Vec<Fr>),
    /// Nothing that is known here.
    Unknown,
}

impl<'a> Rule<'a> {
    /// The claim, with the values of its terms: `None` for the one that is sought.
    pub(super) fn new(claimed: &Claimed<'a>, value: impl Fn(&Term) -> Option<Fr>) -> Self {
        let inputs: Vec<Option<Fr>> = claimed.claim.inputs.iter().map(value).collect();
        let named = match claimed.claim.circuit {
            CircuitId::Range => numbers(&inputs),
            CircuitId::Member => values(&inputs),
            CircuitId::Text => texts(&inputs),
            CircuitId::Set => claimed.set.map(Named::Set),
            _ => None,
        };
        Self {
            named: named.unwrap_or(Named::Unknown),
            inside: claimed.inside(),
            denied: claimed.denied,
        }
    }

    pub(super) fn is_about_set(&self) -> bool {
        matches!(self.named, Named::Set(_))
    }

    /// How many values the claim leaves by itself, as its words say.
    pub(super) fn said(&self) -> Option<u128> {
        let said = match &self.named {
            Named::Numbers(least, greatest) => size(*least, *greatest),
            Named::Values(values) => values.len() as u128,
            Named::Set(set) => set.description().size().into(),
            Named::Texts(_) | Named::Unknown => return None,
        };
        self.inside.then_some(said)
    }

    /// The values that are named, if they make a list.
    fn list(&self) -> Option<Box<dyn Iterator<Item = Fr> + '_>> {
        match &self.named {
            Named::Values(values) => Some(Box::new(values.iter().copied())),
            Named::Set(set) => Some(Box::new(set.encodings())),
            Named::Numbers(..) | Named::Texts(_) | Named::Unknown => None,
        }
    }

    /// Whether a present value is as claimed.
    fn admits(&self, value: Fr) -> bool {
        let named = match &self.named {
            Named::Numbers(least, greatest) => {
                number(value).is_some_and(|number| (*least..=*greatest).contains(&number))
            }
            Named::Values(values) => values.binary_search(&value).is_ok(),
            Named::Set(set) => set.contains(value),
            Named::Texts(part) => {
                let inputs = [&[value], part.as_slice()].concat();
                relation::output(CircuitId::Text, &inputs) == Some(Fr::from(true))
            }
            Named::Unknown => return true,
        };
        named == self.inside
    }
}

/// How many values are as claimed, no value being one where that may be; `None` if that is not known. It may be more than there
/// are, and never less.
pub(super) fn count(rules: &[Rule<'_>], of: AttributeType, optional: bool) -> Option<u128> {
    let absent = optional && rules.iter().all(|rule| rule.denied);
    // Most often nothing needs counting, and a set may be large.
    if let [Some(said)] = rules.iter().map(Rule::said).collect::<Vec<_>>()[..] {
        return Some(said + u128::from(absent));
    }
    let lists = rules
        .iter()
        .filter(|rule| rule.inside && rule.list().is_some());
    let present = match lists.min_by_key(|rule| rule.said()) {
        Some(shortest) => {
            let values = shortest.list().into_iter().flatten();
            let left = values.filter(|value| rules.iter().all(|rule| rule.admits(*value)));
            left.count() as u128
        }
        None => count_numbers(rules, of.bounds()?),
    };
    Some(present + u128::from(absent))
}

/// The same of numbers between these, where no list is what they are in.
fn count_numbers(rules: &[Rule<'_>], bounds: (u64, u64)) -> u128 {
    let mut spans = vec![bounds];
    let mut outside: Vec<u64> = Vec::new();
    for rule in rules {
        if let Named::Numbers(least, greatest) = rule.named {
            let cut = |(from, to): (u64, u64)| match rule.inside {
                true => vec![(from.max(least), to.min(greatest))],
                false if least > greatest => vec![(from, to)],
                false => {
                    let below = least.checked_sub(1).map(|below| (from, to.min(below)));
                    let above = greatest.checked_add(1).map(|above| (from.max(above), to));
                    below.into_iter().chain(above).collect()
                }
            };
            spans = spans.into_iter().flat_map(cut).collect();
            spans.retain(|(from, to)| from <= to);
        }
        outside.extend(rule.list().into_iter().flatten().filter_map(number));
    }
    outside.sort_unstable();
    outside.dedup();
    let within = |value: &&u64| spans.iter().any(|(from, to)| (from..=to).contains(value));
    let outside = outside.iter().filter(within).count() as u128;
    let inside: u128 = spans.iter().map(|(from, to)| size(*from, *to)).sum();
    inside - outside
}

fn size(least: u64, greatest: u64) -> u128 {
    (u128::from(greatest) + 1).saturating_sub(least.into())
}

/// value, lower, upper, negated.
fn numbers<'a>(inputs: &[Option<Fr>]) -> Option<Named<'a>> {
    let &[value, lower, upper, _] = inputs else {
        return None;
    };
    // What is sought stays `None`; a value that is absent makes no bound.
    let bound = |value: Option<Fr>| match value {
        None => Some(None),
        Some(value) => number(value).map(Some),
    };
    let (value, lower, upper) = (bound(value)?, bound(lower)?, bound(upper)?);
    let (above, below) = (at_most(lower, value), at_most(value, upper));
    Some(Named::Numbers(above.0.max(below.0), above.1.min(below.1)))
}

/// Between which numbers the one that is sought lies, written `None`, if the first is at most the second.
fn at_most(first: Option<u64>, second: Option<u64>) -> (u64, u64) {
    match (first, second) {
        (Some(least), None) => (least, u64::MAX),
        (None, Some(greatest)) => (0, greatest),
        (Some(first), Some(second)) if first > second => (1, 0),
        (Some(_), Some(_)) | (None, None) => (0, u64::MAX),
    }
}

/// value, elements, negated: the elements, or the value if it is they that are sought.
fn values<'a>(inputs: &[Option<Fr>]) -> Option<Named<'a>> {
    let [value, elements @ .., _] = inputs else {
        return None;
    };
    let mut values = match value {
        None => elements.iter().copied().collect::<Option<Vec<Fr>>>()?,
        Some(value) => vec![Some(*value).filter(|value| *value != ABSENT)?],
    };
    values.sort_unstable();
    values.dedup();
    // It is no value: what is not absent is anything.
    values.retain(|value| *value != ABSENT);
    Some(Named::Values(values))
}

/// value, pattern, length, mode. In the longest text there is nothing but itself.
fn texts<'a>(inputs: &[Option<Fr>]) -> Option<Named<'a>> {
    let &[None, Some(pattern), Some(length), Some(mode)] = inputs else {
        return None;
    };
    Some(match number(length) == Some(ShortText::MAX_BYTES as u64) {
        true => Named::Values(vec![pattern]),
        false => Named::Texts(vec![pattern, length, mode]),
    })
}

fn number(value: Fr) -> Option<u64> {
    let bytes = field::to_bytes(&value);
    let (high, low) = bytes.split_last_chunk()?;
    let small = high.iter().all(|byte| *byte == 0);
    small.then_some(u64::from_be_bytes(*low))
}
