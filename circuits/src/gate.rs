//! The gate relation: a node of a formula over results.

use ark_ff::Field;
use glimpse_primitives::Fr;
use glimpse_protocol::circuit::{CircuitId, GateSlot};
use thiserror::Error;

use crate::{
    bits::bit,
    relation::{Circuit, Relation},
    system::System,
};

const INPUTS: usize = GateSlot::INPUTS;

/// The public slots, by name.
///
/// `all` is a plain conjunction; `any` is the negated conjunction of inverted inputs.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct GateInputs {
    /// The results to combine; an unused one is 1 and not inverted.
    pub inputs: [Fr; INPUTS],
    /// For each input, 1 if it counts inverted, else 0.
    pub inverted: [Fr; INPUTS],
    /// 1 if the conjunction is negated, else 0.
    pub negated: Fr,
    /// The gate's result.
    pub out: Fr,
}

/// Redacted: the slots hold what the proof may hide.
impl core::fmt::Debug for GateInputs {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("GateInputs").finish_non_exhaustive()
    }
}

impl GateInputs {
    /// The true statement about these results.
    #[must_use]
    pub fn new(inputs: [bool; INPUTS], inverted: [bool; INPUTS], negated: bool) -> Self {
        Self {
            inputs: inputs.map(Fr::from),
            inverted: inverted.map(Fr::from),
            negated: Fr::from(negated),
            out: Fr::from(out(&inputs, &inverted, negated)),
        }
    }
}

/// The conjunction of the inputs that differ from their flag, negated if asked.
fn out(inputs: &[bool; INPUTS], inverted: &[bool; INPUTS], negated: bool) -> bool {
    let all = inputs.iter().zip(inverted).all(|(x, n)| x != n);
    all != negated
}

/// A clause of the relation, in the order in which `check` looks at them.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum GateClause {
    /// x_i ∈ {0, 1}
    #[error("an input is not a bit")]
    Input,
    /// n_i ∈ {0, 1}
    #[error("an input's flag is not a bit")]
    Inverted,
    /// negated ∈ {0, 1}
    #[error("the flag is not a bit")]
    Negated,
    /// out = (∏ (x_i xor n_i)) xor negated
    #[error("the result is not that of the gate")]
    Out,
}

/// The gate circuit.
pub type GateCircuit = Circuit<GateInputs>;

impl Relation for GateInputs {
    const ID: CircuitId = CircuitId::Gate;
    type Clause = GateClause;

    fn blank() -> Self {
        Self::new([true; INPUTS], [false; INPUTS], false)
    }

    fn to_slots(&self) -> Vec<Fr> {
        let mut slots = vec![Fr::default(); Self::ID.slot_count()];
        for number in 0..INPUTS {
            slots[GateSlot::Input(number).index()] = self.inputs[number];
            slots[GateSlot::Inverted(number).index()] = self.inverted[number];
        }
        slots[GateSlot::Negated.index()] = self.negated;
        slots[GateSlot::Out.index()] = self.out;
        slots
    }

    fn check(&self) -> Result<(), GateClause> {
        let bits = |values: [Fr; INPUTS], clause: GateClause| {
            let mut bits = [false; INPUTS];
            for (place, value) in bits.iter_mut().zip(values) {
                *place = bit(value).ok_or(clause)?;
            }
            Ok(bits)
        };
        let inputs = bits(self.inputs, GateClause::Input)?;
        let inverted = bits(self.inverted, GateClause::Inverted)?;
        let negated = bit(self.negated).ok_or(GateClause::Negated)?;
        if self.out != Fr::from(out(&inputs, &inverted, negated)) {
            return Err(GateClause::Out);
        }
        Ok(())
    }

    fn constrain(&self, system: &mut System) {
        let negated = system.slot(GateSlot::Negated.index());
        let out = system.slot(GateSlot::Out.index());
        system.enforce("negated", &negated, &negated, &negated);
        let mut conjunction = system.constant(Fr::ONE);
        for number in 0..INPUTS {
            let input = system.slot(GateSlot::Input(number).index());
            let inverted = system.slot(GateSlot::Inverted(number).index());
            conjunction = system.step("input", number, |system| {
                system.enforce("bit", &input, &input, &input);
                system.enforce("flag", &inverted, &inverted, &inverted);
                let literal = system.xor("literal", &input, &inverted);
                system.multiply("conjunction", &literal, &conjunction)
            });
        }
        // conjunction + negated − 2·conjunction·negated = out
        let sum = conjunction.add(&negated).sub(&out);
        let twice = conjunction.scale(Fr::from(2u64));
        system.enforce("out", &twice, &negated, &sum);
    }
}

#[cfg(test)]
mod tests;
