//! From the protocol's slots to those of `link`.

use glimpse_link::{Member, Slot, Variable, VerifyingKey};
use glimpse_protocol::plan::StatementSlot;

/// A member of a statement: a key, and its slots as both sides know them.
pub(crate) fn member<'k>(key: &'k VerifyingKey, slots: &[StatementSlot]) -> Member<'k> {
    let slots = slots
        .iter()
        .map(|slot| match slot {
            StatementSlot::Public(value) => Slot::Public(*value),
            StatementSlot::Hidden(variable) => Slot::Hidden(Variable::new(*variable)),
        })
        .collect();
    Member { key, slots }
}
