//! What one range proof shows, in the terms of a credential's slots.

use crate::circuit::CredentialSlot;

/// A claim of the range circuit: `holds` = (`lower` ≤ `value` ≤ `upper`), as 64-bit integers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RangeClaim {
    /// What is compared.
    pub value: Term,
    /// The least encoding inside.
    pub lower: Term,
    /// The greatest encoding inside.
    pub upper: Term,
    /// Whether the value is claimed to be inside.
    pub holds: bool,
}

/// An operand of a range claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Term {
    /// An encoding that both sides know from the request.
    Constant(u64),
    /// A slot of the credential, of an ordered type. Its proof is linked to that very slot.
    Slot(CredentialSlot),
}

impl RangeClaim {
    /// That a slot lies within constant bounds, or outside them.
    pub(crate) const fn of(slot: CredentialSlot, lower: u64, upper: u64, holds: bool) -> Self {
        Self {
            value: Term::Slot(slot),
            lower: Term::Constant(lower),
            upper: Term::Constant(upper),
            holds,
        }
    }

    /// Whether the claim is true of these slots; `None` if `read` has no encoding for one that it is about.
    pub fn is_true(&self, read: impl Fn(CredentialSlot) -> Option<u64>) -> Option<bool> {
        let resolve = |term| match term {
            Term::Constant(value) => Some(value),
            Term::Slot(slot) => read(slot),
        };
        let value = resolve(self.value)?;
        let inside = resolve(self.lower)? <= value && value <= resolve(self.upper)?;
        Some(inside == self.holds)
    }
}
