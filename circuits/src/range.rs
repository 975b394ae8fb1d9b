//! The range relation: whether a 64-bit value lies within two bounds, or outside of them.

use ark_ff::{AdditiveGroup, Field, PrimeField};
use glimpse_primitives::Fr;
use glimpse_protocol::{
    circuit::{CircuitId, RangeSlot},
    value::ABSENT,
};
use thiserror::Error;

use crate::{
    bits::{bit, decompose_if},
    expression::Expression,
    relation::{Circuit, Relation, in_slot_order},
    system::System,
};

/// Bits of a value.
const BITS: usize = 64;

/// The public slots, by name.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct RangeInputs {
    /// The value under test.
    pub value: Fr,
    /// The least value inside.
    pub lower: Fr,
    /// The greatest value inside.
    pub upper: Fr,
    /// 1 if being outside is what holds, else 0.
    pub negated: Fr,
    /// 1 if none of the three is absent, and the value inside or, negated, outside; else 0.
    pub holds: Fr,
}

/// Redacted: the slots hold what the proof may hide.
impl core::fmt::Debug for RangeInputs {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("RangeInputs").finish_non_exhaustive()
    }
}

impl RangeInputs {
    /// The true statement about these encodings: 64-bit integers, or ABSENT.
    #[must_use]
    pub fn new(value: Fr, lower: Fr, upper: Fr, negated: bool) -> Self {
        let inside = lower <= value && value <= upper;
        let holds = is_present([value, lower, upper]) && inside != negated;
        Self {
            value,
            lower,
            upper,
            negated: Fr::from(negated),
            holds: Fr::from(holds),
        }
    }

    /// The true statement that the value is inside, or that it is not.
    #[must_use]
    pub fn inside(value: u64, lower: u64, upper: u64) -> Self {
        Self::new(value.into(), lower.into(), upper.into(), false)
    }
}

fn is_present(operands: [Fr; 3]) -> bool {
    !operands.contains(&ABSENT)
}

/// A clause of the relation, in the order in which `check` looks at them. The three in the middle are
/// asked only if none of value and bounds is absent.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum RangeClause {
    /// negated ∈ {0, 1}
    #[error("the flag is not a bit")]
    Negated,
    /// value < 2⁶⁴
    #[error("the value is not a 64-bit integer")]
    Value,
    /// −2⁶⁴ ≤ value − lower < 2⁶⁴
    #[error("the lower bound is not within 64 bits of the value")]
    Lower,
    /// −2⁶⁴ ≤ upper − value < 2⁶⁴
    #[error("the upper bound is not within 64 bits of the value")]
    Upper,
    /// holds = present · ([lower ≤ value ≤ upper] xor negated)
    #[error("the result is not that of the comparison")]
    Holds,
}

/// The range circuit.
///
/// The bounds need not be decomposed: both are within 2⁶⁴ of a 64-bit value. Bounds that are 64-bit
/// integers, as public ones are by the verifier's own check and hidden ones by their schema, are
/// compared as integers. An absent attribute is far from all of them.
pub type RangeCircuit = Circuit<RangeInputs>;

impl Relation for RangeInputs {
    const ID: CircuitId = CircuitId::Range;
    type Clause = RangeClause;

    fn blank() -> Self {
        Self::inside(0, 0, 0)
    }

    fn to_slots(&self) -> Vec<Fr> {
        in_slot_order([
            (RangeSlot::Value.index(), self.value),
            (RangeSlot::Lower.index(), self.lower),
            (RangeSlot::Upper.index(), self.upper),
            (RangeSlot::Negated.index(), self.negated),
            (RangeSlot::Holds.index(), self.holds),
        ])
    }

    fn check(&self) -> Result<(), RangeClause> {
        let negated = bit(self.negated).ok_or(RangeClause::Negated)?;
        let mut holds = false;
        if is_present([self.value, self.lower, self.upper]) {
            let value = signed(self.value).filter(|v| (0..1 << BITS).contains(v));
            value.ok_or(RangeClause::Value)?;
            let near =
                |difference| signed(difference).filter(|d| (-(1 << BITS)..1 << BITS).contains(d));
            let above = near(self.value - self.lower).ok_or(RangeClause::Lower)?;
            let below = near(self.upper - self.value).ok_or(RangeClause::Upper)?;
            holds = (above >= 0 && below >= 0) != negated;
        }
        if self.holds != Fr::from(holds) {
            return Err(RangeClause::Holds);
        }
        Ok(())
    }

    fn constrain(&self, system: &mut System) {
        let [value, lower, upper, negated, holds] = [
            RangeSlot::Value,
            RangeSlot::Lower,
            RangeSlot::Upper,
            RangeSlot::Negated,
            RangeSlot::Holds,
        ]
        .map(|slot| system.slot(slot.index()));
        system.enforce("negated", &negated, &negated, &negated);
        let present = present(system, [&value, &lower, &upper]);
        decompose_if(system, "value", &present, &value, Fr::ZERO, BITS);
        let above = not_negative_if(system, "lower", &present, &value.sub(&lower));
        let below = not_negative_if(system, "upper", &present, &upper.sub(&value));
        let inside = system.multiply("inside", &above, &below);
        let wanted = system.xor("wanted", &inside, &negated);
        system.enforce("holds", &wanted, &present, &holds);
    }
}

/// A bit that can be 0 only if one of the operands is absent. That it is 0 then is for others to see to:
/// if it is 1, an absent operand leaves the value or a difference without a decomposition.
fn present(system: &mut System, operands: [&Expression; 3]) -> Expression {
    let is_present = is_present(operands.map(|operand| operand.value));
    let [value, lower, upper] = operands.map(|operand| operand.offset(-ABSENT));
    system.scope("present", |system| {
        let present = system.boolean("boolean", is_present);
        let two = system.multiply("two", &value, &lower);
        let three = system.multiply("three", &upper, &two);
        let absent = present.scale(-Fr::ONE).offset(Fr::ONE);
        let none = system.constant(Fr::ZERO);
        system.enforce("or_absent", &three, &absent, &none);
        present
    })
}

/// The integer nearest to zero that is congruent to `x`, if it is small.
fn signed(x: Fr) -> Option<i128> {
    let small = |x: Fr| {
        let [a, b, 0, 0] = x.into_bigint().0 else {
            return None;
        };
        i128::try_from(u128::from(a) | u128::from(b) << 64).ok()
    };
    small(x).or_else(|| small(-x).map(|x| -x))
}

/// Whether a difference in −2⁶⁴ .. 2⁶⁴ is at least 0: the top bit of difference + 2⁶⁴. Other
/// differences have no witness. Unless `present`, the difference counts as 0.
fn not_negative_if(
    system: &mut System,
    name: &str,
    present: &Expression,
    difference: &Expression,
) -> Expression {
    let shift = Fr::from(2u64).pow([BITS as u64]);
    let mut bits = decompose_if(system, name, present, difference, shift, BITS + 1);
    bits.swap_remove(BITS)
}

#[cfg(test)]
mod tests;
