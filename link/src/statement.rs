//! What is proved: keys, and for each slot whether it is public, hidden or shared.

use alloc::vec::Vec;

use ark_bn254::Fr;
use thiserror::Error;

use crate::VerifyingKey;

/// A hidden value. Slots that name the same variable hold the same value, across all proofs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Variable(u16);

impl Variable {
    /// The variable with this number; see [`Statement::new`] for how they are numbered.
    #[must_use]
    pub const fn new(number: u16) -> Self {
        Self(number)
    }

    /// The number, which is also its place in the assignment given to [`show`](crate::show()).
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }

    pub(crate) fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// One public input of a circuit, as its verifier sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// The verifier knows the value.
    Public(Fr),
    /// The value stays with the holder.
    Hidden(Variable),
}

/// One of the proofs that a [`Statement`] links.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member<'k> {
    /// The key of its circuit.
    pub key: &'k VerifyingKey,
    /// Its slots, in the order of the circuit.
    pub slots: Vec<Slot>,
}

/// A conjunction of circuits over shared hidden variables, in the verifier's own words.
///
/// Both sides build it from the same request. Nothing in it may come from the other side, but
/// for disclosed values, which the statement then asserts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement<'k> {
    members: Vec<Member<'k>>,
    variables: usize,
}

/// Why a list of members is no statement: a fault of whoever built it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum StatementError {
    /// There is nothing to prove.
    #[error("a statement needs at least one proof")]
    Empty,
    /// A member has too few or too many slots for its key.
    #[error("proof {member} needs {expected} slots, got {found}")]
    Arity {
        /// Place of the member.
        member: usize,
        /// Slots of its key.
        expected: usize,
        /// Slots given.
        found: usize,
    },
    /// Variables are not numbered 0, 1, 2 … in order of first use.
    #[error("proof {member}, slot {slot}: variable {found} where at most {expected} may stand")]
    VariableOrder {
        /// Place of the member.
        member: usize,
        /// Place of the slot.
        slot: usize,
        /// The next unused number.
        expected: usize,
        /// The number found.
        found: usize,
    },
}

impl<'k> Statement<'k> {
    /// Checks that every member fits its key and that variables are numbered densely, in order
    /// of first use: so one meaning has one statement, and one transcript.
    ///
    /// # Errors
    /// [`StatementError`] says which member is wrong.
    pub fn new(members: Vec<Member<'k>>) -> Result<Self, StatementError> {
        if members.is_empty() {
            return Err(StatementError::Empty);
        }
        let mut variables = 0;
        for (place, member) in members.iter().enumerate() {
            if member.slots.len() != member.key.slots() {
                return Err(StatementError::Arity {
                    member: place,
                    expected: member.key.slots(),
                    found: member.slots.len(),
                });
            }
            for (slot, value) in member.slots.iter().enumerate() {
                let Slot::Hidden(variable) = value else {
                    continue;
                };
                if variable.index() > variables {
                    return Err(StatementError::VariableOrder {
                        member: place,
                        slot,
                        expected: variables,
                        found: variable.index(),
                    });
                }
                variables = variables.max(variable.index() + 1);
            }
        }
        Ok(Self { members, variables })
    }

    /// The linked proofs, in order.
    #[must_use]
    pub fn members(&self) -> &[Member<'k>] {
        &self.members
    }

    /// How many distinct hidden values there are.
    #[must_use]
    pub fn variables(&self) -> usize {
        self.variables
    }
}
