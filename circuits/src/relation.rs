//! What every relation has: public slots in order, a plain-Rust meaning, and constraints.

use ark_relations::gr1cs::{ConstraintSynthesizer, ConstraintSystemRef, SynthesisError};
use glimpse_primitives::Fr;
use glimpse_protocol::circuit::CircuitId;

use crate::system::System;

/// A statement of one kind: the values of its public slots, and what the prover keeps to itself.
///
/// It exists twice, as `check` and as `constrain`, and the tests require both to agree.
pub trait Relation {
    /// Which circuit this is.
    const ID: CircuitId;

    /// The clauses of the relation, each with its own name.
    type Clause: core::error::Error + Copy + Eq;

    /// A statement for set-up: the right shape, be it true or not.
    fn blank() -> Self;

    /// The values of the slots, in the order of [`CircuitId::slots`].
    fn to_slots(&self) -> Vec<Fr>;

    /// The relation in plain Rust.
    ///
    /// # Errors
    /// The first clause that fails.
    fn check(&self) -> Result<(), Self::Clause>;

    /// The relation in constraints, on a system that holds the slots.
    fn constrain(&self, system: &mut System);
}

/// A statement to prove.
#[derive(Clone, Copy, Debug)]
pub struct Circuit<R>(R);

impl<R: Relation> Circuit<R> {
    /// Which circuit this is.
    pub const ID: CircuitId = R::ID;

    /// An instance to prove.
    #[must_use]
    pub fn new(statement: R) -> Self {
        Self(statement)
    }

    /// An instance for set-up: the right shape, be it true or not.
    #[must_use]
    pub fn blank() -> Self {
        Self(R::blank())
    }

    /// Runs the relation once: the witness, and if `recording` the named constraints.
    #[must_use]
    pub fn synthesize(&self, recording: bool) -> System {
        let mut system = System::new(&self.0.to_slots(), recording);
        self.0.constrain(&mut system);
        system
    }
}

impl<R: Relation> ConstraintSynthesizer<Fr> for Circuit<R> {
    fn generate_constraints(self, cs: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        self.synthesize(cs.should_construct_matrices()).export(&cs)
    }
}

/// The values of all slots of a circuit, given in any order with their places.
pub(crate) fn in_slot_order<const N: usize>(values: [(usize, Fr); N]) -> Vec<Fr> {
    let mut slots = vec![Fr::default(); N];
    for (place, value) in values {
        slots[place] = value;
    }
    slots
}
