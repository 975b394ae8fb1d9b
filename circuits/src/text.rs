//! The text relation: whether a short text begins with, ends with or contains a pattern.

use ark_ff::{AdditiveGroup, BigInteger, Field, PrimeField};
use glimpse_primitives::Fr;
use glimpse_protocol::{
    circuit::{CircuitId, TextMode, TextSlot},
    text::ShortText,
    value::ABSENT,
};
use thiserror::Error;

use crate::{
    expression::Expression,
    relation::{Circuit, Relation, in_slot_order},
    system::System,
};

/// Bytes of the longest text.
const BYTES: usize = ShortText::MAX_BYTES;

/// Bits of a text without its length.
const CONTENT_BITS: usize = 8 * BYTES;

/// Bits of a pattern's length.
const LENGTH_BITS: usize = 5;

/// What a difference of contents is multiplied by, so that the exclusions added to it stay apart: it
/// is odd, and more than all exclusions that can meet in one place (at most eight).
const APART: u64 = 31;

/// The public slots, by name.
///
/// The pattern is the verifier's: a plan keeps `pattern` and `length` constant. Of other values than
/// a packed text and its length the circuit says nothing.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct TextInputs {
    /// The text under test, packed, or absent.
    pub value: Fr,
    /// The pattern, packed.
    pub pattern: Fr,
    /// The pattern's length in bytes.
    pub length: Fr,
    /// Where the pattern is looked for, as [`TextMode::code`].
    pub mode: Fr,
    /// 1 if the text is present and the pattern is there, else 0.
    pub holds: Fr,
}

/// Redacted: the slots hold what the proof may hide.
impl core::fmt::Debug for TextInputs {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("TextInputs").finish_non_exhaustive()
    }
}

impl TextInputs {
    /// The true statement about this text, present or not, and this pattern.
    #[must_use]
    pub fn new(text: Option<&ShortText>, pattern: &ShortText, mode: TextMode) -> Self {
        let bytes = |text: &ShortText| text.as_str().as_bytes().to_vec();
        let wanted = bytes(pattern);
        let holds = text.is_some_and(|text| {
            let text = bytes(text);
            match mode {
                TextMode::Prefix => text.starts_with(&wanted),
                TextMode::Suffix => text.ends_with(&wanted),
                TextMode::Contains => {
                    wanted.is_empty() || text.windows(wanted.len()).any(|w| w == wanted)
                }
            }
        });
        Self {
            value: text.map_or(ABSENT, |text| packed(&bytes(text))),
            pattern: packed(&wanted),
            length: Fr::from(wanted.len() as u64),
            mode: Fr::from(mode.code()),
            holds: Fr::from(holds),
        }
    }
}

/// The packed form of at most 30 bytes, as a field element.
fn packed(bytes: &[u8]) -> Fr {
    Fr::from(bytes.len() as u64) * power(CONTENT_BITS) + aligned(bytes)
}

/// The bytes followed by zeros, as an integer of 240 bits.
fn aligned(bytes: &[u8]) -> Fr {
    let mut content = [0; BYTES];
    content[..bytes.len()].copy_from_slice(bytes);
    Fr::from_be_bytes_mod_order(&content)
}

fn power(exponent: usize) -> Fr {
    Fr::from(2u64).pow([exponent as u64])
}

/// A clause of the relation, in the order in which `check` looks at them.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum TextClause {
    /// The value is a packed text, or ABSENT.
    #[error("the value is no packed text")]
    Value,
    /// length < 32
    #[error("the pattern's length is out of range")]
    Length,
    /// mode ∈ {0, 1, 2}
    #[error("the mode is unknown")]
    Mode,
    /// holds = [the pattern is where the mode says]
    #[error("the result is not that of the search")]
    Holds,
}

/// A packed text taken apart.
enum Text {
    Absent,
    Present(Vec<u8>),
}

