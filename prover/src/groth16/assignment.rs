//! The witness of one circuit instance, and its products with the constraint matrices.

use ark_bn254::Fr;
use glimpse_circuits::System;
use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// All variables of a satisfied instance, with A·w and B·w row by row.
///
/// The products come out of synthesis itself, which knows the value of each linear combination
/// when it is made. So no matrices are kept: for the Poseidon circuits those would be dense,
/// larger than the proving key and slower to multiply by than to synthesise.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(crate) struct Assignment {
    /// The constant 1, the public inputs, the witness.
    pub(crate) variables: Vec<Fr>,
    /// How many of the variables are the constant 1 and the public inputs.
    pub(crate) instance: usize,
    /// A·w for each constraint.
    pub(crate) a: Vec<Fr>,
    /// B·w for each constraint.
    pub(crate) b: Vec<Fr>,
}

/// The values are no witness: the statement is false. Names no value, because all are secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("constraint {row} does not hold")]
pub(crate) struct Unsatisfied {
    pub(crate) row: usize,
}

impl Assignment {
    /// Takes the values of a synthesised instance and checks every constraint.
    pub(crate) fn new(system: System) -> Result<Self, Unsatisfied> {
        let instance = system.slot_count() + 1;
        let (variables, products) = system.into_values();
        Self::from_values(variables, instance, products)
    }

    pub(crate) fn from_values(
        variables: Vec<Fr>,
        instance: usize,
        mut products: Vec<[Fr; 3]>,
    ) -> Result<Self, Unsatisfied> {
        let assignment = Self {
            variables,
            instance,
            a: products.iter().map(|[a, ..]| *a).collect(),
            b: products.iter().map(|[_, b, _]| *b).collect(),
        };
        let broken = products.iter().position(|[a, b, c]| *a * b != *c);
        products.zeroize();
        match broken {
            Some(row) => Err(Unsatisfied { row }),
            None => Ok(assignment),
        }
    }
}
