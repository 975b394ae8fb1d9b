//! The witness of one circuit instance, and its products with the constraint matrices.

use ark_bn254::Fr;
use ark_relations::gr1cs::{
    ConstraintSynthesizer, ConstraintSystem, OptimizationGoal, R1CS_PREDICATE_LABEL,
    SynthesisError, SynthesisMode,
};
use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// All variables of a satisfied instance, with A·w and B·w row by row.
///
/// The products come out of synthesis itself, which knows the value of each linear combination
/// when it is made. So no matrices are kept or inlined: for the Poseidon circuits those would be
/// dense, larger than the proving key and slower to multiply by than to synthesise.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(crate) struct Assignment {
    /// The constant 1, then the public inputs.
    pub(crate) instance: Vec<Fr>,
    pub(crate) witness: Vec<Fr>,
    /// A·w for each constraint.
    pub(crate) a: Vec<Fr>,
    /// B·w for each constraint.
    pub(crate) b: Vec<Fr>,
}

/// Why there is no assignment. It names no value: all of them are secret.
#[derive(Debug, Error)]
pub(crate) enum AssignmentError {
    #[error("the circuit could not be synthesised: {0}")]
    Synthesis(#[from] SynthesisError),
    #[error("constraint {row} does not hold")]
    Unsatisfied { row: usize },
}

impl Assignment {
    /// Synthesises `circuit` and checks every constraint.
    pub(crate) fn new(
        circuit: impl ConstraintSynthesizer<Fr>,
    ) -> Result<Self, AssignmentError> {
        let shared = ConstraintSystem::new_ref();
        // The same goal as in key generation: it may decide which variables exist.
        shared.set_optimization_goal(OptimizationGoal::Constraints);
        shared.set_mode(SynthesisMode::Prove {
            construct_matrices: true,
            generate_lc_assignments: true,
        });
        circuit.generate_constraints(shared.clone())?;
        let mut system = shared.into_inner().ok_or(SynthesisError::MissingCS)?;

        let rows = system
            .predicate_constraint_systems
            .get(R1CS_PREDICATE_LABEL)
            .ok_or(SynthesisError::PredicateNotFound)?
            .get_constraints();
        let [a, b, c] = rows.as_slice() else {
            return Err(SynthesisError::ArityMismatch.into());
        };
        let values = |variables: &[_]| {
            variables
                .iter()
                .map(|variable| system.assigned_value(*variable))
                .collect::<Option<Vec<_>>>()
                .ok_or(SynthesisError::AssignmentMissing)
        };
        let (a, b, mut c) = (values(a)?, values(b)?, values(c)?);
        let broken = (0..c.len()).find(|row| a[*row] * b[*row] != c[*row]);
        c.zeroize();

        let assignments = &mut system.assignments;
        let assignment = Self {
            instance: core::mem::take(&mut assignments.instance_assignment),
            witness: core::mem::take(&mut assignments.witness_assignment),
            a,
            b,
        };
        // Best effort: arkworks' gadgets hold further copies, which no caller can reach.
        assignments.lc_assignment.zeroize();
        match broken {
            Some(row) => Err(AssignmentError::Unsatisfied { row }),
            None => Ok(assignment),
        }
    }

    /// The value of variable `index`, counting the constant 1, the inputs, then the witness.
    pub(crate) fn variable(&self, index: usize) -> Option<&Fr> {
        self.instance.get(index).or_else(|| {
            let index = index.checked_sub(self.instance.len())?;
            self.witness.get(index)
        })
    }
}