impl Text {
    /// Nothing if the value is no packed text, nor absent.
    fn unpack(value: Fr) -> Option<Self> {
        if value == ABSENT {
            return Some(Self::Absent);
        }
        let bytes = value.into_bigint().to_bytes_be();
        let [0, length, content @ ..] = &bytes[..] else {
            return None;
        };
        let (text, padding) = content.split_at_checked(usize::from(*length))?;
        let canonical = padding.iter().all(|byte| *byte == 0);
        canonical.then(|| Self::Present(text.to_vec()))
    }
}

/// The text circuit.
pub type TextCircuit = Circuit<TextInputs>;

impl Relation for TextInputs {
    const ID: CircuitId = CircuitId::Text;
    type Clause = TextClause;

    fn blank() -> Self {
        let zero = Fr::ZERO;
        Self {
            value: zero,
            pattern: zero,
            length: zero,
            mode: zero,
            holds: Fr::ONE,
        }
    }

    fn to_slots(&self) -> Vec<Fr> {
        in_slot_order([
            (TextSlot::Value.index(), self.value),
            (TextSlot::Pattern.index(), self.pattern),
            (TextSlot::Length.index(), self.length),
            (TextSlot::Mode.index(), self.mode),
            (TextSlot::Holds.index(), self.holds),
        ])
    }

    fn check(&self) -> Result<(), TextClause> {
        let text = Text::unpack(self.value).ok_or(TextClause::Value)?;
        let length = (0..1 << LENGTH_BITS).find(|m| Fr::from(*m as u64) == self.length);
        let length: usize = length.ok_or(TextClause::Length)?;
        let mode = TextMode::ALL
            .into_iter()
            .find(|mode| Fr::from(mode.code()) == self.mode)
            .ok_or(TextClause::Mode)?;

        let content = self.pattern - self.length * power(CONTENT_BITS);
        let found = |text: &[u8]| {
            let last = text.len().checked_sub(length)?;
            let mut places = match mode {
                TextMode::Prefix => 0..=0,
                TextMode::Suffix => last..=last,
                TextMode::Contains => 0..=last,
            };
            places.find(|place| aligned(&text[*place..place + length]) == content)
        };
        let holds = match text {
            Text::Absent => false,
            Text::Present(text) => found(&text).is_some(),
        };
        if self.holds != Fr::from(holds) {
            return Err(TextClause::Holds);
        }
        Ok(())
    }

    fn constrain(&self, system: &mut System) {
        let [value, pattern, length, mode, holds] = [
            TextSlot::Value,
            TextSlot::Pattern,
            TextSlot::Length,
            TextSlot::Mode,
            TextSlot::Holds,
        ]
        .map(|slot| system.slot(slot.index()));
        let text = Unpacked::new(system, &value);
        let length_bits = system.decompose("length", &length, LENGTH_BITS);
        let [suffix, contains] = mode_bits(system, &mode);
        let prefix = suffix.add(&contains).scale(-Fr::ONE).offset(Fr::ONE);

        let ends = text.marked_beginnings(system, &suffix);
        let ends = shifted(system, ends, &length_bits);
        let content = pattern.plus(-power(CONTENT_BITS), &length);
        let differences = ends.iter().enumerate().map(|(place, end)| {
            let window = end.plus(-Fr::from(APART), &text.beginnings[place]);
            let mut window = window.add(&text.absent);
            if place > 0 {
                window = window.add(&prefix);
            }
            window
                .scale(power(8 * place))
                .plus(-Fr::from(APART), &content)
        });
        let product = differences.enumerate().reduce(|(_, product), (i, next)| {
            (
                i,
                system.step("product", i, |s| s.multiply("factor", &next, &product)),
            )
        });
        if let Some((_, product)) = product {
            system.enforce_zero_test("holds", &product, &holds);
        }
    }
}

/// The two flags of a mode; prefix has neither.
fn mode_bits(system: &mut System, mode: &Expression) -> [Expression; 2] {
    let bits = system.decompose("mode", mode, 2);
    let none = system.constant(Fr::ZERO);
    system.enforce("mode/known", &bits[0], &bits[1], &none);
    [0, 1].map(|i| bits[i].clone())
}

