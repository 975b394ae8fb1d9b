//! The small circuits as plain functions: what each one's last slot is, given the others.
//!
//! Planner, wallet and prover decide by these what is so; `circuits` states the same relations as constraints.

use alloc::vec::Vec;
use core::fmt;

use ark_ff::{BigInteger as _, PrimeField as _, Zero as _};
use glimpse_primitives::{Fr, field, poseidon};

use zeroize::Zeroizing;

use crate::circuit::{CircuitId, GateSlot};
use crate::tag;
use crate::text::ShortText;
use crate::value::ABSENT;

/// The value of `circuit`'s last slot for the values of all others; `None` if no value satisfies the relation, or if
/// the last slot is not determined by the others alone.
pub fn output(circuit: CircuitId, inputs: &[Fr]) -> Option<Fr> {
    if inputs.len() + 1 != circuit.slot_count() {
        return None;
    }
    match circuit {
        CircuitId::Range => range(inputs).map(Fr::from),
        CircuitId::Member => member(inputs).map(Fr::from),
        CircuitId::Text => text(inputs).map(Fr::from),
        CircuitId::Gate => gate(inputs).map(Fr::from),
        CircuitId::Pseudonym => pseudonym(inputs),
        CircuitId::Credential8
        | CircuitId::Credential16
        | CircuitId::Credential32
        | CircuitId::Enrolment
        | CircuitId::Status
        | CircuitId::Registry
        | CircuitId::Set => None,
    }
}

/// What is known of circuits whose last slot takes more than the others to tell: whole statements, each as true as
/// whoever added it made sure. Secret, as their values are a holder's.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Known(Vec<(CircuitId, Zeroizing<Vec<Fr>>)>);

impl Known {
    /// Takes note of a true statement, the values of all slots of a circuit.
    pub fn add(&mut self, circuit: CircuitId, slots: &[Fr]) {
        self.0.push((circuit, Zeroizing::new(slots.to_vec())));
    }

    /// As the function [`output`]; where that has nothing to say, from what is known.
    #[must_use]
    pub fn output(&self, circuit: CircuitId, inputs: &[Fr]) -> Option<Fr> {
        output(circuit, inputs).or_else(|| {
            let same =
                |slots: &&[Fr]| slots.len() == circuit.slot_count() && slots.starts_with(inputs);
            let known = self.0.iter().filter(|(of, _)| *of == circuit);
            let slots = known.map(|(_, slots)| slots.as_slice()).find(same)?;
            (inputs.len() + 1 == slots.len()).then(|| slots[inputs.len()])
        })
    }
}

/// Redacted: the values are a holder's.
impl fmt::Debug for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Known({} statements)", self.0.len())
    }
}

/// value, lower, upper, negated. Holds if none of the three is absent and value lies between the others, or, negated,
/// does not.
fn range(inputs: &[Fr]) -> Option<bool> {
    let &[value, lower, upper, negated] = inputs else {
        return None;
    };
    let negated = bit(negated)?;
    if [value, lower, upper].contains(&ABSENT) {
        return Some(false);
    }
    let (value, lower, upper) = (number(value)?, number(lower)?, number(upper)?);
    Some((lower <= value && value <= upper) != negated)
}

/// value, sixteen elements, negated. Holds if value is not absent and is an element, or, negated, is none.
fn member(inputs: &[Fr]) -> Option<bool> {
    let [value, elements @ .., negated] = inputs else {
        return None;
    };
    let negated = bit(*negated)?;
    Some(*value != ABSENT && elements.contains(value) != negated)
}

/// value, pattern, its length, mode. Holds if value is not absent and has the pattern where the mode says.
fn text(inputs: &[Fr]) -> Option<bool> {
    let &[value, pattern, length, mode] = inputs else {
        return None;
    };
    let (pattern, pattern_length) = unpacked(pattern)?;
    if number(length)? != pattern_length as u64 {
        return None;
    }
    let pattern = &pattern[..pattern_length];
    let compare: fn(&[u8], &[u8]) -> bool = match number(mode)? {
        0 => |text, pattern| text.starts_with(pattern),
        1 => |text, pattern| text.ends_with(pattern),
        2 => |text, pattern| {
            pattern.is_empty() || text.windows(pattern.len()).any(|part| part == pattern)
        },
        _ => return None,
    };
    if value == ABSENT {
        return Some(false);
    }
    let (text, length) = unpacked(value)?;
    Some(compare(&text[..length], pattern))
}

/// x_0 … x_7, n_0 … n_7, negated. The product of all x_i xor n_i, xor negated.
fn gate(inputs: &[Fr]) -> Option<bool> {
    let (values, rest) = inputs.split_at_checked(GateSlot::INPUTS)?;
    let [flips @ .., negated] = rest else {
        return None;
    };
    let mut all = true;
    for (value, flip) in values.iter().zip(flips) {
        all &= bit(*value)? != bit(*flip)?;
    }
    Some(all != bit(*negated)?)
}

/// sk, scope. Poseidon(PSEUDONYM, sk, scope), of a secret that is not zero.
fn pseudonym(inputs: &[Fr]) -> Option<Fr> {
    let &[secret, scope] = inputs else {
        return None;
    };
    (!secret.is_zero()).then(|| poseidon::hash(&[tag::PSEUDONYM, secret, scope]))
}

