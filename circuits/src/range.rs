//! The range relation: whether a 64-bit value lies within two bounds.

use ark_ff::{Field, PrimeField};
use glimpse_primitives::Fr;
use glimpse_protocol::circuit::{CircuitId, RangeSlot};
use thiserror::Error;

use crate::{
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
    /// The least value for which the range holds.
    pub lower: Fr,
    /// The greatest value for which the range holds.
    pub upper: Fr,
    /// 1 if `lower ≤ value ≤ upper`, 0 if not.
    pub holds: Fr,
}

/// Redacted: the slots hold what the proof may hide.
impl core::fmt::Debug for RangeInputs {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("RangeInputs").finish_non_exhaustive()
    }
}

impl RangeInputs {
    /// The true statement about these integers.
    #[must_use]
    pub fn new(value: u64, lower: u64, upper: u64) -> Self {
        let holds = lower <= value && value <= upper;
        Self {
            value: Fr::from(value),
            lower: Fr::from(lower),
            upper: Fr::from(upper),
            holds: Fr::from(holds),
        }
    }
}

/// A clause of the relation, in the order in which [`check`] looks at them.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum RangeClause {
    /// value < 2⁶⁴
    #[error("the value is not a 64-bit integer")]
    Value,
    /// −2⁶⁴ ≤ value − lower < 2⁶⁴
    #[error("the lower bound is not within 64 bits of the value")]
    Lower,
    /// −2⁶⁴ ≤ upper − value < 2⁶⁴
    #[error("the upper bound is not within 64 bits of the value")]
    Upper,
    /// holds = (lower ≤ value ≤ upper)
    #[error("the result is not that of the comparison")]
    Holds,
}

/// The range circuit.
///
/// The bounds need not be decomposed: both are within 2⁶⁴ of a 64-bit value. Bounds that are 64-bit
/// integers, as public ones are by the verifier's own check and hidden ones by their schema, are
/// compared as integers; an absent attribute is in no slot, being further away.
pub type RangeCircuit = Circuit<RangeInputs>;

impl Relation for RangeInputs {
    const ID: CircuitId = CircuitId::Range;
    type Clause = RangeClause;

    fn blank() -> Self {
        Self::new(0, 0, 0)
    }

    fn to_slots(&self) -> Vec<Fr> {
        in_slot_order([
            (RangeSlot::Value.index(), self.value),
            (RangeSlot::Lower.index(), self.lower),
            (RangeSlot::Upper.index(), self.upper),
            (RangeSlot::Holds.index(), self.holds),
        ])
    }

    fn check(&self) -> Result<(), RangeClause> {
        let value = signed(self.value).filter(|v| (0..1 << BITS).contains(v));
        let value = value.ok_or(RangeClause::Value)?;
        let near =
            |difference: Fr| signed(difference).filter(|d| (-(1 << BITS)..1 << BITS).contains(d));
        let from_lower = near(self.value - self.lower).ok_or(RangeClause::Lower)?;
        let to_upper = near(self.upper - self.value).ok_or(RangeClause::Upper)?;
        let (lower, upper) = (value - from_lower, value + to_upper);
        if self.holds != Fr::from(lower <= value && value <= upper) {
            return Err(RangeClause::Holds);
        }
        Ok(())
    }

    fn constrain(&self, system: &mut System) {
        let [value, lower, upper, holds] = [
            RangeSlot::Value,
            RangeSlot::Lower,
            RangeSlot::Upper,
            RangeSlot::Holds,
        ]
        .map(|slot| system.slot(slot.index()));
        system.decompose("value", &value, BITS);
        let above = not_negative(system, "lower", &value.sub(&lower));
        let below = not_negative(system, "upper", &upper.sub(&value));
        system.enforce("holds", &above, &below, &holds);
    }
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
/// differences have no witness.
fn not_negative(system: &mut System, name: &str, difference: &Expression) -> Expression {
    let shifted = difference.offset(Fr::from(2u64).pow([BITS as u64]));
    let mut bits = system.decompose(name, &shifted, BITS + 1);
    bits.swap_remove(BITS)
}

#[cfg(test)]
mod tests;
