//! Claims: what one proof of a small circuit shows, in the terms of credentials' slots.

use alloc::vec::Vec;

use glimpse_primitives::Fr;

use crate::circuit::{CircuitId, CredentialSlot, MemberSlot, TextMode};
use crate::relation::Known;
use crate::set::SetDescription;
use crate::text::ShortText;
use crate::time::Date;
use crate::value::{ABSENT, AttributeValue};

/// That a circuit's last slot, `holds`, is 1 for these values of its other slots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The circuit.
    pub circuit: CircuitId,
    /// Every slot but the last.
    pub inputs: Vec<Term>,
    /// The request's day, if the claim is about it and useless on another.
    pub on: Option<Date>,
}

/// The value of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term {
    /// A value that both sides know from the request.
    Constant(Fr),
    /// A slot of a credential. The claim's proof is linked to that very slot.
    Slot(SlotRef),
}

/// A slot of one of a presentation's credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SlotRef {
    /// The credential's number, which is its query's in the request.
    pub credential: usize,
    /// The slot.
    pub slot: CredentialSlot,
}

impl Claim {
    /// That `lower ≤ value ≤ upper`, or with `negated` that it is not so. False if one of the three is absent.
    pub(crate) fn range(value: Term, lower: Term, upper: Term, negated: bool) -> Self {
        Self {
            circuit: CircuitId::Range,
            inputs: alloc::vec![value, lower, upper, Term::flag(negated)],
            on: None,
        }
    }

    /// That `value` is one of one to sixteen elements, or with `negated` that it is none. False if `value` is absent.
    pub(crate) fn member(value: Term, elements: &[Term], negated: bool) -> Self {
        let last = elements.last().copied().unwrap_or(Term::Constant(ABSENT));
        let mut inputs = alloc::vec![value];
        inputs.extend(elements.iter().take(MemberSlot::ELEMENTS));
        inputs.resize(1 + MemberSlot::ELEMENTS, last);
        inputs.push(Term::flag(negated));
        Self {
            circuit: CircuitId::Member,
            inputs,
            on: None,
        }
    }

    /// That `value` is in the set, or with `negated` that it is not. False if `value` is absent.
    pub(crate) fn set(value: Term, set: &SetDescription, negated: bool) -> Self {
        let mut inputs = alloc::vec![value];
        inputs.extend(set.root_slots().map(Term::Constant));
        inputs.push(Term::flag(negated));
        Self {
            circuit: CircuitId::Set,
            inputs,
            on: None,
        }
    }

    /// That `value` is not absent.
    pub(crate) fn exists(value: Term) -> Self {
        Self::member(value, &[Term::Constant(ABSENT)], true)
    }

    /// That `value` has the pattern where `mode` says. False if `value` is absent.
    pub(crate) fn text(value: Term, pattern: &ShortText, mode: TextMode) -> Self {
        let length = pattern.as_str().len() as u64;
        let packed = AttributeValue::Text(pattern.clone()).encode();
        Self {
            circuit: CircuitId::Text,
            inputs: alloc::vec![
                value,
                Term::Constant(packed),
                Term::code(length),
                Term::code(mode.code()),
            ],
            on: None,
        }
    }

    /// The same claim, of use on that day only.
    pub(crate) fn on(self, day: Date) -> Self {
        Self {
            on: Some(day),
            ..self
        }
    }

    /// Whether the claim is true; `None` if `read` has no value for a slot or one that no signed credential has, or if it
    /// takes more to tell than is `known`.
    pub fn is_true(&self, known: &Known, read: impl Fn(SlotRef) -> Option<Fr>) -> Option<bool> {
        let inputs: Option<Vec<Fr>> = self
            .inputs
            .iter()
            .map(|term| match term {
                Term::Constant(value) => Some(*value),
                Term::Slot(slot) => read(*slot),
            })
            .collect();
        let holds = known.output(self.circuit, &inputs?)?;
        Some(holds == Fr::from(true))
    }
}

impl Term {
    /// The term of an encoding of 64 bits.
    pub(crate) fn code(value: u64) -> Self {
        Self::Constant(Fr::from(value))
    }

    fn flag(value: bool) -> Self {
        Self::Constant(Fr::from(value))
    }
}