fn bit(value: Fr) -> Option<bool> {
    number(value).and_then(|number| match number {
        0 => Some(false),
        1 => Some(true),
        _ => None,
    })
}

fn number(value: Fr) -> Option<u64> {
    let value = value.into_bigint();
    (value.num_bits() <= 64).then_some(value.0[0])
}

/// The bytes and the length of packed short text; `None` if it is not in the one form that encoding gives.
fn unpacked(value: Fr) -> Option<([u8; ShortText::MAX_BYTES], usize)> {
    let bytes = field::to_bytes(&value);
    let [0, length, text @ ..] = bytes else {
        return None;
    };
    let length = usize::from(length);
    let padding = text.get(length..)?;
    padding
        .iter()
        .all(|byte| *byte == 0)
        .then_some((text, length))
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;
    use crate::value::AttributeValue;

    fn packed(text: &str) -> Fr {
        AttributeValue::Text(ShortText::new(text).unwrap()).encode()
    }

    fn numbers(values: &[u64]) -> Vec<Fr> {
        values.iter().copied().map(Fr::from).collect()
    }

    #[test]
    fn ranges() {
        let holds = |values: &[u64]| output(CircuitId::Range, &numbers(values));
        assert_eq!(holds(&[5, 5, 5, 0]), Some(Fr::from(true)));
        assert_eq!(holds(&[5, 6, 9, 0]), Some(Fr::from(false)));
        assert_eq!(holds(&[5, 6, 9, 1]), Some(Fr::from(true)));
        assert_eq!(holds(&[5, 6, 9, 2]), None);
        assert_eq!(holds(&[5, 6, 9]), None);
        for place in 0..3 {
            for negated in [0, 1] {
                let mut inputs = numbers(&[5, 1, 9, negated]);
                inputs[place] = ABSENT;
                assert_eq!(output(CircuitId::Range, &inputs), Some(Fr::from(false)));
                inputs[place] = ABSENT + Fr::from(1u64);
                assert_eq!(output(CircuitId::Range, &inputs), None);
            }
        }
    }

    #[test]
    fn members() {
        let holds = |value: Fr, element: Fr, negated: u64| {
            let mut inputs = alloc::vec![value];
            inputs.resize(16, Fr::from(100u64));
            inputs.extend([element, Fr::from(negated)]);
            output(CircuitId::Member, &inputs)
        };
        let five = Fr::from(5u64);
        assert_eq!(holds(five, five, 0), Some(Fr::from(true)));
        assert_eq!(holds(five, five, 1), Some(Fr::from(false)));
        assert_eq!(holds(five, ABSENT, 1), Some(Fr::from(true)));
        assert_eq!(holds(ABSENT, ABSENT, 0), Some(Fr::from(false)));
        assert_eq!(holds(ABSENT, five, 1), Some(Fr::from(false)));
        assert_eq!(holds(five, five, 3), None);
    }

    #[test]
    fn texts() {
        let holds = |value: Fr, pattern: &str, mode: u64| {
            let length = Fr::from(pattern.len() as u64);
            output(
                CircuitId::Text,
                &[value, packed(pattern), length, Fr::from(mode)],
            )
        };
        for (text, pattern, expected) in [
            ("Müller", "Mü", [true, false, true]),
            ("Müller", "ler", [false, true, true]),
            ("Müller", "ll", [false, false, true]),
            ("Müller", "Müller", [true, true, true]),
            ("ll", "Müller", [false, false, false]),
            ("", "a", [false, false, false]),
            ("", "", [true, true, true]),
        ] {
            for (mode, expected) in (0..).zip(expected) {
                let found = holds(packed(text), pattern, mode);
                assert_eq!(found, Some(Fr::from(expected)), "{text} {pattern} {mode}");
            }
        }
        assert_eq!(holds(ABSENT, "a", 0), Some(Fr::from(false)));
        assert_eq!(holds(packed("a"), "a", 3), None);
        assert_eq!(holds(packed("a") + Fr::from(1u64), "a", 0), None);
    }

    /// Every gate of two inputs, against the formula.
    #[test]
    fn gates() {
        for bits in 0..32u64 {
            let [x, y, n, m, negated] = [0, 1, 2, 3, 4].map(|place| bits >> place & 1);
            let mut inputs = numbers(&[x, y, 1, 1, 1, 1, 1, 1, n, m, 0, 0, 0, 0, 0, 0]);
            inputs.push(Fr::from(negated));
            let expected = ((x != n) && (y != m)) != (negated == 1);
            assert_eq!(output(CircuitId::Gate, &inputs), Some(Fr::from(expected)));
        }
    }

    #[test]
    fn a_pseudonym_needs_a_secret() {
        let of = |secret: u64, scope: u64| output(CircuitId::Pseudonym, &numbers(&[secret, scope]));
        assert_eq!(of(0, 1), None);
        assert_ne!(of(1, 1), of(1, 2));
        assert_ne!(of(1, 1), of(2, 1));
        assert_eq!(of(1, 1), of(1, 1));
    }
}
