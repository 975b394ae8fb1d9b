//! The member relation: whether a value is one of 16 others.

use ark_ff::Field;
use glimpse_primitives::Fr;
use glimpse_protocol::{
    circuit::{CircuitId, MemberSlot},
    value::ABSENT,
};
use thiserror::Error;

use crate::{
    bits::bit,
    expression::Expression,
    relation::{Circuit, Relation},
    system::System,
};

const ELEMENTS: usize = MemberSlot::ELEMENTS;

/// The public slots, by name.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct MemberInputs {
    /// The value under test.
    pub value: Fr,
    /// The elements; a shorter set repeats one of them.
    pub elements: [Fr; ELEMENTS],
    /// 1 if being none of the elements is what holds, else 0.
    pub negated: Fr,
    /// 1 if the value is present, and an element or, negated, none; else 0.
    pub holds: Fr,
}

/// Redacted: the slots hold what the proof may hide.
impl core::fmt::Debug for MemberInputs {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("MemberInputs").finish_non_exhaustive()
    }
}

impl MemberInputs {
    /// The true statement about this value and these elements.
    #[must_use]
    pub fn new(value: Fr, elements: [Fr; ELEMENTS], negated: bool) -> Self {
        Self {
            value,
            elements,
            negated: Fr::from(negated),
            holds: Fr::from(holds(value, &elements, negated)),
        }
    }
}

/// An absent value neither is an element nor is none.
fn holds(value: Fr, elements: &[Fr; ELEMENTS], negated: bool) -> bool {
    value != ABSENT && elements.contains(&value) != negated
}

/// A clause of the relation, in the order in which `check` looks at them.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum MemberClause {
    /// negated ∈ {0, 1}
    #[error("the flag is not a bit")]
    Negated,
    /// holds = [value ≠ ABSENT] · ([∃i value = e_i] xor negated)
    #[error("the result is not that of the search")]
    Holds,
}

/// The member circuit.
pub type MemberCircuit = Circuit<MemberInputs>;

impl Relation for MemberInputs {
    const ID: CircuitId = CircuitId::Member;
    type Clause = MemberClause;

    fn blank() -> Self {
        Self::new(Fr::default(), [Fr::default(); ELEMENTS], false)
    }

    fn to_slots(&self) -> Vec<Fr> {
        let mut slots = vec![Fr::default(); Self::ID.slot_count()];
        slots[MemberSlot::Value.index()] = self.value;
        for (number, element) in self.elements.iter().enumerate() {
            slots[MemberSlot::Element(number).index()] = *element;
        }
        slots[MemberSlot::Negated.index()] = self.negated;
        slots[MemberSlot::Holds.index()] = self.holds;
        slots
    }

    fn check(&self) -> Result<(), MemberClause> {
        let negated = bit(self.negated).ok_or(MemberClause::Negated)?;
        if self.holds != Fr::from(holds(self.value, &self.elements, negated)) {
            return Err(MemberClause::Holds);
        }
        Ok(())
    }

    fn constrain(&self, system: &mut System) {
        let value = system.slot(MemberSlot::Value.index());
        let negated = system.slot(MemberSlot::Negated.index());
        let holds = system.slot(MemberSlot::Holds.index());
        system.enforce("negated", &negated, &negated, &negated);

        let difference = |system: &System, number| {
            let element = system.slot(MemberSlot::Element(number).index());
            value.sub(&element)
        };
        // The product is zero exactly if a factor is: the field has no zero divisors.
        let product = (1..ELEMENTS).fold(difference(system, 0), |product, number| {
            let next = difference(system, number);
            system.step("product", number, |s| s.multiply("factor", &next, &product))
        });
        let found = system.is_zero("found", &product);
        let wanted = system.xor("wanted", &found, &negated);
        let absent = system.is_zero("absent", &value.offset(-ABSENT));
        system.enforce("holds", &not(&absent), &wanted, &holds);
    }
}

fn not(bit: &Expression) -> Expression {
    bit.scale(-Fr::ONE).offset(Fr::ONE)
}

#[cfg(test)]
mod tests;