/// A value shown to be the packed form of a text, or ABSENT.
struct Unpacked {
    /// For each j from 0 to 30, the first j bytes followed by zeros, as an integer of 240 bits.
    beginnings: Vec<Expression>,
    /// For each j from 0 to 30, whether the text has j bytes.
    lengths: Vec<Expression>,
    absent: Expression,
}

impl Unpacked {
    /// Flags say which length the text has, each by one row: flag_j·(value − j·2²⁴⁰ − beginning_j) = 0,
    /// and absent·(value − ABSENT) = 0 for absent = 1 − Σ flag_j. The brackets are zero at most once,
    /// since beginnings have 240 bits, so one flag is 1 and the others 0: no flag needs a row of its
    /// own. With value = Σ j·flag_j·2²⁴⁰ + absent·ABSENT + content, what follows the text is zero.
    fn new(system: &mut System, value: &Expression) -> Self {
        let content = value.value.into_bigint();
        let bits = system.bits("content", &content, CONTENT_BITS);
        let beginnings: Vec<Expression> = (0..=BYTES)
            .map(|j| {
                let from = CONTENT_BITS - 8 * j;
                let mut weight = power(from);
                system.linear(bits[from..].iter().map(|bit| {
                    let term = (weight, bit);
                    weight.double_in_place();
                    term
                }))
            })
            .collect();

        let none = system.constant(Fr::ZERO);
        let mut sum = beginnings[BYTES].clone();
        let mut absent = system.constant(Fr::ONE);
        let lengths: Vec<Expression> = beginnings
            .iter()
            .enumerate()
            .map(|(j, beginning)| {
                let packed = power(CONTENT_BITS) * Fr::from(j as u64);
                let rest = value.sub(beginning).offset(-packed);
                system.step("length_is", j, |system| {
                    let flag = system.witness("flag", Fr::from(rest.value == Fr::ZERO));
                    system.enforce("flag", &rest, &flag, &none);
                    sum = sum.plus(packed, &flag);
                    absent = absent.sub(&flag);
                    flag
                })
            })
            .collect();
        system.enforce("absent", &value.offset(-ABSENT), &absent, &none);
        sum = sum.plus(ABSENT, &absent);
        system.enforce_equal("value", &sum, value);
        Self {
            beginnings,
            lengths,
            absent,
        }
    }

    /// The beginnings times APART, plus 1 where no occurrence may end: beyond the text and, if `only_end`,
    /// before its end.
    fn marked_beginnings(&self, system: &mut System, only_end: &Expression) -> Vec<Expression> {
        let mut longer = self.absent.scale(-Fr::ONE).offset(Fr::ONE);
        let mut shorter = system.constant(Fr::ZERO);
        let mut marked = Vec::with_capacity(BYTES + 1);
        for (j, (beginning, flag)) in self.beginnings.iter().zip(&self.lengths).enumerate() {
            longer = longer.sub(flag);
            let before_end = if j < BYTES {
                system.step("before_end", j, |s| s.multiply("mark", &longer, only_end))
            } else {
                system.constant(Fr::ZERO)
            };
            let mark = shorter.add(&before_end);
            marked.push(mark.plus(Fr::from(APART), beginning));
            shorter = shorter.add(flag);
        }
        marked
    }
}

/// The list moved by the number with these bits: the element at k is the one that was at k plus that
/// number, or, where the list does not reach so far, one of those before with at least 1 added.
fn shifted(system: &mut System, mut list: Vec<Expression>, by: &[Expression]) -> Vec<Expression> {
    for (i, bit) in by.iter().enumerate().rev() {
        let distance = 1 << i;
        list = system.step("shift", distance, |system| {
            let moved = |k: usize| match list.get(k + distance) {
                Some(far) => {
                    let step = far.sub(&list[k]);
                    let product = system.step("place", k, |s| s.multiply("mux", &step, bit));
                    list[k].add(&product)
                }
                None => list[k].add(bit),
            };
            (0..list.len()).map(moved).collect()
        });
    }
    list
}

#[cfg(test)]
mod tests;
